"""Texts that do what programs do, but not with the arrays that they are given."""

from types import SimpleNamespace

import numpy as np
import pytest

from autograd.compiler.fitting import NAMESPACE, Shaped, require_fit, shape_of
from autograd.compiler.routine import Routine

DOUBLED = "\n    ".join(["t0 = theta", *(f"t{k + 1} = xp.concat([t{k}, t{k}], axis=0)" for k in range(50))])

WRONG = {  # what is wrong with them: the lines, the cost and the gradient, and a part of the message
    "there is no cost": ("", "theta", "theta", r"it gives \(4,\) and \(4,\) instead of \(\) and \(4,\)"),
    "there is no gradient": ("", "1", "theta[0:3]", r"it gives \(\) and \(3,\)"),
    "a part is beyond the parameters": ("t1 = theta[2:6]", "1", "theta", "a part goes beyond 4"),
    "a place is beyond the parameters": ("t1 = theta[4]", "1", "theta", "there is no place 4 in 4"),
    "places are beyond them": (
        "t1 = xp.take(theta, index1, axis=0)",
        "1",
        "theta",
        "there is no place 7 in 4",
    ),
    "a column is missing": ("t1 = X[:, 2]", "1", "theta", "there is no place 2 in 2"),
    "there are too many places": ("t1 = theta[0, 0]", "1", "theta", "has no such part"),
    "two arrays do not fit": ("t1 = theta + X", "1", "theta", "do not fit"),
    "a product does not fit": ("t1 = theta @ X", "1", "theta", "none of a matrix product"),
    "a number is no matrix": ("t1 = theta[0] @ theta", "1", "theta", "takes two arrays"),
    "a vector is turned": ("t1 = theta.T", "1", "theta", "has no rows and columns"),
    "a reshape does not fit": ("t1 = xp.reshape(theta, (3, 2))", "1", "theta", "does not fit in"),
    "a reshape leaves a rest": ("t1 = xp.reshape(theta, (-1, 3))", "1", "theta", "does not fit in"),
    "axes are there twice": ("t1 = xp.permute_dims(X, (0, 0))", "1", "theta", "are not the axes"),
    "what is joined does not fit": ("t1 = xp.concat([X, theta[:, None]], axis=1)", "1", "theta", "beside each other"),
    "a sum is over a missing axis": ("t1 = xp.sum(X, axis=2)", "1", "theta", "out of range"),
    "a contraction does not fit": ("t1 = xp.tensordot(X, theta, axes=((1,), (0,)))", "1", "theta", "along"),
    "a broadcast does not fit": ("t1 = xp.broadcast_to(theta, (4, 3))", "1", "theta", "do not fit"),
    "a broadcast is too large": ("t1 = xp.broadcast_to(theta, (999999999, 4))", "1", "theta", "too large"),
    "a sum grows too large": (DOUBLED, "1", "theta", "too large"),
    "there is a product for each pair of examples": ("t1 = X @ X.T", "1", "theta", "each pair of examples"),
    "a layer is missing": ("W = {}\n    t1 = W[3]", "1", "theta", "3"),
    "a loop does nothing": ("for l in range(0):\n        t1 = theta\n    t2 = t1", "1", "theta", "t1"),
    "there is a division by zero": ("t1 = 1 / 0", "1", "theta", "division by zero"),
    "a number has a shape": ("t1 = 1\n    t2 = t1[0]", "1", "theta", "subscriptable"),
    "a function has no axis to go along": ("t1 = xp.take(theta, index1)", "1", "theta", "axis"),
}


def routine(lines: str, cost: str, gradient: str) -> Routine:
    source = f"def program(xp, theta, X):\n    {lines or 'n = X.shape[0]'}\n    return {cost}, {gradient}\n"
    return Routine(source, {"theta": 4, "X": 2}, {"index1": np.array([0, 7])}, np.array([]), [])


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_found_without_an_array(name: str) -> None:
    *text, message = WRONG[name]
    with pytest.raises(ValueError, match=message):
        require_fit(routine(*text))


def test_the_message_names_the_line() -> None:
    with pytest.raises(ValueError, match=r"^line 3, `t2 = t1\[:, 2\]`: there is no place 2 in 2\.$"):
        require_fit(routine("t1 = X\n    t2 = t1[:, 2]", "1", "theta"))


@pytest.mark.parametrize(
    "text",
    [
        "a + b", "2.0 / b", "a ** c", "a > b", "(a > 0) & (b > 0)", "-a @ b.T", "b @ c", "c @ b.T", "a @ c", "c @ c",
        "a[:, 0, 1:5:2]", "a[None, 2, :, None]", "b[-1]", "b[:, :-1]", "b[0:0]", "xp.exp(a)", "xp.where(a > 0, b, 0)",
        "xp.hypot(a, b)", "xp.sum(a)", "xp.sum(a, axis=-1)", "xp.sum(b, axis=0)", "xp.max(b, axis=-1)",
        "xp.reshape(a, (-1, 3))", "xp.reshape(b, (5, 2))", "xp.permute_dims(a, (2, 0, 1))",
        "xp.broadcast_to(b, (7, 2, 5))", "xp.flip(b, axis=1)", "xp.full_like(a, 3)", "xp.concat([b, b], axis=1)",
        "xp.concat([b, b], axis=0)", "xp.concat([a, b, c, c[0]], axis=None)", "xp.tensordot(a, b, axes=((2,), (1,)))",
    ],
)  # fmt: skip
def test_shapes_are_those_of_numpy(text: str) -> None:
    arrays = {"a": np.ones((3, 1, 5)), "b": np.ones((2, 5)), "c": np.ones(5)}
    shapes = {name: Shaped(*array.shape) for name, array in arrays.items()}
    assert (
        shape_of(eval(text, {"xp": SimpleNamespace(**NAMESPACE), **shapes})) == eval(text, {"xp": np, **arrays}).shape
    )
