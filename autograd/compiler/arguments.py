"""What a program is called with: arrays of the right sizes, and no more examples than there is memory for."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.terms import INPUT, PARAMETER, TARGET
from autograd.notation import plural

Numbers = NDArray[np.float64]
MOST_BYTES = 1e9  # of one array
_FLOAT64 = np.dtype(np.float64)


def as_arrays(sizes: Mapping[str, int], theta: Any, examples: Sequence[Any]) -> list[Numbers]:
    """The arguments of a program as arrays of float64, also those that are of another type.

    Args:
        sizes: How many parameters, inputs and targets there are.
        theta: The parameters.
        examples: The inputs and the targets: an example in each row; or one, as a vector. Where an example has one
            number, a vector has a number for each example. Further axes belong to the example.

    Raises:
        TypeError: if they are no numbers, or there are more or fewer arrays than the program takes.
        ValueError: if their sizes are wrong.
    """
    given = [kind for kind in (INPUT, TARGET) if kind in sizes]
    if len(examples) != len(given):
        names = ", ".join([PARAMETER, *given])
        raise TypeError(f"the program takes {names}, but got {plural(len(examples) + 1, 'argument')}.")
    parameters = _numbers(PARAMETER, theta)
    if parameters.shape != (sizes[PARAMETER],):
        raise ValueError(
            f"theta must be a vector of {plural(sizes[PARAMETER], 'parameter')}, but has the shape {parameters.shape}."
        )
    arrays = [_rows(kind, _numbers(kind, each), sizes[kind]) for kind, each in zip(given, examples, strict=True)]
    if arrays and not len(arrays[0]):
        raise ValueError("the program needs an example at least: there is no mean of none.")
    if len(arrays) == 2 and len(arrays[0]) != len(arrays[1]):
        raise ValueError(f"X has {plural(len(arrays[0]), 'row')} and Y {len(arrays[1])}, but each row is one example.")
    return [parameters, *arrays]


def _numbers(name: str, thing: Any) -> Numbers:
    if type(thing) is np.ndarray and thing.dtype is _FLOAT64:  # the quick answer
        return thing
    try:
        found = np.asarray(thing)
    except ValueError:  # rows of several lengths
        found = np.asarray(None)
    if found.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers, but got {thing!r:.60}.")
    return found.astype(np.float64)


def _rows(kind: str, array: Numbers, size: int) -> Numbers:
    """An example in each row."""
    if array.ndim == 2 and array.shape[1] == size:
        return array
    if array.ndim == 0 and size == 1:
        return array.reshape(1, 1)
    if array.ndim == 1 and (size == 1 or array.shape == (size,)):
        return array.reshape(-1, size)
    if array.ndim > 1 and math.prod(array.shape[1:]) == size:
        return array.reshape(len(array), size)
    what = "an input" if kind == INPUT else "a target"
    raise ValueError(
        f"{kind} must have an example in each row, and {what} has {plural(size, 'number')}, "
        f"but {kind} has the shape {array.shape}."
    )


def largest_bytes(shapes: Sequence[tuple[int, ...]], n_examples: int) -> int:
    """How large the largest of some arrays of float64 is.

    Args:
        shapes: Their shapes, with -1 for the examples.
        n_examples: How many examples there are.
    """
    return max((8 * math.prod(n_examples if size < 0 else size for size in shape) for shape in shapes), default=0)


def require_room(shapes: Sequence[tuple[int, ...]], n_examples: int) -> None:
    """Raise a MemoryError if one of some arrays is larger than a gigabyte.

    Args:
        shapes: Their shapes, with -1 for the examples.
        n_examples: How many examples there are.
    """
    needed = largest_bytes(shapes, n_examples)
    if needed <= MOST_BYTES:
        return
    most = int(n_examples * MOST_BYTES / needed)
    advice = f"call it with at most {most:,} at a time" if most else "record the cost in smaller parts"
    raise MemoryError(
        f"for {plural(n_examples, 'example')} the program would write out an array of {needed / 1e9:.1f} GB, products "
        f"before they are summed, and 1 GB is the most it may; {advice}."
    )
