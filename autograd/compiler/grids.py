"""Grids: members that each take one of the rows of their first factors, and one of the rows of their second factors.

If all pairs of rows occur, they are the cells of a matrix product. If the pairs fall into parts, in each of which all
occur, they are several: the heads of an attention are, and so are two towers.
"""

from typing import NamedTuple

import numpy as np

from autograd.compiler.families import Index


class Grid(NamedTuple):
    """Members as the cells of a grid.

    Attributes:
        part, row, column: Where each member stands.
        sizes: How many parts, rows and columns there are.
    """

    part: Index
    row: Index
    column: Index
    sizes: tuple[int, int, int]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, without the axes of size 1."""
        return tuple(size for size in self.sizes if size > 1)

    @property
    def cells(self) -> Index:
        """The place of each member, if they stand part by part, and row by row."""
        _, n_rows, n_columns = self.sizes
        return (self.part * n_rows + self.row) * n_columns + self.column

    @property
    def order(self) -> Index:
        """The members in the order of their cells."""
        found = np.empty_like(self.row)
        found[self.cells] = np.arange(len(found))
        return found

    @property
    def is_in_order(self) -> bool:
        """Whether the members stand in the order of their cells as they are."""
        return np.array_equal(self.cells, np.arange(len(self.row)))

    @property
    def turned(self) -> "Grid":
        """The same with rows and columns exchanged."""
        return Grid(self.part, self.column, self.row, (self.sizes[0], self.sizes[2], self.sizes[1]))

    @property
    def as_listed(self) -> "Grid":
        """The same with its rows and columns in the order in which they come up first."""
        if self.sizes[0] > 1:
            return self
        first, second = (_by_first(each) for each in (self.row, self.column))
        return Grid(self.part, first, second, self.sizes)

    def is_even(self, taken: Index) -> bool:
        """Whether each part takes what the part before takes, all of it as far ahead as in the step before."""
        steps = np.diff(taken[self.order].reshape(self.sizes[0], -1, 2), axis=0)
        return bool(np.all(steps == steps[:1, :1]))


def grid_of(taken: Index) -> Grid | None:
    """The members as a grid; `None` if they are none.

    Args:
        taken: For each member, and each product in it, which first and which second factor it takes.
    """
    parts = parts_of(taken)
    if parts is None:
        return None
    part, row, column = parts
    sizes = [(np.bincount(part[_firsts(each)])) for each in (row, column)]
    if any(np.any(each != each[0]) for each in sizes):
        return None
    row, column = (_within(each, part) for each in (row, column))
    return Grid(part, row, column, (len(sizes[0]), int(sizes[0][0]), int(sizes[1][0])))


def parts_of(taken: Index) -> tuple[Index, Index, Index] | None:
    """The part, the row and the column of each member; `None` if in a part not all pairs occur, each once."""
    row, n_rows = _ranks(taken[:, :, 0])
    column, n_columns = _ranks(taken[:, :, 1])
    cells = row * n_columns + column
    if n_rows * n_columns == len(taken):
        return (np.zeros_like(row), row, column) if np.all(np.bincount(cells) == 1) else None
    least = np.full(n_columns, n_rows)
    np.minimum.at(least, column, row)
    label = least[column]  # the first row that the members of a column have: the same for all columns of a part
    part, n_parts = _ranks(label[:, None])
    of_row, of_column = np.zeros(n_rows, dtype=np.int64), np.zeros(n_columns, dtype=np.int64)
    of_row[row], of_column[column] = part, part
    is_apart = np.array_equal(of_row[row], part) and np.array_equal(of_column[column], part)
    pairs = np.bincount(of_row, minlength=n_parts) * np.bincount(of_column, minlength=n_parts)
    if not is_apart or not np.array_equal(pairs, np.bincount(part)) or not all_differ(cells):
        return None
    return part, row, column


def oriented(taken: Index) -> Index:
    """The factors of one family, each on one side if that is possible: as queries are on one side, and keys on another.

    Args:
        taken: For each member, and each product in it, which two members of the family it takes.
    """
    if np.any(taken[:, :, 0] == taken[:, :, 1]):
        return taken
    pairs = sorted({*map(tuple, taken.reshape(-1, 2).tolist())})
    beside: dict[int, list[int]] = {}
    for one, other in pairs:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    side: dict[int, int] = {}
    for first in sorted(beside):
        todo = [] if first in side else [(first, 0)]
        while todo:
            place, own = todo.pop()
            if side.setdefault(place, own) != own:
                return taken
            todo += [(other, 1 - own) for other in beside[place] if other not in side or side[other] == own]
    second = np.array([side.get(place, 0) for place in range(int(taken.max()) + 1)], dtype=bool)
    return np.where(second[taken[:, :, :1]], taken[:, :, ::-1], taken)


def in_rows(taken: Index) -> Index:
    """The products of each member in an order in which few different rows of factors occur."""
    if taken.shape[1] == 1:
        return taken
    found = []
    for first, second in ((0, 1), (1, 0)):
        order = np.argsort(taken[:, :, first] * (1 << 31) + taken[:, :, second], axis=1, kind="stable")
        found.append(np.take_along_axis(taken, order[:, :, None], axis=1))
    return min(found, key=lambda each: _ranks(each[:, :, 0])[1] * _ranks(each[:, :, 1])[1])


def all_differ(places: Index) -> bool:
    """Whether no place comes up twice. It asks less of NumPy than `np.unique`, which imports a package at first."""
    ordered = np.sort(places, axis=None)
    return not np.any(ordered[1:] == ordered[:-1])


def _ranks(rows: Index) -> tuple[Index, int]:
    """The place of each row among all that differ, in their order, and how many these are."""
    if rows.shape[1] > 1:  # numbers with their highest byte first are in the order of their bytes
        rows = np.ascontiguousarray(rows, dtype=">i8").view(f"V{8 * rows.shape[1]}")
    order = np.argsort(rows[:, 0], kind="stable")
    is_new = rows[order[1:], 0] != rows[order[:-1], 0]
    found = np.zeros(len(rows), dtype=np.int64)
    found[order[1:]] = np.cumsum(is_new)
    return found, 1 + int(np.count_nonzero(is_new))


def _firsts(ranks: Index) -> Index:
    """Where each rank comes up first."""
    found = np.empty(int(ranks.max()) + 1, dtype=np.int64)
    found[ranks[::-1]] = np.arange(len(ranks) - 1, -1, -1)  # of several, the last that is assigned stays
    return found


def _by_first(ranks: Index) -> Index:
    """Ranks in the order in which they come up first."""
    found = np.empty(int(ranks.max()) + 1, dtype=np.int64)
    found[np.argsort(_firsts(ranks))] = np.arange(len(found))
    return found[ranks]


def _within(rank: Index, part: Index) -> Index:
    """Ranks that begin anew in each part."""
    firsts = _firsts(rank)
    order = np.lexsort((np.arange(len(firsts)), part[firsts]))
    place = np.empty(len(firsts), dtype=np.int64)
    place[order] = np.arange(len(firsts))
    starts = np.cumsum([0, *np.bincount(part[firsts])])
    found: Index = place[rank] - starts[part]
    return found
