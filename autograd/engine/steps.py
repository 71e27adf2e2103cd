"""One step of a backward pass, as `backward(on_step=...)` tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step of a backward pass: what flows along one edge of the graph.

    Attributes:
        node: Where the adjoint comes from.
        parent: Where it goes to.
        place: Which of the node's parents that is, counted from 0: `x * x` passes on twice to x.
        local_derivative: ∂node/∂parent, on this edge.
        adjoint: ∂output/∂node.
        before: What has come together in the parent's adjoint until now.
    """

    node: Any
    parent: Any
    place: int
    local_derivative: float
    adjoint: float
    before: float

    @property
    def after(self) -> float:
        """What it becomes: before + adjoint · local_derivative."""
        return self.before + self.adjoint * self.local_derivative


OnStep = Callable[[Step], object]
