r"""The backward sweep: reverse accumulation of derivatives over a recorded graph.

The adjoint of a node, ∂output/∂node, sums over the edges that leave it. That is the chain rule over every path at once:

.. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.2.
"""

from typing import Any

from autograd.engine.order import ordered
from autograd.engine.shared import NOTHING_RECORDED, check_assigned, check_current
from autograd.engine.slopes import local_derivatives, operations
from autograd.engine.steps import OnStep, Step
from autograd.engine.tally import count
from autograd.engine.turns import turn
from autograd.ops import mul
from autograd.table import CONSTANT, Op, as_float, floats

# In place of None, the row of a leaf whose data has been assigned: what was computed from it may be out of date.
ASSIGNED = Op("assigned", "", "", lambda _: None, (), ())


def backward(output: Any, on_step: OnStep | None = None) -> None:
    """Compute ∂output/∂v for every node v that `output` depends on, and leave it in `v.grad`; see `Value.backward`."""
    if output._row is CONSTANT:
        raise ValueError(NOTHING_RECORDED)
    with turn:
        order = ordered(output)
        count("reverse", lambda: operations(order))
        leaves = [node for node in order if node._x is None]
        earlier = [leaf._grad for leaf in leaves]
        try:
            assigned = [leaf for leaf in leaves if leaf._row is ASSIGNED]  # quicker than any() of a generator
            _sweep(order, on_step, checks=bool(assigned))
            for leaf, grad in zip(leaves, earlier, strict=True):
                leaf._grad += grad or 0.0
        except BaseException:
            for node in order:
                node._grad = None
            for leaf, grad in zip(leaves, earlier, strict=True):
                leaf._grad = grad
            raise


def _sweep(order: list[Any], on_step: OnStep | None, *, checks: bool) -> None:
    for node in order:
        node._grad = 0.0
    order[-1]._grad = 1.0
    if on_step is not None:
        check_assigned(order)
    for node in reversed(order):
        x, y = node._x, node._y
        if x is None:
            continue
        adjoint, z = node._grad, node._data
        # Spelled out for each parent, which is quicker than a loop. A constant gets no adjoint: the exponent's in x**2
        # would need log(x), which may not exist.
        try:
            dx = dy = None
            if y is None:  # x is not a constant: else the node would be one
                if checks and x._row is ASSIGNED and node._row.forward(floats, x._data) != z:
                    check_current(node)
                dx = node._row.partials[0](floats, z, x._data)
                if type(dx) is not float:  # a user's row may return an int, or anything
                    dx = as_float(dx, "a derivative")
            else:
                if checks and (x._row is ASSIGNED or y._row is ASSIGNED):
                    row, a, b = node._row, x._data, y._data
                    if (a * b if row is mul else row.forward(floats, a, b)) != z:  # weights mostly enter products
                        check_current(node)
                partial_x, partial_y = node._row.partials
                if x._row is not CONSTANT:
                    dx = partial_x(floats, z, x._data, y._data)
                    if type(dx) is not float:
                        dx = as_float(dx, "a derivative")
                if y._row is not CONSTANT:
                    dy = partial_y(floats, z, x._data, y._data)
                    if type(dy) is not float:
                        dy = as_float(dy, "a derivative")
        except (ValueError, ArithmeticError):
            check_assigned(order)
            local_derivatives(node)  # raises an error that says which one failed, and where
            raise
        if dx is not None:
            before = x._grad
            x._grad = before + adjoint * dx
            if on_step is not None:
                on_step(Step(node, x, 0, dx, adjoint, before))
        if dy is not None:
            before = y._grad
            y._grad = before + adjoint * dy
            if on_step is not None:
                on_step(Step(node, y, 1, dy, adjoint, before))
