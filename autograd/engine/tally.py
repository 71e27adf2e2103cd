"""The tally of passes over graphs: each sweep counts itself here, once, so that nodes pay nothing for it."""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal


@dataclass(repr=False)
class Passes:
    """How many sweeps there were, over a graph or a part of it.

    Attributes:
        evaluations: Graphs recomputed at other numbers; in `check_grads`, calls of its function.
        forward: Tangent sweeps: derivatives of every node with respect to one variable.
        reverse: Backward sweeps: derivatives of one output with respect to every node.
        operations: What these took together: values of rows of the table, their partial derivatives, and the
            multiplications by these, each with the addition that follows. What a function computes is not counted.
    """

    evaluations: int = 0
    forward: int = 0
    reverse: int = 0
    operations: int = 0

    def __repr__(self) -> str:
        return ", ".join(
            f"{number:,} {what}{plural * (number != 1)}"
            for number, what, plural in (
                (self.evaluations, "evaluation", "s"),
                (self.forward, "forward pass", "es"),
                (self.reverse, "reverse pass", "es"),
                (self.operations, "operation", "s"),
            )
        )


# The counts of the blocks that this thread or task is in, outermost first.
counting: ContextVar[tuple[Passes, ...]] = ContextVar("counting", default=())


@contextlib.contextmanager
def count_passes() -> Iterator[Passes]:
    """Count the passes over graphs inside this block, in this thread. Blocks nest: each counts all that is inside it.

    Recording a graph, by arithmetic on Values, is not a pass.

    Example:
        >>> from autograd import Value, check_grads
        >>> with count_passes() as passes:
        ...     (Value(2.0) * 3).backward()
        >>> passes
        0 evaluations, 0 forward passes, 1 reverse pass, 2 operations
        >>> with count_passes() as passes:
        ...     report = check_grads(lambda v: v[0] * v[1], [2.0, 4.0])
        >>> passes.evaluations  # 1, 2 for the same again, 4 for each central difference, and 1 for each complex step
        13
    """
    passes = Passes()
    token = counting.set((*counting.get(), passes))
    try:
        yield passes
    finally:
        counting.reset(token)


def count(kind: Literal["evaluations", "forward", "reverse"], operations: Callable[[], int]) -> None:
    """Count one pass, in every block around it.

    Args:
        kind: The kind of pass.
        operations: Gives how many operations it took; called only inside `count_passes`.
    """
    for passes in counting.get():
        setattr(passes, kind, getattr(passes, kind) + 1)
        passes.operations += operations()
