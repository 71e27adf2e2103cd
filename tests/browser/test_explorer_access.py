"""The page of a graph for everybody: by keyboard, by touch, with a screen reader, in any color and on any screen."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

import nn
from autograd import Value
from autograd.notation import minus, show_number
from tests import gallery
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored, written
from tests.browser.test_explorer import neuron

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

LIGHT: dict[str, Any] = {}
DARK = {"color_scheme": "dark"}
FORCED = {"forced_colors": "active"}
LOOKS = {"light": LIGHT, "dark": DARK, "forced colors": FORCED}
WIDTHS = (360, 1000, 1600)


def digits() -> Value:
    model = nn.MLP(64, [30, 10], "tanh", "linear", seed=1)
    return nn.losses.cross_entropy(model([k * 37 % 17 / 16 for k in range(64)]), 3).named("C")


# Each with a node whose paths are shown.
GRAPHS: dict[str, tuple[Callable[[], Value], str]] = {
    "neuron": (neuron, "w"),
    "2-4-3-1": (lambda: gallery.network(2, 4, 3, 1), "w1_20"),
    "two paths": (gallery.two_paths, "b"),
    "Rosenbrock": (gallery.rosenbrock, "y"),
    "digits": (digits, "w2_3,7"),
}


def modes(explored: Explored, label: str) -> Iterator[str]:
    """Show what there is to see on a page, one after the other."""
    yield "start"
    explored.find(label)
    assert explored.do("app.selected") >= 0
    yield "explore"
    explored.type("0.125")
    yield "nudge"
    explored.press("Steps")
    explored.do("app.stepper.go(Math.round(0.8 * app.stepper.steps.length))")
    yield "steps"
    explored.press("Exercise")
    first = explored.page.locator(".questions input").first
    first.fill("0.123")
    first.press("Enter")
    explored.page.locator(".questions button").nth(1).click()
    yield "exercise"
    explored.press("Explore", "table")
    yield "table"
    explored.press("table", "share", "keys")
    yield "menus"
    explored.press("share", "keys")
    explored.page.get_by_label("what a box stands for").select_option(explored.do("app.levels[0].level"))
    yield "unfolded"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["neuron", "2-4-3-1"])
def test_axe_finds_nothing(opened: Opened, axe: "Callable[[Page | Frame], list[str]]", name: str, look: str) -> None:
    graph, label = GRAPHS[name]
    explored = Explored(opened, graph(), **LOOKS[look])
    tried = []
    for mode in modes(explored, label):
        assert axe(explored.page) == [], mode
        tried.append(mode)
    assert len(tried) == 8


CUT = """() => {
  const found = [];
  const whole = document.scrollingElement.scrollWidth;
  if (whole > innerWidth) found.push(`the page is ${whole} wide`);
  const panel = document.querySelector(".panel").getBoundingClientRect();
  for (const each of document.querySelectorAll("main *")) {
    if (each.closest("svg, .live, .table-host, datalist")) continue;
    const { left, right, width, height } = each.getBoundingClientRect();
    const what = `${each.localName}.${each.className}: ${(each.textContent || each.value || "").slice(0, 60)}`;
    const isThere = width > 0 && height > 0;
    if (isThere && (left < 0 || right > innerWidth)) found.push(`out of the page: ${what}`);
    if (isThere && each.closest(".panel") && right > panel.right) found.push(`out of the panel: ${what}`);
    const isWider = each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1;
    if (isWider && !each.matches("select, math, math *")) found.push(`cut: ${what}`);
  }
  return found.slice(0, 5);
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_is_cut(opened: Opened, screenshot: "Callable[[Page, str], None]", name: str, width: int) -> None:
    graph, label = GRAPHS[name]
    for look in LOOKS if os.environ.get("SCREENSHOTS") else ["light"]:
        explored = Explored(opened, graph(), viewport={"width": width, "height": 740}, **LOOKS[look])
        for mode in modes(explored, label):
            screenshot(explored.page, f"explorer {name} {width} {look} {mode}")
            assert explored.page.evaluate(CUT) == [], mode


OVERLAPPING = """() => {
  const areas = [...document.querySelectorAll(".graph .node")].flatMap((node) =>
    [...node.querySelectorAll("text")]
      .filter((text) => text.textContent.trim() && text.getClientRects().length)
      .map((text) => ({ node, letters: text.textContent, area: text.getBBox(), isSign: text.matches(".sign") })));
  const found = [];
  const common = (start, size, other, its) => Math.min(start + size, other + its) - Math.max(start, other);
  for (const one of areas) {
    const { x, width } = one.node.querySelector("rect").getBBox();
    const { area } = one;
    const isOut = area.x < x - 1 || area.x + area.width > x + width + 1;
    if (isOut && !one.isSign) found.push(`out of its box: ${one.letters}`); // a disc may stand on the edge of a box
    for (const other of areas) {
      if (one === other || one.node !== other.node) continue;
      const across = common(area.x, area.width, other.area.x, other.area.width);
      const down = common(area.y, area.height, other.area.y, other.area.height);
      const least = 0.45 * Math.min(area.height, other.area.height); // a line's height is more than its letters'
      if (across > 1.5 && down > least) found.push(`${one.letters} on ${other.letters}`);
    }
  }
  return [areas.length, found];
}"""


@pytest.mark.parametrize("width", [360, 1000])
def test_the_longest_numbers_have_room_in_their_boxes(opened: Opened, width: int) -> None:
    for graph, _ in [GRAPHS[name] for name in ("neuron", "2-4-3-1", "two paths", "Rosenbrock")]:
        explored = Explored(opened, graph(), viewport={"width": width, "height": 740})
        for level in explored.do("[...new Set(app.levels.map((each) => each.level))]"):
            explored.page.get_by_label("what a box stands for").select_option(level)
            longest = "{ value: () => -0.000888, adjoint: () => -8.88e-108, slope: () => -0.000888 }"
            explored.do(f"app.picture.write({longest})")
            explored.do("app.zoom.by(8)")  # else letters may be too small to be there
            count, found = explored.page.evaluate(OVERLAPPING)
            assert count > 5
            assert found == [], level


CONTRASTS = """() => {
  const light = ([r, g, b]) => [[r, 0.2126], [g, 0.7152], [b, 0.0722]].reduce((sum, [c, share]) =>
    sum + share * (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4), 0);
  const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const seen = new Map();
  for (const text of document.querySelectorAll(".graph text")) {
    const { left, top, width, height } = text.getBoundingClientRect();
    if (!width) continue;
    const under = document.elementsFromPoint(left + width / 2, top + height / 2)
      .find((each) => each.localName === "rect" && !["none"].includes(getComputedStyle(each).fill));
    const ground = parts(under ? getComputedStyle(under).fill : getComputedStyle(document.body).backgroundColor);
    if (ground.length > 3 && ground[3] === 0) continue;
    for (const each of [text, ...text.querySelectorAll("tspan")]) {
      const [one, other] = [light(parts(getComputedStyle(each).fill)), light(ground)].sort((a, b) => b - a);
      const ratio = (one + 0.05) / (other + 0.05);
      seen.set(`${text.getAttribute("class")} ${each.textContent}`, Math.round(ratio * 100) / 100);
    }
  }
  return [...seen];
}"""


@pytest.mark.parametrize("look", LOOKS)
def test_the_texts_of_the_picture_have_contrast(opened: Opened, look: str) -> None:
    for name in ("neuron", "2-4-3-1", "two paths"):
        graph, label = GRAPHS[name]
        explored = Explored(opened, graph(), **LOOKS[look])
        explored.find(label)
        for level in (None, "errors"):
            if level and level in explored.do("app.levels.map((each) => each.level)"):
                explored.do("app.setLevel(given)", level)
            found = explored.page.evaluate(CONTRASTS)
            assert len(found) > 8
            assert [each for each in found if each[1] < 4.5] == [], level


def test_every_box_says_what_it_is(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    adjoints = explored.graph.adjoints({explored.graph.output: 1.0})
    kinds = {"w": "parameter", "a": "input", "b": "parameter", "y": "target"}
    kinds |= {"z": "add", "s": "sigmoid", "e": "sub", "C": "pow"}
    for label, kind in kinds.items():
        node = explored.value(label)
        n = len(node.parents)
        parents = "" if n == 0 else f", {n} parent{'s' * (n > 1)}"
        name = f"{label}, {kind}, value {written(node.data)}, gradient {written(adjoints[node])}{parents}"
        box = explored.box(label)
        assert box.get_attribute("aria-label") == name
        assert box.get_attribute("role") == "graphics-symbol"
    explored.click("w")
    explored.type("2")
    assert (explored.box("w").get_attribute("aria-label") or "").startswith("w, parameter, value 2, gradient ")
    explored.press("Exercise")
    assert (explored.box("z").get_attribute("aria-label") or "").endswith(", gradient ?, 2 parents")
    explored.press("Steps")
    unknown = "z, add, value not known yet, gradient not known yet, 2 parents"
    assert explored.box("z").get_attribute("aria-label") == unknown


@pytest.mark.parametrize("name", GRAPHS)
def test_no_box_is_without_a_name_at_any_level(opened: Opened, name: str) -> None:
    explored = Explored(opened, GRAPHS[name][0]())
    for level in explored.do("[...new Set(app.levels.map((each) => each.level))]"):
        explored.do("app.setLevel(given)", level)
        names = explored.do("app.picture.boxes.map((box) => box.getAttribute('aria-label'))")
        assert len(names) > 1
        assert all(each and "undefined" not in each and "NaN" not in each for each in names)
        assert explored.page.locator(".graph [tabindex='0']").count() == 1


def tabbed(explored: Explored, where: str, key: str = "Tab") -> int:
    """Press Tab until the focus is there; how often."""
    for count in range(1, 60):
        explored.page.keyboard.press(key)
        if explored.do(f"document.activeElement.matches({where!r})"):
            return count
    raise AssertionError(f"the keyboard does not lead to {where}")


def test_everything_by_keyboard_alone(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    keyboard = explored.page.keyboard
    focused = "Number(document.activeElement.dataset.box ?? -1)"
    order = explored.do("app.picture.data.boxes.map((box) => box[4])")

    def here() -> str:
        return explored.graph.order[order[explored.do(focused)]].label

    tabbed(explored, ".node")
    keyboard.press("Tab")
    assert explored.do(focused) == -1  # one stop in the picture
    keyboard.press("Shift+Tab")
    for _ in range(6):
        keyboard.press("ArrowLeft")
    seen = [here()]
    for _ in range(5):
        keyboard.press("ArrowRight")
        seen.append(here())
    assert seen[0] in ("w", "a")
    assert seen[1:] == ["", "z", "s", "e", "C"]
    keyboard.press("ArrowRight")
    assert here() == "C"
    for _ in range(2):
        keyboard.press("ArrowLeft")
    assert here() == "s"
    keyboard.press("ArrowLeft")
    assert here() == "z"
    keyboard.press("Enter")
    assert explored.read(".head").startswith("z = ")
    assert explored.said.startswith("z, add, value 0.05, gradient ")
    keyboard.press("Escape")
    assert explored.page.locator(".node.lit").count() == 0
    for _ in range(3):
        keyboard.press("ArrowLeft")
    if here() != "w":
        keyboard.press("ArrowUp" if explored.place("w")[1] < explored.place("a")[1] else "ArrowDown")
    assert here() == "w"
    keyboard.press("ArrowDown" if explored.place("w")[1] < explored.place("a")[1] else "ArrowUp")
    assert here() == "a"
    keyboard.press(" ")
    assert explored.read(".head").startswith("a ")

    w, a = explored.value("w"), explored.value("a")
    keyboard.press("Alt+ArrowRight")
    keyboard.press("Alt+ArrowUp")
    keyboard.press("Alt+Shift+ArrowLeft")
    explored.is_as(explored.at({a: 0.69}))
    keyboard.press("Control+z")
    explored.is_as(explored.at({a: 0.7}))
    keyboard.press("Control+Shift+Z")
    explored.is_as(explored.at({a: 0.69}))

    keyboard.press("+")
    assert explored.do("app.zoom.scale") == pytest.approx(1.25)
    keyboard.press("0")
    assert explored.do("app.zoom.scale") == 1.0

    tabbed(explored, ".number-line input[type=text]")
    keyboard.press("Control+a")
    keyboard.type("0.25")
    keyboard.press("Enter")
    explored.is_as(explored.at({a: 0.25}))
    tabbed(explored, ".number-line input[type=range]")
    keyboard.press("ArrowRight")
    now = float(explored.field.input_value())
    assert now > 0.25
    explored.is_as(explored.at({a: now}))
    tabbed(explored, ".factor")
    marked = []
    for count in (2, 1, 1):  # a is first multiplied, then added
        marked.append(explored.said)
        assert explored.page.locator(".edge.pointed").count() == count
        keyboard.press("ArrowRight")
    assert [said.split(" = ")[0] for said in marked] == ["∂z/∂a", "∂s/∂z", "∂e/∂s"]
    assert marked[0] == "∂z/∂a = w = 0.7"
    tabbed(explored, ".around button")
    assert explored.page.locator(".edge.pointed").count() == 0
    keyboard.press("Enter")
    assert explored.do("app.selected") == [len(node.parents) for node in explored.graph.order].index(2)
    assert explored.do("document.activeElement === app.panel")
    tabbed(explored, ".around button")

    keyboard.press(".")
    assert explored.do("app.mode") == "steps"
    assert explored.read(".stepper .aside").startswith("1 of ")
    keyboard.press(".")
    keyboard.press(",")
    assert explored.read(".stepper .aside").startswith("1 of ")
    tabbed(explored, ".stepper input[type=range]")
    keyboard.press("End")
    assert explored.read(".sentence").startswith("Backward: ")
    keyboard.press("ArrowLeft")
    assert explored.read(".stepper .aside").startswith(f"{explored.do('app.stepper.steps.length') - 1} of ")

    tabbed(explored, ".toolbar select", "Shift+Tab")
    tabbed(explored, ".toolbar [data-mode=exercise]", "Shift+Tab")
    keyboard.press("Enter")
    tabbed(explored, ".questions input")
    keyboard.type("3.5")
    keyboard.press("Enter")
    assert explored.lines(".questions .said strong") == ["✗ not yet"]
    tabbed(explored, ".toolbar input[type=search]", "Shift+Tab")
    keyboard.type("w")
    keyboard.press("Enter")
    assert explored.do("app.selected") == explored.number(w)


def test_arrow_keys_follow_arrows_that_point_down(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths(), viewport={"width": 360, "height": 740})
    tabbed(explored, ".node")
    order = explored.do("app.picture.data.boxes.map((box) => box[4])")
    seen = []
    for _ in range(3):
        explored.page.keyboard.press("ArrowUp")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        explored.page.keyboard.press(key)
        seen.append(explored.graph.order[order[explored.do("Number(document.activeElement.dataset.box)")]].label)
    assert seen[0] in ("c", "d")
    assert seen[1:3] == ["e", "e"]
    assert seen[3] in ("c", "d")


def test_controls_are_large_enough_to_hit(opened: Opened) -> None:
    for name in ("neuron", "2-4-3-1"):
        graph, label = GRAPHS[name]
        explored = Explored(opened, graph())
        for mode in modes(explored, label):
            small = explored.page.evaluate(
                """() => [...document.querySelectorAll("button, select, input, textarea, [role=group].factor")]
                  .flatMap((each) => {
                    const { width, height } = each.getBoundingClientRect();
                    const isSmall = width > 0 && (width < 24 || height < 24);
                    return isSmall ? [`${each.outerHTML.slice(0, 80)} ${width} x ${height}`] : [];
                  })"""
            )
            assert small == [], mode


def test_there_is_one_live_region_and_no_formula_in_it(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    assert explored.page.locator("[aria-live]").count() == 1
    said = []
    for label in "wzC":
        explored.click(label)
        said.append(explored.said)
    explored.press("Steps", "next", "next")
    said.append(explored.said)
    assert len(set(said)) == 4
    assert explored.page.locator("[aria-live] *").count() == 0


def test_whoever_wants_no_motion_gets_none(opened: Opened) -> None:
    for motion, expected in (("reduce", "0s"), ("no-preference", "0.12s")):
        explored = Explored(opened, neuron(), reduced_motion=motion)
        duration = "getComputedStyle(document.querySelector('.node > rect')).transitionDuration"
        assert explored.do(duration).split(", ")[0] == expected


def test_the_box_with_the_focus_can_be_seen(opened: Opened) -> None:
    for look in LOOKS.values():
        explored = Explored(opened, neuron(), **look)
        tabbed(explored, ".node")
        style = "getComputedStyle(document.querySelector('.node.current > rect'))"
        border = f"`${{{style}.stroke}} ${{{style}.strokeWidth}}`"
        with_focus = explored.do(border)
        explored.page.keyboard.press("Tab")
        until(explored.page, f"{border} !== {with_focus!r}")


class Finger:
    """A finger, or several, on the screen."""

    def __init__(self, explored: Explored) -> None:
        self._session = explored.page.context.new_cdp_session(explored.page)

    def __call__(self, kind: str, *points: tuple[float, float]) -> None:
        """ "Start", "Move", "End" or "Cancel": where the fingers are then."""
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})


TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True, "viewport": {"width": 360, "height": 740}}


def test_a_finger_taps_and_drags(opened: Opened) -> None:
    explored = Explored(opened, neuron(), **TOUCH)
    explored.page.touchscreen.tap(*explored.place("z"))
    assert explored.read(".head").startswith("z = ")
    assert "lit" in (explored.box("z").get_attribute("class") or "")
    finger = Finger(explored)
    x, y = explored.place("w")
    finger("Start", (x, y))
    numbers = []
    for step in range(1, 9):
        finger("Move", (x + 8 * step, y + step))
        numbers.append(explored.do("app.model.value(given)", explored.number("w")))
    finger("End")
    numbers.append(explored.do("app.model.value(given)", explored.number("w")))  # moves may come late, all at once
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1
    assert numbers[-1] > 1.0
    explored.is_as(explored.at({explored.value("w"): numbers[-1]}))
    assert f":{numbers[-1]}" in explored.state
    explored.page.get_by_role("button", name="undo").tap()
    until(explored.page, "!explorerApp.history.canUndo")
    explored.is_as(explored.graph)


def test_a_drag_that_is_cancelled_gives_the_number_back(opened: Opened) -> None:
    explored = Explored(opened, neuron(), **TOUCH)
    finger = Finger(explored)
    x, y = explored.place("w")
    finger("Start", (x, y))
    for step in range(1, 6):
        finger("Move", (x + 10 * step, y))
    assert explored.do("app.model.value(given)", explored.number("w")) > 0.8
    finger("Cancel")
    until(explored.page, "explorerApp.model.values[0] === 0.7")
    explored.is_as(explored.graph)
    assert not explored.do("app.history.canUndo")


def test_two_fingers_zoom(opened: Opened) -> None:
    explored = Explored(opened, neuron(), **TOUCH)
    stage = explored.page.locator(".graph-stage").bounding_box()
    assert stage is not None
    x, y = stage["x"] + 4, stage["y"] + stage["height"] / 2
    finger = Finger(explored)
    finger("Start", (x, y))
    finger("Start", (x, y), (x + 20, y + 40))
    for step in range(1, 6):
        finger("Move", (x, y), (x + 20, y + 40 + 20 * step))
    finger("End")
    assert explored.do("app.zoom.scale") > 1.5
    explored.is_as(explored.graph)
    explored.page.get_by_role("button", name="fit").tap()
    until(explored.page, "explorerApp.zoom.scale === 1")


def test_everything_else_by_touch(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths(), **TOUCH)

    def tap(name: str) -> None:
        explored.page.get_by_role("button", name=name, exact=True).tap()

    explored.page.touchscreen.tap(*explored.place("b"))
    assert len(explored.lines(".chain li")) == 2
    for factor in (explored.page.locator(".chain li").nth(1).locator(".factor").nth(place) for place in range(6)):
        factor.tap()
        assert explored.page.locator(".edge.pointed").count() == 1
    tap("Steps")
    tap("last")
    explored.is_as(explored.graph)
    tap("back")
    tap("Exercise")
    explored.page.locator(".questions button").first.tap()
    assert explored.lines(".questions .said")[0]
    tap("table")
    explored.page.locator(".table-host button").first.tap()
    assert explored.page.locator("tr.selected").count() == 1
    tap("table")
    assert minus(show_number(explored.graph.output.data, 3)) in explored.shown("e")
