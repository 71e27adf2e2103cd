"""Formulas as text, the way Python writes them: `2*(a - y)`."""

import re

from autograd import ops
from autograd.notation.expressions import Expression, arguments_first
from autograd.notation.labels import read_derivative, read_label
from autograd.table import ATOM, POWER, PRODUCT, SUM, Op, printable

_LOOSEST = SUM - 1
_NUMBER = re.compile(r"-?(?:[0-9.]+(?:e[+-]?[0-9]+)?|inf|nan)")


def to_text(expression: Expression) -> str:
    """An expression as Python writes it: `2*(a - y)`."""
    texts: list[str] = []
    for part in arguments_first(expression):  # a loop: somebody's sum may have a thousand terms
        first = len(texts) - len(part.arguments)
        texts[first:] = [_written(part, texts[first:])]
    return texts[0]


def _written(expression: Expression, arguments: list[str]) -> str:
    """One row applied to arguments that have been written, or a name or a number."""
    if expression.op is None:
        return printable(expression.name) or f"{expression.number:g}"
    op = expression.op
    if not op.is_infix:
        return f"{op.symbol}({', '.join(arguments)})"
    for place, argument in enumerate(expression.arguments):
        is_other_rest = op is ops.neg and _begins_with_rest(argument)  # -a % b is (-a) % b
        if is_other_rest or needs_parentheses(argument, arguments[place], op, place):
            arguments[place] = f"({arguments[place]})"
    space = " " if op.precedence == SUM else ""
    return f"{space}{op.symbol}{space}".join(arguments) if len(arguments) > 1 else op.symbol + arguments[0]


def needs_parentheses(argument: Expression, text: str, op: Op, place: int) -> bool:
    """Whether an argument of an infix row could be misread without parentheses.

    Args:
        argument: The argument.
        text: How it is written.
        op: The row.
        place: Which argument of the row it is, counted from 0.
    """
    if text.startswith("-") and (place > 0 or op is ops.neg or op.precedence == POWER):
        return True  # no two signs in a row
    binds = argument.op.precedence if argument.op else _binds(argument.name)
    return binds < op.precedence or (binds == op.precedence and (place > 0 or binds == POWER))


def _binds(name: str) -> int:
    """How tightly a name binds: one may hold a power, a fraction or any other text."""
    label = read_label(name)
    if label is not None:
        return POWER if label.power or "^" in name else ATOM
    if read_derivative(name) is not None:
        return PRODUCT
    return _LOOSEST if re.search(r"[-+*/%^=<>|−·×÷]", name) and not _NUMBER.fullmatch(name) else ATOM


def _begins_with_rest(argument: Expression) -> bool:
    """Whether it is a product whose first factor is a remainder or a whole quotient."""
    while argument.op is not None and argument.op.precedence == PRODUCT and argument.op is not ops.neg:
        if argument.op in (ops.mod, ops.floordiv):
            return True
        argument = argument.arguments[0]
    return False
