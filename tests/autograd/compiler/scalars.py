"""Cost and gradient from the scalar engine, example by example: what programs are compared with."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import Value
from autograd.compiler import Program

Numbers = NDArray[np.float64]
Cost = Callable[..., Any]


class Case(NamedTuple):
    """A cost as a user writes it.

    Attributes:
        cost: The cost of an example, or of the parameters alone.
        parameters: Its parameters.
        example: What it is recorded with.
    """

    cost: Cost
    parameters: Sequence[Value]
    example: tuple[Any, ...] = ()

    def compiled(self) -> Program:
        """Its program."""
        return autograd.compile(self.cost, self.parameters, self.example or None)


def error(program: Program, case: Case, *examples: Any) -> float:
    """How far the mean cost of some examples and its gradient are from the scalar engine's, at the case's parameters.

    The error of the gradient is that of the whole vector, relative to its size, or to a thousandth if it is smaller:
    where it nearly vanishes, its parts cancel.
    """
    expected, gradient = in_scalars(case, *(np.reshape(part, (len(part), -1)) for part in examples))
    value, found = program([parameter.data for parameter in case.parameters], *examples)
    of_value = abs(value - expected) / max(1.0, abs(expected))
    of_gradient = float(np.linalg.norm(found - gradient)) / max(1e-3, float(np.linalg.norm(gradient)))
    return float(np.maximum(of_value, of_gradient))  # nan, if one is nan


def in_scalars(case: Case, *examples: Numbers) -> tuple[float, Numbers]:
    """The mean cost of some examples, an example in each row, and its gradient, from the scalar engine."""
    n = len(examples[0]) if examples else 1
    value, gradient = 0.0, np.zeros(len(case.parameters))
    for rows in zip(*examples, strict=True) if examples else [()]:
        for parameter in case.parameters:
            parameter.grad = 0.0
        arguments = [_nested(form, map(Value, row.tolist())) for form, row in zip(case.example, rows, strict=True)]
        cost = case.cost(*arguments)
        cost.backward()
        value += cost.data / n
        gradient += np.array([parameter.grad for parameter in case.parameters]) / n
    return value, gradient


def _nested(form: Any, values: Iterator[Value]) -> Any:
    """Values in lists as an example's numbers are."""
    return [_nested(each, values) for each in form] if isinstance(form, list) else next(values)


def flat(form: Any) -> list[float]:
    """The numbers of an example."""
    return [number for each in form for number in flat(each)] if isinstance(form, list) else [form]
