"""Costs that a random generator makes, to be lifted: layers, tied and shuffled weights, sums in another order.

What a generator leaves out is not tested, however many programs it makes. This one has affine tails, shared sums in
several orders, weights with one gradient, layers one neuron wide, inputs that nothing uses, costs that no example
changes, penalties that share nodes with the rest, products of three factors, attention, towers, convolutions,
recurrences, choices, powers and quotients.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import nn
from autograd import Value, exp, logsumexp, maximum, minimum, relu, sigmoid, softplus, sqrt, tanh

Vector = list[Any]
Step = Callable[[Vector, Vector, Vector], Vector]  # the parameters, the inputs and what there is: what there is next


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


def dot(x: Iterable[Any], y: Iterable[Any]) -> Any:
    """The sum of products."""
    return total([a * b for a, b in zip(x, y, strict=True)])


ACTIVATIONS: list[Callable[[Any], Any]] = [tanh, sigmoid, relu, lambda v: v * v, lambda v: v]
CHOICES: list[Callable[[Any], Any]] = [
    abs,
    lambda v: maximum(v, 0.13),
    lambda v: minimum(0.21, 0.5 * v),
    lambda v: maximum(2.0 * v - 0.1, v * v),
]
POWERS: list[Callable[[Any], Any]] = [
    lambda v: v**3,
    lambda v: 1.0 / (1.5 + v * v),
    lambda v: sqrt(1.0 + v * v),
    lambda v: (0.5 + v * v) ** -1.5,
    lambda v: 2.0**v,
]


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
        scale = self.parameters(1) if r.random() < 0.15 else []

        def cost(theta: Vector, x: Vector, y: Vector) -> Value:
            h = x
            for step in steps:
                h = step(theta, x, h)
            if scale:  # which the penalty below has, too
                size = exp(theta[scale[0]] * 0.5)
                h = [size * v for v in h]
            found = loss(h, y)
            if scale:
                found = found + tanh(size * theta[0])
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

    def shift(self, width: int) -> tuple[Step, int]:
        """A parameter added alone: where what comes after is linear, its derivative is the same for each example."""
        b = self.parameters(width) if self.random.random() < 0.7 else self.parameters(1) * width
        return lambda theta, _x, h: [v + theta[place] for v, place in zip(h, b, strict=True)], width

    def cancelling(self, width: int) -> tuple[Step, int]:
        """What differs from example to example goes away again, in the first of the outputs."""
        b = self.parameters(width)
        return lambda theta, x, h: [
            h[0] + theta[b[0]] - h[0],
            *(v + x[0] * theta[p] for v, p in zip(h[1:], b[1:], strict=True)),
        ], width

    def pairs(self, width: int) -> tuple[Step, int]:
        return lambda _theta, _x, h: [a * b for a, b in zip(h, h[::-1], strict=True)], width

    def again(self, width: int) -> tuple[Step, int]:
        """The inputs once more, besides what there is."""
        n = self.random.choice([1, 2])
        return lambda _theta, x, h: [*h, *(x + x)[:n]], width + n

    def choices(self, width: int) -> tuple[Step, int]:
        choice = self.random.choice(CHOICES)
        return lambda _theta, _x, h: [choice(v) for v in h], width

    def powers(self, width: int) -> tuple[Step, int]:
        power = self.random.choice(POWERS)
        return lambda _theta, _x, h: [power(v) for v in h], width

    def quotients(self, width: int) -> tuple[Step, int]:
        return lambda _theta, _x, h: [a / (1.0 + b * b) for a, b in zip(h, h[::-1], strict=True)], width

    def bilinear(self, width: int) -> tuple[Step, int]:
        """Sums of products of three factors."""
        n = self.random.choice([1, 2, 3])
        w = self.parameters(n * width * width)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            places = iter(w)
            return [tanh(total([a * theta[next(places)] * b for a in h for b in h])) for _ in range(n)]

        return step, n

    def attention(self, width: int) -> tuple[Step, int]:
        """Tokens of a part of the width each; queries, keys and values are of one matrix, or are the tokens."""
        n, has_weights = self.random.choice([2, 3]), self.random.random() < 0.7
        size = -(-width // n)
        w = self.parameters(3 * size * size if has_weights else 0)

        def step(theta: Vector, x: Vector, h: Vector) -> Vector:
            h = (h + x + [0.3] * (n * size))[: n * size]
            tokens = [h[size * k : size * (k + 1)] for k in range(n)]
            rows = [[theta[place] for place in w[size * k : size * (k + 1)]] for k in range(3 * size if w else 0)]
            found = [[dot(row, token) for row in rows] for token in tokens] if rows else [3 * each for each in tokens]
            outputs = []
            for query in found:
                e = [exp(0.3 * dot(query[:size], key[size : 2 * size])) for key in found]
                s = total(e)
                outputs += [dot([v / s for v in e], [v[2 * size + d] for v in found]) for d in range(size)]
            return outputs

        return step, n * size

    def rows_of_softmax(self, width: int) -> tuple[Step, int]:
        n = self.random.choice([2, 3])

        def step(_theta: Vector, x: Vector, h: Vector) -> Vector:
            e = [exp(0.4 * v) for v in (h * n)[: n * width]]
            rows = [e[k::n] for k in range(n)]
            return [v / total(row) + x[0] for row in rows for v in row]

        return step, n * width

    def towers(self, width: int) -> tuple[Step, int]:
        n, m = self.random.choice([2, 3, 5]), self.random.choice([1, 2, 3])
        w = self.parameters(n * m * width)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            inner = [[v * (1.0 + k) for v in h] for k in range(n)]
            return [
                tanh(dot([theta[place] for place in w[(k * m + j) * width :][:width]], part))
                for k, part in enumerate(inner)
                for j in range(m)
            ]

        return step, n * m

    def convolution(self, width: int) -> tuple[Step, int]:
        size, n = min(width, self.random.choice([2, 3])), self.random.choice([1, 2])
        w, activation = self.parameters(size * n), self.random.choice(ACTIVATIONS)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            kernels = [[theta[place] for place in w[k::n]] for k in range(n)]
            windows = [h[k : k + size] for k in range(width - size + 1)]
            return [activation(dot(kernel, window)) for kernel in kernels for window in windows]

        return step, n * (width - size + 1)

    def recurrence(self, width: int) -> tuple[Step, int]:
        n, steps = self.random.choice([1, 2, 3]), self.random.choice([2, 3, 5])
        w, u = self.parameters(n * width), self.parameters(n * n)

        def step(theta: Vector, _x: Vector, h: Vector) -> Vector:
            state: Vector = [0.0] * n
            for _ in range(steps):
                state = [
                    tanh(
                        dot([theta[place] for place in w[j * width :][:width]], h)
                        + dot([theta[place] for place in u[j * n :][:n]], state)
                    )
                    for j in range(n)
                ]
            return state

        return step, n

    kinds: Sequence[Callable[["Generator", int], tuple[Step, int]]] = (
        layer, layer, layer, layer, tied, skip, scale, outer, turned, cut, softmax, prefix, sums, squares, affine,
        shift, shift, cancelling, pairs, again, choices, powers, quotients, bilinear, attention, rows_of_softmax,
        towers, convolution, recurrence,
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
        lambda h, y: nn.losses.mean_squared_error(_values(h[: len(y)]), y[: len(h)]),
        lambda h, y: nn.losses.huber(_values(h[: len(y)]), y[: len(h)], 0.3),
        lambda h, y: nn.losses.binary_cross_entropy_with_logits(_values(h[:1]), [sigmoid(y[0])]),
        lambda h, y: logsumexp(_values(h)) - y[0] * h[0],
    )


def _values(numbers: Vector) -> list[Value]:
    """Values, also where nothing but plain numbers went in."""
    return [each if isinstance(each, Value) else Value(each) for each in numbers]
