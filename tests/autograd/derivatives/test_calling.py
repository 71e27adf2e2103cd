"""Functions that take f say what it is called with, where it is written for the other form: a list, or one number."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, exp

OF_INPUTS: dict[str, Callable[[Any, Any], Any]] = {
    "check_grads": autograd.check_grads,
    "hessian": autograd.hessian,
    "hessian_vector_product": lambda f, inputs: autograd.hessian_vector_product(f, inputs, inputs),
    "jacobian": autograd.jacobian,
    "jvp": lambda f, inputs: autograd.jvp(f, inputs, inputs),
    "linearize": autograd.linearize,
    "linearize_grad": autograd.linearize_grad,
    "step_size_sweep": autograd.step_size_sweep,
    "value_and_grad": autograd.value_and_grad,
}
OF_ONE: dict[str, Callable[[Any, Any], Any]] = {
    "plot_derivatives": lambda f, _: autograd.plot_derivatives(f),
    "taylor": lambda f, x: autograd.taylor(f, x, 2),
}
LIST = r"f gets the list of inputs, .* write v\[0\] for the first, or give 1\.0 in place of \[1\.0\]\."
NUMBER = r"f gets one number, .* write x, not x\[0\]; or give \[1\.0\] in place of 1\.0, except to taylor\."


def unpacked(v: Any) -> Any:
    a, b = v
    return a * b


def test_all_functions_that_take_f_are_tried() -> None:
    public = {name: getattr(autograd, name) for name in autograd.__all__}
    functions = {name: each for name, each in public.items() if inspect.isfunction(each)}
    taking = {name for name, each in functions.items() if "f" in inspect.signature(each).parameters}
    assert taking == OF_INPUTS.keys() | OF_ONE.keys()


def notes(call: Callable[[Any, Any], Any], f: Any, inputs: Any) -> str:
    with pytest.raises((TypeError, AttributeError)) as caught:
        call(f, inputs)
    return "\n".join(getattr(caught.value, "__notes__", []))


@pytest.mark.parametrize("name", OF_INPUTS)
def test_a_function_of_one_number_that_gets_a_list(name: str) -> None:
    of_one: list[Callable[[Any], Any]] = [
        lambda x: (x * 2 - 1) ** 2,
        lambda x: x * 2.0,
        lambda x: -x,
        lambda x: x.tanh(),
        exp,
        lambda x: 1 if x > 0 else 0,
    ]
    for f in of_one:
        text = notes(OF_INPUTS[name], f, [2.0])
        assert re.fullmatch(LIST, text)


@pytest.mark.parametrize("name", sorted(OF_INPUTS.keys() - {"jacobian", "jvp", "linearize"}))  # these take lists
def test_twice_a_list_is_no_value(name: str) -> None:
    with pytest.raises(TypeError, match=rf"^f must return one Value, but returned \[Value.*\] of type list\. {LIST}$"):
        OF_INPUTS[name](lambda x: x * 2, [2.0])
    for f, inputs in ((lambda v: [v[0] * v[0]], [2.0]), (lambda x: [x], 2.0)):
        with pytest.raises(TypeError, match=r"^f must return one Value, but returned \[Value.*\] of type list\.$"):
            OF_INPUTS[name](f, inputs)


@pytest.mark.parametrize("name", OF_INPUTS | OF_ONE)
def test_a_function_of_a_list_that_gets_one_number(name: str) -> None:
    of_list: list[Callable[[Any], Any]] = [lambda v: v[0] * v[1], unpacked, sum, len]
    for f in of_list:
        text = notes((OF_INPUTS | OF_ONE)[name], f, 2.0)
        assert re.fullmatch(NUMBER, text)


def test_another_mistake_gets_no_note() -> None:
    for f, inputs in ((lambda v: v[0].tahn(), [2.0]), (lambda x: x.tahn(), 2.0), (lambda x: x + "1", 2.0)):
        assert notes(autograd.value_and_grad, f, inputs) == ""


def test_the_innermost_derivative_says_it_once() -> None:
    def outer(x: Any) -> Any:
        return autograd.value_and_grad(lambda v: v - 1, [x])[0]

    assert notes(autograd.value_and_grad, outer, 2.0).count("f gets the list") == 1
    assert notes(autograd.check_grads, lambda x: x - [1], 2.0) == ""


def test_a_gradient_that_was_received_for_one_number() -> None:
    for received in (2.0, [2.0], (2.0,)):
        assert autograd.check_grads(lambda x: x * 2.0, 3.0, received=received)
    for wrong, got in (([[2.0]], r"\[2\.0\] of type list"), (["2"], "'2' of type str")):
        with pytest.raises(TypeError, match=f"^entry 0 of received must be one real number, but got {got}"):
            autograd.check_grads(lambda x: x * 2.0, 3.0, received=wrong)
    with pytest.raises(TypeError, match=r"^received must be a list of numbers, one for each input, but got 2\.0"):
        autograd.check_grads(lambda v: v[0] * 2.0, [Value(3.0)], received=2.0)
    with pytest.raises(ValueError, match=r"received needs a number for each of 1 input .*, but has 2"):
        autograd.check_grads(lambda x: x * 2.0, 3.0, received=[2.0, 2.0])
