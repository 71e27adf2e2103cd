"""Backward passes over a recorded graph with one well-known fault each: what wrong answers are computed with."""

from collections.abc import Callable, Iterator, Mapping

from autograd.engine import Value
from autograd.graph import Recorded
from autograd.ops import sigmoid, sub

Gradient = dict[Value, float]
FindEdges = Callable[[Recorded, Value], Iterator[tuple[Value, float]]]  # each parent of a node, and ∂node/∂parent


def edges(graph: Recorded, node: Value) -> Iterator[tuple[Value, float]]:
    """The parents of a node that are no constants, each with its local derivative."""
    pairs = zip(node.parents, graph.slopes(node), strict=True) if node.parents else ()
    return ((parent, slope) for parent, slope in pairs if slope is not None)


def backward(graph: Recorded, edges: FindEdges = edges, kept: float = 1.0, before: Gradient | None = None) -> Gradient:
    """A backward pass that can go wrong.

    Args:
        graph: The graph.
        edges: The edges that it finds at a node.
        kept: How much of what a node has it keeps when more arrives: 0 overwrites.
        before: What an earlier pass has left.
    """
    found = (before or {}) | {graph.output: 1.0}
    for node in reversed(graph.order):
        for parent, slope in edges(graph, node):
            found[parent] = kept * found.get(parent, 0.0) + found[node] * slope
    return found


def _recursion(graph: Recorded) -> Gradient:
    found = {graph.output: 1.0}
    todo = [(graph.output, edges(graph, graph.output))]  # a stack of what recursion would have open
    while todo:
        node, left = todo[-1]
        edge = next(left, None)
        if edge is None:
            todo.pop()
            continue
        parent, slope = edge
        found[parent] = found.get(parent, 0.0) + found[node] * slope
        todo.append((parent, edges(graph, parent)))  # at once, with what it has so far
    return found


def _added_subtrahend(graph: Recorded, node: Value) -> Iterator[tuple[Value, float]]:
    return ((parent, 1.0 if node.op is sub else slope) for parent, slope in edges(graph, node))


def _forgotten_slope(graph: Recorded, node: Value) -> Iterator[tuple[Value, float]]:
    return ((parent, 1.0 if node.op is sigmoid else slope) for parent, slope in edges(graph, node))


def _once_each(graph: Recorded, node: Value) -> Iterator[tuple[Value, float]]:
    return iter(dict(edges(graph, node)).items())


FAULTS: Mapping[str, Callable[[Recorded], Gradient]] = {  # named as in lesson 6
    "= for +=": lambda graph: backward(graph, kept=0.0),
    "recursion without topological order": _recursion,
    "no zeroing": lambda graph: backward(graph, before=backward(graph)),
    "the wrong sign of a subtraction": lambda graph: backward(graph, _added_subtrahend),
    "a forgotten σ'": lambda graph: backward(graph, _forgotten_slope),
    "parents kept in a set": lambda graph: backward(graph, _once_each),
}
