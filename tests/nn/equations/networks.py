"""Small networks, unusual activations, and the cost of one example."""

from collections.abc import Sequence
from typing import Any

import nn
from autograd import Value, constant


def swish(z: Value) -> Value:
    return z * z.sigmoid()


def network(sizes: list[int], hidden: str, output: str) -> nn.MLP:
    own: dict[str, Any] = {"swish": swish}
    model = nn.MLP(sizes[0], sizes[1:], own.get(hidden, hidden), own.get(output, output), seed=3)
    for place, layer in enumerate(model.layers):
        for j, neuron in enumerate(layer.neurons):
            neuron.b.data = 0.1 * (place + 1) - 0.2 * j
    return model


X = [0.6, -1.1]


def deep(z: Value) -> Value:
    for _ in range(2000):
        z = z + 0.001
    return z


def flat(z: Value) -> Value:  # its slope is what rounding leaves of 0.1 + 0.2 - 0.3
    return 0.1 * z + 0.2 * z - 0.3 * z


def step(z: Value) -> Value:
    return constant(float(z > 0))


def squared(model: Any, x: Sequence[Value | float] = X) -> Value:
    return nn.losses.squared_error(model(x), [1.0, 0.0])
