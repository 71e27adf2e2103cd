"""What a reader of a graph may ask of its nodes."""

from typing import Protocol

from autograd.table.operation import Op


class Node(Protocol):
    """A node of a recorded graph, from either engine: all that the rooms above the engine rely on."""

    @property
    def op(self) -> Op | None:
        """The row of the table that computed it; `None` for a leaf."""

    @property
    def parents(self) -> "tuple[Node, ...]":
        """The nodes that it was computed from, in order and with repeats: `x * x` has two edges to x."""

    @property
    def data(self) -> float:
        """The number."""

    @property
    def label(self) -> str:
        """The name, or `""`."""

    @property
    def is_constant(self) -> bool:
        """Whether it is a plain number, computed from plain numbers only, or under `no_grad()`: it gets no gradient."""
