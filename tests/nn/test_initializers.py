import math
import random

import pytest

import nn
from nn.initializers import INITIALIZERS, generator


def test_seeds_make_runs_repeat() -> None:
    vectors = [nn.unroll(nn.MLP(3, [4, 2], seed=seed)) for seed in (7, 7, 8)]
    assert vectors[0] == vectors[1] != vectors[2]
    random.seed(5)
    first = nn.unroll(nn.MLP(3, [4, 2]))
    random.seed(5)
    assert nn.unroll(nn.MLP(3, [4, 2])) == first


@pytest.mark.parametrize(
    ("name", "bound", "deviation"),
    [
        ("zeros", 0.0, 0.0),
        ("uniform", 1.0, 1 / math.sqrt(3)),
        ("glorot", math.sqrt(6) / math.sqrt(90), math.sqrt(2 / 90)),
        ("he", math.inf, math.sqrt(2 / 60)),
    ],
)
def test_initializers_have_their_spread(name: str, bound: float, deviation: float) -> None:
    draws = [INITIALIZERS[name](60, 30, random) for random in [generator(1)] for _ in range(20_000)]
    assert max(map(abs, draws)) <= bound
    assert math.sqrt(sum(x * x for x in draws) / len(draws)) == pytest.approx(deviation, rel=0.02)
    assert sum(draws) / len(draws) == pytest.approx(0.0, abs=0.02)
