"""The picture of the pulls: a bar for each example, and their mean."""

import math
import textwrap
from collections.abc import Sequence

from autograd.notation import mathtext, minus, plain, show_change
from autograd.pictures import NEGATIVE, POSITIVE, QUIET, SLATE
from autograd.pictures.figure import Figure, styled

_UP, _DOWN, _QUIET = POSITIVE, NEGATIVE, QUIET


@styled()
def picture(symbol: str, bars: Sequence[tuple[str, float]], note: str) -> Figure:
    """Draw what `pulls` found; see :meth:`autograd.explanations.ledger.Pulls.plot`.

    Args:
        symbol: The derivative.
        bars: The name and the length of each bar; the last one is the mean.
        note: What to say below.
    """
    names, lengths = zip(*bars, strict=True)
    places = [*range(len(bars) - 1), len(bars) - 0.5]  # the mean stands a little apart
    drawable = [length if math.isfinite(length) else 0.0 for length in lengths]
    reach = 1.5 * max(map(abs, drawable)) or 1.0  # with room for the numbers; 0 in the middle, between the arrows
    figure = Figure(figsize=(7, 1.4 + 0.28 * len(bars)))
    axes = figure.subplots()
    drawn = axes.barh(places, drawable, color=[_UP if length > 0 else _DOWN for length in drawable])
    axes.bar_label(drawn, [minus(show_change(length)) for length in lengths], padding=4, fontsize=9, color=SLATE)
    axes.axvline(0, color=_QUIET, linewidth=1)
    axes.axhline(len(bars) - 1.25, color=_QUIET, linewidth=1, linestyle=":")
    axes.set(xlim=(-reach, reach), ylim=(len(bars), -0.6), xlabel=note)
    axes.set_yticks(places, names)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    short = len(symbol) <= 40  # a long one is text that takes several lines
    title = f"pull −{mathtext(symbol) if short else plain(symbol)} of each example"
    lines = title if short else textwrap.fill(title, 70)
    figure.suptitle(lines, **({} if short else {"x": 0.02, "ha": "left"}))  # lines that begin at one place
    axes.set_title("← less of it would lower the cost", loc="left", fontsize=9, color=_DOWN)
    axes.set_title("more of it would lower the cost →", loc="right", fontsize=9, color=_UP)
    figure.title = f"pull −{symbol} of each example"
    figure.description = f"A bar for each example: {', '.join(f'{n} {show_change(length)}' for n, length in bars)}."
    return figure
