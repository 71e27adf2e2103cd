"""The Jacobian of a program's outputs is that of the scalar engine, example by example."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, tanh
from autograd.compiler import Program
from autograd.engine import topological_order
from autograd.functions import recorded_alike
from tests.autograd.compiler.programs import Generator, total
from tests.autograd.compiler.test_program_outputs import CASES, compiled

R = np.random.default_rng(0)


def by_scalars(outputs: Callable[..., Any], point: Any, X: Any, Y: Any) -> Any:
    """The Jacobian of each example, on its graph."""
    found = []
    for x, y in zip(X, Y, strict=True):

        def of(theta: Any, x: Any = x, y: Any = y) -> Any:
            with recorded_alike():  # as programs are
                return outputs(theta, [Value(float(each)) for each in x], [Value(float(each)) for each in y])

        found.append(autograd.jacobian(of, [*map(float, point)]))
    return np.array(found)


def same(found: Any, expected: Any) -> bool:
    """Whether two Jacobians agree to 1e-12 of the largest number, or of 1."""
    return bool(
        found.shape == expected.shape and np.abs(found - expected).max() <= 1e-12 * max(1.0, np.abs(expected).max())
    )


@pytest.mark.parametrize("case", CASES)
def test_networks_and_other_models(case: str) -> None:
    model, loss, y = CASES[case]
    jacobian = compiled(model, loss, y).jacobian
    theta, X = np.array(nn.unroll(model)), R.normal(size=(5, 3))
    parameters = list(model.parameters())
    expected = []
    for x in X:
        outputs = model([*map(Value, x.tolist())])
        rows = [outputs] if isinstance(outputs, Value) else outputs
        expected.append([[each.data for each in autograd.grad(row, parameters)] for row in rows])
    for _ in range(3):  # with buffers, too
        assert same(jacobian(theta, X, np.array([y] * 5)), np.array(expected)), jacobian.source


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_costs_that_a_generator_made(first: int) -> None:
    n_compared = 0
    for seed in range(first, first + 20):
        made, r = Generator(seed).made(), random.Random(seed)
        point = [r.uniform(-1.0, 1.0) for _ in range(made.n_parameters)]
        theta = [*map(Value, point)]
        X, Y = ([[r.uniform(-1.0, 1.0) for _ in range(n)] for _ in range(3)] for n in (made.n_inputs, made.n_targets))

        def with_outputs(theta: Any, x: Any, y: Any, made: Any = made) -> Any:
            found = made.cost(theta, x, y)
            varying = {*x, *y}
            inside = []  # what differs from example to example
            for node in topological_order(found):
                if not varying.isdisjoint(node.parents):
                    varying.add(node)
                    inside.append(node)
            return found, [inside[-1], inside[-2]]

        try:
            program = autograd.compile(lambda x, y, theta=theta, of=with_outputs: of(theta, x, y), theta, (X[0], Y[0]))
        except ValueError as refused:  # an output that varies in name only, such as x - x
            assert "the same for all examples" in str(refused)  # noqa: PT017
            continue
        expected = by_scalars(lambda *given, of=with_outputs: of(*given)[1], point, X, Y)
        assert same(program.jacobian(point, X, Y), expected), program.jacobian.source
        n_compared += 1
    assert n_compared > 10


def test_what_does_not_vary_with_the_examples_has_a_number_for_each() -> None:
    a, b, c = Value(0.5), Value(2.0), Value(1.0)

    def cost(x: Value) -> Any:
        output = a * b + x
        return output**2 + c, [output]

    jacobian = autograd.compile(cost, [a, b, c], (1.0,)).jacobian
    assert jacobian([0.5, 2.0, 1.0], [[1.0], [2.0]]).tolist() == [[[2.0, 0.5, 0.0]]] * 2


def test_numbers_that_are_a_vector_of_the_text_and_targets_are_taken() -> None:
    w = [Value(0.1 * k) for k in range(9)]

    def cost(x: Any, y: Any) -> Any:
        output = total([tanh(each * (3.0 + k) * x) for k, each in enumerate(w)]) * y
        return output * output, [output]

    program = autograd.compile(cost, w, (1.0, 2.0))
    assert program.data.size
    point, X, Y = [0.1 * k for k in range(9)], [[0.3], [0.7]], [[2.0], [-1.0]]

    def outputs(theta: Any, x: Any, y: Any) -> Any:
        return [total([tanh(each * (3.0 + k) * x[0]) for k, each in enumerate(theta)]) * y[0]]

    assert same(program.jacobian(point, X, Y), by_scalars(outputs, point, X, Y))


def test_what_it_says(tmp_path: Path) -> None:
    model, loss, y = CASES["sigmoid"]
    program = compiled(model, loss, y)
    assert program.jacobian is program.jacobian
    assert repr(program.jacobian).startswith("OutputJacobian(theta: (26,), X: (n, 3), Y: (n, 2)), ")
    with pytest.raises(MemoryError, match=r"would write out an array of 1\.2 GB, and 1 GB is the most"):
        program.jacobian(np.zeros(26), np.zeros((3_000_000, 3)), np.zeros((3_000_000, 2)))
    with pytest.raises(ValueError, match="this program was loaded"):
        Program.load(program.save(tmp_path / "program.json")).jacobian  # noqa: B018
    w = Value(0.5)
    with pytest.raises(ValueError, match=r"gives none: return cost, \[output, \.\.\.\] from it"):
        autograd.compile(lambda x: w * x, [w], (1.0,)).jacobian  # noqa: B018
