"""The lessons run, show the outputs they were committed with, and keep what the pages about them promise.

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
def test_it_fits_one_sitting(path: Path) -> None:
    lesson = lessons.read(path)
    words = [re.sub("<details>.*?</details>", "", text, flags=re.DOTALL).split() for text in lessons.prose(lesson)]
    assert len(lesson.cells) <= 45
    assert sum(map(len, words)) <= 1500  # the folded solutions apart


@each_lesson
def test_nothing_in_it_belongs_to_one_machine(path: Path) -> None:
    _refuse("a lesson is the same everywhere:", traces(lessons.read(path)))


@each_lesson
def test_no_two_cells_have_one_name(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]  # nbformat would give one of them another name
    assert not [name for name, count in Counter(cell["id"] for cell in cells).items() if count > 1]


@pytest.mark.parametrize("path", [*lessons.LESSONS, *contents.PAGES], ids=lambda path: path.stem)
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


each_page = pytest.mark.parametrize("page", contents.PAGES, ids=lambda page: page.stem)


@each_page
def test_each_row_names_a_cell_or_says_why_not(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    rows = text[text.index({"README": "## Where is the answer", "coverage": "# What"}[page.stem]) :].split("\n| ")[1:]
    answers = [row.partition(" |\n")[0].split(" | ")[1] for row in rows]
    assert len(answers) > 50
    for answer in answers:
        assert "#cell-id=" in answer or answer.endswith("lesson: cell") or re.match("left out: .", answer), answer


@each_page
def test_the_pages_say_where_each_cell_is(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == contents.renewed(text), "python -m tests.contents"
    assert len(contents.LINK.findall(text)) == text.count("#cell-id="), "a link is written in another form"


LECTURE = """1.1 1.2 1.3 1.4 1.5.1 1.5.2 1.5.3 1.5.4 2.1 2.2 2.3 3.1 3.2.1 3.2.2 3.2.3 3.2.4 3.3 3.4 3.5 3.6 3.7 3.8 3.9
4.1 4.2.1 4.2.2 4.2.3 4.2.4 4.2.5 4.3 4.4 4.5"""


def test_the_coverage_leaves_out_no_section_lesson_or_prediction() -> None:
    text = (lessons.FOLDER / "coverage.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d[\d.]*) ", text, re.MULTILINE) == LECTURE.split()
    assert {link[1] for link in contents.LINK.findall(text)} == {path.name for path in lessons.LESSONS}
    predicted = text.partition("## What you predict")[2]
    for path in lessons.LESSONS:
        for cell in lessons.read(path).cells:
            if "Predict first" in cell.source:
                assert f"({path.name}#cell-id={cell.id})" in predicted
