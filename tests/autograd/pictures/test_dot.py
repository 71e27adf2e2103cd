import re
from dataclasses import replace

import pytest

import nn
from autograd import Value, draw
from autograd.pictures.diagram import Diagram
from tests.autograd.svg import texts


def attributes(diagram: Diagram, what: str) -> dict[str, str]:
    """What the DOT text says of a box, by its id, or of an arrow, by its ends: `node0`, `node0 -> node2`."""
    line = re.search(rf"^\s*{re.escape(what)} \[(.*)\]$", diagram.to_dot(), re.MULTILINE)
    assert line, what
    return {name: value.strip('"') for name, value in re.findall(r'(\w+)=(<<.*>>|"[^"]*"|[^\s"]+)', line[1])}


def network() -> tuple[Diagram, dict[str, str]]:
    """A neuron with weights of several sizes, drawn as one box; and the ids of its inputs, by what stands on them."""
    model = nn.MLP(4, [1], output_activation="tanh")
    nn.roll(model, [2.0, -1.0, 1e-9, -1e-9, 0.5])
    cost = nn.losses.squared_error(model([0.1, 0.2, 0.3, 0.4]), 1.0)
    diagram = draw(cost, collapse="neurons", style="weights")
    return diagram, {text: node.id for node in diagram.nodes for text in (node.label, node.text, node.symbol) if text}


def channels(color: str) -> list[int]:
    return [int(color[place : place + 2], 16) for place in (1, 3, 5)]


def test_arrows_into_a_neuron_are_its_weights_by_sign_and_size() -> None:
    diagram, ids = network()
    arrows = [attributes(diagram, f"{ids[f'a0_{k}']} -> {ids['a1_0']}") for k in range(4)]
    for arrow, is_positive in zip(arrows, (True, False, True, False), strict=True):
        red, _, blue = channels(arrow["color"])
        assert (blue > red) == is_positive
    widths = [float(arrow["penwidth"]) for arrow in arrows]
    assert widths[0] > widths[1] > widths[2] == widths[3] > 0
    # Full color for the largest, paler for smaller ones, but none as pale as the ground that it stands on.
    large, middle, small, negative = [sum(channels(arrow["color"])) for arrow in arrows]
    assert large < small < 3 * 0xF0
    assert middle < negative < 3 * 0xF0


def test_arrows_to_what_is_no_neuron_have_no_color_of_a_weight() -> None:
    diagram, ids = network()
    neuron = ids["a1_0"]
    others = [edge for edge in diagram.edges if edge.target != neuron]
    assert len([edge for edge in others if edge.derivative]) >= 2
    for edge in others:
        assert {"color", "penwidth"}.isdisjoint(attributes(diagram, f"{edge.source} -> {edge.target}"))


def test_arrows_that_are_no_weights_have_no_color_of_a_weight() -> None:
    w, theta, b = Value(2.0, "w1_00"), Value(-3.0, "theta"), Value(0.5, "b")
    x, a = Value(7.0, "x"), Value(4.0, "a0_0")
    z = w * a + theta * x + b
    z.label = "z1_0"
    diagram = draw((z.tanh() - 1) ** 2, collapse="neurons", style="weights")
    ids = {text: node.id for node in diagram.nodes for text in (node.label, node.text) if text}
    for leaf in (theta, b, x):  # b and theta stand outside of the neuron, so no arrow stands for them
        assert {"color", "penwidth"}.isdisjoint(attributes(diagram, f"{ids[leaf.label]} -> {ids['neuron 0']}"))
    arrow = attributes(diagram, f"{ids['a0_0']} -> {ids['neuron 0']}")
    assert (arrow["color"], arrow["penwidth"]) == ("#3b82f6", "3.80")


@pytest.mark.parametrize("style", ["gradients", "weights"])
def test_what_is_lit_is_red(style: str) -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    y = (a + b) * a.tanh()
    y.backward()
    diagram = draw(y, lit=b, style=style)
    lit = [node for node in diagram.nodes if node.lit]
    assert len(lit) == 3
    for node in diagram.nodes:
        look = attributes(diagram, node.id)
        assert (look["color"] == "#dc2626") == node.lit
        assert not node.lit or look["penwidth"] == "2"
    for edge in diagram.edges:
        look = attributes(diagram, f"{edge.source} -> {edge.target}")
        assert (look.get("color") == look.get("fontcolor") == "#dc2626") == edge.lit


@pytest.mark.usefixtures("each_graphviz")
def test_the_legend_of_weights_has_signs_in_place_of_the_color_of_parameters() -> None:
    w, x, y = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "y")
    out = (w * x - y) ** 2
    out.backward()

    def entries(style: str) -> list[str]:
        below = " ".join(texts(draw(out, style=style).render("svg")))
        pattern = r"(?:parameter [<>] 0|parameter|input|target|variable|constant|thick border: large gradient)(?=\s|$)"
        return re.findall(pattern, below)

    assert sorted(entries("gradients")) == ["constant", "input", "parameter", "target"]
    assert sorted(entries("weights")) == [
        "constant", "input", "parameter < 0", "parameter > 0", "target", "thick border: large gradient",
    ]  # fmt: skip
    assert "#3b82f6" in draw(out, style="weights").to_dot()
    assert "#f97316" in draw(out, style="weights").to_dot()  # although no weight is negative


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("2 paths from a1_0, together 5.", "2 paths from a(1)0, together 5."),
        ("Step 3 of 5: theta_1*x_in passes 2 on", "Step 3 of 5: θ1*xin passes 2 on"),
        ("w^(L)_jk*a^(L-1)_k + b_j, which", "w(L)jk*a(L-1)k + bj, which"),
        ("w1_10,2, and x^2 - w^l_j; β₁", "w(1)10,2, and x2 - w(l)j; β1"),
        ("x**2 - 1e-05: <b>&amp;", "x**2 - 1e-05: <b>&amp;"),
    ],
)
def test_a_note_has_its_labels_as_the_boxes_have_them(note: str, shown: str) -> None:
    diagram = replace(draw(Value(1.0)), note=note)
    assert shown.replace(" ", "") in "".join(texts(diagram.render("svg"))).replace(" ", "")


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize(
    "label", [f"w1_{'0' * 80}", f"alpha_{'1' * 80}", f"∂C/∂w_{'2' * 80}", f"theta^(L)_{'j' * 80}", "z" * 80]
)
def test_a_symbol_that_is_too_long_is_cut_as_it_is_written(label: str) -> None:
    assert label[:59] + "…" in texts(draw(Value(1.0, label)).render("svg"))
