import pytest

import nn
from autograd import Value, constant, topological_order
from autograd.graph.groups import Group, collapsed, groups_by_label, named


def network_cost() -> tuple[nn.MLP, Value]:
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", seed=1)
    return model, nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0])


def test_every_node_of_a_neuron_belongs_to_it_and_the_cost_to_none() -> None:
    model, cost = network_cost()
    order = topological_order(cost)
    groups = groups_by_label(order)
    for number, layer in enumerate(model.layers, start=1):
        for j, neuron in enumerate(layer.neurons):
            members = [node for node, group in groups.items() if group == Group(str(number), str(j))]
            n_inputs = len(neuron.w)
            assert len(members) == 3 * n_inputs + 2  # weights, products, sums; the bias and the activation
            assert set(neuron.parameters()) < set(members)
            assert neuron.z in members
            assert neuron.a in members
    inputs = [node for node, group in groups.items() if group.layer == "0"]
    assert sorted(node.label for node in inputs) == ["a0_0", "a0_1"]
    outside = [node for node in order if node not in groups]
    assert [node.op.symbol for node in outside if node.op and node.parents] == ["-", "**", "-", "**", "+"]


def test_a_penalty_on_weights_is_outside() -> None:
    model, cost = network_cost()
    total = cost + nn.losses.l2(model, 0.1)
    groups = groups_by_label(topological_order(total))
    w = model.layers[0].neurons[0].w[0]
    (square,) = [node for node in topological_order(total) if node.parents == (w, w)]
    assert groups[w] == Group("1", "0")
    assert square not in groups


def test_a_label_without_a_layer_keeps_its_node_outside() -> None:
    w, x = Value(1.0, "w1_00"), Value(2.0, "x")
    z = (w * x) + 1
    z.label = "z1_0"
    groups = groups_by_label(topological_order(z))
    assert x not in groups
    assert len(groups) == 4
    shared = (x * 3).tanh()
    one, other = shared * w, shared * Value(1.0, "w1_10")
    one.label, other.label = "z1_0", "z1_1"
    assert shared not in groups_by_label(topological_order(one + other))


def test_neurons_layers_or_some_of_them_collapse() -> None:
    _, cost = network_cost()
    order = topological_order(cost)
    groups = groups_by_label(order)

    def boxes(which: str | list[str]) -> list[str]:
        found = dict.fromkeys(collapsed(order, groups, which).values())
        return sorted(box.name for box in found if isinstance(box, Group))

    assert boxes("operations") == []
    assert boxes("layers") == ["inputs", "layer 1", "layer 2"]
    assert boxes("neurons") == [f"layer {n}, neuron {j}" for n, j in ((1, 0), (1, 1), (1, 2), (2, 0), (2, 1))]
    assert boxes(["layer 1", "layer 2, neuron 1"]) == ["layer 1", "layer 2, neuron 1"]
    assert boxes("layer 2") == ["layer 2"]
    with pytest.raises(ValueError, match=r"some of \[inputs; layer 1; layer 1, neuron 0; .*\], but got 'layer 7'"):
        boxes(["layer 7"])
    with pytest.raises(ValueError, match="no label says which layer"):
        collapsed([Value(1.0)], {}, "layer 1")


def test_a_layer_that_collapses_takes_its_neurons_along() -> None:
    _, cost = network_cost()
    order = topological_order(cost)
    boxes = collapsed(order, groups_by_label(order), ["layer 1", "layer 1, neuron 0"])
    assert {box for box in boxes.values() if isinstance(box, Group)} == {Group("1")}


def leads_to(output: Value) -> dict[Value, str]:
    """The label of the result that each node leads to."""
    return {node: result.label for node, result in named(topological_order(output)).items()}


def test_what_has_no_name_goes_along_with_the_result_that_it_is_computed_for() -> None:
    x, y = Value(3.0, "x"), Value(2.0, "y")
    square = x**2
    u = (square * 2.0 + y).named("u")
    root = u.sqrt()
    found = leads_to((root - 1.0).named("v"))
    assert (found[square], found[square.parents[1]]) == ("u", "u")  # the square and its exponent
    assert (found[u], found[root], found[x], found[y]) == ("u", "v", "x", "y")


def test_what_two_results_need_goes_along_with_neither() -> None:
    shared = Value(3.0, "x") ** 2
    u, v = (shared + 1.0).named("u"), (shared * 2.0).named("v")
    output = (u * v).named("C")
    assert named(topological_order(output))[shared] is shared
    both = ((shared + 1.0) * shared).named("u")
    assert leads_to(both.sin())[shared] == "u"  # needed twice, but by one


def test_the_output_is_a_result_if_there_are_others() -> None:
    x = Value(3.0, "x")
    square = x * x
    output = (square.named("u").sin() + 1.0).cos()
    assert named(topological_order(output))[output.parents[0]] is output
    nameless = (x * x + 1.0).cos()
    assert {node for node, result in named(topological_order(nameless)).items() if result is not node} == set()
    only_the_output = ((x * x + 1.0).cos()).named("C")
    assert {node for node, result in named(topological_order(only_the_output)).items() if result is not node} == set()


def test_a_constant_with_a_name_stays_itself() -> None:
    half = constant(0.5, "h")
    u = (Value(3.0, "x") * half + constant(1.0)).named("u")
    found = named(topological_order(u.sin()))
    assert found[half] is half
    assert [node.data for node, result in found.items() if node.is_constant and result is u] == [1.0]


def test_every_node_leads_to_itself_or_to_a_name_and_no_way_leads_past_it() -> None:
    _, cost = network_cost()
    order = topological_order(cost)
    found = named(order)
    for node in order:
        result = found[node]
        assert found[result] is result
        assert result is node or result.label or result is cost
        if result is not node:  # everything computed from it belongs to the same result
            assert {found[other] for other in order if node in other.parents} == {result}
