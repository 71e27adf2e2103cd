"""Copies and pickles of a graph, without recursion: a node comes after a list of what it was computed from.

`pickle` and `copy` reduce an object to a function and its arguments, and go into the arguments first. From a node they
would go to its parents, then to theirs, as deep as the graph. So the first argument is a list of all nodes below,
parents before children. Each is saved as a Value of its own, so nodes that several outputs share stay shared.

What is in a list already is noted for each thread, as long as a pickler remembers what it has saved. While one is kept,
another one in the same thread goes into the nodes of the first by recursion again.
"""

import threading
from collections.abc import Callable
from typing import Any

from autograd.engine.shared import parts


class _Listed(threading.local):
    """The nodes that the pickles and copies in the making, of this thread, have in a list already."""

    def __init__(self) -> None:
        self.nodes: set[Any] = set()


_listed = _Listed()


class Before:
    """What a node was computed from: becomes a list, parents before children, without what is in a list already."""

    __slots__ = ("listed", "node", "nodes", "order")

    def __init__(self, node: Any, order: Callable[[Any], list[Any]]) -> None:
        self.node, self.order = node, order
        self.nodes: list[Any] = []
        self.listed = _listed.nodes

    def __reduce__(self) -> tuple[Any, ...]:
        self.nodes = [node for node in self.order(self.node)[:-1] if node.parents and node not in self.listed]
        self.listed.update(self.nodes)
        return list, (), None, iter(self.nodes)

    def __del__(self) -> None:
        self.listed.difference_update(self.nodes)  # whoever saves it keeps it, until they forget what they have saved


def reduced(node: Any, order: Callable[[Any], list[Any]], restored: Any, restored_after: Any) -> tuple[Any, ...]:
    """What `__reduce__` returns for a node.

    Args:
        node: The node.
        order: The engine's `topological_order`.
        restored: Makes a node from its parts.
        restored_after: The same, with what comes before it as its first argument.
    """
    if node in _listed.nodes or not any(parent.parents for parent in node.parents):
        return restored, parts(node)
    return restored_after, (Before(node, order), *parts(node))
