"""What people write out of habit works here, or the error says what to write."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.table import TABLE


@pytest.mark.parametrize(
    "call",
    [
        float,
        int,
        math.exp,
        math.floor,
        lambda x: round(x, 2),
        lambda x: "%.3f" % x,  # noqa: UP031
        lambda x: math.isclose(x, 2.0),
    ],
)
def test_where_python_wants_a_plain_number(call: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"write w.data for its number, .* write autograd.exp\(w\), which records"):
        call(Value(2.0, "w"))


@pytest.mark.parametrize("name", ["exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan"])
def test_a_function_of_numpy_is_the_row_of_that_name(name: str) -> None:
    result = getattr(np, name)(Value(0.5))
    assert (result.op, result.data) == (TABLE[name], TABLE[name](0.5))


def test_a_number_of_numpy_goes_into_an_expression() -> None:
    x: Any = Value(3.0)
    assert [(np.float64(2.0) * x).data, (x - np.float32(2.0)).data, (np.int64(2) ** x).data] == [6.0, 1.0, 8.0]
    with pytest.raises(TypeError, match="a Value is one scalar, but met an array"):
        np.ones(2) * x


def test_truth_is_that_of_the_number() -> None:
    assert not Value(0.0)
    assert Value(-0.5)
    assert (Value(0.0) or 5.0) == 5.0
    assert not any([Value(0.0)])


def test_equality_with_a_number_gives_a_hint() -> None:
    x = Value(0.5, "x")
    with pytest.warns(UserWarning, match=r"== and != ask .* same node, and 0.5 is none; .* x.data == 0.5"):
        assert (x == 0.5) is False
    assert x != Value(0.5)
    assert x in {x}


def test_the_names_of_micrograd_work_in_its_draw_dot() -> None:
    w, a = Value(2.0, "w"), Value(3.0, "a")
    z = w * a
    assert (z._prev, z._op, w._prev, w._op) == ({w, a}, "*", set(), "")


def test_named_gives_a_name_inside_an_expression() -> None:
    w, a = Value(2.0, "w"), Value(3.0, "a")
    y = (w * a).named("z").tanh()
    assert repr(y.parents[0]) == "Value(data=6.0, label='z', expression='w*a')"
    with pytest.raises(TypeError, match="a label must be text"):
        w.named(1)  # type: ignore[arg-type]


@pytest.mark.parametrize("weight", [2.0, [1.0], Value(1.0)])
def test_backward_says_what_to_write(weight: Any) -> None:
    x = Value(2.0)
    with pytest.raises(TypeError, match=r"multiply it: \(2 \* y\).backward\(\)"):
        (x * x).backward(weight)
    assert x.grad == 0.0


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_a_class_is_no_number(row: Any) -> None:
    numbers = [domain.samples[0] for domain in row.domain]
    for place in range(row.arity):
        for make in (Value, float):
            arguments: list[Any] = [make(number) for number in numbers]
            arguments[place] = Value
            with pytest.raises(TypeError, match="one real number, but got <class"):
                row(*arguments)
    if row.method == row.name and row.arity == 2:
        with pytest.raises(TypeError, match="one real number, but got <class"):
            getattr(Value(numbers[0]), row.name)(Value)


@pytest.mark.parametrize("method", ["_backward", "_zero_grad"])
@pytest.mark.parametrize("thing", [1.5, None, Value])
def test_a_method_needs_a_value(method: str, thing: object) -> None:
    with pytest.raises((TypeError, AttributeError)):
        getattr(Value, method)(thing, *[None] * (method == "_backward"))


@pytest.mark.parametrize("number", [-1.0, 0.0, 2.0])
def test_functions_of_numpy_with_two_arguments_record(number: float) -> None:
    numpy: Any = np
    x = Value(number, "x")
    pairs = [(numpy.maximum(x, 0), x.maximum(0.0)), (numpy.minimum(1, x), x.minimum(1.0)), (numpy.add(x, x), x + x)]
    for found, expected in pairs:
        assert isinstance(found, Value)
        assert found.op is expected.op
        assert found.data == expected.data
    numpy.maximum(x, 0).backward()
    assert x.grad == (0.5 if number == 0 else float(number > 0))


def test_numbers_of_numpy_compare_with_a_value() -> None:
    x = Value(1.0, "x")
    two: Any = np.float64(2.0)
    assert [two > x, x < two, two <= x, x >= two, two < 3 * x] == [True, True, False, False, True]
    with pytest.warns(UserWarning, match=r"== and != ask whether two names mean the same node, and 2.0 is none"):
        assert x != two


@pytest.mark.parametrize("name", ["clip", "where", "isfinite", "square", "matmul", "isclose"])
def test_what_numpy_cannot_do_with_a_value_is_said(name: str) -> None:
    x = Value(1.0, "x")
    arguments: dict[str, tuple[Any, ...]] = {"clip": (x, 0, 1), "where": (True, x, 0), "matmul": (x, x)}
    arguments["isclose"] = (x, 1.0)
    with pytest.raises(TypeError, match=rf"numpy\.{name} knows nothing of a Value. Write x.data for its number"):
        getattr(np, name)(*arguments.get(name, (x,)))


def test_numpy_s_equal_asks_about_the_node() -> None:
    numpy: Any = np
    x, y = Value(1.0), Value(1.0)
    assert [numpy.equal(x, x), numpy.equal(x, y), numpy.not_equal(x, x), numpy.not_equal(x, y)] == [
        True,
        False,
        False,
        True,
    ]
