"""A computation graph as a picture: a Diagram is data, which becomes DOT text, which becomes SVG, PNG or PDF."""

import html
import os
import pathlib
from collections import deque
from dataclasses import dataclass
from typing import Any

import graphviz

from autograd.files import write_atomically
from autograd.graph import topological_order
from autograd.paths import Path, count_paths, edges_between, path_sum
from autograd.rendering import FORMATS, render
from autograd.reverse import local_derivatives
from autograd.value import Value

MAX_NODES = 300  # more take Graphviz minutes, and no reader can follow them


@dataclass(frozen=True)
class DiagramNode:
    """A box of the picture.

    Attributes:
        id: What edges refer to it by, and its id in the SVG.
        kind: "variable", "constant", "operation", or "omitted" for nodes that were left out.
        symbol: The operation's symbol; empty for a leaf.
        label: The name; empty if there is none.
        data: The number; `None` for omitted nodes.
        grad: ∂output/∂node; `None` before a backward pass, and for constants.
        lit: Whether a path that is shown leads through it.
    """

    id: str
    kind: str
    symbol: str = ""
    label: str = ""
    data: float | None = None
    grad: float | None = None
    lit: bool = False


@dataclass(frozen=True)
class DiagramEdge:
    """An arrow from a parent to the node that was computed from it; `x * x` has two.

    Attributes:
        source: The id of the parent.
        target: The id of the node.
        operand: "1st" or "2nd" where it matters which operand the parent is, as in x - y.
        derivative: ∂target/∂source; `None` where there is none, for a constant say.
        lit: Whether a path that is shown leads along it.
    """

    source: str
    target: str
    operand: str = ""
    derivative: float | None = None
    lit: bool = False


@dataclass(frozen=True)
class Style:
    """What a picture shows beside operations, labels and numbers.

    Attributes:
        gradients: Whether each box has the gradient ∂output/∂node.
        derivatives: Whether each arrow has the local derivative ∂target/∂source.
    """

    gradients: bool = False
    derivatives: bool = False


STYLES = {
    "values": Style(),
    "gradients": Style(gradients=True),
    "derivatives": Style(derivatives=True),
    "everything": Style(gradients=True, derivatives=True),
}


@dataclass(frozen=True)
class Diagram:
    """A picture as data. A notebook shows it; `save` writes it.

    Attributes:
        nodes: The boxes, parents before children.
        edges: The arrows.
        note: What stands below the picture: what it leaves out, or what is lit.
        style: What it shows.

    Example:
        >>> x = Value(3.0, "x")
        >>> diagram = draw(x * x)
        >>> [node.symbol or node.label for node in diagram.nodes]
        ['x', '*']
        >>> len(diagram.edges)
        2
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    note: str = ""
    style: Style = STYLES["gradients"]

    def to_dot(self) -> str:
        """The picture as text in Graphviz's DOT language."""
        graph = graphviz.Digraph(
            "computation_graph",
            graph_attr={"rankdir": "LR", "bgcolor": "white", "ranksep": "0.4", "nodesep": "0.2", "fontname": _FONT},
            node_attr={"shape": "box", "style": "rounded,filled", "margin": "0.06,0.03", "fontname": _FONT}
            | {"fontsize": "11"},
            edge_attr={"color": "#64748b", "arrowsize": "0.6", "fontname": _FONT, "fontsize": "9"}
            | {"fontcolor": "#64748b", "labeldistance": "1.4", "labelangle": "20"},
        )
        if self.note:
            graph.attr(label=graphviz.escape(_printable(self.note)), fontsize="11", fontcolor="#475569")
        for node in self.nodes:
            fill, border = _COLORS[node.kind]
            light = {"color": _LIT, "penwidth": "2"} if node.lit else {"color": border}
            graph.node(node.id, label=_box(node, self.style), id=node.id, fillcolor=fill, **light)
        for i, edge in enumerate(self.edges):
            light = {"color": _LIT, "fontcolor": _LIT, "penwidth": "2"} if edge.lit else {}
            shown = self.style.derivatives and edge.derivative is not None
            label = f"{edge.derivative:.4g}" if shown else ""
            graph.edge(edge.source, edge.target, id=f"edge{i}", headlabel=edge.operand, label=label, **light)
        return str(graph.source)

    def render(self, picture_format: str) -> bytes:
        """The picture as the bytes of an SVG, PNG or PDF file.

        Args:
            picture_format: "svg", "png" or "pdf".

        Raises:
            ValueError: if the format is none of these.
            RenderingError: if no Graphviz can be found.
        """
        if picture_format not in FORMATS:
            raise ValueError(f"a picture is one of {', '.join(FORMATS)}, but got {picture_format!r}.")
        return render(self.to_dot(), picture_format)

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the picture to a file: its suffix, .svg, .png, .pdf or .dot, says as what.

        Raises:
            ValueError: if the suffix is none of these.
            RenderingError: if no Graphviz can be found (.dot needs none).
            OSError: if the file cannot be written.
        """
        path = pathlib.Path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in (*FORMATS, "dot"):
            raise ValueError(f"a picture is saved as .svg, .png, .pdf or .dot, but the path is {str(path)!r}.")
        content = self.to_dot().encode() if suffix == "dot" else self.render(suffix)
        return write_atomically(path, content)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.render("svg").decode(), "text/plain": repr(self)}
        except Exception as error:  # a notebook would show a traceback in place of a picture
            return {"text/plain": f"{error}\n\n{self.to_dot()}"}

    def __repr__(self) -> str:
        note = f"; {self.note}" if self.note else ""
        return f"<Diagram of {len(self.nodes)} nodes and {len(self.edges)} edges{note}>"


def draw(
    output: Value, *, style: str | Style = "gradients", lit: Value | Path | None = None, max_nodes: int = MAX_NODES
) -> Diagram:
    """Draw the graph that a Value was computed with.

    A box shows the operation, the label, the number and, after `backward()`, the gradient ∂output/∂node; before it, a
    dash. An arrow can show the local derivative. Variables are blue, constants grey, operations white. Where the order
    of two operands matters, as in x - y, their arrows are numbered.

    Args:
        output: The node to draw, with all that it depends on.
        style: A name from `STYLES`: "values", "gradients", "derivatives" on the arrows, or "everything"; or a Style.
        lit: A node, to light all paths from it to the output; or one Path. The note then says what they contribute.
        max_nodes: The largest number of nodes drawn: of a larger graph, those nearest to the output.

    Returns:
        A Diagram: a notebook shows it, `.save("graph.svg")` writes it (also .png, .pdf, .dot).

    Raises:
        TypeError: if `output` is no Value, or `lit` neither a Value nor a Path.
        ValueError: if `max_nodes` is less than 1, a style is unknown, or `lit` is a constant.

    Example:
        >>> w, a = Value(0.7, "w"), Value(0.5, "a")
        >>> draw((w * a).tanh())
        <Diagram of 4 nodes and 3 edges>
    """
    if not isinstance(output, Value):
        raise TypeError(f"draw takes a Value, but got {output!r:.60} of type {type(output).__name__}.")
    if lit is not None and not isinstance(lit, Value | Path):
        raise TypeError(f"lit must be a Value or a Path, but got {lit!r:.60} of type {type(lit).__name__}.")
    if isinstance(style, str):
        if style not in STYLES:
            raise ValueError(f"unknown style {style!r}; choose one of {', '.join(STYLES)}.")
        style = STYLES[style]
    if max_nodes < 1:
        raise ValueError(f"max_nodes must be at least 1, but got {max_nodes}.")
    everything = topological_order(output)
    shown = set(everything) if len(everything) <= max_nodes else _nearest(output, max_nodes)
    lit_edges, remark = _lit(output, lit)
    lit_nodes = {upper for upper, _ in lit_edges} | {upper.parents[place] for upper, place in lit_edges}
    ids: dict[Value, str] = {}
    nodes: list[DiagramNode] = []
    edges: list[DiagramEdge] = []
    for value in everything:
        if value not in shown:
            continue
        ids[value] = f"node{len(nodes)}"
        nodes.append(_node(value, ids[value], value in lit_nodes))
        if not shown.issuperset(value.parents):
            nodes.append(DiagramNode(f"omitted{len(nodes)}", "omitted"))
            edges.append(DiagramEdge(nodes[-1].id, ids[value]))
        is_ordered = len(value.parents) == 2 and value.op is not None and not value.op.commutative
        slopes = _slopes(value) if style.derivatives else (None, None)
        edges.extend(
            DiagramEdge(
                ids[parent],
                ids[value],
                ("1st", "2nd")[place] if is_ordered else "",
                slopes[place],
                (value, place) in lit_edges,
            )
            for place, parent in enumerate(value.parents)
            if parent in shown
        )
    left_out = len(everything) - len(shown)
    note = f"The {len(shown)} nodes nearest to the output; {left_out:,} more are left out." if left_out else ""
    return Diagram(tuple(nodes), tuple(edges), " ".join(filter(None, (remark, note))), style)


def _lit(output: Value, lit: Value | Path | None) -> tuple[set[tuple[Value, int]], str]:
    """The edges to light, as upper node and place of the parent, and what to say of them."""
    if lit is None:
        return set(), ""
    if isinstance(lit, Path):
        factors = " · ".join(f"{slope:.4g}" for slope in lit.local_derivatives)
        return set(zip(lit.nodes[1:], lit.places, strict=True)), f"Along this path: {factors} = {lit.product:.4g}."
    edges = edges_between(output, lit)
    name = lit.label or f"{lit.data:.4g}"
    contribution = f"{count_paths(output, lit):,} path(s) from {name}, together {path_sum(output, lit):.4g}."
    return {(upper, place) for upper, downwards in edges.items() for _, _, place in downwards}, contribution


def _slopes(value: Value) -> tuple[float | None, ...]:
    try:
        return local_derivatives(value)
    except (ValueError, ArithmeticError):  # the picture shows what there is
        return (None,) * len(value.parents)


def _nearest(output: Value, count: int) -> set[Value]:
    """The first `count` nodes that a breadth-first walk from the output meets."""
    found, queue = {output}, deque([output])
    while queue and len(found) < count:
        for parent in queue.popleft().parents:
            if len(found) < count and parent not in found:
                found.add(parent)
                queue.append(parent)
    return found


def _node(value: Value, node_id: str, lit: bool) -> DiagramNode:
    kind = "constant" if value.is_constant else "variable" if value.op is None else "operation"
    symbol = value.op.symbol if value.op else ""
    return DiagramNode(node_id, kind, symbol, value.label, value.data, value.grad if value.has_grad else None, lit)


_LONGEST = 60  # letters
_LIT = "#dc2626"
_FONT = "Helvetica,Arial,sans-serif"
_COLORS = {  # of the inside and of the border
    "variable": ("#dbeafe", "#2563eb"),
    "constant": ("#f1f5f9", "#94a3b8"),
    "operation": ("#ffffff", "#334155"),
    "omitted": ("#ffffff", "#94a3b8"),
}


def _box(node: DiagramNode, style: Style) -> str:
    """The text in a box, as one of Graphviz's HTML-like labels."""
    if node.kind == "omitted":
        return "…"
    lines = [f"<B>{_escape(node.label)}</B>"] if node.label else []
    lines.append(f"{node.data:.4g}")
    if style.gradients and node.kind != "constant":
        grad = "–" if node.grad is None else f"{node.grad:.4g}"
        lines.append(f'<FONT COLOR="#b45309">grad {grad}</FONT>')
    rows = [f'<TD ALIGN="LEFT">{line}</TD>' for line in lines]
    if node.symbol:
        rows[0] = f'<TD ROWSPAN="{len(rows)}"><FONT POINT-SIZE="15">{_escape(node.symbol)}</FONT>  </TD>' + rows[0]
    table = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{table}</TABLE>>'


def _escape(text: str) -> str:
    """Text as it is written, whatever it holds: nothing in it is markup, and what cannot be printed shows as �.

    A text that is too long for a box is cut.
    """
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    # Graphviz replaces \N and \G even here, and its older releases stumble over a lone ].
    return html.escape(_printable(text)).replace("\\", r"\\").replace("]", "&#93;")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)
