"""Many answers at a time are those of the network itself, however it computes."""

import gc
import sys
import weakref
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, exp
from nn.estimators import outputs as module
from nn.estimators.outputs import FEWEST, outputs

X = np.random.RandomState(0).uniform(-1, 1, (3 * FEWEST, 2))


def one_by_one(model: Any, inputs: Any) -> Any:
    return [[a.data for a in answer] if isinstance(answer, list) else [answer.data] for answer in map(model, inputs)]


def own(z: Value) -> Value:
    return z * z - 0.5 * exp(-z)


class Watched(nn.Module):
    """A network that counts how often it is called."""

    def __init__(self, inner: nn.Module) -> None:
        self.inner, self.calls = inner, [0]

    def __call__(self, x: Any) -> Any:
        self.calls[0] += 1
        return self.inner(x)  # type: ignore[operator]


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("activation", [*nn.activations.ACTIVATIONS, pytest.param(own, id="own")])
def test_a_program_answers_as_the_network_does(activation: Any, n_outputs: int) -> None:
    network = Watched(nn.MLP(2, [4, n_outputs], activation, seed=1))
    found = outputs(network, X)
    assert network.calls[0] < 100
    assert found == pytest.approx(np.array(one_by_one(network, X)), rel=1e-12, abs=1e-14)


def test_a_program_is_kept_as_long_as_the_network_is_what_it_was() -> None:
    network = Watched(nn.MLP(2, [4, 3], "tanh", seed=1))
    outputs(network, X)
    network.calls[0] = 0
    nn.roll(network, [0.9 * w for w in nn.unroll(network)])
    assert outputs(network, X) == pytest.approx(np.array(one_by_one(network.inner, X)), rel=1e-12, abs=1e-14)
    assert network.calls[0] <= 3
    network.inner = nn.MLP(2, [4, 3], "sigmoid", seed=1)
    assert outputs(network, X) == pytest.approx(np.array(one_by_one(network.inner, X)), rel=1e-12, abs=1e-14)
    network.inner, network.calls[0] = nn.MLP(2, [5, 2], "sigmoid", seed=1), 0
    assert outputs(network, X) == pytest.approx(np.array(one_by_one(network.inner, X)), rel=1e-12, abs=1e-14)
    assert network.calls[0] < 100
    kept = weakref.ref(network)
    del network
    gc.collect()
    assert kept() is None


def test_few_examples_are_computed_on_the_graph() -> None:
    network = Watched(nn.MLP(2, [4, 3], "tanh", seed=1))
    assert outputs(network, X[: FEWEST - 1]).tolist() == one_by_one(network.inner, X[: FEWEST - 1])
    assert network.calls[0] == FEWEST - 1


@pytest.mark.parametrize("n", [1000, 1001, 2500])
def test_parts_are_put_together(n: int) -> None:
    network, inputs = nn.MLP(2, [2, 1], seed=1), np.random.RandomState(1).normal(size=(n, 2))
    w1, b1, w2, b2 = (np.array(nn.unroll(network))[part] for part in (slice(4), slice(4, 6), slice(6, 8), slice(8, 9)))
    expected = np.maximum(inputs @ w1.reshape(2, 2).T + b1, 0.0) @ w2 + b2
    assert outputs(network, inputs)[:, 0] == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_what_branches_on_numbers_is_computed_on_the_graph() -> None:
    def leaky(z: Value) -> Value:
        return z if z.data > 0 else 0.1 * z

    network = nn.MLP(2, [4, 3], leaky, seed=1)
    assert outputs(network, X).tolist() == one_by_one(network, X)


def test_without_the_compiler_the_graph_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    network = nn.MLP(2, [4, 3], "tanh", seed=1)
    monkeypatch.setitem(sys.modules, "autograd.compiler", None)  # which an older NumPy cannot have
    assert outputs(network, X).tolist() == one_by_one(network, X)


def test_a_program_that_answers_otherwise_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    network = nn.MLP(2, [4, 3], "tanh", seed=1)
    monkeypatch.setattr(module, "CLOSE", -1.0)
    assert outputs(network, X).tolist() == one_by_one(network, X)


def test_what_is_not_finite_is_left_to_the_graph() -> None:
    network = nn.MLP(1, [1, 1], exp, initializer="he", seed=1)
    (w,) = network.layers[0].neurons[0].w
    with pytest.raises(OverflowError, match="exp"):
        outputs(network, np.linspace(-1e4, 1e4, FEWEST)[:, None])
    w.data = 1e-3
    assert np.isfinite(outputs(network, np.linspace(-1e4, 1e4, FEWEST)[:, None])).all()
