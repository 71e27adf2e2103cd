"""A picture to show in a notebook or to save in a file."""

import os
import pathlib
from dataclasses import dataclass
from typing import Any

from autograd.files import write_atomically
from autograd.pictures.dot import to_dot
from autograd.pictures.parts import Parts
from autograd.pictures.rendering import FORMATS, fitting, render


@dataclass(frozen=True)
class Diagram(Parts):
    """A picture as data. A notebook shows it; `save` writes it.

    Attributes:
        nodes: The boxes, parents before children.
        edges: The arrows.
        groups: The frames, outer before inner.
        note: The text below the picture: what it leaves out, or what is lit.
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

    def to_dot(self) -> str:
        """The picture as text in Graphviz's DOT language."""
        return to_dot(self)

    def render(self, picture_format: str) -> bytes:
        """The picture as the bytes of an SVG, PNG or PDF file.

        Args:
            picture_format: "svg", "png" or "pdf".

        Raises:
            ValueError: if the format is none of these.
            RenderingError: if Graphviz is missing, or fails.
        """
        if picture_format not in FORMATS:
            raise ValueError(f"a picture is one of {', '.join(FORMATS)}, but got {picture_format!r}.")
        return render(self.to_dot(), picture_format)

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the picture to a file, in the format of its suffix: .svg, .png, .pdf or .dot.

        Raises:
            ValueError: if the suffix is none of these.
            RenderingError: if Graphviz is missing, or fails (.dot needs none).
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
