import pytest

import nn
from autograd import Value, draw
from autograd.pictures.diagram import Diagram
from autograd.pictures.parts import DiagramEdge


def between(diagram: Diagram, source: str, target: str) -> DiagramEdge:
    """The arrow between two boxes, of which each has a text of its own."""
    ids = {text: node.id for node in diagram.nodes for text in (node.label, node.text, node.symbol) if text}
    (arrow,) = [edge for edge in diagram.edges if (edge.source, edge.target) == (ids[source], ids[target])]
    return arrow


@pytest.mark.parametrize(("weights", "derivative"), [([2.0, 2.0], 2.0), ([2.0, 3.0], None), ([3.0, 2.0], None)])
def test_an_arrow_has_a_derivative_if_all_its_edges_have_the_same(
    weights: list[float], derivative: float | None
) -> None:
    model = nn.MLP(2, [1, 1])
    nn.roll(model, [*weights, 0.5, 1.0, 0.5])
    x = Value(3.0, "x")
    diagram = draw(nn.losses.squared_error(model([x, x]), 1.0), collapse="neurons", style="weights")
    arrow = between(diagram, "x", "a1_0")
    assert (arrow.count, arrow.derivative) == (2, derivative)


@pytest.mark.parametrize("style", ["derivatives", "everything"])
def test_arrows_from_constants_have_no_derivative(style: str) -> None:
    x = Value(3.0, "x")
    diagram = draw((x * 2 - 7) ** 3, style=style)
    constants = {node.id for node in diagram.nodes if node.kind == "constant"}
    slopes = [(edge.source in constants, edge.derivative) for edge in diagram.edges]
    assert sorted(slope for is_constant, slope in slopes if not is_constant and slope) == [1, 2, 3]  # 3 (2 x - 7)² is 3
    assert [slope for is_constant, slope in slopes if is_constant] == [None, None, None]


def difference() -> Value:
    a, b = Value(3.0, "a0_0"), Value(1.0, "b1_0")
    z = a - b
    z.label = "z1_0"
    return z * 2


def test_operands_are_numbered_only_where_they_meet_their_operation() -> None:
    whole, collapsed = draw(difference()), draw(difference(), collapse="neurons")
    assert (between(whole, "a0_0", "z1_0").operand, between(whole, "b1_0", "z1_0").operand) == ("1st", "2nd")
    assert "neuron 0" in {node.label for node in collapsed.nodes}
    assert between(collapsed, "a0_0", "z1_0").operand == ""


def test_a_collapsed_neuron_has_one_result_whatever_else_its_parameters_are_used_for() -> None:
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    output = model([0.5, -0.2])
    assert isinstance(output, Value)
    a = model.layers[0].neurons[1].a
    assert a is not None
    diagram = draw(output**2 + nn.losses.l2(model, 0.1), collapse="neurons")
    shown = {node.text: node.data for node in diagram.nodes if node.kind == "neuron"}
    assert shown["a1_1"] == a.data
    assert len(shown) == 3


def test_the_output_of_a_graph_is_the_result_of_its_neuron() -> None:
    model = nn.MLP(2, [2, 1], "tanh", "tanh", seed=1)
    output = model([0.5, -0.2])
    assert isinstance(output, Value)
    output.backward()
    diagram = draw(output, collapse="neurons")
    shown = {node.text: (node.data, node.grad) for node in diagram.nodes if node.kind == "neuron"}
    assert shown["a2_0"] == (output.data, 1.0)
    layers = draw(output, collapse=["layer 1", "layer 2, neuron 0"])
    assert [node.data for node in layers.nodes if node.kind == "neuron"] == [output.data]
