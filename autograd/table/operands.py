"""Arguments as plain numbers, strings and lists, or an error that says what was wanted."""

import operator
from numbers import Real
from typing import Any


def as_float(number: Any, what: str = "data") -> float:
    """Return one real number as a plain `float`.

    Raises:
        TypeError: if `number` is anything else: text, a Value, an array, a complex number.

    Example:
        >>> as_float(3)
        3.0
    """
    if type(number) in (float, int) or isinstance(number, Real):  # the first test is the quick one
        return float(number)
    raise TypeError(f"{what} must be one real number, but got {repr(number)[:60]} of type {type(number).__name__}.")


def as_list(things: Any, what: str, of: str = "numbers") -> list[Any]:
    """Return what is in a list, a tuple, an array or an iterator as a list.

    Args:
        things: The list.
        what: What it is, for the message.
        of: What should be in it, for the message.

    Raises:
        TypeError: if it is anything else: one number, text, or a dictionary or a set, which have no order of numbers.

    Example:
        >>> as_list((1.0, 2.0), "a vector")
        [1.0, 2.0]
    """
    if is_list(things) or hasattr(things, "__next__"):
        return list(things)
    raise TypeError(f"{what} must be a list of {of}, but got {repr(things)[:60]} of type {type(things).__name__}.")


def is_list(thing: Any) -> bool:
    """Whether a thing has a length and an order: a list, a tuple or an array, but not text, a dictionary or a set."""
    if not hasattr(thing, "__len__"):
        return False
    return type(thing) is list or not (
        isinstance(thing, str | bytes | dict | set | frozenset) or getattr(thing, "shape", None) == ()
    )


def whole(what: str, number: Any, least: int | None = 1) -> int:
    """A whole number of Python or NumPy as an `int`.

    Args:
        what: What it is, for the message.
        number: The number.
        least: The least that it may be, if there is one.

    Raises:
        ValueError: if it is less than `least`, or not a whole number.

    Example:
        >>> whole("epochs", 3)
        3
    """
    try:
        if least is None or operator.index(number) >= least:
            return operator.index(number)
    except TypeError:
        pass
    rule = "a whole number" if least is None else f"a whole number of at least {least}"
    raise ValueError(f"{what} must be {rule}, but got {number!r:.60}.")


def as_label(label: Any) -> str:
    """Return a label as a plain `str`, never a subclass.

    Raises:
        TypeError: if it is not text.
    """
    if isinstance(label, str):
        return str.__str__(label)
    raise TypeError(f"a label must be text, but got {repr(label)[:60]} of type {type(label).__name__}.")


def as_operand(symbol: str, other: Any) -> Any:
    """The number next to a Value in an expression, as a `float`; `NotImplemented` if it is not a number.

    Args:
        symbol: The operation between the two, for the message.
        other: The other operand.

    Raises:
        TypeError: if it is an array.
    """
    if type(other) in (float, int) or isinstance(other, Real):
        return float(other)
    if hasattr(other, "__array__"):
        raise TypeError(
            f"a Value is one scalar, but met an array of type {type(other).__name__} at {symbol!r}. "
            "Apply it to one number at a time, as in [value * x for x in array]."
        )
    return NotImplemented
