"""Whether arithmetic on Values records a graph."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar, overload

F = TypeVar("F", bound=Callable[..., Any])

# no_grad() holds for the thread or task that entered it. Looking that up costs more than an addition, so the operators
# look only while some thread is inside: while this list, with an item for each open block, is not empty.
recording_off: ContextVar[bool] = ContextVar("recording_off", default=False)
open_blocks: list[None] = []


@overload
def no_grad() -> "contextlib._GeneratorContextManager[None]": ...
@overload
def no_grad(function: F) -> F: ...
def no_grad(function: Any = None) -> Any:
    """Record nothing inside this block, in this thread: results are constants, and cost no memory once used.

    For inference: `with no_grad():`, or `@no_grad` before a function, with parentheses or without.

    Args:
        function: The function that is decorated.

    Example:
        >>> from autograd import Value
        >>> w = Value(2.0)
        >>> with no_grad():
        ...     prediction = w * 3
        >>> prediction.parents
        ()
    """
    return _block() if function is None else _block()(function)


@contextlib.contextmanager
def _block() -> Iterator[None]:
    before = recording_off.get()
    open_blocks.append(None)
    # Ctrl-C can come between any two lines. At worst it leaves an item in the list, which costs only time.
    try:
        recording_off.set(True)
        yield
    finally:
        recording_off.set(before)
        open_blocks.pop()


def is_recording() -> bool:
    """Whether arithmetic on Values records a graph here: inside `no_grad()` it does not."""
    return not recording_off.get()
