import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import (
    Value,
    atan2,
    constant,
    exp,
    grad,
    hessian_vector_product,
    jvp,
    log,
    logsumexp,
    sin,
    sqrt,
    tanh,
    taylor,
    value_and_grad,
)
from autograd.table.operation import Op
from autograd.table.registry import TABLE
from tests.autograd import programs
from tests.autograd.oracles import DIGITS, is_close, smooth_points

ROWS = [pytest.param(row, id=name) for name, row in TABLE.items()]
DIRECTION = (1.0, -0.7)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_along_a_line(row: Op) -> None:
    for point in smooth_points(row):
        found = taylor(lambda t, p=point: row(*(x + v * t for x, v in zip(p, DIRECTION, strict=False))), 0.0, 6)  # type: ignore[misc]
        with mpmath.workdps(40):
            line = [(mpmath.mpf(x), mpmath.mpf(v)) for x, v in zip(point, DIRECTION, strict=False)]
            exact = mpmath.taylor(lambda t, line=line: row.forward(DIGITS, *(x + v * t for x, v in line)), 0, 6)
        size = max(map(abs, exact))
        for order, (received, expected) in enumerate(zip(found, exact, strict=True)):
            # Of a sum of terms along a line, rounding is relative to the terms.
            assert is_close(received, expected, 1e-12, size=1e-3 * size), (point, order, received, float(expected))


COMPOSED: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], float]] = {
    "a product": (lambda x: sin(x) * exp(-x), lambda x: mpmath.sin(x) * mpmath.exp(-x), 0.7),
    "a quotient": (lambda x: tanh(x) / (1 + x * x), lambda x: mpmath.tanh(x) / (1 + x * x), 0.4),
    "a tower": (lambda x: exp(sin(exp(x))), lambda x: mpmath.exp(mpmath.sin(mpmath.exp(x))), -0.3),
    "the same power twice": (lambda x: x**0.5 + 2.0 * x**0.5, lambda x: 3 * mpmath.sqrt(x), 2.0),
    "a variable exponent": (lambda x: x**x, lambda x: x**x, 1.5),
    "a variable exponent of 1": (lambda x: x**x, lambda x: x**x, 1.0),
    "a variable exponent of 2": (lambda x: x**x, lambda x: x**x, 2.0),
    "a variable exponent of 0": (lambda x: (2 + x) ** x, lambda x: (2 + x) ** x, 0.0),
    "a number to a power": (lambda x: 2**x, lambda x: mpmath.mpf(2) ** x, 1.5),
    "a negative power": (lambda x: x**-3, lambda x: x**-3, -1.5),
    "the density of a normal distribution": (lambda x: exp(-(x**2) / 2), lambda x: mpmath.exp(-(x**2) / 2), 1.0),
    "logsumexp": (lambda x: logsumexp([x, 2 * x, -x]), lambda x: mpmath.log(sum(map(mpmath.exp, (x, 2 * x, -x)))), 0.2),
    "a branch": (lambda x: x**3 if x > 0 else -x, lambda x: x**3, 0.8),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_twelve_coefficients_of_composed_functions(name: str) -> None:
    f, reference, x = COMPOSED[name]
    with mpmath.workdps(60):
        exact = mpmath.taylor(reference, mpmath.mpf(x), 12)
    size = max(map(abs, exact))
    for order, (received, expected) in enumerate(zip(taylor(f, x, 12), exact, strict=True)):
        assert is_close(received, expected, 1e-12, size=1e-2 * size), (order, received, float(expected))


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=6)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)), data=st.data())
def test_coefficients_of_random_programs_are_those_of_the_other_modes(
    row: Op, program: list[programs.Step], places: tuple[int, int], data: st.DataObject
) -> None:
    program = programs.ending_in(row, program, places)
    at = [data.draw(programs.numbers) for _ in range(3)]
    v = list(data.draw(st.tuples(*[st.floats(-1, 1)] * 3)))

    def f(x: list[Any]) -> Any:
        return programs.run(program, x)[-1]

    def along(t: Any) -> Any:
        return f([x + slope * t for x, slope in zip(at, v, strict=True)])

    c = taylor(along, 0.0, 3)
    value, first = jvp(f, at, v)
    second = sum(x * y for x, y in zip(hessian_vector_product(f, at, v), v, strict=True))
    third = jvp(lambda x: jvp(lambda y: jvp(f, y, v)[1], x, v)[1], at, v)[1]
    variables = [Value(x) for x in at]
    gradient = grad(f(variables), variables, create_graph=True)
    sizes = [programs.sizes(gradient, {x: 1.0}) for x in variables]
    size = 1.0 + sum(found.get(entry, 0.0) for found in sizes for entry in gradient)
    assert c[0] == value
    assert c[1] == pytest.approx(first, abs=1e-12 * size)
    assert 2.0 * c[2] == pytest.approx(second, abs=1e-10 * size)
    assert 6.0 * c[3] == pytest.approx(third, rel=1e-8, abs=1e-8 * size * size)


def test_polynomials_end() -> None:
    assert taylor(lambda x: x**3, 2.0, 5) == [8.0, 12.0, 6.0, 1.0, 0.0, 0.0]
    assert taylor(lambda x: x**2, 0.0, 4) == [0.0, 0.0, 1.0, 0.0, 0.0]
    assert taylor(lambda x: (1 + x) ** 3, -1.0, 3) == [0.0, 0.0, 0.0, 1.0]
    assert taylor(lambda x: x, 2.0, 2) == [2.0, 1.0, 0.0]
    assert taylor(lambda _: 4, 2.0, 2) == [4.0, 0.0, 0.0]
    assert taylor(tanh, 0.5, 0) == [math.tanh(0.5)]
    assert taylor(lambda x: abs(x) + x.relu() + (+x), -2.0, 2) == [0.0, 0.0, 0.0]


def test_known_series() -> None:
    assert taylor(exp, 0.0, 8) == pytest.approx([1 / math.factorial(k) for k in range(9)], rel=1e-15)
    assert taylor(lambda x: 1 / (1 - x), 0.0, 8) == [1.0] * 9
    assert taylor(lambda x: log(1 + x), 0.0, 5) == pytest.approx([0, 1, -1 / 2, 1 / 3, -1 / 4, 1 / 5], rel=1e-15)
    assert taylor(lambda x: (1 + x).sqrt(), 0.0, 4) == pytest.approx([1, 1 / 2, -1 / 8, 1 / 16, -5 / 128], rel=1e-15)


def test_powers_of_a_variable_base_and_exponent() -> None:
    """Where the exponent is a whole number, rows take x**1 for x, and 0 for the derivative of x**0 at 0."""
    assert taylor(lambda t: t**t, 1.0, 4) == pytest.approx([1.0, 1.0, 1.0, 1 / 2, 1 / 3], rel=1e-15)
    assert taylor(lambda t: t**t, 2.0, 4)[4] == pytest.approx(2.68756, rel=1e-5)
    assert taylor(lambda t: (2 + t) ** t, 0.0, 4)[2] == pytest.approx(0.74023, rel=1e-5)


def test_zeros_of_both_signs_are_two_numbers() -> None:
    assert taylor(lambda x: atan2(0.0, x) + atan2(-0.0, x), -1.0, 1) == [0.0, 0.0]


def test_a_derivative_that_does_not_exist_matters_where_it_is_needed() -> None:
    def f(x: Any) -> Any:
        sqrt(x)
        return x * abs(x) + 1.0

    assert taylor(f, 0.0, 3) == [1.0, 0.0, 0.0, 0.0]
    for order in (1, 2, 3):
        with pytest.raises(ZeroDivisionError, match="the derivative of sqrt got"):
            taylor(lambda x: f(x) + exp(sqrt(x)) * x, 0.0, order)


def test_values_and_numpy_numbers_are_numbers() -> None:
    w = Value(3.0, "w")
    for f in (lambda x: w * x + w, lambda x: x * w + constant(3.0), lambda x: x * np.float64(3.0) + np.float64(3.0)):
        found = taylor(f, np.float64(2.0), 2)
        assert found == [9.0, 3.0, 0.0]
    assert taylor(lambda x: w.maximum(x), 2.0, 1) == [3.0, 0.0]
    assert taylor(lambda x: w**x, 2.0, 1) == pytest.approx([9.0, 9.0 * math.log(3.0)])
    assert w.grad == 0.0


def test_a_model_along_a_line() -> None:
    model = nn.MLP(2, [3, 1], "tanh", seed=1)

    def cost(t: Any) -> Any:
        return nn.losses.squared_error(model([0.5 + t, -1.0 + 2 * t]), 1.0)

    value, gradient = value_and_grad(lambda v: nn.losses.squared_error(model(v), 1.0), [0.5, -1.0])
    c = taylor(cost, 0.0, 3)
    assert c[:2] == pytest.approx([value, gradient[0] + 2 * gradient[1]])
    h = 1e-3
    differences = [taylor(cost, t, 2)[2] for t in (h, -h)]
    assert 3.0 * c[3] == pytest.approx((differences[0] - differences[1]) / (2 * h), rel=1e-5)


def test_a_sweep_goes_into_an_expansion_in_any_order_of_the_operands() -> None:
    for add in (lambda a, b: a + b, lambda a, b: b + a):
        inner = taylor(lambda x, f=add: x * jvp(lambda y: f(x, y[0]) ** 2, [1.0], [1.0])[1], 1.0, 2)  # type: ignore[misc]
        assert inner == [4.0, 6.0, 2.0]  # of x · 2 (x + 1)


def test_what_does_not_nest_says_so() -> None:
    with pytest.raises(TypeError, match="an expansion cannot contain another one; take the inner derivative by jvp"):
        taylor(lambda x: taylor(lambda y: x * y, 1.0, 1)[1], 1.0, 2)
    with pytest.raises(TypeError, match="an expansion cannot contain another one; take the inner derivative by jvp"):
        taylor(lambda x: taylor(lambda _: x, 1.0, 1)[1], 1.0, 2)
    with pytest.raises(TypeError, match=r"the coefficients of taylor are numbers.* Take the inner derivatives by jvp"):
        jvp(lambda v: taylor(lambda y: v[0] * y, 1.0, 2)[1], [2.0], [1.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: taylor(tanh, 0.0, -1),
            ValueError,
            "the order of an expansion must be a whole number of at least 0",
        ),
        (lambda: taylor(tanh, Value(0.5), 1), TypeError, "x must be one real number, but got Value"),  # type: ignore
        (lambda: taylor(lambda _: "1", 0.0, 1), TypeError, "the result of f must be one real number, but got '1'"),
        (lambda: taylor(lambda x: x * "1", 0.0, 1), TypeError, "an argument of mul must be one real number"),
        (lambda: taylor(lambda x: math.sin(x), 0.0, 1), TypeError, "real number"),
        (lambda: taylor(log, -1.0, 1), ValueError, r"log got -1.0; it needs an input > 0. Try maximum"),
        (lambda: taylor(sqrt, 0.0, 1), ZeroDivisionError, r"the derivative of sqrt got 0.0; its derivative needs"),
        (
            lambda: taylor(lambda x: 1 / x, 0.0, 1),
            ZeroDivisionError,
            r"/ got 1.0 and 0.0; it needs an input other than 0",
        ),
    ],
)
def test_wrong_use_is_explained(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
