"""How long `autograd.compile` takes from a cost to its program, checks included, and how much memory.

Each graph is compiled in a process of its own, several times, all in turn, by the clock of the process, which stands
still while other programs run. The goals stand beside the figures; each graph may take 10 µs a node.
"""

import functools
import multiprocessing
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from autograd.compiler import Program
from benchmarks.compiled import DIGITS, MNIST, SMALL, compiled_moons, compiled_network, compiled_recurrence

ROUNDS = 5
MICROSECONDS = 10.0  # of a node


@dataclass(frozen=True)
class Case:
    """What is compiled.

    Attributes:
        compiled: Makes the program.
        seconds: How long it may take.
        megabytes: How large the process may become.
    """

    compiled: Callable[[], Program]
    seconds: float | None = None
    megabytes: float | None = None


def _network(widths: list[int], activation: str, *bars: float) -> Case:
    return Case(functools.partial(compiled_network, widths, activation), *bars)


CASES = {
    "2-16-16-1": _network(SMALL, "tanh"),
    "64-30-10": _network(DIGITS, "sigmoid", 0.1),
    "784-30-10": _network(MNIST, "sigmoid", 1.0, 200),
    "784-128-64-10": _network([784, 128, 64, 10], "sigmoid", 5.0, 1000),
    "recurrence, 20 steps": Case(compiled_recurrence),
    "moons, whole batch of 100": Case(compiled_moons),
}


class Measured(NamedTuple):
    """What it took.

    Attributes:
        nodes: How many nodes there are.
        seconds: How long it took.
        megabytes: How large the process was at most.
    """

    nodes: int
    seconds: float
    megabytes: float


def measured(name: str) -> Measured:
    """Compile once, in a process that has imported all that it needs."""
    compiled_network([2, 2], "tanh")
    start = time.process_time()
    program = CASES[name].compiled()
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    assert program.recorder
    return Measured(len(program.recorder.record().order), seconds, peak / 1e6)


def main() -> None:
    """Measure and report."""
    context = multiprocessing.get_context("spawn")
    found: dict[str, list[Measured]] = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name in random.sample([*CASES], len(CASES)):
            with ProcessPoolExecutor(1, context) as process:
                found[name].append(process.submit(measured, name).result())
    print(f"\nautograd.compile: medians of {ROUNDS} processes; after each bar what it may be at most")
    print(f"{'':26}{'nodes':>8}{'seconds':>9} |     {'µs a node':>9} |     {'MB':>6} |")
    for name, case in CASES.items():
        nodes, seconds, megabytes = (statistics.median(each) for each in zip(*found[name], strict=True))
        line = f"{name:26}{nodes:8,.0f}{seconds:9.3f} | {case.seconds or '':<4}"
        line += f"{1e6 * seconds / nodes:9.1f} | {MICROSECONDS:<4g}{megabytes:6.0f} | {case.megabytes or ''}"
        print(line)


if __name__ == "__main__":
    main()
