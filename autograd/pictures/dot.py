"""A picture as text in Graphviz's DOT language: its colors, its labels, its legend."""

import html
import itertools
import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from autograd.notation import GREEK, SMALL, ordinal, printable, read_derivative, read_label, show_number
from autograd.optional import needed
from autograd.pictures.parts import DIRECTIONS, DiagramEdge, DiagramNode, Parts

if TYPE_CHECKING:  # it is loaded when a picture is drawn
    import graphviz


class Kind(NamedTuple):
    """The look of a kind of box, and whether it has a gradient, which is a dash before a backward pass."""

    fill: str
    border: str
    in_legend: bool = False
    has_gradient: bool = False


KINDS = {
    "parameter": Kind("#dbeafe", "#2563eb", in_legend=True, has_gradient=True),
    "input": Kind("#dcfce7", "#16a34a", in_legend=True),
    "target": Kind("#fef3c7", "#d97706", in_legend=True),
    "variable": Kind("#dbeafe", "#2563eb", in_legend=True, has_gradient=True),
    "constant": Kind("#f1f5f9", "#94a3b8", in_legend=True),
    "operation": Kind("#ffffff", "#334155", has_gradient=True),
    "neuron": Kind("#ffffff", "#334155", has_gradient=True),
    "layer": Kind("#ffffff", "#334155"),
    "omitted": Kind("#ffffff", "#94a3b8"),
}

_FONT = "Helvetica,Arial,sans-serif"
_LONGEST = 60  # letters
_LARGE = 100  # boxes
_LIT, _QUIET, _TEXT, _GRADIENT = "#dc2626", "#64748b", "#475569", "#b45309"
_SIGNED = ("parameter", "variable")
_POSITIVE, _NEGATIVE = (0x3B, 0x82, 0xF6), (0xF9, 0x73, 0x16)  # blue and orange: colorblind-safe


def to_dot(diagram: Parts) -> str:
    """The picture as DOT text.

    Args:
        diagram: The picture as data.

    Example:
        >>> from autograd import Value, draw
        >>> draw(Value(3.0, "x") * 2).to_dot().startswith("digraph")
        True
    """
    with needed("graphviz", "a picture needs the graphviz package: pip install graphviz"):
        import graphviz

    graph = graphviz.Digraph(
        "computation_graph",
        graph_attr={
            "rankdir": DIRECTIONS[diagram.style.direction],
            "bgcolor": "white",
            "ranksep": "0.4",
            "nodesep": "0.2",
            "fontname": _FONT,
        }
        | {"fontsize": "11", "fontcolor": _TEXT},
        node_attr={"shape": "box", "style": "rounded,filled", "fontname": _FONT}
        | {"margin": "0.1,0.06" if diagram.style.signs else "0.06,0.03"}  # thick borders take some room
        | {"fontsize": "11"},
        edge_attr={"color": _QUIET, "arrowsize": "0.6", "fontname": _FONT, "fontsize": "9", "fontcolor": _QUIET}
        | {"labeldistance": "1.4", "labelangle": "20"},
    )
    graph.attr(label=_below(diagram))
    if len(diagram.nodes) > _LARGE:  # where many arrows are long, Graphviz would take minutes for the best layout
        graph.attr(splines="line", nslimit="0.3", mclimit="0.3")
    if _has_neurons(diagram):
        # Room for the many arrows. And Graphviz first stacks the boxes of each frame as they should be, but then
        # forgets that order and shuffles them, to avoid crossings in the whole: remincross=false skips this. With few
        # rounds it leaves the cost in the order of the outputs, too.
        ranksep = "1.5" if diagram.style.derivatives else "0.9"
        graph.attr(ranksep=ranksep, remincross="false", mclimit="0.001")
    scale = _Scale(diagram)
    _frames(graph, diagram, "", scale)
    # A label that takes up room would reverse the order of the neurons.
    label_place = "xlabel" if _has_neurons(diagram) else "label"
    for i, edge in enumerate(diagram.edges):
        light = {"color": _LIT, "fontcolor": _LIT, "penwidth": "2"} if edge.lit else scale.arrow(edge)
        labels = []
        if diagram.style.derivatives and edge.derivative is not None:
            labels.append(show_number(edge.derivative, diagram.style.digits))
        labels += [f"× {edge.count:,}"] if edge.count > 1 else []
        # An operand's number goes to the arrow's head, or next to the derivative, with which it would collide there.
        if edge.operand and labels:
            labels.append(edge.operand)
        elif edge.operand:
            light["headlabel"] = edge.operand
        graph.edge(edge.source, edge.target, id=f"edge{i}", **{label_place: "  ".join(labels)}, **light)
    return str(graph.source)


def _frames(graph: "graphviz.Digraph", diagram: Parts, inside: str, scale: "_Scale") -> None:
    """Write the boxes of a frame, and the frames inside it with theirs."""
    nodes = [node for node in diagram.nodes if node.group == inside]
    column = _stacked(nodes, diagram.style.direction) if inside and _has_neurons(diagram) else []
    for node in [*column, *(node for node in nodes if node not in column)]:
        kind = KINDS[node.kind]
        look = {"fillcolor": kind.fill, "color": kind.border} | scale.box(node)
        if node.lit:
            look |= {"color": _LIT, "penwidth": "2"}
        graph.node(node.id, label=_box(node, diagram), id=node.id, **look)
    if column:
        with graph.subgraph() as stack:
            stack.attr(rank="same")
            for below, above in itertools.pairwise(column):
                stack.edge(below.id, above.id, style="invis")
    for group in diagram.groups:
        if group.parent == inside:
            with graph.subgraph(name=f"cluster_{group.id}") as frame:
                frame.attr(label=f"<{_escape(group.title)}>", id=group.id, style="rounded,filled", labeljust="l")
                frame.attr(color="#cbd5e1", fillcolor="#ffffff" if inside else "#f8fafc", fontsize="10", margin="6")
                _frames(frame, diagram, group.id, scale)


def _has_neurons(diagram: Parts) -> bool:
    return any(node.kind == "neuron" for node in diagram.nodes)


def _stacked(nodes: Iterable[DiagramNode], direction: str) -> list[DiagramNode]:
    """Neurons and inputs in their order; where arrows point to the right, Graphviz stacks from the bottom."""
    stacked = [node for node in nodes if node.kind in ("neuron", "input")]
    return sorted(stacked, key=lambda node: ordinal(_index(node.label)), reverse=direction == "right")


def _index(label: str) -> str:
    """The number of a neuron or an input in its layer: `neuron 2` and `a1_2` are the same one."""
    symbol = read_label(label)
    return (symbol.neuron if symbol else label.rpartition(" ")[2]) or label


class _Scale:
    """Colors and widths by sign and size, on the scale of the picture's largest numbers."""

    def __init__(self, diagram: Parts) -> None:
        self.on = diagram.style.signs
        self.data = _largest(node.data for node in diagram.nodes if node.kind in _SIGNED)
        self.grad = _largest(node.grad for node in diagram.nodes)
        self.neurons = {node.id for node in diagram.nodes if node.kind == "neuron"}
        self.weight = _largest(edge.derivative for edge in diagram.edges if edge.target in self.neurons)

    def box(self, node: DiagramNode) -> dict[str, str]:
        if not self.on or node.kind in ("constant", "omitted"):
            return {}
        look = {}
        if node.grad and math.isfinite(self.grad):
            look["penwidth"] = f"{1 + 3 * abs(node.grad) / self.grad:.2f}"
        if node.kind in _SIGNED and node.data is not None:
            look["fillcolor"] = _tint(node.data, self.data, fullest=0.7)  # text on it stays readable
        return look

    def arrow(self, edge: DiagramEdge) -> dict[str, str]:
        if not self.on or not edge.derivative or not math.isfinite(self.weight) or edge.target not in self.neurons:
            return {}
        share = abs(edge.derivative) / self.weight
        return {"color": _tint(edge.derivative, self.weight, palest=0.3), "penwidth": f"{0.8 + 3 * share:.2f}"}


def _largest(numbers: Iterable[float | None]) -> float:
    return max((abs(number) for number in numbers if number is not None and not math.isnan(number)), default=0.0)


def _tint(number: float, largest: float, palest: float = 0.0, fullest: float = 1.0) -> str:
    """From pale for 0 to full blue for the largest positive number and full orange for the largest negative one."""
    size = abs(number) / largest if largest and math.isfinite(largest) else float(not math.isfinite(number))
    share = palest + (fullest - palest) * size
    tint = _NEGATIVE if number < 0 else _POSITIVE
    return "#" + "".join(f"{round(255 + share * (part - 255)):02x}" for part in tint)


def _box(node: DiagramNode, diagram: Parts) -> str:
    """The text in a box, as one of Graphviz's HTML-like labels."""
    if node.kind == "omitted":
        return "…"
    style = diagram.style
    lines = [f"<B>{_symbol(node.label)}</B>"] if node.label else []
    lines += [_symbol(node.text)] if node.text else []
    if node.data is not None:
        lines.append(show_number(node.data, style.digits))
    width = f' WIDTH="{style.steady:.0f}"' if style.steady else ""
    rows = [f'<TD ALIGN="LEFT"{width}>{line}</TD>' for line in lines]
    if node.data is not None and style.gradients and (node.grad is not None or KINDS[node.kind].has_gradient):
        grad = "–" if node.grad is None else show_number(node.grad, style.digits)
        # By whatever font Graphviz measures, a steady cell keeps its size, and its text begins at its left end.
        size, end = (f'{width} HEIGHT="15" FIXEDSIZE="TRUE"', '<BR ALIGN="LEFT"/>') if width else ("", "")
        rows.append(f'<TD ALIGN="LEFT"{size}><FONT COLOR="{_GRADIENT}">grad {grad}</FONT>{end}</TD>')
    if node.symbol:
        rows[0] = f'<TD ROWSPAN="{len(rows)}"><FONT POINT-SIZE="15">{_escape(node.symbol)}</FONT>  </TD>' + rows[0]
    return _table(rows)


def _below(diagram: Parts) -> str:
    """The text below the picture: the note, and what the colors mean."""
    kinds = [kind for kind in KINDS if any(node.kind == kind for node in diagram.nodes) and KINDS[kind].in_legend]
    legend: dict[str, str] = {}  # by color; kinds that look the same are listed once
    if not {"parameter", "input", "target"}.isdisjoint(kinds):
        for kind in kinds:
            legend.setdefault(KINDS[kind].border, kind)
    if diagram.style.signs and not {*_SIGNED, "neuron"}.isdisjoint(node.kind for node in diagram.nodes):
        legend = {color: kind for color, kind in legend.items() if kind not in _SIGNED}
        legend |= {_tint(sign, 1.0): f"parameter {'>' if sign > 0 else '<'} 0" for sign in (1.0, -1.0)}
    entries = [f'<FONT COLOR="{color}">■</FONT> {html.escape(text)}' for color, text in legend.items()]
    entries += ["thick border: large gradient"] * diagram.style.signs
    rows = [_with_symbols(_cut(diagram.note, 200))] * bool(diagram.note) + ["   ".join(entries)] * bool(entries)
    return _table(f"<TD>{row}</TD>" for row in rows) if rows else ""


def _table(rows: Iterable[str]) -> str:
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{body}</TABLE>>'


def _symbol(text: str) -> str:
    """A label as the field writes it, `w1_02` with a superscript and a subscript; other text as it is."""
    derivative = read_derivative(text)
    if derivative is not None and len(text) <= _LONGEST:
        above, *below = str(derivative).split("∂")[1:]  # which puts the powers where they belong
        power = above.removesuffix(f"{derivative.of}/")
        variables = (f"∂{_symbol(x)}{part.removeprefix(x)}" for part, (x, _) in zip(below, derivative.by, strict=True))
        return f"∂{power}{_symbol(derivative.of)}/" + "".join(variables)
    label = read_label(text)
    if label is None or len(text) > _LONGEST:
        return _escape(text)
    symbol = _escape(GREEK.get(label.letter, label.letter))
    layer = f"({label.layer})" if label.layer else ""
    for tag, part in (("SUP", layer), ("SUB", label.index), ("SUP", label.power)):
        symbol += f'<{tag}><FONT POINT-SIZE="8">{_escape(part)}</FONT></{tag}>' if part else ""
    return symbol


_SYMBOL = re.compile(  # a label in a sentence, typeset or as it is typed
    rf"[^\W\d_]+[{SMALL}]+(?:,[{SMALL}]+)*" + r"|[^\W\d_]+\d*(?:\^\([\w+-]+\)|\^\w+?(?=_|\b))?(?:_\w+(?:,\w+)*)?"
)


def _with_symbols(text: str) -> str:
    """A sentence with its labels written as in the boxes."""
    parts, place = [], 0
    for match in _SYMBOL.finditer(text):
        parts += [_escape(text[place : match.start()], 200), _symbol(match[0])]
        place = match.end()
    return "".join([*parts, _escape(text[place:], 200)])


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _escape(text: str, longest: int = _LONGEST) -> str:
    """Text shown as it is: nothing in it is markup, and unprintable characters show as �.

    Text that is too long for its place is cut.
    """
    text = printable(_cut(text, longest))
    # Graphviz replaces \N and \G even here, and its older releases stumble over a lone ].
    return html.escape(text).replace("\\", r"\\").replace("]", "&#93;")
