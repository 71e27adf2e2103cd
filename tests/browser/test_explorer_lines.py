"""The lines of a program beside its graph, in a real browser: a line lights its nodes, and a node marks its lines."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

import autograd
import nn
from autograd import explore
from autograd.compiler.side_by_side import SideBySide
from autograd.notation import minus
from tests.browser.conftest import Opened, until
from tests.browser.exploring import READ, Explored

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator, Page

NARROW = {"viewport": {"width": 360, "height": 740}}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colors": {"forced_colors": "active"},
    "narrow": NARROW,
}


@pytest.fixture(scope="module")
def beside() -> SideBySide:
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", seed=1)
    example = ([0.5, -0.2], [1.0, 0.0])
    return autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model, example).beside(neuron=1)


class Sided(Explored):
    """The page with lines, open in a browser, at the level where each operation is a box."""

    def __init__(self, opened: Callable[..., "Page"], beside: SideBySide, level: str = "operations", **options: Any):
        self.graph, self.beside = autograd.graph.Recorded.of(beside.output), beside
        self.page = opened(explore(beside.output, beside=beside, level=level).to_html(), **options)
        until(self.page, "Boolean(document.querySelector('.lines'))")

    def line(self, name: str) -> "Locator":
        """The button of a line."""
        return self.page.locator(f'[data-line="{[row.name for row in self.beside.rows].index(name)}"]')

    def nodes(self, name: str) -> set[int]:
        """The boxes of the nodes that a line is about."""
        return {int(self.box_number(node)) for node in self.beside[name].rows[0].nodes}

    def leave(self) -> None:
        """Point at nothing, and have the focus nowhere."""
        self.page.mouse.move(700, 600)
        self.page.evaluate("document.activeElement.blur()")

    def is_in_view(self, box: int) -> bool:
        """Whether a box is in the part of the picture that is shown, at least in part."""
        x, y, width, height, *_ = self.do("app.picture.data.boxes[given]", box)
        left, top, across, down = self.part
        return left < x + width and x < left + across and top < y + height and y < top + down

    @property
    def lit(self) -> set[int]:
        """The boxes that are lit for a line."""
        boxes: list[int] = self.page.locator(".node.of-line").evaluate_all("(all) => all.map((b) => +b.dataset.box)")
        return set(boxes)

    @property
    def marked(self) -> list[str]:
        """The lines of the selected node."""
        codes = self.page.locator(".lines button[aria-current] code")
        return [each.split(" = ")[0] for each in codes.evaluate_all(f"(all) => all.map({READ})")]


def test_pointing_at_a_line_lights_what_it_is_about(opened: Opened, beside: SideBySide) -> None:
    sided = Sided(opened, beside)
    assert sided.page.locator(".lines button code").all_inner_texts() == [row.place.code for row in beside.rows]
    assert sided.lit == set()
    for name in ("z1", "a1", "delta1", "grad_b1", "cost"):
        sided.line(name).hover()
        assert sided.lit == sided.nodes(name) != set(), name
    assert {sided.box_number(f"z1_{j}") for j in range(3)} == {*map(str, sided.nodes("delta1"))}
    sided.leave()
    assert sided.lit == set()


def test_a_click_opens_a_line_which_stays_lit(opened: Opened, beside: SideBySide) -> None:
    sided = Sided(opened, beside)
    sided.line("delta1").click()
    sided.leave()
    assert sided.lit == sided.nodes("delta1")
    open_line = sided.page.locator(".details:not([hidden])")
    assert open_line.count() == 1
    row = beside["delta1"].lines[0]
    pieces = [f"{minus(sign)} {text}".strip() for formula in row.formulas for sign, text, _ in formula]
    assert len(pieces) > 5
    for text in [*pieces, *row.notes]:
        assert text in sided.read(".details:not([hidden])")
    assert f"{pieces[0]} {pieces[1]}; {row.notes[0]}" in sided.said
    assert all(sided.is_in_view(box) for box in list(sided.lit)[:1])
    sided.line("z2").hover()
    assert sided.lit == sided.nodes("z2")
    sided.line("delta1").click()
    sided.leave()
    assert sided.lit == set()
    assert open_line.count() == 0


def test_a_node_marks_the_lines_that_are_about_it(opened: Opened, beside: SideBySide) -> None:
    sided = Sided(opened, beside)
    for label, expected in {
        "z1_1": ["z1", "delta1"],
        "a1_0": ["a1"],
        "w1_01": ["W1", "grad_W1"],
        "b2_1": ["b2", "grad_b2"],
        "x_0": [],
    }.items():
        sided.find(label)
        assert sided.marked == expected, label
    sided.page.keyboard.press("Escape")


def test_lines_are_gone_through_with_the_keyboard(opened: Opened, beside: SideBySide) -> None:
    sided = Sided(opened, beside)
    assert sided.page.locator('.lines button[tabindex="0"]').count() == 1
    sided.page.locator('.lines button[tabindex="0"]').focus()
    assert sided.lit == sided.nodes("W1")
    for _ in range(2):
        sided.page.keyboard.press("ArrowDown")
    assert sided.lit == sided.nodes("z1")
    assert sided.page.evaluate("document.activeElement.dataset.line") == "2"
    sided.page.keyboard.press("Enter")
    assert sided.line("z1").get_attribute("aria-expanded") == "true"
    sided.page.keyboard.press("End")
    assert sided.lit == sided.nodes("grad_b2")
    sided.page.keyboard.press("ArrowDown")  # there is no other
    assert sided.lit == sided.nodes("grad_b2")
    sided.page.keyboard.press("Escape")
    assert sided.line("z1").get_attribute("aria-expanded") == "false"
    sided.page.keyboard.press("Home")
    assert sided.page.evaluate("document.activeElement.dataset.line") == "0"
    sided.find("w1_00")
    assert sided.lit == set()


def test_lines_light_the_boxes_of_every_level_and_the_arrows_of_weights(opened: Opened, beside: SideBySide) -> None:
    sided = Sided(opened, beside)
    sided.line("grad_W1").click()
    for level in ("sums", "neurons", "layers"):
        sided.page.get_by_label("what a box stands for").select_option(level)
        assert sided.lit == sided.nodes("grad_W1") != set(), level
        assert sided.page.locator(".edge.of-line").count() == {"sums": 6, "neurons": 6, "layers": 0}[level]


def test_numbers_can_be_dragged_beside_lines(opened: Opened, beside: SideBySide) -> None:
    sided = Sided(opened, beside)
    sided.find("w1_01")
    sided.type("0.25")
    (weight,) = (node for node in sided.graph.order if node.label == "w1_01")
    sided.is_as(sided.at({weight: 0.25}))


def looks(sided: Sided) -> Iterator[str]:
    """Show what there is to see, one after the other."""
    yield "start"
    sided.line("delta1").click()
    yield "open"
    sided.find("z1_1")
    yield "marked"
    sided.press("Steps")
    yield "steps"


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(
    opened: Opened,
    axe: "Callable[[Page | Frame], list[str]]",
    screenshot: Callable[["Page", str], None],
    beside: SideBySide,
    look: str,
) -> None:
    sided = Sided(opened, beside, "sums", **LOOKS[look])
    for what in looks(sided):
        assert axe(sided.page) == [], what
        screenshot(sided.page, f"lines {look} {what}")
        assert sided.page.evaluate("document.scrollingElement.scrollWidth") <= sided.page.evaluate("innerWidth")


def test_a_line_may_say_anything(opened: Opened) -> None:
    w = autograd.Value(0.5, "<img src=x onerror=alert(1)>")
    found = autograd.compile(lambda x: w * x[0] + w, [w], ([1.0],)).beside()
    sided = Sided(opened, found)
    sided.line("cost").click()
    assert "<img" in sided.read(".details:not([hidden])")


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_lines_in_a_notebook_can_be_read_by_everybody(
    opened: Opened, axe: "Callable[[Page | Frame], list[str]]", beside: SideBySide, look: str
) -> None:
    head = '<meta name="color-scheme" content="light dark"><title>Lines</title>'
    page = opened(
        f'<!DOCTYPE html><html lang="en">{head}<main><h1>Lines</h1>{beside.to_html()}</main></html>', **LOOKS[look]
    )
    assert axe(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    sides = page.locator(".beside section").nth(2).locator("> div")
    left, right = (sides.nth(place).bounding_box() for place in range(2))
    assert left is not None
    assert right is not None
    assert (left["x"] == right["x"]) is (look == "narrow")  # below each other, where there is no room beside
