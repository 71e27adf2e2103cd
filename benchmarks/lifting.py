"""How long `autograd.compile` takes from a cost to its program, checks included, and how much memory.

Each graph is compiled in a process of its own, several times, all in turn, by the clock of the process, which stands
still while other programs run. Networks are made before the clock starts. The goals stand beside the figures; each
graph may take 10 µs and 1 kB a node, which small ones exceed.
"""

import functools
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import autograd
import nn
from autograd.compiler import Program
from benchmarks.compiled import DIGITS, MNIST, SMALL, compiled_moons, compiled_network, compiled_recurrence
from benchmarks.harness import megabytes

ROUNDS = 5
MICROSECONDS, KILOBYTES = 10.0, 1.0  # of a node


@dataclass(frozen=True)
class Case:
    """What is compiled.

    Attributes:
        prepared: Gives what makes the program.
        seconds: How long it may take.
        megabytes: How large the process may become.
    """

    prepared: Callable[[], Callable[[], Program]]
    seconds: float | None = None
    megabytes: float | None = None


def network(widths: list[int], activation: str) -> Callable[[], Program]:
    """Compiles a network with squared error, from a single example."""
    model = nn.MLP(widths[0], widths[1:], activation, activation, seed=1)
    parameters, example = model.parameters(), ([0.1] * widths[0], [0.5] * widths[-1])
    return lambda: autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), parameters, example)


CASES = {
    "2-16-16-1": Case(functools.partial(network, SMALL, "tanh")),
    "64-30-10": Case(functools.partial(network, DIGITS, "sigmoid"), 0.1),
    "784-30-10": Case(functools.partial(network, MNIST, "sigmoid"), 1.0, 200),
    "784-128-64-10": Case(functools.partial(network, [784, 128, 64, 10], "sigmoid"), 5.0, 1000),
    "recurrence, 20 steps": Case(lambda: compiled_recurrence),
    "moons, whole batch of 100": Case(lambda: compiled_moons),
}


class Measured(NamedTuple):
    """What it took.

    Attributes:
        nodes: How many nodes there are.
        seconds: How long it took.
        megabytes: How large the process was at most.
        growth: By how many megabytes it grew.
    """

    nodes: int
    seconds: float
    megabytes: float
    growth: float


def measured(name: str) -> Measured:
    """Compile once, in a process that has imported all that it needs."""
    compiled_network([2, 2], "tanh")
    compiled = CASES[name].prepared()
    before, start = megabytes(), time.process_time()
    program = compiled()
    seconds, most = time.process_time() - start, megabytes()
    assert program.recorder
    return Measured(len(program.recorder.record().order), seconds, most, most - before)


def main() -> None:
    """Measure and report."""
    context = multiprocessing.get_context("spawn")
    found: dict[str, list[Measured]] = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name in random.sample([*CASES], len(CASES)):
            with ProcessPoolExecutor(1, context) as process:
                found[name].append(process.submit(measured, name).result())
    print(f"\nautograd.compile: medians of {ROUNDS} processes; after each bar what it may be at most")
    print(f"{'':26}{'nodes':>8}{'seconds':>9} |     {'µs a node':>9} |    {'kB a node':>9} |   {'MB':>6} |")
    for name, case in CASES.items():
        nodes, seconds, most, growth = (statistics.median(each) for each in zip(*found[name], strict=True))
        line = f"{name:26}{nodes:8,.0f}{seconds:9.3f} | {case.seconds or '':<4}"
        line += f"{1e6 * seconds / nodes:9.1f} | {MICROSECONDS:<3g}{1e3 * growth / nodes:9.2f} | {KILOBYTES:<2g}"
        line += f"{most:6.0f} | {case.megabytes or ''}"
        print(line)


if __name__ == "__main__":
    main()
