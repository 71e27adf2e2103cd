"""Coefficients of power series: the engine that runs gives those of the loop in Python, to the last bit."""

import itertools
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import taylor
from autograd.engine import coefficients, series
from autograd.table import TABLE, Op
from tests.autograd.oracles import smooth_points

NUMBERS = st.floats(-2.0, 2.0) | st.sampled_from([0.0, -0.0, 1e308, 5e-324, math.inf, math.nan])


def both(*arguments: Any) -> tuple[list[float], int]:
    """What both say, which must be the same."""
    (found, end), (expected, its_end) = coefficients(*arguments), series.coefficients(*arguments)
    assert ([x.hex() for x in found], end) == ([x.hex() for x in expected], its_end)
    return found, end


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_every_row_at_every_order(row: Op, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.derivatives.series.coefficients", both)
    for point, order in itertools.product(itertools.islice(smooth_points(row), 0, None, 7), range(13)):
        found = taylor(lambda t, p=point: row(*(x + (1.0 - i) * t * t + t for i, x in enumerate(p))), 0.0, order)  # type: ignore[misc]
        assert len(found) == order + 1


@settings(max_examples=50)
@given(st.data())
def test_random_series(data: st.DataObject) -> None:
    """Some of them have no derivative, and end all that needs them."""
    n = data.draw(st.integers(1, 8))
    degrees = sorted(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), reverse=True)
    numbers = data.draw(st.lists(NUMBERS, min_size=n, max_size=n))
    terms: list[Any] = [[]]
    for z in range(1, n):
        slopes = st.sampled_from([s for s in range(n) if degrees[s] >= degrees[z] - 1]) | NUMBERS
        terms.append(data.draw(st.none() | st.lists(st.tuples(st.integers(0, z - 1), slopes), max_size=3)))
    for z in range(n):
        found, end = both(numbers, degrees, terms, z)
        assert len(found) == degrees[z] + 1 if end < 0 else terms[end] is None


def test_sums_are_rounded_from_left_to_right() -> None:
    """On every Python: sum() keeps what rounding takes away, from 3.12 on."""
    t, x, x1, x2, s, s1, z = range(7)  # x' = 1 + t + t², s = -1e16 + t + 1e16 t², z' = s x'
    terms: list[Any] = [[], [(t, x1)], [(t, x2)], [(t, 2.0)], [(t, s1)], [(t, 2e16)], [(x, s)]]
    numbers = [0.0, 0.0, 1.0, 1.0, -1e16, 1.0, 0.0]
    assert both(numbers, [3] * 7, terms, x) == ([0.0, 1.0, 0.5, 1 / 3], -1)
    assert both(numbers, [3] * 7, terms, z) == ([0.0, -1e16, -5e15, 0.0], -1)


def test_a_series_ends_where_what_it_needs_ends() -> None:
    terms: list[Any] = [[], None, [(0, 1)], [(0, 2)], [(1, 0)], [(0, 1.0)]]
    found = [both([2.0] * 6, [3] * 6, terms, z) for z in range(6)]
    assert found[:4] == [([2.0, 1.0, 0.0, 0.0], -1), ([2.0], 1), ([2.0, 2.0], 1), ([2.0, 2.0, 1.0], 1)]
    assert found[4:] == [([2.0], 1), ([2.0, 1.0, 0.0, 0.0], -1)]


@pytest.mark.parametrize("place", [2, 10**9])
def test_a_place_that_does_not_exist_is_refused(place: int) -> None:
    with pytest.raises(IndexError):
        coefficients([0.0, 1.0], [2, 2], [[], [(0, place)]], 1)
    with pytest.raises(IndexError):
        coefficients([0.0, 1.0], [2, 2], [[], []], place)
