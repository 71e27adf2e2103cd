"""Engines to compare with: micrograd as installed, and the design of microgpt's Value, rewritten here."""

import math
from collections.abc import Callable
from typing import Any

from benchmarks.harness import is_installed


class TupleValue:
    """A node that keeps a tuple of its parents and a tuple of its local derivatives, computed along with its number."""

    __slots__ = ("_local", "_parents", "data", "grad")

    def __init__(self, data: float, parents: tuple[Any, ...] = (), local: tuple[float, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._parents = parents
        self._local = local

    def __add__(self, other: Any) -> Any:
        other = other if isinstance(other, TupleValue) else TupleValue(other)
        return TupleValue(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other: Any) -> Any:
        other = other if isinstance(other, TupleValue) else TupleValue(other)
        return TupleValue(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self) -> Any:
        """max(x, 0)."""
        return TupleValue(max(0, self.data), (self,), (float(self.data > 0),))

    def __pow__(self, exponent: float) -> Any:
        return TupleValue(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def log(self) -> Any:
        """The natural logarithm."""
        return TupleValue(math.log(self.data), (self,), (1 / self.data,))

    def exp(self) -> Any:
        """The exponential."""
        data = math.exp(self.data)
        return TupleValue(data, (self,), (data,))

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return other + (-self)

    def __truediv__(self, other: Any) -> Any:
        return self * other**-1

    def __rtruediv__(self, other: Any) -> Any:
        return other * self**-1

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __rmul__(self, other: Any) -> Any:
        return self * other

    def backward(self) -> None:
        """The chain rule in one loop, after a recursive topological sort."""
        order: list[Any] = []
        seen = set()

        def visit(node: Any) -> None:
            if node not in seen:
                seen.add(node)
                for parent in node._parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in zip(node._parents, node._local):
                parent.grad += local * node.grad


def _ours() -> Any:
    from autograd import Value

    return Value


def _tuples() -> Any:
    return TupleValue


def _micrograd() -> Any:
    from micrograd.engine import Value

    return Value


# Functions, so that a process imports only the engine that it times.
ENGINES: dict[str, Callable[[], Any]] = {
    "scalar-autograd": _ours,
    "microgpt's design": _tuples,
    "micrograd": _micrograd,
}


def installed() -> dict[str, Callable[[], Any]]:
    """The engines that are there."""
    return {name: engine for name, engine in ENGINES.items() if name != "micrograd" or is_installed(name)}
