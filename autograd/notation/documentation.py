"""What `help(tanh)` says: the formula and derivatives of a row, where they hold, and an example, all from the row."""

import builtins
import itertools
import math

from autograd.notation.expressions import Expression, apply, as_expression
from autograd.notation.symbols import TEXTBOOK
from autograd.notation.text import to_text
from autograd.table import TABLE, Op, floats

_OF_THE_CLASS = Op.__doc__


def documentation(op: Op) -> str:
    r"""The documentation of a row, written from the row when someone asks for it.

    Example:
        >>> from autograd import relu
        >>> print(documentation(relu).partition("Example")[0])
        relu(x, /)
        <BLANKLINE>
        The operation relu: of a number a float, of a Value a Value, which records how it was computed.
        <BLANKLINE>
        Formula: 0, as at x = -3.5; x, as at x = 0.3. In LaTeX: \max(x, 0)
        Derivative: 0, as at x = -3.5; 1, as at x = 0.3
        Domain: x may be any number.
        Kink: at x = 0 its derivative is taken to be 0.
        <BLANKLINE>
        <BLANKLINE>
    """
    called = op.symbol if op.is_infix else op.name
    home = next((f", as in Python's {home.__name__}" for home in (math, builtins) if hasattr(home, op.name)), "")
    of = "a number a float, of a Value a Value" if op.arity == 1 else "numbers a float, with a Value among them a Value"
    facts = [f"Formula: {_cases(op)}. In LaTeX: {op.latex.format(x='x', y='y')}"]
    for place, name in enumerate(op.names):
        facts.append(f"Derivative{f' by {name}' * (op.arity > 1)}: {_cases(op, place)}")
    sentence = f"The operation {called}{home}: of {of}, which records how it was computed."
    return "\n\n".join([op.signature, sentence, "\n".join([*facts, *op.conventions()]), *_example(op)])


def _cases(op: Op, place: int | None = None) -> str:
    """The formula of a row, or of a partial derivative; each of several cases with a sample where it holds."""
    cases: dict[str, str] = {}
    for point in itertools.product(*[domain.samples for domain in op.domain]):
        arguments = [Expression(number, name) for number, name in zip(point, op.names, strict=True)]
        try:
            if place is None:
                formula = op.forward(TEXTBOOK, *arguments)
            else:
                formula = op.partials[place](TEXTBOOK, apply(op, *arguments), *arguments)
            text = to_text(as_expression(formula))
        except Exception:  # a user's formula that cannot be written is no reason for help to fail
            continue
        cases.setdefault(text, ", ".join(f"{name} = {x:g}" for name, x in zip(op.names, point, strict=True)))
    if len(cases) == 1:
        return next(iter(cases))
    return "; ".join(f"{text}, as at {point}" for text, point in cases.items()) or "it cannot be written"


def _example(op: Op) -> list[str]:
    """An example that runs, at a sample of each argument that has no default; nothing where there is none."""
    names = op.names[: max(1, op.arity - len(op.defaults))]
    try:
        point = tuple(
            min(domain.samples, key=lambda x: abs(x - near))
            for domain, near in zip(op.domain[: len(names)], (0.5, 2.0), strict=False)
        )
        arguments = point if len(point) == op.arity else op.completed(point)
        number = op(*arguments)
        slopes = [0.0 + partial(floats, number, *arguments) for partial in op.partials[: len(names)]]
    except Exception:
        return []
    shown = " ".join(f"{{{each}:.6g}}" for each in ("z.data", *(f"{name}.grad" for name in names)))
    lines = [
        f"from autograd import Value{f', {op.name}' * (op.name in TABLE.built_in)}",
        *(f'{name} = Value({x}, "{name}")' for name, x in zip(names, point, strict=True)),
        f"z = {op.name}({', '.join(names)})",
        "z.backward()",
        f'print(f"{shown}")',
    ]
    numbers = " ".join(f"{number:.6g}" for number in (number, *slopes))
    return ["\n".join(["Example:", *(f"    >>> {line}" for line in lines), f"    {numbers}"])]


class _Documentation:
    """`Op.__doc__`: of the class what is written there, of a row what `documentation` says when it is asked for."""

    def __get__(self, row: Op | None, _: type[Op]) -> str | None:
        return _OF_THE_CLASS if row is None else documentation(row)


# The table cannot rest on this room, so this room gives rows their documentation.
Op.__doc__ = _Documentation()  # type: ignore[assignment]
