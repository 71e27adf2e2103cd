"""What the rule of an optimizer is computed with: lists of floats; or arrays, in `nn.training.array_updates`.

A rule is a formula of the numbers of one parameter. It has ordinary arithmetic in it, which arrays have too, and the
functions that stand here.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

Formula = Callable[..., tuple[Any, ...]]


class Arithmetic(Protocol):
    """Vectors, with a number for each parameter, and what formulas call."""

    def vector(self, numbers: Sequence[Any]) -> Any:
        """Numbers as a vector."""

    def rows(self, formula: Formula, *vectors: Any) -> tuple[Any, ...]:
        """What a formula gives for the numbers of each parameter: a vector for each of its results."""

    def sqrt(self, x: Any) -> Any:
        """The root."""

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        """`x` where a condition holds, else `y`."""

    def clip(self, x: Any, least: float, most: float) -> Any:
        """`x`, or the bound that it is beyond. What is nan stays nan."""

    def norm(self, vector: Any) -> float:
        """The root of the sum of squares; infinite if it is too large for a float."""


class Lists:
    """Lists of floats."""

    sqrt = staticmethod(math.sqrt)

    @staticmethod
    def vector(numbers: Sequence[Any]) -> list[Any]:
        """Numbers as a list."""
        return list(numbers)

    @staticmethod
    def rows(formula: Formula, *vectors: Sequence[Any]) -> tuple[list[float], ...]:
        """What a formula gives for the numbers of each parameter, in a list for each of its results."""
        rows = itertools.starmap(formula, zip(*vectors, strict=True))
        return tuple(map(list, zip(*rows, strict=True))) or tuple([] for _ in formula(*[0.0] * len(vectors)))

    @staticmethod
    def where(condition: bool, x: float, y: float) -> float:
        """`x` if a condition holds, else `y`."""
        return x if condition else y

    @staticmethod
    def clip(x: float, least: float, most: float) -> float:
        """`x`, or the bound that it is beyond."""
        return min(max(x, least), most)  # in this order nan stays nan

    @staticmethod
    def norm(vector: Sequence[float]) -> float:
        """The root of the sum of squares."""
        return math.hypot(*vector)
