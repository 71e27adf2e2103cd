"""What the page of a graph does besides: its steps, its exercise, its table, its examples, its colors, its width."""

from typing import Any

import pytest

import nn
from autograd import Value, backward_steps, grad
from autograd.notation import minus, show_number
from tests.browser.conftest import Opened, until
from tests.browser.exploring import Explored, factor, is_near, written
from tests.browser.test_explorer import GRAPHS, neuron


@pytest.mark.parametrize("name", GRAPHS)
def test_the_steps_are_those_of_the_backward_pass(opened: Opened, name: str) -> None:
    output = GRAPHS[name]()
    explored = Explored(opened, output, at="level=operations")
    explored.press("Steps")
    steps = explored.do("app.stepper.steps")
    order = explored.graph.order
    values = [order[node] for step in steps if step["kind"] == "value" for node in step["nodes"]]
    assert set(values) == {node for node in order if node.parents}
    for number, node in enumerate(values):
        assert {parent for parent in node.parents if parent.parents} <= set(values[:number])
    first = steps.index({"kind": "seed", "node": len(order) - 1}) + 1
    passed = [step["edges"] for step in steps[first:]]
    assert {len(edges) for edges in passed} == {1}
    taken = [(order[node], place) for ((node, place),) in passed]
    expected = {(step.node, step.place): step for step in backward_steps(output).steps}
    assert len(taken) == len(expected)
    assert set(taken) == set(expected)
    adjoints = {output: 1.0}
    for number, edge in enumerate(taken):
        step = expected[edge]
        product = step.adjoint * step.local_derivative
        before = adjoints.get(step.parent)
        adjoints[step.parent] = (before or 0.0) + product
        assert is_near(adjoints[step.node], step.adjoint)  # all of it has come before it is handed on
        if number % (1 + len(taken) // 15):
            continue
        slider = explored.page.get_by_label("step", exact=True)
        slider.fill(str(first + number + 1))
        numbers = f"{factor(step.adjoint)} · {factor(step.local_derivative)} = {written(product)}"
        sentence = explored.read(".sentence")
        assert f" {numbers} on to " in sentence
        now = f"now has {written(adjoints[step.parent])}"
        assert f", which {now}" in sentence or f", which had {written(before or 0.0)} and {now}" in sentence
        assert ("waits for" in sentence) == any(expected[later].parent is step.parent for later in taken[number + 1 :])
        assert explored.read(".stepper .line").endswith(f" = {numbers}")
        assert explored.said == sentence
        said = f"{first + number + 1} of {len(steps)}: {sentence}"
        assert (slider.get_attribute("aria-valuetext") or "").replace(" - ", " − ") == said
        known = explored.do("[...app.stepper.progress.adjoints]")
        assert {order[node] for node, _ in known} == set(adjoints)
        assert all(is_near(adjoint, adjoints[order[node]]) for node, adjoint in known)
    explored.page.get_by_label("step", exact=True).fill(str(len(steps)))
    explored.is_as(explored.graph)


def two_layers() -> Value:
    model = nn.MLP(2, [2, 2], "sigmoid", "sigmoid", seed=1)
    return nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0]).named("C")


def test_a_step_is_a_box_or_an_arrow_of_the_picture(opened: Opened) -> None:
    explored = Explored(opened, two_layers(), at="level=sums&mode=steps")
    boxes = explored.do("app.picture.data.boxes.map((box) => box[4])")
    computed = sum(bool(explored.graph.order[node].parents) for node in boxes)
    arrows = explored.do(
        """app.picture.data.arrows.map(([from, to]) => `${from} ${to}`).filter((_, place) =>
            !app.model.graph.isConstant[app.picture.data.boxes[app.picture.data.arrows[place][0]][4]])"""
    )
    sums = sum((explored.graph.order[node].label or "").startswith("z") for node in boxes)
    kinds = [step["kind"] for step in explored.do("app.stepper.steps")]
    assert [kinds.count(kind) for kind in ("value", "seed", "pass", "own")] == [computed, 1, len(arrows), sums]
    passed = []
    for number in range(1, len(kinds) + 1):
        explored.do("app.stepper.go(given)", number)
        n_boxes, lit = explored.do(
            """[document.querySelectorAll(".node.lit").length,
                [...document.querySelectorAll(".edge.lit")].map((arrow) => Number(arrow.dataset.arrow))]"""
        )
        assert (n_boxes, len(lit)) == ((2, 1) if kinds[number - 1] == "pass" else (1, 0))
        passed += lit
    assert len(set(passed)) == len(passed)
    assert {explored.do("app.picture.data.arrows[given].slice(0, 2).join(' ')", arrow) for arrow in passed} == {*arrows}


def test_a_sum_hands_on_to_its_own_weights_and_bias(opened: Opened) -> None:
    explored = Explored(opened, two_layers(), at="level=sums&mode=steps")
    gradients = explored.graph.adjoints({explored.graph.output: 1.0})
    z, a = explored.value("z2_1"), explored.value("a1_0")
    w, b = explored.value("w2_10"), explored.value("b2_1")
    steps = explored.do("app.stepper.steps")
    (own,) = (
        number
        for number, step in enumerate(steps, start=1)
        if step["kind"] == "own" and step["results"] == [explored.number(z)]
    )
    explored.do("app.stepper.go(given)", own)
    sentence = explored.read(".sentence")
    assert sentence.startswith(
        f"Backward: z⁽²⁾₁ passes {written(gradients[z])} on to its own weights and bias: "
        f"∂C/∂w⁽²⁾₁₀ = {written(gradients[w])}, "
    )
    assert sentence.endswith(f" and ∂C/∂b⁽²⁾₁ = {written(gradients[b])}.")
    lines = explored.lines(".stepper .line")
    delta = factor(gradients[z])
    assert lines[0] == f"∂C/∂w⁽²⁾₁₀ = {delta} · a⁽¹⁾₀ = {delta} · {factor(a.data)} = {written(gradients[w])}"
    assert lines[2] == f"∂C/∂b⁽²⁾₁ = {delta} · 1 = {written(gradients[b])}"
    assert all(f"∂C {minus(show_number(gradients[leaf], 3))}" in explored.shown(z) for leaf in (w, b))


@pytest.mark.parametrize("level", ["operations", "sums", "neurons"])
def test_a_node_waits_until_all_has_come(opened: Opened, level: str) -> None:
    explored = Explored(opened, two_layers(), at=f"level={level}&mode=steps")
    gradients = explored.graph.adjoints({explored.graph.output: 1.0})
    a, number = explored.value("a1_1"), explored.number("a1_1")
    steps = explored.do("app.stepper.steps")
    one, other = (at for at, step in enumerate(steps, start=1) if step["kind"] == "pass" and step["to"] == [number])
    legend = explored.page.get_by_text("more is to be added")
    explored.do("app.stepper.go(given)", one)
    product = gradients[explored.value("z2_1")] * explored.value("w2_11").data
    assert explored.read(".sentence").endswith(
        f"on to a⁽¹⁾₁, which now has {written(product)}; a⁽¹⁾₁ waits for what comes through z⁽²⁾₀."
    )
    assert f"∂C {minus(show_number(product, 3))} …" in explored.shown(a)
    assert (explored.box(a).get_attribute("aria-label") or "").startswith(
        f"a⁽¹⁾₁, sigmoid, value {written(a.data)}, gradient {written(product)} so far"
    )
    assert legend.is_visible()
    explored.press("table")
    assert f"{written(product)} …" in next(row for row in explored.rows(".table-host tbody") if row[0] == "a⁽¹⁾₁")
    explored.press("table")
    explored.do("app.stepper.go(given)", other)
    assert explored.read(".sentence").endswith(
        f"which had {written(product)} and now has {written(gradients[a])}. Both have come: a⁽¹⁾₁ may hand on."
    )
    assert f"∂C {minus(show_number(gradients[a], 3))}" in explored.shown(a)
    assert "…" not in explored.shown(a)
    assert "so far" not in (explored.box(a).get_attribute("aria-label") or "")
    explored.press("Explore")
    assert not legend.is_visible()


def test_a_variable_that_is_used_three_times_says_when_it_has_all(opened: Opened) -> None:
    x = Value(3.0, "x")
    explored = Explored(opened, (x * x + x).named("y"), at="level=operations&mode=steps")
    explored.press("last")
    assert explored.read(".sentence").endswith("which had 4 and now has 7. All 3 have come: this is ∂y/∂x.")
    explored.press("back")
    assert explored.read(".sentence").endswith("which had 1 and now has 4; x waits for more from (x*x).")


def test_another_level_goes_on_from_about_the_same_step(opened: Opened) -> None:
    explored = Explored(opened, two_layers(), at="level=sums&mode=steps")
    steps = explored.do("app.stepper.steps")
    choice = explored.page.get_by_label("what a box stands for")
    for number in range(len(steps) + 1):
        explored.do("app.stepper.go(given)", number)
        sentence, place = explored.read(".sentence"), explored.read(".stepper .aside")
        choice.select_option("operations")
        assert explored.do("app.stepper.steps.length") == 64
        assert explored.state == f"mode=steps&level=operations&step={explored.do('app.stepper.taken')}"
        choice.select_option("sums")
        assert (explored.read(".sentence"), explored.read(".stepper .aside")) == (sentence, place)
    choice.select_option("operations")
    z = next(at for at, step in enumerate(explored.do("app.stepper.steps")) if step.get("results") == [25])
    explored.do("app.stepper.go(given)", z)
    counts = []
    for level in ("sums", "neurons", "layers", "everything"):
        choice.select_option(level)
        counts.append((explored.do("app.stepper.taken"), explored.read(".sentence").split(":")[0]))
    assert {kind for _, kind in counts} == {"Forward"}
    assert all(taken > 0 for taken, _ in counts)


def test_a_step_in_a_link_is_one_of_its_level(opened: Opened) -> None:
    texts = {}
    for level, last in (("operations", 64), ("sums", 24), ("layers", 8)):
        explored = Explored(opened, two_layers(), at=f"mode=steps&level={level}&step=7")
        assert explored.read(".stepper .aside") == f"7 of {last}"
        texts[level] = explored.read(".sentence")
        explored = Explored(opened, two_layers(), at=f"mode=steps&level={level}&step=99")
        assert explored.read(".stepper .aside") == f"{last} of {last}"
    assert texts["sums"].startswith("Forward: a⁽²⁾₀ = ")
    assert texts["layers"].startswith("Backward: layer 2 passes on to its own weights and biases: ")


def test_the_boxes_of_a_step_come_into_view(opened: Opened) -> None:
    explored = Explored(
        opened, two_layers(), at="level=sums&mode=steps&step=17", viewport={"width": 360, "height": 740}
    )
    assert explored.part[2] < explored.do("app.picture.data.part[2]")  # not all of it is shown
    steps = explored.do("app.stepper.steps")
    for number in range(17, 17 + len(steps)):  # the first as it opens
        place = number if number <= len(steps) else number - len(steps)
        if number > 17:
            explored.do("app.stepper.go(given)", place)
        step = steps[place - 1]
        (node, *_) = [step["node"]] if step["kind"] == "seed" else step["to" if step["kind"] == "pass" else "results"]
        left, top, width, height = explored.part
        x, y, across, down = explored.do("app.picture.data.boxes[app.picture.boxOf[given]].slice(0, 4)", node)
        seen = min(left + width, x + across) - max(left, x), min(top + height, y + down) - max(top, y)
        whole = min(width, across), min(height, down)
        assert all(part > most - 7 for part, most in zip(seen, whole, strict=True)), (number, seen)  # but for a margin


def test_a_formula_of_a_step_says_nothing_twice(opened: Opened) -> None:
    explored = Explored(opened, neuron(), at="level=operations&mode=steps")
    lines = []
    for number in range(1, explored.do("app.stepper.steps.length") + 1):
        explored.do("app.stepper.go(given)", number)
        lines.append(explored.read(".stepper .line"))
        forms = [form.strip("()") for form in lines[-1].split(" = ")]
        assert len({*forms}) == len(forms), lines[-1]
        assert "· −" not in lines[-1]
        assert "· -" not in lines[-1]
    assert any(line.endswith(" = (−0.975) · (−1) = 0.975") for line in lines)
    assert any(line.endswith(" = (−0.975) · 1 = −0.975") for line in lines)
    explored = Explored(opened, two_layers(), at="level=sums&mode=steps&step=1")
    assert " = 0 + (−0.7313*0.5) + 0.6949*(−0.2) = " in explored.read(".stepper .line")


def test_steps_are_taken_by_buttons_and_the_picture_fills_in(opened: Opened) -> None:
    explored = Explored(opened, neuron(), at="level=operations")
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


def test_a_demon_chooses_an_example_by_its_name_and_pushes_the_z_of_a_hidden_neuron(opened: Opened) -> None:
    names = ["a 4", "<b>a 9</b>"]
    _, last = nn.MLP(2, [2, 2], "sigmoid", "sigmoid", seed=1).layers

    def cost(zs: list[float], y: list[float]) -> Value:
        hidden = [Value(z, f"z1_{k}").sigmoid().named(f"a1_{k}") for k, z in enumerate(zs)]
        return nn.losses.squared_error(last(hidden), y).named("C")

    costs = [cost([0.5, -1.0], [1.0, 0.0]), cost([0.25, 2.0], [0.0, 1.0])]
    explored = Explored(opened, dict(zip(names, costs, strict=True)), state="level=sums")
    choice = explored.page.get_by_label("example")
    assert choice.locator("option").all_text_contents() == names
    choice.select_option(label=names[1])
    assert explored.said.startswith(f"{names[1]}: C, ")
    second = Explored.same(explored, costs[1])
    second.click("z1_1")
    (delta,) = grad(costs[1], [second.value("z1_1")])
    second.type("2.1")
    moved = second.at({second.value("z1_1"): 2.1})
    second.is_as(moved)
    change = moved.number(costs[1]) - costs[1].data
    *_, (name, _, _, happened, predicted, _) = second.rows(".nudge tbody")
    assert (name, happened, predicted) == ("C", written(change), written(delta.data * (2.1 - 2.0)))
    explored.page.set_viewport_size({"width": 400, "height": 900})
    parts = [".number-line", ".nudge", ".chain", ".around"]  # in one column, not below all paths
    tops = explored.do("given.map((part) => document.querySelector(part).getBoundingClientRect().y)", parts)
    assert tops == sorted(tops)


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
