"""Rows as functions of arrays: with all their digits, and without a warning."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from autograd import ops
from autograd.compiler.mathematics import definition


def function(name: str) -> Callable[..., Any]:
    scope: dict[str, Any] = {}
    exec("\n".join(definition(getattr(ops, name))), scope)
    found: Callable[..., Any] = scope[name]
    return found


@pytest.mark.parametrize(("dtype", "smallest"), [(np.float64, -708.0), (np.float32, -87.0)])
def test_sigmoid_has_all_its_digits_from_the_smallest_number_to_1(dtype: Any, smallest: float) -> None:
    x = np.concatenate([np.linspace(smallest, 60.0, 500), np.linspace(-2.0, 2.0, 100)]).astype(dtype)
    with np.errstate(all="raise", under="ignore"):
        found = function("sigmoid")(np, x)
    assert found.dtype == dtype
    with mpmath.workdps(40):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(float(each)))) for each in x]
        errors = [abs(mpmath.mpf(float(each)) / other - 1) for each, other in zip(found, exact, strict=True)]
    assert max(errors) <= 3 * np.finfo(dtype).eps


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sigmoid_does_not_overflow(dtype: Any) -> None:
    x = np.array([-np.inf, -np.finfo(dtype).max, -1000.0, 1000.0, np.finfo(dtype).max, np.inf, np.nan], dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        found = function("sigmoid")(np, x)
    assert found[:-1].tolist() == [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    assert np.isnan(found[-1])
