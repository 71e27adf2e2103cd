"""The Hessian times a direction, as a program: what the scalar engine gives by two passes."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, constant
from autograd.compiler import Program
from tests.autograd.compiler.programs import Generator


def product_by_scalars(cost: Callable[..., Value], point: list[float], direction: list[float], X: Any, Y: Any) -> Any:
    """The mean over the examples of the Hessian of each, times the direction."""
    found = np.zeros(len(point))
    for x, y in zip(X, Y, strict=True):

        def of(theta: list[Value], x: list[float] = x, y: list[float] = y) -> Value:
            return cost(theta, [constant(each) for each in x], [constant(each) for each in y])

        found += np.array(autograd.hessian_vector_product(of, point, direction)) / len(X)
    return found


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_costs_that_a_generator_made(first: int) -> None:
    for seed in range(first, first + 25):
        made, r = Generator(seed).made(), random.Random(seed)

        def numbers(count: int, r: random.Random = r) -> list[float]:
            return [r.uniform(-1.0, 1.0) for _ in range(count)]

        point, direction = numbers(made.n_parameters), numbers(made.n_parameters)
        theta = [Value(number) for number in point]
        X, Y = [[numbers(count) for _ in range(3)] for count in (made.n_inputs, made.n_targets)]
        program = autograd.compile(lambda x, y, made=made, theta=theta: made.cost(theta, x, y), theta, (X[0], Y[0]))
        expected = product_by_scalars(made.cost, point, direction, X, Y)
        found = program.hessian_vector_product(point, direction, X, Y)
        assert np.abs(found - expected).max() <= 1e-11 * max(1.0, np.abs(expected).max()), program.source


def network() -> Program:
    model = nn.MLP(8, [5, 4], "sigmoid", "sigmoid", seed=1)
    example = [0.1] * 8, [0.0] * 4
    return autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model, example)


def test_the_tangents_have_the_names_of_what_they_are_tangents_of() -> None:
    source = network().hessian_vector_product.source
    for line in (
        "W1_dot = xp.reshape(direction[0:40], (5, 8))",
        "z1_dot = X @ W1_dot.T + b1_dot",
        "z2_dot = a1_dot @ W2.T + a1 @ W2_dot.T + b2_dot",
        "product_W1 = delta1_dot.T @ X",
        "product_b2 = xp.sum(delta2_dot, axis=0)",
    ):
        assert f"    {line} " in source
    assert "The Hessian of the mean cost of n examples, times a direction." in source
    assert source.endswith("    return product\n")
    assert "take" not in source


def test_it_says_what_it_takes() -> None:
    program = network()
    assert repr(program).startswith("Program(theta: (69,), X: (n, 8), Y: (n, 4)), ")
    assert repr(program.hessian_vector_product).startswith("HessianVectorProduct(theta: (69,), direction: (69,), X: ")


def test_it_is_lifted_once_and_symmetric() -> None:
    program = network()
    assert program.hessian_vector_product is program.hessian_vector_product
    random = np.random.default_rng(1)
    theta, u, v = random.normal(size=(3, program.sizes["theta"]))
    X, Y = random.normal(size=(7, 8)), random.normal(size=(7, 4))
    product = program.hessian_vector_product
    assert u @ product(theta, v, X, Y) == pytest.approx(v @ product(theta, u, X, Y), rel=1e-12)


def test_a_wrong_direction_is_named() -> None:
    product = network().hessian_vector_product
    with pytest.raises(ValueError, match=r"direction must be a vector of 69 parameters, but has the shape \(3,\)"):
        product([0.0] * 69, [1.0] * 3, [[0.0] * 8], [[0.0] * 4])
    with pytest.raises(TypeError, match="the program takes theta, direction, X, Y, but got 3 arguments"):
        product([0.0] * 69, [[0.0] * 8], [[0.0] * 4])


def test_a_cost_that_has_changed_since_is_not_recorded_again() -> None:
    w, strength = Value(0.5, "w"), [0.1]
    program = autograd.compile(lambda x: (w * x - 1.0) ** 2 + strength[0] * w * w, [w], example=(1.0,))
    strength[0] = 10.0
    for ask in (lambda: program.hessian_vector_product, lambda: program.passes, program.beside):
        with pytest.raises(ValueError, match="another one now"):
            ask()
    strength[0] = 0.1
    assert program.hessian_vector_product([0.5], [1.0], [2.0]) == pytest.approx([8.2], rel=1e-12)
