import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from nn.optimizers import adam, sgd
from nn.training.history import Epoch
from tests.nn.runs import INSIDE, POINTS, network, train


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


def test_a_weight_of_k_counts_as_k_examples() -> None:
    counts = [i % 4 for i in range(60)]
    repeated = [i for i, count in enumerate(counts) for _ in range(count)]
    weighted, twin = network(), network()
    options: dict[str, Any] = {"optimizer": adam(0.05), "epochs": 5, "batch_size": 1000, "progress": False}
    history = nn.fit(weighted, POINTS, INSIDE, sample_weight=counts, **options)
    expected = nn.fit(twin, [POINTS[i] for i in repeated], [INSIDE[i] for i in repeated], **options)
    assert nn.unroll(weighted) == pytest.approx(nn.unroll(twin), rel=1e-9)
    assert [epoch.loss for epoch in history.epochs] == pytest.approx(
        [epoch.loss for epoch in expected.epochs], rel=1e-12
    )
    assert [epoch.accuracy for epoch in history.epochs] == [epoch.accuracy for epoch in expected.epochs]


def test_each_batch_is_divided_by_its_own_weights() -> None:
    weights = [0.5, 2.0, 7.0]
    model = nn.MLP(1, [1], initializer="zeros")  # w x + b, of which only b learns where x = 0
    nn.fit(
        model, [[0.0]] * 3, [1.0, 4.0, 9.0],
        sample_weight=weights, loss="half_squared_error", optimizer=sgd(1.0), epochs=1, batch_size=2, shuffle=False,
        progress=False,
    )  # fmt: skip
    assert nn.unroll(model)[1] == 9.0  # a step of 1 leads to the weighted mean of each batch, whatever its weights
    nn.roll(model, [0.0, 0.0])
    history = nn.fit(
        model, [[0.0]] * 3, [1.0, 4.0, 9.0],
        sample_weight=weights, loss="half_squared_error", optimizer=sgd(1.0), epochs=1, batch_size=3, progress=False,
    )  # fmt: skip
    assert nn.unroll(model)[1] == pytest.approx((0.5 * 1 + 2 * 4 + 7 * 9) / 9.5, rel=1e-15)
    assert history[0].loss == pytest.approx((0.5 * 1 + 2 * 16 + 7 * 81) / 9.5 / 2, rel=1e-15)


def test_weights_that_are_all_the_same_change_no_bit_and_those_of_0_leave_out() -> None:
    vectors = []
    for weights in (None, [1] * 60, np.full(60, 4.0)):
        model = network()
        train(model, sample_weight=weights, penalty=lambda m: nn.losses.l2(m, 0.01))
        vectors.append(nn.unroll(model))
    assert vectors[0] == vectors[1] == vectors[2]
    kept, fewer = network(), network()
    history = train(kept, sample_weight=[float(i >= 20) for i in range(60)])
    few = nn.fit(fewer, POINTS[20:], INSIDE[20:], optimizer=adam(0.02), epochs=4, batch_size=7, progress=False)
    assert [epoch.loss for epoch in history.epochs] == [epoch.loss for epoch in few.epochs]
    assert nn.unroll(kept) == nn.unroll(fewer)


def test_all_right_is_an_accuracy_of_1_whatever_the_weights() -> None:
    model = nn.MLP(1, [1], initializer="zeros")
    weights = [0.1 * (i + 1) ** 1.5 for i in range(50)]
    options: dict[str, Any] = {"sample_weight": weights, "optimizer": sgd(0.0), "epochs": 1, "progress": False}
    assert nn.fit(model, [[1.0]] * 50, [0] * 50, **options)[0].accuracy == 1.0


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0] * 59, "sample_weight has 59 numbers, but there are 60 examples"),
        ([1.0] * 59 + [math.nan], "must be a finite number of at least 0 for each example, but got nan for example 59"),
        ([1.0] * 59 + [-1], "but got -1 for example 59"),
        (["1"] * 60, "but got '1' for example 0"),
        ([0.0] * 60, "must have a finite sum above 0, but the sum is 0"),
        ([1e308] * 60, "must have a finite sum above 0, but the sum is inf"),
    ],
)
def test_impossible_weights_are_errors_before_training(weights: Any, message: str) -> None:
    model = network()
    before = nn.unroll(model)
    with pytest.raises(ValueError, match=message):
        train(model, sample_weight=weights)
    with pytest.raises(TypeError, match="sample_weight must be a list"):
        train(model, sample_weight=(weight for weight in weights))
    assert nn.unroll(model) == before


def test_runs_with_the_same_seed_are_the_same_and_others_are_not() -> None:
    vectors = []
    for seed in (0, 0, 1):
        model = network()
        train(model, seed=seed)
        vectors.append(nn.unroll(model))
    assert vectors[0] == vectors[1] != vectors[2]


def test_the_parameters_of_the_best_epoch_are_kept() -> None:
    model = network()
    validation = (POINTS[:20], [1 - label for label in INSIDE[:20]])  # training makes this worse
    history = train(model, epochs=50, validation=validation, patience=3)
    losses = [epoch.validation_loss for epoch in history.epochs]
    best = losses.index(min(losses, key=lambda loss: loss or math.inf))
    assert len(losses) == best + 4
    assert history.stopped.startswith("stopped: no better validation loss for 3 epochs")
    assert nn.evaluate(model, *validation)[0] == pytest.approx(losses[best], rel=1e-12)


def test_a_diverging_run_stops_with_the_place_and_whole_parameters() -> None:
    model = nn.MLP(1, [1], seed=1)
    with pytest.raises(FloatingPointError, match=r"training diverged at example \d in epoch \d+: .* smaller"):
        nn.fit(model, [[1e10], [2e10]], [1.0, 2.0], optimizer=sgd(1e3), epochs=500, progress=False)
    assert all(math.isfinite(x) for x in nn.unroll(model))


class Strange(ValueError):
    """An error that a message alone does not make."""

    def __init__(self, code: int, place: str) -> None:
        super().__init__(f"{code} at {place}")
        self.code = code


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (OverflowError("math range error"), FloatingPointError),
        (Strange(7, "here"), Strange),
        (ZeroDivisionError("float division by zero"), ZeroDivisionError),
    ],
)
def test_an_error_in_training_keeps_what_it_was(raised: Exception, kind: type[Exception]) -> None:
    calls = 0

    def loss(output: Value, target: float) -> Value:
        nonlocal calls
        calls += 1
        if calls > 2 + 60 + 7:  # of each class one is tried before
            raise raised
        return (output - target) ** 2

    with pytest.raises(kind) as caught:
        train(network(), loss=loss, shuffle=False)
    if kind is FloatingPointError:
        assert caught.value.__cause__ is raised
        assert str(caught.value) == (
            "training diverged at example 7 in epoch 2: math range error. Try a smaller learning rate, or clip_by_norm."
        )
    else:
        assert caught.value is raised
        assert raised.__notes__ == ["This happened while training, at example 7 in epoch 2."]


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
        ([[0.0, 1.0], [0.0, math.nan]], [0, 1], "^input 1 holds nan, at place 1; examples are finite numbers"),
        ([[0.0, 1.0], [-math.inf, 0.0]], [0, 1], "^input 1 holds -inf, at place 0"),
        ([[0.0, 1.0], [0.0, None]], [0, 1], "^input 1 holds None, at place 1"),
        ([[0.0, 1.0], [0.0, "1"]], [0, 1], "^input 1 is text, at place 1, '1'"),
        (POINTS[:2], ["cat", "dog"], "^target 0 is text, 'cat', but examples are numbers. Number the classes from 0"),
        (POINTS[:2], [0.0, math.nan], "^target 1 holds nan;"),
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


@pytest.mark.parametrize("inputs", [(x for x in [[0.0, 1.0]]), 1.0, np.array(1.0), None])
def test_data_that_are_no_list_are_errors(inputs: Any) -> None:
    with pytest.raises(TypeError, match=r"^inputs must be a list, .* but got .*Make a list"):
        nn.fit(network(), inputs, [0], progress=False)
    with pytest.raises(TypeError, match=r"^targets must be a list"):
        nn.evaluate(network(), [[0.0, 1.0]], inputs)


def test_somebody_may_watch_each_epoch() -> None:
    seen: list[Epoch] = []
    history = train(network(), on_epoch=seen.append)
    assert seen == history.epochs


def test_a_learning_rate_may_be_given_with_the_name_of_an_optimizer() -> None:
    first, second = network(), network()
    train(first, optimizer="sgd", learning_rate=0.5)
    train(second, optimizer=sgd(0.5))
    assert nn.unroll(first) == nn.unroll(second)
    with pytest.raises(ValueError, match="learning_rate is for an optimizer that is given by its name"):
        train(first, optimizer=sgd(0.5), learning_rate=0.5)


@pytest.mark.parametrize(
    ("options", "titles", "lines"),
    [
        ({}, ["Loss, mean over examples", "Accuracy"], [1, 1]),
        ({"validation": (POINTS, INSIDE)}, ["Loss, mean over examples", "Accuracy"], [2, 2]),
    ],
)
def test_a_history_draws_what_was_measured(options: dict[str, Any], titles: list[str], lines: list[int]) -> None:
    panels = train(network(), **options).plot().axes
    assert [panel.get_title() for panel in panels] == titles
    assert [len(panel.lines) for panel in panels] == lines


def test_without_classes_a_history_draws_the_loss_alone() -> None:
    history = nn.fit(nn.MLP(1, [1]), [[0.0], [1.0]], [0.25, 0.5], epochs=2, progress=False)
    (panel,) = history.plot().axes
    assert np.array_equal(panel.lines[0].get_ydata(), [epoch.loss for epoch in history.epochs])


def test_an_optimizer_may_be_named() -> None:
    named, made = network(), network()
    train(named, optimizer="adam")
    train(made, optimizer=adam())
    assert nn.unroll(named) == nn.unroll(made)
    with pytest.raises(TypeError, match=r"optimizer must be one of nn\.optimizers, such as sgd"):
        train(network(), optimizer=0.1)


def test_numpy_arrays_are_welcome_as_data() -> None:
    lists, arrays = network(), network()
    train(lists)
    nn.fit(arrays, np.array(POINTS), np.array(INSIDE), optimizer=adam(0.02), epochs=4, batch_size=7, progress=False)  # type: ignore[arg-type]
    assert nn.unroll(lists) == nn.unroll(arrays)


class Frame:
    """A data frame or a series of pandas, whose `[i]` is no row, but a column, or the row with the label i."""

    def __init__(self, rows: Any) -> None:
        self.rows = np.array(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Any:
        return self.rows[len(self) - 1 - i]

    def __iter__(self) -> Any:
        return iter(["x", "y"] if self.rows.ndim == 2 else self.rows)

    def to_numpy(self) -> Any:
        return self.rows


@pytest.mark.parametrize("engine", ["scalar", "compiled"])
def test_data_frames_are_read_row_by_row(engine: str, tmp_path: Path) -> None:
    lists, frames = network(), network()
    expected = train(lists, engine=engine, validation=(POINTS, INSIDE), checkpoint=tmp_path / "lists.json")
    found = nn.fit(
        frames,
        Frame(POINTS),  # type: ignore[arg-type]
        Frame(INSIDE),  # type: ignore[arg-type]
        optimizer=adam(0.02),
        epochs=4,
        batch_size=7,
        progress=False,
        engine=engine,
        validation=(Frame(POINTS), Frame(INSIDE)),  # type: ignore[arg-type]
        checkpoint=tmp_path / "frames.json",
    )
    assert found == expected
    assert nn.unroll(lists) == nn.unroll(frames)
    frame: Any = Frame(POINTS), Frame(INSIDE)
    assert nn.evaluate(frames, *frame) == nn.evaluate(frames, POINTS, INSIDE)
    assert nn.accuracy(frames, *frame) == nn.accuracy(frames, POINTS, INSIDE)


def test_validation_data_are_looked_at_before_training() -> None:
    with pytest.raises(ValueError, match="validation target 1 holds nan"):
        train(network(), validation=(POINTS[:2], [0.0, math.nan]))


@pytest.mark.parametrize("engine", ["scalar", "compiled"])
@pytest.mark.parametrize("which", ["", "validation "])
def test_a_class_that_there_is_not_is_found_before_training(engine: str, which: str) -> None:
    model = nn.MLP(2, [3, 2], seed=1)
    before, wrong = nn.unroll(model), [*INSIDE[:50], 2, *INSIDE[51:]]
    targets, held = (INSIDE, wrong) if which else (wrong, INSIDE)
    with pytest.raises(ValueError, match=r"^the target must be a class from 0 to 1, but got 2\.") as error:
        nn.fit(model, POINTS, targets, loss="cross_entropy", validation=(POINTS, held), engine=engine, progress=False)
    assert f"at {which}example 50" in error.value.__notes__[0]
    assert nn.unroll(model) == before


@pytest.mark.parametrize("engine", ["scalar", "compiled"])
def test_losses_whose_sum_is_infinite_are_no_epoch(engine: str) -> None:
    def loss(output: Value, target: float) -> Value:
        return output + 1e308 + 0.0 * target

    with pytest.raises(FloatingPointError, match="training diverged at epoch 1: the mean loss is inf"):
        train(network(), loss=loss, engine=engine)


def test_a_validation_loss_that_is_nan_is_never_the_best() -> None:
    def loss(output: Value, target: float) -> Value:
        return (output - target) ** 2 * (math.nan if target == 7.0 else 1.0)

    with pytest.raises(FloatingPointError, match="at the validation after epoch 1: the validation loss is nan"):
        train(network(), loss=loss, validation=(POINTS[:1], [7.0]), patience=2)


def test_a_penalty_is_tried_before_training() -> None:
    model = network()
    before = nn.unroll(model)
    penalty: Any
    for penalty, message in (
        (lambda _: 0.5, "a penalty must return one Value"),
        (lambda m: nn.losses.l2(m, -1), "strength"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            train(model, penalty=penalty)
    assert nn.unroll(model) == before


@pytest.mark.parametrize("loss", [name for name, row in nn.losses.LOSSES.items() if row.applies])
def test_an_activation_that_the_loss_applies_itself_is_a_warning(loss: str) -> None:
    data = [[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]
    for output in ("sigmoid", "tanh"):
        with pytest.warns(
            UserWarning, match=f"^{loss} applies .* itself, to outputs that are a {output} already.*'linear'"
        ) as caught:
            nn.fit(nn.MLP(2, [3, 2], "tanh", output, seed=1), *data, loss=loss, epochs=1, progress=False)
        assert caught[0].filename == __file__
    nn.fit(nn.MLP(2, [3, 2], "tanh", seed=1), *data, loss=loss, epochs=1, progress=False)  # warnings are errors
