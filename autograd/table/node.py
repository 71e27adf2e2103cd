"""What whoever reads a graph may ask of its nodes."""

from typing import Protocol

from autograd.table.operation import Op


class Node(Protocol):
    """A node of a recorded graph, of whichever engine: what everything above the engines is built on."""

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
        """Whether it is a plain number of an expression, or computed from nothing else: it gets no gradient."""
