"""Module: anything with parameters."""

import math
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType, NoneType
from typing import Any, NamedTuple

from autograd import Op, Value
from autograd.notation import Report, Table

Place = tuple[str, str | int, Any]  # a prefix and a key; there a parameter, a list of parameters, or a type of Module


class Module:
    """Base of everything with parameters: these are the leaf Values among its attributes, and those of its parts.

    Parts are the Modules among its attributes. Attributes may also be lists, tuples and dictionaries of Values and
    Modules. There is nothing to register.

    Example:
        >>> class Line(Module):
        ...     def __init__(self):
        ...         self.slope, self.b = Value(2.0), Value(1.0)
        ...
        ...     def __call__(self, x):
        ...         return self.slope * x + self.b
        >>> Line().named_parameters()
        {'slope': Value(data=2.0), 'b': Value(data=1.0)}
    """

    def __repr__(self) -> str:
        """Its class alone: what checkpoints know a model by must be the same in every process."""
        return f"{type(self).__name__}()"

    def named_parameters(self) -> dict[str, Value]:
        """Every parameter by its name, such as `layers.0.neurons.2.w.1`; a shared one is listed once.

        Raises:
            ValueError: if two parameters have the same name, as under the keys 1 and "1" of a dictionary, or the module
                contains itself.
        """
        return _current(self).names.copy()

    def parameters(self) -> list[Value]:
        """Every parameter, in the order of `named_parameters()`."""
        return _listing(self).parameters.copy()

    def weights(self) -> list[Value]:
        """The parameters without the biases, which are called `b` or `bias`: those that regularization applies to."""
        return _listing(self).weights.copy()

    def state_dict(self) -> dict[str, float]:
        """The number of every parameter, by its name."""
        return {name: value.data for name, value in self.named_parameters().items()}

    def load_state_dict(self, state: Any, source: object = "the state") -> None:
        """Set every parameter to its number in a `state_dict`: all of them or, if the state does not fit, none.

        Args:
            state: A number for each name.
            source: Where the state is from, for error messages.

        Raises:
            ValueError: if a name is missing or unknown, or something is not a number, as nan is not.
        """
        parameters = self.named_parameters()
        if not isinstance(state, Mapping):
            raise ValueError(f"{source} is not a mapping from names to numbers.")
        missing = [name for name in parameters if name not in state]
        unknown = [name for name in state if name not in parameters]
        if missing or unknown:
            raise ValueError(
                f"{source} belongs to another model: it has {len(state)} parameters, this one has {len(parameters)}"
                + (f"; {missing[0]!r} is missing" if missing else "")
                + (f"; {unknown[0][:60]!r} is unknown here" if unknown else "")
                + "."
            )
        numbers = []
        for name in parameters:
            if type(state[name]) not in (int, float):
                raise ValueError(f"{source}: parameter {name!r} must be a number, but is {state[name]!r:.60}.")
            try:
                numbers.append(float(state[name]))
            except OverflowError:
                raise ValueError(f"{source}: parameter {name!r} is too large for a float.") from None
            if math.isnan(numbers[-1]):
                raise ValueError(f"{source}: parameter {name!r} must be a number, but is nan.")
        assign(list(parameters.values()), numbers)

    def zero_grad(self) -> None:
        """Clear the gradient of every parameter: the next `backward()` adds to it."""
        for parameter in self.parameters():
            parameter.grad = 0.0  # `parameter.zero_grad()` would also look for what it was computed from

    def summary(self) -> "Summary":
        """The parts, and how many parameters each has, as a table.

        Example:
            >>> import nn
            >>> nn.MLP(64, [30, 10], activation="sigmoid").summary()
            part      what                     parameters
            layers.0  Layer(64 -> 30 sigmoid)       1,950
            layers.1  Layer(30 -> 10 linear)          310
            total                                   2,260
        """
        total = len(self.parameters())
        parts = [(name, part) for name, part in _contents(attributes(self)) if isinstance(part, Module)]
        return Summary(tuple((name, repr(part), len(part.parameters())) for name, part in parts), total)

    def _list_parameters(self) -> dict[str, Value]:
        """Find the parameters one by one."""
        found: dict[Value, str] = {}
        for name, item in _contents(self._searched()):
            if isinstance(item, Module):
                inner = item._list_parameters() if _lists_as_usual(item) else item.named_parameters()
                for inner_name, value in inner.items():
                    found.setdefault(value, f"{name}.{inner_name}")
            elif item.op is None:  # a computed node that a module keeps is not a parameter
                found.setdefault(item, name)
        names = {name: value for value, name in found.items()}
        if len(names) < len(found):
            raise ValueError(f"two parameters of {type(self).__name__} have the same name; names are {sorted(names)}.")
        return names

    def _searched(self) -> dict[str, Any]:
        """The attributes to look for parameters in."""
        return attributes(self)

    def _places(self, prefix: str, *, careful: bool) -> list[Place]:
        """The places of its parameters, for `_current`."""
        return _places_among(self._searched().items(), prefix, careful=careful)


@dataclass(frozen=True, repr=False)
class Summary(Report):
    """The parts of a module. Prints as a table.

    Attributes:
        parts: The name, the `repr` and the number of parameters of each part.
        total: The number of parameters of the module; one that parts share counts once.
    """

    parts: tuple[tuple[str, str, int], ...]
    total: int

    def table(self) -> Table:
        """The parts, and the total."""
        rows = [(name, what, f"{count:,}") for name, what, count in (*self.parts, ("total", "", self.total))]
        return Table(("part", "what", "parameters"), rows, left=2)


class _Listing(NamedTuple):
    """The parameters of a module, and the places where they were."""

    places: list[Place]
    names: dict[str, Value]
    parameters: list[Value]
    weights: list[Value]


# The last listing of each module, by the module's id. Listing parameters one by one takes longer than training on a
# batch, so it is done only when something has changed. Nothing reports a change; instead, each call looks up the places
# again. That is quick, since nearly all parameters are in lists, and Python compares a list that holds the same objects
# as before without a look at them. (A Value equals only itself.)
_listings: dict[int, _Listing] = {}


def _listing(module: Module) -> _Listing:
    """The listing that a module's own `named_parameters` gives, which a subclass may have overridden."""
    return _current(module) if _lists_as_usual(module) else _listed([], module.named_parameters())


def _lists_as_usual(module: Module) -> bool:
    return getattr(module.named_parameters, "__func__", None) is Module.named_parameters


def _current(module: Module) -> _Listing:
    """The last listing of a module if it still holds, otherwise a new one."""
    listing = _listings.get(id(module))
    try:
        if listing is not None and listing.places == module._places("", careful=False):
            return listing
        return _anew(module)
    except RecursionError:
        if (circle := _circle(module, "", (module,))) is None:
            raise
        where, kind = circle
        raise ValueError(
            f"no part contains itself, but in {type(module).__name__} the part {where} is the {kind} that it is in. "
            "Keep what leads back elsewhere: give it as an argument where it is needed."
        ) from None


def _anew(module: Module) -> _Listing:
    places = [
        (prefix, key, item.copy() if type(item) is list else item)
        for prefix, key, item in module._places("", careful=True)
    ]
    listing = _listed(places, module._list_parameters())
    if all(map(_is_parameter, listing.parameters)):  # a part's own method may list computed nodes, which hold a graph
        if id(module) not in _listings:
            weakref.finalize(module, _listings.pop, id(module), None).atexit = False
        _listings[id(module)] = listing
    return listing


def _listed(places: list[Place], names: dict[str, Value]) -> _Listing:
    weights = [value for name, value in names.items() if {"b", "bias"}.isdisjoint(name.split("."))]
    return _Listing(places, names, list(names.values()), weights)


ATOMS = {str, int, float, bool, NoneType, FunctionType, Op}  # types of what holds no parameters: skipped to save time


def _places_among(items: Iterable[tuple[Any, Any]], prefix: str, *, careful: bool) -> list[Place]:
    """The places of the parameters among some items, and in the containers and Modules among these.

    A list or tuple of parameters only is one place. Unless `careful`, the first item decides whether it is one: where
    that is wrong, the places differ from those of any listing, which are found with care.
    """
    places: list[Place] = []
    for key, item in items:
        kind = type(item)
        if kind in ATOMS:
            continue
        if kind is Value:
            if item.op is None:
                places.append((prefix, key, item))
        elif isinstance(item, Module):
            if _lists_as_usual(item):
                places.append((prefix, key, kind))  # on which the order may depend
                places += item._places(f"{prefix}{key}.", careful=careful)
            else:
                places += [(f"{prefix}{key}.", name, value) for name, value in item.named_parameters().items()]
        elif (kind is list or kind is tuple) and item and all(map(_is_parameter, item if careful else item[:1])):
            places.append((prefix, key, item))
        elif isinstance(item, list | tuple):
            places += _places_among(enumerate(item), f"{prefix}{key}.", careful=careful)
        elif isinstance(item, Mapping):
            named = [(str(inner_key), inner) for inner_key, inner in item.items()]
            places += _places_among(named, f"{prefix}{key}.", careful=careful)
    return places


def _circle(thing: Any, prefix: str, inside: tuple[Any, ...]) -> tuple[str, str] | None:
    """The place of a part that is one of those which it is in, and the type of that; `None` if there is none."""
    if isinstance(thing, Module):
        items: Iterable[tuple[Any, Any]] = thing._searched().items()
    elif isinstance(thing, list | tuple):
        items = enumerate(thing)
    else:
        items = thing.items() if isinstance(thing, Mapping) else ()
    for key, item in items:
        if any(item is outer for outer in inside):
            return f"{prefix}{key}", type(item).__name__
        if found := _circle(item, f"{prefix}{key}.", (*inside, item)):
            return found
    return None


def _is_parameter(item: Any) -> bool:
    return type(item) is Value and item.op is None


def _contents(items: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The Values and Modules among some items and in the containers among these, each with its place."""
    for key, item in items.items():
        if isinstance(item, Value | Module):
            yield str(key), item
        elif isinstance(item, Mapping | list | tuple):
            for name, inner in _contents(item if isinstance(item, Mapping) else dict(enumerate(item))):
                yield f"{key}.{name}", inner


def assign(parameters: Sequence[Value], numbers: Sequence[float], before: Sequence[float] | None = None) -> None:
    """Set each parameter to its number; if that fails or is interrupted, to what it was before.

    Args:
        parameters: The parameters.
        numbers: A number for each.
        before: The numbers that they have now, if known.
    """
    before = [parameter.data for parameter in parameters] if before is None else before
    try:
        for parameter, number in zip(parameters, numbers, strict=True):
            parameter.data = number
    except BaseException:
        for parameter, number in zip(parameters, before, strict=True):
            parameter.data = number
        raise


def attributes(module: Module) -> dict[str, Any]:
    """The attributes of a module, in slots and in its `__dict__`."""
    state: Any = object.__getstate__(module)
    others, slots = state if isinstance(state, tuple) else (state, {})
    held: dict[str, Any] = slots | others if others else slots
    return held
