"""A recorded graph as data for the page: its operations by number, its leaves with their numbers, and nothing computed.

The fields, which `browser/graph.js` reads:

- `ops`: for each node the number of its row in `rows`; -1 for a variable, -2 for a constant;
- `distances`: for each parent of each node how far before the node it is;
- `numbers` and `roles`: for each leaf its number, and its place in `LEAVES`;
- `rows`: for each row its name, its sign, and what its arguments and those of its derivatives must be;
- `examples`: which leaves differ between the examples, and their numbers in each;
- `recorded`: value and slopes of the nodes whose row only Python can compute;
- `alike`: constants that had the number of another node: perhaps it was taken from there, and does not follow it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.engine import Value
from autograd.graph import Recorded
from autograd.pictures import LEAVES
from autograd.table import Op

_VARIABLE, _CONSTANT = -1, -2
_ORDINARY = 8  # letters: a number that is longer is no coincidence


def rows_of(graph: Recorded) -> list[Op]:
    """The rows of the table that a graph uses, in the order in which they appear."""
    return list(dict.fromkeys(node.op for node in graph.order if node.parents and node.op is not None))


def recording(
    graphs: Sequence[Recorded], roles: Mapping[Value, str], written: Mapping[Op, str | None]
) -> dict[str, object]:
    """The data of a graph.

    Args:
        graphs: The graphs of the examples, of one structure; the page opens with the first.
        roles: What the leaves of the first one are.
        written: How each of its rows is written in JavaScript; `None` if it cannot be.

    Example:
        >>> x = Value(3.0, "x")
        >>> y = x * x
        >>> data = recording([Recorded.of(y)], {x: "variable"}, {y.op: "..."})
        >>> data["ops"], data["distances"], data["numbers"]
        ([-1, 0], [1, 1], [3.0])
    """
    first = graphs[0]
    rows = rows_of(first)
    row_numbers = {row: number for number, row in enumerate(rows)}
    places = {node: place for place, node in enumerate(first.order)}
    leaves = [node for node in first.order if not node.parents]
    return {
        "ops": [_op(node, row_numbers) for node in first.order],
        "distances": [places[node] - places[parent] for node in first.order for parent in node.parents],
        "numbers": [leaf.data for leaf in leaves],
        "roles": [LEAVES.index(roles[leaf]) for leaf in leaves],
        "rows": [_row(row) for row in rows],
        "examples": _examples(graphs),
        "recorded": [_as_it_was(first, node, places) for node in _only_here(first, written)],
        "alike": _alike(places),
    }


def structure(graph: Recorded) -> object:
    """What two graphs have in common that differ only in the numbers of their leaves: equal if they have it."""
    places = {node: place for place, node in enumerate(graph.order)}
    return tuple(
        (node.op, node.label, node.is_constant, *(places[parent] for parent in node.parents)) for node in graph.order
    )


def _op(node: Value, row_numbers: dict[Op, int]) -> int:
    if node.parents and node.op is not None:
        return row_numbers[node.op]
    return _CONSTANT if node.is_constant else _VARIABLE


def _row(row: Op) -> dict[str, object]:
    return {
        "name": row.name,
        "sign": row.sign_with(),
        "rules": [domain.rule for domain in row.domain],
        "slopeRules": [domain.differentiable for domain in row.domain],
    }


def _examples(graphs: Sequence[Recorded]) -> dict[str, object]:
    """The numbers of the leaves that are not the same in all examples."""
    numbers = [[node.data for node in graph.order if not node.parents] for graph in graphs]
    differing = [place for place, column in enumerate(zip(*numbers, strict=True)) if len(set(column)) > 1]
    return {
        "leaves": differing,
        "numbers": [[row[place] for place in differing] for row in numbers],
    }


def _only_here(graph: Recorded, written: Mapping[Op, str | None]) -> list[Value]:
    missing = {row for row, text in written.items() if text is None}
    return [node for node in graph.order if node.parents and node.op in missing]


def _as_it_was(graph: Recorded, node: Value, places: dict[Value, int]) -> list[Any]:
    try:
        slopes = list(graph.slopes(node))
    except (ValueError, ArithmeticError):
        slopes = [None] * len(node.parents)
    return [places[node], node.data, slopes]


def _alike(places: Mapping[Value, int]) -> list[list[int]]:
    """The constants without a label whose number is that of a node that can change, and is no ordinary one."""
    known = {node.data: place for node, place in places.items() if not node.is_constant}
    return [
        [place, known[node.data]]
        for node, place in places.items()
        if node.is_constant and not node.label and len(repr(node.data)) > _ORDINARY and node.data in known
    ]
