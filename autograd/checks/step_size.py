r"""How small should the step of a finite difference be? Its error has a wall on either side.

.. math:: \left| \frac{f(x + \epsilon) - f(x - \epsilon)}{2 \epsilon} - f'(x) \right|
    \approx \frac{|f^{(3)}(x)|}{6} \, \epsilon^2 + \frac{|f(x)|}{\epsilon} \, 10^{-16}
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograd.checks.gradients import Function, of_list, variables_of
from autograd.checks.oracles import central_differences, nudged
from autograd.derivatives import grad, is_one
from autograd.notation import Report, Table, relative_error

_STEPS = tuple(float(f"1e-{k}") for k in range(1, 13))


@dataclass(frozen=True, repr=False)
class StepSizeSweep(Report):
    """The error of the central difference for each step size. It prints as a curve.

    Attributes:
        rows: `(eps, relative error)`, in the order of the steps.
    """

    rows: tuple[tuple[float, float], ...]

    @property
    def best(self) -> tuple[float, float]:
        """The step with the smallest error, and that error."""
        return min(self.rows, key=lambda row: (math.isnan(row[1]), row[1]))

    def table(self) -> Table:
        """The errors as a table, with the curve as bars."""
        head = ("step ε", "relative error", "(a longer bar is a larger error)")
        rows = [(f"{eps:.0e}", f"{error:.1e}", self._bar(eps, error)) for eps, error in self.rows]
        return Table(head, rows, left=len(head))

    def _bar(self, eps: float, error: float) -> str:
        bar = "no value" if math.isnan(error) else "#" * round(2 * (16 + math.log10(max(error, 1e-16))))
        return f"{bar}  <- best" if (eps, error) == self.best and not math.isnan(error) else bar

    def __repr__(self) -> str:
        rows = self.table().rows
        return "\n".join(f"{eps:>8}  {error:>14}  {bar}" for eps, error, bar in (self.table().head, *rows))


def step_size_sweep(f: Function, inputs: Any, steps: Sequence[float] = _STEPS) -> StepSizeSweep:
    """Show how the error of the central difference depends on the step: large on both sides, smallest between.

    A large step misses that the curvature changes (an error of about ε²); a small one drowns in rounding (1e-16/ε).

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns one Value.
        inputs: Where to differentiate.
        steps: The step sizes ε.

    Returns:
        The largest relative error over the inputs for each step, nan where f has no value so far out; it prints as a
        curve.

    Example:
        >>> sweep = step_size_sweep(lambda v: v[0].exp() * v[1].sin(), [1.0, 2.0])
        >>> 1e-6 <= sweep.best[0] <= 1e-4
        True
    """
    f = of_list(f, is_one(inputs))
    variables = variables_of([inputs] if is_one(inputs) else inputs)
    output = f(variables)
    gradient = [entry.data for entry in grad(output, variables)]

    def evaluate() -> list[float]:
        return [f(variables).data]

    def error(eps: float) -> float:
        try:
            pairs = [
                (entry, central_differences(partial(nudged, evaluate, x), x.data, eps, [output.data])[0])
                for entry, x in zip(gradient, variables, strict=True)
            ]
            errors = [relative_error(entry, difference.value) for entry, difference in pairs]
            return max(errors, key=lambda error: (math.isnan(error), error))
        except (ValueError, ArithmeticError):
            return math.nan

    return StepSizeSweep(tuple((eps, error(eps)) for eps in steps))
