"""What people write out of habit, from `math`, NumPy, micrograd or PyTorch: what it does, or what to write instead."""

import operator
import warnings
from numbers import Real
from typing import Any, NoReturn

from autograd.table import TABLE, as_operand

# There is no `__getattr__`, to say what `x.item()` is called here: with one, CPython looks up every attribute the slow
# way, and sums took 1.2 times as long in the native engine, 1.7 times in the pure one.
_PLAIN = (
    "a Value is not a plain number: write {name}.data for its number, without the graph; for math.exp({name}) and the "
    "like write autograd.exp({name}), which records."
)


def named(self: Any, label: str) -> Any:
    """The node itself, with a label: a name inside an expression.

    Args:
        label: The name.

    Raises:
        TypeError: if it is not text.

    Example:
        >>> from autograd import Value
        >>> w, a = Value(2.0, "w"), Value(0.5, "a")
        >>> (w * a).named("z").tanh()
        Value(data=0.7615941559557649, expression='tanh(z)')
    """
    self.label = label
    return self


def truth(self: Any) -> bool:
    """Whether the number is not 0, as for any number."""
    return bool(self.data)


def no_plain_number(self: Any, *_: Any) -> NoReturn:
    """Say what to write where Python wants a plain number: `float(x)`, `math.exp(x)`, `"%.3f" % x`, `round(x, 2)`."""
    raise TypeError(_PLAIN.format(name=_name(self)))


_OTHER_NAMES = {  # of NumPy's functions
    "absolute": "abs", "add": "add", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh",
    "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "divide": "truediv", "floor_divide": "floordiv",
    "fmax": "maximum", "fmin": "minimum", "multiply": "mul", "negative": "neg", "power": "pow", "remainder": "mod",
    "rint": "round", "subtract": "sub",
}  # fmt: skip


_COMPARISONS: dict[str, Any] = {
    "greater": operator.gt, "greater_equal": operator.ge, "less": operator.lt, "less_equal": operator.le,
}  # fmt: skip
_ABOUT_THE_NODE: dict[str, Any] = {"equal": operator.is_, "not_equal": operator.is_not}


def of_numpy(self: Any, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
    """What NumPy asks where a function of its own meets a Value: `numpy.maximum(x, 0)` is the row, recorded."""
    row = TABLE.get(_OTHER_NAMES.get(ufunc.__name__, ufunc.__name__))
    if ufunc.__name__ in _ABOUT_THE_NODE:
        return _ABOUT_THE_NODE[ufunc.__name__](*inputs)
    if ufunc.__name__ in _COMPARISONS:
        return _COMPARISONS[ufunc.__name__](*(thing.data if type(thing) is type(self) else thing for thing in inputs))
    if row is None or method != "__call__" or keywords:
        unknown_to_numpy(self, ufunc)
    arguments = [thing if type(thing) is type(self) else as_operand(row.symbol, thing) for thing in inputs]
    return NotImplemented if NotImplemented in arguments else row(*arguments)


def unknown_to_numpy(self: Any, function: Any, *_: Any) -> NoReturn:
    """Say what to write where a function of NumPy meets a Value that has no such row."""
    raise TypeError(
        f"numpy.{function.__name__} knows nothing of a Value. Write {_name(self)}.data for its number, without the "
        "graph; autograd's own functions, such as autograd.exp, record."
    )


def same(self: Any, other: Any) -> Any:
    """`==`, which asks whether two names mean the same node: a hint for whoever compares with a number."""
    if isinstance(other, Real):
        warnings.warn(
            f"== and != ask whether two names mean the same node, and {other} is none; "
            f"compare the number, {_name(self)}.data == {other}.",
            stacklevel=2,
        )
    return NotImplemented


def _name(node: Any) -> str:
    return node.label if node.label.isidentifier() else "x"
