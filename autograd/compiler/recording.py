"""The cost of one example, recorded: its graph, and what each leaf of it is.

It can be recorded again at other numbers, for `checks`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from autograd.compiler.terms import INPUT, PARAMETER, TARGET
from autograd.engine import Value, collector_paused, require_values, topological_order
from autograd.functions import recorded_alike
from autograd.notation import name
from autograd.table import Op, as_float, is_list

Cost = Callable[..., Value | tuple[Value, Sequence[Value]]]  # the cost, and what is wanted besides
Leaf = tuple[str, int]  # its kind, and its index among those


class HasParameters(Protocol):
    """A model, such as those of `nn`."""

    def parameters(self) -> Iterable[Value]:
        """Its parameters."""


class Point(NamedTuple):
    """The numbers that a cost is recorded at.

    Attributes:
        theta: Those of the parameters.
        parts: Those of the input, and of the target, as far as there are such.
    """

    theta: tuple[float, ...]
    parts: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Recording:
    """A recorded cost.

    Attributes:
        order: Its graph, parents before children.
        parents: For each node the places of its parents in that order.
        leaves: What its leaves are: parameters, inputs, targets; others are plain numbers.
        sizes: How many of each there are; and of a direction of the parameters, if there is to be one.
        data: The numbers of the leaves that are data.
        largest: The places of nodes that are the largest of others, whose places these are; no derivative goes through.
        outputs: The places of what is wanted besides the cost, which it is computed from.
    """

    order: Sequence[Value]
    parents: Sequence[tuple[int, ...]]
    leaves: dict[Value, Leaf]
    sizes: dict[str, int]
    data: tuple[float, ...] = ()
    largest: Mapping[int, Sequence[int]] = field(default_factory=dict)
    outputs: tuple[int, ...] = ()

    @cached_property
    def ops(self) -> Sequence[Op | None]:
        """The row of each node."""
        return [node.op for node in self.order]


class Recorder:
    """Records a cost, as often as needed.

    Args:
        cost: `cost(x, y)`, the cost of one example; `cost(x)`; or `cost()`, a cost of the parameters alone.
        parameters: The parameters, in the order in which the program takes them; or a model that has them.
        example: `(x, y)` or `(x,)`: each a number, or a list of numbers, which may be nested.
        what: What messages call it.

    Attributes:
        what: What messages call the cost.
        parameters: The parameters.
        kinds: What the parts of an example are.
        point: The numbers that are given.

    Raises:
        TypeError: if something other than Values or numbers is given.
        ValueError: if there are no parameters, or one is listed twice, or is no leaf.
    """

    def __init__(
        self,
        cost: Cost,
        parameters: Iterable[Value] | HasParameters,
        example: tuple[Any, ...] | None = None,
        what: str = "cost",
    ) -> None:
        if not callable(cost):
            raise TypeError(f"the {what} must be a function, to be called several times, but got {cost!r:.60}.")
        self.cost, self.what = cost, what
        self.parameters = _parameters(parameters)
        self._forms = () if example is None else example
        parts = () if example is None else _parts(example)
        self.kinds = (INPUT, TARGET)[: len(parts)]
        self.point = Point(tuple([parameter.data for parameter in self.parameters]), parts)
        self._leaves = {parameter: (PARAMETER, place) for place, parameter in enumerate(self.parameters)}

    def numbers(self, example: Sequence[Any]) -> tuple[tuple[float, ...], ...]:
        """The numbers of another example, row by row.

        Raises:
            TypeError: if something is no number.
            ValueError: if there is no first example, or it has other sizes.
        """
        if not self._forms:
            raise ValueError("a cost that is recorded without an example has no others: give one as example=(x, y).")
        found = _parts(example)
        first, own = ([*map(len, each)] for each in (self.point.parts, found))
        if own != first:
            raise ValueError(f"all examples must have the sizes of the first, {first}, but one has {own}.")
        return found

    @collector_paused()
    def record(self, point: Point | None = None) -> Recording:
        """Record the cost.

        Args:
            point: Other numbers than those that were given. The parameters get theirs back, whatever happens.

        Raises:
            TypeError: if the cost gives something other than a Value.
            ValueError: if the cost does not depend on the parameters.
        """
        before = [parameter.data for parameter in self.parameters]
        try:
            try:
                if point is not None:
                    _assign(self.parameters, point.theta)
                return self._record(point or self.point)
            finally:
                _assign(self.parameters, before)
        finally:  # once more, for Ctrl-C may have come while they got them back
            _assign(self.parameters, before)

    def _record(self, point: Point) -> Recording:
        leaves: dict[Value, Leaf] = {**self._leaves}
        sizes = {PARAMETER: len(self.parameters)}
        arguments = []
        for kind, label, form, numbers in zip(self.kinds, "xy", self._forms, point.parts, strict=False):
            labels = [f"{label}_{place}" for place in range(len(numbers))] if is_list(form) else [label]
            values = [Value(*each) for each in zip(numbers, labels, strict=True)]
            leaves |= {value: (kind, place) for place, value in enumerate(values)}
            sizes[kind] = len(values)
            arguments.append(_nested(form, iter(values)))
        try:
            with recorded_alike() as found:
                cost, outputs = _with_outputs(self.cost(*arguments))
        except (TypeError, ValueError, LookupError) as error:
            is_class = TARGET in self.kinds and len(point.parts[-1]) == 1 and point.parts[-1][0].is_integer()
            if is_class and re.search("target|class|index|indices|integer", str(error)):
                error.add_note(
                    "compile gives the cost its example as Values. A target that is the number of a class is none: "
                    "give it as a one-hot list, a 1 for the class and 0 for the others."
                )
            if not self.kinds and isinstance(error, TypeError) and "argument" in str(error):
                error.add_note("If the cost takes an example, compile needs one to record with: example=(x, y).")
            raise
        _require_one(cost, self.what)
        order = topological_order(cost)
        places = dict(zip(order, range(len(order)), strict=True))
        if places.keys().isdisjoint(self.parameters):
            raise ValueError(
                f"the {self.what} depends on none of the parameters, so that its gradient is 0 everywhere. Is it "
                "computed from these very Values, and not under no_grad()?"
            )
        parents = _parents(order, places)
        largest = {places[node]: [places[each] for each in values] for node, values in found.items() if node in places}
        return Recording(order, parents, leaves, sizes, largest=largest, outputs=_places(outputs, places))


def _parents(order: Iterable[Value], places: Mapping[Value, int]) -> list[tuple[int, ...]]:
    """For each node the places of its parents."""
    found: list[tuple[int, ...]] = []
    for node in order:
        parents = node.parents
        if len(parents) == 2:  # most have two: quickly
            x, y = parents
            found.append((places[x], places[y]))
        else:
            found.append(tuple([places[parent] for parent in parents]) if parents else ())
    return found


def recorded(
    cost: Cost, parameters: Iterable[Value] | HasParameters, example: tuple[Any, ...] | None = None
) -> Recording:
    """Record the cost of one example; or, without one, a cost of the parameters alone: see `Recorder`."""
    return Recorder(cost, parameters, example).record()


def _parameters(given: Any) -> list[Value]:
    """The parameters, each a leaf, and none twice."""
    if isinstance(given, Value):
        raise TypeError("compile takes a list of parameters: write [w] for a single one.")
    found = list(given.parameters() if callable(getattr(given, "parameters", None)) else given)
    require_values("compile", *found)
    if not found:
        raise ValueError("compile needs at least one parameter, but got none.")
    places: dict[Value, int] = {}
    for place, parameter in enumerate(found):
        if parameter in places:
            raise ValueError(
                f"parameter {place}, {name(parameter)}, is parameter {places[parameter]} already; list it once."
            )
        if parameter.parents or parameter.is_constant:
            what = "a constant" if parameter.is_constant else "computed from others"
            raise ValueError(f"parameter {place}, {name(parameter)}, is {what}; a parameter is a leaf, Value(...).")
        places[parameter] = place
    return found


def _parts(example: Any) -> tuple[tuple[float, ...], ...]:
    """The numbers of an example: those of the input, and of the target if there is one."""
    if not (isinstance(example, tuple) and len(example) in (1, 2)):
        raise TypeError(f"an example must be a tuple (x, y), an input and a target, but got {example!r:.60}.")
    found = tuple(tuple(_flat(part, label)) for label, part in zip("xy", example, strict=False))
    for label, numbers in zip("xy", found, strict=False):
        if not numbers:
            raise ValueError(f"the {label} of the example is empty.")
    return found


def _with_outputs(given: Any) -> tuple[Any, Sequence[Any]]:
    """What a cost gives: the cost, and what is wanted besides."""
    return given if isinstance(given, tuple) and len(given) == 2 and is_list(given[1]) else (given, ())


def _places(outputs: Sequence[Any], places: Mapping[Value, int]) -> tuple[int, ...]:
    """Where outputs are in a graph."""
    require_values("compile", *outputs)
    for number, output in enumerate(outputs):
        if output not in places:
            raise ValueError(
                f"the cost is not computed from output {number}, {name(output)}, and a program has no more."
            )
    return tuple([places[output] for output in outputs])


def _require_one(cost: Any, what: str) -> None:
    """Raise a TypeError if a cost is something other than one Value."""
    if isinstance(cost, Value):
        return
    if cost is None:
        advice = "Has the function a return?"
    elif is_list(cost):
        advice = f"A program has one {what}: add them up, or make a program of each; outputs beside it are in a list."
    else:
        advice = "Is it computed with Values all the way, without .data?"
    raise TypeError(f"the {what} must give one Value, but gives {cost!r:.60}. {advice}")


def _assign(parameters: Sequence[Value], numbers: Sequence[float]) -> None:
    for parameter, number in zip(parameters, numbers, strict=True):
        parameter.data = number


def _flat(part: Any, label: str) -> Iterator[float]:
    if is_list(part):
        for each in part:
            yield from _flat(each, label)
    else:
        yield as_float(part, label)


def _nested(form: Any, values: Iterator[Value]) -> Any:
    """Values in lists as the numbers are."""
    return [_nested(each, values) for each in form] if is_list(form) else next(values)
