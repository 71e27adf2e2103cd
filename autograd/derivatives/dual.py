r"""Dual numbers carry a derivative along with every number that a program computes.

.. math:: f(x + \dot x \, \varepsilon) = f(x) + f'(x) \, \dot x \, \varepsilon, \qquad \varepsilon^2 = 0

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1; Clifford 1873 for the numbers.
"""

import contextlib
import itertools
import operator
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from autograd.table import Flowing, Op, Rows, failure, flows, held, number_of, product, rows

_levels = itertools.count()  # each sweep has its own ε, so that nested derivatives do not mix


class _Level(int):
    """Which ε, and whether its sweep is over."""

    is_over = False


class Dual(Flowing):
    """A dual number, primal + tangent · ε. Its parts are whatever flows through the table: floats, Values, duals.

    Args:
        primal: The number.
        tangent: Its derivative; where that does not exist, the error to raise if the result depends on it.
        level: Which ε; the innermost of several sweeps has the largest.

    Example:
        >>> x = Dual(3.0, 1.0, level=0)
        >>> x * x + 2
        Dual(11.0, 6.0)
    """

    __slots__ = ("label", "level", "primal", "tangent")

    def __init__(self, primal: Any, tangent: Any, level: int) -> None:
        self.primal, self.tangent, self.level = primal, tangent, level
        self.label = getattr(primal, "label", "")

    @property
    def data(self) -> float:
        """The number without its derivatives."""
        return number_of(self.primal)

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> "Dual":
        level = max(argument.level for argument in arguments if isinstance(argument, Dual))
        if getattr(level, "is_over", False):
            raise TypeError(_ESCAPED)
        primals, tangents = zip(*(_parts(argument, level) for argument in arguments), strict=True)
        try:
            z = op(*primals)
        except (ValueError, ArithmeticError) as error:
            raise failure(op, arguments, error) from None
        tangent: Any = None
        m = getattr(z, "rows", rows)  # what is known only later chooses otherwise
        try:
            for partial, dx in zip(op.partials, tangents, strict=True):
                if isinstance(dx, Exception):
                    return Dual(z, dx, level)
                if dx is not None:
                    share = product(partial(m, z, *primals), dx)
                    tangent = share if tangent is None else tangent + share
        except (ValueError, ArithmeticError) as error:
            tangent = failure(op, arguments, error, differentiating=True)
        return Dual(z, tangent, level)

    def __repr__(self) -> str:
        return f"Dual({self.primal}, {self.tangent})"


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: compare(_compared(self), _compared(other))


def _compared(thing: Any) -> Any:
    # Not its number: what a dual number carries may have none yet, and comparisons of its own, as formulas have.
    return thing.primal if isinstance(thing, Dual) else thing if flows(thing) else number_of(thing)


for _name in ("lt", "le", "gt", "ge"):
    setattr(Dual, f"__{_name}__", _comparison(getattr(operator, _name)))

_ESCAPED = (
    "a dual number is used after the jvp that made it is over, where its tangent means nothing. Return what the "
    "function computes; do not keep it in a variable outside of the function (nonlocal, global, a list)."
)


def check_alive(thing: Any) -> Any:
    """Return a result, or raise the error of a derivative in it that does not exist.

    Raises:
        TypeError: if a dual number in it belongs to a sweep that is over.
    """
    if isinstance(thing, Exception):
        raise thing
    if isinstance(thing, Dual):
        if getattr(thing.level, "is_over", False):
            raise TypeError(_ESCAPED)
        check_alive(thing.primal)
        check_alive(thing.tangent)
    return thing


def _parts(thing: Any, level: int) -> tuple[Any, Any]:
    """The primal and the tangent of something; it has no tangent unless it is a dual number with this ε."""
    is_dual = isinstance(thing, Dual) and thing.level == level
    return (thing.primal, thing.tangent) if is_dual else (held(thing), None)


def derivative_of(formula: Callable[..., Any], place: int) -> Callable[..., Any]:
    """The partial derivative of a formula with respect to one argument, for whatever flows through it.

    Args:
        formula: A function of `m` and the arguments, as the rows of the table have.
        place: Which argument, counted from 0.

    Returns:
        A function of `m`, the value and the arguments.

    Example:
        >>> derivative_of(lambda m, x: m.sin(x) * x, 0)(rows, None, 0.0)
        0.0
    """

    def partial(m: Any, _z: Any, *arguments: Any) -> Any:
        level = next(_levels)
        duals = rows if m is rows else _Choosing(m, level)
        result = formula(duals, *[Dual(x, 1.0, level) if i == place else x for i, x in enumerate(arguments)])
        tangent = check_alive(_parts(result, level)[1])
        return 0.0 if tangent is None else tangent

    return partial


class _Choosing(Rows):
    """The table for dual numbers whose parts choose by a `where` of their own, as what is known only later does."""

    def __init__(self, m: Any, level: int) -> None:
        self._m, self._level = m, level

    def where(self, condition: Any, x: Any, y: Any) -> Any:  # type: ignore[override]
        """Both parts of the dual number that is chosen."""
        primals, tangents = zip(_parts(x, self._level), _parts(y, self._level), strict=True)
        if all(each is None for each in tangents):
            return self._m.where(condition, *primals)
        tangent = self._m.where(condition, *(0.0 if each is None else each for each in tangents))
        return Dual(self._m.where(condition, *primals), tangent, self._level)


_flow: ContextVar[bool] = ContextVar("flow", default=False)


def duals_flow() -> bool:
    """Whether dual numbers or power series flow through a function around this call: no number stands for them."""
    return _flow.get()


@contextlib.contextmanager
def sweeping(level: _Level | None = None) -> Iterator[None]:
    """Say that dual numbers or power series flow inside this block.

    Args:
        level: Those of which the sweep is then over.
    """
    token = _flow.set(True)
    try:
        yield
    finally:
        _flow.reset(token)
        if level is not None:
            level.is_over = True


def new_level() -> _Level:
    """An ε of its own for a sweep; it is innermost."""
    return _Level(next(_levels))


def parts(result: Any, level: int) -> tuple[Any, Any]:
    """The value and the derivative in a result.

    Raises:
        TypeError: if a dual number in it belongs to a sweep that is over.
        ValueError, ArithmeticError: if the derivative does not exist.
    """
    value, tangent = map(check_alive, _parts(result, level))
    return value, 0.0 if tangent is None else tangent
