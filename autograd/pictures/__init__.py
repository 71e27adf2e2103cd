"""Graphs as pictures: what is shown, as data; and how that is drawn."""

from autograd.pictures.animation import Animation
from autograd.pictures.diagram import Diagram
from autograd.pictures.drawing import draw
from autograd.pictures.fitting import MAX_NODES
from autograd.pictures.parts import STYLES, DiagramEdge, DiagramNode, Style, room_for
from autograd.pictures.plotting import (
    BLUE,
    INK,
    LIT,
    NEGATIVE,
    ORANGE,
    POSITIVE,
    QUIET,
    SLATE,
    TARGET,
    TEAL,
    matplotlib_needed,
    use_plot_style,
)
from autograd.pictures.rendering import RenderingError, use_renderer

__all__ = [
    "BLUE",
    "INK",
    "LIT",
    "MAX_NODES",
    "NEGATIVE",
    "ORANGE",
    "POSITIVE",
    "QUIET",
    "SLATE",
    "STYLES",
    "TARGET",
    "TEAL",
    "Animation",
    "Diagram",
    "DiagramEdge",
    "DiagramNode",
    "RenderingError",
    "Style",
    "draw",
    "matplotlib_needed",
    "room_for",
    "use_plot_style",
    "use_renderer",
]
