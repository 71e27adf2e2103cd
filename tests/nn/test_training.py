import copy
import gc
import json
import math
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from nn.optimizers import adam, momentum, sgd
from nn.training import Epoch, History

random = Random(3)
POINTS = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(60)]
INSIDE = [int(x * x + y * y < 0.5) for x, y in POINTS]


def network(seed: int = 1) -> nn.MLP:
    return nn.MLP(2, [6, 1], "tanh", "sigmoid", initializer="glorot", seed=seed)


def train(model: nn.MLP, **options: Any) -> History:
    settings: dict[str, Any] = {"optimizer": adam(0.02), "epochs": 4, "batch_size": 7, "progress": False}
    return nn.fit(model, POINTS, INSIDE, **(settings | options))


def test_a_network_learns() -> None:
    model = network()
    history = train(model, epochs=80, loss="binary_cross_entropy")
    assert history.epochs[-1].loss < 0.5 * history.epochs[0].loss
    assert nn.accuracy(model, POINTS, INSIDE) >= 0.95
    assert history.epochs[-1].number == len(history.epochs) == 80


def test_a_batch_is_one_step_along_the_mean_gradient_and_the_penalty() -> None:
    model, twin = network(), network()
    train(model, optimizer=sgd(0.5), epochs=1, batch_size=60, penalty=lambda m: nn.losses.l2(m, 0.1))
    cost = nn.losses.mean([nn.losses.squared_error(twin(x), y) for x, y in zip(POINTS, INSIDE, strict=True)])
    (cost + nn.losses.l2(twin, 0.1)).backward()
    expected = [p.data - 0.5 * p.grad for p in twin.parameters()]
    assert nn.unroll(model) == pytest.approx(expected, rel=1e-12)


def test_the_last_smaller_batch_is_averaged_over_its_own_size() -> None:
    model, twin = network(), network()
    nn.fit(model, POINTS[:3], INSIDE[:3], optimizer=sgd(0.5), epochs=1, batch_size=2, shuffle=False, progress=False)
    for batch in ([0, 1], [2]):
        twin.zero_grad()
        nn.losses.mean([nn.losses.squared_error(twin(POINTS[i]), INSIDE[i]) for i in batch]).backward()
        parameters = twin.parameters()
        nn.optimizers.step(sgd(0.5), {"t": 0}, parameters)
    assert nn.unroll(model) == pytest.approx(nn.unroll(twin), rel=1e-12)


def test_runs_with_the_same_seed_are_the_same_and_others_are_not() -> None:
    vectors = []
    for seed in (0, 0, 1):
        model = network()
        train(model, seed=seed)
        vectors.append(nn.unroll(model))
    assert vectors[0] == vectors[1] != vectors[2]


def test_a_run_killed_and_resumed_ends_with_the_same_bits(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, nn
        from random import Random
        random = Random(3)
        X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(60)]
        Y = [int(x * x + y * y < 0.5) for x, y in X]
        model = nn.MLP(2, [6, 1], "tanh", "sigmoid", initializer="glorot", seed=1)
        penalty = lambda model: nn.losses.l2(model, 0.001)
        nn.fit(model, X, Y, optimizer=nn.optimizers.adam(0.02), epochs=100_000, batch_size=7, penalty=penalty,
               validation=(X[:9], Y[:9]), patience=100_000, checkpoint=sys.argv[1], progress=False)
        """
    )
    path = tmp_path / "run.json"
    with subprocess.Popen([sys.executable, "-c", program, str(path)]) as process:
        try:
            while not path.exists() or len(json.loads(path.read_bytes())["history"]["epochs"]) < 3:
                assert process.poll() is None
        finally:
            process.kill()
    done = len(json.loads(path.read_bytes())["history"]["epochs"])
    options: dict[str, Any] = {
        "epochs": done + 4, "validation": (POINTS[:9], INSIDE[:9]), "patience": 100_000,
        "penalty": lambda model: nn.losses.l2(model, 0.001),
    }  # fmt: skip
    resumed, whole = network(seed=99), network()
    history = train(resumed, checkpoint=path, resume=True, **options)
    assert history.epochs == train(whole, **options).epochs
    assert nn.unroll(resumed) == nn.unroll(whole)


def test_the_parameters_of_the_best_epoch_are_kept() -> None:
    model = network()
    validation = (POINTS[:20], [1 - label for label in INSIDE[:20]])  # training makes this worse
    history = train(model, epochs=50, validation=validation, patience=3)
    losses = [epoch.validation_loss for epoch in history.epochs]
    best = losses.index(min(losses, key=lambda loss: loss or math.inf))
    assert len(losses) == best + 4
    assert history.stopped.startswith("stopped: no better validation loss for 3 epochs")
    assert nn.evaluate(model, *validation)[0] == losses[best]


def test_ctrl_c_leaves_whole_updates_and_a_checkpoint_to_resume_from(tmp_path: Path) -> None:
    model = network()
    calls = 0

    def loss(output: Value, target: float) -> Value:
        nonlocal calls
        calls += 1
        if calls == 1 + 60 + 60 + 10:
            raise KeyboardInterrupt
        return (output - target) ** 2

    with pytest.raises(KeyboardInterrupt):
        train(model, loss=loss, checkpoint=tmp_path / "run.json")
    assert len(json.loads((tmp_path / "run.json").read_text())["history"]["epochs"]) == 2
    resumed, whole = network(), network()
    train(resumed, loss=loss, checkpoint=tmp_path / "run.json", resume=True)
    train(whole, loss=loss)
    assert nn.unroll(resumed) == nn.unroll(whole)


def test_a_diverging_run_stops_with_the_place_and_whole_parameters() -> None:
    model = nn.MLP(1, [1], seed=1)
    with pytest.raises(FloatingPointError, match=r"training diverged at example \d in epoch \d+: .* smaller"):
        nn.fit(model, [[1e10], [2e10]], [1.0, 2.0], optimizer=sgd(1e3), epochs=500, progress=False)
    assert all(math.isfinite(x) for x in nn.unroll(model))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be a whole number of at least 1"),
        ({"batch_size": 2.5}, "batch_size must be a whole number"),
        ({"loss": "square"}, "unknown loss 'square'; choose one of squared_error"),
        ({"patience": 2}, "pass validation"),
        ({"validation": ([], [])}, "the data set is empty"),
        ({"validation": ([[1.0, 2.0]], [])}, "1 inputs and 0 targets"),
        ({"validation": ([[1.0]], [0])}, "layer 1 got 1 inputs"),
        ({"resume": True}, "resume needs a checkpoint"),
        ({"validation": POINTS}, "validation must be a pair"),
        ({"loss": "hinge"}, "a target of hinge must be -1 or 1, but got"),
    ],
)
def test_impossible_settings_are_errors_before_anything_is_trained(options: dict[str, Any], message: str) -> None:
    model = network()
    before = nn.unroll(model)
    with pytest.raises(ValueError, match=message):
        train(model, **options)
    assert nn.unroll(model) == before


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        ([], [], "empty"),
        (POINTS, INSIDE[:-1], "60 inputs and 59 targets"),
        ([*POINTS[:5], [1.0]], INSIDE[:6], "input 5 has length 1, but input 0 has length 2"),
        (POINTS[:2], [1, [0, 1]], "target 1 has length 2, but target 0 has length None"),
    ],
)
def test_data_that_do_not_fit_are_errors(inputs: Any, targets: Any, message: str) -> None:
    model = network()
    before = nn.unroll(model)
    with pytest.raises(ValueError, match=message):
        nn.fit(model, inputs, targets, progress=False)
    assert nn.unroll(model) == before


def test_a_checkpoint_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    model = network()
    before = nn.unroll(model)
    with pytest.raises(OSError, match="file"):
        train(model, checkpoint=tmp_path / "file" / "run.json")
    assert nn.unroll(model) == before


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    train(network(), checkpoint=path)
    document = json.loads(path.read_text())
    other = nn.MLP(2, [5, 1], "tanh", "sigmoid", seed=1)
    before = nn.unroll(other)
    relu = nn.MLP(2, [6, 1], "relu", "sigmoid", seed=1)
    with pytest.raises(ValueError, match="its model was"):
        train(relu, checkpoint=path, resume=True)
    with pytest.raises(ValueError, match="its data was"):
        nn.fit(network(), POINTS[::-1], INSIDE[::-1], optimizer=adam(0.02), batch_size=7, checkpoint=path, resume=True)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"optimizer": momentum(0.1)}, "its optimizer was 'adam"),
        ({"optimizer": adam(nn.schedules.step_decay(0.02, 9))}, "step_decay"),
        ({"seed": 5}, "its seed was 0"),
        ({"penalty": lambda m: nn.losses.l2(m, 1.0)}, "its penalty was False"),
        ({"validation": (POINTS[:3], INSIDE[:3])}, "its data was"),
    ]
    for options, message in changes:
        with pytest.raises(ValueError, match=message):
            train(network(), checkpoint=path, resume=True, **options)
    with pytest.raises(ValueError, match="its model was"):
        train(other, checkpoint=path, resume=True)
    assert nn.unroll(other) == before
    damages: list[dict[str, Any]] = [{"state": {}}, {"history": []}, {"settings": 1}, {"best": {"epoch": 1}}]
    damages += [{"history": {"epochs": [{"x": 1}], "stopped": ""}}]
    for damage in damages:
        path.write_text(json.dumps(document | damage))
        with pytest.raises(ValueError, match="of another run or damaged"):
            train(network(), checkpoint=path, resume=True)
    path.write_text(path.read_text()[:100])
    with pytest.raises(ValueError, match="cut short"):
        train(network(), checkpoint=path, resume=True)


def test_a_checkpoint_is_not_lost_before_the_first_epoch_of_another_run(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    train(network(), checkpoint=path)
    before = path.read_bytes()
    calls = 0

    def loss(output: Value, target: float) -> Value:
        nonlocal calls
        calls += 1
        if calls > 30:
            raise KeyboardInterrupt
        return (output - target) ** 2

    with pytest.raises(KeyboardInterrupt):
        train(network(), loss=loss, checkpoint=path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_pauses_and_is_left_as_it_was(enabled: bool) -> None:
    states: list[bool] = []

    def loss(output: Value, target: float) -> Value:
        states.append(gc.isenabled())
        return (output - target) ** 2

    (gc.enable if enabled else gc.disable)()
    try:
        train(network(), epochs=1, loss=loss)
        assert states[-1] is False
        assert gc.isenabled() is enabled
        with pytest.raises(ZeroDivisionError):
            train(network(), epochs=1, penalty=lambda _: Value(1 / 0))
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_a_called_model_can_be_copied_and_pickled() -> None:
    model = nn.MLP(500, [2, 1], seed=1)
    model([0.1] * 500)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert nn.unroll(twin) == nn.unroll(model)
        assert twin.layers[0].neurons[0].z is None
        assert twin([0.1] * 500).data == model([0.1] * 500).data  # type: ignore[union-attr]


def test_an_optimizer_may_be_named() -> None:
    named, made = network(), network()
    train(named, optimizer="adam")
    train(made, optimizer=adam())
    assert nn.unroll(named) == nn.unroll(made)
    with pytest.raises(TypeError, match="optimizer must be a name, or made by"):
        train(network(), optimizer=0.1)


def test_more_epochs_may_be_added_to_a_finished_run(tmp_path: Path) -> None:
    model = network()
    train(model, epochs=2, checkpoint=tmp_path / "run.json")
    assert len(train(model, epochs=2, checkpoint=tmp_path / "run.json", resume=True).epochs) == 2
    more, whole = network(), network()
    train(more, epochs=5, checkpoint=tmp_path / "run.json", resume=True)
    train(whole, epochs=5)
    assert nn.unroll(more) == nn.unroll(whole)


def test_progress_is_shown_with_tqdm_and_without(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    train(network(), progress=True, epochs=2)
    assert "epoch 2: loss 0." in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm", None)
    train(network(), progress=True, epochs=2)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("epoch 2: loss 0.")
    train(network(), progress=False, epochs=2)
    assert capsys.readouterr().err == ""


def test_history_prints_as_a_table() -> None:
    history = History([Epoch(1, 0.5, 0.75, 0.25, 0.8), Epoch(2, 0.125)], "stopped: enough")
    assert repr(history).splitlines() == [
        "epoch        loss  accuracy  validation loss  accuracy",
        "    1    0.500000     75.0%         0.250000     80.0%",
        "    2    0.125000",
        "stopped: enough",
    ]


def test_numpy_arrays_are_welcome_as_data() -> None:
    lists, arrays = network(), network()
    train(lists)
    nn.fit(arrays, np.array(POINTS), np.array(INSIDE), optimizer=adam(0.02), epochs=4, batch_size=7, progress=False)  # type: ignore[arg-type]
    assert nn.unroll(lists) == nn.unroll(arrays)


def test_classes_with_one_output_and_several() -> None:
    def score(x: float) -> Value:
        return Value(x)

    assert nn.confusion_matrix(score, [-2.0, 0.2, 3.0], [-1, -1, 1]) == [[1, 1], [0, 1]]
    assert nn.confusion_matrix(score, [0.2, 0.7, 0.9], [0, 0, 1]) == [[1, 1], [0, 1]]
    assert nn.accuracy(score, [-0.2, 0.2], [0, 1], threshold=0.0) == 1.0
    assert nn.accuracy(score, [0.7, 0.9], [[1], [1]]) == 1.0
    assert nn.evaluate(score, [-0.2, 0.2], [0, 1], "binary_cross_entropy_with_logits")[1] == 1.0
    assert nn.evaluate(score, [1.0, 4.0, 9.0], [1, 4, 9])[1] is None
    assert nn.accuracy(lambda x: [Value(v) for v in x], [[3.0, -1.0], [0.1, 0.2]], [[1, -1], [-1, 1]]) == 1.0
    three = nn.confusion_matrix(lambda x: [Value(v) for v in x], [[1, 2, 0], [0, 1, 2]], [[0, 1, 0], [1, 0, 0]])
    assert three == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]
    assert nn.evaluate(score, [0.5, 2.0], [0.25, 1.5])[1] is None
    with pytest.raises(ValueError, match="no classes for 1 output"):
        nn.accuracy(score, [0.5], [0.25])
    with pytest.raises(ValueError, match="empty"):
        nn.accuracy(score, [], [])
