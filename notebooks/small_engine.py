"""An engine that fits on a page, a network on it, and the engine with one fault each: see lessons 5 and 6.

`tests/test_faults.py` puts the same faults into the library, and asks whether its tests notice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from random import Random
from typing import Any

Edge = tuple["Number", Callable[[], float]]  # a parent, and how to find ∂number/∂parent


class Number:
    def __init__(self, data: float, label: str = "", edges: Iterable[Edge] = ()) -> None:
        self.data = data
        self.label = label
        self.edges = list(edges)
        self.grad = 0.0

    def __add__(self, other: Number) -> Number:
        return type(self)(self.data + other.data, edges=[(self, lambda: 1.0), (other, lambda: 1.0)])

    def __mul__(self, other: Number) -> Number:
        edges = [(self, lambda: other.data), (other, lambda: self.data)]
        return type(self)(self.data * other.data, edges=edges)

    def __sub__(self, other: Number) -> Number:
        return type(self)(self.data - other.data, edges=[(self, lambda: 1.0), (other, lambda: -1.0)])

    def sigmoid(self) -> Number:
        s = 1 / (1 + math.exp(-self.data))
        return type(self)(s, edges=[(self, lambda: s * (1 - s))])

    def order(self) -> list[Number]:
        found: dict[Number, None] = {}  # a dictionary keeps its keys in the order in which they were added

        def find(number: Number) -> None:
            if number not in found:
                for parent, _ in number.edges:
                    find(parent)
                found[number] = None  # after all its parents

        find(self)
        return list(found)

    def receive(self, amount: float) -> None:
        self.grad += amount

    def hand_on(self) -> None:
        for parent, slope in self.edges:
            parent.receive(self.grad * slope())

    def clear(self) -> None:
        for number in self.order():
            number.grad = 0.0

    def backward(self) -> None:
        self.clear()
        self.grad = 1.0
        for number in reversed(self.order()):
            number.hand_on()

    def descend(self, weights: Sequence[Number], rate: float) -> None:
        self.backward()  # first all gradients ...
        for weight in weights:  # ... and only then the weights
            weight.data -= rate * weight.grad


class Neuron:
    def __init__(self, inputs: int, random: Random, engine: type[Number]) -> None:
        self.w = [engine(random.uniform(-1.0, 1.0)) for _ in range(inputs)]
        self.b = engine(0.0)

    def __call__(self, x: Sequence[Number]) -> Number:
        z = self.b
        for w, a in zip(self.w, x, strict=True):
            z = z + w * a
        return z.sigmoid()


class MLP:
    def __init__(self, widths: Sequence[int], seed: int, engine: type[Number] = Number) -> None:
        random = Random(seed)
        self.layers = [[Neuron(m, random, engine) for _ in range(n)] for m, n in pairwise(widths)]

    def __call__(self, x: Sequence[Number]) -> Sequence[Number]:
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x

    def parameters(self) -> list[Number]:
        neurons = [neuron for layer in self.layers for neuron in layer]
        return [parameter for neuron in neurons for parameter in (*neuron.w, neuron.b)]


class Overwrites(Number):
    def receive(self, amount: float) -> None:
        self.grad = amount


class RecursesAtOnce(Number):
    def hand_on(self) -> None:
        for parent, slope in self.edges:
            parent.receive(self.grad * slope())
            parent.hand_on()  # with what it has so far

    def backward(self) -> None:
        self.clear()
        self.grad = 1.0
        self.hand_on()


class NeverClears(Number):
    def clear(self) -> None:
        pass


class AddsTheSubtrahend(Number):
    def __sub__(self, other: Number) -> Number:
        return type(self)(self.data - other.data, edges=[(self, lambda: 1.0), (other, lambda: 1.0)])


class ForgetsTheSlope(Number):
    def sigmoid(self) -> Number:
        s = 1 / (1 + math.exp(-self.data))
        return type(self)(s, edges=[(self, lambda: 1.0)])


class KeepsOneEdge(Number):
    def __init__(self, data: float, label: str = "", edges: Iterable[Edge] = ()) -> None:
        self.data = data
        self.label = label
        self.edges = list(dict(edges).items())  # as in a set, each parent only once
        self.grad = 0.0


class UpdatesAsItGoes(Number):
    rate = 0.0

    def receive(self, amount: float) -> None:
        self.grad += amount
        self.data -= self.rate * amount

    def descend(self, weights: Sequence[Any], rate: float) -> None:
        for weight in weights:
            weight.rate = rate
        self.backward()


FAULTS: dict[str, type[Number]] = {
    "= for +=": Overwrites,
    "recursion without topological order": RecursesAtOnce,
    "no zeroing": NeverClears,
    "the wrong sign of a subtraction": AddsTheSubtrahend,
    "a forgotten σ'": ForgetsTheSlope,
    "parents kept in a set": KeepsOneEdge,
    "update as you go": UpdatesAsItGoes,
}
