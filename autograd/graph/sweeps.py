"""Forward sweeps over a recorded graph, which touch no node: its numbers computed anew, and tangents."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from autograd.engine import Value, count, local_derivatives
from autograd.notation import name, shortened
from autograd.table import Namespace, floats


def recompute(order: Iterable[Value], changed: Mapping[Value, Any], m: Namespace = floats) -> dict[Value, Any]:
    """The numbers that nodes would have if some had others than they do.

    Args:
        order: Nodes, parents before children; what they depend on besides keeps its numbers.
        changed: The nodes that have another number, and that number.
        m: The mathematics of those numbers.

    Raises:
        ValueError: if a number falls outside the domain of an operation, or gets too large.

    Example:
        >>> from autograd import Value, topological_order
        >>> x = Value(3.0)
        >>> y = x * x
        >>> recompute(topological_order(y), {x: 4.0})[y], y.data
        (16.0, 9.0)
    """
    numbers = dict(changed)
    for node in order:
        if node in changed:
            continue
        op: Any = node.op
        if not node.parents:
            numbers[node] = node.data
            continue
        arguments = [numbers.get(parent, parent.data) for parent in node.parents]
        try:
            numbers[node] = op.forward(m, *arguments)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(op.failure(arguments, error, where=f' in "{name(node)}"')) from None
    count("evaluations", lambda: sum(bool(node.parents) for node in numbers if node not in changed))
    return numbers


def check_finite(order: Sequence[Value]) -> None:
    """Raise a ValueError if a number in a graph is not finite."""
    for node in order:
        if not math.isfinite(node.data):
            raise ValueError(f"{name(node)} is {node.data}; find_nonfinite(output) says where that comes from.")


def check_current(order: Sequence[Value]) -> None:
    """Raise a ValueError if numbers in a graph are out of date, because others have been assigned since.

    Args:
        order: Nodes, parents before children.
    """
    stale = "the numbers in the graph are out of date: after assigning data, compute the output anew."
    try:
        numbers = recompute(order, {})
    except ValueError as error:
        raise ValueError(f"{stale} ({error})") from None
    for node, number in numbers.items():
        if number != node.data and not (math.isnan(number) and math.isnan(node.data)):
            raise ValueError(f"{stale} {shortened(name(node))} has {node.data:g}, which would be {number:g} now.")


def tangents(
    order: Iterable[Value],
    directions: Mapping[Value, float],
    at: Mapping[Value, float] | None = None,
    *,
    until: Container[Value] = (),
) -> dict[Value, float]:
    r"""The derivative, in one direction, of every node that depends on some variables, by forward accumulation.

    .. math:: \dot v = \sum_i \frac{\partial v}{\partial u_i} \, \dot u_i, \qquad u_i \text{ the parents of } v

    Args:
        order: Nodes, parents before children.
        directions: The tangent of each variable: `{x: 1.0}` for the derivative with respect to x.
        at: The numbers at which to differentiate; those of the nodes if not given.
        until: Nodes that get a tangent but pass none on: what is beyond them comes by the other paths only.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: if a derivative does not exist there.

    Example:
        >>> from autograd import Value, topological_order
        >>> x = Value(3.0)
        >>> y = x * x
        >>> tangents(topological_order(y), {x: 1.0})[y]
        6.0

    Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
    """
    result = dict(directions)
    sources = set(directions)
    for node in order:
        if node not in directions and not sources.isdisjoint(node.parents):
            slopes = zip(node.parents, local_derivatives(node, at), strict=True)
            result[node] = sum(
                (slope * result[parent] for parent, slope in slopes if slope is not None and parent in sources), 0.0
            )
            if node not in until:
                sources.add(node)
    count("forward", lambda: sum(2 * (parent in sources) for node in result for parent in node.parents))
    return result
