"""Every row keeps its digits: value and three derivatives against arithmetic of 120 digits, far out and close to 0."""

import functools
import itertools
import math
from typing import Any

import mpmath
import pytest

from autograd import Value, atan2, grad, hessian, jvp, taylor, value_and_grad
from autograd.table import TABLE, Op
from tests.autograd.oracles import DIGITS

NUMBERS = [
    sign * x for x in (1e-9, 1e-6, 0.001, 0.02, 0.3, 0.7, 1.6, 5.3, 12.2, 19.3, 36.4, 40.2, 300.3) for sign in (1, -1)
]
FAR = [sign * x for x in (1e15, 1e30, 1e82, 1e120, 1e200) for sign in (1, -1)]
NARROW = {"floor", "ceil", "round", "mod", "floordiv", "sin", "cos", "tan"}  # far out: than the step of the oracle
TOLERANCE = 1e-12


def places(row: Op, numbers: list[float]) -> list[tuple[float, ...]]:
    """Points inside the domain and off the kinks, one argument far out while the others are at samples."""
    found = []
    for place, domain in enumerate(row.domain):
        for x in numbers:
            others = [[other.samples[0], other.samples[-1]] for i, other in enumerate(row.domain) if i != place]
            for rest in itertools.product(*others):
                point = (*rest[:place], x, *rest[place:])
                if domain.contains(x) and not (domain.differentiable == "between -1 and 1" and abs(x) >= 1):
                    found.append(point)
    return [point for point in found if not (row.kinks and is_near_a_kink(point))]


def is_near_a_kink(point: tuple[float, ...]) -> bool:
    """Whether two arguments are equal, or one is so close to a multiple of the other that rounding decides."""
    if len(point) == 1:
        return False
    quotient = point[0] / point[1]
    return abs(quotient - round(quotient)) < 1e-6 * max(1.0, abs(quotient))


def derivatives(row: Op, point: tuple[float, ...], place: int) -> list[Any]:
    """The exact value and derivatives with respect to one argument."""
    with mpmath.workdps(120):
        x = mpmath.mpf(point[place])
        step = abs(x) * mpmath.mpf(10) ** -25

        def along(t: Any) -> Any:
            return row.forward(DIGITS, *[t if i == place else mpmath.mpf(number) for i, number in enumerate(point)])

        coefficients = mpmath.taylor(along, x, 3, h=step)
        return [coefficient * math.factorial(k) for k, coefficient in enumerate(coefficients)]


def by_graphs(row: Op, point: tuple[float, ...], place: int) -> list[float]:
    """The same by gradients of gradients."""
    variable = Value(point[place])
    results = [row(*[variable if i == place else number for i, number in enumerate(point)])]
    for _ in range(3):
        results += grad(results[-1], [variable], create_graph=True)
    return [result.data for result in results]


def by_series(row: Op, point: tuple[float, ...], place: int) -> list[float]:
    """The same by power series."""
    coefficients = taylor(
        lambda t: row(*[t if i == place else number for i, number in enumerate(point)]), point[place], 3
    )
    return [coefficient * math.factorial(k) for k, coefficient in enumerate(coefficients)]


def by_duals(row: Op, point: tuple[float, ...], place: int) -> list[float]:
    """The same by forward mode in forward mode."""

    def along(t: Any) -> Any:
        return row(*[t if i == place else number for i, number in enumerate(point)])

    functions = [along]
    for _ in range(3):
        functions.append(functools.partial(lambda f, t: jvp(lambda v: f(v[0]), [t], [1.0])[1], functions[-1]))
    return [f(point[place]) for f in functions]


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
@pytest.mark.parametrize("numbers", [NUMBERS, FAR], ids=["near", "far"])
def test_no_digit_is_lost(row: Op, numbers: list[float]) -> None:
    if numbers is FAR and row.name in NARROW:
        return
    wrong = []
    for point in places(row, numbers):
        for place in range(len(point)):
            try:
                exact = derivatives(row, point, place)
                found = {"graphs": by_graphs(row, point, place), "series": by_series(row, point, place)}
                found["duals"] = by_duals(row, point, place)
            except (ValueError, ArithmeticError):  # a power of a negative base, say, or one that is too large
                continue
            for (way, numbers), k in itertools.product(found.items(), range(4)):
                if is_normal(exact[k]) and abs(numbers[k] - exact[k]) > TOLERANCE * abs(exact[k]):
                    wrong.append((way, point, place, k, numbers[k], mpmath.nstr(exact[k], 17)))
    assert not wrong, "\n".join(map(str, wrong[:10]))


@pytest.mark.parametrize("name", ["erf", "erfc", "atan", "asinh", "tanh", "sigmoid", "softplus", "gelu", "sech2"])
@pytest.mark.parametrize("x", [math.inf, -math.inf])
def test_curvature_vanishes_at_infinity(name: str, x: float) -> None:
    row = TABLE[name]
    assert hessian(row, x) == 0.0
    assert jvp(lambda v: jvp(row, v, 1.0)[1], x, 1.0)[1] == 0.0


@pytest.mark.parametrize(
    ("point", "slopes"),
    [
        ((math.inf, 1.0), (0.0, 0.0)),
        ((1.0, math.inf), (0.0, 0.0)),
        ((-2.0, -math.inf), (0.0, 0.0)),
        ((1e200, 1e-200), (0.0, -1e-200)),
    ],
)
def test_an_angle_no_longer_changes_at_infinity(point: tuple[float, float], slopes: tuple[float, float]) -> None:
    assert value_and_grad(lambda v: atan2(v[0], v[1]), list(point))[1] == list(slopes)


def is_normal(exact: Any) -> bool:
    """Whether a number can be a normal float."""
    return bool(mpmath.mpf("2.3e-308") < abs(exact) < mpmath.mpf("1.7e308"))
