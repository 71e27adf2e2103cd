"""Shapes of expressions, from the shapes of the names in them: for comments, and to see what changes nothing."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.compiler.arrays import INFIX, Array

Shape = tuple[Any, ...]  # numbers, and "n" for the examples


def shape_of(array: Array, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of an expression.

    Args:
        array: The expression.
        shapes: The shape of each name in it.

    Example:
        >>> from autograd.compiler.arrays import named
        >>> shape_of(named("X") @ Array("T", (named("W"),)), {"X": ("n", 64), "W": (30, 64)})
        ('n', 30)
    """
    inner = [shape_of(argument, shapes) for argument in array.arguments]
    if array.kind == "name":
        return shapes[array.detail]
    if array.kind == "number":
        return ()
    if array.kind == "@":
        first, second = inner
        return broadcast(first[:-2], second[:-2]) + first[-2:-1] + (second[-1:] if len(second) > 1 else ())
    if array.kind == "T":
        return inner[0][::-1]
    if array.kind == "part":
        return _part(inner[0], array.detail)
    if array.kind == "call":
        function, options = array.detail
        return _called(function, dict(options), inner)
    assert array.kind in INFIX or array.kind in ("negative", "row")
    return broadcast(*inner)


def broadcast(*shapes: Shape) -> Shape:
    """The shape that arrays have together."""
    n_axes = max(map(len, shapes), default=0)
    padded = [(1,) * (n_axes - len(shape)) + shape for shape in shapes]
    return tuple(next((size for size in sizes if size != 1), 1) for sizes in zip(*padded, strict=True))


def _part(shape: Shape, detail: str) -> Shape:
    found, sizes = list[Any](), iter(shape)
    for item in detail.split(", "):
        if item == "None":
            found.append(1)
            continue
        size = next(sizes)
        if item == ":":
            found.append(size)
        elif ":" in item:
            found.append(len(range(size)[slice(*(int(each) if each else None for each in item.split(":")))]))
    return tuple(found)


def _called(function: str, options: Mapping[str, Any], inner: Sequence[Shape]) -> Shape:
    shape, axis = inner[0], options.get("axis")
    if function == "reshape":
        size = "n" if "n" in shape else math.prod(shape)
        return tuple(size if each == -1 else each for each in options[""])
    if function == "broadcast_to":
        return tuple(options[""])
    if function == "permute_dims":
        return tuple(shape[place] for place in options[""])
    if function in ("sum", "max"):
        kept = list(shape)
        if axis is None:
            return ()
        del kept[axis]
        return tuple(kept)
    if function == "take":
        place = options["axis"]
        return (*shape[:place], *inner[1], *shape[place + 1 :])
    if function == "tensordot":
        first, second = options["axes"]
        left = [size for place, size in enumerate(inner[0]) if place not in first]
        return (*left, *(size for place, size in enumerate(inner[1]) if place not in second))
    if function == "concat":
        return (shape[0], sum(each[1] for each in inner))
    return shape if function in ("flip", "full_like") else broadcast(*inner)
