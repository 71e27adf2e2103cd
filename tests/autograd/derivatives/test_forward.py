"""`jvp` at numbers records f and sweeps over its graph; dual numbers, which need no graph, must say the same."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import (
    Value,
    constant,
    grad,
    hessian,
    jvp,
    linearize,
    log,
    no_grad,
    op,
    relu,
    sqrt,
    tanh,
    taylor,
    topological_order,
    value_and_grad,
)
from autograd.derivatives import Dual
from autograd.derivatives.forward import _by_duals
from autograd.engine import is_recording
from autograd.table import Flowing, Op
from tests.autograd import programs


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=10)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)), data=st.data())
def test_dual_numbers_say_the_same(
    row: Op, program: list[programs.Step], places: tuple[int, int], data: st.DataObject
) -> None:
    program = programs.ending_in(row, program, places)
    at = [data.draw(programs.numbers) for _ in range(3)]
    v = list(data.draw(st.tuples(*[st.floats(-1, 1)] * 3)))

    def f(x: list[Any]) -> list[Any]:
        return programs.run(program, x)

    values, tangents = jvp(f, at, v)
    expected, duals = _by_duals(f, at, v, alone=False)
    assert values == [getattr(value, "data", value) for value in expected]
    assert tangents == pytest.approx(duals, rel=1e-12, abs=1e-12)
    assert {*map(type, values + tangents)} == {float}


def test_f_is_called_once_whatever_else_is_in_it() -> None:
    w = Value(3.0, "w")
    for other in (2.0, w, constant(2.0)):
        calls = list[Any]()
        jvp(lambda x, other=other, calls=calls: calls.append(x) or x * other, 1.0, 1.0)  # type: ignore[misc]
        assert len(calls) == 1


def test_results_with_other_values_in_them_are_graphs_of_these() -> None:
    w = Value(3.0, "w")

    def f(v: list[Any]) -> list[Any]:
        u = (v[0] * w).named("u")
        return [u * u, v[1] ** 2 * 0.5, w, 7, constant(1.0)]

    values, tangents = jvp(f, [2.0, 5.0], [1.0, 1.0])
    assert isinstance(values[0], Value)
    assert (values[0].data, values[1], values[2], values[3]) == (36.0, 12.5, w, 7)
    assert (tangents[0].data, tangents[1:]) == (36.0, [5.0, 0.0, 0.0, 0.0])
    assert grad(tangents[0], w).data == 24.0  # of 2 v w²
    leaves = [node for node in topological_order(values[0], tangents[0]) if node.op is None]
    assert leaves == [w]  # the inputs are numbers


def test_inputs_that_are_used_past_the_argument_are_an_error() -> None:
    w, x = Value(3.0), Value(2.0)
    with pytest.raises(ValueError, match="f must use its argument"):
        jvp(lambda _: [w * x, 1.0], [w], [1.0])
    assert linearize(lambda _: [w * x, x], [w])[1]([1.0]) == [2.0, 0.0]  # as the message says
    value, slope = jvp(lambda _: x * x, [w], [1.0])
    assert (value.data, slope.data) == (4.0, 0.0)
    assert value_and_grad(lambda x: x * jvp(lambda _: x * 2.0, x, 1.0)[1], 3.0) == (0.0, 0.0)  # inside, x is another's


@pytest.mark.parametrize("line", [relu, lambda x: 2.0 * x, lambda x: abs(x) - 3.0])
def test_the_slope_of_a_line_can_be_differentiated(line: Callable[[Any], Any]) -> None:
    def slope(x: Any) -> Any:
        return jvp(line, x, 1.0)[1]

    assert value_and_grad(slope, 1.5) == (slope(1.5), 0.0)
    assert hessian(lambda v: slope(v[0]) * v[0] * v[1], [1.5, 2.0]) == [[0.0, slope(1.5)], [slope(1.5), 0.0]]
    assert jvp(lambda x: value_and_grad(slope, x)[1], 1.5, 1.0) == (0.0, 0.0)


@pytest.mark.parametrize("records", [True, False])
@pytest.mark.parametrize("wrapped", [lambda y: [[y]], lambda y: (y, None), lambda y: {"y": y}, lambda _: None])
def test_what_is_no_number_has_no_tangent_of_0(records: bool, wrapped: Callable[[Any], Any]) -> None:
    with contextlib.nullcontext() if records else no_grad(), pytest.raises(TypeError, match="f must return one number"):
        jvp(lambda v: wrapped(v[0] * v[1]), [3.0, 4.0], [1.0, 0.0])


def test_without_recording_dual_numbers_flow() -> None:
    with no_grad():
        assert not is_recording()
        assert jvp(lambda x: x * tanh(x), 0.0, 1.0) == (0.0, 0.0)
        assert jvp(lambda x: x**3, 2.0, 1.0) == (8.0, 12.0)


def test_a_power_series_around_it_goes_in() -> None:
    assert taylor(lambda t: t * jvp(lambda y: t * y**2, 1.0, 1.0)[1], 1.0, 2) == [2.0, 4.0, 2.0]


def test_what_flows_in_its_own_way_meets_dual_numbers() -> None:
    class Noted(Flowing):
        """A number that notes what is done to it."""

        def __init__(self, data: float) -> None:
            self._data = data

        @property
        def data(self) -> float:
            return self._data

        @staticmethod
        def _record(op: Op, arguments: tuple[Any, ...]) -> "Noted":
            return Noted(op(*(getattr(x, "data", x) for x in arguments)))

    seen = list[type]()
    value, tangent = jvp(lambda x: seen.append(type(x)) or x * Noted(3.0), 2.0, 1.0)  # type: ignore[func-returns-value]
    assert seen == [Value, Dual]
    assert isinstance(value, Noted)
    assert isinstance(tangent, Noted)
    assert (value.data, tangent.data) == (6.0, 3.0)


def test_a_derivative_that_does_not_exist_names_the_node(own_operations: None) -> None:  # noqa: ARG001
    with pytest.raises(ZeroDivisionError, match=r"the derivative of sqrt got 0.0"):
        jvp(lambda x: sqrt(x) * 2.0, 0.0, 1.0)
    with pytest.raises(ValueError, match=r'log at node "u" got -1.0; it needs an input > 0'):
        jvp(lambda x: log((x - 2.0).named("u")), 1.0, 1.0)

    @op
    def cube(_m: Any, x: Any) -> Any:
        return x * x * x

    assert jvp(cube, 2.0, 1.0) == (8.0, 12.0)
