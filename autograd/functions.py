"""Functions of several Values, built on the rows of the table: logsumexp and softmax."""

import math
from collections.abc import Iterable
from typing import Any

from autograd.engine import Value
from autograd.ops import exp, log
from autograd.table import number_of


def logsumexp(values: Iterable[Value | float]) -> Any:
    r"""The logarithm of a sum of exponentials, computed so that it never overflows.

    .. math:: \log \sum_k e^{x_k} = m + \log \sum_k e^{x_k - m}, \qquad m = \max_k x_k

    Its derivative with respect to x_k is softmax(x)_k.

    Args:
        values: At least one Value or number.

    Raises:
        ValueError: if there are no values.

    Example:
        >>> logsumexp([1000.0, 1000.0]) == 1000.0 + math.log(2.0)
        True
    """
    shift, exponentials = _shifted(values)
    return shift + log(sum(exponentials[1:], exponentials[0]))


def softmax(values: Iterable[Value | float]) -> list[Any]:
    r"""Positive numbers that sum to 1, in proportion to the exponentials, which never overflow.

    .. math:: \mathrm{softmax}(x)_j = \frac{e^{x_j}}{\sum_k e^{x_k}}

    Args:
        values: At least one Value or number.

    Raises:
        ValueError: if there are no values.

    Example:
        >>> softmax([1000.0, 1000.0])
        [0.5, 0.5]
    """
    _, exponentials = _shifted(values)
    total = sum(exponentials[1:], exponentials[0])
    return [exponential / total for exponential in exponentials]


def _shifted(values: Iterable[Value | float]) -> tuple[float, list[Any]]:
    """The largest number m, and every exp(x - m): at most 1, and one of them 1."""
    values = list(values)
    if not values:
        raise ValueError("logsumexp and softmax need at least one value, but got none.")
    largest = max(map(number_of, values))
    shift = largest if math.isfinite(largest) else 0.0
    return shift, [exp(value - shift) for value in values]
