"""Every setting of everything that has settings is tried with what cannot be right."""

import functools
import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import Value
from nn import data, initializers, losses, metrics, optimizers, schedules
from nn.settings import RULES, check

TRIED = [math.nan, -1, 0, 1, math.inf, "text", None]
ACCEPTED: dict[str, list[Any]] = {  # of those; a new setting fails here until it has a line
    "learning_rate": [0, 1], "schedule": [0, 1], "rate": [0, 1], "final": [0, 1], "strength": [0, 1],
    "weight_decay": [0, 1], "factor": [1], "eps": [1], "limit": [1], "delta": [1], "decay": [0], "beta1": [0],
    "beta2": [0], "decays": [None], "every": [1], "steps": [1], "share": [], "threshold": [-1, 0, 1, None],
    "epochs": [1], "batch_size": [1], "classes": [], "shuffle": [], "resume": [], "progress": [], "penalty": [None],
    "checkpoint": ["text", None], "patience": [1, None], "validation": [None], "loss": [], "optimizer": [],
    "n_inputs": [1], "n_outputs": [1], "activation": [], "initializer": [], "weight": [-1, 0, 1],
    "on_epoch": [None], "sample_weight": [None], "seed": [-1, 0, 1, None], "most": [], "name": ["text"],
    "engine": [None], "alpha": [0, 1], "validation_fraction": [], "early_stopping": [], "verbose": [],
}  # fmt: skip
ELSEWHERE: dict[tuple[Callable[..., Any], str], list[Any]] = {  # where the same name takes something else
    (nn.fit, "learning_rate"): [0, 1, None],
    (nn.fit, "seed"): [-1, 0, 1],
    (nn.Recorder, "classes"): [None],
    (data.split, "seed"): [-1, 0, 1],
}
GIVEN = {"model", "inputs", "targets", "outputs", "data", "layer", "index", "number"}  # no settings

EXAMPLES = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 1, 0]
MODEL = nn.MLP(1, [1], seed=0)
MAKERS: dict[Callable[..., Any], dict[str, Any]] = {  # with what else they need
    **{make: {} for make in optimizers.OPTIMIZERS.values()},
    optimizers.clip_by_value: {"optimizer": optimizers.sgd(), "limit": 1.0},
    optimizers.clip_by_norm: {"optimizer": optimizers.sgd(), "limit": 1.0},
    schedules.step_decay: {"rate": 0.1, "every": 2},
    schedules.exponential_decay: {"rate": 0.1, "every": 2},
    schedules.cosine_decay: {"rate": 0.1, "steps": 2},
    schedules.warmup: {"schedule": 0.1, "steps": 2},
    losses.huber: {"outputs": Value(1.0), "targets": 0.0},
    losses.l1: {"model": MODEL, "strength": 0.1},
    losses.l2: {"model": MODEL, "strength": 0.1},
    nn.Recorder: {"model": MODEL, "inputs": EXAMPLES[0], "targets": EXAMPLES[1]},
    nn.fit: {"model": MODEL, "inputs": EXAMPLES[0], "targets": EXAMPLES[1], "validation": EXAMPLES, "progress": False},
    metrics.evaluate: {"model": MODEL, "inputs": EXAMPLES[0], "targets": EXAMPLES[1]},
    metrics.accuracy: {"model": MODEL, "inputs": EXAMPLES[0], "targets": EXAMPLES[1]},
    metrics.confusion_matrix: {"model": MODEL, "inputs": EXAMPLES[0], "targets": EXAMPLES[1]},
    data.split: {"data": data.DataSet(*EXAMPLES, ["a", "b"]), "seed": 0, "share": 0.5},
    initializers.generator: {"seed": 0},
    nn.Neuron: {"n_inputs": 2},
    nn.Layer: {"n_inputs": 2, "n_outputs": 2},
}
SETTINGS = [(make, name) for make in MAKERS for name in inspect.signature(make).parameters if name not in GIVEN]


@pytest.mark.parametrize(("make", "name"), SETTINGS, ids=lambda x: x if isinstance(x, str) else x.__name__)
def test_a_setting_is_checked_where_it_is_given(
    make: Callable[..., Any], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # "text" is a fine name for a checkpoint
    accepted = ELSEWHERE.get((make, name), ACCEPTED[name])
    for value in TRIED:
        if value in accepted:
            make(**MAKERS[make] | {name: value})
        else:
            with pytest.raises((ValueError, TypeError), match=name):
                make(**MAKERS[make] | {name: value})


OF_A_VALUE = {"delta", "strength"}  # what a cost may depend on
NUMBERS = [name for name in RULES if 1 in ACCEPTED[name] or "number" in RULES[name].words]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_no_float_holds_is_refused_and_so_is_a_value(name: str) -> None:
    numbers: list[Any] = [10**400, -(10**400)] + [Value(0.5)] * (name not in OF_A_VALUE)
    for number in numbers:
        with pytest.raises(ValueError, match=f"^{name} must be .*, but got "):
            check(**{name: number})
    if name in OF_A_VALUE:
        check(**{name: Value(0.5)})
        with pytest.raises(ValueError, match=f"^{name} must be .*, but got Value"):
            check(**{name: Value(-0.5)})


@pytest.mark.parametrize("rate", [Value(0.1), 10**400, "0.1"])
def test_a_schedule_gives_numbers(rate: Any) -> None:
    with pytest.raises(ValueError, match="a schedule must give a finite number of at least 0, but rate gave"):
        schedules.rate_at(rename(lambda _: rate), 3)


def rename(function: Callable[[int], Any]) -> Callable[[int], Any]:
    function.__name__ = "rate"
    return function


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_tried(name: str) -> None:
    for value in TRIED:
        if value in ACCEPTED[name]:
            check(**{name: value})
        else:
            with pytest.raises(ValueError, match=f"^{name} must be .*, but got "):
                check(**{name: value})


def test_numbers_of_numpy_and_of_the_graph_are_numbers() -> None:
    np = pytest.importorskip("numpy")
    check(learning_rate=np.float32(0.1), shuffle=np.True_, decays=np.array([True, False]), strength=Value(0.1))


def test_true_is_no_whole_number() -> None:
    for name in ("epochs", "batch_size", "patience", "seed"):
        with pytest.raises(ValueError, match=f"^{name} must be a whole number"):
            nn.fit(**MAKERS[nn.fit] | {name: True})
    with pytest.raises(ValueError, match="n_outputs must be a whole number of at least 1, but got True"):
        nn.MLP(2, [True])


def test_an_initializer_must_give_finite_numbers() -> None:
    for weight in (math.nan, math.inf, "text", None):
        with pytest.raises(ValueError, match="weight must be a finite number"):
            nn.Neuron(2, initializer=functools.partial(lambda *_, weight: weight, weight=weight))


@pytest.mark.parametrize(
    ("make", "meant"),
    [
        (lambda: nn.Neuron(2, "tahn"), "tanh"),
        (lambda: nn.Neuron(2, "ReLU"), "relu"),
        (lambda: nn.Neuron(2, "Leaky ReLU"), "leaky_relu"),
        (lambda: nn.Neuron(2, initializer="xavier_glorot"), "glorot"),
        (lambda: nn.fit(MODEL, *EXAMPLES, loss="crossentropy", progress=False), "cross_entropy"),
        (lambda: nn.fit(MODEL, *EXAMPLES, loss="mean-squared-error", progress=False), "mean_squared_error"),
        (lambda: nn.fit(MODEL, *EXAMPLES, optimizer="Adam", progress=False), "adam"),
        (lambda: nn.fit(MODEL, *EXAMPLES, loss="mse", progress=False), "mean_squared_error"),
        (lambda: nn.fit(MODEL, *EXAMPLES, loss="BCE", progress=False), "binary_cross_entropy"),
        (lambda: nn.fit(MODEL, *EXAMPLES, loss="ce", progress=False), "cross_entropy"),
    ],
)
def test_a_name_that_is_nearly_right_is_guessed(make: Callable[[], Any], meant: str) -> None:
    with pytest.raises(ValueError, match=rf"unknown .* Did you mean '{meant}'\?"):
        make()
