"""What a page calls the nodes that have no label of their own, and those that share one.

A page speaks of its output on every line, and of whatever a reader moves. Without a name, the first would be a long
formula, and the second the number that it has just been given.
"""

import copy
import itertools
from collections.abc import Iterable, Mapping, Sequence

from autograd import notation
from autograd.engine import Value
from autograd.explorer.names import name_data
from autograd.graph import Recorded

_OUTPUTS = ("C", "L", "output")  # the first that is free


def with_names(graph: Recorded, roles: Mapping[Value, str]) -> Recorded:
    """A graph with a name for its output, C, and for every leaf that may move, v₁, v₂ and so on, if they have no label.

    Where something lacks a name, nodes are copies; those of the graph that is given keep their labels.

    Args:
        graph: The graph.
        roles: What its leaves are: see `autograd.pictures.roles_of`.

    Example:
        >>> from autograd.pictures import roles_of
        >>> graph = Recorded.of(Value(2.0) * Value(3.0, "w"))
        >>> [node.label for node in with_names(graph, roles_of(graph.order)).order]
        ['v_1', 'w', 'C']
    """
    order = graph.order
    taken = {notation.typeset(node.label) for node in order if node.label}
    missing = dict[int, str]()
    if not graph.output.label:
        names = itertools.chain(_OUTPUTS, (f"output_{number}" for number in itertools.count(2)))
        missing[len(order) - 1] = _free(names, taken)
    numbered = (f"v_{number}" for number in itertools.count(1))
    for place, node in enumerate(order):
        if not (node.label or node.parents or roles[node] == "constant" or place in missing):
            missing[place] = _free(numbered, taken)
    if not missing:
        return graph
    named = _copied(order, missing)
    for place, label in missing.items():
        named[place].label = label
    return Recorded(named)


def _free(names: Iterable[str], taken: set[str]) -> str:
    """The first of some names that no node has."""
    return next(name for name in names if notation.typeset(name) not in taken)


def _copied(order: Sequence[Value], places: Iterable[int]) -> list[Value]:
    """The nodes, with copies in some places; of nothing else, if they are all at the end."""
    if set(places) == {len(order) - 1}:
        return [*order[:-1], copy.copy(order[-1])]
    return copy.deepcopy(list(order))


def numbered(order: Sequence[Value]) -> dict[Value, int]:
    """For each node that shares its name with others, which of them it is, counted from 1, as the page counts.

    Example:
        >>> list(numbered([Value(1.0, "w1_0"), Value(2.0, "b"), Value(3.0, "w^(1)_0")]).values())
        [1, 2]
    """
    return notation.numbered(order, _written)


def _written(node: Value) -> object:
    read = name_data(node.label)
    return read if isinstance(read, str) else read[0]
