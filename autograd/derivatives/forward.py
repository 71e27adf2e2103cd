r"""Forward mode: the value of a function and its derivative in one direction.

A function of numbers is recorded, and one sweep over the linear map of its graph gives the derivative. Inside of
another derivative, and where the result depends on other Values than the inputs, dual numbers flow instead: their parts
carry all that on.

.. math:: \dot y = J(x) \, \dot x

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
"""

from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any

from autograd.derivatives.calling import are_floats, called, direction_of, no_output, one_or_list
from autograd.derivatives.dual import Dual, duals_flow, new_level, parts, sweeping
from autograd.derivatives.nesting import differentiated, is_outermost, values_in
from autograd.engine import Linearization, Value, constant, is_recording, topological_order
from autograd.table import flows, held


def jvp(f: Callable[[Any], Any], inputs: Any, tangents: Any) -> tuple[Any, Any]:
    r"""The value of a function and its derivative in one direction, the Jacobian times a vector, in one forward sweep.

    .. math:: \dot y = J(x) \, \dot x

    For many directions at one place, take `linearize`.

    Args:
        f: Takes the list of inputs, or one number if that is given, and returns one result or a list of them. It must
            use its argument: Values, or dual numbers inside of another derivative.
        inputs: Where to differentiate: numbers; or Values, which then record what is computed, so that the results can
            be differentiated again.
        tangents: The direction: a number for each input.

    Returns:
        The value and its derivative; if f returns a list, two lists.

    Raises:
        ValueError: if there are not as many tangents as inputs, a number is outside the domain of an operation, or f
            uses the inputs, but not its argument.
        TypeError: if the tangent is not one number for one input, or a list of numbers for a list of them, f returns
            something else than numbers, or a dual number of a sweep that is over turns up in f.

    Example:
        >>> jvp(lambda x: x[0] * x[1], [3.0, 4.0], [1.0, 0.0])
        (12.0, 4.0)
        >>> jvp(lambda x: x**2, 3.0, 1.0)
        (9.0, 6.0)
    """
    inputs = inputs if type(inputs) is list else one_or_list(inputs)
    alone = type(inputs) is not list
    given = [inputs] if alone else inputs
    direction = direction_of(inputs, tangents, "tangent")
    if not (is_outermost() and _are_numbers(given) and _are_numbers(direction)) or duals_flow() or not is_recording():
        return _by_duals(f, given, direction, alone=alone)
    variables = [*map(Value, given)]
    argument = variables[0] if alone else [*variables]
    results = differentiated(f, argument, variables)
    if type(results) is Value:  # the quick way to what follows
        linear = Linearization([results], variables)
        if linear.is_closed:
            return results.data, linear.push([direction])[0][0]
    found, is_list = _as_results(results, argument)
    if any(flows(result) and not isinstance(result, Value) for result in found):
        return _by_duals(f, given, direction, alone=alone)  # it has met something that flows in its own way
    values, slopes = _swept(found, variables, direction)
    return (values, slopes) if is_list else (values[0], slopes[0])


def _as_results(results: Any, argument: Any) -> tuple[Sequence[Any], bool]:
    """What f returned as a list, and whether it was one. A list in a list, or an array, has no tangent to be read."""
    is_list = isinstance(results, list | tuple)
    found = results if is_list else [results]
    for result in found:
        if not (flows(result) or isinstance(held(result), Real)):
            raise no_output("one number, or a list of numbers", result, argument)
    return found, is_list


def _are_numbers(things: Sequence[Any]) -> bool:
    return are_floats(things) or all(isinstance(held(x), float | int) for x in things)


def _swept(
    results: Sequence[Any], variables: Sequence[Value], direction: Sequence[float]
) -> tuple[list[Any], list[Any]]:
    """Results and their derivatives: numbers, or graphs if there are other Values in them than the variables."""
    nodes = [result for result in results if isinstance(result, Value)]
    linear = Linearization(nodes, variables)
    if linear.is_closed:
        slopes = iter(linear.push([direction])[0])
        pairs = [(x.data, next(slopes)) if isinstance(x, Value) else (held(x), 0.0) for x in results]
    else:
        level = new_level()
        duals = {x: Dual(x.data, dx, level) for x, dx in zip(variables, direction, strict=True)}
        _replay(nodes, duals)
        pairs = [parts(duals.get(x, x) if isinstance(x, Value) else x, level) for x in results]
        level.is_over = True
    return [value for value, _ in pairs], [slope for _, slope in pairs]


def _replay(nodes: Sequence[Value], duals: dict[Value, Dual]) -> None:
    """Let dual numbers flow through what was recorded, as if they had through the function."""
    for node in topological_order(*nodes):
        op: Any = node.op
        if node not in duals and not duals.keys().isdisjoint(node.parents):
            duals[node] = op(*(_flowing(parent, duals) for parent in node.parents))
            duals[node].label = node.label


def _flowing(node: Value, duals: Mapping[Value, Dual]) -> Any:
    return duals.get(node) or (node.data if node.is_constant and not node.label else node)


_UNUSED = (
    "f must use its argument, but it uses the inputs themselves, perhaps through a model. No tangent flows there. "
    "Take linearize: value, push = linearize(f, inputs); push(tangents)."
)


def _by_duals(
    f: Callable[[Any], Any], inputs: Sequence[Any], tangents: Sequence[Any], *, alone: bool
) -> tuple[Any, Any]:
    """The same by dual numbers."""
    level = new_level()
    arguments = [Dual(held(x), dx, level) for x, dx in zip(inputs, tangents, strict=True)]
    argument = arguments[0] if alone else arguments
    with sweeping(level):
        results = called(f, argument)
    found, is_list = _as_results(results, argument)
    pairs = [parts(result, level) for result in found]
    if is_outermost() and not duals_flow() and not any(isinstance(result, Dual) for result in found):
        nodes = topological_order(*(result for result in found if isinstance(result, Value)))
        if not {*nodes}.isdisjoint(x for x in inputs if isinstance(x, Value)):
            raise ValueError(_UNUSED)
    if any(map(values_in, inputs)):  # whoever differentiates again wants a Value, where f is a line, too
        pairs = [(value, tangent if flows(tangent) else constant(tangent)) for value, tangent in pairs]
    return ([value for value, _ in pairs], [tangent for _, tangent in pairs]) if is_list else pairs[0]
