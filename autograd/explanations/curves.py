"""The curves of a function of one variable and its derivatives."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.derivatives import taylor
from autograd.pictures import matplotlib_needed
from autograd.table import as_float

if TYPE_CHECKING:
    from autograd.pictures.figure import Figure


def plot_derivatives(
    f: Callable[[Any], Any], start: float = -3.0, stop: float = 3.0, order: int = 2, name: str = ""
) -> "Figure":
    """Draw a function of one variable and its derivatives over an interval, each by its Taylor coefficients.

    Args:
        f: Takes one number, as a series, and returns one. A row of the table will do.
        start: The left end of the interval.
        stop: The right end.
        order: The highest derivative.
        name: What the function is called; by default its own name.

    Raises:
        ImportError: if matplotlib is not installed.
        ValueError: if the interval is empty or the order negative.

    Example:
        >>> from autograd import tanh
        >>> figure = plot_derivatives(tanh)
        >>> [line.get_label() for line in figure.axes[0].get_lines()][:3]
        ['tanh', "tanh'", "tanh''"]
    """
    start, stop = as_float(start, "start"), as_float(stop, "stop")
    if not (math.isfinite(stop - start) and start < stop and order >= 0):
        raise ValueError(f"an interval with start < stop and an order >= 0 are needed; got {start}, {stop}, {order}.")

    def coefficients(x: float) -> list[float]:
        try:
            return taylor(f, x, order)
        except (ValueError, ArithmeticError):  # the curve has a gap there
            return [math.nan] * (order + 1)

    called = name or getattr(f, "name", "") or getattr(f, "__name__", "f")
    called = "f" if called == "<lambda>" else called
    with matplotlib_needed():
        from autograd.explanations import curves_picture
    return curves_picture.picture(called, coefficients, start, stop, order)
