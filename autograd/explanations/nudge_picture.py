"""The picture of a nudge: each variable on its own number line, and how the prediction fails as the nudge grows."""

import math
from collections.abc import Sequence
from typing import Any

from autograd.explanations.nudged import NudgeStep
from autograd.notation import mathtext, minus, show_number
from autograd.pictures import BLUE, ORANGE, QUIET, SLATE
from autograd.pictures.figure import Figure, styled

_ACTUAL, _PREDICTED, _QUIET = BLUE, ORANGE, QUIET


@styled()
def picture(
    title: str,
    rows: Sequence[tuple[str, NudgeStep, list[str]]],
    growth: Sequence[tuple[float, float, float]],
) -> Figure:
    """Draw what `nudge` found; see :meth:`autograd.explanations.nudges.Nudge.plot`.

    Args:
        title: What was nudged, as matplotlib shows it.
        rows: The name of each variable, what the nudge does to it, and the numbers to show beside it.
        growth: Nudges of the first variable, with the predicted and the actual change of the last one.
    """
    height = 0.5 * (len(rows) + 2)
    figure = Figure(figsize=(8, height + 2.6))
    lines, panel = figure.subplots(2, 1, height_ratios=(height, 2.6))
    lines.set(xlim=(0, 1), ylim=(len(rows) - 0.4, -2.2))
    lines.set_axis_off()
    lines.text(0, -1.8, title, fontsize=11, va="center")
    for row, (name, step, cells) in enumerate(rows):
        lines.text(0, row, mathtext(name), fontsize=11, va="center")
        for x, cell in zip(_COLUMNS, cells, strict=True):
            lines.text(x, row, minus(cell), fontsize=9, va="center", ha="right")
        _draw_line(lines, row, step)
    _draw_heading(lines)
    _draw_growth(panel, rows[0][0], rows[-1][0], growth)
    changes = ", ".join(f"{name} changes by {cells[2]}" for name, _, cells in rows)
    figure.description = f"{changes}. Below, the predicted and the actual change of {rows[-1][0]} as the nudge grows."
    return figure


def _draw_growth(axes: Any, variable: str, output: str, growth: Sequence[tuple[float, float, float]]) -> None:
    nudges, predicted, actual = zip((0.0, 0.0, 0.0), *growth, strict=True)
    axes.plot(nudges, predicted, "-", color=_PREDICTED, linewidth=2, label="predicted by the derivative")
    axes.plot(nudges, actual, "o-", color=_ACTUAL, markersize=4, label="actual")
    axes.set(xlabel=f"nudge of {mathtext(variable)}", ylabel=f"change of {mathtext(output)}")
    axes.grid()
    axes.legend()


# Places across the picture, which is one unit wide: of the number lines, and of the right ends of the columns.
_MIDDLE, _LENGTH = 0.36, 0.3
_COLUMNS = (0.63, 0.76, 0.89, 1.0)


def _draw_heading(axes: Any) -> None:
    axes.text(_MIDDLE, -1.2, "each line to its own scale", **_cell("center"))
    axes.text(_MIDDLE, -0.8, "○ before → ● after, | predicted", **_cell("center"))
    for x, text in zip(_COLUMNS, ("derivative", "predicted", "actual", "÷ previous"), strict=True):
        axes.text(x, -0.8, text, **_cell("right"))


def _draw_line(axes: Any, row: int, step: NudgeStep) -> None:
    """One variable's number line, with its two values and the predicted one."""
    ends = min(0.0, step.predicted, step.actual), max(0.0, step.predicted, step.actual)
    width = (ends[1] - ends[0]) or 1.0
    # The changes take up a third of the line; the rest is for the numbers at both sides.
    before, predicted, after = (
        _MIDDLE + _LENGTH / 3 * (change - sum(ends) / 2) / width for change in (0.0, step.predicted, step.actual)
    )
    axes.plot([_MIDDLE - _LENGTH / 2, _MIDDLE + _LENGTH / 2], [row, row], color=_QUIET, linewidth=1, zorder=1)
    axes.plot([predicted, predicted], [row - 0.32, row], color=_PREDICTED, linewidth=2, zorder=2)
    arrow = {"arrowstyle": "-|>", "color": _ACTUAL, "shrinkA": 0, "shrinkB": 2, "linewidth": 1.5}
    axes.annotate("", (after, row), (before, row), arrowprops=arrow, zorder=3)
    axes.plot(before, row, "o", color=_ACTUAL, markerfacecolor="white", markersize=7, zorder=4)
    axes.plot(after, row, "o", color=_ACTUAL, markersize=5, zorder=5)
    _draw_numbers(axes, row, step, before, after)


def _draw_numbers(axes: Any, row: int, step: NudgeStep, before: float, after: float) -> None:
    """The value before and after, under their dots, with as many digits as it takes to tell them apart."""
    if not step.actual:
        axes.text(before, row + 0.33, minus(show_number(step.value)), **_cell("center"))
        return
    moved = step.value + step.actual
    digits = math.ceil(math.log10(max(abs(step.value), abs(moved)) / abs(step.actual))) + 2
    for x, number, on_left in ((before, step.value, step.actual > 0), (after, moved, step.actual < 0)):
        text = show_number(number, min(12, max(4, digits)))
        axes.text(x, row + 0.33, minus(text), **_cell("right" if on_left else "left"))


def _cell(side: str) -> dict[str, Any]:
    return {"ha": side, "va": "center", "fontsize": 8.5, "color": SLATE}
