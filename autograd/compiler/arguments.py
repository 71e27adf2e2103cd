"""What a program is called with: arrays of the right sizes, and no more examples than there is memory for."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.libraries import is_plain
from autograd.compiler.terms import DIRECTION, INPUT, PARAMETER, TARGET
from autograd.notation import plural

Numbers = NDArray[np.float64]
MOST_BYTES = 1e9  # of one array
_FLOAT64 = np.dtype(np.float64)
_REAL = ("bool", "integral", "real floating")


def as_arrays(sizes: Mapping[str, int], given: Sequence[Any], xp: Any = np, device: Any = None) -> list[Any]:
    """The arguments of a program as arrays of float64, also those that are of another type.

    Args:
        sizes: How many parameters, inputs and targets there are.
        given: The parameters, and a direction of these if there is one; the inputs and the targets: an example in each
            row; or one, as a vector. Where an example has one number, a vector has a number for each example. Further
            axes belong to the example.
        xp: The library of those that have one.
        device: Where lists and numbers go.

    Raises:
        TypeError: if they are no numbers, or there are more or fewer arrays than the program takes.
        ValueError: if their sizes are wrong.
    """
    names = taken(sizes)
    if len(given) != len(names):
        raise TypeError(f"the program takes {', '.join(names)}, but got {plural(len(given), 'argument')}.")
    arrays = []
    for kind, thing in zip(names, given, strict=True):
        array, size = _numbers(kind, thing, xp, device), sizes[kind]
        if kind in (INPUT, TARGET):
            array = _rows(kind, array, size, xp)
        elif tuple(array.shape) != (size,):
            raise ValueError(
                f"{kind} must be a vector of {plural(size, 'parameter')}, but has the shape {tuple(array.shape)}."
            )
        arrays.append(array)
    for kind, array in zip(names, arrays, strict=True):
        if any(size != size for size in array.shape):  # nan, as dask has it
            raise ValueError(
                f"{kind} has the shape {tuple(array.shape)}, but a program knows how many examples there are. "
                f"{kind}.compute_chunk_sizes() finds it in dask."
            )
    if INPUT in names and not arrays[-1].shape[0]:
        raise ValueError("the program needs an example at least: there is no mean of none.")
    if TARGET in names and arrays[-2].shape[0] != arrays[-1].shape[0]:
        first, second = (array.shape[0] for array in arrays[-2:])
        raise ValueError(f"X has {plural(first, 'row')} and Y {second}, but each row is one example.")
    return arrays


def require_shapes(sizes: Mapping[str, int], given: Sequence[Any]) -> None:
    """Raise an error if arrays of any library have not the shapes that a program takes.

    Args:
        sizes: How many parameters, inputs and targets there are.
        given: The arrays.

    Raises:
        TypeError: if there are more or fewer than the program takes.
        ValueError: if one has another shape.
    """
    names = taken(sizes)
    if len(given) != len(names):
        raise TypeError(f"the program takes {shapes(sizes)}, but got {plural(len(given), 'argument')}.")
    found = [tuple(array.shape) for array in given]
    n = found[-1][:1]
    if found != [(*n, sizes[kind]) if kind in (INPUT, TARGET) else (sizes[kind],) for kind in names]:
        is_told = ", ".join(f"{name}: {shape}" for name, shape in zip(names, found, strict=True))
        raise ValueError(f"the program takes {shapes(sizes)}, but got {is_told}.")


def taken(sizes: Mapping[str, int]) -> list[str]:
    """What a program takes, in this order.

    Args:
        sizes: How many parameters, inputs and targets there are.
    """
    return [kind for kind in (PARAMETER, DIRECTION, INPUT, TARGET) if kind in sizes]


def shapes(sizes: Mapping[str, int]) -> str:
    """What a program takes, with its shapes.

    Args:
        sizes: How many parameters, inputs and targets there are.

    Example:
        >>> shapes({"theta": 3, "X": 2, "Y": 1})
        'theta: (3,), X: (n, 2), Y: (n, 1)'
    """
    return ", ".join(
        f"{kind}: (n, {sizes[kind]})" if kind in (INPUT, TARGET) else f"{kind}: ({sizes[kind]},)"
        for kind in taken(sizes)
    )


def _numbers(name: str, thing: Any, xp: Any, device: Any) -> Any:
    if type(thing) is np.ndarray and thing.dtype is _FLOAT64:  # the quick answer
        return thing
    own = np if is_plain(thing) else xp
    try:
        found = np.asarray(thing) if own is np else thing
    except ValueError:  # rows of several lengths
        found = np.asarray(None)
    if found.dtype != own.float64:
        if not own.isdtype(found.dtype, _REAL):
            hint = " nn.unroll(model) gives the parameters of a model as numbers." if name == PARAMETER else ""
            raise TypeError(f"{name} must be an array of real numbers, but got {thing!r:.60}.{hint}")
        found = own.astype(found, own.float64)
    return found if own is xp else xp.asarray(found, **({} if device is None else {"device": device}))


def _rows(kind: str, array: Any, size: int, xp: Any) -> Any:
    """An example in each row."""
    shape = tuple(array.shape)
    if shape[1:] == (size,):
        return array
    if not shape and size == 1:
        return xp.reshape(array, (1, 1))
    if len(shape) == 1 and (size == 1 or shape == (size,)):
        return xp.reshape(array, (-1, size))
    if len(shape) > 1 and math.prod(shape[1:]) == size:
        return xp.reshape(array, (shape[0], size))
    what = "an input" if kind == INPUT else "a target"
    raise ValueError(
        f"{kind} must have an example in each row, and {what} has {plural(size, 'number')}, "
        f"but {kind} has the shape {shape}."
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
        f"for {plural(n_examples, 'example')} the program would write out an array of {needed / 1e9:.1f} GB, "
        f"and 1 GB is the most it may; {advice}."
    )
