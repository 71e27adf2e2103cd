"""A picture, and what its boxes and arrows stand for: for whoever goes on from the picture to the graph."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from autograd.engine import Value
from autograd.graph import LEVELS, Edge, Recorded, groups_by_label
from autograd.pictures.arrows import Arrows
from autograd.pictures.boxes import Drawing
from autograd.pictures.diagram import Diagram
from autograd.pictures.fitting import shown_of
from autograd.pictures.levels import Box, Levels
from autograd.pictures.parts import Style
from autograd.pictures.roles import roles_of
from autograd.pictures.titles import Titles


@dataclass(frozen=True)
class TracedBox:
    """What a box stands for.

    Attributes:
        members: Its nodes, parents before children.
        shows: The node whose number and gradient it has; `None` if there is not just one.
        inner: The weighted input z that it shows besides; `None` if it shows none.
        biases: The nodes that it lists as added to a sum.
    """

    members: tuple[Value, ...]
    shows: Value | None
    inner: Value | None
    biases: tuple[Value, ...]


@dataclass(frozen=True)
class TracedArrow:
    """What an arrow stands for.

    Attributes:
        edges: Its edges: nodes, and which of their parents the edge comes from.
        weight: What multiplies all that comes along it; `None` if there is not just one such weight.
    """

    edges: tuple[Edge, ...]
    weight: Value | None


@dataclass(frozen=True)
class Traced:
    """A picture at one level, and what is in it.

    Attributes:
        level: The level.
        diagram: The picture.
        boxes: What its boxes stand for, by their ids.
        arrows: What its arrows stand for, in their order; what is left out is no part of it.
    """

    level: str
    diagram: Diagram
    boxes: Mapping[str, TracedBox]
    arrows: Sequence[TracedArrow]


def traced_levels(
    graph: Recorded,
    gradients: Mapping[Value, float],
    style: Callable[[str], Style],
    most: int,
    most_arrows: int,
    roles: Mapping[Value, str] | None = None,
    numbered: Mapping[Value, int] | None = None,
    errors: Style | None = None,
) -> Iterator[Traced]:
    """The pictures of a graph at each level that has fewer boxes than the one before, from the finest on.

    Args:
        graph: The graph of one output.
        gradients: The derivative of the output with respect to each node.
        style: What the picture at a level shows.
        most: The largest number of boxes. A finer level is left out; but where there is no coarser one, the boxes that
            are nearest to the output are drawn.
        most_arrows: The largest number of pairs of boxes that arrows join, likewise: of more, nobody can follow one.
        roles: What leaves are whose labels do not say it.
        numbered: For a node that shares its label with others, which of them it is: x[1], x[2].
        errors: What a picture of activations and errors shows, if there should be one besides where there are neurons.

    Example:
        >>> from autograd import Value
        >>> z = (Value(0.5, "w") * 2.0 + 1.0).named("z")
        >>> [(each.level, len(each.boxes)) for each in traced_levels(Recorded.of(z**2), {}, lambda _: Style(), 9, 9)]
        [('operations', 6), ('sums', 3)]
    """
    kinds, groups, titles = roles_of(graph.order, roles), groups_by_label(graph.order), Titles(graph, gradients)
    levels = Levels(graph.order, groups, kinds, outputs=[graph.output])
    drawing = partial(Drawing, graph, groups, lit=(), roles=kinds, titles=titles, numbered=numbered or {})
    found = False
    n_before = math.inf
    for level in LEVELS if levels.has_names else LEVELS[:1]:
        boxes = levels.boxes(level)
        n_boxes = len(set(boxes.of.values()))
        if n_boxes < n_before and n_boxes <= most and _n_joined(boxes.of) <= most_arrows:
            found, n_before = True, n_boxes
            yield _traced(level, drawing(boxes, {*boxes.of.values()}), style(level))
        if level == "neurons" and errors is not None and n_boxes <= most and _n_joined(boxes.of) <= most_arrows:
            picture = _traced("errors", drawing(boxes, {*boxes.of.values()}), errors)
            if any(node.is_neuron for node in picture.diagram.nodes):
                yield picture
    if not found:
        level = "sums" if levels.has_names else "operations"
        boxes = levels.boxes(level)
        shown, left_out = shown_of(boxes, graph.output, most, "the output")
        yield _traced(level, drawing(boxes, shown), style(level), left_out)


def _n_joined(of: Mapping[Value, Box]) -> int:
    """How many pairs of boxes are joined by arrows."""
    return len({(of[parent], box) for node, box in of.items() for parent in node.parents if of[parent] != box})


def _traced(level: str, drawing: Drawing, style: Style, note: str = "") -> Traced:
    arrows = Arrows(drawing, style.derivatives, math.nan if style.live else None)  # it may exist at other numbers
    diagram = arrows.diagram(style, note, [drawing.graph.output])
    boxes = {
        drawing.ids[box]: TracedBox(tuple(members), *drawing.numbers(box)) for box, members in drawing.members.items()
    }
    boxes |= {node.id: TracedBox((), None, None, ()) for node in diagram.nodes if node.kind == "one"}
    traced = [TracedArrow(tuple(each), arrows.weight(each)) for each in arrows.bundles]
    return Traced(level, diagram, boxes, traced + [TracedArrow((), bias) for bias in arrows.biases])
