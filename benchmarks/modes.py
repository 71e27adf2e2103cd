"""What a derivative costs, as a multiple of its function: all inputs at once in reverse mode, else one by one.

The function is f(x) = Σ sin(x_i) · tanh(x_i x_{i+1}) + x_i² of n inputs, so its own cost grows with n. In theory,
reverse mode takes at most 4 to 5 times the operations of the function, whatever n: Griewank & Walther, "Evaluating
Derivatives", 2nd ed., section 4.5. Everything is timed in one process, in an order shuffled for each round, by what
the processor does for it. Beside ours stand JAX, PyTorch, CasADi and ddx, each where it is installed.

The goals: `jvp` within 2, a Hessian times a vector within 5 and each further product within 0.5, the Hessian for 128
inputs within 15; a Jacobian of 200 x 200 within 50 ms, and tall and wide ones within 1.5 of the better mode's time.
"""

import functools
import math
import pathlib
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from autograd import (
    Value,
    compare_modes,
    exp,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    linearize_grad,
    no_grad,
    sin,
    tanh,
    taylor,
    value_and_grad,
)
from autograd.engine import Linearization
from benchmarks import elsewhere

SIZES = (2, 8, 32, 128)
ROUNDS = 9
Task = Callable[[], Any]


def f(x: list[Any]) -> Any:
    """The function, on floats or on Values."""
    terms = [sin(a) * tanh(a * b) + a * a for a, b in zip(x, [*x[1:], x[0]])]
    return sum(terms[1:], terms[0])


def central_differences(x: list[float]) -> list[float]:
    """The gradient by two evaluations on plain floats for each input."""
    eps, gradient = 1e-5, []
    for i in range(len(x)):
        there, back = ([*x[:i], x[i] + h, *x[i + 1 :]] for h in (eps, -eps))
        gradient.append((f(there) - f(back)) / (2 * eps))
    return gradient


def forward_mode(x: list[float]) -> list[float]:
    """The gradient by a sweep forward for each input, eight side by side, over one recording."""
    variables = [Value(number) for number in x]
    return Linearization([f(variables)], variables).matrix("forward")[0]


def gradient_graph(x: list[float]) -> list[Value]:
    """The gradient as Values with a graph of their own."""
    variables = [Value(number) for number in x]
    return grad(f(variables), variables, create_graph=True)


def third_derivatives(x: list[float]) -> list[Value]:
    """The gradient of the sum of the gradient of the sum of the gradient: a product of third derivatives with ones."""
    variables = [Value(number) for number in x]
    gradient = grad(f(variables), variables, create_graph=True)
    gradient = grad(sum(gradient[1:], gradient[0]), variables, create_graph=True)
    return grad(sum(gradient[1:], gradient[0]), variables, create_graph=True)


def unrecorded(x: list[float]) -> Any:
    """The value, computed on Values without recording a graph."""
    with no_grad():
        return f([Value(number) for number in x])


def of(m: Any, x: Sequence[Any]) -> Any:
    """The same function, by the mathematics of any library."""
    terms = [m.sin(a) * m.tanh(a * b) + a * a for a, b in zip(x, [*x[1:], x[0]])]
    return sum(terms[1:], terms[0])


def tasks(x: list[float]) -> dict[str, Task]:
    """What is timed at some inputs."""
    ones = [1.0] * len(x)
    push = linearize_grad(f, x)[2]
    return {
        RECORDED: lambda: f([Value(number) for number in x]),
        "value on plain floats": lambda: f(x),
        "value and gradient, reverse": lambda: value_and_grad(f, x),
        "jvp": lambda: jvp(f, x, ones),
        "gradient, forward in one recording": lambda: forward_mode(x),
        "gradient, a jvp for each input": lambda: [
            jvp(f, x, [float(i == k) for i in range(len(x))])[1] for k in range(len(x))
        ],
        "gradient, central differences": lambda: central_differences(x),
        "gradient as a graph": lambda: gradient_graph(x),
        "third derivatives as a graph": lambda: third_derivatives(x),
        "Hessian times a vector": lambda: hessian_vector_product(f, x, ones),
        "a further product": lambda: push(ones),
        "Hessian": lambda: hessian(f, x),
    }


RECORDED = "value, recorded"


def in_turn(contestants: dict[Any, Task], rounds: int = ROUNDS) -> dict[Any, list[float]]:
    """The seconds of each task, round by round."""
    times: dict[Any, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name in random.sample(list(contestants), len(contestants)):
            start, repetitions = time.process_time(), 0
            while time.process_time() - start < 0.02:
                contestants[name]()
                repetitions += 1
            times[name].append((time.process_time() - start) / repetitions)
    return times


def measure() -> dict[str, list[float]]:
    """The time of each task relative to that of the recorded value, for each number of inputs; nan if not measured."""
    ratios: dict[str, list[float]] = {}
    for place, n in enumerate(SIZES):
        x = [random.Random(n).uniform(0.5, 1.5) for _ in range(n)]
        contestants: dict[Any, Task] = {**tasks(x)}
        if n in (8, 128):
            contestants |= elsewhere.contestants(of, x, [1.0] * n)
        times = in_turn(contestants)
        for name, seconds in times.items():
            row = ratios.setdefault(name if isinstance(name, str) else ": ".join(name), [math.nan] * len(SIZES))
            row[place] = statistics.median(one / other for one, other in zip(seconds, times[RECORDED], strict=True))
    return ratios


def layer(n_outputs: int, n_inputs: int) -> Callable[[Sequence[Any]], list[Any]]:
    """A dense layer, whose Jacobian has no zeros."""
    r = random.Random(1)
    weights = [[r.uniform(-1.0, 1.0) / n_inputs for _ in range(n_inputs)] for _ in range(n_outputs)]
    return lambda x: [tanh(sum((w * a for w, a in zip(row, x)), 0.0)) for row in weights]


def recorded(g: Callable[[Sequence[Any]], Any], x: Sequence[float]) -> Any:
    """The graph of a function."""
    return g([*map(Value, x)])


def jacobians() -> None:
    """Print what Jacobians cost: in milliseconds, as multiples of recording f, and of the sweeps of the better mode."""
    print("\nJacobian of a dense layer: of m outputs by n inputs")
    print(f"  {'m x n':<14}{'ms':>9}{'÷ recording':>14}{'sweeps ÷ those of the better mode':>36}")
    square = {}
    for m, n in ((50, 50), (100, 100), (200, 200), (400, 400), (1000, 5), (5, 1000)):
        g, x = layer(m, n), [random.Random(n).uniform(-1.0, 1.0) for _ in range(n)]
        variables = [*map(Value, x)]
        linear = Linearization(g(variables), variables)
        times = in_turn(
            {
                "jacobian": functools.partial(jacobian, g, x),
                "recording": functools.partial(recorded, g, x),
                "chosen": linear.matrix,
                "forward": functools.partial(linear.matrix, "forward"),
                "reverse": functools.partial(linear.matrix, "reverse"),
            }
        )
        median = {name: statistics.median(seconds) for name, seconds in times.items()}
        beside = [median["jacobian"] / median["recording"]]
        beside.append(median["chosen"] / min(median["forward"], median["reverse"]))
        print(f"  {f'{m} x {n}':<14}{1000 * median['jacobian']:>9.2f}{beside[0]:>14.2f}{beside[1]:>36.2f}")
        if m == n:
            square[n] = median["jacobian"]
    exponent = math.log(square[400] / square[50]) / math.log(400 / 50)
    print(f"  It grows like n^{exponent:.2f} from 50 x 50 to 400 x 400, where the layer itself grows like n^2.")


def sparse_hessians() -> None:
    """Print what the Hessian of f costs, which has 3 n entries, as a sparse matrix and with all of its zeros."""
    print("\nHessian of f: as multiples of recording f")
    print(f"  {'n':<8}{'sparse':>10}{'dense':>10}{'dense ÷ sparse':>18}")
    for n in (128, 500, 2000):
        x = [random.Random(n).uniform(0.5, 1.5) for _ in range(n)]
        times = in_turn(
            {
                "recording": tasks(x)[RECORDED],
                "sparse": functools.partial(hessian, f, x, sparse=True),
                "dense": functools.partial(hessian, f, x),
            },
            rounds=5,
        )
        unit, sparse, dense = (statistics.median(times[name]) for name in ("recording", "sparse", "dense"))
        print(f"  {n:<8}{sparse / unit:>10.1f}{dense / unit:>10.1f}{dense / sparse:>18.2f}")


def chain(x: Any) -> Any:
    """A function of one number, of some 170 nodes."""
    y = x
    for _ in range(14):
        y = sin(y) * 0.5 + exp(-y * y) * x / (1.0 + y * y)
    return y


def series() -> None:
    """Print what Taylor coefficients cost, up to several orders."""
    tasks: dict[Any, Task] = {order: functools.partial(taylor, chain, 0.3, order) for order in (1, 10, 40)}
    times = in_turn({RECORDED: lambda: chain(Value(0.3)), **tasks}, rounds=5)
    unit = statistics.median(times.pop(RECORDED))
    print("\nTaylor coefficients of a function of one number: as multiples of recording it")
    for order, seconds in times.items():
        print(f"  up to order {order:<4}{statistics.median(seconds) / unit:>12.0f}")


def draw(ratios: dict[str, list[float]], path: str) -> None:
    """The ratios against the number of inputs, both on logarithmic scales, as an SVG."""
    from autograd.pictures import BLUE, INK, ORANGE, QUIET, TEAL
    from autograd.pictures.figure import Figure, styled

    shown = {
        "gradient, central differences": (QUIET, "s"),
        "gradient, a jvp for each input": (ORANGE, "^"),
        "Hessian times a vector": (INK, "v"),
        "gradient as a graph": (TEAL, "D"),
        "jvp": (TEAL, "o"),
        "Hessian": (INK, "s"),
        "value and gradient, reverse": (BLUE, "o"),
    }
    with styled():
        figure = Figure(figsize=(7, 4.4))
        axes = figure.subplots()
        for name, (color, marker) in shown.items():
            axes.plot(SIZES, ratios[name], color=color, marker=marker, label=name)
        axes.set(xscale="log", yscale="log", xlabel="inputs n", ylabel="time ÷ time of the recorded value")
        axes.set_xticks(SIZES, [str(n) for n in SIZES])
        axes.minorticks_off()
        axes.set_title("What a gradient costs: reverse mode does not depend on n")
        axes.grid()
        axes.legend()
    figure.description = f"For {SIZES[-1]} inputs: {', '.join(f'{name} {ratios[name][-1]:.3g}' for name in shown)}."
    pathlib.Path(path).write_text(figure.to_svg(), encoding="utf-8")


def main(picture: str | None = None) -> None:
    """Measure and report.

    Args:
        picture: An SVG file to draw the ratios to.
    """
    ratios = measure()
    print("\nTime, as a multiple of recording the value of f(x) = Σ sin(x_i) · tanh(x_i x_{i+1}) + x_i²")
    print(f"  {'inputs':<37}" + "".join(f"{n:>9}" for n in SIZES))
    for name, row in ratios.items():
        print(f"  {name:<37}" + "".join("         " if math.isnan(ratio) else f"{ratio:>9.2f}" for ratio in row))
    print("Operations, as a multiple of those of the value")
    for name in ("reverse", "forward", "differences"):
        counts = []
        for n in SIZES:
            modes = compare_modes(f([Value(1.0 + 0.01 * i) for i in range(n)]))
            value = modes.differences.passes.operations / modes.differences.passes.evaluations
            extra = 1.0 if name == "reverse" else 0.0  # plus the value itself
            counts.append(getattr(modes, name).passes.operations / value + extra)
        print(f"  {name:<37}" + "".join(f"{ratio:>9.2f}" for ratio in counts))
    jacobians()
    sparse_hessians()
    series()
    if picture:
        draw(ratios, picture)
        print(f"drawn to {picture}")


if __name__ == "__main__":
    main()
