"""What stands below a picture: the note, and what its colors, dashes and signs mean."""

import math
from collections.abc import Iterator
from dataclasses import replace

from autograd.notation import minus
from autograd.pictures.lettering import Run, lines, shown, width_of
from autograd.pictures.parts import DiagramEdge, Parts
from autograd.pictures.shapes import KINDS, LIT_WIDTH, Curve, Piece, Rectangle, Shape, Text, curve, moved

_TYPE = 10.0  # points: the type size
_ROW, _PAD, _SIDE = 13.0, 3.0, 8.0  # points: a line, and the margins above and beside
_MARK, _GAP, _APART = 12.0, 4.0, 12.0  # points: an example, what is between it and its name, and after that
_LONGEST = 400  # letters of a note


def legend(diagram: Parts, widest: float) -> Piece | None:
    """Write what stands below a picture; `None` if there is nothing to say.

    Args:
        diagram: The picture.
        widest: How wide it may be, in points.
    """
    shapes: list[Shape] = []
    right, y = 0.0, _PAD
    note = " ".join(filter(None, [shown(diagram.note, _LONGEST), equations(diagram) if diagram.style.errors else ""]))
    for line in lines(minus(note), _TYPE, widest - 2 * _SIDE) if note else []:
        has_indices = any(run.place for run in line)  # which take some room
        y += _ROW + (3.0 if has_indices else 0.0)
        shapes.append(Text(_SIDE, y - (4.5 if has_indices else 3.0), line, _TYPE, "quiet"))
        right = max(right, _SIDE + width_of(line, _TYPE))
    x, is_first = widest, True
    for mark, text in _entries(diagram):
        wide = width_of(mark.runs, mark.size) if isinstance(mark, Text) else _MARK
        name = (Run(text),)
        taken = wide + _GAP + width_of(name, _TYPE)
        if x + taken > widest - _SIDE or is_first:
            x, y, is_first = _SIDE, y + _ROW + 1.0, False
        rise = {Rectangle: 10.5, Curve: 6.5, Text: 3.0}[type(mark)]
        shapes += [moved(mark, x, y - rise), Text(x + wide + _GAP, y - 3.0, name, _TYPE, "quiet")]
        right, x = max(right, x + taken), x + taken + _APART
    if not shapes:
        return None
    return Piece("note", "", (Rectangle(0.0, 0.0, right + _SIDE, y + _PAD, "note", 4.0, 0.0), *shapes))


def equations(diagram: Parts) -> str:
    """Where the four equations of backpropagation are in a picture of errors."""
    of = diagram.of or "C"
    weighted = [edge for edge in diagram.edges if edge.weight is not None]
    if not weighted:
        return ""
    is_product = all(_is_product(edge, diagram) for edge in weighted)
    text = f"On each arrow w, below it ∂{of}/∂w = {'a·δ' if is_product else 'the sum of all its a·δ'} (BP4);"
    text += f" from a 1 the bias, ∂{of}/∂b = {'δ' if is_product else 'the sum of all its δ'} (BP3)."
    if any(node.inner for node in diagram.nodes):
        text += f" In a neuron a = σ(z) and δ = ∂{of}/∂a·σ′(z); ∂{of}/∂a is Σ w·δ over the arrows that leave it (BP2),"
        text += " in the last layer that of the cost (BP1). Bars show sizes."
    return text


def _is_product(edge: DiagramEdge, diagram: Parts) -> bool:
    """Whether the gradient of a weight is a·δ of its arrow alone, since it has no other one."""
    data = {node.id: node.data for node in diagram.nodes}
    delta = {node.id: node.delta for node in diagram.nodes}
    a, error, gradient = data[edge.source], delta[edge.target], edge.weight_grad
    if gradient is None:
        return True
    return a is not None and error is not None and math.isclose(gradient, a * error, rel_tol=1e-6, abs_tol=1e-300)


def _entries(diagram: Parts) -> Iterator[tuple[Shape, str]]:
    """What the looks mean that are in the picture, each with an example."""
    kinds = {node.kind for node in diagram.nodes}
    kinds -= {"variable"} if "parameter" in kinds else set()  # which look the same
    box = Rectangle(0.0, 0.0, _MARK, 8.0, "parameter", 3.0, 1.0)
    if not kinds.isdisjoint({"parameter", "input", "target"}):
        for kind, look in KINDS.items():
            if kind in kinds and look.name and not (diagram.style.signs and look.is_tinted):
                yield replace(box, look=kind, corner=min(look.corner, 3.0)), look.name
    weights = [edge.weight for edge in diagram.edges if edge.weight is not None]
    line = curve([(0.0, 0.0), (_MARK, 0.0)], to_tip=False, width=1.8)
    if any(weight > 0 for weight in weights):
        yield replace(line, color="more"), "weight > 0"
    if any(weight < 0 for weight in weights):
        yield replace(line, color="less", dashed=True), "weight < 0"
    if diagram.style.errors and weights:
        yield replace(line, width=3.6), "large gradient"
    if diagram.style.signs:
        for tint, text in ((1.0, "parameter > 0"), (-1.0, "parameter < 0")):
            if any(KINDS[kind].is_tinted for kind in kinds):
                yield replace(box, tint=tint), text
        if any(node.grad for node in diagram.nodes):
            yield replace(box, look="operation", border=2.6), "large gradient"
    if any(edge.derivative is not None for edge in diagram.edges):
        yield _mark("∂"), "local derivative"
    if diagram.style.gradients and any(node.grad is not None for node in diagram.nodes):
        so_far = " so far" if diagram.style.steady else ""  # in the pictures of steps
        yield _mark(f"∂{diagram.of}" if diagram.of else "grad"), f"gradient{so_far}"
    if any(edge.lit for edge in diagram.edges):
        yield replace(line, color="lit", width=LIT_WIDTH, band=True), "lit"


def _mark(text: str) -> Text:
    return Text(0.0, 0.0, (Run(text),), _TYPE, "gradient")
