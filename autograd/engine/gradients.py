"""Gradients that leave those of the nodes alone: as numbers."""

from collections.abc import Sequence
from typing import Any

from autograd.engine.order import ordered
from autograd.engine.turns import gradients_kept


def gradient(output: Any, inputs: Sequence[Any]) -> list[float]:
    """The derivatives of one node, as numbers, by a backward pass that leaves every `grad` as it was.

    Args:
        output: The node to differentiate.
        inputs: The nodes to differentiate by; by one that it does not depend on, the derivative is 0.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: as `backward`.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> gradient(x * x, [x]), x.grad
        ([6.0], 0.0)
    """
    if output.is_constant:
        return [0.0 for _ in inputs]
    with gradients_kept([*ordered(output), *inputs]):
        output.backward()
        return [x.grad for x in inputs]
