"""The local derivatives of a node: the slopes along the edges that enter it, from the row of the table."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from autograd.notation import failed
from autograd.table import CONSTANT, Node, as_float, floats


def local_derivatives(
    node: Node, at: Mapping[Any, float] | None = None, wanted: Container[Any] | None = None
) -> tuple[float | None, ...]:
    """∂node/∂parent for each parent, in their order; `None` for a constant.

    Args:
        node: The node.
        at: Numbers of the node and its parents at which to differentiate, in place of the ones they have.
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
    parents = node.parents
    if node.op is None or not parents:
        return ()
    z = node.data if at is None else at[node]
    numbers = [parent.data if at is None else at.get(parent, parent.data) for parent in parents]
    try:
        return tuple(
            None
            if parent.op is CONSTANT or (wanted is not None and parent not in wanted)
            else as_float(partial(floats, z, *numbers), "a derivative")
            for parent, partial in zip(parents, node.op.partials, strict=True)
        )
    except (ValueError, ArithmeticError) as error:
        raise failed(node.op, parents, error, differentiating=True) from None


def operations(order: Iterable[Node]) -> int:
    """How many operations a backward pass takes: two for each edge, its derivative and a multiply-add."""
    return sum(2 * (not parent.is_constant) for node in order for parent in node.parents)
