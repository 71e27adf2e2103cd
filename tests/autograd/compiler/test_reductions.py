"""Sums in few calls are the same sums."""

from typing import Any

import numpy as np
import pytest

from autograd.compiler.arrays import Array, named, plain, rewritten, text
from autograd.compiler.reductions import in_few_calls

SHAPES: dict[str, tuple[Any, ...]] = {"u": ("n",), "v": ("n",), "w": (3,), "a": ("n", 3), "b": ("n", 3), "c": ("n", 4)}
U, V, W, A, B, C = map(named, "uvwabc")


def summed(array: Array, axis: int = 0) -> Array:
    return array.call("sum", axis=axis)


CASES = {
    "u @ v": (U * V).call("sum"),
    "2 * (u @ u)": plain(2.0) * (U * U).call("sum"),
    "xp.sum(a + b, axis=0)": summed(A) + summed(B),
    "xp.sum(a - b, axis=0)": summed(A) + -summed(B),
    "-xp.sum(a - b, axis=0)": -summed(A) + summed(B),
    "-xp.sum(a + b, axis=0)": -summed(A) + -summed(B),
    "w + xp.sum(a + b + a, axis=0)": W + summed(A) + summed(B) + summed(A),
    "xp.sum(a + b, axis=0) + w + xp.sum(b, axis=0)": summed(A) + summed(B) + W + summed(B),
    # What cannot be one: of other shapes, over other axes, of matrices.
    "xp.sum(a, axis=1) + xp.sum(c, axis=1)": summed(A, 1) + summed(C, 1),
    "xp.sum(a * b)": (A * B).call("sum"),
    "xp.sum(a * w)": (A * W).call("sum"),
    "xp.sum(u) + xp.sum(v)": U.call("sum") + V.call("sum"),
}


@pytest.mark.parametrize("expected", CASES)
def test_a_sum_is_the_same_in_few_calls(expected: str) -> None:
    found = rewritten(CASES[expected], lambda each: in_few_calls(each, SHAPES))
    assert text(found) == expected
    random = np.random.default_rng(1)
    scope = {name: random.normal(size=[7 if size == "n" else size for size in shape]) for name, shape in SHAPES.items()}
    before, after = (eval(text(each), {"xp": np}, scope) for each in (CASES[expected], found))
    np.testing.assert_allclose(after, before, rtol=1e-13, atol=1e-14)
