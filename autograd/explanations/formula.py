"""Formulas that people type, `C = (sigmoid(w*a + b) - y)**2`, read and computed without ever running them as Python.

What Python can read means what it means in Python, but `^` is a power; `2a` and `h²` mean what they mean in a textbook.
The operations are the rows of the table, and nothing else can be called.
"""

import operator
import reprlib
from collections.abc import Mapping
from typing import Any

from autograd.engine import Value
from autograd.explanations.formula_parser import CONSTANTS, Apply, Derivative, Name, Number, Term, parse
from autograd.explanations.formula_tokens import error_at, normal
from autograd.notation import Expression, alike, arguments_first, to_text
from autograd.table import Op, floats, reworded


def evaluate(text: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Compute the statements of a text, in the arithmetic of what the names stand for.

    Numbers give numbers, and Values a graph: a node that a statement names gets that name as its label, unless it has
    one. Derivatives, as in `dtanh(x)`, are of numbers only.

    Args:
        text: Statements, as :func:`parse` reads them.
        names: What the names stand for. They cannot be assigned again. `pi`, `π` and `e` are the constants, if they
            are not among them.

    Returns:
        What each statement gave, under its name; a formula without one is under `""`.

    Raises:
        FormulaError: if the text cannot be read, has an unknown name, or leaves the domain of an operation.

    Example:
        >>> evaluate("z = w·2; dsigma(z)", {"w": 0.0})
        {'z': 0.0, '': 0.25}
    """
    known = {normal(name): thing for name, thing in names.items()}
    results = {}
    for statement in parse(text, known):
        if statement.name in known:
            raise error_at(f"{reprlib.repr(statement.name)} is already defined", text, statement.position)
        result = compute(statement.term, known, text)
        if statement.name is None:
            results[""] = result
            continue
        if isinstance(result, Value) and not result.label:
            result.label = statement.name
        results[statement.name] = known[statement.name] = result
    return results


def variables(text: str) -> tuple[str, ...]:
    """The names that a text needs a number for, in the order in which they appear.

    Args:
        text: Statements, as :func:`parse` reads them.

    Raises:
        FormulaError: if the text cannot be read.

    Example:
        >>> variables("z = w*a + b; C = (sigmoid(z) - y)**2 * pi")
        ('w', 'a', 'b', 'y')
    """
    found: dict[str, None] = {}
    named: set[str | None] = set()
    for statement in parse(text):
        names = [part for part in arguments_first(statement.term) if isinstance(part, Name)]
        found |= dict.fromkeys(part.name for part in sorted(names, key=lambda part: part.position))
        found = {name: None for name in found if name not in named}
        named.add(statement.name)
    return tuple(name for name in found if name not in CONSTANTS)


def compute(term: Term, known: Mapping[str, Any], text: str) -> Any:
    """The value of a term, without recursion: a sum of a thousand terms is a thousand deep.

    Args:
        term: A part of a parsed text.
        known: What the names stand for.
        text: The text, for the caret under a fault.

    Raises:
        FormulaError: if a name is unknown, or a number is outside the domain of an operation.
    """
    values: list[Any] = []
    for part in arguments_first(term):
        try:
            match part:
                case Number(number):
                    values.append(number)
                case Name(name) if name in known:
                    values.append(known[name])
                case Name(name) if name in CONSTANTS:
                    values.append(CONSTANTS[name])
                case Name(name):
                    choice, near = ", ".join(sorted(known)) or "none", alike(name, [*known])
                    advice = f"; did you mean {' or '.join(near)}?" if near else ""
                    raise ValueError(f"unknown name {reprlib.repr(name)}; known are {choice}{advice}")
                case Apply(op, arguments):
                    values[-len(arguments) :] = [_apply(op, values[-len(arguments) :])]
                case Derivative(op):
                    values[-1] = _differentiate(op, values[-1])
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise error_at(str(error), text, part.position) from None
    return values[0]


def _apply(op: Op, arguments: list[Any]) -> Any:
    # Of plain numbers Python's own ** may be complex, and its integers are of any size; those of the table are floats.
    if op.is_infix and not all(isinstance(argument, (int, float)) for argument in arguments):
        return getattr(operator, op.name)(*arguments)
    return op(*arguments)


def _differentiate(op: Op, x: Any) -> Any:
    if isinstance(x, Expression):
        return Expression(_differentiate(op, x.number), name=f"d{op.name}({to_text(x)})")
    if not isinstance(x, (int, float)):
        raise ValueError(f"d{op.name}() takes numbers")
    x = float(x)
    z = op(x)
    try:
        return float(op.partials[0](floats, z, x))
    except (ValueError, ArithmeticError) as error:
        raise reworded(error, op.failure([x], error, differentiating=True)) from None
