import math

import pytest

import nn
from autograd import Value


def test_unroll_and_roll_refuse_what_does_not_fit() -> None:
    model = nn.MLP(2, [2, 1], seed=1)
    before = nn.unroll(model)
    for vector, error in (([1.0] * 8, ValueError), ([1.0] * 8 + ["x"], TypeError)):
        with pytest.raises(error):
            nn.roll(model, vector)  # type: ignore[arg-type]
        assert nn.unroll(model) == before
    with pytest.raises(ValueError, match="'rows' or 'columns'"):
        nn.unroll(model, "diagonal")  # type: ignore[arg-type]


def test_minimize_hands_cost_and_gradient_to_scipy() -> None:
    model = nn.MLP(1, [4, 1], "tanh", seed=1)
    points = [(x / 4, math.sin(x / 4)) for x in range(-8, 9)]

    def cost() -> Value:
        return nn.losses.mean([nn.losses.squared_error(model([x]), y) for x, y in points])

    result = nn.minimize(model, cost, maxiter=200)
    assert result.fun < 1e-4
    assert cost().data == result.fun
    start = nn.unroll(model)

    def interrupted() -> Value:
        model.layers[0].neurons[0].b.data = 99.0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nn.minimize(model, interrupted)
    assert nn.unroll(model) == start
