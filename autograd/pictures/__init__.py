"""Graphs as pictures: what is shown, as data; and how that is drawn."""

from autograd.pictures.animation import Animation
from autograd.pictures.diagram import Diagram
from autograd.pictures.drawing import draw
from autograd.pictures.fitting import MAX_NODES
from autograd.pictures.legend import equations
from autograd.pictures.parts import DIRECTIONS, STYLES, DiagramEdge, DiagramNode, Style, room_for
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
from autograd.pictures.roles import LEAVES, roles_of
from autograd.pictures.shapes import Curve, Piece, Point, Rectangle, Shape, Text, extent, moved
from autograd.pictures.svg import Span, spans, stylesheet
from autograd.pictures.traced import Traced, TracedArrow, TracedBox, traced_levels

__all__ = [
    "BLUE",
    "DIRECTIONS",
    "INK",
    "LEAVES",
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
    "Curve",
    "Diagram",
    "DiagramEdge",
    "DiagramNode",
    "Piece",
    "Point",
    "Rectangle",
    "RenderingError",
    "Shape",
    "Span",
    "Style",
    "Text",
    "Traced",
    "TracedArrow",
    "TracedBox",
    "draw",
    "equations",
    "extent",
    "matplotlib_needed",
    "moved",
    "roles_of",
    "room_for",
    "spans",
    "stylesheet",
    "traced_levels",
    "use_plot_style",
    "use_renderer",
]
