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
from autograd.engine import Value
from autograd.table import Flowing, Op, as_float, failure, flows, number_of, rows, whole


class Series(Flowing):
    """A power series in t.

    Attributes:
        coefficients: Those that are known so far, from the constant one up.
        degree: How many are wanted after the constant one.
        failure: Why the next one does not exist, if so: the error to raise if the result depends on it.
    """

    __slots__ = ("arguments", "coefficients", "degree", "expansion", "failure", "label", "op", "slopes")

    def __init__(self, expansion: "_Expansion", op: Op | None, arguments: tuple[Any, ...], coefficients: list[float]):
        self.expansion, self.op, self.arguments, self.coefficients = expansion, op, arguments, coefficients
        self.degree = expansion.degree
        self.slopes: list[tuple[Series, Any]] | None = None
        self.failure: Exception | None = None
        self.label = ""
        expansion.series.append(self)

    @property
    def data(self) -> float:
        """The constant coefficient."""
        return self.coefficients[0]

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        for argument in arguments:
            if isinstance(argument, Flowing) and not isinstance(argument, Series):
                return argument._record(op, arguments)  # to a dual number, a series is a number
        arguments = tuple(
            x if isinstance(x, Series) else as_float(_plain(x), f"an argument of {op.name}") for x in arguments
        )
        expansion, *others = {argument.expansion for argument in arguments if isinstance(argument, Series)}
        if others:
            raise TypeError("an expansion cannot contain another one; take the inner derivative by jvp.")
        key = (op, *(id(x) if isinstance(x, Series) else x for x in arguments))
        known = expansion.known.get(key)  # of the same degree or a higher one: those come first
        if known is None:
            try:
                number = op(*(x.data if isinstance(x, Series) else x for x in arguments))
            except (ValueError, ArithmeticError) as error:
                raise failure(op, arguments, error) from None
            known = expansion.known[key] = Series(expansion, op, arguments, [number])
        return known

    def extend(self) -> None:
        """Compute one more coefficient, if it is wanted and exists."""
        k = len(self.coefficients)
        if k > self.degree or self.failure:
            return
        if self.slopes is None:
            self.slopes = self._partials()
        total = 0.0
        try:
            for x, slope in self.slopes:
                if isinstance(slope, Series):
                    total += sum(j * x.coefficients[j] * slope.coefficients[k - j] for j in range(1, k + 1))
                else:
                    total += k * x.coefficients[k] * slope
        except IndexError:  # a coefficient that this needs does not exist
            needed = (each for pair in self.slopes for each in pair if isinstance(each, Series))
            self.failure = next(each.failure for each in needed if each.failure and len(each.coefficients) <= k)
        else:
            if not self.failure:
                self.coefficients.append(total / k)

    def _partials(self) -> list[tuple["Series", Any]]:
        """The arguments that vary, and the partial derivatives with respect to them, as far as these exist."""
        op: Any = self.op
        self.expansion.degree = self.degree - 1
        try:
            return [
                (x, partial(rows, self, *self.arguments))
                for x, partial in zip(self.arguments, op.partials, strict=True)
                if isinstance(x, Series)
            ]
        except (ValueError, ArithmeticError) as error:
            self.failure = failure(op, self.arguments, error, differentiating=True)
            return []


def _plain(thing: Any) -> Any:
    """A Value as its number, which is constant in t; anything else as it is."""
    if isinstance(thing, Value) and belongs_to_outer(thing):
        raise TypeError(_NOT_CARRIED)
    return number_of(thing) if flows(thing) else thing


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
    variable = Series(expansion, None, (), [as_float(x, "x"), 1.0, *[0.0] * order][: order + 1])
    with sweeping():
        result = called(f, variable)
    if flows(result) and not isinstance(result, Series | Value):
        raise TypeError(_NOT_CARRIED)
    if not isinstance(result, Series):  # it does not depend on x
        return [as_float(result, "the result of f"), *[0.0] * order]
    for _ in range(order):
        for series in expansion.series:  # to which the first round adds the partials
            series.extend()
    if len(result.coefficients) <= order and result.failure:
        raise result.failure
    return result.coefficients
