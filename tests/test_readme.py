"""What README and the reference show is what the library shows today, and their lists are complete."""

import ast
import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from autograd.__main__ import main
from autograd.pictures import Diagram
from autograd.table import TABLE
from tests.autograd.svg import boxes_and_arrows

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def after(page: str) -> dict[str, Any]:
    """What the names of a page's examples stand for at its end."""
    scope: dict[str, Any] = {}
    for part in doctest.DocTestParser().get_examples(page):
        if not part.options.get(doctest.SKIP):
            exec(part.source, scope)
    return scope


def first_cell() -> tuple[Diagram, dict[str, Any]]:
    """What README's first cell shows, and what its names stand for."""
    (cell,) = re.findall(r"```python\n(from .*?)```", README, re.DOTALL)
    *lines, last = ast.parse(cell).body
    assert isinstance(last, ast.Expr)  # a notebook shows its value
    scope: dict[str, Any] = {}
    exec(compile(ast.Module(lines, []), "first cell", "exec"), scope)
    return eval(ast.unparse(last), scope), scope


def drawn() -> dict[str, Diagram]:
    """The pictures of README and of the reference, which `python -m tests.gallery` draws anew."""
    return {
        "neuron.svg": eval("draw(C)", after(README)),
        "network.svg": after(REFERENCE)["picture"],
        "first-cell.svg": first_cell()[0],
    }


def test_the_pictures_are_up_to_date() -> None:
    assert "`draw(C)` shows" in README
    for file, picture in drawn().items():
        shown = boxes_and_arrows((ROOT / "docs" / file).read_bytes())
        assert shown == boxes_and_arrows(picture.render("svg")), f"{file}: python -m tests.gallery draws it anew"


def test_the_first_cell_shows_its_picture_and_what_can_be_typed_next_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, scope = first_cell()
    assert scope["x"].grad == 8.0  # as the text says
    rows = re.findall(r"^\| `(.*)` \|", README.partition("| you type |")[2].partition("\n\n")[0], re.MULTILINE)
    assert len(rows) == 5
    monkeypatch.chdir(tmp_path)
    shown = {row: eval(row, scope) for row in rows}
    assert shown['check_formula("2x + 2", y, x)']
    assert (tmp_path / "y.svg").read_bytes().startswith(b"<?xml")


def test_the_command_prints_what_the_reference_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ((command, output),) = re.findall(r"python -m autograd (.*)\n```\n\n```text\n(.*?)```", REFERENCE, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == output


def test_the_reference_lists_every_row() -> None:
    listed = re.search(r"function and a method for every row of the table: (.*?)and `logsumexp`", REFERENCE, re.DOTALL)
    assert listed is not None
    assert {row.symbol if row.is_infix else name for name, row in TABLE.items() if name in TABLE.built_in} == set(
        re.findall(r"[^\s`,]+", listed[1])
    )
