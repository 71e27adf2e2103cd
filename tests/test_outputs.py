import base64
import copy
import re

import nbformat
import pytest

from autograd.pictures.figure import Figure
from tests import lessons
from tests.outputs import Pixels, differences, traces


def _changed(kind: str, old: str, new: str) -> list[str]:
    """What the comparison says if one of the lessons has shown something old, and now shows something new."""
    for committed in map(lessons.read, lessons.LESSONS):
        fresh = copy.deepcopy(committed)
        for output in (output for cell in fresh.cells for output in cell.get("outputs", [])):
            holder, key = (output, "text") if kind == "text" else (output.get("data", {}), kind)
            if old in holder.get(key, ""):
                holder[key] = holder[key].replace(old, new, 1)
                return differences(committed, fresh)
    raise AssertionError(f"no lesson shows {old}")


def test_the_comparison_sees_no_change_where_none_is() -> None:
    assert not _changed("text", "x", "x")


@pytest.mark.parametrize(
    ("kind", "old", "new", "message"),
    [
        ("text", "-0.12164", "-0.12165", "cell by-hand shows"),
        ("text/html", "0.2498", "0.2499", "cell nudge-table shows"),
        ("image/svg+xml", ">0.5125<", ">0.5126<", "cell neuron shows"),
        ("image/svg+xml", 'fill="#dbeafe"', 'fill="#dbeaff"', "+node node0 fill=#dbeaff"),
        ("image/svg+xml", 'stroke="#64748b"', 'stroke="#dc2626"', "+edge node0->node2 fill=none stroke=#dc2626"),
        ("image/svg+xml", "1 path from w", "2 paths from w", "'2 paths from w"),
        ("image/svg+xml", "> parameter", "> weight", "fill=#475569 'weight'"),
        ("image/svg+xml", ">layer 2<", ">layer 3<", "'layer 3'"),
        ("image/svg+xml", "node0&#45;&gt;node2</title>", "node1&#45;&gt;node2</title>", "+edge node1->node2"),
    ],
)
def test_the_comparison_notices_each_kind_of_change(kind: str, old: str, new: str, message: str) -> None:
    (found,) = _changed(kind, old, new)
    assert message in found


def test_the_comparison_shows_what_came_and_went() -> None:
    committed = lessons.read(lessons.LESSONS[0])
    fresh = copy.deepcopy(committed)
    cell = next(cell for cell in fresh.cells if cell.id == "by-hand")
    cell.outputs.append(nbformat.v4.new_output("stream", text="something new"))
    (found,) = differences(committed, fresh)
    assert found.endswith("\n+[stdout]\n+something new")
    (found,) = differences(fresh, committed)
    assert found.endswith("\n-[stdout]\n-something new")


def test_what_belongs_to_one_machine_is_found() -> None:
    shown = [
        nbformat.v4.new_output("stream", text="fine\nin /Users/me"),
        nbformat.v4.new_output("stream", name="stderr", text="so"),
    ]
    cells = [
        nbformat.v4.new_code_cell("1", id="one", outputs=shown),
        nbformat.v4.new_code_cell("open('C:\\\\a')", id="two"),
    ]
    found = traces(nbformat.v4.new_notebook(cells=cells))
    assert found == [
        "cell one has '/Users/': in /Users/me",
        "cell one has a warning, or worse: so",
        "cell two has 'C:\\\\': open('C:\\\\a')",
    ]


def test_pictures_are_the_same_to_the_eye_or_not_at_all() -> None:
    def line(slope: float, color: str = "tab:blue") -> Pixels:
        figure = Figure(figsize=(4, 3))
        figure.subplots().plot([0.0, 1.0], [0.0, slope], color=color, linewidth=2)
        return Pixels(base64.b64encode(figure.to_png()).decode())

    assert line(1.0) == line(1.0)
    assert line(1.0) != line(1.0, "tab:orange")  # as bright as blue
    assert line(1.0) != line(2.0)  # the axis has other numbers
    change = line(1.0).change(line(2.0))
    assert re.fullmatch(r"other colors at \d+ from the left and \d+ from the top, by 0\.\d\d", change)
    another = line(2.0)
    another.made_by = "Matplotlib version1.0"
    assert line(1.0) == another


@pytest.mark.parametrize(("pixels", "same"), [(0, True), (1, True), (4, False)])
def test_a_dot_may_move_by_one_pixel(pixels: int, same: bool) -> None:
    def dot(at: float) -> Pixels:
        figure = Figure(figsize=(1, 1))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 100), ylim=(0, 100))
        axes.plot([at], [50], ".", markersize=6)
        return Pixels(base64.b64encode(figure.to_png()).decode())

    assert all((dot(50 + i) == dot(50 + i + pixels)) is same for i in range(4))
