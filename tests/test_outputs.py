import copy
import re
from typing import Any

import nbformat
import pytest

from autograd import Value, draw
from autograd.pictures.figure import Figure, styled
from tests import lessons
from tests.autograd.svg import boxes_and_arrows
from tests.outputs import differences, traces


def _changed(kind: str, old: str, new: str) -> list[str]:
    """What the comparison says if one of the lessons has shown something old, and now shows something new."""
    for committed in map(lessons.read, lessons.LESSONS):
        found = _difference(committed, kind, old, new)
        if found is not None:
            return found
    raise AssertionError(f"no lesson shows {old}")


def _difference(committed: Any, kind: str, old: str, new: str) -> list[str] | None:
    """What the comparison says if the first of something old becomes new; `None` if nothing old is there."""
    fresh = copy.deepcopy(committed)
    for output in (output for cell in fresh.cells for output in cell.get("outputs", [])):
        holder, key = (output, "text") if kind == "text" else (output.get("data", {}), kind)
        if old in holder.get(key, ""):
            holder[key] = holder[key].replace(old, new, 1)
            return differences(committed, fresh)
    return None


def test_the_comparison_sees_no_change_where_none_is() -> None:
    assert not _changed("text", "x", "x")


@pytest.mark.parametrize(
    ("kind", "old", "new", "message"),
    [
        ("text", "-0.12164", "-0.12165", "cell by-hand shows"),
        ("text/html", "0.2498", "0.2499", "cell nudge-table shows"),
    ],
)
def test_the_comparison_notices_each_kind_of_change(kind: str, old: str, new: str, message: str) -> None:
    (found,) = _changed(kind, old, new)
    assert message in found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (">0.05<", ">0.06<", "cell neuron shows something else"),
        ('class="input"', 'class="target"', "+node node1 a = 0.5 rect=target"),
        ('class="line-path line-line"', 'class="line-path lit-line"', "+edge edge0  path=line-path lit-line"),
        ("w = 0.7</title>", "w = 0.8</title>", "+node node0 w = 0.8"),
        (">1 path from w", ">2 paths from w", "+legend note  rect=note text=quiet '2 paths from w"),
        (">parameter<", ">weight<", "'weight'"),
        ('id="node4"', 'id="node5"', "+node node5"),
    ],
)
def test_the_comparison_notices_each_kind_of_change_of_a_picture(old: str, new: str, message: str) -> None:
    z = (Value(0.7, "w") * Value(0.5, "a") + Value(-0.3, "b")).named("z")
    svg = draw(z, level="operations", lit="w").to_svg()
    shown = nbformat.v4.new_output("display_data", {"image/svg+xml": svg})
    committed = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("draw(z)", id="neuron", outputs=[shown])])
    found = _difference(committed, "image/svg+xml", old, new)
    assert found
    assert message in found[0]


@pytest.mark.parametrize(("old", "new"), [('x="', 'x="1'), ('viewBox="0', 'viewBox="1'), ("Helvetica", "Arial")])
def test_places_in_a_picture_do_not_count(old: str, new: str) -> None:
    svg = draw(Value(1.0, "x") * 2).to_svg()
    assert old in svg
    assert boxes_and_arrows(svg.replace(old, new, 1).encode()) == boxes_and_arrows(svg.encode())


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
    png = nbformat.v4.new_output("display_data", data={"image/png": "iVBOR"})
    cells = [
        nbformat.v4.new_code_cell("1", id="one", outputs=shown),
        nbformat.v4.new_code_cell("2", id="three", outputs=[png]),
        nbformat.v4.new_code_cell("open('C:\\\\a')", id="two"),
    ]
    found = traces(nbformat.v4.new_notebook(cells=cells))
    assert found == [
        "cell one has '/Users/': in /Users/me",
        "cell one has a warning, or worse: so",
        "cell three has a picture that is not sharp: image/png",
        "cell two has 'C:\\\\': open('C:\\\\a')",
    ]


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
