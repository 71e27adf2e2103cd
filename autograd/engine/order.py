"""The order in which a graph was computed: parents before children.

The walk is iterative: a chain of a million operations must not hit Python's recursion limit.
"""

from typing import Any

from autograd.engine.shared import require_values


def topological_order(*outputs: Any) -> list[Any]:
    """Every node that an output depends on, and the output itself last; parents come before their children.

    Args:
        outputs: The node to start from, or several.

    Raises:
        TypeError: if something is not a Value.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0, label="x")
        >>> y = Value(2.0, label="y")
        >>> [node.label or node.op.symbol for node in topological_order(x * y + x)]
        ['x', 'y', '*', '+']

    Reference: depth-first search with finishing times; Cormen et al., "Introduction to Algorithms", section 20.4.
    """
    require_values("topological_order", *outputs)
    return ordered(*outputs)


def ordered(*outputs: Any) -> list[Any]:
    """The same, for who knows that these are Values."""
    order: list[Any] = []
    seen: set[Any] = set()
    # The work left, the next item last. `None` says that all parents of the node before it are done. The list holds
    # nodes only: an iterator for each open node would make a deep graph cost ten times as much, in garbage collection.
    todo: list[Any] = [*reversed(outputs)]
    while todo:
        node = todo.pop()
        if node is None:
            order.append(todo.pop())  # a node stands before each None
            continue
        while node not in seen:
            seen.add(node)
            x = node._x
            if x is None:
                order.append(node)
                break
            todo.append(node)
            todo.append(None)
            if node._y is not None:
                todo.append(node._y)
            node = x  # next, without a detour over the list
    return order
