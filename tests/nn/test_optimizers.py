import json
import math
import re
from typing import Any

import pytest

import nn
from autograd import Value, sin
from nn.optimizers import OPTIMIZERS, Optimizer, adam, adamw, clip_by_norm, clip_by_value, rmsprop, sgd, step

# Five steps on f = x² + 3 sin y − z³/3 from (1, −2, 0.5), computed with PyTorch 2.13 in double precision.
PYTORCH = {
    "sgd": (sgd(0.1), [0.32768, -1.6447737378991192, 0.6551756387687296]),
    "momentum": (OPTIMIZERS["momentum"](0.1), [-0.58042, -1.2392438878442222, 0.9265494998826715]),
    "nesterov": (OPTIMIZERS["nesterov"](0.1), [-0.41571758080000004, -1.4197427252339503, 1.1823444154724212]),
    "rmsprop": (OPTIMIZERS["rmsprop"](0.01), [0.8955067110103783, -1.8981051514009375, 0.6134640942355961]),
    "adam": (OPTIMIZERS["adam"](0.1), [0.5079636592643418, -1.5372691974451709, 0.995286378556075]),
    "adamw": (OPTIMIZERS["adamw"](0.1), [0.5040800900879451, -1.529878134406075, 0.9918889355096892]),
    "clip_by_norm": (clip_by_norm(sgd(0.1), 0.5), [0.7874674061436936, -1.872031269565646, 0.5305764872197671]),
    "clip_by_value": (clip_by_value(sgd(0.1), 0.5), [0.75, -1.75, 0.6551756387687296]),
}


def test_every_optimizer_is_compared() -> None:
    assert PYTORCH.keys() >= OPTIMIZERS.keys()


@pytest.mark.parametrize(("optimizer", "expected"), PYTORCH.values(), ids=PYTORCH)
def test_five_steps_equal_pytorchs(optimizer: Optimizer, expected: list[float]) -> None:
    x, y, z = parameters = [Value(1.0), Value(-2.0), Value(0.5)]
    state = optimizer.init([p.data for p in parameters])
    for _ in range(5):
        for p in parameters:
            p.zero_grad()
        (x**2 + 3 * sin(y) - z**3 / 3).backward()
        state = json.loads(json.dumps(step(optimizer, state, parameters)))  # a state is plain data
    assert [p.data for p in parameters] == pytest.approx(
        expected, rel=1e-6 if "clip_by_norm" in repr(optimizer) else 1e-13
    )


def test_weight_decay_can_leave_out_biases() -> None:
    optimizer = adamw(0.1, weight_decay=0.5, decays=[True, False])
    changes, _ = optimizer.update([0.0, 0.0], optimizer.init([2.0, 2.0]), [2.0, 2.0])
    assert changes == [-0.1, 0.0]


@pytest.mark.parametrize("gradient", [math.nan, math.inf, 1e308])
def test_a_step_that_would_break_a_parameter_changes_none(gradient: float) -> None:
    parameters = [Value(1.0, "w"), Value(2.0, "b")]
    with pytest.raises(FloatingPointError, match=r"parameter b .*no parameter was changed"):
        step(sgd(10.0), {"t": 0}, parameters, [0.5, gradient])
    assert [p.data for p in parameters] == [1.0, 2.0]


def test_updates_are_pure_functions() -> None:
    for optimizer, _ in PYTORCH.values():
        state = optimizer.init([1.0, 2.0])
        before: Any = json.dumps(state)
        first = optimizer.update([0.3, -0.4], state, [1.0, 2.0])
        assert optimizer.update([0.3, -0.4], state, [1.0, 2.0]) == first
        assert json.dumps(state) == before


@pytest.mark.parametrize("optimizer", [clip_by_norm(sgd(0.1), 1.0), clip_by_norm(adam(), 1.0)])
def test_a_norm_cannot_clip_an_infinite_gradient_and_is_not_advised(optimizer: Optimizer) -> None:
    model = nn.Neuron(1, "linear", initializer="zeros")

    def loss(output: Value, _: float) -> Value:
        return (output * 1e10 + 1e-300) * 1e300  # 1, with the derivative 1e310

    with pytest.raises(FloatingPointError, match=r"parameter w_0 .*its gradient is -?inf.*backward_steps") as caught:
        nn.fit(model, [[1.0]], [0.0], loss=loss, optimizer=optimizer, progress=False)
    assert "clip" not in str(caught.value)
    assert nn.unroll(model) == [0.0, 0.0]


CLIPS = [clip_by_value, clip_by_norm]


@pytest.mark.parametrize("clip", CLIPS)
def test_nan_is_never_clipped_to_a_limit(clip: Any) -> None:
    for gradient in ([math.nan, 1.0], [5.0, math.nan]):
        parameters = [Value(1.0, "w"), Value(2.0, "b")]
        optimizer = clip(sgd(0.1), 1.0)
        with pytest.raises(FloatingPointError, match=r"its gradient is nan.*backward_steps"):
            step(optimizer, optimizer.init([1.0, 2.0]), parameters, gradient)
        assert [p.data for p in parameters] == [1.0, 2.0]


def test_a_norm_too_large_for_a_float_keeps_its_direction() -> None:
    changes, _ = clip_by_norm(sgd(1.0), 5.0).update([1.2e308, -1.6e308], {"t": 0}, [0.0, 0.0])
    assert changes == pytest.approx([-3.0, 4.0], rel=1e-14)


@pytest.mark.parametrize("make", [rmsprop, adam, adamw])
def test_a_square_that_overflows_says_so(make: Any) -> None:
    optimizer = make()
    state = optimizer.init([1.0])
    for gradient in (1.35e154, -4e154, 1e200):  # of the first, a share of the square is a float
        message = rf"square of a gradient .* {re.escape(str(gradient))}.*clip_by_norm"
        with pytest.raises(FloatingPointError, match=message):
            optimizer.update([gradient], state, [1.0])
    small, large = (make(weight_decay=0.0) if make is adamw else make() for _ in range(2))
    assert large.update([1.34e154], state, [1.0])[0] == pytest.approx(small.update([1.34], state, [1.0])[0], rel=1e-7)


def test_decays_has_an_entry_for_each_parameter() -> None:
    with pytest.raises(ValueError, match="one entry for each of 2 parameters, but has 1"):
        adamw(decays=[True]).init([1.0, 2.0])
