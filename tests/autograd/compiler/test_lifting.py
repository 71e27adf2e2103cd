"""Programs give what the scalar graph gives: costs that a generator made, and some whose programs are known."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import autograd
import nn
from autograd import Value, constant, exp, op, sin, tanh
from tests.autograd.compiler.campaign import KINDS, TOLERANCE, difference, generated
from tests.autograd.compiler.scalars import Case, Cost, error


def error_of(cost: Cost, parameters: Sequence[Value], *examples: Sequence[Any]) -> float:
    """The error of the program of a cost that is recorded with the first of some examples, at all of them."""
    case = Case(cost, parameters, tuple(part[0] for part in examples))
    return error(case.compiled(), case, *examples)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(0, 60, 20))
def test_costs_that_a_generator_made(first: int, kind: str) -> None:
    for seed in range(first, first + 20):
        assert difference(*generated(seed, kind)) <= TOLERANCE, (kind, seed)


def test_parameters_beside_columns_that_are_interleaved_keep_their_derivatives() -> None:
    rows = [tanh, tanh, sin, exp] * 2  # the derivatives by 0, 1, 4 and 5 are one array; those by 2 and 6 are another
    w = [Value(0.1 + 0.1 * k, f"w_{k}") for k in range(8)]

    def cost() -> Any:
        first, *others = [row(v) for row, v in zip(rows, w, strict=True)]
        return sum(others, first)

    assert error_of(cost, w) <= TOLERANCE


@pytest.mark.usefixtures("own_operations")
def test_a_row_of_a_user_whose_derivative_is_found_is_compiled() -> None:
    @op
    def bell(m: Any, x: Any) -> Any:
        return m.exp(-x * x / 2.0)

    w = Value(0.5, "w")
    assert error_of(lambda x, y: (bell(w * x) - y) ** 2, [w], [3.0], [2.0]) <= TOLERANCE


def test_what_a_penalty_shares_with_the_cost_of_examples_counts_once() -> None:
    w = Value(0.5, "w")

    def cost(x: Any, y: Any) -> Any:
        scale = exp(w)
        return (scale * x - y) ** 2 + 3.0 * scale**2

    assert error_of(cost, [w], [1.0, 3.0, -1.0], [2.0, 1.0, 0.5]) <= TOLERANCE


def test_a_sum_of_many_unlike_terms_is_several_lines() -> None:
    w = [Value(0.5 + 0.001 * k, f"w_{k}") for k in range(500)]

    def cost() -> Any:
        return sum((each ** (1.5 + 0.01 * k) for k, each in enumerate(w[1:])), w[0])

    assert error_of(cost, w) <= TOLERANCE


@pytest.mark.usefixtures("own_operations")
def test_a_partial_may_choose_by_a_plain_number() -> None:
    def slope(m: Any, _z: Any, x: Any, n: Any) -> Any:
        return 3.0 * x * x if n == 3.0 else n * m.pow(x, n - 1.0)

    @op(partials=(slope, lambda _m, _z, _x, _n: 0.0))
    def power(m: Any, x: Any, n: Any) -> Any:
        return m.pow(x, n)

    w = Value(0.5, "w")
    program = autograd.compile(lambda x: power(w * x, 3.0), [w], (1.0,))
    assert program([0.5], [[3.0]])[1] == pytest.approx([3.0 * 1.5**2 * 3.0], rel=1e-12)


@pytest.mark.usefixtures("own_operations")
def test_a_row_of_a_user_that_chooses_is_compiled_without_its_partials() -> None:
    @op
    def hat(m: Any, x: Any, y: Any) -> Any:
        inside = m.where(x * y > 0.0, m.exp(-x * y), m.where(y < -1.0, 2.0, x)) + m.tanh(x)
        return m.where(x > 3.0, 1.0, inside)

    w = [Value(0.5, "w_0"), Value(-0.4, "w_1")]

    def cost(x: Any, y: Any) -> Any:
        return (hat(w[0] * x, w[1] + y) - y) ** 2

    assert error_of(cost, w, [1.0, -1.0, 2.0, 9.0, 0.3], [2.0, 0.7, -1.5, 0.2, -0.1]) <= TOLERANCE


def test_what_is_taken_off_itself_is_0() -> None:
    w = [Value(0.5, "w_0"), Value(0.1, "w_1"), Value(0.2, "w_2")]

    def cost(x: Any, y: Any) -> Any:
        nothing, of_parameters = x[0] + x[1] - x[0] - x[1], w[0] + w[1] - w[0] - w[1]
        left = [tanh(v * v + u * y - u * y) for u, v in zip(x, w, strict=False)]
        return tanh(w[0]) * (y - y) + exp(nothing) * w[1] * y + exp(of_parameters) * w[2] * y + left[0] * left[1]

    assert error_of(cost, w, [[3.0, 4.0]] * 2, [2.0] * 2) <= TOLERANCE


A, B, C = Value(0.3, "a"), Value(0.7, "b"), Value(-0.4, "c")
SAME_FOR_EACH: list[Callable[[Any], Any]] = [
    lambda x: A * (x + B),
    lambda x: (x - B) ** 2 + A * C,
    lambda x: (x - A) / exp(B) + C,
    lambda x: abs(B) * (x + C) + A,
    lambda x: exp(A) * (x + B) + exp(C) * (2 * x + B),
    lambda x: (A + B - x) ** 2 * C,
    lambda x: A * (x + B - x) + C,
    lambda x: tanh(x + B - x) * A + sin(x + C - x),
    lambda x: (x + B - x) ** 3 * A * C,
    lambda x: (x - x) * A + B * C,
    lambda x: A * (B + x * C) - C,
    lambda x: sum((tanh(each) for each in (A * B, (B + C - C) * A, B * (A + C - C), (A + C - C) * (B + x - x))), x * C),
]


@pytest.mark.parametrize("place", range(len(SAME_FOR_EACH)))
def test_what_is_the_same_for_each_example_counts_for_each(place: int) -> None:
    cost, parameters, X = SAME_FOR_EACH[place], [A, B, C], [1.0, 2.0, 3.0, 4.0]
    program = autograd.compile(cost, parameters, example=(1.0,))
    theta = [each.data for each in parameters]
    direction = [0.5, -0.2, 0.9]
    moved = [program([t + h * v for t, v in zip(theta, direction, strict=True)], X)[1] for h in (1e-6, -1e-6)]
    for each in parameters:
        each.grad = 0.0
    whole = nn.losses.mean([cost(constant(x)) for x in X])
    whole.backward()
    value, gradient = program(theta, X)
    assert value == pytest.approx(whole.data, rel=1e-12)
    assert gradient == pytest.approx([each.grad for each in parameters], rel=1e-12)
    product = program.hessian_vector_product(theta, direction, X)
    assert product == pytest.approx((moved[0] - moved[1]) / 2e-6, rel=1e-6, abs=1e-8)
