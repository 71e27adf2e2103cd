"""A layer: neurons that all take the same inputs."""

from collections.abc import Sequence
from random import Random
from typing import Any

from autograd import Value, constant
from autograd.engine import activations, are_values
from autograd.table import as_float, flows, is_list, whole
from nn.activations import ACTIVATIONS, Activation
from nn.choices import name_of
from nn.initializers import Initializer, generator
from nn.module import Module
from nn.neuron import Neuron, refuse_examples


class Layer(Module):
    r"""A layer of neurons: :math:`z_j = \sum_k w_{jk} a_k + b_j` and :math:`a_j = \sigma(z_j)`.

    Args:
        n_inputs: How many inputs it takes.
        n_outputs: How many neurons it has.
        activation: A name from `nn.activations.ACTIVATIONS`, or a function of a Value.
        initializer: A name from `nn.initializers.INITIALIZERS`, or a function like those. Biases start at 0.
        seed: Seeds the weights; with `None` they come from Python's global random numbers.
        number: Its number in the network, for the labels: counted from 1, as layer 0 is the inputs.

    Attributes:
        neurons: The neurons, in order.

    Raises:
        ValueError: if a width is less than 1, or a name is unknown.

    Example:
        >>> layer = Layer(2, 3, "sigmoid", seed=1)
        >>> len(layer([1.0, 2.0])), len(layer.parameters())
        (3, 9)
    """

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: str | Activation = "relu",
        *,
        initializer: str | Initializer = "uniform",
        seed: int | Random | None = None,
        number: int = 1,
    ) -> None:
        n_outputs = whole("n_outputs", n_outputs)
        random = generator(seed)
        self.number = number
        self.neurons = [
            Neuron(
                n_inputs,
                activation,
                initializer=initializer,
                seed=random,
                n_outputs=n_outputs,
                layer=number,
                index=j,
            )
            for j in range(n_outputs)
        ]

    def __call__(self, inputs: Sequence[Value | float]) -> list[Value]:
        """Compute the activations of all neurons.

        Args:
            inputs: One Value or number for each input. Numbers become constants labeled as the layer before.

        Raises:
            TypeError: if the inputs are no list of numbers.
            ValueError: if the number of inputs differs from that of the weights of a neuron.
        """
        wanted = len(self.neurons[0].w)
        if not is_list(inputs) or len(inputs) != wanted:
            raise self._unsuitable(inputs)
        # What Python does around a neuron takes longer than its arithmetic. So the inputs are checked all at once, and
        # the engine does for all neurons what `Neuron.__call__` does for one.
        values = inputs if are_values(inputs) else [self._input(k, x) for k, x in enumerate(inputs)]
        return activations(self.neurons, values, Neuron)

    def _input(self, k: int, x: Any) -> Any:
        if type(x) is not float:  # as it mostly is, and then needs no question
            if flows(x):
                return x
            if is_list(x):
                raise self._unsuitable([x])
            x = as_float(x, f"input {k} of layer {self.number}")
        return constant(x, f"a{self.number - 1}_{k}")

    def _unsuitable(self, inputs: Any) -> Exception:
        """The error for inputs that are no list of one number for each weight."""
        wanted, number = len(self.neurons[0].w), self.number
        if not is_list(inputs):
            what = f"{inputs!r:.40} of type {type(inputs).__name__}"
            return TypeError(
                f"layer {number} takes a list of numbers, one for each of its {wanted} inputs, but got {what}."
            )
        refuse_examples(f"layer {number}", inputs, wanted)
        return ValueError(f"layer {number} got {len(inputs)} inputs, but its neurons have {wanted} weights.")

    def _list_parameters(self) -> dict[str, Value]:
        """The weights, neuron by neuron, then the biases."""
        named = super()._list_parameters().items()
        return dict(sorted(named, key=lambda item: item[0].endswith(".b")))  # sorting keeps the order among equals

    def __repr__(self) -> str:
        first = self.neurons[0]
        return f"Layer({len(first.w)} -> {len(self.neurons)} {name_of(first.activation, ACTIVATIONS)})"
