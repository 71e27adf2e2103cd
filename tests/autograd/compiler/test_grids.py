"""Members as the cells of grids: whole ones, and several of one size."""

import itertools

import numpy as np

from autograd.compiler.families import Index
from autograd.compiler.grids import grid_of, oriented, parts_of


def products(pairs: list[tuple[list[int], list[int]]]) -> Index:
    """What members take that multiply a row of places with another."""
    return np.array([list(zip(*pair, strict=True)) for pair in pairs])


ROWS, COLUMNS = [[0, 1], [2, 3], [4, 5]], [[0, 6], [1, 7]]


def test_all_pairs_are_a_grid_in_whatever_order() -> None:
    pairs = list(itertools.product(ROWS, COLUMNS))
    shuffled = [pairs[place] for place in (4, 0, 5, 2, 1, 3)]
    grid = grid_of(products(shuffled))
    assert grid is not None
    assert grid.sizes == (1, 3, 2)
    assert [shuffled[place] for place in grid.order] == pairs
    assert not grid.is_in_order
    assert grid_of(products(pairs[:-1])) is None
    assert grid_of(products([*pairs[:-1], pairs[0]])) is None


def test_two_grids_of_one_size_are_one_with_parts() -> None:
    one = list(itertools.product(ROWS, COLUMNS))
    other = [([x + 10 for x in row], [x + 20 for x in column]) for row, column in one]
    pairs = [pair for both in zip(other, one, strict=True) for pair in both]
    grid = grid_of(products(pairs))
    assert grid is not None
    assert grid.shape == (2, 3, 2)
    assert [pairs[place] for place in grid.order] == one + other
    assert grid.turned.shape == (2, 2, 3)
    assert grid.is_even(products(pairs))
    assert not grid.is_even(products([(row, column[::-1]) if row[0] >= 10 else (row, column) for row, column in pairs]))


def test_grids_of_several_sizes_are_parts_alone() -> None:
    pairs = [*itertools.product(ROWS, COLUMNS), ([30, 31], [40, 41])]
    assert grid_of(products(pairs)) is None
    found = parts_of(products(pairs))
    assert found is not None
    assert found[0].tolist() == [0] * 6 + [1]
    chain = [(ROWS[0], COLUMNS[0]), (ROWS[1], COLUMNS[0]), (ROWS[1], COLUMNS[1])]
    assert parts_of(products(chain)) is None


def test_factors_of_one_family_are_on_one_side_each() -> None:
    # queries are 0 and 10, keys are 5 and 15
    taken = products([([0], [5]), ([5], [10]), ([0], [15]), ([15], [10])])
    assert oriented(taken)[:, 0].tolist() == [[0, 5], [10, 5], [0, 15], [10, 15]]
    triangle = products([([0], [1]), ([1], [2]), ([0], [2])])
    assert np.array_equal(oriented(triangle), triangle)
    squares = products([([0], [0]), ([1], [1])])
    assert np.array_equal(oriented(squares), squares)


def test_a_pair_that_comes_up_twice_is_no_cell_of_several_grids() -> None:
    one = list(itertools.product(ROWS[:2], COLUMNS))
    other = [([x + 10 for x in row], [x + 20 for x in column]) for row, column in one]
    assert grid_of(products(one + other)) is not None
    assert grid_of(products([*one, *other[:-1], other[0]])) is None  # as many pairs, of the same rows and columns
