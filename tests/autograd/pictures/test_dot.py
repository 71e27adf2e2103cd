import re
import shlex
from dataclasses import replace

import pytest

import nn
from autograd import Value, draw
from autograd.pictures import rendering
from autograd.pictures.diagram import Diagram
from autograd.pictures.shapes import COLORS, Curve, Rectangle
from tests.autograd.svg import texts


def attributes(diagram: Diagram, what: str, theme: str = "light") -> dict[str, str]:
    """What the DOT text says last of a box, by its id, or of an arrow, by its ends: `node0`, `node0 -> node2`."""
    lines = re.findall(rf"^{re.escape(what)} \[(.*)\]$", diagram.to_dot(theme=theme), re.MULTILINE)
    assert lines, what
    words = (word.rstrip(",").partition("=") for word in shlex.split(lines[-1]))
    return {name: value for name, _, value in words}


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
        assert (arrow.get("style") == "dashed") != is_positive  # seen without colors, too
    widths = [float(arrow["penwidth"]) for arrow in arrows]
    assert widths[0] > widths[1] > widths[2] == widths[3] > 0


def test_arrows_that_are_no_weights_have_no_color_of_a_weight() -> None:
    w, theta, b = Value(2.0, "w1_00"), Value(-3.0, "theta"), Value(0.5, "b")
    x, a = Value(7.0, "x"), Value(4.0, "a0_0")
    z = w * a + theta * x + b
    z.label = "z1_0"
    diagram = draw((z.tanh() - 1) ** 2, collapse="neurons", style="weights")
    ids = {node.label: node.id for node in diagram.nodes}
    for edge in diagram.edges:
        look = attributes(diagram, f"{edge.source} -> {edge.target}")
        is_weight = edge.source in (ids["a0_0"], ids.get("x"))
        assert (look["color"] == COLORS["line"].light) != is_weight
    assert attributes(diagram, f"{ids['a0_0']} -> {ids['z1_0']}")["color"] == COLORS["more"].light


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("style", ["gradients", "weights"])
def test_what_is_lit_has_a_color_of_its_own(style: str, theme: str) -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    y = (a + b) * a.tanh()
    y.backward()
    diagram = draw(y, lit=b, style=style)
    lit = getattr(COLORS["lit"], theme)
    assert len([node for node in diagram.nodes if node.lit]) == 3
    for node in diagram.nodes:
        assert (attributes(diagram, node.id, theme)["color"] == lit) == node.lit
    for edge, piece in zip(diagram.edges, diagram.scene.pieces, strict=False):
        bands = [shape for shape in piece.shapes if isinstance(shape, Curve) and shape.band]
        assert [band.color for band in bands] == ["lit"] * edge.lit
    bands = re.findall(
        rf'(?<!fill)color="{lit}[0-9a-f]{{2}}"', diagram.to_dot(theme=theme)
    )  # through which the ground is seen
    assert len(bands) == [edge.lit for edge in diagram.edges].count(True) == 2


def test_the_legend_says_what_the_colors_mean() -> None:
    w, x, y = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "y")
    out = ((w * x - y) ** 2) * 0.5
    out.backward()

    def entries(style: str) -> list[str]:
        (note,) = [piece for piece in draw(out, style=style, level="operations").scene.pieces if piece.id == "note"]
        shown = [shape for shape in note.shapes if not isinstance(shape, Rectangle | Curve)]
        return ["".join(run.text for run in text.runs) for text in shown]

    assert sorted(entries("gradients")) == ["constant", "grad", "gradient", "input", "parameter", "target"]
    assert {"parameter < 0", "parameter > 0", "large gradient"} <= set(entries("weights"))
    diagram, _ = network()
    assert {"weight > 0", "weight < 0"} <= set(texts(diagram.to_svg().encode()))


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("2 paths from a1_0, together 5.", "2 paths from a(1)0, together 5."),
        ("Step 3 of 5: theta_1*x_in passes 2 on", "Step 3 of 5: θ1*xin passes 2 on"),
        ("w^(L)_jk*a^(L-1)_k + b_j, which", "w(L)jk*a(L-1)k + bj, which"),
        ("w1_10,2, and x^2 - w^l_j; β₁", "w(1)10,2, and x2 − w(l)j; β1"),
        ("x**2 - 1e-05: <b>&amp;", "x**2 − 1e−05: <b>&amp;"),
    ],
)
def test_a_note_has_its_labels_as_the_boxes_have_them(note: str, shown: str) -> None:
    diagram = replace(draw(Value(1.0)), note=note)
    assert shown in texts(diagram.to_svg().encode())
    pieces = texts(rendering.render(diagram.to_dot(), "svg"))
    assert "".join(shown.split()) in "".join("".join(pieces).split())


@pytest.mark.parametrize(
    "label", [f"w1_{'0' * 80}", f"alpha_{'1' * 80}", f"∂C/∂w_{'2' * 80}", f"theta^(L)_{'j' * 80}", "z" * 80]
)
def test_a_symbol_that_is_too_long_is_cut_as_it_is_written(label: str) -> None:
    assert label[:59] + "…" in texts(draw(Value(1.0, label)).render("svg"))


@pytest.mark.usefixtures("each_graphviz")
def test_graphviz_leaves_everything_at_its_place() -> None:
    diagram, _ = network()
    # Where Graphviz has drawn the frames, against where the layout has them; y grows upwards in DOT.
    svg = rendering.render(diagram.to_dot(), "svg").decode()
    for piece in diagram.scene.pieces:
        frame = next((shape for shape in piece.shapes if isinstance(shape, Rectangle)), None)
        if frame is None or piece.id == "note":
            continue
        outline = re.search(rf'<title>{piece.id}</title>.*?(?: d| points)="([^"]*)"', svg, re.DOTALL)
        assert outline
        corners = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", outline[1])]
        left, top = min(x for x, _ in corners), min(y for _, y in corners) + diagram.scene.height
        right, bottom = max(x for x, _ in corners), max(y for _, y in corners) + diagram.scene.height
        expected = (frame.x, frame.y, frame.x + frame.width, frame.y + frame.height)
        assert (left, top, right, bottom) == pytest.approx(expected, abs=1.0)
