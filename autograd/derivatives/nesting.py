"""Derivatives inside derivatives: what an inner one must carry on, so that the outer one is not cut off in silence.

While a function is being differentiated, its variables are known here. An inner derivative whose result depends on one
of them is a node of the outer graph; one that meets dual numbers is taken of each of their parts.

Reference: Siskind & Pearlmutter 2008, "Nesting forward-mode AD in a functional framework".
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

from autograd.derivatives.calling import called, no_output, one_or_list
from autograd.derivatives.dual import Dual, check_alive
from autograd.engine import Value, topological_order
from autograd.table import as_float, flows

_outer: ContextVar[tuple[Value, ...]] = ContextVar("outer", default=())


@contextlib.contextmanager
def differentiating(variables: Sequence[Value]) -> Iterator[None]:
    """Say that what is computed inside this block will be differentiated with respect to some variables.

    Args:
        variables: The variables.
    """
    token = _outer.set((*_outer.get(), *variables))
    try:
        yield
    finally:
        _outer.reset(token)


def belongs_to_outer(*nodes: Value) -> bool:
    """Whether a node depends on a variable of a derivative that is being taken around this call.

    Args:
        nodes: The nodes.
    """
    outer = set(_outer.get())
    return bool(outer) and bool(nodes) and not outer.isdisjoint(topological_order(*nodes))


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


class Inner(NamedTuple):
    """A function that has been evaluated, in order to be differentiated.

    Attributes:
        variables: What to differentiate with respect to.
        outputs: What f returned.
        carries: Whether the outputs belong to an outer derivative.
        is_list: Whether f returned a list of them.
    """

    variables: list[Value]
    outputs: list[Any]
    carries: bool
    is_list: bool


def evaluated(f: Callable[[Any], Any], inputs: Any, *, single: bool) -> Inner:
    """Evaluate a function, in order to differentiate it.

    An input that was computed, or that belongs to an outer derivative, is given to f as a node of its own, so that the
    inner variable and the outer one do not mix. A function that does not use its argument may use the inputs through a
    model.

    Args:
        f: Takes the list of inputs and returns one result or a list of them; takes one number if that is given.
        inputs: A list of numbers, Values or dual numbers, or one of them.
        single: Whether f must return one result.

    Raises:
        TypeError: if f returns something else than Values or dual numbers.
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

    inputs = one_or_list(inputs)
    alone = not isinstance(inputs, list)
    arguments = [lifted(x) for x in ([inputs] if alone else inputs)]
    argument = arguments[0] if alone else arguments
    with differentiating(variables):
        results = called(f, argument if alone else list(arguments))  # a copy, which it may change
    is_list = isinstance(results, list | tuple) and not single
    outputs = list(results) if is_list else [results]
    for output in outputs or [results]:  # if the list is empty, the list itself
        if isinstance(output, Dual):
            check_alive(output)
        elif not isinstance(output, Value):
            if flows(output):
                raise TypeError(not_nested(output))
            raise no_output("one Value" if single else "Values", output, argument)
    nodes = [node for output in outputs for node in values_in(output)]
    carries = belongs_to_outer(*nodes) or any(node.parents for node in originals)
    is_new = any(one is not other for one, other in zip(variables, originals, strict=True))
    if is_new and nodes and set(variables).isdisjoint(topological_order(*nodes)):
        variables = originals
    return Inner(variables, outputs, carries, is_list)


def not_nested(thing: Any) -> str:
    """The message where a gradient cannot go on through what flows here.

    Args:
        thing: What flows.
    """
    kind = "power series of taylor" if type(thing).__name__ == "Series" else f"{type(thing).__name__}"
    return f"a gradient cannot be taken inside of the {kind}; take the inner derivative by jvp."
