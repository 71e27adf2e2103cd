r"""What a derivative should be, by two oracles that use no rule of differentiation.

The central difference asks the function itself, one input at a time:

.. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2 \epsilon}

The complex step computes the recorded graph anew with complex numbers. It is exact to rounding, but it follows the same
graph as the derivatives that are checked, so it is no second opinion on what the graph leaves out. `around.py` decides
when it takes the place of the difference.
"""

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from autograd.derivatives import STEP, complexes, partial_of_row
from autograd.engine import Value, local_derivatives
from autograd.table import Op

_SETTLED = 1e-3  # an expectation that may be off by less than this, relative to itself, is near its limit
_GUESS = 0.1  # one that may be off by more than this is a guess, and so is how far it is off


class Expectation(NamedTuple):
    """What a derivative should be.

    Attributes:
        value: The derivative.
        uncertainty: How far it may be off.
        is_exact: Whether it is by the complex step, exact to rounding.
        slope: How steep f is between the points of the difference, which says what is a small uncertainty.
        sides: The slopes on the left and on the right, where these are known.
    """

    value: float
    uncertainty: float
    is_exact: bool = False
    slope: float = 0.0
    sides: tuple[float, float] = (math.nan, math.nan)

    @property
    def has_settled(self) -> bool:
        """Whether smaller steps would hardly change it."""
        return self.is_exact or self.uncertainty <= _SETTLED * abs(self.value)

    @property
    def is_guess(self) -> bool:
        """Whether two differences have so little in common that they do not even tell how far both are off."""
        return not self.is_exact and not self.uncertainty <= _GUESS * abs(self.value)

    @property
    def has_kink(self) -> bool:
        """Whether f seems to turn here: its slopes on both sides differ by more than rounding and bending explain."""
        left, right = self.sides
        return not self.is_exact and abs(right - left) > max(10 * self.uncertainty, 1e-3 * self.slope)


def rounding_of(*numbers: float) -> float:
    """How far numbers of this size may be off by rounding."""
    return 8 * sys.float_info.epsilon * max(map(abs, numbers))


def central_differences(
    at: Callable[[float], list[float]], x: float, eps: float, centers: Sequence[float]
) -> list[Expectation]:
    """The derivatives of some results with respect to one variable, by central differences with the step eps.

    Args:
        at: Computes the results with the variable nudged by so much.
        x: The variable as it is.
        eps: The step.
        centers: The results as they are.

    Raises:
        ValueError, ArithmeticError: if a result has no value at one of the steps.
    """
    results = [at(h) for h in (eps, -eps, 2 * eps, -2 * eps)]
    widths = [(x + h) - (x - h) for h in (eps, 2 * eps)]  # beside a large x, the step itself is rounded
    return [_difference(*widths, *numbers) for numbers in zip(centers, *results, strict=True)]


def nudged(evaluate: Callable[[], list[float]], variable: Value, h: float) -> list[float]:
    """Some results with a variable nudged by h. It is nudged in place, and gets its number back."""
    center = variable.data
    try:
        variable.data = center + h
        return evaluate()
    finally:
        variable.data = center


def _difference(
    width: float, far_width: float, center: float, above: float, below: float, far_above: float, far_below: float
) -> Expectation:
    difference = (above - below) / width
    # The error of a step h grows as h², so three times that of eps is what 2 eps adds.
    truncation = abs((far_above - far_below) / far_width - difference) / 3
    slope = 2 * max(abs(far_above - above), abs(above - below) / 2, abs(below - far_below)) / width
    sides = (3 * center - 4 * below + far_below) / width, (4 * above - far_above - 3 * center) / width
    return Expectation(difference, truncation + 2 * rounding_of(above, below) / width, slope=slope, sides=sides)


def one_sided_difference(h: float, center: float, near: float, middle: float, far: float) -> Expectation:
    """The derivative by a difference to one side.

    Args:
        h: The step, of either sign.
        center: The value at x.
        near: That at x + h.
        middle: That at x + 2h.
        far: That at x + 4h.
    """
    difference, coarse = (4 * near - middle - 3 * center) / (2 * h), (4 * middle - far - 3 * center) / (4 * h)
    # Next to an edge f need not be smooth, so the two steps differ by no known power of h.
    uncertainty = 2 * abs(coarse - difference) + 2 * rounding_of(center, near, middle) / abs(h)
    return Expectation(difference, uncertainty, slope=max(abs(near - center), abs(middle - near)) / abs(h))


def wrong_partial(order: Iterable[Value]) -> tuple[Value, int, float, float] | None:
    """The first partial derivative that the formula of its operation contradicts; `None` if there is none.

    Args:
        order: The nodes to look at.

    Returns:
        The node, the place of the parent, the derivative, and what the formula gives.
    """
    formula_of = complexes.formula_of
    for node in order:
        op, parents = node.op, node.parents
        if op is None or not parents:
            continue
        formula = formula_of(op)
        numbers: list[Any] = [parent.data for parent in parents]
        for place, slope in enumerate(local_derivatives(node)):
            if slope is None:
                continue
            x = numbers[place]
            numbers[place] = complex(x, STEP)
            try:
                expected = formula(*numbers).imag / STEP
            except (ValueError, ArithmeticError):
                expected = math.nan
            numbers[place] = x
            if math.isclose(slope, expected, rel_tol=1e-6, abs_tol=1e-9):  # nearly all, in a fraction of the time
                continue
            expected = _by_complex_step(op, place, numbers)
            if math.isfinite(expected) and not math.isclose(slope, expected, rel_tol=1e-6, abs_tol=1e-9):
                return node, place, slope, expected
    return None


def _by_complex_step(op: Op, place: int, numbers: Sequence[float]) -> float:
    """A partial derivative from the formula alone; nan where that is unknown, as at a kink."""
    if not all(map(math.isfinite, numbers)):
        return math.nan
    try:
        return partial_of_row(op, place, numbers)
    except (ValueError, ArithmeticError):
        return math.nan
