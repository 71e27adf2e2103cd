"""Sums of products as arrays: a matrix product where the members form a grid, else products summed over an axis.

A factor has an axis for the examples, if it is batched; axes of the grid; and one for the terms of the sum. A line
keeps the examples apart. A result is the sum over them, so that there the examples are one more axis to sum over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd.compiler.arrays import Array, total
from autograd.compiler.families import Family, Index, Kind
from autograd.compiler.sums import ALONE
from autograd.compiler.terms import CONSTANT, PARAMETER, SHARE
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

    def exact(self, views: Views, *, turned: bool = False, terms: bool = True) -> Array:
        """Its members, an axis for each of `axes`, and the terms last, or first if it is turned."""
        axes = [*self.axes, self.taken.ndim - 1] if terms else list(self.axes)
        taken = reduced(self.taken, axes)
        return views.exact(self.number, taken.T if turned and taken.ndim == 2 else taken)


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
        over_examples = is_result and x.batched and y.batched
        n_terms = taken.shape[-2]
        found_array: Array | None = None
        if self.families[first].head == PARAMETER and first == second and taken.ndim == 2:
            regions = self.views.regions(taken[:, 0]) if np.array_equal(taken[:, 0], taken[:, 1]) else None
            if regions:
                return total([(each * each).call("sum") for each in regions]).scaled(number)
        is_grid = not {*x.axes} & {*y.axes} and len(x.axes) <= 1 and len(y.axes) <= 1
        is_plain = any(self.families[each].head in (CONSTANT, SHARE) for each in (first, second))
        if n_terms == 1 and not over_examples:
            found_array = self._one_term(x, y, is_result)
        elif is_grid and not is_plain and (n_terms == 1 or (x.varies and y.varies)):
            found_array = self._over_examples(x, y, n_terms) if over_examples else self._matrix(x, y, is_result)
            if found_array is not None:
                is_batched = not is_result and (x.batched or y.batched)
                found_array = spread(found_array, sorted({*x.axes, *y.axes}), taken.ndim - 2, is_batched)
        return (found_array or self._written_out(x, y, is_result)).scaled(number)

    def largest(self, number: int, taken: Index) -> Array:
        """The largest of some members, of the shape of the line."""
        if taken.shape[-1] == 1:
            return self.views.broadcasting(number, taken[..., 0])
        return self.views.broadcasting(number, taken).call("max", axis=-1)

    def _of_one(self, factor: Factor, is_result: bool) -> Array:
        """A sum of members themselves."""
        if factor.taken.shape[-1] == 1:
            found = self.views.broadcasting(factor.number, factor.taken[..., 0])
        else:
            found = _sum_over_terms(self.views.broadcasting(factor.number, factor.taken), factor.taken, factor.batched)
        return self._summed(found, factor, is_result)

    def _one_term(self, x: Factor, y: Factor, is_result: bool) -> Array:
        """A product, entry by entry."""
        first, second = (self.views.broadcasting(each.number, each.taken[..., 0]) for each in (x, y))
        return self._summed(first, x, is_result) * self._summed(second, y, is_result)

    def _summed(self, array: Array, factor: Factor, is_result: bool) -> Array:
        return array.call("sum", axis=0) if is_result and factor.batched else array

    def _over_examples(self, x: Factor, y: Factor, n_terms: int) -> Array:
        """Both factors differ from example to example, and the result is the sum over these."""
        x, y = (y, x) if y.axes and (not x.axes or y.axes < x.axes) else (x, y)  # the axis of x comes first
        if n_terms == 1:
            first, second = (each.exact(self.views, terms=False) for each in (x, y))
            if x.axes and y.axes:
                return Array("T", (first,)) @ second
            return second @ first if x.axes else (first * second).call("sum")
        first, second = x.exact(self.views), y.exact(self.views)
        if not x.axes:
            return (first * second).call("sum")
        axes = (0, 2), (0, 2 if y.axes else 1)
        return first.call("tensordot", second, axes=axes)

    def _matrix(self, x: Factor, y: Factor, is_result: bool) -> Array | None:
        """A matrix product; of a result, at most one factor differs from example to example."""
        if x.batched and y.batched:
            if x.axes or y.axes:
                return None
            return (x.exact(self.views) * y.exact(self.views)).call("sum", axis=-1)
        if y.batched or (not x.batched and y.axes < x.axes):
            x, y = y, x  # what differs from example to example stands on the left
        left = self._summed(x.exact(self.views), x, is_result)
        right = y.exact(self.views, turned=True)
        if x.axes and y.axes and y.axes < x.axes:
            return Array("T", (left @ right,)) if not x.batched or is_result else None
        return left @ right

    def _written_out(self, x: Factor, y: Factor, is_result: bool) -> Array:
        """All products, and then their sum: right for every graph, but it takes room for all of them."""
        shape = x.taken.shape
        first, second = (self.views.broadcasting(each.number, each.taken) for each in (x, y))
        is_batched = x.batched or y.batched
        self.fallbacks.append((-1, *shape) if is_batched else shape)
        found = _sum_over_terms(first * second, x.taken, is_batched)
        return found.call("sum", axis=0) if is_result and is_batched else found


def _sum_over_terms(array: Array, taken: Index, is_batched: bool) -> Array:
    """The sum over the last axis of an array, which is broadcast to its full shape before, so that each term counts."""
    shape = ("n",) * is_batched + taken.shape
    return array.call("broadcast_to", **{"": shape}).call("sum", axis=-1)
