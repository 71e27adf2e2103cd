"""What people write out of habit, from `math`, NumPy, micrograd or PyTorch: what it does, or what to write instead."""

import warnings
from numbers import Real
from typing import Any, NoReturn

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


def same(self: Any, other: Any) -> Any:
    """`==`, which asks whether two names mean the same node: a hint for whoever compares with a number."""
    if isinstance(other, Real):
        warnings.warn(
            f"{_name(self)} == {other} asks whether it is the same node, and is False; "
            f"compare {_name(self)}.data == {other}.",
            stacklevel=2,
        )
    return NotImplemented


def _name(node: Any) -> str:
    return node.label if node.label.isidentifier() else "x"
