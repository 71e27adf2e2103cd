"""A list of shapes as SVG, for a notebook or a page: light and dark, with tooltips, with words for screen readers."""

import html
from collections.abc import Iterator
from typing import NamedTuple

from autograd.notation import printable
from autograd.pictures.lettering import Run, index_size, is_stacked, width
from autograd.pictures.shapes import (
    BAND,
    COLORS,
    DOUBLE,
    FULL,
    LOOKS,
    Color,
    Curve,
    Piece,
    Point,
    Rectangle,
    Scene,
    Text,
    sign_of,
)

FONT = "Helvetica,Arial,'Liberation Sans',sans-serif"
THEMES = ("auto", "light", "dark")
_RISE = {0: 0.0, 1: 0.42, -1: -0.32}  # how far an index stands above or below the line, in type sizes


def rise_of(run: Run, size: float) -> float:
    """How far letters stand above the base line of their text."""
    return _RISE[run.place] * size


def tint_of(tint: float, ground: Color, place: int) -> str:
    """From the ground's color for 0 to the full blue or orange for the largest parameters, in a theme."""
    full = FULL[sign_of(tint)][place]
    share = abs(tint)
    mixed = (
        round(int(ground[place][at : at + 2], 16) * (1 - share) + int(full[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed)


def to_svg(scene: Scene, *, theme: str = "auto", scale: float = 1.0) -> str:
    """Write a picture as SVG.

    Args:
        scene: The shapes.
        theme: "light" or "dark"; or "auto", for as the reader's system has it.
        scale: How much larger than in points it is shown.
    """
    inside = f"<style>{stylesheet(theme)}</style>\n{pieces(scene)}"
    return document(scene.width, scene.height, inside, title=scene.title, description=scene.description, scale=scale)


def document(width: float, height: float, inside: str, *, title: str, description: str, scale: float = 1.0) -> str:
    """An SVG file: a size in points, what is drawn, and words for those who do not see it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="graph" width="{_n(width * scale)}pt" '
        f'height="{_n(height * scale)}pt" viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}" '
        'style="max-width:100%;height:auto">\n'
        f"<title>{_text(title)}</title><desc>{_text(description)}</desc>\n{inside}</svg>\n"
    )


def pieces(scene: Scene, prefix: str = "") -> str:
    """What is drawn, with a prefix for ids, so that several pictures may stand in one file."""
    return "".join(f"{_piece(piece, prefix)}\n" for piece in scene.pieces)


def stylesheet(theme: str = "auto") -> str:
    """The rules that color shapes by what they are."""

    def rules(place: int) -> str:
        looks = [(name, f"fill:{color[place]}") for name, color in COLORS.items()]
        looks += [(f"{name}-line", f"stroke:{color[place]}") for name, color in COLORS.items()]
        looks += [(name, f"fill:{look.fill[place]};stroke:{look.border[place]}") for name, look in LOOKS.items()]
        looks += [("band", f"stroke-opacity:{BAND[place]}"), ("on", f"stroke:{COLORS['lit'][place]}")]
        return "".join(f".graph .{name}{{{look}}}" for name, look in looks)  # in no other part of a page

    light, dark = rules(0), rules(1)
    auto = f"{light}@media(prefers-color-scheme:dark){{{dark}}}"
    return {"light": light, "dark": dark, "auto": auto}[theme] + ".graph .line-path{fill:none}"


def _piece(piece: Piece, prefix: str) -> str:
    kind = "edge" if piece.ends else "legend" if piece.id == "note" else "node"
    title = f"<title>{_text(piece.title)}</title>" if piece.title else ""
    return f'<g id="{prefix}{piece.id}" class="{kind}">{title}{"".join(_shapes(piece))}</g>'


def _shapes(piece: Piece) -> Iterator[str]:
    for shape in piece.shapes:
        if isinstance(shape, Rectangle):
            yield from _rectangle(shape)
        elif isinstance(shape, Curve):
            yield from _curve(shape)
        else:
            yield _line(shape)


def _rectangle(shape: Rectangle) -> Iterator[str]:
    look = LOOKS[shape.look]
    name = f"{shape.look} on" if shape.lit else shape.look
    more = f' stroke-width="{_n(shape.line)}"' + (' stroke-dasharray="3 2"' if look.dashed else "")
    yield f'<rect class="{name}" {_inside(shape, 0.0)}{more}/>'
    if shape.tint is not None:
        share = f'stroke-width="0" fill-opacity="{abs(shape.tint):.2f}"'
        yield f'<rect class="{sign_of(shape.tint)}" {_inside(shape, shape.line / 2)} {share}/>'
    if shape.is_double:
        yield f'<rect class="{name}" {_inside(shape, DOUBLE)} style="fill:none" stroke-width="0.7"/>'


def _inside(shape: Rectangle, margin: float) -> str:
    """The attributes of a rectangle inside of another one."""
    size = f'width="{_n(shape.width - 2 * margin)}" height="{_n(shape.height - 2 * margin)}"'
    corner = f' rx="{_n(shape.corner - margin)}"' if shape.corner > margin else ""
    return f'x="{_n(shape.x + margin)}" y="{_n(shape.y + margin)}" {size}{corner}'


def _curve(shape: Curve) -> Iterator[str]:
    start, *rest = shape.points
    pieces = (rest[place : place + 3] for place in range(0, len(rest), 3))
    path = f"M{_p(start)}" + "".join(f"C{' '.join(map(_p, piece))}" for piece in pieces)
    more = ' stroke-dasharray="6 2.5"' if shape.dashed else ""
    look = f"line-path {shape.color}-line{' band' if shape.band else ''}"
    yield f'<path class="{look}" d="{path}" stroke-width="{_n(shape.width)}"{more}/>'
    if shape.tip is not None:
        yield f'<polygon class="{shape.color}" points="{" ".join(map(_p, shape.head))}"/>'


def _line(text: Text) -> str:
    look = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    look += ' font-weight="bold"' if text.bold else ""
    place = f'x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}"'
    return f'<text class="{text.color}" {place}{look}>{"".join(map(_span, spans(text)))}</text>'


class Span(NamedTuple):
    """Letters of a line, and how far they are moved from where the letters before them end.

    Attributes:
        run: The letters.
        dx, dy: How far to the right, and how far down, in points.
        size: Their type size, if it is not that of the line; 0 if it is.
    """

    run: Run
    dx: float
    dy: float
    size: float


def spans(text: Text) -> Iterator[Span]:
    """The letters of a line. What stands below goes back under what stands above, whatever the font."""
    size = index_size(text.size)
    height = above = 0.0  # of the last letters; and how far what stands above reaches beyond them
    for run in text.runs:
        rise = round(rise_of(run, text.size), 1)
        back = 0.0
        extent = width(run.text, size, text.bold)
        if run.place < 0 and above and is_stacked(text.size):
            back, above = -above, max(0.0, above - extent)
        elif run.place > 0:
            above = extent if is_stacked(text.size) else 0.0
        elif height < 0:
            back, above = above, 0.0
        else:
            above = 0.0
        yield Span(run, back, height - rise, size if run.place else 0.0)
        height = rise


def _span(span: Span) -> str:
    moves = f' dy="{_n(span.dy)}"' if span.dy else ""
    moves += f' dx="{_n(span.dx)}"' if span.dx else ""
    moves += f' font-size="{_n(span.size)}"' if span.size else ""
    return f"<tspan{moves}>{_text(span.run.text)}</tspan>" if moves else _text(span.run.text)


def _text(text: str) -> str:
    return html.escape("\n".join(map(printable, text.split("\n"))))


def _p(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(number: float) -> str:
    return f"{round(number, 1) + 0.0:g}" if abs(number) < 1e5 else f"{number:.1f}"
