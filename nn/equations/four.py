r"""The four equations of backpropagation, with the numbers of a network and of the example it was called with.

The error of a neuron is δ = ∂C/∂z. With the matrix W of a layer's weights, whose rows are its neurons:

.. math::
    \delta^L &= \nabla_a C \odot \sigma'(z^L) & \text{(BP1)} \\
    \delta^l &= \left((W^{l+1})^\top \delta^{l+1}\right) \odot \sigma'(z^l) & \text{(BP2)} \\
    \frac{\partial C}{\partial b_j} &= \delta_j & \text{(BP3)} \\
    \frac{\partial C}{\partial w_{jk}} &= a_k \, \delta_j & \text{(BP4)}

Reference: Nielsen 2015, "Neural Networks and Deep Learning", chapter 2.
"""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd import Value
from autograd.engine import Linearization
from autograd.graph import Recorded
from autograd.notation import Report, Table, name
from nn.equations.layer import LayerEquations, Names
from nn.equations.written import latex, tables, text
from nn.layer import Layer
from nn.neuron import Neuron

_ANEW = "Call the model, then pass the cost right away: four_equations(model, loss(model(x), y))."
_HIDDEN = "Give a cost that is a function of the model's outputs."
_PARAMETER = (
    "The usual reasons: the cost is that of several examples, it has a penalty on the weights, or neurons share a "
    "parameter. "
    "Give the cost of one example, without the penalty."
)
_CAUSES = {"BP1": _HIDDEN, "BP2": _HIDDEN, "BP3": _PARAMETER, "BP4": _PARAMETER}


@dataclass(frozen=True, repr=False)
class FourEquations(Report):
    """What `four_equations` found. Prints as text; a notebook shows it as formulas, with tables below.

    Attributes:
        layers: The equations of each layer, first layer first.
    """

    layers: tuple[LayerEquations, ...]

    def __repr__(self) -> str:
        return text(self.layers)

    def to_latex(self) -> str:
        """The equations in LaTeX, aligned, below their matrix forms."""
        return latex(self.layers)

    def _repr_latex_(self) -> str:
        return f"$${self.to_latex()}$$"

    def tables(self) -> list[Table]:
        """A table for each layer, last layer first, of the factors that BP1 or BP2 multiplies for each neuron."""
        return tables(self.layers)

    def to_html(self) -> str:
        """The tables as HTML."""
        return super()._repr_html_()

    def _repr_html_(self) -> str:
        # A notebook that can show HTML shows only that, and typesets what is between dollar signs in it.
        return f"<div>{html.escape(self._repr_latex_())}</div>{self.to_html()}"


def four_equations(model: Any, cost: Value) -> FourEquations:
    r"""The error δ = ∂C/∂z of every neuron, and the four equations of backpropagation with this network's numbers.

    The right-hand side of each equation is computed and compared with the derivative that the graph gives for the
    left-hand side. No gradient is changed.

    Args:
        model: An MLP, or a model whose `layers` are Layers that are called one after the other.
        cost: The cost of one example, computed from the last call of the model, without a penalty on the weights.

    Returns:
        The equations. They print as text, a notebook shows them as formulas, and `layers` holds the numbers.

    Raises:
        TypeError: if the model has no layers, or the cost is not a Value.
        ValueError: if the model has not been called, the cost does not come from its last call, the layers are not
            simply stacked, an equation does not hold because the cost has other parts, or a derivative does not exist.

    Example:
        >>> import nn
        >>> model = nn.MLP(1, [1, 1], activation="tanh", output_activation="sigmoid")
        >>> nn.roll(model, [0.5, 0.1, -2.0, 0.3])
        >>> four_equations(model, nn.losses.squared_error(model([1.5]), 1.0))
        layer 2, BP1: δ = ∇a C ⊙ σ'(z)
          δ⁽²⁾₀ = ∂C/∂a⁽²⁾₀ · σ'(z⁽²⁾₀) = -1.4938 · 0.189041 = -0.282389
        layer 2, BP3: ∂C/∂b = δ
          ∂C/∂b⁽²⁾₀ = δ⁽²⁾₀ = -0.282389
        layer 2, BP4: ∂C/∂wⱼₖ = aₖ δⱼ
          ∂C/∂w⁽²⁾₀₀ = a⁽¹⁾₀ · δ⁽²⁾₀ = 0.691069 · (-0.282389) = -0.19515
        <BLANKLINE>
        layer 1, BP2: δ = (Wᵀ δ) ⊙ σ'(z), with W and δ of layer 2
          δ⁽¹⁾₀ = w⁽²⁾₀₀ · δ⁽²⁾₀ · σ'(z⁽¹⁾₀) = -2 · (-0.282389) · 0.522423 = 0.295053
        layer 1, BP3: ∂C/∂b = δ
          ∂C/∂b⁽¹⁾₀ = δ⁽¹⁾₀ = 0.295053
        layer 1, BP4: ∂C/∂wⱼₖ = aₖ δⱼ
          ∂C/∂w⁽¹⁾₀₀ = a⁽⁰⁾₀ · δ⁽¹⁾₀ = 1.5 · 0.295053 = 0.44258
    """
    if not isinstance(cost, Value):
        raise TypeError(f"the cost must be a Value, but got {cost!r:.60} of type {type(cost).__name__}.")
    layers = _last_call(model)
    if cost.is_constant:
        raise ValueError(f"the cost is a constant, which has no derivatives: {cost!r}. {_ANEW}")
    calls = [call for layer in layers for call in layer]
    graph = Recorded.of(*(node for call in calls for node in (call.z, call.a)), cost)
    graph.check_current()
    adjoints = graph.adjoints({cost: 1.0})
    if adjoints.keys().isdisjoint(call.a for call in layers[-1]):
        raise ValueError(f"the cost does not come from the last call of the model. {_ANEW}")
    slopes = _slopes(graph, calls)
    checked = [node for call in calls for node in (call.z, call.neuron.b, *call.neuron.w)]
    sizes = dict(zip(checked, Linearization([cost], checked).sizes()[0], strict=True))
    found: list[LayerEquations] = []
    for number in range(len(layers), 0, -1):
        found.append(_equations(layers, number, found[-1] if found else None, adjoints, slopes))
        _check(found[-1], layers[number - 1], "BP1" if len(found) == 1 else "BP2", adjoints, sizes)
    return FourEquations(tuple(reversed(found)))


class _Call(NamedTuple):
    """The nodes of a neuron in the last call, and what they are called."""

    neuron: Neuron
    z: Value
    a: Value
    inputs: list[Value]
    names: Names


def _last_call(model: Any) -> list[list[_Call]]:
    """The nodes of the last call, layer by layer."""
    layers = getattr(model, "layers", None)
    if not isinstance(layers, Sequence) or not layers or not all(isinstance(layer, Layer) for layer in layers):
        raise TypeError(
            f"the model must be an nn.MLP, or have `layers` that are nn.Layers, but got {model!r:.60} of type "
            f"{type(model).__name__}."
        )
    calls: list[list[_Call]] = []
    for number, layer in enumerate(layers, start=1):
        calls.append([_call(neuron, number, j) for j, neuron in enumerate(layer.neurons)])
        wanted = [call.a for call in calls[-2]] if number > 1 else calls[0][0].inputs
        if any(call.inputs != wanted for call in calls[-1]):  # the same nodes, not only the same numbers
            raise ValueError(
                f"the four equations need layers that are simply stacked, but layer {number} does not take "
                f"{'the activations of the layer before' if number > 1 else 'the same inputs in all neurons'}. Is "
                "there something between the layers, or is a layer used twice? explain(cost, w) needs no layers."
            )
    return calls


def _call(neuron: Neuron, number: int, j: int) -> _Call:
    z, a, place = neuron.z, neuron.a, f"{number}_{j}"
    if z is None or a is None:
        raise ValueError(f"the model has not been called: layer {number} has no activations yet. {_ANEW}")
    base, products = z, list[Value]()
    while len(base.parents) == 2 and len(products) < len(neuron.w):  # z = (b + w_0 x_0) + w_1 x_1 ...
        base, product = base.parents
        products.append(product)
    products.reverse()
    if any(node.is_constant and node is not neuron.b for node in (base, *products)):
        raise ValueError(
            f"the last call of the model recorded no graph, or only part of one, for neuron {j} in layer {number}. Was "
            f"it under no_grad(), like those of nn.accuracy and nn.evaluate? {_ANEW} Or are the weights and inputs "
            "constants? Then pass Values as inputs: model([Value(x), ...])."
        )
    if base is not neuron.b or [product.parents[:-1] for product in products] != [(w,) for w in neuron.w]:
        raise ValueError(
            f"the four equations need z = w·a + b, but in layer {number} the weighted input of neuron {j} was computed "
            "in another way, or from other parameters than the neuron has now. explain(cost, w) needs no layers."
        )
    names = Names(
        z=_called(z, f"z{place}"),
        a=_called(a, f"a{place}") if a is not z else f"a{place}",  # a node that is both has both names
        b=_called(neuron.b, f"b{place}"),
        w=tuple(_called(w, f"w{place},{k}") for k, w in enumerate(neuron.w)),
    )
    return _Call(neuron, z, a, [product.parents[-1] for product in products], names)


def _called(node: Value, otherwise: str) -> str:
    return name(node) if node.label else otherwise


def _slopes(graph: Recorded, calls: list[_Call]) -> dict[Value, float]:
    """σ'(z) = ∂a/∂z for the z of each neuron. The nodes that compute a from z are after z in the order, up to a."""
    places = graph.edges.places
    return {
        z: graph.part(graph.order[places[z] + 1 : places[a] + 1]).tangents({z: 1.0}).get(a, 0.0)
        for _, z, a, _, _ in calls
    }


def _equations(
    layers: list[list[_Call]],
    number: int,
    after: LayerEquations | None,
    adjoints: Mapping[Value, float],
    slopes: Mapping[Value, float],
) -> LayerEquations:
    """The numbers of a layer, from those of the layer after it."""
    calls = layers[number - 1]
    if after is None:
        gradient = [adjoints.get(call.a, 0.0) for call in calls]  # 0 if the cost does not use an output
    else:
        columns = zip(*after.weights, strict=True)
        gradient = [sum(w * delta for w, delta in zip(column, after.delta, strict=True)) for column in columns]
    if number > 1:
        input_names = tuple(call.names.a for call in layers[number - 2])
    else:
        input_names = tuple(_called(x, f"a0_{k}") for k, x in enumerate(calls[0].inputs))
    return LayerEquations(
        number=number,
        z=tuple(call.z.data for call in calls),
        a=tuple(call.a.data for call in calls),
        inputs=tuple(x.data for x in calls[0].inputs),
        weights=tuple(tuple(w.data for w in call.neuron.w) for call in calls),
        slopes=tuple(slopes[call.z] for call in calls),
        activation_gradient=tuple(gradient),
        names=tuple(call.names for call in calls),
        input_names=input_names,
    )


def _check(
    layer: LayerEquations,
    calls: list[_Call],
    equation_of_delta: str,
    adjoints: Mapping[Value, float],
    sizes: Mapping[Value, float],
) -> None:
    """Raise a ValueError where the graph gives another derivative than an equation."""
    for (neuron, z, _, _, names), delta, of_b, of_w in zip(
        calls, layer.delta, layer.bias_gradient, layer.weight_gradient, strict=True
    ):
        equations = [(equation_of_delta, z, names.z, delta), ("BP3", neuron.b, names.b, of_b)]
        equations += [("BP4", *rest) for rest in zip(neuron.w, names.w, of_w, strict=True)]
        for equation, node, called, right_side in equations:
            left_side = adjoints.get(node, 0.0)
            rounding = 1e-12 * sizes[node] + 1e-300  # close to zero, floats have fewer digits
            same = abs(left_side - right_side) <= rounding
            if not (same or node.is_constant) and (math.isfinite(left_side) or math.isfinite(right_side)):
                raise ValueError(
                    f"{equation} does not hold for this cost: it gives ∂C/∂{called} = {right_side + 0.0:.6g}, but the "
                    f"graph gives {left_side:.6g}: {called} reaches the cost in another way, too. {_CAUSES[equation]}"
                )
