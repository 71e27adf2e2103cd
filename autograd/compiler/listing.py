"""The text of a program: what goes in and comes out, each line with its shape and its equation."""

import re
import textwrap
from collections.abc import Mapping

from autograd.compiler.arrays import text
from autograd.compiler.mathematics import definition, rows_in
from autograd.compiler.terms import INPUT, PARAMETER, SHARE, TARGET
from autograd.compiler.writing import Line, Written
from autograd.table import TABLE

_COLUMN, _WIDTH, _LENGTH = 52, 114, 106  # where comments begin; where they end; the longest line of code

_SLICES = re.compile(r"\[[^\[\]]*:[^\[\]]*\]")


def listing(found: Written, sizes: Mapping[str, int]) -> str:
    """The text of a program.

    Args:
        found: Its lines.
        sizes: How many parameters, inputs and targets it takes.
    """
    given = [kind for kind in (INPUT, TARGET) if kind in sizes]
    shapes = [f"{PARAMETER}: ({sizes[PARAMETER]},)", *(f"{kind}: (n, {sizes[kind]})" for kind in given)]
    names = {name for line in found.lines for name in line.array.names()}
    body = [
        f'"""{"The mean cost of n examples" if given else "The cost"}, and its gradient.',
        "",
        f"{', '.join(shapes)}; gives the cost, (), and the gradient, ({sizes[PARAMETER]},).",
        '"""',
    ]
    if {"n", SHARE} & names and given:
        body.append(f"n = {given[0]}.shape[0]")
        if SHARE in names:
            body.append(f"{SHARE} = 1 / n")
    body += [part for line in found.lines for part in _line(line)]
    body += _wrapped("gradient = ", text(found.gradient))
    body.append("return cost, gradient")
    rows = rows_in([*(line.array for line in found.lines), found.gradient])
    functions = [line for row in rows for line in [*definition(TABLE[row]), "", ""]]
    head = f"def program({', '.join(['xp', PARAMETER, *given])}):"
    return "\n".join([*functions, head, *(f"    {line}" if line else "" for line in body)]) + "\n"


def _line(line: Line) -> list[str]:
    """A line with its comment, as far as there is room."""
    code = _wrapped(f"{line.name} = ", text(line.array))
    sizes = f"({line.shape[0]},)" if len(line.shape) == 1 else f"({', '.join(map(str, line.shape))})"
    comment = "  ".join([f"# {sizes}", *([line.equation] if line.equation else [])])
    whole = f"{code[0]:<{_COLUMN}}  {comment}"
    return [whole, *code[1:]] if len(whole) <= _WIDTH else code


def _wrapped(start: str, expression: str) -> list[str]:
    """A line of code as several, if it is long: in parentheses it may end at each space."""
    if len(start) + len(expression) <= _LENGTH:
        return [start + expression]
    if expression.startswith("xp.concat(") and "(" not in expression[10:]:
        start, expression = start + "xp.concat", expression[10:-1]
    kept = _SLICES.sub(lambda found: found[0].replace(" ", "\0"), expression)
    parts = textwrap.wrap(kept, _LENGTH - 4, break_long_words=False, break_on_hyphens=False)
    return [f"{start}(", *(f"    {part}".replace("\0", " ") for part in parts), ")"]
