"""The tally of passes over graphs: each sweep counts itself here, once, so that nothing is asked at a node."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal


@dataclass(repr=False)
class Passes:
    """How many passes over a whole graph there were.

    Attributes:
        evaluations: Graphs computed anew at other numbers; in `check_grads`, calls of its function.
        forward: Tangent sweeps: derivatives of every node with respect to one variable.
        reverse: Backward sweeps: derivatives of one output with respect to every node.
    """

    evaluations: int = 0
    forward: int = 0
    reverse: int = 0

    def __repr__(self) -> str:
        return ", ".join(
            f"{number:,} {what}{plural * (number != 1)}"
            for number, what, plural in (
                (self.evaluations, "evaluation", "s"),
                (self.forward, "forward pass", "es"),
                (self.reverse, "reverse pass", "es"),
            )
        )


# Those of the blocks that this thread or task is in, the outermost first.
_open: ContextVar[tuple[Passes, ...]] = ContextVar("open", default=())


@contextlib.contextmanager
def count_passes() -> Iterator[Passes]:
    """Count the passes over graphs inside this block, in this thread. Blocks nest: each counts all that is inside it.

    Recording a graph, by arithmetic on Values, is no pass.

    Example:
        >>> from autograd import Value, check_grads
        >>> with count_passes() as passes:
        ...     (Value(2.0) * 3).backward()
        >>> passes
        0 evaluations, 0 forward passes, 1 reverse pass
        >>> with count_passes() as passes:
        ...     report = check_grads(lambda v: v[0] * v[1], [2.0, 4.0], received=[4.0, 2.0])
        >>> passes.evaluations
        8
    """
    passes = Passes()
    token = _open.set((*_open.get(), passes))
    try:
        yield passes
    finally:
        _open.reset(token)


def count(kind: Literal["evaluations", "forward", "reverse"]) -> None:
    """Count one pass, in every block around it."""
    for passes in _open.get():
        setattr(passes, kind, getattr(passes, kind) + 1)
