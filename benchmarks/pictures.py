"""Drawing a graph: the first picture in a process, and later ones. The goals: 0.2 s to 1,000 nodes, 3 s for 100,000."""

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import nn
from autograd import Value, draw, topological_order


def chain(size: int) -> Value:
    """A chain without names."""
    x = y = Value(0.5, "x")
    for _ in range(size // 3):
        y = (y * 0.9 + x).tanh()
    return y


def named(size: int) -> Value:
    """A chain with a name at each step."""
    x = y = Value(0.5, "x")
    for step in range(size // 4):
        y = (y * x + 0.1).tanh().named(f"h_{step}")
    return y


def tangle(size: int) -> Value:
    """Operations on what was computed last, at random."""
    pick = random.Random(1)
    nodes = [Value(pick.random(), f"x_{k}") for k in range(6)]
    while len(nodes) < size - 8:
        one, other = pick.choice(nodes[-8:]), pick.choice(nodes[-8:])
        nodes.append(pick.choice([one + other, one * other, one - other, one.tanh()]))
    return sum(nodes[-8:], start=Value(0.0))


def network(size: int) -> Value:
    """A network of four layers of neurons, with one example."""
    width = max(2, round((size / 6.5) ** 0.5))
    model = nn.MLP(width, [width, width, 1], "tanh", seed=1)
    cost: Value = nn.losses.squared_error(model([0.1] * width), 1.0)
    cost.label = "C"
    return cost


GRAPHS: dict[str, Callable[[int], Value]] = {"chain": chain, "named": named, "tangle": tangle, "network": network}


def _draw(connection: Connection, graph: Callable[[int], Any], size: int) -> None:
    output = graph(size)
    times = []
    for _ in range(4):
        start = time.perf_counter()
        svg = draw(output).to_svg()
        times.append(time.perf_counter() - start)
    connection.send((len(topological_order(output)), times[0], statistics.median(times[1:]), len(svg)))


def measure(graph: Callable[[int], Value], size: int) -> tuple[int, float, float, int]:
    """The number of nodes, the seconds for the first picture in a process and for later ones, the bytes of the SVG."""
    context = multiprocessing.get_context("spawn")
    runs = []
    for _ in range(5):
        here, there = context.Pipe()
        process = context.Process(target=_draw, args=(there, graph, size))
        process.start()
        runs.append(here.recv())
        process.join()
    nodes, first, later, size_of_svg = (statistics.median(values) for values in zip(*runs, strict=True))
    return int(nodes), first, later, int(size_of_svg)


def main() -> None:
    """Measure and report."""
    print("Drawing: draw(output).to_svg(), seconds; medians of 5 processes")
    print(f"{'graph':10}{'nodes':>9}{'first':>9}{'later':>9}{'bytes':>9}")
    for name, graph in GRAPHS.items():
        for size in (10, 100, 1_000, 10_000, 100_000):
            nodes, first, later, size_of_svg = measure(graph, size)
            print(f"{name:10}{nodes:9,}{first:9.3f}{later:9.3f}{size_of_svg:9,}")


if __name__ == "__main__":
    main()
