"""Who computes what of a batch: each process those of its examples that it holds.

Batches are those of one process: their examples follow from the seed alone. So processes have unequal shares of a
batch, and fill theirs up to the same number of rows, with rows of weight 0, since arrays on a mesh have equal parts.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

DIGITS = 4  # binary ones, that the number of rows is rounded up to: JAX compiles once for each number


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


def batches(
    order: Sequence[int], size: int, weights: Any, bounds: Sequence[int], rank: int, n_devices: int
) -> Iterator[Batch]:
    """What a process computes of each batch of an epoch.

    Args:
        order: The places of the examples among those of all processes.
        size: How many make a batch; the last one may have fewer.
        weights: The weight of each example, of all processes.
        bounds: Where the examples of each process begin, and where those of the last one end.
        rank: Which process it is.
        n_devices: How many devices each process has: its rows are a multiple.
    """
    places = np.asarray(order, dtype=np.int64)
    starts = range(0, len(places), size)
    owners = np.searchsorted(bounds, places, side="right") - 1
    most = max(int(np.bincount(owners[start : start + size]).max()) for start in starts)
    n_rows = n_devices * min(rounded(math.ceil(most / n_devices)), math.ceil(min(size, len(places)) / n_devices))
    for start in starts:
        batch = places[start : start + size]
        own = batch[owners[start : start + size] == rank]
        rows, shares = np.full(n_rows, own[0] if own.size else bounds[rank]), np.zeros(n_rows)
        rows[: own.size], shares[: own.size] = own, weights[own]
        weight = float(weights[batch].sum())
        yield Batch(rows - bounds[rank], shares / weight, len(batch), weight)


def rounded(n: int) -> int:
    """A whole number, rounded up to one with few binary digits, so that few numbers come up.

    Example:
        >>> [rounded(n) for n in (3, 15, 17, 100)]
        [3, 15, 18, 104]
    """
    unit = 1 << max(0, n.bit_length() - DIGITS)
    return -(-n // unit) * unit
