"""The equations of one layer, as numbers."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

Vector = tuple[float, ...]


class Names(NamedTuple):
    """What the nodes of a neuron are called: their labels, as they are shown."""

    z: str
    a: str
    b: str
    w: tuple[str, ...]


@dataclass(frozen=True)
class LayerEquations:
    """The equations of one layer as numbers: one for each neuron j, or for each weight from input k to neuron j.

    Attributes:
        number: The number of the layer, counted from 1.
        z: The weighted inputs.
        a: The activations.
        inputs: The activations of the layer before.
        weights: The rows of W.
        slopes: σ'(z), the derivatives of the activations alone.
        activation_gradient: ∂C/∂a: in the last layer that of the cost, in the others Wᵀδ of the layer after.
        names: What the nodes of each neuron are called.
        input_names: What the inputs are called.
    """

    number: int
    z: Vector
    a: Vector
    inputs: Vector
    weights: tuple[Vector, ...]
    slopes: Vector
    activation_gradient: Vector
    names: tuple[Names, ...]
    input_names: tuple[str, ...]

    @cached_property
    def delta(self) -> Vector:
        """δ = ∂C/∂a ⊙ σ'(z), by BP1 or BP2."""
        return tuple(
            derivative * slope for derivative, slope in zip(self.activation_gradient, self.slopes, strict=True)
        )

    @property
    def bias_gradient(self) -> Vector:
        """∂C/∂b = δ, by BP3."""
        return self.delta

    @cached_property
    def weight_gradient(self) -> tuple[Vector, ...]:
        """∂C/∂w_jk = a_k δ_j, by BP4, in rows as the weights are."""
        return tuple(tuple(x * error for x in self.inputs) for error in self.delta)
