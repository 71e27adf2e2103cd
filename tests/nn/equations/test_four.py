import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, constant, no_grad, topological_order
from autograd.graph import Recorded
from tests.nn.equations.networks import X, deep, flat, network, squared, step

Array = Any  # NumPy's own type says no more here


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {  # σ and σ', by the textbook
    "linear": (lambda z: z, np.ones_like),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "swish": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))),
}


def softmax(z: Array) -> Array:
    return np.exp(z) / np.exp(z).sum()


GRADIENTS: dict[str, Callable[[Array, Array], Array]] = {  # ∇_a C
    "squared_error": lambda a, y: 2 * (a - y),
    "half_squared_error": lambda a, y: a - y,
    "cross_entropy": lambda z, y: softmax(z) - y,
    "binary_cross_entropy": lambda a, y: (1 - y) / (1 - a) - y / a,
    "binary_cross_entropy_with_logits": lambda z, y: sigmoid(z) - y,
}


def example() -> tuple[nn.MLP, Value]:
    model = network([2, 3, 2], "tanh", "sigmoid")
    return model, nn.losses.squared_error(model(X), [1.0, 0.0])


@pytest.mark.parametrize("sizes", [[2, 3, 2], [1, 1, 1, 1], [2, 4, 3, 2]])
@pytest.mark.parametrize("hidden", FUNCTIONS)
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("sigmoid", "squared_error"),
        ("linear", "half_squared_error"),
        ("swish", "squared_error"),
        ("relu", "squared_error"),
        ("linear", "cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
        ("linear", "binary_cross_entropy_with_logits"),
    ],
)
def test_the_matrices_of_the_textbook(sizes: list[int], hidden: str, output: str, loss: str) -> None:
    model = network(sizes, hidden, output)
    target = [1.0, 0.0][: sizes[-1]]
    x = X[: sizes[0]]
    equations = nn.four_equations(model, nn.losses.LOSSES[loss].function(model(x), target))

    names = [hidden] * (len(sizes) - 2) + [output]
    W = [np.array([[w.data for w in neuron.w] for neuron in layer.neurons]) for layer in model.layers]
    b = [np.array([neuron.b.data for neuron in layer.neurons]) for layer in model.layers]
    z: list[Array] = []
    a: list[Array] = [np.array(x)]
    for weights, biases, name in zip(W, b, names, strict=True):
        z.append(weights @ a[-1] + biases)
        a.append(FUNCTIONS[name][0](z[-1]))
    error = GRADIENTS[loss](a[-1], np.array(target))
    for number in range(len(W), 0, -1):
        layer, slopes = equations.layers[number - 1], FUNCTIONS[names[number - 1]][1](z[number - 1])
        delta = error * slopes  # BP1 and BP2
        assert layer.number == number
        assert layer.z == pytest.approx(z[number - 1])
        assert layer.a == pytest.approx(a[number])
        assert layer.inputs == pytest.approx(a[number - 1])
        assert np.array(layer.weights) == pytest.approx(W[number - 1])
        assert layer.activation_gradient == pytest.approx(error)
        assert layer.slopes == pytest.approx(slopes)
        assert layer.delta == pytest.approx(delta)
        assert layer.bias_gradient == pytest.approx(delta)  # BP3
        assert np.array(layer.weight_gradient) == pytest.approx(np.outer(delta, a[number - 1]))  # BP4
        error = W[number - 1].T @ delta


def test_sigmoid_and_cross_entropy_cancel() -> None:
    model = network([2, 3, 2], "tanh", "sigmoid")
    last = nn.four_equations(model, nn.losses.binary_cross_entropy(model(X), [1.0, 0.0])).layers[-1]
    assert last.delta == pytest.approx((last.a[0] - 1, last.a[1]))


def test_2_2_2_network_with_the_names_of_its_text() -> None:
    model = nn.MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid")
    nn.roll(model, [0.15, 0.20, 0.25, 0.30, 0.35, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.60])
    for number, w in enumerate(model.weights(), start=1):
        w.label = f"w{number}"
    equations = nn.four_equations(model, nn.losses.half_squared_error(model([0.05, 0.10]), [0.01, 0.99]))
    assert equations.layers[1].weight_gradient[0][0] == pytest.approx(0.0821670, abs=5e-8)
    assert re.search(r"  ∂C/∂w₅ = a⁽¹⁾₀ · δ⁽²⁾₀ = 0\.59327 · 0\.138499 += 0\.082167\n", str(equations))
    assert r"\frac{\partial C}{\partial w_{5}} &= a^{(1)}_{0} \cdot \delta^{(2)}_{0} = " in equations.to_latex()


def test_an_output_that_the_cost_leaves_aside_has_no_error() -> None:
    model = network([2, 3, 2], "tanh", "swish")
    outputs = model(X)
    assert isinstance(outputs, list)
    last = nn.four_equations(model, outputs[1] ** 2).layers[1]
    assert last.delta[0] == last.activation_gradient[0] == 0
    assert last.slopes[0] == pytest.approx(float(FUNCTIONS["swish"][1](last.z[0])))


def test_the_cost_may_be_an_output_itself() -> None:
    model = nn.MLP(2, [2, 2], "tanh", flat, seed=1)
    outputs = model(X)
    assert isinstance(outputs, list)
    assert nn.four_equations(model, outputs[0]).layers[1].activation_gradient == (1, 0)


@pytest.mark.parametrize(("activation", "slope"), [(deep, 1.0), (flat, 0.0), (step, 0.0)])
def test_unusual_activations(activation: Callable[[Value], Value], slope: float) -> None:
    model = nn.MLP(2, [2, 2], activation, "sigmoid", seed=1)
    first = nn.four_equations(model, nn.losses.squared_error(model(X), [1.0, 0.0])).layers[0]
    assert first.slopes == pytest.approx((slope, slope), abs=1e-15)
    assert first.delta == pytest.approx([slope * error for error in first.activation_gradient], abs=1e-15)


def test_parameters_that_are_constants() -> None:
    model = network([2, 3, 2], "tanh", "sigmoid")
    expected = nn.four_equations(model, squared(model)).layers
    for neuron in model.layers[1].neurons:
        neuron.w, neuron.b = [constant(w.data) for w in neuron.w], constant(neuron.b.data)
    fixed = nn.four_equations(model, squared(model)).layers
    assert fixed[1].weight_gradient == expected[1].weight_gradient
    assert fixed[0].delta == expected[0].delta


@pytest.mark.parametrize("is_bias_frozen", [True, False])
def test_a_frozen_first_layer_needs_values_as_inputs(is_bias_frozen: bool) -> None:
    model = network([2, 3, 2], "tanh", "sigmoid")
    expected = nn.four_equations(model, squared(model)).layers[0]
    for neuron in model.layers[0].neurons:
        neuron.w = [constant(w.data, w.label) for w in neuron.w]
        neuron.b = constant(neuron.b.data, neuron.b.label) if is_bias_frozen else neuron.b
    message = r"no graph, or only part of one, for neuron 0 in layer 1.*constants\? Then pass Values as inputs"
    with pytest.raises(ValueError, match=message):
        nn.four_equations(model, squared(model))
    first = nn.four_equations(model, squared(model, [Value(x, f"a0_{k}") for k, x in enumerate(X)])).layers[0]
    assert first == expected


def test_errors_that_vanish() -> None:
    model = nn.MLP(1, [1] * 150, lambda z: z * 0.3 + z.tanh() * 0.4, seed=1)
    for w in model.weights():
        w.data *= 1e-2  # so that on the way to 0 there are layers where floats have few digits
    first = nn.four_equations(model, nn.losses.squared_error(model([1.0]), 1.0)).layers[0]
    assert first.delta == (0,)


def test_slopes_are_taken_over_the_activations_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[int] = []

    sweep = Recorded.tangents

    def tangents(graph: Recorded, directions: dict[Value, float]) -> dict[Value, float]:
        walked.append(len(graph.order))
        return sweep(graph, directions)

    monkeypatch.setattr(Recorded, "tangents", tangents)
    for output, nodes in (("sigmoid", 6 * [1]), ("swish", 4 * [1] + 2 * [2]), ("linear", 2 * [0] + 4 * [1])):
        model = network([2, 4, 2], "tanh", output)
        walked.clear()
        nn.four_equations(model, squared(model))
        assert sorted(walked) == nodes


def test_numbers_that_are_not_finite_are_shown() -> None:
    model = nn.MLP(1, [1], seed=1)
    model.layers[0].neurons[0].b.data = math.inf
    layer = nn.four_equations(model, nn.losses.squared_error(model([1.0]), math.inf)).layers[0]
    assert math.isnan(layer.delta[0])


def test_no_gradient_is_changed() -> None:
    model, cost = example()
    cost.backward()
    cost.backward()  # the leaves hold twice the derivative, the other nodes once
    model.layers[0].neurons[0].b.zero_grad()
    nodes = topological_order(cost)
    before = [(node.grad, node.has_grad) for node in nodes]
    equations = nn.four_equations(model, cost)
    assert [(node.grad, node.has_grad) for node in nodes] == before
    assert equations.layers[1].bias_gradient[0] == pytest.approx(model.layers[1].neurons[0].b.grad / 2)


def test_the_numbers_stay_when_the_model_learns() -> None:
    model, cost = example()
    equations = nn.four_equations(model, cost)
    before = str(equations)
    for parameter in model.parameters():
        parameter.data += 1
    model([1.0, 2.0])
    assert str(equations) == before


def small_penalty(model: nn.MLP) -> Value:
    cost, w = squared(model), model.layers[0].neurons[2].w[1]
    cost.backward()
    return cost + 1e-6 * w.grad * w


def small_penalty_at_a_saturated_neuron(model: nn.MLP) -> Value:
    neuron = model.layers[1].neurons[0]
    neuron.b.data = -800.0  # where the sigmoid's slope is 0
    cost, z = squared(model), neuron.z
    assert z is not None
    return cost + 1e-13 * z


def several_examples(model: nn.MLP) -> Value:
    return nn.losses.mean([squared(model, [0.0, 1.0]), squared(model)])


def penalty(model: nn.MLP) -> Value:
    return squared(model) + nn.losses.l2(model, 0.01)


def shared_bias(model: nn.MLP) -> Value:
    first, second, _ = model.layers[0].neurons
    second.b = first.b
    return squared(model)


def twice(model: nn.MLP) -> Value:
    return nn.losses.squared_error(model(model(X)), [1.0, 0.0])  # type: ignore[arg-type]


def hidden_penalty(model: nn.MLP) -> Value:
    cost, a = squared(model), model.layers[0].neurons[1].a
    assert a is not None
    return cost + a**2


def weighted_input(model: nn.MLP) -> Value:
    cost, z = squared(model), model.layers[1].neurons[1].z
    assert z is not None
    return cost + z**2


@pytest.mark.parametrize(
    ("cost", "what"),
    [
        (several_examples, r"BP3 .*∂C/∂b2_0 = .*several examples.*Give the cost of one example, without the penalty"),
        (penalty, r"BP4 .*∂C/∂w2_00 = .*penalty"),
        (small_penalty, r"BP4 .*∂C/∂w1_21 = .*penalty"),
        (small_penalty_at_a_saturated_neuron, r"BP1 .*∂C/∂z2_0 = 0, but the graph gives 1e-13"),
        (shared_bias, r"BP3 .*∂C/∂b1_0 = .*share a parameter"),
        (twice, r"BP3 .*∂C/∂b2_0"),
        (hidden_penalty, r"BP2 .*∂C/∂z1_1 = .*function of the model's outputs"),
        (weighted_input, r"BP1 .*∂C/∂z2_1 = .*function of the model's outputs"),
    ],
)
def test_a_cost_with_other_parts(cost: Callable[[nn.MLP], Value], what: str) -> None:
    model = network([2, 3, 2], "tanh", "sigmoid")
    with pytest.raises(ValueError, match=what):
        nn.four_equations(model, cost(model))


def test_the_message_has_both_numbers() -> None:
    model = nn.MLP(1, [1])
    nn.roll(model, [2.0, 0.0])
    cost = model([3.0]) + nn.losses.l2(model, 0.5)  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"^BP4 does not hold .* it gives ∂C/∂w1_00 = 3, but the graph gives 5: w1_00"):
        nn.four_equations(model, cost)


def test_a_model_that_was_not_called_or_was_called_since() -> None:
    model, cost = example()
    with pytest.raises(ValueError, match=r"has not been called.*four_equations\(model, loss\(model\(x\), y\)\)"):
        nn.four_equations(nn.MLP(2, [3, 2]), cost)
    model(X)
    with pytest.raises(ValueError, match="does not come from the last call of the model"):
        nn.four_equations(model, cost)
    nn.accuracy(model, [X], [0])
    with pytest.raises(
        ValueError, match=r"no graph, or only part of one, for neuron 0 in layer 1.*under no_grad\(\).*nn.accuracy"
    ):
        nn.four_equations(model, cost)


def test_a_cost_that_is_a_constant() -> None:
    model, _ = example()
    with no_grad():
        cost = Value(1.0) * 2
    with pytest.raises(ValueError, match=r"the cost is a constant.*constant\(data=2.0\)"):
        nn.four_equations(model, cost)


def test_wrong_types() -> None:
    model, cost = example()
    with pytest.raises(TypeError, match=r"the cost must be a Value, but got 0\.5 of type float"):
        nn.four_equations(model, 0.5)  # type: ignore[arg-type]
    for wrong in (cost, model.layers[0], type("Stack", (), {"layers": []})(), type("Stack", (), {"layers": [1]})()):
        with pytest.raises(TypeError, match=r"the model must be an nn\.MLP, or have `layers` that are nn.Layers"):
            nn.four_equations(wrong, cost)


class Stack(nn.Module):
    """Layers with something between them."""

    def __init__(self, *layers: nn.Layer, between: Callable[[Any, Any], Any]) -> None:
        self.layers, self.between = layers, between

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = self.between(layer(x), x)
        return x


def skip(after: Any, before: Any) -> Any:
    return [a + b for a, b in zip(after, before, strict=True)]


def test_layers_that_are_simply_stacked_and_others() -> None:
    first, second = nn.Layer(2, 2, "tanh", seed=1), nn.Layer(2, 2, "tanh", seed=2, number=2)
    model = Stack(first, second, between=lambda after, _: after)
    assert len(nn.four_equations(model, squared(model)).layers) == 2
    for other in (Stack(first, second, between=skip), Stack(first, first, between=lambda after, _: after)):
        outputs = other(X)
        with pytest.raises(ValueError, match="layer 2 does not take the activations of the layer before"):
            nn.four_equations(other, outputs[0] + outputs[1])
    neurons = first.neurons
    cost = neurons[0](X) + neurons[1](X)  # X is twice a row of constants here
    with pytest.raises(ValueError, match="layer 1 does not take the same inputs in all neurons"):
        nn.four_equations(Stack(first, between=skip), cost)


def test_a_neuron_of_another_kind() -> None:
    model, cost = example()
    neuron = model.layers[1].neurons[1]
    w, b = neuron.w, neuron.b
    swapped = [w[0], Value(w[1].data), w[2]]
    for neuron.w, neuron.b in (([*w, Value(1.0)], b), (w[:2], b), (swapped, b), (w, Value(b.data))):
        with pytest.raises(ValueError, match="in layer 2 the weighted input of neuron 1 was computed in another way"):
            nn.four_equations(model, cost)
