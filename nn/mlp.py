"""A multilayer perceptron: a stack of layers."""

from collections.abc import Sequence
from random import Random
from typing import Any

from autograd import Value
from nn.activations import ACTIVATIONS, Activation
from nn.choices import name_of
from nn.initializers import Initializer, generator
from nn.layer import Layer
from nn.module import Module


class MLP(Module):
    """A multilayer perceptron, or feedforward network: every neuron takes all activations of the layer before.

    Args:
        n_inputs: How many inputs it takes.
        sizes: How many neurons each layer has; the last one gives the outputs.
        activation: The activation of the hidden layers, a name from `nn.activations.ACTIVATIONS` or a function; or a
            list with one for each hidden layer.
        output_activation: The activation of the last layer.
        initializer: A name from `nn.initializers.INITIALIZERS`, or a function like those: "glorot" suits sigmoid and
            tanh, "he" suits relu. Biases start at 0.
        seed: Seeds the weights; with `None` they come from Python's global random numbers.

    Attributes:
        layers: The layers, in order.

    Raises:
        ValueError: if there are no sizes, a size is less than 1, the number of activations is wrong, or a name is
            unknown.

    Example:
        >>> model = MLP(2, [4, 1], activation="tanh", seed=1)
        >>> prediction = model([0.5, -1.0])
        >>> delta = model.layers[0].neurons[2].z  # after prediction.backward(), its .grad is δ
        >>> delta.label
        'z1_2'
    """

    def __init__(
        self,
        n_inputs: int,
        sizes: Sequence[int],
        activation: str | Activation | list[str | Activation] | tuple[str | Activation, ...] = "relu",
        output_activation: str | Activation = "linear",
        *,
        initializer: str | Initializer = "uniform",
        seed: int | Random | None = None,
    ) -> None:
        if not isinstance(sizes, Sequence) or not sizes:
            raise ValueError(f"sizes must be a list with the width of at least one layer, but got {sizes!r}.")
        n_hidden = len(sizes) - 1
        hidden = list(activation) if isinstance(activation, list | tuple) else [activation] * n_hidden
        if len(hidden) != n_hidden:
            raise ValueError(
                f"got {len(hidden)} activations for {n_hidden} hidden layers; the last layer's is output_activation."
            )
        random = generator(seed)
        widths = [n_inputs, *sizes]
        self.layers = [
            Layer(widths[i], widths[i + 1], function, initializer=initializer, seed=random, number=i + 1)
            for i, function in enumerate([*hidden, output_activation])
        ]

    def __call__(self, inputs: Sequence[Value | float]) -> Value | list[Value]:
        """Compute the outputs: a list of Values, or just the Value if the last layer has one neuron.

        Args:
            inputs: One Value or number for each input.

        Raises:
            TypeError: if the inputs are no list of numbers.
            ValueError: if the first layer takes another number of inputs.
        """
        activations: Sequence[Any] = inputs
        for layer in self.layers:
            activations = layer(activations)
        return activations[0] if len(activations) == 1 else list(activations)

    def __repr__(self) -> str:
        layers = [f"{len(x.neurons)} {name_of(x.neurons[0].activation, ACTIVATIONS)}" for x in self.layers]
        return f"MLP({' -> '.join([str(len(self.layers[0].neurons[0].w)), *layers])})"
