import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import (
    Value,
    constant,
    cos,
    exp,
    grad,
    jvp,
    log,
    logsumexp,
    relu,
    sin,
    softmax,
    sqrt,
    tanh,
    value_and_grad,
)
from autograd.derivatives.dual import Dual, derivative_of
from autograd.table.mathematics import floats, rows
from autograd.table.operation import Op
from autograd.table.registry import TABLE
from tests.autograd.oracles import exact_derivative, is_close, smooth_points

ROWS = [pytest.param(row, id=name) for name, row in TABLE.items()]

SMOOTH_AT_0 = [
    row
    for row in TABLE.values()
    if row.arity == 1 and not row.kinks and row.domain[0].contains(0.0) and row is not sqrt
]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_a_function_a_method_and_plain_arithmetic(row: Op) -> None:
    point = next(smooth_points(row))
    direction = [0.5, -2.0][: len(point)]
    expected = sum(v * exact_derivative(row, point, (i,)) for i, v in enumerate(direction))
    for call in (row, lambda *x: getattr(x[0], row.method)(*x[1:])):
        value, tangent = jvp(lambda x, f=call: f(*x), point, direction)  # type: ignore[misc]
        assert value == row(*point)
        assert is_close(tangent, expected, 1e-13), (tangent, expected)


@pytest.mark.parametrize("row", [row for row in TABLE.values() if len(row.domain) == 2], ids=lambda row: row.name)
@pytest.mark.parametrize("other", [float, Value, constant])
def test_the_other_argument_may_stand_still(row: Op, other: Callable[[float], Any]) -> None:
    x, y = point = next(smooth_points(row))
    for place, call in enumerate((lambda v: row(v[0], other(y)), lambda v: row(other(x), v[0]))):
        tangent = jvp(call, [point[place]], [2.0])[1]
        number = tangent.data if isinstance(tangent, Value) else tangent
        assert is_close(number, 2.0 * exact_derivative(row, point, (place,)), 1e-14)


@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "truediv", "pow"])
def test_operators_take_numbers_on_both_sides(symbol: str) -> None:
    operation = getattr(operator, symbol)
    for number in (2, 2.0, np.float64(2.0)):
        assert jvp(lambda v, c=number: operation(v[0], c), [3.0], [1.0]) == pytest.approx(  # type: ignore[misc]
            (operation(3.0, 2.0), value_and_grad(lambda v: operation(v[0], 2.0), [3.0])[1][0])
        )
        assert jvp(lambda v, c=number: operation(c, v[0]), [3.0], [1.0]) == pytest.approx(  # type: ignore[misc]
            (operation(2.0, 3.0), value_and_grad(lambda v: operation(2.0, v[0]), [3.0])[1][0])
        )


def test_built_in_functions_and_signs() -> None:
    assert jvp(lambda v: abs(v[0]), [-3.0], [1.0]) == (3.0, -1.0)
    assert jvp(lambda v: +v[0], [-3.0], [1.0]) == (-3.0, 1.0)
    assert jvp(lambda v: -v[0], [-3.0], [1.0]) == (3.0, -1.0)
    assert jvp(lambda v: sum(v), [1.0, 2.0], [10.0, 20.0]) == (3.0, 30.0)
    assert jvp(lambda v: max(v), [1.0, 2.0], [10.0, 20.0]) == (2.0, 20.0)
    assert jvp(lambda v: v[0].leaky_relu(), [-3.0], [1.0]) == (-0.03, 0.01)
    assert repr(Dual(1.0, 2.0, 0)) == "Dual(1.0, 2.0)"


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_comparisons_are_between_numbers(name: str) -> None:
    compare = getattr(operator, name)
    for a, b in ((1.0, 2.0), (2.0, 1.0), (2.0, 2.0)):
        x = Dual(a, 5.0, 0)
        for other in (b, np.float64(b), Value(b), Dual(b, -1.0, 0), Dual(Value(b), -1.0, 1)):
            assert compare(x, other) is compare(a, b)
    if name not in ("eq", "ne"):  # of Values, these ask for the same node
        assert compare(1.0, Dual(2.0, 5.0, 0)) is compare(1.0, 2.0)


def test_jvp_is_the_jacobian_times_the_vector() -> None:
    def f(v: list[Any]) -> list[Any]:
        return [v[0] * v[1], sin(v[0]), 3.0]

    values, tangents = jvp(f, [2.0, 5.0], [0.5, -1.0])
    assert values == [10.0, math.sin(2.0), 3.0]
    assert tangents == [0.5 * 5.0 - 2.0, 0.5 * math.cos(2.0), 0.0]
    assert jvp(lambda v: tuple(f(v)), [2.0, 5.0], [0.5, -1.0]) == (values, tangents)
    assert jvp(lambda _: 3.0, [2.0], [1.0]) == (3.0, 0.0)
    assert jvp(lambda _: [], [2.0], [1.0]) == ([], [])
    at: Any = np.array([2.0, 5.0])
    assert jvp(lambda v: v[0] * v[1], at, np.eye(2)[0]) == (10.0, 5.0)
    assert jvp(lambda v: relu(v[0]) if v[0] > np.float64(0.0) else v[1], at, [1.0, 3.0]) == (2.0, 1.0)
    with pytest.raises(ValueError, match="tangent needs a number for each input, but has 1 for 2 inputs"):
        jvp(lambda v: v[0], [1.0, 2.0], [1.0])


def test_each_sweep_has_an_epsilon_of_its_own() -> None:
    def product(v: list[Any]) -> Any:  # x · d/dy (x + y), which is x
        return v[0] * jvp(lambda w: v[0] + w[0], [v[0]], [1.0])[1]

    assert jvp(product, [3.0], [1.0]) == (3.0, 1.0)
    assert value_and_grad(product, [3.0]) == (3.0, [1.0])
    # d/dx of the derivative of x·y² by y at y = x, which is 2 x²
    assert jvp(lambda v: jvp(lambda w: v[0] * w[0] ** 2, [v[0]], [1.0])[1], [3.0], [1.0]) == (18.0, 12.0)
    # What does not depend on the inner variable has no inner tangent, though it has an outer one.
    assert jvp(lambda v: jvp(lambda _: v[0], [1.0], [1.0])[1], [3.0], [1.0]) == (0.0, 0.0)
    # Three deep, with every variable in the innermost function.
    assert jvp(
        lambda x: jvp(lambda y: jvp(lambda z: x[0] * y[0] ** 2 * z[0] ** 3, [1.0], [1.0])[1], [1.0], [1.0])[1],
        [1.0],
        [1.0],
    ) == (6.0, 6.0)


def test_directions_may_move_themselves() -> None:
    """d/dx of the derivative of w² in the direction x, at w = x: of 2 x · x."""
    assert jvp(lambda v: jvp(lambda w: w[0] ** 2, [v[0]], [v[0]])[1], [3.0], [1.0]) == (18.0, 12.0)


def test_values_record_what_the_sweep_computes() -> None:
    x, y = Value(0.5, "x"), Value(2.0, "y")
    value, tangent = jvp(lambda v: tanh(v[0]) * v[1], [x, y], [1.0, 0.0])
    slope = 1.0 - math.tanh(0.5) ** 2
    assert (value.data, tangent.data) == (math.tanh(0.5) * 2.0, pytest.approx(2.0 * slope))
    assert [entry.data for entry in grad(value, [x, y])] == pytest.approx([2.0 * slope, math.tanh(0.5)])
    second = -2.0 * math.tanh(0.5) * slope
    assert [entry.data for entry in grad(tangent, [x, y])] == pytest.approx([2.0 * second, slope])


def test_modes_nest_in_every_order() -> None:
    """The third derivatives of sin(x y) x, once by x and twice by y, by all eight orders of two modes."""

    def by_forward(f: Callable[[list[Any]], Any], place: int) -> Callable[[list[Any]], Any]:
        return lambda x: jvp(f, x, [float(i == place) for i in range(2)])[1]

    def by_reverse(f: Callable[[list[Any]], Any], place: int) -> Callable[[list[Any]], Any]:
        return lambda x: grad(f(x), [x[place]], create_graph=True)[0]

    x, y = 0.7, 1.3
    exact = -3.0 * x**2 * math.sin(x * y) - x**3 * y * math.cos(x * y)
    for modes in itertools.product((by_forward, by_reverse), repeat=3):
        derivative: Callable[[list[Any]], Any] = lambda v: sin(v[0] * v[1]) * v[0]  # noqa: E731 - it is wrapped
        for mode, place in zip(modes, (0, 1, 1), strict=True):
            derivative = mode(derivative, place)
        if [mode for mode, _ in itertools.groupby(modes)] in ([by_forward], [by_reverse], [by_forward, by_reverse]):
            assert derivative([Value(x), Value(y)]).data == pytest.approx(exact, rel=1e-14)
        else:  # forward mode around reverse mode would put dual numbers where a graph of Values is asked for
            with pytest.raises(TypeError, match=r"a derivative takes Values, but got Dual\("):
                derivative([Value(x), Value(y)])


@pytest.mark.parametrize("row", ROWS)
def test_partials_from_the_formula_equal_those_of_the_row(row: Op) -> None:
    for point in smooth_points(row):
        z = row(*point)
        for place, partial in enumerate(row.partials):
            found = derivative_of(row.forward, place)(rows, z, *point)
            assert is_close(found, partial(floats, z, *point), 1e-13, size=1e-10), (point, place)


@pytest.mark.parametrize("row", SMOOTH_AT_0, ids=lambda row: row.name)
def test_a_formula_with_cases_has_the_derivatives_of_one_smooth_branch_at_0(row: Op) -> None:
    once = derivative_of(row.forward, 0)
    twice = derivative_of(lambda _m, x: once(rows, None, x), 0)
    assert is_close(once(rows, None, 0.0), exact_derivative(row, (0.0,), (0,)), 1e-13)
    assert is_close(twice(rows, None, 0.0), exact_derivative(row, (0.0,), (0, 0)), 1e-13)


def test_a_formula_without_an_argument_has_no_derivative_by_it() -> None:
    assert derivative_of(lambda _m, x, _y: x, 1)(rows, None, 2.0, 3.0) == 0.0


def test_errors_name_the_labelled_node_however_deep_it_is() -> None:
    def f(v: list[Any]) -> Any:
        u = v[0] - 2.0
        u.label = "u"
        return log(u)

    with pytest.raises(ValueError, match=r'log at node "u" got -1.0; it needs an input > 0'):
        jvp(lambda x: jvp(f, x, [1.0])[1], [1.0], [1.0])
    with pytest.raises(ZeroDivisionError, match=r'the derivative of sqrt at node "z" got 0.0'):
        jvp(lambda v: sqrt(v[0]), [Value(0.0, "z")], [1.0])
    with pytest.raises(ValueError, match=r"log got -1.0; it needs an input > 0. Try maximum"):  # nothing has a label
        jvp(lambda v: log(v[0]), [-1.0], [1.0])
    with pytest.raises(OverflowError, match=r"exp got 1000.0; the result is too large"):
        jvp(lambda v: exp(v[0]), [1000.0], [1.0])


@pytest.mark.parametrize("bad", ["1", None, 1j, [1.0]])
def test_what_is_no_number_is_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match="an argument of cos must be one real number"):
        jvp(lambda v: cos(v[0]), [bad], [1.0])


@pytest.mark.parametrize("name", nn.losses.LOSSES)
def test_losses_take_dual_numbers(name: str) -> None:
    row = nn.losses.LOSSES[name]
    outputs, target = [0.3, 0.6, 0.1], row.target(1, 3)
    value, gradient = value_and_grad(lambda v: row.function(v, target), outputs)
    for place in range(3):
        found = jvp(lambda v: row.function(v, target), outputs, [float(i == place) for i in range(3)])
        assert [type(number) for number in found] == [float, float]
        assert found == pytest.approx((value, gradient[place]), rel=1e-14)


def test_softmax_and_logsumexp_take_dual_numbers() -> None:
    at, direction = [1000.0, 999.0, -3.0], [1.0, -0.5, 2.0]
    probabilities = softmax(at)
    mean = sum(p * v for p, v in zip(probabilities, direction, strict=True))
    assert jvp(logsumexp, at, direction)[1] == pytest.approx(mean)
    expected = [p * (v - mean) for p, v in zip(probabilities, direction, strict=True)]
    assert jvp(softmax, at, direction)[1] == pytest.approx(expected)


@pytest.mark.parametrize("activation", nn.activations.ACTIVATIONS)
def test_a_model_is_differentiated_by_its_inputs(activation: str) -> None:
    model = nn.MLP(2, [3, 2], activation, "sigmoid", seed=3)
    at, direction = [0.4, -0.7], [0.6, 0.8]

    def loss(v: Any) -> Any:
        return nn.losses.squared_error(model(v), [1.0, 0.0])

    value, gradient = value_and_grad(loss, at)
    found, tangent = jvp(loss, at, direction)
    assert (found.data, tangent.data) == pytest.approx((value, 0.6 * gradient[0] + 0.8 * gradient[1]), rel=1e-14)
    # The parameters are Values, so the derivative by the inputs can be differentiated by them.
    bias = model.layers[1].neurons[0].b
    (mixed,) = grad(tangent, [bias])
    moved = []
    for bias.data in (1e-5, -1e-5):
        moved.append(jvp(loss, at, direction)[1].data)
    assert mixed.data == pytest.approx((moved[0] - moved[1]) / 2e-5, rel=1e-7)
    assert mixed.data != 0.0
