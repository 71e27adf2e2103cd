r"""A derivative read as a nudge: move one variable a little and see what changes, node by node.

.. math:: \Delta v \approx \frac{\partial v}{\partial w} \, \Delta w

The left side is what the graph does, computed anew; the right side is what its derivatives predict.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd.engine import Value, collector_paused, require_values
from autograd.explanations.nudged import NudgeStep
from autograd.graph import Recorded, chosen
from autograd.notation import (
    Report,
    Table,
    mathtext,
    name,
    relative_error,
    shortened,
    show_change,
    show_error,
    shown_names,
)
from autograd.pictures import matplotlib_needed
from autograd.table import as_float

if TYPE_CHECKING:
    from autograd.pictures.figure import Figure

_MAX_LINES = 24  # of a table or a picture; a longer one shows its first and last
_DOUBLINGS = 8


@dataclass(frozen=True, repr=False)
class Nudge(Report):
    """What `nudge` found. It prints as two tables; `plot()` draws it.

    Attributes:
        steps: The nodes that the nudge reaches, from the variable to the output.
        growth: `(nudge, predicted, actual)` changes of the output for h, 2h, 4h, ..., 128h, as far as it has a value.
    """

    steps: tuple[NudgeStep, ...]
    growth: tuple[tuple[float, float, float], ...]

    def _title(self, variable: str) -> str:
        omitted = len(self.steps) - len(_excerpt(self.steps))
        note = f" ({omitted} variables in the middle are not shown)" if omitted else ""
        return f"nudging {variable} by {self.growth[0][0]:g}{note}"

    def tables(self) -> tuple[Table, Table]:
        """What the nudge does to each variable, and to the output as it grows."""
        head = ("variable", "value", "derivative", "predicted change", "actual change", "÷ previous")
        steps = [(shortened(step.name, 32), f"{step.value:.6g}", *_columns(step)) for step in _excerpt(self.steps)]
        growth = [(f"{h:g}", f"{p:+.6g}", f"{a:+.6g}", show_error(relative_error(p, a))) for h, p, a in self.growth]
        heading = f"the change of {shortened(self.steps[-1].name, 32)} as the nudge grows"
        return (
            Table(head, steps, caption=self._title(shortened(self.steps[0].name, 32))),
            Table(("nudge", "predicted", "actual", "relative error"), growth, caption=heading),
        )

    def plot(self) -> "Figure":
        """Draw each variable on its own number line, and the change of the output as the nudge grows.

        A ring is the value before, a dot the value after; the light tick is where the derivative predicts the dot.

        Raises:
            ImportError: if matplotlib is not installed.
        """
        rows = [(shortened(step.name, 16), step, _columns(step)) for step in _excerpt(self.steps)]
        with matplotlib_needed():
            from autograd.explanations import nudge_picture
        figure = nudge_picture.picture(self._title(mathtext(rows[0][0])), rows, self.growth)
        figure.title = self._title(rows[0][0])
        return figure


@collector_paused()  # it would search the steps for cycles
def nudge(output: Value, variable: Value | str, h: float = 0.01, *, labels_only: bool = True) -> Nudge:
    r"""Move one variable by h: what changes along the way to the output, and what did the derivatives predict?

    .. math:: \Delta v \approx \frac{\partial v}{\partial x} \, h, \qquad
        \frac{\partial v}{\partial x} = \sum_i \frac{\partial v}{\partial u_i} \frac{\partial u_i}{\partial x}
        \quad \text{over the parents } u_i \text{ of } v

    The graph itself stays as it is. When h doubles, the error of the prediction grows about fourfold.

    Args:
        output: Where the way ends.
        variable: What is moved, a node or its label: a leaf, or an inner node, which is then no longer computed from
            its parents.
        h: How far to move it.
        labels_only: Whether to leave out nodes without a label, other than the variable and the output.

    Returns:
        The steps in the order of computation, and how the prediction fails as the nudge grows.

    Raises:
        ValueError: if the output does not depend on the variable, h is 0 or moves a number out of a domain, or the
            numbers in the graph are not finite or are out of date.
        ValueError, ZeroDivisionError, OverflowError: if a derivative does not exist at the numbers in the graph.
        TypeError: if h is not one real number.

    Example:
        >>> w = Value(2.0, "w")
        >>> z = w * 3
        >>> z.label = "z"
        >>> nudge(z**2, w).steps[-1].derivative
        36.0
        >>> nudge(z**2, w)
        nudging w by 0.01
        variable  value  derivative  predicted change  actual change  ÷ previous
        w             2           1             +0.01          +0.01
        z             6           3             +0.03          +0.03           3
        z**2         36          36             +0.36        +0.3609       12.03
        <BLANKLINE>
        the change of z**2 as the nudge grows
        nudge  predicted   actual  relative error
        0.01       +0.36  +0.3609         2.5e-03
        0.02       +0.72  +0.7236         5.0e-03
        0.04       +1.44  +1.4544         9.9e-03
        0.08       +2.88  +2.9376         2.0e-02
        0.16       +5.76  +5.9904         3.8e-02
        0.32      +11.52  +12.4416         7.4e-02
        0.64      +23.04  +26.7264         1.4e-01
        1.28      +46.08  +60.8256         2.4e-01

    Reference: forward accumulation; Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
    """
    h = as_float(h, "h")
    way = _way(output, variable)
    path = way.order
    variable = path[0]
    if not math.isfinite(h) or variable.data + h == variable.data:
        raise ValueError(f"h must be finite and large enough to move {variable.data}, but got {h}.")
    slopes = _derivatives(way)
    way.check_finite()
    way.check_current()
    try:
        moved = _recompute(way, h)
    except ValueError as error:
        raise ValueError(f"With {name(variable)} nudged by {h:g}, {error} Or try a smaller h.") from None
    changes = [after - node.data for after, node in zip(moved, path, strict=True)]
    shown = [i for i, node in enumerate(path) if node.label or not labels_only or node is variable or node is output]
    names = shown_names(path)
    steps = (
        NudgeStep(path[i], names, path[i].data, slopes[i], slopes[i] * h, changes[i], changes[i] / h, step_ratio)
        for i, step_ratio in zip(shown, _step_ratios(way, shown, changes), strict=True)
    )
    return Nudge(tuple(steps), _growth(way, h, slopes[-1]))


def _way(output: Value, variable: Value | str) -> Recorded:
    """The variable, and in the order of computation every node through which it reaches the output."""
    require_values("nudge", output)
    graph = Recorded.of(output)
    variable = chosen("nudge", variable, graph.order)
    if variable.is_constant:
        raise ValueError(f"only variables can be nudged, but this is a {variable!r}.")
    way = graph.above(variable)
    if way.output is not output:
        raise ValueError(f"{name(output)} does not depend on {name(variable)}, so that a nudge changes nothing.")
    return way


def _derivatives(way: Recorded) -> list[float]:
    """∂node/∂variable for every node of the way."""
    derivatives = [*way.edges.push(way.inside, {way.order[0]: 1.0}).values()]
    if not all(map(math.isfinite, derivatives)):
        place = next(place for place, derivative in enumerate(derivatives) if not math.isfinite(derivative))
        raise ValueError(f"the derivative of {name(way.order[place])} is {derivatives[place]}, which predicts nothing.")
    return derivatives


def _recompute(way: Recorded, h: float) -> list[float]:
    """The numbers of the way when the variable is moved by h; the nodes keep theirs."""
    variable = way.order[0]
    numbers = way.replay({variable: variable.data + h})
    if not all(map(math.isfinite, numbers)):
        first = next(node for node, number in zip(way.order, numbers, strict=True) if not math.isfinite(number))
        raise ValueError(f"{name(first)} gets too large for a float.")
    return numbers


def _growth(way: Recorded, h: float, slope: float) -> tuple[tuple[float, float, float], ...]:
    rows: list[tuple[float, float, float]] = []
    for step in (h * 2**k for k in range(_DOUBLINGS)):
        try:
            rows.append((step, slope * step, _recompute(way, step)[-1] - way.output.data))
        except ValueError:
            break
    return tuple(rows)


def _step_ratios(way: Recorded, shown: list[int], changes: list[float]) -> list[float | None]:
    """The change of each shown node over that of the shown node before, where nothing goes past the latter."""
    edges = way.edges
    places = [edges.places[way.order[i]] for i in shown]
    is_chain = [True] * len(shown)
    k = 0
    for edge in way.inside:
        while edges.upper[edge] > places[k]:
            k += 1
        if edges.lower[edge] < places[k - 1]:
            is_chain[k] = False
    return [None] + [
        changes[here] / changes[before] if chain and changes[before] else None
        for (before, here), chain in zip(itertools.pairwise(shown), is_chain[1:], strict=True)
    ]


def _excerpt(steps: Sequence[NudgeStep]) -> Sequence[NudgeStep]:
    half = _MAX_LINES // 2
    return steps if len(steps) <= _MAX_LINES else (*steps[:half], *steps[-half:])


def _columns(step: NudgeStep) -> list[str]:
    """The numbers to the right of a value."""
    step_ratio = "" if step.step_ratio is None else f"{step.step_ratio or 0:.4g}"
    return [f"{step.derivative:.4g}", show_change(step.predicted), show_change(step.actual), step_ratio]
