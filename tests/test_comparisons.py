"""Every comparison that decides something, tried with nan and ±∞: nan is no best, no limit, no class, no agreement."""

import math
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import (
    Value,
    check_formula,
    check_grads,
    compare_modes,
    find_nonfinite,
    maximum,
    minimum,
    nudge,
    paths,
    pulls,
    step_size_sweep,
    value_and_grad,
)
from nn.optimizers import adam, clip_by_norm, clip_by_value, sgd, step

NAN, INF = math.nan, math.inf
ODD = pytest.mark.parametrize("odd", [NAN, INF, -INF], ids=str)


def output(number: float) -> Callable[[Any], Any]:
    return lambda _: Value(number)


def outputs(*numbers: float) -> Callable[[Any], Any]:
    return lambda _: [Value(number) for number in numbers]


@pytest.mark.parametrize("model", [output(NAN), outputs(NAN, 1.0), outputs(1.0, NAN), outputs(NAN, NAN)])
@pytest.mark.parametrize("target", [0, 1])
def test_nan_names_no_class(model: Any, target: int) -> None:
    for measure in (nn.accuracy, nn.confusion_matrix):
        with pytest.raises(ValueError, match="the output for example 0 is nan, which names no class"):
            measure(model, [[1.0]], [target])
    loss = "squared_error" if isinstance(model(0), Value) else "cross_entropy"
    cost, right = nn.evaluate(model, [[1.0]], [target], loss)
    assert math.isnan(cost)
    assert right == 0.0


def test_infinite_outputs_name_the_larger_one() -> None:
    assert nn.accuracy(output(INF), [[1.0], [1.0]], [0, 1]) == 0.5
    assert nn.accuracy(outputs(-INF, 0.0), [[1.0]], [1]) == nn.accuracy(outputs(INF, 0.0), [[1.0]], [0]) == 1.0


@ODD
def test_the_larger_and_the_smaller(odd: float) -> None:
    for arguments in ([odd, 1.0], [1.0, odd], [odd, odd], [odd, 1.0, 2.0], [1.0, 2.0, odd]):
        largest, slopes = value_and_grad(lambda v: maximum(*v), arguments)
        smallest, others = value_and_grad(lambda v: minimum(*v), arguments)
        if math.isnan(odd):
            assert math.isnan(largest)
            assert math.isnan(smallest)
        else:
            assert (largest, smallest) == (max(arguments), min(arguments))
        assert sum(slopes) == pytest.approx(1.0)
        assert sum(others) == pytest.approx(1.0)


@ODD
@pytest.mark.parametrize("clip", [clip_by_value, clip_by_norm])
def test_no_clip_makes_a_gradient_of_it(odd: float, clip: Any) -> None:
    parameter, optimizer = Value(1.0, "w"), clip(sgd(0.1), 1.0)
    state = optimizer.init([1.0])
    try:
        step(optimizer, state, [parameter], [odd])
    except FloatingPointError:
        assert parameter.data == 1.0
    else:
        assert (clip, math.isinf(odd)) == (clip_by_value, True)
        assert parameter.data == 1.0 - math.copysign(0.1, odd)


@ODD
@pytest.mark.parametrize("optimizer", [sgd(0.1), adam(), nn.optimizers.rmsprop(), nn.optimizers.momentum()])
def test_no_optimizer_takes_it(odd: float, optimizer: Any) -> None:
    parameter = Value(1.0, "w")
    with pytest.raises(FloatingPointError):
        step(optimizer, optimizer.init([1.0]), [parameter], [odd])
    assert parameter.data == 1.0


@ODD
def test_no_validation_loss_of_it_is_the_best(odd: float) -> None:
    model = nn.MLP(1, [1], seed=1)
    before = nn.unroll(model)
    calls = 0

    def loss(a: Any, y: Any) -> Any:
        nonlocal calls
        calls += y == 7.0
        return (a - y) ** 2 * (odd if y == 7.0 and calls > 2 else 1.0)

    settings: dict[str, Any] = {"loss": loss, "epochs": 5, "patience": 2, "progress": False}
    if odd == INF:
        history = nn.fit(model, [[0.5]], [1.0], validation=([[0.5]], [7.0]), **settings)
        assert (history[0].validation_loss or INF) < INF
        assert "the best was epoch 1" in str(history)
    else:
        with pytest.raises(FloatingPointError, match="the validation loss is"):
            nn.fit(model, [[0.5]], [1.0], validation=([[0.5]], [7.0]), **settings)
    assert all(map(math.isfinite, [*before, *nn.unroll(model)]))


@ODD
def test_no_cost_of_it_is_a_minimum(odd: float) -> None:
    pytest.importorskip("scipy")
    model = nn.MLP(1, [1], seed=1)
    before = nn.unroll(model)
    with pytest.raises(FloatingPointError, match=r"the cost is -?(nan|inf)"):
        nn.minimize(model, lambda: Value(odd) * 1)
    assert nn.unroll(model) == before


@ODD
def test_no_gradient_of_it_agrees(odd: float) -> None:
    assert not check_grads(lambda v: v[0] * 2, [1.0], received=[odd])
    assert not check_grads(lambda v: v[0] * 2, [odd])
    assert not check_grads(lambda v: v[0] * odd, [1.0])


def test_no_step_without_a_value_is_the_best() -> None:
    assert "best" not in str(step_size_sweep(lambda v: v * v, NAN))


@ODD
def test_no_formula_of_it_is_right(odd: float) -> None:
    x = Value(2.0, "x")
    y = (x * x).named("y")
    assert not check_formula("2*x + 1e308*10" if math.isinf(odd) else "2*x + (1e308*10 - 1e308*10)", y, x)
    z = (Value(odd, "c") * x).named("z")
    assert not check_formula("5", z, x)
    assert "times the derivative" not in str(check_formula("5", z, x))


@ODD
def test_reports_say_where_it_is(odd: float) -> None:
    x = Value(odd, "x")
    y = (x * 2).named("y")
    assert find_nonfinite(y) == [x]
    with pytest.raises(ValueError, match=f"x is {odd}"):
        compare_modes(y)
    with pytest.raises(ValueError, match=rf"x is nan|h must be finite and large enough to move {odd}"):
        nudge(y, x)
    along = [path.product for path in paths(x * x + x, x)]
    assert math.isnan(along[0]) if math.isnan(odd) else abs(along[0]) == INF  # what is not finite comes first
    assert pulls([x * x], x).examples[0].pull == pytest.approx(-2 * odd, nan_ok=True)
