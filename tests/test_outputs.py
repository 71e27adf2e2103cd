import base64
import copy
import re
from typing import Any

import nbformat
import pytest

from autograd.pictures.figure import Figure, styled
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
        return Pixels(base64.b64encode(figure.to_png(dpi=100)).decode())

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
        return Pixels(base64.b64encode(figure.to_png(dpi=100)).decode())

    assert all((dot(50 + i) == dot(50 + i + pixels)) is same for i in range(4))


def _plot(height: float = 2.0, color: str = "blue", label: str = "line", pixel: float = 0.0, more: bool = False) -> Any:
    """A notebook with a plot."""
    with styled():
        figure = Figure(figsize=(5, 4))
        left, right = figure.subplots(1, 2)
        left.plot([0, 1, 2, 3], [1.0, height, 3.0, 3.0], color=color, label=label)
        left.plot([2] * (2 if more else 1), [2] * (2 if more else 1), "o")
        left.legend(loc="upper left")
        right.imshow([[0.0, 1.0], [pixel, 0.5]], vmin=0, vmax=1)
    output = nbformat.v4.new_output("display_data", data=figure._repr_mimebundle_())
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", id="plot", outputs=[output])])


@pytest.mark.parametrize("change", [{}, {"height": 2.001}, {"pixel": 0.01}])
def test_two_plots_that_look_alike_are_the_same(change: dict[str, float]) -> None:
    assert not differences(_plot(), _plot(**change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"height": 1.5}, "-path stroke=#0000ff 10 5 46 89 28 37\n+path stroke=#0000ff 10 5 46 89 28 42"),
        ({"color": "red"}, "+path stroke=#ff0000"),
        ({"label": "curve"}, "+text fill=#475569 'curve'"),
        ({"pixel": 0.5}, "+image"),
        ({"more": True}, "-a plot with 55 marks\n+a plot with 56 marks"),
    ],
)
def test_the_comparison_notices_each_kind_of_change_in_a_plot(change: dict[str, Any], message: str) -> None:
    (found,) = differences(_plot(), _plot(**change))
    assert found.startswith("cell plot shows something else:")
    assert message in found


def test_a_plot_by_another_matplotlib_with_other_fonts_is_the_same() -> None:
    before, after = _plot(), _plot()
    shown = after.cells[0].outputs[0].data
    shown["image/svg+xml"] = re.sub(r"plot-\w{8}", "plot-1", shown["image/svg+xml"])
    shown["image/svg+xml"] = re.sub(r'((x|y)="\d+|[LM] [\d.]+ \d+)\.\d+', r"\1.5", shown["image/svg+xml"])
    assert before.cells[0].outputs[0].data != shown
    assert not differences(before, after)
