"""The lessons run, show what they have been committed with, and hold what their table of contents promises.

`pytest tests/test_notebooks.py --write` refreshes the outputs.
"""

import base64
import re
from pathlib import Path

import pytest

from autograd.figure import Figure
from tests import lessons

each_lesson = pytest.mark.parametrize("path", lessons.LESSONS, ids=lambda path: path.stem)

LINK = re.compile(r"\]\(([^)\s]+)\)")


@each_lesson
def test_it_shows_what_it_did(path: Path, request: pytest.FixtureRequest) -> None:
    fresh = lessons.run(path)
    if request.config.getoption("--write"):
        lessons.write(fresh, path)
    found = lessons.differences(lessons.read(path), fresh)
    assert not found, "\n\n".join([*found, "If that is as it should be: pytest tests/test_notebooks.py --write"])


@each_lesson
def test_it_has_three_exercises_with_solutions(path: Path) -> None:
    assert sum(len(lessons.solutions(cell)) for cell in lessons.read(path).cells) == 3  # which have run, above


@each_lesson
def test_nothing_in_it_belongs_to_one_machine(path: Path) -> None:
    for cell in lessons.read(path).cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", cell.id  # a warning, or worse
        for place in ("/home/", "/tmp/", "/root/", "/work/", "site-packages", " at 0x"):
            assert place not in str(cell), f"{place} in cell {cell.id}"


@pytest.mark.parametrize("path", [*lessons.LESSONS, lessons.FOLDER / "README.md"], ids=lambda path: path.stem)
def test_what_it_links_to_exists(path: Path) -> None:
    texts = [path.read_text()] if path.suffix == ".md" else lessons.prose(lessons.read(path))
    for link in (link for text in texts for link in LINK.findall(text) if "://" not in link):
        name, _, cell = link.partition("#cell-id=")
        target = path if not name else path.parent / name
        assert target.exists(), link
        assert not cell or cell in [c.id for c in lessons.read(target).cells], link


def test_the_comparison_notices_each_kind_of_change() -> None:
    def changed(kind: str, old: str, new: str) -> list[str]:
        notebook = lessons.read(lessons.LESSONS[0])
        for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
            holder, key = (output, "text") if kind == "text" else (output.get("data", {}), kind)
            if old in holder.get(key, ""):
                holder[key] = holder[key].replace(old, new)
                break
        return lessons.differences(lessons.read(lessons.LESSONS[0]), notebook)

    assert not changed("text", "x", "x")
    assert "cell by-hand showed" in changed("text", "-0.12164", "-0.12165")[0]
    assert "cell nudge-table showed" in changed("text/html", "0.2498", "0.2499")[0]
    assert "cell neuron showed" in changed("image/svg+xml", ">0.5125<", ">0.5126<")[0]


def test_pictures_are_the_same_to_the_eye_or_not_at_all() -> None:
    def line(slope: float) -> lessons.Pixels:
        figure = Figure(figsize=(4, 3))
        figure.subplots().plot([0.0, 1.0], [0.0, slope], linewidth=2)
        return lessons.Pixels(base64.b64encode(figure.to_png()).decode())

    assert line(1.0) == line(1.0)
    assert line(1.0) != line(2.0)  # the axis has other numbers


def test_each_row_of_the_contents_names_a_cell_or_what_it_waits_for() -> None:
    rows = (
        (lessons.FOLDER / "README.md").read_text(encoding="utf-8").partition("## Where is the answer")[2].split("\n| ")
    )
    answers = [row.split(" | ")[1] for row in rows[1:]]
    assert len(answers) > 50
    for answer in answers:
        assert "#cell-id=" in answer or answer.startswith(("waits for ", "lesson: cell")), answer
