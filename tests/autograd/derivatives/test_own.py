import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import (
    Op,
    Value,
    check_grads,
    check_op,
    draw,
    explain,
    grad,
    hessian,
    jvp,
    op,
    taylor,
    value_and_grad,
)
from autograd.derivatives.dual import Dual
from autograd.table.domains import POSITIVE, REAL, UNIT, Domain
from autograd.table.registry import TABLE
from tests.autograd.oracles import exact_derivative, is_close, smooth_points
from tests.autograd.svg import texts

pytestmark = pytest.mark.usefixtures("own_operations")


def swish(m: Any, x: Any) -> Any:
    return x * m.sigmoid(x)


def gate(m: Any, x: Any, y: Any = 2.0) -> Any:
    return x * m.sigmoid(y * x)


def soft_sum(m: Any, x: Any, y: Any) -> Any:
    return m.log(m.exp(x) + m.exp(y))


# Formulas of all kinds, each with the partials that a hand would write.
BY_HAND: dict[Callable[..., Any], tuple[Callable[..., Any], ...]] = {
    swish: (lambda m, z, x: m.sigmoid(x) + z * (1.0 - m.sigmoid(x)),),
    gate: (
        lambda m, z, x, y: m.sigmoid(y * x) + y * z * (1.0 - m.sigmoid(y * x)),
        lambda m, z, x, y: x * z * (1.0 - m.sigmoid(y * x)),
    ),
    soft_sum: (lambda m, z, x, y: m.exp(x - z), lambda m, z, x, y: m.exp(y - z)),
}


def mish(m: Any, x: Any) -> Any:
    return x * m.tanh(m.softplus(x))


def huber(m: Any, x: Any) -> Any:
    return m.where(m.abs(x) < 1.0, 0.5 * x * x, m.abs(x) - 0.5)


def branch(m: Any, x: Any) -> Any:
    return x**3 if x > 0 else m.exp(x) - 1.0


def power(m: Any, x: Any) -> Any:
    return x**4 + m.pow(x, 3.0) - 2.0**x + 1.0 / (x * x + 1.0)


def clipped(m: Any, x: Any) -> Any:
    return m.minimum(m.maximum(x, -1.0), 1.0) * abs(x)


def same_everywhere(m: Any, x: Any) -> Any:
    return 3.0


@pytest.mark.parametrize("formula", BY_HAND)
def test_derived_partials_equal_those_written_by_hand(formula: Callable[..., Any]) -> None:
    derived = op(formula)
    by_hand = op(partials=BY_HAND[formula])(formula)
    assert TABLE[formula.__name__] is by_hand  # declaring it anew, as a notebook does, replaces it
    for point in smooth_points(derived):
        outcomes = [
            (value_and_grad(lambda v, f=row: f(*v), point), hessian(lambda v, f=row: f(*v), point))  # type: ignore[misc]
            for row in (derived, by_hand)
        ]
        (value, gradient), second = outcomes[0]
        assert value == outcomes[1][0][0] == derived(*point)
        assert gradient == pytest.approx(outcomes[1][0][1], rel=1e-12)
        for row, other in zip(second, outcomes[1][1], strict=True):
            assert row == pytest.approx(other, rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("formula", [*BY_HAND, mish, huber, branch, power, clipped, same_everywhere])
def test_any_formula_is_right_in_every_mode(formula: Callable[..., Any]) -> None:
    row = op(formula)
    report = check_op(row)
    assert report, report
    assert f"{formula.__name__} is right at {6 ** len(row.domain)} points" in repr(report)
    for point in smooth_points(row):
        exact = [float(exact_derivative(row, point, (0,) * k)) for k in range(1, 4)]
        rest = point[1:]
        series = taylor(lambda t, r=rest: row(t, *r), point[0], 3)  # type: ignore[misc]
        assert [series[k] * math.factorial(k) for k in (1, 2, 3)] == pytest.approx(exact, rel=1e-11, abs=1e-13)
        assert jvp(lambda v: row(*v), point, [1.0] + [0.0] * len(rest))[1] == pytest.approx(exact[0], rel=1e-13)
        x = Value(point[0])
        (first,) = grad(row(x, *rest), [x], create_graph=True)
        (second,) = grad(first, [x], create_graph=True)
        (third,) = grad(second, [x])
        assert [first.data, second.data, third.data] == pytest.approx(exact, rel=1e-11, abs=1e-13)


def test_an_operation_along_a_curve_in_both_arguments() -> None:
    row = op(gate)
    found = taylor(lambda t: row(t, 1.0 + t * t), 0.5, 3)
    by_library = taylor(lambda t: t * autograd.sigmoid((1.0 + t * t) * t), 0.5, 3)
    assert found == pytest.approx(by_library, rel=1e-13)


def test_derived_partials_nest_in_forward_mode() -> None:
    derived = op(gate)
    by_hand = op(partials=BY_HAND[gate])(gate)
    for first in ([1.0, 0.0], [0.0, 1.0]):
        for second in ([1.0, 0.0], [0.0, 1.0]):
            found = [
                jvp(lambda x, f=row, v=first: jvp(lambda y: f(*y), x, v)[1], [0.5, 3.0], second)  # type: ignore[misc]
                for row in (derived, by_hand)
            ]
            assert found[0] == pytest.approx(found[1], rel=1e-13)


def test_a_formula_uses_what_is_declared_now() -> None:
    def inner(m: Any, x: Any) -> Any:
        return x * 2.0

    def outer(m: Any, x: Any) -> Any:
        return m.inner(x) + 1.0

    op(inner)
    row = op(outer)
    assert (row(3.0), value_and_grad(lambda v: row(v[0]), [3.0])) == (7.0, (7.0, [2.0]))
    changed = lambda m, x: x * 5.0  # noqa: E731 - its name is the other one's
    changed.__name__ = "inner"
    op(changed)
    assert (row(3.0), value_and_grad(lambda v: row(v[0]), [3.0])) == (16.0, (16.0, [5.0]))


def test_it_is_a_function_a_method_and_goes_into_other_formulas() -> None:
    row = op(gate)
    x, y = Value(0.5, "x"), Value(3.0, "y")
    assert row(0.5) == row(0.5, 2.0) == 0.5 / (1 + math.exp(-1.0))
    assert type(row(0.5)) is float
    assert row(x).data == x.gate().data == row(0.5)  # type: ignore[attr-defined]
    assert row(x, y).parents == x.gate(y).parents == (x, y)  # type: ignore[attr-defined]
    assert jvp(lambda v: v[0].gate(v[1]), [0.5, 3.0], [1.0, 0.0]) == jvp(
        lambda v: row(v[0], v[1]), [0.5, 3.0], [1.0, 0.0]
    )
    for arguments in ((), (1.0, 2.0, 3.0)):
        with pytest.raises(TypeError, match="gate takes 2"):
            row(*arguments)

    @op
    def twice(m: Any, x: Any) -> Any:
        return m.gate(m.gate(x), 1.0)

    assert twice(0.5) == row(row(0.5), 1.0)
    assert check_op(twice)
    assert pickle.loads(pickle.dumps(row)) is row


def test_both_arguments_may_have_a_default() -> None:
    @op
    def scaled(m: Any, x: Any = 1.0, y: Any = 2) -> Any:
        return x * y

    assert (scaled(), scaled(3.0), scaled(3.0, 4.0), Value(5.0).scaled().data) == (2.0, 6.0, 12.0, 10.0)  # type: ignore
    assert "scaled(x=1.0, y=2.0, /)" in str(scaled.__doc__)


def test_it_is_written_drawn_and_explained() -> None:
    plain, shown = op(swish), op(symbol="σ_β", latex=r"\sigma_{{ {y} }}({x})")(gate)
    x, y = Value(0.5, "x"), Value(3.0, "y")
    assert (plain(x) + 1).to_latex() == r"\mathrm{swish}(x) + 1"
    assert shown(x, y).to_latex() == r"\sigma_{ y }(x)"
    assert repr(shown(x, y)) == f"Value(data={shown(0.5, 3.0)}, expression='σ_β(x, y)')"
    assert {"swish", "σ_β"} <= set(texts(draw(plain(x) * shown(x, y)).render("svg")))
    assert "= (sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x)))" in str(explain(plain(x), x))
    (first,) = grad(plain(x), [x], create_graph=True)
    assert first.data == pytest.approx(exact_derivative(plain, (0.5,), (0,)))


def test_a_symbol_may_stand_between_the_arguments() -> None:
    row = op(symbol="⊕", latex=r"{x} \oplus {y}", commutative=True)(soft_sum)
    a, b = Value(1.0, "a"), Value(2.0, "b")
    assert a.soft_sum(b).op is row  # type: ignore[attr-defined]
    assert "expression='(a ⊕ b)*2'" in repr(row(a, b) * 2)
    assert (row(a, b) * 2).to_latex() == r"2 \, \left(a \oplus b\right)"
    assert check_op(row)

    @op(symbol="@")
    def matmul(m: Any, x: Any, y: Any) -> Any:
        return x * y

    assert [node.data for node in (a @ b, a @ 3.0, 3.0 @ a)] == [2.0, 3.0, 3.0]  # type: ignore[operator]
    assert jvp(lambda v: v[0] @ v[1] + 2.0 @ v[0], [2.0, 3.0], [1.0, 0.0]) == (10.0, 5.0)


def test_an_operation_that_is_declared_anew_leaves_old_graphs_as_they_are() -> None:
    def cube(m: Any, x: Any) -> Any:
        return x**3

    first = op(cube)
    x = Value(2.0)
    old = x.cube()  # type: ignore[attr-defined]

    def again(m: Any, x: Any) -> Any:
        return x * x * x * 2.0

    again.__name__ = "cube"
    second = op(again)
    new = x.cube()  # type: ignore[attr-defined]
    assert (old.op, new.op, TABLE["cube"]) == (first, second, second)
    assert [grad(node, [x])[0].data for node in (old, new)] == [12.0, 24.0]
    assert taylor(lambda t: t.cube(), 1.0, 1) == [2.0, 6.0]


@pytest.mark.parametrize("name", ["tanh", "add", "data", "grad", "label", "parents", "backward", "to_latex", "_record"])
def test_names_that_are_taken_are_protected(name: str) -> None:
    def formula(m: Any, x: Any) -> Any:
        return x

    formula.__name__ = name
    table, method, dual = dict(TABLE), getattr(Value, name, None), getattr(Dual, name, None)
    with pytest.raises(ValueError, match=f"'{name}'"):
        op(formula)
    assert table == TABLE
    assert getattr(Value, name, None) is method
    assert getattr(Dual, name, None) is dual


def test_a_comparison_cannot_be_taken_over() -> None:
    def lt(m: Any, x: Any, y: Any) -> Any:
        return x

    with pytest.raises(ValueError, match="'lt'"):
        op(symbol="<")(lt)
    assert bool(Dual(1.0, 1.0, 0).__lt__(2.0)) is True


def no_argument(m: Any) -> Any: ...
def three(m: Any, x: Any, y: Any, z: Any) -> Any: ...
def starred(m: Any, *x: Any) -> Any: ...
def keyword(m: Any, x: Any, *, y: Any) -> Any: ...


@pytest.mark.parametrize(
    ("declare", "error", "message"),
    [
        (lambda: op(no_argument), TypeError, r"m and one or two arguments, but got no_argument\(m"),
        (lambda: op(three), TypeError, r"but got three\(m.*, x.*, y.*, z"),
        (lambda: op(starred), TypeError, r"but got starred\(m.*, \*x"),
        (lambda: op(keyword), TypeError, r"but got keyword\(m.*, x.*, \*, y"),
        (lambda: op(lambda m, x: x), TypeError, "by the name of its function, so <lambda> will not do"),
        (lambda: op(partials=[])(swish), ValueError, r"partials.* has 0 for swish"),
        (lambda: op(partials=BY_HAND[gate])(swish), ValueError, r"partials.* has 2 for swish"),
        (lambda: op(domain=[REAL])(gate), ValueError, r"domain.* has 1 for gate"),
    ],
)
def test_wrong_declarations_are_refused(declare: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        declare()
    assert set(TABLE) == TABLE.built_in


def test_out_of_its_domain_the_error_has_the_rule_and_the_advice() -> None:
    @op(domain=[POSITIVE], advice="Try something else.")
    def halved(m: Any, x: Any) -> Any:
        return m.log(x) / 2.0

    message = r"halved{} got -1.0; it needs an input > 0. Try something else."
    with pytest.raises(ValueError, match=message.format("")):
        halved(-1.0)
    with pytest.raises(ValueError, match=message.format(' at node "x"')):
        halved(Value(-1.0, "x"))
    assert check_op(halved)


def test_without_a_domain_the_error_says_what_python_said() -> None:
    @op
    def root(m: Any, x: Any) -> Any:
        return m.sqrt(x - 1.0)

    with pytest.raises(ValueError, match=r'root at node "x" got 0.5; it has no value there: .*[a-z]\.$'):
        root(Value(0.5, "x"))
    with pytest.raises(ZeroDivisionError, match=r"the derivative of root got 1.0; its derivative has no value there"):
        jvp(lambda v: root(v[0]), [1.0], [1.0])


@pytest.mark.parametrize(("result", "kind"), [(3, float), (None, TypeError), ("1", TypeError), (1j, TypeError)])
def test_a_node_always_has_a_float(result: Any, kind: type) -> None:
    def odd(m: Any, x: Any, y: Any) -> Any:
        return result

    row = op(odd)
    if kind is float:
        assert type(row(Value(1.0), 2.0).data) is float
    else:
        with pytest.raises(TypeError, match="must be"):
            row(Value(1.0), 2.0)


def checked(formula: Callable[..., Any], **settings: Any) -> str:
    report = check_op(op(**settings)(formula) if settings else op(formula))
    assert not report
    assert repr(report).startswith(f"{formula.__name__} is WRONG\n")
    return repr(report)


def product(m: Any, x: Any) -> Any:
    return m.sin(x) * x


@pytest.mark.parametrize(
    "partial",
    [
        lambda m, z, x: m.cos(x) * x,  # a missing term
        lambda m, z, x: m.cos(x) * x - m.sin(x),  # a wrong sign
        lambda m, z, x: (m.cos(x) * x + m.sin(x)) * 1.00001,  # nearly right
    ],
)
def test_check_op_finds_a_wrong_partial_and_names_it(partial: Any) -> None:
    text = checked(product, partials=[partial])
    assert "<- differs" in text
    assert "<Op product> is wrong: its partial derivative 1 is" in text
    assert "... and at 4 more points" in text


def test_check_op_finds_the_one_wrong_partial_of_two() -> None:
    text = checked(gate, partials=[BY_HAND[gate][0], lambda m, z, x, y: z * (1.0 - m.sigmoid(y * x))])
    assert "<Op gate> is wrong: its partial derivative 2 is" in text


def test_check_op_finds_a_wrong_second_derivative() -> None:
    def through_a_number(m: Any, z: Any, x: Any) -> Any:  # the slope is right, but is a constant of the graph
        number = math.tanh(getattr(x, "data", x))
        return 1.0 - number * number

    def bent(m: Any, x: Any) -> Any:
        return m.tanh(x)

    text = checked(bent, partials=[through_a_number])
    rows = [line.split() for line in text.splitlines() if re.match("x0.*(reverse|forward)", line)]
    assert {row[-1] for row in rows if row[:2] == ["x0", "x0"]} == {"differs"}
    assert not any(row[-1] == "differs" for row in rows if row[1] != "x0")


def test_check_op_finds_math_in_place_of_m() -> None:
    def grown(m: Any, x: Any) -> Any:
        return math.exp(x) * x

    def right(m: Any, x: Any) -> Any:
        return m.exp(x) * x

    hint = "the formulas must use m, not math"
    assert hint in checked(grown)
    assert hint in checked(grown, partials=[lambda m, z, x: m.exp(x) * (1.0 + x)])
    assert hint in checked(right, partials=[lambda m, z, x: math.exp(x) * (1.0 + x)])

    def floored(m: Any, x: Any) -> Any:
        return m.zeta(x) * x

    assert "operation is called 'zeta'" in checked(floored)


@pytest.mark.parametrize(("stated", "right"), [(0.0, True), (1.0, False), (0.5, False)])
def test_check_op_compares_the_partials_at_a_kink(stated: float, right: bool) -> None:
    def size(m: Any, x: Any) -> Any:
        return m.abs(x)

    report = check_op(op(kinks=[((0.0,), (stated,))])(size))
    assert bool(report) is right
    if not right:
        assert f"at the kink (0.0,): the partials are (0.0,), but the row states ({stated},)" in repr(report)


def test_a_kink_out_of_the_domain_is_a_fault() -> None:
    def logarithm(m: Any, x: Any) -> Any:
        return m.log(x)

    assert "at the kink (0.0,): " in checked(logarithm, domain=[POSITIVE], kinks=[((0.0,), (1.0,))])


def root(m: Any, x: Any) -> Any:
    return m.sqrt(x)


@pytest.mark.parametrize(
    ("formula", "domain", "fault"),
    [
        (root, [REAL], "at (-3.5,), which is in its domain: root got -3.5; it has no value there"),
        (root, [Domain("> -1", lambda x: x > -1, (0.5, -0.5))], "at (-0.5,), which is in its domain"),
        (swish, [POSITIVE], "at (-1.0,), outside of its domain, it is -0.26"),
        (gate, [REAL, UNIT], "at (-3.5, 1.5), outside of its domain, it is "),
    ],
)
def test_check_op_finds_a_domain_that_lies(formula: Callable[..., Any], domain: list[Domain], fault: str) -> None:
    assert fault in checked(formula, domain=domain)


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_check_op_finds_every_row_of_the_library_right(row: Op) -> None:
    report = check_op(row)
    assert report, report
    assert all(
        is_close(entry.received, entry.expected, 1e-6, 1e-6) for _, r in report.reports for entry in r.comparisons
    )


def test_an_operation_in_a_function_that_is_checked() -> None:
    row = op(gate)
    assert check_grads(lambda v: row(v[0] * v[1], v[1]).tanh(), [0.3, 1.5], order=2, modes=("reverse", "forward"))


def test_a_domain_that_contradicts_itself_is_noticed(own_operations: None) -> None:
    inside = Domain("from 0 to 1", lambda x: 0 <= x <= 1, (-0.5, 0.5), (2.0,))
    everywhere = Domain("from -1 to 1", lambda _: True, (-0.5, 0.5), (2.0,))

    def half_circle(m: Any, x: Any) -> Any:
        return m.sqrt(1 - x * x)

    assert "'from 0 to 1', does not hold at the sample -0.5" in repr(check_op(op(domain=[inside])(half_circle)))
    assert "'from -1 to 1', holds at 2.0, which is listed as outside" in repr(
        check_op(op(domain=[everywhere])(half_circle))
    )
    ends = Domain("from -1 to 1", lambda x: -1 <= x <= 1, (-1.0, 0.5), (2.0,))
    assert "the derivative of half_circle got -1.0; its derivative has no value there" in repr(
        check_op(op(domain=[ends])(half_circle))
    )


def test_a_kink_of_one_argument_needs_no_tuples(own_operations: None) -> None:
    def hinge(m: Any, x: Any) -> Any:
        return m.maximum(0.0, 1.0 - x)

    assert op(kinks=[(1.0, -0.5)])(hinge).kinks == op(kinks=[((1.0,), (-0.5,))])(hinge).kinks == (((1.0,), (-0.5,)),)


def test_second_derivatives_of_a_wrong_partial_are_not_shown(own_operations: None) -> None:
    def bell(m: Any, x: Any) -> Any:
        return m.exp(-x * x)

    report = check_op(op(partials=[lambda m, z, x: -2.0 * x])(bell))
    assert not report
    assert "x0 x0" not in repr(report)


def test_a_formula_that_asks_m_for_itself_is_an_error() -> None:
    @op
    def lost(m: Any, x: Any) -> Any:
        return m.lost(x)

    for call in (lambda: lost(1.0), lambda: lost(Value(1.0))):
        with pytest.raises(AttributeError, match="the formula of lost asks m for lost, which m does not have"):
            call()


@pytest.mark.parametrize("name", ["__add__", "__abs__", "_hidden", "__getattr__"])
def test_a_name_with_an_underscore_first_is_refused(name: str) -> None:
    def formula(_m: Any, x: Any) -> Any:
        return x

    formula.__name__ = name
    with pytest.raises(ValueError, match=f"an operation cannot be called '{name}'"):
        op(formula)
    assert (Value(1.0) + 2.0).data == 3.0


@pytest.mark.parametrize(
    "differentiate",
    [lambda f: jvp(f, 0.5, 1.0), lambda f: taylor(f, 0.5, 2), lambda f: f(Value(0.5)).backward()],
)
def test_functions_of_math_in_an_operation_say_what_to_write(differentiate: Any) -> None:
    @op
    def my_exp(_: Any, x: Any) -> Any:
        return math.exp(x)

    try:
        with pytest.raises(TypeError, match=r"m\.exp\(x\) in an operation of your own"):
            differentiate(my_exp)
        assert "m.exp(x) in an operation of your own" in str(check_op(my_exp))
    finally:
        TABLE.forget("my_exp")
