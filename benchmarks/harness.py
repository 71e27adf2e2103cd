"""Fair timings: each contestant in its own process, all of them in turn, the garbage collector at its defaults.

A shared process would not do: one engine's garbage would be collected in another one's time.
"""

import functools
import importlib.util
import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

Task = Callable[[], object]
Clock = Callable[[], float]


def _serve(connection: Connection, setup: Callable[[], Task], clock: Clock) -> None:
    task = setup()
    for repetitions in iter(connection.recv, 0):
        start = clock()
        for _ in range(repetitions):
            task()
        connection.send((clock() - start) / repetitions)


def measure(
    setups: dict[str, Callable[[], Task]],
    *,
    rounds: int = 15,
    seconds: float = 0.3,
    clock: Clock = time.perf_counter,
) -> dict[str, list[float]]:
    """Time tasks in turn, in an order shuffled for each round.

    Args:
        setups: For each contestant a function, at the top level of a module, that makes the task to time.
        rounds: How often each is timed.
        seconds: About how long each timing takes: the task is repeated to fill it, at least once.
        clock: What tells the time: `time.process_time` leaves out what other processes take, of a task on one thread.

    Returns:
        For each contestant the seconds of one repetition, round by round.
    """
    context = multiprocessing.get_context("spawn")
    connections: dict[str, Connection] = {}
    processes = []
    for name, setup in setups.items():
        connections[name], there = context.Pipe()
        processes.append(context.Process(target=_serve, args=(there, setup, clock), daemon=True))
        processes[-1].start()
    repetitions = {}
    for name, connection in connections.items():
        connection.send(1)  # warms up
        connection.recv()
        connection.send(1)
        repetitions[name] = max(1, round(seconds / connection.recv()))
    times: dict[str, list[float]] = {name: [] for name in setups}
    for _ in range(rounds):
        for name in random.sample(list(setups), len(setups)):
            connections[name].send(repetitions[name])
            times[name].append(connections[name].recv())
    for connection, process in zip(connections.values(), processes, strict=True):
        connection.send(0)
        process.join()
    return times


def report(title: str, times: dict[str, list[float]], ours: str) -> None:
    """Print the median time of each contestant, and the median and quartiles of its ratio to ours, round by round."""
    print(f"\n{title}")
    for name, seconds in times.items():
        ratios = [theirs / own for theirs, own in zip(seconds, times[ours], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        text = f"{middle:8.2f} x ours  (quartiles {low:.2f} to {high:.2f})" if name != ours else "    1.00"
        print(f"  {name:<22} {1000 * statistics.median(seconds):10.3f} ms  {text}")


@functools.cache
def is_installed(package: str) -> bool:
    """Whether a package is there; if it is not, a line says so, once."""
    found = importlib.util.find_spec(package) is not None
    if not found:
        print(f"{package} is not installed: who needs it is left out.")
    return found


def megabytes() -> float:
    """How large this process has been at most."""
    import resource  # which Windows has not

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
