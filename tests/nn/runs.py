"""A small data set, a network for it, and a training run."""

from random import Random
from typing import Any

import nn
from nn.optimizers import adam
from nn.training import History

random = Random(3)
POINTS = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(60)]
INSIDE = [int(x * x + y * y < 0.5) for x, y in POINTS]


def network(seed: int = 1) -> nn.MLP:
    return nn.MLP(2, [6, 1], "tanh", "sigmoid", initializer="glorot", seed=seed)


def train(model: nn.MLP, **options: Any) -> History:
    settings: dict[str, Any] = {"optimizer": adam(0.02), "epochs": 4, "batch_size": 7, "progress": False}
    return nn.fit(model, POINTS, INSIDE, **(settings | options))
