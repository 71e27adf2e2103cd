"""Runs the notebooks, and the solutions of their exercises."""

import ast
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

from autograd.files import write_atomically
from tests.outputs import Notebook

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
LESSONS = sorted(FOLDER.glob("[0-9][0-9]-*.ipynb"))

SECONDS = 120  # for a cell
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)
COLORS = re.compile(r"\x1b\[[\d;]*m")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # Without the version, which differs from machine to machine.
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class LessonError(Exception):
    """A cell of a lesson did not run, or a solution is not right."""


def read(path: Path) -> Notebook:
    """A notebook as committed."""
    return nbformat.read(path, as_version=4)


def run(path: Path) -> Notebook:
    """Run a notebook in a fresh kernel, in its own folder, with each solution of an exercise run in its place.

    Raises:
        LessonError: if a cell raises or takes too long, or the verdict at the end of a solution is not true.
    """
    notebook = read(path)
    lesson = list(notebook.cells)
    notebook.cells = [cell for own in lesson for cell in (own, *_marked(own, path))]
    _execute(notebook, path)
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
    """Write a notebook so that the file changes only where its cells do."""
    nbformat.validate(notebook)
    write_atomically(path, f"{nbformat.writes(notebook)}\n".encode())


def prose(notebook: Notebook) -> list[str]:
    """The text between the cells of code."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def solutions(cell: Notebook) -> list[str]:
    """The code in the folded parts of a cell."""
    return SOLUTION.findall(cell.source) if cell.cell_type == "markdown" else []


def _execute(notebook: Notebook, path: Path) -> None:
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=SECONDS, record_timing=False, coalesce_streams=True, resources=resources)
    # Cell by cell, since client.execute() takes Ctrl-C for itself, and the tests would go on with the next lesson.
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except (CellControlSignal, DeadKernelError) as error:
                raise _failure(path, cell, COLORS.sub("", str(error))) from None


def _marked(cell: Notebook, path: Path) -> list[Notebook]:
    """The cells that run the solutions in a cell, under its name: each ends with the verdict of a checker."""
    cells = []
    for solution in solutions(cell):
        try:
            *work, verdict = ast.parse(solution).body
        except SyntaxError as error:
            raise _failure(path, cell, f"{error}: {error.text}") from None
        if not isinstance(verdict, ast.Expr):
            raise _failure(path, cell, f"a solution ends with a check, but this one with {ast.unparse(verdict)}")
        lines = [
            ast.unparse(ast.Module(work, [])),
            f"verdict = {ast.unparse(verdict)}",
            'assert verdict, f"\\n{verdict}"',
        ]
        cells.append(nbformat.v4.new_code_cell("\n".join(lines), id=cell.id))
    return cells


def _failure(path: Path, cell: Notebook, why: str) -> LessonError:
    return LessonError(f"lesson {path.stem}, cell {cell.id}: {why}")
