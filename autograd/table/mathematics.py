"""The mathematics `m` of a formula: functions for whatever flows through it, and every row of the table."""

import builtins
import functools
import math
import operator
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

    def textbook(self, form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:
        """A partial derivative in the form that textbooks have, where rounding leaves it accurate, or in another one.

        Formulas are always written in the textbook's form.

        Args:
            form: Computes the textbook's form, such as 1 - z².
            is_accurate: Whether it keeps its digits here: the rest of a rounded number, 1 - z² at z ≈ 1, has none.
            otherwise: Computes a form that does.

        Example:
            >>> floats.textbook(lambda: 1.0 - 0.5, True, lambda: 0.0)
            0.5
        """
        return form() if is_accurate else otherwise()

    def formula_of(self, row: Any) -> Callable[..., Any]:
        """What computes a row: a function of its arguments.

        Example:
            >>> from autograd import sigmoid
            >>> floats.formula_of(sigmoid)(0.0)
            0.5
        """
        return functools.partial(row.forward, self)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in TABLE:
            raise AttributeError(f"no function or operation is called {name!r}.")
        if name not in TABLE.built_in:
            return functools.partial(_of_a_user, TABLE[name], self)
        function = functools.partial(TABLE[name].forward, self)
        setattr(self, name, function)  # the next look-up finds it at once
        return function


def _of_a_user(row: Any, m: Namespace, *arguments: Any) -> Any:
    """A row that was declared later, whose formula may ask `m` for itself."""
    try:
        return row.forward(m, *arguments)
    except RecursionError:
        raise AttributeError(f"the formula of {row.name} asks m for {row.name}, which m does not have.") from None


def _step(function: Callable[[float], int]) -> Callable[[float], float]:
    """A step function that gives floats: 0 keeps the sign of x, and what is not finite stays as it is."""
    return lambda x: math.copysign(function(x), x) if math.isfinite(x) else x


floats = Namespace(
    **vars(math)
    | {name: _step(getattr(math, name)) for name in ("floor", "ceil")}
    | {"abs": builtins.abs, "round": _step(builtins.round), "mod": operator.mod, "floordiv": operator.floordiv}
    | {"where": lambda condition, x, y: x if condition else y}
)


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
    def textbook(form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:
        """A partial derivative in the textbook's form where that is accurate; see `Namespace.textbook`."""
        return form() if is_accurate else otherwise()

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
