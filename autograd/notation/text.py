"""Formulas as text, the way Python writes them: `2*(a - y)`."""

from autograd.notation.expressions import Expression
from autograd.notation.labels import printable
from autograd.table import ATOM, POWER, PREFIX, SUM, Op


def to_text(expression: Expression) -> str:
    """An expression as Python writes it: `2*(a - y)`."""
    if expression.op is None:
        return printable(expression.name) or f"{expression.number:g}"
    op = expression.op
    arguments = [to_text(argument) for argument in expression.arguments]
    if not op.is_infix:
        return f"{op.symbol}({', '.join(arguments)})"
    for place, argument in enumerate(expression.arguments):
        if needs_parentheses(argument, op, place):
            arguments[place] = f"({arguments[place]})"
    space = " " if op.precedence == SUM else ""
    return f"{space}{op.symbol}{space}".join(arguments) if len(arguments) > 1 else op.symbol + arguments[0]


def needs_parentheses(argument: Expression, op: Op, place: int) -> bool:
    """Whether an argument of an infix row binds too loosely to go without parentheses."""
    binds = ATOM
    if argument.op is None and to_text(argument).startswith("-"):
        binds = PREFIX
    elif argument.op is not None and argument.op.is_infix:
        binds = argument.op.precedence
    return binds < op.precedence or (binds == op.precedence and (place > 0 or binds == POWER))
