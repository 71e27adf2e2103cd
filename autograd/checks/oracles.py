r"""What a derivative should be, by two oracles that use no rule of differentiation.

The central difference asks the function itself, one input at a time:

.. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2 \epsilon}

The complex step computes the recorded graph anew with complex numbers. It is exact to rounding, so it takes the place
of the difference wherever the two agree; they do not at a kink, or where the function took a number out of the graph.
"""

import math
import sys
from collections.abc import Callable
from typing import NamedTuple

from autograd.derivatives import complex_step, partial_of_row
from autograd.engine import Value
from autograd.graph import Recorded

_ROUNDING = 1e-13  # of a derivative, relative to the sizes of all that is added up in it
_TRUNCATION = 1e-50  # of the complex step


class Expectation(NamedTuple):
    """What a derivative should be.

    Attributes:
        value: The derivative.
        uncertainty: How far it may be off.
        is_exact: Whether it is by the complex step, exact to rounding.
    """

    value: float
    uncertainty: float
    is_exact: bool = False


def central_differences(evaluate: Callable[[], list[float]], variable: Value, eps: float) -> list[Expectation]:
    """The derivatives of some results with respect to one variable, by central differences with the step eps.

    The variable is nudged in place, and gets its number back.

    Args:
        evaluate: Computes the results anew.
        variable: A leaf that they depend on.
        eps: The step.
    """
    center = variable.data
    results = []
    try:
        for h in (eps, -eps, 2 * eps, -2 * eps):
            variable.data = center + h
            results.append(evaluate())
    finally:
        variable.data = center
    return [_difference(eps, *numbers) for numbers in zip(*results, strict=True)]


def _difference(eps: float, above: float, below: float, far_above: float, far_below: float) -> Expectation:
    difference = (above - below) / (2 * eps)
    # The error of a step h grows as h², so three times that of eps is what 2 eps adds.
    truncation = abs((far_above - far_below) / (4 * eps) - difference) / 3
    rounding = 8 * sys.float_info.epsilon * max(abs(above), abs(below)) / eps
    return Expectation(difference, truncation + rounding)


def sharpened(difference: Expectation, recorded: Recorded, variable: Value, size: float) -> Expectation:
    """The complex step in place of a difference, if the two agree; otherwise the difference.

    Args:
        difference: The central difference.
        recorded: The graph of the result.
        variable: A leaf.
        size: The sum of the sizes of the terms that the derivative adds up, which rounding is relative to.
    """
    try:
        exact = complex_step(recorded, variable)
    except (ValueError, ArithmeticError):
        return difference
    if abs(exact - difference.value) <= 2 * difference.uncertainty + 1e-7 * abs(difference.value):
        return Expectation(exact, _ROUNDING * size + _TRUNCATION, is_exact=True)
    return difference


def sizes_of_contributions(recorded: Recorded, output: Value) -> dict[Value, float]:
    """For each node below an output the sum, over all paths to it, of the size of what the path contributes."""
    sizes = {output: 1.0}
    for node in reversed(recorded.order):
        if node in sizes:
            for parent, slope in zip(node.parents, recorded.slopes(node), strict=True):
                sizes[parent] = sizes.get(parent, 0.0) + sizes[node] * abs(slope or 0.0)
    return sizes


def partial_by_complex_step(node: Value, place: int) -> float | None:
    """∂node/∂parent from the formula of its operation alone; `None` where it has none, or may have a kink."""
    numbers = [parent.data for parent in node.parents]
    if node.op is None or not all(map(math.isfinite, numbers)):
        return None
    if node.op.kinks and len({0.0, *numbers}) <= len(numbers):
        return None
    try:
        return partial_of_row(node.op, place, numbers)
    except (ValueError, ArithmeticError):
        return None
