"""Module: whatever has parameters."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd import Value
from autograd.notation import Table


class Module:
    """Base of everything with parameters: the leaf Values among its attributes, and those of its parts.

    Parts are the Modules among its attributes. Attributes may also be lists, tuples and dictionaries of Values and
    Modules. A subclass needs to add nothing.

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

    def named_parameters(self) -> dict[str, Value]:
        """Every parameter by its place, such as `layers.0.neurons.2.w.1`; a shared one stands once."""
        found: dict[Value, str] = {}
        for name, item in _contents(attributes(self)):
            if isinstance(item, Module):
                for inner_name, value in item.named_parameters().items():
                    found.setdefault(value, f"{name}.{inner_name}")
            elif item.op is None:  # a computed node that a module keeps is not a parameter
                found.setdefault(item, name)
        names = {name: value for value, name in found.items()}
        if len(names) < len(found):
            raise ValueError(f"two parameters of {type(self).__name__} have the same name; names are {sorted(names)}.")
        return names

    def parameters(self) -> list[Value]:
        """Every parameter, in the order of `named_parameters()`."""
        return list(self.named_parameters().values())

    def weights(self) -> list[Value]:
        """The parameters without the biases, which are those called `b` or `bias`: what regularization applies to."""
        named = self.named_parameters().items()
        return [value for name, value in named if not {"b", "bias"}.intersection(name.split("."))]

    def state_dict(self) -> dict[str, float]:
        """The number of every parameter, by its name."""
        return {name: value.data for name, value in self.named_parameters().items()}

    def load_state_dict(self, state: Any, source: object = "the state") -> None:
        """Give every parameter its number from a `state_dict`: all of them or, if the state does not fit, none.

        Args:
            state: A number for each name.
            source: Where the state is from, for error messages.

        Raises:
            ValueError: if a name is missing or unknown, or something is not a number.
        """
        parameters = self.named_parameters()
        if not isinstance(state, Mapping):
            raise ValueError(f"{source} holds no parameters by name.")
        missing = [name for name in parameters if name not in state]
        unknown = [name for name in state if name not in parameters]
        if missing or unknown:
            raise ValueError(
                f"{source} belongs to another model: it has {len(state)} parameters, this one {len(parameters)}"
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
        assign(list(parameters.values()), numbers)

    def zero_grad(self) -> None:
        """Clear the gradient of every parameter, before the next `backward()` adds to it."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def summary(self) -> str:
        """The parts and how many parameters each has, as a table.

        Example:
            >>> import nn
            >>> print(nn.MLP(64, [30, 10], activation="sigmoid").summary())
            part      what                     parameters
            layers.0  Layer(64 -> 30 sigmoid)       1,950
            layers.1  Layer(30 -> 10 linear)          310
            total                                   2,260
        """
        parts = {name: part for name, part in _contents(attributes(self)) if isinstance(part, Module)}
        rows = [(name, repr(part), f"{len(part.parameters()):,}") for name, part in parts.items()]
        rows += [("total", "", f"{len(self.parameters()):,}")]
        return str(Table(("part", "what", "parameters"), rows, left=2))


def assign(parameters: Sequence[Value], numbers: Sequence[float]) -> None:
    """Give each parameter its number; if that fails or is interrupted, all keep those that they had."""
    before = [parameter.data for parameter in parameters]
    try:
        for parameter, number in zip(parameters, numbers, strict=True):
            parameter.data = number
    except BaseException:
        for parameter, number in zip(parameters, before, strict=True):
            parameter.data = number
        raise


def attributes(module: Module) -> dict[str, Any]:
    """What a module has, in slots and besides."""
    state: Any = object.__getstate__(module)
    others, slots = state if isinstance(state, tuple) else (state, None)
    return (slots or {}) | (others or {})


def _contents(items: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The Values and Modules among some items and in the containers among them, each with its place."""
    for key, item in items.items():
        if isinstance(item, Value | Module):
            yield str(key), item
        elif isinstance(item, Mapping | list | tuple):
            for name, inner in _contents(item if isinstance(item, Mapping) else dict(enumerate(item))):
                yield f"{key}.{name}", inner
