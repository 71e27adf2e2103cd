"""The outputs of a notebook's cells: what has changed in them, and what must not be in any notebook."""

import base64
import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from autograd.explorer.page import unpacked
from tests.autograd.svg import Mark, boxes_and_arrows, is_plot, marks

PACKED = 'id="packed"'
ROW = re.compile(r"(?=<tr|\\\\ )")  # of a table, or of a formula in several rows
PLACES = ("/home/", "/tmp/", "/root/", "/work/", "/Users/", "/private/", "C:\\", "site-packages", " at 0x")

Notebook = Any  # nbformat has no types
Output = dict[str, Any]


def differences(before: Notebook, after: Notebook) -> list[str]:
    """For each cell whose outputs have changed: its name, and the lines removed and added."""
    found = []
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            went, came = list(_lines(old)), list(_lines(new, plots(old)))
            changes = list(difflib.unified_diff(went, came, n=1, lineterm=""))[2:]  # without names of files
            if changes:
                found.append("\n".join([f"cell {old.id} shows something else:", *changes]))
    return found


def traces(notebook: Notebook) -> list[str]:
    """For each cell with a warning, a picture of pixels, or traces of one machine: its name, and what is wrong."""
    found = []
    for cell in notebook.cells:
        lines = [*cell.source.split("\n"), *_lines(cell)]
        found += [f"cell {cell.id} has {place!r}: {line}" for line in lines for place in PLACES if place in line]
        warnings = [output for output in cell.get("outputs", []) if output.get("name") == "stderr"]
        found += [f"cell {cell.id} has a warning, or worse: {output['text']}" for output in warnings]
        kinds = {kind for kind, _ in _parts(cell)}
        found += [
            f"cell {cell.id} has a picture that is not sharp: {kind}" for kind in kinds & {"image/png", "image/jpeg"}
        ]
    return found


def _lines(cell: Notebook, plotted: Sequence[list[Mark]] = ()) -> Iterator[str]:
    """What a reader sees below a cell; plots are compared with the earlier ones."""
    plot = iter(plotted)
    for kind, content in _parts(cell):
        yield f"[{kind}]"
        if kind == "image/svg+xml" and is_plot(content.encode()):
            yield from _marks(marks(content.encode()), next(plot, []))
        elif kind == "image/svg+xml":
            yield from boxes_and_arrows(content.encode())
        else:
            yield from (row for line in content.split("\n") for row in ROW.split(line))


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
        for kind, content in [(output["name"], output["text"])] if "name" in output else sorted(output["data"].items()):
            yield from _page(content) if PACKED in content else [(kind, content)]


def _page(content: str) -> Iterator[tuple[str, str]]:
    """What is in a page: the still picture, and the data, a line for each part. The program is another matter."""
    found = re.search('base64,([^"]*)', content)
    if found:
        yield "image/svg+xml", base64.b64decode(found[1]).decode()
    _, _, data = unpacked(content)
    yield "page", "\n".join(_leaves(data))


def _leaves(data: Any, path: str = "") -> Iterator[str]:
    """A line for each number and text, with where it stands; numbers to as many digits as all machines agree on."""
    if isinstance(data, dict | list):
        for key, each in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(each, f"{path}/{key}")
    else:
        yield f"{path}: {data:.9g}" if isinstance(data, float) else f"{path}: {data}"
