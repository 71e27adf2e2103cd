"""How a function that is differentiated is called: with the list of inputs, or with one number."""

import inspect
from collections.abc import Callable
from numbers import Real
from typing import Any

from autograd.table import flows, held


def is_one(inputs: Any) -> bool:
    """Whether one number is given in place of a list.

    Args:
        inputs: What was given.
    """
    return isinstance(held(inputs), Real) or flows(inputs)


def called(f: Callable[[Any], Any], argument: Any) -> Any:
    """What f returns for its one argument.

    Args:
        f: The function.
        argument: The list of inputs, or one number.

    Raises:
        TypeError: if f takes another number of arguments; the message shows the form.
    """
    if not callable(f):
        raise TypeError(f"f must be a function, but got {f!r:.60} of type {type(f).__name__}.")
    try:
        return f(argument)
    except TypeError:
        signature = _signature(f)
        if signature is None or _takes_one(signature):
            raise
    raise TypeError(
        f"f takes the list of inputs as its one argument, but yours is called as f{signature}. "
        "Write lambda v: f(*v), and give the inputs as a list."
    )


def _signature(f: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(f)
    except (TypeError, ValueError):  # some functions that are written in C have none
        return None


def _takes_one(signature: inspect.Signature) -> bool:
    try:
        signature.bind(None)
    except TypeError:
        return False
    return True
