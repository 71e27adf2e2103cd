import math

import pytest

import nn
from autograd import Value, count_passes


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


@pytest.mark.parametrize("method", [*nn.vector.BY_PRODUCTS, *nn.vector.BY_MATRICES])
def test_newtons_methods_get_second_derivatives(method: str) -> None:
    model = nn.MLP(1, [2, 1], "tanh", seed=3)
    start = nn.unroll(model)

    def cost() -> Value:
        errors = [nn.losses.squared_error(model([k / 2]), math.sin(k / 2)) for k in range(-3, 4)]
        return nn.losses.mean(errors) + 0.05 * sum(p * p for p in model.parameters())

    expected = nn.minimize(model, cost, gtol=1e-9).fun
    nn.roll(model, start)
    if method == "dogleg":  # which needs a positive definite Hessian
        nn.minimize(model, cost, maxiter=20)
    with count_passes() as passes:
        result = nn.minimize(model, cost, method.upper() if method == "newton-cg" else method)
    assert result.fun == pytest.approx(expected, rel=1e-6)
    if method in nn.vector.BY_MATRICES:
        assert result.nhev > 0
    else:
        assert passes.forward > 0
        assert passes.reverse <= 2 * result.nfev  # a point has one pass back for its cost, and one for all its products
