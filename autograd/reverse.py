r"""The backward sweep: reverse accumulation of derivatives over a recorded graph.

The adjoint of a node, ∂output/∂node, sums over the edges that leave it. That is the chain rule over every path at once:

.. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.2.
"""

import collections
import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from autograd.graph import topological_order
from autograd.notation import failure
from autograd.operation import CONSTANT, as_float, floats
from autograd.tally import count

if TYPE_CHECKING:
    from autograd.value import Value

# Two sweeps at once could meet in a shared parameter, so they take turns.
turn = threading.RLock()
# No process is copied while another thread has its turn: the copy has no such thread, and would wait for it forever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=turn.acquire, after_in_parent=turn.release, after_in_child=turn.release)

NOTHING_RECORDED = "backward() needs a recorded graph, but this is a constant. Was it computed under no_grad()?"


@dataclass(frozen=True)
class Step:
    """One step of a backward pass: what flows along one edge of the graph.

    Attributes:
        node: Where the adjoint comes from.
        parent: Where it goes to.
        place: Which of the node's parents that is, counted from 0: `x * x` passes on twice to x.
        local_derivative: ∂node/∂parent, on this edge.
        adjoint: ∂output/∂node.
        before: What has come together in the parent's adjoint until now.
        after: What it becomes: before + adjoint · local_derivative.
    """

    node: "Value"
    parent: "Value"
    place: int
    local_derivative: float
    adjoint: float
    before: float
    after: float


OnStep = Callable[[Step], object]


def backward(output: "Value", on_step: OnStep | None = None) -> None:
    """Compute ∂output/∂v for every node v that `output` depends on, and leave it in `v.grad`.

    Inner nodes get this sweep's adjoint. Leaves add it to what they have, so that gradients of several examples sum up.
    If a derivative does not exist, the gradients of all leaves stay as they were.

    Args:
        output: The scalar to differentiate.
        on_step: Called after each step of the pass. What it raises ends the pass, and no leaf's gradient changes.

    Raises:
        ValueError: if `output` is a constant, or a derivative does not exist at the numbers in the graph.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.
    """
    if hasattr(output, "_backward"):  # the compiled Value does the same in C
        output._backward(on_step)
        return
    if output._op is CONSTANT:
        raise ValueError(NOTHING_RECORDED)
    with turn:
        order = topological_order(output)
        count("reverse", lambda: operations(order))
        leaves = [node for node in order if node._op is None]
        earlier = [leaf._grad for leaf in leaves]
        try:
            _sweep(order, on_step)
            for leaf, grad in zip(leaves, earlier, strict=True):
                leaf._grad += grad or 0.0  # type: ignore[operator]
        except BaseException:
            for node in order:
                node._grad = None
            for leaf, grad in zip(leaves, earlier, strict=True):
                leaf._grad = grad
            raise


def operations(order: "Iterable[Value]") -> int:
    """How many operations a backward pass takes: for each edge a derivative, and a product that is added up."""
    return sum(2 * (not parent.is_constant) for node in order for parent in node.parents)


def _sweep(order: list[Any], on_step: OnStep | None) -> None:
    for node in order:
        node._grad = 0.0
    order[-1]._grad = 1.0
    for node in reversed(order):
        x, y = node._x, node._y
        if x is None:
            continue
        adjoint, z = node._grad, node._data
        # Spelt out for each of the two, which is quicker than a loop. A constant gets no adjoint: the exponent's in
        # x**2 would need log(x), which may not exist.
        try:
            if y is None:  # x is no constant: else the node would be one
                dx, dy = node._op.partials[0](floats, z, x._data), None
            else:
                partial_x, partial_y = node._op.partials
                dx = None if x._op is CONSTANT else partial_x(floats, z, x._data, y._data)
                dy = None if y._op is CONSTANT else partial_y(floats, z, x._data, y._data)
            if type(dx) is not float or type(dy) is not float:  # which a row of one's own may give
                dx, dy = (slope if slope is None else as_float(slope, "a derivative") for slope in (dx, dy))
        except (ValueError, ArithmeticError):
            local_derivatives(node)  # which says which one failed, and where
            raise
        if dx is not None:
            before = x._grad
            x._grad = before + adjoint * dx
            if on_step is not None:
                on_step(Step(node, x, 0, dx, adjoint, before, x._grad))
        if dy is not None:
            before = y._grad
            y._grad = before + adjoint * dy
            if on_step is not None:
                on_step(Step(node, y, 1, dy, adjoint, before, y._grad))


@contextlib.contextmanager
def gradients_kept(nodes: "Iterable[Value]") -> Iterator[None]:
    """Clear the gradients of some nodes for the time of a block, and give them back after it, whatever happens.

    Other threads wait meanwhile: a sweep of theirs could meet the same nodes.
    """
    with turn:
        earlier = {node: node._grad for node in nodes}
        # One call of C, which Ctrl-C cannot come between.
        give_back: Callable[[], object] = functools.partial(
            collections.deque, map(setattr, earlier, repeat("_grad"), earlier.values()), 0
        )
        try:
            for node in earlier:
                node._grad = None
            yield
        finally:
            give_back()


def local_derivatives(node: "Value", at: "Mapping[Value, float] | None" = None) -> tuple[float | None, ...]:
    """∂node/∂parent for each parent, in their order; `None` for a constant.

    Args:
        node: The node.
        at: The numbers of the node and its parents at which to differentiate; those that they have if not given.

    Raises:
        ValueError, ZeroDivisionError, OverflowError: if one does not exist there; the message names the node.

    Example:
        >>> from autograd import Value
        >>> local_derivatives(Value(3.0) * Value(4.0))
        (4.0, 3.0)
        >>> local_derivatives(Value(3.0) ** 2)
        (6.0, None)
    """
    parents = node.parents
    if node.op is None or not parents:
        return ()
    z = node._data if at is None else at[node]
    numbers = [parent._data if at is None else at.get(parent, parent._data) for parent in parents]
    try:
        return tuple(
            None if parent.op is CONSTANT else as_float(partial(floats, z, *numbers), "a derivative")
            for parent, partial in zip(parents, node.op.partials, strict=True)
        )
    except (ValueError, ArithmeticError) as error:
        raise type(error)(failure(node.op, parents, error, differentiating=True)) from None
