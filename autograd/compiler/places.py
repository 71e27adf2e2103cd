"""Where lines stand in the text of a program: what `z3` is computed by may be the line of `z[l]` in a loop."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENTRY = re.compile(r"(\w+)\[(\w+?)(?: ([+-]) (\d+))?\]")


@dataclass(frozen=True)
class Place:
    """A line of a text.

    Attributes:
        number: Its number, counted from 1.
        code: What it says, without its comment, on one line.
        loop: The head of the loop that it is in, or `""`.
    """

    number: int
    code: str
    loop: str = ""


def places(source: str) -> dict[str, Place]:
    r"""Where each name is assigned, in the last function of a text.

    Args:
        source: The text of a program.

    Example:
        >>> found = places("def program(xp, theta):\n    for l in range(2, 4):\n        z[l] = theta[l] * 2\n")
        >>> sorted(found), found["z3"].code, found["z3"].loop
        (['z2', 'z3'], 'z[l] = theta[l] * 2', 'for l in range(2, 4):')
    """
    *_, program = (each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef))
    lines, found = source.splitlines(), dict[str, Place]()
    for statement in program.body:
        inside = statement.body if isinstance(statement, ast.For) else [statement]
        loop = lines[statement.lineno - 1].strip() if isinstance(statement, ast.For) else ""
        layers = range(*_numbers(statement)) if isinstance(statement, ast.For) else range(1)
        for line in inside:
            if isinstance(line, ast.Assign):
                is_one = line.lineno == line.end_lineno
                code = lines[line.lineno - 1][line.col_offset : line.end_col_offset] if is_one else ast.unparse(line)
                place = Place(line.lineno, code, loop)
                found |= {name: place for layer in layers for name in _names(line.targets[0], layer)}
    return found


def _numbers(loop: ast.For) -> list[int]:
    assert isinstance(loop.iter, ast.Call)
    return [ast.literal_eval(each) for each in loop.iter.args]


def _names(target: ast.expr, layer: int) -> Iterator[str]:
    """What a name, or an entry of a list of layers, is called: z3, for `z[3]`, and for `z[l + 1]` in layer 2."""
    entry = _ENTRY.fullmatch(ast.unparse(target))
    if entry is None:
        yield ast.unparse(target)
        return
    stem, variable, sign, number = entry.groups()
    start = int(variable) if variable.isdigit() else layer
    yield f"{stem}{start + int(f'{sign}{number}' if sign else 0)}"
