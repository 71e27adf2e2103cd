"""The four equations written out, in symbols and in numbers: as text, in LaTeX, and as tables."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from autograd.notation import Table, excerpt, latex_name, latex_number, show_number, signed, typeset
from nn.equations.layer import LayerEquations

SHOWN = 8  # equations of each kind in a layer
MOST_LAYERS = 7  # of more, three at each end
TERMS = 6  # of a sum


def text(layers: Sequence[LayerEquations]) -> str:
    """The equations as text, from the last layer to the first."""
    parts = []
    for pair in excerpt(list(_backwards(layers)), MOST_LAYERS):
        if pair == "…":
            parts.append(_left_out(layers))
            continue
        (layer, after), lines = pair, []
        for block in _blocks(layer, after, _TEXT):
            lines.append(f"layer {layer.number}, {block.equation}: {_matrix_forms(layer.number)[block.equation][0]}")
            lines += [f"  {line}" for line in _aligned(block)]
            lines += [f"  … and {block.left_out:,} more"] * bool(block.left_out)
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def latex(layers: Sequence[LayerEquations]) -> str:
    """The equations in LaTeX, from the last layer to the first."""
    parts = []
    for pair in excerpt(list(_backwards(layers)), MOST_LAYERS):
        if pair == "…":
            parts.append(rf"& \text{{{_left_out(layers)}}}")
            continue
        layer, after = pair
        for block in _blocks(layer, after, _LATEX):
            form = _matrix_forms(layer.number)[block.equation][1]
            equals = r" \\ &= " if block.is_long else " = "
            lines = [rf"& \text{{layer {layer.number}, {block.equation}: }} {form}"]
            lines += [rf"{left} &= {equals.join(sides)}" for left, *sides in block.rows]
            lines += [rf"& \text{{… and {block.left_out:,} more}}"] * bool(block.left_out)
            parts.append(r" \\ ".join(lines))
    return r"\begin{aligned} " + r" \\ & \\ ".join(parts) + r" \end{aligned}"


def tables(layers: Sequence[LayerEquations]) -> list[Table]:
    """For each layer, from the last to the first, the factors that BP1 or BP2 multiplies for each neuron."""
    result: list[Table] = []
    for pair in excerpt(list(_backwards(layers)), MOST_LAYERS):
        if pair == "…":
            result[-1] = replace(result[-1], note=_left_out(layers))
            continue
        layer, after = pair
        head = ("neuron", "z", "a", "σ'(z)", "Wᵀδ" if after else "∇C", "δ")
        columns = (layer.z, layer.a, layer.slopes, layer.activation_gradient, layer.delta)
        rows = [(str(j), *map(_TEXT.number, row)) for j, row in enumerate(zip(*columns, strict=True))]
        caption = f"layer {layer.number}: {_matrix_forms(layer.number)['BP2' if after else 'BP1'][0]}"
        result.append(Table(head, rows[:SHOWN], caption=caption, left_out=len(rows[SHOWN:])))
    return result


def _backwards(layers: Sequence[LayerEquations]) -> Iterator[tuple[LayerEquations, LayerEquations | None]]:
    """Each layer and the one after it, in the order of the backward pass."""
    return zip(reversed(layers), [None, *reversed(layers[1:])], strict=True)


def _left_out(layers: Sequence[LayerEquations]) -> str:
    return f"… and {len(layers) - MOST_LAYERS + 1:,} more layers"


def _matrix_forms(number: int) -> dict[str, tuple[str, str]]:
    """The equations of a whole layer, as text and in LaTeX."""
    before, here, after = (rf"^{{({layer})}}" for layer in (number - 1, number, number + 1))
    return {
        "BP1": ("δ = ∇a C ⊙ σ'(z)", rf"\delta{here} = \nabla_a C \odot \sigma'(z{here})"),
        "BP2": (
            f"δ = (Wᵀ δ) ⊙ σ'(z), with W and δ of layer {number + 1}",
            rf"\delta{here} = \left((W{after})^\top \delta{after}\right) \odot \sigma'(z{here})",
        ),
        "BP3": ("∂C/∂b = δ", rf"\frac{{\partial C}}{{\partial b{here}}} = \delta{here}"),
        "BP4": ("∂C/∂wⱼₖ = aₖ δⱼ", rf"\frac{{\partial C}}{{\partial W{here}}} = \delta{here} \, (a{before})^\top"),
    }


class _Writing(NamedTuple):
    """How the parts of an equation are written."""

    name: Callable[[str], str]
    number: Callable[[float], str]
    partial: str
    slope: str
    times: str
    parentheses: str
    more: str

    def derivative(self, variable: str) -> str:
        """The derivative of the cost with respect to the node with a name."""
        return self.partial.format(self.name(variable))

    def delta(self, layer: int, neuron: int) -> str:
        """The error of a neuron."""
        return self.name(f"delta^({layer})_{neuron}")

    def product(self, *factors: float, is_first: bool = True) -> str:
        """A product of numbers, with negative ones in parentheses except at the beginning."""
        return self.times.join(signed([self.number(factor) for factor in factors], self.parentheses, is_first=is_first))

    def sum(self, terms: list[str], left_out: int) -> str:
        """A sum of terms, in parentheses if there is more than one."""
        written = " + ".join(terms + [self.more.format(left_out)] * bool(left_out))
        return self.parentheses.format(written) if len(terms) > 1 else written


_TEXT = _Writing(
    name=typeset,
    number=show_number,
    partial="∂C/∂{}",
    slope="σ'({})",
    times=" · ",
    parentheses="({})",
    more="… ({:,} more)",
)
_LATEX = _Writing(
    name=latex_name,
    number=latex_number,
    partial=r"\frac{{\partial C}}{{\partial {}}}",
    slope=r"\sigma'\left({}\right)",
    times=r" \cdot ",
    parentheses=r"\left({}\right)",
    more=r"\cdots \text{{ ({:,} more)}}",
)


class _Block(NamedTuple):
    """The equations of one kind in a layer, each as a list of its sides."""

    equation: str
    rows: list[list[str]]
    left_out: int
    is_long: bool = False


def _blocks(layer: LayerEquations, after: LayerEquations | None, write: _Writing) -> list[_Block]:
    width, n_inputs = len(layer.delta), len(layer.inputs)
    neurons, deltas, biases, weights = range(width)[:SHOWN], [], [], []
    for j in neurons:
        deltas.append(_delta(layer, after, j, write))
        biases.append([write.derivative(layer.names[j].b), deltas[j][0], write.number(layer.bias_gradient[j])])
    for j, k in itertools.islice(itertools.product(neurons, range(n_inputs)), SHOWN):
        left_side, symbols = write.derivative(layer.names[j].w[k]), write.name(layer.input_names[k])
        numbers = write.product(layer.inputs[k], layer.delta[j])
        result = write.number(layer.weight_gradient[j][k])
        weights.append([left_side, symbols + write.times + deltas[j][0], numbers, result])
    return [
        _Block("BP2" if after else "BP1", deltas, width - len(deltas), after is not None and len(after.delta) > 1),
        _Block("BP3", biases, width - len(biases)),
        _Block("BP4", weights, width * n_inputs - len(weights)),
    ]


def _delta(layer: LayerEquations, after: LayerEquations | None, j: int, write: _Writing) -> list[str]:
    """BP1 or BP2 for neuron j."""
    if after is None:
        symbols, numbers = write.derivative(layer.names[j].a), write.number(layer.activation_gradient[j])
    else:
        shown, left_out = range(len(after.delta))[:TERMS], len(after.delta[TERMS:])
        terms = [write.name(after.names[i].w[j]) + write.times + write.delta(after.number, i) for i in shown]
        products = [write.product(after.weights[i][j], after.delta[i], is_first=i == 0) for i in shown]
        symbols, numbers = write.sum(terms, left_out), write.sum(products, left_out)
    return [
        write.delta(layer.number, j),
        symbols + write.times + write.slope.format(write.name(layer.names[j].z)),
        numbers + write.times + write.product(layer.slopes[j], is_first=False),
        write.number(layer.delta[j]),
    ]


def _aligned(block: _Block) -> list[str]:
    """The rows as lines with their equals signs aligned; if they are long, with a line for each equals sign."""
    if block.is_long:
        return [
            f"{left if place == 0 else '':{len(left)}} = {side}"
            for left, *sides in block.rows
            for place, side in enumerate(sides)
        ]
    *padded, _ = [max(map(len, column)) for column in zip(*block.rows, strict=True)]
    return [
        " = ".join([*(side.ljust(width) for side, width in zip(row, padded, strict=False)), row[-1]])
        for row in block.rows
    ]
