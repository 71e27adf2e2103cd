"""Activation functions, by name: rows of the operation table, and `linear`."""

from collections.abc import Callable

from autograd import Value, elu, gelu, leaky_relu, relu, sigmoid, softplus, tanh

Activation = Callable[[Value], Value]


def linear(z: Value) -> Value:
    """No activation: a = z. For regression, and for the logits of a cross-entropy."""
    return z


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "gelu": gelu,
    "softplus": softplus,
}
