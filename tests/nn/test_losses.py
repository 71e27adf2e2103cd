import itertools
import math
from typing import Any

import mpmath
import pytest

import nn
from autograd import Value, check_grads, hessian, sigmoid, softmax, topological_order
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

    numbers = [1.0, -1.0, 1.0] if name == "hinge" else [0.5, 0.25, 0.25]
    assert targets([Value(0.25), Value(0.5), Value(0.75)], numbers) == ["y_0", "y_1", "y_2"]
    assert targets([Value(0.25)], [1.0]) == (
        [] if name == "binary_cross_entropy_with_logits" else ["y"]
    )  # softplus(-z)
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


def exact_cross_entropy(z: list[Any], y: Any) -> Any:
    return mpmath.log(sum(map(mpmath.exp, z))) - z[y]


def exact_binary_cross_entropy(z: list[Any], y: list[float]) -> Any:
    return sum(mpmath.log1p(mpmath.exp((1 - 2 * b) * a)) for a, b in zip(z, y, strict=True))


def exact_hinge(z: list[Any], y: list[float]) -> Any:
    return sum(max(mpmath.mpf(0), 1 - a * b) for a, b in zip(z, y, strict=True))


EXACT: dict[str, Any] = {  # the textbook's formula, in so many digits that it loses none
    "cross_entropy": exact_cross_entropy,
    "binary_cross_entropy_with_logits": exact_binary_cross_entropy,
    "hinge": exact_hinge,
}
LOGITS = [-700.0, -355.25, -40.0, -36.5, -1.5, 0.0, 0.5, 30.0, 37.0, 700.0]
OF_LOGITS = [name for name, row in LOSSES.items() if row.output_activation == "linear"]


@pytest.mark.parametrize("name", OF_LOGITS)
@pytest.mark.parametrize("label", [0, 1])
def test_losses_of_logits_keep_all_digits(name: str, label: int) -> None:
    target = LOSSES[name].target(label, 2)
    with mpmath.workdps(700):
        for numbers in itertools.product(LOGITS, repeat=2):
            z = [Value(x) for x in numbers]
            loss = LOSSES[name].function(z, target)
            loss.backward()
            exact = [mpmath.mpf(x) for x in numbers]
            assert loss.data == pytest.approx(float(EXACT[name](exact, target)), rel=1e-14, abs=1e-300)
            for k, v in enumerate(z):
                h = mpmath.mpf(10) ** -300
                high, low = ([x + s * h * (i == k) for i, x in enumerate(exact)] for s in (1, -1))
                slope = float((EXACT[name](high, target) - EXACT[name](low, target)) / (2 * h))
                assert v.grad == pytest.approx(slope, rel=1e-14, abs=1e-300), (numbers, k)


def test_targets_that_are_probabilities_or_values_change_nothing_else() -> None:
    def slopes(name: str, numbers: list[float], target: Any) -> list[Any]:
        z = [Value(x) for x in numbers]
        loss = LOSSES[name].function(z, target)
        loss.backward()
        return [loss.data, *(v.grad for v in z)]

    for numbers in itertools.product(LOGITS, repeat=2):
        for name in ("cross_entropy", "binary_cross_entropy_with_logits"):
            of_numbers = slopes(name, [*numbers], [0.0, 1.0])
            assert slopes(name, [*numbers], [Value(0.0), Value(1.0)]) == pytest.approx(
                of_numbers, rel=1e-14, abs=1e-300
            )
        assert slopes("cross_entropy", [*numbers], 1) == slopes("cross_entropy", [*numbers], [0.0, 1.0])
        a, b = (slopes("binary_cross_entropy_with_logits", [*numbers], [y, y]) for y in (0.0, 1.0))
        soft = slopes("binary_cross_entropy_with_logits", [*numbers], [0.25, 0.25])
        assert soft == pytest.approx([0.75 * x + 0.25 * y for x, y in zip(a, b, strict=True)], rel=1e-13)
    assert check_grads(lambda v: LOSSES["cross_entropy"].function(v[:2], [v[2], 1 - v[2]]), [0.5, -1.0, 0.25])
    assert check_grads(lambda v: nn.losses.binary_cross_entropy_with_logits(v[0], v[1]), [0.5, 0.25])


@pytest.mark.parametrize("target", [1, [0.0, 1.0, 0.0], [False, True, False]])
def test_a_masked_logit_counts_for_nothing(target: Any) -> None:
    z = [Value(-math.inf), Value(0.0), Value(1.0)]
    loss = nn.losses.cross_entropy(z, target)
    loss.backward()
    p = 1 / (1 + math.e)
    assert loss.data == pytest.approx(math.log1p(math.e), rel=1e-15)
    assert [v.grad for v in z] == pytest.approx([0.0, p - 1, 1 - p], rel=1e-15)


def test_logits_at_infinity_have_their_limits() -> None:
    for z, y in ((-math.inf, 0.0), (math.inf, 1.0)):
        v = Value(z)
        loss = nn.losses.binary_cross_entropy_with_logits(v, y)
        loss.backward()
        assert (loss.data, v.grad) == (0.0, 0.0)
    sure = [Value(math.inf), Value(0.0)]
    nn.losses.cross_entropy(sure, 0).backward()
    assert [v.grad for v in sure] == [0.0, 0.0]
    assert nn.losses.cross_entropy(sure, 1).data == math.inf
    with pytest.raises(ValueError, match="no limit where all are -inf"):
        nn.losses.cross_entropy([Value(-math.inf), Value(-math.inf)], 0)


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
        (lambda: nn.losses.squared_error([Value(1.0)], [1.0, 2.0]), r"has 1 output and the target 2 numbers\.$"),
        (lambda: nn.losses.squared_error([], []), r"has 0 outputs and the target 0 numbers\.$"),
        (lambda: nn.losses.hinge([Value(1.0)] * 2, 1), r"2 outputs and the target 1 number\. .*'cross_entropy'\.$"),
        (lambda: nn.losses.cross_entropy([Value(1.0)], 0), r"has 1 output\. For two classes, give it 2; or "),
        (lambda: nn.losses.cross_entropy([], [1.0]), "needs an output for each class, but the network has 0 outputs"),
        (lambda: nn.losses.cross_entropy([Value(1.0), Value(2.0)], 2), "a class from 0 to 1, but got 2"),
        (lambda: nn.losses.cross_entropy([Value(1.0), Value(2.0)], -1), "a class from 0 to 1, but got -1"),
        (
            lambda: nn.losses.cross_entropy([Value(0.0)] * 3, [1, 1, 0]),
            r"must sum to 1, but \[1.0, 1.0, 0.0\] sum to 2. .*binary_cross_entropy_with_logits",
        ),
        (lambda: nn.losses.cross_entropy([Value(0.0)] * 2, [0.0, 0.0]), "sum to 0"),
        (lambda: nn.losses.mean([]), "no losses"),
        (lambda: nn.losses.huber(Value(1.0), 0.0, delta=0.0), "delta must be a finite number above 0"),
    ],
)
def test_targets_that_do_not_fit_are_errors(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("name", LOSSES)
def test_text_is_no_target(name: str) -> None:
    for text in ("one", b"one"):
        with pytest.raises((TypeError, ValueError), match=r"target must be .*but got b?'one'"):
            LOSSES[name].function([Value(0.3)] * 3, text)


@pytest.mark.parametrize("loss", sorted(set(LOSSES) - {"cross_entropy"}))
def test_class_numbers_for_another_loss_name_the_one_that_takes_them(loss: str) -> None:
    inputs, model = [[0.0, 0.0], [0.0, 1.0]], nn.MLP(2, [2], output_activation="sigmoid", seed=1)
    for use in (nn.fit, nn.evaluate):
        with pytest.raises(ValueError, match=r"has 2 outputs and the target 1 number\. For class numbers, take loss="):
            use(model, inputs, [0, 1], loss=loss)


def test_cross_entropy_of_one_output_is_refused_before_training() -> None:
    inputs, model = [[0.0, 0.0], [0.0, 1.0]], nn.MLP(2, [1], seed=1)
    before = nn.unroll(model)
    with pytest.raises(ValueError, match=r"an output for each class.*'binary_cross_entropy_with_logits'"):
        nn.fit(model, inputs, [0, 1], loss="cross_entropy", batch_size=1)
    assert nn.unroll(model) == before
    nn.fit(model, inputs, [0, 1], loss="binary_cross_entropy_with_logits", progress=False)


@pytest.mark.parametrize("r", [0.0, 1e-9, -0.5, 0.99])
def test_huber_is_a_parabola_also_at_0(r: float) -> None:
    assert hessian(lambda a: nn.losses.huber(a, 2.0), 2.0 + r) == 1.0
    assert hessian(lambda a: nn.losses.huber(a, 2.0), 2.0 + 1.5) == 0.0
