"""Module: whatever has parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from autograd import Value


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
        for name, item in _contents(vars(self)):
            if isinstance(item, Module):
                for inner_name, value in item.named_parameters().items():
                    found.setdefault(value, f"{name}.{inner_name}")
            elif item.op is None:  # a computed node that a module keeps is not a parameter
                found.setdefault(item, name)
        return {name: value for value, name in found.items()}

    def parameters(self) -> list[Value]:
        """Every parameter, in the order of `named_parameters()`."""
        return list(self.named_parameters().values())

    def weights(self) -> list[Value]:
        """The parameters without the biases, which are those called `b` or `bias`: what regularisation applies to."""
        return [value for name, value in self.named_parameters().items() if name.split(".")[-1] not in ("b", "bias")]

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
        parts = {name: part for name, part in _contents(vars(self)) if isinstance(part, Module)}
        rows = [("part", "what", "parameters")]
        rows += [(name, repr(part), f"{len(part.parameters()):,}") for name, part in parts.items()]
        rows += [("total", "", f"{len(self.parameters()):,}")]
        names, whats = (max(len(row[column]) for row in rows) for column in (0, 1))
        return "\n".join(f"{name:<{names}}  {what:<{whats}}  {count:>10}" for name, what, count in rows)


def _contents(items: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The Values and Modules among some items and in the containers among them, each with its place."""
    for key, item in items.items():
        if isinstance(item, Value | Module):
            yield str(key), item
        elif isinstance(item, Mapping | list | tuple):
            for name, inner in _contents(item if isinstance(item, Mapping) else dict(enumerate(item))):
                yield f"{key}.{name}", inner
