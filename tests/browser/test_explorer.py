"""A graph in a real browser, explored with the mouse: it is clicked, dragged, typed, and the numbers follow."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd import Op, Value, constant, count_paths, explain, log, maximum, nudge, op, relu
from autograd.explanations import Explanation
from autograd.graph import Recorded
from autograd.notation import minus, show_number
from autograd.table import TABLE
from tests import gallery
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored, factor, written

LISTED = 8  # paths


def neuron(w: float = 0.7) -> Value:
    a, b, y = Value(0.5, "a"), Value(-0.3, "b"), Value(1.0, "y")
    s = (Value(w, "w") * a + b).named("z").sigmoid().named("s")
    return ((s - y).named("e") ** 2).named("C")


def squarings(count: int) -> Value:
    y = Value(1.0, "x")
    for _ in range(count):
        y = y * y
    return y.named("y")


def kinks() -> Value:
    x, y = Value(0.5, "x"), Value(-0.3, "y")
    return (relu(x).named("r") * 3.0 + maximum(x, y).named("m") * 2.0 + abs(y).named("s")).named("f")


GRAPHS: dict[str, Callable[[], Value]] = {
    "neuron": neuron,
    "two paths": gallery.two_paths,
    "Rosenbrock": gallery.rosenbrock,
    "2-4-3-1": lambda: gallery.network(2, 4, 3, 1),
    "recurrence": gallery.recurrence,
    "logsumexp": gallery.log_of_sum,
    "kinks": kinks,
}


def products(explanation: Explanation) -> list[str]:
    """The last line of each path, as the page should write it."""
    found = []
    for chain in explanation.chains[:LISTED]:
        factors = " · ".join(factor(each.number) for each in chain.factors)
        found.append("= " + f"{factors} = " * (len(chain.factors) > 1) + written(chain.path.product))
    return found


@pytest.mark.parametrize("name", GRAPHS)
def test_a_click_lists_the_paths_that_explain_lists(opened: Opened, name: str) -> None:
    output = GRAPHS[name]()
    explored = Explored(opened, output)
    explored.is_as(explored.graph)
    labelled = [node for node in explored.graph.order if node.label and not node.is_constant and node is not output]
    for node in labelled[:: 1 + len(labelled) // 12]:
        explained = explain(output, node)
        if explored.do("app.picture.shown(given)", explored.number(node)) != explored.number(node):
            explored.find(node.label)
        else:
            explored.click(node)
        assert explored.do("app.selected") == explored.number(node)
        assert explored.lines(".chain li .line:last-child") == products(explained)
        n = count_paths(output, node)
        total = written(sum(chain.path.product for chain in explained.chains) + explained.rest)
        how = "along one path:" if n == 1 else f"the sum over {n} paths:"
        assert explored.read(".chain .whole").endswith(f" = {total}, {how}")
    assert len(labelled) > 2


def test_a_click_lights_the_paths_and_nothing_else(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths())

    def lit() -> set[str]:
        return {name for name in "abcde" if "lit" in (explored.box(name).get_attribute("class") or "").split()}

    assert lit() == set()
    for name, expected in {"b": "bcde", "a": "ace", "d": "de", "e": "e"}.items():
        explored.click(name)
        assert lit() == set(expected)
        assert explored.page.locator(".edge.lit").count() == {"b": 4, "a": 2, "d": 1, "e": 0}[name]
    explored.page.keyboard.press("Escape")
    assert lit() == set()
    assert explored.read(".panel").startswith("Click a box, and every path")


def test_symbols_formulas_and_numbers_stand_below_each_other(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("w")
    assert explored.lines(".chain li .line") == [
        "∂z/∂w · ∂s/∂z · ∂e/∂s · ∂C/∂e",
        "= a · sigmoid(z)*(1 - sigmoid(z)) · 1 · 2*e",
        "= 0.5 · 0.2498 · 1 · (−0.975) = −0.1218",
    ]
    assert explored.read(".chain .whole") == "∂C/∂w = −0.1218, along one path:"
    explored.click("z")
    assert explored.read(".head") == "z = w*a + b = 0.7*0.5 + (−0.3) = 0.05"


def test_a_negative_factor_after_a_dot_has_parentheses(opened: Opened) -> None:
    explored = Explored(opened, gallery.rosenbrock())
    explored.click("y")
    formulas = explored.lines(".chain li .line:nth-child(2)")
    assert "= 2*y · (-1) · 2*(z - y**2) · 100" in formulas
    assert "= -1 · 2*(1 - y)" in formulas


def test_a_sum_among_factors_has_parentheses_and_one_alone_has_none(opened: Opened) -> None:
    explored = Explored(opened, (Value(0.5, "x").tanh().named("t") * 2.0).named("f"))
    explored.click("x")
    assert explored.lines(".chain li .line:nth-child(2)") == ["= (1 - tanh(x)**2) · 2"]
    explored = Explored(opened, Value(0.5, "x").tanh().named("f"))
    explored.click("x")
    assert explored.lines(".chain li .line:nth-child(2)") == ["= 1 - tanh(x)**2"]


def test_edges_from_one_node_to_another_are_told_apart(opened: Opened) -> None:
    x = Value(3.0, "x")
    explored = Explored(opened, (x * x).named("y"))
    explored.click("x")
    assert explored.read(".chain .whole") == "∂y/∂x = 6, the sum over 2 paths:"
    first = explored.lines(".chain li .line:first-child")
    assert first == ["∂y/∂x through the first x", "∂y/∂x through the second x"]
    explored.page.keyboard.press("Tab")
    explored.page.locator(".chain .factor").first.focus()
    assert explored.said == "∂y/∂x through the first x = x = 3"
    a = Value(2.0, "a")
    explored = Explored(opened, (x * a + x).named("y"))
    explored.click("x")
    assert sorted(explored.lines(".chain li .line:first-child")) == ["∂(x*a)/∂x", "∂y/∂x directly"]
    explored = Explored(opened, ((x + 1.0) + (x - 3.0)).named("y"))
    explored.click("x")
    first = explored.lines(".chain li .line:first-child")
    assert sorted(first) == ["∂y/∂x through (x + 1)", "∂y/∂x through (x - 3)"]


def test_very_many_paths_are_counted_exactly(opened: Opened) -> None:
    output = squarings(40)
    explored = Explored(opened, output)
    explored.find("x")
    n = count_paths(output, "x")
    assert n == 2**40
    whole = explored.read(".chain .whole")
    assert f"the sum over {n:,} paths" in whole
    assert "= 1.1e+12, the sum" in whole
    assert explored.read(".chain > p:last-child") == f"and {n - LISTED:,} more, none larger, together 1.1e+12"
    assert explored.lines(".chain li .line:last-child") == ["= 1"] * LISTED


def test_pointing_at_a_factor_marks_its_arrow_and_pointing_at_an_arrow_its_factor(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths())
    explored.click("b")
    arrows = explored.do("app.picture.data.arrows.map((arrow) => arrow[3])")
    number = explored.number
    edges = [[number("d"), 0], [number("e"), 1], [number("c"), 1], [number("e"), 0]]  # as the paths have them
    symbols = explored.page.locator(".chain li .line:first-child .factor")
    assert explored.lines(".chain li .line:first-child .factor") == ["∂d/∂b", "∂e/∂d", "∂c/∂b", "∂e/∂c"]
    for place, edge in enumerate(edges):
        symbols.nth(place).hover()
        pointed = explored.page.locator(".edge.pointed").evaluate_all("(all) => all.map((each) => each.dataset.arrow)")
        assert [arrows[int(arrow)] for arrow in pointed] == [edge]
        assert len(explored.lines(".factor.pointed")) == 3
        x, y = explored.page.locator(f'[data-arrow="{arrows.index(edge)}"] .reach').evaluate(
            """(way) => {
              const { x, y } = way.getPointAtLength(way.getTotalLength() / 2).matrixTransform(way.getScreenCTM());
              return [x, y];
            }"""
        )
        explored.page.mouse.move(x, y)
        marked = explored.lines(".factor.pointed")
        assert len(marked) == 3  # in symbols, as a formula and as a number
        assert marked[0] == symbols.nth(place).evaluate("(each) => each.firstChild.getAttribute('aria-label')")
        explored.page.mouse.move(1, 1)
        assert explored.lines(".factor.pointed") == []
        assert explored.page.locator(".edge.pointed").count() == 0


def test_everything_follows_a_number_that_is_dragged(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    w = explored.value("w")
    x, y = explored.place("w")
    explored.page.mouse.move(x, y)
    explored.page.mouse.down()
    seen = []
    for step in (-90, 40, 130):
        explored.page.mouse.move(x + step, y, steps=3)
        moved = explored.at({w: float(explored.field.input_value())})
        seen.append(moved.number(w))
        explored.is_as(moved)
        explained = explain(neuron(moved.number(w)), "w")
        assert explored.lines(".chain li .line:last-child") == products(explained)
        z = explored.value("z")
        slope = moved.slopes(explored.value("s"))[0]
        assert slope is not None
        assert f"∂ {minus(show_number(slope, 3))}" in explored.shown("s")
        assert minus(show_number(moved.number(z), 3)) in explored.shown("z")
    assert seen == sorted(seen)
    assert seen[0] < 0.7 < seen[1]
    explored.page.mouse.up()
    explored.is_as(moved)
    assert f"v={explored.number(w)}:{seen[-1]}" in explored.state
    assert explored.said.startswith(f"w, parameter, value {written(seen[-1])}, gradient ")


def test_a_weight_on_an_arrow_is_dragged_where_it_stands(opened: Opened) -> None:
    output = gallery.network(2, 4, 3, 1)
    explored = Explored(opened, output)
    assert explored.do("app.picture.data.level") == "neurons"
    (weight,) = (node for node in explored.graph.order if node.label == "w2_01")
    before = explored.page.locator(f'[data-leaf="{explored.number(weight)}"]').text_content()
    explored.drag(weight, 60, 60)
    now = float(explored.field.input_value())
    assert now > weight.data
    moved = explored.at({weight: now})
    explored.is_as(moved)
    after = explored.page.locator(f'[data-leaf="{explored.number(weight)}"]').text_content()
    assert (before, after) == (minus(show_number(weight.data, 3)), minus(show_number(now, 3)))
    kind = explored.page.locator(f'[data-leaf="{explored.number(weight)}"]').get_attribute("class")
    assert kind is not None
    assert ("positive" if now > 0 else "negative") in kind


def test_the_slider_moves_the_number(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("a")
    area = explored.page.locator(".slider input").bounding_box()
    assert area is not None
    middle = area["x"] + area["width"] / 2
    explored.page.mouse.move(middle, area["y"] + area["height"] / 2)
    explored.page.mouse.down()
    explored.page.mouse.move(middle + 40, area["y"] + area["height"] / 2, steps=4)
    moved = explored.at({explored.value("a"): float(explored.field.input_value())})
    assert moved.number(explored.value("a")) > 0.5
    explored.is_as(moved)
    explored.page.mouse.up()
    assert not explored.page.get_by_role("button", name="undo").is_disabled()
    low, high = explored.lines(".slider .end")
    assert float(low.replace("−", "-")) < 0.5 < float(high)


TYPED = {"0.25": 0.25, "-2": -2.0, "−1.5": -1.5, "1e-3": 0.001, "3,5": 3.5, " 7 ": 7.0, ".5": 0.5, "+4.": 4.0}
REFUSED = ["abc", "1e", "0x10", "Infinity", "nan", "1e999", "1,2,3", "<b>1</b>", "--1"]


def test_a_number_is_typed(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("b")
    for text, number in TYPED.items():
        explored.type(text)
        explored.is_as(explored.at({explored.value("b"): number}))
        assert explored.read(".number-line .problem") == ""


def test_what_is_no_number_is_refused_and_nothing_is_lost(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("b")
    explored.type("0.5")
    for text in REFUSED:
        explored.type(text)
        problem = explored.read(".number-line .problem")
        assert problem == f"a number is wanted, such as −0.3, 1e-3 or 1/3, but this is “{text}”."
        assert explored.field.input_value() == text
        explored.is_as(explored.at({explored.value("b"): 0.5}))
    explored.type("")
    assert explored.read(".number-line .problem") == ""
    assert explored.field.input_value() == "0.5"
    explored.type("3/4")
    assert explored.read(".number-line .problem") == ""
    explored.is_as(explored.at({explored.value("b"): 0.75}))


def test_formulas_follow_over_a_kink(opened: Opened) -> None:
    explored = Explored(opened, kinks())
    x, y = explored.value("x"), explored.value("y")
    explored.click("x")
    assert explored.lines(".chain li .line:nth-child(2)") == ["= 1 · 3", "= 1 · 2"]
    explored.type("-0.7")
    moved = explored.at({x: -0.7})
    explored.is_as(moved)
    assert set(explored.lines(".chain li .line:nth-child(2)")) == {"= 0 · 3", "= 0 · 2"}
    assert explored.lines(".chain li .line:last-child") == ["= 0 · 2 = 0", "= 0 · 3 = 0"]
    explored.click("y")
    assert set(explored.lines(".chain li .line:nth-child(2)")) == {"= 1 · 2", "= -1 · 1"}
    explored.type("0.3")
    explored.is_as(explored.at({x: -0.7, y: 0.3}))
    assert set(explored.lines(".chain li .line:nth-child(2)")) == {"= 1 · 2", "= 1 · 1"}


def test_formulas_follow_while_the_pointer_is_down(opened: Opened) -> None:
    explored = Explored(opened, (relu(Value(0.2, "x")).named("r") * 3.0).named("f"))
    x, y = explored.place("x")
    explored.page.mouse.move(x, y)
    explored.page.mouse.down()
    formulas = []
    for to in (-10, -100, -10):
        explored.page.mouse.move(x + to, y, steps=3)
        formulas += explored.lines(".chain li .line:nth-child(2)")
    explored.page.mouse.up()
    assert formulas == ["= 1 · 3", "= 0 · 3", "= 1 · 3"]


@pytest.mark.parametrize("name", ["neuron", "two paths"])
def test_the_nudge_shows_what_was_predicted_and_what_came(opened: Opened, name: str) -> None:
    output = GRAPHS[name]()
    explored = Explored(opened, output)
    variable = {"neuron": "w", "two paths": "b"}[name]
    explored.click(variable)
    assert not explored.page.locator(".nudge").is_visible()
    explored.type(str(explored.value(variable).data + 0.25))

    def signed(change: float) -> str:
        return f"+{written(change)}" if change > 0 else written(change)

    steps = nudge(output, variable, h=0.25).steps
    expected = [
        [
            step.name,
            *map(written, (step.value, step.value + step.actual)),
            *map(signed, (step.actual, step.predicted)),
            written(step.actual / 0.25),
        ]
        for step in steps
    ]
    assert explored.rows(".nudge tbody") == expected
    assert explored.read(".nudge h3") == f"What the nudge of {variable} does"
    slope = written(steps[-1].predicted / 0.25)
    predicted = f"was {slope} before; {slope} · 0.25 = {written(steps[-1].predicted)}."
    assert explored.lines(".nudge p") == [f"predicted: ∂{output.label}/∂{variable} {predicted}"]


def test_what_was_decided_is_told_where_something_was(opened: Opened) -> None:
    explored = Explored(opened, (relu(Value(0.2, "x")).named("r") * 3.0).named("f"))
    explored.click("x")
    explored.type("0.5")
    assert explored.lines(".nudge p")[-1].startswith("What your code decided when it ran stays decided")


def test_undo_redo_and_reset(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    w, b = explored.value("w"), explored.value("b")
    undo, redo = (explored.page.get_by_role("button", name=name) for name in ("undo", "redo"))
    assert (undo.is_disabled(), redo.is_disabled()) == (True, True)
    numbers: list[dict[Value, float]] = [{}, {w: 1.2}, {w: 1.2, b: 0.4}, {w: -0.5, b: 0.4}]
    for name, text in (("w", "1.2"), ("b", "0.4"), ("w", "-0.5")):
        explored.click(name)
        explored.type(text)
    for place in (2, 1, 0):
        explored.press("undo")
        explored.is_as(explored.at(numbers[place]))
    assert (undo.is_disabled(), redo.is_disabled()) == (True, False)
    for place in (1, 2, 3):
        explored.press("redo")
        explored.is_as(explored.at(numbers[place]))
    assert redo.is_disabled()
    explored.page.locator(".graph-stage").click(position={"x": 1, "y": 1})
    explored.page.keyboard.press("Control+z")
    explored.is_as(explored.at(numbers[2]))
    explored.page.keyboard.press("Control+Shift+Z")
    explored.is_as(explored.at(numbers[3]))
    explored.press("reset")
    explored.is_as(explored.graph)
    assert "v=" not in explored.state
    explored.press("undo")
    explored.is_as(explored.at(numbers[3]))
    explored.press("undo")
    explored.click("w")
    explored.type("2.5")  # what was undone is gone
    assert redo.is_disabled()
    explored.press("undo")
    explored.is_as(explored.at(numbers[2]))


def test_a_number_outside_of_a_domain_is_told_and_can_be_left(opened: Opened) -> None:
    x = Value(0.5, "x")
    explored = Explored(opened, (log(x).named("l") * 2.0).named("f"))
    explored.drag("x", -100)
    now = float(explored.field.input_value())
    assert now < 0
    message = f"log at l got {minus(show_number(now))}; it needs an input > 0."
    assert explored.lines(".note") == [message]
    assert "nan" in explored.shown("f")
    assert explored.shown("x").startswith(f"x{written(now)}")
    trouble = explored.page.locator(".node.trouble")
    assert trouble.count() == 1
    assert "l" in (trouble.text_content() or "")
    explored.drag("x", 100)
    assert explored.lines(".note") == []
    explored.is_as(explored.at({x: float(explored.field.input_value())}))
    explored.press("undo")
    assert explored.lines(".note") == [message]
    explored.press("undo")
    explored.is_as(explored.graph)
    assert explored.page.locator(".node.trouble").count() == 0


def test_a_page_that_opens_in_trouble_says_so(opened: Opened) -> None:
    explored = Explored(opened, (Value(0.0, "x").sqrt().named("r") * 2.0).named("f"))
    assert explored.lines(".note") == ["The derivative of √ at r got 0; it needs an input > 0."]


def test_what_is_too_large_is_told(opened: Opened) -> None:
    explored = Explored(opened, (Value(1.0, "x").exp().named("g") * 2.0).named("f"))
    explored.click("x")
    explored.type("1000")
    assert explored.lines(".note")[0].startswith("e^x at g got 1000; the result is too large.")
    explored.type("2")
    assert explored.lines(".note") == []


def test_a_constant_of_a_formula_says_what_it_is(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths())
    (one,) = (node for node in explored.graph.order if node.is_constant)
    explored.click(one)
    assert explored.read(".head") == "1 constant = 1"
    said = "Recorded as a plain number, by which nothing is differentiated. It keeps that number."
    assert explored.read(".chain") == said
    assert not explored.page.locator(".number-line").is_visible()
    explored.drag(one, 80)
    explored.is_as(explored.graph)


def test_a_constant_that_was_the_number_of_a_node_says_so(opened: Opened) -> None:
    x = Value(0.123456789012, "x")
    explored = Explored(opened, ((x * 3.0).named("u") * constant(x.data)).named("f"))
    (copy,) = (node for node in explored.graph.order if node.is_constant and node.data == x.data)
    explored.click(copy)
    (note,) = explored.lines(".note")
    assert note.startswith("When the graph was recorded, this constant had the number of x.")
    explored.click("x")
    assert explored.lines(".note") == []


@pytest.fixture
def looked_up() -> Iterator[Op]:
    """An operation whose formula only Python can run."""

    @op(partials=[lambda _, z, x: z / x])
    def looked_up(m: Any, x: Any) -> Any:
        return [2.0, 3.0][int(m.floor(x))] * x

    yield looked_up
    TABLE.forget(looked_up.name)


def test_an_operation_that_only_python_can_compute_keeps_its_number_and_says_so(opened: Opened, looked_up: Op) -> None:
    x, y = Value(0.5, "x"), Value(0.3, "y")
    explored = Explored(opened, (looked_up(x).named("g") + y * 3.0).named("f"))
    explored.is_as(explored.graph)
    explored.click("y")
    explored.type("0.4")
    explored.is_as(explored.at({y: 0.4}))
    explored.click("x")
    assert explored.lines(".chain li .line:last-child") == ["= 2 · 1 = 2"]
    explored.type("0.7")
    sentence = "got 0.7; only Python can compute this operation at other numbers."
    assert explored.lines(".note") == [f"looked_up at g {sentence}"]
    assert "nan" in explored.shown("f")
    explored.type("0.5")
    assert explored.lines(".note") == []
    explored.is_as(explored.at({y: 0.4}))


def test_neighbors_lead_on(opened: Opened) -> None:
    explored = Explored(opened, gallery.two_paths())
    explored.click("b")
    around = explored.page.locator(".around")
    assert around.evaluate("(all) => [...all.querySelectorAll('math')].map((each) => each.ariaLabel)") == ["c", "d"]
    around.get_by_role("button").first.click()
    assert explored.do("app.selected") == explored.number("c")
    assert explored.read(".head").startswith("c = a + b = 2 + 1 = 3")
    assert around.get_by_role("button").count() == 3


def test_what_comes_through_each_next_node_sums_to_the_gradient(opened: Opened) -> None:
    output = gallery.network(2, 4, 3, 1)
    explored = Explored(opened, output)
    hidden = explored.value("a1_2")
    explored.click(hidden)
    assert explored.read(".one-step h3") == "Where ∂C/∂a⁽¹⁾₂ comes from"
    rows = explored.rows(".one-step tbody")
    adjoints = explored.graph.adjoints({output: 1.0})
    uppers = [explored.value(f"z2_{i}") for i in range(3)]
    expected = [
        [written(slope), written(adjoints[upper]), written(slope * adjoints[upper])]
        for upper in uppers
        for slope in [explored.value(f"w2_{upper.label[-1]}2").data]
    ]
    assert [row[1:] for row in rows] == [*expected, ["", "", written(adjoints[hidden])]]


def test_the_gradient_is_listed_before_anything_is_chosen(opened: Opened) -> None:
    output = gallery.network(2, 4, 3, 1)
    explored = Explored(opened, output)
    adjoints = explored.graph.adjoints({output: 1.0})
    leaves = [node for node in explored.graph.order if not node.parents and not node.is_constant]
    largest = sorted((abs(adjoints[leaf]) for leaf in leaves), reverse=True)[:12]
    sizes = [row[2].replace("−", "") for row in explored.rows(".head tbody")]
    assert sizes == [written(size) for size in largest]
    assert explored.read(".head .aside") == f"and {len(leaves) - 12} more, none with a larger derivative"
    explored.page.locator(".head tbody button").first.click()
    assert explored.do("app.model.adjoint(app.selected)") == pytest.approx(
        max((adjoints[leaf] for leaf in leaves), key=abs), rel=1e-12
    )


LEVELS = ["operations", "sums", "neurons", "layers"]


def test_the_legend_calls_the_gradient_what_the_boxes_call_it(opened: Opened) -> None:
    for graph, called in ((neuron(), "∂C"), (gallery.derivative(), "grad")):
        explored = Explored(opened, graph)
        assert explored.lines(".entry")[0] == f"{called} gradient"
        assert called in " ".join(explored.lines(".node"))


def test_a_network_is_folded_and_unfolded_and_a_weight_is_lit_at_every_level(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1))
    choice = explored.page.get_by_label("what a box stands for")
    explored.find("w1_20")
    node = explored.number("w1_20")
    counts = []
    for level in LEVELS:
        choice.select_option(level)
        assert explored.do("app.picture.data.level") == level
        explored.is_as(explored.graph)
        counts.append(explored.page.locator(".graph .node").count())
        assert explored.do("app.selected") == node
        lit = explored.page.locator(".graph .node.lit").count()
        boxes = set(explored.do("[...app.model.graph.above(given)].map((n) => app.picture.boxOf[n])", node)) - {-1}
        assert lit == len(boxes | {explored.do("app.picture.boxOf[given]", node)} - {-1})
        assert explored.lines(".chain li .line:last-child") == products(explain(explored.graph.output, "w1_20"))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 4 * counts[-2]


def errors_of(graph: Recorded) -> tuple[dict[str, float], dict[str, float]]:
    """The sizes of a, δ and ∂C/∂a of each neuron, and of the gradients of parameters, by their labels."""
    adjoints = graph.adjoints({graph.output: 1.0})
    labelled = {node.label: node for node in graph.order if node.label}
    neurons = {name: node for name, node in labelled.items() if name.startswith("a") and node.parents}
    sizes = {f"data {name}": abs(graph.number(node)) for name, node in neurons.items()}
    sizes |= {f"grad {name}": abs(adjoints[node]) for name, node in neurons.items()}
    sizes |= {f"delta {name}": abs(adjoints[labelled[name.replace("a", "z")]]) for name in neurons}
    return sizes, {name: abs(adjoints[node]) for name, node in labelled.items() if name[0] in "wb"}


def test_errors_and_gradients_follow_what_is_dragged(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 2, 1), state="level=errors")
    assert explored.do("app.picture.data.level") == "errors"
    first = explored.graph
    (bias,) = (node for node in first.order if node.label == "b1_0")
    largest: dict[str, float] = {}
    for number in (0.0, 6.0, -0.5):
        explored.do("(app.nudge(given[0], given[1]), app.settle())", [explored.number(bias), number])
        now = explored.at({bias: number})
        explored.is_as(now)
        sizes, gradients = errors_of(now)
        for what, size in [*sizes.items(), *((f"weight {name}", size) for name, size in gradients.items())]:
            kind = what.split()[0]
            largest[kind] = max(largest.get(kind, 1.0 if kind == "data" else 0.0), size)
        full = explored.do(
            "app.picture.bars.map((bar) => [bar.what, bar.node, bar.bar.width.baseVal.value / bar.width])"
        )
        for what, place, share in full:
            name = first.order[place].label.replace("z", "a")
            if name.startswith("a0"):
                continue
            assert share == pytest.approx(sizes[f"{what} {name}"] / largest[what], abs=0.002)
        width = "app.picture.arrows[i].line.getAttribute('stroke-width')"
        arrows = explored.do(f"app.picture.data.arrows.map((arrow, i) => [arrow[2], {width}])")
        shown = {first.order[place].label: float(width) for place, width in arrows if place >= 0}
        assert shown == {
            name: pytest.approx(0.7 + 3.8 * size / largest["weight"], abs=0.006) for name, size in gradients.items()
        }


def test_errors_are_unknown_until_a_step_has_found_them(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 2, 1), state="level=errors&mode=steps")
    lengths = "app.picture.bars.filter((bar) => bar.what === 'delta').map((bar) => bar.bar.width.baseVal.value)"
    assert explored.do(lengths) == [0, 0, 0]
    explored.do("app.stepper.go(app.stepper.steps.length)")
    assert all(explored.do(lengths))


def test_a_node_is_found_by_its_name(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1))
    for typed in ("w⁽¹⁾₂₀", "w1_20", "w(1)_20", "w^(1)_20", " w1_20 "):
        explored.find(typed)
        assert explored.do("app.selected") == explored.number("w1_20")
        explored.find("y")
        assert explored.do("app.selected") == explored.number("y")


def test_a_name_that_nothing_has_is_told(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.find("unheard-of")
    assert explored.do("app.selected") == -1
    assert explored.said == "no node is called unheard-of"
    assert explored.page.get_by_text("no node is called unheard-of").first.is_visible()
    assert explored.read(".toolbar .problem") == "no node is called unheard-of"
    explored.find("w")
    assert explored.read(".toolbar .problem") == ""


def test_every_name_that_is_offered_is_found(opened: Opened) -> None:
    explored = Explored(opened, (Value(0.5) * Value(1.01) + Value(2.0, "b")).tanh())
    names = explored.page.locator("datalist option").evaluate_all("(all) => all.map((each) => each.value)")
    assert len(names) == 4
    for name in names:
        explored.find(name)
        assert explored.do("app.formulas.name(app.selected, 'text')") == name
        assert explored.read(".toolbar .problem") == ""


def test_the_picture_is_zoomed_moved_and_fitted(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1))
    whole = explored.part
    explored.press("larger")
    nearer = explored.part
    assert nearer[2] == pytest.approx(whole[2] / 1.25)
    box = explored.do("app.picture.data.boxes[app.current]")  # that of the output, about which it is zoomed
    middle = box[0] + box[2] / 2
    assert (middle - nearer[0]) / nearer[2] == pytest.approx((middle - whole[0]) / whole[2], abs=0.03)
    explored.press("smaller")
    assert explored.part == pytest.approx(whole)
    stage = explored.page.locator(".graph-stage").bounding_box()
    assert stage is not None
    x, y = stage["x"] + 0.25 * stage["width"], stage["y"] + 4
    explored.page.mouse.move(x, y)
    explored.page.keyboard.down("Control")
    explored.page.mouse.wheel(0, -300)
    explored.page.keyboard.up("Control")
    until(explored.page, "explorerApp.zoom.scale > 1")
    near = explored.part
    assert near[2] == pytest.approx(whole[2] / 2.718281828, rel=1e-6)
    assert near[0] + 0.25 * near[2] == pytest.approx(whole[0] + 0.25 * whole[2], abs=1)
    explored.page.mouse.down()  # on the ground
    explored.page.mouse.move(x - 60, y + 0, steps=4)
    explored.page.mouse.up()
    assert explored.part[0] == pytest.approx(near[0] + 60 * near[2] / stage["width"], rel=1e-3)
    explored.press("fit")
    assert explored.part == pytest.approx(whole)


def test_a_node_that_is_found_is_brought_into_view(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1))
    for _ in range(4):
        explored.press("larger")
    for label in ("a3_0", "a1_0", "y"):
        explored.find(label)
        area, stage = explored.box(label).bounding_box(), explored.page.locator(".graph-stage").bounding_box()
        assert area is not None
        assert stage is not None
        assert stage["x"] - 6 <= area["x"]
        assert area["x"] + area["width"] <= stage["x"] + stage["width"] + 6


def test_a_message_at_a_folded_part_says_what_to_do(opened: Opened) -> None:
    explored = Explored(opened, gallery.network(2, 4, 3, 1))
    explored.page.get_by_label("what a box stands for").select_option("layers")
    explored.page.locator(".graph .node").filter(has_text=re.compile("^layer 1")).click()
    assert explored.said == "layer 1: 4 neurons, 12 parameters: fold less to see what is in it"
