import math

import pytest

import nn
from autograd import Value, constant, draw
from autograd.pictures.diagram import Diagram
from autograd.pictures.parts import DiagramEdge, DiagramNode
from tests.autograd.svg import texts


def between(diagram: Diagram, source: str, target: str) -> DiagramEdge:
    """The arrow between two boxes, of which each has a text of its own."""
    ids = {text: node.id for node in diagram.nodes for text in (node.label, node.text, node.symbol) if text}
    (arrow,) = [edge for edge in diagram.edges if (edge.source, edge.target) == (ids[source], ids[target])]
    return arrow


def by_label(diagram: Diagram, label: str) -> DiagramNode:
    (node,) = [node for node in diagram.nodes if node.label == label]
    return node


@pytest.mark.parametrize("weights", [[2.0, 2.0], [2.0, 3.0], [3.0, 2.0]])
def test_one_arrow_for_several_weights_has_none_of_them_but_the_whole_derivative(weights: list[float]) -> None:
    model = nn.MLP(2, [1, 1])
    nn.roll(model, [*weights, 0.5, 1.0, 0.5])
    x = Value(3.0, "x")
    diagram = draw(nn.losses.squared_error(model([x, x]), 1.0), collapse="neurons", style="derivatives")
    arrow = between(diagram, "x", "a1_0")
    assert (arrow.count, arrow.weight, arrow.derivative) == (2, None, sum(weights))  # where relu has the slope 1


@pytest.mark.parametrize("level", ["operations", "sums", "neurons"])
def test_derivatives_along_arrows_multiply_to_that_of_the_output(level: str) -> None:
    w, a, b = Value(0.7, "w1_00"), Value(0.5, "a0_0"), Value(-0.3, "b1_0")
    z = (w * a + b).named("z1_0")
    C = ((z.tanh().named("a1_0") - 1) ** 2).named("C")
    C.backward()
    diagram = draw(C, level=level, style="derivatives")
    slope, here = 1.0, by_label(diagram, "a0_0").id
    while here != by_label(diagram, "C").id:
        (edge,) = [edge for edge in diagram.edges if edge.source == here]
        assert edge.derivative is not None
        slope, here = slope * edge.derivative, edge.target
    assert slope == pytest.approx(a.grad, rel=1e-14)


@pytest.mark.parametrize("style", ["derivatives", "everything"])
def test_arrows_from_constants_have_no_derivative(style: str) -> None:
    x = Value(3.0, "x")
    diagram = draw((x * 2 - 7) ** 3, style=style)
    constants = {node.id for node in diagram.nodes if node.kind == "constant"}
    slopes = [(edge.source in constants, edge.derivative) for edge in diagram.edges]
    assert sorted(slope for is_constant, slope in slopes if not is_constant and slope) == [1, 2, 3]  # 3 (2 x - 7)² is 3
    assert [slope for is_constant, slope in slopes if is_constant] == [None, None]


@pytest.mark.parametrize("style", ["values", "gradients", "weights"])
def test_only_styles_that_show_derivatives_have_them(style: str) -> None:
    assert {edge.derivative for edge in draw(Value(3.0, "x") * 2, style=style).edges} == {None}


def difference() -> Value:
    a, b = Value(3.0, "a0_0"), Value(1.0, "b1_0")
    z = a - b
    z.label = "z1_0"
    return z * 2


def test_operands_have_an_order_only_where_they_meet_their_operation() -> None:
    whole, collapsed = draw(difference()), draw(difference(), collapse="neurons")
    assert between(whole, "a0_0", "z1_0").ordered
    assert by_label(collapsed, "z1_0").kind == "neuron"
    assert not between(collapsed, "a0_0", "z1_0").ordered


def test_a_collapsed_neuron_has_one_result_whatever_else_its_parameters_are_used_for() -> None:
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    output = model([0.5, -0.2])
    assert isinstance(output, Value)
    a = model.layers[0].neurons[1].a
    assert a is not None
    diagram = draw(output**2 + nn.losses.l2(model, 0.1), collapse="neurons")
    shown = {node.label: node.data for node in diagram.nodes if node.kind == "neuron"}
    assert shown["a1_1"] == a.data
    assert len(shown) == 3


def test_the_output_of_a_graph_is_the_result_of_its_neuron() -> None:
    model = nn.MLP(2, [2, 1], "tanh", "tanh", seed=1)
    output = model([0.5, -0.2])
    assert isinstance(output, Value)
    output.backward()
    diagram = draw(output, collapse="neurons")
    shown = {node.label: (node.data, node.grad) for node in diagram.nodes if node.kind == "neuron"}
    assert shown["a2_0"] == (output.data, 1.0)
    layers = draw(output, collapse=["layer 1", "layer 2, neuron 0"])
    assert [node.data for node in layers.nodes if node.kind == "neuron"] == [output.data]


def test_a_box_for_several_operations_has_no_sign_but_a_formula_when_pointed_at() -> None:
    z = (Value(0.7, "w") * Value(0.5, "a")).named("z")
    C = ((z.sigmoid() - 1) ** 2).named("C")
    C.backward()
    signs = {level: by_label(draw(C, level=level), "C").symbol for level in ("operations", "sums")}
    assert signs == {"operations": "x^2", "sums": ""}
    title = by_label(draw(C, level="sums"), "C").title
    assert title.splitlines() == [f"C = (sigmoid(z) - 1)**2 = {C.data:.6g}", "∂C/∂C = 1"]
    assert by_label(draw(z.sigmoid().named("a_2"), level="sums"), "a_2").symbol == "σ"


@pytest.mark.parametrize(
    ("exponent", "symbol", "n_boxes"),
    [
        (2, "x^2", 2),
        (-0.5, "x^-0.5", 2),
        (constant(2.0), "x^2", 2),
        (Value(2.0, "p"), "x^y", 3),
        (constant(2.0, "n"), "x^y", 3),
    ],
)
def test_an_exponent_stands_in_the_sign_or_in_a_box(exponent: Value | float, symbol: str, n_boxes: int) -> None:
    diagram = draw(Value(3.0, "x") ** exponent, level="operations")
    assert diagram.nodes[-1].symbol == symbol
    assert len(diagram.nodes) == n_boxes


def test_an_exponent_of_several_powers_stands_in_a_box() -> None:
    p = constant(2.0)
    diagram = draw(Value(3.0, "x") ** p + Value(4.0, "y") ** p, level="operations")
    assert [node.symbol for node in diagram.nodes if node.symbol] == ["x^y", "x^y", "+"]


def test_arrows_into_a_sum_come_in_the_order_of_its_terms() -> None:
    w, x = [Value(float(k + 1), f"w_{k}") for k in range(4)], [Value(1.0, f"x_{k}") for k in range(4)]
    z = ((w[2] * x[2] + w[0] * x[0]) + Value(9.0, "b") + (w[3] * x[3] + w[1] * x[1])).named("z")
    diagram = draw(z.tanh(), level="sums")
    assert [edge.weight for edge in diagram.edges if edge.weight is not None] == [3.0, 1.0, 4.0, 2.0]
    assert by_label(diagram, "z").biases == (("b", 9.0, None),)


def test_pointed_at_an_arrow_says_its_weight_and_what_that_does_to_the_output() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    C = (w * x + Value(1.0, "b")).named("C")
    C.backward()
    (edge,) = draw(C, level="sums").edges
    assert edge.title.splitlines() == ["w = 2", "∂C/∂w = 3"]


def test_weights_that_are_no_number_are_shown_as_such() -> None:
    w = [Value(math.nan, "w_0"), Value(math.inf, "w_1"), Value(-math.inf, "w_2"), Value(0.0, "w_3")]
    z = sum((weight * Value(1.0, f"x_{k}") for k, weight in enumerate(w)), constant(0.0)).named("z")
    diagram = draw(z, level="sums", style="weights")
    assert [repr(edge.weight) for edge in diagram.edges] == ["nan", "inf", "-inf", "0.0"]
    assert {"nan", "inf", "−inf", "0"} <= set(texts(diagram.render("svg")))


def test_the_main_path_leads_through_most_names() -> None:
    x, y = Value(0.5, "x"), Value(0.3, "y")
    u = (x.tanh().tanh().tanh() + y.sin().named("u").cos().named("v")).named("w_2")
    diagram = draw(u, level="operations")
    labels = {node.id: node.label for node in diagram.nodes}
    assert [labels[key] for key in diagram.main] == ["y", "u", "v", "w_2"]


def test_gradients_bear_the_name_of_an_output_only_if_they_are_its() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    z = (w * x).named("z")
    cost = (z * z).named("C")
    assert draw(cost).of == "C"  # there are none yet
    z.backward()
    assert (draw(cost).of, draw(z).of) == ("", "z")
    w.zero_grad()
    x.zero_grad()
    cost.backward()
    assert (draw(cost).of, draw(z).of) == ("C", "")
    cost.backward()  # leaves add up
    assert draw(cost).of == ""
    assert "∂" not in next(node.title for node in draw(cost).nodes if node.label == "w")
