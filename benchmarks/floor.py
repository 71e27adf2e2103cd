"""The floor: what the same expression costs on plain Python floats.

Forward, backward and release of MLP(2, [16, 16, 1]) on 100 points, with hinge loss and L2, against the forward pass
alone on floats, xad (a tape in C++) and micrograd: once as a program that adds up products, the same for all of them,
and once with the network of `nn`. The goal: at most 2 times plain floats, and at least 8 times as fast as xad and 300
times as fast as micrograd.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.engines import ENGINES
from benchmarks.harness import Task, is_installed, measure, report
from benchmarks.training_loop import problem


def ours_or_micrograd(engine: Callable[[], Any], model: Any = None) -> Task:
    """Forward, backward and release."""
    sys.setrecursionlimit(100_000)
    value = engine()
    cost, parameters = problem(value, value.relu, model)

    def task() -> None:
        for p in parameters:
            p.grad = 0
        cost().backward()

    return task


def with_nn() -> Task:
    """The same network from `nn`, whose neurons are weighted sums."""
    import nn

    return ours_or_micrograd(ENGINES["scalar-autograd"], nn.MLP(2, [16, 16, 1]))


def floats() -> Task:
    """The forward pass."""
    cost, _ = problem(float, lambda z: z if z > 0.0 else 0.0)
    return cost


def xad() -> Task:
    """Forward and backward on a reused tape."""
    import xad.adj_1st as adjoint
    from xad.math import max as maximum

    tape = adjoint.Tape()
    tape.activate()
    cost, parameters = problem(adjoint.Real, lambda z: maximum(z, 0.0))
    for p in parameters:
        tape.registerInput(p)

    def task() -> None:
        tape.newRecording()
        total = cost()
        tape.registerOutput(total)
        total.setDerivative(1.0)
        tape.computeAdjoints()

    return task


def main() -> None:
    """Measure and report."""
    setups: dict[str, Callable[[], Task]] = {
        "scalar-autograd": functools.partial(ours_or_micrograd, ENGINES["scalar-autograd"]),
        "scalar-autograd's nn": with_nn,
        "plain floats, forward": floats,
    }
    if is_installed("xad"):
        setups["xad"] = xad
    if is_installed("micrograd"):
        setups["micrograd"] = functools.partial(ours_or_micrograd, ENGINES["micrograd"])
    times = measure(setups)
    for ours in ("scalar-autograd", "scalar-autograd's nn"):
        report(f"Forward, backward and release of MLP(2, [16, 16, 1]) on 100 points; ours is {ours}", times, ours)


if __name__ == "__main__":
    main()
