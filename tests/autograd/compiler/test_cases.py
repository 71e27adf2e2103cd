"""Costs as users write them: their programs give what the scalar engine gives, to 1e-12, and read as a person's do."""

import random

import numpy as np
import pytest

from tests.autograd.compiler.cases import CASES
from tests.autograd.compiler.scalars import error, flat

# Of some costs: how many lines their programs have at most, and how many lists of places they gather by.
TEXTS = {
    "MLP 64-30-10": (21, 0),
    "tied autoencoder": (18, 0),
    "one layer used twice": (18, 0),
    "skip connections": (36, 0),
    "an input used twice": (18, 0),
    "two towers": (30, 0),
    "1-D convolution": (21, 1),
    "2-D convolution": (21, 1),
    "attention": (21, 0),
    "naive softmax": (16, 0),
    "Rosenbrock": (11, 0),
    "batch normalization": (26, 0),
    "moons, as leaves": (34, 0),
    "moons, as numbers": (29, 0),
    "springs": (8, 0),
    "recurrence": (47, 0),
}


@pytest.mark.parametrize("name", CASES)
def test_cost_and_gradient_are_those_of_the_scalar_engine(name: str) -> None:
    case, r = CASES[name](), random.Random(0)
    examples = [
        np.array([[number + r.uniform(-0.01, 0.01) for number in flat(part)] for _ in range(3)])
        for part in case.example
    ]
    program = case.compiled()
    assert error(program, case, *examples) <= 1e-12
    assert not program.fallbacks
    if name in TEXTS:
        body = program.source[program.source.index("def program") :].rpartition('"""')[2]
        most, n_lists = TEXTS[name]
        assert body.strip().count("\n") <= most, program.source
        assert len(program.indices) == n_lists, program.source
