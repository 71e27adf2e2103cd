from typing import Any

import pytest

import nn
from autograd import check_grads
from nn.activations import ACTIVATIONS

EXAMPLES: Any = [[1.0, 2.0]] * 20


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [[1], [3], [1, 1], [1, 2], [2, 1, 2], [3, 2, 1]])
def test_gradients_of_every_shape_and_activation(activation: str, sizes: list[int]) -> None:
    model = nn.MLP(2, sizes, activation, activation, seed=4)
    target = [0.5] * sizes[-1]
    for i, parameter in enumerate(model.parameters()):
        parameter.data += 0.1 * i  # away from relu's kink
    assert check_grads(lambda _: nn.losses.squared_error(model([0.3, -0.6]), target), model.parameters(), 1e-5)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.MLP(2, []), ValueError, "with the width of at least one layer"),
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
        (
            lambda: nn.MLP(2, [3, 1])(EXAMPLES),
            ValueError,
            r"takes one example.*\[model\(x\) for x in examples\]",
        ),
        (lambda: nn.MLP(2, [3, 1])(EXAMPLES[:2]), ValueError, r"takes one example, a list of 2 numbers"),
        (
            lambda: nn.MLP(2, [3, 1])(EXAMPLES[0][0]),
            TypeError,
            "layer 1 takes a list of numbers, one for each of its 2 inputs, but",
        ),
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
    assert check_grads(lambda _: model([0.4, 0.2]), model.parameters())
