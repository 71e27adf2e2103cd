"""Functions name what they take when they get something else: a Value, a label, a list, a direction, a whole number."""

from collections.abc import Callable
from typing import Any

import numpy as np
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


def square(v: Any) -> Any:
    return v[0] * v[0]


NO_LIST: list[Any] = [None, "1", b"1", {0: 1.0}, {1.0}, object()]
LISTS: dict[str, Callable[[Any], Any]] = {
    "check_grads": lambda thing: autograd.check_grads(square, thing),
    "hessian": lambda thing: autograd.hessian(square, thing),
    "hessian_vector_product": lambda thing: autograd.hessian_vector_product(square, thing, [1.0]),
    "hessian_vector_product, vector": lambda thing: autograd.hessian_vector_product(square, [1.0], thing),
    "jacobian": lambda thing: autograd.jacobian(square, thing),
    "jvp": lambda thing: autograd.jvp(square, thing, [1.0]),
    "jvp, tangents": lambda thing: autograd.jvp(square, [1.0], thing),
    "logsumexp": autograd.logsumexp,
    "softmax": autograd.softmax,
    "step_size_sweep": lambda thing: autograd.step_size_sweep(square, thing),
    "value_and_grad": lambda thing: autograd.value_and_grad(square, thing),
    "weighted_sum, inputs": lambda thing: autograd.weighted_sum([W], thing, C),
    "weighted_sum, weights": lambda thing: autograd.weighted_sum(thing, [W], C),
}


@pytest.mark.parametrize("thing", NO_LIST, ids=repr)
@pytest.mark.parametrize("function", LISTS)
def test_a_list_is_no_text_and_has_an_order(function: str, thing: Any) -> None:
    with pytest.raises(TypeError, match=r"^.* must be a list of .*, but got .* of type \w+\.$"):
        LISTS[function](thing)


@pytest.mark.parametrize("function", ["hessian_vector_product, vector", "jvp, tangents", "logsumexp", "softmax"])
def test_in_a_list_of_numbers_everything_is_a_number(function: str) -> None:
    for make in (list, tuple):
        LISTS[function](make([1.0]))
    LISTS[function](np.array([1.0]))
    for thing in ("1", None, [1.0], 1j, object()):
        with pytest.raises(TypeError, match="must be one real number, but got"):
            LISTS[function]([thing])


@pytest.mark.parametrize("along", [autograd.jvp, autograd.hessian_vector_product])
def test_a_direction_is_like_the_inputs(along: Any) -> None:
    for inputs in ([1.0, 2.0], (1.0, 2.0), np.array([1.0, 2.0])):
        assert along(square, inputs, (1.0, 0)) == along(square, inputs, np.array([1.0, 0.0]))
        for direction in ([1.0], [1.0, 2.0, 3.0], []):
            got = f"has {len(direction)} for 2 inputs"
            with pytest.raises(ValueError, match=f"needs a number for each input, but {got}"):
                along(square, inputs, direction)
        with pytest.raises(TypeError, match=r"at a list of inputs must be a list of numbers, but got 1\.0 of type"):
            along(square, inputs, 1.0)
    assert (
        along(autograd.exp, 3, 1)
        == along(autograd.exp, 3.0, np.float64(1.0))
        == along(autograd.exp, np.array(3.0), np.array(1.0))
    )
    for thing in ([1.0], np.array([1.0]), np.array([1.0, 2.0]), "1", None, 1j):
        with pytest.raises(TypeError, match="at one number must be one real number, but got"):
            along(autograd.exp, 3.0, thing)


def test_a_direction_may_flow() -> None:
    t = Value(2.0, "t")
    _, tangent = autograd.jvp(lambda x: x * x, 3.0, t)
    assert autograd.grad(tangent, t).data == 6.0
    along = autograd.hessian_vector_product(lambda x: x**3, 3.0, t, create_graph=True)
    assert autograd.grad(along, t).data == 18.0
    assert autograd.jvp(lambda s: autograd.jvp(lambda x: x * x, 3.0, s)[1], 2.0, 1.0) == (12.0, 6.0)


@pytest.mark.parametrize("order", [-1, 2.0, "3", None, [1]], ids=repr)
def test_an_order_is_a_whole_number(order: Any) -> None:
    with pytest.raises(ValueError, match=r"order of an expansion must be a whole number of at least 0, but got .*\.$"):
        autograd.taylor(autograd.exp, 0.0, order)


@pytest.mark.parametrize("setting", ["eps", "tolerance"])
def test_a_step_and_a_tolerance_are_numbers(setting: str) -> None:
    things: list[Any] = ["1e-4", None, [1e-4]]
    for thing in things:
        with pytest.raises(TypeError, match=f"^{setting} must be one real number, but got"):
            autograd.check_grads(square, [1.0], **{setting: thing})
