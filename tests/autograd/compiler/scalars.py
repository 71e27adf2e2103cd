"""Cost and gradient from the scalar engine, example by example: what programs are compared with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


def in_scalars(case: Case, theta: Numbers, *examples: Numbers) -> tuple[float, Numbers]:
    """The mean cost of some examples, an example in each row, and its gradient, from the scalar engine."""
    for parameter, number in zip(case.parameters, theta.tolist(), strict=True):
        parameter.data = number
    n = len(examples[0]) if examples else 1
    value, gradient = 0.0, np.zeros(len(theta))
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


def total(values: Iterable[Any]) -> Any:
    """The sum, without a 0 to start from."""
    first, *others = values
    return sum(others, first)
