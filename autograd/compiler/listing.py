"""The text of a program: what goes in and comes out, each line with its shape and its equation."""

import re
import textwrap
from collections.abc import Mapping

from autograd.compiler.arguments import shapes, taken
from autograd.compiler.arrays import text
from autograd.compiler.mathematics import definition, rows_in
from autograd.compiler.rolling import VARIABLE, Loop, rolled
from autograd.compiler.terms import DATA, DIRECTION, INPUT, PARAMETER, SHARE, TARGET
from autograd.compiler.writing import OUTPUTS, Line, Written
from autograd.table import TABLE

_COLUMN, _WIDTH, _LENGTH = 52, 114, 106  # where comments begin; where they end; the longest line of code

_SLICES = re.compile(r"\[[^\[\]]*:[^\[\]]*\]")
_INSIDE = re.compile(r" (?![+-] (?![^\[]*\]))")  # a space that is not before a plus or a minus, or in a place


def listing(found: Written, sizes: Mapping[str, int]) -> str:
    """The text of a program.

    Args:
        found: Its lines.
        sizes: How many parameters, inputs and targets it takes.
    """
    given = [kind for kind in (INPUT, TARGET) if kind in sizes]
    is_product = DIRECTION in sizes
    outputs = next((line for line in found.lines if line.name == OUTPUTS), None)
    mean = "mean cost of n examples" if given else "cost"
    what = f"Hessian of the {mean}, times a direction" if is_product else f"{mean}, and its gradient"
    gives = "the product, " if is_product else "the cost, (), and the gradient, "
    examples = f" {' and '.join(given)} {'have' if len(given) > 1 else 'has'} an example in each row." if given else ""
    besides = f", and the outputs, ({', '.join(map(str, outputs.shape or ()))})" if outputs else ""
    names = {name for line in found.lines for name in line.array.names()}
    bound = [DATA] if DATA in names else []
    if found.indices:
        first, *others = found.indices
        bound.append(f"{first} to {others[-1]}" if others else first)
    body = [
        f'"""The {what}.',
        "",
        f"xp is numpy, or another library of arrays.{examples}",
        f"{shapes(sizes)}; gives {gives}({sizes[PARAMETER]},){besides}.",
        *([f"Arrays that are bound beside it: {', '.join(bound)}."] if bound else []),
        '"""',
    ]
    if given:
        n_examples = f"{given[0]}.shape[0]"
        if "n" in names:
            body.append(f"n = {n_examples}")
        if SHARE in names:
            share = f"{SHARE} = 1 / {'n' if 'n' in names else n_examples}"
            body.append(f"{share:<{_COLUMN}}  # of each example in the mean")
    whole = rolled(found.lines, found.gradient)
    if whole.stems:
        body.append(f"{', '.join(whole.stems)} = {', '.join(['{}'] * len(whole.stems))}")
    for part in whole.parts:
        if isinstance(part, Loop):
            steps = [part.layers.start, part.layers.stop, *([part.layers.step] if part.layers.step != 1 else [])]
            body.append(f"for {VARIABLE} in range({', '.join(map(str, steps))}):")
            body += [f"    {code}" for line in part.lines for code in _line(line, _COLUMN - 4)]
        else:
            body += _line(part)
    body += _wrapped("product = " if is_product else "gradient = ", text(whole.gradient))
    body.append("return product" if is_product else "return cost, gradient" + f", {OUTPUTS}" * (outputs is not None))
    rows = rows_in([*(line.array for line in found.lines), found.gradient])
    functions = [line for row in rows for line in [*definition(TABLE[row]), "", ""]]
    head = f"def program({', '.join(['xp', *taken(sizes)])}):"
    return "\n".join([*functions, head, *(f"    {line}" if line else "" for line in body)]) + "\n"


def _line(line: Line, column: int = _COLUMN) -> list[str]:
    """A line with its comment, as far as there is room."""
    start, expression = f"{line.name} = ", text(line.array)
    notes = [line.equation] if line.equation else []
    if line.shape is not None:
        notes.insert(0, f"({line.shape[0]},)" if len(line.shape) == 1 else f"({', '.join(map(str, line.shape))})")
    if not notes:
        return _wrapped(start, expression)
    comment = f"  # {'  '.join(notes)}"
    code = _wrapped(start, expression, room=_WIDTH - len(comment))
    return [f"{code[0]:<{column}}{comment}", *code[1:]]


def _wrapped(start: str, expression: str, room: int = _LENGTH) -> list[str]:
    """A line of code as several, if it is long: in parentheses, each from a plus or a minus on, or after a comma."""
    if len(start) + len(expression) <= room:
        return [start + expression]
    if expression.startswith("xp.concat(") and "(" not in expression[10:]:
        start, expression = start + "xp.concat", expression[10:-1]
    in_slices = _SLICES.sub(lambda found: found[0].replace(" ", "\0"), expression)
    for kept in (_INSIDE.sub("\0", expression), in_slices):
        parts = textwrap.wrap(kept, _LENGTH - 4, break_long_words=False, break_on_hyphens=False)
        if max(map(len, parts)) <= _LENGTH:
            break
    return [f"{start}(", *(f"    {part}".replace("\0", " ") for part in parts), ")"]
