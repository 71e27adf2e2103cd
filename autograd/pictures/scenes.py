"""A picture that is data becomes a list of shapes: its boxes written, laid out, joined by arrows, with a note below."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from autograd.pictures.description import described, titled
from autograd.pictures.faces import Faces
from autograd.pictures.layout import Placed, Point, lay_out
from autograd.pictures.legend import legend
from autograd.pictures.lettering import SMALLEST
from autograd.pictures.parts import Parts
from autograd.pictures.shapes import LIT_WIDTH, Piece, Scene, Shape, curve, extent, moved

WIDTH, HEIGHT = 750.0, 900.0  # points: 1,000 x 1,200 pixels, what a page shows at once
_MARGIN = 6.0
_LEAST_NOTE = 260.0  # points: a note is not broken into shorter lines than this
_LEAVE = 6.0  # points: how far apart arrows leave a box


def scene(diagram: Parts) -> Scene:
    """Lay a picture out.

    Args:
        diagram: The picture as data. A style without a direction points to the right if the picture then fits a page,
            else downwards if it then fits, or is narrower.

    Example:
        >>> from autograd import Value, draw
        >>> picture = scene(draw(Value(3.0, "x") * 2))
        >>> [piece.id for piece in picture.pieces]
        ['edge0', 'edge1', 'node0', 'node1', 'node2']
    """
    if diagram.style.direction:
        return _scene(diagram, diagram.style.direction)
    right = _scene(diagram, "right")
    if fits(right, diagram.style.type_size):
        return right
    down = _scene(diagram, "down")
    return down if fits(down, diagram.style.type_size) or down.width < right.width else right


def fits(picture: Scene, type_size: float) -> bool:
    """Whether a picture fits a page, at a type size."""
    scale = type_size / SMALLEST
    return picture.width * scale <= WIDTH and picture.height * scale <= HEIGHT


def _scene(diagram: Parts, direction: str) -> Scene:
    faces = Faces(diagram, direction)
    items = {node.id: faces.faces[node.id].item(node, direction) for node in diagram.nodes}
    seen = dict.fromkeys(items, 0)
    arrows = []
    for edge in diagram.edges:
        arrows.append((edge.source, edge.target, seen[edge.target]))
        seen[edge.target] += 1
    straight = _straight(diagram)
    placed = lay_out(items, arrows, straight)
    is_right = direction == "right"

    def point(place: Point) -> Point:
        return place if is_right else (place[1], place[0])

    boxes = []
    for node in diagram.nodes:
        face = faces.faces[node.id]
        along, across = placed.boxes[node.id]
        corner = point((along, across - face.anchor))
        boxes.append(Piece(node.id, node.title, tuple(moved(shape, *corner) for shape in face.shapes)))
    ways = _arrows(diagram, faces, placed, straight, is_right)
    x, y, right, bottom = extent([*ways, *boxes])
    note = legend(diagram, max(right - x, _LEAST_NOTE))
    width, height = right - x + 2 * _MARGIN, bottom - y + 2 * _MARGIN
    shift = (_MARGIN - x, _MARGIN - y)
    if note is not None:
        _, _, wide, high = extent([note])
        width = max(width, wide + 2 * _MARGIN)
        shift = ((width - (right - x)) / 2 - x, _MARGIN - y)
        note = _shifted(note, (width - wide) / 2, height)
        height += high + _MARGIN
    pieces = tuple(_shifted(piece, *shift) for piece in [*ways, *boxes])
    pieces += (note,) if note else ()
    return Scene(width, height, direction, pieces, titled(diagram), described(diagram))


def _straight(diagram: Parts) -> tuple[str, ...]:
    """The path that runs straight: the main path, unless it leads through layers of neurons, which are centered."""
    weighted = any(edge.weight is not None for edge in diagram.edges)
    columns = [node.column for node in diagram.nodes if node.column]
    return () if weighted and len(set(columns)) < len(columns) else diagram.main


def _arrows(diagram: Parts, faces: Faces, placed: Placed, straight: Sequence[str], is_right: bool) -> list[Piece]:
    starts = _starts(diagram, faces, placed, straight, is_right)
    pieces = []
    for number, edge in enumerate(diagram.edges):
        way = list(placed.arrows[number])
        start = (way[0][0], way[0][1] + starts[number])
        _, across = placed.boxes[edge.target]
        face = faces.faces[edge.target]
        end = (way[-1][0] + face.inset(way[-1][1] - across), way[-1][1])
        way = [start, *way[1:-1], end]
        corners = way if is_right else [(y, x) for x, y in way]
        shapes: list[Shape] = [curve(corners, **faces.scale.stroke(edge))]
        if edge.lit:
            shapes.insert(0, curve(corners, to_tip=False, width=LIT_WIDTH, color="lit", band=True))
        pieces.append(Piece(f"edge{number}", edge.title, tuple(shapes), (edge.source, edge.target)))
    return pieces


def _starts(diagram: Parts, faces: Faces, placed: Placed, straight: Sequence[str], is_right: bool) -> dict[int, float]:
    """How far from the middle of its box each arrow leaves: in the order of where they lead, a little apart."""
    leaving: dict[str, list[int]] = {}
    starts: dict[int, float] = {}
    for number, (edge, way) in enumerate(zip(diagram.edges, placed.arrows, strict=True)):
        starts[number] = 0.0
        if way[0][0] <= way[-1][0]:  # one that points back leaves elsewhere
            leaving.setdefault(edge.source, []).append(number)
    steps = set(pairwise(straight))
    for source, numbers in leaving.items():
        face = faces.faces[source]
        if face.leaves_beside_disc:
            continue
        ordered = sorted(numbers, key=lambda n: (placed.arrows[n][1][1], placed.arrows[n][-1][1]))
        main = next((place for place, n in enumerate(ordered) if (source, diagram.edges[n].target) in steps), None)
        middle = (len(ordered) - 1) / 2 if main is None else main
        most = max(middle, len(ordered) - 1 - middle)
        room = min(face.anchor, (face.height if is_right else face.width) - face.anchor) - 4.0
        step = min(_LEAVE, room / most) if most else 0.0
        starts |= {number: step * (place - middle) for place, number in enumerate(ordered)}
    return starts


def _shifted(piece: Piece, x: float, y: float) -> Piece:
    return replace(piece, shapes=tuple(moved(shape, x, y) for shape in piece.shapes))
