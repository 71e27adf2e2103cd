"""The pictures of the gallery, measured: positions are data."""

import itertools
import math
from collections.abc import Iterator

import pytest

from autograd.pictures import Diagram
from autograd.pictures.lettering import index_size
from autograd.pictures.shapes import Curve, Piece, Rectangle, Scene, Text
from tests.autograd.svg import boxes_and_arrows
from tests.gallery import CASES, DOCS, FOLDER, page, pictures

PICTURES = {name: picture for name, _, picture in pictures()}
DEFAULT = {name: PICTURES[name] for name in CASES}
SMALL = {name: picture for name, picture in PICTURES.items() if len(picture.nodes) <= 100}

Area = tuple[float, float, float, float]  # left, top, right, bottom

every_picture = pytest.mark.parametrize("picture", SMALL.values(), ids=list(SMALL))


def area(shape: Rectangle | Text) -> Area:
    if isinstance(shape, Rectangle):
        return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
    above = max(
        0.72 * shape.size, *(0.42 * shape.size + 0.72 * index_size(shape.size) for r in shape.runs if r.place > 0), 0
    )
    below = max((0.32 * shape.size for run in shape.runs if run.place < 0), default=0.0)
    return shape.left, shape.y - above, shape.right, shape.y + below


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas share more than a hair."""
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.3 and min(one[3], other[3]) - max(one[1], other[1]) > 0.3


def boxes(scene: Scene) -> list[Piece]:
    return [piece for piece in scene.pieces if piece.ends is None]


def texts(piece: Piece) -> list[Text]:
    return [shape for shape in piece.shapes if isinstance(shape, Text)]


def rectangles(piece: Piece) -> list[Rectangle]:
    return [shape for shape in piece.shapes if isinstance(shape, Rectangle)]


def whole(piece: Piece) -> Area:
    areas = [area(shape) for shape in piece.shapes if not isinstance(shape, Curve)]
    return tuple(pick(values) for pick, values in zip((min, min, max, max), zip(*areas, strict=True), strict=True))


@every_picture
def test_no_box_overlaps_another_one(picture: Diagram) -> None:
    pieces = boxes(picture.scene)
    both = [(a.id, b.id) for a, b in itertools.combinations(pieces, 2) if overlap(whole(a), whole(b))]
    assert both == []


@every_picture
def test_every_label_stands_in_its_box_and_on_no_other_label(picture: Diagram) -> None:
    for piece in boxes(picture.scene):
        labels = texts(piece)
        frames = [area(rectangle) for rectangle in rectangles(piece)]
        for label in labels:
            left, top, right, bottom = area(label)
            inside = [frame for frame in frames if frame[0] <= left + 0.3 and right <= frame[2] + 0.3]
            assert [frame for frame in inside if frame[1] <= top + 0.3 and bottom <= frame[3] + 0.3], (piece.id, label)
        for one, other in itertools.combinations(labels, 2):
            assert not overlap(area(one), area(other)), (piece.id, one.runs, other.runs)


@every_picture
def test_no_label_lies_under_the_sign_of_its_operation(picture: Diagram) -> None:
    for piece in boxes(picture.scene):
        discs = [shape for shape in rectangles(piece) if shape.look == "disc"]
        for disc, label in itertools.product(discs, texts(piece)):
            assert label.color == "sign" or not overlap(area(disc), area(label)), (piece.id, label.runs)


def along(curve: Curve) -> Iterator[tuple[float, float]]:
    """Points of a curve, close together."""
    start, *rest = curve.points
    for place in range(0, len(rest), 3):
        a, b, end = rest[place : place + 3]
        n = max(2, int(math.dist(start, end) / 3))
        for t in (step / n for step in range(n + 1)):
            s = 1 - t
            yield tuple(  # type: ignore[misc]
                s**3 * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t**3 * p3
                for p0, p1, p2, p3 in zip(start, a, b, end, strict=True)
            )
        start = end


@every_picture
def test_no_arrow_runs_through_a_box(picture: Diagram) -> None:
    areas = {piece.id: whole(piece) for piece in boxes(picture.scene)}
    hits = set()
    for piece in picture.scene.pieces:
        for x, y in (
            point for shape in piece.shapes if piece.ends and isinstance(shape, Curve) for point in along(shape)
        ):
            for name, (left, top, right, bottom) in areas.items():
                if name not in (piece.ends or ()) and left + 1 < x < right - 1 and top + 1 < y < bottom - 1:
                    hits.add((piece.id, name))
    assert hits == set()


@every_picture
def test_every_arrow_leads_from_its_box_to_its_box(picture: Diagram) -> None:
    areas = {piece.id: whole(piece) for piece in boxes(picture.scene)}
    for piece in picture.scene.pieces:
        for curve in (shape for shape in piece.shapes if isinstance(shape, Curve) and not shape.band and piece.ends):
            assert piece.ends is not None
            assert curve.tip is not None
            for (x, y), name in ((curve.points[0], piece.ends[0]), (curve.tip, piece.ends[1])):
                left, top, right, bottom = areas[name]
                assert left - 0.5 <= x <= right + 0.5, (piece.id, name)
                assert top - 0.5 <= y <= bottom + 0.5, (piece.id, name)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.is_chain])
def test_the_main_path_of_a_chain_is_level(name: str) -> None:
    picture = DEFAULT[name]
    places = {piece.id: area(rectangles(piece)[0]) for piece in boxes(picture.scene)}
    middles = [(places[key][1] + places[key][3]) / 2 for key in picture.main]
    assert len(middles) > 3
    assert max(middles) - min(middles) < 0.01


@pytest.mark.parametrize("name", ["neuron", "chain"])
def test_the_arrows_of_the_main_path_are_level(name: str) -> None:
    picture = DEFAULT[name]
    steps = set(itertools.pairwise(picture.main))
    arrows = [piece for piece in picture.scene.pieces if piece.ends in steps]
    for arrow in arrows:
        heights = [y for shape in arrow.shapes if isinstance(shape, Curve) for _, y in shape.points]
        assert max(heights) - min(heights) < 0.01, arrow.ends


@pytest.mark.parametrize("name", DEFAULT)
def test_the_smallest_type_is_nine_points_on_a_page_of_1000_pixels(name: str) -> None:
    picture = DEFAULT[name]
    shrunk = min(1.0, 750 / picture.size[0]) * picture.style.type_size / 9
    sizes = {
        index_size(label.size) if run.place else label.size
        for piece in picture.scene.pieces
        for label in texts(piece)
        for run in label.runs
    }
    assert min(sizes) * shrunk >= 9.0


@pytest.mark.parametrize(
    ("name", "width", "height"), [("2-4-3-1", 760, 300), ("neuron", 520, 150), ("chain", 750, 900), ("4-6-3", 750, 900)]
)
def test_pictures_are_as_small_as_they_can_be_read(name: str, width: float, height: float) -> None:
    assert DEFAULT[name].size[0] <= width
    assert DEFAULT[name].size[1] <= height


@pytest.mark.parametrize("name", DEFAULT)
def test_what_draw_chooses_fits_a_page(name: str) -> None:
    width, height = DEFAULT[name].size
    assert width <= 750
    assert height <= 900


@pytest.mark.parametrize(("sizes", "letter"), [("2-4-3-1", "a"), ("2-2-1", "z"), ("4-6-3", "a")])
def test_the_neurons_of_a_layer_stand_below_each_other_in_their_order(sizes: str, letter: str) -> None:
    picture = DEFAULT[sizes]
    places = {piece.id: whole(piece) for piece in boxes(picture.scene)}
    layers: dict[str, list[tuple[str, Area]]] = {}
    for node in picture.nodes:
        if node.label.startswith(letter):
            layers.setdefault(node.label.partition("_")[0], []).append((node.label, places[node.id]))
    assert len(layers) >= 2
    for neurons in layers.values():
        by_name = sorted(neurons)
        assert sorted(neurons, key=lambda neuron: neuron[1][1]) == by_name
        assert len({round(place[2], 3) for _, place in neurons}) == 1


@pytest.mark.parametrize("name", ["2-4-3-1", "4-6-3", "batch", "2-2-1"])
def test_inputs_stand_left_of_the_layer_that_takes_them(name: str) -> None:
    picture = DEFAULT[name]
    places = {piece.id: whole(piece) for piece in boxes(picture.scene)}
    for edge in picture.edges:
        assert places[edge.source][2] < places[edge.target][0]


def test_the_page_is_up_to_date() -> None:
    advice = "python -m tests.gallery draws it anew; look at it"
    assert (DOCS / "gallery.md").read_text(encoding="utf-8") == page(), advice
    assert {file.stem for file in FOLDER.glob("*.svg")} == set(PICTURES), advice
    for name, picture in PICTURES.items():
        shown = boxes_and_arrows((FOLDER / f"{name}.svg").read_bytes())
        assert shown == boxes_and_arrows(picture.render("svg")), f"{name}: {advice}"
