"""Tables of text, which reports print and notebooks show as HTML."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.notation.words import show_count


@dataclass(frozen=True)
class Table:
    """A table as data. `str` gives aligned text, `to_html` a table for a notebook; cells are text, never markup.

    Attributes:
        head: The names of the columns.
        rows: The cells.
        left: How many columns, from the first, are aligned left; the others, of numbers, are aligned right.
        caption: A line above the table.
        left_out: How many more rows there are; a last row says so.
        note: What stands below the table, in one or more lines.

    Example:
        >>> print(Table(("input", "grad"), [("x", "2.5"), ("y", "-12")]))
        input  grad
        x       2.5
        y       -12
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1
    caption: str = ""
    left_out: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.head):
                raise ValueError(f"a row needs {len(self.head)} cells, like the head, but got {list(row)!r:.60}.")

    def __str__(self) -> str:
        lines = [self.head, *self._rows()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = [str.ljust if place < self.left else str.rjust for place in range(len(widths))]
        text = [
            "  ".join(side(cell, width) for side, cell, width in zip(sides, line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption] * bool(self.caption) + text + [self.note] * bool(self.note))

    def to_html(self) -> str:
        """The table as HTML."""
        caption = f"<caption>{_escape(self.caption)}</caption>" if self.caption else ""
        body = "".join(self._row(row, "td") for row in self._rows())
        note = f"<p>{_escape(self.note).replace(chr(10), '<br>')}</p>" if self.note else ""
        return f"<table>{caption}{self._row(self.head, 'th')}{body}</table>{note}"

    def _rows(self) -> list[Sequence[str]]:
        rest = [[f"… and {show_count(self.left_out)} more", *[""] * (len(self.head) - 1)]]
        return [*self.rows, *(rest if self.left_out else [])]

    def _row(self, cells: Sequence[str], tag: str) -> str:
        number = "right;white-space:nowrap" if tag == "td" else "right"  # JupyterLab would break -1e-05 in two
        sides = ["left" if place < self.left else number for place in range(len(cells))]
        pairs = zip(sides, cells, strict=True)
        return "<tr>" + "".join(f'<{tag} style="text-align:{s}">{_escape(c)}</{tag}>' for s, c in pairs) + "</tr>"


def _escape(text: str) -> str:
    # Notebooks take $x$, \(x\) and \begin for mathematics, unless an element stands between the signs.
    return re.sub(r"[$\\]", r"<span>\g<0></span>", html.escape(text))


class Report:
    """Base class of results that print as a table. A subclass defines `table()`, or `tables()` for several."""

    def table(self) -> Table:
        """The result as a table."""
        raise NotImplementedError

    def tables(self) -> Sequence[Table]:
        """The result as tables."""
        return (self.table(),)

    def __repr__(self) -> str:
        return "\n\n".join(map(str, self.tables()))

    def _repr_html_(self) -> str:
        return "".join(table.to_html() for table in self.tables())
