"""Whatever a picture shows, its boxes stand apart, its texts within them, and its arrows lead from box to box."""

import itertools
from collections.abc import Callable

import pytest

import nn
from autograd import Value, constant, draw, maximum
from autograd.pictures.diagram import Diagram
from autograd.pictures.shapes import Curve, Piece, Rectangle, Text
from tests.autograd.pictures.test_levels import batch, chain, nameless, network, neuron, recurrence


def plain_sum(n_terms: int) -> Value:
    total: Value = sum((Value(float(k), f"x_{k}").sin() for k in range(n_terms)), constant(0.0)).named("s")
    return total.tanh()


def shared(n_uses: int) -> Value:
    x = y = Value(0.5, "x")
    for _ in range(n_uses):
        y = y * x + 1.0
    return y


GRAPHS: dict[str, Callable[[], Value]] = {
    "neuron": neuron,
    "nameless": nameless,
    "chain": lambda: chain(4),
    "recurrence": lambda: recurrence(4),
    "batch": lambda: batch(3),
    "2-4-3-1": lambda: network(2, 4, 3, 1),
    "sum": lambda: plain_sum(3),
    "maximum": lambda: maximum(*(Value(float(k), f"x_{k}") for k in range(7))).tanh(),
    "shared": lambda: shared(8),
    "one box": lambda: Value(1.0),
    "hostile": lambda: (Value(-1e300, "日本" * 9) * Value(float("nan"), "W" * 70)).named("z^(L)_{long}"),
}
PICTURES = pytest.mark.parametrize("name", GRAPHS)
DIRECTIONS = pytest.mark.parametrize("direction", ["right", "down"])
LEVELS = pytest.mark.parametrize("level", ["operations", "sums", "neurons"])
STYLES = pytest.mark.parametrize("style", ["gradients", "everything", "weights", "errors"])


def picture(name: str, direction: str, level: str, style: str) -> Diagram:
    output = GRAPHS[name]()
    output.backward()
    return draw(output, direction=direction, level=level, style=style)


def outlines(piece: Piece) -> list[Rectangle]:
    return [shape for shape in piece.shapes if isinstance(shape, Rectangle)]


def extent(piece: Piece) -> tuple[float, float, float, float]:
    """The left, right, upper and lower end of the rectangles of a box."""
    shapes = outlines(piece)
    return (
        min(shape.x for shape in shapes),
        max(shape.x + shape.width for shape in shapes),
        min(shape.y for shape in shapes),
        max(shape.y + shape.height for shape in shapes),
    )


@PICTURES
@DIRECTIONS
@LEVELS
@STYLES
def test_every_arrow_leads_from_its_box_to_its_box(name: str, direction: str, level: str, style: str) -> None:
    check_arrows(picture(name, direction, level, style))


@pytest.mark.parametrize(("n_terms", "direction"), [(5, "right"), (30, "right"), (30, "down")])
def test_the_many_arrows_of_a_sum_without_weights_arrive_at_its_box(n_terms: int, direction: str) -> None:
    check_arrows(draw(plain_sum(n_terms), direction=direction, level="sums"))


def check_arrows(diagram: Diagram) -> None:
    """See that every arrow begins at one of its boxes and ends at the other."""
    scene = diagram.scene
    boxes = {piece.id: extent(piece) for piece in scene.pieces if piece.ends is None and piece.id != "note"}
    for piece in scene.pieces:
        if piece.ends is None:
            continue
        (arrow,) = [shape for shape in piece.shapes if isinstance(shape, Curve)]
        assert arrow.tip is not None
        for (x, y), key in ((arrow.points[0], piece.ends[0]), (arrow.tip, piece.ends[1])):
            left, right, upper, lower = boxes[key]
            assert left - 0.6 <= x <= right + 0.6
            assert upper - 0.6 <= y <= lower + 0.6


@PICTURES
@DIRECTIONS
@LEVELS
@STYLES
def test_no_two_boxes_touch_and_everything_is_in_the_picture(name: str, direction: str, level: str, style: str) -> None:
    scene = picture(name, direction, level, style).scene
    boxes = [extent(piece) for piece in scene.pieces if piece.ends is None]
    for one, other in itertools.combinations(boxes, 2):
        along, across = max(other[0] - one[1], one[0] - other[1]), max(other[2] - one[3], one[2] - other[3])
        assert max(along, across) > 3.0
    for left, right, upper, lower in boxes:
        assert min(left, upper) >= 0.0
        assert right <= scene.width
        assert lower <= scene.height
    for shape in (shape for piece in scene.pieces for shape in piece.shapes if isinstance(shape, Curve)):
        assert all(0.0 <= x <= scene.width and 0.0 <= y <= scene.height for x, y in shape.points)


@PICTURES
@DIRECTIONS
@LEVELS
@STYLES
def test_every_text_stands_in_its_box_and_on_no_other_text(name: str, direction: str, level: str, style: str) -> None:
    for piece in picture(name, direction, level, style).scene.pieces:
        texts = [shape for shape in piece.shapes if isinstance(shape, Text)]
        if not texts:
            continue
        left, right, upper, lower = extent(piece)
        for text in texts:
            assert left <= text.left
            assert text.right <= right + 0.1
            assert upper <= text.y - 0.5 * text.size
            assert text.y <= lower
        for one, other in itertools.combinations(texts, 2):
            apart = max(other.left - one.right, one.left - other.right)
            assert apart >= 0.0 or abs(one.y - other.y) >= 0.7 * min(one.size, other.size)


def test_a_note_is_broken_into_lines_that_fit_its_picture() -> None:
    x = Value(2.0, "x")
    scene = draw(x * 3.0, lit=x, roles={x: "parameter"}).scene
    (note,) = [piece for piece in scene.pieces if piece.id == "note"]
    (ground, *_) = outlines(note)
    assert all(text.right <= ground.x + ground.width for text in note.shapes if isinstance(text, Text))
    assert scene.width <= 300.0


def test_the_weights_of_a_sum_stand_where_their_arrows_arrive() -> None:
    w, a = [Value(k + 0.5, f"w_{k}") for k in range(3)], [Value(1.0, f"a_{k}") for k in range(3)]
    z = (w[0] * a[0] + w[1] * a[1] + w[2] * a[2]).named("z")
    diagram = draw(z.tanh(), level="sums", direction="right")
    (box,) = [node.id for node in diagram.nodes if node.label == "z"]
    (piece,) = [piece for piece in diagram.scene.pieces if piece.id == box]
    rows = {"".join(run.text for run in shape.runs): shape.y for shape in piece.shapes if isinstance(shape, Text)}
    for edge, arrow in zip(diagram.edges, diagram.scene.pieces, strict=False):
        if edge.target == box:
            (curve,) = [shape for shape in arrow.shapes if isinstance(shape, Curve)]
            assert curve.tip is not None
            assert edge.weight is not None
            assert rows[f"{edge.weight:g}"] == pytest.approx(curve.tip[1], abs=5.0)


def test_layers_of_a_network_are_centered() -> None:
    scene = draw(network(2, 4, 3, 1), level="neurons", direction="right").scene
    diagram = draw(network(2, 4, 3, 1), level="neurons", direction="right")
    columns: dict[str, list[float]] = {}
    for node in diagram.nodes:
        (piece,) = [piece for piece in scene.pieces if piece.id == node.id]
        _, _, upper, lower = extent(piece)
        if node.column:
            columns.setdefault(node.column, []).append((upper + lower) / 2)
    middles = [(min(places) + max(places)) / 2 for places in columns.values()]
    assert len(middles) == 4
    assert middles == pytest.approx([middles[0]] * 4, abs=20.0)


@pytest.mark.parametrize("model", [nn.MLP(2, [3, 2], "tanh", seed=1)])
def test_the_same_graph_gives_the_same_picture(model: nn.MLP) -> None:
    pictures = [draw(nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0])).to_svg() for _ in range(2)]
    assert pictures[0] == pictures[1]
