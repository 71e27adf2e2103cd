"""Walks over a computation graph.

Every walk is iterative: a chain of a million operations must not meet Python's recursion limit.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.value import Value


def topological_order(*outputs: "Value") -> list["Value"]:
    """Every node that an output depends on, and the output itself last; parents stand before their children.

    Args:
        outputs: The node to start from, or several.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0, label="x")
        >>> y = Value(2.0, label="y")
        >>> [node.label or node.op.symbol for node in topological_order(x * y + x)]
        ['x', 'y', '*', '+']

    Reference: depth-first search with finishing times; Cormen et al., "Introduction to Algorithms", section 20.4.
    """
    if outputs and hasattr(outputs[0], "_topological_order"):  # the compiled Value does the same in C
        compiled: list[Value] = outputs[0]._topological_order(*outputs)
        return compiled
    order: list[Value] = []
    seen: set[Value] = set()
    # What is still to do, the next last. `None` says that all parents of the node before it have been done. The list
    # holds nodes only: an iterator for each open node would cost a deep graph ten times as much, in garbage collection.
    todo: list[Value | None] = [*reversed(outputs)]
    while todo:
        node = todo.pop()
        if node is None:
            order.append(todo.pop())  # type: ignore[arg-type]  # a node stands before each None
        elif node not in seen:
            seen.add(node)
            if node._x is None:
                order.append(node)
                continue
            todo.append(node)
            todo.append(None)
            if node._y is not None:
                todo.append(node._y)
            todo.append(node._x)
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
