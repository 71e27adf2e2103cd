"""The compiled engine against the scalar one, which records each example: the same to rounding, and the same to say."""

import importlib.util
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nn
from autograd import Value
from nn.activations import ACTIVATIONS
from nn.losses import LOSSES
from nn.optimizers import OPTIMIZERS, Optimizer, adam, adamw, clip_by_norm, clip_by_value, momentum, sgd
from nn.settings import ENGINES
from nn.training.engines import FEWEST
from tests.nn.runs import INSIDE, POINTS, network

pytest.importorskip("numpy")

R = Random(0)
INPUTS = [[R.uniform(-1, 1) for _ in range(3)] for _ in range(30)]
CLASSES = [int(x[0] + x[1] * x[2] > 0) + int(x[2] > 0.5) for x in INPUTS]


def examples(loss: str) -> tuple[list[list[float]], list[Any]]:
    """Inputs, and the targets that a loss takes."""
    return INPUTS, [LOSSES[loss].target(label, 3) for label in CLASSES]


def trained(model: Any, *data: Any, **options: Any) -> tuple[list[float], nn.training.History]:
    """The parameters after training, and what was measured."""
    settings: dict[str, Any] = {"optimizer": sgd(0.1), "epochs": 3, "batch_size": 7, "progress": False}
    history = nn.fit(model, *data, **(settings | options))
    return nn.unroll(model), history


def compare(make: Callable[[], Any], *data: Any, tolerance: float = 1e-9, **options: Any) -> None:
    """Train with both engines: parameters, losses and accuracies are the same to rounding."""
    (scalar, expected), (compiled, found) = (trained(make(), *data, engine=name, **options) for name in ENGINES[::-1])
    assert (found.engine, expected.engine) == ("compiled", "scalar")
    assert compiled == pytest.approx(scalar, rel=tolerance, abs=tolerance * max(map(abs, scalar)))
    accuracies = ([epoch.accuracy or 0.0 for epoch in each.epochs] for each in (found, expected))
    assert next(accuracies) == pytest.approx(next(accuracies))
    assert [epoch.loss for epoch in found.epochs] == pytest.approx([epoch.loss for epoch in expected.epochs], rel=1e-9)
    for one, other in zip(found.epochs, expected.epochs, strict=True):
        assert one.validation_accuracy == other.validation_accuracy
        if other.validation_loss is not None:
            assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_all_losses_and_activations(loss: str, activation: str) -> None:
    compare(lambda: nn.MLP(3, [4, 3], activation, LOSSES[loss].output_activation, seed=1), *examples(loss), loss=loss)


OTHERS = {
    "decays": adamw(0.01, decays=[place % 2 == 0 for place in range(31)]),
    "a schedule": adam(nn.schedules.cosine_decay(0.05, steps=10)),
    "values clipped": clip_by_value(momentum(0.1), 0.01),
    "norm clipped": clip_by_norm(adamw(0.01), 0.1),
    "norm clipped twice": clip_by_norm(clip_by_value(sgd(0.5), 0.05), 0.1),
    "one's own": Optimizer("own", momentum(0.1).init, momentum(0.1).update),  # which takes lists only
}


@pytest.mark.parametrize("optimizer", [make() for make in OPTIMIZERS.values()] + [*OTHERS.values()], ids=repr)
def test_all_optimizers(optimizer: Optimizer) -> None:
    compare(
        lambda: nn.MLP(3, [4, 3], "tanh", seed=1), *examples("cross_entropy"), loss="cross_entropy", optimizer=optimizer
    )


def weights_of_classes() -> list[float]:
    return [1.0 / CLASSES.count(label) for label in CLASSES]


SETTINGS: dict[str, dict[str, Any]] = {
    "weights": {"sample_weight": weights_of_classes()},
    "weights, some of 0": {"sample_weight": [float(i % 3) for i in range(30)]},
    "a penalty": {"penalty": lambda model: nn.losses.l2(model, 0.05)},
    "another penalty": {"penalty": lambda model: nn.losses.l1(model, 0.05), "sample_weight": weights_of_classes()},
    "validation": {"validation": (INPUTS[:9], CLASSES[:9])},
    "all examples in a batch": {"batch_size": 1000, "sample_weight": weights_of_classes()},
    "one example in a batch": {"batch_size": 1},
    "no shuffle": {"shuffle": False},
    "patience": {"validation": (INPUTS[:9], CLASSES[::-1][:9]), "patience": 1, "epochs": 6, "optimizer": sgd(1.0)},
}


@pytest.mark.parametrize("options", SETTINGS.values(), ids=SETTINGS)
def test_all_settings(options: dict[str, Any]) -> None:
    compare(lambda: nn.MLP(3, [4, 3], "tanh", seed=1), INPUTS, CLASSES, loss="cross_entropy", **options)


class Own(nn.Module):
    """A model of one's own: not a network, one output, a parameter that is used twice."""

    def __init__(self) -> None:
        self.w = [Value(0.5), Value(-0.25)]

    def __call__(self, x: Sequence[Any]) -> Any:
        u, v = self.w
        return (u * x[0] + v * x[1] * u).tanh() + v


class Number(nn.Module):
    """A model of inputs that are numbers, with a parameter that nothing depends on."""

    def __init__(self) -> None:
        self.w, self.unused = Value(0.5), Value(7.0)

    def __call__(self, x: Any) -> list[Value]:
        return [self.w * x, self.w + x]


@pytest.mark.parametrize(
    ("make", "data", "options"),
    [
        (Own, (INPUTS, [x[0] * x[1] for x in INPUTS]), {}),
        (Own, (INPUTS, [[x[0] * x[1]] for x in INPUTS]), {"sample_weight": weights_of_classes()}),
        (Number, ([x[0] for x in INPUTS], [[x[1], x[2]] for x in INPUTS]), {}),
        (network, (POINTS, INSIDE), {"loss": "binary_cross_entropy", "threshold": 0.3}),
        (network, (POINTS, [2 * label - 1 for label in INSIDE]), {"loss": "squared_error"}),
        (network, (POINTS, INSIDE), {"loss": lambda output, y: (output - y) ** 4}),
    ],
)
def test_models_and_losses_of_ones_own(make: Any, data: Any, options: dict[str, Any]) -> None:
    compare(make, *data, **options)


def test_a_loss_may_have_a_penalty_in_it() -> None:
    for model in (own := Own(), Own()):

        def loss(output: Value, y: Any, model: Own = model) -> Any:
            return (output - y) ** 2 + 0.1 * sum([w * w for w in model.w], Value(0.0))

        expected = trained(model, INPUTS, CLASSES, loss=loss, engine="scalar" if model is own else "compiled")
        if model is own:
            first = expected
    assert expected[0] == pytest.approx(first[0], rel=1e-12)
    assert [epoch.loss for epoch in expected[1].epochs] == pytest.approx([epoch.loss for epoch in first[1].epochs])


def test_the_default_is_the_compiled_engine_from_some_examples_on() -> None:
    for epochs, engine in ((FEWEST // 60, "scalar"), (FEWEST // 60 + 1, "compiled")):
        assert trained(network(), POINTS, INSIDE, epochs=epochs)[1].engine == engine


class Chain(nn.Module):
    """A model without rows and columns."""

    def __init__(self) -> None:
        self.w = [Value(0.5 + 0.1 * i) for i in range(12)]

    def __call__(self, x: Sequence[Any]) -> Any:
        y = x[0]
        for i, w in enumerate(self.w):
            y = (w * y).tanh() if i % 2 else (w + y).sigmoid() * x[1]
        return y


def test_an_irregular_model_is_trained_on_the_graph_in_small_batches() -> None:
    for batch_size, engine in ((1, "scalar"), (60, "compiled")):
        assert trained(Chain(), POINTS, INSIDE, epochs=20, batch_size=batch_size)[1].engine == engine


def branching(output: Value, y: Any) -> Any:
    return (output - y) ** 2 if output.data > 0.5 else abs(output - y)


def test_what_does_not_compile_is_trained_on_the_graph_which_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    history = trained(network(), POINTS, INSIDE, loss=branching, epochs=20, progress=True)[1]
    assert history.engine == "scalar"
    assert "the cost does other operations at other numbers" in capsys.readouterr().err
    with pytest.raises(
        ValueError, match=r"^the compiled engine cannot train this model: .*engine='scalar' needs no program"
    ):
        trained(network(), POINTS, INSIDE, loss=branching, engine="compiled")


def test_a_loss_that_asks_for_a_rare_target_is_not_compiled() -> None:
    def loss(output: Value, y: Any) -> Any:
        return (output - y) ** 2 * (3.0 if y == 7 else 1.0)

    targets = [7.0 if i == 40 else 1.0 for i in range(60)]
    assert trained(network(), POINTS, targets, loss=loss, epochs=20)[1].engine == "scalar"


class Asking(nn.Module):
    """A model that does something else for inputs above a limit."""

    def __init__(self, limit: float) -> None:
        self.w, self.limit = [Value(0.5), Value(-0.25)], limit

    def __call__(self, x: Sequence[Any]) -> Any:
        return self.w[0] * x[0] + self.w[1] * (20.0 * x[1] if x[0] > self.limit else x[1])


def test_a_model_that_asks_for_a_rare_input_is_not_compiled() -> None:
    model, rare = Asking(50.0), [*POINTS[:-1], [60.0, 0.2]]
    assert trained(model, POINTS, INSIDE, epochs=20, batch_size=60)[1].engine == "compiled"  # what is asked is never so
    assert trained(model, rare, INSIDE, epochs=20, batch_size=60)[1].engine == "scalar"
    many = [*POINTS * 50, *[[60.0, 0.2]] * 60]
    assert trained(model, many, [0.5] * len(many), epochs=1, batch_size=60)[1].engine == "scalar"


def test_without_numpy_it_is_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nn.training.compiled_engine", None)  # as where an import in it fails
    assert trained(network(), POINTS, INSIDE, epochs=20)[1].engine == "scalar"
    with pytest.raises(ImportError):
        trained(network(), POINTS, INSIDE, engine="compiled")


def message(make: Callable[[], Any], *data: Any, engine: str, **options: Any) -> tuple[str, list[float]]:
    """What a run that fails says, and the parameters that it leaves."""
    model = make()
    with pytest.raises((ArithmeticError, ValueError)) as caught:
        trained(model, *data, engine=engine, **options)
    return "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])]), nn.unroll(model)


DIVERGING: dict[str, tuple[Callable[[], Any], Any, dict[str, Any]]] = {
    "a loss": (lambda: nn.MLP(1, [1], seed=1), ([[1e10], [2e10]], [1.0, 2.0]), {"optimizer": sgd(1e3), "epochs": 90}),
    "an example": (lambda: nn.MLP(1, [1], seed=1), ([[1.0], [1e200]], [1.0, 1.0]), {"optimizer": sgd(0.1)}),
    "an update": (lambda: nn.MLP(1, [1], seed=1), ([[1e3], [2e3]], [1.0, 2.0]), {"optimizer": sgd(1e306)}),
    "a square": (lambda: nn.MLP(1, [1], seed=1), ([[1e80], [2e80]], [1.0, 2.0]), {"optimizer": adam()}),
    "a penalty": (
        lambda: nn.MLP(1, [1], seed=1), ([[0.5], [0.25]], [1.0, 2.0]),
        {"penalty": lambda model: 1e200 * nn.losses.l2(model, 1e100), "optimizer": sgd(1e-280), "epochs": 9},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "data", "options"), DIVERGING.values(), ids=DIVERGING)
def test_what_is_not_finite_is_named_as_on_the_graph(make: Any, data: Any, options: dict[str, Any]) -> None:
    (expected, before), (found, after) = (message(make, *data, engine=name, **options) for name in ENGINES[::-1])
    assert found.split(":")[0] == expected.split(":")[0]
    assert all(map(math.isfinite, after))
    assert after == pytest.approx(before, rel=1e-6)


def test_targets_that_a_loss_does_not_take_are_named() -> None:
    targets = [1.0 if i != 25 else 0.5 for i in range(60)]
    model = nn.MLP(2, [3, 1], "tanh", seed=1)
    with pytest.raises(ValueError, match=r"a target of hinge must be -1 or 1, but got 0\.5") as caught:
        nn.fit(model, POINTS, targets, loss="hinge", epochs=20, progress=False)
    assert "at example 25" in caught.value.__notes__[0]


@pytest.mark.parametrize("optimizer", [adam(0.02), clip_by_norm(momentum(0.1), 0.5), OTHERS["one's own"]], ids=repr)
def test_a_resumed_run_ends_with_the_same_bits(optimizer: Optimizer, tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "optimizer": optimizer, "engine": "compiled", "sample_weight": [1.0 + i % 2 for i in range(60)],
        "validation": (POINTS[:9], INSIDE[:9]), "penalty": lambda model: nn.losses.l2(model, 0.001),
    }  # fmt: skip
    resumed, whole = network(), network()
    trained(resumed, POINTS, INSIDE, epochs=2, checkpoint=tmp_path / "run.json", **options)
    again = network(seed=5)
    history = trained(again, POINTS, INSIDE, epochs=5, checkpoint=tmp_path / "run.json", resume=True, **options)[1]
    assert history.epochs == trained(whole, POINTS, INSIDE, epochs=5, **options)[1].epochs
    assert nn.unroll(again) == nn.unroll(whole)


def test_a_resumed_run_keeps_its_engine(tmp_path: Path) -> None:
    for engine, other in (ENGINES, ENGINES[::-1]):
        path = tmp_path / f"{engine}.json"
        trained(network(), POINTS, INSIDE, epochs=1, engine=engine, checkpoint=path)
        with pytest.raises(ValueError, match=f"its engine was '{engine}', but now is '{other}': take that one"):
            trained(network(), POINTS, INSIDE, engine=other, checkpoint=path, resume=True)
        for epochs in (2, 40):  # whatever would be the default
            history = trained(network(), POINTS, INSIDE, epochs=epochs, checkpoint=path, resume=True)[1]
            assert history.engine == engine
        assert json.loads(path.read_text())["history"]["engine"] == engine


def test_a_checkpoint_without_an_engine_is_of_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    trained(network(), POINTS, INSIDE, epochs=1, engine="scalar", checkpoint=path)
    document = json.loads(path.read_text())
    del document["digest"], document["history"]["engine"]  # as in version 0.1.0
    path.write_text(json.dumps(document))
    assert trained(network(), POINTS, INSIDE, epochs=40, checkpoint=path, resume=True)[1].engine == "scalar"


def test_ctrl_c_leaves_whole_updates(tmp_path: Path) -> None:
    calls = 0

    def rate(t: int) -> float:
        nonlocal calls
        calls += 1
        if t == 2 * 9 + 4:
            raise KeyboardInterrupt
        return 0.1

    model, twin = network(), network()
    with pytest.raises(KeyboardInterrupt):
        trained(model, POINTS, INSIDE, optimizer=sgd(rate), engine="compiled", checkpoint=tmp_path / "run.json")
    assert len(json.loads((tmp_path / "run.json").read_text())["history"]["epochs"]) == 2
    with pytest.raises(KeyboardInterrupt):
        trained(twin, POINTS, INSIDE, optimizer=sgd(rate), engine="scalar")
    assert nn.unroll(model) == pytest.approx(nn.unroll(twin), rel=1e-9)
    assert nn.unroll(model) != nn.unroll(network())


def test_who_watches_an_epoch_sees_the_parameters_and_may_change_them() -> None:
    seen: dict[str, list[list[float]]] = {}
    for engine in ENGINES:
        model = network()
        kept = seen.setdefault(engine, [])

        def watch(_: Any, model: nn.MLP = model, kept: list[list[float]] = kept) -> None:
            kept.append(nn.unroll(model))
            nn.roll(model, [0.9 * x for x in nn.unroll(model)])

        kept.append(trained(model, POINTS, INSIDE, engine=engine, on_epoch=watch)[0])
    for one, other in zip(*seen.values(), strict=True):
        assert one == pytest.approx(other, rel=1e-9)


def test_what_a_watcher_changes_before_it_stops_the_run_stays_changed() -> None:
    model = network()

    def stop(_: Any) -> None:
        nn.roll(model, [0.5] * len(nn.unroll(model)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(model, POINTS, INSIDE, engine="compiled", on_epoch=stop)
    assert {*nn.unroll(model)} == {0.5}


@pytest.mark.parametrize("changed", ["loss", "penalty"])
def test_a_cost_that_changes_between_epochs_is_compiled_again(changed: str) -> None:
    strength = {"loss": 1.0, "penalty": 0.01}

    def loss(output: Value, y: Any) -> Any:
        return strength["loss"] * (output - y) ** 2

    def stronger(_: Any) -> None:
        strength[changed] *= 2.0

    options: dict[str, Any] = {
        "loss": loss, "penalty": lambda model: nn.losses.l2(model, strength["penalty"]), "on_epoch": stronger,
    }  # fmt: skip
    expected = trained(network(), POINTS, INSIDE, engine="scalar", **options)[0]
    strength |= {"loss": 1.0, "penalty": 0.01}
    assert trained(network(), POINTS, INSIDE, engine="compiled", **options)[0] == pytest.approx(expected, rel=1e-9)


def test_the_digits_are_read_by_both() -> None:
    if importlib.util.find_spec("sklearn") is None:
        pytest.skip("scikit-learn has the digits")
    data = nn.data.load_digits()
    compare(
        lambda: nn.MLP(64, [5, 10], "sigmoid", "sigmoid", initializer="glorot", seed=0),
        data.inputs[:200], [LOSSES["binary_cross_entropy"].target(label, 10) for label in data.targets[:200]],
        loss="binary_cross_entropy", epochs=1,
    )  # fmt: skip
