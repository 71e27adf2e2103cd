"""Arguments as the plain numbers and strings that nodes hold, or an error that says what was wanted."""

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


def has_entries(thing: Any) -> bool:
    """Whether it is a list, or anything else of some length; NumPy's arrays without dimensions only seem to be."""
    return hasattr(thing, "__len__") and getattr(thing, "shape", None) != ()


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


def number_of(thing: Any) -> float:
    """The number that a thing carries, or a plain number itself."""
    return float(thing.data) if flows(thing) else float(thing)  # in NumPy's numbers, `data` is something else
