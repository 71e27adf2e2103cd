"""Numbers, counts and long texts, as every report of this project writes them."""

import math
import re
from collections.abc import Sequence
from typing import Any

from autograd.table import printable


def excerpt(items: Sequence[Any], most: int) -> list[Any]:
    """The items, with … in place of the middle ones if there are too many.

    Example:
        >>> excerpt("abcdefgh", 5)
        ['a', 'b', '…', 'g', 'h']
    """
    half = (most - 1) // 2
    return list(items) if len(items) <= most else [*items[:half], "…", *items[-half:]]


def shortened(text: str, length: int = 30) -> str:
    """The text on one line, as it can be shown, with its middle left out if it is too long.

    Example:
        >>> shortened("w1_00*a0_0 + b1_0", 11)
        'w1_00… b1_0'
    """
    text = printable(" ".join(text.split()))
    half = (length - 1) // 2
    return text if len(text) <= length else f"{text[:half]}…{text[-half:]}"


def show_number(number: float, digits: int = 6) -> str:
    """A number to a few significant digits; -0 is written 0.

    Example:
        >>> show_number(2 / 3), show_number(-0.0)
        ('0.666667', '0')
    """
    return f"{number + 0.0:.{digits}g}"


def minus(text: str) -> str:
    """A text as a picture has it, where a minus sign is as long as a plus sign; a hyphen in a word stays.

    Example:
        >>> minus("-0.5 - 2e-05 of a well-known w_-1")
        '−0.5 − 2e−05 of a well-known w_-1'
    """
    return _MINUS.sub("−", text)


_MINUS = re.compile(r"(?<![^\W\d]|_)-(?=[\d.])|(?<=\d[eE])-(?=\d)|(?<= )-(?= )|(?<=\()-|^-")


def show_change(change: float) -> str:
    """A change with its sign, unless it is 0.

    Example:
        >>> show_change(2.0), show_change(-0.0)
        ('+2', '0')
    """
    return f"{change:+.4g}" if change else "0"


def relative_error(one: float, other: float) -> float:
    """|one − other| / max(|one|, |other|), and 0 if both are 0; nan if there is none.

    Example:
        >>> relative_error(1.0, 2.0), relative_error(0.0, 0.0)
        (0.5, 0.0)
    """
    difference = abs(one - other)
    if math.isnan(difference):
        return math.nan
    return difference / max(abs(one), abs(other)) if difference else 0.0


def show_error(error: float) -> str:
    """A relative error; below 1e-12 it is mere rounding, which differs from machine to machine.

    Example:
        >>> show_error(2e-5), show_error(1.1e-16)
        ('2.0e-05', '<1e-12')
    """
    return "<1e-12" if error < 1e-12 else f"{error:.1e}"


def signed(factors: Sequence[str], parentheses: str, *, is_first: bool = True) -> list[str]:
    """The factors of a product, with negative ones in parentheses unless they come first.

    Example:
        >>> signed(["-1", "2", "-3"], "({})")
        ['-1', '2', '(-3)']
    """
    return [
        parentheses.format(factor) if factor.startswith("-") and (place or not is_first) else factor
        for place, factor in enumerate(factors)
    ]


def alike(name: str, names: Sequence[str], most: int = 3) -> list[str]:
    """The names that somebody may have meant: those with the same letters or initials, or else nearly the same ones.

    Example:
        >>> alike("z1", ["w^(1)", "z^(1)", "z^(2)"]), alike("a_pref", ["a_prev", "w"]), alike("q", ["w"])
        (['z^(1)'], ['a_prev'], [])
        >>> alike("MSE", ["squared_error", "mean_squared_error"])
        ['mean_squared_error']
    """
    letters, known = _letters(name), {_letters(other): other for other in names}
    same = [other for other in names if letters in (_letters(other), _initials(other))]
    if same:
        return same[:most]
    from difflib import get_close_matches  # only now, because that takes a while

    return [known[near] for near in get_close_matches(letters, known, n=most)]


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _initials(name: str) -> str:
    return "".join(word[:1] for word in name.split("_")) if "_" in name else ""


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    Example:
        >>> plural(1, "node"), plural(2500, "parameter")
        ('1 node', '2,500 parameters')
    """
    return f"{show_count(count)} {noun}{'' if count == 1 else 's'}"


def show_count(count: int) -> str:
    """A count, however large.

    Example:
        >>> show_count(2**40), show_count(2**100_000)
        ('1,099,511,627,776', 'about 10^30103')
    """
    return f"{count:,}" if count < 10**15 else f"about 10^{round(count.bit_length() * math.log10(2))}"
