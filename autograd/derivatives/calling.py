"""How a function that is differentiated is called: with the list of inputs, or with one number."""

import inspect
import re
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any

from autograd.table import as_float, as_list, flows, held

_FLOATS = {float}


def are_floats(things: Iterable[Any]) -> bool:
    """Whether all are plain floats, as they mostly are: nothing that flows, and nothing to convert.

    Args:
        things: Inputs, or a direction.
    """
    return _FLOATS.issuperset(map(type, things))


def is_one(inputs: Any) -> bool:
    """Whether one number is given in place of a list.

    Args:
        inputs: What was given.
    """
    if type(inputs) is list:  # the quick answer
        return False
    return isinstance(held(inputs), Real) or flows(inputs)


def one_or_list(inputs: Any) -> Any:
    """The inputs of a function: one number as it is, or a list of them.

    Args:
        inputs: What was given.

    Raises:
        TypeError: if it is neither.
    """
    return held(inputs) if is_one(inputs) else as_list(inputs, "the inputs", "numbers (or one number)")


def direction_of(inputs: Any, direction: Any, what: str) -> list[Any]:
    """A direction at some inputs: a number for each, or something that flows, as in a derivative inside another.

    Args:
        inputs: One number, or a list, as `one_or_list` gives them.
        direction: One number, or a list, too.
        what: What the direction is called, for messages.

    Raises:
        TypeError: if it is something else.
        ValueError: if it is not as long as the inputs.
    """
    if not isinstance(inputs, list):
        return [direction if flows(direction) else as_float(direction, f"the {what} at one number")]
    is_plain = type(direction) is list and are_floats(direction)  # the quick answer
    entries = direction if is_plain else as_list(direction, f"the {what} at a list of inputs")
    if len(entries) != len(inputs):
        raise ValueError(f"the {what} needs a number for each input, but has {len(entries)} for {len(inputs)} inputs.")
    if is_plain:
        return entries
    return [x if flows(x) else as_float(x, f"entry {i} of the {what}") for i, x in enumerate(entries)]


def called(f: Callable[[Any], Any], argument: Any) -> Any:
    """What f returns for its one argument.

    Args:
        f: The function.
        argument: The list of inputs, or one number.

    Raises:
        TypeError: if f takes another number of arguments; the message shows the form. Where f takes a list for one
            number, or the other way round, what Python says of it gets a note.
    """
    if not callable(f):
        raise TypeError(f"f must be a function, but got {f!r:.60} of type {type(f).__name__}.")
    try:
        return f(argument)
    except (AttributeError, TypeError) as error:
        signature = _signature(f)
        if isinstance(error, AttributeError) or signature is None or _takes_one(signature):
            sign, form = _FORMS[isinstance(argument, list)]
            if re.search(sign, str(error)) and not hasattr(error, "__notes__"):
                error.add_note(form)
            raise
    raise TypeError(
        f"f takes the list of inputs as its one argument, but yours is called as f{signature}. "
        "Write lambda v: f(*v), and give the inputs as a list."
    )


# Whether a list was given; what Python then says of a function that takes the other form; and what to do.
_FORMS = {
    False: (
        "(Value|Dual|Series).*(subscriptable|iterable|no len)|non-iterable (Value|Dual|Series)",
        "f gets one number, as one was given: write x, not x[0]; or give [1.0] in place of 1.0, except to taylor.",
    ),
    True: (
        r"(?<!a )\blist\b|sequence|must be one real number, but got \[",  # "a list" is what our own messages say
        "f gets the list of inputs, as a list was given: write v[0] for the first, or give 1.0 in place of [1.0].",
    ),
}


def no_output(wanted: str, output: Any, argument: Any) -> TypeError:
    """The error where f returns something else than it must.

    Args:
        wanted: What it must return.
        output: What it returned.
        argument: What it was called with.
    """
    lists = isinstance(argument, list) and isinstance(output, list)
    is_of_inputs = lists and any(x is given for x in output for given in argument)  # [x] * 2 has x twice
    hint = f" {_FORMS[True][1]}" if is_of_inputs else ""
    return TypeError(f"f must return {wanted}, but returned {output!r:.60} of type {type(output).__name__}.{hint}")


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
