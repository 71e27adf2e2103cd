"""Examples, looked at before anything is computed from them."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

from autograd.table import held, is_list
from nn.settings import AT_LEAST_0


def check_examples(inputs: Any, targets: Any, which: str = "") -> tuple[Sequence[Any], Sequence[Any]]:
    """Look at examples before anything is computed from them.

    Returns them so that `[i]` is example i. That of a data frame is a column, and that of a series the entry with the
    label i, wherever it stands after a shuffle.

    Args:
        inputs: One list of numbers for each example, or a data frame with a row for each.
        targets: A number or a list of numbers for each.
        which: Of which data they are, for messages, such as "validation ".

    Raises:
        TypeError: if the inputs or the targets are no list, such as a generator or one number, or hold a dictionary.
        ValueError: if there are no examples, the numbers of inputs and targets differ, or one is text, infinite or nan.

    Example:
        >>> check_examples([[0.0, float("nan")]], [1])
        Traceback (most recent call last):
        ...
        ValueError: input 0 holds nan, at place 1; examples are finite numbers. Fix it, or leave the example out.
    """
    for what, items in ((f"{which}inputs", inputs), (f"{which}targets", targets)):
        if not is_list(items):
            raise TypeError(
                f"{what} must be a list, with an entry for each example, but got {items!r:.60} of type "
                f"{type(items).__name__}. Make a list of it."
            )
    inputs, targets = (items.to_numpy() if hasattr(items, "to_numpy") else items for items in (inputs, targets))
    if len(inputs) != len(targets):
        raise ValueError(
            f"each {which}input needs its target, but there are {len(inputs)} inputs and {len(targets)} targets."
        )
    if len(inputs) == 0:
        raise ValueError(f"there are no {which}examples: the data set is empty.")
    for what, items in ((f"{which}input", inputs), (f"{which}target", targets)):
        for i, item in enumerate(items):
            many = is_list(item)
            try:
                if all(map(math.isfinite, item if many else [item])):
                    continue  # as it nearly always is: this is quick
            except TypeError:
                pass
            for place, x in enumerate(item if many else [item]):
                _check_number(x, f"{what} {i}", f", at place {place}" if many else "")
    return inputs, targets


def check_lengths(inputs: Sequence[Any], targets: Sequence[Any], which: str = "") -> None:
    """Raise a ValueError unless all inputs have the same length, and all targets; a number has the length None."""
    for what, items in ((f"{which}input", inputs), (f"{which}target", targets)):
        lengths = [len(item) if is_list(item) else None for item in items]
        for i, length in enumerate(lengths):
            if length != lengths[0]:
                raise ValueError(f"{what} {i} has length {length}, but {what} 0 has length {lengths[0]}.")


def weights_of(sample_weight: Any, n_examples: int) -> list[float]:
    """The weight of each example, which is 1 by default.

    Args:
        sample_weight: A number for each, or `None`.
        n_examples: How many there are.

    Raises:
        ValueError: if there is not one finite number of at least 0 for each example, or all are 0.

    Example:
        >>> weights_of([2, 0, -1], 3)
        Traceback (most recent call last):
        ...
        ValueError: sample_weight must be a finite number of at least 0 for each example, but got -1 for example 2.
    """
    if sample_weight is None:
        return [1.0] * n_examples
    if not is_list(sample_weight):
        raise TypeError(f"sample_weight must be a list with a number for each example, but got {sample_weight!r:.60}.")
    if len(sample_weight) != n_examples:
        raise ValueError(f"sample_weight has {len(sample_weight)} numbers, but there are {n_examples} examples.")
    for i, weight in enumerate(sample_weight):
        if not AT_LEAST_0.holds(weight):
            raise ValueError(
                f"sample_weight must be {AT_LEAST_0.words} for each example, but got {weight!r:.40} for example {i}."
            )
    weights = [float(weight) for weight in sample_weight]
    if not 0 < sum(weights) < math.inf:
        raise ValueError(f"sample_weight must have a finite sum above 0, but the sum is {sum(weights)}.")
    return weights


def _check_number(x: Any, what: str, where: str) -> None:
    """Raise an error for text, None, infinity, nan, dictionaries and sets; the model judges what is none of these."""
    if isinstance(x, str | bytes):
        advice = "Number the classes from 0" if "target" in what else "Turn it into numbers"
        raise ValueError(f"{what} is text{where}, {x!r:.40}, but examples are numbers. {advice}.")
    if isinstance(x, dict | set | frozenset):
        wanted = "a number" if where else "a list of numbers"
        raise TypeError(f"{what}{where} must be {wanted}, but got {x!r:.60} of type {type(x).__name__}.")
    if x is None or (isinstance(held(x), Real) and not math.isfinite(x)):
        raise ValueError(f"{what} holds {x}{where}; examples are finite numbers. Fix it, or leave the example out.")
