"""Functions of several Values, built on the rows of the table: logsumexp and softmax."""

import contextlib
import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

from autograd.engine import Value, constant
from autograd.ops import exp, log, log1p, maximum, minimum
from autograd.table import as_list, flows, number_of

Largest = dict[Value, Sequence[Value]]  # the largest of some values, and these
_recorded: ContextVar[Largest | None] = ContextVar("_recorded", default=None)


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
    if (alike := _without_a_choice(values)) is not None:
        return alike.largest + log(alike.total)
    numbers = [number_of(value, "a value of logsumexp") for value in values]
    largest = _largest(numbers)
    if largest == -math.inf:
        return -math.inf + _sum([exp(value) for value in values])
    if largest == math.inf:
        infinite = [value for value, number in zip(values, numbers, strict=True) if number == math.inf]
        return _sum(infinite) / len(infinite)
    place, _, others = _beside_the_largest(values)
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
    values = as_list(values, "what softmax takes", "Values or numbers")
    if (alike := _without_a_choice(values)) is not None:
        return [exponential / alike.total for exponential in alike.exponentials]
    _, exponentials, others = _beside_the_largest(values)
    total = 1.0 + others
    return [exponential / total for exponential in exponentials]


def surprise(values: Sequence[Any]) -> Callable[[int], Any]:
    r"""What minus the logarithm of softmax is at a place: a function of the place k.

    .. math:: -\log \mathrm{softmax}(x)_k = (x_m - x_k) + \log \Bigl(1 + \sum_{j \ne m} e^{x_j - x_m}\Bigr),
        \qquad x_m = \max_j x_j

    Args:
        values: At least one Value or number.

    Raises:
        ValueError: if there are no values, or softmax has no limit: where all are -∞, or several ∞.

    Example:
        >>> surprise([1000.0, 0.0])(1)
        1000.0
    """
    if (alike := _without_a_choice(values)) is not None:
        log_total = log(alike.total)
        return lambda k: log_total - alike.differences[k] if flows(alike.differences[k]) else math.inf
    largest, _, others = _beside_the_largest(values)
    rest = log1p(others)
    return lambda k: rest if k == largest else (values[largest] - values[k]) + rest


@contextlib.contextmanager
def recorded_alike() -> Iterator[Largest]:
    """In this block, softmax, logsumexp and `surprise` record the same operations at all numbers.

    The largest value is the `maximum` of all. What is computed depends on it in its rounding only, so that no
    derivative has to go through it: to `autograd.compile` it is a number.

    Returns:
        The largest values of the block, and what each is the largest of.

    Example:
        >>> x = [Value(1.0), Value(2.0)]
        >>> with recorded_alike() as found:
        ...     shares = softmax(x)
        >>> [(largest.data, values == x) for largest, values in found.items()]
        [(2.0, True)]
    """
    found: Largest = {}
    token = _recorded.set(found)
    try:
        yield found
    finally:
        _recorded.reset(token)


def is_recorded_alike() -> bool:
    """Whether this is inside `recorded_alike()`."""
    return _recorded.get() is not None


def is_plain(value: Any) -> bool:
    """Whether something is a plain number or a constant, which neither changes nor has a derivative."""
    return not flows(value) or (isinstance(value, Value) and value.is_constant)


class _Alike(NamedTuple):
    """What softmax is made of inside `recorded_alike()`.

    Attributes:
        largest: m, the largest value.
        differences: x - m for each value.
        exponentials: :math:`e^{x - m}`.
        total: Their sum.
    """

    largest: Any
    differences: list[Any]
    exponentials: list[Any]
    total: Any


def _without_a_choice(values: Sequence[Any]) -> _Alike | None:
    """What softmax is made of inside `recorded_alike()`; `None` elsewhere, and of plain numbers.

    These are the same in each recording, so that one that is -inf may be left out.
    """
    found = _recorded.get()
    if found is None:
        return None
    kept = [value if flows(value) else constant(value) for value in values if not _is_masked(value)]
    if all(map(is_plain, kept)):
        return None
    largest = functools.reduce(maximum, kept)
    if len(kept) > 1 and isinstance(largest, Value):
        found[largest] = kept
    differences = [
        -math.inf if _is_masked(value) else value - largest if len(kept) > 1 else 0.0 * value for value in values
    ]
    exponentials = [exp(difference) for difference in differences]
    return _Alike(largest, differences, exponentials, _sum([each for each in exponentials if flows(each)]))


def _is_masked(value: Any) -> bool:
    return is_plain(value) and number_of(value) == -math.inf


def _beside_the_largest(values: Sequence[Any]) -> tuple[int, list[Any], Any]:
    r"""The place m of the largest value, every :math:`e^{x_k - x_m}`, and their sum over the others, k ≠ m."""
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
