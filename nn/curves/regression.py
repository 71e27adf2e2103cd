r"""What came of fitting a model to data: its parameters, and how well the data determine them.

With the Jacobian J of the n weighted residuals r by the p parameters, at the minimum,

.. math:: s^2 = \frac{r^T r}{n - p}, \qquad \mathrm{cov}(\theta) = s^2 \, (J^T J)^{-1}, \qquad
    \mathrm{se}(\theta_j) = \sqrt{\mathrm{cov}(\theta)_{jj}}

which is exact for a model that is linear in its parameters, and otherwise for the linear model that touches it there.

Reference: Bates & Watts 1988, "Nonlinear Regression Analysis and Its Applications", section 2.1.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograd.notation import Report, Table, plural, show_number
from nn.curves.model import Curve, numbers_in

if TYPE_CHECKING:
    from nn.curves.model import Numbers


@dataclass(frozen=True, eq=False, repr=False)
class Regression(Report):
    """A fitted model. It prints as a table.

    Attributes:
        parameters: The number of each parameter, by its name.
        standard_errors: The standard error of each, without regard to bounds: inf for one that the data do not
            determine.
        covariance: Of the parameters, (p, p); nan between those whose standard errors are inf and others.
        residuals: y minus the model, for each of the n examples, in units of y.
        residual_standard_deviation: s; nan if there are as many parameters as examples. With sigma it has no unit,
            and is about 1 if sigma is right.
        degrees_of_freedom: n - p.
        indistinct: Names of parameters of which the data determine some combinations only, those that belong together
            in a tuple; alone, one that changes nothing.
        remarks: What else there is to say, in sentences.
        result: What SciPy said: `nfev` is how often it evaluated the model, `message` why it stopped.
        curve: The model, to be evaluated on many examples; its `remark` says why each of them is computed by itself.
    """

    parameters: dict[str, float]
    standard_errors: dict[str, float]
    covariance: "Numbers"
    residuals: "Numbers"
    residual_standard_deviation: float
    degrees_of_freedom: int
    indistinct: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    result: Any
    curve: Curve

    def predict(self, x: Any) -> "Numbers":
        """What the model says of other examples.

        Args:
            x: The inputs of n examples, as `least_squares` takes them.

        Returns:
            n numbers; nan where the model has no value.

        Raises:
            TypeError, ValueError: if these are not numbers, or not as many for an example as in the fit.
        """
        import numpy as np

        inputs, theta, curve = numbers_in(x, "x"), [*self.parameters.values()], self.curve
        if inputs.shape[1:] != curve.shape:
            shape = ", ".join(["n", *map(str, curve.shape)])
            raise ValueError(f"x must have the shape ({shape}), as in the fit, but has {inputs.shape}.")
        is_same = curve.agrees(theta, inputs)  # an if may go another way here than for all examples of the fit
        numbers = curve(theta, inputs)[0] if is_same else curve.numbers(theta, inputs)
        return np.where(np.isfinite(numbers), numbers, math.nan)

    def table(self) -> Table:
        """A row for each parameter."""
        rows = [
            (name, show_number(number), show_number(self.standard_errors[name], 3))
            for name, number in self.parameters.items()
        ]
        counts = f"{plural(len(self.residuals), 'example')}, {plural(self.degrees_of_freedom, 'degree')} of freedom"
        deviation = f"residual standard deviation {show_number(self.residual_standard_deviation, 3)}"
        note = "\n".join([f"{counts}, {deviation}", *self.remarks])
        return Table(("parameter", "value", "standard error"), rows, note=note)


def regression(
    curve: Curve,
    result: Any,
    inputs: "Numbers",
    targets: "Numbers",
    weights: "Numbers",
    distances: "Numbers",
    *,
    is_absolute: bool,
) -> Regression:
    """What a minimum that SciPy found says, with a warning if it is none or not the only one.

    Args:
        curve: The model.
        result: What SciPy gave.
        inputs: The inputs, an example in each row.
        targets: What was measured.
        weights: 1/σ of each example.
        distances: Of each parameter from the closer of its bounds.
        is_absolute: Whether σ is known as it is, and not only up to a factor.
    """
    import numpy as np

    theta = result.x.tolist()
    numbers, derivatives = curve(theta, inputs)
    residuals, jacobian = targets - numbers, derivatives * weights[:, None]
    degrees_of_freedom = len(targets) - len(theta)
    weighted = residuals * weights
    deviation = float(np.linalg.norm(weighted)) / math.sqrt(degrees_of_freedom) if degrees_of_freedom else math.nan
    covariance, groups = inverse_normal_matrix(jacobian)
    if not is_absolute:
        covariance[np.isfinite(covariance)] *= deviation**2
    indistinct = tuple(tuple(curve.names[place] for place in group) for group in groups)
    doubts = doubts_about(indistinct)
    is_at_bound, is_falling = ended(jacobian, weighted, distances)
    is_more_than_rounding = np.linalg.norm(weighted) > 1e-9 * np.linalg.norm(targets * weights)
    if is_falling.any() and is_more_than_rounding:
        doubts.append(
            "This may be no minimum: the derivatives say that the sum of squares still falls. Try another start."
        )
    if doubts:
        warnings.warn(" ".join(doubts), RuntimeWarning, stacklevel=3)
    remarks = list(doubts)
    if is_at_bound.any():
        names = ", ".join(name for name, is_there in zip(curve.names, is_at_bound, strict=True) if is_there)
        remarks.append(f"At a bound, of which standard errors know nothing: {names}.")
    if not degrees_of_freedom and not is_absolute:
        remarks.append("There are as many parameters as examples, so that nothing says how large the errors are.")
    if curve.remark:
        remarks.append("Each example was computed by itself, which takes longer; fit.curve.remark says why.")
    errors = np.sqrt(np.diag(covariance)).tolist()
    return Regression(
        dict(zip(curve.names, theta, strict=True)),
        dict(zip(curve.names, errors, strict=True)),
        covariance,
        residuals,
        deviation,
        degrees_of_freedom,
        indistinct,
        tuple(remarks),
        result,
        curve,
    )


def ended(jacobian: "Numbers", residuals: "Numbers", distances: "Numbers") -> "tuple[Numbers, Numbers]":
    """Which parameters are at a bound, and with which others the sum of squares still falls.

    At a minimum the residuals are at right angles to the columns of J. Where a fit arrives, cosines are some 1e-8; in
    one that has come to a stop on its way, mostly near 1. So the limit is 1e-3.

    Args:
        jacobian: J, (n, p).
        residuals: (n,).
        distances: Of each parameter from the closer of its bounds; a step there is none if it hardly changes residuals.

    Example:
        >>> import numpy as np
        >>> at_bound, falling = ended(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 1.0]), np.array([0.0, 2.0]))
        >>> at_bound.tolist(), falling.tolist()
        ([True, False], [False, True])
    """
    import numpy as np

    lengths, length = np.linalg.norm(jacobian, axis=0), np.linalg.norm(residuals)
    lengths[lengths == 0.0] = 1.0
    is_at_bound = distances <= 1e-6 * length / lengths
    return is_at_bound, ~is_at_bound & (np.abs(jacobian.T @ residuals) > 1e-3 * lengths * length)


def inverse_normal_matrix(jacobian: "Numbers") -> "tuple[Numbers, list[tuple[int, ...]]]":
    """The inverse of the normal matrix JᵀJ, and the columns of J that are not independent: a tuple for each group.

    Args:
        jacobian: J, (n, p).

    Returns:
        The inverse, (p, p), with inf on the diagonal for columns that are not independent, and nan beside it; and the
        places of these columns, those that belong together in a tuple.

    Example:
        >>> import numpy as np
        >>> found, together = inverse_normal_matrix(np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.5]]))
        >>> found.round(6).tolist(), together
        ([[inf, nan, nan], [nan, inf, nan], [nan, nan, 4.0]], [(0, 1)])
    """
    import numpy as np

    sizes = np.abs(jacobian).max(axis=0)
    sizes[sizes < 1e-150] = 1.0  # 0, or next to it: beside other columns this one changes nothing
    _, s, rows = np.linalg.svd(jacobian / sizes, full_matrices=False)
    is_known = s > s[0] * max(jacobian.shape) * np.finfo(np.float64).eps
    along = rows[is_known] / s[is_known, None]
    found: Numbers = along.T @ along / np.outer(sizes, sizes)
    free = rows[~is_known].T @ rows[~is_known]  # onto the directions in which nothing changes
    joined = np.abs(free) > 1e-8
    for _ in sizes:
        joined = joined @ joined
    groups = sorted({tuple(np.flatnonzero(row).tolist()) for row in joined if row.any()})
    for group in groups:
        found[[*group], :] = found[:, [*group]] = math.nan
        found[[*group], [*group]] = math.inf
    return found, groups


def doubts_about(groups: Sequence[Sequence[str]]) -> list[str]:
    r"""What there is to say of parameters that the data do not determine, in sentences.

    Args:
        groups: Their names, those that belong together in a list.

    Example:
        >>> print(*doubts_about([["a", "b"], ["c"]]), sep="\n")
        a and b cannot be told apart: the data determine a combination of them only.
        c changes nothing at the data: leave it out, or try another start.
    """
    return [
        f"{', '.join(names[:-1])} and {names[-1]} cannot be told apart: the data determine a combination of them only."
        if len(names) > 1
        else f"{names[0]} changes nothing at the data: leave it out, or try another start."
        for names in groups
    ]
