import re
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value, backward_steps, constant, draw, topological_order
from autograd.pictures.diagram import Diagram
from autograd.pictures.dot import KINDS
from autograd.pictures.parts import DiagramNode
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


@pytest.mark.usefixtures("each_graphviz")
def test_neurons_and_layers_stand_in_frames() -> None:
    _, cost = network(2, 3, 2)
    diagram = draw(cost)
    frames = {frame.id: frame for frame in diagram.groups}
    assert [frame.name for frame in diagram.groups][:3] == ["layer 2", "layer 1", "inputs"]
    assert len(frames) == 3 + 3 + 2
    neuron = frames[by_label(diagram, "z1_2").group]
    assert (neuron.title, neuron.name, frames[neuron.parent].title) == ("neuron 2", "layer 1, neuron 2", "layer 1")
    assert frames[by_label(diagram, "a0_1").group].title == "inputs"
    assert by_label(diagram, "C").group == ""
    svg = diagram.render("svg")
    assert len(re.findall(rb'class="cluster"', svg)) == len(frames)
    assert {"layer 1", "neuron 2", "inputs"} <= set(texts(svg))


def test_a_neuron_collapses_to_its_activation() -> None:
    model, cost = network(2, 3, 2)
    diagram = draw(cost, collapse="neurons", style="weights")
    neurons = [node for node in diagram.nodes if node.kind == "neuron"]
    assert len(neurons) == 5
    (node,) = [node for node in neurons if node.text == "a1_2"]
    activation = model.layers[0].neurons[2].a
    assert activation is not None
    assert (node.label, node.data, node.grad) == ("neuron 2", activation.data, activation.grad)
    ids = {node.text or node.label: node.id for node in diagram.nodes}
    weights = {(edge.source, edge.target): edge.derivative for edge in diagram.edges}
    for layer in (1, 2):
        for j, neuron in enumerate(model.layers[layer - 1].neurons):
            for k, w in enumerate(neuron.w):
                assert weights[ids[f"a{layer - 1}_{k}"], ids[f"a{layer}_{j}"]] == w.data


@pytest.mark.usefixtures("each_graphviz")
def test_layers_collapse_to_what_they_consist_of() -> None:
    _, cost = network(2, 3, 2)
    diagram = draw(cost, collapse="layers")
    assert [(n.label, n.text) for n in diagram.nodes if n.kind == "layer"] == [
        ("layer 2", "2 neurons, 8 parameters"), ("layer 1", "3 neurons, 9 parameters"), ("inputs", "2 nodes"),
    ]  # fmt: skip
    assert [edge.count for edge in diagram.edges if edge.count > 1] == [6, 6]
    assert texts(diagram.render("svg")).count("× 6") == 2
    assert diagram.groups == ()
    part = draw(cost, collapse=["layer 1, neuron 0", "layer 2"])
    shown = re.findall(rb'<g id="(\w+)" class="node"', part.render("svg"))
    assert sorted(shown) == sorted(node.id.encode() for node in part.nodes)
    mixed = draw(cost, collapse=["layer 1"])
    assert {frame.title for frame in mixed.groups} == {"layer 2", "inputs", "neuron 0", "neuron 1"}


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


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize("style", ["values", "weights", "everything"])
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
    svg = draw(cost(), collapse="neurons", style=style).render("svg").decode()
    for layer, n_neurons in enumerate(sizes):
        rows = re.findall(rf'y="(-?[\d.]+)"[^>]*>a<tspan[^>]*>\({layer}\)</tspan><tspan[^>]*>(\d)</tspan>', svg)
        assert [int(index) for _, index in sorted(rows, key=lambda row: float(row[0]))] == list(range(n_neurons))


@pytest.mark.usefixtures("each_graphviz")
def test_the_rest_collapses_whatever_is_in_it() -> None:
    x, theta, b = Value(1.5, "x_in"), Value(0.8, "theta_1"), Value(0.1, "theta_2")
    z = theta * x + b
    z.label = "z^(1)_0"
    a = z.relu()
    a.label = "a^(1)_0"
    diagram = draw((a - 1) ** 2, collapse="everything")
    assert by_label(diagram, "the rest").text == "6 nodes, 2 parameters"  # the variables, the constants and a - 1
    assert "6 nodes, 2 parameters" in texts(diagram.render("svg"))


def test_a_variable_of_the_cost_is_no_parameter_of_the_rest() -> None:
    model = nn.MLP(2, [30, 30, 1])
    penalty = Value(0.1, "lambda") * sum(p**2 for p in model.parameters())
    diagram = draw(nn.losses.squared_error(model([0.1, 0.2]), [1.0]) + penalty)
    assert "the rest, are drawn as one box each" in diagram.note
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
    assert diagram.groups == ()
    assert by_label(diagram, "x^2").group == ""


def test_a_graph_past_the_limit_is_collapsed_as_far_as_it_takes() -> None:
    _, small = network(4, 6, 3)
    diagram = draw(small, max_nodes=60)
    assert {node.kind for node in diagram.nodes} >= {"neuron", "input"}
    assert diagram.note == f"{len(topological_order(small)):,} nodes: the neurons are drawn as one box each."
    _, large = network(64, 30, 10)
    layers = draw(large)
    assert [node.label for node in layers.nodes if node.kind == "layer"] == ["layer 2", "layer 1", "inputs"]
    assert layers.note == f"{len(topological_order(large)):,} nodes: the layers are drawn as one box each."
    assert "neuron" in {node.kind for node in draw(large, collapse="neurons").nodes}
    assert draw(large, collapse="nothing").note.startswith("The 300 nodes nearest to the output")


def test_the_examples_of_a_batch_share_the_boxes_of_their_network() -> None:
    model = nn.MLP(2, [4, 1], "tanh", seed=1)
    cost = nn.losses.mean([nn.losses.squared_error(model([0.1 * i, 1.0]), 0.0) for i in range(40)])
    diagram = draw(cost, collapse="layers")
    layers = {node.label: node for node in diagram.nodes if node.kind == "layer"}
    assert layers["layer 1"].text == "4 neurons, 12 parameters"
    assert layers["layer 1"].data is None
    assert {node.text for node in draw(cost).nodes if node.kind == "neuron"} >= {"40 results, 3 parameters"}
    (arrow,) = [e for e in diagram.edges if (e.source, e.target) == (layers["layer 1"].id, layers["layer 2"].id)]
    assert arrow.count == 40 * 4


def test_the_neighborhood_of_a_node_is_shown_on_both_sides() -> None:
    x = y = Value(0.5, "x")
    chain = [y := y.tanh() for _ in range(1000)]
    middle = chain[500]
    middle.label = "middle"
    diagram = draw(y, around=middle, max_nodes=9)
    assert diagram.note == "The 9 nodes nearest to middle; 992 more are left out."
    assert [node.kind for node in diagram.nodes].count("omitted") == 2
    assert sorted(n.data for n in diagram.nodes if n.data is not None) == sorted(v.data for v in chain[496:505])
    assert draw(x.tanh(), around=x).note == ""
    with pytest.raises(ValueError, match="does not depend on"):
        draw(y, around=Value(1.0))


@pytest.mark.usefixtures("each_graphviz")
def test_labels_tell_parameters_inputs_targets_and_constants_in_a_network() -> None:
    _, cost = network(1, 2, 1)
    kinds = {node.label: node.kind for node in draw(cost).nodes if node.kind != "operation"}
    assert kinds == {
        "w1_00": "parameter", "w1_10": "parameter", "b1_0": "parameter", "b1_1": "parameter", "w2_00": "parameter",
        "w2_01": "parameter", "b2_0": "parameter", "a0_0": "input", "y": "target", "": "constant",
    }  # fmt: skip
    assert {"parameter", "input", "target", "constant"} <= set(texts(draw(cost).render("svg")))
    a, b = Value(2.0, "a"), Value(1.0, "b")  # no network: no roles, and no legend
    diagram = draw((a + b) * (b + 1))
    assert {node.kind for node in diagram.nodes} == {"variable", "constant", "operation"}
    assert "constant" not in texts(diagram.render("svg"))
    assert by_label(draw((a + b) * (b + 1), roles={a: "target"}), "a").kind == "target"
    with pytest.raises(ValueError, match="a role is one of parameter, input, target, variable, constant, but got 'p'"):
        draw(a, roles={a: "p"})


@pytest.mark.usefixtures("each_graphviz")
def test_a_constant_has_no_dash_for_a_gradient_whatever_its_role() -> None:
    diagram = draw(Value(2.0, "w") * constant(3.0, "x"))
    assert texts(diagram.render("svg")).count("grad –") == 2  # of the weight and of the product


@pytest.mark.usefixtures("each_graphviz")
def test_signs_and_sizes_are_colors_and_widths() -> None:
    w, v, x = Value(2.0, "w_0"), Value(-1.0, "w_1"), Value(0.0, "w_2")
    out = w * 3 + v + x
    out.backward()
    dot = draw(out, style="weights").to_dot()
    fills = dict(re.findall(r"<B>w<SUB>.*?>(\d)<.*?fillcolor=\"(#\w+)\"", dot))
    assert fills == {"0": "#76a8f9", "1": "#fdcead", "2": "#ffffff"}
    widths = dict(re.findall(r"<B>w<SUB>.*?>(\d)<.*?penwidth=([\d.]+)", dot))
    assert (widths["0"], widths["1"]) == ("4.00", "2.00")  # gradients 3 and 1
    legend = " ".join(texts(draw(out, style="weights").render("svg")))
    assert re.search(r"parameter > 0\s+■ parameter < 0\s+thick border: large gradient", legend)
    assert "penwidth" not in draw(out).to_dot()


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize(
    ("label", "shown"),
    [("w1_02", "w(1)02"), ("z^(L)_j", "z(L)j"), ("theta_3", "θ3"), ("a_prev", "aprev"), ("Delta", "Δ"), ("w5", "w5")],
)
def test_greek_letters_and_indices(label: str, shown: str) -> None:
    svg = draw(Value(1.0, label)).render("svg")
    assert shown in texts(svg)
    n_spans = {"w1_02": 2, "z^(L)_j": 2, "Delta": 0}.get(label, 1)
    assert svg.count(b"<tspan y=") == n_spans
    assert b"baseline-shift" not in svg
    if n_spans:
        letter, *indices = (
            float(y) for y in re.findall(rb'y="([-\d.]+)"', svg[: svg.rindex(b"<tspan") + 30])[-1 - n_spans :]
        )
        assert [y < letter for y in indices] == [True, False][2 - n_spans :]


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
    assert diagram.note == "x*x passes 1 · 3 = 3 on to x, which had 3 and has 6."


def test_lit_paths_lead_through_collapsed_boxes() -> None:
    model, cost = network(2, 3, 2)
    diagram = draw(cost, collapse="neurons", lit=model.layers[0].neurons[1].w[0])
    lit = {node.text for node in diagram.nodes if node.kind == "neuron" and node.lit}
    assert lit == {"a1_1", "a2_0", "a2_1"}
    assert sum(edge.lit for edge in diagram.edges) == 2 + 2 + 2 + 2


def test_every_kind_of_box_has_a_look_and_every_look_is_of_a_kind() -> None:
    x = y = Value(0.5, "x")
    for _ in range(20):
        y = y.tanh() + 1
    _, cost = network(2, 3, 2)
    pictures = [draw(y), draw(y, max_nodes=5), draw(x), draw(cost)]
    pictures += [draw(cost, collapse=which) for which in ("nothing", "neurons", "layers")]
    assert {node.kind for picture in pictures for node in picture.nodes} == set(KINDS)
    for picture in pictures:
        dot = picture.to_dot()
        for node in picture.nodes:
            look = re.search(rf"^\s*{node.id} \[(.*)", dot, re.MULTILINE)
            assert look
            assert KINDS[node.kind].fill in look[1]
            assert KINDS[node.kind].border in look[1]


@pytest.mark.usefixtures("each_graphviz")
def test_a_large_picture_with_long_arrows_does_not_take_minutes() -> None:
    x = y = Value(1.0, "x")
    for _ in range(1000):
        y = y * x + 1
    assert b"<svg" in draw(y).render("svg")  # with Graphviz's own limits, this took over ten minutes


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


def test_the_direction_and_the_digits() -> None:
    x = Value(0.9999999, "x")
    y = x * 123456789.123
    assert "rankdir=LR" in draw(y).to_dot()
    assert "rankdir=TB" in draw(y, direction="down").to_dot()
    assert re.search(r">0\.9999999<.*", draw(y, digits=8).to_dot())
    assert "123456789.123" in draw(y, digits=12).to_dot()
    sizes = [
        [
            float(number)
            for number in re.findall(r'(?:width|height)="([\d.]+)pt"', draw(y, direction=d).render("svg").decode())
        ]
        for d in ("right", "down")
    ]
    assert sizes[1][1] > sizes[0][1]
    assert sizes[1][0] < sizes[0][0]
    with pytest.raises(ValueError, match="unknown direction 'left'; choose one of right, down"):
        draw(y, direction="left")
    for digits in (0, 1.5, True, "4"):
        with pytest.raises(ValueError, match="digits must be a whole number"):
            draw(y, digits=digits)  # type: ignore[arg-type]
