"""The equations of one layer, as numbers."""

from dataclasses import dataclass
from typing import NamedTuple

Vector = tuple[float, ...]


class Names(NamedTuple):
    """What the nodes of a neuron are called."""

    z: str
    a: str
    b: str
    w: tuple[str, ...]


@dataclass(frozen=True)
class LayerEquations:
    """The equations of one layer as numbers: one of each for a neuron j, and for a weight from neuron k to neuron j.

    Attributes:
        number: The number of the layer, counted from 1.
        z: The weighted inputs.
        a: The activations.
        inputs: The activations of the layer before.
        weights: The rows of W.
        slopes: σ'(z), the derivatives of the activations alone.
        activation_gradient: ∂C/∂a: in the last layer that of the cost, in the others Wᵀδ of the layer after.
        delta: δ, by BP1 or BP2.
        bias_gradient: ∂C/∂b, by BP3.
        weight_gradient: ∂C/∂w, by BP4, in rows as the weights.
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
    delta: Vector
    bias_gradient: Vector
    weight_gradient: tuple[Vector, ...]
    names: tuple[Names, ...]
    input_names: tuple[str, ...]
