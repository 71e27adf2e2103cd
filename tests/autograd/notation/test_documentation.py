"""What `help` says of every row comes from the row, and is true."""

import doctest
import inspect
import pydoc
import re
from collections.abc import Iterator
from typing import Any

import pytest

import autograd
from autograd import Op, Value, leaky_relu, op, relu, sigmoid
from autograd.notation import derivative, documentation, to_text
from autograd.notation.documentation import _cases
from autograd.table import NONZERO, POSITIVE, TABLE

ROWS = [pytest.param(row, id=name) for name, row in TABLE.items()]


@pytest.fixture(autouse=True)
def forget_own_rows() -> Iterator[None]:
    yield
    TABLE.forget(*(name for name in TABLE if name not in TABLE.built_in))


@pytest.mark.parametrize("row", ROWS)
def test_help_says_it_all(row: Op) -> None:
    text = inspect.getdoc(row)
    assert text == documentation(row)
    assert text in re.sub("^    ", "", pydoc.render_doc(row), flags=re.MULTILINE)
    signature, sentence, facts, example = text.split("\n\n")
    assert signature == row.signature
    assert sentence.startswith("The operation ")
    assert sentence.endswith(".")
    begins = ["Formula", *(["Derivative"] if row.arity == 1 else ["Derivative by x", "Derivative by y"]), "Domain"]
    assert [line.partition(": ")[0] for line in facts.splitlines()] == [
        *begins,
        *["Kink"] * len(row.kinks),
        *["More arguments"] * row.selects,
    ]
    assert "cannot be written" not in facts
    assert row.latex.format(x="x", y="y") in facts
    for domain in row.domain:
        assert domain.rule in facts or domain.rule == "that is a number"
        assert domain.differentiable in facts
    runner = doctest.DocTestRunner(verbose=False)
    (test,) = doctest.DocTestFinder(recurse=False).find(_documented(example), "example", globs={})
    assert runner.run(test) == (0, 4 + row.arity - len(row.defaults)), example


def _documented(text: str) -> Any:
    def function() -> None: ...

    function.__doc__ = text
    return function


@pytest.mark.parametrize("row", ROWS)
def test_derivatives_are_those_that_an_explanation_writes(row: Op) -> None:
    point = [domain.samples[0] for domain in row.domain]
    node = row(*(Value(number, name) for number, name in zip(point, row.names, strict=True)))
    for place in range(row.arity):
        assert _cases(row, place).startswith(to_text(derivative(node, place)))


def test_cases_are_each_shown_where_they_hold() -> None:
    assert _cases(relu, 0) == "0, as at x = -3.5; 1, as at x = 0.3"
    assert _cases(sigmoid, 0) == "sigmoid(x)*(1 - sigmoid(x))"
    assert "Kink: at x = 0 its derivative is taken to be 0." in str(relu.__doc__)


def test_arguments_have_no_keywords_and_help_says_so() -> None:
    assert str(leaky_relu.__doc__).startswith("leaky_relu(x, y=0.01, /)\n")
    with pytest.raises(TypeError, match="keyword argument"):
        leaky_relu(Value(-1.0), y=0.1)  # type: ignore[call-overload]


def test_the_class_keeps_its_own() -> None:
    assert str(Op.__doc__).startswith("One row of the table: the whole truth")


@pytest.mark.parametrize("row", ROWS)
def test_a_method_says_the_short_of_it(row: Op) -> None:
    if not row.is_infix:
        assert inspect.getdoc(getattr(Value, row.method)) == row.describe()
        assert row.describe().startswith(row.signature)


def test_importing_writes_none() -> None:
    assert "__doc__" not in vars(autograd.tanh)


def test_an_operation_of_ones_own_has_it_too() -> None:
    @op(domain=[NONZERO, POSITIVE], kinks=[((1.0, 2.0), (0.5, 0.25))])
    def ratio(_m: Any, x: Any, y: Any = 2.0) -> Any:
        return y / x

    text = str(ratio.__doc__)
    assert text.startswith("ratio(x, y=2.0, /)\n\nThe operation ratio: ")
    assert "Formula: y/x. In LaTeX: " in text
    assert "Domain: x must be a number other than 0. y must be a number > 0." in text
    assert "Kink: at x = 1 and y = 2 its derivatives are taken to be 0.5 and 0.25." in text
    assert ">>> from autograd import Value\n" in text


def test_help_survives_a_formula_that_cannot_be_written() -> None:
    @op
    def broken(_m: Any, _x: Any) -> Any:
        raise RuntimeError("no")

    assert "Formula: it cannot be written" in str(broken.__doc__)
    assert "Example" not in str(broken.__doc__)
