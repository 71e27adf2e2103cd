r"""Gradients that leave those of the nodes alone: as numbers, or as Values with a graph of their own.

The partial derivatives of the table are ordinary operations. With Values flowing through them, the sweep records what
it computes, and a gradient can be differentiated again, to any order.
"""

from collections.abc import Container, Iterable, Sequence
from typing import Any

from autograd.engine.order import ordered
from autograd.engine.shared import check_assigned
from autograd.engine.tally import count
from autograd.engine.turns import gradients_kept
from autograd.notation import derivative_label, failed, read_derivative
from autograd.table import as_float, flows, product, rows


def gradient(output: Any, inputs: Sequence[Any]) -> list[float]:
    """The derivatives of one node, as numbers, by a backward pass that leaves every `grad` as it was.

    Args:
        output: The node to differentiate.
        inputs: The nodes to differentiate by; by one that it does not depend on, the derivative is 0.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: as `backward`.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> gradient(x * x, [x]), x.grad
        ([6.0], 0.0)
    """
    if output.is_constant:
        return [0.0 for _ in inputs]
    with gradients_kept([*ordered(output), *inputs]):
        output.backward()
        return [x.grad for x in inputs]


def gradient_graph(output: Any, inputs: Sequence[Any]) -> list[Any]:
    """The derivatives of one node, each a Value with a graph of its own, or a plain number where it depends on nothing.

    Args:
        output: The node to differentiate.
        inputs: The nodes to differentiate by; by one that it does not depend on, the derivative is 0.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: as `backward`, but only for what depends on the inputs.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0, "x")
        >>> gradient_graph(x**3 + 2.0, [x, Value(1.0)])
        [Value(data=27.0, expression='3*x**2'), 0.0]
    """
    order = ordered(output)
    check_assigned(order)
    active = set(inputs)  # what depends on them: nothing else needs an adjoint
    for node in order:
        if not active.isdisjoint(node.parents):
            active.add(node)
    adjoints: dict[Any, Any] = {output: 1.0}
    for node in reversed(order):
        if node not in adjoints:
            continue
        for place, parent in enumerate(node.parents):
            if parent in active:
                found = share(adjoints[node], node, place)
                adjoints[parent] = adjoints[parent] + found if parent in adjoints else found
    count("reverse", lambda: sum(2 * (parent in adjoints) for node in order for parent in node.parents))
    known = set(order)
    new = [(node, each) for node, each in adjoints.items() if flows(each) and each not in known and each.parents]
    name_derivatives(output, new, set(inputs))
    return [adjoints.get(x, 0.0) for x in inputs]


def share(adjoint: Any, node: Any, place: int) -> Any:
    """What a node passes on to a parent, adjoint · partial, as a Value or a plain number.

    Args:
        adjoint: The adjoint of the node, a Value or a plain number.
        node: The node.
        place: Which of its parents: 0 or 1.
    """
    try:
        found = product(adjoint, node.op.partials[place](rows, node, *node.parents))
    except (ValueError, ArithmeticError) as error:
        raise failed(node.op, node.parents, error, differentiating=True) from None
    return found if flows(found) else as_float(found, "a derivative")


def name_derivatives(output: Any, adjoints: Iterable[tuple[Any, Any]], inputs: Container[Any]) -> None:
    """Label new nodes that are derivatives with respect to labelled ones, for pictures and explanations.

    Of a derivative, only those with respect to the inputs are named: ∂²y/∂x∂y, with an inner y, would need explaining.

    Args:
        output: What was differentiated.
        adjoints: Nodes, and the derivative with respect to each.
        inputs: What it was differentiated by.
    """
    of_derivative = read_derivative(output.label) is not None
    for node, adjoint in adjoints:
        if output.label and node.label and not adjoint.label and (node in inputs or not of_derivative):
            adjoint.label = derivative_label(output.label, node.label)
