"""The error of a failed operation, with a message that says more."""

import sys
from types import TracebackType
from typing import Any

OURS = ("autograd", "nn")


def reworded(error: Exception, message: str) -> Exception:
    """The error to raise in place of another: of the same type, with a message that says more.

    A user-defined exception may need more than a message to construct: it is kept, and gets the message as a note.

    Example:
        >>> reworded(ZeroDivisionError("division by zero"), "/ got 1 and 0")
        ZeroDivisionError('/ got 1 and 0')
    """
    if type(error) in (ValueError, ArithmeticError, ZeroDivisionError, OverflowError, FloatingPointError):
        worded = type(error)(message)
        worded._render_traceback_ = traceback_of_the_reader  # type: ignore[attr-defined]  # IPython asks for it
        return worded
    error.add_note(message)
    return error


def traceback_of_the_reader() -> list[str]:
    """What IPython shows of the last error: the lines of the reader's code, and not the way through this library."""
    from IPython import get_ipython

    shell: Any = get_ipython()
    error: Any = sys.last_value
    frames, step = [], error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in OURS:
            frames.append(step)
        step = step.tb_next
    shown: TracebackType | None = None
    for step in reversed(frames):
        shown = TracebackType(shown, step.tb_frame, step.tb_lasti, step.tb_lineno)
    found: list[str] = shell.InteractiveTB.structured_traceback(type(error), error, shown)
    return found
