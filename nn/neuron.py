"""One neuron: a weighted sum, a bias and an activation."""

from collections.abc import Sequence
from random import Random
from typing import Any

from autograd import Value
from autograd.engine import activations
from autograd.table import is_list, whole
from nn.activations import ACTIVATIONS, Activation
from nn.choices import choose, name_of
from nn.initializers import INITIALIZERS, Initializer, generator
from nn.module import ATOMS, Module, Place, attributes
from nn.settings import check


class Neuron(Module):
    r"""A neuron: :math:`a = \sigma(z)` with :math:`z = \sum_k w_k x_k + b`.

    After a call, `z` and `a` are the nodes of that call. So after `backward()`, `neuron.z.grad` is δ = ∂C/∂z.

    Args:
        n_inputs: How many inputs it takes.
        activation: A name from `nn.activations.ACTIVATIONS`, or a function of a Value.
        initializer: A name from `nn.initializers.INITIALIZERS`, or a function like those. The bias starts at 0.
        seed: Seeds the weights; with `None` they come from Python's global random numbers.
        n_outputs: How many neurons its layer has, for the initializer.
        layer: The number of its layer, for the labels.
        index: Its number in the layer, for the labels: `w1_02` is the weight of neuron 0 of layer 1 for input 2.

    Attributes:
        w: The weights.
        b: The bias.
        z: The weighted input of the last call; `None` before the first.
        a: The activation of the last call; `None` before the first.

    Raises:
        ValueError: if a number of inputs or outputs is less than 1, a name is unknown, or an initial weight is not a
            finite number.

    Example:
        >>> neuron = Neuron(2, "tanh", seed=1)
        >>> neuron([1.0, 2.0]).data == neuron.a.data
        True
        >>> [p.label for p in neuron.parameters()]
        ['w_0', 'w_1', 'b']
    """

    # Slots, because they are read at each call: `activations` of the native engine reads them where they lie.
    __slots__ = ("activation", "_z_label", "_a_label", "w", "b", "z", "a")  # noqa: RUF023 - parameters in this order

    def __init__(
        self,
        n_inputs: int,
        activation: str | Activation = "relu",
        *,
        initializer: str | Initializer = "uniform",
        seed: int | Random | None = None,
        n_outputs: int = 1,
        layer: int | None = None,
        index: int | None = None,
    ) -> None:
        n_inputs, n_outputs = whole("n_inputs", n_inputs), whole("n_outputs", n_outputs)
        self.activation = choose("activation", activation, ACTIVATIONS)
        draw = choose("initializer", initializer, INITIALIZERS)
        random = generator(seed)
        number = "" if layer is None else str(layer)
        self._z_label, self._a_label, b_label = (_label(letter + number, index) for letter in "zab")
        weights = [draw(n_inputs, n_outputs, random) for _ in range(n_inputs)]
        for weight in weights:
            check(weight=weight)
        self.w = [Value(weight, _label(f"w{number}", index, k)) for k, weight in enumerate(weights)]
        self.b = Value(0.0, b_label)
        self.z: Value | None = None
        self.a: Value | None = None

    def __call__(self, inputs: Sequence[Value | float]) -> Value:
        """Compute the activation.

        Args:
            inputs: One Value or number for each weight.

        Raises:
            TypeError: if the inputs are no list of numbers.
            ValueError: if the numbers of inputs and weights differ.
        """
        try:
            a: Value = activations([self], inputs, type(self))[0]
        except (TypeError, ValueError):
            refuse_examples("a neuron", inputs, len(self.w))
            raise
        return a

    def _searched(self) -> dict[str, Any]:
        # z and a belong to a call.
        return {name: item for name, item in attributes(self).items() if name not in ("z", "a")}

    def _places(self, prefix: str, *, careful: bool) -> list[Place]:
        if careful or type(self) is not Neuron or vars(self) or type(self.activation) not in ATOMS:
            return super()._places(prefix, careful=careful)
        return [(prefix, "w", self.w), (prefix, "b", self.b)]  # the same in a third of the time: neurons are many

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        # z and a belong to a call: a copy or a pickle with them would take along its whole graph, by recursion.
        return None, attributes(self) | {"z": None, "a": None}

    def __repr__(self) -> str:
        return f"Neuron({len(self.w)} -> 1 {name_of(self.activation, ACTIVATIONS)})"


def refuse_examples(what: str, inputs: Any, wanted: int) -> None:
    """Raise a ValueError if the inputs are a list of examples instead of one."""
    if is_list(inputs) and any(map(is_list, inputs)):
        raise ValueError(
            f"{what} takes one example, a list of {wanted} numbers, but got a list of lists. "
            "Call it on each: [model(x) for x in examples]."
        ) from None


def _label(letter: str, *indices: int | None) -> str:
    """`w1_02`, or `w1_10,2` where digits in a row would be ambiguous."""
    known = [str(index) for index in indices if index is not None]
    subscript = "".join(known) if all(len(index) == 1 for index in known) else ",".join(known)
    return f"{letter}_{subscript}" if known else letter
