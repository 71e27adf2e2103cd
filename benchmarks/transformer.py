"""A training step of a small scalar transformer, in microgpt's style: one block, 16 wide, 4 heads, Adam.

The program is the same for both engines. The goal: 20 times as fast as microgpt's design, with the same losses to 1e-9.
"""

import functools
import itertools
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.engines import ENGINES
from benchmarks.harness import Task, measure, report

WIDTH, HEADS, LENGTH = 16, 4, 8
WORDS = ["olivia", "emma", "noah", "liam", "amelia", "sophia", "lucas", "mia"]
LETTERS = sorted(set("".join(WORDS)))
END = len(LETTERS)  # starts and ends each word


def linear(inputs: list[Any], weights: list[list[Any]]) -> list[Any]:
    """Matrix times vector."""
    return [sum(w * x for w, x in zip(row, inputs)) for row in weights]


def softmax(scores: list[Any]) -> list[Any]:
    """Positive numbers that sum to 1."""
    largest = max(score.data for score in scores)
    exponentials = [(score - largest).exp() for score in scores]
    total = sum(exponentials)
    return [exponential / total for exponential in exponentials]


def normalized(inputs: list[Any]) -> list[Any]:
    """Scaled to a mean square of 1."""
    scale = (sum(x * x for x in inputs) / len(inputs) + 1e-5) ** -0.5
    return [x * scale for x in inputs]


def training(value: Callable[[float], Any]) -> Iterator[float]:
    """Train, one word a step, and yield the losses."""
    source = random.Random(7)

    def matrix(rows: int, columns: int) -> list[list[Any]]:
        return [[value(source.gauss(0.0, 0.08)) for _ in range(columns)] for _ in range(rows)]

    letters, places = matrix(END + 1, WIDTH), matrix(LENGTH, WIDTH)
    query, key, content, mixed = (matrix(WIDTH, WIDTH) for _ in range(4))
    wide, narrow, output = matrix(4 * WIDTH, WIDTH), matrix(WIDTH, 4 * WIDTH), matrix(END + 1, WIDTH)
    matrices = (letters, places, query, key, content, mixed, wide, narrow, output)
    parameters = [p for m in matrices for row in m for p in row]
    first, second = [0.0] * len(parameters), [0.0] * len(parameters)
    size = WIDTH // HEADS

    def attention(q: list[Any], keys: list[list[Any]], contents: list[list[Any]]) -> list[Any]:
        result = []
        for start in range(0, WIDTH, size):
            part = slice(start, start + size)
            scores = [sum(a * b for a, b in zip(q[part], k[part])) * size**-0.5 for k in keys]
            shares = softmax(scores)
            result += [sum(s * c[i] for s, c in zip(shares, contents)) for i in range(start, start + size)]
        return result

    step = 0
    while True:
        word = WORDS[step % len(WORDS)]
        tokens = [END, *(LETTERS.index(letter) for letter in word), END][: LENGTH + 1]
        keys: list[list[Any]] = []
        contents: list[list[Any]] = []
        losses = []
        for place, (token, target) in enumerate(itertools.pairwise(tokens)):
            x = normalized([a + b for a, b in zip(letters[token], places[place])])
            inner = normalized(x)
            keys.append(linear(inner, key))
            contents.append(linear(inner, content))
            attended = linear(attention(linear(inner, query), keys, contents), mixed)
            x = [a + b for a, b in zip(x, attended)]
            hidden = [h.relu() for h in linear(normalized(x), wide)]
            x = [a + b for a, b in zip(x, linear(hidden, narrow))]
            losses.append(-softmax(linear(x, output))[target].log())
        loss = sum(losses) * (1.0 / len(losses))
        loss.backward()
        step += 1
        for i, p in enumerate(parameters):
            first[i] = 0.9 * first[i] + 0.1 * p.grad
            second[i] = 0.99 * second[i] + 0.01 * p.grad * p.grad
            p.data -= 0.01 * (first[i] / (1 - 0.9**step)) / ((second[i] / (1 - 0.99**step)) ** 0.5 + 1e-8)
            p.grad = 0
        yield loss.data


def setup(engine: Callable[[], Any]) -> Task:
    """Return one training step."""
    sys.setrecursionlimit(100_000)
    return functools.partial(next, training(engine()))


def main() -> None:
    """Measure and report."""
    names = ("scalar-autograd", "microgpt's design")
    ours, theirs = (training(ENGINES[name]()) for name in names)
    sys.setrecursionlimit(100_000)
    worst = max(abs(next(ours) - next(theirs)) for _ in range(5))
    print(f"\nThe losses of 5 steps differ by at most {worst:.1e}")
    times = measure({name: functools.partial(setup, ENGINES[name]) for name in names})
    report("A training step of a small transformer", times, "scalar-autograd")


if __name__ == "__main__":
    main()
