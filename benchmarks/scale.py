"""What training on several hosts costs, and how it grows: measured on this machine, and computed up to 1,024 hosts.

Measured: an update with 1 and with 2 processes, which compute with a core each, and an all-reduce. Computed from that:
N hosts, for which an all-reduce is a ring, 2 (N - 1) steps in which each sends 1/N of the vector on,

    T(N) = host + B * order + rows(N) * example + 2 (N - 1) * latency + 2 (N - 1) / N * bytes / bandwidth

for a batch of B examples, where each host finds the order of all, and computes with rows(N) of them, since shares are
unequal: `nn.distributed.batches`. It needs JAX: pip install jax.
"""

import itertools
import json
import math
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import nn
from nn.distributed.batches import batches, usual_share
from nn.distributed.cluster import Cluster
from nn.distributed.starting import start
from nn.training.orders import shuffled

N_INPUTS, HIDDEN, N_CLASSES = 64, 30, 10
BATCHES = (10, 100, 1000, 10_000)  # examples of an update, for each process
N_UPDATES = 20  # of an epoch
VECTORS = (100, 1_000, 10_000, 100_000, 1_000_000)  # numbers that are added up
ROUNDS = 200  # of an all-reduce
TIMES = 3  # that all is measured, in an order that is shuffled
HOSTS = tuple(2**k for k in range(11))
AN_EPOCH = 1_000  # batches
CASES = ((1, 1_000), (1, 100_000), (100, 1_000), (100, 10_000), (100, 100_000))  # times the network, and examples
LATENCY, GBIT = 30e-6, 10.0  # of a network between hosts, besides what a message costs here


@dataclass(frozen=True)
class Costs:
    """What was measured, in seconds.

    Attributes:
        host: An update without its examples: to place arrays, and to update the parameters.
        order: To find out where an example comes, and which host has it.
        example: An example.
        message: A message of the all-reduce, however short.
        byte: A byte of it.
        n_numbers: How many numbers are added up: the gradient, and 3.
    """

    host: float
    order: float
    example: float
    message: float
    byte: float
    n_numbers: int


def updates(folder: str, rank: int) -> None:
    """The seconds of an update, for each size of the batches."""
    _compute_in_one_thread()
    import jax

    n_processes = jax.process_count()
    found = {}
    for size in BATCHES:
        r = np.random.default_rng(1)
        n = size * n_processes * N_UPDATES
        x, y = r.uniform(0.0, 1.0, (n, N_INPUTS)), r.integers(0, N_CLASSES, n)
        model = nn.MLP(N_INPUTS, [HIDDEN, N_CLASSES], "sigmoid", "linear", seed=1)
        ends: list[float] = []
        nn.distributed.fit(
            model,
            x,
            y,
            loss="cross_entropy",
            optimizer="adam",
            epochs=40 if size < 10_000 else 8,
            batch_size=size * n_processes,
            progress=False,
            on_epoch=lambda _, ends=ends: ends.append(time.perf_counter()),  # type: ignore[misc]
        )
        seconds = [(after - before) / N_UPDATES for before, after in itertools.pairwise(ends)]
        found[size] = min(seconds, default=0.0)  # what others take of the machine only adds
    _tell(folder, rank, found)


def all_reduces(folder: str, rank: int) -> None:
    """The seconds of an all-reduce, for each length of the vector."""
    _compute_in_one_thread()
    import jax
    from jax.sharding import AxisType, NamedSharding, PartitionSpec

    mesh = jax.make_mesh((jax.device_count(),), ("hosts",), (AxisType.Auto,))
    rows = NamedSharding(mesh, PartitionSpec("hosts"))
    add = jax.jit(
        jax.shard_map(
            lambda vector: jax.lax.psum(vector, "hosts"),
            mesh=mesh,
            in_specs=PartitionSpec("hosts"),
            out_specs=PartitionSpec(None),
        )
    )
    found = {}
    for n in VECTORS:
        vector = jax.make_array_from_process_local_data(rows, np.ones(n))
        seconds = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            np.asarray(add(vector))
            seconds.append(time.perf_counter() - before)
        found[n] = min(seconds)
    _tell(folder, rank, found)


def _compute_in_one_thread() -> None:
    """Have a process compute with one core, as a host that is no larger when others compute, too.

    It is not kept to one: gloo has a thread of its own.
    """
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def _tell(folder: str, rank: int, thing: Any) -> None:
    (Path(folder) / f"{rank}.json").write_text(json.dumps(thing))


def measured(work: Any, n_processes: int) -> dict[int, float]:
    """What process 0 tells of some work."""
    with tempfile.TemporaryDirectory() as folder:
        start(work, folder, Cluster(n_processes, 1))
        return {int(size): each for size, each in json.loads((Path(folder) / "0.json").read_text()).items()}


def line(points: dict[int, float]) -> tuple[float, float]:
    """Where a line through the least and the largest begins, and its slope."""
    least, most = min(points), max(points)
    slope = (points[most] - points[least]) / (most - least)
    return max(points[least] - slope * least, 0.0), slope


def ordering() -> float:
    """The seconds that each example takes every host, whoever has it."""
    n, seconds = 200_000, []
    for seed in range(5):
        before = time.process_time()
        for _ in batches(shuffled(range(n), f"seed {seed}"), 10_000, np.ones(n), [0, n // 2, n], 0, 1):
            pass
        seconds.append((time.process_time() - before) / n)
    return min(seconds)


def costs(alone: dict[int, float], reduced: dict[int, float]) -> Costs:
    """What parts of an update cost: of 2 processes, an all-reduce has 2 messages, of half the vector each."""
    host, example = line(alone)
    message, number = line(reduced)
    order = ordering()
    model = nn.MLP(N_INPUTS, [HIDDEN, N_CLASSES])
    return Costs(host, order, max(example - order, 0.0), message / 2, number / 8, len(model.parameters()) + 3)


def rows(size: int, n_hosts: int) -> int:
    """The rows that each host computes with, for a batch of so many examples, of which it may have more than others."""
    n = size * AN_EPOCH
    return usual_share(size, n, n // n_hosts, n_hosts * AN_EPOCH)


def update_time(
    found: Costs, size: int, n_hosts: int, latency: float = LATENCY, gbit: float = GBIT
) -> dict[str, float]:
    """The seconds of the parts of an update, on so many hosts."""
    steps, n_bytes = 2 * (n_hosts - 1), 8 * found.n_numbers
    return {
        "host": found.host,
        "order": size * found.order,
        "examples": rows(size, n_hosts) * found.example,
        "latency": steps * (found.message + latency),
        "bandwidth": steps / n_hosts * n_bytes * max(found.byte, 8e-9 / gbit),
    }


def speed(found: Costs, times: int, size: int, n_hosts: int) -> float:
    """The speed of so many hosts, over that of one, for a network of `times` the parameters and the work."""
    found = replace(found, example=times * found.example, n_numbers=times * found.n_numbers)
    return sum(update_time(found, size, 1).values()) / sum(update_time(found, size, n_hosts).values())


def draw(found: Costs, path: str) -> None:
    """The speed against the number of hosts, as an SVG."""
    from autograd.pictures import BLUE, INK, ORANGE, QUIET, TEAL
    from autograd.pictures.figure import Figure, styled

    with styled():
        figure = Figure(figsize=(7, 4.4))
        axes = figure.subplots()
        axes.plot(HOSTS, HOSTS, color=QUIET, label="N times")
        for (times, size), color in zip(CASES[1:], (ORANGE, TEAL, BLUE, INK)):
            speeds = [speed(found, times, size, n) for n in HOSTS]
            axes.plot(HOSTS, speeds, color=color, marker="o", label=f"{times * 2260:,} parameters, {size:,} examples")
        axes.set(xscale="log", yscale="log", xlabel="hosts N", ylabel="speed ÷ speed of one")
        axes.set_xticks(HOSTS[::2], [f"{n:,}" for n in HOSTS[::2]])
        axes.minorticks_off()
        axes.set_title("More hosts help as long as an update has enough to do")
        axes.grid()
        axes.legend()
    said = [
        f"{size:,} examples and {times * 2260:,} parameters: {max(HOSTS, key=partial(speed, found, times, size))}"
        for times, size in CASES[1:]
    ]
    figure.description = f"The fastest number of hosts, for an update of {'; '.join(said)}."
    Path(path).write_text(figure.to_svg(), encoding="utf-8")


def main(picture: str | None = None) -> None:
    """Measure, compute and report.

    Args:
        picture: An SVG file to draw the speeds to.
    """
    tasks = {"alone": (updates, 1), "two": (updates, 2), "reduced": (all_reduces, 2)}
    times: dict[str, list[dict[int, float]]] = {name: [] for name in tasks}
    for _ in range(TIMES):
        for name in random.sample([*tasks], len(tasks)):
            times[name].append(measured(*tasks[name]))
    alone, two, reduced = (
        {size: statistics.median(each[size] for each in found) for size in found[0]} for found in times.values()
    )
    found = costs(alone, reduced)
    print(f"\nAn update of MLP({N_INPUTS}, [{HIDDEN}, {N_CLASSES}]) by Adam: {found.n_numbers:,} numbers are added up")
    print("  examples a process    1 process   2 processes   their speed   the formula says")
    for size in BATCHES:
        said = update_time(found, 2 * size, 2, latency=0.0, gbit=math.inf)
        one, both, formula = (1e3 * each for each in (alone[size], two[size], sum(said.values())))
        print(f"  {size:>18,} {one:>9.2f} ms {both:>10.2f} ms {2 * one / both:>13.2f}{formula:>15.2f} ms")
    print("An all-reduce between 2 processes here")
    for n, seconds in reduced.items():
        print(f"  {n:>18,} numbers {1e3 * seconds:>9.2f} ms")
    microseconds = tuple(1e6 * each for each in (found.host, found.example, found.order, found.message))
    print("So an update costs {:.0f} µs, an example {:.2f} µs, its place in the order {:.2f} µs,".format(*microseconds))
    print(f"a message {microseconds[3]:.0f} µs and {1e9 * found.byte:.2f} ns a byte")
    print(f"N hosts, whose network adds {1e6 * LATENCY:.0f} µs a message, and has {GBIT:.0f} Gbit/s")
    print("                                 speed ÷ speed of one; times the network, and examples an update")
    print("      N   messages   bytes a host" + "".join(f"{f'{times} x, {size:,}':>16}" for times, size in CASES))
    for n in HOSTS:
        n_bytes = 2 * (n - 1) / n * 8 * found.n_numbers
        row = "".join(f"{speed(found, *case, n):>16.2f}" for case in CASES)
        print(f"  {n:>5,} {2 * (n - 1):>10,} {n_bytes:>14,.0f}{row}")
    if picture:
        draw(found, picture)
        print(f"drawn to {picture}")


if __name__ == "__main__":
    main()
