"""The cost of one example, recorded: its graph, and what each leaf of it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.compiler.gradient import Leaf
from autograd.compiler.terms import INPUT, PARAMETER, TARGET
from autograd.engine import Value, require_values, topological_order
from autograd.table import as_float, is_list

Cost = Callable[..., Value]


@dataclass(frozen=True)
class Recording:
    """A recorded cost.

    Attributes:
        order: Its graph, parents before children.
        leaves: What its leaves are: parameters, inputs, targets; others are plain numbers.
        sizes: How many of each there are.
    """

    order: Sequence[Value]
    leaves: dict[Value, Leaf]
    sizes: dict[str, int]


def recorded(cost: Cost, parameters: Iterable[Value], example: tuple[Any, Any] | None) -> Recording:
    """Record the cost of one example; or, without one, a cost of the parameters alone.

    Args:
        cost: `cost(x, y)`, or `cost()`.
        parameters: The parameters, in the order in which the program takes them.
        example: An input and a target, each a number or a list of numbers.

    Raises:
        TypeError: if something other than Values or numbers is given.
        ValueError: if there are no parameters, or the cost does not depend on them.
    """
    given = list(parameters)
    require_values("compile", *given)
    if not given:
        raise ValueError("compile needs at least one parameter, but got none.")
    leaves: dict[Value, Leaf] = {parameter: (PARAMETER, place) for place, parameter in enumerate(given)}
    sizes = {PARAMETER: len(given)}
    arguments = []
    for kind, label, part in zip((INPUT, TARGET), "xy", example or (), strict=False):
        values = [Value(as_float(number, label), f"{label}_{place}") for place, number in enumerate(_numbers(part))]
        leaves |= {value: (kind, place) for place, value in enumerate(values)}
        sizes[kind] = len(values)
        arguments.append(values if is_list(part) else values[0])
    output = cost(*arguments)
    require_values("compile: the cost gives", output)
    order = topological_order(output)
    if leaves.keys().isdisjoint(set(order)) or not set(given) & set(order):
        raise ValueError("the cost depends on none of the parameters, so that its gradient is 0 everywhere.")
    return Recording(order, leaves, sizes)


def _numbers(part: Any) -> list[Any]:
    return list(part) if is_list(part) else [part]
