import math
import random
from typing import Any

import pytest

import nn
from autograd import Value, check_grads
from nn.activations import ACTIVATIONS
from nn.initializers import INITIALIZERS, generator


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [[1], [3], [1, 1], [1, 2], [2, 1, 2], [3, 2, 1]])
def test_gradients_of_every_shape_and_activation(activation: str, sizes: list[int]) -> None:
    model = nn.MLP(2, sizes, activation, activation, seed=4)
    target = [0.5] * sizes[-1]
    for i, parameter in enumerate(model.parameters()):
        parameter.data += 0.1 * i  # away from relu's kink
    assert check_grads(lambda _: nn.losses.squared_error(model([0.3, -0.6]), target), model.parameters(), 1e-5)


def test_labels_with_two_digits_are_not_ambiguous() -> None:
    layer = nn.Layer(11, 12, number=3)
    assert layer.neurons[1].w[1].label == "w3_11"
    assert layer.neurons[11].w[1].label == "w3_11,1"
    assert layer.neurons[1].w[10].label == "w3_1,10"


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
    ("make", "error", "message"),
    [
        (lambda: nn.MLP(2, []), ValueError, "with the width of each layer, at least one"),
        (lambda: nn.MLP(2, 3), ValueError, "sizes must be a list"),  # type: ignore
        (lambda: nn.MLP(0, [2]), ValueError, "n_inputs must be a whole number of at least 1, but got 0"),
        (lambda: nn.MLP(2, [0]), ValueError, "n_outputs must be a whole number of at least 1"),
        (lambda: nn.MLP(2, [2.0]), ValueError, "n_outputs must be a whole number"),  # type: ignore
        (lambda: nn.MLP(2, [3, 1], "tnah"), ValueError, "unknown activation 'tnah'; choose one of linear, sigmoid"),
        (lambda: nn.MLP(2, [3, 1], 7), TypeError, "activation must be a name or a function, but got 7"),  # type: ignore
        (lambda: nn.MLP(2, [3, 1], ["tanh", "tanh"]), ValueError, "got 2 activations for 1 hidden layers"),
        (lambda: nn.MLP(2, [3, 1], initializer="xavier"), ValueError, "unknown initializer 'xavier'"),
        (lambda: nn.MLP(2, [3, 1])([1.0]), ValueError, "layer 1 got 1 inputs, but its neurons have 2 weights"),
        (lambda: nn.MLP(2, [3, 1])([1.0] * 3), ValueError, "layer 1 got 3 inputs"),
        (lambda: nn.MLP(2, [3, 1])(["1", "2"]), TypeError, "input 0 of layer 1 must be one real number"),  # type: ignore
        (lambda: nn.Neuron(2)([1.0]), ValueError, "got 1 for 2"),
    ],
)
def test_wrong_use_says_what_came_and_what_was_wanted(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_an_activation_for_each_layer_and_functions_of_ones_own() -> None:
    model = nn.MLP(2, [3, 3, 1], ["tanh", lambda z: z * z], "sigmoid", seed=2)
    assert repr(model) == "MLP(2 -> 3 tanh -> 3 <lambda> -> 1 sigmoid)"
    assert check_grads(lambda _: model([0.4, 0.2]), model.parameters())  # type: ignore[arg-type, return-value]


def test_seeds_make_runs_repeat() -> None:
    vectors = [nn.unroll(nn.MLP(3, [4, 2], seed=seed)) for seed in (7, 7, 8)]
    assert vectors[0] == vectors[1] != vectors[2]
    random.seed(5)
    first = nn.unroll(nn.MLP(3, [4, 2]))
    random.seed(5)
    assert nn.unroll(nn.MLP(3, [4, 2])) == first


@pytest.mark.parametrize(
    ("name", "bound", "deviation"),
    [
        ("zeros", 0.0, 0.0),
        ("uniform", 1.0, 1 / math.sqrt(3)),
        ("glorot", math.sqrt(6) / math.sqrt(90), math.sqrt(2 / 90)),
        ("he", math.inf, math.sqrt(2 / 60)),
    ],
)
def test_initializers_have_their_spread(name: str, bound: float, deviation: float) -> None:
    draws = [INITIALIZERS[name](60, 30, random) for random in [generator(1)] for _ in range(20_000)]
    assert max(map(abs, draws)) <= bound
    assert math.sqrt(sum(x * x for x in draws) / len(draws)) == pytest.approx(deviation, rel=0.02)
    assert sum(draws) / len(draws) == pytest.approx(0.0, abs=0.02)


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
