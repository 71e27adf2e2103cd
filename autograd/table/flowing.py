"""What flows through the rows of the table: a class only has to say what an operation does to it.

Its operators, methods and comparisons are the same for all such classes, and come from the table.
"""

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from autograd.table.errors import reworded
from autograd.table.mathematics import rows
from autograd.table.operands import number_of, printable
from autograd.table.operation import Op
from autograd.table.registry import TABLE


class Flowing:
    """Base class of what flows through the table.

    A subclass defines `_record(op, arguments)`, which applies a row when one of the arguments is of that class, and
    `data`, the number that comparisons use.
    """

    __slots__ = ()

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        raise NotImplementedError

    @property
    def data(self) -> float:
        """The number."""
        raise NotImplementedError

    def __float__(self) -> float:
        raise TypeError(
            f"a {type(self).__name__} is not a plain real number: for math.exp(x) and the like write autograd.exp(x), "
            "or m.exp(x) in an operation of your own."
        )

    def __abs__(self) -> Any:
        return rows.abs(self)

    def __pos__(self) -> Any:
        return self

    if TYPE_CHECKING:  # what the table adds

        def __getattr__(self, name: str) -> Any: ...
        def __add__(self, other: Any) -> Any: ...
        def __radd__(self, other: Any) -> Any: ...
        def __sub__(self, other: Any) -> Any: ...
        def __rsub__(self, other: Any) -> Any: ...
        def __mul__(self, other: Any) -> Any: ...
        def __rmul__(self, other: Any) -> Any: ...
        def __truediv__(self, other: Any) -> Any: ...
        def __rtruediv__(self, other: Any) -> Any: ...
        def __pow__(self, other: Any) -> Any: ...
        def __rpow__(self, other: Any) -> Any: ...
        def __neg__(self) -> Any: ...
        def __lt__(self, other: Any) -> bool: ...
        def __le__(self, other: Any) -> bool: ...
        def __gt__(self, other: Any) -> bool: ...
        def __ge__(self, other: Any) -> bool: ...


def failure(op: Op, arguments: Sequence[Any], error: Exception, *, differentiating: bool = False) -> Exception:
    """The error to raise for a failed operation: it names the arguments that have a label."""
    where = at_nodes(arguments)
    if not where and not differentiating:
        return error  # the operation on the numbers inside has said it all
    message = op.failure([*map(number_of, arguments)], error, where=where, differentiating=differentiating)
    return reworded(error, message)


def at_nodes(arguments: Sequence[Any]) -> str:
    """Where an operation is, by the labels of its arguments, for messages: ` at node "x" and "y"`, or nothing."""
    labels = [f'"{printable(argument.label)}"' for argument in arguments if getattr(argument, "label", "")]
    return f" at node {' and '.join(labels)}" if labels else ""


def product(x: Any, y: Any) -> Any:
    """Multiply, without a node for what a textbook would not write: 1 · y is y, and (-1) · y is -y."""
    for factor, other in ((x, y), (y, x)):
        if isinstance(factor, float) and abs(factor) == 1.0:
            return other if factor > 0 else -other
    return x * y


def _comparison(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    return lambda self, other: compare(number_of(self), number_of(other))


for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Flowing, f"__{_name}__", _comparison(getattr(operator, _name)))


def _methods(row: Op) -> dict[str, Callable[..., Any]]:
    """The operator or method for a row; for a binary operator, the reflected one too."""
    methods: dict[str, Callable[..., Any]] = {row.method: lambda self, *others: row(self, *others)}
    if row.reflected:
        methods[row.reflected] = lambda self, other: row(other, self)
    return methods


TABLE.carry(Flowing, _methods)
