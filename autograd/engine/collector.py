"""Pauses of Python's garbage collector, which searches growing graphs for cycles. They have none.

With the pure engine the search takes up to two thirds of the time of a training loop. The native engine hides its nodes
from the collector.
"""

import contextlib
import gc
import threading
from collections.abc import Iterator

_pauses = 0  # how many pauses are open, in whatever thread: the last to end switches the collector on again
_was_enabled = False
_lock = threading.Lock()


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Switch the garbage collector off inside this block. Between blocks it runs as usual, for the rest of the program.

    `fit` does this for each batch, and `compile` while it records and lifts. A loop of yours with the pure engine takes
    about half the time if it does so too.

    Example:
        >>> with collector_paused():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    global _pauses, _was_enabled
    with _lock:
        if _pauses == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_enabled:
                gc.enable()
