"""Labels, addresses and numbers that mean harm, in a real browser: nothing runs, nothing leaves, and the page works."""

import math
from typing import Any

import pytest

from autograd import Value, constant, explore, tanh
from autograd.explorer.page import unpacked
from autograd.notation import minus, show_number
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored
from tests.browser.test_explorer import neuron, squarings
from tests.test_hostile_labels import LABEL, OTHER

RUN = "window.canary=1"
LABELS = [
    LABEL,
    OTHER,
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" onfocus="{RUN}" autofocus="',
    f"' onmouseover='{RUN}",
    f"javascript:{RUN}",
    f"<a href='javascript:{RUN}'>a</a>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    "<link rel=stylesheet href=https://example.org/a.css>",
    "<img src=https://example.org/pixel.png>",
    "<base href=https://example.org/>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "url(https://example.org/a.png)",
    "@import 'https://example.org/a.css'",
    f"<math><mi//xlink:href='data:x,<script>{RUN}</script>'>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    "]]>",
    "<!--",
    "-->",
    "<!-- <script>",
    f"${{{RUN}}}",
    f"`${{{RUN}}}`",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"');{RUN}//",
    f'");{RUN}//',
    f"\\');{RUN}//",
    f"*/{RUN}/*",
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    "valueOf",
    "then",
    "length",
    "0",
    "-1",
    "NaN",
    "undefined",
    "null",
    "\u2028line\u2029paragraph",
    "\u202eright to left\u202c",
    "\u2066isolate",
    "zero\u200bwidth\u200d\ufeff",
    "\ud800",
    "\udc00\ud800",
    "a\0b",
    "a\nb\r\nc\td",
    "\x1b[31mred",
    "\x7f\x80\x9f",
    "x" * 500,
    "x " * 250,
    "\U0001d4d0" * 60,
    "é\u0301\u0301\u0301" * 30,
    "\\frac{\\href{https://example.org}{a}}{b}",
    "\\input{/etc/passwd}",
    "$\\unclosed{",
    "%0A%3Cscript%3E",
    "&lt;script&gt;&amp;&#60;",
    "a=b&lit=0#c",
    "\ue000\ue001",
    "«»„“”‚‘’'\"`´",
    " ",
    "[1]",
    "x[1]",
    "∂C/∂w",
    "w_{1}^{(2)}",
]


def harmful() -> Value:
    total = Value(0.25, "w_0")
    for place, label in enumerate(LABELS):
        total = total + (tanh(Value(0.01 * place - 0.3, label)) * 0.5).named(label + "'")
    return total.named(f"</title><script>{RUN}</script>")


def unharmed(explored: Explored) -> None:
    """No script of a label has run, and none of its elements is there."""
    page = explored.page
    assert page.evaluate("window.canary") is None
    assert page.evaluate("Object.prototype.canary") is None
    assert page.locator("main :is(script, iframe, img, link, base, meta, object, embed, style)").count() == 0
    attributes = page.evaluate(
        "[...document.querySelectorAll('main *')].flatMap((each) => [...each.attributes].map(({ name }) => name))"
    )
    assert [name for name in attributes if name.startswith("on") or name in ("href", "src", "srcdoc")] == []


def test_there_are_many_harmful_labels() -> None:
    assert len(set(LABELS) - {LABEL, OTHER}) >= 70


def test_nothing_that_a_label_says_is_done(opened: Opened, tmp_path: Any) -> None:
    explored = Explored(opened, harmful())
    unharmed(explored)
    explored.is_as(explored.graph)
    nodes = [place for place, node in enumerate(explored.graph.order) if node.label]
    for node in nodes:
        explored.do("app.select(given)", node)
    explored.do("app.nudge(given, 0.125)", nodes[5])
    explored.do("app.settle()")
    unharmed(explored)
    for mode in ("Steps", "Exercise", "Explore"):
        explored.press(mode)
        if mode == "Steps":
            for step in range(0, explored.do("app.stepper.steps.length"), 7):
                explored.do("app.stepper.go(given)", step)
        unharmed(explored)
    explored.press("table")
    unharmed(explored)
    explored.press("table", "share")
    for name in ("copy the chain rule (LaTeX)", "copy the chain rule (Markdown)", "copy a link"):
        explored.press(name)
    for level in explored.do("app.levels.map((each) => each.level)"):
        explored.do("app.setLevel(given)", level)
        unharmed(explored)
    for name, suffix in (("save the picture (SVG)", "svg"), ("save this page as it is", "html")):
        with explored.page.expect_download() as download:
            explored.press(name)
        path = tmp_path / f"saved.{suffix}"
        download.value.save_as(path)
        saved = opened(path)
        until(saved, "Boolean(window.explorerApp)" if suffix == "html" else "Boolean(document.querySelector('text'))")
        assert saved.evaluate("window.canary") is None
        assert saved.evaluate("document.querySelectorAll('img, iframe, a').length") == 0
    unharmed(explored)
    explored.do("document.title.length")
    assert explored.do("document.scrollingElement.scrollWidth <= innerWidth")


def test_a_harmful_label_is_found_by_its_name(opened: Opened) -> None:
    explored = Explored(opened, harmful())
    for label in ("__proto__", "constructor", "toString", "javascript:window.canary=1", "<!--"):
        explored.find(label)
        assert explored.graph.order[explored.do("app.selected")].label == label
    unharmed(explored)


ADDRESSES = [
    "lit=-5",
    "lit=999999",
    "lit=1e1",
    "lit=0x1",
    "lit=__proto__",
    "v=0:Infinity,1:NaN,2:1e999,3:-",
    "v=__proto__:1,constructor:2,-1:3,1.5:4",
    "v=" + ",".join(f"{n}:1" for n in range(5000)),
    "v=0:" + "9" * 5000,
    "step=-1&mode=steps",
    "step=999999999&mode=steps",
    "step=NaN&mode=steps",
    "mode=__proto__",
    "mode=constructor",
    "mode=<script>window.canary=1</script>",
    "level=<img src=x onerror=window.canary=1>",
    "level=__proto__",
    "example=-1",
    "example=99",
    "example=__proto__",
    "%",
    "%E0%A4%A",
    "%00%0A%3Cscript%3Ewindow.canary=1%3C/script%3E",
    "javascript:window.canary=1",
    "&&&===&&=&",
    "__proto__=1&constructor=2",
    "lit=1&lit=2&lit=3",
    "x" * 20000,
    "v=0:0.5;DROP",
]


def is_well(explored: Explored) -> bool:
    """The page shows something that its graph has."""
    well: bool = explored.do(
        """app.model.values.every(Number.isFinite) && app.selected < app.model.graph.n && app.selected >= -1 &&
            ["explore", "steps", "exercise"].includes(app.mode) && app.picture.boxes.length > 1 &&
            app.stepper.taken >= 0 && app.stepper.taken <= app.stepper.steps.length"""
    )
    return well


def test_no_address_does_harm(opened: Opened) -> None:
    explored = Explored(opened, [neuron(), neuron(0.2)], at=ADDRESSES[0])
    for address in ADDRESSES[1:]:
        explored.page.evaluate("(to) => new Promise((done) => { onhashchange = done; location.hash = to; })", address)
        unharmed(explored)
        assert is_well(explored), address
    explored.page.evaluate("location.hash = '#lit=0'")
    until(explored.page, "explorerApp.selected === 0")
    explored.type("0.5")
    explored.is_as(explored.at({explored.value("w"): 0.5}))


def test_no_state_does_harm(opened: Opened) -> None:
    graph = neuron()
    for state in [*ADDRESSES[::5], '"><script>window.canary=1</script>', "'", "&quot;"]:
        explored = Explored(opened, graph, state=state)
        unharmed(explored)
        assert is_well(explored), state


NUMBERS = [5e-324, 1e-310, -0.0, 1e308, -1e308, 1.7976931348623157e308, 1e-300, 123456789.123456789]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_any_size_are_shown(opened: Opened, number: float) -> None:
    x = Value(number, "x")
    explored = Explored(opened, (x + 0.0).named("f"))
    explored.is_as(explored.graph)
    explored.click("x")
    assert float(explored.field.input_value()) == number
    explored.drag("x", 50)
    explored.press("undo")
    explored.is_as(explored.graph)
    assert minus(show_number(number, 3)) in explored.shown("x")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_shown_too(opened: Opened, number: float) -> None:
    x = Value(number, "x")
    explored = Explored(opened, (x * 2.0).named("f"))
    shown = minus(show_number(number))
    assert shown in explored.shown("x")
    assert shown in explored.shown("f")
    explored.click("x")
    explored.type("1.5")
    explored.is_as(explored.at({x: 1.5}))
    explored.press("undo", "Steps", "last", "Exercise", "Explore")
    assert shown in explored.shown("x")


@pytest.mark.parametrize("leaf", [Value(2.5, "x"), constant(2.5, "x")], ids=["variable", "constant"])
def test_a_graph_of_a_single_leaf(opened: Opened, leaf: Value) -> None:
    explored = Explored(opened, leaf)
    explored.press("Steps", "Exercise", "Explore", "table", "table", "share")
    explored.click("x")
    if leaf.is_constant:
        assert explored.read(".chain").startswith("Recorded as a plain number")
    else:
        assert explored.read(".chain") == "∂x/∂x = 1: this is the output itself."
        explored.type("3")
        explored.is_as(explored.at({leaf: 3.0}))
    assert explored.do("app.model.values.length") == 1


def test_twelve_hundred_nodes_without_names(opened: Opened) -> None:
    x = Value(0.3)
    node = x
    for place in range(400):
        node = tanh(node * 1.01 + x * (0.001 * place))
    explored = Explored(opened, node)
    assert len(explored.graph.order) > 1200
    explored.is_as(explored.graph)
    explored.do("app.select(given)", explored.number(x))
    assert "paths" in explored.read(".chain .whole")
    explored.type("0.4")
    moved = explored.at({x: 0.4})
    assert explored.do("app.model.value(app.model.graph.output)") == pytest.approx(moved.number(node), rel=1e-12)
    explored.press("Steps", "last", "Exercise", "Explore", "table")
    assert 100 < len(explored.rows(".table-host tbody")) <= 500


def test_forty_squarings(opened: Opened) -> None:
    explored = Explored(opened, squarings(40))
    explored.press("Steps", "last", "Exercise", "Explore")
    explored.do("app.select(0)")
    explored.type("1.0000001")
    explored.is_as(explored.at({explored.value("x"): 1.0000001}))
    explored.type("2")
    assert "inf" in explored.shown("y")
    explored.press("undo")
    explored.is_as(explored.at({explored.value("x"): 1.0000001}))


def test_labels_that_occur_twice_are_told_apart(opened: Opened) -> None:
    one, two = Value(1.5, "x"), Value(-0.5, "x")
    explored = Explored(opened, (one * two + one).named("f"))
    explored.find("x[1]")
    assert explored.do("app.selected") == explored.number(one)
    explored.type("2")
    explored.find("x[2]")
    assert explored.do("app.selected") == explored.number(two)
    explored.is_as(explored.at({one: 2.0}))
    assert explored.read(".head").startswith("x[2] ")


def test_what_python_packs_is_what_the_page_has(opened: Opened) -> None:
    exploration = explore(harmful())
    text = exploration.to_html()
    assert "canary" not in text.replace("&lt;script&gt;window.canary=1&lt;/script&gt;", "")
    _, _, data = unpacked(text)
    page = opened(text)
    until(page, "Boolean(window.explorerApp)")
    assert page.evaluate("explorerApp.data.variants[0].graph.ops") == data["variants"][0]["graph"]["ops"]
