"""The cost of a gradient as a multiple of its function's: all inputs at once in reverse mode, else one by one.

The function is f(x) = Σ sin(x_i) · tanh(x_i x_{i+1}) + x_i² of n inputs, so its own cost grows with n. In theory,
reverse mode takes at most 4 to 5 times the operations of the function, whatever n: Griewank & Walther, "Evaluating
Derivatives", 2nd ed., section 4.5. Everything is timed in one process, in an order shuffled for each round.
"""

import pathlib
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from autograd import (
    Value,
    compare_modes,
    grad,
    hessian_vector_product,
    no_grad,
    sin,
    tanh,
    value_and_grad,
)
from autograd.graph import Recorded

SIZES = (2, 8, 32, 128)
ROUNDS = 9


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
    """The gradient by one tangent sweep over the recorded graph for each input."""
    variables = [Value(number) for number in x]
    output = f(variables)
    order = Recorded.of(output).order
    return [Recorded(order).tangents({variable: 1.0})[output] for variable in variables]  # each its own derivatives


def gradient_graph(x: list[float]) -> list[Value]:
    """The gradient as Values with a graph of their own."""
    variables = [Value(number) for number in x]
    return grad(f(variables), variables, create_graph=True)


def unrecorded(x: list[float]) -> Any:
    """The value, computed on Values without recording a graph."""
    with no_grad():
        return f([Value(number) for number in x])


TASKS: dict[str, Callable[[list[float]], Any]] = {
    "value, recorded": lambda x: f([Value(number) for number in x]),
    "value on plain floats": f,
    "value and gradient, reverse": lambda x: value_and_grad(f, x),
    "gradient, forward mode": forward_mode,
    "gradient, central differences": central_differences,
    "gradient as a graph": gradient_graph,
    "Hessian times a vector": lambda x: hessian_vector_product(f, x, [1.0] * len(x)),
}


def measure() -> dict[str, list[float]]:
    """The time of each task relative to that of the recorded value, for each number of inputs."""
    ratios: dict[str, list[float]] = {name: [] for name in TASKS}
    for n in SIZES:
        x = [random.Random(n).uniform(0.5, 1.5) for _ in range(n)]
        rounds: dict[str, list[float]] = {name: [] for name in TASKS}
        for _ in range(ROUNDS):
            times = {}
            for name in random.sample(list(TASKS), len(TASKS)):
                start, repetitions = time.perf_counter(), 0
                while time.perf_counter() - start < 0.02:
                    TASKS[name](x)
                    repetitions += 1
                times[name] = (time.perf_counter() - start) / repetitions
            for name, seconds in times.items():
                rounds[name].append(seconds / times["value, recorded"])
        for name in TASKS:
            ratios[name].append(statistics.median(rounds[name]))
    return ratios


def draw(ratios: dict[str, list[float]], path: str) -> None:
    """The ratios against the number of inputs, both on logarithmic scales, as an SVG."""
    from autograd.pictures import BLUE, INK, ORANGE, QUIET, TEAL
    from autograd.pictures.figure import Figure, styled

    shown = {
        "gradient, central differences": (QUIET, "s"),
        "gradient, forward mode": (ORANGE, "^"),
        "Hessian times a vector": (INK, "v"),
        "gradient as a graph": (TEAL, "D"),
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
    print(f"  {'inputs':<30}" + "".join(f"{n:>9}" for n in SIZES))
    for name, row in ratios.items():
        print(f"  {name:<30}" + "".join(f"{ratio:>9.2f}" for ratio in row))
    print("Operations, as a multiple of those of the value")
    for name in ("reverse", "forward", "differences"):
        counts = []
        for n in SIZES:
            modes = compare_modes(f([Value(1.0 + 0.01 * i) for i in range(n)]))
            value = modes.differences.passes.operations / modes.differences.passes.evaluations
            extra = 1.0 if name == "reverse" else 0.0  # plus the value itself
            counts.append(getattr(modes, name).passes.operations / value + extra)
        print(f"  {name:<30}" + "".join(f"{ratio:>9.2f}" for ratio in counts))
    if picture:
        draw(ratios, picture)
        print(f"drawn to {picture}")


if __name__ == "__main__":
    main()
