"""The gradient in the order of the parameters: what several results add to one of them is added, and all are joined."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.compiler.arrays import Array, named, plain, total
from autograd.compiler.families import Index
from autograd.compiler.mathematics import filled_like, is_plain
from autograd.compiler.shapes import Shape, shape_of
from autograd.compiler.terms import PARAMETER
from autograd.compiler.views import runs


@dataclass(frozen=True)
class Piece:
    """Derivatives by some parameters.

    Attributes:
        places: The parameters, in the order of the array.
        shape: The shape of the array.
        array: The array, which may broadcast to the shape.
    """

    places: tuple[int, ...]
    shape: tuple[int, ...]
    array: Array


class Assembly:
    """Joins pieces of a gradient.

    Args:
        size: How many parameters there are.
        n_indices: How many lists of places there are already.

    Attributes:
        indices: Lists of places that are gathered by, by their names.
        lines: Lines that join pieces before all are joined.
    """

    def __init__(self, size: int, n_indices: int) -> None:
        self.size, self._n_indices = size, n_indices
        self.indices: dict[str, Index] = {}
        self.lines: list[tuple[str, Array]] = []

    def merged(self, pieces: Sequence[Piece], shapes: Mapping[str, Shape]) -> list[Piece]:
        """Pieces each of which is about other parameters, each of its full shape.

        Args:
            pieces: The pieces.
            shapes: The shapes of the names in them.
        """
        same = defaultdict[tuple[int, ...], list[Piece]](list)
        for piece in pieces:
            same[piece.places].append(piece)
        found = [self._sum(each, shapes) for each in same.values()]
        count = np.zeros(self.size, dtype=np.int64)
        for piece in found:
            np.add.at(count, list(piece.places), 1)
        several = [piece for piece in found if np.any(count[list(piece.places)] > 1)]
        if several:
            found = [piece for piece in found if piece not in several] + [self._overlapping(several)]
        missing = np.flatnonzero(count == 0)
        for start, stop in runs(missing):
            places = tuple(missing[start:stop].tolist())
            found.append(Piece(places, (len(places),), self._zeros(len(places), places[0])))
        return sorted(found, key=lambda piece: min(piece.places))

    def _sum(self, pieces: Sequence[Piece], shapes: Mapping[str, Shape]) -> Piece:
        """Pieces about the same parameters."""
        shape = max((piece.shape for piece in pieces), key=len)
        arrays = []
        for piece in pieces:
            array = piece.array
            if len(piece.shape) != len(shape):
                if shape_of(array, shapes) != piece.shape:
                    array = array.call("broadcast_to", **{"": piece.shape})
                array = array.call("reshape", **{"": shape})
            arrays.append(array)
        places = pieces[0].places
        array = total(sorted(arrays, key=lambda each: each.kind in ("number", "negative")))
        if is_plain(array):
            return Piece(places, (len(places),), filled_like(self._like(len(places), places[0]), array))
        if shape_of(array, shapes) != shape:
            array = array.call("broadcast_to", **{"": shape})
        return Piece(places, shape, array)

    def _zeros(self, size: int, first: int) -> Array:
        return filled_like(self._like(size, first), plain(0.0))

    def _like(self, size: int, first: int) -> Array:
        """An array of that many parameters."""
        first = min(first, self.size - size)
        theta = named(PARAMETER)
        return theta if size == self.size else Array("part", (theta,), f"{first}:{first + size}")

    def _overlapping(self, pieces: Sequence[Piece]) -> Piece:
        """Pieces that have only some parameters in common: each padded by a zero, taken where it has none."""
        places = sorted({place for piece in pieces for place in piece.places})
        arrays = []
        for piece in pieces:
            at = {place: index for index, place in enumerate(piece.places)}
            flat = _concat([piece.array, self._zeros(1, 0)])
            arrays.append(self._taken(flat, [at.get(place, len(at)) for place in places]))
        return Piece(tuple(places), (len(places),), total(arrays))

    def _taken(self, array: Array, places: Sequence[int]) -> Array:
        name = f"index{self._n_indices + len(self.indices) + 1}"
        self.indices[name] = np.array(places, dtype=np.int64)
        return array.call("take", named(name), axis=0)

    def joined(self, pieces: Sequence[Piece]) -> Array:
        """The whole gradient; what the pieces' arrays are called stands in place of the arrays."""
        items = list[tuple[int, int, Array]]()  # where it begins, how many parameters, and the array
        todo = [*pieces]
        while todo:
            piece, *todo = todo
            rows = self._interleaved(piece, todo)
            if rows:
                todo = [each for each in todo if each not in rows]
                array = _concat([_columns(each) for each in rows], axis=1)
                name = "_".join(["grad", *(next(each.array.names()).removeprefix("grad_") for each in rows)])
                self.lines.append((name, array))
                items.append((piece.places[0], sum(len(each.places) for each in rows), named(name)))
                continue
            stretches = runs(piece.places)
            if len(stretches) == 1:
                items.append((piece.places[0], len(piece.places), piece.array))
            elif len(stretches) <= 4 and len(piece.shape) == 1:
                for start, stop in stretches:
                    part = Array("part", (piece.array,), f"{start}:{stop}")
                    items.append((piece.places[start], stop - start, part))
            else:
                return self._permuted(pieces)
        items.sort(key=lambda item: item[0])
        whole = _concat([array for _, _, array in items])
        starts = np.cumsum([0, *(size for _, size, _ in items)])[:-1]
        return whole if [start for start, _, _ in items] == starts.tolist() else self._permuted(pieces)

    def _permuted(self, pieces: Sequence[Piece]) -> Array:
        order = np.argsort(np.concatenate([piece.places for piece in pieces]))
        return self._taken(_concat([piece.array for piece in pieces]), order.tolist())

    def _interleaved(self, piece: Piece, others: Sequence[Piece]) -> list[Piece]:
        """Pieces that are the columns of one matrix, as the weights and the bias of each neuron after the other are."""
        rows = _rows(piece)
        if rows is None:
            return []
        start, stride, n_rows = rows
        found, end = [piece], start + len(piece.places) // n_rows
        for each in others:
            if end - start == stride:
                break
            if _rows(each) == (end, stride, n_rows):
                found.append(each)
                end += len(each.places) // n_rows
        return found if len(found) > 1 and end - start == stride else []


def _rows(piece: Piece) -> tuple[int, int, int] | None:
    """Where a piece begins, how far its rows are apart, and how many there are; `None` if it has no such rows."""
    if not piece.shape:
        return None
    places = np.array(piece.places).reshape(piece.shape[0], -1)
    starts = places[:, 0]
    stride = int(starts[1] - starts[0]) if len(starts) > 1 else 0
    expected = starts[0] + stride * np.arange(len(starts))[:, None] + np.arange(places.shape[1])
    return (int(starts[0]), stride, len(starts)) if stride > 0 and np.array_equal(expected, places) else None


def _columns(piece: Piece) -> Array:
    return piece.array if len(piece.shape) == 2 else Array("part", (piece.array,), ":, None")


def _concat(arrays: Sequence[Array], axis: int | None = None) -> Array:
    first, *others = arrays
    return first.call("concat", *others, axis=axis)
