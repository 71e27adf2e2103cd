"""Views: the members of a family that another one takes, as slices and turned arrays where they lie evenly."""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.compiler.arrays import Array, named
from autograd.compiler.families import Family, Index
from autograd.compiler.strides import part, shaped, span, strided, turned
from autograd.compiler.terms import DIRECTION, PARAMETER, SHARE, Head


class Views:
    """Writes which members of a family are taken.

    Args:
        names: The name of each family.
        families: The families.
        sizes: How long those are that are given.
        name_of: A name for parameters, or their direction, that are used together, from their places; or `""`.

    Attributes:
        takes: How often members had to be gathered by a list of their places.
        indices: These lists, by their names.
        parameters: Arrays of parameters that have names: their expressions, and the places of the parameters.
    """

    def __init__(
        self,
        names: Sequence[str],
        families: Sequence[Family],
        sizes: Sequence[int],
        name_of: Callable[[Head | None, Index], str],
    ) -> None:
        self.names, self.families, self.sizes, self.name_of = names, families, sizes, name_of
        self.parameters: dict[str, tuple[Array, Index]] = {}
        self._named: dict[Array, str] = {}
        self.takes = 0
        self.indices: dict[str, Index] = {}
        self._known: dict[tuple[int, tuple[int, ...], bytes], Array] = {}

    def broadcasting(self, number: int, taken: Index) -> Array:
        """Members as an array that broadcasts against the shape of `taken`, the examples first.

        Axes along which always the same is taken are left out, or have the size 1.
        """
        varying = axes_of(taken)
        array = self.exact(number, reduced(taken, varying))
        return spread(array, varying, taken.ndim, self.families[number].batched)

    def exact(self, number: int, taken: Index) -> Array:
        """Members as an array of the shape of `taken`, the examples first."""
        key = _key(number, taken)
        if key not in self._known:
            found = self._view(number, taken)
            is_named = self.families[number].head in (PARAMETER, DIRECTION)
            self._known[key] = self._with_name(found, taken, number) if is_named else found
        return self._known[key]

    def regions(self, places: Index) -> list[Array] | None:
        """Parameters as arrays that have names, or as slices; `None` if one slice is all of them, or too many are."""
        if even(places) is not None:
            return None
        left, found = {*places.tolist()}, list[Array]()
        if len(left) < len(places):
            return None
        for name, (_, known) in self.parameters.items():
            own = {*known.reshape(-1).tolist()}
            if 1 < len(own) == known.size and left >= own:
                left -= own
                found.append(named(name))
        rest = np.array(sorted(left), dtype=np.int64)
        pieces = [rest[start:stop] for start, stop in runs(rest)]
        number = next(family.number for family in self.families if family.head == PARAMETER)
        return [*found, *(self.exact(number, piece) for piece in pieces)] if len(pieces) <= 8 else None

    def _with_name(self, array: Array, taken: Index, number: int) -> Array:
        """Parameters, or their direction, by their name, turned as they are taken."""
        if array.kind == "name":
            return array
        if array.kind == "T":
            return Array("T", (self._with_name(array.arguments[0], taken.T, number),))
        if array not in self._named:
            name = self.name_of(self.families[number].head, taken)
            if not name:
                return array
            self._named[array] = name
            self.parameters[name] = array, taken
        return named(self._named[array])

    def _view(self, number: int, taken: Index) -> Array:
        family, array = self.families[number], named(self.names[number])
        shape = (self.sizes[number],) if family.is_leaf and family.head != SHARE else family.shape
        size = math.prod(shape)
        if not shape and taken.ndim == 0:
            return array
        if taken.shape == shape and np.array_equal(taken.reshape(-1), np.arange(size)):
            return array
        if taken.ndim == 0:
            return part(array, [*map(str, np.unravel_index(int(taken), shape))], family.batched)
        found = _backwards(array, taken, family.batched) if len(shape) == taken.ndim == 1 else None
        if len(shape) > 1:
            found = _block(array, taken, shape, family.batched)
        found = found or strided(array, shape, taken, is_batched=family.batched)
        if found is not None:
            return found
        other = self._known.get(_key(number, taken.T)) if taken.ndim == 2 else None
        if other is not None:
            return turned(other, [1, 0], family.batched)
        self.takes += 1
        name = f"index{len(self.indices) + 1}"
        self.indices[name] = taken.reshape(-1)
        flat = array if len(shape) == 1 else shaped(array, (size,), family.batched)
        found = flat.call("take", named(name), axis=int(family.batched))
        return found if taken.ndim == 1 else shaped(found, taken.shape, family.batched)


def _key(number: int, taken: Index) -> tuple[int, tuple[int, ...], bytes]:
    return number, taken.shape, np.ascontiguousarray(taken).tobytes()


def spread(array: Array, axes: Sequence[int], n_axes: int, is_batched: bool) -> Array:
    """An array that has some of the axes only, so that it broadcasts against all of them, the examples first."""
    first = 0 if is_batched else min(axes, default=n_axes)
    kept = [":" if axis in axes else "None" for axis in range(first, n_axes)]
    return part(array, kept, is_batched)


def axes_of(taken: Index) -> list[int]:
    """The axes along which different members are taken."""
    return [axis for axis in range(taken.ndim) if np.any(taken != np.take(taken, [0], axis=axis))]


def reduced(taken: Index, axes: Sequence[int]) -> Index:
    """What is taken along some axes, at the first place of the others."""
    return taken[tuple(slice(None) if axis in axes else 0 for axis in range(taken.ndim))]


def runs(places: Sequence[int] | Index) -> list[tuple[int, int]]:
    """Where places follow one another: where in the list each run of them begins, and where it ends.

    Example:
        >>> runs([3, 4, 5, 9, 7, 8])
        [(0, 3), (3, 4), (4, 6)]
    """
    cuts = (np.flatnonzero(np.diff(places) != 1) + 1).tolist()
    return list(itertools.pairwise([0, *cuts, len(places)])) if len(places) else []


def even(taken: Index) -> tuple[int, list[int]] | None:
    """Where it begins, and the step along each axis, if the places are evenly spaced."""
    start = int(taken.reshape(-1)[0])
    steps = [
        int(np.take(taken, 1, axis=axis).reshape(-1)[0]) - start if taken.shape[axis] > 1 else 0
        for axis in range(taken.ndim)
    ]
    grid = sum((step * index for step, index in zip(steps, np.indices(taken.shape), strict=True)), start)
    return (start, steps) if np.array_equal(grid, taken) else None


def _backwards(array: Array, taken: Index, is_batched: bool) -> Array | None:
    """Members of a vector from the last one to the first one."""
    spaced = even(taken)
    if spaced is None or spaced[1][0] >= 0:
        return None
    places = span(int(taken[-1]), -spaced[1][0], len(taken))
    return part(array, [places], is_batched).call("flip", axis=int(is_batched))


def _block(array: Array, taken: Index, shape: tuple[int, ...], is_batched: bool) -> Array | None:
    """A part of an array of several axes, turned as it is taken: for each axis a place, or a range of them."""
    places, axes = list[str](), list[int]()
    for size, place in zip(shape, np.unravel_index(taken, shape), strict=True):
        varying = axes_of(place)
        if not varying:
            places.append(str(int(place.reshape(-1)[0])))
            continue
        line = reduced(place, varying)
        if len(varying) > 1 or varying[0] in axes or not np.array_equal(line, np.arange(line[0], line[0] + len(line))):
            return None
        axes.append(varying[0])
        places.append(":" if len(line) == size else span(int(line[0]), 1, len(line)))
    if sorted(axes) != list(range(taken.ndim)):
        return None
    return turned(part(array, places, is_batched), np.argsort(axes).tolist(), is_batched)
