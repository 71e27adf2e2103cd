"""Nodes as formulas: how a node was computed, and the derivative along an edge, from the rows of the table."""

import functools
import itertools
from collections.abc import Callable
from typing import Any

from autograd.notation.expressions import Expression, apply, as_expression
from autograd.table import Node, Op, Rows


class _Textbook(Rows):
    """The table as a namespace of mathematics for formulas, which are written as in a textbook."""

    @staticmethod
    def textbook(form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:  # noqa: ARG004
        return form()


_TEXTBOOK: Any = _Textbook()
DEPTH = 4  # how many operations deep a node without a label is written out


def written(node: Node, depth: int = DEPTH) -> Expression:
    """How a node is written: its label, or how it was computed, down to labeled nodes.

    Args:
        node: The node.
        depth: How many operations deep to go; anything deeper becomes `…`.
    """
    return Expression(node.data, name=node.label) if node.label else computed(node, depth)


def computed(node: Node, depth: int = DEPTH) -> Expression:
    """How a node was computed, whether or not it has a label; a leaf is its label or its number."""
    if not node.parents:
        return Expression(node.data, name=node.label or ("" if node.is_constant else f"{node.data:g}"))
    if depth == 0:
        return Expression(node.data, name="…")
    return Expression(node.data, op=node.op, arguments=tuple(written(parent, depth - 1) for parent in node.parents))


def derivative(node: Node, place: int) -> Expression:
    r"""The formula for ∂node/∂parent, from the table's row.

    Args:
        node: The node to differentiate.
        place: Which of its parents to differentiate by, counted from 0.

    Example:
        >>> from autograd import Value
        >>> from autograd.notation import to_text
        >>> to_text(derivative(Value(0.5, "z").sigmoid(), 0))
        'sigmoid(z)*(1 - sigmoid(z))'
        >>> to_text(derivative((Value(0.5, "a") - Value(1.0, "y")) ** 2, 0))
        '2*(a - y)'
    """
    op: Any = node.op
    value = computed(node, DEPTH + 1)
    formula: Expression | float = op.partials[place](_TEXTBOOK, value, *value.arguments)
    return as_expression(formula)


@functools.cache
def has_constant_slope(op: Op, place: int) -> bool:
    """Whether a partial derivative is the same number everywhere, as those of x + y and -x are."""
    ends = [(domain.samples[0], domain.samples[-1]) for domain in op.domain]
    slopes = set()
    for point in itertools.product(*ends):  # far apart, so that a formula with cases shows more than one
        arguments = [Expression(number, name) for number, name in zip(point, "xy", strict=False)]
        slope = as_expression(op.partials[place](_TEXTBOOK, apply(op, *arguments), *arguments))
        slopes.add(slope.number if slope.is_number else None)
    return len(slopes) == 1 and None not in slopes
