r"""The complex step: a derivative from complex numbers, exact to rounding, that uses no rule of differentiation.

.. math:: f'(x) = \frac{\mathrm{Im}\, f(x + ih)}{h} + O(h^2)

Nothing cancels, so h may be so small that the error of the step vanishes. Each row of the table is computed as written,
with the complex functions in place of the real ones; where a formula has cases, the real part decides.

Reference: Squire & Trapp 1998, "Using complex variables to estimate derivatives of real functions".
"""

import cmath
import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine import Value
from autograd.graph import Recorded
from autograd.table import Body, CannotBeWrittenError, Namespace, Number, Op, floats, mathematics_of

STEP = 1e-80
_UNDERFLOW = 1e-309  # smaller numbers have too few digits
_ties = itertools.count()  # goes on where real parts are equal, so that the other side of a kink may differ


class Complex(complex):
    """A complex number that compares by its real part, so that a formula with cases takes the right one.

    Where real parts are equal, imaginary ones decide, as if the step led a little to the right, or with the other sign
    to the left. So all cases of a formula are those of one side of a kink.
    """

    __slots__ = ()

    def __abs__(self) -> Any:
        """|x| as an analytic function: x on the right of 0 and -x on the left."""
        return -self if _compared(operator.lt, self, 0.0) else self

    def __pow__(self, other: Any) -> "Complex":  # type: ignore[override]
        return Complex(_pow(self, other))

    def __rpow__(self, other: Any) -> "Complex":  # type: ignore[override]
        return Complex(_pow(other, self))


def _result(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: Complex(function(*arguments))


def _compared(compare: Callable[[Any, Any], bool], x: Any, y: Any) -> bool:
    if x.real == y.real and x.imag != y.imag:
        next(_ties)
    return compare((x.real, x.imag), (y.real, y.imag))


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda self, other: _compared(compare, self, other)


for _name in ("add", "sub", "mul", "truediv", "neg", "radd", "rsub", "rmul", "rtruediv"):
    setattr(Complex, f"__{_name}__", _result(getattr(complex, f"__{_name}__")))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Complex, f"__{_name}__", _comparison(getattr(operator, _name)))


def _pow(base: Any, exponent: Any) -> complex:
    x, y = complex(base), complex(exponent)
    if not y.imag and y.real.is_integer():
        if abs(y.real) <= 100:
            return x ** int(y.real)  # by multiplication, also of negative bases
        if x.real < 0:  # a logarithm would bring in iπ, rounded
            return _pow(-x, y) * (-1.0) ** int(y.real % 2)
    return cmath.exp(y * cmath.log(x))


def _expm1(z: complex) -> complex:
    x, y = z.real, z.imag
    return complex(math.expm1(x) * math.cos(y) - 2.0 * math.sin(y / 2.0) ** 2, math.exp(x) * math.sin(y))


def _log1p(z: complex) -> complex:
    x, y = z.real, z.imag
    return complex(0.5 * math.log1p(2.0 * x + x * x + y * y), math.atan2(y, 1.0 + x))


def _erfc(z: complex) -> complex:
    # By the integral that defines it, from the real axis to z: over so short a way, the midpoint rule is exact.
    middle = complex(z.real, z.imag / 2.0)
    return math.erfc(z.real) - 2.0 / math.sqrt(math.pi) * cmath.exp(-middle * middle) * complex(0.0, z.imag)


def _erf(z: complex) -> complex:
    return complex(math.erf(z.real), -_erfc(z).imag)


def _atan2(x: complex, y: complex) -> complex:
    # The angle from the nearer axis, whose tangent is at most 1, changes as the angle itself does, or the other way.
    near = cmath.atan(x / y) if abs(y.real) >= abs(x.real) else -cmath.atan(y / x)
    return complex(math.atan2(x.real, y.real), near.imag)


def _hypot(x: complex, y: complex) -> complex:
    size = max(abs(x.real), abs(y.real))
    if not size:
        next(_ties)
        size = 1.0
    return size * cmath.sqrt((x / size) ** 2 + (y / size) ** 2)


def _step(name: str) -> Callable[[complex], complex]:
    return lambda z: complex(getattr(floats, name)(z.real), 0.0)


def _floordiv(x: complex, y: complex) -> complex:
    return complex(x.real // y.real, 0.0)


def _mod(x: complex, y: complex) -> complex:
    return complex(x.real % y.real, x.imag - (y.imag and y.imag * (x.real // y.real)))  # the quotient may be inf


_BY_CMATH = ["exp", "log", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"]
_BY_CMATH += ["asinh", "acosh", "atanh"]
_FUNCTIONS: dict[str, Callable[..., complex]] = {
    **{name: getattr(cmath, name) for name in _BY_CMATH},
    **{name: _step(name) for name in ("floor", "ceil", "round")},
    "expm1": _expm1,
    "exp2": lambda z: cmath.exp(math.log(2.0) * z),
    "log1p": _log1p,
    "log2": lambda z: cmath.log(z) / math.log(2.0),
    "erf": _erf,
    "erfc": _erfc,
    "atan2": lambda x, y: _atan2(complex(x), complex(y)),
    "hypot": lambda x, y: _hypot(complex(x), complex(y)),
    "mod": _mod,
    "floordiv": _floordiv,
    "pow": _pow,
}


class _Choiceless(Body):
    """What flows through a formula to see that it has no cases: nothing is compared, and no |x| taken."""

    def add(self, text: str, operation: str) -> Number:
        if operation == "abs":
            raise CannotBeWrittenError(text)
        return Number(self, "")

    def plain(self, number: float) -> str:
        return str(number)

    def comparison(self, symbol: str, x: str, y: str) -> str:
        raise CannotBeWrittenError(f"{x} {symbol} {y}")


@functools.cache
def _formula_of(row: Op) -> Callable[..., Any]:
    """The formula of a row on complex numbers of Python, which are ten times as quick as a Complex."""
    body = _Choiceless()
    try:
        row.forward(mathematics_of(body, [*_FUNCTIONS, "abs"]), *[Number(body, name) for name in row.names])
    except Exception:  # whatever a formula does that complex numbers cannot
        return functools.partial(_by_cases, row)
    return functools.partial(row.forward, _without_cases)


def _by_cases(row: Op, *numbers: Any) -> Any:
    found = row.forward(complexes, *[Complex(x) if type(x) is complex else x for x in numbers])
    return complex(found) if type(found) is Complex else found


class _Complexes(Namespace):
    """Functions that give a Complex, as a formula with cases needs; others take Python's own complex numbers."""

    formula_of = staticmethod(_formula_of)


complexes = _Complexes(
    **{name: _result(function) for name, function in _FUNCTIONS.items()},
    abs=abs,
    where=lambda condition, x, y: x if condition else y,
)
_without_cases = Namespace(**_FUNCTIONS)


def _step_beside(*numbers: float) -> float:
    """A step whose error, the square of step / x, vanishes also where x is tiny and has a singularity beside it."""
    step = STEP
    for x in numbers:
        if x and 1e-8 * abs(x) < step:
            step = 1e-8 * abs(x)
    return step


def _derivative(imaginary_part: Callable[[float], float], step: float) -> float:
    """The derivative; nan at a kink, where a step to the left shows another one, and where digits underflow."""
    if step <= _UNDERFLOW:
        return math.nan
    before = next(_ties)
    right = imaginary_part(step)
    if 0.0 < abs(right) <= _UNDERFLOW:
        return math.nan
    is_smooth = next(_ties) == before + 1 or imaginary_part(-step) == -right
    return right / step if is_smooth else math.nan


def complex_step(recorded: Recorded, variable: Value) -> float:
    """∂output/∂variable of a recorded graph, computed anew with complex numbers. No node is changed.

    Args:
        recorded: The graph of the output.
        variable: The leaf to differentiate with respect to.

    Returns:
        The derivative; nan where it is unknown: at a kink, or where the variable is too tiny for a step.

    Raises:
        ValueError: if a number falls outside the domain of an operation, or gets too large.

    Example:
        >>> from autograd import Value
        >>> x = Value(0.5)
        >>> round(complex_step(Recorded.of(x.tanh() * x), x), 12)
        0.855341023743
    """

    def imaginary_part(step: float) -> float:
        moved = {variable: complex(variable.data, step)}
        return float(recorded.recomputed([recorded.output], moved, complexes)[0].imag)

    return _derivative(imaginary_part, _step_beside(variable.data))


def partial_of_row(op: Op, place: int, numbers: Sequence[float]) -> float:
    """The partial derivative of a row with respect to one argument, from its formula alone.

    Args:
        op: The row.
        place: Which argument, counted from 0.
        numbers: All arguments.

    Returns:
        The derivative; nan where it is unknown: at a kink, or where something is too tiny for a step.

    Example:
        >>> from autograd import abs, tanh
        >>> partial_of_row(tanh, 0, [0.0]), partial_of_row(abs, 0, [0.0])
        (1.0, nan)
    """

    def imaginary_part(step: float) -> float:
        moved: list[Any] = [*numbers]
        moved[place] = complex(numbers[place], step)
        return float(formula(*moved).imag)

    formula = _formula_of(op)
    step = _step_beside(*numbers)
    if step < 1e20 * _UNDERFLOW:  # a formula may divide it
        return math.nan
    slope = _derivative(imaginary_part, step)
    if slope == 0.0:  # has all underflowed? Of a 0, far larger steps see nothing either, or what vanishes with them.
        near, far = (abs(_derivative(imaginary_part, h)) for h in (1e-8, 1e-6))
        return slope if far == 0.0 or 2.0 * near <= far else math.nan
    return slope
