"""A tiny graph: the expression of micrograd's README, recorded, swept and released. The goal: 20 times its speed."""

import functools
from collections.abc import Callable
from typing import Any

from benchmarks.engines import installed
from benchmarks.harness import Task, measure, report


def setup(engine: Callable[[], Any]) -> Task:
    """Return the task: record the expression and run backward over it."""
    value = engine()

    def task() -> None:
        a, b = value(-4.0), value(2.0)
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + (b + a).relu()
        d += 3 * d + (b - a).relu()
        e = c - d
        f = e**2
        g = f / 2.0
        g += 10.0 / f
        g.backward()

    return task


def main() -> None:
    """Measure and report."""
    times = measure({name: functools.partial(setup, engine) for name, engine in installed().items()})
    report("The expression of micrograd's README", times, "scalar-autograd")


if __name__ == "__main__":
    main()
