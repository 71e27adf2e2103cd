"""Functions of several Values, built on the rows of the table: logsumexp and softmax."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from autograd.engine import Value
from autograd.ops import exp, log1p, minimum
from autograd.table import as_list, number_of


def logsumexp(values: Iterable[Value | float]) -> Any:
    r"""The logarithm of a sum of exponentials, computed so that it never overflows, and keeps its digits near 0.

    .. math:: \log \sum_k e^{x_k} = x_m + \log \Bigl(1 + \sum_{k \ne m} e^{x_k - x_m}\Bigr), \qquad x_m = \max_k x_k

    Its derivative with respect to x_k is softmax(x)_k. Of -∞ only, it is -∞ with the derivatives 0, as in PyTorch. Of
    ∞, it is ∞, and the infinite ones share the derivative 1 equally.

    Args:
        values: At least one Value or number.

    Raises:
        TypeError: if it is no list, or something in it is neither a Value nor a real number.
        ValueError: if there are no values.

    Example:
        >>> logsumexp([1000.0, 1000.0]) == 1000.0 + math.log(2.0)
        True
    """
    values = as_list(values, "what logsumexp takes", "Values or numbers")
    numbers = [number_of(value, "a value of logsumexp") for value in values]
    largest = _largest(numbers)
    if largest == -math.inf:
        return -math.inf + _sum([exp(value) for value in values])
    if largest == math.inf:
        infinite = [value for value, number in zip(values, numbers, strict=True) if number == math.inf]
        return _sum(infinite) / len(infinite)
    place, _, others = beside_the_largest(values)
    return values[place] + log1p(others)


def softmax(values: Iterable[Value | float]) -> list[Any]:
    r"""Positive numbers that sum to 1, in proportion to the exponentials, which never overflow.

    .. math:: \mathrm{softmax}(x)_j = \frac{e^{x_j}}{\sum_k e^{x_k}}

    At -∞ it is 0, and at a single ∞ it is 1: its limits.

    Args:
        values: At least one Value or number.

    Raises:
        TypeError: if it is no list, or something in it is neither a Value nor a real number.
        ValueError: if there are no values, or there is no limit: where all are -∞, or several ∞.

    Example:
        >>> softmax([1000.0, 1000.0])
        [0.5, 0.5]
    """
    _, exponentials, others = beside_the_largest(as_list(values, "what softmax takes", "Values or numbers"))
    total = 1.0 + others
    return [exponential / total for exponential in exponentials]


def beside_the_largest(values: Sequence[Any]) -> tuple[int, list[Any], Any]:
    r"""What softmax and the logarithm of a sum are made of, without a difference of rounded numbers.

    .. math:: \sum_k e^{x_k} = e^{x_m} (1 + s), \qquad s = \sum_{k \ne m} e^{x_k - x_m}, \qquad x_m = \max_k x_k

    Args:
        values: At least one Value or number.

    Returns:
        The place m, every :math:`e^{x_k - x_m}`, and s.

    Raises:
        ValueError: if there are no values, or softmax has no limit: where all are -∞, or several ∞.

    Example:
        >>> beside_the_largest([-math.inf, 5.0])
        (1, [0.0, 1.0], 0.0)
    """
    numbers = [number_of(value, "a value of softmax") for value in values]
    largest = _largest(numbers)
    if math.isinf(largest) and numbers.count(largest) > (largest > 0):
        several = "several are inf" if largest > 0 else "all are -inf"
        raise ValueError(
            f"softmax has no limit where {several}, but got {', '.join(map(str, numbers)):.60}. "
            "Mask with -inf, and leave one value that is finite."
        )
    place = numbers.index(largest)
    top = values[place]
    exponentials = [1.0 if k == place else exp(value - top) for k, value in enumerate(values)]
    others = exponentials[:place] + exponentials[place + 1 :]
    return place, exponentials, _sum(others or [exp(minimum(top, -math.inf))])  # without others: a 0 that still flows


def _largest(numbers: Sequence[float]) -> float:
    """The largest number; nan if one is nan, which `max` overlooks."""
    if not numbers:
        raise ValueError("logsumexp and softmax need at least one value, but got none.")
    return next(filter(math.isnan, numbers), max(numbers))


def _sum(terms: Sequence[Any]) -> Any:
    return sum(terms[1:], terms[0])  # sum() starts from 0, which would record a needless addition
