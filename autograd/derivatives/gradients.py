r"""Every derivative of a graph: gradients that are graphs themselves, Jacobians, Hessians, and their products.

A function is recorded once. Its gradient is a sweep of the engine, as numbers or as a graph; what has many directions
goes through the linear map of the graph. Inside of another derivative, `nesting` says what must be carried on.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

from autograd.derivatives.calling import direction_of, is_one, one_or_list
from autograd.derivatives.dual import Dual, check_alive
from autograd.derivatives.linear_map import LinearMap
from autograd.derivatives.nesting import (
    belongs_to_outer,
    check_varies,
    evaluated,
    not_nested,
    on_parts,
    values_in,
)
from autograd.derivatives.sparse import sparse_hessian
from autograd.engine import (
    AnyValue,
    Linearization,
    Value,
    constant,
    gradient,
    gradient_graph,
    is_recording,
    require_values,
)
from autograd.table import as_list, flows, number_of, product

Function = Callable[[Any], Any]


@overload
def grad(output: Value, inputs: Sequence[Value], *, create_graph: bool | None = None) -> list[Value]: ...


@overload
def grad(output: Value, inputs: Value, *, create_graph: bool | None = None) -> Value: ...


def grad(output: Any, inputs: Any = None, *, create_graph: bool | None = None) -> Any:
    r"""Gradient of one output with respect to several inputs, by reverse accumulation.

    The adjoint of a node sums over the edges leaving it, which is the chain rule over every path at once:

    .. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}

    No node's own `grad` is changed.

    Args:
        output: Scalar to differentiate.
        inputs: Nodes to differentiate with respect to; one that `output` does not depend on has gradient 0. For one
            node that is not in a list, one gradient is returned.
        create_graph: Return Values that carry their own graph, so that they can be differentiated again. Where it is
            not given, they do so if `output` belongs to an outer derivative that is being taken.

    Raises:
        TypeError: if something other than Values is given. Inside of `jvp`, the output may be a dual number.
        ValueError: if an input is a constant of the graph, or a derivative does not exist at the numbers in it.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative. Where the number is too
            large, powers and functions do; sums, products and quotients are inf, as in Python: of x**-1 at 1e-200 there
            is no derivative, and that of 1/x is -inf.

    Example:
        >>> x = Value(3.0, "x")
        >>> (first,) = grad(x**3, [x], create_graph=True)
        >>> (second,) = grad(first, [x])
        >>> first.data, second.data
        (27.0, 18.0)

    Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.2.
    """
    if inputs is None or callable(output):
        raise TypeError(_FORM)
    alone = is_one(inputs)
    nodes = [inputs] if alone else as_list(inputs, "what grad differentiates by", "Values")
    if isinstance(output, Dual):
        check_alive(output)
    else:
        _check_values([output])
    _check_values(nodes)
    check_varies(nodes)
    if create_graph is None:
        create_graph = belongs_to_outer(*values_in(output))
    found = _gradient(output, nodes, create_graph=create_graph)
    if not create_graph:
        found = [on_parts(constant, entry) for entry in found]
    return found[0] if alone else found


_FORM = (
    "grad(y, [x]) takes a Value y that has been computed and the Values to differentiate by. For a function f, write "
    "value_and_grad(f, [3.0]), where f takes the list of inputs, or value_and_grad(f, 3.0), where it takes one number: "
    "value, gradient = value_and_grad(f, 3.0)."
)


def _gradient(output: Any, inputs: Sequence[Value], *, create_graph: bool) -> list[Any]:
    """The gradient of a Value, or of both parts of a dual number, which makes dual numbers.

    Its entries are Values if they are to carry a graph, and plain numbers otherwise.
    """
    if isinstance(output, Dual):
        parts = [_gradient(part, inputs, create_graph=create_graph) for part in (output.primal, output.tangent)]
        return [Dual(primal, tangent, output.level) for primal, tangent in zip(*parts, strict=True)]
    if not isinstance(output, Value):  # the part of a dual number that does not vary
        if flows(output):
            raise TypeError(not_nested(output))
        return [constant(0.0) if create_graph else 0.0 for _ in inputs]
    if create_graph:
        entries = gradient_graph(output, inputs)
        return [entry if isinstance(entry, Value) else constant(entry) for entry in entries]
    try:
        return gradient(output, inputs)
    except (ValueError, ArithmeticError):  # perhaps of a derivative with respect to something that is no input
        return [number_of(entry) for entry in gradient_graph(output, inputs)]


def _check_values(nodes: Sequence[Any]) -> None:
    """Raise an error for what is no Value."""
    if {*map(type, nodes)} == {Value}:  # the quick answer
        return
    for node in nodes:
        if flows(node) and not isinstance(node, AnyValue):
            raise TypeError(
                f"a derivative takes Values, but got {node!r:.60} of type {type(node).__name__}. Inside of jvp or "
                "taylor, take the inner derivative by jvp; inside of jvp, value_and_grad(f, inputs) will do too."
            )
    require_values("a derivative", *nodes)


@overload
def value_and_grad(
    f: Function, inputs: Sequence[Value | float], *, create_graph: Literal[False] | None = None
) -> tuple[float, list[float]]: ...


@overload
def value_and_grad(
    f: Function, inputs: Value | float, *, create_graph: Literal[False] | None = None
) -> tuple[float, float]: ...


@overload
def value_and_grad(
    f: Function, inputs: Sequence[Value | float], *, create_graph: Literal[True]
) -> tuple[Value, list[Value]]: ...


@overload
def value_and_grad(f: Function, inputs: Value | float, *, create_graph: Literal[True]) -> tuple[Value, Value]: ...


def value_and_grad(f: Function, inputs: Any, *, create_graph: bool | None = None) -> Any:
    """The value of a function and its gradient, from one evaluation and one backward pass.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns one Value.
        inputs: Where to differentiate: numbers or Values.
        create_graph: Return Values, which can be differentiated again. Where it is not given, this is so if an input
            was computed, or if f depends on a variable of an outer derivative that is being taken; otherwise the
            results are numbers. Inside of a graph that you record by hand, for `backward()` or `grad`, give True.

    Raises:
        TypeError: if f does not return a Value.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> value_and_grad(lambda v: v[0] * v[1], [3.0, 4.0])
        (12.0, [4.0, 3.0])
        >>> value_and_grad(lambda x: x**2, 3.0)
        (9.0, 6.0)
    """
    variables, (output,), keeps, _ = _record(f, inputs, create_graph, single=True)
    found = _gradient(output, variables, create_graph=keeps)
    value = output if keeps else output.data if type(output) is Value else on_parts(number_of, output)
    return value, found[0] if is_one(inputs) else found


def jacobian(f: Function, inputs: Any, *, create_graph: bool | None = None) -> Any:
    r"""All first derivatives of several outputs: :math:`J_{ij} = \partial f_i / \partial x_j`, a row for each output.

    It takes a sweep forward for each input, or one backward for each output: whichever meet fewer edges, all together.
    A sweep meets the edges on the ways from its input, or to its output, and takes two operations for each.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns a list of Values, or one.
        inputs: Where to differentiate: numbers or Values. For one number, a row is one number too, and all if f returns
            one Value.
        create_graph: As for `value_and_grad`.

    Raises:
        TypeError: if f returns something else than Values.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> jacobian(lambda v: [v[0] * v[1], v[0] + v[1]], [3.0, 4.0])
        [[4.0, 3.0], [1.0, 1.0]]

    Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., sections 3.1 and 3.2.
    """
    variables, outputs, keeps, is_list = _record(f, inputs, create_graph)
    if keeps or not _are_values(outputs):
        rows_ = [_handed_out(_gradient(output, variables, create_graph=keeps), keeps=keeps) for output in outputs]
    else:
        rows_ = Linearization(outputs, variables).matrix()
    if not is_one(inputs):
        return rows_
    return [row[0] for row in rows_] if is_list else rows_[0][0]


def hessian(f: Function, inputs: Any, *, create_graph: bool | None = None, sparse: bool = False) -> Any:
    r"""All second derivatives: :math:`H_{ij} = \partial^2 f / \partial x_i \, \partial x_j`, forward over reverse.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns one Value.
        inputs: Where to differentiate: numbers or Values. For one number, the result is one number.
        create_graph: As for `value_and_grad`; the sweeps are then reverse over reverse.
        sparse: Return a `scipy.sparse.csr_array`, which has an entry where the graph of the gradient leads from one
            input to another one's derivative, and is symmetric to the last bit. Columns that share no row share a
            sweep, so that a banded Hessian of any size takes a few. For a hundred inputs, dense is quicker.

    Raises:
        ImportError: if it is to be sparse, and SciPy is missing.
        TypeError: if f does not return a Value, or the result is to be sparse and to carry a graph.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> hessian(lambda v: v[0] ** 2 * v[1], [3.0, 4.0])
        [[8.0, 6.0], [6.0, 0.0]]
        >>> hessian(lambda x: x**3, 2.0)
        12.0

    Reference: for sparse ones, Griewank & Walther, "Evaluating Derivatives", 2nd ed., chapter 8.
    """
    variables, (output,), keeps, _ = _record(f, inputs, create_graph, single=True)
    entries = _gradient(output, variables, create_graph=True)
    if sparse:
        if keeps or not _are_values(entries):
            raise TypeError(
                "a sparse Hessian has numbers, so it can neither carry a graph nor be taken inside of another "
                "derivative that it depends on: leave sparse=True out there."
            )
        return sparse_hessian(Linearization(entries, variables))
    if keeps or not _are_values(entries):
        found = [_handed_out(_gradient(entry, variables, create_graph=keeps), keeps=keeps) for entry in entries]
    else:
        found = Linearization(entries, variables).matrix("forward")
    return found[0][0] if is_one(inputs) else found


def hessian_vector_product(f: Function, inputs: Any, vector: Any, *, create_graph: bool | None = None) -> Any:
    r"""The Hessian times a vector, :math:`H v`, without the Hessian: a forward sweep over the graph of the gradient.

    For further products at the same place, take `linearize_grad`.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns one Value.
        inputs: Where to differentiate: numbers or Values. For one number, the result is one number.
        vector: A number for each input.
        create_graph: As for `value_and_grad`; the sweeps are then reverse over reverse.

    Raises:
        TypeError: if f does not return a Value, or the vector is not one number for one input, or a list of numbers for
            a list of them.
        ValueError: if the vector has another length than the inputs, an input is a constant, a derivative does not
            exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> hessian_vector_product(lambda v: v[0] ** 2 * v[1], [3.0, 4.0], [1.0, 0.0])
        [8.0, 6.0]

    Reference: Pearlmutter 1994, "Fast exact multiplication by the Hessian".
    """
    inputs = one_or_list(inputs)
    direction = direction_of(inputs, vector, "vector")
    variables, (output,), keeps, _ = _record(f, inputs, create_graph, single=True)
    entries = _gradient(output, variables, create_graph=True)
    flowing = [x for x in direction if type(x) is not float]
    if create_graph is None and flowing:
        keeps = keeps or belongs_to_outer(*(node for x in flowing for node in values_in(x)))
    if keeps or flowing or not _are_values(entries):
        along = sum((product(entry, number) for entry, number in zip(entries, direction, strict=True)), 0.0)
        found = _handed_out(_gradient(along, variables, create_graph=keeps), keeps=keeps)
    else:
        (found,) = Linearization(entries, variables).push([direction])
    return found[0] if is_one(inputs) else found


def linearize(f: Function, inputs: Any) -> tuple[Any, LinearMap]:
    r"""The value of a function, and its derivative at one place as a linear map, for one direction after another.

    .. math:: f(x + v) \approx f(x) + J v

    f is recorded once. Each direction then takes one sweep over the edges of its graph.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns a list of Values, or one.
        inputs: Where to differentiate: numbers or Values.

    Returns:
        The value or the values, and :math:`v \mapsto J v`; see `autograd.derivatives.LinearMap`.

    Raises:
        TypeError: if f returns something else than Values, or depends on a variable of an outer derivative.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> value, push = linearize(lambda v: v[0] * v[1], [3.0, 4.0])
        >>> value, push([1.0, 0.0]), push([0.0, 1.0])
        (12.0, 4.0, 3.0)

    Reference: `jax.linearize`; Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
    """
    variables, outputs, is_list = _numbers_only(f, inputs)
    push = LinearMap(Linearization(outputs, variables), takes_one=is_one(inputs), gives_one=not is_list)
    values = [output.data for output in outputs]
    return (values if is_list else values[0]), push


def linearize_grad(f: Function, inputs: Any) -> tuple[float, Any, LinearMap]:
    r"""The value of a function, its gradient, and the Hessian as a linear map, for one direction after another.

    .. math:: \nabla f(x + v) \approx \nabla f(x) + H v

    Its graph and that of the gradient are recorded once; each product then takes one sweep. That is what truncated
    Newton methods ask for, which solve :math:`H p = -\nabla f` by products alone.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns one Value.
        inputs: Where to differentiate: numbers or Values.

    Returns:
        The value, the gradient, and :math:`v \mapsto H v`; see `autograd.derivatives.LinearMap`.

    Raises:
        TypeError: if f does not return a Value, or depends on a variable of an outer derivative.
        ValueError: if an input is a constant, a derivative does not exist there, or nothing is recorded (`no_grad`).

    Example:
        >>> value, gradient, push = linearize_grad(lambda v: v[0] ** 2 * v[1], [3.0, 4.0])
        >>> value, gradient, push([1.0, 0.0]), push([0.0, 1.0])
        (36.0, [24.0, 9.0], [8.0, 6.0], [6.0, 0.0])

    Reference: Pearlmutter 1994, "Fast exact multiplication by the Hessian"; Nocedal & Wright, "Numerical Optimization",
    2nd ed., section 7.1.
    """
    variables, (output,), _ = _numbers_only(f, inputs, single=True)
    entries = _gradient(output, variables, create_graph=True)
    push = LinearMap(Linearization(entries, variables), takes_one=is_one(inputs), gives_one=is_one(inputs))
    numbers = [entry.data for entry in entries]
    return output.data, numbers[0] if is_one(inputs) else numbers, push


def _numbers_only(f: Function, inputs: Any, *, single: bool = False) -> tuple[list[Value], list[Value], bool]:
    """The inputs as Values, what f makes of them, and whether that is a list, if no outer derivative needs more."""
    variables, outputs, carries, is_list = _record(f, inputs, None, single=single)
    if carries or not _are_values(outputs):
        raise TypeError(
            "a linear map has numbers, so it cannot be taken inside of another derivative that it depends on: take jvp "
            "or hessian_vector_product there. For an input that was computed, give its number, x.data."
        )
    return variables, outputs, is_list


def _record(
    f: Function, inputs: Any, create_graph: bool | None, *, single: bool = False
) -> tuple[list[Value], list[Any], bool, bool]:
    """The inputs as Values, what f makes of them, and whether the results are to be Values that carry a graph."""
    if not is_recording():
        raise ValueError("derivatives come from a recorded graph, but inside no_grad() nothing is recorded.")
    variables, outputs, carries, is_list = evaluated(f, inputs, single=single)
    return variables, outputs, carries if create_graph is None else create_graph, is_list


def _are_values(things: Sequence[Any]) -> bool:
    return all(isinstance(thing, Value) for thing in things)


def _handed_out(things: Sequence[Any], *, keeps: bool) -> list[Any]:
    """Results as they are, if they are to carry their graph; otherwise their numbers, also in dual numbers."""
    return list(things) if keeps else [on_parts(number_of, thing) for thing in things]
