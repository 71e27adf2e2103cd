"""Every row of the table against independent oracles. Adding a row adds its tests."""

import functools
import importlib.util
import inspect
import itertools
import math
import operator
import pickle
import re
from pathlib import Path
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, check_grads, no_grad
from autograd.engine import pure
from autograd.table.domains import REAL
from autograd.table.mathematics import floats
from autograd.table.operation import CONSTANT, Op
from autograd.table.registry import TABLE
from tests.autograd.oracles import DIGITS, points

ROWS = [pytest.param(row, id=name) for name, row in TABLE.items()]

# What the rows that neither `math` nor `operator` has must equal.
CLOSED_FORMS: dict[str, Any] = {
    "maximum": max,
    "minimum": min,
    "round": mpmath.nint,
    "sign": mpmath.sign,
    "sech2": lambda x: 1 - mpmath.tanh(x) ** 2,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "relu": lambda x: max(x, mpmath.mpf(0)),
    "leaky_relu": lambda x, y: x if x > 0 else y * x,
    "elu": lambda x, y: x if x > 0 else y * (mpmath.exp(x) - 1),
    "gelu": lambda x: x * mpmath.ncdf(x),
}


def value(row: Op, point: tuple[float, ...]) -> float:
    return float(row.forward(floats, *point))


def close(received: float, expected: Any, tolerance: float) -> bool:
    return abs(received - float(expected)) <= tolerance * abs(float(expected))


@pytest.mark.parametrize("row", ROWS)
def test_value_equals_the_function_of_the_same_name(row: Op) -> None:
    reference = CLOSED_FORMS.get(row.name) or getattr(math, row.name, None) or getattr(operator, row.name, None)
    assert reference, f"add a closed form of {row.name} to CLOSED_FORMS"
    with mpmath.workdps(40):
        for point in points(row):
            exact = reference(*map(mpmath.mpf, point)) if row.name in CLOSED_FORMS else reference(*point)
            received = value(row, point)
            assert abs(received - float(exact)) <= 2e-15 * abs(float(exact)), (point, received, exact)


@pytest.mark.parametrize("row", ROWS)
def test_value_is_rounded_well(row: Op) -> None:
    with mpmath.workdps(40):
        for point in points(row):
            exact = row.forward(DIGITS, *map(mpmath.mpf, point))
            assert abs(value(row, point) - exact) <= 2e-15 * abs(exact), point


@pytest.mark.parametrize("row", ROWS)
def test_partials_equal_the_numerical_derivative_of_the_formula(row: Op) -> None:
    with mpmath.workdps(40):
        for point in points(row):
            exact_point = tuple(map(mpmath.mpf, point))
            for i, partial in enumerate(row.partials):
                order = tuple(int(i == j) for j in range(len(point)))
                exact = mpmath.diff(lambda *x: row.forward(DIGITS, *x), exact_point, order)
                received = partial(floats, value(row, point), *point)
                assert close(received, exact, 1e-13), (point, i, received, float(exact))


@pytest.mark.parametrize("row", ROWS)
def test_backward_uses_the_partials(row: Op) -> None:
    for point in points(row):
        assert check_grads(lambda v: row(*v), point, 1e-4 * min(1.0, *(abs(x) for x in point))), point


@pytest.mark.parametrize(
    ("row", "point", "expected"),
    [pytest.param(row, *kink, id=f"{row.name}{kink[0]}") for row in TABLE.values() for kink in row.kinks],
)
def test_kinks_follow_the_documented_convention(row: Op, point: tuple[float, ...], expected: tuple[float, ...]) -> None:
    inputs = [Value(x) for x in point]
    row(*inputs).backward()
    assert tuple(x.grad for x in inputs) == expected


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_a_function_a_method_and_plain_arithmetic(row: Op) -> None:
    point = next(points(row))
    expected = value(row, point)
    inputs = [Value(x) for x in point]
    assert row(*point) == expected
    assert type(row(*point)) is float
    assert getattr(autograd, row.name) is row
    assert row.name in dir(autograd)
    method = getattr(inputs[0], f"__{row.name}__" if row.is_infix else row.name)
    for node in (row(*inputs), method(*inputs[1:])):
        assert node.data == expected
        assert node.op is row
        assert node.parents == tuple(inputs)


@pytest.mark.parametrize("row", ROWS)
def test_nan_is_never_hidden(row: Op) -> None:
    for i in range(len(row.domain)):
        point = list(next(points(row)))
        point[i] = math.nan
        assert math.isnan(row(*point)) or (row.name, i) in {("leaky_relu", 1), ("elu", 1)}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_survives_a_pickle(row: Op) -> None:
    assert pickle.loads(pickle.dumps(row)) is row
    assert pickle.loads(pickle.dumps(CONSTANT)) is CONSTANT


@pytest.mark.parametrize(
    ("row", "point"),
    [
        pytest.param(row, (*inside[:i], number, *inside[i + 1 :]), id=f"{row.name}{i}: {number}")
        for row in TABLE.values()
        for inside in [next(points(row))]
        for i, domain in enumerate(row.domain)
        for number in domain.outside
    ],
)
def test_outside_the_domain_the_error_says_the_rule(row: Op, point: tuple[float, ...]) -> None:
    for inputs in (point, [Value(x, "v") for x in point]):
        with pytest.raises((ValueError, ZeroDivisionError), match=r"got .*; it needs an input [^ ]") as error:
            row(*inputs)
        assert str(error.value).startswith(row.symbol)


@pytest.mark.parametrize("row", ROWS)
def test_latex_has_a_place_for_every_argument(row: Op) -> None:
    written = row.latex.format(**dict(zip("xy", ("FIRST", "SECOND"), strict=False)))
    assert [name in written for name in ("FIRST", "SECOND")] == [True, len(row.domain) == 2]
    assert written.count("{") == written.count("}")


def test_an_operation_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="'tanh' already"):
        TABLE.declare(Op("tanh", "tanh", "", lambda m, x: x, (), (REAL,)))  # noqa: ARG005
    assert TABLE["tanh"] is autograd.tanh


def test_methods_that_type_checkers_see_are_those_of_the_table() -> None:
    source = inspect.getsource(pure).partition("\ndef constant")[0]
    declared = set(re.findall(r"(\w+)(?:\(|: Callable)", source[source.rindex("if TYPE_CHECKING") :]))
    methods = {f"__{name}__" if row.is_infix else name for name, row in TABLE.items() if name in TABLE.built_in}
    assert {name.replace("__r", "__") for name in declared} == methods


@given(st.floats(-1000, 1000))
def test_stable_functions_never_overflow(x: float) -> None:
    for row in (autograd.sigmoid, autograd.softplus, autograd.gelu, autograd.tanh, autograd.elu):
        v = Value(x)
        row(v).backward()
        assert math.isfinite(row(x))
        assert math.isfinite(v.grad)
    assert autograd.sigmoid(-x) == pytest.approx(1 - autograd.sigmoid(x), abs=1e-15)


@pytest.mark.parametrize("x", [-1000.0, 0.0, 1000.0])
def test_extremes_have_exact_values(x: float) -> None:
    assert autograd.sigmoid(x) == {-1000.0: 0.0, 0.0: 0.5, 1000.0: 1.0}[x]
    assert autograd.softplus(x) == {-1000.0: 0.0, 0.0: math.log(2), 1000.0: 1000.0}[x]
    assert autograd.logsumexp([x, x]) == pytest.approx(x + math.log(2), rel=1e-15)
    assert autograd.softmax([x, -x, x])[0] == pytest.approx({-1000.0: 0.0, 0.0: 1 / 3, 1000.0: 0.5}[x])


def test_logsumexp_has_softmax_as_gradient() -> None:
    values = [Value(x) for x in (-1.0, 0.5, 2.0, 1000.0, 999.0)]
    autograd.logsumexp(values).backward()
    assert [v.grad for v in values] == pytest.approx(autograd.softmax([v.data for v in values]), rel=1e-15, abs=1e-16)
    assert check_grads(lambda v: autograd.softmax(v)[1], [-1.0, 0.5, 2.0])


def test_exponent_rules_at_zero() -> None:
    for exponent, slope in ((0, 0.0), (1, 1.0), (2, 0.0), (3, 0.0)):
        x = Value(0.0)
        (x**exponent).backward()
        assert x.grad == slope
    base = Value(-2.0)
    (base**3).backward()
    assert base.grad == 12.0


def test_defaults_of_leaky_relu_and_elu_may_be_left_out() -> None:
    assert autograd.leaky_relu(-2.0) == -0.02
    assert Value(-2.0).leaky_relu().data == -0.02
    assert Value(-2.0).leaky_relu(0.5).data == -1.0
    slope = Value(0.25)
    autograd.leaky_relu(Value(-2.0), slope).backward()
    assert slope.grad == -2.0


@pytest.mark.parametrize("arguments", [(), (1.0, 2.0), ("1",), ([1.0],), (1j,), (None,)])
def test_wrong_arguments_are_type_errors(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="tanh"):
        autograd.tanh(*arguments)


SELECTIONS = [pytest.param(row, id=name) for name, row in TABLE.items() if row.selects]
MANY = [
    *itertools.product((1.0, 2.0), repeat=3),
    *[(0.1,) * 3, (0.1,) * 7, (0.1, 0.3, 0.1, 0.2, 0.1), (1e308,) * 3, (5e-324,) * 3, (-0.0, 0.0, 1.0)],
    *[(math.inf,) * 3, (-math.inf, math.inf, 1.0), (-math.inf,) * 4, (math.inf, 1.0, math.inf, math.inf)],
]


@pytest.mark.parametrize("row", SELECTIONS)
@pytest.mark.parametrize("point", MANY)
def test_of_several_arguments_those_that_tie_share_the_derivative_equally(row: Op, point: tuple[float, ...]) -> None:
    expected = CLOSED_FORMS[row.name](point)
    shares = [(x == expected) / point.count(expected) for x in point]
    inputs = [Value(x) for x in point]
    node = row(*inputs)
    node.backward()
    assert node.data == row(*point) == expected
    assert [x.grad for x in inputs] == pytest.approx(shares, rel=1e-15)
    assert sum(x.grad for x in inputs) == pytest.approx(1.0, rel=1e-15)
    direction = [float(k) for k in range(len(point))]
    value, tangent = autograd.jvp(lambda v: row(*v), point, direction)
    along = sum(share * k for share, k in zip(shares, direction, strict=True))
    assert (value, tangent) == (expected, pytest.approx(along, rel=1e-15))
    assert autograd.hessian(lambda v: row(*v), point) == [[0.0] * len(point)] * len(point)
    if math.isfinite(expected):
        found = autograd.taylor(lambda t: row(*(x + k * t for x, k in zip(point, direction, strict=True))), 0.0, 2)
        assert found == [expected, pytest.approx(along, rel=1e-15), 0.0]


@pytest.mark.parametrize("row", SELECTIONS)
def test_a_selection_of_several_arguments_is_computed_anew_from_all_of_them(row: Op) -> None:
    a, b, c, d = inputs = [Value(1.0, name) for name in "abcd"]
    assert set(inputs) <= set(autograd.topological_order(row(a, b * 2.0, c, d / 2.0)))
    assert check_grads(lambda v: row(*v), [1.0, 3.0, 2.0])
    for place in range(3):
        point = [1.0, 2.0, 3.0]
        point[place] = math.nan
        assert math.isnan(row(*point))
        assert math.isnan(row(*map(Value, point)).data)
    assert row(1, Value(1.0), 1.0).data == 1.0
    for wrong in ((), (1.0,), ([1.0, 2.0],)):
        with pytest.raises(TypeError, match=rf"{row.name} takes 2 argument\(s\) or more; of a list, write \*values"):
            row(*wrong)
    with pytest.raises(TypeError, match=f"an argument of {row.name} must be one real number, but got '1'"):
        row(1.0, 2.0, "1")  # type: ignore[call-overload]


def test_a_namespace_says_what_it_lacks() -> None:
    with pytest.raises(AttributeError, match="'tnah'"):
        _ = floats.tnah


def test_no_grad_computes_the_same_value() -> None:
    x = Value(0.3)
    with no_grad():
        quiet = autograd.gelu(x) * 2
    assert quiet.data == (autograd.gelu(x) * 2).data
    assert quiet.is_constant


def test_a_row_is_called_in_the_same_way_where_there_is_no_compiler() -> None:
    source = Path(autograd.__file__).parent / "table/calling.py"
    spec = importlib.util.spec_from_file_location("plain_calling", source)
    assert spec is not None
    assert spec.loader is not None
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    call = plain.Called.__call__
    x = Value(0.5)
    assert call(autograd.tanh, x).op is autograd.tanh
    assert call(autograd.tanh, 0.5) == autograd.tanh(0.5)
    assert call(autograd.leaky_relu, -1.0) == autograd.leaky_relu(-1.0) == -0.01
    for arguments in ((), (x, x, x), ("a",)):
        messages = []
        for function in (autograd.hypot, functools.partial(call, autograd.hypot)):
            with pytest.raises(TypeError) as error:
                function(*arguments)
            messages.append(str(error.value))
        assert messages[0] == messages[1]
