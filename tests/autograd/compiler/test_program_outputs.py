"""What a program gives besides the cost: the outputs of each example, as the graph has them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, softmax
from autograd.compiler import Program
from autograd.compiler.buffers import with_buffers

R = np.random.default_rng(0)


class Mixed(nn.Module):
    """Outputs of several kinds: a product, an input, a sum, a product again, and one twice."""

    def __init__(self) -> None:
        self.w = [Value(0.3), Value(0.4)]

    def __call__(self, x: Any) -> list[Value]:
        u, v = self.w
        twice = u * x[0]
        return [twice, Value(2.0) * x[1], v * x[2] + twice, v * x[2], twice]


class Shares(nn.Module):
    """Probabilities, whose exponentials the compiler writes again."""

    def __init__(self) -> None:
        self.layers = nn.MLP(3, [4, 2], "tanh", "linear", seed=2)

    def __call__(self, x: Any) -> Any:
        outputs: Any = self.layers(x)
        return softmax(outputs)


CASES: dict[str, tuple[Any, Any, list[float]]] = {
    "sigmoid": (nn.MLP(3, [4, 2], "sigmoid", "sigmoid", seed=1), nn.losses.binary_cross_entropy, [0.0, 1.0]),
    "logits": (nn.MLP(3, [4, 3], "tanh", "linear", seed=1), nn.losses.cross_entropy, [0.0, 1.0, 0.0]),
    "one output": (nn.MLP(3, [4, 1], "tanh", "linear", seed=1), nn.losses.squared_error, [0.5]),
    "a loop of layers": (nn.MLP(3, [4, 4, 4, 4, 2], "tanh", "linear", seed=1), nn.losses.huber, [0.5, 1.5]),
    "several kinds": (Mixed(), nn.losses.squared_error, [1.0, 2.0, 3.0, 4.0, 5.0]),
    "softmax": (Shares(), nn.losses.squared_error, [1.0, 0.0]),
}


def compiled(model: Any, loss: Any, y: list[float]) -> Program:
    def cost(x: Any, y: Any) -> Any:
        outputs = model(x)
        return loss(outputs, y), [outputs] if isinstance(outputs, Value) else outputs

    return autograd.compile(cost, model, ([0.1, 0.2, 0.3], y))


def outputs_by_hand(model: Any, row: Any) -> list[float]:
    outputs = model([Value(x) for x in row.tolist()])
    return [output.data for output in ([outputs] if isinstance(outputs, Value) else outputs)]


@pytest.mark.parametrize("case", CASES)
def test_outputs_are_those_of_the_graph_and_cost_and_gradient_as_without_them(case: str) -> None:
    model, loss, y = CASES[case]
    program = compiled(model, loss, y)
    theta, x, ys = np.array(nn.unroll(model)), R.normal(size=(5, 3)), np.array([y] * 5)
    cost, gradient, outputs = program(theta, x, ys)
    assert np.allclose(outputs, [outputs_by_hand(model, row) for row in x], rtol=1e-13, atol=0)
    plain = autograd.compile(lambda x, y: loss(model(x), y), model, ([0.1, 0.2, 0.3], y))
    assert cost == pytest.approx(plain(theta, x, ys)[0], rel=1e-13)
    assert np.allclose(gradient, plain(theta, x, ys)[1], rtol=1e-12, atol=1e-15)
    again = with_buffers(program.bound, [theta, x, ys])(theta, x, ys)
    assert np.allclose(again[2], outputs, rtol=1e-13, atol=0)


@pytest.mark.parametrize("case", CASES)
def test_programs_with_outputs_are_saved_and_shown(case: str, tmp_path: Path) -> None:
    model, loss, y = CASES[case]
    program = compiled(model, loss, y)
    theta, x, ys = np.array(nn.unroll(model)), R.normal(size=(5, 3)), np.array([y] * 5)
    copy = Program.load(program.save(tmp_path / "program.json"))
    assert all(np.array_equal(*pair) for pair in zip(copy(theta, x, ys), program(theta, x, ys), strict=True))
    assert "outputs" not in [row.name for row in program.beside(model).rows]
    assert program.passes["lines"].lines
    direction = np.ones_like(theta)
    plain = autograd.compile(lambda x, y: loss(model(x), y), model, ([0.1, 0.2, 0.3], y))
    first, second = (each.hessian_vector_product(theta, direction, x, ys) for each in (program, plain))
    assert np.allclose(first, second, rtol=1e-12, atol=1e-14)


def test_outputs_that_a_program_cannot_give_are_refused() -> None:
    w = Value(0.5, "w")
    with pytest.raises(ValueError, match="not computed from output 1, x"):
        autograd.compile(lambda x: (w + 1.0, [w, x]), [w], (1.0,))
    with pytest.raises(ValueError, match="the same for all examples"):
        autograd.compile(lambda x: (w * x, [w]), [w], (1.0,))
    with pytest.raises(TypeError, match="compile"):
        autograd.compile(lambda x: (w * x, [x.data]), [w], (1.0,))


def test_outputs_that_change_with_the_numbers_are_refused() -> None:
    w = Value(0.5, "w")

    def cost(x: Value) -> Any:
        a, b = w * x, w + x
        return a * b, [a if x.data > 0 else b]

    with pytest.raises(ValueError, match="does other operations at other numbers"):
        autograd.compile(cost, [w], (1.0,))


def test_the_same_cost_with_other_outputs_is_another_program() -> None:
    w = Value(0.5, "w")

    def program(which: int) -> Program:
        def cost(x: Value) -> Any:
            parts = w * x, w + x
            return parts[0] * parts[1], [parts[which]]

        return autograd.compile(cost, [w], (1.0,))

    assert program(0)([0.5], [[3.0]])[2].tolist() == [[1.5]]
    assert program(1)([0.5], [[3.0]])[2].tolist() == [[3.5]]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("needed", [(1,), (1, 2), (2, 0), (0, 1, 2)])
def test_what_is_prepared_computes_what_is_needed_the_same_in_each_call(case: str, needed: tuple[int, ...]) -> None:
    model, loss, y = CASES[case]
    program = compiled(model, loss, y)
    theta, x, ys = np.array(nn.unroll(model)), R.normal(size=(5, 3)), np.array([y] * 5)
    expected = program(theta, x, ys)
    run = program.prepared(theta, x, ys, needed=needed)
    first = [np.copy(each) for each in run(theta, x, ys)]
    run(2.0 * theta, x, ys)
    for found, again, place in zip(run(theta, x, ys), first, needed, strict=True):
        assert np.array_equal(found, again)
        assert np.allclose(found, expected[place], rtol=1e-12, atol=1e-15)


def test_what_is_prepared_takes_arrays_of_the_programs_sizes() -> None:
    model, loss, y = CASES["sigmoid"]
    program = compiled(model, loss, y)
    with pytest.raises(ValueError, match="X must have an example in each row"):
        program.prepared(nn.unroll(model), np.zeros((5, 4)), np.zeros((5, 2)), needed=(1,))
