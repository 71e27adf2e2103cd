"""What second derivatives buy: Newton's method on a network, with the Hessian and with products by it only."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize

import nn
from autograd import Value, hessian, hessian_vector_product, value_and_grad

Cost = Callable[[list[Value]], Value]

POINTS = [(-2.0, 0.1), (-1.2, 0.4), (-0.5, 0.2), (0.0, 0.9), (0.4, 0.5), (1.1, 0.8), (1.7, 0.6), (2.3, 0.95)]


def logistic_cost(theta: list[Value]) -> Value:
    """One neuron with a sigmoid, cross-entropy and a penalty: a convex cost of two parameters."""
    w, b = theta
    losses = [(w * x + b).softplus() - y * (w * x + b) for x, y in POINTS]
    return sum(losses[1:], losses[0]) / len(losses) + 0.05 * w * w


def network_cost() -> tuple[Cost, list[float]]:
    """A network with 3 tanh neurons, fitted to a curve: its parameters are the inputs."""
    model = nn.MLP(1, [3, 1], "tanh", seed=4)
    parameters = model.parameters()

    def cost(theta: list[Value]) -> Value:
        z = [theta[j] * x + theta[3 + j] for x, _ in POINTS for j in range(3)]
        a = [node.tanh() for node in z]
        outputs = [sum((theta[6 + j] * a[3 * k + j] for j in range(3)), theta[9] + 0.0) for k in range(len(POINTS))]
        errors = [(output - y) ** 2 for output, (_, y) in zip(outputs, POINTS, strict=True)]
        return sum(errors[1:], errors[0]) / len(errors) + 0.001 * sum((p * p for p in theta[1:]), theta[0] ** 2)

    return cost, [p.data for p in parameters]


def norm(vector: list[float]) -> float:
    return math.sqrt(sum(x * x for x in vector))


def newton_direction(cost: Cost, theta: list[float], gradient: list[float]) -> list[float]:
    """Solve H p = -g by conjugate gradients, which need products H v only, as far as the curvature is positive.

    Reference: Nocedal & Wright, "Numerical Optimization", 2nd ed., algorithm 7.1.
    """
    p, r = [0.0] * len(theta), list(gradient)
    d = [-x for x in r]
    for _ in range(2 * len(theta)):
        if norm(r) <= min(0.5, math.sqrt(norm(gradient))) * norm(gradient):
            break
        hd = hessian_vector_product(cost, theta, d)
        curvature = sum(a * b for a, b in zip(d, hd, strict=True))
        if curvature <= 0:
            return p if any(p) else d
        step = sum(x * x for x in r) / curvature
        p = [a + step * b for a, b in zip(p, d, strict=True)]
        new = [a + step * b for a, b in zip(r, hd, strict=True)]
        beta = sum(x * x for x in new) / sum(x * x for x in r)
        r = new
        d = [-a + beta * b for a, b in zip(r, d, strict=True)]
    return p


def truncated_newton(cost: Cost, theta: list[float], steps: int) -> tuple[list[float], list[float]]:
    """The parameters after some steps, each halved until the cost falls, and the norm of the gradient before each."""
    norms = []
    for _ in range(steps):
        value, gradient = value_and_grad(cost, theta)
        norms.append(norm(gradient))
        direction = newton_direction(cost, theta, gradient)
        slope = sum(a * b for a, b in zip(gradient, direction, strict=True))
        rate = 1.0
        while rate > 1e-6:
            there = [t + rate * p for t, p in zip(theta, direction, strict=True)]
            if value_and_grad(cost, there)[0] <= value + 1e-4 * rate * slope:
                break
            rate /= 2
        theta = there
    return theta, norms


def gradient_descent(cost: Cost, theta: list[float], steps: int, rate: float) -> list[float]:
    for _ in range(steps):
        theta = [t - rate * g for t, g in zip(theta, value_and_grad(cost, theta)[1], strict=True)]
    return theta


def test_newtons_method_doubles_the_digits_with_each_step() -> None:
    theta, norms = [0.0, 0.0], []
    for _ in range(7):
        gradient = value_and_grad(logistic_cost, theta)[1]
        norms.append(norm(gradient))
        theta = list(np.array(theta) - np.linalg.solve(hessian(logistic_cost, theta), gradient))
    assert norms[-1] < 1e-15
    for before, after in itertools.pairwise(norms[1:]):
        assert after <= 10 * before**2 + 1e-16
    best = minimize(lambda t: value_and_grad(logistic_cost, list(t)), [0.0, 0.0], jac=True, tol=1e-12).x
    assert theta == pytest.approx(list(best), abs=1e-6)


def test_conjugate_gradients_solve_the_newton_equations_exactly() -> None:
    theta = [0.3, -0.2]
    gradient = [1e-12 * g for g in value_and_grad(logistic_cost, theta)[1]]  # a small one is solved to the end
    direction = newton_direction(logistic_cost, theta, gradient)
    exact = np.linalg.solve(hessian(logistic_cost, theta), [-g for g in gradient])
    assert direction == pytest.approx(list(exact), rel=1e-10)


def test_truncated_newton_arrives_where_gradient_descent_is_still_far() -> None:
    cost, start = network_cost()
    found, norms = truncated_newton(cost, start, 25)
    assert norms[-1] < 1e-10
    for rate in (0.1, 0.3, 1.0):
        assert norm(value_and_grad(cost, gradient_descent(cost, start, 25, rate))[1]) > 1e-4
    by_scipy = minimize(
        lambda t: value_and_grad(cost, list(t)),
        found,
        jac=True,
        hessp=lambda t, v: hessian_vector_product(cost, list(t), list(v)),
        method="trust-ncg",
        options={"gtol": 1e-10},
    )
    assert found == pytest.approx(list(by_scipy.x), abs=1e-6)
    assert np.linalg.eigvalsh(hessian(cost, found)).min() > 0  # a minimum, by the curvature
