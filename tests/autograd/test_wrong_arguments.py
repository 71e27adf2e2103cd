"""Functions of graphs name what they take when they get something else."""

from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value

W = Value(1.0, "w")
C = W * 2
ANYTHING: list[Any] = [3.0, None, "no such label", Value, object(), [3.0]]
OUTPUT: dict[str, Callable[[Any], object]] = {
    "backward_steps": autograd.backward_steps,
    "check_formula": lambda thing: autograd.check_formula("w", thing, W),
    "compare_modes": autograd.compare_modes,
    "count_paths": lambda thing: autograd.count_paths(thing, W),
    "draw": autograd.draw,
    "explain": lambda thing: autograd.explain(thing, W),
    "explain all": autograd.explain,
    "find_nonfinite": autograd.find_nonfinite,
    "grad": lambda thing: autograd.grad(thing, [W]),
    "nudge": lambda thing: autograd.nudge(thing, W),
    "paths": lambda thing: autograd.paths(thing, W),
    "pulls": lambda thing: autograd.pulls([thing], W),
    "topological_order": autograd.topological_order,
}
VARIABLE: dict[str, Callable[[Any], object]] = {
    "check_formula": lambda thing: autograd.check_formula("w", C, thing),
    "count_paths": lambda thing: autograd.count_paths(C, thing),
    "draw": lambda thing: autograd.draw(C, lit=thing),
    "draw around": lambda thing: autograd.draw(C, around=thing),
    "explain": lambda thing: autograd.explain(C, thing),
    "grad": lambda thing: autograd.grad(C, [thing]),
    "nudge": lambda thing: autograd.nudge(C, thing),
    "paths": lambda thing: autograd.paths(C, thing),
    "pulls": lambda thing: autograd.pulls([C], thing),
}


@pytest.mark.parametrize("thing", ANYTHING, ids=repr)
@pytest.mark.parametrize("function", OUTPUT)
def test_an_output_is_a_value(function: str, thing: Any) -> None:
    with pytest.raises(TypeError, match=r"(takes Values|must be a Value).*but (got|is) |^grad\(y, "):
        OUTPUT[function](thing)


@pytest.mark.parametrize("thing", ANYTHING, ids=repr)
@pytest.mark.parametrize("function", VARIABLE)
def test_a_variable_is_a_value_or_a_label(function: str, thing: Any) -> None:
    if thing is None and function in ("draw", "draw around", "explain", "pulls"):
        return
    with pytest.raises((TypeError, ValueError), match=r"(takes (a )?Value|label)"):
        VARIABLE[function](thing)


@pytest.mark.parametrize("formula", [3.0, None, W, ["w"], b"w"], ids=repr)
def test_a_formula_is_text(formula: Any) -> None:
    with pytest.raises(TypeError, match=r"a formula is text, such as '2\*\(a - y\)', but got .*"):
        autograd.check_formula(formula, C, W)
