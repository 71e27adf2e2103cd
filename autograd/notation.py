"""Nodes in words: `u = x*y - 1 (x=0.5, y=1)`, written from the table's symbols, and the messages of errors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd.operation import ATOM, POWER, PREFIX, SUM, Op

if TYPE_CHECKING:
    from autograd.value import Value


def expression(node: "Value") -> str:
    """Write out how a node was computed, as far as the nodes that have a label and four operations deep.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(0.5, label="x"), Value(1.0, label="y")
        >>> expression((x * y - 1) * x)
        '(x*y - 1)*x'
    """
    return _write(node, [])[0]


def describe(node: "Value") -> str:
    """Write out a node with its label and with the numbers of the labelled nodes that it was computed from.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(0.5, label="x"), Value(1.0, label="y")
        >>> u = x * y - 1
        >>> u.label = "u"
        >>> describe(u)
        'u = x*y - 1 (x=0.5, y=1)'
    """
    if not node.parents:
        return f"{node.label}={node.data:g}" if node.label else f"{node.data:g}"
    labelled: list[Value] = []
    text = _write(node, labelled)[0]
    numbers = ", ".join(f"{other.label}={other.data:g}" for other in dict.fromkeys(labelled))
    return (f"{node.label} = " if node.label else "") + text + (f" ({numbers})" if numbers else "")


def failure(op: Op, operands: Sequence["Value"], error: Exception, *, differentiating: bool = False) -> str:
    """The message for an operation that failed, with the labels of what it was applied to and how that was computed."""
    labels = " and ".join(f'"{operand.label}"' for operand in operands if operand.label)
    where = f" at node {labels}" if labels else ""
    message = op.failure([operand.data for operand in operands], error, where=where, differentiating=differentiating)
    inputs = "; ".join(describe(operand) for operand in operands if operand.parents)
    return f"{message} Inputs: {inputs}." if inputs else message


def _write(node: "Value", labelled: list["Value"], depth: int = 4) -> tuple[str, int]:
    """The text of a node and how tightly it binds; labelled nodes that it mentions are added to `labelled`."""
    if not node.parents:
        if node.label:
            labelled.append(node)
            return node.label, ATOM
        return f"{node.data:g}", PREFIX if node.data < 0 else ATOM
    if depth == 0:
        return "…", ATOM
    op: Any = node.op
    arguments = []
    for position, parent in enumerate(node.parents):
        if parent.label:
            labelled.append(parent)
            arguments.append(parent.label)
            continue
        text, precedence = _write(parent, labelled, depth - 1)
        loose = precedence < op.precedence or (precedence == op.precedence and (position > 0 or precedence == POWER))
        arguments.append(f"({text})" if op.is_infix and loose else text)
    if not op.is_infix:
        return f"{op.symbol}({', '.join(arguments)})", ATOM
    space = " " if op.precedence == SUM else ""
    return (
        f"{space}{op.symbol}{space}".join(arguments) if len(arguments) > 1 else op.symbol + arguments[0]
    ), op.precedence
