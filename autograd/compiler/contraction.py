"""Sums of products as arrays: a matrix product where the members form a grid, else products summed over an axis.

A factor has an axis for the examples, if it is batched; axes of the grid; and one for the terms of the sum. A line
keeps the examples apart. A result is the sum over them, so that there the examples are one more axis to sum over.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd.compiler.arrays import Array, total
from autograd.compiler.families import Family, Index, Kind
from autograd.compiler.strides import permuted, turned
from autograd.compiler.sums import ALONE
from autograd.compiler.terms import PARAMETER
from autograd.compiler.views import Views, axes_of, reduced, spread


@dataclass(frozen=True)
class Factor:
    """A factor of a product.

    Attributes:
        number: Its family.
        batched: Whether it has a number for each example.
        taken: Which members it takes: of the shape of the line, and of the number of terms.
        axes: The axes of the line along which they differ.
        varies: Whether they differ from term to term.
    """

    number: int
    batched: bool
    taken: Index
    axes: tuple[int, ...]
    varies: bool

    @classmethod
    def of(cls, families: Sequence[Family], number: int, taken: Index) -> "Factor":
        """Find out."""
        axes = axes_of(taken)
        last = taken.ndim - 1
        inside = tuple(axis for axis in axes if axis != last)
        return cls(number, families[number].batched, taken, inside, last in axes)

    @property
    def terms(self) -> int:
        """The axis of the terms."""
        return self.taken.ndim - 1

    def own(self, other: "Factor") -> tuple[int, ...]:
        """The axes along which it differs, and another factor does not."""
        return tuple(axis for axis in self.axes if axis not in other.axes)

    def exact(self, views: Views, *axes: int) -> Array:
        """Its members along some axes, in their order."""
        return views.exact(self.number, reduced(self.taken, sorted(axes)).transpose(np.argsort(np.argsort(axes))))


class Contraction:
    """Writes sums of products.

    Attributes:
        fallbacks: The arrays of products that are written out to be summed: their shapes, with -1 for the examples.
    """

    def __init__(self, views: Views, families: Sequence[Family]) -> None:
        self.views, self.families = views, families
        self.fallbacks: list[tuple[int, ...]] = []

    def product(self, kind: Kind, taken: Index, *, is_result: bool) -> Array:
        """The sum of the products of one kind, of the shape of the line, or of the result."""
        number, first, second = kind
        if second == ALONE:
            found = self._of_one(Factor.of(self.families, first, taken[..., 0]), is_result)
            return found.scaled(number)
        x = Factor.of(self.families, first, taken[..., 0])
        y = Factor.of(self.families, second, taken[..., 1])
        if self.families[first].head == PARAMETER and first == second and taken.ndim == 2:
            regions = self.views.regions(taken[:, 0]) if np.array_equal(taken[:, 0], taken[:, 1]) else None
            if regions:
                return total([(each * each).call("sum") for each in regions]).scaled(number)
        return (self._contracted(x, y, is_result) or self._written_out(x, y, is_result)).scaled(number)

    def _contracted(self, x: Factor, y: Factor, is_result: bool) -> Array | None:
        """Without an array that is larger than both factors, if there is such a way."""
        over_examples = is_result and x.batched and y.batched
        if not over_examples and not (x.varies and y.varies):
            return self._by_entry(x, y, is_result)
        own, is_apart = (len(x.own(y)), len(y.own(x))), {*x.axes}.isdisjoint(y.axes)
        found: Array | None = None
        if is_apart and max(own) <= 1 and (over_examples or not (x.batched and y.batched)):
            found = self._over_examples(x, y) if over_examples else self._matrix(x, y, is_result)
        elif own == (1, 1):
            found = self._matrices(x, y, is_result)
        elif own in ((0, 1), (1, 0)) and x.batched != y.batched and not is_result:
            found = self._matrices_of_examples(*((x, y) if x.batched else (y, x)))
        is_batched = not is_result and (x.batched or y.batched)
        return found and spread(found, sorted({*x.axes, *y.axes}), x.terms, is_batched)

    def largest(self, number: int, taken: Index) -> Array:
        """The largest of some members, of the shape of the line."""
        if taken.shape[-1] == 1:
            return self.views.broadcasting(number, taken[..., 0])
        return self.views.broadcasting(number, taken).call("max", axis=-1)

    def _of_one(self, factor: Factor, is_result: bool) -> Array:
        """A sum of members themselves."""
        return self._summed(self._without_terms(factor), factor, is_result)

    def _without_terms(self, factor: Factor) -> Array:
        """The sum of a factor over the terms, if it differs among them, broadcast against the line."""
        if factor.varies:
            return self.views.broadcasting(factor.number, factor.taken).call("sum", axis=-1)
        return self.views.broadcasting(factor.number, factor.taken[..., 0])

    def _by_entry(self, x: Factor, y: Factor, is_result: bool) -> Array:
        """A product, entry by entry; what is the same in all terms stands before their sum."""
        first, second = (self._summed(self._without_terms(each), each, is_result) for each in (x, y))
        return first * second

    def _summed(self, array: Array, factor: Factor, is_result: bool) -> Array:
        return array.call("sum", axis=0) if is_result and factor.batched else array

    def _over_examples(self, x: Factor, y: Factor) -> Array:
        """Both factors differ from example to example, and the result is the sum over these."""
        x, y = (y, x) if y.axes and (not x.axes or y.axes < x.axes) else (x, y)  # the axis of x comes first
        if not (x.varies and y.varies):
            first, second = (self._along(each, *each.axes) for each in (x, y))
            if x.axes and y.axes:
                return Array("T", (first,)) @ second
            return second @ first if x.axes else (first * second).call("sum")
        first, second = (each.exact(self.views, *each.axes, each.terms) for each in (x, y))
        if not x.axes:
            return (first * second).call("sum")
        axes = (0, 2), (0, 2 if y.axes else 1)
        return first.call("tensordot", second, axes=axes)

    def _along(self, factor: Factor, *axes: int) -> Array:
        """A factor along some axes, and its sum over the terms, if it differs among them."""
        if factor.varies:
            return factor.exact(self.views, *axes, factor.terms).call("sum", axis=-1)
        return factor.exact(self.views, *axes)

    def _matrix(self, x: Factor, y: Factor, is_result: bool) -> Array:
        """A matrix product, in which at most one factor differs from example to example."""
        if y.batched or (not x.batched and y.axes < x.axes):
            x, y = y, x  # what differs from example to example stands on the left
        left = self._summed(x.exact(self.views, *x.axes, x.terms), x, is_result)
        right = y.exact(self.views, y.terms, *y.axes)
        is_turned = y.axes and y.axes < x.axes
        return turned(left @ right, [1, 0], x.batched and not is_result) if is_turned else left @ right

    def _matrices(self, x: Factor, y: Factor, is_result: bool) -> Array:
        """A matrix product for each example, and for each part: along the axes that both factors have."""
        x, y = (x, y) if x.own(y) < y.own(x) else (y, x)
        parts = [axis for axis in x.axes if axis in y.axes]
        rows, columns = (*parts, *x.own(y)), (*parts, *y.own(x))
        if is_result and x.batched and y.batched:  # the examples are terms, too
            n_parts = len(parts)
            if x.varies and y.varies:
                shape = tuple(x.taken.shape[axis] for axis in rows)
                left = permuted(x.exact(self.views, *rows, x.terms), (*range(1, n_parts + 2), 0, n_parts + 2))
                left = left.call("reshape", **{"": (*shape, -1)})
                shape = tuple(y.taken.shape[axis] for axis in columns)
                right = permuted(
                    y.exact(self.views, *parts, y.terms, columns[-1]),
                    (*range(1, n_parts + 1), 0, n_parts + 1, n_parts + 2),
                )
                right = right.call("reshape", **{"": (*shape[:-1], -1, shape[-1])})
            else:
                left = permuted(self._along(x, *rows), (*range(1, n_parts + 2), 0))
                right = permuted(self._along(y, *columns), (*range(1, n_parts + 1), 0, n_parts + 1))
        else:
            left = self._summed(x.exact(self.views, *rows, x.terms), x, is_result)
            right = self._summed(y.exact(self.views, *parts, y.terms, columns[-1]), y, is_result)
        order = np.argsort([*rows, columns[-1]]).tolist()
        return turned(left @ right, order, not is_result and (x.batched or y.batched))

    def _matrices_of_examples(self, x: Factor, y: Factor) -> Array | None:
        """A matrix product for each part, with the examples as rows: x differs among these, y does not."""
        if x.own(y):
            return None
        parts, column = x.axes, y.own(x)
        n_parts = len(parts)
        left = permuted(x.exact(self.views, *parts, x.terms), (*range(1, n_parts + 1), 0, n_parts + 1))
        found = left @ y.exact(self.views, *parts, y.terms, *column)
        found = permuted(found, (n_parts, *range(n_parts), n_parts + 1))
        return turned(found, np.argsort([*parts, *column]).tolist(), True)

    def _written_out(self, x: Factor, y: Factor, is_result: bool) -> Array:
        """All products, and then their sum: right for every graph, but it may take room for all of them."""
        varies, is_batched = x.varies or y.varies, x.batched or y.batched
        taken = [each.taken if varies else each.taken[..., 0] for each in (x, y)]
        whole = max(self.families[each.number].size for each in (x, y) if each.batched == is_batched)
        axes = {axis for each in taken for axis in axes_of(each)}
        shape = tuple(size if axis in axes else 1 for axis, size in enumerate(taken[0].shape))
        if math.prod(shape) > whole:
            self.fallbacks.append((-1,) * is_batched + shape)
        found = self.views.broadcasting(x.number, taken[0]) * self.views.broadcasting(y.number, taken[1])
        if varies:
            found = found.call("sum", axis=-1)
        return found.call("sum", axis=0) if is_result and is_batched else found
