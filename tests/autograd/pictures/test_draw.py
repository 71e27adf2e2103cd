import re
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value, backward_steps, constant, draw, topological_order
from autograd.graph import LEVELS
from autograd.pictures.diagram import Diagram
from autograd.pictures.parts import DiagramNode
from autograd.pictures.shapes import KINDS, Rectangle
from tests.autograd.svg import texts


def network(*sizes: int, backward: bool = True) -> tuple[nn.MLP, Value]:
    model = nn.MLP(sizes[0], sizes[1:], "tanh", "sigmoid", seed=1)
    inputs = [0.5, -0.2, 0.3, 0.8][: sizes[0]] if sizes[0] <= 4 else [0.1] * sizes[0]
    cost = nn.losses.squared_error(model(inputs), [1.0, *[0.0] * (sizes[-1] - 1)])
    cost.label = "C"
    if backward:
        cost.backward()
    return model, cost


def by_label(diagram: Diagram, label: str) -> DiagramNode:
    (node,) = [node for node in diagram.nodes if node.label == label]
    return node


def test_a_neuron_collapses_to_its_activation() -> None:
    model, cost = network(2, 3, 2)
    diagram = draw(cost, collapse="neurons")
    assert len([node for node in diagram.nodes if node.kind == "neuron"]) == 5
    neuron, node = model.layers[0].neurons[2], by_label(diagram, "a1_2")
    assert neuron.a is not None
    assert neuron.z is not None
    assert (node.kind, node.symbol, node.data, node.grad) == ("neuron", "tanh", neuron.a.data, neuron.a.grad)
    assert (node.inner, node.biases) == (("z1_2", neuron.z.data), (("b1_2", neuron.b.data, neuron.b.grad),))
    assert node.title.startswith("layer 1, neuron 2: ")
    ids = {node.label: node.id for node in diagram.nodes}
    weights = {(edge.source, edge.target): edge.weight for edge in diagram.edges}
    for layer in (1, 2):
        for j, neuron in enumerate(model.layers[layer - 1].neurons):
            for k, w in enumerate(neuron.w):
                assert weights[ids[f"a{layer - 1}_{k}"], ids[f"a{layer}_{j}"]] == w.data


def test_layers_collapse_to_what_they_consist_of() -> None:
    _, cost = network(2, 3, 2)
    diagram = draw(cost, collapse="layers")
    assert [(n.label, n.text) for n in diagram.nodes if n.kind == "layer"] == [
        ("inputs", "2 nodes"), ("layer 1", "3 neurons, 9 parameters"), ("layer 2", "2 neurons, 8 parameters"),
    ]  # fmt: skip
    assert [(edge.count, edge.title) for edge in diagram.edges if edge.count > 2] == [(6, "6 edges")] * 2
    svg = diagram.to_svg().encode()
    assert "layer 1" in texts(svg)
    assert svg.count(b"<title>6 edges</title>") == 2


def test_some_neurons_and_layers_collapse_and_all_else_stays() -> None:
    _, cost = network(2, 3, 2)
    diagram = draw(cost, level="operations", collapse=["layer 1, neuron 0", "layer 2"])
    assert [node.label for node in diagram.nodes if node.kind in ("neuron", "layer")] == ["a1_0", "layer 2"]
    assert {"z1_1", "a1_1", "w1_10", "a0_0"} <= {node.label for node in diagram.nodes}
    assert {"z1_0", "w1_00", "z2_0"}.isdisjoint(node.label for node in diagram.nodes)
    shown = re.findall(r'<g id="(\w+)" class="node"', diagram.to_svg())
    assert sorted(shown) == sorted(node.id for node in diagram.nodes)


def bias_as_neuron() -> Value:
    """2-2-2 with biases as the weights of neurons that are always 1."""
    first, second = nn.Layer(3, 2, "tanh", number=1, seed=1), nn.Layer(3, 2, "sigmoid", number=2, seed=2)
    outputs = second([*first([0.05, 0.1, 1.0]), constant(1.0, "a1_2")])
    return nn.losses.squared_error(outputs, [0.0, 1.0])


def shared_biases(*sizes: int) -> Value:
    """A network with one bias for each layer."""
    model = nn.MLP(sizes[0], sizes[1:], "tanh", "sigmoid", seed=1)
    for layer in model.layers:
        shared = Value(0.3, f"b^({layer.number})")
        for neuron in layer.neurons:
            neuron.b = shared
    return nn.losses.squared_error(model([0.1] * sizes[0]), [1.0] * sizes[-1])


@pytest.mark.parametrize("style", ["values", "weights", "everything", "errors"])
@pytest.mark.parametrize(
    ("cost", "sizes"),
    [
        (lambda: network(2, 3, 2)[1], (2, 3, 2)),
        (lambda: network(4, 6, 5, 3)[1], (4, 6, 5, 3)),
        (lambda: network(4, 6, 6, 3)[1], (4, 6, 6, 3)),
        (bias_as_neuron, (3, 3, 2)),
        (lambda: shared_biases(2, 2, 2), (2, 2, 2)),
        (lambda: shared_biases(3, 4, 3), (3, 4, 3)),
    ],
    ids=["2-3-2", "4-6-5-3", "4-6-6-3", "bias as neuron", "shared biases", "more shared biases"],
)
def test_the_neurons_of_a_layer_stand_below_each_other_in_their_order(
    cost: Callable[[], Value], sizes: tuple[int, ...], style: str
) -> None:
    svg = draw(cost(), collapse="neurons", style=style).to_svg()
    for layer, n_neurons in enumerate(sizes):
        rows = re.findall(rf'y="(-?[\d.]+)"[^>]*>a<tspan[^>]*>\({layer}\)</tspan><tspan[^>]*>(\d)</tspan>', svg)
        assert [int(index) for _, index in sorted(rows, key=lambda row: float(row[0]))] == list(range(n_neurons))


def test_the_rest_collapses_whatever_is_in_it() -> None:
    x, theta, b = Value(1.5, "x_in"), Value(0.8, "theta_1"), Value(0.1, "theta_2")
    z = theta * x + b
    z.label = "z^(1)_0"
    a = z.relu()
    a.label = "a^(1)_0"
    diagram = draw((a - 1) ** 2, collapse="everything")
    # The variables, the constant 1 and a - 1; the exponent is written in the sign of the output.
    assert by_label(diagram, "the rest").text == "5 nodes, 2 parameters"
    assert "5 nodes, 2 parameters" in texts(diagram.render("svg"))


def test_a_variable_of_the_cost_is_no_parameter_of_the_rest() -> None:
    model = nn.MLP(2, [30, 30, 1])
    penalty = Value(0.1, "lambda") * sum(p**2 for p in model.parameters())
    diagram = draw(nn.losses.squared_error(model([0.1, 0.2]), [1.0]) + penalty, level="everything")
    assert re.fullmatch(r"[\d,]+ nodes", by_label(diagram, "the rest").text)


def test_a_layer_whose_labels_name_no_neurons_consists_of_nodes() -> None:
    w, b, a = Value(2.0, "w^(1)"), Value(1.0, "b^(1)"), Value(3.0, "a^(0)")
    z = w * a + b
    z.label = "z^(1)"
    diagram = draw((z.tanh() - 1) ** 2, collapse="layers")
    assert by_label(diagram, "layer 1").text == "4 nodes, 2 parameters"


def test_a_power_makes_no_layer() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    square = x**2
    square.label = "x^2"
    diagram = draw(w * square)
    assert by_label(diagram, "x^2").column == ""
    with pytest.raises(ValueError, match="no label says which layer"):
        draw(w * square, collapse="layer 2")


def test_a_graph_past_the_limit_is_collapsed_as_far_as_it_takes() -> None:
    _, small = network(4, 6, 3)
    diagram = draw(small, max_nodes=20)
    assert {node.kind for node in diagram.nodes} >= {"neuron", "input"}
    assert diagram.note == f'{len(topological_order(small)):,} nodes, by neurons; level="sums" shows more.'
    _, large = network(64, 30, 10)
    layers = draw(large)
    assert [node.label for node in layers.nodes if node.kind == "layer"] == ["inputs", "layer 1", "layer 2"]
    assert layers.note == f'{len(topological_order(large)):,} nodes, by layers; level="neurons" shows more.'
    assert "neuron" in {node.kind for node in draw(large, collapse="neurons").nodes}
    assert draw(large, collapse="nothing").note.startswith("The 300 nodes nearest to the output")


def test_the_examples_of_a_batch_share_the_boxes_of_their_network() -> None:
    model = nn.MLP(2, [4, 1], "tanh", seed=1)
    cost = nn.losses.mean([nn.losses.squared_error(model([0.1 * i, 1.0]), 0.0) for i in range(40)])
    diagram = draw(cost, collapse="layers")
    layers = {node.label: node for node in diagram.nodes if node.kind == "layer"}
    assert layers["layer 1"].text == "4 neurons, 12 parameters"
    assert layers["layer 1"].data is None
    neurons = [node for node in draw(cost, collapse="neurons").nodes if node.kind == "neuron"]
    assert ("layer 1, neuron 0", "40 results, 3 parameters") in [(node.label, node.text) for node in neurons]
    assert {node.data for node in neurons} == {None}
    (arrow,) = [e for e in diagram.edges if (e.source, e.target) == (layers["layer 1"].id, layers["layer 2"].id)]
    assert arrow.count == 40 * 4


def test_the_neighborhood_of_a_node_is_shown_on_both_sides() -> None:
    x = y = Value(0.5, "x")
    chain = [y := y.tanh() for _ in range(1000)]
    middle = chain[500]
    middle.label = "middle"
    diagram = draw(y, around=middle, max_nodes=9)
    assert diagram.note == "The 9 nodes nearest to middle; 992 more left out."
    assert [node.kind for node in diagram.nodes].count("omitted") == 2
    assert sorted(n.data for n in diagram.nodes if n.data is not None) == sorted(v.data for v in chain[496:505])
    assert draw(x.tanh(), around=x).note == ""
    with pytest.raises(ValueError, match="does not depend on"):
        draw(y, around=Value(1.0))


def test_labels_tell_parameters_inputs_targets_and_constants_in_a_network() -> None:
    _, cost = network(1, 2, 1)
    diagram = draw(cost * 0.5, level="operations")
    kinds = {node.label: node.kind for node in diagram.nodes if not node.symbol}
    assert kinds == {
        "w1_00": "parameter", "w1_10": "parameter", "b1_0": "parameter", "b1_1": "parameter", "w2_00": "parameter",
        "w2_01": "parameter", "b2_0": "parameter", "a0_0": "input", "y": "target", "": "constant",
    }  # fmt: skip
    assert {"parameter", "input", "target", "constant"} <= set(texts(diagram.render("svg")))
    a, b = Value(2.0, "a"), Value(1.0, "b")  # no network: no roles, and no legend
    diagram = draw((a + b) * (b + 1))
    assert {node.kind for node in diagram.nodes} == {"variable", "constant", "result", "operation"}
    assert "constant" not in texts(diagram.render("svg"))
    assert by_label(draw((a + b) * (b + 1), roles={a: "target"}), "a").kind == "target"
    with pytest.raises(ValueError, match="a role is one of parameter, input, target, variable, constant, but got 'p'"):
        draw(a, roles={a: "p"})


def test_a_constant_has_no_dash_for_a_gradient_whatever_its_role() -> None:
    diagram = draw(Value(2.0, "w") * constant(3.0, "x"))
    assert texts(diagram.render("svg")).count("grad –") == 2  # of the weight and of the product


def frames(diagram: Diagram) -> dict[str, Rectangle]:
    """The rectangle of each box, by its label."""
    labels = {node.id: node.label for node in diagram.nodes}
    pieces = [piece for piece in diagram.scene.pieces if piece.id in labels]
    return {labels[piece.id]: next(shape for shape in piece.shapes if isinstance(shape, Rectangle)) for piece in pieces}


def test_signs_and_sizes_are_colors_and_widths() -> None:
    w, v, x = Value(2.0, "w_0"), Value(-1.0, "w_1"), Value(0.0, "w_2")
    out = w * 3 + v + x
    out.backward()
    diagram = draw(out, style="weights", level="operations")
    boxes = frames(diagram)
    assert [boxes[f"w_{k}"].tint for k in range(3)] == [1.0, -0.5, 0.0]  # on the scale of the largest
    borders = [boxes[f"w_{k}"].border for k in range(3)]  # gradients 3, 1 and 1
    assert borders[0] > borders[1] == borders[2] > 0
    legend = texts(diagram.render("svg"))
    assert {"parameter > 0", "parameter < 0", "large gradient"} <= set(legend)
    plain = frames(draw(out, level="operations")).values()
    assert {frame.tint for frame in plain} == {None}


@pytest.mark.parametrize(
    ("label", "shown"),
    [("w1_02", "w(1)02"), ("z^(L)_j", "z(L)j"), ("theta_3", "θ3"), ("a_prev", "aprev"), ("Delta", "Δ"), ("w5", "w5")],
)
def test_greek_letters_and_indices(label: str, shown: str) -> None:
    assert shown in texts(draw(Value(1.0, label)).render("svg"))


def test_gradients_other_than_those_of_the_nodes_can_be_shown() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    diagram = draw(y, gradients={y: 1.0})
    assert [(node.label, node.grad) for node in diagram.nodes] == [("x", None), ("", 1.0)]


def test_a_step_can_be_lit() -> None:
    x = Value(3.0, "x")
    y = x * x
    first, second = backward_steps(y).steps
    for place, step in enumerate((first, second)):
        diagram = draw(y, lit=step)
        assert [edge.lit for edge in diagram.edges] == [place == 0, place == 1]
    assert diagram.note == "x*x passes 1 · 3 = 3 on to x, which had 3 and now has 6."


def test_lit_paths_lead_through_collapsed_boxes() -> None:
    model, cost = network(2, 3, 2)
    diagram = draw(cost, collapse="neurons", lit=model.layers[0].neurons[1].w[0])
    labels = {node.id: node.label for node in diagram.nodes}
    assert {node.label for node in diagram.nodes if node.lit} >= {"a1_1", "a2_0", "a2_1", "C"}
    lit = {(labels[edge.source], labels[edge.target]) for edge in diagram.edges if edge.lit}
    assert {("a1_1", "a2_0"), ("a1_1", "a2_1")} < lit
    assert ("a0_0", "a1_1") in lit  # on which the weight stands
    assert {source for source, target in lit if target.startswith("a1")} == {"a0_0"}


def test_a_weight_that_is_lit_lights_the_arrow_it_stands_on_and_not_what_comes_along() -> None:
    w, v, a, b = Value(2.0, "w_0"), Value(3.0, "w_1"), Value(0.5, "a_0"), Value(0.7, "a_1")
    z = (w * a + v * b).named("z")
    diagram = draw(z.tanh(), level="sums", lit=w)
    assert {node.label: node.lit for node in diagram.nodes} == {"a_0": False, "a_1": False, "z": True, "": True}
    assert {edge.weight for edge in diagram.edges if edge.lit} == {2.0, None}


def test_every_kind_of_box_has_a_look_and_every_look_is_of_a_kind() -> None:
    x = y = Value(0.5, "x")
    for _ in range(20):
        y = y.tanh() + 1
    _, cost = network(2, 3, 2)
    pictures = [draw(y), draw(y, max_nodes=5), draw(x)]
    pictures += [draw(cost, level=level) for level in LEVELS] + [draw(cost, style="errors")]
    assert {node.kind for picture in pictures for node in picture.nodes} == set(KINDS)
    for picture in pictures:
        looks = re.findall(r'<g id="(\w+)" class="node">(?:<title>[^<]*</title>)?<rect class="(\w+)"', picture.to_svg())
        assert dict(looks) == {node.id: node.kind for node in picture.nodes}
        dot = picture.to_dot()
        for node in picture.nodes:
            look = re.search(rf"^\s*{node.id} \[(.*)", dot, re.MULTILINE)
            assert look
            assert KINDS[node.kind].fill.light in look[1]
            assert KINDS[node.kind].border.light in look[1]


def test_a_large_picture_with_long_arrows_does_not_take_minutes() -> None:
    x = y = Value(1.0, "x")
    for _ in range(1000):
        y = y * x + 1
    assert "<svg" in draw(y, max_nodes=300).to_svg()


def test_several_outputs_in_one_picture() -> None:
    x = Value(1.0, "x")
    y, z = (x * 2).named("y"), x.tanh().named("z")
    picture = draw([y, z])
    assert sorted(node.label for node in picture.nodes) == ["", "x", "y", "z"]
    assert len(picture.edges) == 3
    assert draw((y,)) == draw(y)
    outputs: Any = nn.MLP(2, [2, 2], seed=1)([0.5, -1.0])
    neurons = [node for node in draw(outputs, collapse="neurons").nodes if node.kind == "neuron"]
    assert {output.data for output in outputs} <= {neuron.data for neuron in neurons}
    with pytest.raises(ValueError, match="draw one output, or light a Path"):
        draw([y, z], lit=x)
    with pytest.raises(ValueError, match="there is nothing to draw"):
        draw([])
    with pytest.raises(TypeError, match="draw takes Values, but got 3"):
        draw([y, 3])  # type: ignore[list-item]


def test_the_direction() -> None:
    y = Value(0.9, "x") * 123.0
    right, down = (draw(y, direction=direction) for direction in ("right", "down"))
    assert (right.scene.direction, down.scene.direction) == ("right", "down")
    assert right.size[0] > down.size[0]
    assert right.size[1] < down.size[1]
    assert draw(y).size == right.size
    with pytest.raises(ValueError, match="unknown direction 'left'; choose one of right, down"):
        draw(y, direction="left")


def test_a_picture_too_wide_for_a_page_leads_downwards_if_it_then_fits() -> None:
    x = Value(0.5, "x")
    wide = [draw(chain(x, length), level="operations") for length in (5, 12)]
    assert [diagram.scene.direction for diagram in wide] == ["right", "down"]
    assert draw(chain(x, 12), level="operations", direction="right").size[0] > 750 >= wide[1].size[0]


def chain(y: Value, length: int) -> Value:
    for i in range(length):
        y = y.tanh().named(f"y_{i}")
    return y


@pytest.mark.parametrize(
    ("digits", "shown"), [(None, {"1", "1.23e+08"}), (8, {"0.9999999", "1.2345679e+08"}), (12, {"123456789.123"})]
)
def test_the_digits(digits: int | None, shown: set[str]) -> None:
    y = Value(0.9999999, "x") * 123456789.123
    assert shown <= set(texts(draw(y, digits=digits).render("svg")))


@pytest.mark.parametrize("digits", [0, 1.5, True, "4"])
def test_digits_are_a_whole_number(digits: Any) -> None:
    with pytest.raises(ValueError, match="digits must be a whole number"):
        draw(Value(1.0), digits=digits)


@pytest.mark.parametrize("size", [None, 1.0, 14.0])
def test_the_smallest_type_is_as_large_as_it_is_said_to_be(size: float | None) -> None:
    _, cost = network(2, 2, 1)
    cost.label = "C_1"  # with an index, also where it says what the gradients are derivatives of
    diagram = draw(cost, type_size=size, level="sums", lit="w1_00")
    svg = diagram.to_svg()
    (shown,), (drawn,) = re.findall(r'<svg[^>]* width="([\d.]+)pt"', svg), re.findall(r'viewBox="0 0 ([\d.]+) ', svg)
    scale = float(shown) / float(drawn)
    smallest = scale * min(float(number) for number in re.findall(r'font-size="([\d.]+)"', svg))
    assert smallest == pytest.approx(9.0 if size is None else size, rel=1e-2)


@pytest.mark.parametrize("size", [0.5, 201.0, float("nan")])
def test_a_type_that_nobody_can_read_is_an_error(size: float) -> None:
    with pytest.raises(ValueError, match="type_size must be a number of points from 1 to 200"):
        draw(Value(1.0), type_size=size)


def test_the_gradients_are_called_by_their_output_where_it_has_a_letter() -> None:
    for label, shown in (("C", "∂C 1"), ("L_2", "∂L 1"), ("theta", "∂θ 1"), ("cost", "grad 1"), ("", "grad 1")):
        y = (Value(3.0, "x") * 2).named(label)
        y.backward()
        assert shown in texts(draw(y).render("svg"))
    twice = (Value(3.0, "x") * 2).named("C")
    assert "grad 2" in texts(draw(twice, gradients={twice: 2.0}).render("svg"))  # of 2C
