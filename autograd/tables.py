"""Tables of text: what reports print, and what a notebook shows of them."""

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table as data. `str` gives aligned text, `to_html` a table for a notebook; nothing in a cell is markup.

    Attributes:
        head: The names of the columns.
        rows: The cells.
        left: How many columns stand to the left; the numbers after them stand to the right.
        caption: What stands above the table.

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

    def __str__(self) -> str:
        lines = [self.head, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = [str.ljust if place < self.left else str.rjust for place in range(len(widths))]
        text = [
            "  ".join(side(cell, width) for side, cell, width in zip(sides, line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption] * bool(self.caption) + text)

    def to_html(self) -> str:
        """The table as HTML."""
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        body = "".join(self._row(row, "td") for row in self.rows)
        return f"<table>{caption}{self._row(self.head, 'th')}{body}</table>"

    def _row(self, cells: Sequence[str], tag: str) -> str:
        sides = ["left" if place < self.left else "right" for place in range(len(cells))]
        pairs = zip(sides, cells, strict=True)
        return "<tr>" + "".join(f'<{tag} style="text-align:{s}">{html.escape(c)}</{tag}>' for s, c in pairs) + "</tr>"
