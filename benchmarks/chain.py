"""Chains of 1e3 to 1e6 operations, and 1e7 on the native engine: the time per node should not depend on the length.

Measured with the garbage collector at its defaults and switched off. The difference is the collector's own work: it
searches a growing graph for cycles whenever the graph has grown by a quarter.

For comparison, what memory costs on this machine: one plain pass, in NumPy, that reads and writes 64 bytes per node. A
backward pass does at least that, and on long chains caches help neither.
"""

import gc
import resource
import statistics
import time
from pathlib import Path

import numpy as np

from autograd import ACCELERATED, Value

LENGTHS = (1_000, 10_000, 100_000, 1_000_000, *([10_000_000] if ACCELERATED else []))


def bytes_a_node(length: int = 1_000_000) -> float:
    """How much the memory of this process grows for each node of a chain."""
    before = _resident()
    x = Value(1.0)
    y = x
    for _ in range(length):
        y = y * x
    return (_resident() - before) / length


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def once(length: int) -> list[float]:
    """Nanoseconds per node: recording, backward, release, and all together."""
    x = Value(1.0)
    start = time.perf_counter()
    y = x
    for _ in range(length):
        y = y * x
    recorded = time.perf_counter()
    y.backward()
    swept = time.perf_counter()
    del y
    released = time.perf_counter()
    spans = (recorded - start, swept - recorded, released - swept, released - start)
    return [1e9 * span / length for span in spans]


def memory_pass(length: int) -> float:
    """Nanoseconds per node of a pass over plain memory, from its end to its beginning."""
    nodes = np.ones((length, 8))
    start = time.perf_counter()
    np.add(nodes[::-1, 0], nodes[::-1, 2], out=nodes[::-1, 1])
    return 1e9 * (time.perf_counter() - start) / length


def main() -> None:
    """Measure and report."""
    if Path("/proc/self/statm").exists():
        print(f"\nA chain of multiplications takes {bytes_a_node():.0f} bytes a node")
    times: dict[tuple[bool, int], list[list[float]]] = {}
    limits: dict[int, list[float]] = {length: [] for length in LENGTHS}
    for _ in range(9):
        for length in LENGTHS:
            limits[length].append(statistics.median(memory_pass(length) for _ in range(max(1, 100_000 // length))))
        for collecting in (True, False):
            for length in LENGTHS:
                (gc.enable if collecting else gc.disable)()
                runs = [once(length) for _ in range(max(1, 100_000 // length))]
                times.setdefault((collecting, length), []).append([statistics.median(run) for run in zip(*runs)])
    gc.enable()
    print("\nA chain of multiplications, nanoseconds for each node: medians, and the best of the rounds for backward")
    print("  collector     length  record  backward    best  release     all  memory")
    for (collecting, length), runs in sorted(times.items(), key=lambda item: (not item[0][0], item[0][1])):
        record, backward, release, total = (statistics.median(run) for run in zip(*runs))
        best = min(backward for _, backward, _, _ in runs)  # other work on the machine only adds to it
        name = "default" if collecting else "off"
        times_of_node = f"{record:>6.0f}  {backward:>8.1f}  {best:>6.1f}  {release:>7.0f}  {total:>6.0f}"
        print(f"  {name:<9}  {length:>9,}  {times_of_node}  {statistics.median(limits[length]):>6.1f}")


if __name__ == "__main__":
    main()
