import functools
import json
import math
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import Value
from nn.optimizers import adam, momentum
from nn.settings import ENGINES
from tests.nn.runs import INSIDE, POINTS, network, train


def without_digest(path: Path) -> dict[str, Any]:
    """What a checkpoint of version 0.1.0 holds, in which a change is not noticed by its digest."""
    document: dict[str, Any] = json.loads(path.read_text())
    del document["digest"]
    return document


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_killed_and_resumed_ends_with_the_same_bits(engine: str, tmp_path: Path) -> None:
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
               validation=(X[:9], Y[:9]), patience=100_000, checkpoint=sys.argv[1], progress=False, engine=sys.argv[2])
        """
    )
    path = tmp_path / "run.json"
    with subprocess.Popen([sys.executable, "-c", program, str(path), engine]) as process:
        try:
            while not path.exists() or len(json.loads(path.read_bytes())["history"]["epochs"]) < 3:
                assert process.poll() is None
        finally:
            process.kill()
    done = len(json.loads(path.read_bytes())["history"]["epochs"])
    options: dict[str, Any] = {
        "epochs": done + 4, "validation": (POINTS[:9], INSIDE[:9]), "patience": 100_000, "engine": engine,
        "penalty": lambda model: nn.losses.l2(model, 0.001),
    }  # fmt: skip
    resumed, whole = network(seed=99), network()
    history = train(resumed, checkpoint=path, resume=True, **options)
    assert history.epochs == train(whole, **options).epochs
    assert nn.unroll(resumed) == nn.unroll(whole)


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


def test_a_checkpoint_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    model = network()
    before = nn.unroll(model)
    for name in ("file/run.json", "folder", "circle"):
        for resume in (False, True):
            with pytest.raises(OSError, match=name.split("/")[0]):
                train(model, checkpoint=tmp_path / name, resume=resume)
    assert nn.unroll(model) == before
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder", "circle"}


def test_a_digit_that_has_changed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    train(network(), checkpoint=path)
    text = path.read_text()
    digits = [match.start() for match in re.finditer(r"(?<=\.)\d", text)]
    assert len(digits) > 60
    model = network()
    before = nn.unroll(model)
    for place in digits[:: len(digits) // 20]:
        damaged = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        path.write_text(damaged)
        with pytest.raises(ValueError, match=r"run\.json is damaged: it does not hold what was written"):
            train(model, checkpoint=path, resume=True)
        assert (nn.unroll(model), path.read_text()) == (before, damaged)


@pytest.mark.parametrize(
    ("place", "number", "message"),
    [
        (("state", "t"), -1, "t, the number of updates, must be a whole number of at least 0, but got -1"),
        (("state", "t"), 2.5, "must be a whole number of at least 0, but got 2.5"),
        (("state", "t"), 10**400, "its optimizer's state, t is 1000"),
        (("state", "v", 3), math.nan, r"its optimizer's state, v\[3\] is nan"),
        (("state", "v", 3), math.inf, r"its optimizer's state, v\[3\] is inf"),
        (("history", "epochs", 1, "number"), 7, "its epoch 2 is "),
        (("history", "epochs", 1, "loss"), 10**400, "its epoch 2 is "),
        (("best", "epoch"), 99, "index out of range"),
        (("best", "loss"), math.nan, "its best loss is not in its history"),
        (("parameters", "layers.0.neurons.0.b"), math.nan, r"its parameter layers\.0\.neurons\.0\.b is nan"),
        (("parameters", "layers.0.neurons.0.b"), 10**400, r"its parameter layers\.0\.neurons\.0\.b is 1000"),
    ],
)
def test_a_number_that_cannot_be_is_refused(place: tuple[Any, ...], number: Any, message: str, tmp_path: Path) -> None:
    path, model = tmp_path / "run.json", network()
    options: dict[str, Any] = {"validation": (POINTS[:9], INSIDE[:9]), "patience": 9, "checkpoint": path}
    train(network(), **options)
    document = without_digest(path)
    part: Any = document
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = number
    path.write_text(json.dumps(document))
    before = nn.unroll(model)
    with pytest.raises(ValueError, match=f"of another run or damaged: .*{message}"):
        train(model, resume=True, **options)
    assert nn.unroll(model) == before


def test_a_validation_loss_may_be_infinite(tmp_path: Path) -> None:
    def loss(output: Value, target: float) -> Value:
        return (output - target) ** 2 * (math.inf if target == 7.0 else 1.0)

    options: dict[str, Any] = {"loss": loss, "validation": (POINTS[:1], [7.0]), "patience": 9}
    train(network(), epochs=2, checkpoint=tmp_path / "run.json", **options)
    assert len(train(network(), epochs=3, checkpoint=tmp_path / "run.json", resume=True, **options)) == 3


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    train(network(), checkpoint=path)
    document = without_digest(path)
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
        ({"sample_weight": [2.0, *[1.0] * 59]}, "its sample_weight was None, but now is '"),
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


SLOPE = 2.0


def by_global(output: Value, target: float) -> Value:
    return SLOPE * (output - target) ** 2


def by_closure(strength: float) -> Any:
    return lambda model: nn.losses.l2(model, strength)


class Rate:
    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, _: int) -> float:
        return self.rate


def helped(output: Value, target: float) -> Value:
    return by_global(output, target)


CHANGES: dict[str, tuple[Any, Any]] = {  # settings that differ although they have the same names
    "a number in a loss": (lambda: {"loss": lambda o, y: (o - y) ** 2}, lambda: {"loss": lambda o, y: (o - y) ** 4}),
    "a call in a loss": (lambda: {"loss": lambda o, y: (o - y) ** 2}, lambda: {"loss": lambda o, y: abs(o - y)}),
    "a penalty": (lambda: {"penalty": by_closure(0.1)}, lambda: {"penalty": by_closure(0.2)}),
    "a partial": (
        lambda: {"penalty": functools.partial(nn.losses.l2, strength=0.1)},
        lambda: {"penalty": functools.partial(nn.losses.l2, strength=0.2)},
    ),
    "a default": (
        lambda: {"penalty": lambda m, by=0.1: nn.losses.l2(m, by)},
        lambda: {"penalty": lambda m, by=0.2: nn.losses.l2(m, by)},
    ),
    "a schedule": (lambda: {"optimizer": adam(lambda _: 0.01)}, lambda: {"optimizer": adam(lambda _: 0.1)}),
    "an object": (lambda: {"optimizer": adam(Rate(0.01))}, lambda: {"optimizer": adam(Rate(0.1))}),
    "a schedule that is clipped": (
        lambda: {"optimizer": nn.optimizers.clip_by_norm(adam(lambda _: 0.01), 1.0)},
        lambda: {"optimizer": nn.optimizers.clip_by_norm(adam(lambda _: 0.1), 1.0)},
    ),
    "decays": (
        lambda: {"optimizer": nn.optimizers.adamw(decays=[True] * 25)},
        lambda: {"optimizer": nn.optimizers.adamw(decays=[False] * 25)},
    ),
    "an activation": (
        lambda: {"model": nn.MLP(2, [6, 1], lambda z: z.tanh(), seed=1)},
        lambda: {"model": nn.MLP(2, [6, 1], lambda z: z.relu(), seed=1)},
    ),
}


@pytest.mark.parametrize(("before", "now"), CHANGES.values(), ids=CHANGES)
def test_a_resumed_run_notices_other_code(before: Any, now: Any, tmp_path: Path) -> None:
    def run(options: dict[str, Any], epochs: int, *, resume: bool) -> int:
        model = options.pop("model", None) or network()
        return len(train(model, epochs=epochs, checkpoint=tmp_path / "run.json", resume=resume, **options))

    run(before(), 1, resume=False)
    with pytest.raises(ValueError, match=r"of another run or damaged: its (\w+) had other code, or other numbers"):
        run(now(), 2, resume=True)
    assert run(before(), 2, resume=True) == 2
    document = without_digest(tmp_path / "run.json")
    document["settings"]["code"]["python"] = "another"  # whose code cannot be compared
    (tmp_path / "run.json").write_text(json.dumps(document))
    assert run(now(), 3, resume=True) == 3
    del document["settings"]["code"]  # as in version 0.1.0
    (tmp_path / "run.json").write_text(json.dumps(document))
    assert run(before(), 3, resume=True) == 3


@pytest.mark.parametrize("loss", [by_global, helped])
def test_a_resumed_run_notices_another_number_of_the_module(
    loss: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(network(), loss=loss, epochs=1, checkpoint=tmp_path / "run.json")
    monkeypatch.setitem(globals(), "SLOPE", 3.0)
    with pytest.raises(ValueError, match="its loss had other code"):
        train(network(), loss=loss, checkpoint=tmp_path / "run.json", resume=True)


def test_what_a_function_changes_itself_is_no_setting(tmp_path: Path) -> None:
    log: list[float] = []
    calls = 0

    def loss(output: Value, target: float) -> Value:
        nonlocal calls
        calls += 1
        log.append(target)
        return (output - target) ** 2 if calls else loss(output, target)

    train(network(), loss=loss, epochs=1, checkpoint=tmp_path / "run.json")
    assert len(train(network(), loss=loss, epochs=2, checkpoint=tmp_path / "run.json", resume=True)) == 2


def test_a_resumed_run_has_the_same_weights_for_examples(tmp_path: Path) -> None:
    weights = [float(i % 3) for i in range(60)]
    resumed, whole = network(), network()
    train(resumed, sample_weight=weights, epochs=2, checkpoint=tmp_path / "run.json")
    for other in (None, weights[::-1]):
        with pytest.raises(ValueError, match="its sample_weight was '"):
            train(resumed, sample_weight=other, checkpoint=tmp_path / "run.json", resume=True)
    train(resumed, sample_weight=weights, checkpoint=tmp_path / "run.json", resume=True)
    train(whole, sample_weight=weights)
    assert nn.unroll(resumed) == nn.unroll(whole)


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


def test_more_epochs_may_be_added_to_a_finished_run(tmp_path: Path) -> None:
    model = network()
    train(model, epochs=2, checkpoint=tmp_path / "run.json")
    assert len(train(model, epochs=2, checkpoint=tmp_path / "run.json", resume=True).epochs) == 2
    more, whole = network(), network()
    train(more, epochs=5, checkpoint=tmp_path / "run.json", resume=True)
    train(whole, epochs=5)
    assert nn.unroll(more) == nn.unroll(whole)


def test_a_model_of_ones_own_is_the_same_in_another_process(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, nn
        from autograd import Value
        class Line(nn.Module):
            def __init__(self):
                self.slope = Value(0.5)
            def __call__(self, x):
                return self.slope * x
        model = Line()
        nn.fit(model, [1.0, 2.0], [1.0, 3.0], epochs=int(sys.argv[1]), checkpoint=sys.argv[2], resume=True)
        print(model, model.slope.data)
        """
    )

    def run(epochs: int, name: str) -> str:
        command = [sys.executable, "-c", program, str(epochs), str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    run(1, "resumed")
    assert run(2, "resumed") == run(2, "whole")
