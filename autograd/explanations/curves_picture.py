"""The picture of a function of one variable and its derivatives."""

import itertools
import math
from collections.abc import Callable
from typing import Any

from autograd.notation import plain
from autograd.pictures import BLUE, INK, ORANGE, QUIET, TEAL
from autograd.pictures.figure import Figure, styled

_POINTS = 400
_COLORS = (INK, BLUE, ORANGE, TEAL)


@styled()
def picture(name: str, coefficients: Callable[[float], list[float]], start: float, stop: float, order: int) -> Figure:
    """Draw a function and its derivatives; see :func:`autograd.explanations.plot_derivatives`.

    Args:
        name: What the function is called.
        coefficients: The Taylor coefficients at a point; nan where there are none.
        start: The left end.
        stop: The right end.
        order: The highest derivative.
    """
    figure = Figure(figsize=(6.5, 3.8))
    axes: Any = figure.subplots()
    xs = [start + (stop - start) * i / (_POINTS - 1) for i in range(_POINTS)]
    columns = zip(*map(coefficients, xs), strict=True)
    for k, (column, color) in enumerate(zip(columns, itertools.cycle(_COLORS), strict=False)):
        mark = "'" * k if k < 4 else f"({k})"
        label = f"{plain(name)}{mark}"
        look = {"color": color, "linestyle": "-" if k < 3 else "--", "linewidth": 2.4 if k == 0 else 1.6}
        axes.plot(xs, [c * math.factorial(k) for c in column], label=label, **look)
    axes.axhline(0.0, color=QUIET, linewidth=0.8, zorder=0)
    title = f"{name} and its first {order} derivatives" if order > 1 else name
    axes.set(xlabel="x", xlim=(start, stop), title=plain(title))
    axes.grid()
    axes.legend()
    figure.description = f"Curves of {title}, over x from {start:g} to {stop:g}."
    return figure
