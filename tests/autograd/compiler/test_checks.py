"""What is found by recording a cost again at other numbers, and the line of the code that it is in."""

import random
import re
import sys
from typing import Any

import pytest

import autograd
import nn
from autograd import Value, log
from autograd.compiler.checks import watched
from autograd.compiler.recording import Point, Recorder


def line() -> tuple[Value, Value]:
    return Value(0.5, "w"), Value(0.1, "b")


def relu_by_if(v: Value) -> Value:
    if v.data > 0:
        return v
    return v * 0.0


def test_a_branch_on_a_number_is_found_with_its_line() -> None:
    w, b = line()
    with pytest.raises(ValueError, match=r"other operations at other numbers") as error:
        autograd.compile(lambda x, y: (relu_by_if(w * x + b) - y) ** 2, [w, b], example=(1.0, 2.0))
    message = str(error.value)
    assert "(w*x + b)*0" in message
    assert re.search(r"\(line \d+ of test_checks.py: return v \* 0\.0\)", message)
    assert "write relu" in message


def clipped_by_if(v: Value) -> Value:
    return v if abs(v.data) < 3.0 else v / abs(v) * 3.0


def test_a_branch_far_from_the_numbers_of_the_example_is_found() -> None:
    model: Any = nn.MLP(4, [5, 1], clipped_by_if, seed=1)
    x = [0.9, -0.4, 0.1, 0.6]
    assert max(abs(neuron(x).data) for neuron in model.layers[0].neurons) < 1.5
    with pytest.raises(ValueError, match=r"line \d+ of test_checks.py: return v if abs"):
        autograd.compile(lambda x: model(x) ** 2, model, example=(x,))


def test_a_number_that_leaked_is_found_with_its_line() -> None:
    w, b = line()

    def cost(x: Value, y: Value) -> Value:
        scale = x.data
        h = w * scale
        return (h + b - y) ** 2

    with pytest.raises(ValueError, match=r"w\*1 \(line \d+ of test_checks.py: h = w \* scale\)") as error:
        autograd.compile(cost, [w, b], example=(1.0, 2.0))
    assert "use the Value" in str(error.value)


def test_the_line_is_found_in_a_comprehension_and_in_a_function_that_a_function_calls() -> None:
    model: Any = nn.MLP(3, [4, 2], "tanh", "linear", seed=1)

    def losses(outputs: list[Value], y: Value) -> list[Value]:
        return [relu_by_if(each) - y for each in outputs]

    def cost(x: list[Value], y: Value) -> Value:
        first, second = losses(model(x), y)
        return first * first + second * second

    with pytest.raises(ValueError, match=r"return v \* 0\.0|return \[relu_by_if"):
        autograd.compile(cost, model, example=([0.1, 0.2, 0.3], 0.5))


def test_lines_of_the_library_are_not_named_but_those_that_call_it() -> None:
    model: Any = nn.MLP(3, [4, 2], "tanh", "linear", seed=1)

    def cost(x: list[Value], y: list[Value]) -> Value:
        outputs = model(x)
        return nn.losses.squared_error(outputs, y)

    recorder = Recorder(cost, model, ([0.1, 0.2, 0.3], [0.0, 1.0]))
    watched_recording, lines = watched(recorder, recorder.point)
    computed = [node for node in watched_recording.order if node.parents]
    assert {lines[node].file for node in computed} == {__file__}
    texts = {lines[node].text for node in computed}
    assert len(texts) == 2
    assert any("outputs = model(x)" in text for text in texts)


def test_what_the_library_makes_for_a_function_that_it_is_given_has_the_line_of_its_call() -> None:
    model: Any = nn.MLP(2, [2, 1], relu_by_if, "linear", seed=1)
    recorder = Recorder(lambda x: model(x), model, ([0.1, 0.2],))
    watched_recording, lines = watched(recorder, recorder.point)
    assert {lines[node].file for node in watched_recording.order if node.parents} == {__file__}


def test_what_a_function_is_given_was_made_where_it_is_called() -> None:
    w, b = line()

    def half(v: Value) -> Value:
        return v * 0.5

    recorder = Recorder(lambda x: half(w * x), [w, b], (1.0,))
    watched_recording, lines = watched(recorder, recorder.point)
    product, output = [lines[node].text for node in watched_recording.order if node.parents]
    assert "half(w * x)" in product
    assert "return v * 0.5" in output


def test_watching_ends_with_the_tracer_that_was_there() -> None:
    w, b = line()
    before = sys.gettrace()

    def cost(_: Value) -> Value:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watched(Recorder(cost, [w, b], (1.0,)), Point((0.5, 0.1), ((1.0,),)))
    assert sys.gettrace() is before


def test_an_ordinary_compile_watches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    w, b = line()
    monkeypatch.setattr(sys, "settrace", lambda _: pytest.fail("it is watched"))
    autograd.compile(lambda x, y: (w * x + b - y) ** 2, [w, b], example=(1.0, 2.0))


def test_random_operations_are_found() -> None:
    w, b = line()
    r = random.Random(1)

    def cost(x: Value, y: Value) -> Value:
        return (w * x * r.random() + b - y) ** 2

    with pytest.raises(ValueError, match="again at the same numbers, as with random ones"):
        autograd.compile(cost, [w, b], example=(1.0, 2.0))


def test_a_class_as_a_target_is_found() -> None:
    model: Any = nn.MLP(4, [3], "linear", "linear", seed=1)
    with pytest.raises(ValueError, match="one-hot"):
        autograd.compile(lambda x, y: -model(x)[int(y.data)], model, example=([0.1] * 4, 1))
    with pytest.raises(ValueError, match="compute with all of its entries"):
        autograd.compile(
            lambda x, y: -sum((a for a, t in zip(model(x), y, strict=True) if t.data), Value(0.0) * 0),
            model,
            example=([0.1] * 4, [0, 1, 0]),
        )


def test_real_examples_are_compared_too() -> None:
    w, b = line()

    def cost(x: Value, y: Value) -> Value:
        return (w * x + b - y) ** 2 if x.data < 1e6 else w * x

    autograd.compile(cost, [w, b], example=(1.0, 2.0))  # not found
    with pytest.raises(ValueError, match="other numbers"):
        autograd.compile(cost, [w, b], example=(1.0, 2.0), examples=[(2.0, 1.0), (1e7, 1.0)])
    with pytest.raises(ValueError, match="sizes of the first"):
        autograd.compile(cost, [w, b], example=(1.0, 2.0), examples=[([2.0, 1.0], 1.0)])
    with pytest.raises(TypeError, match=r"must be a tuple \(x, y\), .* but got 3.0"):
        autograd.compile(cost, [w, b], example=(1.0, 2.0), examples=(3.0, 4.0))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"give one as example=\(x, y\)"):
        autograd.compile(lambda: w * b, [w, b], examples=[(1.0, 2.0)])


def test_other_numbers_stay_in_the_domain_where_they_can() -> None:
    w, b = line()
    program = autograd.compile(lambda x, y: (log(w) * x + b - y) ** 2, [w, b], example=(1.0, 2.0))
    assert "recorded 8 more times at other numbers, with the same operations" in program.report


def test_a_cost_that_has_a_value_at_its_own_numbers_only_is_compiled_and_reported() -> None:
    w, b = line()

    def cost(x: Value) -> Value:
        if w.data != 0.5:
            raise ValueError("not here")
        return w * x + b

    assert "failed, the first with ValueError: not here" in autograd.compile(cost, [w, b], example=(1.0,)).report


def test_nan_is_no_difference() -> None:
    w, b = line()
    autograd.compile(lambda x: w * x + b * float("nan"), [w, b], example=(1.0,))
