"""A list of shapes as text in Graphviz's DOT language. Each has its place, so Graphviz draws and lays out nothing."""

import html
import math
import re
from collections.abc import Iterator

from autograd.pictures.lettering import index_size, places, width
from autograd.pictures.shapes import BAND, COLORS, DOUBLE, LOOKS, Curve, Piece, Point, Rectangle, Scene, Text
from autograd.pictures.svg import rise_of, tint_of

DPI = 192.0  # pixels per inch of a PNG, unless asked otherwise: sharp on most screens
FONT = "Helvetica,Arial,Liberation Sans,sans-serif"
Area = tuple[float, float, float, float]  # left, top, right, bottom

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_KEYWORDS = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
_HEAD = 15.0  # points: about the length of Graphviz's arrow head of size 1
_GROUND = ("#ffffff", "#111827")


def to_dot(scene: Scene, *, theme: str = "light", scale: float = 1.0, dpi: float = DPI) -> str:
    """Write a picture as DOT text, for the layout engine `nop2`, which leaves everything at its place.

    Args:
        scene: The shapes.
        theme: "light" or "dark".
        scale: How much larger than in points it is drawn.
        dpi: The resolution of a PNG, in pixels per inch.

    Example:
        >>> from autograd import Value, draw
        >>> draw(Value(3.0, "x") * 2).to_dot().startswith("digraph")
        True
    """
    return _Writer(scene, 1 if theme == "dark" else 0, scale, dpi).text()


class _Writer:
    def __init__(self, scene: Scene, place: int, scale: float, dpi: float) -> None:
        self.scene, self.place, self.scale, self.dpi = scene, place, scale, dpi

    def text(self) -> str:
        lines = [
            "digraph computation_graph {",
            f'graph [layout=nop2, splines=true, outputorder=edgesfirst, pad=0, dpi="{self.dpi:g}", '
            f'bgcolor="{_GROUND[self.place]}", notranslate=true]',
            f'node [fixedsize=shape, shape=box, label="", margin=0, fontname="{FONT}"]',
            'edge [label=""]',
            # Graphviz cuts a picture to what is in it, so its corners are marked.
            *(
                f'corner{n} [pos="{self._p(p)}!", width=0.01, height=0.01, style=invis]'
                for n, p in enumerate(self._corners)
            ),
        ]
        for piece in self.scene.pieces:
            lines += self._piece(piece)
        return "\n".join([*lines, "}", ""])

    @property
    def _corners(self) -> tuple[Point, Point]:
        return (0.0, 0.0), (self.scene.width, self.scene.height)

    def _piece(self, piece: Piece) -> Iterator[str]:
        drawn = False
        for number, shape in enumerate(piece.shapes):
            if isinstance(shape, Rectangle):
                name = piece.id if not drawn else f"{piece.id}_{number}"
                drawn = True
                yield from self._rectangle(name, shape)
            elif not isinstance(shape, Curve):
                yield from self._line(f"{piece.id}_{number}", shape)
            elif piece.ends is not None:
                yield self._arrow(f"{piece.id}_{number}", shape, piece.ends)
            else:
                yield from self._stroke(f"{piece.id}_{number}", shape)

    def _rectangle(self, name: str, shape: Rectangle) -> Iterator[str]:
        look = LOOKS[shape.look]
        fill = look.fill[self.place] if shape.tint is None else tint_of(shape.tint, look.fill, self.place)
        border = COLORS["lit"][self.place] if shape.lit else look.border[self.place]
        styles = ["filled", *(["rounded"] if shape.corner else []), *(["dashed"] if look.dashed else [])]
        is_disc = shape.look == "disc" and shape.width - shape.height < 1
        form = 'shape=ellipse, style="filled"' if is_disc else f'style="{",".join(styles)}"'
        line = f'color="{border}", penwidth="{shape.line * self.scale:.2f}"'
        yield self._box(name, _area(shape), f'{form}, fillcolor="{fill}", {line}')
        if shape.is_double:
            line = f'color="{border}", penwidth="{0.7 * self.scale:.2f}"'
            yield self._box(f"{name}_inner", _area(shape, DOUBLE), line)

    def _arrow(self, name: str, shape: Curve, ends: tuple[str, str]) -> str:
        tip = "" if shape.tip is None else f"e,{self._p(shape.tip)} "
        points = " ".join(self._p(point) for point in shape.points)
        size = 0.0 if shape.tip is None else self.scale * math.dist(shape.points[-1], shape.tip) / _HEAD
        return (
            f"{_name(ends[0])} -> {_name(ends[1])} [id={_quoted(name)}, "
            f'pos="{tip}{points}", color="{self._color(shape)}", '
            f'arrowhead={"none" if shape.tip is None else "normal"}, arrowsize="{size:.2f}", '
            f'penwidth="{shape.width * self.scale:.2f}"{", style=dashed" if shape.dashed else ""}]'
        )

    def _stroke(self, name: str, shape: Curve) -> Iterator[str]:
        """A straight line within a box, as filled boxes: Graphviz draws all arrows below all boxes."""
        (x, y), (end_x, end_y) = shape.points[0], shape.points[-1]
        length, half = math.dist((x, y), (end_x, end_y)), shape.width / 2
        step, dash = (8.5, 6.0) if shape.dashed else (length, length)
        for number in range(max(1, math.ceil(length / step)) if length else 0):
            begin, end = number * step / length, min(1.0, (number * step + dash) / length)
            at, to = (x + begin * (end_x - x), y + begin * (end_y - y)), (x + end * (end_x - x), y + end * (end_y - y))
            across = (half, 0.0) if x == end_x else (0.0, half)
            box = (at[0] - across[0], at[1] - across[1], to[0] + across[0], to[1] + across[1])
            yield self._box(f"{name}_{number}", box, f'style=filled, penwidth=0, fillcolor="{self._color(shape)}"')

    def _line(self, name: str, text: Text) -> Iterator[str]:
        """A node for each run of letters, since Graphviz puts no index above another one."""
        begins = places(text.runs, text.size, text.bold)
        left = text.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * begins[-1]
        face = f'fontname="{FONT}{" bold" if text.bold else ""}", fontcolor="{COLORS[text.color][self.place]}"'
        # A line that begins or ends at a place does so in every font.
        side = {"start": r"\l", "middle": "", "end": r"\r"}[text.anchor if len(text.runs) == 1 else "start"]
        for number, (run, begin) in enumerate(zip(text.runs, begins, strict=False)):
            if not run.text:  # Graphviz 14 dies of a line without letters
                continue
            size = index_size(text.size) if run.place else text.size
            extent = width(run.text, size, text.bold)
            # Graphviz centers a line on its node, and its base line lies this much below the middle.
            middle = text.y - rise_of(run, text.size) - 0.33 * size
            box = (left + begin, middle - size / 2, left + begin + extent, middle + size / 2)
            label = f'label="{_escaped(run.text)}{side}", fontsize="{size * self.scale:.2f}"'
            yield self._box(f"{name}_{number}", box, f"shape=none, {label}, {face}")

    def _box(self, name: str, area: Area, look: str) -> str:
        left, top, right, bottom = area
        place = f'pos="{self._p(((left + right) / 2, (top + bottom) / 2))}!"'
        size = f'width="{self._inches(right - left)}", height="{self._inches(bottom - top)}"'
        return f"{_name(name)} [{look}, {place}, {size}]"

    def _color(self, shape: Curve) -> str:
        return COLORS[shape.color][self.place] + (f"{round(255 * BAND[self.place]):02x}" if shape.band else "")

    def _p(self, point: Point) -> str:
        """A point as Graphviz has it, where y grows upwards."""
        return f"{point[0] * self.scale:.2f},{(self.scene.height - point[1]) * self.scale:.2f}"

    def _inches(self, points: float) -> str:
        return f"{max(0.0001, points * self.scale / 72):.4f}"


def _name(text: str) -> str:
    """The id of a box, in quotes unless it is a plain word."""
    return text if _WORD.fullmatch(text) and text.lower() not in _KEYWORDS else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


def _escaped(text: str) -> str:
    """Text shown as it is, in quotes: no letter in it means anything, and blanks at its ends count."""
    return html.escape(text).replace("\\", r"\\").replace(" ", "&#160;")


def _area(shape: Rectangle, margin: float = 0.0) -> Area:
    right, bottom = shape.x + shape.width, shape.y + shape.height
    return shape.x + margin, shape.y + margin, right - margin, bottom - margin
