"""Every page in an output of a lesson, in its frame, wide and light, narrow and dark: a reader tries what it offers."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests import lessons
from tests.browser import test_explorer_access, test_training
from tests.browser.conftest import Opened, until
from tests.outputs import PACKED

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

PAGES = {
    f"{path.stem} {cell.id}": output.data["text/html"]
    for path in lessons.LESSONS
    for cell in lessons.read(path).cells
    for output in cell.get("outputs", [])
    if PACKED in output.get("data", {}).get("text/html", "")
}
LOOKS: dict[str, dict[str, Any]] = {
    "900 light": {"viewport": {"width": 900, "height": 1500}, "color_scheme": "light"},
    "400 dark": {"viewport": {"width": 400, "height": 1500}, "color_scheme": "dark"},
}
# The first leaf that the output depends on and that can be found by its name.
LEAF = """() => {
  const { formulas, model } = explorerApp;
  const node = model.graph.leaves.find((leaf) => formulas.isNamed(leaf) && model.adjoint(leaf));
  return [node, formulas.name(node, "text")];
}"""
PLACE = """(node) => document.querySelector(`[data-leaf="${node}"]`)
  ?? document.querySelector(`[data-box="${explorerApp.picture.boxOf[node]}"]`)"""
NUMBERS = "(node) => [node, explorerApp.model.graph.output].map((each) => explorerApp.model.value(each))"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_what_it_offers(
    opened: Opened, screenshot: "Callable[[Page, str], None]", name: str, look: str
) -> None:
    page = opened(f'<!DOCTYPE html><meta charset="utf-8">{PAGES[name]}', **LOOKS[look])
    frame = page.frames[1]
    until(frame, "Boolean(document.querySelector('main'))")
    is_graph = frame.evaluate("'explorerApp' in window")
    for state in explored(page, frame) if is_graph else watched(frame):
        screenshot(page, f"lesson {name} {look} {state}")
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        assert frame.evaluate(test_explorer_access.CUT if is_graph else test_training.CUT) == [], state


def explored(page: "Page", frame: "Frame") -> Iterator[str]:
    """The states that a graph's page is brought into."""

    def press(name: str) -> None:
        frame.get_by_role("button", name=name, exact=True).click()

    yield "opened"
    examples = frame.get_by_label("example", exact=True)
    if examples.count():
        label = examples.locator("option").all_text_contents()[-1]
        examples.select_option(label=label)
        assert frame.locator(".live").inner_text().startswith(f"{label}: ")
    levels = frame.get_by_label("what a box stands for")
    first = levels.input_value()
    for level in levels.locator("option").evaluate_all("(all) => all.map((option) => option.value)"):
        levels.select_option(level)
        yield f"at {level}"
    levels.select_option(first)

    leaf, label = frame.evaluate(LEAF)
    find = frame.get_by_label("find a node by its name")
    find.fill(label)
    find.press("Enter")
    yield "selected"
    before, output = frame.evaluate(NUMBERS, leaf)
    place = frame.evaluate_handle(PLACE, leaf).as_element()
    assert place is not None
    place.scroll_into_view_if_needed()
    area = place.bounding_box()
    assert area is not None
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=3)
    page.mouse.up()
    after, moved = frame.evaluate(NUMBERS, leaf)
    assert after > before
    assert moved != output
    assert frame.locator(".nudge tbody tr").count() >= 2
    yield "dragged"
    press("undo")
    assert frame.evaluate(NUMBERS, leaf) == [before, output]

    press("Steps")
    press("backward pass")
    press("next")
    assert " passes 1 · " in frame.locator(".sentence").inner_text()
    yield "stepping"
    press("last")
    assert frame.get_by_role("button", name="next", exact=True).is_disabled()
    press("Exercise")
    yield "exercise"
    press("Explore")
    press("table")
    yield "table"


def watched(frame: "Frame") -> Iterator[str]:
    """The states that the page of a training run is brought into."""
    now = frame.locator(".now")
    last = now.inner_text()
    for summary in frame.locator("summary").all():
        summary.click()
    yield "opened"
    frame.get_by_role("button", name="first epoch").click()
    assert now.inner_text().startswith("epoch 0 of ")
    yield "at its start"
    frame.get_by_role("button", name="forward").click()
    assert now.inner_text().startswith("epoch 1 of ")
    frame.get_by_role("button", name="last epoch").click()
    assert now.inner_text() == last
