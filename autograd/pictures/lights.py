"""What is lit in a picture: the edges, and what they contribute, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.engine import Step, Value
from autograd.graph import Edge, Path, Recorded, Ways, chosen, require_in
from autograd.notation import Names, excerpt, name, plural, shortened, show_number, shown_names


@dataclass(frozen=True)
class Lights:
    """What is lit.

    Attributes:
        edges: The edges.
        story: What they contribute.
    """

    edges: frozenset[Edge] = frozenset()
    story: str = ""

    @classmethod
    def of(cls, graph: Recorded, outputs: Sequence[Value], lit: Value | str | Path | Step | None) -> "Lights":
        """Light all paths from a node, or one path, or one step of the backward pass.

        Raises:
            ValueError: if it is not in the graph, or the paths from a node have several ends.
        """
        if lit is None:
            return cls()
        if not isinstance(lit, Path | Step):
            lit = chosen("lit", lit, graph.order)
            if len(outputs) > 1:
                raise ValueError(
                    "paths lead to one output: to light those from a node, draw one output, or light a Path."
                )
            return cls._from(graph, lit)
        # A node may be lit that nothing leads from: it contributes 0. But a path and a step belong to their graph.
        end = lit.nodes[-1] if isinstance(lit, Path) else lit.node
        require_in("lit", end, graph.order)
        return cls._along(graph, lit) if isinstance(lit, Path) else cls._at(graph, lit)

    @classmethod
    def _from(cls, graph: Recorded, node: Value) -> "Lights":
        ways = Ways.of(graph, node)
        n_paths, edges = ways.count(), graph.edges
        names = shown_names(graph.order)
        start = shortened(name(node, names))
        lit = frozenset((edges.nodes[edges.upper[edge]], edges.which[edge]) for edge in ways.edges)
        return cls(lit, f"{plural(n_paths, 'path')} from {start}, together {_derivative(graph, node, names)}.")

    @classmethod
    def _along(cls, graph: Recorded, path: Path) -> "Lights":
        factors = " · ".join(excerpt([_number(slope) for slope in path.local_derivatives], 9))
        edges = frozenset(zip(path.nodes[1:], path.places, strict=True))
        whole = ""
        if path.nodes[-1] is graph.output:
            whole = f", a part of {_derivative(graph, path.nodes[0], shown_names(graph.order))}"
        return cls(edges, f"Along this path: {factors} = {_number(path.product)}{whole}.")

    @classmethod
    def _at(cls, graph: Recorded, step: Step) -> "Lights":
        names = shown_names(graph.order)
        above, below = (shortened(name(node, names), 24) for node in (step.node, step.parent))
        product = f"{_number(step.adjoint)} · {_number(step.local_derivative)} = "
        product += _number(step.adjoint * step.local_derivative)
        change = f"which had {_number(step.before)} and now has {_number(step.after)}"
        return cls(frozenset({(step.node, step.place)}), f"{above} passes {product} on to {below}, {change}.")


def _number(number: float) -> str:
    return show_number(number, 4)


def _derivative(graph: Recorded, node: Value, names: Names) -> str:
    """The derivative of the output with respect to a node, with its number."""
    total = _number(graph.tangents({node: 1.0}).get(graph.output, 0.0))
    return f"∂{names[graph.output]}/∂{names[node]} = {total}" if {graph.output, node} <= names.keys() else total
