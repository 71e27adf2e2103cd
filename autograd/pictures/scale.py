"""How wide and how full the lines and colors of a picture are, by the size of its numbers."""

import math
from collections.abc import Iterable
from typing import TypedDict

from autograd.pictures.parts import DiagramEdge, DiagramNode, Parts
from autograd.pictures.shapes import KINDS


class Stroke(TypedDict, total=False):
    """How a line looks, if not as usual; see `Curve`."""

    color: str
    width: float
    dashed: bool


class Scale:
    """Widths and tints by size, on the scale of the picture's largest numbers."""

    def __init__(self, diagram: Parts) -> None:
        self.on = diagram.style.signs
        self.data = _largest(node.data for node in diagram.nodes if KINDS[node.kind].is_tinted)
        self.grad = _largest(node.grad for node in diagram.nodes)
        self.weight = _largest(edge.weight for edge in diagram.edges)

    def box(self, node: DiagramNode) -> tuple[float, float | None]:
        """The width of a box's border, and its tint from -1 to 1."""
        border, tint = 1.2, None
        if self.on and node.grad and math.isfinite(self.grad) and not math.isnan(node.grad):
            border = 1.0 + 2.5 * abs(node.grad) / self.grad
        if self.on and KINDS[node.kind].is_tinted and node.data is not None and not math.isnan(node.data):
            finite = math.isfinite(self.data) and self.data > 0
            tint = node.data / self.data if finite else math.copysign(float(math.isinf(node.data)), node.data)
        return border, tint

    def stroke(self, edge: DiagramEdge) -> Stroke:
        """The color, width and dash of an arrow: those of its weight."""
        if edge.weight is None or math.isnan(edge.weight):
            return {}
        share = min(1.0, abs(edge.weight) / self.weight) if self.weight and math.isfinite(self.weight) else 0.5
        is_negative = edge.weight < 0
        return {"color": "less" if is_negative else "more", "width": 0.9 + 1.8 * share, "dashed": is_negative}


def _largest(numbers: Iterable[float | None]) -> float:
    return max((abs(value) for value in numbers if value is not None and not math.isnan(value)), default=0.0)
