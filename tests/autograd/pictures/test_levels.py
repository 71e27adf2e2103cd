from collections.abc import Callable

import pytest

import nn
from autograd import Value, draw, topological_order
from autograd.graph import LEVELS
from autograd.pictures.diagram import Diagram


def network(*sizes: int) -> Value:
    model = nn.MLP(sizes[0], sizes[1:], "tanh", "sigmoid", seed=1)
    cost: Value = nn.losses.squared_error(model([0.1] * sizes[0]), [0.5] * sizes[-1]).named("C")
    return cost


def neuron() -> Value:
    w, a, b = Value(0.7, "w1_00"), Value(0.5, "a0_0"), Value(-0.3, "b1_0")
    activation = (w * a + b).named("z1_0").tanh().named("a1_0")
    cost: Value = ((activation - Value(1.0, "y")) ** 2).named("C")
    return cost


def chain(length: int) -> Value:
    """Neurons in a row, whose labels name no layers."""
    a = Value(0.5, "a_0")
    for k in range(1, length + 1):
        z = (Value(0.3, f"w_{k}") * a + Value(0.1, f"b_{k}")).named(f"z_{k}")
        a = z.sigmoid().named(f"a_{k}")
    cost: Value = ((a - Value(1.0, "y")) ** 2).named("C")
    return cost


def recurrence(length: int) -> Value:
    w, b, h = Value(0.5, "w"), Value(0.1, "b"), Value(0.0, "h_0")
    for t in range(1, length + 1):
        h = (w * h + Value(float(t), f"x_{t}") + b).tanh().named(f"h_{t}")
    return h


def nameless() -> Value:
    x = Value(0.5, "x")
    return ((x * x + 1.0) / (x - 2.0)).tanh()


def batch(n_examples: int) -> Value:
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    costs = [nn.losses.squared_error(model([0.1 * i, 1.0]), 0.0) for i in range(n_examples)]
    cost: Value = nn.losses.mean(costs).named("C")
    return cost


def boxes(diagram: Diagram) -> list[str]:
    return sorted(node.label or node.symbol or str(node.data) for node in diagram.nodes)


INPUTS, TARGET = ["a0_0", "a0_1"], ["y", "C"]


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("operations", ["w1_00", "a0_0", "×", "b1_0", "z1_0", "a1_0", "y", "−", "C"]),
        ("sums", ["a0_0", "z1_0", "a1_0", "y", "C"]),
        ("neurons", ["a0_0", "a1_0", "y", "C"]),
        ("layers", ["a0_0", "layer 1", "y", "C"]),  # a single node is no layer
        ("everything", ["a0_0", "layer 1", "the rest", "C"]),
    ],
)
def test_a_neuron(level: str, shown: list[str]) -> None:
    diagram = draw(neuron(), level=level)
    assert boxes(diagram) == sorted(shown)
    assert diagram.note == ""


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (
            "sums",
            [f"{letter}{layer}_{j}" for layer, n in ((1, 4), (2, 3), (3, 1)) for j in range(n) for letter in "za"],
        ),
        ("neurons", [f"a{layer}_{j}" for layer, n in ((1, 4), (2, 3), (3, 1)) for j in range(n)]),
    ],
)
def test_a_network(level: str, shown: list[str]) -> None:
    assert boxes(draw(network(2, 4, 3, 1), level=level)) == sorted([*INPUTS, *shown, *TARGET])


def test_the_operations_of_a_network_are_all_that_was_computed_but_its_exponents() -> None:
    cost = network(2, 4, 3, 1)
    (exponent,) = [node for node in topological_order(cost) if node.is_constant and node.data == 2.0]
    shown = [node.data for node in draw(cost, level="operations").nodes]
    assert sorted(map(str, shown)) == sorted(str(node.data) for node in topological_order(cost) if node is not exponent)


def test_the_layers_of_a_network() -> None:
    assert boxes(draw(network(2, 4, 3, 1), level="layers")) == sorted(
        ["inputs", "layer 1", "layer 2", "layer 3", *TARGET]
    )
    few = boxes(draw(network(2, 3), level="layers"))
    assert few == sorted(["inputs", "layer 1", "y_0", "y_1", "y_2", "C"])
    assert boxes(draw(network(2, 4), level="layers")) == [
        "C",
        "inputs",
        "layer 1",
    ]  # targets go along where they are many


def test_weights_stand_on_the_arrows_of_sums_and_of_neurons() -> None:
    model = nn.MLP(2, [3], "tanh", seed=1)
    cost = nn.losses.squared_error(model([0.5, -0.2]), [1.0, 0.0, 0.0])
    weights = sorted(w.data for neuron in model.layers[0].neurons for w in neuron.w)
    for level in ("sums", "neurons"):
        assert sorted(e.weight for e in draw(cost, level=level).edges if e.weight is not None) == weights
    for level in ("operations", "layers", "everything"):
        assert {edge.weight for edge in draw(cost, level=level).edges} == {None}


def test_a_batch_has_the_sums_of_each_example_but_shares_its_neurons() -> None:
    sums = boxes(draw(batch(3), level="sums"))
    assert sums == sorted(["C", *[*INPUTS, "z1_0", "a1_0", "z1_1", "a1_1", "z2_0", "y"] * 3])
    neurons = draw(batch(3), level="neurons")
    assert boxes(neurons) == sorted(
        ["C", *["y"] * 3, "input 0", "input 1", *(f"layer {n}, neuron {j}" for n, j in ((1, 0), (1, 1), (2, 0)))]
    )
    texts = [node.text for node in neurons.nodes if node.kind == "neuron"]
    assert texts == ["3 results, 3 parameters"] * 3
    # The weight of an arrow is that of all examples.
    weights = [edge.weight for edge in neurons.edges if edge.count == 3 and edge.weight is not None]
    assert len(weights) == 4 + 2
    layers = draw(batch(3), level="layers")
    assert {"inputs", "layer 1", "layer 2"} <= set(boxes(layers))


def test_a_recurrence_has_a_box_for_each_state_and_shares_no_box() -> None:
    for level in ("sums", "neurons", "layers"):  # no label names a neuron or a layer
        diagram = draw(recurrence(3), level=level)
        assert boxes(diagram) == sorted([*(f"h_{t}" for t in range(4)), *(f"x_{t}" for t in range(1, 4))])
    assert [edge.weight for edge in diagram.edges if edge.weight is not None] == [0.5] * 3
    assert boxes(draw(recurrence(3), level="operations")).count("w") == 1


@pytest.mark.parametrize("level", LEVELS)
def test_a_graph_without_names_is_its_operations(level: str) -> None:
    diagram = draw(nameless(), level=level)
    assert boxes(diagram) == boxes(draw(nameless(), level="operations"))
    assert len(diagram.nodes) == len(topological_order(nameless()))


@pytest.mark.parametrize("make", [neuron, nameless, lambda: chain(3), lambda: recurrence(3), lambda: batch(3)])
@pytest.mark.parametrize("level", LEVELS)
def test_every_box_is_joined_to_the_output_and_no_arrow_leads_to_its_own_box(
    make: Callable[[], Value], level: str
) -> None:
    diagram = draw(make(), level=level)
    ids = [node.id for node in diagram.nodes]
    places = {key: place for place, key in enumerate(ids)}
    assert len(places) == len(ids)
    for edge in diagram.edges:
        assert places[edge.source] < places[edge.target]
    sources = {edge.source for edge in diagram.edges}
    assert [key for key in ids if key not in sources] == [ids[-1]]


# By default


@pytest.mark.parametrize(
    ("make", "level"),
    [
        (neuron, "operations"),
        (nameless, "operations"),
        (lambda: chain(1), "operations"),
        (lambda: chain(3), "sums"),
        (lambda: network(2, 2, 1), "sums"),
        (lambda: recurrence(5), "sums"),
        (lambda: network(2, 4, 3, 1), "neurons"),
        (lambda: network(64, 30, 10), "layers"),
    ],
    ids=["neuron", "nameless", "1-1", "1-1-1-1", "2-2-1", "recurrence", "2-4-3-1", "64-30-10"],
)
def test_the_finest_level_that_fits_a_page_is_shown_and_the_note_says_so(make: Callable[[], Value], level: str) -> None:
    output = make()
    diagram, expected = draw(output), draw(output, level=level)
    assert (diagram.nodes, diagram.edges) == (expected.nodes, expected.edges)
    assert diagram.fits
    if level == "operations":
        assert diagram.note == ""
        return
    finer = LEVELS[LEVELS.index(level) - 1]
    n_nodes = len(topological_order(output))
    assert diagram.note == f'{n_nodes:,} nodes, by {level}; level="{finer}" shows more.'
    assert not draw(output, level=finer, direction="right").fits


def test_where_not_even_the_layers_fit_the_rest_is_one_box() -> None:
    penalty = sum(
        (Value(float(k), f"lambda_{k}") * Value(0.5, f"r_{k}")).named(f"p_{k}").sin().named(f"q_{k}")
        for k in range(150)
    )
    diagram = draw((network(2, 2, 1) + penalty).named("L"))
    assert boxes(diagram) == ["L", "inputs", "layer 1", "layer 2", "the rest"]
    assert diagram.note.endswith(', a box for each layer and one for the rest; level="layers" shows more.')


def test_a_limit_makes_it_coarser() -> None:
    cost = network(2, 2, 1)
    kinds = [{node.kind for node in draw(cost, max_nodes=n).nodes} for n in (100, 9, 6, 3)]
    assert [("neuron" in found, "layer" in found, "omitted" in found) for found in kinds] == [
        (False, False, False),
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


@pytest.mark.parametrize("around", ["x", None])
def test_a_large_graph_without_names_is_shown_in_part(around: str | None) -> None:
    y = Value(0.5, "x")
    for _ in range(500):
        y = y.tanh()
    diagram = draw(y, around=around)
    assert 10 < len(diagram.nodes) <= 302
    assert "more left out." in diagram.note
    if around is None:
        assert diagram.fits or diagram.scene.direction == "down"
        assert diagram.note.endswith("max_nodes=300 shows more.")


def test_a_small_graph_without_names_is_shown_whole_though_it_does_not_fit() -> None:
    y = Value(0.5, "x")
    for _ in range(90):
        y = y.tanh()
    diagram = draw(y)
    assert not diagram.fits
    assert len(diagram.nodes) == 91
    assert diagram.note == ""


def test_a_picture_has_one_level() -> None:
    with pytest.raises(ValueError, match="a picture has one level, but got 'sums' and 'neurons'"):
        draw(neuron(), level="sums", collapse="neurons")
    with pytest.raises(
        ValueError, match="unknown level 'atoms'; choose one of operations, sums, neurons, layers, every"
    ):
        draw(neuron(), level="atoms")
    assert draw(neuron(), collapse="nothing") == draw(neuron(), level="operations")
    for level in LEVELS:
        assert draw(neuron(), collapse=level) == draw(neuron(), level=level)


def test_what_is_collapsed_by_name_is_one_box_at_every_level() -> None:
    cost = network(2, 3, 2)
    for level in ("operations", "sums", "neurons"):
        diagram = draw(cost, level=level, collapse=["layer 1"])
        assert boxes(diagram).count("layer 1") == 1
        assert len(diagram.nodes) < len(draw(cost, level=level).nodes)
    assert draw(cost, level="layers", collapse="layer 1, neuron 0") == draw(cost, level="layers")


def test_neurons_that_fit_only_downwards_are_shown_rather_than_layers() -> None:
    diagram = draw(network(2, 2, 2, 2, 1), type_size=12.0)
    assert diagram.scene.direction == "down"
    assert "layer" not in {node.kind for node in diagram.nodes}
    assert diagram.fits


def test_around_a_node_as_much_is_shown_as_fits_a_page() -> None:
    diagram = draw(network(20, 12, 4), around="a1_3")
    assert diagram.fits
    assert "nearest to a⁽¹⁾₃" in diagram.note
