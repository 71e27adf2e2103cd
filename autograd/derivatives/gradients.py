r"""Every derivative of a graph: gradients that are graphs themselves, Jacobians, Hessians, and their products.

The partial derivatives of the table are ordinary operations. With Values flowing through them, the backward sweep
records what it computes, and a gradient can be differentiated again, to any order.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from autograd.engine import (
    Value,
    constant,
    count,
    gradients_kept,
    is_recording,
    require_values,
    topological_order,
)
from autograd.graph import Recorded
from autograd.notation import derivative_label, failed, read_derivative
from autograd.table import product, rows

Function = Callable[[list[Value]], Any]


def grad(output: Value, inputs: Sequence[Value], *, create_graph: bool = False) -> list[Value]:
    r"""Gradient of one output with respect to several inputs, by reverse accumulation.

    The adjoint of a node sums over the edges leaving it, which is the chain rule over every path at once:

    .. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}

    No node's own `grad` is changed.

    Args:
        output: Scalar to differentiate.
        inputs: Nodes to differentiate with respect to; one that `output` does not depend on has gradient 0.
        create_graph: Return Values that carry their own graph, so that they can be differentiated again.

    Raises:
        TypeError: if something other than Values is given.
        ValueError: if an input is a constant of the graph, or a derivative does not exist at the numbers in it.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.

    Example:
        >>> x = Value(3.0, "x")
        >>> (first,) = grad(x**3, [x], create_graph=True)
        >>> (second,) = grad(first, [x])
        >>> first.data, second.data
        (27.0, 18.0)

    Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.2.
    """
    _check(output, inputs)
    order = topological_order(output)
    if create_graph:
        return gradient_graph(order, inputs)
    return [constant(number) for number in gradient_numbers(order, inputs)]


def _check(output: Value, inputs: Sequence[Value]) -> None:
    require_values("a derivative", output, *inputs)
    for x in inputs:
        if x.is_constant:
            raise ValueError(f"a constant has no derivative, but among the inputs is {x!r}.")


def gradient_numbers(order: Sequence[Value], inputs: Sequence[Value]) -> list[float]:
    """What `grad` computes, as numbers, by a backward pass of the engine.

    Args:
        order: The graph of one output, parents before children.
        inputs: The nodes to differentiate with respect to.
    """
    output = order[-1]
    if output.is_constant:
        return [0.0 for _ in inputs]
    with gradients_kept([*order, *inputs]):
        output.backward()
        return [x.grad for x in inputs]


def gradient_graph(order: Sequence[Value], inputs: Sequence[Value]) -> list[Value]:
    """What `grad` computes, as Values with a graph of their own.

    Args:
        order: The graph of one output, parents before children.
        inputs: The nodes to differentiate with respect to.
    """
    output = order[-1]
    active = set(inputs)  # what depends on them: nothing else needs an adjoint
    for node in order:
        if not active.isdisjoint(node.parents):
            active.add(node)
    adjoints: dict[Value, Any] = {output: 1.0}
    for node in reversed(order):
        if node not in adjoints or node.op is None:
            continue
        for parent, partial in zip(node.parents, node.op.partials, strict=True):
            if parent not in active:
                continue
            try:
                share = product(adjoints[node], partial(rows, node, *node.parents))
            except (ValueError, ArithmeticError) as error:
                raise failed(node.op, node.parents, error, differentiating=True) from None
            adjoints[parent] = adjoints[parent] + share if parent in adjoints else share
    count("reverse", lambda: sum(2 * (parent in adjoints) for node in order for parent in node.parents))
    _name(adjoints, set(order), output, set(inputs))
    found = (adjoints.get(x, 0.0) for x in inputs)
    return [adjoint if isinstance(adjoint, Value) else constant(adjoint) for adjoint in found]


def _name(adjoints: Mapping[Value, Any], known: Container[Value], output: Value, inputs: Container[Value]) -> None:
    """Label the new nodes that are derivatives with respect to labelled ones, for pictures and explanations.

    Of a derivative, only those with respect to the inputs are named: ∂²y/∂x∂y, with an inner y, would need explaining.
    """
    of_derivative = read_derivative(output.label) is not None
    for node, adjoint in adjoints.items():
        is_new = isinstance(adjoint, Value) and adjoint not in known and bool(adjoint.parents) and not adjoint.label
        if is_new and output.label and node.label and (node in inputs or not of_derivative):
            adjoint.label = derivative_label(output.label, node.label)


def value_and_grad(f: Function, inputs: Sequence[Value | float]) -> tuple[float, list[float]]:
    """The value of a function and its gradient, from one evaluation and one backward pass.

    Args:
        f: Takes the list of inputs, as Values, and returns one Value.
        inputs: Where to differentiate: numbers or Values.

    Raises:
        TypeError: if f does not return a Value.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> value_and_grad(lambda v: v[0] * v[1], [3.0, 4.0])
        (12.0, [4.0, 3.0])
    """
    variables, (output,) = _record(f, inputs, single=True)
    return output.data, [derivative.data for derivative in grad(output, variables)]


def jacobian(f: Function, inputs: Sequence[Value | float]) -> list[list[float]]:
    r"""All first derivatives of several outputs: :math:`J_{ij} = \partial f_i / \partial x_j`, a row for each output.

    It takes a forward sweep for each input or a backward sweep for each output, whichever are fewer.

    Args:
        f: Takes the list of inputs, as Values, and returns a list of Values, or one.
        inputs: Where to differentiate: numbers or Values.

    Raises:
        TypeError: if f returns something else than Values.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]], [3.0, 4.0])
        [[4.0, 3.0], [1.0, 1.0]]
    """
    variables, outputs = _record(f, inputs)
    if len(outputs) < len(variables):
        return [[entry.data for entry in grad(output, variables)] for output in outputs]
    return jacobian_by_columns(Recorded.of(*outputs), outputs, variables)


def hessian(f: Function, inputs: Sequence[Value | float]) -> list[list[float]]:
    r"""All second derivatives: :math:`H_{ij} = \partial^2 f / \partial x_i \, \partial x_j`, forward over reverse.

    Args:
        f: Takes the list of inputs, as Values, and returns one Value.
        inputs: Where to differentiate: numbers or Values.

    Raises:
        TypeError: if f does not return a Value.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> hessian(lambda v: v[0] ** 2 * v[1], [3.0, 4.0])
        [[8.0, 6.0], [6.0, 0.0]]
    """
    variables, (output,) = _record(f, inputs, single=True)
    gradient = grad(output, variables, create_graph=True)
    return jacobian_by_columns(Recorded.of(*gradient), gradient, variables)


def hessian_vector_product(f: Function, inputs: Sequence[Value | float], vector: Sequence[float]) -> list[float]:
    r"""The Hessian times a vector, :math:`H v`, without the Hessian: a forward sweep over the graph of the gradient.

    Args:
        f: Takes the list of inputs, as Values, and returns one Value.
        inputs: Where to differentiate: numbers or Values.
        vector: A number for each input.

    Raises:
        TypeError: if f does not return a Value.
        ValueError: if the vector has another length than the inputs, an input is a constant, a derivative does not
            exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> hessian_vector_product(lambda v: v[0] ** 2 * v[1], [3.0, 4.0], [1.0, 0.0])
        [8.0, 6.0]

    Reference: Pearlmutter 1994, "Fast exact multiplication by the Hessian".
    """
    if len(vector) != len(inputs):
        raise ValueError(f"the vector needs a number for each input, but has {len(vector)} for {len(inputs)} inputs.")
    variables, (output,) = _record(f, inputs, single=True)
    gradient = grad(output, variables, create_graph=True)
    directions = dict.fromkeys(variables, 0.0)
    for variable, number in zip(variables, vector, strict=True):
        directions[variable] += float(number)  # the same Value may be given twice
    found = Recorded.of(*gradient).tangents(directions)
    return [found.get(entry, 0.0) for entry in gradient]


def jacobian_by_columns(recorded: Recorded, outputs: Sequence[Value], variables: Sequence[Value]) -> list[list[float]]:
    """The Jacobian of outputs in a recorded graph, a column for each variable by a forward sweep."""
    columns = [recorded.tangents({variable: 1.0}) for variable in variables]
    return [[column.get(output, 0.0) for column in columns] for output in outputs]


def _record(f: Function, inputs: Sequence[Value | float], *, single: bool = False) -> tuple[list[Value], list[Value]]:
    """The inputs as Values, and what f makes of them."""
    if not is_recording():
        raise ValueError("derivatives come from a recorded graph, but inside no_grad() nothing is recorded.")
    variables = [x if isinstance(x, Value) else Value(x) for x in inputs]
    results = f(list(variables))  # a copy, which it may change
    outputs = list(results) if isinstance(results, list | tuple) and not single else [results]
    for output in outputs or [results]:  # if the list is empty, the list itself
        if not isinstance(output, Value):
            kind = type(output).__name__
            raise TypeError(
                f"f must return {'one Value' if single else 'Values'}, but returned {output!r:.60} of type {kind}."
            )
    _check(outputs[0], variables)
    return variables, outputs
