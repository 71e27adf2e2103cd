"""One gradient again and again, at other numbers: a graph that is recorded each time against one that is replayed.

From Python: an array of parameters goes in, the value and an array of its gradient come out; one example, one thread,
timed by what the processor does for it. Ours is what `autograd.compile` gives, which replays a tape here; of the long
chains it is the tape itself. Its bits are those of the engine. Beside it ddx and CasADi, which keep a graph, xad, which
records one each time, and NumPy written by hand, for whole layers; each where it is installed. The goals: the figures
that stand beside ours, 5 ns a node for chains of any length, and less time than ddx on all but Rosenbrock's function.
"""

import functools
import importlib
import itertools
import pathlib
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

import autograd
from autograd import Value
from autograd.engine import Tape, weighted_sum
from benchmarks.compiled import three_layers, two_layers
from benchmarks.harness import is_installed, measure

OURS, EAGER, DDX, CASADI, XAD, NUMPY = "replayed", "recorded", "ddx", "CasADi", "xad", "NumPy by hand"
Task = Callable[[], tuple[Any, Any]]
Program = Callable[..., Any]  # a function of mathematics, of parameters, and of an example


def rosenbrock(_: Any, x: Sequence[Any]) -> Any:
    """Σ 100 (x_{i+1} - x_i²)² + (1 - x_i)²."""
    terms = [100.0 * (b - a**2) ** 2 + (1.0 - a) ** 2 for a, b in itertools.pairwise(x)]
    return sum(terms[1:], terms[0])


def network(widths: Sequence[int], activation: str) -> Program:
    """The squared error of a network at one example."""

    def program(m: Any, theta: Sequence[Any], x: Sequence[Any], y: Sequence[Any]) -> Any:
        layer, place = x, 0
        for n_in, n_out in itertools.pairwise(widths):
            biases = place + n_in * n_out
            weights = [[*theta[place + n_in * k : place + n_in * (k + 1)]] for k in range(n_out)]
            sums = [m.weighted_sum(w, [*layer], b) for w, b in zip(weights, theta[biases:])]
            layer = [getattr(m, activation)(z) for z in sums]
            place = biases + n_out
        errors = [(a - t) ** 2 for a, t in zip(layer, y, strict=True)]
        return sum(errors[1:], errors[0])

    return program


def irregular(m: Any, x: Sequence[Any]) -> Any:
    """A thousand operations that nobody has put in an order, and the sum of all results that no other uses."""
    r = random.Random(1)
    found, unused = [*x], dict[int, None]()
    for _ in range(1000):
        i, j = len(found) - 1 - r.randrange(min(len(found), 30)), r.randrange(len(found))
        kind = r.choice(["product", "sum", "difference", "quotient", "tanh", "tanh"])
        if kind == "product":
            result = found[i] * found[j]
        elif kind == "sum":
            result = found[i] + found[j]
        elif kind == "difference":
            result = found[i] - found[j]
        elif kind == "quotient":
            result = found[i] / (2.0 + found[j] * found[j])
        else:
            result = m.tanh(found[i])
        for used in (i,) if kind == "tanh" else (i, j):
            unused.pop(used, None)
        unused[len(found)] = None
        found.append(result)
    first, *others = (found[place] for place in unused)
    return sum(others, first)


def chain(n: int) -> Program:
    """Of y ← y w + b, again and again: 2n operations."""

    def program(_: Any, theta: Sequence[Any]) -> Any:
        y, w, b = theta
        for _step in range(n):
            y = y * w + b
        return y

    return program


def tanh_chain(m: Any, theta: Sequence[Any]) -> Any:
    """Of y ← tanh(y w), again and again: 10,000 operations."""
    y, w = theta
    for _ in range(5000):
        y = m.tanh(y * w)
    return y


@dataclass(frozen=True)
class Case:
    """What is timed.

    Attributes:
        program: The function.
        theta: The parameters.
        bar: How many microseconds it may take.
        by_hand: It, in NumPy.
        example: The input and the target.
        is_long: Whether nobody would compile it, so that the tape is timed, and recorded in turn with few others.
    """

    program: Program
    theta: Sequence[float]
    bar: float | None = None
    by_hand: Callable[..., Any] | None = None
    example: tuple[Sequence[float], ...] = ()
    is_long: bool = False


def _numbers(n: int, spread: float) -> list[float]:
    r = random.Random(2)
    return [r.uniform(-spread, spread) for _ in range(n)]


EXAMPLES = [tuple([abs(each) for each in _numbers(n, 1.0)] for n in sizes) for sizes in ((64, 10), (2, 1))]
CASES = {
    "Rosenbrock 100": Case(rosenbrock, _numbers(100, 1.0), 7.0),
    "64-30-10, one example": Case(
        network((64, 30, 10), "sigmoid"), _numbers(2260, 0.3), 7.0, two_layers(64, 30, 10), EXAMPLES[0]
    ),
    "2-16-16-1, one example": Case(network((2, 16, 16, 1), "tanh"), _numbers(337, 0.5), 2.0, three_layers, EXAMPLES[1]),
    "irregular": Case(irregular, _numbers(20, 0.5), 13.0),
    "chain y w + b, 1e3": Case(chain(500), (0.5, 0.999, 1e-3), 5.0, is_long=True),
    "chain y w + b, 1e4": Case(chain(5_000), (0.5, 0.999, 1e-3), 50.0, is_long=True),
    "chain y w + b, 1e5": Case(chain(50_000), (0.5, 0.999, 1e-3), 500.0, is_long=True),
    "chain y w + b, 1e6": Case(chain(500_000), (0.5, 0.999, 1e-3), 5000.0, is_long=True),
    "chain tanh(y w), 1e4": Case(tanh_chain, (0.5, 1.5), is_long=True),
}


def _sum(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    return sum((w * x for w, x in zip(weights, inputs, strict=True)), bias)


def _mathematics(library: Any) -> SimpleNamespace:
    """What programs call, by the functions of a library, none of which has a sigmoid."""
    return SimpleNamespace(tanh=library.tanh, sigmoid=lambda z: 1.0 / (1.0 + library.exp(-z)), weighted_sum=_sum)


VALUES = SimpleNamespace(tanh=autograd.tanh, sigmoid=autograd.sigmoid, weighted_sum=weighted_sum)


def eager(name: str) -> Task:
    """Leaves are made, the graph recorded, the gradient read."""
    case, theta = CASES[name], np.array(CASES[name].theta)

    def task() -> tuple[float, Any]:
        leaves = [Value(number) for number in theta.tolist()]
        cost = case.program(VALUES, leaves, *case.example)
        cost.backward()
        return cost.data, np.array([leaf.grad for leaf in leaves])

    return task


def taped(name: str) -> Tape:
    """The tape of a case."""
    leaves = [*map(Value, CASES[name].theta)]
    return Tape(CASES[name].program(VALUES, leaves, *CASES[name].example), leaves)


def replayed(name: str) -> Task:
    """What `autograd.compile` gives; of a long chain the tape."""
    case, given = CASES[name], [np.array(each) for each in (CASES[name].theta, *CASES[name].example)]
    task: Task
    if case.is_long:
        tape = taped(name)

        def task() -> tuple[float | None, Any]:
            gradient = np.empty(len(given[0]))
            return tape.run(gradient, *given), gradient

    else:
        leaves = [*map(Value, case.theta)]
        program = autograd.compile(
            lambda *example: case.program(VALUES, leaves, *example), leaves, case.example or None
        )
        if program.tape is None:
            raise RuntimeError(f"{name} is not replayed.")
        task = functools.partial(program, *given)
    value, gradient = task()
    expected, slopes = eager(name)()
    if value != expected or gradient.tobytes() != slopes.tobytes():
        raise RuntimeError(f"{name}: the bits are not those of the engine.")
    return task


def ddx(name: str) -> Task:
    """The interpreter of ddx."""
    library = importlib.import_module("ddx")
    case, theta, m = CASES[name], np.array(CASES[name].theta), _mathematics(library)
    equation = library.equation(
        lambda: case.program(m, [library.var(f"p{k}") for k in range(len(theta))], *case.example)
    )
    return lambda: equation.jacobian(theta)


def casadi(name: str) -> Task:
    """The virtual machine of CasADi, with buffers that are bound once."""
    library = importlib.import_module("casadi")
    case, theta, m = CASES[name], np.array(CASES[name].theta), _mathematics(library)
    x = library.SX.sym("x", len(theta))
    cost = case.program(m, library.vertsplit(x), *case.example)
    function = library.Function("f", [x], [cost, library.densify(library.gradient(cost, x))])
    buffer, call = function.buffer()
    value, gradient = np.zeros(1), np.zeros(len(theta))
    buffer.set_arg(0, theta.data)
    buffer.set_res(0, value.data)
    buffer.set_res(1, gradient.data)

    def task(_kept: Any = (function, buffer, theta)) -> tuple[float, Any]:
        call()
        return float(value[0]), gradient.copy()

    return task


def xad(name: str) -> Task:
    """The tape of xad, recorded each time."""
    adjoint = importlib.import_module("xad.adj_1st")
    case, theta, m = CASES[name], np.array(CASES[name].theta), _mathematics(importlib.import_module("xad.math"))
    tape = adjoint.Tape()
    tape.activate()

    def task() -> tuple[float, Any]:
        leaves = [adjoint.Real(number) for number in theta.tolist()]
        for leaf in leaves:
            tape.registerInput(leaf)
        tape.newRecording()
        cost = case.program(m, leaves, *case.example)
        tape.registerOutput(cost)
        cost.setDerivative(1.0)
        tape.computeAdjoints()
        return cost.getValue(), np.array([leaf.getDerivative() for leaf in leaves])

    return task


def by_hand(name: str) -> Task:
    """Layers in NumPy."""
    case = CASES[name]
    assert case.by_hand
    return functools.partial(case.by_hand, np.array(case.theta), *(np.array([each]) for each in case.example))


CONTESTANTS: dict[str, Callable[[str], Task]] = {
    OURS: replayed,
    EAGER: eager,
    DDX: ddx,
    CASADI: casadi,
    XAD: xad,
    NUMPY: by_hand,
}


def task_of(contestant: str, name: str) -> Task:
    """A contestant, if it gives what the engine gives."""
    task = CONTESTANTS[contestant](name)
    found, expected = task(), eager(name)()
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.ravel(one), np.ravel(other), rtol=1e-9, atol=1e-12)
    return task


def contestants(name: str) -> list[str]:
    """Who is there, and can do it."""
    found = [OURS, EAGER]
    if len(taped(name).steps) <= 10_000:
        found += [each for each in (DDX, CASADI, XAD) if is_installed(each.lower())]
    return [*found, *[NUMPY] * bool(CASES[name].by_hand)]


def measured() -> dict[str, dict[str, float]]:
    """Seconds of each contestant at each case, in medians."""
    return {
        name: {
            each: statistics.median(times)
            for each, times in measure(
                {each: functools.partial(task_of, each, name) for each in contestants(name)},
                rounds=15,
                seconds=0.03,
                clock=time.process_time,
            ).items()
        }
        for name in CASES
    }


def draw(found: dict[str, dict[str, float]], path: str) -> None:
    """The times relative to ours, as an SVG."""
    from autograd.pictures import BLUE, INK, ORANGE, QUIET, TEAL
    from autograd.pictures.figure import Figure, styled

    shown = {EAGER: (QUIET, "s"), XAD: (QUIET, "x"), NUMPY: (TEAL, "^"), CASADI: (INK, "v"), DDX: (ORANGE, "D")}
    with styled():
        figure = Figure(figsize=(7, 4.4))
        axes = figure.subplots()
        rows = range(len(found))
        for contestant, (color, marker) in shown.items():
            there = [
                (times[contestant] / times[OURS], row)
                for row, times in enumerate(found.values())
                if contestant in times
            ]
            if there:
                axes.plot(*zip(*there, strict=True), color=color, marker=marker, linestyle="", label=contestant)
        axes.plot([1.0] * len(found), rows, color=BLUE, marker="o", linestyle="", label=OURS)
        axes.set(xscale="log", xlabel="time ÷ time of ours, replayed")
        axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
        axes.minorticks_off()
        axes.set_yticks(rows, [*found])
        axes.invert_yaxis()
        axes.set_title("A gradient at other numbers: the graph recorded each time, and replayed")
        axes.grid(axis="x")
        axes.legend()
    ratios = [times[EAGER] / times[OURS] for times in found.values()]
    figure.description = (
        f"Replayed, a gradient takes 1/{min(ratios):.2g} to 1/{max(ratios):.2g} of the time of recording it."
    )
    pathlib.Path(path).write_text(figure.to_svg(), encoding="utf-8")


def main(picture: str | None = None) -> None:
    """Measure and report.

    Args:
        picture: An SVG file to draw the ratios to.
    """
    found = measured()
    others = [each for each in CONTESTANTS if each != OURS]
    print("\nValue and gradient at other numbers: ours in microseconds | what it may take; others as multiples of ours")
    print(f"{'':28}{'nodes':>9}{'ours, µs':>10} |       ns a node" + "".join(f"{each:>14}" for each in others))
    for name, times in found.items():
        n, ours = len(taped(name).steps), times[OURS]
        line = f"{name:28}{n:9,}{1e6 * ours:10.2f} | {CASES[name].bar or '':<7}{1e9 * ours / n:8.2f}"
        print(line + "".join(f"{times[each] / ours:14.1f}" if each in times else " " * 14 for each in others))
    if picture:
        draw(found, picture)
        print(f"drawn to {picture}")


if __name__ == "__main__":
    main()
