r"""Power series: what flows through the table to give all derivatives of a function of one variable at once.

Along a curve x(t), the chain rule for a row z of the table says

.. math:: z'(t) = \sum_i \frac{\partial z}{\partial x_i}(t) \, x_i'(t)

where the partial derivatives are made of rows again, so that they are power series too. Comparing the coefficients of
both sides gives those of z one after the other, each from earlier ones:

.. math:: k \, z_k = \sum_i \sum_{j=1}^k j \, x_{i,j} \left(\frac{\partial z}{\partial x_i}\right)_{k-j}

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., chapter 13.
"""

from collections.abc import Callable
from typing import Any

from autograd.derivatives.calling import called
from autograd.derivatives.dual import sweeping
from autograd.derivatives.nesting import belongs_to_outer
from autograd.engine import Value, coefficients, collector_paused
from autograd.table import Flowing, Op, as_float, failure, floats, flows, number_of, rows, whole


class Series(Flowing):
    """A power series in t: its constant coefficient, and what it is computed from.

    Attributes:
        degree: How many more coefficients are wanted.
        place: Where it stands among the series of its expansion.
        number: The constant coefficient.
        numbers: Those of its arguments.
    """

    __slots__ = ("arguments", "degree", "expansion", "label", "number", "numbers", "op", "place")

    def __init__(
        self, expansion: "_Expansion", op: Op | None, arguments: list[Any], numbers: list[float], number: float
    ) -> None:
        self.expansion, self.op, self.arguments, self.numbers, self.number = expansion, op, arguments, numbers, number
        self.degree, self.place, self.label = expansion.degree, len(expansion.series), ""
        expansion.series.append(self)

    @property
    def data(self) -> float:
        """The constant coefficient."""
        return self.number

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        expansion: Any = None
        operands: list[Any] = []
        numbers: list[float] = []
        key: list[Any] = [op]
        for x in arguments:
            if isinstance(x, Series):
                if expansion not in (None, x.expansion):
                    raise TypeError(_NOT_NESTED)
                expansion = x.expansion
                numbers.append(x.number)
                key.append(id(x))
            elif isinstance(x, Flowing):
                return x._record(op, arguments)  # to a dual number, a series is a number
            else:
                x = _number(x, f"an argument of {op.name}")
                numbers.append(x)
                key.append(x or repr(x))  # 0.0 is not -0.0
            operands.append(x)
        known = expansion.known.get(tuple(key))  # of the same degree or a higher one: those come first
        if known is None:
            try:
                number = op.of_numbers((*numbers,))
            except (ValueError, ArithmeticError) as error:
                raise failure(op, operands, error) from None
            known = expansion.known[tuple(key)] = Series(expansion, op, operands, numbers, number)
        return known

    def terms(self) -> list[tuple[int, int | float]] | None:
        """The places of its arguments, each with that of the slope, or a number; `None` if there is no derivative."""
        if self.op is None or not self.degree:
            return []
        self.expansion.degree = self.degree - 1
        # Of slopes of degree 0, the numbers are enough.
        m, z, arguments = (rows, self, self.arguments) if self.degree > 1 else (floats, self.number, self.numbers)
        try:
            return [
                (x.place, _place_or_number(partial(m, z, *arguments)))
                for x, partial in zip(self.arguments, self.op.partials, strict=True)
                if isinstance(x, Series)
            ]
        except (ValueError, ArithmeticError) as error:
            self.expansion.failures[self.place] = failure(self.op, self.arguments, error, differentiating=True)
            return None


def _place_or_number(slope: Any) -> int | float:
    return slope.place if isinstance(slope, Series) else _number(slope, "a derivative")


def _number(thing: Any, what: str) -> float:
    """A number; of a Value, which is constant in t, the one that it has."""
    if type(thing) is float:  # the quick answer
        return thing
    if isinstance(thing, Value) and belongs_to_outer(thing):
        raise TypeError(_NOT_CARRIED)
    return number_of(thing, what)


_NOT_NESTED = "an expansion cannot contain another one; take the inner derivative by jvp."
_NOT_CARRIED = (
    "the coefficients of taylor are numbers, so it cannot be taken inside of another derivative that it depends on. "
    "Take the inner derivatives by jvp, one inside the other for higher ones."
)


class _Expansion:
    """All series that come up in one expansion, in the order in which they were made."""

    def __init__(self, degree: int) -> None:
        self.degree = degree  # of the series that are made at the moment
        self.series: list[Series] = []
        self.known: dict[tuple[Any, ...], Series] = {}  # the same partial comes up again and again
        self.failures: dict[int, Exception] = {}  # why series have no derivative: to be raised if the result needs it


def taylor(f: Callable[[Any], Any], x: float, order: int) -> list[float]:
    r"""The Taylor coefficients of a function of one variable.

    .. math:: c_k = \frac{f^{(k)}(x)}{k!}, \qquad f(x + t) = \sum_k c_k t^k

    Args:
        f: Takes one number, as a series, and returns one. A row of the table will do.
        x: Where to expand.
        order: The highest k.

    Returns:
        The coefficients from c_0, the value, to c_order.

    Raises:
        TypeError: if the expansion depends on a variable of an outer derivative that is being taken.
        ValueError: if the order is no whole number of at least 0, or a number is outside the domain of an operation or
            its derivative.

    Example:
        >>> from autograd import exp
        >>> taylor(exp, 0.0, 4)
        [1.0, 1.0, 0.5, 0.16666666666666666, 0.041666666666666664]
    """
    order = whole("the order of an expansion", order, 0)
    if flows(x) and (not isinstance(x, Value) or belongs_to_outer(x)):
        raise TypeError(_NOT_CARRIED)
    expansion = _Expansion(order)
    variable = Series(expansion, None, [], [], as_float(x, "x"))
    with sweeping(), collector_paused():  # it would search the series for cycles
        result = called(f, variable)
    if flows(result) and not isinstance(result, Series | Value):
        raise TypeError(_NOT_CARRIED)
    if not isinstance(result, Series):  # it does not depend on x
        return [as_float(result, "the result of f"), *[0.0] * order]
    if result.expansion is not expansion:
        raise TypeError(_NOT_NESTED)
    series = expansion.series
    with collector_paused():
        terms = [each.terms() for each in series]  # to which their slopes are added meanwhile
    numbers, degrees = [each.number for each in series], [each.degree for each in series]
    found, ended_by = coefficients(numbers, degrees, terms, result.place)
    if ended_by >= 0:
        raise expansion.failures[ended_by]
    series.clear()  # these refer to the expansion, and it to them: the only cycles that there are
    expansion.known.clear()
    return found
