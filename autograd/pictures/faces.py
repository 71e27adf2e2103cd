"""What stands in a box, and how large the box is: the sign where arrows arrive, then label, number and gradient."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from autograd.notation import minus, read_label
from autograd.pictures.lettering import SMALLEST, Run, Runs, label, number, sentence, shown, width_of
from autograd.pictures.parts import DiagramEdge, DiagramNode, Parts
from autograd.pictures.scale import Scale
from autograd.pictures.shapes import KINDS, LIT_WIDTH, Rectangle, Shape, Text, curve, sign_of
from autograd.pictures.spots import Item

LABEL, VALUE, RESULT = 13.0, 13.0, 12.0  # type sizes, in points
_SIDE, _ABOVE = 5.0, 3.0  # between a box and what stands in it
_RADIUS = 8.5  # of the disc of an operation
_ROW = 11.0  # the height of a row of weights
_STRIP, _BESIDE = 4.0, 7.0  # at the sides of the rows, and between two texts on a line
_BELOW = 10.0  # from the base line of a weight to that of its gradient below it
_IN_HALF = 3.0  # between the side of a half of a neuron and what stands in it

_Wide = tuple[float, float]  # the width of the rows of a column, and of what stands beside them
_PORT = 7.0  # between two arrows into a disc
MOST_WEIGHTS = 8  # more are shown by color and width alone


@dataclass(frozen=True)
class Line:
    """A line of text in a box.

    Attributes:
        runs: The letters.
        size: The type size.
        height: How high it is.
        color, bold: How it is written.
        beside: A second text on the same line, which ends at the right.
        below: A second text under it.
        room: How wide it is at least.
    """

    runs: Runs
    size: float
    height: float
    color: str = "ink"
    bold: bool = False
    beside: "Line | None" = None
    below: "Line | None" = None
    room: float = 0.0

    def texts(self, end: float, base: float, beside: float) -> list[Text]:
        """The line ending at a place; what stands beside it has the same room in all lines."""
        texts = []
        if any(run.text for run in self.runs):
            main = end - (beside + _BESIDE if beside else 0.0)
            texts.append(Text(main, base, self.runs, self.size, self.color, anchor="end"))
        if self.beside:
            texts.append(Text(end, base, self.beside.runs, self.beside.size, self.beside.color, anchor="end"))
        if self.below:
            texts += self.below.texts(end, base + _BELOW, 0.0)
        return texts

    @property
    def own(self) -> float:
        """How wide it is without what stands beside it."""
        own = max(self.room, width_of(self.runs, self.size, self.bold))
        return max(own, self.below.own) if self.below else own

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.own + (_BESIDE + self.beside.width if self.beside else 0.0)


@dataclass(frozen=True)
class Face:
    """A box that is written, but not yet placed.

    Attributes:
        width, height: Its size, the disc included.
        anchor: Where its own arrows leave, counted from its left, or from its top.
        ports: Where arrows arrive, counted from the anchor.
        shapes: What is drawn, from the upper left corner.
        round_end: Whether arrows lead to a disc.
        leaves_beside_disc: Whether all its own arrows leave from one point, beside its disc.
        fixed: Whether the ports stand where their numbers stand.
        in_order: Whether arrows arrive in the order in which they are given.
    """

    width: float
    height: float
    anchor: float
    ports: tuple[float, ...]
    shapes: tuple[Shape, ...]
    round_end: bool = False
    leaves_beside_disc: bool = False
    fixed: bool = False
    in_order: bool = False

    def inset(self, port: float) -> float:
        """How much further than to the edge of the box an arrow leads that arrives there, since a disc is round."""
        return _RADIUS - math.sqrt(max(0.0, _RADIUS**2 - port**2)) if self.round_end else 0.0

    def item(self, node: DiagramNode, direction: str) -> Item:
        """The box as the layout sees it."""
        along, across = (self.width, self.height) if direction == "right" else (self.height, self.width)
        ports = self.ports or (0.0,)
        return Item(
            along, self.anchor, across - self.anchor, ports, self.in_order, not self.fixed, node.column, node.place
        )


class Faces:
    """Writes the boxes of a picture.

    Args:
        diagram: The picture as data.
        direction: Where its arrows point.
    """

    def __init__(self, diagram: Parts, direction: str) -> None:
        self.diagram, self.direction, self.style = diagram, direction, diagram.style
        self.scale = Scale(diagram)
        self.row = 2 * _ROW + 2.0 if self.style.errors else _ROW
        self.into: dict[str, list[int]] = {node.id: [] for node in diagram.nodes}
        for place, edge in enumerate(diagram.edges):
            self.into[edge.target].append(place)
        contents = {node.id: self._content(node) for node in diagram.nodes}
        half = max((content.half for content in contents.values() if isinstance(content, _Halves)), default=0.0)
        for node in diagram.nodes:
            content = contents[node.id]
            if isinstance(content, _Halves) and node.kind != "one":
                contents[node.id] = replace(content, half=half)  # in all neurons alike, so that bars can be compared
        strips = {node.id: self._strip(node) for node in diagram.nodes}
        columns = defaultdict[str, list[str]](list)  # whose boxes are equally wide
        for node in diagram.nodes:
            columns[_alike(node)].append(node.id)
        wide = {column: _width_of_rows([strips[key] for key in alike]) for column, alike in columns.items()}
        room = {column: max(contents[key].width for key in alike) for column, alike in columns.items()}
        self.faces = {}
        for node in diagram.nodes:
            column = _alike(node)
            self.faces[node.id] = self._face(node, strips[node.id], contents[node.id], wide[column], room[column])

    def _face(self, node: DiagramNode, strip: "_Strip", content: "_Written", wide: _Wide, room: float) -> Face:
        if node.kind == "omitted":
            return _dots(len(self.into[node.id]))
        if node.kind == "result" and not strip.rows:
            return self._result(node, content)
        put_together = self._right if self.direction == "right" else self._down
        return put_together(node, strip, content, wide, room)

    # What is written. A run that is a number says which one, for a page that changes it: `data`, `grad` and `inner` are
    # those of the box, `bias 0` is the first that it adds, and `weight 3` belongs to the picture's edge 3.

    def _content(self, node: DiagramNode) -> "_Written":
        if self.style.errors and node.data is not None:
            halves = [self._one() if node.kind == "one" else self._activation(node)]
            if node.is_neuron:
                halves.append(self._error(node))
            if node.is_neuron or node.kind in ("input", "one"):
                return _Halves(tuple(halves), max(half.width for half in halves))
        lines = []
        if node.label:
            small = None
            if node.inner and node.inner[0]:
                name, value = node.inner
                small = self._numbered((*label(name)[:1], Run(" = ")), value, "inner", 11.0, "quiet")
            lines.append(Line(label(node.label), LABEL, _height(node.label), bold=True, beside=small))
        if node.text:
            runs = sentence(node.text)
            lines.append(Line(runs, 10.0, 13.0 if len(runs) == 1 else 15.0, "quiet"))
        if node.data is not None:
            size = VALUE if node.kind != "result" else RESULT
            lines.append(self._numbered((), node.data, "data", 15.0, "ink", size=size))
        if (gradient := self.gradient(node)) is not None:
            delta = None
            if self.style.live and node.inner and node.inner[0]:
                delta = self._numbered((Run("δ "),), node.delta, "grad of inner", 12.0, "gradient")
            lines.append(replace(gradient, beside=delta))
        return _Content(tuple(lines))

    def _one(self) -> "_Half":
        return _Half((Line((Run("1"),), VALUE, 15.0),), ())  # no bar: its box is narrower than those of neurons

    def _activation(self, node: DiagramNode) -> "_Half":
        lines = [Line(label(node.label), LABEL, _height(node.label), bold=True)] if node.label else []
        lines.append(self._numbered((), node.data, "data", 15.0, "ink", size=VALUE))
        bars = (self._bar(node.data, "data", len(lines)),)
        if node.inner is not None:
            z = label(node.inner[0])[:1] or (Run("z"),)
            lines.append(self._numbered((*z, Run(" ")), node.inner[1], "inner", 12.0, "quiet"))
        return _Half(tuple(lines), bars)

    def _error(self, node: DiagramNode) -> "_Half":
        symbol = read_label(node.label) if node.label else None
        indices = () if symbol is None or symbol.is_word else label(node.label)[1:]
        lines = [Line((Run("δ"), *indices), LABEL, _height(node.label), bold=True)]
        lines.append(
            self._numbered((), node.delta, "grad of inner" if node.inner else "grad", 15.0, "gradient", size=VALUE)
        )
        bars = [self._bar(node.delta, "delta", len(lines))]
        if node.inner is not None:
            lines.append(self._gradient(node.grad, "grad", label(node.label)[:1]))
            bars.append(self._bar(node.grad, "grad", 1))
        return _Half(tuple(lines), tuple(bars))

    def _bar(self, number: float | None, what: str, n_lines: int) -> "_Bar":
        """What lies under some lines of a half; in a page, which gives it its length, the whole half."""
        return _Bar(1.0 if self.style.live else self.scale.full(number, what), sign_of(number or 0.0), what, n_lines)

    def _numbered(
        self,
        before: Runs,
        value: float | None,
        of: str,
        height: float,
        color: str,
        *,
        size: float = SMALLEST,
        beside: Line | None = None,
        below: Line | None = None,
    ) -> Line:
        """A line that ends with a number, or with a dash if there is none yet."""
        shown_number = "–" if value is None else number(value, self.style.digits)
        is_steady = self.style.steady and (self.style.live or of.startswith("grad"))
        room = width_of(before, size) + self.style.steady * size / SMALLEST if is_steady else 0.0
        return Line((*before, Run(shown_number, of=of)), size, height, color, beside=beside, below=below, room=room)

    def gradient(self, node: DiagramNode) -> Line | None:
        """The line with the gradient, if the style shows gradients and the box has one."""
        may_come = self.style.steady and not self.style.live and node.kind != "constant"
        has_gradient = KINDS[node.kind].has_gradient or node.grad is not None or may_come
        if not self.style.gradients or node.data is None or not has_gradient:
            return None
        return self._gradient(node.grad, "grad")

    def _gradient(self, value: float | None, of: str, by: Runs = ()) -> Line:
        """The line with a gradient, and with what it is a derivative by, where that has to be said."""
        name = f"∂{self.diagram.of}" if self.diagram.of else "grad"
        runs = (Run(f"{name}/∂"), *by, Run(" ")) if by and self.diagram.of else (Run(f"{name} "),)
        return self._numbered(runs, value, of, 12.0, "gradient")

    def _strip(self, node: DiagramNode) -> "_Strip":
        """The numbers of the arrows that arrive, a row for each, and those of the biases."""
        numbers = self.into[node.id]
        edges = [self.diagram.edges[place] for place in numbers]
        shows_all = self.style.signs or (self.style.derivatives and not self.style.live)
        is_shown = sum(not edge.is_bias for edge in edges) <= MOST_WEIGHTS or shows_all
        has_numbers = any(edge.derivative is not None or edge.weight is not None for edge in edges)
        has_ports = is_shown and (has_numbers or bool(node.biases))
        rows = [self._row(edge, place) for edge, place in zip(edges, numbers, strict=True)] if has_ports else []
        names = [label(name) if len(node.biases) > 1 else label(name)[:1] for name, _, _ in node.biases]
        biases = [
            self._number(value, gradient, f"bias {place}", (*name, Run(" ")))
            for place, (name, (_, value, gradient)) in enumerate(zip(names, node.biases, strict=True))
        ]
        return _Strip((*rows, *biases), has_ports)

    def _row(self, edge: DiagramEdge, place: int) -> Line:
        """The number of an arrow: its weight; or the local derivative, if that is another one and the style has it."""
        if edge.derivative is not None and edge.derivative != edge.weight:
            return self._numbered((Run("∂ "),), edge.derivative, f"slope {place}", _ROW, "gradient")
        if edge.weight is None:  # in a row of derivatives, a constant has none
            return Line((Run("–" if self.style.derivatives else ""),), SMALLEST, _ROW, "quiet")
        return self._number(edge.weight, edge.weight_grad, f"weight {place}")

    def _number(self, value: float, gradient: float | None, of: str, name: Runs = ()) -> Line:
        """A weight or a bias, with its gradient if the style has one."""
        color = "negative" if value < 0 else "positive" if value > 0 else "quiet"
        if self.style.errors:
            below = self._numbered((), gradient, f"grad of {of}", _ROW, "gradient")
            return self._numbered(name, value, of, _ROW, color, below=below)
        shows_gradient = gradient is not None and self.style.gradients and (self.style.signs or self.style.derivatives)
        beside = self._gradient(gradient, f"grad of {of}") if shows_gradient else None
        return self._numbered(name, value, of, _ROW, color, beside=beside)

    # How it is put together

    def _right(self, node: DiagramNode, strip: "_Strip", content: "_Written", wide: _Wide, room: float) -> Face:
        n_arrows, rows, disc = len(self.into[node.id]), strip.rows, _disc_width(node.symbol)
        n_biases = sum(self.diagram.edges[place].is_bias for place in self.into[node.id])
        end = _STRIP + wide[0] + (_BESIDE + wide[1] if wide[1] else 0.0)  # of the rows
        line = end + (disc / 2 + 2.0 if disc else _STRIP) if rows else 0.0
        left = disc / 2 if disc and not rows else 0.0  # of the box; the disc stands on its edge
        start = left + line + (disc / 2 + 3.0 if disc else _SIDE)
        # A single arrow arrives at the middle, and what was added stands below its row.
        above = self.row / 2 if n_arrows - n_biases == 1 and strip.has_ports else self.row * len(rows) / 2
        half = max(content.height / 2, above, self.row * len(rows) - above, _RADIUS) + _ABOVE
        box_width, height = start - left + room + _SIDE, 2 * half
        shapes: list[Shape] = [self._frame(node, left, 0.0, box_width, height)]
        shapes += [curve([(line, 0.0), (line, height)], to_tip=False, width=0.6)] if rows else []
        for place, row in enumerate(rows):
            base = half - above + self.row * (place + 0.5) + 3.2 - (_BELOW / 2 if row.below else 0.0)
            shapes += row.texts(end, base, wide[1])
        shapes += content.shapes(start, half - content.height / 2, start + room)
        shapes += _sign(node.symbol, left + line, half, disc)
        rows_at = [self.row * (place + 0.5) - above for place in range(n_arrows)]
        return Face(
            left + box_width,
            height,
            half,
            tuple(rows_at) if strip.has_ports else _fan(n_arrows, height),
            tuple(shapes),
            round_end=bool(disc) and not rows,
            fixed=strip.has_ports,
            in_order=self._in_order(node, strip),
        )

    def _down(self, node: DiagramNode, strip: "_Strip", content: "_Written", _: _Wide, room: float) -> Face:
        n_arrows, rows, disc = len(self.into[node.id]), strip.rows, _disc_width(node.symbol)
        cells = [row.width + 2 * _STRIP for row in rows]
        box_width = max(2 * _SIDE + room, math.fsum(cells), disc + 2 * _SIDE)
        top = _RADIUS if disc and not rows else 0.0  # of the box; the disc stands on its edge
        line = 13.0 + self.row - _ROW + (_RADIUS if disc else 0.0) if rows else 0.0
        y = top + line + (_RADIUS + 1.0 if disc else _ABOVE)
        height = y + content.height + _ABOVE
        shapes: list[Shape] = [self._frame(node, 0.0, top, box_width, height - top)]
        shapes += [curve([(0.0, line), (box_width, line)], to_tip=False, width=0.6)] if rows else []
        x = (box_width - math.fsum(cells)) / 2
        rows_at = []
        for row, cell in zip(rows, cells, strict=True):
            rows_at.append(x + cell / 2 - box_width / 2)
            x += cell
            shapes += row.texts(x - _STRIP, 10.0, row.beside.width if row.beside else 0.0)
        x = max(_SIDE, (box_width - room) / 2)
        shapes += content.shapes(x, y, x + room)
        shapes += _sign(node.symbol, box_width / 2, top + line, disc)
        return Face(
            box_width,
            height,
            box_width / 2,
            tuple(rows_at[:n_arrows]) if strip.has_ports else _fan(n_arrows, box_width),
            tuple(shapes),
            round_end=bool(disc) and not rows,
            fixed=strip.has_ports,
            in_order=self._in_order(node, strip),
        )

    def _result(self, node: DiagramNode, content: "_Written") -> Face:
        """An operation without a label: its disc, and beside it the number and the gradient, without a frame."""
        disc = _disc_width(node.symbol)
        wide = disc + content.width + _SIDE
        is_right = self.direction == "right"
        # Downwards the disc stands higher than the text, so that no arrow to it runs through the text.
        top = 0.0 if is_right else 4.0
        height = max(2 * _RADIUS, top + content.height + 2.0)
        center = height / 2 if is_right else _RADIUS
        frame = self._frame(node, disc / 2, top + 0.5, wide - disc / 2, height - top - 1.0)
        shapes: list[Shape] = [replace(frame, border=0.0)]
        if not is_right:
            down = [(disc / 2, center), (disc / 2, height)]
            shapes += [curve(down, to_tip=False, width=LIT_WIDTH, color="lit", band=True)] if node.lit else []
            shapes.append(curve(down, to_tip=False))
        shapes += content.shapes(disc + 2.5, (height + top - content.height) / 2, wide)
        shapes += _sign(node.symbol, disc / 2, center, disc)
        return Face(
            wide,
            height,
            center if is_right else disc / 2,
            _fan(len(self.into[node.id]), height if is_right else disc),
            tuple(shapes),
            round_end=True,
            leaves_beside_disc=True,
            in_order=self._in_order(node, _Strip((), has_ports=False)),
        )

    def _in_order(self, node: DiagramNode, strip: "_Strip") -> bool:
        """Whether arrows arrive in their order: operands of x - y do, and so do arrows that have rows."""
        edges = (self.diagram.edges[place] for place in self.into[node.id])
        return strip.has_ports or any(edge.ordered or edge.weight is not None for edge in edges)

    def _frame(self, node: DiagramNode, x: float, y: float, wide: float, high: float) -> Rectangle:
        border, tint = self.scale.box(node)
        return Rectangle(x, y, wide, high, node.kind, KINDS[node.kind].corner, border, node.lit, tint)


@dataclass(frozen=True)
class _Strip:
    """The numbers at the edge of a box where arrows arrive, first those of the arrows, if `has_ports`."""

    rows: tuple[Line, ...]
    has_ports: bool

    @property
    def width(self) -> float:
        return max((row.own for row in self.rows), default=0.0)

    @property
    def beside(self) -> float:
        return max((row.beside.width for row in self.rows if row.beside), default=0.0)


def _width_of_rows(strips: Sequence[_Strip]) -> _Wide:
    return max(strip.width for strip in strips), max(strip.beside for strip in strips)


@dataclass(frozen=True)
class _Content:
    lines: tuple[Line, ...]

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return math.fsum(line.height for line in self.lines)

    def shapes(self, left: float, top: float, right: float) -> Iterable[Text]:
        y = top
        for line in self.lines:
            base = y + 0.5 * line.height + 0.34 * line.size
            yield Text(left, base, line.runs, line.size, line.color, line.bold)
            if line.beside:
                beside = line.beside
                yield Text(right, base, beside.runs, beside.size, beside.color, anchor="end")
            y += line.height


@dataclass(frozen=True)
class _Bar:
    """A bar in a half: which part of it is full, how it looks, whose number that is, and how many lines lie on it."""

    share: float
    look: str
    what: str
    n_lines: int


@dataclass(frozen=True)
class _Half:
    """A half of a neuron: its lines, and the bars under them, the first of them under the first lines."""

    lines: tuple[Line, ...]
    bars: tuple[_Bar, ...]

    @property
    def width(self) -> float:
        return max(line.width for line in self.lines) + 2 * _IN_HALF

    @property
    def height(self) -> float:
        return math.fsum(line.height for line in self.lines)

    def shapes(self, left: float, top: float, right: float, *, is_error: bool) -> Iterable[Shape]:
        lines = list(self.lines)
        y = top
        for bar in self.bars:
            high = math.fsum(line.height for line in lines[: bar.n_lines])
            del lines[: bar.n_lines]
            long = bar.share * (right - left)
            x = right - long if is_error else left
            yield Rectangle(x, y + 0.5, long, high - 1.0, bar.look, 2.0, border=0.0, of=bar.what)
            y += high
        y = top
        for line in self.lines:
            base = y + 0.5 * line.height + 0.34 * line.size
            x, anchor = (right - _IN_HALF, "end") if is_error else (left + _IN_HALF, "start")
            yield Text(x, base, line.runs, line.size, line.color, line.bold, anchor)
            y += line.height


@dataclass(frozen=True)
class _Halves:
    """A neuron: its activation, which fills the left half from the left, and its error, the right from the right."""

    halves: tuple[_Half, ...]
    half: float  # how wide each of them is

    @property
    def width(self) -> float:
        return self.half * len(self.halves)

    @property
    def height(self) -> float:
        return max(half.height for half in self.halves)

    def shapes(self, left: float, top: float, right: float) -> Iterable[Shape]:
        wide = (right - left) / len(self.halves)
        for place, half in enumerate(self.halves):
            start = left + place * wide
            yield from half.shapes(start, top, start + wide, is_error=place > 0)
            if place:
                yield curve([(start, top), (start, top + self.height)], to_tip=False, width=0.6)


def _alike(node: DiagramNode) -> str:
    """What boxes have in common that are equally wide."""
    return node.column if node.column and node.kind != "one" else node.id


_Written = _Content | _Halves  # what stands in a box


def _height(text: str) -> float:
    """Of a line with a label, which may have indices above and below it."""
    return (15.0, 18.5, 20.0)[min(2, len(label(text)) - 1)] if text else 15.0


def sign(symbol: str) -> Runs:
    """The sign of an operation: `x^2` with its power above the line."""
    base, _, power = minus(symbol).partition("^")
    return (Run(shown(base, 12)), Run(shown(power, 8), 1)) if power else (Run(shown(symbol, 12)),)


def _disc_width(symbol: str) -> float:
    return max(2 * _RADIUS, width_of(sign(symbol), 11.0, bold=True) + 8.0) if symbol else 0.0


def _sign(symbol: str, x: float, y: float, wide: float) -> list[Shape]:
    if not symbol:
        return []
    is_small = len(symbol) > 1 or symbol > "\u2219"  # taller signs would touch the disc
    size = 11.0 if is_small else 14.0
    disc = Rectangle(x - wide / 2, y - _RADIUS, wide, 2 * _RADIUS, "disc", _RADIUS, border=0.0)
    return [disc, Text(x, y + 0.34 * size, sign(symbol), size, "sign", bold=True, anchor="middle")]


def _fan(count: int, extent: float) -> tuple[float, ...]:
    """Where arrows arrive that have no rows: close together around the middle."""
    step = min(_PORT, (extent - 8.0) / max(1, count - 1))
    return tuple(step * (place - (count - 1) / 2) for place in range(count))


def _dots(n_arrows: int) -> Face:
    """The box that stands for what is left out."""
    frame = Rectangle(0.0, 0.0, 18.0, 14.0, "omitted", 4.0)
    dots = Text(9.0, 9.5, (Run("…"),), 11.0, anchor="middle")
    return Face(18.0, 14.0, 7.0, (0.0,) * n_arrows, (frame, dots), fixed=True)
