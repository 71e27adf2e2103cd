"""What users choose: an activation, a loss or an initializer, by name or as a function; and whole numbers."""

import operator
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., object])


def choose(what: str, choice: str | F, table: Mapping[str, F]) -> F:
    """The function with the name `choice` in a table, or `choice` itself if it is a function.

    Raises:
        ValueError: if the table has no such name.
        TypeError: if `choice` is neither a name nor a function.

    Example:
        >>> choose("rounding", "down", {"down": int})(2.7)
        2
    """
    if isinstance(choice, str):
        if choice not in table:
            near = get_close_matches(choice.lower().replace("-", "_").replace(" ", "_"), table, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"unknown {what} {choice!r}; choose one of {', '.join(table)}, or pass a function.{meant}")
        return table[choice]
    if not callable(choice):
        raise TypeError(f"{what} must be a name or a function, but got {choice!r:.60} of type {type(choice).__name__}.")
    return choice


def name_of(function: Callable[..., object], table: Mapping[str, Callable[..., object]]) -> str:
    """The name of a function in the table; if it is not there, its own name."""
    for name, candidate in table.items():
        if candidate is function:
            return name
    if isinstance(function, partial):  # its own representation has the place of the function in memory
        settings = [*map(repr, function.args), *(f"{name}={value!r}" for name, value in function.keywords.items())]
        return f"partial({', '.join([name_of(function.func, table), *settings])})"
    named = getattr(function, "__name__", None) or getattr(function, "name", None)
    if not named and getattr(type(function), "__repr__", None) is object.__repr__:  # it has the place in memory, too
        named = type(function).__name__
    return str(named or repr(function))


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
