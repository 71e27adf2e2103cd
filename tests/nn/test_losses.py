import math
from typing import Any

import pytest

import nn
from autograd import Value, check_grads, sigmoid, softmax, topological_order
from nn.losses import LOSSES

TARGETS: dict[str, Any] = {"cross_entropy": 1, "hinge": [1.0, -1.0, 1.0], "binary_cross_entropy": [1.0, 0.0, 0.25]}
OUTPUTS: dict[str, list[float]] = {"binary_cross_entropy": [0.3, 0.6, 0.2]}


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_of_every_loss(name: str) -> None:
    outputs, target = OUTPUTS.get(name, [0.3, -2.0, 1.6]), TARGETS.get(name, [1.0, 0.0, 0.25])
    assert check_grads(lambda v: LOSSES[name].function(v, target), outputs)


def test_every_loss_states_its_scaling() -> None:
    outputs, targets = [Value(1.0), Value(3.0)], [0.0, 1.0]
    expected = {"squared_error": 5.0, "half_squared_error": 2.5, "mean_squared_error": 2.5, "huber": 0.5 + 1.5}
    expected |= {"binary_cross_entropy_with_logits": math.log1p(math.e) + math.log1p(math.exp(3)) - 3.0}
    for name, value in expected.items():
        assert LOSSES[name].function(outputs, targets).data == pytest.approx(value, rel=1e-15)
    assert nn.losses.hinge([Value(0.5), Value(3.0)], [1, -1]).data == 4.5
    assert nn.losses.cross_entropy(outputs, 0).data == pytest.approx(math.log(1 + math.exp(2)), rel=1e-15)
    assert nn.losses.mean([Value(1.0), Value(4.0)]).data == 2.5


@pytest.mark.parametrize("name", LOSSES)
def test_targets_are_nodes_with_names_of_their_own(name: str) -> None:
    def targets(outputs: list[Value], numbers: list[float]) -> list[str]:
        order = topological_order(LOSSES[name].function(outputs, numbers))
        return sorted({node.label for node in order if node.is_constant and node.label})

    assert targets([Value(0.25), Value(0.5), Value(0.75)], [1.0, 1.0, 1.0]) == ["y_0", "y_1", "y_2"]
    assert targets([Value(0.25)], [1.0]) == ["y"]
    y = Value(1.0, "wanted")
    assert y in topological_order(LOSSES[name].function([Value(0.25)], [y]))


def test_huber_is_smooth_where_its_cases_meet() -> None:
    for r, slope in ((0.5, 0.5), (1.0, 1.0), (2.0, 1.0), (-3.0, -1.0)):
        a = Value(r)
        nn.losses.huber(a, 0.0).backward()
        assert a.grad == slope


def test_delta_is_a_minus_y_for_cross_entropies() -> None:
    z = [Value(x) for x in (0.5, -1.0, 2.0)]
    nn.losses.cross_entropy(z, 2).backward()
    assert [v.grad for v in z] == pytest.approx([p - y for p, y in zip(softmax([0.5, -1, 2]), (0, 0, 1), strict=True)])
    for loss, output in ((nn.losses.binary_cross_entropy, sigmoid), (nn.losses.binary_cross_entropy_with_logits, None)):
        z = [Value(x) for x in (0.5, -1.0, 2.0)]
        loss([output(v) for v in z] if output else z, [1.0, 0.0, 0.0]).backward()
        assert [v.grad for v in z] == pytest.approx([sigmoid(v.data) - y for v, y in zip(z, (1, 0, 0), strict=True)])


@pytest.mark.parametrize("z", [-1000.0, -40.0, 0.0, 40.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_cross_entropies_never_overflow(z: float, y: float) -> None:
    v = Value(z)
    loss = nn.losses.binary_cross_entropy_with_logits(v, y)
    loss.backward()
    assert loss.data == pytest.approx(max(z, 0) + math.log1p(math.exp(-abs(z))) - y * z, rel=1e-15)
    assert v.grad == pytest.approx(sigmoid(z) - y, abs=1e-15)
    logits = [Value(z), Value(-z), Value(0.0)]
    nn.losses.cross_entropy(logits, int(y)).backward()
    saturated = Value(z)
    loss = nn.losses.binary_cross_entropy(sigmoid(saturated), y)
    loss.backward()
    assert all(math.isfinite(x) for x in (*(v.grad for v in logits), loss.data, saturated.grad))


def test_one_hot_and_class_targets_agree() -> None:
    logits = [Value(0.5), Value(-1.0), Value(2.0)]
    assert nn.losses.cross_entropy(logits, [0, 1, 0]).data == pytest.approx(nn.losses.cross_entropy(logits, 1).data)
    assert nn.losses.cross_entropy(logits, [0.2, 0.3, 0.5]).data > 0


def test_penalties_leave_out_the_biases() -> None:
    model = nn.MLP(2, [2, 1], seed=1)
    for neuron in (neuron for layer in model.layers for neuron in layer.neurons):
        neuron.b.data = 100.0
    weights = [w.data for w in model.weights()]
    assert nn.losses.l2(model, 0.5).data == pytest.approx(0.5 * sum(w * w for w in weights))
    assert nn.losses.l1(model, 0.5).data == pytest.approx(0.5 * sum(map(abs, weights)))


def test_the_gradient_of_the_mean_is_the_mean_of_the_gradients() -> None:
    model = nn.MLP(2, [3, 1], "tanh", seed=1)
    examples = [([0.1, 0.5], 1.0), ([-0.4, 0.3], 0.0), ([0.9, -0.9], 0.5)]
    nn.losses.mean([nn.losses.squared_error(model(x), y) for x, y in examples]).backward()
    of_the_mean = nn.unroll(model, gradient=True)
    model.zero_grad()
    for x, y in examples:
        nn.losses.squared_error(model(x), y).backward()  # leaves accumulate
    assert of_the_mean == pytest.approx([g / 3 for g in nn.unroll(model, gradient=True)], rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.losses.squared_error([Value(1.0)], [1.0, 2.0]), "got 1 and 2"),
        (lambda: nn.losses.squared_error([], []), "got 0 and 0"),
        (lambda: nn.losses.cross_entropy([Value(1.0), Value(2.0)], 2), "a class from 0 to 1, but got 2"),
        (lambda: nn.losses.cross_entropy([Value(1.0), Value(2.0)], -1), "a class from 0 to 1, but got -1"),
        (lambda: nn.losses.mean([]), "no losses"),
        (lambda: nn.losses.huber(Value(1.0), 0.0, delta=0.0), "delta must be positive"),
    ],
)
def test_targets_that_do_not_fit_are_errors(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
