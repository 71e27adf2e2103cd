"""How large a picture is on the page: letters that can be read, whatever the graph and the screen."""

from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value
from autograd.graph import Recorded
from tests import gallery
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored
from tests.browser.test_explorer import neuron
from tests.browser.test_explorer_access import TOUCH, Finger

SMALLEST = "9 * app.stage.getScreenCTM().a"  # pixels: the smallest letters
HINT = "getComputedStyle(document.querySelector('.picture > .aside'), '::after').content"


def layers(n: int) -> Value:
    """As many layers, of one neuron each."""
    a = Value(0.5, "a0")
    for number in range(1, n + 1):
        a = (Value(0.6, f"w{number}") * a + Value(0.1, f"b{number}")).named(f"z{number}").sigmoid().named(f"a{number}")
    return ((a - Value(1.0, "y")) ** 2).named("C")


def long_sum(n: int) -> Value:
    terms = [Value(0.1 * number, f"w{number}") * Value(0.2, f"x{number}") for number in range(n)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total.named("s")


def is_in_view(explored: Explored, name: str) -> bool:
    area, stage = explored.box(name).bounding_box(), explored.page.locator(".graph-stage").bounding_box()
    assert area is not None
    assert stage is not None
    return all(
        stage[start] - 1 <= area[start] and area[start] + area[size] <= stage[start] + stage[size] + 1  # type: ignore[literal-required]
        for start, size in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("size", [(360, 740), (1000, 700), (1280, 900), (1920, 1080)])
@pytest.mark.parametrize("graph", [lambda: layers(16), lambda: layers(200), lambda: long_sum(40)])
def test_a_long_picture_opens_readable_at_the_output(
    opened: Opened, graph: Callable[[], Value], size: tuple[int, int]
) -> None:
    width, height = size
    explored = Explored(opened, graph(), viewport={"width": width, "height": height})
    stage = explored.page.locator(".graph-stage").bounding_box()
    assert stage is not None
    assert explored.do(SMALLEST) >= 9.5
    assert stage["height"] > 180
    assert is_in_view(explored, explored.graph.output.label)
    assert "Drag the picture" in explored.do(HINT)
    assert explored.page.locator(".overview:visible").count() == 1


def test_a_long_picture_opens_at_the_lit_node_and_is_dragged(opened: Opened) -> None:
    output = layers(16)
    lit = next(place for place, node in enumerate(Recorded.of(output).order) if node.label == "a0")
    explored = Explored(opened, output, state=f"lit={lit}")
    assert is_in_view(explored, "a0")
    assert not is_in_view(explored, "C")
    left = explored.part[0]
    stage = explored.page.locator(".graph-stage").bounding_box()
    assert stage is not None
    explored.page.mouse.move(stage["x"] + 500, stage["y"] + 4)
    explored.page.mouse.down()
    explored.page.mouse.move(stage["x"] + 200, stage["y"] + 4, steps=4)
    explored.page.mouse.up()
    assert explored.part[0] == pytest.approx(left + 300 / explored.do("app.zoom.pixels"), rel=1e-3)
    bar = explored.page.locator(".overview.along-x").bounding_box()
    assert bar is not None
    explored.page.mouse.click(bar["x"] + bar["width"] - 2, bar["y"] + 3)
    assert is_in_view(explored, "C")
    explored.press("fit")
    assert is_in_view(explored, "a0")
    assert is_in_view(explored, "C")
    assert explored.page.locator(".overview:visible").count() == 0


def test_what_is_chosen_in_the_panel_comes_into_view(opened: Opened) -> None:
    explored = Explored(opened, layers(8))
    assert not is_in_view(explored, "z2")
    explored.find("z2")
    assert is_in_view(explored, "z2")
    explored.page.locator(".around button").first.click()
    explored.find("b7")
    assert is_in_view(explored, "z7")


@pytest.mark.parametrize("graph", [lambda: gallery.network(2, 2, 1), lambda: gallery.network(2, 4, 3, 1), neuron])
def test_letters_can_be_read_on_every_screen(opened: Opened, graph: Callable[[], Value]) -> None:
    explored = Explored(opened, graph())
    sizes = {}
    for width in (1000, 1280, 1400, 1600, 1920, 2560):
        explored.page.set_viewport_size({"width": width, "height": 900})
        explored.page.reload()
        until(explored.page, "window.explorerApp")
        sizes[width] = explored.do(SMALLEST)
    assert sizes[1000] > 8.5
    assert min(sizes[width] for width in sizes if width >= 1280) >= 8.5
    assert sizes[1920] >= 10
    panel = explored.page.locator(".panel").evaluate("(panel) => parseFloat(getComputedStyle(panel).fontSize)")
    assert panel > 20


def test_larger_takes_more_of_the_window_about_what_is_lit(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1), viewport={"width": 1280, "height": 900})
    explored.find("a1_3")
    heights = []
    for _ in range(6):
        stage = explored.page.locator(".graph-stage").bounding_box()
        assert stage is not None
        heights.append(stage["height"])
        assert is_in_view(explored, "a1_3")
        explored.press("larger")
    assert heights == sorted(heights)
    assert heights[-1] == pytest.approx(0.84 * 900, abs=1)


def test_a_picture_stays_fitted_when_the_window_changes(opened: Opened) -> None:
    explored = Explored(opened, neuron(), viewport={"width": 1280, "height": 900})
    explored.page.set_viewport_size({"width": 900, "height": 900})
    until(explored.page, "Math.abs(explorerApp.zoom.part.width * explorerApp.zoom.pixels - 876) < 1")
    assert explored.do("app.zoom.scale") == 1.0
    assert is_in_view(explored, "C")


def test_a_click_on_an_arrow_draws_no_frame(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.page.keyboard.press("Tab")
    x, y = explored.page.locator(".edge .reach").first.evaluate(
        """(way) => {
          const { x, y } = way.getPointAtLength(way.getTotalLength() / 2).matrixTransform(way.getScreenCTM());
          return [x, y];
        }"""
    )
    explored.page.mouse.click(x, y)
    assert explored.do("document.activeElement === app.stage") is False


def page_scrolls(explored: Explored, points: list[tuple[float, float]]) -> float:
    finger = Finger(explored)
    finger("Start", points[0])
    for point in points[1:]:
        finger("Move", point)
        explored.page.wait_for_timeout(20)
    finger("End")
    explored.page.wait_for_timeout(100)
    scrolled: Any = explored.page.evaluate("scrollY")
    return float(scrolled)


def test_a_swipe_over_a_number_scrolls_and_a_sideways_one_drags(opened: Opened) -> None:
    explored = Explored(opened, neuron(), **TOUCH)
    x, y = explored.place("y")
    assert page_scrolls(explored, [(x, y - 12 * step) for step in range(15)]) > 50
    explored.is_as(explored.graph)
    explored.page.evaluate("scrollTo(0, 0)")
    x, y = explored.place("y")
    assert page_scrolls(explored, [(x - 8 * step, y) for step in range(15)]) < 5
    assert explored.do("app.model.value(given)", explored.number("y")) < 0.9


def test_a_swipe_over_a_number_moves_a_picture_that_is_higher_than_the_stage(opened: Opened) -> None:
    explored = Explored(opened, layers(16), **TOUCH)
    top = explored.part[1]
    x, y = explored.place("y")
    page_scrolls(explored, [(x, y + 12 * step) for step in range(15)])
    assert explored.part[1] < top - 50
    explored.is_as(explored.graph)
