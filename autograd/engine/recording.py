"""Whether arithmetic on Values records a graph."""

import contextlib
import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar, overload

F = TypeVar("F", bound=Callable[..., Any])

# no_grad() holds for the thread or task that entered it. Looking that up costs more than an addition, so the operators
# look only while some thread is inside: while this list, with an item for each open block, is not empty.
recording_off: ContextVar[bool] = ContextVar("recording_off", default=False)
open_blocks: list[None] = []


@overload
def no_grad() -> "_Block": ...
@overload
def no_grad(function: F) -> F: ...
def no_grad(function: Any = None) -> Any:
    """Record nothing inside this block, in this thread: results are constants, and cost no memory once used.

    For inference: `with no_grad():`, or `@no_grad` before a function, with parentheses or without. In the body of a
    generator the block must not hold a yield: it would go on for whoever takes the items.

    Args:
        function: The function that is decorated.

    Raises:
        TypeError: if `function` is no function, or one that only makes a generator or a coroutine, which runs later.

    Example:
        >>> from autograd import Value
        >>> w = Value(2.0)
        >>> with no_grad():
        ...     prediction = w * 3
        >>> prediction.parents
        ()
    """
    return _Block() if function is None else _Block()(function)


class _Block(contextlib.ContextDecorator):
    """What `no_grad()` gives: a block, or what decorates functions with one for each call."""

    def __init__(self) -> None:
        self._switches: list[contextlib.AbstractContextManager[None]] = []

    def __enter__(self) -> None:
        switch = _switched_off()  # if Ctrl-C comes here, it is switched back as the variable goes
        switch.__enter__()
        self._switches.append(switch)

    def __exit__(self, *error: Any) -> None:
        self._switches.pop().__exit__(*error)

    def _recreate_cm(self) -> "_Block":
        return _Block()  # calls may overlap

    def __call__(self, function: F) -> F:
        if not callable(function):
            raise TypeError(f"no_grad takes a function, but got {function!r:.60} of type {type(function).__name__}.")
        if any(runs_later(function) for runs_later in _RUN_LATER):
            raise TypeError(
                f"a call of {getattr(function, '__name__', function)} makes a generator or a coroutine, whose body "
                "runs later, when no_grad() is over. Write `with no_grad():` in it, around the arithmetic and no yield."
            )
        return super().__call__(function)


_RUN_LATER = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)


@contextlib.contextmanager
def _switched_off() -> Iterator[None]:
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
