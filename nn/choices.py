"""What users choose: an activation, a loss or an initializer, by name or as a function; and whole numbers."""

import operator
from collections.abc import Callable, Mapping
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
            raise ValueError(f"unknown {what} {choice!r}; choose one of {', '.join(table)}, or pass a function.")
        return table[choice]
    if not callable(choice):
        raise TypeError(f"{what} must be a name or a function, but got {choice!r:.60} of type {type(choice).__name__}.")
    return choice


def name_of(function: Callable[..., object], table: Mapping[str, Callable[..., object]]) -> str:
    """The name of a function in the table; if it is not there, its own name."""
    for name, candidate in table.items():
        if candidate is function:
            return name
    return str(getattr(function, "__name__", None) or getattr(function, "name", repr(function)))


def whole(what: str, number: Any, least: int = 1) -> int:
    """A whole number of Python or NumPy as an `int`.

    Raises:
        ValueError: if it is less than `least`, or not a whole number.

    Example:
        >>> whole("epochs", 3)
        3
    """
    try:
        if operator.index(number) >= least:
            return operator.index(number)
    except TypeError:
        pass
    raise ValueError(f"{what} must be a whole number of at least {least}, but got {number!r}.")
