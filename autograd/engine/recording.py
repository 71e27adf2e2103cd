"""Whether arithmetic on Values records a graph."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

# no_grad() holds for the thread or task that entered it. Looking that up costs more than an addition, so the operators
# look only while some thread is inside: while this list, with an item for each open block, is not empty.
recording_off: ContextVar[bool] = ContextVar("recording_off", default=False)
open_blocks: list[None] = []


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing inside this block, in this thread: results are constants, and cost no memory once used.

    For inference, as a `with` block or as a decorator.

    Example:
        >>> from autograd import Value
        >>> w = Value(2.0)
        >>> with no_grad():
        ...     prediction = w * 3
        >>> prediction.parents
        ()
    """
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
