"""A computation graph as a picture: which part of it, at which level, in which style."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from autograd.engine import Step, Value, check_assigned, require_values
from autograd.graph import LEVELS, Path, Recorded, chosen, groups_by_label, require_in
from autograd.notation import name, shortened
from autograd.pictures.arrows import Arrows
from autograd.pictures.boxes import Drawing
from autograd.pictures.diagram import Diagram
from autograd.pictures.fitting import MAX_NODES, finest, largest_part, shown_of
from autograd.pictures.levels import Boxes, Levels
from autograd.pictures.lights import Lights
from autograd.pictures.parts import DIRECTIONS, STYLES, Style
from autograd.pictures.roles import roles_of
from autograd.pictures.titles import Titles
from autograd.table import as_float, is_list, whole


def draw(
    output: Value | Sequence[Value] | Recorded,
    *,
    level: str | None = None,
    style: str | Style = "gradients",
    lit: Value | str | Path | Step | None = None,
    collapse: str | Collection[str] | None = None,
    around: Value | str | None = None,
    roles: Mapping[Value, str] | None = None,
    gradients: Mapping[Value, float] | None = None,
    max_nodes: int | None = None,
    direction: str | None = None,
    digits: int | None = None,
    type_size: float | None = None,
) -> Diagram:
    """Draw the graph that a Value was computed with, or several.

    A box shows the operation as a sign where its arrows arrive, the label, the number and, after `backward()`, the
    gradient ∂output/∂node; before it, a dash. The operands of x - y arrive in their order, from above to below. At the
    coarser levels, and in some styles, the number of an arrow stands in the box that it leads to.

    Variables are blue, constants grey and dashed, operations white. In a graph with weights (`w`, `theta`), labels also
    tell inputs (`x`, `a`; green, with sharp corners) and targets (`y`, `t`; violet, with a double frame) from
    parameters.

    Args:
        output: The node to draw, with all that it depends on; or a list of nodes, in one picture; or that graph, where
            it has been walked already.
        level: What a box stands for: "operations"; "sums", where z = Σ wₖaₖ + b is one box, with the weights on its
            arrows, and what has no name goes along with what is computed from it; "neurons" or "layers", as the labels
            name them (`z1_0` belongs to neuron 0 of layer 1), or else z and what is applied to it alone; or
            "everything", where what belongs to no layer is one box, too. By default the finest that fits a page,
            750 x 900 points; the note says which one that is.
        style: "values"; "gradients"; "derivatives", with the local ones where arrows arrive; "everything"; "weights",
            with parameters colored by sign and size, and weights with their gradients; "errors", with a
            and δ in every neuron, w and ∂C/∂w = a·δ on every arrow, and biases as the weights of a 1, for which no
            `backward()` is needed; or an `autograd.pictures.Style`.
        lit: A node, to light all paths from it to the output; or one Path; or a Step of the backward pass. The note
            then says what they contribute.
        collapse: Names of neurons and layers to draw as one box each, such as `["layer 1"]`, whatever the level.
        around: Show the nodes that are nearest to this one, if the graph is too large for a page; by default those
            nearest to the output.
        roles: For leaves whose labels do not say it: "parameter", "input", "target", "variable" or "constant".
        gradients: The gradients to show, in place of those that the nodes hold.
        max_nodes: The largest number of boxes, not counting those with dots, which stand for what is left out. By
            default 300; where there is no coarser level, of more than 100 those nearest that fit a page.
        direction: Where the arrows point: "right", or "down" for a narrow column; by default as the picture fits.
        digits: How many digits of each number to show; 3 by default.
        type_size: The size of the smallest type, in points: 9 by default, 14 for a projector.

    Returns:
        A Diagram: a notebook shows it, `.save("graph.svg")` writes it (also .png, .pdf, .dot).

    Raises:
        TypeError: if `output` or `around` is not a Value, `lit` neither a Value nor a Path nor a Step, or `collapse` no
            list of names.
        ValueError: if `max_nodes`, `digits` or `type_size` is impossible, a level, a style, a direction, a role or a
            name to collapse is unknown, `lit` is a constant or there are several outputs to it, or `around` is not in
            the graph.

    Example:
        >>> w, a = Value(0.7, "w"), Value(0.5, "a")
        >>> draw((w * a).tanh())
        <Diagram of 4 nodes and 3 edges>
    """
    given: Any = output.outputs if isinstance(output, Recorded) else output
    outputs = list(given) if is_list(given) else [given]
    _check(outputs)
    if max_nodes is not None:
        max_nodes = whole("max_nodes", max_nodes)
    style = _style(style, direction, digits, type_size)
    which, names = _which(level, collapse)
    graph = output if isinstance(output, Recorded) else Recorded.of(*outputs)
    kinds = roles_of(graph.order, roles)
    lights = Lights.of(graph, outputs, lit)
    center = graph.output
    if around is not None:
        center = chosen("around", around, graph.order)
        require_in("around", center, graph.order)
    groups, titles = groups_by_label(graph.order), Titles(graph, _gradients(graph, gradients, style))
    slopes, out_of_date = style.derivatives, ""
    try:
        check_assigned(graph.order)
    except ValueError as error:  # the picture shows what there is
        slopes, out_of_date = False, f"The numbers are those of then: {error}"

    def picture(boxes: Boxes, most: int) -> Diagram:
        place = "the output" if center is graph.output else shortened(name(center, titles.names))
        shown, left_out = shown_of(boxes, center, most, place)
        drawing = Drawing(graph, groups, boxes, shown, lights.edges, kinds, titles)
        note = " ".join(filter(None, [lights.story, out_of_date, left_out]))
        return Arrows(drawing, slopes).diagram(style, note, outputs)

    levels = Levels(graph.order, groups, kinds, names, outputs)
    if around is not None and max_nodes is None:
        return largest_part(levels.boxes(which or "operations"), picture)
    if which is not None or around is not None:
        return picture(levels.boxes(which or "operations"), max_nodes or MAX_NODES)
    return finest(levels, picture, max_nodes, "neurons" if style.errors else "operations")


def _which(level: str | None, collapse: str | Collection[str] | None) -> tuple[str | None, str | Collection[str]]:
    """The level, `None` for whichever fits, and the names of neurons and layers that are collapsed besides."""
    if isinstance(collapse, str) and (collapse in LEVELS or collapse == "nothing"):  # as it was called
        if level is not None:
            raise ValueError(f"a picture has one level, but got {level!r:.60} and {collapse!r:.60}.")
        level, collapse = LEVELS[0] if collapse == "nothing" else collapse, None
    if level is not None and level not in LEVELS:
        raise ValueError(f"unknown level {level!r:.60}; choose one of {', '.join(LEVELS)}.")
    if not isinstance(collapse, str) and not all(isinstance(name, str) for name in collapse or ()):
        raise TypeError(f"collapse takes names, but got {collapse!r:.60}.")
    return level, () if collapse is None else collapse


def _style(style: str | Style, direction: str | None, digits: int | None, type_size: float | None) -> Style:
    if not isinstance(style, Style):
        if not isinstance(style, str) or style not in STYLES:
            raise ValueError(f"unknown style {style!r:.60}; choose one of {', '.join(STYLES)}.")
        style = STYLES[style]
    if direction is not None or style.direction:
        direction = style.direction if direction is None else direction
        if direction not in DIRECTIONS:
            raise ValueError(f"unknown direction {direction!r:.60}; choose one of {', '.join(DIRECTIONS)}.")
        style = replace(style, direction=direction)
    type_size = style.type_size if type_size is None else type_size
    size = as_float(type_size, "type_size")
    if isinstance(type_size, bool) or not 1.0 <= size <= 200.0:
        raise ValueError(f"type_size must be a number of points from 1 to 200, but got {type_size!r:.60}.")
    return replace(style, type_size=size, digits=whole("digits", style.digits if digits is None else digits, least=1))


def _gradients(graph: Recorded, given: Mapping[Value, float] | None, style: Style) -> dict[Value, float] | None:
    if given is None:
        with suppress(ValueError, ArithmeticError):  # the picture shows what there is
            if style.errors and len(graph.outputs) == 1:  # those of one pass, whatever the leaves have summed up
                return graph.adjoints({graph.output: 1.0})
        return None
    if not isinstance(given, Mapping):
        raise TypeError(f"gradients is a dictionary, from nodes to numbers, but got {given!r:.60}.")
    require_values("gradients", *given)
    for node in given.keys() - set(graph.order):
        raise ValueError(f"gradients are those of nodes of the graph, which {node!r:.60} is not in.")
    return {node: as_float(number, "a gradient") for node, number in given.items()}


def _check(outputs: Sequence[object]) -> None:
    if not outputs:
        raise ValueError("there is nothing to draw: the list of outputs is empty.")
    require_values("draw", *outputs)
