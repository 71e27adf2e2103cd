"""The lessons run, show the outputs they were committed with, and keep what their table of contents promises.

`pytest tests/test_notebooks.py --write` refreshes the outputs.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tests import contents, lessons
from tests.outputs import differences, traces

each_lesson = pytest.mark.parametrize("path", lessons.LESSONS, ids=lambda path: path.stem)

LINK = re.compile(r"\]\(([^)\s]+)\)")


@each_lesson
def test_it_shows_what_it_did(path: Path, request: pytest.FixtureRequest) -> None:
    fresh = lessons.run(path)
    if request.config.getoption("--write"):
        _refuse("nothing is written:", traces(fresh))
        _refuse("nothing is written, since a second run differs:", differences(fresh, lessons.run(path)))
        lessons.write(fresh, path)
    found = differences(lessons.read(path), fresh)
    _refuse("if that is as it should be, pytest tests/test_notebooks.py --write:", found)


def _refuse(why: str, found: list[str]) -> None:
    if found:
        pytest.fail("\n\n".join([why, *found]), pytrace=False)


@each_lesson
def test_it_has_three_exercises_with_solutions(path: Path) -> None:
    assert sum(len(lessons.solutions(cell)) for cell in lessons.read(path).cells) == 3  # which have run, above


@each_lesson
def test_nothing_in_it_belongs_to_one_machine(path: Path) -> None:
    _refuse("a lesson is the same everywhere:", traces(lessons.read(path)))


@each_lesson
def test_no_two_cells_have_one_name(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]  # nbformat would give one of them another name
    assert not [name for name, count in Counter(cell["id"] for cell in cells).items() if count > 1]


@pytest.mark.parametrize("path", [*lessons.LESSONS, lessons.FOLDER / "README.md"], ids=lambda path: path.stem)
def test_what_it_links_to_exists(path: Path) -> None:
    texts = [path.read_text(encoding="utf-8")] if path.suffix == ".md" else lessons.prose(lessons.read(path))
    links = {link for text in texts for link in LINK.findall(text) if "://" not in link}
    names: dict[Path, list[str]] = {}
    missing = []
    for name, _, cell in (link.partition("#cell-id=") for link in sorted(links)):
        target = path.parent / name if name else path
        if not target.exists():
            missing.append(f"{path.name} links to {name}, which is not there")
        elif cell:
            names[target] = names.get(target) or [c.id for c in lessons.read(target).cells]
            if cell not in names[target]:
                missing.append(f"{path.name} links to cell {cell} of {target.name}, which has none of that name")
    _refuse("a link leads somewhere:", missing)


def test_each_row_of_the_contents_names_a_cell_or_what_it_waits_for() -> None:
    rows = (
        (lessons.FOLDER / "README.md").read_text(encoding="utf-8").partition("## Where is the answer")[2].split("\n| ")
    )
    answers = [row.split(" | ")[1] for row in rows[1:]]
    assert len(answers) > 50
    for answer in answers:
        assert "#cell-id=" in answer or answer.startswith(("waits for ", "lesson: cell")), answer


def test_the_contents_say_where_each_cell_is() -> None:
    text = contents.PAGE.read_text(encoding="utf-8")
    assert text == contents.renewed(text), "python -m tests.contents"
