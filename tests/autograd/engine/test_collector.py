import gc

import pytest

import autograd
from autograd import Value
from tests.nn.runs import network, train


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


def test_it_pauses_while_a_cost_is_recorded() -> None:
    states: list[bool] = []
    w = Value(0.5, "w")

    def cost(x: Value) -> Value:
        states.append(gc.isenabled())
        if x.data != 1.0:
            raise OverflowError
        return w * x

    assert gc.isenabled()
    autograd.compile(cost, [w], (1.0,))
    assert set(states) == {False}
    assert gc.isenabled()
