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
        self.errors, self.live = diagram.style.errors, diagram.style.live
        self.weight_grad = _largest(edge.weight_grad for edge in diagram.edges)
        neurons = [node for node in diagram.nodes if node.delta is not None]
        self._largest_of = {  # a neuron that is 1 is full
            "data": max(1.0, _largest(node.data for node in neurons)),
            "grad": _largest(node.grad for node in neurons),
            "delta": _largest(node.delta for node in neurons),
        }

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
        """The color, width and dash of an arrow: those of its weight. A weight of 0 has the color of no sign."""
        if edge.weight is None or math.isnan(edge.weight):
            return {}
        is_negative = edge.weight < 0
        share = min(1.0, abs(edge.weight) / self.weight) if self.weight and math.isfinite(self.weight) else 0.5
        width = 0.9 + 1.8 * share
        if self.errors:
            # A page changes widths, but not the heads of arrows.
            width = 0.7 + 3.8 * (0.5 if self.live else _share(edge.weight_grad or 0.0, self.weight_grad))
        color = "less" if is_negative else "more" if edge.weight else "line"
        return {"color": color, "width": width, "dashed": is_negative}

    def full(self, number: float | None, what: str) -> float:
        """How full a half of a neuron is, from 0 to 1, by its "data", its "grad" or its "delta"."""
        return _share(number or 0.0, self._largest_of[what])


def _share(number: float, largest: float) -> float:
    """How large a number is beside the largest one, from 0 to 1."""
    return min(1.0, abs(number) / largest) if math.isfinite(number) and 0.0 < largest < math.inf else 0.0


def _largest(numbers: Iterable[float | None]) -> float:
    return max((abs(value) for value in numbers if value is not None and not math.isnan(value)), default=0.0)
