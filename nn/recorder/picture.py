"""The still picture of a recorded run: its loss and its accuracy, epoch by epoch, as a small SVG."""

import base64
import html
import math
from collections.abc import Sequence
from typing import NamedTuple

from autograd.notation import minus, show_number
from nn.training import Epoch

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT = 640, 190
_LEFT, _TOP, _PANEL, _BASE = 58, 30, 252, 156
_STYLE = (
    "text{font:12px Helvetica,Arial,'Liberation Sans',sans-serif;fill:#475569}.title{font-weight:bold;fill:#0f172a}"
    "path{fill:none;stroke-width:1.8}.axis{stroke:#94a3b8;stroke-width:1}.a{stroke:#2f7de1}"
    ".b{stroke:#d9581c;stroke-dasharray:6 3}"
    "@media(prefers-color-scheme:dark){text{fill:#a8b3c4}.title{fill:#f1f5f9}}"
)


class Panel(NamedTuple):
    """One plot of the picture: a title, and a line for each run."""

    title: str
    lines: Sequence[Points]


def curves(runs: Sequence[Sequence[Epoch]], title: str, names: Sequence[str] = ()) -> str:
    """The loss of one run or two, and the accuracy where there is one.

    Args:
        runs: What was measured in each.
        title: What the picture is called, for those who do not see it.
        names: What the lines of two runs are called; they have room for some 30 letters each.
    """
    panels = [Panel("Loss", [[(epoch.number, epoch.loss) for epoch in epochs] for epochs in runs])]
    if any(epoch.accuracy is not None for epochs in runs for epoch in epochs):
        shares = [[(each.number, each.accuracy) for each in epochs if each.accuracy is not None] for epochs in runs]
        panels.append(Panel("Accuracy", shares))
    drawn = "".join(_panel(panel, _LEFT + place * (_PANEL + 64)) for place, panel in enumerate(panels))
    for place, (kind, each) in enumerate(zip("ab", names, strict=False)):
        left = _LEFT + place * (_PANEL + 64)
        drawn += f'<path class="{kind}" d="M{left} 194h30"/><text x="{left + 38}" y="198">{html.escape(each)}</text>'
    height = HEIGHT + 20 * bool(names)
    name = html.escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}"><title>{name}</title><style>{_STYLE}</style>{drawn}</svg>'
    )


def as_image(svg: str, title: str) -> str:
    """An SVG as an image in HTML, which a notebook shows even if it does not trust what it shows."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{html.escape(title)}" src="data:image/svg+xml;base64,{data}" style="max-width:100%">'


def _panel(panel: Panel, left: float) -> str:
    points = [point for line in panel.lines for point in line if math.isfinite(point[1])]
    if not points:
        return ""
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    ys = [0.0, 1.0] if panel.title == "Accuracy" else [0.0, *(y for _, y in points)]
    low, high = min(ys), max(ys)
    high = high if high > low else low + 1.0
    wide, height = (last - first) or 1.0, _BASE - _TOP

    def place(x: float, y: float) -> str:
        share = (y / 2 - low / 2) / (high / 2 - low / 2)  # of a loss that may be as large as a float
        return f"{left + (x - first) / wide * _PANEL:.1f} {_BASE - share * height:.1f}"

    lines = "".join(
        f'<path class="{kind}" d="M{"L".join(place(x, y) for x, y in line if math.isfinite(y))}"/>'
        for kind, line in zip("ab", panel.lines, strict=False)
        if any(math.isfinite(y) for _, y in line)
    )
    y_low, y_high = ("0%", "100%") if panel.title == "Accuracy" else (_short(low), _short(high))
    right = left + _PANEL
    return (
        f'<text class="title" x="{left}" y="18">{panel.title}</text>'
        f'<path class="axis" d="M{left} {_TOP}V{_BASE}H{right}"/>{lines}'
        f'<text x="{left - 6}" y="{_TOP + 8}" text-anchor="end">{y_high}</text>'
        f'<text x="{left - 6}" y="{_BASE}" text-anchor="end">{y_low}</text>'
        f'<text x="{left}" y="{_BASE + 18}">{first:.0f}</text>'
        f'<text x="{right}" y="{_BASE + 18}" text-anchor="end">epoch {last:.0f}</text>'
    )


def _short(number: float) -> str:
    return minus(show_number(number, 3))
