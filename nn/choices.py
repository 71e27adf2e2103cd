"""What users choose: an activation, a loss or an initializer, by name or as a function."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from autograd.notation import alike

F = TypeVar("F", bound=Callable[..., object])


def choose(what: str, choice: str | F, table: Mapping[str, F], otherwise: str = "a function") -> F:
    """The function with the name `choice` in a table, or `choice` itself if it is a function.

    Args:
        what: What is chosen, for messages.
        choice: A name or a function.
        table: The functions that have names.
        otherwise: What may be passed instead of a name, for messages.

    Raises:
        ValueError: if the table has no such name.
        TypeError: if `choice` is neither a name nor a function.

    Example:
        >>> choose("rounding", "down", {"down": int})(2.7)
        2
    """
    if isinstance(choice, str):
        if choice not in table:
            raise ValueError(
                f"unknown {what} {choice!r}; choose one of {', '.join(table)}, or pass {otherwise}."
                f"{meant(choice, table)}"
            )
        return table[choice]
    if not callable(choice):
        raise TypeError(
            f"{what} must be a name or {otherwise}, but got {choice!r:.60} of type {type(choice).__name__}."
        )
    return choice


def meant(word: str, names: Iterable[str]) -> str:
    """Which of some names may have been meant, for the end of a message; empty if none is like the word.

    Example:
        >>> meant("Relu", ["tanh", "relu"]), meant("MSE", ["mean_squared_error"]), meant("nothing", ["relu"])
        (" Did you mean 'relu'?", " Did you mean 'mean_squared_error'?", '')
    """
    near = alike(word, [*names], 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def require(form: str, what: str, thing: object, kind: Any, words: str = "") -> None:
    """Raise a TypeError if an argument is of another kind, as it is where two have been swapped.

    Args:
        form: How the function is called, for the message: the next step.
        what: The argument.
        thing: What was given.
        kind: The class, or several, that it must be of.
        words: What these are called, if not by the name of the class.

    Example:
        >>> require("save(model, path)", "model", "model.json", dict)
        Traceback (most recent call last):
        ...
        TypeError: in save(model, path), model must be a dict, but got 'model.json' of type str.
    """
    if not isinstance(thing, kind):
        words = words or f"a {kind.__name__}"
        raise TypeError(f"in {form}, {what} must be {words}, but got {thing!r:.60} of type {type(thing).__name__}.")


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
