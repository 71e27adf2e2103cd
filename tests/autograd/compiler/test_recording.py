"""What may be recorded, and from what."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, floor, maximum
from autograd.compiler import recording
from autograd.compiler.recording import recorded


def line() -> tuple[Value, Value]:
    return Value(0.5, "w"), Value(0.1, "b")


@pytest.mark.parametrize(
    ("example", "sizes"),
    [
        ((1.0, 2), (1, 1)),
        (([1.0, 2.0], (3.0,)), (2, 1)),
        (([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], 1.0), (6, 1)),
        ((np.arange(6.0).reshape(2, 3), np.float32(1.0)), (6, 1)),
        ((np.array(2.0), np.array([1, 2])), (1, 2)),
    ],
)
def test_examples_are_numbers_lists_and_arrays(example: tuple[Any, Any], sizes: tuple[int, int]) -> None:
    found = recorded(_sum_of_squares, [W], example).sizes
    assert (found["X"], found["Y"]) == sizes


W = Value(0.5, "w")


def _flat(part: Any) -> list[Value]:
    return [each for row in part for each in _flat(row)] if isinstance(part, list) else [part]


def _sum_of_squares(x: Any, y: Any) -> Value:
    first, *others = [(W * v) ** 2 * (2.0 + k) for k, v in enumerate(_flat(x) + _flat(y))]
    return sum(others, first)


def test_nested_lists_are_rows_of_the_program_one_after_another() -> None:
    program = autograd.compile(_sum_of_squares, [W], ([[1.0, 2.0], [3.0, 4.0]], 0.5))
    X, Y = np.array([[[1.0, 2.0], [3.0, 4.0]], [[0.1, 0.2], [0.3, 0.4]]]), [0.5, 0.7]
    expected = [0.25 * (2 * x[0, 0] ** 2 + 3 * x[0, 1] ** 2 + 4 * x[1, 0] ** 2 + 5 * x[1, 1] ** 2) for x in X]
    expected = [e + 0.25 * 6 * y**2 for e, y in zip(expected, Y, strict=True)]
    assert program([0.5], X, Y)[0] == pytest.approx(sum(expected) / 2, rel=1e-12)


@pytest.mark.parametrize(
    ("cost", "what"),
    [
        (lambda x: 3.0 * x.data, "with Values all the way"),
        (lambda _: None, "Has the function a return"),
        (lambda x: [W * x, W], "add them up"),
    ],
)
def test_a_cost_is_one_value(cost: Any, what: str) -> None:
    with pytest.raises(TypeError, match=what):
        autograd.compile(cost, [W], example=(1.0,))


def test_wrong_parameters_and_examples_are_named() -> None:
    w, b = line()
    for parameters, what in (
        ([w, b, w], "parameter 2, w, is parameter 0 already"),
        ([w, b * 2], r"parameter 1, b\*2, is computed from others"),
    ):
        with pytest.raises(ValueError, match=what):
            autograd.compile(lambda x: w * x, parameters, example=(1.0,))
    with pytest.raises(ValueError, match="at least one parameter"):
        autograd.compile(lambda: w * w, [])
    with pytest.raises(ValueError, match="depends on none of the parameters"):
        autograd.compile(lambda: b * 3, [w])
    with pytest.raises(TypeError, match=r"write \[w\]"):
        autograd.compile(lambda x: w * x, w, example=(1.0,))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must be a tuple"):
        autograd.compile(lambda x: w * x, [w], example=[1.0, 2.0])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="x of the example is empty"):
        autograd.compile(lambda _: w * 1.5, [w], example=([], 1.0))


def test_a_parameter_that_the_cost_does_not_use_has_gradient_0() -> None:
    w, b = line()
    unused = Value(3.0, "u")
    program = autograd.compile(lambda x, y: (w * x + b - y) ** 2, [w, unused, b], example=(1.0, 2.0))
    _, gradient = program([0.5, 3.0, 0.1], [[1.0]], [[2.0]])
    assert gradient == pytest.approx([-2.8, 0.0, -2.8])
    assert "does not depend on 1 parameter" in program.report


def test_a_model_stands_for_its_parameters() -> None:
    model: Any = nn.MLP(2, [3, 1], "tanh", "linear", seed=1)
    program = autograd.compile(lambda x: model(x) ** 2, model, example=([1.0, 2.0],))
    assert program.sizes["theta"] == 13


def test_an_error_of_the_cost_has_a_note_about_classes() -> None:
    model: Any = nn.MLP(4, [3], "linear", "linear", seed=1)
    with pytest.raises(TypeError) as error:
        autograd.compile(lambda x, y: -model(x)[y], model, example=([0.1] * 4, 1))
    assert "one-hot" in error.value.__notes__[0]
    with pytest.raises(TypeError, match="must be a Module") as other:
        autograd.compile(lambda x, y: nn.losses.l2([model(x)[0] - y], 0.1), model, example=([0.1] * 4, 1))  # type: ignore[arg-type]
    assert not hasattr(other.value, "__notes__")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("call", [2, 3])
def test_parameters_get_their_numbers_back(error: type[BaseException], call: int) -> None:
    w, b = line()
    calls = [0]

    def cost(x: Value, y: Value) -> Value:
        calls[0] += 1
        if calls[0] == call:
            assert w.data != 0.5
            raise error
        return (w * x + b - y) ** 2

    if error is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            autograd.compile(cost, [w, b], example=(1.0, 2.0))
    else:
        autograd.compile(cost, [w, b], example=(1.0, 2.0))
    assert (w.data, b.data) == (0.5, 0.1)


def test_ctrl_c_while_parameters_get_their_numbers_back_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    w, b = line()
    assign, calls = recording._assign, [0]

    def interrupted(*arguments: Any) -> None:
        calls[0] += 1
        if calls[0] == 4:
            raise KeyboardInterrupt
        assign(*arguments)

    monkeypatch.setattr(recording, "_assign", interrupted)
    with pytest.raises(KeyboardInterrupt):
        autograd.compile(lambda x: w * x + b, [w, b], example=(1.0,))
    assert calls[0] == 5
    assert (w.data, b.data) == (0.5, 0.1)


def test_a_parameter_that_the_cost_assigns_gets_its_number_back() -> None:
    w = Value(0.5, "w")

    def cost() -> Any:
        w.data = 0.123
        return w * w

    program = autograd.compile(cost, [w])
    assert w.data == 0.5
    assert len(program.passes) == 6
    assert w.data == 0.5


def test_first_mistakes_are_told_what_to_write() -> None:
    w = Value(0.5, "w")
    with pytest.raises(TypeError, match="the cost must be a function"):
        autograd.compile(w * w, [w])  # type: ignore[arg-type]
    with pytest.raises(TypeError) as error:
        autograd.compile(lambda x, y: w * x - y, [w])
    assert "example=(x, y)" in error.value.__notes__[0]
    program = autograd.compile(lambda x: w * x, [w], example=(1.0,))
    with pytest.raises(TypeError, match=r"nn\.unroll\(model\)"):
        program([w], [1.0])
    with pytest.raises(TypeError, match="a library of arrays itself"):
        program.bound("numpy")


@pytest.mark.parametrize(
    ("cost", "example"),
    [
        (lambda a, _b: a, None),
        (lambda a, b: a * 0 + b, None),
        (lambda a, b, x: b - b + x + a, (1.0,)),
        (lambda a, b, x: a * floor(x - b) + maximum(x, b), (1.0,)),
    ],
)
def test_costs_with_hardly_anything_in_them_are_shown(cost: Any, example: Any) -> None:
    a, b = Value(0.3, "a"), Value(0.7, "b")
    program = autograd.compile(lambda *x: cost(a, b, *x), [a, b], example)
    assert str(program.passes)
    assert str(program.beside())
    assert "delta1 = 0" not in program.source
