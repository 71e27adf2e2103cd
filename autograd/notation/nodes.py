"""Nodes in words: `u = x*y - 1 (x=0.5, y=1)`, for `repr` and error messages."""

from collections.abc import Sequence

from autograd.notation.expressions import names_in
from autograd.notation.symbols import Names, computed, written
from autograd.notation.text import to_text
from autograd.table import Node, Op, at_nodes, printable, reworded


def expression(node: Node) -> str:
    """Write out how a node was computed, down to labeled nodes and at most four operations deep.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(0.5, label="x"), Value(1.0, label="y")
        >>> expression((x * y - 1) * x)
        '(x*y - 1)*x'
    """
    return to_text(computed(node))


def name(node: Node, names: Names | None = None) -> str:
    """What to call a node: its label, or else how it was computed; or what it is called among `names`."""
    if node.label and (label := printable(names.get(node, node.label) if names else node.label)):
        return label  # as the formula has it, which takes longer to make
    return to_text(written(node, names=names))


def describe(node: Node) -> str:
    """Write out a node with its label and the numbers of the labeled nodes that it was computed from.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(0.5, label="x"), Value(1.0, label="y")
        >>> u = x * y - 1
        >>> u.label = "u"
        >>> describe(u)
        'u = x*y - 1 (x=0.5, y=1)'
    """
    formula = computed(node)
    symbols = {to_text(symbol): f"{symbol.number:g}" for symbol in names_in(formula)}
    numbers = ", ".join(f"{symbol}={number}" for symbol, number in symbols.items() if symbol not in ("…", number))
    return (f"{name(node)} = " if node.label else "") + to_text(formula) + (f" ({numbers})" if numbers else "")


def failed(op: Op, operands: Sequence[Node], error: Exception, *, differentiating: bool = False) -> Exception:
    """The error for a failed operation: it names the operands by their labels, and says how they were computed.

    Args:
        op: The operation.
        operands: What it was applied to.
        error: What its formula raised.
        differentiating: Whether a partial derivative failed, rather than the value.
    """
    numbers = [operand.data for operand in operands]
    message = op.failure(numbers, error, where=at_nodes(operands), differentiating=differentiating)
    inputs = "; ".join(describe(operand) for operand in operands if operand.parents)
    return reworded(error, f"{message} Inputs: {inputs}." if inputs else message)
