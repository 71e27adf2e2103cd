"""Different variables with the same label are told apart wherever formulas are written."""

import pytest

from autograd import Value, backward_steps, explain
from autograd.notation import describe, expression, shown_names


@pytest.fixture(params=[1.0, 2.0], ids=["of the same number", "of other numbers"])
def pair(request: pytest.FixtureRequest) -> tuple[Value, Value]:
    return Value(1.0, "x"), Value(request.param, "x")


def test_formulas(pair: tuple[Value, Value]) -> None:
    a, b = pair
    assert (a * b).to_latex() == r"x[1] \, x[2]"
    assert expression(a * b + a) == "x[1]*x[2] + x[1]"
    assert (a * a).to_latex() == "{x}^{2}"
    assert describe(a * b) == f"x[1]*x[2] (x[1]=1, x[2]={b.data:g})"
    with pytest.raises(ValueError, match=r"Inputs: x\[1\] - 3\*x\[2\] "):
        (a - 3 * b).log()


def test_explain(pair: tuple[Value, Value]) -> None:
    a, b = pair
    assert str(explain(a * b, a)).splitlines() == ["∂(x[1]*x[2])/∂x[1] = x[2]", f"                   = {b.data:g}"]
    assert str(explain(a * b, b)).startswith("∂(x[1]*x[2])/∂x[2] = x[1]\n")
    assert r"\partial x[1]} &= x[2]" in explain(a * b, a).to_latex()
    assert [row[0] for row in explain(a * b).table().rows] == ["x[1]", "x[2]"]
    assert r"\partial x[2]}" in explain(a * b).to_latex()


def test_names_are_those_of_the_labels_that_there_were(pair: tuple[Value, Value]) -> None:
    a, b = pair
    w, unnamed = Value(1.0, "w1_02"), Value(2.0)
    names = shown_names([a, w, b, unnamed, a])
    explained = explain(a * b, a)
    before = str(explained)
    a.label = w.label = "y"
    assert names == {a: "x[1]", w: "w⁽¹⁾₀₂", b: "x[2]"}
    assert names.get(unnamed, "") == ""
    assert str(explained) == before


def test_a_variable_outside_the_graph(pair: tuple[Value, Value]) -> None:
    a, b = pair
    assert str(explain(a * 2, b)) == "∂(x[1]*2)/∂x[2] = 0: (x[1]*2) does not depend on x[2]."


def test_backward_steps(pair: tuple[Value, Value]) -> None:
    a, b = pair
    steps = backward_steps(a * b)
    assert {(row[1], row[2]) for row in steps.table().rows} == {("x[1]*x[2]", "x[1]"), ("x[1]*x[2]", "x[2]")}
    assert {row["parent"] for row in steps.rows()} == {"x[1]", "x[2]"}


def test_a_node_may_have_the_label_of_one_below() -> None:
    x = Value(2.0, "x")
    y = x * 3
    y.label = "x"
    assert str(explain(y, x)).splitlines()[0] == "∂x[2]/∂x[1] = 3"


def test_labels_that_differ_stay_as_they_are() -> None:
    w, x = Value(2.0, "w1_02"), Value(3.0, "x")
    assert (w * x).to_latex() == r"w^{(1)}_{02} \, x"
    assert ((w * Value(1.0, "w1_02")) ** 2).to_latex() == r"{\left(w^{(1)}_{02}[1] \, w^{(1)}_{02}[2]\right)}^{2}"
    assert (w**2 * Value(1.0, "w1_02")).to_latex() == r"{\left(w^{(1)}_{02}[1]\right)}^{2} \, w^{(1)}_{02}[2]"
