r"""Is this gradient right? Compare it with finite differences, one input at a time.

.. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2 \epsilon}
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.reverse import gradients_kept
from autograd.tally import count
from autograd.value import Value, no_grad

Function = Callable[[list[Value]], Value]


_STEPS = tuple(float(f"1e-{k}") for k in range(1, 13))


@dataclass(frozen=True)
class Comparison:
    """One entry of a gradient: what was received, and what the finite difference says.

    Attributes:
        name: The label of the input, or its place.
        received: The entry to check.
        expected: The central difference.
        uncertainty: How far the difference itself may be off, by its finite step and by rounding.
    """

    name: str
    received: float
    expected: float
    uncertainty: float

    @property
    def relative_error(self) -> float:
        """|received − expected| / max(|received|, |expected|), and 0 if both are 0."""
        difference = abs(self.received - self.expected)
        return difference / max(abs(self.received), abs(self.expected)) if difference else 0.0

    def agrees(self, tolerance: float) -> bool:
        """Whether the two are as close as the tolerance and the uncertainty ask for; never if one is not a number."""
        difference = abs(self.received - self.expected)
        return difference <= tolerance * max(abs(self.received), abs(self.expected)) + self.uncertainty


@dataclass(frozen=True)
class GradientReport:
    """What `check_grads` found. It is true if every entry agrees, and prints as a table.

    Attributes:
        comparisons: One for each input, in their order.
        tolerance: The largest relative error that counts as agreement.
    """

    comparisons: tuple[Comparison, ...]
    tolerance: float

    @property
    def worst(self) -> Comparison:
        """The entry with the largest relative error: of those that differ, if any do, and nan before all."""
        return max(
            self.comparisons,
            key=lambda entry: (
                not entry.agrees(self.tolerance),
                math.isnan(entry.relative_error),
                entry.relative_error,
            ),
        )

    def __bool__(self) -> bool:
        return all(entry.agrees(self.tolerance) for entry in self.comparisons)

    def __repr__(self) -> str:
        width = max(5, *(len(entry.name) for entry in self.comparisons))
        lines = [f"{'input':<{width}}  {'received':>16}  {'expected':>16}  relative error"]
        for entry in self.comparisons:
            mark = "" if entry.agrees(self.tolerance) else "  <- differs"
            lines.append(
                f"{entry.name:<{width}}  {entry.received:>16.9g}  {entry.expected:>16.9g}"
                f"  {entry.relative_error:>14.1e}{mark}"
            )
        verdict = f"gradients {'agree' if self else 'DIFFER'} (tolerance {self.tolerance:g})"
        lines.append(f"{verdict}; worst: {self.worst.name}, {self.worst.relative_error:.1e}")
        return "\n".join(lines)


def check_grads(
    f: Function,
    inputs: Sequence[Value | float],
    eps: float = 1e-4,
    *,
    tolerance: float = 1e-6,
    received: Sequence[float] | None = None,
) -> GradientReport:
    r"""Compare the gradient from `backward()` with central differences, one input at a time.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2 \epsilon}

    The same with 2ε tells how far off the difference may be, so that neither small gradients pass unchecked nor the
    error of the difference counts. It costs four evaluations of f for each input: check once, then switch it off.

    Args:
        f: Takes the list of inputs, as Values, and returns one Value. It may use the inputs through a model that they
            belong to instead of through its argument.
        inputs: Where to check. Values, say the parameters of a model, are nudged in place; they get their numbers and
            gradients back.
        eps: The step ε. The difference is off by about ε² from the formula and by 1e-16/ε from rounding.
        tolerance: The largest relative error that counts as agreement.
        received: A gradient to check in place of the one from `backward()`: one that was derived by hand, say.

    Returns:
        A report that is true if all entries agree, and prints as a table.

    Raises:
        ValueError: if there are no inputs, eps is not positive, or `received` has another length than `inputs`.
        TypeError: if f does not return a Value.

    Example:
        >>> check_grads(lambda v: v[0] * v[1], [2.0, Value(4.0, "y")], eps=0.125, received=[4.0, -2.0])
        input          received          expected  relative error
        x0                    4                 4         0.0e+00
        y                    -2                 2         2.0e+00  <- differs
        gradients DIFFER (tolerance 1e-06); worst: y, 2.0e+00
    """
    variables = _variables(inputs)
    if not eps > 0:
        raise ValueError(f"eps must be positive, but got {eps}.")
    gradient = _gradient(f, variables) if received is None else list(received)
    if len(gradient) != len(variables):
        raise ValueError(f"got a gradient of {len(gradient)} numbers for {len(variables)} inputs.")
    return GradientReport(
        tuple(
            Comparison(variable.label or f"x{i}", entry, *_central_difference(f, variables, i, eps))
            for i, (variable, entry) in enumerate(zip(variables, gradient, strict=True))
        ),
        tolerance,
    )


@dataclass(frozen=True)
class StepSizeSweep:
    """The error of the central difference for each step size, as `(eps, relative error)` from large to small."""

    rows: tuple[tuple[float, float], ...]

    @property
    def best(self) -> tuple[float, float]:
        """The step with the smallest error, and that error."""
        return min(self.rows, key=lambda row: (math.isnan(row[1]), row[1]))

    def __repr__(self) -> str:
        lines = ["  step ε  relative error  (a longer bar is a larger error)"]
        for eps, error in self.rows:
            bar = "no value" if math.isnan(error) else "#" * round(2 * (16 + math.log10(max(error, 1e-16))))
            lines.append(f"{eps:>8.0e}  {error:>14.1e}  {bar}{'  <- best' if (eps, error) == self.best else ''}")
        return "\n".join(lines)


def step_size_sweep(f: Function, inputs: Sequence[Value | float], steps: Sequence[float] = _STEPS) -> StepSizeSweep:
    """Show how the error of the central difference depends on the step: large on both sides, smallest between.

    A large step leaves out the curvature's change (an error of about ε²); a small one leaves only rounding (1e-16/ε).

    Args:
        f: Takes the list of inputs, as Values, and returns one Value.
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
    gradient = _gradient(f, _variables(inputs))

    def error(eps: float) -> float:
        try:
            comparisons = check_grads(f, inputs, eps, received=gradient).comparisons
        except (ValueError, ArithmeticError):
            return math.nan
        return max(comparison.relative_error for comparison in comparisons)

    return StepSizeSweep(tuple((eps, error(eps)) for eps in steps))


def _variables(inputs: Sequence[Value | float]) -> list[Value]:
    if not inputs:
        raise ValueError("there is nothing to check: the list of inputs is empty.")
    for value in inputs:
        if isinstance(value, Value) and value.op is not None:
            raise ValueError(f"only leaves can be nudged, but an input is {value!r}.")
    return [value if isinstance(value, Value) else Value(value) for value in inputs]


def _gradient(f: Function, variables: list[Value]) -> list[float]:
    """The gradient from `backward()`, which leaves every node's own gradient as it was."""
    count("evaluations")
    output = f(variables)
    if not isinstance(output, Value):
        raise TypeError(f"f must return one Value, but returned {output!r:.60} of type {type(output).__name__}.")
    if output.is_constant:  # it depends on no input
        return [0.0] * len(variables)
    with gradients_kept([*variables, *topological_order(output)]):
        output.backward()
        return [variable.grad for variable in variables]


def _central_difference(f: Function, variables: list[Value], position: int, eps: float) -> tuple[float, float]:
    """The central difference with step eps, and its uncertainty."""
    variable = variables[position]
    centre = variable.data
    try:
        with no_grad():
            near, far = ([_at(f, variables, variable, centre + side * h) for side in (1, -1)] for h in (eps, 2 * eps))
    finally:
        variable.data = centre
    difference = (near[0] - near[1]) / (2 * eps)
    # The error of a step h grows as h², so three times that of eps is what 2 eps adds.
    truncation = abs((far[0] - far[1]) / (4 * eps) - difference) / 3
    rounding = 8 * sys.float_info.epsilon * max(map(abs, near)) / eps
    return difference, truncation + rounding


def _at(f: Function, variables: list[Value], variable: Value, number: float) -> float:
    count("evaluations")
    variable.data = number
    return f(variables).data
