"""What a picture consists of once it is laid out: rectangles, texts and curves at their places, and their colors.

A list of shapes is data. Tests measure it; `autograd.pictures.svg` and `autograd.pictures.dot` write it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from autograd.pictures.lettering import Run, width_of
from autograd.pictures.plotting import BLUE, INK, LIT, NEGATIVE, ORANGE, POSITIVE, QUIET, TARGET

Point = tuple[float, float]


class Color(NamedTuple):
    """A color on a light ground and on a dark one. What lies on the bare ground is the same on both."""

    light: str
    dark: str


# Of text at least 4.5:1 against what it stands on, of lines 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). Blue and orange, violet
# and green differ for the color-blind, too; whatever has a meaning also has a shape or a dash.
COLORS = {
    "ink": Color(INK, "#f1f5f9"),
    "quiet": Color("#526074", "#a8b3c4"),
    "gradient": Color("#7a4f00", "#fbbf24"),
    "positive": Color(POSITIVE, "#7cb5ff"),
    "negative": Color(NEGATIVE, "#ff9f6b"),
    "sign": Color("#ffffff", "#0f172a"),
    "disc": Color("#334155", "#cbd5e1"),
    "line": Color(QUIET, QUIET),
    "more": Color(BLUE, BLUE),
    "less": Color(ORANGE, ORANGE),
    "lit": Color(LIT, LIT),
}


# Of the largest parameters, positive and negative; smaller ones are paler. The gradient can be read on them.
FULL = {"plus": Color("#bcd6ff", "#1d4380"), "minus": Color("#ffd2b8", "#6b2f10")}
BAND = (0.38, 0.6)  # how opaque the band is that lights an arrow, in the light and in the dark


class Look(NamedTuple):
    """The look of a rectangle.

    Attributes:
        fill: Its color.
        border: The color of its border; the same as its fill if there is none to be seen.
        name: What the legend calls it; empty if it is not in the legend.
        corner: The radius of its corners, in points.
        dashed: Whether its border is dashed.
        double: Whether its border is double.
        has_gradient: Whether it has a gradient, which is a dash before a backward pass.
        is_tinted: Whether it may be tinted by the sign and the size of its number.
    """

    fill: Color
    border: Color
    name: str = ""
    corner: float = 6.0
    dashed: bool = False
    double: bool = False
    has_gradient: bool = False
    is_tinted: bool = False


_WHITE, _SLATE, _PALE = Color("#ffffff", "#1f2937"), Color("#475569", "#94a3b8"), Color("#f1f5f9", "#273449")
_BLUE = Color("#eaf2ff", "#172b52"), Color("#2563eb", "#6ea8fe")
KINDS = {
    "parameter": Look(*_BLUE, "parameter", has_gradient=True, is_tinted=True),
    "input": Look(Color("#e9fbef", "#0c3320"), Color("#15803d", "#4ade80"), "input", corner=0.0),
    "target": Look(Color("#f6f2ff", "#2e1f57"), Color(TARGET, "#b79bff"), "target", corner=0.0, double=True),
    "variable": Look(*_BLUE, "variable", has_gradient=True, is_tinted=True),
    "constant": Look(_PALE, Color("#64748b", "#94a3b8"), "constant", corner=3.0, dashed=True),
    "one": Look(_PALE, Color("#64748b", "#94a3b8"), "always 1: its weights are the biases", corner=9.0),
    "operation": Look(_WHITE, _SLATE, has_gradient=True),
    "result": Look(_PALE, _PALE, corner=4.0, has_gradient=True),
    "neuron": Look(_WHITE, _SLATE, has_gradient=True),
    "layer": Look(_WHITE, _SLATE),
    "omitted": Look(_PALE, _PALE),
}
_NOTE = Color("#f8fafc", "#1b2536")
LOOKS = KINDS | {
    "note": Look(_NOTE, _NOTE, corner=4.0),
    "disc": Look(COLORS["disc"], COLORS["disc"]),
    **{name: Look(color, color) for name, color in FULL.items()},
}


def sign_of(number: float) -> str:
    """The look that says which sign a number has, one of `FULL`."""
    return "minus" if number < 0 else "plus"


@dataclass(frozen=True)
class Rectangle:
    """A rectangle, a disc or a pill.

    Attributes:
        x, y: Its upper left corner, in points; y grows downwards.
        width, height: Its size.
        look: Its look: a key of `LOOKS`.
        corner: The radius of its corners.
        border: The width of its border.
        lit: Whether it is lit.
        tint: From -1 for the largest negative number to 1 for the largest positive one; `None` for none.
        of: Whose number it is as long as, for a page where numbers change, and which gives it its length; see `Run`.
    """

    x: float
    y: float
    width: float
    height: float
    look: str
    corner: float = 0.0
    border: float = 1.2
    lit: bool = False
    tint: float | None = None
    of: str = field(default="", compare=False, repr=False)

    @property
    def line(self) -> float:
        """The width of its border, in points."""
        return max(self.border, 2.4) if self.lit else self.border

    @property
    def is_double(self) -> bool:
        """Whether it has a second border inside."""
        return LOOKS[self.look].double and self.width > 4 * DOUBLE


@dataclass(frozen=True)
class Text:
    """A line of text.

    Attributes:
        x: Where it begins; or where it ends, or its middle.
        y: Its base line.
        runs: The letters.
        size: The type size, in points.
        color: A key of `COLORS`.
        bold: Whether it is bold.
        anchor: "start", "middle" or "end": what stands at x.
    """

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float
    color: str = "ink"
    bold: bool = False
    anchor: str = "start"

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * width_of(
            self.runs, self.size, self.bold
        )

    @property
    def right(self) -> float:
        """Where it ends, in a font as wide as has been reckoned with."""
        return self.left + width_of(self.runs, self.size, self.bold)


@dataclass(frozen=True)
class Curve:
    """A line or an arrow.

    Attributes:
        points: A start, and for each piece two control points and an end: cubic Bézier curves, as Graphviz has them.
        color: A key of `COLORS`.
        width: Its width, in points.
        dashed: Whether it is dashed.
        tip: The point of the arrow head; `None` if it has none.
        band: Whether it is a band that lies under an arrow, through which the ground is seen.
    """

    points: tuple[Point, ...]
    color: str = "line"
    width: float = 1.3
    dashed: bool = False
    tip: Point | None = None
    band: bool = False

    @property
    def head(self) -> tuple[Point, Point, Point]:
        """The corners of the arrow head, its point first."""
        assert self.tip is not None
        (x, y), (tip_x, tip_y) = self.points[-1], self.tip
        across_x, across_y = (y - tip_y) * 0.42, (tip_x - x) * 0.42
        return self.tip, (x + across_x, y + across_y), (x - across_x, y - across_y)


Shape = Rectangle | Text | Curve


@dataclass(frozen=True)
class Piece:
    """Shapes that are one thing: a box with its texts, or an arrow.

    Attributes:
        id: Its id.
        title: What it says when pointed at.
        shapes: The shapes, from the back to the front.
        ends: Of an arrow, the ids of the boxes that it joins.
    """

    id: str
    title: str
    shapes: tuple[Shape, ...]
    ends: tuple[str, str] | None = None


@dataclass(frozen=True)
class Scene:
    """A picture that is laid out.

    Attributes:
        width, height: Its size, in points.
        direction: Where its arrows point: "right" or "down".
        pieces: What is in it, from the back to the front: arrows, then boxes, then the note.
        title: Its title.
        description: What it shows, in a sentence or two.
    """

    width: float
    height: float
    direction: str
    pieces: tuple[Piece, ...]
    title: str
    description: str


LIT_WIDTH = 7.0  # points: of the band under a lit arrow
DOUBLE = 2.0  # points: between a border and the second one inside
HEAD = 6.0  # points: the length of an arrow head on a thin line
_ROUND = 10.0  # points: how early an arrow begins to turn at a corner


def curve(
    corners: Sequence[Point],
    *,
    to_tip: bool = True,
    color: str = "line",
    width: float = 1.3,
    dashed: bool = False,
    band: bool = False,
) -> Curve:
    """A line along some corners, which it rounds off.

    Args:
        corners: Where it leads, from its start to its end.
        to_tip: Whether it is an arrow.
        color: Its color, a key of `COLORS`.
        width: Its width, in points.
        dashed: Whether it is dashed.
        band: Whether it is the band under an arrow that is lit.
    """
    tip = corners[-1]
    if to_tip:
        length = HEAD + 2.0 * width - 2.6
        (x, y), (tip_x, tip_y) = corners[-2], tip
        far = math.hypot(tip_x - x, tip_y - y) or 1.0
        share = min(1.0, length / far)
        corners = [*corners[:-1], (tip_x - share * (tip_x - x), tip_y - share * (tip_y - y))]
    points = [corners[0]]
    for before, here, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = _towards(here, before), _towards(here, after)
        points += [*_straight(points[-1], start), start]
        points += [_between(start, here, 2 / 3), _between(end, here, 2 / 3), end]
    points += [*_straight(points[-1], corners[-1]), corners[-1]]
    return Curve(tuple(points), color, width, dashed, tip if to_tip else None, band)


def _towards(corner: Point, other: Point) -> Point:
    far = math.hypot(other[0] - corner[0], other[1] - corner[1])
    return _between(corner, other, min(0.5, _ROUND / far) if far else 0.0)


def _straight(start: Point, end: Point) -> tuple[Point, Point]:
    return _between(start, end, 1 / 3), _between(start, end, 2 / 3)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def moved(shape: Shape, x: float, y: float) -> Shape:
    """A shape further to the right, and further down."""
    if isinstance(shape, Curve):
        tip = None if shape.tip is None else (shape.tip[0] + x, shape.tip[1] + y)
        return replace(shape, points=tuple((px + x, py + y) for px, py in shape.points), tip=tip)
    return replace(shape, x=shape.x + x, y=shape.y + y)


def extent(pieces: Iterable[Piece]) -> tuple[float, float, float, float]:
    """The left, upper, right and lower end of some pieces; zeros if there are none."""
    xs, ys = list[float](), list[float]()
    for shape in (shape for piece in pieces for shape in piece.shapes):
        if isinstance(shape, Rectangle):
            xs += [shape.x, shape.x + shape.width]
            ys += [shape.y, shape.y + shape.height]
        elif isinstance(shape, Curve):
            xs += [x for x, _ in shape.points]
            ys += [y for _, y in shape.points]
        else:
            xs += [shape.left, shape.right]
            ys += [shape.y - 0.8 * shape.size, shape.y + 0.3 * shape.size]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)
