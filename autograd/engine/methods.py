"""What a Value gets for a row of the table: an operator, or a method."""

from collections.abc import Callable
from typing import Any

from autograd.table import Op, as_operand

Method = Callable[..., Any]


def methods(row: Op, recorder: Callable[[Op], Method], constant: Callable[[float], Any]) -> dict[str, Method]:
    """The operator or method for a row, by attribute name.

    Args:
        row: The row.
        recorder: Makes the method that computes a row for Values, and records the node.
        constant: Makes the node for a plain number.
    """
    if row.reflected:
        return {row.method: recorder(row), row.reflected: _reflected(row, recorder(row), constant)}
    has_default = row.arity > 1 and row.method == row.name
    return {row.method: _with_defaults(row) if has_default else recorder(row)}


def named(row: Op, method: Method) -> Method:
    """Give a method the name of its row, and its documentation."""
    method.__name__, method.__qualname__, method.__doc__ = row.name, f"Value.{row.name}", row.describe()
    return method


def recorder(row: Op, record: Callable[..., Any]) -> Method:
    """The method that leaves everything to `record(row, value, ...)`."""

    def method(self: Any) -> Any:
        return record(row, self)

    def operator(self: Any, other: Any) -> Any:
        return record(row, self, other)

    return named(row, method if row.arity == 1 else operator)


def _reflected(row: Op, operator: Method, constant: Callable[[float], Any]) -> Method:
    """The method for `other ∘ value`, where the other operand is a plain number."""

    def method(self: Any, other: Any) -> Any:
        left = as_operand(row.symbol, other)
        return left if left is NotImplemented else operator(constant(left), self)

    return method


def _with_defaults(row: Op) -> Method:
    """The method for `value.row(other)`, where the other argument may be left out if it has a default."""

    def method(self: Any, *others: Any) -> Any:
        return row(self, *others)

    return named(row, method)
