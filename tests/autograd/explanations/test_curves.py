import math
from typing import Any

import numpy as np
import pytest

from autograd import (
    log,
    plot_derivatives,
    tanh,
)
from autograd.table.registry import TABLE


def curves(figure: Any) -> dict[str, tuple[Any, Any]]:
    (axes,) = figure.axes
    return {line.get_label(): line.get_data() for line in axes.get_lines() if not line.get_label().startswith("_")}


def test_plotted_curves_equal_closed_forms() -> None:
    found = curves(plot_derivatives(tanh, -2.0, 3.0, order=3))
    y = np.tanh(found["tanh"][0])
    slope = 1 - y**2
    exact = {"tanh": y, "tanh'": slope, "tanh''": -2 * y * slope, "tanh'''": slope * (6 * y**2 - 2)}
    assert list(found) == list(exact)
    for name, (xs, ys) in found.items():
        assert (xs[0], xs[-1]) == (-2.0, 3.0)
        assert np.max(np.abs(ys - exact[name])) < 1e-13
    assert len({line.get_color() for line in plot_derivatives(tanh, order=3).axes[0].get_lines()}) == 5


def test_a_picture_has_a_gap_where_there_is_no_value() -> None:
    figure = plot_derivatives(lambda x: log(x), -1.0, 1.0, order=5, name="log")
    found = curves(figure)
    assert list(found) == ["log", "log'", "log''", "log'''", "log(4)", "log(5)"]
    assert figure.axes[0].get_title() == "log and its first 5 derivatives"
    for order, (xs, ys) in enumerate(found.values()):
        assert np.array_equal(np.isnan(ys), xs <= 0)
        right = xs[xs > 0]
        sign_and_size = (-1.0) ** (order - 1) * math.factorial(max(order - 1, 0))
        exact = sign_and_size / right**order if order else np.log(right)
        assert ys[xs > 0] == pytest.approx(exact, rel=1e-12)


def test_names_of_functions() -> None:
    def square(x: Any) -> Any:
        return x * x

    for f, name in ((square, "square"), (TABLE["sin"], "sin"), (lambda x: x, "f")):
        assert list(curves(plot_derivatives(f, order=1))) == [name, f"{name}'"]
    assert list(curves(plot_derivatives(square, order=0, name="q"))) == ["q"]


@pytest.mark.parametrize(
    ("start", "stop", "order"), [(1.0, 1.0, 2), (1.0, -1.0, 2), (0.0, math.inf, 2), (math.nan, 1.0, 2), (0.0, 1.0, -1)]
)
def test_what_cannot_be_plotted(start: float, stop: float, order: int) -> None:
    with pytest.raises(ValueError, match="an interval with start < stop and an order >= 0 are needed; got"):
        plot_derivatives(tanh, start, stop, order)


@pytest.mark.usefixtures("without_matplotlib")
def test_without_matplotlib_the_error_says_what_to_install() -> None:
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        plot_derivatives(tanh)
