"""The path that a picture is about, which runs straight through it."""

from collections import defaultdict
from collections.abc import Sequence

from autograd.pictures.parts import DiagramEdge, DiagramNode

_FIRST = {"parameter": 3, "input": 2, "variable": 1}  # where a path begins rather than elsewhere


def main_path(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge]) -> tuple[str, ...]:
    """The ids of the boxes on the path with most names; of several, on the longest; of these, rather from a parameter.

    Args:
        nodes: The boxes, parents before children.
        edges: The arrows.

    Example:
        >>> w, x, z = (DiagramNode(name, kind, label=name) for name, kind in
        ...            [("w", "parameter"), ("x", "input"), ("z", "operation")])
        >>> main_path([x, w, z], [DiagramEdge("x", "z"), DiagramEdge("w", "z")])
        ('w', 'z')
    """
    into = defaultdict[str, list[str]](list)
    for edge in edges:
        into[edge.target].append(edge.source)
    best: dict[str, tuple[int, int, int]] = {}  # of the paths to each box: names, length, beginning
    before: dict[str, str] = {}
    for node in (node for node in nodes if node.kind != "omitted"):
        names, length, first = 0, 0, _FIRST.get(node.kind, 0)
        sources = [source for source in into[node.id] if source in best]
        if sources:
            before[node.id] = max(sources, key=best.__getitem__)
            names, length, first = best[before[node.id]]
        best[node.id] = (names + bool(node.label), length + 1, first)
    path = [max(best, key=best.__getitem__)] if best else []
    while path and path[-1] in before:
        path.append(before[path[-1]])
    return tuple(reversed(path))
