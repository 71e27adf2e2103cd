"""What is written, as text or in LaTeX, can be read in one way only: each row inside each other one."""

import itertools
import math
import re
from collections.abc import Callable

import pytest

from autograd import Value, ops
from autograd.explanations import evaluate, explain
from autograd.notation import Expression, expression, to_latex, to_text
from autograd.notation.expressions import apply
from autograd.notation.latex import latex_name
from autograd.table import TABLE, Op

ROWS = list(TABLE.values())
INFIX = [row for row in ROWS if row.is_infix]
NAMES = {"x": 0.37, "y": 0.83, "u": 2.3}
X, Y, U = (Expression(number, name) for name, number in NAMES.items())
MINUS, PLUS = Expression(-0.6), Expression(1.7)
LEAVES = [(X, Y, U), (U, X, Y), (Y, U, X), (MINUS, X, U), (X, U, MINUS), (PLUS, MINUS, U), (X, MINUS, U), (U, PLUS, X)]


def all_of(outers: list[Op], inners: list[Op]) -> list[Expression]:
    """Each outer row with each inner one in each place, with different leaves."""
    found = []
    for outer, inner in itertools.product(outers, inners):
        for place, leaves in itertools.product(range(outer.arity), LEAVES):
            arguments: list[Expression] = [*leaves[: outer.arity]]
            try:
                arguments[place] = apply(inner, *leaves[-inner.arity :])
                formula = apply(outer, *arguments)
            except (ValueError, ArithmeticError, TypeError):  # outside the domain, or complex
                continue
            if arguments[place].op is inner and math.isfinite(formula.number):
                found.append(formula)
    return found


def three_deep() -> list[Expression]:
    return [
        apply(outer, *[inner if spot == place else U for spot in range(outer.arity)])
        for inner in all_of(INFIX, INFIX)
        for outer in INFIX
        for place in range(outer.arity)
        if inner.number > 0.01 and inner.number < 100
    ]


@pytest.mark.parametrize("outer", ROWS, ids=lambda row: row.name)
def test_text_reads_back_as_the_same_formula(outer: Op) -> None:
    formulas = all_of([outer], ROWS)
    assert formulas
    for formula in formulas:
        text = to_text(formula)
        assert evaluate(text, NAMES)[""] == pytest.approx(formula.number, rel=1e-5), text  # numbers are written short


def test_text_of_three_operators_reads_back() -> None:
    formulas = three_deep()
    assert len(formulas) > 1000
    for formula in formulas:
        text = to_text(formula)
        assert evaluate(text, NAMES)[""] == pytest.approx(formula.number, rel=1e-5), text


def test_no_sign_follows_another() -> None:
    for formula in [*all_of(ROWS, ROWS), *three_deep()]:
        for written in (to_text(formula), to_latex(formula)):
            assert not re.search(r"(?:[-+*/%]|\\,|\\cdot|\\bmod) *-", written.replace("e-", "e")), written


def as_seen(latex: str) -> str:
    """LaTeX without braces that only group, which nobody sees."""
    before = ""
    while before != latex:
        before, latex = latex, re.sub(r"(^|[ (|\-])\{((?:[^{}]|\{[^{}]*\})*)\}(?=\^)", r"\1\2", latex)
    return latex


def test_no_superscript_follows_another_in_latex() -> None:
    for formula in [*all_of(ROWS, ROWS), *three_deep()]:
        seen = as_seen(to_latex(formula))
        assert not re.search(r"\^(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w)\^", seen), seen
        assert not re.search(r"\\frac(?:\{[^{}]*\}){2}\^", seen), seen


def test_different_formulas_look_different_in_latex() -> None:
    seen: dict[str, Expression] = {}
    for formula in [*all_of(ROWS, ROWS), *three_deep()]:
        other = seen.setdefault(as_seen(to_latex(formula)), formula)
        assert other.number == pytest.approx(formula.number, rel=1e-9), (to_text(other), to_text(formula))


def test_a_label_that_is_a_power_has_parentheses_after_a_partial() -> None:
    square = Value(4.0, "x^2")
    explanation = explain(square * 3, square)
    assert explanation.symbol == "∂(x²*3)/∂(x²)"
    assert r"\partial \left(x^{2}\right)}" in explanation.to_latex()


def power(label: str) -> str:
    return (Value(2.0, label) ** 2).to_latex()


def test_a_power_of_what_has_a_superscript() -> None:
    w = Value(0.5, "w")
    assert r"\left(e^{w}\right)}^{2}" in explain(w.exp() ** 3, w).to_latex()
    assert power("x^2") == r"{\left(x^{2}\right)}^{2}"
    assert power("w1_02") == r"{\left(w^{(1)}_{02}\right)}^{2}"
    assert power("x_1") == "{x_{1}}^{2}"
    assert power("∂C/∂w") == r"{\left(\frac{\partial C}{\partial w}\right)}^{2}"
    assert latex_name("∂²C/∂w1_02²") == r"\frac{{\partial}^{2} C}{\partial \left(w^{(1)}_{02}\right)^{2}}"


@pytest.mark.parametrize(
    ("label", "square", "product"),
    [
        ("w1_02", "w1_02**2", "u/w1_02"),
        ("w^(1)_02", "(w^(1)_02)**2", "u/w^(1)_02"),
        ("x^2", "(x^2)**2", "u/x^2"),
        ("∂C/∂w", "(∂C/∂w)**2", "u/(∂C/∂w)"),
        ("x - 1", "(x - 1)**2", "u/(x - 1)"),
        ("mean", "mean**2", "u/mean"),
        ("the mean", "the mean**2", "u/the mean"),
    ],
)
def test_a_label_that_holds_an_operation_has_parentheses(label: str, square: str, product: str) -> None:
    name, u = Expression(2.0, label), Expression(3.0, "u")
    assert to_text(apply(ops.pow, name, 2.0)) == square
    assert to_text(apply(ops.truediv, u, name)) == product


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        (lambda x, y: x - -y, "x - (-y)", r"x - \left(-y\right)"),
        (lambda x, _: x - -2.0, "x - (-2)", r"x - \left(-2\right)"),
        (lambda x, y: x + -2.0 * y, "x + (-2*y)", r"x + \left(-2 \, y\right)"),
        (lambda x, y: -(x % y), "-(x%y)", r"-\left(x \bmod y\right)"),
        (lambda x, y: (-x) % y, "-x%y", r"\left(-x\right) \bmod y"),
        (lambda x, y: (x + y).log1p(), "log1p(x + y)", r"\log(1 + \left(x + y\right))"),
        (lambda x, y: ops.hypot(x - 1.0, y), "hypot(x - 1, y)", r"\sqrt{\left(x - 1\right)^2 + y^2}"),
    ],
)
def test_signs_and_templates(formula: Callable[[Value, Value], Value], text: str, latex: str) -> None:
    node = formula(Value(1.5, "x"), Value(0.5, "y"))
    assert expression(node) == text
    assert node.to_latex() == latex
