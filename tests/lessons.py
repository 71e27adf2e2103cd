"""Runs the notebooks, and the solutions of their exercises."""

import ast
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.outputs import Notebook

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
