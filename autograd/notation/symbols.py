"""Formulas as symbols: what flows through the rows of the table to show a derivative the way a textbook writes it.

An expression is a row of the table over other expressions, or a name, or a number. Its arithmetic leaves out what a
textbook would: 1·x, x + 0, 0·x and the like. It carries its number along, so that a formula with cases shows the case
at hand.
"""

import functools
import itertools
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograd import ops
from autograd.table import SUM, Node, Op, floats, rows

DEPTH = 4  # how many operations deep a node without a label is written out


@dataclass(frozen=True)
class Expression:
    """A formula: a row of the table with its arguments; or, without a row, a name or a number.

    Attributes:
        number: Its value.
        name: How a symbol is called; empty for a number and for a row.
        op: The row.
        arguments: The arguments of the row.
    """

    number: float
    name: str = ""
    op: Op | None = None
    arguments: tuple["Expression", ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether this is a plain number."""
        return self.op is None and not self.name

    @property
    def data(self) -> float:
        """The number, by the name that it has in whatever flows through the table."""
        return self.number

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> "Expression":
        """What op(...) does when there is an Expression among its arguments."""
        written: Expression
        if op.is_infix and hasattr(Expression, f"__{op.name}__"):  # which leaves out what a textbook would
            written = getattr(operator, op.name)(*map(as_expression, arguments))
        else:
            written = apply(op, *arguments)
        return written

    @property
    def is_sum(self) -> bool:
        """Whether it is a sum or a difference, which needs parentheses as a factor."""
        return self.op is not None and self.op.precedence == SUM

    def __add__(self, other: "Expression | float") -> "Expression":
        other = as_expression(other)
        if _is(self, 0):
            return other
        if _is(other, 0):
            return self
        if self == other:
            return 2.0 * self
        if other.op is ops.neg:
            return self - other.arguments[0]
        return apply(ops.add, self, other)

    def __sub__(self, other: "Expression | float") -> "Expression":
        other = as_expression(other)
        if _is(self, 0):
            return -other
        return self if _is(other, 0) else apply(ops.sub, self, other)

    def __mul__(self, other: "Expression | float") -> "Expression":
        other = as_expression(other)
        if _is(self, 0) or _is(other, 0):
            return Expression(0.0)
        for one, rest in ((self, other), (other, self)):
            if _is(one, 1):
                return rest
            if _is(one, -1):
                return -rest
            if one.op is ops.neg:
                return -(one.arguments[0] * rest)
        if other.is_number and not self.is_number:  # numbers stand first
            return other * self
        if self == other:
            return apply(ops.pow, self, Expression(2.0))
        if other.op is ops.mul:  # a chain of factors needs no parentheses
            return self * other.arguments[0] * other.arguments[1]
        return apply(ops.mul, self, other)

    def __truediv__(self, other: "Expression | float") -> "Expression":
        other = as_expression(other)
        if _is(self, 0) or _is(other, 1):
            return self
        if self.op is ops.neg:
            return -(self.arguments[0] / other)
        if self.op is ops.truediv:
            return self.arguments[0] / (self.arguments[1] * other)
        return apply(ops.truediv, self, other)

    def __pow__(self, other: "Expression | float") -> "Expression":
        other = as_expression(other)
        if _is(other, 0):
            return Expression(1.0)
        return self if _is(other, 1) else apply(ops.pow, self, other)

    def __neg__(self) -> "Expression":
        if self.op is ops.neg:
            return self.arguments[0]
        if self.op is ops.mul and self.arguments[0].is_number:
            return -self.arguments[0] * self.arguments[1]
        return apply(ops.neg, self)

    def __radd__(self, other: float) -> "Expression":
        return Expression(other) + self

    def __rsub__(self, other: float) -> "Expression":
        return Expression(other) - self

    def __rmul__(self, other: float) -> "Expression":
        return Expression(other) * self

    def __rpow__(self, other: float) -> "Expression":
        return Expression(other) ** self

    def __rtruediv__(self, other: float) -> "Expression":
        return Expression(other) / self

    def __lt__(self, other: Any) -> bool:
        return self.number < as_expression(other).number

    def __le__(self, other: Any) -> bool:
        return self.number <= as_expression(other).number

    def __gt__(self, other: Any) -> bool:
        return self.number > as_expression(other).number

    def __ge__(self, other: Any) -> bool:
        return self.number >= as_expression(other).number


def as_expression(thing: Expression | float) -> Expression:
    """A plain number as an expression; an expression as it is."""
    return thing if isinstance(thing, Expression) else Expression(float(thing))


def apply(op: Op, *arguments: Any) -> Expression:
    """A row over its arguments; over numbers only, the number that it gives."""
    expressions = tuple(map(as_expression, arguments))
    number = op.forward(floats, *[expression.number for expression in expressions])
    if all(expression.is_number for expression in expressions):
        return Expression(number)
    return Expression(number, op=op, arguments=expressions)


def _is(expression: Expression, number: float) -> bool:
    return expression.is_number and expression.number == number


def written(node: Node, depth: int = DEPTH) -> Expression:
    """How a node is written: its label, or how it was computed, down to nodes with a label.

    Args:
        node: The node.
        depth: How many operations deep to go; what lies below becomes `…`.
    """
    return Expression(node.data, name=node.label) if node.label else computed(node, depth)


def computed(node: Node, depth: int = DEPTH) -> Expression:
    """How a node was computed, whether it has a label or not; a leaf is its label or its number."""
    if not node.parents:
        return Expression(node.data, name=node.label or ("" if node.is_constant else f"{node.data:g}"))
    if depth == 0:
        return Expression(node.data, name="…")
    return Expression(node.data, op=node.op, arguments=tuple(written(parent, depth - 1) for parent in node.parents))


def simplified(expression: Expression) -> Expression:
    """An expression without what a textbook would leave out: 1·x, x + 0, x·x and the like.

    Example:
        >>> from autograd.notation import to_text
        >>> x = Expression(3.0, "x")
        >>> to_text(simplified(apply(ops.add, apply(ops.mul, x, x), apply(ops.neg, x))))
        'x**2 - x'
    """
    if expression.op is None:
        return expression
    return Expression._record(expression.op, tuple(map(simplified, expression.arguments)))


def derivative(node: Node, place: int) -> Expression:
    r"""The formula for ∂node/∂parent, from the table's row.

    Args:
        node: The upper end of the edge.
        place: Which of its parents is the lower end, counted from 0.

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
    formula: Expression | float = op.partials[place](rows, value, *value.arguments)
    return as_expression(formula)


@functools.cache
def has_constant_slope(op: Op, place: int) -> bool:
    """Whether a partial derivative is the same number everywhere, as those of x + y and -x are."""
    ends = [(domain.samples[0], domain.samples[-1]) for domain in op.domain]
    slopes = set()
    for point in itertools.product(*ends):  # far apart, so that a formula with cases shows more than one
        arguments = [Expression(number, name) for number, name in zip(point, "xy", strict=False)]
        slope = as_expression(op.partials[place](rows, apply(op, *arguments), *arguments))
        slopes.add(slope.number if slope.is_number else None)
    return len(slopes) == 1 and None not in slopes


def names_in(expression: Expression) -> Iterator[Expression]:
    """The named symbols of an expression, from left to right, as often as they stand there."""
    if expression.name:
        yield expression
    for argument in expression.arguments:
        yield from names_in(argument)
