"""The parameters of a network as matrices, called as PyTorch calls those of the same network."""

import math
from collections.abc import Mapping
from typing import Any

from nn.activations import linear
from nn.mlp import MLP
from nn.module import Module


def tensor_shapes(model: Module) -> dict[str, tuple[int, ...]]:
    """The matrix of the weights of each layer, a row for each neuron, and the vector of its biases, by their names.

    They are in the order of `nn.unroll`. The names are those of `torch.nn.Sequential`, which counts activations, too.

    Args:
        model: The network, an MLP.

    Raises:
        TypeError: if it is no MLP.
        ValueError: if it has parameters that are shared, or in no layer.

    Example:
        >>> tensor_shapes(MLP(2, [3, 1], "tanh"))
        {'0.weight': (3, 2), '0.bias': (3,), '2.weight': (1, 3), '2.bias': (1,)}
    """
    if not isinstance(model, MLP):
        raise TypeError(
            f"only an MLP is a matrix and a vector for each layer, but got {model!r:.60} of type "
            f"{type(model).__name__}. nn.save(model, 'model.json') takes any model."
        )
    found = dict[str, tuple[int, ...]]()
    place, theirs = 0, list[Any]()
    for layer in model.layers:
        n_inputs, n_outputs = len(layer.neurons[0].w), len(layer.neurons)
        found |= {f"{place}.weight": (n_outputs, n_inputs), f"{place}.bias": (n_outputs,)}
        place += 1 + any(neuron.activation is not linear for neuron in layer.neurons)
        theirs += [weight for neuron in layer.neurons for weight in neuron.w]
        theirs += [neuron.b for neuron in layer.neurons]
    count = sum(math.prod(shape) for shape in found.values())
    parameters = model.parameters()
    if count != len(parameters) or any(one is not other for one, other in zip(theirs, parameters, strict=False)):
        raise ValueError(
            f"a network of these layers has {count} parameters, but the model has {len(parameters)}: some are shared, "
            "in no layer, or not where they were. nn.save(model, 'model.json') takes any model."
        )
    return found


def require_same_shapes(found: Mapping[str, tuple[int, ...]], model: Module, source: object) -> None:
    """Raise a ValueError, which names the first difference, if some tensors are not those of a network.

    Args:
        found: Their shapes.
        model: The network.
        source: Where they are from, for the message.
    """
    wanted = tensor_shapes(model)
    for name in [*wanted, *found]:
        if found.get(name) != wanted.get(name):
            raise ValueError(
                f"{source} belongs to another model: {name!r:.60} has the shape {found.get(name)} there and "
                f"{wanted.get(name)} here."
            )
