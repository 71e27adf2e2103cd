"""Layout: the order of the members of each family, so that what they take is rows, columns and whole arrays.

A sum of products is a matrix product if the members form a grid: each takes one of the rows of its first factors, and
one of the rows of its second factors, and all pairs occur. That holds for a layer going forward (all examples' inputs,
times a row of weights for each neuron), for the errors going backward, and for the gradient of the weights, alike.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from autograd.compiler.families import Families, Family, Grouping, Index, Kind
from autograd.compiler.grids import Grid, all_differ, grid_of, in_rows, oriented, parts_of
from autograd.compiler.sums import ALONE, Sum
from autograd.compiler.terms import CONSTANT, DIRECTION, LARGEST, PARAMETER

_PARAMETERS = {PARAMETER, DIRECTION}
_FEW = 4  # parts, which are families of their own: each is written out


class Layout:
    """Gives the members of families their places.

    Args:
        grouping: The families, and what they consist of.
        results: For each result: a key that those of one family share, the sum, and whether it is batched.

    Attributes:
        result: The families, laid out.
        apart: Terms that are better families of their own: for each the number of its part.
    """

    def __init__(self, grouping: Grouping, results: Sequence[tuple[object, Sum, bool]]) -> None:
        self.grouping, self.families = grouping, grouping.families
        self.apart: dict[int, int] = {}
        self.of = np.array(grouping.of)  # the family of each term
        self.places = np.zeros(len(grouping.terms) + 1, dtype=np.int64)  # of each term in its family
        for family in self.families:
            self._place(family)
        found = grouping.results(results)
        for family in found:
            self._lay_out_sum(family, [results[place][1] for place in family.members], in_order=True)
        self.result = Families(self.families, found)

    def _place(self, family: Family) -> None:
        if family.is_leaf:
            indices = [int(self.grouping.applied[term].number) for term in family.members]
            self.places[family.members] = indices
            family.members = indices
            return
        if family.head == CONSTANT:
            return
        if family.head in (None, LARGEST):
            self._lay_out_sum(family, [self.grouping.sums[term] for term in family.members])
        else:
            self._lay_out_row(family)
        self.places[family.members] = np.arange(family.size)

    def _lay_out_row(self, family: Family) -> None:
        """A row applied to arguments: in the order of one of them that has as many members."""
        lines = [self.grouping.applied[term] for term in family.members]
        taken = self.places[np.array([line.arguments for line in lines], dtype=np.int64)]
        of = [self.grouping.of[each] for each in lines[0].arguments]
        columns = [(number, taken[:, [place]]) for place, number in enumerate(of)]
        order, family.shape = self._arranged(family, columns, None, None)
        family.members = [family.members[place] for place in order]
        family.arguments = [(number, taken[order, place].reshape(family.shape)) for place, number in enumerate(of)]

    def _lay_out_sum(self, family: Family, lines: Sequence[Sum], in_order: bool = False) -> None:
        products = []
        grid, several = None, None
        for kind, factors in self._by_kind(lines):
            taken = self.places[factors]
            if kind[1] == kind[2]:
                taken = oriented(taken)
            taken = in_rows(taken)
            products.append((kind, taken))
            found = grid_of(taken) if grid is None and kind[2] != ALONE and len(lines) > 1 else None
            found = self._turned(kind, found, family, in_order) if found and found.sizes[0] < len(lines) else None
            if found and (found.sizes[0] == 1 or taken.shape[1] > 1 or in_order):
                grid = found
            several = several or found
            if not in_order and kind[2] != ALONE and taken.shape[1] > 1:
                self._take_apart(family, kind, taken, found)
        columns = [(kind[1], taken[:, :, 0]) for kind, taken in products]
        columns += [(kind[2], taken[:, :, 1]) for kind, taken in products if kind[2] != ALONE]
        if in_order and (grid is None or not grid.is_in_order):
            order, family.shape = np.arange(len(lines)), (len(lines),) if len(lines) > 1 else ()
        else:
            order, family.shape = self._arranged(family, columns, grid, several)
        family.members = [family.members[place] for place in order]
        family.products = [(kind, taken[order].reshape(*family.shape, *taken.shape[1:])) for kind, taken in products]

    def _take_apart(self, family: Family, kind: Kind, taken: Index, grid: Grid | None) -> None:
        """Note that a family is several, as those of two towers are, and the queries and the keys of an attention."""
        parts = parts_of(taken)
        n_parts = int(parts[0].max()) + 1 if parts else 1
        if parts is None or not 1 < n_parts <= _FEW or n_parts == family.size:
            return
        has_parameters = any(self.families[each].head in _PARAMETERS for each in kind[1:])
        if grid is None or has_parameters or not grid.is_even(taken):
            self.apart |= dict(zip(family.members, parts[0].tolist(), strict=True))

    def _by_kind(self, lines: Sequence[Sum]) -> Iterator[tuple[Kind, Index]]:
        """The products of lines of one family, kind by kind: the factors of each line, in the order of families."""
        numbers = np.fromiter(
            itertools.chain.from_iterable(itertools.chain.from_iterable(line.products for line in lines)), float
        )
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

    def _turned(self, kind: Kind, grid: Grid, family: Family, in_order: bool) -> Grid:
        """With the rows first that should be: of results as the parameters are listed, else those of the examples."""
        if in_order:
            grid = grid.as_listed
            return grid if grid.is_in_order or not grid.turned.is_in_order else grid.turned
        return grid.turned if self._is_turned(kind[1:], grid, family) else grid

    def _is_turned(self, factors: Sequence[int], grid: Grid, family: Family) -> bool:
        first, second = ((self.families[each].batched, self.families[each].head not in _PARAMETERS) for each in factors)
        if first != second:
            return second > first
        order = np.argsort(family.members)  # as they were recorded: rows are what changes less often
        changes = [np.count_nonzero(np.diff(each[order])) for each in (grid.row, grid.column)]
        return bool(changes[0] > changes[1])

    def _arranged(
        self, family: Family, columns: Sequence[tuple[int, Index]], grid: Grid | None, several: Grid | None
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
            if is_same and all_differ(taken):
                return np.argsort(taken[:, 0], kind="stable"), other.shape
        if several is not None:
            return several.order, several.shape
        single = [column for column in columns if column[1].shape[1] == 1]
        for (x, first), (y, second) in itertools.combinations(single, 2):
            grid = grid_of(np.stack([first, second], axis=2))
            if grid is not None and grid.sizes[0] < size and len(grid.shape) > 1:
                grid = grid.turned if self._is_turned((x, y), grid, family) else grid
                return grid.order, grid.shape
        keys = [taken[:, place] for _, taken in columns for place in range(taken.shape[1])]
        return np.lexsort(tuple(reversed(keys))) if keys else np.arange(size), (size,)
