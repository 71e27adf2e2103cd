import copy
import pickle

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
