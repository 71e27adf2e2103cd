"""A training loop written by hand against `nn.fit`: MLP(64, [30, 10]) on handwritten digits, in batches of 10.

The loop asks the model for its parameters whenever it needs them, and leaves the garbage collector at its defaults;
`fit` asks once, and pauses the collector for each batch. What is asked for: at most 1.1 times `fit`.
"""

import functools
from collections.abc import Callable
from random import Random
from typing import Any

import nn
from benchmarks.harness import Task, measure, report
from nn.data import load_digits
from nn.losses import mean, one_hot, squared_error
from nn.metrics import argmax, plain

EXAMPLES, EPOCHS, BATCH = 100, 50, 10  # so many epochs that what `fit` checks at its start does not count
OPTIMIZER = nn.optimizers.sgd(0.5)


def model_and_digits() -> tuple[Any, list[list[float]], list[list[float]]]:
    """The network, the pixels of the first digits, and their classes as one-hot lists."""
    data = load_digits().subset(range(EXAMPLES))
    model = nn.MLP(64, [30, 10], "sigmoid", "sigmoid", initializer="glorot", seed=1)
    return model, data.inputs, [one_hot(label, 10) for label in data.labels]


def own_loop(*, one_graph: bool) -> Task:
    """The loop: one graph for the mean loss of a batch, or a backward pass for each example, whose gradients add up."""
    model, inputs, targets = model_and_digits()

    def train() -> None:
        state = OPTIMIZER.init([p.data for p in model.parameters()])
        for epoch in range(EPOCHS):
            order = list(range(EXAMPLES))
            Random(epoch).shuffle(order)
            total, right = 0.0, 0
            for start in range(0, EXAMPLES, BATCH):
                model.zero_grad()
                costs = []
                for i in order[start : start + BATCH]:
                    outputs = model(inputs[i])
                    cost = squared_error(outputs, targets[i])
                    if not one_graph:
                        (cost / BATCH).backward()
                    costs.append(cost)
                    right += argmax(plain(outputs)) == argmax(targets[i])
                if one_graph:
                    mean(costs).backward()
                total += sum(cost.data for cost in costs)
                state = nn.optimizers.step(OPTIMIZER, state, model.parameters())

    return train


def with_fit() -> Task:
    """The same with `fit`."""
    model, inputs, targets = model_and_digits()

    def train() -> None:
        nn.fit(model, inputs, targets, optimizer=OPTIMIZER, epochs=EPOCHS, batch_size=BATCH, progress=False)

    return train


def main() -> None:
    """Measure and report."""
    setups: dict[str, Callable[[], Task]] = {
        "nn.fit": with_fit,
        "a loop, one graph": functools.partial(own_loop, one_graph=True),
        "a loop, one by one": functools.partial(own_loop, one_graph=False),
    }
    title = f"{EPOCHS * EXAMPLES // BATCH} updates of MLP(64, [30, 10]) with batches of {BATCH} digits; ours is nn.fit"
    report(title, measure(setups), "nn.fit")


if __name__ == "__main__":
    main()
