"""What is written of a large graph has a bound, and so has the work of writing it."""

from collections.abc import Callable

import pytest

from autograd import Value, backward_steps, check_formula, explain, pulls
from autograd.notation import MOST_OPERATIONS, computed, to_text

STEPS: dict[str, Callable[[Value, Value], Value]] = {  # what is repeated, a thousand times
    "squarings": lambda y, _: y * y,
    "powers": lambda y, _: y**2,
    "tanh": lambda y, _: y.tanh(),
    "sum": lambda y, x: y + x,
    "sum from the right": lambda y, x: x + y,
    "difference": lambda y, x: x - y,
    "sign": lambda y, _: -y,
    "negative product": lambda y, x: -(y * x),
    "quotient": lambda y, x: x / (y + 2.0),
    "tree": lambda y, _: ((y + y) * (y * 0.25)).tanh(),
}


def repeated(step: Callable[[Value, Value], Value]) -> tuple[Value, Value]:
    x = y = Value(0.5, "x")
    for _ in range(1000):
        y = step(y, x)
    return y, x


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("depth", [30, 5000, 10**9])
def test_a_formula_is_as_deep_as_its_operations_allow(name: str, depth: int) -> None:
    y, _ = repeated(STEPS[name])
    assert "…" in y.to_latex(depth)
    text = to_text(computed(y, depth))
    assert "…" in text
    assert text.count("x") + text.count("…") <= MOST_OPERATIONS + 1


@pytest.mark.parametrize("name", STEPS)
def test_what_is_said_of_a_large_graph_is_short(name: str) -> None:
    y, x = repeated(STEPS[name])
    for said in (y, explain(y), explain(y, x), explain(y, x).to_latex(), backward_steps(y), pulls([y], x)):
        assert len(str(said)) < 50_000


def test_a_formula_that_fits_is_written_as_deep_as_asked() -> None:
    y = Value(0.5, "x")
    for n in range(8):
        assert to_text(computed(y, n)).count("x") == 2**n
        y = y + y
    assert to_text(computed(y)).count("…") == 16
    total = sum([Value(1.0, "x") for _ in range(MOST_OPERATIONS)], Value(1.0, "x"))
    assert "…" not in total.to_latex(MOST_OPERATIONS)


@pytest.mark.parametrize(
    "typed", ["+".join(["x"] * 4000), "sin(" + "-".join(["x"] * 4000) + ")", "*".join(["x"] * 4000)]
)
def test_a_long_formula_that_was_typed_is_judged(typed: str) -> None:
    x = Value(0.5, "x")
    assert "but it is 1\n" in str(check_formula(typed, x * x, x))
