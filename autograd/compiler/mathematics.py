"""The rows of the table on arrays: a row's formula, run once on expressions, gives the expression of an array.

What the array API has a function for is that function. The other rows are written out, and what their formula uses more
than once has a name.
"""

from collections.abc import Callable
from typing import Any

from autograd.compiler.arrays import Array, plain
from autograd.table import Namespace, Op

# The rows that are functions of the array API, and what they are called there.
FUNCTIONS = {name: name for name in ("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "sin", "cos", "tan")}
FUNCTIONS |= {name: name for name in ("sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "abs")}
FUNCTIONS |= {name: name for name in ("floor", "ceil", "round", "hypot", "atan2")} | {
    "mod": "remainder",
    "floordiv": "floor_divide",
}


class Flowing:
    """An expression that flows through a row."""

    __hash__ = None  # type: ignore[assignment]  # == compares numbers

    def __init__(self, array: Array) -> None:
        self.array = array

    def __neg__(self) -> "Flowing":
        return Flowing(Array("negative", (self.array,)))

    def __or__(self, other: Any) -> Any:
        return (other or self) if isinstance(other, bool) else Flowing(Array("|", (self.array, other.array)))

    def __and__(self, other: Any) -> Any:
        return (other and self) if isinstance(other, bool) else Flowing(Array("&", (self.array, other.array)))

    __ror__, __rand__ = __or__, __and__

    def __bool__(self) -> bool:
        raise TypeError("a row must choose with m.where, not with if, for it to run on arrays.")


def _array(thing: Any) -> Array:
    return thing.array if isinstance(thing, Flowing) else plain(thing)


def _infix(symbol: str, *, reflected: bool = False) -> Callable[[Flowing, Any], Flowing]:
    def method(self: Flowing, other: Any) -> Flowing:
        pair = (_array(other), self.array) if reflected else (self.array, _array(other))
        if symbol == "-":
            return Flowing(Array("+", (pair[0], Array("negative", (pair[1],)))))
        return Flowing(Array(symbol, pair))

    return method


for _name, _symbol in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}.items():
    setattr(Flowing, f"__{_name}__", _infix(_symbol))
    setattr(Flowing, f"__r{_name}__", _infix(_symbol, reflected=True))
for _name, _symbol in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(Flowing, f"__{_name}__", _infix(_symbol))


def _function(name: str) -> Callable[..., Flowing]:
    return lambda x, *others: Flowing(_array(x).call(name, *map(_array, others)))


def _where(condition: Any, x: Any, y: Any) -> Any:
    if not isinstance(condition, Flowing):
        return x if condition else y
    return Flowing(condition.array.call("where", _array(x), _array(y)))


_ARRAYS = Namespace(
    **{name: _function(function) for name, function in FUNCTIONS.items()},
    where=_where,
    pow=lambda x, y: Flowing(Array("**", (_array(x), _array(y)))),
    textbook=lambda form, _is_accurate, _otherwise: form(),
)


def applied(op: Op, arguments: list[Array]) -> Array:
    """A row applied to expressions."""
    if op.name in FUNCTIONS:
        return arguments[0].call(FUNCTIONS[op.name], *arguments[1:])
    return _array(op.forward(_ARRAYS, *map(Flowing, arguments)))
