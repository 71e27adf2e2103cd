"""What a Value is in both engines: the methods that do not touch its fields."""

import math
from abc import ABC
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from autograd.engine.steps import OnStep
from autograd.notation import computed, expression, name, shortened, simplified
from autograd.notation import to_latex as latex
from autograd.table import as_float, floats, whole

NOTHING_RECORDED = "backward() needs a recorded graph, but this is a constant. Was it computed under no_grad()?"


class AnyValue(ABC):  # noqa: B024 - it has no methods: each engine registers its Value
    """The Value of either engine, for `isinstance`."""


def require_values(who: str, *things: object) -> None:
    """Raise a TypeError if something is not a Value.

    Args:
        who: The function that takes Values, for the message.
        things: What it got.
    """
    for thing in things:
        if not isinstance(thing, AnyValue):
            raise TypeError(f"{who} takes Values, but got {thing!r:.60} of type {type(thing).__name__}.")


def are_values(things: Sequence[object]) -> bool:
    """Whether things are Values, all of one engine, and there is one.

    Example:
        >>> from autograd import Value
        >>> are_values([Value(1.0), Value(2.0)]), are_values([Value(1.0), 2.0]), are_values([])
        (True, False, False)
    """
    return len({*map(type, things)}) == 1 and isinstance(things[0], AnyValue)


def mixed(op: Any) -> TypeError:
    """The error for Values of both engines in one expression."""
    return TypeError(f"{op.name} got Values of the native and of the pure engine, but a graph belongs to one engine.")


def data_and_label(self: None, data: Any, label: Any = "") -> tuple[Any, Any]:  # noqa: ARG001 - as in a method
    """The arguments of `Value(...)`, by position or by name."""
    return data, label


data_and_label.__qualname__ = "Value.__init__"  # the name that errors show


# The methods of a Value. `_backward` and `_zero_grad` are each engine's own.


def backward(self: Any, on_step: OnStep | None = None) -> None:
    """Compute ∂self/∂v for every node v that this one depends on, and leave it in `v.grad`.

    Inner nodes get this pass's derivative; leaves add it to what they have, so a second pass doubles theirs and
    `zero_grad()` starts afresh. If a derivative does not exist, no leaf's gradient changes.

    Args:
        on_step: Called with a :class:`autograd.engine.Step` for each edge, as the pass goes along it. If it raises, the
            pass ends, and no leaf's gradient changes.

    Raises:
        TypeError: if `on_step` is not a function.
        ValueError: if this node is a constant, a derivative does not exist at these numbers, or a leaf has been
            assigned to since a node was computed from it, which would have another number now.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> (x * x).backward()
        >>> x.grad
        6.0
    """
    if on_step is not None and not callable(on_step):
        raise TypeError(
            f"backward() takes no argument but a function that is called at each step; got {on_step!r:.60}. To weight "
            "an output, multiply it: (2 * y).backward()."
        )
    self._backward(on_step)


def check_current(node: Any) -> None:
    """Raise a ValueError if a node is not what it would be now, because data has been assigned since it was computed.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0, "x")
        >>> y = x * x
        >>> x.data = 5.0
        >>> check_current(y)
        Traceback (most recent call last):
        ...
        ValueError: the graph is out of date: x was assigned after x*x was computed, which is 9, but would be 25 now.
        Compute the output again.
    """
    try:
        number = as_float(node.op.forward(floats, *(parent.data for parent in node.parents)))
        now = f"would be {number:g} now"
    except (ValueError, ArithmeticError):
        number, now = None, "has no value now"
    if number != node.data and not (number and math.isnan(number) and math.isnan(node.data)):
        assigned = [parent for parent in node.parents if parent._assigned]
        which = " or ".join(dict.fromkeys(shortened(p.label) or f"a leaf, now {p.data:g}," for p in assigned))
        why = f"{which} was assigned after {{}} was computed, which" if which else "{} was computed from others, and"
        raise ValueError(
            f"the graph is out of date: {why.format(shortened(name(node)))} is {node.data:g}, but {now}. Compute "
            f"{'the output' if which else 'it'} again."
        ) from None


def check_all_current(nodes: Iterable[Any]) -> None:
    """The same for each of some nodes; parents stand before children."""
    for node in nodes:
        parents = node.parents
        if parents:
            try:
                is_current = node.op.forward(floats, *[parent.data for parent in parents]) == node.data
            except (ValueError, ArithmeticError):
                is_current = False
            if not is_current:  # unless both are nan
                check_current(node)


def check_assigned(nodes: Sequence[Any]) -> None:
    """Raise a ValueError if one of some nodes is out of date with a leaf; parents stand before children."""
    if any(map(attrgetter("_assigned"), nodes)):
        for node in reversed(nodes):
            if any(parent._assigned for parent in node.parents):
                check_current(node)


def zero_grad(self: Any) -> None:
    """Clear the gradients of this node and of every node that it depends on."""
    self._zero_grad()


def to_latex(self: Any, depth: int = 8) -> str:
    r"""How this node was computed, in LaTeX, as a textbook would write it.

    Args:
        depth: How many operations deep to go, down to labeled nodes; anything deeper becomes dots, and so does what is
            beyond 255 operations in all.

    Raises:
        ValueError: if the depth is not a whole number of at least 0.

    Example:
        >>> from autograd import Value
        >>> x = Value(3.0, "x")
        >>> print((x * x + 1.0).to_latex())
        {x}^{2} + 1
    """
    return latex(simplified(computed(self, whole("depth", depth, least=0))))


def represented(self: Any) -> str:
    """What `repr` shows."""
    grad = f", grad={self.grad}" if self.has_grad else ""
    label = f", label={self.label!r}" if self.label else ""
    formula = f", expression={expression(self)!r}" if self.parents else ""
    return f"{'constant' if self.is_constant else 'Value'}(data={self.data}{grad}{label}{formula})"


def formatted(self: Any, specification: str) -> str:
    """The number as `format` writes it; without a specification, what `repr` shows."""
    return format(self.data, specification) if specification else repr(self)


def parts(node: Any) -> tuple[Any, ...]:
    """What a pickle or a copy is made from."""
    parents = node.parents
    x = parents[0] if parents else None
    y = parents[1] if len(parents) > 1 else None
    return node.data, node.label, node._grad, node.op, x, y


def check_parts(op: Any, x: Any, y: Any) -> None:
    """Raise a ValueError if a pickled node does not have as many parents as its row takes."""
    given = (x is not None) + (y is not None)
    if given != (op.arity if op is not None else 0) or (x is None and y is not None):
        raise ValueError(f"{op!r} does not take {given} arguments.")


def read_only(name: str) -> AttributeError:
    """The error for an assignment to a property."""
    return AttributeError(f"property {name!r} of 'Value' object has no setter")
