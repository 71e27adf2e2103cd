"""Explanations and checks of graphs of a million nodes: each under 5 seconds, what it prints included.

Each question is asked in a process of its own, of a graph that was recorded before. The time is that of the processor;
the memory is how much the peak of the process grew. What is printed must not grow with the graph.
"""

import multiprocessing
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import nn
from autograd import Value, check_grads, count_paths, explain, nudge, paths, topological_order
from benchmarks.harness import megabytes
from nn.equations import four_equations

NODES = 1_000_000
SECONDS = 5.0
LETTERS = 20_000  # that a result may print


class Graph(NamedTuple):
    """A graph to ask about.

    Attributes:
        output: What is computed.
        variable: One of the leaves.
        model: The network that was called, if there is one.
        again: Computes the output anew.
    """

    output: Value
    variable: Value
    model: Any
    again: Callable[[Any], Value]


def recorded(f: Callable[[Value], Value], x: float, model: Any = None) -> Graph:
    """The graph of a function of one number."""
    variable = Value(x, "x")
    return Graph(f(variable), variable, model, f)


def chain() -> Graph:
    """One path: a million operations, one after another."""

    def f(x: Value) -> Value:
        for _ in range(NODES):
            x = x.sin()
        return x

    return recorded(f, 0.5)


def wide_sum() -> Graph:
    """A sum of as many products as fit, which share a factor: a path for each term."""
    others = [Value(1.0 + 1e-6 * i) for i in range(NODES // 3)]

    def f(x: Value) -> Value:
        total = x * others[0]
        for other in others[1:]:
            total = total + x * other
        return total

    return recorded(f, 0.5)


def recurrence() -> Graph:
    """A recurrence h = tanh(x h + 0.1), with labels: as many paths as steps."""

    def f(x: Value) -> Value:
        h = x
        for t in range(NODES // 4):
            h = (x * h + 0.1).tanh().named(f"h_{t}")
        return h

    return recorded(f, 0.9)


def logistic() -> Graph:
    """The map x = 3.2 x (1 - x), again and again: twice as many paths with each step."""

    def f(x: Value) -> Value:
        for _ in range(NODES // 5):
            x = 3.2 * x * (1.0 - x)
        return x

    return recorded(f, 0.3)


def batch() -> Graph:
    """MLP(2, [16, 16, 1]) on a whole batch."""
    model = nn.MLP(2, [16, 16, 1], seed=1)
    points = [(i % 31 / 31, i % 37 / 37) for i in range(NODES // 700)]
    weight = next(iter(model.parameters()))

    def f(_: Any) -> Any:
        outputs: list[Any] = [model(point) for point in points]
        squares = [(output - 0.5) ** 2 for output in outputs]
        return sum(squares[1:], squares[0]) / len(points)

    return Graph(f(weight), weight, model, f)


def _network(widths: list[int]) -> Graph:
    n_inputs, *layers = widths
    model = nn.MLP(n_inputs, layers, "tanh", "sigmoid", seed=1)
    inputs = [i % 7 / 7 for i in range(n_inputs)]
    weight = next(iter(model.parameters()))

    def f(_: Any) -> Value:
        return nn.losses.squared_error(model(inputs), [0.5] * layers[-1])

    return Graph(f(weight), weight, model, f)


def wide_layers() -> Graph:
    """One example through a network of two wide layers."""
    return _network([450, 450, 250])


def deep_layers() -> Graph:
    """One example through a network of 33 layers."""
    return _network([100] * 34)


GRAPHS: dict[str, Callable[[], Graph]] = {
    "chain": chain,
    "wide sum": wide_sum,
    "recurrence": recurrence,
    "logistic map": logistic,
    "whole batch": batch,
    "wide layers": wide_layers,
    "deep layers": deep_layers,
}
QUESTIONS: dict[str, Callable[[Graph], Any]] = {
    "explain": lambda graph: explain(graph.output, graph.variable),
    "explain, all": lambda graph: explain(graph.output),
    "nudge": lambda graph: nudge(graph.output, graph.variable, 1e-3),
    "paths": lambda graph: paths(graph.output, graph.variable),
    "count_paths": lambda graph: count_paths(graph.output, graph.variable).bit_length(),
    "check_grads": lambda graph: check_grads(lambda v: graph.again(v[0]), [graph.variable]),
    "four_equations": lambda graph: four_equations(graph.model, graph.output),
}


def ask(names: tuple[str, str]) -> tuple[int, float, float, int]:
    """The nodes of a graph, the seconds that a question takes, the megabytes, and the letters that are printed."""
    graph, question = GRAPHS[names[0]](), QUESTIONS[names[1]]
    before = megabytes()
    start = time.process_time()
    letters = len(repr(question(graph)))
    seconds = time.process_time() - start
    memory = megabytes() - before
    return len(topological_order(graph.output)), seconds, memory, letters


def main() -> None:
    """Measure and report."""
    print(f"\nA million nodes: seconds (at most {SECONDS:g}), megabytes, and letters printed")
    context = multiprocessing.get_context("spawn")
    for graph in GRAPHS:
        for question in QUESTIONS:
            if question == "four_equations" and not graph.endswith("layers"):
                continue
            with context.Pool(1) as pool:
                nodes, seconds, memory, letters = pool.apply(ask, ((graph, question),))
            marks = " <- slow" * (seconds > SECONDS) + " <- long" * (letters > LETTERS)
            print(
                f"  {graph:<13} {nodes:>9,}  {question:<14} {seconds:7.2f} {memory:8.0f} {letters:8,}{marks}",
                flush=True,
            )


if __name__ == "__main__":
    main()
