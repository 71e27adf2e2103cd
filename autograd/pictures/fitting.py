"""How much of a graph fits a page: the finest level, or the part around one node."""

import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from autograd.graph import LEVELS
from autograd.notation import plural
from autograd.pictures.diagram import Diagram
from autograd.pictures.levels import Box, Boxes, Levels

MAX_NODES = 300  # no reader can follow more
_WHOLE = 100  # boxes: a graph without names is shown whole up to here, though it does not fit a page
_ARROWS = 150  # more between weighted sums are a tangle
_PARTS = (40, 28, 20, 12, 8)  # boxes of a larger one: as many as fit


def finest(
    levels: Levels, picture: Callable[[Boxes, int], Diagram], max_nodes: int | None, first: str = LEVELS[0]
) -> Diagram:
    """The picture at the finest level that fits a page; the note says which one, if something is not shown.

    Args:
        levels: The levels of the graph.
        picture: Draws some boxes, at most so many.
        max_nodes: The largest number of boxes; `None` for as many as fit.
        first: The finest level that may be.
    """
    n_nodes, most = len(levels.order), max_nodes or _WHOLE
    n_boxes = math.inf
    found: Diagram | None = None
    downwards: Diagram | None = None
    candidates = LEVELS[LEVELS.index(first) :]
    for which in candidates if levels.has_names else candidates[:1]:
        if which == "operations" and n_nodes > 2 * most:  # no more than half of the nodes are exponents
            continue
        if which == "layers" and downwards is not None:  # neurons that fit only downwards say more
            return downwards
        boxes = levels.boxes(which)
        n_before, n_boxes = n_boxes, len(set(boxes.of.values()))
        if n_boxes >= n_before or n_boxes > most or (levels.has_names and _n_arrows(boxes) > 3 * most):
            continue
        found = picture(boxes, most)
        if which != first:
            what = "a box for each layer and one for the rest" if which == "everything" else f"by {which}"
            finer = LEVELS[LEVELS.index(which) - 1]
            found = _with_note(found, f'{n_nodes:,} nodes, {what}; level="{finer}" shows more.')
        if which == "sums" and len(found.edges) > _ARROWS and levels.groups:
            continue
        if found.is_as_wished:
            return found
        if downwards is None and found.fits and which != "operations":
            downwards = found
    return found or largest_part(levels.boxes("sums" if levels.has_names else "operations"), picture, max_nodes)


def largest_part(boxes: Boxes, picture: Callable[[Boxes, int], Diagram], max_nodes: int | None = None) -> Diagram:
    """The part of a graph that fits a page, or that was asked for.

    Args:
        boxes: The boxes of the graph.
        picture: Draws some boxes, at most so many.
        max_nodes: The largest number of boxes; `None` for as many as fit.
    """
    if max_nodes is not None:
        return picture(boxes, max_nodes)
    n_boxes = len(set(boxes.of.values()))
    arrows_each = _n_arrows(boxes) / n_boxes
    for count in (_WHOLE, *_PARTS) if n_boxes <= _WHOLE else _PARTS:
        if count * min(arrows_each, count / 2) > 2 * _ARROWS and count > _PARTS[-1]:
            continue  # too dense to be read
        part = picture(boxes, count)
        if part.fits:
            break
    return _with_note(part, f"max_nodes={MAX_NODES} shows more.") if n_boxes > count else part


def _n_arrows(boxes: Boxes) -> int:
    """About how many arrows there are."""
    ends = {(boxes.of[parent], box) for node, box in boxes.of.items() for parent in node.parents}
    return sum(source != target for source, target in ends)


def _with_note(picture: Diagram, text: str) -> Diagram:
    return replace(picture, note=f"{picture.note} {text}".strip())


def shown_of(boxes: Boxes, center: Any, most: int, place: str) -> tuple[set[Box], str]:
    """The boxes that are shown, and what is left out, in words; empty if nothing is.

    Args:
        boxes: The boxes.
        center: The node about which they are shown.
        most: The largest number of them.
        place: What that node is called.
    """
    everything = set(boxes.of.values())
    if len(everything) <= most:
        return everything, ""
    shown = nearest(boxes.of, boxes.of[center], most)
    n_left_out = len(everything) - len(shown)
    return shown, f"The {plural(len(shown), 'node')} nearest to {place}; {n_left_out:,} more left out."


def nearest(boxes: Mapping[Any, Box], center: Box, count: int) -> set[Box]:
    """The first boxes that a breadth-first walk meets, up from the center and down from it.

    Args:
        boxes: The box of each node.
        center: Where to begin.
        count: How many.
    """
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
