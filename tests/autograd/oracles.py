"""Oracles for derivatives: arithmetic of 40 digits, which knows no rule of differentiation."""

import itertools
import operator
from collections.abc import Iterator
from typing import Any

import mpmath

from autograd.table.mathematics import Namespace
from autograd.table.operation import Op

Point = tuple[float, ...]

# A row's own formula on 40 digits: the oracle of its rounding and, differentiated numerically, of its partials.
DIGITS = Namespace(
    **{name: getattr(mpmath, name) for name in dir(mpmath) if not name.startswith("_")}
    | {"abs": abs, "pow": operator.pow, "where": lambda condition, x, y: x if condition else y}
    | {"exp2": lambda x: mpmath.power(2, x), "log2": lambda x: mpmath.log(x, 2), "round": mpmath.nint}
    | {"mod": lambda x, y: x - y * mpmath.floor(x / y), "floordiv": lambda x, y: mpmath.floor(x / y)}
)


def points(row: Op) -> Iterator[Point]:
    """The points at which a row is tried."""
    return itertools.product(*(domain.samples for domain in row.domain))


def smooth_points(row: Op) -> Iterator[Point]:
    """The ones away from kinks: where two arguments are equal, maximum and minimum have one."""
    return (point for point in points(row) if not row.kinks or len(set(point)) == len(point))


def exact_derivative(row: Op, point: Point, places: tuple[int, ...]) -> Any:
    """The derivative of a row's formula with respect to some of its arguments, one after another, in 40 digits."""
    with mpmath.workdps(40):
        orders = tuple(places.count(place) for place in range(len(point)))
        return mpmath.diff(lambda *x: row.forward(DIGITS, *x), tuple(map(mpmath.mpf, point)), orders)


def is_close(received: float, exact: Any, tolerance: float, size: float = 0.0) -> bool:
    """Whether a number is right, relative to itself or to the size of the terms that it sums."""
    return bool(abs(received - exact) <= tolerance * max(abs(exact), size) + 1e-30)
