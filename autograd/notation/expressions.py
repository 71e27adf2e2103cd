"""Formulas as data, which flow through the rows of the table to write a derivative the way a textbook does.

An expression is a row of the table applied to other expressions, or a name, or a number. Applying a row leaves out what
a textbook would, by the rules at the end: 1·x, x + 0, 0·x and the like. An expression carries its number along, so that
a formula with cases shows the case that applies.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar

from autograd import ops
from autograd.table import SUM, Flowing, Op, floats, flows


class Nested(Protocol):
    """A formula, computed or only read, or a part of one."""

    @property
    def arguments(self) -> tuple[Self, ...]:
        """What its row is applied to; a name or a number has none."""


N = TypeVar("N", bound=Nested)


@dataclass(frozen=True)
class Expression(Flowing):
    """A formula: a row of the table with its arguments; or, without a row, a name or a number.

    Attributes:
        number: Its value; nan if it has none.
        name: The name of a symbol; empty for a number and for a row.
        op: The row.
        arguments: The arguments of the row.
    """

    number: float = field(hash=False)
    name: str = ""
    op: Op | None = None
    arguments: tuple["Expression", ...] = ()

    def __eq__(self, other: object) -> bool:  # one nan is itself, as in tuples; since Python 3.13 not by default
        if not isinstance(other, Expression):
            return NotImplemented
        fields = (self.number, self.name, self.op, self.arguments)
        return fields == (other.number, other.name, other.op, other.arguments)

    __ne__ = object.__ne__  # == and != ask whether two formulas are the same; <, <=, > and >= compare their numbers

    @property
    def data(self) -> float:
        """The value, under the name used by everything that flows through the table."""
        return self.number

    @property
    def is_number(self) -> bool:
        """Whether this is a plain number."""
        return self.op is None and not self.name

    @property
    def is_sum(self) -> bool:
        """Whether it is a sum or a difference, which needs parentheses as a factor."""
        return self.op is not None and self.op.precedence == SUM

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        """A row applied to expressions and numbers, without what a textbook would leave out.

        A formula may have no value and be written all the same, as 1/x**2 where x**2 is 0 in floats: its number is nan.
        """
        for argument in arguments:
            if flows(argument) and not isinstance(argument, Expression):
                return argument._record(op, arguments)  # to a dual number, a formula is a number
        expressions = tuple(map(as_expression, arguments))
        for row, applies, simpler in RULES:
            if row is op and applies(*expressions):
                return as_expression(simpler(*expressions))
        try:
            return apply(op, *expressions)
        except (ValueError, ArithmeticError):
            return Expression(math.nan, op=op, arguments=expressions)


def as_expression(thing: Expression | float) -> Expression:
    """A plain number as an expression; an expression as it is."""
    return thing if isinstance(thing, Expression) else Expression(float(thing))


def apply(op: Op, *arguments: Any) -> Expression:
    """A row applied to its arguments as they are; if they are all numbers, just the resulting number."""
    expressions = tuple(map(as_expression, arguments))
    number = op.forward(floats, *[expression.number for expression in expressions])
    if all(expression.is_number for expression in expressions):
        return Expression(number)
    return Expression(number, op=op, arguments=expressions)


def simplified(expression: Expression) -> Any:
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


def arguments_first(formula: N) -> Iterator[N]:
    """The parts of a formula, each after its arguments; the formula itself is the last."""
    order = []
    todo = [formula]
    while todo:
        order.append(part := todo.pop())
        todo += part.arguments
    return reversed(order)


def names_in(expression: Expression) -> Iterator[Expression]:
    """The named symbols of an expression, from left to right, with repeats."""
    if expression.name:
        yield expression
    for argument in expression.arguments:
        yield from names_in(argument)


def _is(expression: Expression, number: float) -> bool:
    return expression.is_number and expression.number == number


def _is_negative(expression: Expression) -> bool:
    """Whether it is written with a minus sign in front."""
    return expression.op is ops.neg


def _inner(expression: Expression) -> Expression:
    return expression.arguments[0]


# The rules of simplification: the row, when the rule applies, and what to write then. The first that applies is taken.
# fmt: off
RULES: list[tuple[Op, Any, Any]] = [
    (ops.add,     lambda x, y: _is(x, 0),                                lambda x, y: y),
    (ops.add,     lambda x, y: _is(y, 0),                                lambda x, y: x),
    (ops.add,     lambda x, y: x == y,                                   lambda x, y: 2.0 * x),
    (ops.add,     lambda x, y: _is_negative(y),                          lambda x, y: x - _inner(y)),

    (ops.sub,     lambda x, y: _is(x, 0),                                lambda x, y: -y),
    (ops.sub,     lambda x, y: _is(y, 0),                                lambda x, y: x),

    (ops.neg,     lambda x: _is_negative(x),                             lambda x: _inner(x)),
    (ops.neg,     lambda x: x.op is ops.mul and _inner(x).is_number,     lambda x: -_inner(x) * x.arguments[1]),

    (ops.mul,     lambda x, y: _is(x, 0) or _is(y, 0),                   lambda x, y: 0.0),
    (ops.mul,     lambda x, y: _is(x, 1),                                lambda x, y: y),
    (ops.mul,     lambda x, y: _is(x, -1),                               lambda x, y: -y),
    (ops.mul,     lambda x, y: _is_negative(x),                          lambda x, y: -(_inner(x) * y)),
    (ops.mul,     lambda x, y: _is(y, 1),                                lambda x, y: x),
    (ops.mul,     lambda x, y: _is(y, -1),                               lambda x, y: -x),
    (ops.mul,     lambda x, y: _is_negative(y),                          lambda x, y: -(_inner(y) * x)),
    (ops.mul,     lambda x, y: y.is_number and not x.is_number,          lambda x, y: y * x),  # numbers come first
    (ops.mul,     lambda x, y: x == y,                                   lambda x, y: x**2.0),
    (ops.mul,     lambda x, y: y.op is ops.mul,                          lambda x, y: x * _inner(y) * y.arguments[1]),

    (ops.truediv, lambda x, y: _is(x, 0) or _is(y, 1),                   lambda x, y: x),
    (ops.truediv, lambda x, y: _is_negative(x),                          lambda x, y: -(_inner(x) / y)),
    (ops.truediv, lambda x, y: x.op is ops.truediv,                      lambda x, y: _inner(x) / (x.arguments[1] * y)),

    (ops.pow,     lambda x, y: _is(y, 0),                                lambda x, y: 1.0),
    (ops.pow,     lambda x, y: _is(y, 1),                                lambda x, y: x),
]
# fmt: on
