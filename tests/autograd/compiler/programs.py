"""Costs that a random generator makes, to be lifted: layers, tied and shuffled weights, sums in another order.

What a generator leaves out is not tested, however many programs it makes. This one has affine tails, shared sums in
several orders, weights with one gradient, layers one neuron wide, inputs that nothing uses, and costs that no example
changes.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, exp, relu, sigmoid, softplus, tanh

Vector = list[Any]
Step = Callable[
    [Vector, Vector, Vector], Vector
]  # from the parameters, the inputs and what there is to what there is next


@dataclass(frozen=True)
class Generated:
    """A cost of one example.

    Attributes:
        n_parameters, n_inputs, n_targets: How many numbers it takes.
        cost: The cost of the parameters, the inputs and the targets.
    """

    n_parameters: int
    n_inputs: int
    n_targets: int
    cost: Callable[[Vector, Vector, Vector], Value]


def total(values: Iterable[Any], start: Any = None) -> Any:
    """The sum, without a 0 to start from."""
    first, *others = values if start is None else [start, *values]
    return sum(others, first)


ACTIVATIONS: list[Callable[[Any], Any]] = [tanh, sigmoid, relu, lambda v: v * v, lambda v: v]


class Generator:
    """Makes a cost from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.n_parameters = 0

    def parameters(self, count: int) -> list[int]:
        self.n_parameters += count
        return list(range(self.n_parameters - count, self.n_parameters))

    def made(self) -> Generated:
        r = self.random
        n_inputs, n_targets = r.choice([1, 1, 2, 3, 4, 5]), r.choice([1, 1, 2, 3])
        steps, width = list[Step](), n_inputs
        for _ in range(r.randint(1, 4)):
            step, width = r.choice(self.kinds)(self, width)
            steps.append(step)
        loss, penalty = r.choice(self.losses), r.choice([0.0, 0.0, 0.01, 0.5])
        extra, is_linear = self.parameters(r.choice([0, 0, 1, 2]) + (self.n_parameters == 0)), r.random() < 0.2

        def cost(theta: Vector, x: Vector, y: Vector) -> Value:
            h = x
            for step in steps:
                h = step(theta, x, h)
            found = loss(h, y)
            if penalty:
                found = found + penalty * total([w * w for w in theta])
            for place in extra:
                found = found + (theta[place] * 3.0 if is_linear else theta[place] * theta[place] * x[0])
            value: Value = found
            return value

        return Generated(self.n_parameters, n_inputs, n_targets, cost)

    # What a step may be: it gets how wide its input is, and gives the step and how wide its output is.

    def layer(self, width: int) -> tuple[Step, int]:
        n, activation = self.random.choice([1, 2, 3, 4]), self.random.choice(ACTIVATIONS)
        places = self.parameters(width * n + n)
        if self.random.random() < 0.15:
            self.random.shuffle(places)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            w = [theta[place] for place in places]
            return [
                activation(total([w[j * width + k] * h[k] for k in range(width)], w[n * width + j])) for j in range(n)
            ]

        return step, n

    def tied(self, width: int) -> tuple[Step, int]:
        n = self.random.choice([2, 3])
        w = self.parameters(width * n)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            u = [tanh(total([theta[w[j * width + k]] * h[k] for k in range(width)])) for j in range(n)]
            return [total([theta[w[j * width + k]] * u[j] for j in range(n)]) for k in range(width)]

        return step, width

    def skip(self, width: int) -> tuple[Step, int]:
        w = self.parameters(width * width)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            return [h[j] + tanh(total([theta[w[j * width + k]] * h[k] for k in range(width)])) for j in range(width)]

        return step, width

    def scale(self, width: int) -> tuple[Step, int]:
        w = self.parameters(width) if self.random.random() < 0.7 else self.parameters(1) * width
        return lambda theta, _x, h: [theta[place] * v for place, v in zip(w, h, strict=True)], width

    def outer(self, width: int) -> tuple[Step, int]:
        w = self.parameters(2)
        return lambda theta, _x, h: [theta[place] * v for place in w for v in h], 2 * width

    def turned(self, width: int) -> tuple[Step, int]:
        return lambda _theta, _x, h: h[::-1], width

    def cut(self, width: int) -> tuple[Step, int]:
        first = self.random.randrange(width)
        return lambda _theta, _x, h: h[first:], width - first

    def softmax(self, width: int) -> tuple[Step, int]:
        def step(_theta: Vector, _x: Vector, h: Vector) -> Vector:
            e = [exp(v * 0.3) for v in h]
            z = total(e)
            return [v / z for v in e]

        return step, width

    def prefix(self, width: int) -> tuple[Step, int]:
        return lambda _theta, _x, h: [total(h[: k + 1]) for k in range(len(h))], width

    def sums(self, _width: int) -> tuple[Step, int]:
        """The same sum in two orders, and what is left of it."""
        return lambda _theta, _x, h: [tanh(total(h)), tanh(total(h[::-1])), total(h[1:], h[0] * h[-1])], 3

    def squares(self, width: int) -> tuple[Step, int]:
        return lambda _theta, _x, h: [v * v for v in h], width

    def affine(self, width: int) -> tuple[Step, int]:
        a, b = self.random.choice([0.5, 2.0, -1.0, 3.0]), self.random.choice([0.0, 1.0, -0.5])
        return lambda _theta, _x, h: [v * a + b for v in h], width

    def pairs(self, width: int) -> tuple[Step, int]:
        return lambda _theta, _x, h: [a * b for a, b in zip(h, h[::-1], strict=True)], width

    def again(self, width: int) -> tuple[Step, int]:
        """The inputs once more, besides what there is."""
        n = self.random.choice([1, 2])
        return lambda _theta, x, h: [*h, *x[:n]], width + n

    kinds: Sequence[Callable[["Generator", int], tuple[Step, int]]] = (
        layer, layer, layer, tied, skip, scale, outer, turned, cut, softmax, prefix, sums, squares, affine, pairs,
    )  # fmt: skip

    losses: Sequence[Callable[[Vector, Vector], Any]] = (
        lambda h, y: total([(a - b) ** 2 for a, b in zip(h, y, strict=False)]),
        lambda h, _y: total(h) * 2.0,
        lambda h, _y: total(h),
        lambda h, _y: exp(total(h) * 0.1),
        lambda h, y: (total(h) - y[0]) ** 2 + total(h),
        lambda h, y: total(h) * y[-1] + softplus(h[0]),
        lambda h, _y: total([tanh(v) for v in h]),
        lambda h, y: tanh(h[0] - y[0]),
        lambda h, y: total([a * a for a in h]) / (1.0 + y[0] * y[0]),
    )
