import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn


def test_a_called_model_can_be_copied_and_pickled() -> None:
    model = nn.MLP(500, [2, 1], seed=1)
    model([0.1] * 500)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert nn.unroll(twin) == nn.unroll(model)
        assert twin.layers[0].neurons[0].z is None
        assert twin([0.1] * 500).data == model([0.1] * 500).data  # type: ignore[union-attr]


def test_z_and_a_of_every_neuron_are_labelled_nodes_of_the_last_pass() -> None:
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    assert model.layers[0].neurons[0].z is None
    out = model([1.0, 2.0])
    neuron = model.layers[0].neurons[1]
    assert neuron.z is not None
    assert neuron.a is not None
    assert (neuron.z.label, neuron.a.label) == ("z1_1", "a1_1")
    assert neuron.a.parents == (neuron.z,)
    last = model.layers[1].neurons[0]
    assert last.z is last.a is out  # a linear neuron's activation is its weighted input
    assert [parent.label for parent in neuron.z.parents[0].parents[1].parents] == ["w1_10", "a0_0"]


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (nn.Neuron(2), "a neuron takes one example, a list of 2 numbers"),
        (nn.Neuron(3), "a neuron takes one example, a list of 3 numbers"),
        (nn.Layer(2, 2), "layer 1 takes one example, a list of 2 numbers"),
        (nn.MLP(2, [3, 1]), "layer 1 takes one example, a list of 2 numbers"),
    ],
)
@pytest.mark.parametrize("make", [list, np.array, tuple])
def test_a_list_of_examples_says_how_to_call_a_model_on_each(model: Any, what: str, make: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match=f"^{what}, but got a list of lists. Call it on each: "):
        model(make([[1.0, 2.0], [3.0, 4.0]]))


def test_an_error_of_the_activation_is_its_own() -> None:
    def activation(z: Any) -> Any:
        raise ValueError(f"not {z.data}")

    with pytest.raises(ValueError, match=r"not 0\.0$"):
        nn.Neuron(1, activation, initializer="zeros")([1.0])
