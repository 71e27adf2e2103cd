"""Programs of all losses and activations of `nn`: those of the scalar engine, at large outputs too."""

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest

import autograd
import nn
from nn.activations import ACTIVATIONS
from nn.losses import LOSSES
from tests.autograd.compiler.scalars import Case, error

ONE_CLASS = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.7, 0.1], [0.0, 0.5, 0.5]]
SEVERAL = [[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.2, 0.9, 0.0], [0.5, 0.5, 0.5]]
TARGETS = dict.fromkeys(LOSSES, SEVERAL)
TARGETS |= {"cross_entropy": ONE_CLASS, "hinge": [[-1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [-1.0, -1.0, 1.0]]}
PAIRS = [(loss, activation) for loss in LOSSES for activation in ACTIVATIONS]


def agrees(
    loss: str, model: nn.MLP, Y: Sequence[Any], scale: float = 1.0, tolerance: float = 1e-12
) -> autograd.Program:
    """Compare the program of a loss, recorded at its first target, with the scalar engine at larger parameters."""
    r, function = random.Random(1), LOSSES[loss].function
    X = [[r.uniform(-1.0, 1.0) for _ in range(3)] for _ in Y]
    case = Case(lambda x, y: function(model(x), y), model.parameters(), (X[0], Y[0]))
    program = case.compiled()
    for parameter in case.parameters:
        parameter.data = scale * parameter.data
    assert error(program, case, X, Y) <= tolerance
    return program


def network(*layers: Any) -> nn.MLP:
    return nn.MLP(3, *layers, seed=1)


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_every_loss_with_every_activation(loss: str, activation: str) -> None:
    for target in TARGETS[loss][::2]:
        model = network([4, 3], activation, LOSSES[loss].output_activation)
        program = agrees(loss, model, [target, *TARGETS[loss]])
        assert "failed" not in program.report
        assert "take" not in program.source


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_every_loss_at_large_outputs(loss: str, activation: str) -> None:
    tolerance = 1e-5 if loss == "binary_cross_entropy" else 1e-12  # whose 1 - a is the rest of a rounded number
    for scale in (30.0, 1000.0):
        model = network([4, 3], activation, LOSSES[loss].output_activation)
        agrees(loss, model, TARGETS[loss], scale, tolerance)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", sorted(LOSSES.keys() - {"binary_cross_entropy"}))  # which needs probabilities
def test_every_loss_with_every_activation_of_the_last_layer(loss: str, activation: str) -> None:
    agrees(loss, network([4, 3], "tanh", activation), TARGETS[loss])


@pytest.mark.parametrize("loss", sorted(LOSSES.keys() - {"cross_entropy"}))  # which needs several
@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_every_loss_of_one_output(loss: str, target: float) -> None:
    targets = [2.0 * (target > 0.5) - 1.0, 1.0] if loss == "hinge" else [target, 1.0]
    program = agrees(loss, network([4, 1], "tanh", LOSSES[loss].output_activation), targets)
    assert "failed" not in program.report


def test_a_target_that_is_the_number_of_a_class_is_explained() -> None:
    model = nn.MLP(3, [4, 3], "tanh", "linear", seed=1)
    with pytest.raises(ValueError, match="must be a class") as error:
        autograd.compile(lambda x, y: nn.losses.cross_entropy(model(x), y), model, ([0.1] * 3, 1))
    assert "give it as a one-hot list" in error.value.__notes__[0]


def test_the_error_of_a_cross_entropy_is_a_minus_y() -> None:
    model = nn.MLP(64, [30, 10], "sigmoid", "linear", seed=1)
    example = [0.1] * 64, [1.0] + [0.0] * 9
    program = autograd.compile(lambda x, y: nn.losses.cross_entropy(model(x), y), model, example)
    lines = [re.sub(r" *#.*", "", line).strip() for line in program.source.splitlines()]
    for line in (
        "t1 = z2 - xp.max(z2, axis=-1)[:, None]",
        "t2 = xp.exp(t1)",
        "t3 = xp.sum(t2, axis=-1)",
        "a2 = t2 / t3[:, None]",
        "delta2 = share * (xp.sum(Y, axis=-1)[:, None] * a2 - Y)",
        "delta1 = (delta2 @ W2) * (a1 * (1 - a1))",
        "cost = share * xp.sum(Y * (xp.log(t3)[:, None] - t1))",
    ):
        assert line in lines
    assert program.source.count("@") == 5
    assert re.search(r" delta2 = .*# \(n, 10\)  BP1", program.source)
    assert not re.search(r" a2 = .*BP", program.source)


def test_the_error_of_a_binary_cross_entropy_is_a_minus_y() -> None:
    model = nn.MLP(4, [3, 2], "sigmoid", "linear", seed=1)
    loss = LOSSES["binary_cross_entropy_with_logits"].function
    program = autograd.compile(lambda x, y: loss(model(x), y), model, ([0.1] * 4, [1.0, 0.0]))
    assert " delta2 = share * (sigmoid(xp, z2) - Y) " in program.source


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_targets_of_a_whole_batch_are_rows(loss: str) -> None:
    r, row = random.Random(1), LOSSES[loss]
    model = network([4, 3], "tanh", row.output_activation)
    data = [([r.uniform(-1.0, 1.0) for _ in range(3)], r.randrange(3)) for _ in range(12)]

    def cost() -> Any:
        return nn.losses.mean([row.function(model(x), row.target(k, 3)) for x, k in data])

    program = autograd.compile(cost, model)
    assert "take" not in program.source
    assert len(program.source.splitlines()) <= 50
    expected = cost()
    expected.backward()
    value, gradient = program([each.data for each in model.parameters()])
    assert value == pytest.approx(expected.data, rel=1e-12)
    assert gradient == pytest.approx([each.grad for each in model.parameters()], rel=1e-11)
