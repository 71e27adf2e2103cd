"""The lines of a program beside a graph, as data for the page that shows both.

The fields of a line, which `browser/lines.js` reads: its `number` and its `code`; `notes`, which are sentences;
`formulas`, each in pieces, between which a line may break: a sign, and what follows it, as text and as MathML; and
`nodes`, the places of those that it is about, as runs: the first of some that follow one another, and how many.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from autograd.engine import Value
from autograd.explorer.templates import tree
from autograd.notation import minus


class Line(Protocol):
    """A line of a program, whatever has found it."""

    @property
    def number(self) -> int:
        """Which line of the program it is."""

    @property
    def code(self) -> str:
        """What it says."""

    @property
    def notes(self) -> Sequence[str]:
        """What there is to say of it."""

    @property
    def formulas(self) -> Sequence[Sequence[tuple[str, str, str]]]:
        """What it computes: each formula in pieces, a sign and what follows it, as text and in LaTeX."""

    @property
    def nodes(self) -> Sequence[Value]:
        """The nodes that it is about."""


class Lines(Protocol):
    """A program, such as `program.beside()`."""

    @property
    def lines(self) -> Sequence[Line]:
        """Its lines."""


def lines_data(lines: Sequence[Line], places: Mapping[Value, int]) -> list[dict[str, object]]:
    """Lines as data.

    Args:
        lines: The lines.
        places: The number of each node.
    """
    return [
        {
            "number": line.number,
            "code": line.code,
            "notes": [*line.notes],
            "formulas": [[[minus(sign), text, tree(latex)] for sign, text, latex in each] for each in line.formulas],
            "nodes": _runs(sorted(places[node] for node in line.nodes)),
        }
        for line in lines
    ]


def _runs(numbers: Sequence[int]) -> list[int]:
    """Sorted numbers as runs.

    Example:
        >>> _runs([3, 4, 5, 9])
        [3, 3, 9, 1]
    """
    found = list[int]()
    for number in numbers:
        if found and found[-2] + found[-1] == number:
            found[-1] += 1
        else:
            found += [number, 1]
    return found
