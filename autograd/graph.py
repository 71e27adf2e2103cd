"""Walks over a computation graph: any nodes that have `.parents`, the nodes that they were computed from.

Every walk is iterative: a chain of a million operations must not meet Python's recursion limit.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from autograd.value import Value


class Node(Protocol):
    """What a walk asks of a node."""

    @property
    def parents(self: "N") -> Sequence["N"]:
        """The nodes that this one was computed from, in order and with repeats: `x * x` has two edges to x."""
        ...


N = TypeVar("N", bound=Node)


def topological_order(output: N) -> list[N]:
    """Every node that `output` depends on, and `output` itself last; parents stand before their children.

    Args:
        output: The node to start from.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0, label="x")
        >>> y = Value(2.0, label="y")
        >>> [node.label or node.op.symbol for node in topological_order(x * y + x)]
        ['x', 'y', '*', '+']

    Reference: depth-first search with finishing times; Cormen et al., "Introduction to Algorithms", section 20.4.
    """
    order: list[N] = []
    seen = {output}
    path, branches = [output], [iter(output.parents)]
    while path:
        for node in branches[-1]:
            if node not in seen:
                seen.add(node)
                parents = node.parents
                if parents:
                    path.append(node)
                    branches.append(iter(parents))
                    break
                order.append(node)
        else:
            order.append(path.pop())
            branches.pop()
    return order


def find_nonfinite(output: "Value") -> list["Value"]:
    """The nodes where nan or infinity enters a graph: not finite themselves, but computed from finite numbers only.

    Args:
        output: The node to start from, usually one that turned out to be nan.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(float("nan"), label="x"), Value(2.0, label="y")
        >>> find_nonfinite((x * y + y).tanh())
        [Value(data=nan, label='x')]
    """
    return [
        node
        for node in topological_order(output)
        if not math.isfinite(node.data) and all(math.isfinite(parent.data) for parent in node.parents)
    ]
