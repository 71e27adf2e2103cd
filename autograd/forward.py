"""Forward sweeps over a recorded graph, which touch no node: its numbers computed anew, and tangents."""

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from autograd.notation import name
from autograd.operation import floats
from autograd.reverse import local_derivatives
from autograd.tally import count

if TYPE_CHECKING:
    from autograd.value import Value


def recompute(order: "Iterable[Value]", changed: "Mapping[Value, float]") -> "dict[Value, float]":
    """The numbers that nodes would have if some had others than they do.

    Args:
        order: Nodes, parents before children; what they depend on besides keeps its numbers.
        changed: The nodes that have another number, and that number.

    Raises:
        ValueError: if a number falls outside the domain of an operation, or gets too large.

    Example:
        >>> from autograd import Value, topological_order
        >>> x = Value(3.0)
        >>> y = x * x
        >>> recompute(topological_order(y), {x: 4.0})[y], y.data
        (16.0, 9.0)
    """
    count("evaluations")
    numbers = dict(changed)
    for node in order:
        if node in changed:
            continue
        op: Any = node.op
        if not node.parents:
            numbers[node] = node._data
            continue
        arguments = [numbers.get(parent, parent._data) for parent in node.parents]
        try:
            numbers[node] = op.forward(floats, *arguments)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(op.failure(arguments, error, where=f' in "{name(node)}"')) from None
    return numbers


def tangents(
    order: "Iterable[Value]",
    variable: "Value",
    at: "Mapping[Value, float] | None" = None,
    *,
    until: "Container[Value]" = (),
) -> "dict[Value, float]":
    r"""∂node/∂variable for every node that depends on a variable, by forward accumulation.

    .. math:: \dot v = \sum_i \frac{\partial v}{\partial u_i} \, \dot u_i, \qquad u_i \text{ the parents of } v

    Args:
        order: Nodes, parents before children.
        variable: The node with respect to which; its own tangent is 1.
        at: The numbers at which to differentiate; those of the nodes if not given.
        until: Nodes that get a tangent but pass none on: what is beyond them comes by the other paths only.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: if a derivative does not exist there.

    Example:
        >>> from autograd import Value, topological_order
        >>> x = Value(3.0)
        >>> y = x * x
        >>> tangents(topological_order(y), x)[y]
        6.0

    Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
    """
    count("forward")
    result = {variable: 1.0}
    sources = {variable}
    for node in order:
        if node is not variable and not sources.isdisjoint(node.parents):
            slopes = zip(node.parents, local_derivatives(node, at), strict=True)
            result[node] = sum(
                (slope * result[parent] for parent, slope in slopes if slope is not None and parent in sources), 0.0
            )
            if node not in until:
                sources.add(node)
    return result
