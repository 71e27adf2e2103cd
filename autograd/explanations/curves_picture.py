"""The picture of a function of one variable and its derivatives."""

import itertools
import math
from collections.abc import Callable
from typing import Any

from autograd.pictures.figure import Figure

_POINTS = 400
_COLORS = ("#0f172a", "#2563eb", "#f59e0b", "#16a34a", "#dc2626", "#7c3aed")


def picture(name: str, coefficients: Callable[[float], list[float]], start: float, stop: float, order: int) -> Figure:
    """Draw a function and its derivatives; see :func:`autograd.explanations.plot_derivatives`.

    Args:
        name: What the function is called.
        coefficients: The Taylor coefficients at a point; nan where there are none.
        start: The left end.
        stop: The right end.
        order: The highest derivative.
    """
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes: Any = figure.subplots()
    xs = [start + (stop - start) * i / (_POINTS - 1) for i in range(_POINTS)]
    columns = zip(*map(coefficients, xs), strict=True)
    for k, (column, color) in enumerate(zip(columns, itertools.cycle(_COLORS), strict=False)):
        mark = "'" * k if k < 4 else f"({k})"
        label = f"{name}{mark}"
        axes.plot(
            xs, [c * math.factorial(k) for c in column], color=color, linewidth=2.4 if k == 0 else 1.6, label=label
        )
    axes.axhline(0.0, color="#94a3b8", linewidth=0.8, zorder=0)
    axes.set(xlabel="x", xlim=(start, stop), title=f"{name} and its first {order} derivatives" if order > 1 else name)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    return figure
