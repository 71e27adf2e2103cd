"""Expressions of arrays: what a line of the program computes, as a tree, and as text in the words of the array API.

https://data-apis.org/array-api/latest/
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# How tightly things bind in Python, from the loosest.
_COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)
_INFIX = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "@": _PRODUCT, "**": _POWER}
_COMPARISONS = ("&", "|", "<", "<=", ">", ">=", "==", "!=")
INFIX = {*_INFIX, *_COMPARISONS}


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

    def __neg__(self) -> "Array":
        return Array("negative", (self,))

    def __mul__(self, other: "Array") -> "Array":
        return Array("*", (self, other))

    def __matmul__(self, other: "Array") -> "Array":
        return Array("@", (self, other))

    def scaled(self, number: float) -> "Array":
        """A number times it."""
        if number < 0.0:
            return -self.scaled(-number)
        return self if number == 1.0 else plain(number) * self

    def call(self, function: str, *others: "Array", **options: Any) -> "Array":
        """A function of the namespace, with this as its first argument."""
        return Array("call", (self, *others), (function, tuple(options.items())))

    def parts(self) -> Iterator["Array"]:
        """It, and all that it is computed from, with repeats."""
        yield self
        for argument in self.arguments:
            yield from argument.parts()

    def names(self) -> Iterator[str]:
        """The names in it, with repeats."""
        return (part.detail for part in self.parts() if part.kind == "name")

    def replaced(self, part: "Array", other: "Array") -> "Array":
        """The same with something else in place of a part."""
        return rewritten(self, lambda each: other if each == part else each)


def named(name: str) -> Array:
    """A name."""
    return Array("name", (), name)


def plain(number: float) -> Array:
    """A plain number."""
    return Array("number", (), float(number))


def total(parts: Sequence[Array]) -> Array:
    """The sum of some expressions."""
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found


def summands(array: Array) -> list[Array]:
    """What an expression is a sum of."""
    if array.kind == "+":
        return [each for part in array.arguments for each in summands(part)]
    return summands(array.arguments[0]) if array.kind == "negative" else [array]


def text(array: Array, xp: str = "xp") -> str:
    """An expression as Python writes it.

    Args:
        array: The expression.
        xp: The name of the namespace.

    Example:
        >>> x, w = named("x"), named("w")
        >>> text((x @ w + plain(1.0)) * x)
        '(x @ w + 1) * x'
    """
    return _write(array, xp)[0]


def _write(array: Array, xp: str) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    kind, detail = array.kind, array.detail
    written = [_write(argument, xp) for argument in array.arguments]

    def within(place: int, binding: int) -> str:
        inner, binds = written[place]
        is_clear = kind == "@" or array.arguments[place].kind != "@" or binding < _PRODUCT  # (d @ W) * s reads better
        return inner if binds >= binding and is_clear else f"({inner})"

    if kind == "name":
        return detail, _ATOM
    if kind == "number":
        return _number(detail), _ATOM if detail >= 0 else _SIGN
    if kind == "negative":
        return f"-{within(0, _PRODUCT)}", min(_SIGN, written[0][1]) if written[0][1] >= _PRODUCT else _SIGN
    if kind in _COMPARISONS:
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
    if kind == "row":
        return f"{detail}({', '.join([xp, *(inner for inner, _ in written)])})", _ATOM
    function, options = detail
    for place, argument in enumerate(array.arguments):
        if argument.kind == "number" and math.isfinite(argument.detail):
            written[place] = repr(argument.detail), _ATOM  # 0.0, which NumPy takes more quickly than 0
    if function == "concat":
        written = [(f"[{', '.join(inner for inner, _ in written)}]", _ATOM)]
    arguments = [inner for inner, _ in written] + [
        f"{key}={value}" if key else str(value).replace("'", "") for key, value in options
    ]
    return f"{xp}.{function}({', '.join(arguments)})", _ATOM


def _number(number: float) -> str:
    """A number as people write it: 2, not 2.0."""
    if not math.isfinite(number):
        return f'float("{number}")'
    return str(int(number)) if number.is_integer() and abs(number) < 1e6 else repr(number)


def rewritten(array: Array, rule: Callable[[Array], Array]) -> Array:
    """An expression with a rule applied to all its parts, from the inside."""
    arguments = tuple(rewritten(argument, rule) for argument in array.arguments)
    return rule(array if arguments == array.arguments else Array(array.kind, arguments, array.detail))
