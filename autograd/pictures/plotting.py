"""What the pictures drawn by matplotlib share: colors and type. Matplotlib is imported only when one is drawn."""

from contextlib import AbstractContextManager
from typing import Any

from autograd.optional import needed

POSITIVE, NEGATIVE, TARGET = "#1d6fd1", "#c2410c", "#7c3aed"  # blue, orange and violet: colorblind-safe, texts too
# For lines, also thin ones: these stand out from a white ground and from a dark one, by 3:1 at least.
BLUE, ORANGE, TEAL, QUIET, LIT = "#2f7de1", "#d9581c", "#0d8c8c", "#737f90", "#e11d74"
INK, SLATE, AXIS, GRID = "#0f172a", "#475569", "#94a3b8", "#e2e8f0"  # titles, labels, axes, and the lines behind all

# Fonts differ from machine to machine. So texts are measured in the one font that comes with matplotlib; it is wider
# than those in which a browser shows them, so they fit.
STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "mathtext.fontset": "dejavusans",
    "text.color": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "figure.titlesize": 11,
    "axes.labelcolor": SLATE,
    "axes.labelsize": 10,
    "axes.edgecolor": AXIS,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.prop_cycle": f"cycler('color', {[BLUE, ORANGE, QUIET, TEAL]})",
    "axes.formatter.use_locale": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "grid.alpha": 1.0,
    **{f"{axis}tick.{part}": value for axis in "xy" for part, value in (("color", AXIS), ("labelcolor", SLATE))},
    **{f"{axis}tick.{part}": value for axis in "xy" for part, value in (("labelsize", 9), ("major.size", 3))},
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.labelcolor": SLATE,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
    "patch.edgecolor": AXIS,
    "figure.constrained_layout.use": True,
    "image.interpolation": "none",  # an SVG has the pixels as they are, and each stays a sharp square
    "svg.fonttype": "none",  # real text
    "svg.hashsalt": "scalar-autograd",
}


def matplotlib_needed() -> AbstractContextManager[None]:
    """Import a module that draws inside this block: if matplotlib is missing, the error says how to get it.

    Example:
        >>> with matplotlib_needed():
        ...     from autograd.pictures.figure import Figure
    """
    return needed("matplotlib", "the picture needs matplotlib: pip install matplotlib")


def use_plot_style() -> None:
    """From now on, pyplot draws in the style of this library, and a notebook shows its figures as SVG, dark ones too.

    Call it once, at the top of a notebook. It changes `matplotlib.rcParams`.

    A text or a line keeps its color on a dark screen, unless that is one of this style or the line is black. So write
    on a painted ground in "black" or "white", and elsewhere in the color that is the default.

    Raises:
        ImportError: if matplotlib is not installed.

    Example:
        >>> use_plot_style()  # doctest: +SKIP
    """
    with matplotlib_needed():
        import matplotlib
    hook = "autograd.pictures.figure:Figure.adopt"
    others = [other for other in matplotlib.rcParams["figure.hooks"] if other != hook]
    matplotlib.rcParams.update(STYLE | {"figure.hooks": [*others, hook]})
