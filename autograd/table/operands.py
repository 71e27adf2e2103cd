"""Arguments as plain numbers, strings and lists, or an error that says what was wanted."""

import operator
import unicodedata
from numbers import Real
from typing import Any

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # U+202A to U+202E, U+2066 to U+2069


def as_float(number: Any, what: str = "data") -> float:
    """Return one real number as a plain `float`.

    Raises:
        TypeError: if `number` is anything else: text, a Value, an array with dimensions, a complex number.

    Example:
        >>> as_float(3)
        3.0
    """
    if type(number) in (float, int) or isinstance(held(number), Real):  # the first test is the quick one
        return float(number)
    raise TypeError(f"{what} must be one real number, but got {repr(number)[:60]} of type {type(number).__name__}.")


def held(thing: Any) -> Any:
    """What an array without dimensions holds, which is a number like any other; anything else as it is."""
    return thing.item() if getattr(thing, "shape", None) == () and hasattr(thing, "item") else thing


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
    if type(thing) is list:  # the quick answer
        return True
    return hasattr(thing, "__len__") and not (
        isinstance(thing, str | bytes | dict | set | frozenset)
        or getattr(thing, "shape", None) == ()
        or not (hasattr(thing, "__iter__") or hasattr(thing, "__getitem__"))
    )


def whole(what: str, number: Any, least: int | None = 1) -> int:
    """A whole number of Python or NumPy as an `int`; True and False are none.

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
        if not isinstance(number, bool) and (least is None or operator.index(number) >= least):
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


def printable(text: str) -> str:
    r"""The text with � for each character that is not to be shown, such as control characters.

    Spaces of every width and joiners, without which some scripts cannot be written, are shown. Characters that turn the
    text after them round are not: they would reorder what stands beside the label.

    Example:
        >>> printable("学習\u3000率") == "学習\u3000率", printable("a\x1bb"), printable("a\u202eb")
        (True, 'a�b', 'a�b')
    """
    return text if text.isprintable() else "".join(letter if _is_shown(letter) else "�" for letter in text)


def _is_shown(letter: str) -> bool:
    # str.isprintable refuses every space but U+0020, and all of the category Cf.
    is_layout = unicodedata.category(letter) in ("Zs", "Cf") and unicodedata.bidirectional(letter) not in _TURNING
    return letter.isprintable() or is_layout


def as_operand(symbol: str, other: Any) -> Any:
    """The number next to a Value in an expression, as a `float`; `NotImplemented` if it is not a number.

    Args:
        symbol: The operation between the two, for the message.
        other: The other operand.

    Raises:
        TypeError: if it is an array with dimensions.
    """
    if type(other) in (float, int) or isinstance(held(other), Real):
        return float(other)
    if hasattr(other, "__array__"):
        raise TypeError(
            f"a Value is one scalar, but met an array of type {type(other).__name__} at {symbol!r}. "
            "Apply it to one number at a time, as in [value * x for x in array]."
        )
    return NotImplemented


def flows(thing: Any) -> bool:
    """Whether a thing applies operations in its own way, as a Value does and a plain number does not."""
    return hasattr(type(thing), "_record")


def number_of(thing: Any, what: str = "a number") -> float:
    """The number that a thing carries, or a plain number itself.

    Args:
        thing: What flows, or a number.
        what: What it is, for the message.

    Raises:
        TypeError: if it is neither.
    """
    return float(thing.data) if flows(thing) else as_float(thing, what)  # in NumPy's numbers, `data` is something else
