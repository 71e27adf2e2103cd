"""Derivatives that are kept, for one direction after another."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from autograd import (
    Value,
    count_passes,
    exp,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    linearize,
    linearize_grad,
    no_grad,
    sin,
    value_and_grad,
)

AT = [0.3, -0.7, 1.9]


def f(v: Sequence[Any]) -> list[Any]:
    return [v[0] * v[1] * v[2], sin(v[0] * v[2]), exp(v[1]), v[0]]


def g(v: Sequence[Any]) -> Any:
    return sin(v[0] * v[1]) * v[2] ** 2 + exp(v[0])


def test_it_is_the_jacobian() -> None:
    values, push = linearize(f, AT)
    J = np.array(jacobian(f, AT))
    assert (values, push.shape, push.T.shape) == ([float(x) for x in f(AT)], (4, 3), (3, 4))
    assert push.matrix() == J.tolist()
    assert push.T.matrix() == J.T.tolist()
    v, w = [0.5, -1.0, 2.0], [1.0, 2.0, -0.5, 0.25]
    assert push(v) == jvp(f, AT, v)[1] == push.matvec(np.array(v))
    assert np.allclose(push(v), J @ v, rtol=1e-14)
    assert np.allclose(push.T(w), w @ J, rtol=1e-14)
    assert push.T(w) == push.rmatvec(w)
    assert push.T.T(v) == push(v)
    assert push([v, AT]) == push(np.array([v, AT])) == [push(v), push(AT)]
    assert push.T([w, w]) == [push.T(w)] * 2
    assert push([1, 0, 0]) == push([1.0, 0.0, 0.0])


def test_it_is_the_hessian() -> None:
    value, gradient, push = linearize_grad(g, AT)
    assert (value, gradient) == value_and_grad(g, AT)
    assert push.shape == (3, 3)
    assert np.allclose(push.matrix(), hessian(g, AT), rtol=1e-14)
    for v in np.eye(3):
        assert push(v) == hessian_vector_product(g, AT, v)


def test_one_number_in_one_number_out() -> None:
    value, push = linearize(sin, 0.5)
    assert (value, push(2.0)) == jvp(sin, 0.5, 2.0)
    assert push([1.0, 2.0]) == [push(1.0), push(2.0)]
    assert push.T(2.0) == push(2.0)
    values, push = linearize(lambda x: [x, x * x], 3.0)
    assert (values, push(1.0), push.T([1.0, 1.0]), push([1.0, 0.0])) == (
        [3.0, 9.0],
        [1.0, 6.0],
        7.0,
        [[1.0, 6.0], [0.0, 0.0]],
    )
    value, push = linearize(lambda v: v[0] * v[1], [3.0, 4.0])
    assert (value, push([1.0, 1.0]), push.T(2.0), push([[1.0, 1.0]])) == (12.0, 7.0, [8.0, 6.0], [7.0])
    value, slope, push = linearize_grad(lambda x: x**3, 2.0)
    assert (value, slope, push(1.0), push([1.0, 2.0])) == (8.0, 12.0, 12.0, [12.0, 24.0])


def test_f_is_called_once_and_each_direction_is_one_pass() -> None:
    calls = []

    def counted(v: Sequence[Any]) -> Any:
        calls.append(v)
        return g(v)

    _, _, push = linearize_grad(counted, AT)
    with count_passes() as passes:
        for v in np.eye(3):
            push(v)
        push.T([1.0, 0.0, 0.0])
    assert (len(calls), passes.forward, passes.reverse) == (1, 3, 1)


def test_it_holds_for_the_numbers_of_then() -> None:
    w = Value(2.0)
    _, push = linearize(lambda x: x * w, 3.0)
    w.data = 5.0
    assert push(1.0) == 2.0
    assert linearize(lambda x: x * w, 3.0)[1](1.0) == 5.0


def test_solvers_of_scipy_take_it() -> None:
    solvers = pytest.importorskip("scipy.sparse.linalg")
    at = [1.2, 0.4]
    _, gradient, push = linearize_grad(lambda v: exp(v[0]) + v[0] * v[1] + 2.0 * v[1] ** 2, at)
    step, failed = solvers.cg(push, -np.array(gradient), rtol=1e-12)
    assert not failed
    assert np.allclose(np.array(push.matrix()) @ step, -np.array(gradient), rtol=1e-10)


def test_inside_of_another_derivative_it_says_what_to_take() -> None:
    for inner in (linearize, linearize_grad):
        for outer in (lambda h: jvp(h, 2.0, 1.0), lambda h: value_and_grad(h, 2.0)):
            with pytest.raises(TypeError, match=r"a linear map has numbers.* take jvp or hessian_vector_product"):
                outer(lambda x, inner=inner: inner(lambda u: u * x, 1.0)[-1](1.0) * x)
        assert jvp(lambda x, inner=inner: inner(lambda u: u * u, 3.0)[0] * x, 2.0, 1.0) == (18.0, 9.0)  # type: ignore[misc]
        with no_grad(), pytest.raises(ValueError, match="nothing is recorded"):
            inner(sin, 1.0)


def test_what_is_no_vector_is_refused() -> None:
    _, push = linearize(f, AT)
    for wrong, error, message in (
        ([1.0], ValueError, "the vector needs 3 numbers here, but has 1"),
        ([[1.0]], ValueError, "the vector needs 3 numbers here, but has 1"),
        (1.0, TypeError, "the vector must be a list of numbers, but got 1.0"),
        ([1.0, "2", 3.0], TypeError, "entry 1 of a vector must be one real number, but got '2'"),
        ([1.0, Value(2.0), 3.0], TypeError, "entry 1 of a vector must be one real number, but got Value"),
    ):
        with pytest.raises(error, match=message):
            push(wrong)
    with pytest.raises(TypeError, match="the vector must be one real number"):
        linearize(sin, 1.0)[1]("1")
    assert repr(push) == "LinearMap from 3 to 4 numbers, by 8 edges"
