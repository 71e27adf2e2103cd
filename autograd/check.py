r"""Is this gradient right? Compare it with finite differences, one input at a time.

.. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2 \epsilon}
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.value import Value, no_grad

Function = Callable[[list[Value]], Value]


_STEPS = tuple(float(f"1e-{k}") for k in range(1, 13))


@dataclass(frozen=True)
class Comparison:
    """One entry of a gradient: what was received, and what the finite difference says."""

    name: str
    received: float
    expected: float

    @property
    def relative_error(self) -> float:
        """|received − expected| / max(1, |received|, |expected|): absolute for small entries, relative for large."""
        difference = abs(self.received - self.expected)
        return difference / max(1.0, abs(self.received), abs(self.expected))


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
        """The entry with the largest relative error; one that is not a number is worse than any."""
        return max(self.comparisons, key=lambda entry: (not _agrees(entry, float("inf")), entry.relative_error))

    def __bool__(self) -> bool:
        return all(_agrees(entry, self.tolerance) for entry in self.comparisons)

    def __repr__(self) -> str:
        width = max(5, *(len(entry.name) for entry in self.comparisons))
        lines = [f"{'input':<{width}}  {'received':>16}  {'expected':>16}  relative error"]
        for entry in self.comparisons:
            mark = "" if _agrees(entry, self.tolerance) else "  <- differs"
            lines.append(
                f"{entry.name:<{width}}  {entry.received:>16.9g}  {entry.expected:>16.9g}"
                f"  {entry.relative_error:>14.1e}{mark}"
            )
        verdict = f"gradients {'agree' if self else 'DIFFER'} (tolerance {self.tolerance:g})"
        lines.append(f"{verdict}; worst: {self.worst.name}, {self.worst.relative_error:.1e}")
        return "\n".join(lines)


def _agrees(entry: Comparison, tolerance: float) -> bool:
    return entry.relative_error <= tolerance  # False if it is not a number


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

    It costs two evaluations of f for each input: check once, then switch it off.

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
        >>> check_grads(lambda v: v[0] * v[1], [2.0, Value(5.0, "y")], received=[5.0, -2.0])
        input          received          expected  relative error
        x0                    5                 5         1.2e-12
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
            Comparison(variable.label or f"x{i}", entry, _central_difference(f, variables, i, eps))
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
        return min(self.rows, key=lambda row: row[1])

    def __repr__(self) -> str:
        lines = ["  step ε  relative error  (a longer bar is a larger error)"]
        for eps, error in self.rows:
            bar = "#" * round(2 * (16 + math.log10(max(error, 1e-16))))
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
        The largest relative error over the inputs for each step; it prints as a curve.

    Example:
        >>> sweep = step_size_sweep(lambda v: v[0].exp() * v[1].sin(), [1.0, 2.0])
        >>> 1e-6 <= sweep.best[0] <= 1e-4
        True
    """
    gradient = _gradient(f, _variables(inputs))
    return StepSizeSweep(
        tuple((eps, check_grads(f, inputs, eps, received=gradient).worst.relative_error) for eps in steps)
    )


def _variables(inputs: Sequence[Value | float]) -> list[Value]:
    if not inputs:
        raise ValueError("there is nothing to check: the list of inputs is empty.")
    for value in inputs:
        if isinstance(value, Value) and value.op is not None:
            raise ValueError(f"only leaves can be nudged, but an input is {value!r}.")
    return [value if isinstance(value, Value) else Value(value) for value in inputs]


def _gradient(f: Function, variables: list[Value]) -> list[float]:
    """The gradient from `backward()`, which leaves every node's own gradient as it was."""
    output = f(variables)
    if not isinstance(output, Value):
        raise TypeError(f"f must return one Value, but returned {output!r:.60} of type {type(output).__name__}.")
    if output.is_constant:  # it depends on no input
        return [0.0] * len(variables)
    earlier = {node: node._grad for node in (*variables, *topological_order(output))}
    try:
        for node in earlier:
            node._grad = None
        output.backward()
        return [variable.grad for variable in variables]
    finally:
        for node, grad in earlier.items():
            node._grad = grad


def _central_difference(f: Function, variables: list[Value], position: int, eps: float) -> float:
    variable = variables[position]
    centre = variable.data
    try:
        with no_grad():
            variable.data = centre + eps
            right = f(variables).data
            variable.data = centre - eps
            left = f(variables).data
    finally:
        variable.data = centre
    return (right - left) / (2 * eps)
