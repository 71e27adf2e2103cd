"""The same network in PyTorch, and the way back: parameters are equal to the last bit."""

import math
from typing import Any, NamedTuple

from autograd import elu, leaky_relu
from autograd.optional import needed
from nn.activations import ACTIVATIONS, Activation
from nn.choices import name_of
from nn.exchange.tensors import tensor_shapes
from nn.mlp import MLP
from nn.vector import roll, unroll

_NEEDED = "torch", "nn.to_torch and nn.from_torch need PyTorch: pip install torch"


class _Same(NamedTuple):
    """What an activation is in PyTorch.

    Attributes:
        module: The class in `torch.nn`.
        settings: What its settings must be for the same function.
        precision: Settings that make the same function of it more exact: the least that will do, for 8 digits, and what
            `to_torch` takes.
    """

    module: str
    settings: dict[str, Any]
    precision: dict[str, tuple[float, float]]

    def __str__(self) -> str:
        given = [f"{key}={value}" for key, value in self.settings.items()]
        return f"{self.module}({', '.join(given + [f'{key}>={least}' for key, (least, _) in self.precision.items()])})"


# Those of nn.activations.ACTIVATIONS, but for linear, which is no module. Beyond its threshold PyTorch's softplus is
# the identity, which from 40 on it is in float64, too; by default from 20, where the difference is 2e-9.
MODULES = {
    "sigmoid": _Same("Sigmoid", {}, {}),
    "tanh": _Same("Tanh", {}, {}),
    "relu": _Same("ReLU", {}, {}),
    "leaky_relu": _Same("LeakyReLU", {"negative_slope": leaky_relu.defaults[0]}, {}),
    "elu": _Same("ELU", {"alpha": elu.defaults[0]}, {}),
    "gelu": _Same("GELU", {"approximate": "none"}, {}),
    "softplus": _Same("Softplus", {"beta": 1.0}, {"threshold": (20.0, 40.0)}),
}
_NAMES = {function: name for name, function in ACTIVATIONS.items()}


def to_torch(model: MLP) -> Any:
    """The same network as a `torch.nn.Sequential` of float64, of layers that are `Linear` and of activations.

    Its parameters are copies. Outputs and gradients are those of the model, but for the last digits.

    Args:
        model: The network; it takes a list of n_inputs numbers, PyTorch's a tensor (n, n_inputs) or (n_inputs,).

    Returns:
        The network of PyTorch.

    Raises:
        ImportError: if PyTorch is missing.
        TypeError: if the model is no MLP, or of a subclass, which may compute something else.
        ValueError: if PyTorch lacks an activation, or neurons share parameters.

    Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
    """
    _require_exactly("to_torch takes an MLP", model, MLP)
    shapes = tensor_shapes(model)
    with needed(*_NEEDED):
        import torch
    modules = list[Any]()
    for number, layer in enumerate(model.layers, 1):
        n_inputs, n_outputs = len(layer.neurons[0].w), len(layer.neurons)
        # Without initial weights, for which PyTorch would draw random numbers from those of the process.
        modules.append(torch.nn.utils.skip_init(torch.nn.Linear, n_inputs, n_outputs, dtype=torch.float64))
        activation, *others = {neuron.activation: None for neuron in layer.neurons}
        name = _NAMES.get(activation)
        if others or name not in ("linear", *MODULES):
            found = ", ".join(name_of(each, ACTIVATIONS) for each in (activation, *others))
            raise ValueError(
                f"layer {number} has the activation {found}, but a layer that PyTorch has, too, has one of linear, "
                f"{', '.join(MODULES)}."
            )
        if name != "linear":
            same = MODULES[name]
            precision = {key: best for key, (_, best) in same.precision.items()}
            modules.append(getattr(torch.nn, same.module)(**same.settings, **precision))
    network = torch.nn.Sequential(*modules)
    parts = torch.tensor(unroll(model), dtype=torch.float64).split([math.prod(shape) for shape in shapes.values()])
    network.load_state_dict({name: part.reshape(shapes[name]) for name, part in zip(shapes, parts, strict=True)})
    return network


def from_torch(network: Any) -> MLP:
    """The MLP of a `torch.nn.Sequential`, the inverse of `to_torch`.

    Args:
        network: Layers that are `torch.nn.Linear`, each alone or with an activation that `nn` has behind it, too.
            `Identity` is nothing. Numbers of fewer bits become float64, which rounds none of them. A layer that stands
            there twice becomes two.

    Returns:
        The network, with parameters that are copies.

    Raises:
        ImportError: if PyTorch is missing.
        TypeError: if the network is no Sequential, or of a subclass.
        ValueError: if `nn` has not the like of a layer, which is named, or of a layer behind another one; or if a layer
            has hooks, or a `forward` of its own.
    """
    with needed(*_NEEDED):
        import torch
    _require_exactly("from_torch takes a torch.nn.Sequential", network, torch.nn.Sequential)
    for what, module in [("the network", network), *((f"layer {place}", each) for place, each in enumerate(network))]:
        if module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module):
            raise ValueError(
                f"{what} has hooks, or a forward of its own, and may compute something else than its parameters say. "
                "Remove them; after pruning, torch.nn.utils.prune.remove(layer, 'weight') does it."
            )
    layers = list[tuple[Any, str]]()  # each with the name of its activation
    for place, module in enumerate(network):
        name = next((name for name, same in MODULES.items() if _is(module, getattr(torch.nn, same.module), same)), None)
        is_linear = type(module) is torch.nn.Linear and module.bias is not None
        if is_linear and (not layers or layers[-1][0].out_features == module.in_features):
            layers.append((module, "linear"))
        elif name and layers and layers[-1][1] == "linear":
            layers[-1] = (layers[-1][0], name)
        elif type(module) is not torch.nn.Identity:
            raise ValueError(
                f"layer {place} of the network is {module}, but an MLP has Linear layers with biases, each of which "
                "takes what the one before gives, and behind each one activation at most: "
                f"{', '.join(map(str, MODULES.values()))}."
            )
    if not layers:
        raise ValueError("the network has no layer, but an MLP has one at least.")
    activations: list[str | Activation] = [name for _, name in layers]
    widths = [layers[0][0].in_features, *(layer.out_features for layer, _ in layers)]
    model = MLP(widths[0], widths[1:], activations[:-1], activations[-1], initializer="zeros")
    tensors = [tensor for layer, _ in layers for tensor in (layer.weight, layer.bias)]
    roll(model, [number for tensor in tensors for number in tensor.flatten().tolist()])
    return model


def _require_exactly(rule: str, thing: Any, kind: type) -> None:
    """Raise a TypeError if something is of another class; a subclass may compute something else."""
    if type(thing) is not kind:
        raise TypeError(f"{rule}, but got {thing!r:.60} of type {type(thing).__name__}.")


def _is(module: Any, kind: type, same: _Same) -> bool:
    """Whether a module is an activation."""
    return (
        type(module) is kind
        and all(getattr(module, key) == value for key, value in same.settings.items())
        and all(getattr(module, key) >= least for key, (least, _) in same.precision.items())
    )
