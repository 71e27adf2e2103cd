"""The outputs of a notebook's cells: what has changed in them, and what must not be in any notebook."""

import base64
import difflib
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy
import PIL.Image

from tests.autograd.svg import Mark, boxes_and_arrows, is_plot, marks

ROW = re.compile(r"(?=<tr|\\\\ )")  # of a table, or of a formula in several rows
PLACES = ("/home/", "/tmp/", "/root/", "/work/", "/Users/", "/private/", "C:\\", "site-packages", " at 0x")

Notebook = Any  # nbformat has no types
Output = dict[str, Any]


def differences(before: Notebook, after: Notebook) -> list[str]:
    """For each cell whose outputs have changed: its name, and the lines removed and added."""
    found = []
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            went, came = list(_lines(old)), list(_lines(new, pixels(old), plots(old)))
            changes = list(difflib.unified_diff(went, came, n=1, lineterm=""))[2:]  # without names of files
            if changes:
                found.append("\n".join([f"cell {old.id} shows something else:", *changes]))
    return found


def traces(notebook: Notebook) -> list[str]:
    """For each cell with a warning, or with traces of one machine: its name, and what it must not have."""
    found = []
    for cell in notebook.cells:
        lines = [*cell.source.split("\n"), *_lines(cell)]
        found += [f"cell {cell.id} has {place!r}: {line}" for line in lines for place in PLACES if place in line]
        warnings = [output for output in cell.get("outputs", []) if output.get("name") == "stderr"]
        found += [f"cell {cell.id} has a warning, or worse: {output['text']}" for output in warnings]
    return found


class Pixels:
    """A picture made by matplotlib. Two are equal if they look alike: how letters are smoothed does not count.

    Every release of matplotlib writes letters in its own way, and moves what is around them. So two pictures by
    different releases are equal, too.
    """

    def __init__(self, png: str) -> None:
        with PIL.Image.open(io.BytesIO(base64.b64decode(png))) as image:
            self.made_by = image.info.get("Software")
            self.array = numpy.asarray(image.convert("RGB")) / 255

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pixels) and not self.change(other)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"a picture of {self.array.shape[1]} x {self.array.shape[0]} pixels"

    def change(self, other: "Pixels") -> str:
        """How it differs from another, in words; empty if the difference cannot be seen."""
        if self.made_by != other.made_by or numpy.array_equal(self.array, other.array):
            return ""
        if self.array.shape != other.array.shape:
            return f"which were {other.array.shape[1]} x {other.array.shape[0]}"
        # A dot stands at a whole pixel, so that the last bit of a number can move it by one.
        moved = (numpy.roll(other.array, step, axis=(0, 1)) for step in itertools.product((0, 1, -1), repeat=2))
        blocks = _blocks(self.array)
        distance = numpy.min([abs(blocks - _blocks(array)).max(axis=2) for array in moved], axis=0)
        y, x = numpy.unravel_index(distance.argmax(), distance.shape)
        largest = float(distance[y, x])
        place = f"at {4 * int(x)} from the left and {4 * int(y)} from the top"
        return f"other colors {place}, by {largest:.2f}" if largest >= 0.2 else ""  # 1 is black for white


def _blocks(array: Any) -> Any:
    """The mean color of each block of 4 x 4 pixels, about the size of a dot."""
    height, width = (length // 4 * 4 for length in array.shape[:2])
    return array[:height, :width].reshape(height // 4, 4, width // 4, 4, 3).mean(axis=(1, 3))


def _lines(cell: Notebook, earlier: Sequence[Pixels] = (), plotted: Sequence[list[Mark]] = ()) -> Iterator[str]:
    """What a reader sees below a cell; PNG pictures and plots are compared with the earlier ones."""
    was, plot = iter(earlier), iter(plotted)
    for kind, content in _parts(cell):
        yield f"[{kind}]"
        if kind == "image/png":
            picture = Pixels(content)
            before = next(was, picture)
            change = picture.change(before)
            yield f"{picture}, {change}" if change else f"{before}"
        elif kind == "image/svg+xml" and is_plot(content.encode()):
            yield from _marks(marks(content.encode()), next(plot, []))
        elif kind == "image/svg+xml":
            yield from boxes_and_arrows(content.encode())
        else:
            yield from (row for line in content.split("\n") for row in ROW.split(line))


def pixels(cell: Notebook) -> list[Pixels]:
    """The pictures that matplotlib has drawn for a cell."""
    return [Pixels(content) for kind, content in _parts(cell) if kind == "image/png"]


def plots(cell: Notebook) -> list[list[Mark]]:
    """What is in the plots below a cell that are SVG."""
    shown = [content.encode() for kind, content in _parts(cell) if kind == "image/svg+xml"]
    return [marks(svg) for svg in shown if is_plot(svg)]


def _marks(plot: list[Mark], earlier: list[Mark]) -> Iterator[str]:
    """A line for each mark of a plot, the same as earlier if it is still about there."""
    yield f"a plot with {len(plot)} marks"
    for mark, before in itertools.zip_longest(plot, earlier[: len(plot)]):
        yield str(before if before and mark.near(before) else mark)


def _parts(cell: Notebook) -> Iterator[tuple[str, str]]:
    for output in cell.get("outputs", []):
        assert output["output_type"] != "error", output
        yield from [(output["name"], output["text"])] if "name" in output else sorted(output["data"].items())
