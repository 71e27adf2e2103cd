"""The text of programs: the subject's names, the four equations, and the array API alone."""

import ast
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, exp, log, tanh
from autograd.compiler import Program
from autograd.compiler.arrays import named
from autograd.compiler.writing import _viewed_once
from tests.autograd.compiler.programs import Generator, total

# What programs may take from the namespace: functions of the array API standard, 2023.12.
_STANDARD = """abs acos acosh asin asinh atan atan2 atanh broadcast_to ceil concat cos cosh exp expm1 flip floor
floor_divide full_like hypot log log10 log1p log2 max maximum minimum permute_dims remainder reshape round sin sinh
sqrt sum take tan tanh tensordot where"""
STANDARD = {*_STANDARD.split()}


def network(widths: list[int], activations: tuple[str, str], penalty: str = "", loss: Any = None) -> Program:
    model = nn.MLP(widths[0], widths[1:], *activations, seed=1)
    punished = [each for each in model.parameters() if penalty and each.label.startswith(penalty)]
    loss = loss or nn.losses.squared_error

    def cost(x: Any, y: Any) -> Value:
        found: Value = loss(model(x), y)
        return found + 0.01 * total([each * each for each in punished]) if punished else found

    return autograd.compile(cost, model.parameters(), ([0.1] * widths[0], [1.0] + [0.0] * (widths[-1] - 1)))


def regression() -> Program:
    w, b = Value(0.5, "w"), Value(0.1, "b")
    return autograd.compile(lambda x, y: (w * x + b - y) ** 2, [w, b], (1.0, 2.0))


def recurrence() -> Program:
    w = [Value(0.01 * k, f"w_{k}") for k in range(96)]

    def cost(x: list[Value], y: Value) -> Value:
        state: list[Any] = [Value(0.0)] * 8
        for step in range(4):
            state = [
                tanh(
                    total([w[8 * i + k] * state[k] for k in range(8)])
                    + total([w[64 + 3 * i + k] * x[3 * step + k] for k in range(3)])
                    + w[88 + i]
                )
                for i in range(8)
            ]
        found: Value = total([(each - y) ** 2 for each in state])
        return found

    return autograd.compile(cost, w, ([0.1 * k for k in range(12)], 1.0))


def softmax_loss(z: list[Value], y: list[Value]) -> Any:
    e = [exp(each) for each in z]
    return -total([t * log(each / total(e)) for t, each in zip(y, e, strict=True)])


def interleaved() -> Program:
    """Without labels, and the parameters neuron by neuron: the weights of each, then its bias."""
    layers = [
        [([Value(0.1 * (k + j)) for k in range(n)], Value(0.1 * j)) for j in range(m)] for n, m in ((2, 6), (6, 5))
    ]
    weights = [w for layer in layers for row, _ in layer for w in row]

    def cost(x: list[Value], y: Value) -> Value:
        h = x
        for layer in layers:
            h = [tanh(total([w * v for w, v in zip(row, h, strict=True)]) + b) for row, b in layer]
        found: Value = total([(each - y) ** 2 for each in h]) + 0.01 * total([w * w for w in weights])
        return found

    return autograd.compile(cost, [w for layer in layers for row, b in layer for w in [*row, b]], ([0.1, 0.2], 1.0))


PROGRAMS: dict[str, Callable[[], Program]] = {
    "two layers": lambda: network([64, 30, 10], ("sigmoid", "sigmoid")),
    "L2": lambda: network([4, 5, 3], ("tanh", "sigmoid"), "w"),
    "softmax": lambda: network([4, 5, 3], ("tanh", "linear"), "", softmax_loss),
    "regression": regression,
    "recurrence": recurrence,
    "interleaved": interleaved,
    "ten layers": lambda: network([4, *[5] * 9, 3], ("tanh", "sigmoid")),
    **{name: lambda name=name: network([3, 4, 2], (name, "linear")) for name in nn.activations.ACTIVATIONS},  # type: ignore[misc]
}


def body(program: Program) -> list[str]:
    """The lines of the program without their comments."""
    lines = program.source[program.source.index("def program") :].splitlines()
    return [re.sub(r" *#.*", "", line).strip() for line in lines]


def test_the_program_of_two_layers() -> None:
    program = PROGRAMS["two layers"]()
    assert body(program)[5:] == [
        '"""',
        "share = 1 / X.shape[0]",
        "W1 = xp.reshape(theta[0:1920], (30, 64))",
        "b1 = theta[1920:1950]",
        "z1 = X @ W1.T + b1",
        "a1 = sigmoid(xp, z1)",
        "W2 = xp.reshape(theta[1950:2250], (10, 30))",
        "b2 = theta[2250:2260]",
        "z2 = a1 @ W2.T + b2",
        "a2 = sigmoid(xp, z2)",
        "t1 = a2 - Y",
        "cost = share * xp.sum(t1 * t1)",
        "delta2 = 2 * share * t1 * (a2 * (1 - a2))",
        "delta1 = (delta2 @ W2) * (a1 * (1 - a1))",
        "grad_W1 = delta1.T @ X",
        "grad_b1 = xp.sum(delta1, axis=0)",
        "grad_W2 = delta2.T @ a1",
        "grad_b2 = xp.sum(delta2, axis=0)",
        "gradient = xp.concat([grad_W1, grad_b1, grad_W2, grad_b2], axis=None)",
        "return cost, gradient",
    ]
    assert len(program.source.splitlines()) <= 30
    assert program.source.count("@") == 5


def test_lines_of_the_backward_pass_are_marked_with_their_equation_and_all_with_their_shape() -> None:
    source = PROGRAMS["two layers"]().source
    for name, comment in {
        "z1": "(n, 30)",
        "delta2": "(n, 10)  BP1: δ = ∂C/∂z",
        "delta1": "(n, 30)  BP2: δ = (Wᵀ δ) ⊙ σ'(z)",
        "grad_b1": "(30,)  BP3: ∂C/∂b = δ",
        "grad_W2": "(10, 30)  BP4: ∂C/∂W = δ aᵀ",
        "cost": "()",
    }.items():
        assert re.search(rf"^    {name} = .*  # {re.escape(comment)}$", source, re.MULTILINE), name
    assert "theta: (2260,), X: (n, 64), Y: (n, 10); gives the cost, (), and the gradient, (2260,)." in source


def test_a_regression_has_its_names() -> None:
    assert body(regression())[6:] == [
        "share = 1 / X.shape[0]",
        "w = theta[0]",
        "b = theta[1]",
        "t1 = w * X[:, 0] + b - Y[:, 0]",
        "cost = share * (t1 @ t1)",
        "delta1 = 2 * share * t1",
        "grad_w = X[:, 0] @ delta1",
        "grad_b = xp.sum(delta1)",
        "gradient = xp.concat([grad_w, grad_b], axis=None)",
        "return cost, gradient",
    ]


def test_the_steps_of_a_recurrence_share_their_weights() -> None:
    text = "\n".join(body(recurrence()))
    assert "z2 = X[:, 3:6] @ W1.T + a1 @ W2.T + b1" in text
    assert "delta1 = (delta2 @ W2) * (1 - a1 * a1)" in text
    assert "grad_W2 = delta2.T @ a1 + delta3.T @ a2 + delta4.T @ a3" in text


def test_an_l2_penalty_on_weights_is_no_gather() -> None:
    program = PROGRAMS["L2"]()
    assert "take" not in program.source
    text = "\n".join(body(program))
    assert "cost = share * xp.sum(t1 * t1) + 0.01 * (xp.sum(W1 * W1) + xp.sum(W2 * W2))" in text
    assert "grad_W1 = delta1.T @ X + 0.02 * W1" in text
    assert "grad_b1 = xp.sum(delta1, axis=0)\n" in text


def test_interleaved_parameters_are_joined_as_columns() -> None:
    program = interleaved()
    assert "take" not in program.source
    text = "\n".join(body(program))
    assert "W1 = xp.reshape(theta[0:18], (6, 3))[:, :2]" in text
    assert "b1 = theta[2:18:3]" in text
    assert "grad_W1_b1 = xp.concat([grad_W1, grad_b1[:, None]], axis=1)" in text


def test_softmax_with_cross_entropy_has_no_gather_and_no_array_of_all_products() -> None:
    program = PROGRAMS["softmax"]()
    assert "take" not in program.source
    assert not program.fallbacks
    assert re.search(r"^    delta2 = .*BP1: δ = ∂C/∂z$", program.source, re.MULTILINE)
    assert "delta1 = (delta2 @ W2) * (1 - a1 * a1)" in program.source


def test_ten_layers_are_loops() -> None:
    program = network([64, *[30] * 9, 10], ("sigmoid", "sigmoid"))
    assert len(program.source.splitlines()) <= 45
    text = "\n".join(body(program))
    assert (
        "for l in range(2, 10):\n"
        "W[l] = xp.reshape(theta[930 * l + 90:930 * l + 990], (30, 30))\n"
        "b[l] = theta[930 * l + 990:930 * l + 1020]\n"
        "z[l] = a[l - 1] @ W[l].T + b[l]\n"
        "a[l] = sigmoid(xp, z[l])\n"
        "W[10] = "
    ) in text
    assert "for l in range(9, 0, -1):\ndelta[l] = (delta[l + 1] @ W[l + 1]) * (a[l] * (1 - a[l]))\ngrad_W[1] = " in text
    assert "for l in range(2, 11):\ngrad_W[l] = delta[l].T @ a[l - 1]\ngrad_b[l] = " in text


@pytest.mark.parametrize("label", ["e", "a", "l", "z"])
def test_loops_are_right_and_leave_other_names_alone(label: str) -> None:
    model = nn.MLP(2, [3] * 7 + [1], "tanh", "tanh", seed=1)
    parameters = [*model.parameters(), Value(0.7, label)]

    def loss(x: Any, y: Any) -> Any:
        output: Any = model(x)
        return (output * parameters[-1] - y) ** 2

    program = autograd.compile(loss, parameters, ([0.1, 0.2], 1.0))
    assert ("for l in " in program.source) is (label == "e")
    value, gradient = program([each.data for each in parameters], [[0.3, 0.4]], [[0.5]])
    cost = loss([0.3, 0.4], 0.5)
    cost.backward()
    assert value == pytest.approx(cost.data, rel=1e-12)
    assert gradient == pytest.approx([each.grad for each in parameters], rel=1e-12)


def test_choices_of_numbers_are_made_where_they_are_multiplied() -> None:
    model = nn.MLP(2, [3, 3, 1], "relu", "linear", seed=1)
    points = [([0.11 + 0.1 * k, 0.33 - 0.2 * k], 0.7 * (-1) ** k * (k + 1.0)) for k in range(12)]

    def cost() -> Value:
        found: Value = total([autograd.relu(1.0 - label * model(point)) for point, label in points]) / 4.0
        return found

    program = autograd.compile(cost, model.parameters())
    text = "\n".join(body(program))
    assert "delta3 = xp.where(t2 > 0, -0.25 * data[24:36], 0.0)" in text
    assert "delta1 = xp.where(z1 > 0, delta2 @ W2, 0.0)" in text
    assert "def relu(xp, x):\n    return xp.maximum(x, 0.0)\n" in program.source
    assert "full_like" not in text


def test_lists_of_places_are_named_as_bound_beside_the_text() -> None:
    w = [Value(0.1 * k) for k in range(5)]

    def cost(x: Any, y: Any) -> Any:
        return (total([w[k] * w[place] * x for k, place in enumerate([3, 0, 2, 4, 1])]) - y) ** 2

    program = autograd.compile(cost, w, (1.0, 2.0))
    assert program.indices
    names = [*program.indices]
    listed = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    assert f"Arrays that are bound beside it: {listed}." in program.source


def test_hostile_labels_are_not_written() -> None:
    w = [Value(0.5, "import os; os"), Value(0.1, "lambda"), Value(0.2, "theta"), Value(0.3, "xp"), Value(0.3, "X_1")]
    program = autograd.compile(lambda x, y: (total([each * x for each in w]) - y) ** 2, w, (1.0, 2.0))
    value, _ = program([1.0] * 5, [[1.0]], [[2.0]])
    assert value == 9.0
    assert "import" not in program.source
    assert "lambda" not in program.source


def check(program: Program) -> None:
    """No names but those of the array API, nothing written in place, no line too long."""
    tree = ast.parse(program.source)
    attributes = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "xp"
    }
    assert attributes <= STANDARD
    assert {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} <= STANDARD | {"T", "shape"}
    for node in ast.walk(tree):
        assert not isinstance(node, ast.AugAssign)
        if isinstance(node, ast.Assign):
            rolled = {ast.unparse(each.value) for each in node.targets if isinstance(each, ast.Subscript)}  # W[l] = ...
            assert rolled <= {name for line in body(program) if " = {}" in line for name in re.findall(r"\w+", line)}
            assert rolled or all(isinstance(each, ast.Name | ast.Tuple) for each in node.targets)
    temporaries = re.findall(r"^    t(\d+) = ", program.source[program.source.index("def program") :], re.MULTILINE)
    assert temporaries == [str(number) for number in range(1, len(temporaries) + 1)]
    assert not re.search(r"[+-] 0(\.0)?(?![.\d])", program.source)
    assert max(map(len, program.source.splitlines())) <= 120


def arrays(program: Program, n: int = 5) -> list[Any]:
    random = np.random.default_rng(1)
    shapes = [(program.sizes["theta"],), *((n, program.sizes[kind]) for kind in ("X", "Y") if kind in program.sizes)]
    return [random.uniform(0.1, 1.0, shape) for shape in shapes]


def generated(seed: int) -> Program:
    made, r = Generator(seed).made(), random.Random(seed)
    theta, x, y = (
        [r.uniform(-1.0, 1.0) for _ in range(count)] for count in (made.n_parameters, made.n_inputs, made.n_targets)
    )
    parameters = [Value(each) for each in theta]
    return autograd.compile(lambda x, y: made.cost(parameters, x, y), parameters, (x, y))


@pytest.mark.parametrize("name", PROGRAMS)
def test_known_programs_contain_the_array_api_only(name: str) -> None:
    check(PROGRAMS[name]())


def test_generated_programs_contain_the_array_api_only() -> None:
    for seed in range(80):
        check(generated(seed))


@pytest.mark.parametrize("name", nn.activations.ACTIVATIONS)
def test_rows_neither_overflow_nor_give_nan(name: str) -> None:
    w = Value(0.5, "w")
    activation = nn.activations.ACTIVATIONS[name]
    program = autograd.compile(lambda x, y: activation(w * x) - y, [w], (1.0, 2.0))
    for x in (-1e3, -40.0, 0.0, 40.0, 1e3):
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            value, gradient = program([1.0], [[x]], [[0.0]])
        v = Value(1.0)
        expected = activation(v * x)
        expected.backward()
        assert value == pytest.approx(expected.data, rel=1e-12, abs=1e-15)
        assert gradient[0] == pytest.approx(v.grad, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("label", ["h{}", "h", ""])
def test_the_steps_of_a_recurrence_are_a_loop_whatever_they_are_called(label: str) -> None:
    w, u, b, h0 = (Value(0.1 * k, name) for k, name in enumerate(["w", "u", "b", "h0"]))

    def cost(x: list[Value], y: Value) -> Value:
        h = h0
        for step, each in enumerate(x, start=1):
            h = tanh(w * h + u * each + b)
            if label:
                h.label = label.format(step)
        return (h - y) ** 2

    text = "\n".join(body(autograd.compile(cost, [w, u, b, h0], ([0.1 * k for k in range(8)], 1.0))))
    h = "h" if label else "a"
    assert f"for l in range(2, 9):\nz[l] = u * X[:, l - 1] + w * {h}[l - 1] + b\n{h}[l] = xp.tanh(z[l])\n" in text
    assert f"for l in range(7, 0, -1):\ndelta[l] = w * delta[l + 1] * (1 - {h}[l] * {h}[l])\n" in text
    assert "grad_h0 = w * xp.sum(delta[1])" in text


def test_a_sum_that_has_a_name_is_a_line_of_its_own() -> None:
    w, b = [Value(0.1 * k, f"w_{k}") for k in range(3)], Value(0.1, "b")

    def cost(x: list[Value], y: Value) -> Value:
        z = total([*(wk * xk for wk, xk in zip(w, x, strict=True)), b]).named("z")
        found: Value = (z - y) ** 2
        return found

    text = "\n".join(body(autograd.compile(cost, [*w, b], ([0.1, 0.2, 0.3], 1.0))))
    assert "\nz = X @ w + b\nt1 = z - Y[:, 0]\n" in text
    assert "\ndelta = 2 * share * t1\ngrad_w = delta @ X\n" in text


def test_a_loss_is_no_activation() -> None:
    loss = nn.losses.binary_cross_entropy_with_logits
    text = "\n".join(body(network([4, 3, 1], ("relu", "linear"), loss=lambda a, y: loss(a, y))))
    assert "\na1 = relu(xp, z1)\n" in text
    assert "softplus(xp, z2)" in text
    assert "\na2 = " not in text


def test_what_is_viewed_once_stands_in_the_order_of_its_uses() -> None:
    gathered = [named("a").call("take", named(f"index{k}"), axis=0) for k in range(8)]
    whole = total(gathered)
    lines = _viewed_once([("u", whole), ("v", whole)])
    assert [array for _, array in lines[:-2]] == gathered
