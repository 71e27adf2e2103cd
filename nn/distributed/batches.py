"""Who computes what of a batch: each process those of its examples that it holds.

Batches are those of one process: their examples follow from the seed alone. So processes have unequal shares of a
batch, and fill theirs up to the same number of rows, with rows of weight 0, since arrays on a mesh have equal parts.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RARELY = 0.01  # the chance that an epoch has a larger share than there are rows: JAX compiles once more then


@dataclass(frozen=True)
class Batch:
    """What one process computes of a batch.

    Attributes:
        rows: Places among its own examples, the same number in each process.
        weights: The weight of each in the mean over the batch; 0 for those that fill up.
        n: How many examples the batch has in all processes.
        weight: The sum of the weights of all of these.
    """

    rows: Any
    weights: Any
    n: int
    weight: float


def batches(places: Any, size: int, weights: Any, bounds: Sequence[int], rank: int, n_devices: int) -> Iterator[Batch]:
    """What a process computes of each batch of an epoch.

    Args:
        places: The places of the examples among those of all processes.
        size: How many make a batch; the last one may have fewer.
        weights: The weight of each example, of all processes.
        bounds: Where the examples of each process begin, and where those of the last one end.
        rank: Which process it is.
        n_devices: How many devices each process has: its rows are a multiple.
    """
    size = min(size, len(places))
    starts = range(0, len(places), size)
    owners = np.searchsorted(bounds, places, side="right") - 1
    most = max(int(np.bincount(owners[start : start + size]).max()) for start in starts)
    usual = usual_share(size, len(places), int(np.bincount(owners).max()), (len(bounds) - 1) * len(starts))
    n_rows = n_devices * math.ceil(max(most, usual) / n_devices)
    is_own = owners == rank
    own, own_weights = places[is_own] - bounds[rank], weights[places[is_own]]
    parts = np.searchsorted(np.flatnonzero(is_own), [*starts, len(places)])
    totals = np.add.reduceat(weights[places], starts)
    for number, weight in enumerate(totals.tolist()):
        part = slice(parts[number], parts[number + 1])
        n_own = part.stop - part.start
        rows, shares = np.full(n_rows, own[part.start] if n_own else 0), np.zeros(n_rows)
        rows[:n_own], shares[:n_own] = own[part], own_weights[part] / weight
        yield Batch(rows, shares, min(size, len(places) - number * size), weight)


def usual_share(size: int, n: int, n_own: int, n_shares: int) -> int:
    r"""How many examples of a batch a process holds at most, but for one epoch in a hundred.

    .. math:: k \le \mu + \sqrt{2 \sigma^2 L} + L / 3, \qquad L = \ln(\text{shares} / 0.01)

    Args:
        size: How many examples a batch has, of `n`, drawn without replacement.
        n: How many examples there are.
        n_own: How many of them the process holds.
        n_shares: How many shares an epoch has: those of all processes in all batches.

    Example:
        >>> [usual_share(size, 10**6, 500_000, 2 * 10**6 // size) for size in (20, 200, 2_000, 20_000)]
        [20, 142, 1112, 10304]

    Reference: Bernstein's inequality; Hoeffding 1963, "Probability inequalities for sums of bounded random variables",
    section 6, for draws without replacement.
    """
    mean = size * n_own / n
    variance = mean * (1 - n_own / n) * (n - size) / max(n - 1, 1)
    rare = math.log(n_shares / RARELY)
    return min(size, n_own, math.ceil(mean + math.sqrt(2 * variance * rare) + rare / 3))
