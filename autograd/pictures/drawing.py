"""A computation graph as a picture: how much of it is shown, what is collapsed, what is lit, what each leaf is."""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd.engine import Step, Value, check_assigned, require_values
from autograd.graph import LEVELS, Group, Path, Recorded, Ways, chosen, collapsed, groups_by_label, path_counts
from autograd.notation import ROLES, WEIGHTS, excerpt, name, plural, read_label, shortened, show_number, shown_names
from autograd.pictures.boxes import Box, Drawing, Edge
from autograd.pictures.diagram import Diagram
from autograd.pictures.parts import DIRECTIONS, STYLES, Style
from autograd.table import is_list, whole

MAX_NODES = 300  # more take Graphviz minutes, and no reader can follow them
LEAVES = ("parameter", "input", "target", "variable", "constant")


def draw(
    output: Value | Sequence[Value] | Recorded,
    *,
    style: str | Style = "gradients",
    lit: Value | str | Path | Step | None = None,
    collapse: str | Collection[str] | None = None,
    around: Value | str | None = None,
    roles: Mapping[Value, str] | None = None,
    gradients: Mapping[Value, float] | None = None,
    max_nodes: int = MAX_NODES,
    direction: str | None = None,
    digits: int | None = None,
) -> Diagram:
    """Draw the graph that a Value was computed with, or several.

    A box shows the operation, the label, the number and, after `backward()`, the gradient ∂output/∂node; before it, a
    dash. An arrow can show the local derivative. Where the order of two operands matters, as in x - y, their arrows are
    numbered. Nodes whose labels name a layer and a neuron, as `z1_0` does, stand in frames, with what lies between.

    Variables are blue, constants grey, operations white. In a graph with weights (`w`, `theta`), labels also tell
    inputs (`x`, `a`) and targets (`y`, `t`) from parameters.

    Args:
        output: The node to draw, with all that it depends on; or a list of nodes, in one picture; or that graph, where
            it has been walked already.
        style: A name from `STYLES`: "values", "gradients", "derivatives" on the arrows, "everything", or "weights" for
            colors by sign and size; or a Style.
        lit: A node, to light all paths from it to the output; or one Path; or a Step of the backward pass. The note
            then says what they contribute.
        collapse: "neurons" or "layers", to draw each as one box; "everything", to draw what belongs to no layer as one
            box too; names of frames, such as `["layer 1"]`; or "nothing". By default a graph larger than `max_nodes` is
            collapsed as far as needed.
        around: Show the nodes that are nearest to this one, if the graph is too large; by default those nearest to the
            output, after collapsing what can be.
        roles: For leaves whose labels do not say it: "parameter", "input", "target", "variable" or "constant".
        gradients: The gradients to show, in place of those that the nodes hold.
        max_nodes: The largest number of boxes, not counting those with dots, which stand for what is left out.
        direction: Where the arrows point: "right", as by default, or "down", for a narrow column.
        digits: How many digits of each number to show; 4 by default.

    Returns:
        A Diagram: a notebook shows it, `.save("graph.svg")` writes it (also .png, .pdf, .dot).

    Raises:
        TypeError: if `output` or `around` is not a Value, or `lit` neither a Value nor a Path nor a Step.
        ValueError: if `max_nodes` or `digits` is impossible, a style, a direction, a role or a name to collapse is
            unknown, `lit` is a constant or there are several outputs to it, or `around` is not in the graph.

    Example:
        >>> w, a = Value(0.7, "w"), Value(0.5, "a")
        >>> draw((w * a).tanh())
        <Diagram of 4 nodes and 3 edges>
    """
    given: Any = output.output if isinstance(output, Recorded) else output
    outputs = list(given) if is_list(given) else [given]
    _check(outputs, roles)
    max_nodes = whole("max_nodes", max_nodes)
    style = _style(style, direction, digits)
    graph = output if isinstance(output, Recorded) else Recorded.of(*outputs)
    order, output = graph.order, graph.output
    if around is not None:
        around = chosen("around", around, order)
    if lit is not None and not isinstance(lit, Path | Step):
        lit = chosen("lit", lit, order)
    groups = groups_by_label(order)
    if around is not None and collapse is None:
        collapse = "nothing"
    boxes, remarks = _boxes(order, groups, collapse, max_nodes)
    for what, node in (("around", around), ("lit", _end(lit))):
        if node is not None and node not in boxes:
            raise ValueError(f"{what} must be in the graph, but the output does not depend on {node!r:.60}.")
    shown = set(boxes.values())
    if len(shown) > max_nodes:
        n_boxes, shown = len(shown), _nearest(boxes, boxes[output if around is None else around], max_nodes)
        place = "the output" if around is None or around is output else shortened(name(around, shown_names(order)))
        remarks += [f"The {plural(len(shown), 'node')} nearest to {place}; {n_boxes - len(shown):,} more are left out."]
    if len(outputs) > 1 and isinstance(lit, Value):
        raise ValueError("paths lead to one output: to light those from a node, draw one output, or light a Path.")
    lit_edges, contribution = _lit(graph, lit)
    in_network = _has_weights(order)
    roles = {leaf: _role(leaf, in_network) for leaf in order if not leaf.parents} | dict(roles or {})
    drawing = Drawing(graph, groups, boxes, shown, lit_edges)
    slopes = "weights" if style.signs else "local" if style.derivatives else ""
    try:
        check_assigned(order)
    except ValueError as out_of_date:  # the picture shows what there is
        remarks.append(f"The numbers are those of then: {out_of_date}")
        slopes = ""
    edges, omitted = drawing.edges(slopes, roles)
    nodes = (*drawing.nodes(roles, gradients), *omitted)
    return Diagram(nodes, tuple(edges), drawing.frames(), " ".join(contribution + remarks), style)


def _style(style: str | Style, direction: str | None, digits: int | None) -> Style:
    if not isinstance(style, Style):
        if style not in STYLES:
            raise ValueError(f"unknown style {style!r:.60}; choose one of {', '.join(STYLES)}.")
        style = STYLES[style]
    if direction is not None:
        if direction not in DIRECTIONS:
            raise ValueError(f"unknown direction {direction!r:.60}; choose one of {', '.join(DIRECTIONS)}.")
        style = replace(style, direction=direction)
    return style if digits is None else replace(style, digits=whole("digits", digits, least=1))


def _check(outputs: Sequence[object], roles: Mapping[Value, str] | None) -> None:
    if not outputs:
        raise ValueError("there is nothing to draw: the list of outputs is empty.")
    require_values("draw", *outputs)
    require_values("roles", *(roles or {}))
    for role in (roles or {}).values():
        if role not in LEAVES:
            raise ValueError(f"a role is one of {', '.join(LEAVES)}, but got {role!r:.60}.")


def _boxes(
    order: Sequence[Value], groups: Mapping[Value, Group], collapse: str | Collection[str] | None, max_nodes: int
) -> tuple[dict[Value, Box], list[str]]:
    """What each node is drawn as, and a remark: by default, as little is collapsed as the size allows."""
    if collapse is not None:
        return collapsed(order, groups, collapse), []
    for which in LEVELS if groups else LEVELS[:1]:
        boxes = collapsed(order, groups, which)
        n_boxes = len(set(boxes.values()))
        if n_boxes > max_nodes:
            continue
        arrows = {(boxes[parent], box) for node, box in boxes.items() for parent in node.parents}
        if len(arrows) <= 3 * max_nodes:
            break
    what = f"the {which} are" if which != "everything" else "the layers, and the rest, are"
    remark = f"{len(order):,} nodes: {what} drawn as one box each."
    return boxes, [remark] if n_boxes < len(order) else []


def _nearest(boxes: Mapping[Value, Box], center: Box, count: int) -> set[Box]:
    """The first `count` boxes that a breadth-first walk meets, up from the center and down from it."""
    before, after = defaultdict[Box, dict[Box, Any]](dict), defaultdict[Box, dict[Box, Any]](dict)
    for node, box in boxes.items():
        for parent in node.parents:
            before[box][boxes[parent]] = after[boxes[parent]][box] = None
    found, queue = {center}, deque([(center, before), (center, after)])
    while queue:
        box, ways = queue.popleft()
        for other in ways[box]:
            if len(found) < count and other not in found:
                found.add(other)
                queue.append((other, ways))
    return found


def _end(lit: Value | Path | Step | None) -> Value | None:
    """The upper end of a path or a step. A node may be lit that nothing leads from: it contributes 0."""
    return lit.nodes[-1] if isinstance(lit, Path) else lit.node if isinstance(lit, Step) else None


def _lit(graph: Recorded, lit: Value | Path | Step | None) -> tuple[set[Edge], list[str]]:
    """The edges to light, and what they contribute, in words."""
    if lit is None:
        return set(), []
    if isinstance(lit, Step):
        names = shown_names(graph.order)
        above, below = (shortened(name(node, names), 24) for node in (lit.node, lit.parent))
        numbers = (lit.adjoint, lit.local_derivative, lit.adjoint * lit.local_derivative, lit.before, lit.after)
        adjoint, slope, product, before, after = (show_number(number, 4) for number in numbers)
        story = f"{above} passes {adjoint} · {slope} = {product} on to {below}, which had {before} and has {after}."
        return {(lit.node, lit.place)}, [story]
    if isinstance(lit, Path):
        factors = " · ".join(excerpt([show_number(slope, 4) for slope in lit.local_derivatives], 9))
        story = f"Along this path: {factors} = {show_number(lit.product, 4)}."
        return set(zip(lit.nodes[1:], lit.places, strict=True)), [story]
    ways = Ways.of(graph, lit)
    n_paths, total = path_counts(graph, [lit])[lit], graph.tangents({lit: 1.0}).get(graph.output, 0.0)
    start = shortened(name(lit, shown_names(graph.order)))
    story = f"{plural(n_paths, 'path')} from {start}, together {show_number(total, 4)}."
    return {(upper, place) for upper, downwards in ways.edges.items() for _, _, place in downwards}, [story]


def _has_weights(order: Sequence[Value]) -> bool:
    """Whether this is a network, so that `b`, `x` and `y` are a bias, an input and a target."""
    labels = (read_label(node.label) for node in order if node.label and not node.parents)
    return any(label is not None and label.letter in WEIGHTS for label in labels)


def _role(leaf: Value, in_network: bool) -> str:
    label = read_label(leaf.label) if in_network and leaf.label else None
    default = "constant" if leaf.is_constant else "variable"
    role = ROLES.get(label.letter, default) if label else default
    return default if role == "parameter" and leaf.is_constant else role
