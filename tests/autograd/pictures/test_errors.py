"""Pictures of errors: a and δ in every neuron, w and ∂C/∂w on every arrow, and biases as the weights of a 1."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

import nn
from autograd import Value, draw, exp, no_grad
from autograd.pictures import Diagram, DiagramNode, Rectangle, Style
from autograd.pictures.shapes import Curve
from tests.autograd.pictures.test_levels import batch, chain, recurrence
from tests.autograd.svg import texts

SIZES = [(2, 2, 2), (2, 4, 3, 1), (3, 1, 2)]


def network(*sizes: int) -> tuple[nn.MLP, Value]:
    """A network with biases that are not 0, and its cost for one example."""
    model = nn.MLP(sizes[0], sizes[1:], "sigmoid", "sigmoid", seed=3)
    for place, neuron in enumerate(neuron for layer in model.layers for neuron in layer.neurons):
        neuron.b.data = 0.3 - 0.2 * place
    inputs, targets = [0.5, -1.0, 0.8][: sizes[0]], [1.0, 0.0][: sizes[-1]]
    return model, nn.losses.squared_error(model(inputs), targets).named("C")


def by_label(diagram: Diagram) -> dict[str, DiagramNode]:
    return {node.label: node for node in diagram.nodes if node.label}


def backpropagation(model: nn.MLP) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Activations, errors and gradients of the weights of each layer, by matrices."""
    weights = [np.array([[w.data for w in neuron.w] for neuron in layer.neurons]) for layer in model.layers]
    biases = [np.array([neuron.b.data for neuron in layer.neurons]) for layer in model.layers]
    activations = [np.array([0.5, -1.0, 0.8][: weights[0].shape[1]])]
    for w, b in zip(weights, biases, strict=True):
        activations.append(1.0 / (1.0 + np.exp(-(w @ activations[-1] + b))))
    output = activations[-1]
    delta = 2.0 * (output - [1.0, 0.0][: len(output)]) * output * (1.0 - output)
    found = []
    for layer in reversed(range(len(weights))):
        found.append((activations[layer + 1], delta, np.outer(delta, activations[layer])))
        delta = (weights[layer].T @ delta) * activations[layer] * (1.0 - activations[layer])
    return found[::-1]


@pytest.mark.parametrize("sizes", SIZES)
def test_the_four_equations_are_in_the_picture(sizes: tuple[int, ...]) -> None:
    model, cost = network(*sizes)
    diagram = draw(cost, style="errors")
    nodes, kinds = by_label(diagram), {node.id: node.kind for node in diagram.nodes}
    arrows = {(edge.source, edge.target): edge for edge in diagram.edges}
    for number, (a, delta, gradients) in enumerate(backpropagation(model), start=1):
        for j, neuron in enumerate(model.layers[number - 1].neurons):
            node = nodes[f"a{number}_{j}"]
            assert [node.data, node.delta] == pytest.approx([a[j], delta[j]], rel=1e-12)
            for k, w in enumerate(neuron.w):
                arrow = arrows[nodes[f"a{number - 1}_{k}"].id, node.id]
                assert [arrow.weight, arrow.weight_grad] == pytest.approx([w.data, gradients[j, k]], rel=1e-12)
            (one,) = [edge for edge in diagram.edges if edge.target == node.id and edge.is_bias]
            assert (kinds[one.source], one.weight) == ("one", neuron.b.data)
            assert one.weight_grad == pytest.approx(delta[j], rel=1e-12)
            assert node.biases == ()
    assert [node.data for node in diagram.nodes if node.kind == "one"] == [1.0] * (len(sizes) - 1)


def test_it_needs_no_backward_pass_and_leaves_none() -> None:
    model, cost = network(2, 2, 2)
    before = draw(cost, style="errors")
    assert not any(parameter.has_grad for parameter in model.parameters())
    cost.backward()
    cost.backward()  # leaves sum up
    assert draw(cost, style="errors") == before
    w = model.layers[0].neurons[0].w[0]
    given = draw(cost, style="errors", gradients={w: 7.0})  # whoever gives some means these
    assert [edge.weight_grad for edge in given.edges if edge.weight_grad is not None] == [7.0]


def with_activation(f: Callable[[Value], Value], label: str = "z") -> Value:
    w, a, b = Value(0.7, "w"), Value(0.5, "a_prev"), Value(-0.3, "b")
    z = w * a + b
    if label:
        z.label = label
    cost: Value = ((f(z).named("a") - Value(1.0, "y")) ** 2).named("C")
    return cost


@pytest.mark.parametrize("label", ["z", ""])
@pytest.mark.parametrize(
    "f",
    [lambda z: z.tanh(), lambda z: 1 / (1 + exp(-z)), lambda z: z * z.sigmoid(), lambda z: z.relu() + 0.1 * z],
    ids=["tanh", "sigmoid in operations", "swish", "leaky relu in operations"],
)
def test_a_neuron_is_found_through_the_graph(f: Callable[[Value], Value], label: str) -> None:
    cost = with_activation(f, label)
    node = by_label(draw(cost, style="errors"))["a"]
    cost.backward()
    a = next(parent for parent in cost.parents[0].parents if parent.label == "a")
    assert node.data == a.data
    assert node.inner is not None
    assert (node.inner[0], round(node.inner[1], 12)) == (label, 0.05)
    h = 1e-6
    slope = (f(Value(0.05 + h)).data - f(Value(0.05 - h)).data) / (2 * h)
    assert node.delta == pytest.approx(a.grad * slope, rel=1e-8)


def test_what_is_applied_to_a_weighted_sum_is_no_neuron_where_it_is_the_cost() -> None:
    w, x, b = Value(0.7, "w"), Value(0.5, "x"), Value(-0.3, "b")
    z = (w * x + b).named("z")
    nodes = by_label(draw((z**2).named("C"), style="errors"))
    assert (nodes["C"].inner, nodes["C"].delta) == (None, None)
    assert nodes["z"].inner is None  # a neuron that is linear
    assert nodes["z"].delta == pytest.approx(0.1)
    inner = x.exp().named("u")  # beside which the sum without a name goes along with the cost
    assert by_label(draw(((w * inner + b) ** 2).named("C"), style="errors"))["C"].delta is None


@pytest.mark.parametrize("label", ["z", ""])
def test_what_is_computed_from_more_than_a_weighted_sum_is_no_neuron(label: str) -> None:
    z = Value(0.7, "w") * Value(0.5, "x") + Value(-0.3, "b")
    z.label = label
    loss = ((z - Value(1.0, "y")) ** 2).named("L_1")
    nodes = by_label(draw((loss * 0.5).named("C"), style="errors"))
    assert (nodes["L_1"].inner, nodes["L_1"].delta) == (None, None)
    assert ("z" in nodes) == bool(label)


def test_neurons_in_a_row_do_not_join_each_other() -> None:
    x = Value(0.5, "x")
    z = (Value(0.7, "w_1") * x + 0.1).named("z_1")
    for k in (2, 3):
        z = (Value(0.7, f"w_{k}") * z + 0.1).named(f"z_{k}")
    assert {"z_1", "z_2", "z_3"} <= set(by_label(draw(((z - 1) ** 2).named("C"), level="neurons")))
    assert [node.label for node in draw(chain(3), level="neurons").nodes if node.inner] == ["a_1", "a_2", "a_3"]


def widths(diagram: Diagram) -> list[tuple[float, float]]:
    """The size of the gradient on each arrow with a weight, and the width of the arrow."""
    pieces = {piece.id: piece for piece in diagram.scene.pieces}
    found = []
    for number, edge in enumerate(diagram.edges):
        (line,) = [shape for shape in pieces[f"edge{number}"].shapes if isinstance(shape, Curve)]
        if edge.weight_grad is not None:
            assert edge.weight is not None
            color = {-1: "less", 0: "line", 1: "more"}[(edge.weight > 0) - (edge.weight < 0)]
            assert (line.color, line.dashed) == (color, edge.weight < 0)
            found.append((abs(edge.weight_grad), line.width))
    return sorted(found)


def test_an_arrow_is_as_thick_as_its_gradient_is_large() -> None:
    found = widths(draw(network(2, 4, 3, 1)[1], style="errors"))
    largest = found[-1][0]
    for gradient, width in found:
        assert width == pytest.approx(0.7 + 3.8 * gradient / largest)


def bars(diagram: Diagram, label: str) -> dict[str, Rectangle]:
    (key,) = [node.id for node in diagram.nodes if node.label == label]
    (piece,) = [piece for piece in diagram.scene.pieces if piece.id == key]
    return {shape.of: shape for shape in piece.shapes if isinstance(shape, Rectangle) and shape.of}


def test_halves_are_as_full_as_their_numbers_are_large() -> None:
    diagram = draw(network(2, 4, 3, 1)[1], style="errors", level="neurons", direction="right")
    neurons = [node for node in diagram.nodes if node.delta is not None]
    found = {node.label: bars(diagram, node.label) for node in neurons}
    full = max(bar["delta"].width for bar in found.values())
    for what, largest in (("data", 1.0), ("delta", 0.0), ("grad", 0.0)):
        sizes = {node.label: getattr(node, what) for node in neurons}
        largest = largest or max(map(abs, sizes.values()))
        for label, size in sizes.items():
            assert found[label][what].width == pytest.approx(full * abs(size) / largest)
            assert found[label][what].look == ("minus" if size < 0 else "plus")
    rights = [[bar[what].x + bar[what].width for what in ("delta", "grad")] for bar in found.values()]
    assert all(delta == pytest.approx(grad) for delta, grad in rights)  # they fill from the right


def test_in_a_page_bars_have_the_room_for_every_number() -> None:
    diagram = draw(network(2, 2, 2)[1], style=Style(gradients=True, errors=True, live=True, steady=50.0))
    lengths = {
        bar.width for node in diagram.nodes if node.delta is not None for bar in bars(diagram, node.label).values()
    }
    assert len(lengths) == 1


def test_a_saturated_neuron_has_a_large_gradient_and_a_small_error() -> None:
    model, _ = network(2, 2, 1)
    model.layers[0].neurons[0].b.data = 8.0
    cost = nn.losses.squared_error(model([0.5, -1.0]), [0.0]).named("C")
    found = bars(draw(cost, style="errors"), "a1_0")
    other = bars(draw(cost, style="errors"), "a1_1")
    assert found["delta"].width < 0.02 * found["grad"].width
    assert other["delta"].width > 0.1 * other["grad"].width


def note(diagram: Diagram) -> str:
    (piece,) = [piece for piece in diagram.scene.pieces if piece.id == "note"]
    return " ".join("".join(run.text for run in shape.runs) for shape in piece.shapes if hasattr(shape, "runs"))


def test_the_legend_says_where_the_four_equations_are() -> None:
    text = note(draw(network(2, 2, 2)[1], style="errors"))
    assert "∂C/∂w = a·δ (BP4); from a 1 the bias, ∂C/∂b = δ (BP3)" in text
    assert all(part in text for part in ("δ = ∂C/∂a·σ′(z)", "Σ w·δ", "(BP2)", "(BP1)", "always 1", "large gradient"))
    assert "(BP" not in draw(network(2, 2, 2)[1]).to_svg()


@pytest.mark.parametrize("graph", [lambda: batch(3), lambda: (recurrence(3) ** 2).named("C")])
def test_of_a_weight_that_is_shared_it_says_that_products_are_summed(graph: Callable[[], Value]) -> None:
    text = note(draw(graph(), style="errors"))
    assert "∂C/∂w = the sum of all its a·δ (BP4)" in text
    assert "∂C/∂b = the sum of all its δ (BP3)" in text


def test_a_large_network_is_folded_and_a_wide_layer_has_its_gradients_in_its_arrows_alone() -> None:
    large = network(3, 40, 40, 1)[1]
    assert draw(large, style="errors").note.endswith('by layers; level="neurons" shows more.')
    model = nn.MLP(9, [2], "sigmoid", seed=1)
    diagram = draw(nn.losses.squared_error(model([0.1 * k for k in range(9)]), [1.0, 0.0]).named("C"), style="errors")
    assert not any("−0.0" in text for text in texts(diagram.to_svg().encode()) if text.startswith("w"))
    found = widths(diagram)
    assert len(found) == 20
    assert found[0][1] < 1.0 < 4.4 < found[-1][1]


def test_several_outputs_show_what_nodes_hold() -> None:
    model, _ = network(2, 2, 2)
    outputs = model([0.5, -1.0])
    diagram = draw(outputs, style="errors")
    assert {edge.weight_grad for edge in diagram.edges} == {None}
    nn.losses.squared_error(outputs, [1.0, 0.0]).backward()
    nodes = by_label(draw(outputs, style="errors"))
    z = model.layers[0].neurons[0].z
    assert z is not None
    assert nodes["a1_0"].delta == z.grad


def test_what_is_no_network_looks_as_usual() -> None:
    x = Value(3.0, "x")
    y = (x * x + x).named("y")
    diagram = draw(y, style="errors")
    assert [node.label or node.symbol for node in diagram.nodes] == ["x", "×", "y"]
    assert by_label(diagram)["x"].grad == 7.0
    assert "BP" not in diagram.to_svg()


def test_a_derivative_that_does_not_exist_leaves_dashes() -> None:
    w, x, b = Value(0.0, "w"), Value(1.0, "x"), Value(0.0, "b")
    a = (w * x + b).named("z").sqrt().named("a")
    diagram = draw(((a - Value(1.0, "y")) ** 2).named("C"), style="errors")
    assert by_label(diagram)["a"].delta is None
    assert "–" in texts(diagram.to_svg().encode())


@pytest.mark.parametrize("number", [math.nan, math.inf, 0.0])
def test_any_number_can_be_drawn(number: float) -> None:
    w, x, b = Value(number, "w"), Value(1.0, "x"), Value(0.0, "b")
    cost = (((w * x + b).named("z").tanh().named("a") - Value(1.0, "y")) ** 2).named("C")
    draw(cost, style="errors").to_svg()


def test_the_ones_stand_below_the_neurons_of_their_column() -> None:
    diagram = draw(network(2, 4, 3, 1)[1], style="errors", level="neurons", direction="right")
    pieces = {piece.id: piece for piece in diagram.scene.pieces}

    def top(node: DiagramNode) -> float:
        return next(shape.y for shape in pieces[node.id].shapes if isinstance(shape, Rectangle))

    ones = {node.column: node for node in diagram.nodes if node.kind == "one"}
    assert len(ones) == 3
    for column, one in ones.items():
        others = [top(node) for node in diagram.nodes if node.column == column and node is not one]
        assert all(above < below for above, below in pairwise([*sorted(others), top(one)]))


def test_under_no_grad_it_is_drawn_too() -> None:
    _, cost = network(2, 2, 2)
    with no_grad():
        assert by_label(draw(cost, style="errors"))["a1_0"].delta is not None
