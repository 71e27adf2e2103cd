"""Costs as users write them give what the scalar engine gives, to 1e-12."""

import random

import numpy as np
import pytest

from tests.autograd.compiler.cases import CASES
from tests.autograd.compiler.scalars import flat, in_scalars


@pytest.mark.parametrize("name", CASES)
def test_cost_and_gradient_are_those_of_the_scalar_engine(name: str) -> None:
    case, r = CASES[name](), random.Random(0)
    theta = np.array([parameter.data for parameter in case.parameters])
    examples = [
        np.array([[number + r.uniform(-0.01, 0.01) for number in flat(part)] for _ in range(3)])
        for part in case.example
    ]
    program = case.compiled()
    expected, gradient = in_scalars(case, theta, *examples)
    value, found = program(theta, *examples)
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.linalg.norm(found - gradient) <= 1e-12 * np.linalg.norm(gradient)
