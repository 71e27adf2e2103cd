"""The same network in PyTorch: its outputs and gradients, computed by PyTorch, and its parameters, to the last bit."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, leaky_relu
from nn.activations import ACTIVATIONS
from nn.exchange.pytorch import MODULES


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch")


def same(torch: Any, model: nn.MLP, network: Any, examples: Sequence[Sequence[float]], tolerance: float) -> None:
    """Whether a network of PyTorch gives the outputs of a model, and the gradient of the sum of their squares."""
    X = torch.tensor(examples, dtype=torch.float64)
    outputs = network(X)
    (outputs**2).sum().backward()
    model.zero_grad()
    expected: list[Any] = [model(example) for example in examples]
    rows = [each if isinstance(each, list) else [each] for each in expected]
    sum((output**2 for row in rows for output in row), Value(0.0)).backward()
    gradient = np.array(nn.unroll(model, gradient=True))
    found = torch.cat([parameter.grad.flatten() for parameter in network.parameters()]).numpy()
    numbers = np.array([[output.data for output in row] for row in rows])
    assert np.abs(outputs.detach().numpy() - numbers).max() <= tolerance * np.abs(numbers).max()
    # A saturated 1 - a² is the rest of a rounded number in PyTorch.
    assert np.abs(found - gradient).max() <= tolerance * max(1.0, np.abs(gradient).max())


def test_every_activation_has_its_like() -> None:
    assert {"linear", *MODULES} == {*ACTIVATIONS}


@pytest.mark.parametrize("scale", [1.0, 30.0])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_outputs_and_gradients_are_the_same(torch: Any, activation: str, scale: float) -> None:
    model = nn.MLP(3, [5, 4, 2], [activation, "tanh"], activation, seed=1)
    nn.roll(model, [scale * number for number in nn.unroll(model)])
    network = nn.to_torch(model)
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float64}
    r = np.random.default_rng(1)
    same(torch, model, network, r.uniform(-1.0, 1.0, (6, 3)).tolist(), 1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_there_and_back_to_the_last_bit(torch: Any, activation: str) -> None:
    model = nn.MLP(3, [5, 4, 1], [activation, "tanh"], activation, seed=1)
    for k, number in enumerate((0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, float("inf"))):
        model.parameters()[k].data = number
    state = torch.get_rng_state()
    copy = nn.from_torch(nn.to_torch(model))
    assert bool((torch.get_rng_state() == state).all())
    assert repr(copy) == repr(model)
    assert [*map(repr, nn.unroll(copy))] == [*map(repr, nn.unroll(model))]


def test_parameters_are_copies(torch: Any) -> None:
    model = nn.MLP(1, [1], seed=1)
    network = nn.to_torch(model)
    before = nn.unroll(model)
    with torch.no_grad():
        network[0].weight.fill_(3.0)
    assert nn.unroll(model) == before
    copy = nn.from_torch(network)
    copy.parameters()[0].data = 4.0
    assert network[0].weight.item() == 3.0


def test_a_network_of_pytorch_in_float32(torch: Any) -> None:
    torch.manual_seed(1)
    network = torch.nn.Sequential(
        torch.nn.Linear(2, 4),
        torch.nn.ReLU(inplace=True),
        torch.nn.Identity(),
        torch.nn.Linear(4, 3),
        torch.nn.Softplus(),
    )
    model = nn.from_torch(network)
    assert repr(model) == "MLP(2 -> 4 relu -> 3 softplus)"
    same(torch, model, network.double(), [[0.5, -1.0], [2.0, 0.25]], 1e-12)


def test_a_layer_that_stands_twice_is_there_twice(torch: Any) -> None:
    layer = torch.nn.Linear(3, 3, dtype=torch.float64)
    network = torch.nn.Sequential(layer, torch.nn.Tanh(), layer)
    model = nn.from_torch(network)
    assert repr(model) == "MLP(3 -> 3 tanh -> 3 linear)"
    output = network(torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)).tolist()
    outputs: Any = model([0.1, 0.2, 0.3])
    assert output == pytest.approx([each.data for each in outputs], rel=1e-12)


def test_layers_that_nn_does_not_have_are_named(torch: Any) -> None:
    layers = torch.nn
    linear = layers.Linear(2, 2)
    for modules, place, what in [
        ([linear, layers.Dropout(0.5)], 1, r"Dropout\(p=0\.5"),
        ([linear, layers.SiLU()], 1, "SiLU"),
        ([linear, layers.GELU("tanh")], 1, r"GELU\(approximate='tanh'\)"),
        ([linear, layers.LeakyReLU(0.2)], 1, r"LeakyReLU\(negative_slope=0\.2\)"),
        ([linear, layers.Softplus(2.0)], 1, r"Softplus\(beta=2\.0"),
        ([linear, layers.Softplus(threshold=1.0)], 1, r"Softplus\(beta=1\.0, threshold=1\.0"),
        ([linear, layers.Tanh(), layers.ReLU()], 2, r"ReLU\(\)"),
        ([layers.Tanh(), linear], 0, r"Tanh\(\)"),
        ([linear, layers.Linear(3, 2)], 1, r"Linear\(in_features=3"),
        ([linear, layers.Linear(2, 2, bias=False)], 1, r"Linear\(.*bias=False\)"),
        ([linear, layers.Sequential(linear)], 1, "Sequential"),
    ]:
        with pytest.raises(ValueError, match=rf"layer {place} of the network is {what}(.|\n)*, but an MLP has Linear"):
            nn.from_torch(layers.Sequential(*modules))
    with pytest.raises(ValueError, match="no layer"):
        nn.from_torch(layers.Sequential())
    with pytest.raises(TypeError, match=r"from_torch takes a torch\.nn\.Sequential, but got Linear\(.*of type Linear"):
        nn.from_torch(linear)


def test_layers_that_compute_something_else_are_refused(torch: Any) -> None:
    hooked, patched = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    hooked.register_forward_hook(lambda *given: 2 * given[-1])
    patched.forward = lambda given: given
    for wrong in (hooked, patched):
        with pytest.raises(ValueError, match="layer 1 has hooks, or a forward of its own"):
            nn.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 2), wrong))


@pytest.mark.usefixtures("torch")
def test_networks_that_pytorch_does_not_have_are_told() -> None:
    def steep(z: Value) -> Value:
        return leaky_relu(z, 0.2)

    with pytest.raises(ValueError, match=r"layer 2 has the activation steep, .* one of linear, sigmoid, tanh"):
        nn.to_torch(nn.MLP(2, [3, 1], output_activation=steep))
    model = nn.MLP(2, [3, 1])
    model.layers[0].neurons[1].activation = ACTIVATIONS["tanh"]
    with pytest.raises(ValueError, match="layer 1 has the activation relu, tanh"):
        nn.to_torch(model)
    model = nn.MLP(2, [3, 1])
    model.layers[0].neurons[1].b = model.layers[0].neurons[0].b
    with pytest.raises(ValueError, match="has 13 parameters, but the model has 12: some are shared"):
        nn.to_torch(model)


def test_what_is_no_mlp_is_told() -> None:
    class Own(nn.MLP):
        pass

    for wrong in (Own(1, [1]), nn.Layer(2, 3), None):
        with pytest.raises(TypeError, match=f"to_torch takes an MLP, but got .* of type {type(wrong).__name__}"):
            nn.to_torch(wrong)  # type: ignore[arg-type]


def test_pytorch_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for call in (lambda: nn.to_torch(nn.MLP(1, [1])), lambda: nn.from_torch(None)):
        with pytest.raises(ImportError, match="pip install torch"):
            call()
