"""Whether arithmetic on Values records a graph."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar

# no_grad() holds for the thread or task that entered it. Looking that up costs more than an addition, so the operators
# look only while some thread is inside: whoever watches is told how many blocks are open.
recording_off: ContextVar[bool] = ContextVar("recording_off", default=False)
watchers: list[Callable[[int], None]] = []
_blocks = 0
_blocks_lock = threading.Lock()


def _count(change: int) -> None:
    global _blocks
    with _blocks_lock:
        _blocks += change
        for watcher in watchers:
            watcher(_blocks)


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
    token = recording_off.set(True)
    _count(1)
    try:
        yield
    finally:
        _count(-1)
        recording_off.reset(token)
