"""Functions of `nn` name what they take when they get something else, or get it in another order."""

import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, log
from nn import data, losses, optimizers
from nn.losses import LOSSES
from nn.optimizers import OPTIMIZERS, adam, sgd, step

MODEL = nn.MLP(2, [3, 1], "tanh", seed=1)
PARAMETERS = MODEL.parameters()
NUMBERS = nn.unroll(MODEL)
DATA = data.DataSet([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]], [0, 1, 0], ["a", "b"])
NO_LIST: list[Any] = [None, "12", {0: 1.0, 1: 2.0}, {1.0, 2.0}, 0.5]


def cost() -> Value:
    return losses.squared_error(MODEL([1.0, 2.0]), 0.0)


MODULES: dict[Callable[..., Any], Callable[[Any], Any]] = {
    nn.fit: lambda thing: nn.fit(thing, [[1.0, 2.0]], [1.0], progress=False),
    nn.load: lambda thing: nn.load("model.json", thing),
    nn.minimize: lambda thing: nn.minimize(thing, cost),
    nn.roll: lambda thing: nn.roll(thing, MODEL),  # type: ignore[arg-type]
    nn.save: lambda thing: nn.save(thing, MODEL),  # type: ignore[arg-type]
    nn.unroll: nn.unroll,
    losses.l1: lambda thing: losses.l1(thing, 0.1),
    losses.l2: lambda thing: losses.l2(thing, 0.1),
}
# Any function, or an MLP.
OTHER_MODELS = {nn.accuracy, nn.confusion_matrix, nn.evaluate, nn.four_equations, nn.least_squares, nn.to_torch}


def test_all_functions_of_a_model_are_tried() -> None:
    functions = {thing for home in (nn, losses) for thing in vars(home).values() if inspect.isfunction(thing)}
    of_models = {each for each in functions if "model" in inspect.signature(each).parameters}
    assert of_models == MODULES.keys() | OTHER_MODELS


@pytest.mark.parametrize(
    "thing", ["model.json", 3.0, PARAMETERS, cost, nn.MLP, object()], ids=lambda x: type(x).__name__
)
@pytest.mark.parametrize("function", MODULES, ids=lambda function: function.__name__)
def test_a_model_is_a_module(function: Any, thing: Any) -> None:
    first = next(iter(inspect.signature(function).parameters))
    with pytest.raises(TypeError, match=rf"^in {function.__name__}\({first}\b.*\), model must be a Module, but got "):
        MODULES[function](thing)


@pytest.mark.parametrize("function", [nn.accuracy, nn.confusion_matrix, nn.evaluate], ids=lambda x: x.__name__)
def test_a_model_that_is_measured_is_a_function_that_returns_values(function: Any) -> None:
    for thing in ([1, 0], 3.0, "model", None):
        with pytest.raises(TypeError, match="model must be a network, or a function of one example, but got"):
            function(thing, [[0.9]], [1])
    for swapped in (([[0.9]], [1], MODEL), ([[0.9]], MODEL, [1])):
        with pytest.raises(TypeError, match=r"^in the arguments \(model, inputs, targets\), model must be a network"):
            function(*swapped)
    for output in (0.9, [0.9], True, None, "1", np.array([0.9])):
        with pytest.raises(TypeError, match="a model must return a Value or a list of Values, but it returned"):
            function(lambda _, output=output: output, [[0.9]], [1])


@pytest.mark.parametrize("thing", NO_LIST, ids=repr)
@pytest.mark.parametrize("model", [MODEL, MODEL.layers[0], MODEL.layers[0].neurons[0]], ids=lambda x: type(x).__name__)
def test_a_network_takes_a_list(model: Any, thing: Any) -> None:
    with pytest.raises(TypeError, match=r"list of .*numbers.*, but got .* of type"):
        model(thing)


@pytest.mark.parametrize("thing", [{0: 1.0, 1: 2.0}, {1.0, 2.0}, frozenset([1.0, 2.0])], ids=repr)
def test_examples_are_lists(thing: Any) -> None:
    for inputs, targets in (([thing], [1.0]), ([[1.0, 2.0]], [thing])):
        with pytest.raises(TypeError, match=r"^(input|target) 0 must be a list of numbers, but got"):
            nn.fit(MODEL, inputs, targets, progress=False)
    for inputs, targets in ((thing, [1.0, 2.0]), ([[1.0, 2.0], [3.0, 4.0]], thing)):
        with pytest.raises(TypeError, match=r"^(inputs|targets) must be a list, with an entry for each example"):
            nn.accuracy(MODEL, inputs, targets)
    assert nn.unroll(MODEL) == NUMBERS


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_takes_the_outputs_first(loss: str) -> None:
    function: Any = LOSSES[loss].function
    for thing in (1.0, None, "a", {1.0}, {0: 1.0}):
        with pytest.raises(TypeError, match=r"^a loss takes the outputs, then the targets: .* but got .* of type"):
            function(thing, Value(0.5))
    with pytest.raises(ValueError, match="the network has 0 outputs"):
        function([], 0)
    for thing in ({1.0}, {0: 1.0}, None):
        with pytest.raises((TypeError, ValueError), match=r"target must be (one real number|a class .*), but got"):
            function([Value(0.5)] * 2, thing)


def test_a_mean_is_of_a_list() -> None:
    for thing in (Value(1.0), 3.0, None, "a", {1.0}):
        with pytest.raises(TypeError, match="must be a list of losses, but got"):
            losses.mean(thing)  # type: ignore[arg-type]
    assert losses.mean(loss for loss in [Value(1.0), Value(4.0)]).data == 2.5


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_takes_the_state_of_its_optimizer_and_parameters(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    state = optimizer.init(NUMBERS)
    others = [other().init(NUMBERS) for other in OPTIMIZERS.values()]
    wrong: list[Any] = [None, {}, [], PARAMETERS, "state", *(other for other in others if other.keys() != state.keys())]
    if any(isinstance(entry, list) for entry in state.values()):
        wrong += [optimizer.init([1.0]), dict.fromkeys(state, 0)]
    for thing in wrong:
        with pytest.raises(ValueError, match=r"the state does not fit .*: step\(optimizer, state, parameters\) takes "):
            step(optimizer, thing, PARAMETERS)
    no_parameters: list[Any] = [MODEL, 1.0, None, state, set(PARAMETERS)]
    for thing in no_parameters:
        with pytest.raises(TypeError, match=r"state, model\.parameters\(\)\) must be a list of Values"):
            step(optimizer, state, thing)
    with pytest.raises(TypeError, match=r"takes Values, but got 1\.0 of type float"):
        step(optimizer, state, [1.0] * len(PARAMETERS))  # type: ignore[list-item]
    for gradients in ([1.0], [1.0] * 14, []):
        with pytest.raises(ValueError, match=f"a gradient for each of 13 parameters, but got {len(gradients)}"):
            step(optimizer, state, PARAMETERS, gradients)
    no_gradients: list[Any] = [["1"] * 13, [None] * 13, 1.0, {1.0}]
    for thing in no_gradients:
        with pytest.raises(TypeError, match=r"gradients? .*must be (one real number|a list of numbers), but got"):
            step(optimizer, state, PARAMETERS, thing)
    for thing in (MODEL, 3.0, None):
        with pytest.raises(TypeError, match=r"must be a list of numbers, such as nn\.unroll\(model\), but got"):
            optimizer.init(thing)  # type: ignore[arg-type]
    assert nn.unroll(MODEL) == NUMBERS


OPTIMIZED: dict[str, Callable[[Any], Any]] = {
    "step": lambda thing: step(thing, {"t": 0}, PARAMETERS),
    "fit": lambda thing: nn.fit(MODEL, [[1.0, 2.0]], [1.0], optimizer=thing, progress=False),
    "clip_by_norm": lambda thing: optimizers.clip_by_norm(thing, 1.0),
    "clip_by_value": lambda thing: optimizers.clip_by_value(thing, 1.0),
}


@pytest.mark.parametrize("function", OPTIMIZED)
def test_an_optimizer_is_one_of_the_optimizers(function: str) -> None:
    for thing in (sgd, adam, lambda g, s, _: (g, s), None, 0.1, *(["adam"] if function != "fit" else [])):
        with pytest.raises(TypeError, match=r"optimizer must be one of nn\.optimizers, such as sgd\(0\.1\), but got"):
            OPTIMIZED[function](thing)


def test_an_optimizer_of_ones_own_may_have_lists_that_grow() -> None:
    def update(gradients: Any, state: Any, _: Any) -> Any:
        return [-0.1 * g for g in gradients], {"norms": [*state["norms"], math.hypot(*gradients)]}

    optimizer = optimizers.Optimizer("own", lambda _: {"norms": []}, update)
    w, state = Value(1.0), optimizer.init([1.0])
    for _ in range(3):
        state = step(optimizer, state, [w], [1.0])
    assert state == {"norms": [1.0, 1.0, 1.0]}


def test_advice_for_an_unknown_optimizer_is_taken() -> None:
    with pytest.raises(ValueError, match=r"or pass one of nn\.optimizers, such as sgd\(0\.1\)\. Did you mean 'sgd'\?"):
        nn.fit(MODEL, [[1.0, 2.0]], [1.0], optimizer="sdg", progress=False)


def test_a_cost_is_a_function_of_nothing_that_returns_a_value() -> None:
    pytest.importorskip("scipy")
    for thing in (3.0, None, "cost"):
        with pytest.raises(TypeError, match="cost must be a function without arguments"):
            nn.minimize(MODEL, thing)  # type: ignore[arg-type]
    for value in (3.0, None, [cost()]):
        with pytest.raises(TypeError, match="the cost must return one Value, but it returned"):
            nn.minimize(MODEL, lambda value=value: value)  # type: ignore[misc]
    assert nn.unroll(MODEL) == NUMBERS


def test_a_path_is_a_path(tmp_path: Path) -> None:
    for thing in (MODEL, None, 3.0):
        with pytest.raises(TypeError, match=r"^in load\(path, model\), path must be the path of a file, but got"):
            nn.load(thing)  # type: ignore[arg-type]
    assert nn.unroll(nn.load(nn.save(MODEL, tmp_path / "model.json"))) == NUMBERS


@pytest.mark.parametrize("thing", [3.0, None, "12", {1.0}, {0: 1.0}], ids=repr)
def test_vectors_and_rows_are_lists(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"^the vector must be a list of numbers, but got"):
        nn.roll(MODEL, thing)
    with pytest.raises(TypeError, match=r"^a row must be a list of numbers, but got"):
        data.scaling(DATA).row(thing)
    assert nn.unroll(MODEL) == NUMBERS


def test_a_row_is_as_long_as_those_that_were_scaled() -> None:
    for row in ([1.0], [1.0, 2.0, 3.0], []):
        with pytest.raises(ValueError, match=f"a row must have 2 numbers, as in the examples, but has {len(row)}"):
            data.scaling(DATA).row(row)


@pytest.mark.parametrize("function", [lambda thing: data.split(thing, 0), data.scaling, data.scaling(DATA)])
def test_a_data_set_is_a_data_set(function: Any) -> None:
    for thing in ([1, 2, 3], DATA.inputs, None, MODEL):
        with pytest.raises(TypeError, match=r"^in .*, (data|train) must be a DataSet, but got"):
            function(thing)


def test_training_that_cannot_begin_names_the_example() -> None:
    model = nn.MLP(2, [3, 1], "linear", seed=1)
    before, options = nn.unroll(model), dict[str, Any](progress=False)
    large, small = [[1e200, 1e200]] * 4, [[1.0, 1.0]] * 4
    for inputs, targets in ((large, [0] * 4), (small, [1e300] * 4)):
        with pytest.raises(FloatingPointError, match=r"cannot begin at example 0: .* too large .*Scale the inputs"):
            nn.fit(model, inputs, targets, **options)
        with pytest.raises(FloatingPointError, match=r"cannot begin at validation example 0: .*Scale the inputs"):
            nn.fit(model, small, [0] * 4, validation=(inputs, targets), **options)
    with pytest.raises(FloatingPointError, match=r"cannot begin at the penalty: .* too large for a float"):
        nn.fit(model, small, [0] * 4, penalty=lambda model: (1e200 * model.weights()[0]) ** 2, **options)
    with pytest.raises(ValueError, match="log got") as caught:
        nn.fit(model, small, [0] * 4, loss=lambda a, _: log(a - 100), **options)
    assert caught.value.__notes__ == ["This happened while training, at example 0."]
    assert nn.unroll(model) == before


def test_a_data_set_is_no_list_of_examples() -> None:
    examples: Any = data.DataSet([[0.0], [1.0]], [0, 1], ["a", "b"])
    model = nn.MLP(1, [2], seed=1)
    with pytest.raises(TypeError, match="inputs must be a list, with an entry for each example, but got"):
        nn.fit(model, examples, examples.targets, progress=False)
    with pytest.raises(TypeError, match="inputs must be a list, with an entry for each example, but got"):
        nn.accuracy(model, examples, [0, 1])


@pytest.mark.parametrize("validation", [3, "xy", ([[0.0]],), {1, 2}])
def test_validation_is_a_pair(validation: Any) -> None:
    with pytest.raises(ValueError, match=r"validation must be a pair \(inputs, targets\), but got"):
        nn.fit(nn.MLP(1, [1], seed=1), [[0.0]], [0.0], validation=validation, progress=False)


def test_the_target_of_another_kind_is_found_at_once() -> None:
    targets = [0] * 20_000 + [[1.0, 0.0]]
    with pytest.raises(ValueError, match="but target 20000 is"):
        nn.accuracy(lambda _: [Value(0.0), Value(1.0)], [[0.0]] * len(targets), targets)
