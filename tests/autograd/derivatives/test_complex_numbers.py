import cmath
import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, exp, grad, log, maximum, minimum, op, relu, sqrt, topological_order, value_and_grad
from autograd.derivatives.complex_numbers import STEP, Complex, complex_step, complexes, partial_of_row
from autograd.graph import Recorded
from autograd.table.mathematics import floats
from autograd.table.operation import Op
from autograd.table.registry import TABLE
from tests.autograd import programs
from tests.autograd.oracles import exact_derivative, is_close, smooth_points

ROWS = [pytest.param(row, id=name) for name, row in TABLE.items()]


@pytest.mark.parametrize("row", ROWS)
def test_every_partial_of_every_row(row: Op) -> None:
    for point in smooth_points(row):
        for place in range(len(point)):
            exact = exact_derivative(row, point, (place,))
            inputs = [Value(x) for x in point]
            output = row(*inputs)
            for received in (partial_of_row(row, place, point), complex_step(Recorded.of(output), inputs[place])):
                assert is_close(received, exact, 1e-14), (point, place, received, float(exact))


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=8)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_random_programs_have_the_gradient_of_reverse_mode(
    row: Op, program: list[programs.Step], places: tuple[int, int]
) -> None:
    """No rule of differentiation goes into this oracle: the numbers are computed anew, with complex ones."""
    variables = [Value(x) for x in (0.3, 0.7, 1.9)]
    output = programs.run(programs.ending_in(row, program, places), variables)[-1]
    order = topological_order(output)
    before = [(node.data, node.grad) for node in order]
    for variable, entry in zip(variables, grad(output, variables), strict=True):
        size = programs.sizes([output], {variable: 1.0}).get(output, 0.0)
        assert complex_step(Recorded.of(output), variable) == pytest.approx(entry.data, abs=1e-12 * size + 1e-50)
    assert [(node.data, node.grad) for node in order] == before


def test_it_computes_the_graph_and_knows_no_partials() -> None:
    x, y = Value(0.5), Value(2.0)
    z = x.tanh() * y
    assert complex_step(Recorded.of(z), x) == pytest.approx(2.0 * (1 - math.tanh(0.5) ** 2), rel=1e-15)
    assert complex_step(Recorded.of(z), y) == pytest.approx(math.tanh(0.5), rel=1e-15)
    assert complex_step(Recorded.of(z), Value(1.0)) == 0.0
    assert complex_step(Recorded.of(x), x) == 1.0


@pytest.mark.parametrize("base", [-2.0, -0.5, 0.5, 3.0])
@pytest.mark.parametrize("exponent", [-101, -3, -1, 0, 1, 2, 3, 101])
def test_whole_powers_of_any_base(base: float, exponent: int) -> None:
    x = Value(base)
    exact = exponent * base ** (exponent - 1)
    assert complex_step(Recorded.of(x**exponent), x) == pytest.approx(exact, rel=1e-13)


def test_powers_of_zero() -> None:
    x = Value(0.0)
    assert [complex_step(Recorded.of(x**n), x) for n in (0, 1, 2, 3)] == pytest.approx([0.0, 1.0, 0.0, 0.0], abs=1e-50)


@pytest.mark.parametrize("x", [-2.0, 2.0])
def test_formulas_with_cases_go_by_the_real_part(x: float) -> None:
    right = float(x > 0)
    v = Value(x)
    assert complex_step(Recorded.of(v.abs()), v) == 2.0 * right - 1.0
    assert complex_step(Recorded.of(relu(v)), v) == right
    assert complex_step(Recorded.of(maximum(v, 0.5)), v) == right


def test_comparisons_of_complex_numbers() -> None:
    a: Any = Complex(1.0, 5.0)
    b: Any = Complex(2.0, -5.0)
    assert (a < b, a <= b, a > b, a >= b, a != b) == (True, True, False, False, True)
    assert (a < 2, a > 0.5, a >= 1, a > 1, a <= 1) == (True, True, True, True, False)  # on the right of 1
    assert (b < 2, b <= 2, b >= 2, -b > -2) == (True, True, False, True)  # on the left of 2
    assert [type(x) for x in (a + b, 1 - a, 2 / b, -a, a**2, 2**a, a**b, abs(-a))] == [Complex] * 8
    assert abs(-b) == b


def result(f: Callable[..., Any], numbers: Sequence[Any]) -> object:
    """What a formula gives, to the last bit, or the error that it raises."""
    try:
        found = f(*numbers)
    except (ValueError, ArithmeticError) as error:
        return type(error), str(error)
    return [isinstance(found, complex), found.real.hex(), found.imag.hex()]


@pytest.mark.parametrize("row", ROWS)
def test_pythons_own_complex_numbers_give_the_same(row: Op) -> None:
    """A formula without cases is computed with them, as they are ten times as quick."""
    for point in itertools.product(
        (0.0, -0.0, 0.3, -0.7, 1.0, 2.0, -3.0, 150.0, -151.0, 1e-300, math.inf), repeat=row.arity
    ):
        for steps in itertools.product((None, STEP, -STEP, 0.0, 0.5), repeat=row.arity):
            moved = [x if h is None else complex(x, h) for x, h in zip(point, steps, strict=True)]
            compared = [Complex(x) if isinstance(x, complex) else x for x in moved]
            expected = result(functools.partial(row.forward, complexes), compared)
            assert result(complexes.formula_of(row), moved) == expected, moved


def test_formulas_with_cases_of_any_kind_are_seen(own_operations: None) -> None:  # noqa: ARG001
    @op
    def size(m: Any, x: Any) -> Any:  # noqa: ARG001
        return abs(x) * 2.0

    @op
    def size_by_m(m: Any, x: Any) -> Any:
        return m.abs(m.sin(x))

    @op
    def branch(m: Any, x: Any) -> Any:
        return m.exp(x) if x > 0 else x

    @op
    def choice(m: Any, x: Any) -> Any:
        return m.where(m.exp(x) > 1.0, x * x, m.relu(-x))

    @op
    def cube(m: Any, x: Any) -> Any:  # noqa: ARG001
        return x**3

    x = Value(-0.5)
    slopes = [complex_step(Recorded.of(row(x * 1.0) * 1.0), x) for row in (size, size_by_m, branch, choice, cube)]
    assert slopes == pytest.approx([-2.0, -math.cos(0.5), 1.0, -1.0, 0.75], rel=1e-14)


@pytest.mark.parametrize("name", ["expm1", "log1p", "erfc"])
@pytest.mark.parametrize("x", [-0.9, -1e-12, 0.0, 1e-12, 0.3, 4.0])
def test_functions_that_cmath_lacks_keep_their_digits(name: str, x: float) -> None:
    exact = {"expm1": math.exp(x), "log1p": 1 / (1 + x), "erfc": -2 / math.sqrt(math.pi) * math.exp(-x * x)}[name]
    z = getattr(complexes, name)(Complex(x, STEP))
    assert z.real == pytest.approx(getattr(math, name)(x), rel=2e-15, abs=1e-50)
    assert z.imag / STEP == pytest.approx(exact, rel=1e-15)


def test_expm1_and_log1p_of_a_complex_number() -> None:
    for z in (Complex(0.3, 0.4), Complex(-0.5, 1.0)):
        assert complexes.expm1(z) == pytest.approx(cmath.exp(z) - 1)
        assert complexes.log1p(z) == pytest.approx(cmath.log(1 + z))


AT = (0.0, 5e-324, 1e-310, 1e-300, 1e-200, 1e-100, 1e-40, 1e-10, 1e-5, 0.5, 1.5, 30.0, 700.0, 1e20, 1e100, 1e200)


# The exponent of a power may be as steep as it is large; the formula of sech² is the rest of rounded numbers near 0.
@pytest.mark.parametrize(
    "row", [row for name, row in TABLE.items() if name not in ("pow", "sech2")], ids=lambda row: row.name
)
def test_where_it_answers_it_is_right_however_tiny_or_large_the_numbers_are(row: Op) -> None:
    """At kinks it has no answer, nor where all digits would be lost."""
    answers = 0
    for point in itertools.product((*AT, *(-x for x in AT)), repeat=row.arity):
        for place, partial in enumerate(row.partials):
            try:
                exact = partial(floats, row(*point), *point)
                received = partial_of_row(row, place, point)
            except (ValueError, ArithmeticError):  # at an edge of the domain
                continue
            answers += not math.isnan(received)
            if math.isfinite(exact) and not math.isnan(received):
                assert abs(received - exact) <= 1e-9 * abs(exact) + 1e-100, (point, place, exact)
    assert answers >= 5


@pytest.mark.parametrize(
    ("name", "point", "expected"),
    [
        ("softplus", [0.0], 0.5),
        ("sigmoid", [0.0], 0.25),
        ("sech2", [0.0], 0.0),
        ("sign", [0.0], 0.0),
        ("elu", [0.0, 1.0], 1.0),  # smooth there, where all other y have a kink
        ("atan2", [0.0, 1e-280], 1e280),
        ("mod", [1e200, 1e-280], 1.0),
        ("sqrt", [1e-280], 0.5 / math.sqrt(1e-280)),
        *[("abs", [0.0], math.nan), ("relu", [0.0], math.nan), ("elu", [0.0, 2.0], math.nan)],
        *[("maximum", [1.5, 1.5], math.nan), ("hypot", [0.0, 0.0], math.nan)],
        *[("mul", [3.0, 1e-300], math.nan), ("exp", [-700.0], math.nan), ("sqrt", [5e-324], math.nan)],
    ],
)
def test_known_partials_at_ties_and_of_tiny_numbers(name: str, point: list[float], expected: float) -> None:
    assert partial_of_row(TABLE[name], 0, point) == pytest.approx(expected, rel=1e-14, nan_ok=True)


def test_at_a_kink_of_a_graph_there_is_no_answer() -> None:
    v, w = Value(0.0), Value(1.0)
    for kink in (abs(v), relu(v), maximum(v, w - 1.0), exp(v) + abs(v * w)):
        assert math.isnan(complex_step(Recorded.of(kink), v))
    for smooth in (abs(v) * v, maximum(v, v), maximum(2.0 * v, v) + minimum(2.0 * v, v), exp(v) + abs(v * w) - abs(v)):
        assert complex_step(Recorded.of(smooth), v) == value_and_grad(lambda _, y=smooth: y, [v])[1][0]  # type: ignore[misc]


def test_out_of_the_domain_the_error_names_the_node() -> None:
    u = Value(0.5, "u")
    z = log(u)
    u.data = 0.0
    with pytest.raises(ValueError, match=r"log in .*it needs an input > 0"):
        complex_step(Recorded.of(z * 2.0), Value(1.0))
    big = Value(800.0, "b")
    grown = exp(Value(1.0) * big - 799.0) * sqrt(big)
    big.data = 4000.0
    with pytest.raises(ValueError, match="too large"):
        complex_step(Recorded.of(grown), big)
