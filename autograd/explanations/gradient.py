r"""The whole gradient of a graph as one vector, layer by layer, entry by entry.

.. math:: \nabla C = \left(\frac{\partial C}{\partial w^{(1)}_{00}}, \dots, \frac{\partial C}{\partial b^{(L)}_j}\right)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.engine import Value, collector_paused, gradient, require_values
from autograd.graph import Recorded, chosen, path_counts
from autograd.notation import (
    Names,
    Report,
    Table,
    latex_number,
    name,
    ordinal,
    plural,
    read_label,
    shortened,
    show_count,
    show_number,
    shown_names,
    to_latex,
    written,
)

SHOWN = 60  # rows of the table; `entries` has all
SHOWN_IN_LATEX = 12


class GradientEntry(NamedTuple):
    """One entry of a gradient.

    Attributes:
        variable: What the output is differentiated with respect to.
        derivative: ∂output/∂variable.
        n_paths: How many paths it is the sum over.
    """

    variable: Value
    derivative: float
    n_paths: int


@dataclass(frozen=True, repr=False)
class Gradient(Report):
    """The gradient as a vector. Prints as a table; a notebook shows that too.

    Attributes:
        output: What is differentiated.
        entries: One for each variable.
        names: What nodes with equal labels are called: x[1], x[2].
    """

    output: Value
    entries: tuple[GradientEntry, ...]
    names: Names = field(default_factory=dict, repr=False)

    @property
    def vector(self) -> list[float]:
        """The derivatives."""
        return [entry.derivative for entry in self.entries]

    def table(self) -> Table:
        """The gradient as a table, layer by layer, or the beginning of a long one."""
        output = shortened(name(self.output, self.names))
        shown = self.entries[:SHOWN]
        rows = [
            [
                shortened(name(entry.variable, self.names)),
                f"{entry.variable.data:.6g}",
                show_number(entry.derivative),
                show_count(entry.n_paths),
            ]
            for entry in shown
        ]
        head = ["variable", "value", "derivative", "paths"]
        layers = [_layer(entry.variable) for entry in shown]
        if any(layers):
            head.insert(0, "layer")
            rows = [[layer, *row] for layer, row in zip(layers, rows, strict=True)]
        caption = f"the gradient of {output}, {plural(len(self.entries), 'derivative')}"
        return Table(head, rows, len(head) - 3, caption, left_out=len(self.entries) - len(shown))

    def to_latex(self) -> str:
        """The vector in LaTeX, in symbols and in numbers, or the beginning of a long one."""
        output = to_latex(written(self.output, names=self.names)) if self.output.label else "f"
        shown = self.entries[:SHOWN_IN_LATEX]
        dots = [r"\vdots"] * (len(self.entries) > len(shown))
        variables = [to_latex(written(entry.variable, names=self.names)) for entry in shown]
        symbols = [rf"\frac{{\partial {output}}}{{\partial {variable}}}" for variable in variables]
        numbers = [latex_number(entry.derivative) for entry in shown]
        columns = (r" \\[1ex] ".join(column + dots) for column in (symbols, numbers))
        return rf"\nabla {output} = " + " = ".join(rf"\begin{{pmatrix}} {c} \end{{pmatrix}}" for c in columns)


@collector_paused()  # it would search the entries for cycles
def gradient_of(output: Value, variables: Iterable[Value | str] | None = None) -> Gradient:
    """The gradient with respect to all variables of a graph, or to some. The gradients of the nodes stay as they are.

    Args:
        output: The node to differentiate.
        variables: Nodes or labels in any order; by default all leaves, layer by layer as their labels say, biases last.

    Raises:
        TypeError: if something other than Values is given.
        ValueError: if there is a constant among the variables, or a derivative does not exist.

    Example:
        >>> w, a, b = Value(0.5, "w1_00"), Value(2.0, "a0_0"), Value(1.0, "b1_0")
        >>> z = b + w * a
        >>> z.label = "z"
        >>> gradient_of(z, [w, b])
        the gradient of z, 2 derivatives
        layer  variable  value  derivative  paths
        1      w⁽¹⁾₀₀      0.5           2      1
        1      b⁽¹⁾₀         1           1      1
    """
    require_values("a gradient", output)
    graph = Recorded.of(output)
    graph.check_current()
    if variables is None:
        nodes = sorted((node for node in graph.order if node.op is None), key=_place)
    else:
        nodes = [chosen("a gradient", variable, graph.order) for variable in variables]
    for variable in nodes:
        if variable.is_constant:
            raise ValueError(f"a constant has no derivative, but among the variables is {variable!r}.")
    if output.is_constant:
        output.backward()  # which says what is wrong
    counts = path_counts(graph, nodes)
    return Gradient(
        output,
        tuple(
            GradientEntry(v, derivative, counts[v])
            for v, derivative in zip(nodes, gradient(output, nodes), strict=True)
        ),
        shown_names([*graph.order, *nodes]),
    )


def _place(leaf: Value) -> tuple[object, ...]:
    """Where a leaf stands: layer by layer, weights before biases, by their indices; then all without a layer."""
    label = read_label(leaf.label)
    if label is None or not label.layer:
        return (True,)
    return False, ordinal(label.layer), label.letter == "b", [ordinal(index) for index in label.indices]


def _layer(variable: Value) -> str:
    label = read_label(variable.label)
    return label.layer if label else ""
