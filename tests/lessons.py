"""Runs the notebooks, and says where what they show is no longer what they have been committed with."""

import ast
import base64
import io
import re
from pathlib import Path
from typing import Any

import matplotlib.image
import nbformat
import numpy
from nbclient import NotebookClient

from tests.autograd.pictures import boxes_and_arrows

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
LESSONS = sorted(FOLDER.glob("[1-9]-*.ipynb"))

SECONDS = 120  # for a cell
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # Without the version, which differs from machine to machine.
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}

Notebook = Any  # nbformat has no types
Output = dict[str, Any]


def read(path: Path) -> Notebook:
    """A notebook as it has been committed."""
    return nbformat.read(path, as_version=4)


def run(path: Path) -> Notebook:
    """Run a notebook in a fresh kernel, in its own folder, and the solutions of its exercises where they stand.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises, or the verdict that a solution ends with is not true.
    """
    notebook = read(path)
    lesson = list(notebook.cells)
    notebook.cells = [cell for own in lesson for cell in (own, *map(_marked, solutions(own)))]
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=SECONDS, record_timing=False, coalesce_streams=True, resources=resources).execute()
    notebook.cells = lesson
    for cell in lesson:
        if cell.id.endswith("-answer"):
            cell.outputs = []  # the verdict on an answer that is not right yet gives the right one away
    notebook.metadata = METADATA
    for number, cell in enumerate((cell for cell in lesson if cell.cell_type == "code"), start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return notebook


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook, in a way that changes only where its cells do."""
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def prose(notebook: Notebook) -> list[str]:
    """What is written between the cells of code."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def solutions(cell: Notebook) -> list[str]:
    """The code in the folded parts of a cell."""
    return SOLUTION.findall(cell.source) if cell.cell_type == "markdown" else []


def _marked(solution: str) -> Notebook:
    """The cell that runs a solution: what it ends with is the verdict of a checker."""
    tree = ast.parse(solution)
    verdict = tree.body[-1]
    assert isinstance(verdict, ast.Expr), f"a solution ends with a check, but this one with {ast.unparse(verdict)}"
    tree.body[-1] = ast.Assert(test=verdict.value)
    return nbformat.v4.new_code_cell(ast.unparse(tree))


def differences(committed: Notebook, fresh: Notebook) -> list[str]:
    """For each cell that shows something else now: its name, what it has shown, and what it shows."""
    found = []
    for old, new in zip(committed.cells, fresh.cells, strict=True):
        if old.cell_type == "code" and (was := _shown(old)) != (now := _shown(new)):
            parts = [pair for pair in zip(was, now, strict=False) if pair[0] != pair[1]]
            before, after = parts[0] if parts else (f"{len(was)} outputs", f"{len(now)} outputs")
            found.append(f"cell {old.id} showed\n{before}\nand now shows\n{after}")
    return found


class Pixels:
    """A picture made by matplotlib. Two are equal if one sees no difference: how letters are smoothed is none."""

    def __init__(self, png: str) -> None:
        self.array = matplotlib.image.imread(io.BytesIO(base64.b64decode(png)))[:, :, :3].mean(axis=2)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pixels) or self.array.shape != other.array.shape:
            return False
        return float(numpy.abs(self._blocks() - other._blocks()).max()) < 0.2  # of 1, which is black for white

    def _blocks(self) -> Any:
        """The brightness of each 4 x 4 pixels, about the size of a dot."""
        height, width = (length // 4 * 4 for length in self.array.shape)
        return self.array[:height, :width].reshape(height // 4, 4, width // 4, 4).mean(axis=(1, 3))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<a picture of {self.array.shape[1]} x {self.array.shape[0]} pixels, {self.array.mean():.4f} bright>"


def _shown(cell: Notebook) -> list[Any]:
    """What a reader sees below a cell."""
    return [part for output in cell.outputs for part in _parts(output)]


def _parts(output: Output) -> list[Any]:
    if output["output_type"] == "stream":
        return [(output["name"], output["text"])]
    assert output["output_type"] != "error", output
    readers = {"image/svg+xml": lambda svg: boxes_and_arrows(svg.encode()), "image/png": Pixels}
    return [(kind, readers.get(kind, str)(content)) for kind, content in sorted(output["data"].items())]
