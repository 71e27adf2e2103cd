"""A training loop of MLP(2, [16, 16, 1]) on 100 points: hinge loss, L2 penalty, plain gradient descent.

The program is the same for each engine; only its Value differs. The goal: at least 1.1 times as fast as microgpt's
design, and 11 times as fast as micrograd.
"""

import functools
import itertools
import random
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.engines import installed
from benchmarks.harness import Task, measure, report


def problem(
    value: Callable[[float], Any], relu: Callable[[Any], Any], model: Any = None
) -> tuple[Callable[[], Any], list[Any]]:
    """Make the network and the data, for any kind of number; return the cost function and the parameters.

    An `nn.MLP` of the same shape, if one is given, gets these parameters and takes the place of the network.
    """
    source = random.Random(1)
    sizes = [2, 16, 16, 1]
    layers = [
        [([value(source.uniform(-1, 1)) for _ in range(n_in)], value(0.0)) for _ in range(n_out)]
        for n_in, n_out in itertools.pairwise(sizes)
    ]
    parameters = [p for layer in layers for weights, bias in layer for p in (*weights, bias)]
    points = [[source.uniform(-1, 1), source.uniform(-1, 1)] for _ in range(100)]
    labels = [1.0 if x * y > 0 else -1.0 for x, y in points]

    def network(inputs: list[Any]) -> Any:
        for layer in layers:
            sums = [sum((w * x for w, x in zip(weights, inputs)), bias) for weights, bias in layer]
            inputs = sums if layer is layers[-1] else [relu(z) for z in sums]
        return inputs[0]

    if model is not None:
        for layer, own in zip(model.layers, layers):
            for neuron, (weights, bias) in zip(layer.neurons, own):
                neuron.w, neuron.b = weights, bias
        network = model

    def cost() -> Any:
        scores = [network([value(x) for x in point]) for point in points]
        losses = [relu(1 + -label * score) for label, score in zip(labels, scores)]
        return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)

    return cost, parameters


def setup(engine: Callable[[], Any]) -> Task:
    """Return one training step."""
    sys.setrecursionlimit(100_000)  # the peers recurse once for each node of a path
    value = engine()
    cost, parameters = problem(value, value.relu)

    def step() -> None:
        total = cost()
        for p in parameters:
            p.grad = 0
        total.backward()
        for p in parameters:
            p.data -= 0.05 * p.grad

    return step


def main() -> None:
    """Measure and report."""
    times = measure({name: functools.partial(setup, engine) for name, engine in installed().items()})
    report("A training step of MLP(2, [16, 16, 1]) on 100 points", times, "scalar-autograd")


if __name__ == "__main__":
    main()
