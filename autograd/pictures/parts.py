"""A picture as data, which tests can read and a writer can draw: boxes, arrows, frames, and what a style shows."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from autograd.notation import show_number

DIGITS = 4  # of a number in a box or on an arrow
# How wide letters are in points: in DejaVu Sans, since a reader's font is hardly ever wider. No other one is above 7.
_POINTS = {"-": 4.0, ".": 3.5, "+": 9.3}


@dataclass(frozen=True)
class DiagramNode:
    """A box of the picture.

    Attributes:
        id: The id that edges refer to, also in the SVG.
        kind: What it is, a key of `KINDS`, which says how it looks.
        symbol: The operation's symbol; empty for a leaf.
        label: The name; empty if there is none.
        data: The number; `None` if there is not just one.
        grad: ∂output/∂node; `None` before a backward pass, and where there is none.
        lit: Whether a highlighted path leads through it.
        group: The id of the frame around it; empty if there is none.
        text: Other text, such as what a collapsed layer consists of.
    """

    id: str
    kind: str
    symbol: str = ""
    label: str = ""
    data: float | None = None
    grad: float | None = None
    lit: bool = False
    group: str = ""
    text: str = ""


@dataclass(frozen=True)
class DiagramEdge:
    """An arrow from a parent to the node that was computed from it; `x * x` has two.

    Attributes:
        source: The id of the parent.
        target: The id of the node.
        operand: "1st" or "2nd" where it matters which operand the parent is, as in x - y.
        derivative: ∂target/∂source; `None` where there is none, as for a constant.
        lit: Whether a highlighted path leads along it.
        count: How many edges of the graph it stands for, to or from a collapsed neuron or layer.
    """

    source: str
    target: str
    operand: str = ""
    derivative: float | None = None
    lit: bool = False
    count: int = 1


@dataclass(frozen=True)
class DiagramGroup:
    """A frame around the boxes of a neuron or a layer.

    Attributes:
        id: The id that nodes refer to.
        title: The text on it.
        name: Its full name, by which it can be collapsed.
        parent: The id of the frame around it; empty if there is none.
    """

    id: str
    title: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class Style:
    """What a picture shows besides operations, labels and numbers.

    Attributes:
        gradients: Whether each box has the gradient ∂output/∂node.
        derivatives: Whether each arrow has the local derivative ∂target/∂source.
        signs: Whether parameters, and the arrows into collapsed neurons, which are their weights, are colored by sign
            and size, and larger gradients give thicker borders.
        steady: The width, in points, that boxes keep free for their numbers, so that the frames of an animation match.
        direction: Where the arrows point: "right" or "down".
        digits: How many digits of a number are shown.
    """

    gradients: bool = False
    derivatives: bool = False
    signs: bool = False
    steady: float = 0
    direction: str = "right"
    digits: int = DIGITS


def room_for(gradients: Iterable[float]) -> float:
    """The width of a box, in points, into which each of some gradients fits, and the dash in its place.

    Example:
        >>> room_for([0.5, -2.0]) < room_for([0.12345])
        True
    """
    texts = ["–", *(show_number(gradient, DIGITS) for gradient in gradients)]
    return math.ceil(31 + max(sum(_POINTS.get(letter, 7.0) for letter in text) for text in texts))  # 31 for "grad "


DIRECTIONS = {"right": "LR", "down": "TB"}  # and what Graphviz calls them
STYLES = {
    "values": Style(),
    "gradients": Style(gradients=True),
    "derivatives": Style(derivatives=True),
    "everything": Style(gradients=True, derivatives=True),
    "weights": Style(gradients=True, signs=True),
    "steps": Style(gradients=True, derivatives=True, steady=room_for([-8.888e-108])),
}


@dataclass(frozen=True)
class Parts:
    """All parts of a picture.

    Attributes:
        nodes: The boxes, parents before children.
        edges: The arrows.
        groups: The frames, outer before inner.
        note: The text below the picture: what it leaves out, or what is lit.
        style: What it shows.
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    groups: tuple[DiagramGroup, ...] = ()
    note: str = ""
    style: Style = STYLES["gradients"]
