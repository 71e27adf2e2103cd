"""Rows as text in another language: numbers flow through a row that write down what is done to them.

A formula is run once, on such numbers, and what it does becomes statements. How a language spells them, and what it has
to check as it computes, a subclass of `Body` says.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd.table.mathematics import Namespace, floats
from autograd.table.operands import as_float

# Python's own `math` passes these to the C library, and checks the result. The others it computes in its own way.
LIBRARY = ["exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"]
LIBRARY += ["asinh", "acosh", "atanh", "atan2", "exp2", "log2", "log10", "erf", "erfc", "pow"]


class CannotBeWrittenError(Exception):
    """A row does something that has no counterpart in the other language, or in a formula; it works all the same."""


class Body:
    """The statements of a function: one for each operation, in the order in which Python does them.

    Attributes:
        names: What the language calls functions that have another name in `m`.
    """

    names: Mapping[str, str] = {}

    def add(self, text: str, operation: str) -> "Number":
        """Add the statement that computes something, and return the variable with the result.

        Args:
            text: What is computed.
            operation: The operator, `?` for a choice, or the name that a function has in `m`.
        """
        raise NotImplementedError

    def branches(self, condition: "Condition", yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
        """Write what computes one thing where the condition holds, and another elsewhere."""
        raise NotImplementedError

    def plain(self, number: float) -> str:
        """A plain number, exactly."""
        raise NotImplementedError

    def holds(self, condition: "Condition") -> bool:
        """Whether a condition holds, which Python asks at an `if`."""
        raise CannotBeWrittenError(f"a row must choose with m.where, not with if {condition.text}")

    def written(self, thing: Any) -> str:
        """A number of a formula: one that was computed, or a plain one."""
        return thing.text if isinstance(thing, Number) else self.plain(as_float(thing, "a number in a formula"))

    def infix(self, symbol: str, x: str, y: str) -> "Number":
        """Write an operator between two numbers."""
        return self.add(f"{x} {symbol} {y}", symbol)

    def negative(self, x: str) -> "Number":
        """Write a minus before a number."""
        return self.add(f"-{x}", "-")

    def comparison(self, symbol: str, x: str, y: str) -> str:
        """A comparison of two numbers, in parentheses."""
        return f"({x} {symbol} {y})"

    def call(self, name: str, arguments: Iterable[str]) -> "Number":
        """Write a function of `m`."""
        return self.add(f"{self.names.get(name, name)}({', '.join(arguments)})", name)


class Condition:
    """A comparison, for `m.where`."""

    def __init__(self, body: Body, text: str) -> None:
        self.body, self.text = body, text

    def __or__(self, other: Any) -> Any:
        if isinstance(other, bool):  # a comparison of plain numbers
            return other or self
        return Condition(self.body, f"({self.text} || {other.text})")

    def __and__(self, other: Any) -> Any:
        if isinstance(other, bool):
            return other and self
        return Condition(self.body, f"({self.text} && {other.text})")

    __ror__, __rand__ = __or__, __and__

    def __bool__(self) -> bool:
        return self.body.holds(self)


class Number:
    """A number in a function of the other language."""

    __hash__ = None  # type: ignore[assignment]  # == compares the numbers

    def __init__(self, body: Body, text: str) -> None:
        self.body, self.text = body, text

    def __neg__(self) -> Any:
        return self.body.negative(self.text)


def _infix(symbol: str, *, reflected: bool = False) -> Callable[[Any, Any], Any]:
    """The method for an operator that stands between two numbers."""

    def method(self: Number, other: Any) -> Any:
        left, right = (other, self) if reflected else (self, other)
        return self.body.infix(symbol, self.body.written(left), self.body.written(right))

    return method


def _comparison(symbol: str) -> Callable[[Number, Any], Any]:
    return lambda self, other: Condition(self.body, self.body.comparison(symbol, self.text, self.body.written(other)))


for _name, _symbol in {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}.items():
    setattr(Number, f"__{_name}__", _infix(_symbol))
    setattr(Number, f"__r{_name}__", _infix(_symbol, reflected=True))
for _name, _symbol in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(Number, f"__{_name}__", _comparison(_symbol))


def mathematics_of(body: Body, names: Iterable[str]) -> Namespace:
    """The namespace m of a function. Functions of plain numbers only are computed now, by Python.

    Args:
        body: Where the statements go.
        names: The functions that the language has, by the names that they have in `m`.
    """

    def function(name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if not any(isinstance(argument, Number) for argument in arguments):
                return getattr(floats, name)(*arguments)
            return body.call(name, map(body.written, arguments))

        return call

    def where(condition: Any, x: Any, y: Any) -> Any:
        if not isinstance(condition, Condition):
            return x if condition else y
        return body.add(f"{condition.text} ? {body.written(x)} : {body.written(y)}", "?")

    def textbook(form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:
        if not isinstance(is_accurate, Condition):
            return form() if is_accurate else otherwise()
        return body.branches(is_accurate, form, otherwise)

    return Namespace(**{name: function(name) for name in names}, where=where, textbook=textbook)
