"""What a cost is recorded from, what is found by recording it again, and what its program is called with."""

import random
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, exp, log, relu, tanh
from autograd.compiler import recording
from autograd.compiler.arguments import as_arrays, require_room
from autograd.compiler.checks import watched
from autograd.compiler.data import with_data
from autograd.compiler.recording import Point, Recorder, recorded
from autograd.compiler.remarks import remarks
from tests.autograd.compiler.programs import Generator
from tests.autograd.compiler.scalars import Case, error


def line() -> tuple[Value, Value]:
    return Value(0.5, "w"), Value(0.1, "b")


def relu_by_if(v: Value) -> Value:
    if v.data > 0:
        return v
    return v * 0.0


def gradients_agree(cost: Callable[[], Any], parameters: list[Value]) -> str:
    """Compare with the scalar engine, and give the text."""
    case = Case(cost, parameters)
    program = case.compiled()
    assert error(program, case) <= 1e-12
    return program.source


# Recording again


def test_a_branch_on_a_number_is_found_with_its_line() -> None:
    w, b = line()
    with pytest.raises(ValueError, match=r"other operations at other numbers") as error:
        autograd.compile(lambda x, y: (relu_by_if(w * x + b) - y) ** 2, [w, b], example=(1.0, 2.0))
    message = str(error.value)
    assert "(w*x + b)*0" in message
    assert re.search(r"\(line \d+ of test_recording.py: return v \* 0\.0\)", message)
    assert "write relu" in message


def test_a_number_that_leaked_is_found_with_its_line() -> None:
    w, b = line()

    def cost(x: Value, y: Value) -> Value:
        scale = x.data
        h = w * scale
        return (h + b - y) ** 2

    with pytest.raises(ValueError, match=r"w\*1 \(line \d+ of test_recording.py: h = w \* scale\)") as error:
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


def test_an_error_of_the_cost_has_a_note_about_classes() -> None:
    model: Any = nn.MLP(4, [3], "linear", "linear", seed=1)
    with pytest.raises(TypeError) as error:
        autograd.compile(lambda x, y: -model(x)[y], model, example=([0.1] * 4, 1))
    assert "one-hot" in error.value.__notes__[0]
    with pytest.raises(TypeError, match="must be a Module") as other:
        autograd.compile(lambda x, y: nn.losses.l2([model(x)[0] - y], 0.1), model, example=([0.1] * 4, 1))  # type: ignore[arg-type]
    assert not hasattr(other.value, "__notes__")


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
        if calls[0] == 2:
            raise KeyboardInterrupt
        assign(*arguments)

    monkeypatch.setattr(recording, "_assign", interrupted)
    with pytest.raises(KeyboardInterrupt):
        autograd.compile(lambda x: w * x + b, [w, b], example=(1.0,))
    assert calls[0] == 3
    assert (w.data, b.data) == (0.5, 0.1)


def test_nan_is_no_difference() -> None:
    w, b = line()
    autograd.compile(lambda x: w * x + b * float("nan"), [w, b], example=(1.0,))


# What may be given


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


# What a program is called with


@pytest.fixture(scope="module")
def program() -> Any:
    v = [Value(0.5, "v_0"), Value(-0.5, "v_1")]
    b = Value(0.1, "b")
    return autograd.compile(lambda x, y: (v[0] * x[0] + v[1] * x[1] + b - y) ** 2, [*v, b], example=([1.0, 2.0], 0.5))


@pytest.mark.parametrize(
    ("theta", "X", "Y", "what"),
    [
        ([1.0, 2.0], [[1.0, 2.0]], [1.0], "vector of 3 parameters, but has the shape \\(2,\\)"),
        ([[1.0, 2.0, 3.0]], [[1.0, 2.0]], [1.0], "vector of 3 parameters"),
        ([1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]], [1.0], "an input has 2 numbers, but X has the shape \\(1, 3\\)"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0], "an input has 2 numbers"),
        ([1.0, 2.0, 3.0], [[1.0, 2.0]], [[1.0, 2.0]], "a target has 1 number"),
        ([1.0, 2.0, 3.0], [[1.0, 2.0]] * 3, [1.0, 2.0], "X has 3 rows and Y 2"),
        ([1.0, 2.0, 3.0], np.zeros((0, 2)), np.zeros((0, 1)), "an example at least"),
    ],
)
def test_wrong_sizes_are_named(program: Any, theta: Any, X: Any, Y: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        program(theta, X, Y)


def test_wrong_types_are_named(program: Any) -> None:
    with pytest.raises(TypeError, match="takes theta, X, Y, but got 2 arguments"):
        program([1.0, 2.0, 3.0], [[1.0, 2.0]])
    for wrong in ([["a", "b"]], [[1j, 2.0]], [[1.0], [1.0, 2.0]], None):
        with pytest.raises(TypeError, match="X must be an array of real numbers"):
            program([1.0, 2.0, 3.0], wrong, [1.0])


def test_lists_vectors_and_other_precisions_are_taken(program: Any) -> None:
    theta = [0.5, -0.5, 0.1]
    expected = program(np.array(theta), np.array([[1.0, 2.0]]), np.array([[0.5]]))
    for X, Y in (
        ([1.0, 2.0], 0.5),
        ([[1, 2]], [0.5]),
        (np.array([[1, 2]], dtype=np.float32), np.array([0.5], dtype=np.float16)),
    ):
        value, gradient = program(theta, X, Y)
        assert (value, gradient.tolist()) == (expected[0], expected[1].tolist())
        assert gradient.dtype == np.float64
    assert np.isnan(program(theta, [[1.0, np.nan]], [0.5])[0])
    value, _ = program([0.5, np.nan, 0.1], [[1.0, 2.0]], [0.5])
    assert np.isnan(value)


def test_what_is_an_array_already_is_not_copied() -> None:
    theta, X = np.zeros(3), np.zeros((4, 2))
    found = as_arrays({"theta": 3, "X": 2}, [theta, X])
    assert found[0] is theta
    assert found[1] is X


# Memory


def test_what_needs_more_than_a_gigabyte_is_refused() -> None:
    require_room([(-1, 10, 10)], 1_000_000)
    with pytest.raises(MemoryError, match=r"an array of 8\.0 GB.* at most 1,250,000 at a time"):
        require_room([(4,), (-1, 10, 10)], 10_000_000)
    with pytest.raises(MemoryError, match="smaller parts"):
        require_room([(100_000, 100_000)], 1)


def test_a_program_refuses_before_it_starts(program: Any) -> None:
    large = replace(program, fallbacks=[(-1, 1000, 1000)], source="it_has_started")
    with pytest.raises(MemoryError, match=r"for 126 examples .* 1\.0 GB.* at most 125 at a time"):
        large(np.zeros(3), np.zeros((126, 2)), np.zeros(126))
    with pytest.raises(NameError, match="it_has_started"):
        large(np.zeros(3), np.zeros((125, 2)), np.zeros(125))


def test_the_largest_array_is_reported() -> None:
    found = recorded(_sum_of_squares, [W], (1.0, 2.0))
    report = remarks(found, [(-1, 10, 10), (1000, 10)])
    assert report == ["the largest array of products that is written out has 0.80 MB for 1,000 examples."]
    assert remarks(found, []) == []


def test_products_that_are_written_out_are_known_with_their_examples() -> None:
    # attention without a softmax: what is summed is products of two things that differ from example to example
    w = [Value(0.01 * k, f"w_{k}") for k in range(12)]

    def cost(x: list[Value]) -> Value:
        q = [[sum((w[4 * i + k] * x[3 * t + k] for k in range(3)), w[4 * i + 3]) for i in range(3)] for t in range(4)]
        s = [[tanh(q[t][0] * q[u][0] + q[t][1] * q[u][1] + q[t][2] * q[u][2]) for u in range(4)] for t in range(4)]
        o = [sum((s[t][u] * x[3 * u + i] for u in range(1, 4)), s[t][0] * x[i]) for t in range(4) for i in range(3)]
        return sum((tanh(v) for v in o[1:]), tanh(o[0]))

    program = autograd.compile(cost, w, example=([0.1 * k for k in range(12)],))
    assert {shape[0] for shape in program.fallbacks} == {-1}
    assert "MB for 1,000 examples" in program.report


# Data in the graph


@pytest.mark.parametrize("as_values", [True, False])
def test_a_batch_that_is_looped_over_is_found(as_values: bool) -> None:
    r = random.Random(1)
    model: Any = nn.MLP(2, [16, 16, 1], "relu", "linear", seed=3)
    parameters = model.parameters()
    examples: Any = [([r.uniform(-1.0, 1.0), r.uniform(-1.0, 1.0)], r.choice([-1.0, 1.0])) for _ in range(20)]
    if as_values:
        examples = [([Value(each) for each in x], Value(y)) for x, y in examples]

    def cost() -> Any:
        losses = [relu(1 - y * model(x)) for x, y in examples]
        penalty = sum((p * p for p in parameters[1:]), parameters[0] * parameters[0])
        return sum(losses[1:], losses[0]) * (1.0 / len(losses)) + 1e-4 * penalty

    source = gradients_agree(cost, parameters)
    assert "take" not in source
    assert len(source.splitlines()) <= 50
    assert with_data(recorded(cost, parameters)).sizes["data"] == 60


def test_a_plain_number_that_several_neurons_take_is_one_entry() -> None:
    r = random.Random(1)
    w = [Value(r.uniform(-1.0, 1.0), f"w_{k}") for k in range(12)]
    examples = [([r.uniform(-1.0, 1.0) for _ in range(3)], r.choice([-1.0, 1.0])) for _ in range(10)]

    def cost() -> Any:
        losses = []
        for x, y in examples:
            z = [w[3 * i] * x[0] + w[3 * i + 1] * x[1] + w[3 * i + 2] * x[2] for i in range(4)]
            losses.append((tanh(z[0]) + tanh(z[1]) + tanh(z[2]) + tanh(z[3]) - y) ** 2)
        return sum(losses[1:], losses[0])

    source = gradients_agree(cost, w)
    assert with_data(recorded(cost, w)).sizes["data"] == 10 * 3 + 10
    assert "take" not in source
    assert "@" in source


def test_inputs_that_are_equal_by_chance_are_right() -> None:
    r = random.Random(1)
    model: Any = nn.MLP(3, [4, 1], "tanh", "linear", seed=3)
    examples = [([float(r.randrange(3)) for _ in range(3)], float(r.randrange(2))) for _ in range(12)]

    def cost() -> Any:
        losses = [(model([*x]) - y) ** 2 for x, y in examples]
        return sum(losses[1:], losses[0]) / len(losses)

    gradients_agree(cost, model.parameters())


@pytest.mark.parametrize("kind", ["Values", "numbers", "few numbers"])
def test_batches_of_costs_that_a_generator_made(kind: str) -> None:
    with_a_vector = 0
    for seed in range(15):
        generated, r = Generator(seed).made(), random.Random(seed)
        theta = [Value(r.uniform(-1.0, 1.0), f"p_{k}") for k in range(generated.n_parameters)]

        def numbers(count: int, r: random.Random = r) -> list[Any]:
            found = [float(r.randrange(3)) if kind == "few numbers" else r.uniform(-1.0, 1.0) for _ in range(count)]
            return [Value(each) for each in found] if kind == "Values" else found

        sizes = generated.n_inputs, generated.n_targets
        examples = [[numbers(size) for size in sizes] for _ in range(r.choice([3, 8, 9]))]

        def cost(generated: Any = generated, theta: Any = theta, examples: Any = examples) -> Any:
            losses = [generated.cost(theta, x, y) for x, y in examples]
            return sum(losses[1:], losses[0]) / len(losses)

        gradients_agree(cost, theta)
        with_a_vector += bool(with_data(recorded(cost, theta)).data)
    assert with_a_vector > 7


def test_numbers_of_a_formula_are_no_data() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(20)]

    def cost() -> Any:
        first, *others = [0.5 * (v - 1.0) ** 2 + v**3.0 * 2 - exp(-1.0 * v) for v in w]
        return sum(others, first)

    assert "data" not in recorded(cost, w).sizes
    assert with_data(recorded(cost, w)).data == ()


def test_exponents_are_no_data_but_many_are_reported() -> None:
    w = [Value(0.1 + 0.1 * k, f"w_{k}") for k in range(21)]
    cost = sum((v ** (2.5 + k) for k, v in enumerate(w[1:])), w[0] * w[0])
    found = recorded(lambda: cost, w)
    assert with_data(found).data == ()
    (report,) = remarks(found, [])
    assert report.startswith("20 different numbers are constants of the program, and look like data")
    assert "with example=(x, y)" in report


def test_a_few_numbers_are_read_more_easily_as_they_are() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(8)]

    def cost(count: int) -> Any:
        return sum((v * (3.0 + k) for k, v in enumerate(w[1:count])), w[0] * 3.0)

    assert with_data(recorded(lambda: cost(7), w)).data == ()
    assert len(with_data(recorded(lambda: cost(8), w)).data) == 8


def test_data_beside_an_example_is_reported() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(20)]
    frozen = [0.37 * k - 1.0 for k in range(20)]
    program = autograd.compile(
        lambda x, y: (sum((v * c for v, c in zip(w[1:], frozen[1:], strict=True)), w[0] * x) - y) ** 2, w, (1.0, 2.0)
    )
    assert "19 numbers beside the parameters look like data" in program.report
    assert "must be in the example, (x, y)" in program.report
