"""Expressions of arrays: what a line of the program computes, as a tree, and as text in the words of the array API.

https://data-apis.org/array-api/latest/
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

# How tightly things bind in Python, from the loosest.
_COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)
_INFIX = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "@": _PRODUCT, "**": _POWER}


@dataclass(frozen=True)
class Array:
    """An expression.

    Attributes:
        kind: A name, a number, an operator, a function of the namespace, or a way of taking parts of an array.
        arguments: The arrays that it is computed from.
        detail: What belongs to the kind: the name, the number, the shape, the slices.
    """

    kind: str
    arguments: tuple["Array", ...] = ()
    detail: Any = None

    def __add__(self, other: "Array") -> "Array":
        return Array("+", (self, other))

    def __mul__(self, other: "Array") -> "Array":
        return Array("*", (self, other))

    def __matmul__(self, other: "Array") -> "Array":
        return Array("@", (self, other))

    def scaled(self, number: float) -> "Array":
        """A number times it."""
        if number == 1.0:
            return self
        return Array("negative", (self,)) if number == -1.0 else plain(number) * self

    def call(self, function: str, *others: "Array", **options: Any) -> "Array":
        """A function of the namespace, with this as its first argument."""
        return Array("call", (self, *others), (function, tuple(options.items())))

    def names(self) -> Iterator[str]:
        """The names in it, with repeats."""
        if self.kind == "name":
            yield self.detail
        for argument in self.arguments:
            yield from argument.names()

    def replaced(self, name: str, other: "Array") -> "Array":
        """The same with something else in place of a name."""
        if self.kind == "name":
            return other if self.detail == name else self
        arguments = tuple(argument.replaced(name, other) for argument in self.arguments)
        return self if arguments == self.arguments else Array(self.kind, arguments, self.detail)


def named(name: str) -> Array:
    """A name."""
    return Array("name", (), name)


def plain(number: float) -> Array:
    """A plain number."""
    return Array("number", (), float(number))


def text(array: Array, xp: str = "xp") -> str:
    """An expression as Python writes it.

    Args:
        array: The expression.
        xp: The name of the namespace.

    Example:
        >>> x, w = named("x"), named("w")
        >>> text((x @ w + plain(1.0)) * x)
        '(x @ w + 1.0) * x'
    """
    return _write(array, xp)[0]


def _write(array: Array, xp: str) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    kind, detail = array.kind, array.detail
    written = [_write(argument, xp) for argument in array.arguments]

    def within(place: int, binding: int) -> str:
        inner, binds = written[place]
        return inner if binds >= binding else f"({inner})"

    if kind == "name":
        return detail, _ATOM
    if kind == "number":
        return repr(detail), _ATOM if detail >= 0 else _SIGN
    if kind == "negative":
        return f"-{within(0, _SIGN)}", _SIGN
    if kind in ("&", "|", "<", "<=", ">", ">=", "==", "!="):
        return f"{within(0, _SUM)} {kind} {within(1, _SUM)}", _COMPARISON
    if kind == "+" and array.arguments[1].kind == "negative":
        inner = _write(array.arguments[1].arguments[0], xp)
        return f"{within(0, _SUM)} - {inner[0] if inner[1] > _SUM else f'({inner[0]})'}", _SUM
    if kind in _INFIX:
        binding = _INFIX[kind]
        is_sum = kind == "+"
        return f"{within(0, binding + (kind == '**'))} {kind} {within(1, binding + (not is_sum))}", binding
    if kind == "T":
        return f"{within(0, _ATOM)}.T", _ATOM
    if kind == "part":
        return f"{within(0, _ATOM)}[{detail}]", _ATOM
    function, options = detail
    arguments = [inner for inner, _ in written] + [f"{key}={value}" if key else f"{value}" for key, value in options]
    return f"{xp}.{function}({', '.join(arguments)})", _ATOM


Writer = Callable[[Array], str]
