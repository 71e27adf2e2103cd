"""A picture as data, which tests can read and Graphviz can draw: boxes, arrows, and frames round some of the boxes."""

import os
import pathlib
from dataclasses import dataclass
from typing import Any

from autograd.dot import room_for, to_dot
from autograd.files import write_atomically
from autograd.rendering import FORMATS, fitting, render


@dataclass(frozen=True)
class DiagramNode:
    """A box of the picture.

    Attributes:
        id: What edges refer to it by, and its id in the SVG.
        kind: A row of `KINDS`: what it is, which says how it looks.
        symbol: The operation's symbol; empty for a leaf.
        label: The name; empty if there is none.
        data: The number; `None` where there is not just one.
        grad: ∂output/∂node; `None` before a backward pass, and where there is none.
        lit: Whether a path that is shown leads through it.
        group: The id of the frame that it stands in; empty if in none.
        text: What else there is to say, such as what a collapsed layer consists of.
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
        derivative: ∂target/∂source; `None` where there is none, for a constant say.
        lit: Whether a path that is shown leads along it.
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
    """A frame round the boxes of a neuron or a layer.

    Attributes:
        id: What nodes refer to it by.
        title: What stands on it.
        name: Its whole name, by which it can be collapsed.
        parent: The id of the frame that it stands in; empty if in none.
    """

    id: str
    title: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class Style:
    """What a picture shows beside operations, labels and numbers.

    Attributes:
        gradients: Whether each box has the gradient ∂output/∂node.
        derivatives: Whether each arrow has the local derivative ∂target/∂source.
        signs: Whether parameters, and the arrows into collapsed neurons, which are their weights, are colored by sign
            and size, and borders are the thicker the larger the gradient is.
        steady: The width, in points, that boxes keep free for their numbers, so that pictures can follow each other.
    """

    gradients: bool = False
    derivatives: bool = False
    signs: bool = False
    steady: float = 0


STYLES = {
    "values": Style(),
    "gradients": Style(gradients=True),
    "derivatives": Style(derivatives=True),
    "everything": Style(gradients=True, derivatives=True),
    "weights": Style(gradients=True, signs=True),
    "steps": Style(gradients=True, derivatives=True, steady=room_for([-8.888e-108])),
}


@dataclass(frozen=True)
class Diagram:
    """A picture as data. A notebook shows it; `save` writes it.

    Attributes:
        nodes: The boxes, parents before children.
        edges: The arrows.
        groups: The frames, outer before inner.
        note: What stands below the picture: what it leaves out, or what is lit.
        style: What it shows.

    Example:
        >>> from autograd import Value, draw
        >>> x = Value(3.0, "x")
        >>> diagram = draw(x * x)
        >>> [node.symbol or node.label for node in diagram.nodes]
        ['x', '*']
        >>> len(diagram.edges)
        2
    """

    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]
    groups: tuple[DiagramGroup, ...] = ()
    note: str = ""
    style: Style = STYLES["gradients"]

    def to_dot(self) -> str:
        """The picture as text in Graphviz's DOT language."""
        return to_dot(self)

    def render(self, picture_format: str) -> bytes:
        """The picture as the bytes of an SVG, PNG or PDF file.

        Args:
            picture_format: "svg", "png" or "pdf".

        Raises:
            ValueError: if the format is none of these.
            RenderingError: if no Graphviz can be found.
        """
        if picture_format not in FORMATS:
            raise ValueError(f"a picture is one of {', '.join(FORMATS)}, but got {picture_format!r}.")
        return render(self.to_dot(), picture_format)

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the picture to a file: its suffix, .svg, .png, .pdf or .dot, says as what.

        Raises:
            ValueError: if the suffix is none of these.
            RenderingError: if no Graphviz can be found (.dot needs none).
            OSError: if the file cannot be written.
        """
        path = pathlib.Path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in (*FORMATS, "dot"):
            raise ValueError(f"a picture is saved as .svg, .png, .pdf or .dot, but the path is {str(path)!r}.")
        content = self.to_dot().encode() if suffix == "dot" else self.render(suffix)
        return write_atomically(path, content)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return {"image/svg+xml": fitting(self.render("svg").decode()), "text/plain": repr(self)}
        except Exception as error:  # a notebook would show a traceback in place of a picture
            return {"text/plain": str(error)}

    def __repr__(self) -> str:
        note = f"; {self.note}" if self.note else ""
        return f"<Diagram of {len(self.nodes)} nodes and {len(self.edges)} edges{note}>"
