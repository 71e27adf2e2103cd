"""Nodes in words: `u = x*y - 1 (x=0.5, y=1)`, written from the table's symbols, and the messages of errors."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd.operation import ATOM, POWER, PREFIX, SUM, Op

if TYPE_CHECKING:
    from autograd.value import Value


def expression(node: "Value", depth: int = 4) -> str:
    """Write out how a node was computed, as far as the nodes that have a label.

    Args:
        node: The node to write out.
        depth: How many operations deep to go; what lies below becomes `…`.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(0.5, label="x"), Value(1.0, label="y")
        >>> expression((x * y - 1) * x)
        '(x*y - 1)*x'
    """
    return _write(node, depth, [])[0]


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
    text = _write(node, 4, labelled)[0]
    numbers = ", ".join(f"{other.label}={other.data:g}" for other in dict.fromkeys(labelled))
    return (f"{node.label} = " if node.label else "") + text + (f" ({numbers})" if numbers else "")


def failure(op: Op, operands: Sequence["Value"], error: Exception, *, differentiating: bool = False) -> str:
    """The message of an operation that failed: the rule, what came, where, and what to do.

    Args:
        op: The operation.
        operands: What it was applied to.
        error: What Python's mathematics raised.
        differentiating: Whether it was a partial derivative that failed, rather than the value.
    """
    who = f"the derivative of {op.symbol}" if differentiating else op.symbol
    where = " and ".join(f'"{operand.label}"' for operand in operands if operand.label)
    got = " and ".join(f"{operand.data}" for operand in operands)
    rule = op.rule_broken_by([operand.data for operand in operands], error, differentiating=differentiating)
    computed = "; ".join(describe(operand) for operand in operands if operand.parents)
    return f"{who}{f' at node {where}' if where else ''} got {got}; {rule}" + (
        f" Inputs: {computed}." if computed else ""
    )


def _write(node: "Value", depth: int, labelled: list["Value"]) -> tuple[str, int]:
    """The text of a node and how tightly it binds; labelled nodes that it mentions are added to `labelled`."""
    if node.op is None or not node.parents:
        if node.label:
            labelled.append(node)
            return node.label, ATOM
        return f"{node.data:g}", PREFIX if node.data < 0 else ATOM
    if depth == 0:
        return "…", ATOM
    op = node.op
    arguments = []
    for position, parent in enumerate(node.parents):
        if parent.label:
            labelled.append(parent)
            arguments.append(parent.label)
            continue
        text, precedence = _write(parent, depth - 1, labelled)
        loose = precedence < op.precedence or (precedence == op.precedence and (position > 0 or precedence == POWER))
        arguments.append(f"({text})" if op.is_infix and loose else text)
    if not op.is_infix:
        return f"{op.symbol}({', '.join(arguments)})", ATOM
    space = " " if op.precedence == SUM else ""
    return (
        f"{space}{op.symbol}{space}".join(arguments) if len(arguments) > 1 else op.symbol + arguments[0]
    ), op.precedence
