"""Pages of graphs in JupyterLab: shown, beside each other, without trust, dark, exported, and talking to Python."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograd import Value, explore
from autograd.graph import Recorded
from tests import gallery
from tests.browser.conftest import Opened, OpenedInLab
from tests.browser.jupyter import Lab, executed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

NEURON = """
from autograd import Value, explore
w, a, b, y = Value(0.7, "w"), Value(0.5, "a"), Value(-0.3, "b"), Value(1.0, "y")
z = (w * a + b).named("z")
C = ((z.sigmoid() - y) ** 2 / 2).named("C")
"""
HIGH = '<div style="height: 4000px">a long output</div>'


def neuron() -> Value:
    names: dict[str, Any] = {}
    exec(NEURON, names)
    output: Value = names["C"]
    return output


def bundle(output: Value, level: str | None = None) -> dict[str, str]:
    return explore(output, level=level)._repr_mimebundle_()


class Framed:
    """The page of a graph in a frame of a notebook."""

    def __init__(self, page: "Page", number: int, output: Value) -> None:
        self._page = page
        self._order = Recorded.of(output).order
        self.element = page.locator("iframe").nth(number)
        self.inside = self.element.content_frame
        self.inside.locator("main").wait_for()
        self.do("app.fit()")  # in a narrow cell not all of a picture can be read, and it opens at its output

    def do(self, script: str) -> Any:
        """What an expression of JavaScript gives, in which `app` is the page's own object."""
        return self.inside.locator("html").evaluate(f"() => {{ const app = explorerApp; return {script}; }}")

    def number(self, label: str) -> int:
        return [node.label for node in self._order].index(label)

    def box(self, label: str) -> "Locator":
        return self.inside.locator(f'[data-box="{self.do(f"app.picture.boxOf[{self.number(label)}]")}"]')

    def value(self, label: str) -> float:
        return float(self.do(f"app.model.value({self.number(label)})"))

    @property
    def lit(self) -> str:
        place = int(self.do("app.selected"))
        return self._order[place].label if place >= 0 else ""

    def drag(self, label: str, by: float) -> None:
        area = self.box(label).bounding_box()
        assert area is not None
        x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
        self._page.mouse.move(x, y)
        self._page.mouse.down()
        self._page.mouse.move(x + by, y, steps=5)
        self._page.mouse.up()

    @property
    def spare(self) -> float:
        """How many pixels the frame is higher than what is in it; less than 0 if it is lower."""
        room: float = self.do("innerHeight - document.querySelector('main').getBoundingClientRect().height")
        return room


@pytest.fixture(scope="module")
def graphs() -> list[Value]:
    return [neuron(), gallery.network(2, 4, 3, 1)]


@pytest.fixture(scope="module")
def outputs(graphs: list[Value]) -> list[dict[str, str]]:
    return [bundle(graphs[0], "operations"), bundle(graphs[1])]  # in a narrow cell, the neuron would open as sums


def test_two_pages_in_a_notebook_do_not_disturb_each_other(
    opened_in_lab: OpenedInLab,
    graphs: list[Value],
    outputs: list[dict[str, str]],
    screenshot: "Callable[[Page, str], None]",
) -> None:
    page = opened_in_lab(outputs, trusted=True)
    first, second = (Framed(page, number, graph) for number, graph in enumerate(graphs))
    first.box("w").click()
    assert (first.lit, second.lit) == ("w", "")
    first.drag("w", 60)
    assert first.value("w") > 0.7
    screenshot(page, "jupyter")
    second.element.scroll_into_view_if_needed()
    second.box("y").click()
    assert (first.lit, second.lit) == ("w", "y")
    second.drag("y", -60)
    assert second.value("y") < 1.0
    assert second.do("app.model.graph.n") == len(Recorded.of(graphs[1]).order)
    assert first.value("w") > 0.7
    # What is pressed inside stays inside: nothing is cut, made, moved, run or turned into text.
    for each in (first, second):
        each.box("y").click()
        for key in (
            "a",
            "b",
            "d",
            "d",
            "x",
            "m",
            "0",
            "0",
            "z",
            "ArrowLeft",
            "ArrowUp",
            "Enter",
            "Shift+Enter",
            "Escape",
        ):
            page.keyboard.press(key)
        for key in ("Control+s", "Control+z"):
            page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == page.locator(".jp-CodeCell").count() == 2
    assert page.locator(".jp-Dialog").count() == 0
    assert [page.locator(".jp-InputArea-editor .cm-content").nth(i).text_content() for i in (0, 1)] == [
        "output 1",
        "output 2",
    ]


@pytest.mark.parametrize("mode", ["none", "contentVisibility", "defer", "full"])
def test_what_is_scrolled_away_is_as_it_was_when_it_comes_back(
    opened_in_lab: OpenedInLab, lab: Lab, outputs: list[dict[str, str]], graphs: list[Value], mode: str
) -> None:
    with lab.drawing(mode):
        page = opened_in_lab([outputs[0], {"text/html": HIGH}], trusted=True)
        framed = Framed(page, 0, graphs[0])
        framed.box("w").click()
        framed.drag("w", 60)
        before = framed.value("w")
        page.locator(".jp-WindowedPanel-outer").first.hover(position={"x": 5, "y": 300})
        page.mouse.wheel(0, 3500)
        framed.element.wait_for(state="attached")
        page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().bottom < 0")
        page.mouse.wheel(0, -9000)
        page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().top > 0")
        assert (framed.lit, framed.value("w")) == ("w", before)


def test_the_theme_is_that_of_the_notebook_and_changes_with_it(
    opened_in_lab: OpenedInLab,
    outputs: list[dict[str, str]],
    graphs: list[Value],
    screenshot: "Callable[[Page, str], None]",
) -> None:
    page = opened_in_lab(outputs[:1], trusted=True, theme="dark")
    framed = Framed(page, 0, graphs[0])
    assert framed.do("document.documentElement.dataset.theme") == "dark"
    screenshot(page, "jupyter dark")
    for theme in ("Light", "Dark"):
        page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
        for item in ("Theme", f"JupyterLab {theme}"):
            page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
        framed.inside.locator(f'html[data-theme="{theme.lower()}"]').wait_for()
        ground = framed.do("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (theme == "Light")


def test_without_trust_there_are_still_pictures_and_no_script_runs(
    opened_in_lab: OpenedInLab, outputs: list[dict[str, str]], screenshot: "Callable[[Page, str], None]"
) -> None:
    page = opened_in_lab(outputs, trusted=False)
    stills = page.locator("img[alt^='How C depends']")
    assert stills.count() == 2
    for number in range(2):
        assert (
            stills.nth(number).evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") > 100
        )
        area = page.locator(".jp-OutputArea-output").nth(number).bounding_box()
        picture = stills.nth(number).bounding_box()
        assert area is not None
        assert picture is not None
        assert area["height"] < picture["height"] + 30  # no room is left for what is not shown
    assert page.locator("iframe").count() == 0
    assert len(page.frames) == 1
    assert page.evaluate("'explorerApp' in window") is False
    screenshot(page, "jupyter untrusted")


def test_a_notebook_with_both_grows_by_less_than_250_kb(outputs: list[dict[str, str]]) -> None:
    assert sum(len(text.encode()) for output in outputs for text in output.values()) < 250_000


@pytest.mark.parametrize("width", [780, 1000, 1700])  # of which the frame has 390 less
def test_a_frame_is_as_high_as_what_is_in_it(
    opened_in_lab: OpenedInLab,
    outputs: list[dict[str, str]],
    graphs: list[Value],
    width: int,
    screenshot: "Callable[[Page, str], None]",
) -> None:
    page = opened_in_lab(outputs, trusted=True)
    page.set_viewport_size({"width": width, "height": 1900})
    first, second = (Framed(page, number, graph) for number, graph in enumerate(graphs))
    for each in (first, second):
        assert 0 <= each.spare <= 1
    first.box("w").click()
    assert 0 <= first.spare <= 1
    high = first.element.bounding_box()
    page.keyboard.press("Escape")
    assert first.element.bounding_box() == high  # nothing below moves when there is less to show
    for each in (first, second):
        assert each.do("document.documentElement.scrollWidth") <= each.do("innerWidth")
    screenshot(page, f"jupyter {width}")


def test_an_exported_notebook_runs_both(
    opened: Opened, outputs: list[dict[str, str]], graphs: list[Value], tmp_path: Path
) -> None:
    nbconvert = pytest.importorskip("nbconvert")
    exporter = nbconvert.HTMLExporter(mathjax_url="", require_js_url="", mermaid_js_url="")
    path = tmp_path / "notebook.html"
    path.write_text(exporter.from_notebook_node(executed(outputs))[0], encoding="utf-8")
    page = opened(path)
    for number, graph in enumerate(graphs):
        framed = Framed(page, number, graph)
        framed.element.scroll_into_view_if_needed()
        framed.box("y").click()
        framed.drag("y", 60)
        assert framed.lit == "y"
        assert framed.value("y") > 1.0


def test_a_widget_and_python_tell_each_other(
    opened_in_lab: OpenedInLab, screenshot: "Callable[[Page, str], None]"
) -> None:
    pytest.importorskip("anywidget")
    page = opened_in_lab.running(
        NEURON + "widget = explore(C, level='operations').widget()\nseen, moves = [], []\n"
        "widget.observe(lambda _: moves.append(w.data), names='numbers')\n"
        "widget.observe(lambda change: seen.append(change['new'].label if change['new'] else None), names='selected')\n"
        "widget",
        "print('python:', w.data, C.data, w.grad, widget.selected and widget.selected.label, seen, len(moves) > 1)",
        "if widget.numbers:\n    widget.set('w', -1.0)\n    widget.selected = 'b'",
        "widget",
    )
    page.set_viewport_size({"width": 1000, "height": 1900})
    page.locator("iframe").nth(1).wait_for()
    first, second = (Framed(page, number, neuron()) for number in (0, 1))

    first.box("w").click()
    first.drag("w", 60)
    screenshot(page, "jupyter widget")
    dragged = first.value("w")
    assert dragged > 0.7
    expected = neuron()
    w = next(node for node in Recorded.of(expected).order if node.label == "w")
    graph = Recorded.of(expected)
    graph = graph.at(graph.recompute({w: dragged}))
    cost, gradient = graph.number(expected), graph.adjoints({expected: 1.0})[w]
    opened_in_lab.run(page, 1).get_by_text(f"python: {dragged} {cost} {gradient} w ['w'] True", exact=True).wait_for()
    # the other page of the same widget has followed
    assert (second.lit, second.value("w")) == ("w", dragged)
    opened_in_lab.run(page, 2)
    for each in (first, second):
        each.inside.locator(".node.lit[aria-label^='b, ']").wait_for()
        assert (each.lit, each.value("w")) == ("b", -1.0)
    first.inside.get_by_role("button", name="undo", exact=True).click()
    assert first.value("w") == dragged
    opened_in_lab.run(page, 1).get_by_text(
        f"python: {dragged} {cost} {gradient} b ['w', 'b'] True", exact=True
    ).wait_for()
