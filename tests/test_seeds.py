"""Every exact number in the texts behind this project, through the public interface."""

import math

import pytest

import nn
from autograd import Value, check_grads, tanh, topological_order
from nn.losses import half_squared_error, l2, mean

THETA = [x / 10 for x in (31, 16, 15, -29, -13, -8, -7, 13, 54, -17, -11, -9, 16)]
GRADIENT = [-0.0131002, -0.0110085, -0.0070569, 0.0189212, -0.0189639, -0.0192539, -0.0102291]
GRADIENT += [0.0344732, 0.0024947, 0.0080624, 0.0021964, 0.0031675, -0.0064244]


def linear_network() -> nn.MLP:
    model = nn.MLP(1, [4, 1], activation="tanh", output_activation="linear")
    nn.roll(model, THETA, "columns")
    return model


def linear_cost(model: nn.MLP) -> Value:
    examples = [(1.0, 1.0), (2.0, 4.0), (3.0, 9.0)]
    errors = mean([half_squared_error(model([x]), y) for x, y in examples])  # 1/2m of the sum of squares
    return errors + l2(model, 0.01 / (2 * len(examples)))


def test_linear_network_cost_and_all_13_derivatives() -> None:
    model = linear_network()
    cost = linear_cost(model)
    cost.backward()
    assert cost.data == pytest.approx(0.0208151826436, abs=5e-14)
    assert nn.unroll(model, "columns", gradient=True) == pytest.approx(GRADIENT, abs=5e-8)
    assert nn.unroll(model, "columns") == THETA
    assert [neuron.b.data for neuron in model.layers[0].neurons] == THETA[:4]
    assert check_grads(lambda _: linear_cost(model), model.parameters())


def test_two_paths() -> None:
    a, b = Value(2.0), Value(1.0)
    e = (a + b) * (b + 1)
    e.backward()
    assert (e.data, a.grad, b.grad) == (6.0, 2.0, 2.0 * 1 + 3.0 * 1)


def test_why_the_order_matters() -> None:
    a, b = Value(2.0), Value(3.0)
    c, d = a + b, a * b
    y = (c + d) + c * d
    y.backward()
    assert (a.grad, b.grad) == (25.0, 19.0)
    for node in topological_order(y):
        node.grad = 0

    def recurse(node: Value) -> None:  # without topological order: passes on what has come so far, each time it comes
        for parent, partial in zip(node.parents, node.op.partials if node.op else (), strict=True):
            numbers = [p.data for p in node.parents]
            parent.grad += node.grad * partial(math, node.data, *numbers)
            recurse(parent)

    y.grad = 1.0
    recurse(y)
    assert (a.grad, b.grad) == (29.0, 22.0)


def test_micrograds_expression() -> None:
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert (round(g.data, 4), round(a.grad, 4), round(b.grad, 4)) == (24.7041, 138.8338, 645.5773)


def test_2_2_2_network_and_its_update() -> None:
    model = nn.MLP(2, [2, 2], activation="sigmoid", output_activation="sigmoid")
    nn.roll(model, [0.15, 0.20, 0.25, 0.30, 0.35, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.60])
    cost = half_squared_error(model([0.05, 0.10]), [0.01, 0.99])
    cost.backward()
    assert cost.data == pytest.approx(0.2983711088, abs=5e-11)
    assert model.layers[1].neurons[0].w[0].grad == pytest.approx(0.0821670, abs=5e-8)
    sgd = nn.optimizers.sgd(0.5)
    weights = model.weights()  # the biases stay fixed
    nn.optimizers.step(sgd, sgd.init([w.data for w in weights]), weights)
    updated = [0.1497807, 0.1995614, 0.2497511, 0.2995023, 0.3589165, 0.4086662, 0.5113013, 0.5613701]
    assert [w.data for w in weights] == pytest.approx(updated, abs=5e-8)
    assert half_squared_error(model([0.05, 0.10]), [0.01, 0.99]).data == pytest.approx(0.2910277737, abs=5e-11)


def test_the_error_of_a_neuron_can_be_read_off() -> None:
    model = nn.MLP(3, [4, 2], activation="tanh", output_activation="sigmoid", seed=5)
    x, y = [0.2, -0.7, 0.4], [1.0, 0.0]
    nn.losses.squared_error(model(x), y).backward()
    hidden, last = (layer.neurons for layer in model.layers)
    for neuron, target in zip(last, y, strict=True):  # BP1
        assert neuron.a is not None
        assert neuron.z is not None
        assert neuron.z.grad == pytest.approx(2 * (neuron.a.data - target) * neuron.a.data * (1 - neuron.a.data))
    for k, neuron in enumerate(hidden):
        assert neuron.a is not None
        assert neuron.z is not None
        back = sum(after.w[k].data * after.z.grad for after in last if after.z is not None)
        assert neuron.z.grad == pytest.approx(back * (1 - tanh(neuron.z.data) ** 2))  # BP2
        assert neuron.b.grad == pytest.approx(neuron.z.grad)  # BP3
        assert [w.grad for w in neuron.w] == pytest.approx([neuron.z.grad * a for a in x])  # BP4


def test_231_parameters_unroll_and_roll_back() -> None:
    # Θ1 is 10×11 and Θ2 10×11 and Θ3 1×11, with the bias column first.
    model = nn.MLP(10, [10, 10, 1], seed=3)
    vector = [float(i) for i in range(231)]
    nn.roll(model, vector, "columns")
    assert nn.unroll(model, "columns") == vector
    first, second = model.layers[:2]
    assert [neuron.b.data for neuron in first.neurons] == vector[:10]
    assert [neuron.w[0].data for neuron in first.neurons] == vector[10:20]
    assert [neuron.b.data for neuron in second.neurons] == vector[110:120]


def test_all_zero_weights_keep_hidden_neurons_identical() -> None:
    xor = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    model = nn.MLP(2, [3, 1], "sigmoid", "sigmoid", initializer="zeros")
    nn.fit(model, xor, [0, 1, 1, 1], optimizer=nn.optimizers.sgd(1.0), epochs=20, progress=False)
    hidden = [[p.data for p in neuron.parameters()] for neuron in model.layers[0].neurons]
    assert hidden[0] == hidden[1] == hidden[2]
    assert hidden[0] != [0.0, 0.0, 0.0]
