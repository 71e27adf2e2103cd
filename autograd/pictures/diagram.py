"""A picture to show in a notebook or to save in a file."""

import os
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograd.files import write_atomically
from autograd.pictures.dot import DPI, to_dot
from autograd.pictures.lettering import SMALLEST
from autograd.pictures.parts import Parts
from autograd.pictures.rendering import FORMATS, render
from autograd.pictures.scenes import fits, scene
from autograd.pictures.shapes import Scene
from autograd.pictures.svg import THEMES, to_svg
from autograd.table import as_float


@dataclass(frozen=True)
class Diagram(Parts):
    """A picture as data. A notebook shows it; `save` writes it.

    Attributes:
        nodes: The boxes, parents before children.
        edges: The arrows.
        note: The text below the picture: what it leaves out, or what is lit.
        style: What it shows.
        of: The letter of what the gradients are derivatives of; empty if it has none.
        main: The ids of the boxes on the path that runs straight through the picture.

    Example:
        >>> from autograd import Value, draw
        >>> x = Value(3.0, "x")
        >>> diagram = draw(x * x)
        >>> [node.symbol or node.label for node in diagram.nodes]
        ['x', '×']
        >>> len(diagram.edges)
        2
    """

    @cached_property
    def scene(self) -> Scene:
        """The picture laid out: its shapes, each at its place."""
        return scene(self)

    @property
    def size(self) -> tuple[float, float]:
        """The width and the height, in points."""
        return self.scene.width * self.scale, self.scene.height * self.scale

    @property
    def fits(self) -> bool:
        """Whether it fits a page, 750 x 900 points."""
        return fits(self.scene, self.style.type_size)

    @property
    def is_as_wished(self) -> bool:
        """Whether it fits a page, and its arrows point where they should: to the right, if the style does not say."""
        return self.fits and self.scene.direction == (self.style.direction or "right")

    @property
    def scale(self) -> float:
        """How much larger it is shown than it is laid out, for the type to have its size."""
        return self.style.type_size / SMALLEST

    @property
    def description(self) -> str:
        """What it shows, in a sentence or two, for those who do not see it."""
        return self.scene.description

    def to_svg(self, *, theme: str = "auto") -> str:
        """The picture as SVG.

        Args:
            theme: "light" or "dark"; or "auto", for as the reader's system has it.

        Raises:
            ValueError: if the theme is none of these.
        """
        return to_svg(self.scene, theme=_theme(theme, THEMES), scale=self.scale)

    def to_dot(self, *, theme: str = "light") -> str:
        """The picture as text in Graphviz's DOT language, with a place for everything in it.

        Args:
            theme: "light" or "dark".

        Raises:
            ValueError: if the theme is none of these.
        """
        return to_dot(self.scene, theme=_theme(theme, THEMES[1:]), scale=self.scale)

    def render(self, picture_format: str, *, theme: str | None = None, dpi: float = DPI) -> bytes:
        """The picture as the bytes of an SVG, PNG or PDF file.

        Args:
            picture_format: "svg", "png" or "pdf".
            theme: "light" or "dark". By default an SVG is as the reader's system has it, and others are light.
            dpi: The resolution of a PNG, in pixels per inch.

        Raises:
            ValueError: if the format or the theme is none of these, or the resolution is impossible.
            RenderingError: if Graphviz, which an SVG does not need, is missing, or fails.
        """
        if picture_format not in FORMATS:
            raise ValueError(f"a picture is one of {', '.join(FORMATS)}, but got {picture_format!r}.")
        resolution = as_float(dpi, "dpi")
        if not 1 <= resolution <= 2400:
            raise ValueError(f"dpi must be a number from 1 to 2400, but got {dpi!r:.60}.")
        if picture_format == "svg":
            return self.to_svg(theme="auto" if theme is None else theme).encode()
        theme = _theme("light" if theme is None else theme, THEMES[1:])
        return render(to_dot(self.scene, theme=theme, scale=self.scale, dpi=resolution), picture_format)

    def save(self, path: str | os.PathLike[str], *, theme: str | None = None, dpi: float = DPI) -> pathlib.Path:
        """Write the picture to a file, in the format of its suffix: .svg, .png, .pdf or .dot.

        Args:
            path: The file.
            theme: "light" or "dark". By default an SVG is as the reader's system has it, and others are light.
            dpi: The resolution of a PNG, in pixels per inch.

        Raises:
            ValueError: if the suffix is none of these.
            RenderingError: if Graphviz is missing, or fails (.svg and .dot need none).
            OSError: if the file cannot be written.
        """
        path = pathlib.Path(path)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in (*FORMATS, "dot"):
            raise ValueError(f"a picture is saved as .svg, .png, .pdf or .dot, but the path is {str(path)!r}.")
        if suffix == "dot":
            return write_atomically(path, self.to_dot(theme="light" if theme is None else theme).encode())
        return write_atomically(path, self.render(suffix, theme=theme, dpi=dpi))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}
        except Exception as error:  # a notebook would show a traceback in place of a picture
            return {"text/plain": str(error)}

    def __repr__(self) -> str:
        note = f"; {self.note}" if self.note else ""
        return f"<Diagram of {len(self.nodes)} nodes and {len(self.edges)} edges{note}>"


def _theme(theme: str, known: Sequence[str]) -> str:
    if theme not in known:
        raise ValueError(f"unknown theme {theme!r:.60}; choose one of {', '.join(known)}.")
    return theme
