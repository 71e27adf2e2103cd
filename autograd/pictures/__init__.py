"""Graphs as pictures: what is shown, as data; and how that is drawn."""

from autograd.pictures.animation import Animation
from autograd.pictures.diagram import Diagram
from autograd.pictures.drawing import MAX_NODES, draw
from autograd.pictures.parts import STYLES, DiagramEdge, DiagramGroup, DiagramNode, Style, room_for
from autograd.pictures.plotting import NEGATIVE, POSITIVE, QUIET, matplotlib_needed
from autograd.pictures.rendering import RenderingError

__all__ = [
    "MAX_NODES",
    "NEGATIVE",
    "POSITIVE",
    "QUIET",
    "STYLES",
    "Animation",
    "Diagram",
    "DiagramEdge",
    "DiagramGroup",
    "DiagramNode",
    "RenderingError",
    "Style",
    "draw",
    "matplotlib_needed",
    "room_for",
]
