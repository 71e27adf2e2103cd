import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, constant, log, no_grad, paths, pulls, sqrt, topological_order
from autograd.explanations.ledger import Pull
from autograd.notation import typeset

DATA = [([0.3, -0.8], [1.0, 0.0]), ([-1.2, 0.4], [0.0, 1.0]), ([0.9, 0.7], [1.0, 1.0])]


def named(node: Value, label: str) -> Value:
    node.label = label
    return node


def network(activation: str = "sigmoid") -> tuple[nn.MLP, list[Value]]:
    model = nn.MLP(2, [3, 2], activation, "sigmoid", seed=4)
    return model, [nn.losses.squared_error(model(x), y) for x, y in DATA]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def by_hand(model: nn.MLP, x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """The hidden activations and the errors δ of the outputs, in plain arithmetic."""
    hidden, last = ([([w.data for w in n.w], n.b.data) for n in layer.neurons] for layer in model.layers)
    a1 = [sigmoid(sum(w * x for w, x in zip(ws, x, strict=True)) + b) for ws, b in hidden]
    a2 = [sigmoid(sum(w * a for w, a in zip(ws, a1, strict=True)) + b) for ws, b in last]
    return a1, [2 * (a - y) * a * (1 - a) for a, y in zip(a2, y, strict=True)]


@pytest.mark.parametrize("j", [0, 1, 2])
def test_a_hidden_neuron_is_pulled_through_the_next_layer(j: int) -> None:
    model, costs = network()
    found = pulls(costs, f"a1_{j}")
    assert [example.number for example in found.examples] == [0, 1, 2]
    for example, (x, y) in zip(found.examples, DATA, strict=True):
        a1, delta = by_hand(model, x, y)
        slopes = [neuron.w[j].data for neuron in model.layers[1].neurons]
        assert example.value == pytest.approx(a1[j])
        assert [part.name for part in example.parts] == ["z⁽²⁾₀", "z⁽²⁾₁"]
        assert [part.derivative for part in example.parts] == pytest.approx(slopes)
        assert [part.adjoint for part in example.parts] == pytest.approx(delta)
        contributions = [-w * d for w, d in zip(slopes, delta, strict=True)]
        assert [part.contribution for part in example.parts] == pytest.approx(contributions)
        assert example.pull == pytest.approx(sum(contributions))


def test_an_output_weight_is_pulled_by_minus_a_prev_times_delta() -> None:
    model, costs = network()
    for example, (x, y) in zip(pulls(costs, model.layers[1].neurons[1].w[2]).examples, DATA, strict=True):
        a1, delta = by_hand(model, x, y)
        (part,) = example.parts
        assert part.name == "z⁽²⁾₁"
        assert part[1:] == pytest.approx((a1[2], delta[1], -a1[2] * delta[1]))
        assert example.pull == pytest.approx(-a1[2] * delta[1])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "linear"])
def test_training_follows_the_mean_of_the_pulls(activation: str) -> None:
    model, costs = network(activation)
    nn.losses.mean(costs).backward()
    for parameter in model.parameters():
        found = pulls(costs, parameter)
        assert found.average == pytest.approx(-parameter.grad, rel=1e-12)
        assert found.examples == pulls(costs, parameter.label).examples
        assert [len(example.parts) for example in found.examples] == [1, 1, 1]


@settings(max_examples=80)
@given(st.integers(0, 10**6))
def test_the_parts_are_the_paths_by_the_first_label_that_they_meet(seed: int) -> None:
    random = Random(seed)
    leaves = [Value(random.uniform(0.5, 2.0), f"x{i}") for i in range(3)]
    nodes = list(leaves)
    for i in range(12):
        x, y = random.choice(nodes), random.choice(nodes[-4:])
        node = random.choice([x + y, x * y, x - y, x / 2 + y.tanh(), x * x])
        nodes.append(named(node, random.choice(["", f"n{i}"])))
    cost = nodes[-1]
    for v in topological_order(cost)[:-1]:
        if v.is_constant:
            continue
        expected: dict[str, float] = {}
        size = 0.0  # of what rounding errors are relative to: the terms may cancel
        for path in paths(cost, v):
            name = next((typeset(u.label) for u in path.nodes[1:-1] if u.label), typeset(cost.label or "C"))
            expected[name] = expected.get(name, 0.0) - path.product
            size += abs(path.product)
        (example,) = pulls([cost], v).examples
        assert {part.name: part.contribution for part in example.parts} == pytest.approx(expected, abs=1e-12 * size)
        cost.zero_grad()
        cost.backward()
        assert example.pull == -v.grad
        assert sum(part.contribution for part in example.parts) == pytest.approx(-v.grad, abs=1e-12 * size)


def test_a_way_through_another_label_is_part_of_that_one_only() -> None:
    v = Value(1.0, "v")
    near = named(2 * v, "near")
    far = named(3 * near + 5 * v, "far")
    (example,) = pulls([far * 7 + v], v).examples
    assert example.parts == (("near", 2, 21, -42), ("far", 5, 7, -35), ("C", 1, 1, -1))
    assert example.pull == -78


def test_a_derivative_that_is_not_on_the_way_need_not_exist() -> None:
    w = Value(0.5, "w")
    (example,) = pulls([w * 2 + sqrt(Value(0.0, "x"))], w).examples
    assert example.pull == -2.0


def test_a_penalty_pulls_directly() -> None:
    model, costs = network()
    w = model.layers[0].neurons[1].w[0]
    plain = pulls(costs, w).examples
    penalized = pulls([named(cost + nn.losses.l2(model, 0.1), "J") for cost in costs], w).examples
    for without, example in zip(plain, penalized, strict=True):
        assert example.parts[0] == without.parts[0]
        penalty = example.parts[1]
        assert penalty.name == "J"
        assert penalty[1:] == pytest.approx((0.2 * w.data, 1.0, -0.2 * w.data))


def test_the_cost_is_called_c_unless_all_have_one_label() -> None:
    w = Value(1.0, "w")
    named_costs = [named(w * 2, "J"), named(w * 3, "J")]
    assert pulls(named_costs, w).symbol == "∂J/∂w"
    mixed = pulls([*named_costs, w * 4], w)
    assert mixed.symbol == "∂C/∂w"
    assert [part.name for example in mixed.examples for part in example.parts] == ["C", "C", "C"]


def test_a_node_without_a_label_is_called_by_how_it_was_computed() -> None:
    w = Value(1.0, "w")
    u = w * 2
    assert pulls([u * u], u).symbol == "∂C/∂(w*2)"
    assert pulls([u * u], w).examples[0].parts[0].name == "C"


def test_an_example_that_does_not_depend_on_it_does_not_pull() -> None:
    w, other = Value(2.0, "w"), Value(1.0, "other")
    with no_grad():
        unrecorded = w * w
    found = pulls([other * 3, w * w, unrecorded], w)
    silent = [Pull(0, 2.0, 0.0, ()), Pull(2, 2.0, 0.0, ())]
    assert [found.examples[0], found.examples[2]] == silent
    assert found.average == pytest.approx(-4 / 3)


def test_what_does_not_matter_pulls_by_zero_and_not_by_minus_zero() -> None:
    w = Value(-1.0, "w")
    (example,) = pulls([named(w.relu(), "a") * 3], w).examples
    assert (str(example.pull), str(example.parts[0].contribution)) == ("0.0", "0.0")
    assert str(pulls([w.relu()], w)).split()[-4:] == ["mean", "0", "–", "0"]


def test_the_cost_itself() -> None:
    w = Value(2.0, "w")
    assert pulls([w], w).examples == (Pull(0, 2.0, -1.0, (("w", 1.0, 1.0, -1.0),)),)  # type: ignore[arg-type]


def test_more_paths_than_could_be_listed_and_a_long_chain() -> None:
    x = y = Value(1.0, "x")
    for _ in range(60):
        y = y + y
    (example,) = pulls([y], x).examples
    assert example.pull == -(2.0**60)
    for _ in range(50_000):
        y = y * 1.0
    assert pulls([y], x).examples[0].pull == -(2.0**60)


def test_gradients_stay_as_they_are() -> None:
    model, costs = network()
    nn.losses.mean(costs).backward()
    nodes = [node for cost in costs for node in topological_order(cost)]
    before = [(node.grad, node.has_grad) for node in nodes]
    pulls(costs, "a1_0")
    bad = sqrt(model.layers[0].neurons[0].w[0] * 0)
    with pytest.raises(ZeroDivisionError, match="example 1: the derivative of sqrt"):
        pulls([costs[0], bad], model.layers[0].neurons[0].w[0])
    assert [(node.grad, node.has_grad) for node in nodes] == before


w = Value(0.5, "w")
model, costs = network()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: pulls([], w), ValueError, "no costs"),
        (lambda: pulls(w * 2, w), TypeError, "a list with the cost of each example, but got Value"),  # type: ignore
        (lambda: pulls(3, w), TypeError, "a list .* of type int"),  # type: ignore
        (lambda: pulls([w * 2, 3.0], w), TypeError, "the cost of example 1 must be a Value, but is 3.0"),  # type: ignore
        (lambda: pulls([w * 2], 3), TypeError, "a Value or a label .* got 3 of type int"),  # type: ignore
        (lambda: pulls([w * 2], constant(2.0)), ValueError, r"a constant gets no gradient.*constant\(data=2.0"),
        (lambda: pulls(costs, "a0_1"), ValueError, "a constant gets no gradient.*a0_1"),
        (lambda: pulls([w * 2], Value(1.0, "t")), ValueError, "no cost depends on t"),
        (lambda: pulls(costs, "a1_3"), ValueError, 'no node of example 0 is labelled "a1_3". Of its 27 .*a1_1.*a1_0'),
        (lambda: pulls([named(w * 2, "z"), w * 3], "z"), ValueError, 'of example 1 is labelled "z". .* 1 labels: w.'),
        (lambda: pulls([constant(1.0)], "z"), ValueError, "Of its 0 labels: none"),
        (
            lambda: pulls([nn.losses.mean(costs)], "a1_0"),
            ValueError,
            "3 nodes of example 0 .*a separate cost for each example",
        ),
        (lambda: pulls([w * 2, log(w - 0.4) * sqrt(w * 0)], w), ZeroDivisionError, "example 1: .*sqrt"),
    ],
)
def test_wrong_use_is_explained(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_it_prints_as_a_table_with_a_column_for_each_next_node() -> None:
    caption, head, *rows = str(pulls(costs, "a1_1")).splitlines()
    assert caption == "−∂C/∂a⁽¹⁾₁, example by example: ↑ more of it would lower this cost"
    assert head.split("  ")[0] == "example"
    assert head.split()[1:] == ["a⁽¹⁾₁", "pull", "via", "z⁽²⁾₀", "via", "z⁽²⁾₁"]
    found = pulls(costs, "a1_1")
    for row, example in zip(rows, found.examples, strict=False):
        arrow = "↑" if example.pull > 0 else "↓"
        parts = [f"{part.contribution:+.4g}" for part in example.parts]
        assert row.split() == [str(example.number), f"{example.value:.4g}", f"{example.pull:+.4g}", arrow, *parts]
    means = [sum(example.parts[k].contribution for example in found.examples) / 3 for k in (0, 1)]
    assert rows[-1].split()[0] == "mean"
    assert rows[-1].split()[1:] == [f"{found.average:+.4g}", "↑", *(f"{mean:+.4g}" for mean in means)]
    assert {"↑", "↓"} <= set("".join(rows))
    assert found._repr_html_() == found.table().to_html()


def test_of_many_examples_the_strongest_are_shown_in_order() -> None:
    w = Value(1.0, "w")
    found = pulls([w * ((k * 37 % 100) - 20) for k in range(100)], w)
    _, head, *rows = str(found).splitlines()
    assert head.split() == ["example", "pull", "via", "C"]  # the weight has the same value in all
    numbers = [int(row.split()[0]) for row in rows[:-2]]
    assert numbers == sorted(numbers)
    assert {k * 37 % 100 for k in numbers} == set(range(76, 100))
    rest = -sum(range(-20, 56))
    assert rows[-2].split() == ["76", "more,", "together", str(rest), "↓", str(rest)]
    assert rows[-1].split() == ["mean", "-29.5", "↓", "-29.5"]
    assert len(str(pulls([w * k for k in range(1, 25)], w)).splitlines()) == 2 + 24 + 1


def test_of_many_next_nodes_the_weakest_share_a_column() -> None:
    v = Value(1.0, "v")
    us = [named(v * k, f"u{k}") for k in (5, 1, 9, 3, 8, 2, 7, 4, 6, 10)]
    _, head, row, _ = str(pulls([sum(us[1:], us[0])], v)).splitlines()
    names = [typeset(f"u{k}") for k in (5, 9, 3, 8, 7, 4, 6, 10)]
    assert head.split("  via ")[1:] == [*names, "2 more"]
    assert row.split()[3:] == ["-5", "-9", "-3", "-8", "-7", "-4", "-6", "-10", "-3"]


def many() -> tuple[list[Value], Value]:
    w = Value(0.001, "$^1 the price of $")
    return [w * ((k * 37 % 100) - 70) for k in range(100)], w


def long_numbers() -> tuple[list[Value], str]:
    return [Value(0.63530 + k / 1000, "a1_0") * slope for k, slope in enumerate((0.07269, -0.06952, 0.09783))], "a1_0"


@pytest.mark.parametrize(
    "case", [lambda: (costs, "a1_1"), many, long_numbers, lambda: ([w * 0], w), lambda: ([w * 1e308 * 10], w)]
)
def test_the_picture_has_a_bar_for_each_example_and_the_mean(case: Callable[[], tuple[Any, Any]]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    found = pulls(*case())
    figure = found.plot()
    renderer: Any = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw(renderer)
    (axes,) = figure.axes
    bars: list[Any] = list(axes.patches)
    shown = sorted(found.examples, key=lambda example: -abs(example.pull))[:24]
    lengths = [example.pull for example in sorted(shown, key=lambda example: example.number)] + [found.average]
    finite = [x if math.isfinite(x) else 0.0 for x in lengths]
    assert [bar.get_width() for bar in bars] == pytest.approx(finite)
    colors = {"up" if x > 0 else "down": bar.get_facecolor() for x, bar in zip(finite, bars, strict=True) if x}
    assert all(
        bar.get_facecolor() == colors["up" if x > 0 else "down"] for x, bar in zip(finite, bars, strict=True) if x
    )
    assert len(set(colors.values())) == len(colors)
    assert all(color[2] > color[0] if way == "up" else color[0] > color[2] for way, color in colors.items())
    texts: list[Any] = [*axes.texts, *axes.get_yticklabels(), axes.title, axes.xaxis.label, *figure.texts]
    boxes: list[Any] = [text.get_window_extent(renderer) for text in texts if text.get_text()]
    for i, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_the_picture_names_its_bars_and_takes_dollars_for_no_mathematics() -> None:
    (axes,) = pulls(costs, "a1_1").plot().axes
    values = [f"{example.value:.4g}" for example in pulls(costs, "a1_1").examples]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        *(f"example {number}, at {value}" for number, value in enumerate(values)),
        "mean",
    ]
    figure = pulls(*many()).plot()
    assert figure.get_suptitle() == r"pull −∂C/∂\$^1 the price of \$ of each example"
    assert figure.axes[0].get_yticklabels()[0].get_text() == "example 0"
    assert figure.axes[0].get_xlabel() == "76 examples that pull less are not drawn"


@pytest.mark.usefixtures("without_matplotlib")
def test_without_matplotlib_the_error_says_what_to_install() -> None:
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        pulls([w * w], w).plot()


@pytest.mark.parametrize("label", ["z1_0", "z^(1)_0", "z^{(1)}_0", "z_0^{(1)}"])
@pytest.mark.parametrize("written", ["z1_0", "z^(1)_0"])
def test_a_label_is_found_in_every_spelling(label: str, written: str) -> None:
    w = Value(0.5, "w")
    z = w * 2
    z.label = written
    (example,) = pulls([(z - 3) ** 2], label).examples
    assert example.pull == 4.0
    with pytest.raises(ValueError, match="no node of example 0 is labelled"):
        pulls([(z - 3) ** 2], "z1_1")


def test_a_label_that_is_written_so_is_meant_before_another_spelling() -> None:
    one, other = Value(2.0, "z1_0"), Value(3.0, "z^(1)_0")
    assert pulls([one * other], "z1_0").examples[0].pull == -3.0
    with pytest.raises(ValueError, match="2 nodes of example 0"):
        pulls([one * other], "z^{(1)}_0")
