"""The mathematics `m` of a formula: functions for whatever flows through it, and every row of the table."""

import builtins
import functools
import math
from collections.abc import Callable
from numbers import Real
from types import SimpleNamespace
from typing import Any

from autograd.table.registry import TABLE


class Namespace(SimpleNamespace):
    """Mathematics for one kind of thing: its own basic functions, and every row of the table through its formula.

    Example:
        >>> floats.sigmoid(0.0)  # there is no math.sigmoid: this is the row's formula on floats
        0.5
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in TABLE:
            raise AttributeError(f"no function or operation is called {name!r}.")
        function = functools.partial(TABLE[name].forward, self)
        if name in TABLE.built_in:
            setattr(self, name, function)  # the next look-up finds it at once
        return function


floats = Namespace(**vars(math), abs=builtins.abs, where=lambda condition, x, y: x if condition else y)


class Rows:
    """The table itself as a namespace of mathematics: a row does what suits its arguments.

    Example:
        >>> from autograd import Value
        >>> rows.tanh(0.0), rows.tanh(Value(0.0, "x"))
        (0.0, Value(data=0.0, expression='tanh(x)'))
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in TABLE:
            raise AttributeError(f"no operation is called {name!r}.")
        row: Callable[..., Any] = TABLE[name]
        return row

    @staticmethod
    def where(condition: bool, x: Any, y: Any) -> Any:
        """`x` if the condition holds, else `y`."""
        return x if condition else y

    @staticmethod
    def pow(x: Any, y: Any) -> Any:
        """A power; the first power is x itself, so that the derivative of a square is written 2·x."""
        is_number = isinstance(y, Real) or getattr(y, "is_constant", False)
        return x if is_number and getattr(y, "data", y) == 1.0 else TABLE["pow"](x, y)


rows: Any = Rows()
