import random
from collections.abc import Sequence

import pytest

import nn
from autograd import Value, constant, topological_order
from autograd.engine import weighted_sum
from autograd.graph import WeightedSum, hidden, weighted_sums


def precedence(order: Sequence[Value]) -> dict[Value, int]:
    """Weights before constants before all else, as pictures of networks have it."""
    ranks = {node: 2 if node.label[:1] in ("w", "b") else int(node.is_constant) for node in order if not node.parents}
    return {leaf: rank for leaf, rank in ranks.items() if rank}


def found(output: Value) -> list[WeightedSum]:
    order = topological_order(output)
    return weighted_sums(order, precedence(order))


def only(output: Value) -> WeightedSum:
    (each,) = found(output)
    return each


def value_of(each: WeightedSum) -> float:
    """The number of the sum, computed from its parts."""
    total = sum(bias.data for bias in each.biases)
    for (upper, place), weight in zip(each.terms, each.weights, strict=True):
        total += upper.parents[place].data * (1.0 if weight is None else weight.data)
    return total


def labels(nodes: object) -> list[str]:
    return [node.label if node is not None else "" for node in nodes]  # type: ignore[attr-defined]


def leaves(n: int) -> tuple[list[Value], list[Value], Value]:
    w = [Value(0.5 + k, f"w_{k}") for k in range(n)]
    a = [Value(2.0 - k, f"a_{k}") for k in range(n)]
    return w, a, Value(-0.3, "b")


WAYS = {
    "from the left": lambda w, a, b: w[0] * a[0] + w[1] * a[1] + w[2] * a[2] + b,
    "from the right": lambda w, a, b: w[0] * a[0] + (w[1] * a[1] + (w[2] * a[2] + b)),
    "as a tree": lambda w, a, b: (w[0] * a[0] + w[1] * a[1]) + (w[2] * a[2] + b),
    "the bias first": lambda w, a, b: b + w[0] * a[0] + w[1] * a[1] + w[2] * a[2],
    "inputs before weights": lambda w, a, b: a[0] * w[0] + a[1] * w[1] + a[2] * w[2] + b,
    "sum from 0": lambda w, a, b: sum(wk * ak for wk, ak in zip(w, a, strict=True)) + b,
    "sum from a constant 0": lambda w, a, b: sum((wk * ak for wk, ak in zip(w, a, strict=True)), constant(0.0)) + b,
    "sum from the bias": lambda w, a, b: sum((wk * ak for wk, ak in zip(w, a, strict=True)), b),
    "weighted_sum": lambda w, a, b: weighted_sum(w, a, b),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_neuron_is_a_weighted_sum_however_it_is_written(way: str) -> None:
    w, a, b = leaves(3)
    z = WAYS[way](w, a, b)
    each = only(z.tanh())
    assert each.node is z
    assert labels(each.weights) == ["w_0", "w_1", "w_2"]
    assert labels(upper.parents[place] for upper, place in each.terms) == ["a_0", "a_1", "a_2"]
    assert labels(each.biases) == ["b"]
    assert value_of(each) == pytest.approx(z.data, rel=1e-14)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_on_the_way_belongs_to_the_sum_and_nothing_else_does(way: str) -> None:
    w, a, b = leaves(3)
    z = WAYS[way](w, a, b)
    order = topological_order(z)
    members = only(z).members
    assert len(set(members)) == len(members)
    zeros = {node for node in order if node.is_constant and node.data == 0}
    assert {*members} == {node for node in order if node.parents and node is not z} | zeros
    assert {*hidden(order, found(z))} == {*w, b}


@pytest.mark.parametrize("n_terms", [2, 3])
def test_a_sum_without_weights_has_at_least_three_terms(n_terms: int) -> None:
    total = sum((Value(float(k), f"x_{k}") for k in range(1, n_terms)), Value(0.5, "x_0"))
    assert len(found(total)) == (n_terms > 2)


def test_a_product_with_a_name_stays_apart() -> None:
    w, a, b = leaves(2)
    product = (w[0] * a[0]).named("p")
    each = only(product + w[1] * a[1] + b)
    assert labels(each.weights) == ["", "w_1"]
    assert labels(upper.parents[place] for upper, place in each.terms) == ["p", "a_1"]
    assert product not in each.members
    assert w[0] not in hidden(topological_order(each.node), [each])


def test_a_sum_with_a_name_is_a_sum_of_its_own() -> None:
    w, a, b = leaves(2)
    first = (w[0] * a[0] + b).named("z_1")
    second = (first + w[1] * a[1]).named("z_2")
    one, two = found(second)
    assert (one.node, two.node) == (first, second)
    assert two.terms[0] == (second, 0)
    assert labels(two.weights) == ["", "w_1"]


def test_a_product_that_is_used_twice_stays_apart() -> None:
    w, a, b = leaves(1)
    product = w[0] * a[0]
    assert found((product + b) * product) == []


def test_the_square_of_a_weight_has_no_weight() -> None:
    w, v, a = Value(2.0, "w_0"), Value(3.0, "w_1"), Value(4.0, "a")
    each = only(w * w + v * a + w * v)
    assert labels(each.weights) == ["", "w_1", ""]  # of two weights neither is the weight
    assert value_of(each) == w.data**2 + v.data * a.data + w.data * v.data


def test_a_number_is_a_weight_where_no_parameter_is_and_what_it_multiplies_else() -> None:
    w, a = Value(2.0, "w"), Value(4.0, "a")
    each = only(0.5 * a + w * 3.0 + 1.0)
    assert [None if weight is None else weight.data for weight in each.weights] == [0.5, 2.0]
    assert [upper.parents[place].data for upper, place in each.terms] == [4.0, 3.0]
    assert [bias.data for bias in each.biases] == [1.0]


def test_a_parameter_that_is_0_is_no_start_of_a_sum() -> None:
    w, a = Value(2.0, "w"), Value(4.0, "a")
    assert labels(only(w * a + Value(0.0, "b")).biases) == ["b"]
    zero = constant(0.0)
    each = only(w * a + zero)
    assert each.biases == ()
    assert zero in each.members


def test_a_weight_that_is_used_elsewhere_is_shown() -> None:
    model = nn.MLP(2, [1], "tanh", seed=1)
    output = model([0.5, -0.2])
    assert isinstance(output, Value)
    w, b = model.layers[0].neurons[0].w, model.layers[0].neurons[0].b
    order = topological_order(output)
    assert {*hidden(order, found(output))} == {*w, b}
    penalized = output + nn.losses.l2(model, 0.1)  # of the weights; biases are free
    order = topological_order(penalized)
    assert {*hidden(order, found(penalized))} & {*w, b} == {b}


def test_a_weight_of_0_is_a_weight() -> None:
    w, a, b = Value(0.0, "w"), Value(4.0, "a"), Value(0.0, "b")
    each = only(w * a + b)
    assert each.weights[0] is w
    assert each.biases[0] is b
    assert {*hidden(topological_order(each.node), [each])} == {w, b}


def test_the_examples_of_a_batch_share_hidden_weights() -> None:
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    cost = nn.losses.mean([nn.losses.squared_error(model([0.1 * i, 1.0]), 0.0) for i in range(3)])
    order = topological_order(cost)
    sums = [each for each in found(cost) if any(weight is not None for weight in each.weights)]
    weighted = [each for each in sums if each.node.label.startswith("z")]
    assert len(weighted) == 3 * 3
    first = hidden(order, sums)
    assert {*model.parameters()} <= {*first}
    places = {each: place for place, each in enumerate(sums)}
    for parameter in model.parameters():
        users = [each for each in sums if parameter in (*each.weights, *each.biases)]
        assert len(users) == 3
        assert first[parameter] is min(users, key=places.__getitem__)


def test_a_shared_bias_is_hidden_only_if_it_is_nothing_but_a_bias() -> None:
    w, a, b = leaves(2)
    first, second = (w[0] * a[0] + b).named("z_1"), (w[1] * a[1] + b).named("z_2")
    together = first * second
    assert b in hidden(topological_order(together), found(together))
    scaled = first * second * b
    assert b not in hidden(topological_order(scaled), found(scaled))


def test_sums_come_in_the_order_of_their_results() -> None:
    model = nn.MLP(3, [4, 3], "tanh", seed=1)
    cost = nn.losses.squared_error(model([0.1, 0.2, 0.3]), [1.0, 0.0, 0.0])
    order = topological_order(cost)
    places = {node: place for place, node in enumerate(order)}
    nodes = [places[each.node] for each in weighted_sums(order, precedence(order))]
    assert len(nodes) >= 7
    assert nodes == sorted(nodes)


@pytest.mark.parametrize("way", ["from the left", "from the right"])
def test_a_sum_of_1000_terms(way: str) -> None:
    w, a, b = leaves(1000)
    products = [wk * ak for wk, ak in zip(w, a, strict=True)]
    z = b
    for product in products if way == "from the left" else reversed(products):
        z = z + product if way == "from the left" else product + z
    each = only(z)
    assert each.weights == tuple(w)
    assert len(each.members) == 2 * 1000 - 1


@pytest.mark.parametrize("seed", range(20))
def test_the_sums_of_random_graphs_are_what_their_results_are(seed: int) -> None:
    choose = random.Random(seed)
    nodes = [Value(choose.uniform(-2, 2), choose.choice(("w", "b", "a", "x", "")) + f"_{k}") for k in range(6)]
    nodes += [constant(choose.choice((0.0, 2.0)))]
    for _ in range(40):
        one, other = choose.choice(nodes), choose.choice(nodes[-6:])
        node = choose.choice((one + other, one + other, one * other, one - other, one.tanh()))
        node.label = choose.choice(("", "", "", "u"))
        nodes.append(node)
    output = sum(nodes[-5:], nodes[-6].tanh())
    order = topological_order(output)
    sums = weighted_sums(order, precedence(order))
    assert sums
    for each in sums:
        assert value_of(each) == pytest.approx(each.node.data, rel=1e-9, abs=1e-9)
    taken = [member for each in sums for member in each.members if member.parents]
    assert len(taken) == len(set(taken))  # no product belongs to two sums
    for leaf in hidden(order, sums):
        uses = sum(node.parents.count(leaf) for node in order)
        assert uses == sum([*each.weights, *each.biases].count(leaf) for each in sums)
