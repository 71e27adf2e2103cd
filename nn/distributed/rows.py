"""The examples of one process: which rows are its own, and how it reads these and no others."""

from collections.abc import Callable
from typing import Any

from nn.choices import require


class Rows:
    """Inputs or targets that a function reads: `rows[start:stop]` is `read(start, stop)`.

    Args:
        n: How many rows there are in all.
        read: `read(start, stop)` gives the rows from `start` to before `stop`, as a list or an array.

    Example:
        >>> squares = Rows(1_000_000, lambda start, stop: [i * i for i in range(start, stop)])
        >>> len(squares), squares[10:13]
        (1000000, [100, 121, 144])
    """

    def __init__(self, n: int, read: Callable[[int, int], Any]) -> None:
        require("Rows(n, read)", "n", n, int, "the number of rows")
        require("Rows(n, read)", "read", read, Callable, "a function of (start, stop)")
        self.n, self.read = n, read

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, rows: slice) -> Any:
        start, stop, step = rows.indices(self.n)
        if step != 1:
            raise ValueError(f"rows are read one after the other, rows[start:stop], but got the step {step}.")
        return self.read(start, stop)


def own_rows(n: int, rank: int, n_processes: int) -> range:
    """The rows that a process holds: as many as the others, or one more or less.

    Args:
        n: How many rows there are in all.
        rank: Which process it is.
        n_processes: How many there are.

    Example:
        >>> [own_rows(10, rank, 3) for rank in range(3)]
        [range(0, 3), range(3, 6), range(6, 10)]
    """
    return range(rank * n // n_processes, (rank + 1) * n // n_processes)


def read_rows(what: str, source: Any, rows: range) -> Any:
    """Some rows of a source, and no others, as a NumPy array: an example in each.

    Args:
        what: What they are, for messages: "input".
        source: A list, an array, also one of `numpy.load(path, mmap_mode="r")`, or `Rows`.
        rows: Which rows.

    Raises:
        ValueError: if they are no numbers, or have several lengths, if one is infinite or nan, or some are missing.
    """
    import numpy as np

    try:
        found = np.array(source[rows.start : rows.stop])  # a copy: of a mapped file, this reads it
    except ValueError:  # rows of several lengths
        found = np.array(None)
    if found.dtype.kind not in "biuf":
        raise ValueError(f"{what}s {rows.start} to {rows.stop - 1} must be numbers, as many in each, but are not.")
    if found.shape[:1] != (len(rows),):
        n = found.shape[0] if found.shape else 1
        raise ValueError(f"{what}s {rows.start} to {rows.stop - 1} were asked for, which is {len(rows)}, but {n} came.")
    wrong = np.flatnonzero(~np.isfinite(found.reshape(len(rows), -1)).all(1))
    if wrong.size:
        raise ValueError(
            f"{what} {rows.start + wrong[0]} holds a number that is infinite or nan; examples are finite numbers. Fix "
            "it, or leave the example out."
        )
    return found
