import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font

import nn
from autograd import Value, backward_steps, draw, topological_order
from autograd.engine import local_derivatives
from autograd.engine.steps import Step
from autograd.explanations.steps import BackwardSteps
from autograd.notation import show_number
from autograd.pictures.diagram import Diagram
from autograd.pictures.parts import STYLES, Style, room_for
from autograd.pictures.shapes import Rectangle, Text

SVG = "{http://www.w3.org/2000/svg}"


def test_every_edge_is_one_step_and_the_sums_are_the_gradients() -> None:
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", seed=1)
    cost = nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0])
    steps = backward_steps(cost)
    edges = [(node, parent) for node in topological_order(cost) for parent in node.parents if not parent.is_constant]
    assert len(steps) == len(edges)
    cost.backward()
    last = {step.parent: step.after for step in steps.steps}
    for node, adjoint in last.items():
        assert adjoint == node.grad
    for step in steps.steps:
        assert step.after == step.before + step.adjoint * step.local_derivative
        assert step.adjoint == step.node.grad
        assert step.local_derivative in local_derivatives(step.node)


def test_no_gradient_is_changed_even_after_an_error() -> None:
    x = Value(4.0, "x")
    (x * 3).backward()
    y = x * x
    backward_steps(y)
    assert (x.grad, y.has_grad) == (3.0, False)
    with pytest.raises(ZeroDivisionError, match="derivative of sqrt"):
        backward_steps((x - 4).sqrt())
    assert x.grad == 3.0


def test_a_hook_that_fails_changes_no_leaf_and_its_error_comes_through() -> None:
    x = Value(4.0, "x")
    (x * 3).backward()
    y = (x * x).tanh() * x

    def fail(step: Step) -> None:
        if step.parent is x:
            raise ValueError("enough")

    with pytest.raises(ValueError, match=r"^enough$"):
        y.backward(fail)
    assert x.grad == 3.0
    y.backward()
    assert x.grad == pytest.approx(3.0 + 1.0, rel=1e-5)


def test_the_hook_sees_the_real_pass() -> None:
    x = Value(3.0)
    seen: list[float] = []
    (x * x).backward(lambda step: seen.append(step.after))
    assert seen == [3.0, 6.0]
    assert x.grad == 6.0


def test_rows_are_ready_for_a_table() -> None:
    a = Value(2.0, "a")
    (row,) = backward_steps(a**2).rows()
    assert row == {
        "step": 1, "node": "a**2", "parent": "a", "adjoint": 1.0, "local derivative": 4.0, "contribution": 4.0,
        "before": 0.0, "after": 4.0,
    }  # fmt: skip
    assert len(repr(backward_steps(a**2)).splitlines()) == 2


def two_paths() -> BackwardSteps:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    c, d = a + b, b + 1
    c.label, d.label = "c", "d"
    e = c * d
    e.label = "e"
    return backward_steps(e)


def test_each_step_is_a_picture_with_what_has_come_together_so_far() -> None:
    steps = two_paths()
    shown = [{node.label: node.grad for node in steps.picture(i).nodes if node.label} for i in range(5)]
    assert shown[0] == {"a": None, "b": None, "c": 2.0, "d": None, "e": 1.0}
    assert shown[2] == {"a": None, "b": 3.0, "c": 2.0, "d": 3.0, "e": 1.0}
    assert shown[4] == {"a": 2.0, "b": 5.0, "c": 2.0, "d": 3.0, "e": 1.0}
    for i, step in enumerate(steps.steps):
        diagram = steps.picture(i)
        (edge,) = [edge for edge in diagram.edges if edge.lit]
        names = {node.id: node.label for node in diagram.nodes}
        assert (names[edge.target], names[edge.source]) == (step.node.label, step.parent.label)
    assert steps.picture(4).note == "Step 5 of 5: c passes 2 · 1 = 2 on to b, which had 3 and now has 5."
    assert steps.picture(-1) == steps.picture(4)
    with pytest.raises(IndexError):
        steps.picture(5)


def test_the_animation_holds_every_picture_in_one_place(tmp_path: Path) -> None:
    animation = two_paths().animate(seconds=0.5)
    assert repr(animation) == "<Animation of 5 pictures, 0.5 s each>"
    path = animation.save(tmp_path / "steps.svg")
    svg = path.read_text(encoding="utf-8")
    tree = ElementTree.fromstring(svg)
    frames = [group for group in tree.iter(f"{SVG}g") if group.get("class") == "frame"]
    assert [frame.get("style") for frame in frames] == [
        f"animation:turn-5 2.5s step-end {delay}s infinite" for delay in (-2.5, -2, -1.5, -1, -0.5)
    ]
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    places = []  # of the boxes, in each picture
    for frame in frames:
        (picture,) = frame.findall(f"{SVG}svg")
        nodes = [group for group in picture.iter(f"{SVG}g") if group.get("class") == "node"]
        offset = float(picture.get("x", ""))
        numbers = [float(text.get("x", "")) + offset for node in nodes for text in node.iter(f"{SVG}text")]
        places.append(numbers)
    assert all(numbers == pytest.approx(places[0], abs=0.5) for numbers in places)
    assert animation._repr_mimebundle_()["image/svg+xml"] == svg
    with pytest.raises(ValueError, match=r"saved as \.svg, but the path is"):
        animation.save(tmp_path / "steps.gif")


def test_minus_zero_is_shown_as_zero() -> None:
    w, x = Value(0.0, "w"), Value(-0.6, "x")
    negative = backward_steps((w * x) * Value(-1.0, "v"))
    assert "-0.0" in {str(step.adjoint * step.local_derivative) for step in negative.steps}
    pictures = [negative.picture(i) for i in range(len(negative))]
    assert "-0.0" in {str(node.data) for node in pictures[0].nodes}
    for text in [str(negative), *(picture.note for picture in pictures), *(p.to_dot() for p in pictures)]:
        assert not re.search(r"-0(?![.\d])", text)


def test_an_animation_has_a_limit_and_a_picture_of_a_large_graph_shows_a_part() -> None:
    x = y = Value(0.5, "x")
    for _ in range(400):
        y = y.tanh()
    steps = backward_steps(y)
    with pytest.raises(ValueError, match=r"shows 1 to 100 steps, but this pass has 400\. Take"):
        steps.animate()
    assert "nearest to" in steps.picture(200).note
    with pytest.raises(ValueError, match="has 0"):
        backward_steps(x).animate()


def test_a_notebook_gets_the_reason_when_an_animation_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise ValueError("no picture today")

    monkeypatch.setattr("autograd.pictures.animation.pieces", refuse)
    assert two_paths().animate()._repr_mimebundle_() == {"text/plain": "no picture today"}


def test_a_picture_of_a_step_shows_all_of_it_wherever_it_is() -> None:
    y = Value(0.5, "x")
    for _ in range(400):
        y = y.tanh()
    model = nn.MLP(6, [12, 5], "tanh", "sigmoid", seed=1)  # which would be collapsed by itself
    cost = nn.losses.squared_error(model([0.1] * 6), [0.0] * 5)
    for steps in (backward_steps(y), backward_steps(cost)):
        diagram = steps.picture(len(steps) * 9 // 10)
        assert [edge.lit for edge in diagram.edges].count(True) == 1
        assert {"neuron", "layer"}.isdisjoint(node.kind for node in diagram.nodes)
        assert replace(diagram.style, steady=0) == Style(gradients=True, derivatives=True)
        assert STYLES["steps"].steady > diagram.style.steady > 0


def test_a_picture_of_a_step_can_be_collapsed_or_show_what_is_around_another_node() -> None:
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", seed=1)
    steps = backward_steps(nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0]))
    (last,) = {i for i, step in enumerate(steps.steps) if step.parent is model.layers[1].neurons[0].a}
    diagram = steps.picture(last, collapse="neurons")
    assert [edge.lit for edge in diagram.edges].count(True) == 1
    shown = {node.label: node.grad for node in diagram.nodes if node.kind == "neuron"}
    assert shown["a2_0"] == steps[last].after
    first = steps.picture(0, collapse="neurons")
    assert {node.grad for node in first.nodes if node.kind == "neuron"} == {None}  # nothing has come there yet
    animation = backward_steps(nn.losses.squared_error(nn.MLP(1, [1])([0.5]), 1.0)).animate(collapse="neurons")
    assert all("neuron" in {node.kind for node in picture.nodes} for picture in animation.pictures)
    part = steps.picture(last, around=model.layers[0].neurons[0].w[0], max_nodes=5)
    assert part.note.endswith("The 5 nodes nearest to w⁽¹⁾₀₀; 50 more left out.")
    assert len(steps.picture(last, max_nodes=7).nodes) < len(steps.picture(last).nodes)


def frames(diagram: Diagram) -> dict[str, float]:
    """How wide each box is."""
    return {
        piece.id: next(shape.width for shape in piece.shapes if isinstance(shape, Rectangle))
        for piece in diagram.scene.pieces
        if piece.ends is None and piece.id != "note"
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("u", "v"),
        ("x", "w"),
    ],
)
def test_pictures_keep_their_size_while_numbers_change(first: str, second: str) -> None:
    x, w = Value(-12.3456, first), Value(-0.0123456, second)
    y = (x * w + w) * x / 7  # with numbers as long as -0.0123
    steps = backward_steps(y)
    widths = frames(steps.picture(0))
    assert len(widths) == 7
    plain = frames(draw(y, style="steps", gradients={}))
    # No room is kept for longer numbers than there are; a constant has no gradient.
    constants = {node.id for node in steps.picture(0).nodes if node.kind == "constant"}
    assert all(widths[box] < plain[box] for box in widths.keys() - constants)
    assert len({node.grad for i in range(len(steps)) for node in steps.picture(i).nodes if node.label == first}) == 3
    for i in range(1, len(steps)):
        assert frames(steps.picture(i)) == widths
        assert steps.picture(i).size == steps.picture(0).size


@pytest.mark.parametrize("number", [-8.888e-8, -8.888e-108, 8.888e200])
def test_a_box_keeps_its_width_whatever_is_in_it(number: float) -> None:
    x = Value(1.0, "x")
    y = (x * 2).named("y")
    before, after = (draw(y, style="steps", gradients=gradients) for gradients in ({y: 1.0}, {y: 1.0, x: number}))
    assert frames(after) == frames(before)
    (box,) = (piece for piece in after.scene.pieces if piece.id == "node0")
    (frame,) = (shape for shape in box.shapes if isinstance(shape, Rectangle))
    texts = [shape for shape in box.shapes if isinstance(shape, Text)]
    assert len(texts) == 3
    assert len({text.left for text in texts}) == 1  # all texts begin at the left
    assert max(text.right for text in texts) <= frame.x + frame.width


@pytest.mark.parametrize(
    "number", [1.0, -2.0, 0.5, -0.01234, -8.888e-8, 8.888e200, 12340.0, float("-inf"), float("nan")]
)
def test_there_is_room_for_a_gradient_just_as_long_as_it_is(number: float) -> None:
    font = FT2Font(findfont("DejaVu Sans"))  # which matplotlib brings along, and is wider than most
    font.set_size(9, 72)
    text = show_number(number, 3)
    width = sum(font.load_char(ord(letter)).linearHoriAdvance for letter in text) / 2**16
    assert 0.85 * width <= room_for([number]) < 1.2 * width + 2
