r"""The backward sweep: reverse accumulation of derivatives over a recorded graph.

The adjoint of a node, ∂output/∂node, sums over the edges that leave it. That is the chain rule over every path at once:

.. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.2.
"""

import threading
from typing import TYPE_CHECKING, Any

from autograd.graph import topological_order
from autograd.notation import failure
from autograd.operation import CONSTANT, floats

if TYPE_CHECKING:
    from autograd.value import Value

# Two sweeps at once could meet in a shared parameter, so they take turns.
_turn = threading.RLock()


def backward(output: "Value") -> None:
    """Compute ∂output/∂v for every node v that `output` depends on, and leave it in `v.grad`.

    Inner nodes get this sweep's adjoint. Leaves add it to what they have, so that gradients of several examples sum up.
    If a derivative does not exist, the gradients of all leaves stay as they were.

    Args:
        output: The scalar to differentiate.

    Raises:
        ValueError: if `output` is a constant, or a derivative does not exist at the numbers in the graph.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.
    """
    if output.op is CONSTANT:
        raise ValueError("backward() needs a recorded graph, but this is a constant. Was it computed under no_grad()?")
    with _turn:
        order = topological_order(output)
        leaves = [node for node in order if node.op is None]
        earlier = [leaf._grad for leaf in leaves]
        try:
            _sweep(order)
            for leaf, grad in zip(leaves, earlier, strict=True):
                leaf._grad += grad or 0.0  # type: ignore[operator]
        except BaseException:
            for node in order:
                node._grad = None
            for leaf, grad in zip(leaves, earlier, strict=True):
                leaf._grad = grad
            raise


def _sweep(order: list[Any]) -> None:
    for node in order:
        node._grad = 0.0
    order[-1]._grad = 1.0
    try:
        for node in reversed(order):
            x, y = node._x, node._y
            if x is None:
                continue
            if y is None:  # x is no constant: else the node would be one
                x._grad += node._grad * node.op.partials[0](floats, node._data, x._data)
                continue
            adjoint, z = node._grad, node._data
            dx, dy = node.op.partials
            # A constant gets no adjoint: the exponent's in x**2 would need log(x), which may not exist.
            if x.op is not CONSTANT:
                x._grad += adjoint * dx(floats, z, x._data, y._data)
            if y.op is not CONSTANT:
                y._grad += adjoint * dy(floats, z, x._data, y._data)
    except (ValueError, ArithmeticError) as error:
        raise type(error)(failure(node.op, node.parents, error, differentiating=True)) from None
