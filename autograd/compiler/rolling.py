"""Equal layers as a loop: lines that repeat, from z2 = a1 @ W2.T + b2 to z9 = a8 @ W9.T + b9, are written once.

Lines repeat if each block of them is the one before with every number of a layer, and every place, shifted evenly.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from autograd.compiler.arrays import Array, named, rewritten
from autograd.compiler.names import RESERVED
from autograd.compiler.writing import Line

VARIABLE = "l"
_FEWEST, _LONGEST = 4, 8  # how many blocks make a loop, and how many lines are in one
_NUMBERED = re.compile(r"([A-Za-z_]+)(\d+)")
_PLACE = re.compile(r"\d+")
_HOLE = re.compile(r"<(-?\d+),(-?\d+)>")  # m and c of a place m·l + c


@dataclass(frozen=True)
class Loop:
    """Lines that are run for each of several layers.

    Attributes:
        layers: The layers.
        lines: The lines of a layer l.
    """

    layers: range
    lines: Sequence[Line]


@dataclass(frozen=True)
class Rolled:
    """Lines and loops.

    Attributes:
        stems: The names that stand for an array of each layer.
        parts: The lines and loops.
        gradient: The whole gradient.
    """

    stems: Sequence[str]
    parts: Sequence[Line | Loop]
    gradient: Array


def rolled(lines: Sequence[Line], gradient: Array) -> Rolled:
    """Write lines that repeat once.

    Args:
        lines: The lines.
        gradient: What comes after them.
    """
    parts, place = list[Line | Loop](), 0
    while place < len(lines):
        loops = [_loop(lines[place:], size) for size in range(1, _LONGEST + 1)]
        found = max((loop for loop in loops if loop is not None), key=_n_lines, default=None)
        ahead, found = _aligned(lines, place, found)
        parts += lines[place : place + ahead]
        if found:
            parts.append(found)
        place += ahead + (_n_lines(found) if found else 0)
    inside = [line for part in parts if isinstance(part, Loop) for line in part.lines]
    stems = dict.fromkeys(stem for line in inside for stem in _stems(line))
    names = {line.name for line in lines}
    if not stems or not names.isdisjoint({VARIABLE, *stems}) or not RESERVED.isdisjoint(stems):
        return Rolled([], lines, gradient)

    def indexed(array: Array) -> Array:
        return rewritten(array, lambda each: _indexed(each, stems))

    def line_of(line: Line) -> Line:
        return replace(line, name=indexed(named(line.name)).detail, array=indexed(line.array))

    whole = [
        Loop(part.layers, [line_of(line) for line in part.lines]) if isinstance(part, Loop) else line_of(part)
        for part in parts
    ]
    return Rolled(list(stems), whole, indexed(gradient))


def _aligned(lines: Sequence[Line], place: int, loop: Loop | None) -> tuple[int, Loop | None]:
    """How many lines come before a loop, and the loop: one that has whole layers, if there is one."""
    if loop is None:
        return 1, None
    size = len(loop.lines)
    for ahead in range(size):
        found = _loop(lines[place + ahead :], size)
        is_whole = found is not None and all(line.name.endswith(f"[{VARIABLE}]") for line in found.lines)
        if found is not None and is_whole and len(found.layers) >= len(loop.layers) - 1:
            return ahead, found
    return 0, loop


def _n_lines(loop: Loop) -> int:
    return len(loop.layers) * len(loop.lines)


def _loop(lines: Sequence[Line], size: int) -> Loop | None:
    """The loop that begins with the first lines, with so many in a block; `None` if they do not repeat."""
    numbers = [_NUMBERED.fullmatch(line.name) for line in lines[: 2 * size]]
    if len(numbers) < 2 * size or any(found is None or found[1] == "t" for found in numbers):
        return None
    first, second = (int(found[2]) for found in (numbers[0], numbers[size]) if found)
    if abs(second - first) != 1:
        return None
    block = []
    for one, other in zip(lines[:size], lines[size : 2 * size], strict=True):
        name = _shared(named(one.name), named(other.name), first, second)
        array = _shared(one.array, other.array, first, second)
        if name is None or array is None or name.kind == "name" or one.equation != other.equation:
            return None
        block.append((name, array))
    count = 1
    while len(lines) >= (count + 1) * size:
        layer = first + count * (second - first)
        these = lines[count * size : (count + 1) * size]
        if any(
            line.array != _at(array, layer) or line.name != _at(name, layer).detail
            for (name, array), line in zip(block, these, strict=True)
        ):
            break
        count += 1
    if count < _FEWEST:
        return None
    found = []
    for place, (name, array) in enumerate(block):
        shapes = {line.shape for line in lines[place : count * size : size]}
        shape = lines[place].shape if len(shapes) == 1 else None
        stem, offset = name.detail
        found.append(Line(f"{stem}[{_plus(VARIABLE, offset)}]", array, shape, lines[place].equation))
    return Loop(range(first, first + count * (second - first), second - first), found)


def _shared(one: Array, other: Array, first: int, second: int) -> Array | None:
    """What two expressions of successive layers have in common; `None` if they differ in more than the layer."""
    if one == other:
        return one
    if one.kind != other.kind or len(one.arguments) != len(other.arguments):
        return None
    if one.kind == "name":
        x, y = _NUMBERED.fullmatch(one.detail), _NUMBERED.fullmatch(other.detail)
        is_shifted = x and y and x[1] == y[1] and int(y[2]) - int(x[2]) == second - first
        return Array("rolled", (), (x[1], int(x[2]) - first)) if x and is_shifted else None
    arguments = [_shared(x, y, first, second) for x, y in zip(one.arguments, other.arguments, strict=True)]
    detail = one.detail
    if one.kind == "part" and isinstance(detail, str):
        if _PLACE.sub("#", detail) != _PLACE.sub("#", other.detail):
            return None
        later = iter(_PLACE.findall(other.detail))
        detail = _PLACE.sub(lambda place: _hole(int(place[0]), int(next(later)), first, second), detail)
    elif detail != other.detail:
        return None
    found = [each for each in arguments if each is not None]
    return Array(one.kind, tuple(found), detail) if len(found) == len(arguments) else None


def _hole(one: int, other: int, first: int, second: int) -> str:
    step = (other - one) * (second - first)
    return f"<{step},{one - step * first}>" if step else str(one)


def _at(array: Array, layer: int) -> Array:
    """An expression of a layer."""

    def rule(each: Array) -> Array:
        if each.kind == "rolled":
            return named(f"{each.detail[0]}{layer + each.detail[1]}")
        if each.kind == "part":
            filled = _HOLE.sub(lambda hole: str(int(hole[1]) * layer + int(hole[2])), each.detail)
            return Array("part", each.arguments, filled)
        return each

    return rewritten(array, rule)


def _stems(line: Line) -> list[str]:
    """The names in a line of a loop that depend on the layer, its own first."""
    return [line.name.partition("[")[0], *(part.detail[0] for part in line.array.parts() if part.kind == "rolled")]


def _indexed(array: Array, stems: Collection[str]) -> Array:
    """A name as an entry, `W[2]` or `W[l - 1]`; and places as they depend on l."""
    if array.kind == "rolled":
        return named(f"{array.detail[0]}[{_plus(VARIABLE, array.detail[1])}]")
    if array.kind == "name":
        found = _NUMBERED.fullmatch(array.detail)
        return named(f"{found[1]}[{found[2]}]") if found and found[1] in stems else array
    if array.kind == "part":
        return Array("part", array.arguments, _HOLE.sub(_place, array.detail))
    return array


def _place(hole: re.Match[str]) -> str:
    step, start = int(hole[1]), int(hole[2])
    return _plus(f"{step} * {VARIABLE}" if step != 1 else VARIABLE, start)


def _plus(variable: str, number: int) -> str:
    return f"{variable} {'+' if number > 0 else '-'} {abs(number)}" if number else variable
