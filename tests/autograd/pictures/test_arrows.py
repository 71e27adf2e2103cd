import re
from xml.etree import ElementTree

import pytest

import nn
from autograd import Value, draw
from autograd.pictures import Diagram
from autograd.pictures.shapes import Curve, Text


def rows(diagram: Diagram) -> dict[str, str]:
    """For each arrow that arrives at a row of numbers, the row; by its source's label and its target's text."""
    found = {}
    texts = {
        piece.id: [shape for shape in piece.shapes if isinstance(shape, Text) and shape.anchor == "end"]
        for piece in diagram.scene.pieces
    }
    for piece in diagram.scene.pieces:
        if piece.ends is None:
            continue
        tips = [shape.tip for shape in piece.shapes if isinstance(shape, Curve) and shape.tip]
        source = next(node for node in diagram.nodes if node.id == piece.ends[0])
        for row in texts[piece.ends[1]]:
            is_gradient = row.color == "gradient" and not row.runs[0].text.startswith("∂ ")  # of the weight beside it
            if abs(row.y - 3.2 - tips[0][1]) < 0.01 and not is_gradient:
                found[f"{source.label} -> {piece.ends[1]}"] = "".join(run.text for run in row.runs)
    return found


def test_a_local_derivative_stands_where_its_own_arrow_arrives() -> None:
    x, y = Value(3.0, "x"), Value(5.0, "y")
    diagram = draw((x * y) * (y * x), style="derivatives", level="operations")
    found = rows(diagram)
    assert {text for key, text in found.items() if key.startswith("x ")} == {"∂ 5"}
    assert {text for key, text in found.items() if key.startswith("y ")} == {"∂ 3"}


def test_every_number_at_an_arrow_is_that_of_the_arrow() -> None:
    model = nn.MLP(2, [3, 2], "tanh", seed=4)
    cost = nn.losses.squared_error(model([0.3, -0.7]), [1.0, 0.0])
    cost.backward()
    for style in ("derivatives", "everything", "gradients"):
        for level in ("operations", "sums", "neurons"):
            diagram = draw(cost, style=style, level=level, direction="right", digits=6)
            found = rows(diagram)
            labels = {node.id: node.label for node in diagram.nodes}
            for edge in diagram.edges:
                text = found.get(f"{labels[edge.source]} -> {edge.target}") if labels[edge.source] else None
                if text == "–":
                    assert edge.derivative is None
                elif text:
                    numbers = {edge.derivative, edge.weight} - {None}
                    assert any(f"{number:.6g}".replace("-", "−") in text for number in numbers), (style, level, text)


@pytest.mark.parametrize("lit", ["x", "w"])
def test_only_arrows_of_paths_are_lit(lit: str) -> None:
    w, x, y = Value(0.5, "w"), Value(2.0, "x"), Value(3.0, "y")
    diagram = draw((w * x + y).named("C"), level="sums", lit=lit)
    labels = {node.id: node.label for node in diagram.nodes}
    assert {labels[edge.source]: edge.lit for edge in diagram.edges} == {"x": True, "y": False}
    plain = draw((x + y + Value(4.0, "v")).named("C"), level="sums", lit=x)
    assert sum(edge.lit for edge in plain.edges) == 1


def test_a_tooltip_names_an_output_only_if_the_gradient_is_its() -> None:
    w, a = Value(0.5, "w"), Value(2.0, "a")
    z = (w * a).named("z")
    cost = (z**2).named("C")
    other = (z * 3).named("D")
    cost.backward()
    assert any("∂C/∂w = 4" in node.title for node in draw(cost).nodes)
    for picture in (draw(z), draw([cost, other])):
        titles = [node.title for node in picture.nodes]
        assert not [title for title in titles if "∂" in title]
        assert [title for title in titles if title.endswith("grad 4")]


def test_what_is_added_twice_is_shown_twice() -> None:
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    (box,) = [node for node in draw((w * x + b + b).named("z"), level="sums").nodes if node.label == "z"]
    assert [value for _, value, _ in box.biases] == [-1.0, -1.0]


def test_an_input_used_twice_has_no_single_weight() -> None:
    w, x = Value(0.5, "w1_00"), Value(2.0, "a0_0")
    z = (w * x + w * x).named("z1_0")
    (arrow,) = draw(z.tanh().named("a1_0"), level="neurons").edges
    assert (arrow.count, arrow.weight) == (2, None)


def test_a_sum_that_is_one_of_several_operands_has_a_formula_and_not_a_sign() -> None:
    w, x, b, y = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b"), Value(3.0, "y")
    diagram = draw(((w * x + b) / y).named("z").tanh().named("a"), level="sums")
    (box,) = [node for node in diagram.nodes if node.label == "z"]
    assert (box.symbol, box.text) == ("", "(w·x + b)/y")
    alone = draw((w * x + b).tanh().named("a").exp().named("e"), level="sums")
    assert [node.symbol for node in alone.nodes if node.label == "a"] == ["tanh"]


def test_a_weight_of_a_plain_number_is_shown() -> None:
    w, b = Value(1.5, "w"), Value(-1.0, "b")
    z = (w * Value(2.0) + b).named("z")
    diagram = draw((z**2).named("C"), level="sums")
    (arrow,) = [edge for edge in diagram.edges if edge.weight is not None]
    assert arrow.weight == 1.5


def test_a_bias_is_shown_however_many_weights_are_not() -> None:
    w = [Value(float(k + 1), f"w_{k}") for k in range(12)]
    x = [Value(1.0, f"x_{k}") for k in range(12)]
    z = sum((wk * xk for wk, xk in zip(w, x, strict=True)), Value(7.0, "b")).named("z")
    diagram = draw(z, level="sums")
    texts = re.findall(r">b 7<", diagram.to_svg())
    assert len(texts) == 1
    assert "b 7" not in draw(z, level="operations").to_svg()


def test_every_output_that_was_asked_for_is_shown() -> None:
    x = Value(2.0, "x")
    q = x * 3
    cost = ((q + 1).named("u") ** 2).named("C")
    assert q.data in [node.data for node in draw([cost, q], level="sums").nodes]
    assert q.data not in [node.data for node in draw(cost, level="sums").nodes]


@pytest.mark.parametrize("label", ["\x07", "\x00", "\ud800", "\ufffe", "y" * 10_000])
def test_tooltips_are_xml_whatever_the_output_is_called(label: str) -> None:
    y = Value(3.0, "x") * 2
    y.label = label
    y.backward()
    svg = draw(y).to_svg()
    ElementTree.fromstring(svg.encode())
    assert len(svg) < 20_000
