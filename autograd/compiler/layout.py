"""Layout: the order of the members of each family, so that what they take is rows, columns and whole arrays.

A sum of products is a matrix product if the members form a grid: each takes one of the rows of its first factors, and
one of the rows of its second factors, and all pairs occur. That holds for a layer going forward (all examples' inputs,
times a row of weights for each neuron), for the errors going backward, and for the gradient of the weights, alike.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from autograd.compiler.families import Families, Family, Grouping, Index, Kind
from autograd.compiler.sums import ALONE, Sum
from autograd.compiler.terms import CONSTANT, LARGEST


class Grid(NamedTuple):
    """Members as the cells of a grid.

    Attributes:
        row, column: Where each member stands.
        n_rows, n_columns: The size of the grid.
    """

    row: Index
    column: Index
    n_rows: int
    n_columns: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, without what has one row or one column only."""
        return tuple(size for size in (self.n_rows, self.n_columns) if size > 1)

    @property
    def order(self) -> Index:
        """The members, row by row."""
        found = np.empty_like(self.row)
        found[self.row * self.n_columns + self.column] = np.arange(len(found))
        return found

    @property
    def is_in_order(self) -> bool:
        """Whether the members stand row by row as they are."""
        return np.array_equal(self.row * self.n_columns + self.column, np.arange(len(self.row)))

    @property
    def turned(self) -> "Grid":
        """The same with rows and columns exchanged."""
        return Grid(self.column, self.row, self.n_columns, self.n_rows)


class Layout:
    """Gives the members of families their places.

    Args:
        grouping: The families, and what they consist of.
        results: For each result: a key that those of one family share, the sum, and whether it is batched.
    """

    def __init__(self, grouping: Grouping, results: Sequence[tuple[object, Sum, bool]]) -> None:
        self.grouping, self.families = grouping, grouping.families
        self.sums = results
        self.of = np.array(grouping.of)  # the family of each term
        self.places = np.zeros(len(grouping.terms) + 1, dtype=np.int64)  # of each term in its family
        for family in self.families:
            self._place(family)
        found = grouping.results(results)
        for family in found:
            self._lay_out_sum(family, [results[place][1] for place in family.members], in_order=True)
        shares = [grouping.terms.shares[family.members[0]] for family in self.families]
        self.result = Families(self.families, found, shares)

    def _place(self, family: Family) -> None:
        if family.is_leaf:
            family.members = [int(self.grouping.applied[term].number) for term in self._terms(family)]
            return
        if family.head == CONSTANT:
            return
        if family.head in (None, LARGEST):
            self._lay_out_sum(family, [self.grouping.sums[term] for term in family.members])
        else:
            self._lay_out_row(family)
        self.places[family.members] = np.arange(family.size)

    def _terms(self, leaf: Family) -> list[int]:
        for term in leaf.members:
            self.places[term] = self.grouping.applied[term].number
        return leaf.members

    def _lay_out_row(self, family: Family) -> None:
        """A row applied to arguments: in the order of one of them that has as many members."""
        lines = [self.grouping.applied[term] for term in family.members]
        taken = self.places[np.array([line.arguments for line in lines], dtype=np.int64)]
        of = [self.grouping.of[each] for each in lines[0].arguments]
        columns = [(number, taken[:, [place]]) for place, number in enumerate(of)]
        order, family.shape = self._arranged(family, columns, None)
        family.members = [family.members[place] for place in order]
        family.arguments = [(number, taken[order, place].reshape(family.shape)) for place, number in enumerate(of)]

    def _lay_out_sum(self, family: Family, lines: Sequence[Sum], in_order: bool = False) -> None:
        products = []
        grid = None
        for kind, factors in self._by_kind(lines):
            taken = _sorted(self.places[factors])
            products.append((kind, taken))
            if grid is None and kind[2] != ALONE:
                grid = _grid(taken)
                if grid is not None and self._is_turned(kind, grid, in_order):
                    grid = grid.turned
        columns = [(kind[1], taken[:, :, 0]) for kind, taken in products]
        columns += [(kind[2], taken[:, :, 1]) for kind, taken in products if kind[2] != ALONE]
        if in_order and (grid is None or not grid.is_in_order):
            order, family.shape = np.arange(len(lines)), (len(lines),) if len(lines) > 1 else ()
        else:
            order, family.shape = self._arranged(family, columns, grid)
        family.members = [family.members[place] for place in order]
        family.products = [(kind, taken[order].reshape(*family.shape, *taken.shape[1:])) for kind, taken in products]

    def _by_kind(self, lines: Sequence[Sum]) -> Iterator[tuple[Kind, Index]]:
        """The products of lines of one family, kind by kind: the factors of each line, in the order of families."""
        numbers = np.fromiter(chain.from_iterable(chain.from_iterable(line.products for line in lines)), float)
        numbers = numbers.reshape(len(lines), -1, 3)
        factors, terms = numbers[:, :, 0], numbers[:, :, 1:].astype(np.int64)
        of = self.of[terms]
        is_turned = ((of[:, :, 1] < of[:, :, 0]) & (of[:, :, 1] != ALONE))[:, :, None]
        of, terms = (np.where(is_turned, each[:, :, ::-1], each) for each in (of, terms))
        order = np.lexsort((of[:, :, 1], of[:, :, 0], factors))
        terms = np.take_along_axis(terms, order[:, :, None], axis=1)
        kinds = [(factors[0, place].item(), *of[0, place].tolist()) for place in order[0]]  # those of every line
        for kind, count in Counter(kinds).items():
            place = kinds.index(kind)
            yield kind, terms[:, place : place + count]

    def _is_turned(self, kind: tuple[float, int, int], grid: Grid, in_order: bool) -> bool:
        """Whether the second factors are the rows: those of the examples; of results, as the parameters are listed."""
        if in_order:
            return not grid.is_in_order
        return self.families[kind[2]].batched and not self.families[kind[1]].batched

    def _arranged(
        self, family: Family, columns: Sequence[tuple[int, Index]], grid: Grid | None
    ) -> tuple[Index, tuple[int, ...]]:
        """The order of the members, and the shape of the array."""
        size = family.size
        if size == 1:
            return np.array([0]), ()
        if grid is not None:
            return grid.order, grid.shape
        for number, taken in columns:
            other = self.families[number]
            is_same = taken.shape[1] == 1 and other.size == size and not other.is_leaf
            if is_same and len(np.unique(taken)) == size:
                return np.argsort(taken[:, 0], kind="stable"), other.shape
        single = [taken for _, taken in columns if taken.shape[1] == 1]
        for place, first in enumerate(single):
            for second in single[place + 1 :]:
                grid = _grid(np.stack([first, second], axis=2))
                if grid is not None and len(grid.shape) == 2:
                    return grid.order, grid.shape
        keys = [taken[:, place] for _, taken in columns for place in range(taken.shape[1])]
        return np.lexsort(tuple(reversed(keys))) if keys else np.arange(size), (size,)


def _sorted(taken: Index) -> Index:
    """The products of each member in an order in which few different rows of factors occur."""
    if taken.shape[1] == 1:
        return taken
    found = []
    for first, second in ((0, 1), (1, 0)):
        order = np.argsort(taken[:, :, first] * (1 << 31) + taken[:, :, second], axis=1, kind="stable")
        found.append(np.take_along_axis(taken, order[:, :, None], axis=1))
    return min(found, key=lambda each: _ranks(each[:, :, 0])[1] * _ranks(each[:, :, 1])[1])


def _grid(taken: Index) -> Grid | None:
    """The members as a grid, by the rows of their first and of their second factors; `None` if they are none."""
    row, n_rows = _ranks(taken[:, :, 0])
    column, n_columns = _ranks(taken[:, :, 1])
    if n_rows * n_columns != len(taken) or not np.all(np.bincount(row * n_columns + column) == 1):
        return None
    return Grid(row, column, n_rows, n_columns)


def _ranks(rows: Index) -> tuple[Index, int]:
    """The place of each row among all that differ, in their order, and how many these are."""
    if rows.shape[1] > 1:  # numbers with their highest byte first are in the order of their bytes
        rows = np.ascontiguousarray(rows, dtype=">i8").view(f"V{8 * rows.shape[1]}")
    order = np.argsort(rows[:, 0], kind="stable")
    is_new = rows[order[1:], 0] != rows[order[:-1], 0]
    found = np.zeros(len(rows), dtype=np.int64)
    found[order[1:]] = np.cumsum(is_new)
    return found, 1 + int(np.count_nonzero(is_new))
