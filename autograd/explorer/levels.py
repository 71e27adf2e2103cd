"""The pictures of a graph at each level as data for the page: shapes at their places, and whose numbers stand in them.

The fields of a level, which `browser/picture.js` reads:

- `level`, `direction`, `note`, `of`: the letter of what is differentiated, and `part`: x, y, width and height of all;
- `boxOf`: the box of each node, as runs: a box and how many nodes in a row are in it; -1 for what is left out;
- `boxes`: [x, y, width, height, node, inner, biases, name, shapes]: the node whose number it shows, that of the
  weighted input z, and those that it adds; -1 for none; a name where the node says nothing;
- `arrows`: [from, to, weight, edge, width, way, head]: two boxes, the node of the weight or -1, the node and the place
  of the edge or nothing if it stands for several, and how it is drawn: paths as SVG has them.

A shape is a rectangle ["r", look, x, y, width, height, corner, border, double?], a bar ["b", number, x, y, width,
height], as long as it may get, for the number "data", "grad" or "delta", the gradient of `inner`; a line ["l", color,
width, x, y, way], whose way goes on from x and y, or a text ["t", color, x, y, size, "b"old and "m"iddle or "e"nd,
[span, ...]], where a span is its letters, or else [letters, dx, dy, size, number], a number being "data", "grad" and
the like: see `autograd.pictures.faces`. Its place is counted from the corner of its box, so that boxes that look alike
are alike.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd.engine import Value
from autograd.notation import printable
from autograd.pictures import (
    Curve,
    Piece,
    Point,
    Rectangle,
    Shape,
    Span,
    Traced,
    TracedArrow,
    TracedBox,
    equations,
    extent,
    moved,
    spans,
)

_LONGEST = 60  # letters of a name
_MARGIN = 6.0  # points


def level(picture: Traced, places: Mapping[Value, int], direction: str) -> dict[str, object]:
    """One level.

    Args:
        picture: The picture.
        places: The number of each node.
        direction: Where its arrows point: "right" or "down".
    """
    drawn = replace(picture.diagram, style=replace(picture.diagram.style, direction=direction)).scene
    pieces = {piece.id: piece for piece in drawn.pieces if piece.id != "note"}
    x, y, right, bottom = extent(pieces.values())
    numbers = {key: number for number, key in enumerate(picture.boxes)}
    box_of = dict.fromkeys(places.values(), -1)
    box_of |= {places[node]: numbers[key] for key, box in picture.boxes.items() for node in box.members}
    omitted = [node.id for node in picture.diagram.nodes if node.id not in numbers]
    return {
        "level": picture.level,
        "part": [_n(x - _MARGIN), _n(y - _MARGIN), _n(right - x + 2 * _MARGIN), _n(bottom - y + 2 * _MARGIN)],
        "direction": direction,
        "note": " ".join(filter(None, [picture.diagram.note, *_equations(picture)])),
        "of": picture.diagram.of,
        "boxOf": _runs(box_of[place] for place in range(len(places))),
        "boxes": [_box(pieces[key], box, places) for key, box in picture.boxes.items()],
        "arrows": [_arrow(pieces, number, each, numbers, places) for number, each in enumerate(picture.arrows)],
        "more": [[_shape(shape) for shape in pieces[key].shapes] for key in omitted],
    }


def _equations(picture: Traced) -> list[str]:
    return [equations(picture.diagram)] if picture.level == "errors" else []


def _runs(numbers: Iterable[int]) -> list[int]:
    return [part for number, group in itertools.groupby(numbers) for part in (number, len(list(group)))]


def _box(piece: Piece, box: TracedBox, places: Mapping[Value, int]) -> list[Any]:
    x, y, right, bottom = extent([piece])
    shapes = [_shape(moved(shape, -x, -y)) for shape in piece.shapes]
    biases = [places[bias] for bias in box.biases]
    name = "" if box.shows else piece.title.partition("\n")[0][:_LONGEST]
    size = [_n(x), _n(y), _n(right - x), _n(bottom - y)]
    numbers = [-1 if node is None else places[node] for node in (box.shows, box.inner)]
    return [*size, *numbers, biases, printable(name), shapes]


def _arrow(
    pieces: Mapping[str, Piece],
    number: int,
    arrow: TracedArrow,
    numbers: Mapping[str, int],
    places: Mapping[Value, int],
) -> list[Any]:
    piece = pieces[f"edge{number}"]
    assert piece.ends is not None
    source, target = piece.ends
    (line,) = (shape for shape in piece.shapes if isinstance(shape, Curve))
    edge = [places[arrow.edges[0][0]], arrow.edges[0][1]] if len(arrow.edges) == 1 else []
    weight = -1 if arrow.weight is None else places[arrow.weight]
    way = f"M{_point(line.points[0])}{_way(line.points)}"
    return [numbers[source], numbers[target], weight, edge, _n(line.width), way, _head(line.head)]


def _shape(shape: Shape) -> list[Any]:
    if isinstance(shape, Rectangle) and shape.of:
        return ["b", shape.of, *(_n(number) for number in (shape.x, shape.y, shape.width, shape.height))]
    if isinstance(shape, Rectangle):
        size = [_n(number) for number in (shape.x, shape.y, shape.width, shape.height, shape.corner, shape.line)]
        return ["r", shape.look, *size, *([1] if shape.is_double else [])]
    if isinstance(shape, Curve):
        x, y = shape.points[0]
        return ["l", shape.color, _n(shape.width), _n(x), _n(y), _way(shape.points)]
    kind = "b" * shape.bold + {"start": "", "middle": "m", "end": "e"}[shape.anchor]
    written = [_span(span) for span in spans(shape)]
    return ["t", shape.color, _n(shape.x), _n(shape.y), _n(shape.size), kind, written]


def _span(span: Span) -> Any:
    parts: list[Any] = [printable(span.run.text), _n(span.dx), _n(span.dy), _n(span.size), span.run.of]
    while not parts[-1]:
        parts.pop()
    return parts if len(parts) > 1 else parts[0]


def _way(points: Sequence[Point]) -> str:
    """The path of a curve from its start on, its straight pieces as lines. Steps are shorter to write than places."""
    start, *rest = points
    way = ""
    for first, second, end in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        is_straight = all(_is_between(start, point, end) for point in (first, second))
        if start != end:
            stops = [end] if is_straight else [first, second, end]
            way += "lc"[len(stops) > 1] + " ".join(_step(start, stop) for stop in stops)
        start = end
    return way


def _is_between(start: Point, point: Point, end: Point) -> bool:
    along, across = (end[0] - start[0], end[1] - start[1]), (point[0] - start[0], point[1] - start[1])
    return abs(along[0] * across[1] - along[1] * across[0]) < 1e-6


def _head(points: Sequence[Point]) -> str:
    tip, one, other = points
    return f"M{_point(tip)}l{_step(tip, one)} {_step(one, other)}z"


def _point(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _step(start: Point, end: Point) -> str:
    """From one place to another, both of them rounded, so that nothing adds up."""
    return _point((_n(end[0]) - _n(start[0]), _n(end[1]) - _n(start[1])))


def _n(number: float) -> float:
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded
