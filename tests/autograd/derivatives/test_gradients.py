import contextlib
import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import (
    Value,
    check_grads,
    constant,
    count_passes,
    draw,
    exp,
    explain,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    log,
    no_grad,
    sigmoid,
    sqrt,
    step_size_sweep,
    tanh,
    taylor,
    topological_order,
    value_and_grad,
)
from autograd.graph import Recorded
from autograd.notation.symbols import written
from autograd.notation.text import to_text
from autograd.table.mathematics import floats
from autograd.table.operation import Op
from autograd.table.registry import TABLE
from tests.autograd import programs
from tests.autograd.oracles import Point, exact_derivative, is_close, smooth_points
from tests.autograd.svg import texts
from tests.autograd.threads import at_once

Places = tuple[int, ...]  # which argument to differentiate by, first, second and so on


def by_reverse(row: Op, point: Point, places: Places) -> float:
    inputs = [Value(x) for x in point]
    output = row(*inputs)
    for place in places:
        (output,) = grad(output, [inputs[place]], create_graph=True)
    return output.data


def by_dual_numbers(row: Op, point: Point, places: Places) -> float:
    derivative: Callable[[Sequence[Any]], Any] = lambda x: row(*x)  # noqa: E731 - it is wrapped again and again
    for place in places:
        direction = [float(i == place) for i in range(len(point))]
        derivative = lambda x, f=derivative, v=direction: jvp(f, x, v)[1]  # type: ignore[misc]  # noqa: E731
    return float(derivative(point))


def by_reverse_over_forward(row: Op, point: Point, places: Places) -> float:
    inputs = [Value(x) for x in point]
    directions = [[float(i == place) for i in range(len(point))] for place in places]
    output = jvp(lambda x: row(*x), inputs, directions[0])[1]
    for place in places[1:]:
        if not isinstance(output, Value):
            return 0.0  # the first derivative is the same everywhere
        (output,) = grad(output, [inputs[place]], create_graph=True)
    return float(output.data if isinstance(output, Value) else output)


ROWS_OF_TWO = [pytest.param(row, id=name) for name, row in TABLE.items() if row.arity == 2]
WAYS = [by_reverse, by_dual_numbers, by_reverse_over_forward]


@pytest.mark.parametrize("x", [-2.0, -0.3, 0.0, 0.5, 1.5])
def test_derivatives_of_tanh_to_the_sixth_order(x: float) -> None:
    coefficients = taylor(tanh, x, 6)
    for order in range(1, 7):
        exact = exact_derivative(TABLE["tanh"], (x,), (0,) * order)
        received = [way(TABLE["tanh"], (x,), (0,) * order) for way in WAYS]
        received.append(coefficients[order] * math.factorial(order))
        for number in received:
            assert is_close(number, exact, 1e-13), (order, received, float(exact))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_second_and_third_derivatives_of_every_row(row: Op, way: Callable[[Op, Point, Places], float]) -> None:
    for point in smooth_points(row):
        for order in (2, 3):
            for places in itertools.combinations_with_replacement(range(len(point)), order):
                exact = exact_derivative(row, point, places)
                received = way(row, point, places)
                assert is_close(received, exact, 1e-13), (point, places, received, float(exact))


@pytest.mark.parametrize(("name", "at"), [("maximum", (1.5, 1.5)), ("minimum", (1.5, 1.5)), ("abs", (0.0,))])
def test_where_a_kink_is_straight_on_both_sides_the_second_derivatives_are_zero(name: str, at: Point) -> None:
    assert hessian(lambda v: TABLE[name](*v), at) == [[0.0] * len(at)] * len(at)


def with_ties_and_zeros(row: Op) -> set[Point]:
    """The points of a row: samples, kinks, equal arguments, and 0 beside each sample."""
    samples = [domain.samples for domain in row.domain]
    found = {*itertools.product(*samples), *(point for point, _ in row.kinks)}
    found |= set(itertools.product(*((0.0, 1.0, *numbers) for numbers in samples)))
    return found | {(x,) * row.arity for x in samples[0]}


@pytest.mark.parametrize("row", ROWS_OF_TWO)
def test_second_derivatives_are_symmetric_and_the_same_in_every_mode_also_at_kinks(row: Op) -> None:
    checked = 0
    for point in with_ties_and_zeros(row):
        try:
            (_, mixed), (other, _) = hessian(lambda v: row(*v), point)
        except (ValueError, ArithmeticError):  # at an edge of the domain
            continue
        checked += 1
        for number in (other, *(way(row, point, places) for way in WAYS for places in ((0, 1), (1, 0)))):
            assert is_close(number, mixed, 1e-13, size=0.1), (point, number, mixed)
    assert checked >= 12


def edges() -> Iterator[Any]:
    """Every row at points where it has a value, but not all of its derivatives."""
    for name, row in TABLE.items():
        for point in itertools.product((0.0, 1.0, -1.0, 0.5, -2.0), repeat=row.arity):
            with contextlib.suppress(ValueError, ArithmeticError):
                z = row(*point)
                try:
                    _ = [partial(floats, z, *point) for partial in row.partials]
                except (ValueError, ArithmeticError):
                    yield pytest.param(row, point, id=f"{name}{point}")


EDGES = [*edges()]


def test_rows_have_edges() -> None:
    assert {edge.values[0].name for edge in EDGES} >= {"sqrt", "pow", "asin", "acos", "acosh", "atan2"}


@pytest.mark.parametrize(("row", "point"), EDGES)
def test_what_the_result_does_not_use_needs_no_derivative_in_any_mode(row: Op, point: Point) -> None:
    def f(v: Sequence[Any]) -> Any:
        unused = row(*v[:-1])
        _ = tanh(unused * 0.5 + v[-1]) - unused  # nor does what is made of it
        return v[0] * v[-1] ** 2

    at, slopes = [*point, 3.0], [0.0] * len(point)
    gradient, second, direction = [9.0, *slopes[1:], 6.0 * point[0]], [0.0, *slopes[1:], 6.0], [1.0] * (len(at))
    assert value_and_grad(f, at)[1] == gradient
    assert jvp(f, at, direction)[1] == sum(gradient)
    assert jacobian(f, at)[0] == jacobian(lambda v: [f(v)] * len(at), at)[0] == gradient
    assert hessian(f, at)[0] == second
    assert jvp(lambda u: jvp(f, u, [1.0, *slopes])[1], at, direction)[1] == sum(second)
    assert value_and_grad(lambda v: jvp(f, v, [1.0, *slopes])[1], at)[1] == second
    assert taylor(lambda t: f([x + t for x in at]), 0.0, 2)[1] == sum(gradient)


@pytest.mark.parametrize(("row", "point"), EDGES)
def test_what_the_result_uses_fails_in_every_mode(row: Op, point: Point) -> None:
    def f(v: Sequence[Any]) -> Any:
        return tanh(row(*v) * 0.0) + v[0]

    for call in (
        lambda: value_and_grad(f, point),
        lambda: jvp(f, point, [1.0] * len(point)),
        lambda: taylor(lambda t: f([x + t for x in point]), 0.0, 1),
        lambda: jacobian(lambda v: [f(v)] * 3, point),
        lambda: jvp(lambda u: jvp(f, u, [1.0] * len(point))[1], point, [1.0] * len(point)),
    ):
        with pytest.raises((ValueError, ZeroDivisionError), match=rf"the derivative of {re.escape(row.symbol)}.* got"):
            call()


def test_numbers_that_are_too_large_are_what_python_makes_of_them() -> None:
    large, small = Value(1e200), Value(1e-200)
    assert (large * large).data == 1e200 * 1e200 == math.inf
    assert grad(1.0 / small, small).data == -1e200 / 1e-200 == -math.inf
    assert jvp(lambda x: 1.0 / x, 1e-200, 1.0) == (1e200, -math.inf)
    for fails in (lambda: 1e200**2, lambda: large**2, lambda: grad(small**-1, small), lambda: jvp(exp, 800.0, 1.0)):
        with pytest.raises(OverflowError):
            fails()


def test_a_derivative_with_respect_to_what_is_no_input_is_not_needed() -> None:
    w = Value(3.0, "w")

    def f(v: Sequence[Any]) -> Any:
        return v[0] ** w + v[1]

    at = [-2.0, 1.0]
    assert grad(f(inputs := [Value(x) for x in at]), inputs)[0].data == 12.0
    assert value_and_grad(f, at)[1] == [12.0, 1.0]
    assert jacobian(lambda v: [f(v), f(v)], at) == [[12.0, 1.0]] * 2
    assert hessian(f, at) == [[-12.0, 0.0], [0.0, 0.0]]
    assert hessian_vector_product(f, at, [1.0, 0.0]) == [-12.0, 0.0]
    assert jvp(f, at, [1.0, 0.0])[1].data == 12.0
    for call in (f([Value(x) for x in at]).backward, lambda: value_and_grad(f, [*at, w])):
        with pytest.raises(ValueError, match=r"derivative of \*\*"):
            call()


def test_elu_at_0_has_the_derivatives_on_its_left() -> None:
    for y in (1.0, 2.0, -0.5):
        assert hessian(lambda v: v[0].elu(v[1]), [0.0, y]) == [[y, 1.0], [1.0, 0.0]]
        assert taylor(lambda t, y=y: t.elu(y), 0.0, 3) == pytest.approx([0.0, y, y / 2, y / 6])  # type: ignore[misc]


def rosenbrock(v: Sequence[Any]) -> Any:
    """The sum of 100 (y - x²)² + (1 - x)² over neighbors x, y."""
    return sum(100.0 * (y - x**2) ** 2 + (1.0 - x) ** 2 for x, y in itertools.pairwise(v))


def rosenbrock_hessian(v: Sequence[float]) -> list[list[float]]:
    n = len(v)
    exact = [[0.0] * n for _ in v]
    for i in range(n - 1):
        exact[i][i] += 1200.0 * v[i] ** 2 - 400.0 * v[i + 1] + 2.0
        exact[i][i + 1] = exact[i + 1][i] = -400.0 * v[i]
        exact[i + 1][i + 1] += 200.0
    return exact


@pytest.mark.parametrize("at", [[1.0, 1.0], [-1.2, 1.0], [0.3, -0.7, 1.9, -0.2, 0.8, 2.5]])
def test_hessian_of_rosenbrock(at: list[float]) -> None:
    exact = rosenbrock_hessian(at)
    for row, exact_row in zip(hessian(rosenbrock, at), exact, strict=True):
        assert row == pytest.approx(exact_row, rel=1e-14, abs=0.0)
    vector = [math.sin(i + 1.0) for i in range(len(at))]
    product = hessian_vector_product(rosenbrock, at, vector)
    assert product == pytest.approx(list(np.array(exact) @ vector), rel=1e-13)


INPUTS = [[0.5, -1.0], [0.25, 0.75], [-1.5, 0.4], [2.0, 1.0]]
TARGETS = [1.0, -0.5, 0.25, 0.0]
PARAMETERS = [0.3, -0.8, 0.6, 0.1, -0.4, 0.9, 0.2, -0.1, 0.05, 1.1, -0.7, 0.4, -0.3]  # W1 by rows, b1, w2, b2


def network_loss(v: Sequence[Any], m: Any = TABLE) -> Any:
    """The sum of squared errors of a 2-3-1 network, whose functions are those of m."""
    loss = 0.0
    for (x0, x1), y in zip(INPUTS, TARGETS, strict=True):
        hidden = [m["tanh"](v[2 * j] * x0 + v[2 * j + 1] * x1 + v[6 + j]) for j in range(3)]
        loss = loss + (v[9] * hidden[0] + v[10] * hidden[1] + v[11] * hidden[2] + v[12] - y) ** 2
    return loss


def network_hessian(v: Sequence[float]) -> Any:
    """Its Hessian by matrices: 2 Σ (g gᵀ + (o - y) H) with the gradient g and the Hessian H of the output o."""
    W1, b1, w2, b2 = np.reshape(v[:6], (3, 2)), np.array(v[6:9]), np.array(v[9:12]), v[12]
    total = np.zeros((13, 13))
    for x, y in zip(np.array(INPUTS), TARGETS, strict=True):
        a = np.tanh(W1 @ x + b1)
        slope = 1.0 - a**2
        output = w2 @ a + b2
        gradient = np.concatenate([np.outer(w2 * slope, x).ravel(), w2 * slope, a, [1.0]])
        H = np.zeros((13, 13))
        for j in range(3):
            into = [2 * j, 2 * j + 1, 6 + j]  # the weights and the bias of hidden neuron j
            inputs = np.array([*x, 1.0])
            H[np.ix_(into, into)] = w2[j] * -2.0 * a[j] * slope[j] * np.outer(inputs, inputs)
            H[into, 9 + j] = H[9 + j, into] = slope[j] * inputs
        total += 2.0 * (np.outer(gradient, gradient) + (output - y) * H)
    return total


def test_hessian_of_a_network_equals_the_closed_form_in_matrices() -> None:
    exact = network_hessian(PARAMETERS)
    received = np.array(hessian(network_loss, PARAMETERS))
    assert np.max(np.abs(received - exact) / np.maximum(np.abs(exact), 1e-3)) < 1e-12
    assert np.count_nonzero(exact) > 100
    for vector in np.eye(13)[::4]:
        product = hessian_vector_product(network_loss, PARAMETERS, list(vector))
        assert np.max(np.abs(product - exact @ vector)) < 1e-12 * np.max(np.abs(exact))


def test_hessian_of_a_network_equals_numerical_derivatives_in_40_digits() -> None:
    received = hessian(network_loss, PARAMETERS)
    with mpmath.workdps(40):
        at = list(map(mpmath.mpf, PARAMETERS))
        for i, j in ((0, 0), (0, 6), (3, 10), (9, 9), (2, 11), (5, 12), (4, 8)):
            orders = tuple(int(k == i) + int(k == j) for k in range(13))
            exact = mpmath.diff(lambda *v: network_loss(v, {"tanh": mpmath.tanh}), tuple(at), orders)
            assert is_close(received[i][j], exact, 1e-10), (i, j)


def test_hessian_of_a_model_of_the_library() -> None:
    model = nn.MLP(2, [3, 1], "tanh", seed=1)
    nn.roll(model, PARAMETERS)

    def loss(_: list[Value]) -> Value:
        return sum(((model(x) - y) ** 2 for x, y in zip(INPUTS, TARGETS, strict=True)), constant(0.0))  # type: ignore

    exact = network_hessian(PARAMETERS)
    assert np.max(np.abs(hessian(loss, model.parameters()) - exact)) < 1e-12 * np.max(np.abs(exact))
    assert [p.grad for p in model.parameters()] == [0.0] * 13


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=12)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)), data=st.data())
def test_u_times_jv_equals_v_times_jtu(
    row: Op, program: list[programs.Step], places: tuple[int, int], data: st.DataObject
) -> None:
    """The dot-product test: the forward and the backward sweep go over the same edges, in opposite directions."""
    program = programs.ending_in(row, program, places)
    variables = [Value(data.draw(programs.numbers), f"x{i}") for i in range(3)]
    v = dict(zip(variables, data.draw(st.tuples(*[st.floats(-1, 1)] * 3)), strict=True))
    outputs = programs.run(program, variables)
    u = [math.cos(3.0 * i) for i in range(len(outputs))]
    rounding = programs.sizes(outputs, v)
    size = sum(abs(weight) * rounding.get(output, 0.0) for weight, output in zip(u, outputs, strict=True))

    weighted = sum((weight * output for weight, output in zip(u, outputs, strict=True)), constant(0.0))
    backward = sum(entry.data * v[x] for entry, x in zip(grad(weighted, variables), variables, strict=True))
    swept = Recorded.of(*outputs).tangents(v)
    forward = sum(weight * swept.get(output, 0.0) for weight, output in zip(u, outputs, strict=True))
    assert forward == pytest.approx(backward, abs=1e-13 * size + 1e-300)

    numbers = [x.data for x in variables]
    values, dual = jvp(lambda x: programs.run(program, x), numbers, list(v.values()))
    assert values == [output.data for output in outputs]
    for output, tangent in zip(outputs, dual, strict=True):
        assert tangent == pytest.approx(swept.get(output, 0.0), abs=1e-13 * rounding.get(output, 0.0) + 1e-300)


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=6)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)), data=st.data())
def test_second_derivatives_agree_in_all_modes(
    row: Op, program: list[programs.Step], places: tuple[int, int], data: st.DataObject
) -> None:
    program = programs.ending_in(row, program, places)
    at = [data.draw(programs.numbers) for _ in range(3)]
    vector = list(data.draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    f: Callable[[list[Any]], Any] = lambda x: programs.run(program, x)[-1]  # noqa: E731 - it is what the functions take

    variables = [Value(x) for x in at]
    gradient = grad(f(variables), variables, create_graph=True)
    over_reverse = [[entry.data for entry in grad(first, variables)] for first in gradient]
    # What rounding is relative to: all that is added up in a second derivative, and in the derivatives before it.
    sizes = [programs.sizes(gradient, {x: 1.0}) for x in variables]
    size = 1.0 + sum(by_size.get(first, 0.0) for by_size in sizes for first in gradient)

    forward_over_reverse = hessian(f, at)
    nested = [
        [jvp(lambda x, j=j: jvp(f, x, unit(j))[1], at, unit(i))[1] for j in range(3)]  # type: ignore[misc]
        for i in range(3)
    ]
    product = hessian_vector_product(f, at, vector)
    for i, j in itertools.product(range(3), repeat=2):
        entries = (forward_over_reverse[i][j], forward_over_reverse[j][i], over_reverse[i][j], nested[i][j])
        assert max(entries) - min(entries) <= 1e-10 * size, (i, j, entries, size)
    for row_of_h, entry in zip(forward_over_reverse, product, strict=True):
        assert entry == pytest.approx(sum(h * x for h, x in zip(row_of_h, vector, strict=True)), abs=1e-13 * size)


def unit(place: int) -> list[float]:
    return [float(i == place) for i in range(3)]


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=5)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_a_gradient_takes_at_most_four_operations_for_each_of_the_value(
    row: Op, program: list[programs.Step], places: tuple[int, int]
) -> None:
    variables = [Value(x) for x in (0.3, 0.7, 1.9)]
    output = programs.run(programs.ending_in(row, program, places), variables)[-1]
    operations = sum(bool(node.parents) for node in topological_order(output))
    for create_graph in (False, True):
        with count_passes() as passes:
            grad(output, variables, create_graph=create_graph)
        assert passes.reverse == 1
        assert 0 < passes.operations <= 4 * operations


def test_a_jacobian_takes_the_fewer_sweeps() -> None:
    def wide(v: list[Value]) -> list[Value]:
        return [v[0] * v[1] * v[2], v[0] / v[2]]

    def tall(v: list[Value]) -> list[Value]:
        return [v[0] * v[1], v[0].sin(), v[1].exp(), constant(3.0)]

    with count_passes() as passes:
        found = jacobian(wide, [2.0, 3.0, 5.0])
    assert found == [[15.0, 10.0, 6.0], [1 / 5.0, 0.0, pytest.approx(-2.0 / 25.0)]]
    assert (passes.reverse, passes.forward) == (2, 0)
    with count_passes() as passes:
        found = jacobian(tall, [2.0, 3.0])
    assert found == [[3.0, 2.0], [math.cos(2.0), 0.0], [0.0, math.exp(3.0)], [0.0, 0.0]]
    assert (passes.reverse, passes.forward) == (0, 2)
    assert jacobian(lambda v: v[0] ** 3, [2.0]) == [[12.0]]
    assert jacobian(lambda v: (v[1], v[0], v[1]), [2.0, 3.0]) == [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(("n", "m"), [(200, 200), (3, 200), (200, 3)])
def test_a_jacobian_of_n_numbers_by_m_variables_takes_at_most_as_many_sweeps_as_the_fewer(n: int, m: int) -> None:
    with count_passes() as passes:
        found = jacobian(lambda v: [v[i % m] * v[(i + 1) % m] for i in range(n)], [float(j) for j in range(m)])
    assert passes.reverse + passes.forward <= min(n, m)
    assert [len(row) for row in found] == [m] * n
    assert (found[2][2], found[2][3 % m]) == (3.0 % m, 2.0)


def test_sweeps_of_second_derivatives() -> None:
    def f(v: list[Value]) -> Value:
        return v[0] ** 2 * v[1] + v[2].tanh()

    with count_passes() as passes:
        hessian(f, [1.0, 2.0, 3.0])
    assert (passes.reverse, passes.forward, passes.evaluations) == (1, 3, 0)
    with count_passes() as passes:
        hessian_vector_product(f, [1.0, 2.0, 3.0], [1.0, 0.0, 0.0])
    assert (passes.reverse, passes.forward, passes.evaluations) == (1, 1, 0)


def test_grad_changes_no_gradient_and_counts_every_path() -> None:
    x, other = Value(3.0, "x"), Value(2.0)
    y = x * x * other
    y.backward()
    before = (x.grad, other.grad, y.grad)
    for create_graph in (False, True):
        found = grad(y, [x, y, Value(7.0), x], create_graph=create_graph)
        assert [entry.data for entry in found] == [12.0, 1.0, 0.0, 12.0]
        assert found[2].is_constant
        assert not x.is_constant
    assert (x.grad, other.grad, y.grad) == before
    inner = y * 3
    assert [entry.data for entry in grad(inner * inner, [inner, y], create_graph=True)] == [108.0, 324.0]
    assert value_and_grad(lambda v: v[0] * v[1], [x, 4.0]) == (12.0, [4.0, 3.0])
    assert grad(y, []) == []


def test_only_what_leads_to_the_inputs_is_differentiated() -> None:
    x, zero = Value(2.0), Value(0.0)
    y = x * sqrt(zero) + x**2  # sqrt has no derivative at 0
    assert grad(y, [x], create_graph=True)[0].data == 4.0
    with pytest.raises(ZeroDivisionError, match="the derivative of sqrt"):
        grad(y, [x, zero], create_graph=True)


def test_a_derivative_that_is_the_same_everywhere_can_be_differentiated_again() -> None:
    x = Value(2.0)
    (first,) = grad(3.0 * x, [x], create_graph=True)
    (second,) = grad(first, [x], create_graph=True)
    assert (first.data, second.data) == (3.0, 0.0)
    assert hessian(lambda v: v[0] - v[1], [1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert hessian_vector_product(lambda v: v[0] * 2, [1.0], [1.0]) == [0.0]
    assert value_and_grad(lambda _: constant(4.0), [1.0]) == (4.0, [0.0])


def test_long_chains_meet_no_limit() -> None:
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y * x
    (first,) = grad(y, [x], create_graph=True)
    (second,) = grad(first, [x])
    assert (first.data, second.data) == (20_001.0, 20_001.0 * 20_000.0)


def test_the_same_input_twice_has_the_hessian_times_the_vector() -> None:
    x = Value(3.0)
    f: Callable[[list[Value]], Value] = lambda v: v[0] ** 2 * v[1]  # noqa: E731 - it is what the functions take
    assert value_and_grad(f, [x, x]) == (27.0, [27.0, 27.0])
    matrix = hessian(f, [x, x])
    for vector in ([1.0, 0.0], [0.0, 1.0], [0.5, -2.0]):
        assert hessian_vector_product(f, [x, x], vector) == list(np.array(matrix) @ vector)


def test_a_gradient_inside_of_a_function_is_differentiated_too() -> None:
    def slope(v: list[Value]) -> Value:  # 3 x² y
        return grad(v[0] ** 3 * v[1], [v[0]], create_graph=True)[0]

    assert value_and_grad(slope, [2.0, 5.0]) == (60.0, [60.0, 12.0])
    assert hessian(slope, [2.0, 5.0]) == [[30.0, 12.0], [12.0, 0.0]]
    assert check_grads(slope, [2.0, 5.0], order=2, modes=("reverse", "forward"), tolerance=1e-12)


def test_one_number_in_one_number_out() -> None:
    def cube(x: Any) -> Any:
        return x**3

    for at in (2.0, 2, np.float64(2.0), Value(2.0)):
        assert value_and_grad(cube, at) == (8.0, 12.0)
        assert jacobian(cube, at) == 12.0
        assert jacobian(lambda x: [x**3, x], at) == [12.0, 1.0]
        assert hessian(cube, at) == 12.0
        assert hessian_vector_product(cube, at, 0.5) == 6.0
        assert check_grads(cube, at, order=2, modes=("reverse", "forward"))
        assert check_grads(cube, at, received=12.0)
        assert not check_grads(cube, at, received=11.0)
        value, tangent = jvp(cube, at, 1.0)
        assert (getattr(value, "data", value), getattr(tangent, "data", tangent)) == (8.0, 12.0)
    assert step_size_sweep(cube, 2.0).best[1] < 1e-9
    assert jvp(lambda x: [x, x**3], 2.0, 1.0) == ([2.0, 8.0], [1.0, 12.0])
    x = Value(2.0, "x")
    assert grad(x**3, x).data == 12.0
    assert grad(grad(x**3, x, create_graph=True), x).data == 12.0


def test_a_list_of_one_stays_a_list() -> None:
    def cube(v: Any) -> Any:
        return v[0] ** 3

    assert value_and_grad(cube, [2.0]) == (8.0, [12.0])
    assert jacobian(cube, [2.0]) == [[12.0]]
    assert hessian(cube, [2.0]) == [[12.0]]
    assert hessian_vector_product(cube, [2.0], [0.5]) == [6.0]
    assert jvp(cube, [2.0], [1.0]) == (8.0, 12.0)
    x = Value(2.0)
    assert [entry.data for entry in grad(x**3, [x])] == [12.0]


TWO: Any = lambda x, y: x * y  # noqa: E731
OF_FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "value_and_grad": value_and_grad,
    "jacobian": jacobian,
    "hessian": hessian,
    "hessian_vector_product": lambda f, at: hessian_vector_product(f, at, at),
    "jvp": lambda f, at: jvp(f, at, at),
    "check_grads": check_grads,
}


@pytest.mark.parametrize("name", OF_FUNCTIONS)
@pytest.mark.parametrize("at", [[3.0, 4.0], 3.0])
def test_a_function_of_two_arguments_is_shown_the_form(name: str, at: Any) -> None:
    with pytest.raises(
        TypeError, match=r"called as f\(x, y\). Write lambda v: f\(\*v\), and give the inputs as a list"
    ):
        OF_FUNCTIONS[name](TWO, at)
    with pytest.raises(TypeError, match=r"f must be a function, but got 3.0 of type float"):
        OF_FUNCTIONS[name](3.0, at)
    with pytest.raises(TypeError, match="not of f's arguments"):  # f's own errors stay as they are
        OF_FUNCTIONS[name](lambda _: (_ for _ in ()).throw(TypeError("not of f's arguments")), at)


@pytest.mark.parametrize(
    "call",
    [
        lambda: grad(lambda x: x**2)(3.0),  # type: ignore
        lambda: grad(lambda x: x**2, [3.0]),  # type: ignore
        lambda: grad(lambda x: x**2, 3.0),  # type: ignore
        lambda: grad(tanh)(3.0),  # type: ignore
        lambda: grad(Value(3.0)),  # type: ignore
    ],
)
def test_the_habit_of_other_libraries_is_pointed_to_value_and_grad(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"For a function f, write value_and_grad\(f, \[3.0\]\)"):
        call()


def test_numpy_numbers_are_numbers() -> None:
    at: Any = np.array([2.0, 3.0])
    assert hessian(lambda v: np.float64(2.0) * v[0] * v[1], at) == [[0.0, 2.0], [2.0, 0.0]]
    assert hessian_vector_product(lambda v: v[0] * v[1], at, np.array([1.0, 0.0])) == [0.0, 1.0]
    assert value_and_grad(lambda v: v[0] * v[1], at) == (6.0, [3.0, 2.0])


# Each function, by what it makes of a function and the numbers at which to differentiate it.
Call = Callable[[Callable[[list[Any]], Any], list[Any]], Any]
FUNCTIONS: dict[str, Call] = {
    "grad": lambda f, at: grad(f(at), at),
    "grad with a graph": lambda f, at: grad(f(at), at, create_graph=True),
    "value_and_grad": value_and_grad,
    "jacobian": jacobian,
    "jacobian, tall": lambda f, at: jacobian(lambda v: [f(v), f(v), f(v)], at),
    "hessian": hessian,
    "hessian_vector_product": lambda f, at: hessian_vector_product(f, at, [1.0] * len(at)),
    "check_grads": lambda f, at: check_grads(f, at, order=2, modes=("reverse", "forward")),
    "jvp": lambda f, at: jvp(f, at, [1.0] * len(at)),
    "jvp at numbers": lambda f, at: jvp(f, [x.data for x in at], [1.0] * len(at)),
    "taylor": lambda f, at: taylor(lambda t: f([t, *(x.data for x in at[1:])]), at[0].data, 2),
}
each_function = pytest.mark.parametrize("differentiate", FUNCTIONS.values(), ids=FUNCTIONS)


@each_function
def test_outside_of_a_domain_the_error_names_the_node(differentiate: Call) -> None:
    def f(v: list[Any]) -> Any:
        u = v[0] - 2.0
        u.label = "u"
        return log(u) * v[1]

    with pytest.raises(ValueError, match=r'log at node "u" got -1.0; it needs an input > 0. Try maximum'):
        differentiate(f, [Value(1.0, "x"), Value(3.0, "y")])


@each_function
def test_where_there_is_no_derivative_the_error_names_the_node(differentiate: Call) -> None:
    def f(v: list[Any]) -> Any:
        u = v[0] * v[1]
        u.label = "u"
        return sqrt(u)

    with pytest.raises(
        ZeroDivisionError, match=r'the derivative of sqrt at node "u" got 0.0; its derivative needs .* > 0'
    ):
        differentiate(f, [Value(0.0, "x"), Value(3.0, "y")])


@pytest.mark.parametrize("name", ["hessian", "hessian_vector_product", "taylor"])
def test_where_only_the_second_derivative_is_missing_so_does_the_error(name: str) -> None:
    assert value_and_grad(lambda v: v[0] ** 1.5, [0.0]) == (0.0, [0.0])
    with pytest.raises(
        ValueError, match=r"the derivative of \*\* .*got 0.0 and 0.5; its derivative needs an input > 0"
    ):
        FUNCTIONS[name](lambda v: v[0] ** 1.5, [Value(0.0, "x")])


@pytest.mark.parametrize("x", [2.0, -2.0])
@each_function
def test_a_branch_on_a_number_is_differentiated_where_it_went(differentiate: Call, x: float) -> None:
    def branching(v: list[Any]) -> Any:
        return v[0] ** 3 if v[0] > 0 else -2.0 * v[0]

    def straight(v: list[Any]) -> Any:
        return v[0] ** 3 if x > 0 else -2.0 * v[0]

    assert repr(differentiate(branching, [Value(x)])) == repr(differentiate(straight, [Value(x)]))
    assert value_and_grad(branching, [x])[1] == [12.0 if x > 0 else -2.0]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("jvp", "jvp at numbers", "taylor")])
def test_a_constant_among_the_inputs_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"constant\(data=2.0, label='c'\)"):
        FUNCTIONS[name](lambda v: v[0] * v[1], [Value(3.0, "x"), constant(2.0, "c")])


def test_forward_modes_take_a_constant_for_the_number_that_it_is() -> None:
    x, c = Value(3.0, "x"), constant(2.0, "c")
    value, tangent = jvp(lambda v: v[0] * v[1], [x, c], [1.0, 0.0])
    assert (value.data, tangent.data) == (6.0, 2.0)
    assert taylor(lambda t: t * c * x, 5.0, 2) == [30.0, 6.0, 0.0]


@pytest.mark.parametrize("name", ["value_and_grad", "jacobian", "jacobian, tall", "hessian", "hessian_vector_product"])
def test_nothing_is_recorded_under_no_grad_and_the_error_says_so(name: str) -> None:
    with no_grad(), pytest.raises(ValueError, match=r"inside no_grad\(\) nothing is recorded"):
        FUNCTIONS[name](lambda v: v[0] * v[0], [Value(2.0)])
    assert value_and_grad(lambda v: v[0] * v[0], [2.0]) == (4.0, [4.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: grad(3.0, [Value(1.0)]), TypeError, "a derivative takes Values, but got 3.0 of type float"),  # type: ignore
        (lambda: grad(Value(1.0), [3.0]), TypeError, "but got 3.0 of type float"),  # type: ignore
        (lambda: value_and_grad(lambda _: 3.0, [1.0]), TypeError, "f must return one Value, but returned 3.0"),
        (lambda: value_and_grad(lambda v: [v[0]], [1.0]), TypeError, "one Value, but returned .* of type list"),
        (lambda: hessian(lambda v: v, [1.0]), TypeError, "f must return one Value, but returned"),
        (lambda: jacobian(lambda v: [v[0], 1.0], [1.0]), TypeError, "f must return Values, but returned 1.0"),
        (lambda: jacobian(lambda _: [], [1.0]), TypeError, r"f must return Values, but returned \[\] of type list"),
        (lambda: jacobian(lambda _: None, [1.0]), TypeError, "f must return Values, but returned None"),
        (lambda: hessian_vector_product(lambda v: v[0], [1.0], []), ValueError, "has 0 for 1 inputs"),
        (lambda: hessian_vector_product(lambda v: v[0], [1.0], [1.0, 2.0]), ValueError, "has 2 for 1 inputs"),
    ],
)
def test_wrong_use_is_explained(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def named(node: Value, label: str) -> Value:
    node.label = label
    return node


def derivatives_of_a_neuron() -> tuple[Value, list[Value], list[Value]]:
    """C = (σ(w·a + b) - t)², its first derivatives by w and b, and the derivatives of the one by w."""
    w, a, b, t = (Value(x, label) for x, label in ((0.7, "w"), (0.5, "a"), (-0.3, "b"), (1.0, "t")))
    z = named(w * a + b, "z")
    C = named((named(sigmoid(z), "s") - t) ** 2, "C")
    first = grad(C, [w, b], create_graph=True)
    return w, first, grad(first[0], [w, b], create_graph=True)


def test_derivatives_have_labels() -> None:
    _, first, second = derivatives_of_a_neuron()
    assert [node.label for node in first] == ["∂C/∂w", "∂C/∂z"]  # ∂C/∂b is the same node, which has its name already
    assert [node.label for node in second] == ["∂²C/∂w²", "∂²C/∂w∂b"]
    assert first[0].to_latex() == r"\frac{\partial C}{\partial z} \, a"
    assert second[0].to_latex() == r"\frac{{\partial}^{2} C}{\partial w \partial b} \, a"


def test_a_derivative_gets_no_label_that_would_be_wrong() -> None:
    w, u = Value(2.0, "w"), Value(3.0)
    (same,) = grad(named(w * u, "L"), [w], create_graph=True)
    assert same is u  # ∂(w u)/∂w is u itself, which keeps its name
    assert u.label == ""
    square = u * u
    (same,) = grad(named(w * square, "L"), [w], create_graph=True)
    assert same is square
    assert square.label == ""
    (nameless,) = grad(w * w, [w], create_graph=True)
    assert nameless.label == ""
    (by_nameless,) = grad(named(u * u * 1.5, "L"), [u], create_graph=True)
    assert by_nameless.label == ""


def test_derivatives_are_written_as_a_textbook_does() -> None:
    x = Value(0.5, "x")
    y = named(tanh(x), "y")
    (first,) = grad(y, [x], create_graph=True)
    (second,) = grad(first, [x], create_graph=True)
    (third,) = grad(second, [x], create_graph=True)
    assert first.to_latex() == "1 - {y}^{2}"
    assert second.to_latex() == r"-2 \, y \, \left(1 - {y}^{2}\right)"
    assert [to_text(written(node)) for node in (first, second, third)] == ["∂y/∂x", "∂²y/∂x²", "∂³y/∂x³"]
    (first,) = grad(named(x**3, "y"), [x], create_graph=True)
    (second,) = grad(first, [x], create_graph=True)
    assert (first.to_latex(), second.to_latex()) == (r"3 \, {x}^{2}", r"6 \, x")
    assert repr(second).endswith("expression='3*(2*x)')")  # no x**1 is recorded


def test_the_graph_of_a_derivative_is_explained_and_drawn() -> None:
    w, first, second = derivatives_of_a_neuron()
    text = str(explain(first[0], w))
    assert text.startswith("∂(∂C/∂w)/∂w is the sum over 3 paths")
    assert text.endswith(f"= {second[0].data:.6g}")
    assert (
        r"\frac{\partial \left(\frac{\partial C}{\partial w}\right)}{\partial w}" in explain(first[0], w)._repr_latex_()
    )
    picture = draw(second[0], level="operations")
    assert {"w", "z", "s", "∂C/∂s", "∂²C/∂w∂b", "∂²C/∂w²"} <= {node.label for node in picture.nodes}
    assert {"∂²C/∂w∂b", "∂²C/∂w²"} <= set(texts(picture.render("svg")))


def test_threads_that_share_a_parameter_take_turns() -> None:
    shared = Value(0.7, "W")
    x = Value(1.1, "x")
    found: list[float] = []

    def work() -> None:
        for _ in range(300):
            found.append(value_and_grad(lambda v: (v[0] * shared).sin() * shared, [x])[1][0])

    at_once(*[work] * 4)
    assert len(found) == 1200
    assert set(found) == {0.7**2 * math.cos(1.1 * 0.7)}
    assert (x.has_grad, shared.has_grad) == (False, False)


def test_a_function_may_change_its_list() -> None:
    def f(v: list[Value]) -> Value:
        v[0] = v[0] * v[0]
        v.append(v[0])
        return v[0]

    assert value_and_grad(f, [3.0]) == (9.0, [6.0])
    assert hessian(f, [3.0]) == [[2.0]]


@pytest.mark.parametrize("x", [2.0, 0.5])
def test_the_mixed_derivative_of_a_power_at_exponent_0(x: float) -> None:
    # ∂²(x^y)/∂x∂y = x^(y-1) (1 + y log x), which is 1/x at y = 0.
    matrix = hessian(lambda v: v[0] ** v[1], [x, 0.0])
    assert matrix == [[0.0, pytest.approx(1 / x)], [pytest.approx(1 / x), pytest.approx(math.log(x) ** 2)]]


def test_a_jacobian_of_outputs_that_share_little_takes_backward_sweeps() -> None:
    def f(v: list[Value]) -> list[Any]:
        return [sum(v, 0.0 * v[0]) * x for x in v]  # each with a sum of its own

    n = 60
    with count_passes() as passes:
        found = jacobian(f, [1.0 + i for i in range(n)])
    assert (passes.reverse, passes.forward) == (n, 0)
    total = sum(1.0 + i for i in range(n))
    assert found[2] == pytest.approx([3.0 + total * (j == 2) for j in range(n)])
