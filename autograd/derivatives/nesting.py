"""Derivatives inside derivatives: what an inner one must carry on, so that the outer one is not cut off in silence.

While a function is being differentiated, its variables are known here. An inner derivative whose result depends on one
of them is a node of the outer graph; one that meets dual numbers is taken of each of their parts.

Reference: Siskind & Pearlmutter 2008, "Nesting forward-mode AD in a functional framework".
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from autograd.derivatives.calling import are_floats, called, no_output, one_or_list
from autograd.derivatives.dual import Dual, check_alive
from autograd.engine import Value, topological_order
from autograd.table import as_float, flows

_outer: ContextVar[tuple[Value, ...]] = ContextVar("outer", default=())


def differentiated(f: Callable[[Any], Any], argument: Any, variables: Sequence[Value]) -> Any:
    """What f returns, which will be differentiated with respect to some variables.

    Args:
        f: The function.
        argument: Its one argument.
        variables: The variables.
    """
    # No context manager: that takes as long as a small gradient.
    token = _outer.set((*_outer.get(), *variables))
    try:
        return called(f, argument)
    finally:
        _outer.reset(token)


def is_outermost() -> bool:
    """Whether no derivative is being taken around this call."""
    return not _outer.get()


def belongs_to_outer(*nodes: Value) -> bool:
    """Whether a node depends on a variable of a derivative that is being taken around this call.

    Args:
        nodes: The nodes.
    """
    outer = _outer.get()
    return bool(outer and nodes) and not set(outer).isdisjoint(topological_order(*nodes))


def values_in(thing: Any) -> list[Value]:
    """The Values that a result consists of: itself, or the parts of a dual number.

    Args:
        thing: A result.
    """
    if isinstance(thing, Dual):
        return values_in(thing.primal) + values_in(thing.tangent)
    return [thing] if isinstance(thing, Value) else []


def on_parts(function: Callable[[Any], Any], thing: Any) -> Any:
    """Apply a linear function to a result, or to both parts of a dual number.

    Args:
        function: Takes a Value or a number.
        thing: The result.
    """
    if isinstance(thing, Dual):
        return Dual(on_parts(function, thing.primal), on_parts(function, thing.tangent), thing.level)
    return function(thing)


def check_varies(variables: Sequence[Value]) -> None:
    """Raise a ValueError if a constant is among what is differentiated by.

    Args:
        variables: The nodes.
    """
    for x in variables:
        if x.is_constant:
            raise ValueError(f"a constant has no derivative, but among the inputs is {x!r}.")


def evaluated(f: Callable[[Any], Any], inputs: Any, *, single: bool) -> tuple[list[Value], list[Any], bool, bool]:
    """Evaluate a function, in order to differentiate it.

    An input that was computed, or that belongs to an outer derivative, is given to f as a node of its own, so that the
    inner variable and the outer one do not mix. A function that does not use its argument may use the inputs through a
    model.

    Args:
        f: Takes the list of inputs and returns one result or a list of them; takes one number if that is given.
        inputs: A list of numbers, Values or dual numbers, or one of them.
        single: Whether f must return one result.

    Returns:
        What to differentiate by, what f returned, whether that belongs to an outer derivative, whether it is a list.

    Raises:
        TypeError: if f returns something else than Values or dual numbers.
        ValueError: if an input is a constant.
    """
    variables: list[Value] = []
    originals: list[Value] = []

    def lifted(x: Any) -> Any:
        if isinstance(x, Dual):
            return Dual(lifted(x.primal), x.tangent, x.level)
        if flows(x) and not isinstance(x, Value):
            raise TypeError(not_nested(x))
        node = x if isinstance(x, Value) else Value(as_float(x, "an input"))
        originals.append(node)
        if node.parents or belongs_to_outer(node):
            node = node * 1.0
            node.label = originals[-1].label
        variables.append(node)
        return node

    is_plain = type(inputs) is list and are_floats(inputs)
    if is_plain:  # the quick way to the same
        variables = originals = argument = [*map(Value, inputs)]
    else:
        inputs = one_or_list(inputs)
        argument = [lifted(x) for x in inputs] if isinstance(inputs, list) else lifted(inputs)
    given = list(argument) if isinstance(argument, list) else argument  # a copy, which f may change
    results = differentiated(f, given, variables)
    is_list = not single and isinstance(results, list | tuple)
    outputs = nodes = list(results) if is_list else [results]
    if type(results) is not Value:  # the quick answer
        for output in outputs or [results]:  # if the list is empty, the list itself
            if isinstance(output, Dual):
                check_alive(output)
            elif not isinstance(output, Value):
                if flows(output):
                    raise TypeError(not_nested(output))
                raise no_output("one Value" if single else "Values", output, argument)
        nodes = [node for output in outputs for node in values_in(output)]
    is_new = variables != originals
    carries = belongs_to_outer(*nodes) or (is_new and any(node.parents for node in originals))
    if is_new and nodes and set(variables).isdisjoint(topological_order(*nodes)):
        variables = originals
    if not is_plain:
        check_varies(variables)
    return variables, outputs, carries, is_list


def not_nested(thing: Any) -> str:
    """The message where a gradient cannot go on through what flows here.

    Args:
        thing: What flows.
    """
    kind = "power series of taylor" if type(thing).__name__ == "Series" else f"{type(thing).__name__}"
    return f"a gradient cannot be taken inside of the {kind}; take the inner derivative by jvp."
