"""Strides: places that lie evenly, along axes and along parts of these, as a slice that is reshaped and turned."""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.compiler.arrays import Array
from autograd.compiler.families import Index


class Digit(NamedTuple):
    """An axis of places, or a part of one: how many steps there are, and how long each is."""

    size: int
    stride: int


def strided(array: Array, shape: tuple[int, ...], taken: Index, *, is_batched: bool) -> Array | None:
    """Members of an array as a slice that is reshaped and turned; `None` if they do not lie evenly.

    Args:
        array: The array.
        shape: Its shape, without the examples.
        taken: The places of the members, in the flat array.
        is_batched: Whether its first axis is that of the examples.
    """
    axes = _digits(taken)
    if axes is None:
        return None
    digits = [digit for axis in axes for digit in axis] or [Digit(1, 1)]
    if min(digit.stride for digit in digits) < 1:
        return None
    order = sorted(range(len(digits)), key=lambda place: -digits[place].stride)
    found = _Steps(array, shape, is_batched)
    ordered = [digits[place] for place in order]
    start = int(taken.reshape(-1)[0])
    if not found.cut(start, ordered) and not found.cut(start, _merged(ordered)):
        return None
    found.reshape(tuple(digit.size for digit in ordered))
    found.permute(np.argsort(order).tolist())
    found.reshape(taken.shape)
    return found.array


class _Steps:
    """An array on its way: what is done to it, as long as it changes something."""

    def __init__(self, array: Array, shape: tuple[int, ...], is_batched: bool) -> None:
        self.array, self.shape, self.is_batched = array, shape, is_batched

    def reshape(self, shape: tuple[int, ...]) -> None:
        """Give it another shape."""
        if shape != self.shape:
            self.array, self.shape = shaped(self.array, shape, self.is_batched), shape

    def permute(self, order: list[int]) -> None:
        """Exchange axes."""
        self.array = turned(self.array, order, self.is_batched)
        self.shape = tuple(self.shape[place] for place in order)

    def part(self, ranges: Sequence[str], shape: tuple[int, ...]) -> None:
        """Take a part along each axis."""
        self.array, self.shape = part(self.array, ranges, self.is_batched), shape

    def cut(self, start: int, digits: Sequence[Digit]) -> bool:
        """Cut out members in rows, and rows of rows; whether that is possible."""
        size, step = math.prod(self.shape), digits[-1].stride
        rows = [divmod(outer.stride, inner.stride) for outer, inner in itertools.pairwise(digits)]
        lengths = [digits[0].size, *(length for length, _ in rows)]
        if any(rest for _, rest in rows) or any(n < d.size for n, d in zip(lengths, digits, strict=True)):
            return False
        count = math.prod(lengths) if len(digits) > 1 else digits[0].size
        over, ahead = start + step * (count - 1) + 1 - size, 0
        if over > 0:  # the last row ends with its last member: begin before the first one
            ahead = -(-over // step)
            if len(digits) != 2 or ahead + digits[1].size > lengths[1] or ahead * step > start:
                return False
        whole = (start - ahead * step, step, count) == (0, 1, size)
        if not whole:
            self.reshape((size,))
            self.part([span(start - ahead * step, step, count)], (count,))
        self.reshape(tuple(lengths))
        ranges = [
            ":" if n == digit.size else f"{ahead or ''}:{ahead + digit.size}"
            for n, digit in zip(lengths, digits, strict=True)
        ]
        self.part(ranges, tuple(digit.size for digit in digits))
        return True


def shaped(array: Array, shape: tuple[int, ...], is_batched: bool) -> Array:
    """An array in another shape, the examples as they are."""
    if array.kind == "call" and array.detail[0] == "reshape":
        array = array.arguments[0]
    return array.call("reshape", **{"": (*[-1] * is_batched, *map(int, shape))})


def part(array: Array, places: Sequence[str], is_batched: bool) -> Array:
    """A part of an array: for each axis a place, or a range of them, and all examples."""
    if all(each == ":" for each in places):
        return array
    return Array("part", (array,), ", ".join([*[":"] * is_batched, *places]))


def turned(array: Array, order: Sequence[int], is_batched: bool) -> Array:
    """An array with its axes in another order, the examples first."""
    if not is_batched and list(order) == [1, 0]:
        return array.arguments[0] if array.kind == "T" else Array("T", (array,))
    return permuted(array, (*range(is_batched), *(is_batched + place for place in order)))


def permuted(array: Array, order: tuple[int, ...]) -> Array:
    """An array with its axes in another order, the examples among them."""
    if array.kind == "call" and array.detail[0] == "permute_dims":
        before = dict(array.detail[1])[""]
        array, order = array.arguments[0], tuple(before[place] for place in order)
    return array if order == tuple(sorted(order)) else array.call("permute_dims", **{"": order})


def span(start: int, step: int, count: int) -> str:
    """Evenly spaced places as Python writes them."""
    if count == 1:
        return f"{start}:{start + 1}"
    return f"{start}:{start + step * (count - 1) + 1}" + (f":{step}" if step != 1 else "")


def _digits(taken: Index) -> list[list[Digit]] | None:
    """For each axis its digits, the last one changing first, if all places are sums of what each axis adds."""
    start = taken.reshape(-1)[0]
    lines = [np.moveaxis(taken, axis, -1).reshape(-1, taken.shape[axis])[0] - start for axis in range(taken.ndim)]
    if not np.array_equal(sum(np.ix_(*lines), start), taken):
        return None
    found = [_split(line) for line in lines]
    return None if None in found else [each for each in found if each is not None]


def _split(line: Index) -> list[Digit] | None:
    """What an axis adds, as digits."""
    if len(line) == 1:
        return []
    step = int(line[1])
    differs = np.flatnonzero(line != step * np.arange(len(line)))
    count = int(differs[0]) if len(differs) else len(line)
    if count == len(line):
        return [Digit(count, step)]
    if len(line) % count or not np.array_equal((line[::count, None] + line[:count]).reshape(-1), line):
        return None
    outer = _split(line[::count])
    return None if outer is None else [*outer, Digit(count, step)]


def _merged(digits: Sequence[Digit]) -> list[Digit]:
    """The same with those that follow one another without a gap as one."""
    found = [digits[0]]
    for digit in digits[1:]:
        if found[-1].stride == digit.stride * digit.size:
            found[-1] = Digit(found[-1].size * digit.size, digit.stride)
        else:
            found.append(digit)
    return found
