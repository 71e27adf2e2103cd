"""What the page of a graph does besides: its steps, its exercise, its table, its examples, its colors, its width."""

from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value, backward_steps
from autograd.notation import minus, show_number
from tests import gallery
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored, factor, is_near, written
from tests.browser.test_explorer import neuron

GRAPHS: dict[str, Callable[[], Value]] = {
    "neuron": neuron,
    "two paths": gallery.two_paths,
    "Rosenbrock": gallery.rosenbrock,
    "2-4-3-1": lambda: gallery.network(2, 4, 3, 1),
    "recurrence": gallery.recurrence,
}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_steps_are_those_of_the_backward_pass(opened: Opened, name: str) -> None:
    output = GRAPHS[name]()
    explored = Explored(opened, output)
    explored.press("Steps")
    steps = explored.do("app.stepper.steps")
    order = explored.graph.order
    values = [step["node"] for step in steps if step["kind"] == "value"]
    assert values == [place for place, node in enumerate(order) if node.parents]
    taken = [(step["node"], step["place"]) for step in steps if step["kind"] == "edge"]
    expected = backward_steps(output).steps
    assert taken == [(order.index(step.node), step.place) for step in expected]
    first = steps.index({"kind": "seed", "node": len(order) - 1}) + 2
    for number, step in list(enumerate(expected))[:: 1 + len(expected) // 15]:
        slider = explored.page.get_by_label("step", exact=True)
        slider.fill(str(first + number))
        product = step.adjoint * step.local_derivative
        numbers = f"{factor(step.adjoint)} · {factor(step.local_derivative)} = {written(product)}"
        after = written(step.before + product)
        sentence = explored.read(".sentence")
        assert f" passes {numbers} on to " in sentence
        had = f"had {written(step.before)} and now has {after}." if step.before else f"now has {after}."
        assert sentence.endswith(had)
        assert explored.read(".stepper .line").endswith(f" = {numbers}")
        assert explored.said == sentence
        assert slider.get_attribute("aria-valuetext") == f"{first + number} of {len(steps)}: {sentence}".replace(
            " − ", " - "
        )
        known = explored.do("[...app.stepper.progress.adjoints]")
        adjoints = {output: 1.0}
        for each in expected[: number + 1]:
            adjoints[each.parent] = each.before + each.adjoint * each.local_derivative
        assert {order[node] for node, _ in known} == set(adjoints)
        assert all(is_near(adjoint, adjoints[order[node]]) for node, adjoint in known)
    explored.page.get_by_label("step", exact=True).fill(str(len(steps)))
    explored.is_as(explored.graph)


def test_steps_are_taken_by_buttons_and_the_picture_fills_in(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("Steps")
    first, back, following, last = (
        explored.page.get_by_role("button", name=name, exact=True) for name in ("first", "back", "next", "last")
    )
    assert first.is_disabled()
    assert back.is_disabled()
    assert "–" in explored.shown("z")
    assert "0.7" in explored.shown("w")
    assert explored.read(".sentence") == "Nothing is computed yet: only the numbers that were given are known."
    following.click()
    following.click()
    assert explored.read(".sentence") == "Forward: z = w*a + b is 0.05."
    assert "0.05" in explored.shown("z")
    assert "–" in explored.shown("s")
    lit = explored.page.locator(".graph .node.lit")
    assert lit.evaluate_all("(all) => all.map((box) => box.dataset.box)") == [explored.box_number("z")]
    back.click()
    assert "–" in explored.shown("z")
    explored.press("backward pass")
    explored.press("next")
    assert explored.read(".sentence") == "Backward: it begins at the output, ∂C/∂C = 1."
    assert minus(show_number(explored.graph.output.data, 3)) in explored.shown("C")
    explored.press("next")
    assert explored.read(".sentence").startswith("Backward: C passes 1 · (−0.975) = −0.975 on to e")
    assert {explored.box_number("C"), explored.box_number("e")} == set(
        lit.evaluate_all("(all) => all.map((box) => box.dataset.box)")
    )
    explored.press("last")
    assert last.is_disabled()
    assert following.is_disabled()
    explored.is_as(explored.graph)
    assert f"step={len(explored.do('app.stepper.steps'))}" in explored.state
    explored.press("first")
    assert explored.read(".stepper .aside").startswith("0 of ")


def test_numbers_that_are_changed_between_steps_are_those_of_the_steps(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("w")
    explored.type("2.0")
    explored.press("Steps", "last")
    explored.is_as(explored.at({explored.value("w"): 2.0}))
    explored.click("b")
    assert explored.do("app.mode") == "explore"
    assert explored.read(".head").startswith("b ")


def test_answers_of_an_exercise_are_told_what_they_amount_to(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("w")
    explored.press("Exercise")
    for name in "wabyzse":
        assert "∂C ?" in explored.shown(name)
    fields = {
        label: explored.page.get_by_role("textbox", name=f"∂C/∂{label}", exact=True)
        for label in ("e", "y", "s", "z", "b", "a", "w")
    }
    gradients = explored.graph.adjoints({explored.graph.output: 1.0})
    right = {label: gradients[explored.value(label)] for label in fields}

    def answer(label: str, number: str) -> str:
        fields[label].fill(number)
        fields[label].press("Enter")
        return explored.read(f".questions li:has(input[aria-label='∂C/∂{label}']) .said")

    assert answer("e", f"{right['e']:.4g}").startswith("✓ right")
    assert f"∂C {minus(show_number(right['e'], 3))}" in explored.shown("e")
    assert "∂C ?" in explored.shown("s")
    assert "✗ not yet" in (sign := answer("s", f"{-right['s']:.4g}"))
    assert "sign" in sign
    assert "∂C ?" in explored.shown("s")
    assert answer("s", f"{right['s']:.2g}").startswith("✓ right, as far as it goes")
    factor_left = answer("z", f"{right['s']:.4g}")
    assert "This is what comes out if σ(z)(1 − σ(z)) is left out on the way from z to s" in factor_left
    assert "✗ not yet" in factor_left
    wrong = 2 * right["z"]
    answer("z", f"{wrong:.6g}")
    carried = answer("w", f"{wrong * 0.5:.6g}")
    assert carried.startswith("↪ right, given your earlier number")
    assert "z" in carried
    assert answer("a", "nonsense").startswith("?")
    assert "✗ not yet" in answer("b", "12345")
    assert explored.read(".exercises > [role=status]") == "2 of 7 right"
    assert answer("b", "") == ""
    assert explored.page.locator(".questions .wrong").count() == 3
    explored.press("show all")
    assert explored.read(".exercises > [role=status]") == "2 of 7 right, 5 shown"
    assert explored.read(".questions li:has(input[aria-label='∂C/∂b']) .said") == "shown"
    for label, number in right.items():
        assert f"∂C {minus(show_number(number, 3))}" in explored.shown(label)
    explored.press("begin again")
    assert explored.read(".exercises > [role=status]") == "0 of 7 right"
    assert "∂C ?" in explored.shown("w")


def test_an_exercise_hides_local_derivatives_unless_they_are_wanted(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    assert "∂ 0.25" in explored.shown("s")
    explored.press("Exercise")
    assert "∂ ?" in explored.shown("s")
    assert "0.25" not in explored.shown("s")
    explored.page.get_by_label("show local derivatives").check()
    assert "∂ 0.25" in explored.shown("s")
    explored.press("Explore")
    assert "∂ 0.25" in explored.shown("s")


def test_an_answer_may_be_a_product_as_it_is_written(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("Exercise")
    field = explored.page.get_by_role("textbox", name="∂C/∂w", exact=True)
    field.fill("0.5 · 0.249844 · 1 · (−0.975)")
    field.press("Enter")
    assert explored.read(".questions li:has(input[aria-label='∂C/∂w']) .said").startswith("✓ right")


def test_hints_say_more_and_more(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("Exercise")
    row = explored.page.locator(".questions li").nth(3)
    hints = []
    for _ in range(4):
        row.get_by_role("button", name="hint").click()
        hints.append(row.locator(".said").text_content())
    assert len(set(hints[:3])) == 3
    assert hints[3] == hints[2]


def test_an_exercise_with_other_numbers_has_no_easy_factors(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("Exercise", "other numbers")
    assert explored.do("app.history.canUndo")
    leaves = [node for node in explored.graph.order if not node.parents and not node.is_constant]
    numbers = {leaf: explored.do("app.model.value(given)", explored.number(leaf)) for leaf in leaves}
    assert any(numbers[leaf] != leaf.data for leaf in leaves)
    moved = explored.at(numbers)
    gradients = moved.adjoints({moved.output: 1.0})
    for label in ("e", "z", "w"):
        field = explored.page.get_by_role("textbox", name=f"∂C/∂{label}", exact=True)
        field.fill(f"{gradients[explored.value(label)]:.4g}")
        field.press("Enter")
    assert explored.read(".exercises > [role=status]") == "3 of 7 right"
    explored.press("Explore", "undo")
    explored.is_as(explored.graph)


def test_a_number_that_is_undone_during_an_exercise_does_not_leave_answers_to_others(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("Exercise", "other numbers", "show all", "undo")
    gradients = explored.graph.adjoints({explored.graph.output: 1.0})
    for label in ("e", "z", "w"):
        number = minus(show_number(gradients[explored.value(label)], 3))
        assert "∂C ?" in explored.shown(label) or f"∂C {number}" in explored.shown(label)
    assert explored.read(".exercises > [role=status]") == "0 of 7 right"


def test_the_table_has_the_numbers_of_the_graph(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("table")
    assert not explored.page.locator(".graph-stage").is_visible()
    gradients = explored.graph.adjoints({explored.graph.output: 1.0})
    rows = explored.rows(".table-host tbody")
    nodes = [node for node in explored.graph.order if not (node.is_constant and not node.label)]
    assert [row[2:] for row in rows] == [
        [written(node.data), "" if node.is_constant else written(gradients[node])] for node in nodes
    ]
    assert {row[0]: row[1] for row in rows}["z"] == "w*a + b"
    button = explored.page.locator(".table-host tbody button").nth(3)
    button.focus()
    explored.page.keyboard.press("Enter")
    assert explored.read(".head").startswith("b ")
    assert button.evaluate("(each) => each === document.activeElement")
    assert explored.page.locator("tr.selected").count() == 1
    explored.type("0.5")
    assert "0.5" in explored.rows(".table-host tbody")[3]
    explored.press("table")
    assert explored.page.locator(".graph-stage").is_visible()


def test_the_table_follows_the_steps(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.press("Steps", "table", "next")
    shown = [row[2] for row in explored.rows(".table-host tbody")]
    assert shown.count("–") == 4
    explored.press("last")
    assert "–" not in [row[2] for row in explored.rows(".table-host tbody")]


def several(*targets: Any, loss: Any = nn.losses.squared_error) -> list[Value]:
    model = nn.MLP(2, [3, 2], "tanh", "linear", seed=2)
    inputs = [[0.5, -1.0], [-0.2, 0.8], [1.1, 0.3]]
    return [loss(model(x), y).named("C") for x, y in zip(inputs, targets, strict=True)]


def test_undo_shows_the_example_that_it_changes(opened: Opened) -> None:
    costs = several([1.0, 0.0], [0.0, 1.0], [0.5, 0.5])
    explored = Explored(opened, costs)
    choice = explored.page.get_by_label("example")
    first, second = Explored.same(explored, costs[0]), Explored.same(explored, costs[1])
    explored.find("a0_0")
    explored.type("0.25")
    moved = first.at({first.value("a0_0"): 0.25})
    choice.select_option("1")
    second.is_as(second.graph)
    explored.press("undo")
    assert choice.input_value() == "0"
    first.is_as(moved)
    explored.press("undo")
    first.is_as(first.graph)
    explored.press("redo", "redo")
    assert choice.input_value() == "1"
    second.is_as(second.graph)


@pytest.mark.parametrize(
    "costs",
    [several([1.0, 0.0], [0.0, 1.0], [0.5, 0.5]), several(0, 1, 0, loss=nn.losses.cross_entropy)],
    ids=["same structure", "two structures"],
)
def test_examples_are_switched_and_a_changed_weight_stays(opened: Opened, costs: list[Value]) -> None:
    explored = Explored(opened, costs)
    choice = explored.page.get_by_label("example")
    names = choice.locator("option").all_text_contents()
    assert [name.partition(" →")[0] for name in names] == ["1: 0.5, −1", "2: −0.2, 0.8", "3: 1.1, 0.3"]
    pages = [Explored.same(explored, cost) for cost in costs]
    for number, page in [(0, pages[0]), (1, pages[1]), (2, pages[2]), (0, pages[0])]:
        choice.select_option(str(number))
        page.is_as(page.graph)
    explored.find("w1_20")
    explored.type("0.75")
    for number in (1, 2, 0):
        page = pages[number]
        choice.select_option(str(number))
        page.is_as(page.at({page.value("w1_20"): 0.75}))
        assert explored.do("app.selected") == page.number("w1_20")
        assert f"example={number}" in explored.state or number == 0
        assert f"v={page.number('w1_20')}:0.75" in explored.state
        assert explored.said.startswith(f"example {number + 1}: C, ")
    explored.press("reset")
    page.is_as(page.graph)
    explored.press("undo")
    page.is_as(page.at({page.value("w1_20"): 0.75}))


def test_light_dark_and_the_switch(opened: Opened) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        explored = Explored(opened, neuron(), color_scheme=scheme)
        ground = "getComputedStyle(document.body).backgroundColor"
        grounds[scheme] = explored.do(ground)
        explored.press("light or dark")
        grounds[f"{scheme}, switched"] = explored.do(ground)
        explored.page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
        assert explored.do(ground) == grounds[f"{scheme}, switched"]  # what was chosen stays
    assert grounds["light"] == grounds["dark, switched"] == "rgb(255, 255, 255)"
    assert grounds["dark"] == grounds["light, switched"] != grounds["light"]


def test_the_system_turning_dark_is_followed(opened: Opened) -> None:
    explored = Explored(opened, neuron(), color_scheme="light")
    explored.page.emulate_media(color_scheme="dark")
    until(explored.page, "document.documentElement.dataset.theme === 'dark'")


def test_arrows_point_down_on_a_narrow_screen(opened: Opened) -> None:
    explored = Explored(opened, neuron())
    explored.click("w")
    for width, direction in [(640, "right"), (639, "down"), (360, "down"), (1000, "right")]:
        explored.page.set_viewport_size({"width": width, "height": 700})
        until(explored.page, "(to) => explorerApp.picture.data.direction === to", direction)
        for lower, upper in [("w", "z"), ("z", "C")]:
            below, above = explored.box(lower).bounding_box(), explored.box(upper).bounding_box()
            assert below is not None
            assert above is not None
            if direction == "down":
                assert below["y"] + below["height"] < above["y"]
            else:
                assert below["x"] + below["width"] < above["x"]
        explored.is_as(explored.graph)
        assert "lit" in (explored.box("w").get_attribute("class") or "")
        assert explored.do("document.scrollingElement.scrollWidth <= innerWidth")
