"""One step of a backward pass, as `backward(on_step=...)` reports it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step of a backward pass: what flows along one edge of the graph.

    Attributes:
        node: Where the adjoint comes from.
        parent: Where it goes.
        place: Which of the node's parents that is, counted from 0: `x * x` passes its adjoint to x twice.
        local_derivative: ∂node/∂parent, on this edge.
        adjoint: ∂output/∂node.
        before: The parent's adjoint before this step.
    """

    node: Any
    parent: Any
    place: int
    local_derivative: float
    adjoint: float
    before: float

    @property
    def after(self) -> float:
        """The parent's adjoint after this step: before + adjoint · local_derivative."""
        return self.before + self.adjoint * self.local_derivative


OnStep = Callable[[Step], object]
