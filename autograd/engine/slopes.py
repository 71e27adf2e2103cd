"""The edges of a graph, and its local derivatives: the slopes along them, from the rows of the table."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.notation import failed
from autograd.table import CONSTANT, Node, as_float, floats


def local_derivatives(node: Node, wanted: Container[Any] | None = None) -> tuple[float | None, ...]:
    """∂node/∂parent for each parent, in their order; `None` for a constant.

    Args:
        node: The node.
        wanted: The parents to differentiate by, if not all; the others have `None` too.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: if one does not exist there; the message names the node.

    Example:
        >>> from autograd import Value
        >>> local_derivatives(Value(3.0) * Value(4.0))
        (4.0, 3.0)
        >>> local_derivatives(Value(3.0) ** 2)
        (6.0, None)
    """
    z, numbers = _numbers(node, None)
    return tuple(
        None
        if parent.op is CONSTANT or (wanted is not None and parent not in wanted)
        else _slope(node, place, z, numbers)
        for place, parent in enumerate(node.parents)
    )


class Edges(NamedTuple):
    """The edges that enter some nodes, each with a number. Nodes have places, so that a sweep looks none of them up.

    Edges from constants are left out: nothing flows along them. The edges of a node follow one another, that from its
    last parent first: backwards, a sweep adds to adjoints in the order in which `backward()` does.

    Attributes:
        nodes: The node at each place: first those that were given, and then those that they need from elsewhere.
        lower: For each edge the place of the node that it leaves.
        upper: The place of the node that it enters; they ascend.
        which: Which parent of that node the other one is, counted from 0.
    """

    nodes: list[Any]
    lower: list[int]
    upper: list[int]
    which: list[int]


def edges_into(order: Sequence[Any]) -> Edges:
    """The edges that enter some nodes, parents before children.

    Example:
        >>> from autograd import Value
        >>> from autograd.engine import edges_into
        >>> x, y = Value(3.0), Value(4.0)
        >>> z = x * y
        >>> edges_into([x, y, z, z + 1.0])[1:]
        ([1, 0, 2], [2, 2, 3], [1, 0, 0])
    """
    places = {node: place for place, node in enumerate(order)}
    lower, upper, which = list[int](), list[int](), list[int]()
    for place, node in enumerate(order):
        for k, parent in reversed([*enumerate(node.parents)]):
            if not parent.is_constant:
                lower.append(places.setdefault(parent, len(places)))
                upper.append(place)
                which.append(k)
    return Edges([*places], lower, upper, which)


def slopes_along(nodes: Sequence[Any], which: Sequence[int], at: Mapping[Any, float] | None = None) -> list[float]:
    """The local derivatives along some edges, in their order.

    Args:
        nodes: For each edge the node that it enters.
        which: Which of its parents it comes from, counted from 0.
        at: Numbers of the nodes and their parents at which to differentiate, in place of the ones they have.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: if one does not exist there; the message names the node.

    Example:
        >>> from autograd import Value
        >>> product = Value(3.0) * Value(4.0)
        >>> slopes_along([product, product], [1, 0])
        [3.0, 4.0]
    """
    return [_slope(node, k, *_numbers(node, at)) for node, k in zip(nodes, which, strict=True)]


def _numbers(node: Node, at: Mapping[Any, float] | None) -> tuple[float, list[float]]:
    """The number of a node, and those of its parents."""
    if at is None:
        return node.data, [parent.data for parent in node.parents]
    return at[node], [at.get(parent, parent.data) for parent in node.parents]


def _slope(node: Any, place: int, z: float, numbers: list[float]) -> float:
    try:
        return as_float(node.op.partials[place](floats, z, *numbers), "a derivative")
    except (ValueError, ArithmeticError) as error:
        raise failed(node.op, node.parents, error, differentiating=True) from None


def operations(order: Iterable[Node]) -> int:
    """How many operations a backward pass takes: two for each edge, its derivative and a multiply-add."""
    return sum(2 * (not parent.is_constant) for node in order for parent in node.parents)
