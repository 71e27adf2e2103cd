"""Arguments as the plain numbers and strings that nodes hold, or an error that says what was wanted."""

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


def flows(thing: Any) -> bool:
    """Whether a thing applies operations in its own way, as a Value does and a plain number does not."""
    return hasattr(thing, "_record")


def number_of(thing: Any) -> float:
    """The number that a thing carries, or a plain number itself."""
    return float(thing.data) if flows(thing) else float(thing)  # in NumPy's numbers, `data` is something else
