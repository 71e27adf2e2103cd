"""A sequence of pictures as one SVG file, which plays in a browser, a notebook or a web page."""

import os
import pathlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.files import write_atomically
from autograd.pictures.diagram import Diagram
from autograd.pictures.rendering import fitting

_SIZE = re.compile(r'<svg width="[^"]*" height="[^"]*"\s+viewBox="[\d.]+ [\d.]+ (?P<width>[\d.]+) (?P<height>[\d.]+)"')


@dataclass(frozen=True)
class Animation:
    """Pictures and how long each is shown. A notebook shows it; `save` writes it.

    It pauses under the mouse pointer. Where nothing moves, as on paper, the last picture is shown.

    Attributes:
        pictures: The pictures, in their order.
        seconds: How long each is shown.
    """

    pictures: Sequence[Diagram]
    seconds: float

    def to_svg(self) -> str:
        """All pictures in one SVG, visible one at a time.

        Raises:
            RenderingError: if no Graphviz can be found.
        """
        frames = [picture.render("svg").decode() for picture in self.pictures]
        sizes = [_SIZE.search(frame) for frame in frames]
        boxes = [(float(size["width"]), float(size["height"])) for size in sizes if size]
        width, height = (max(extent) for extent in zip(*boxes, strict=True))
        parts = [
            # Graphviz centers a graph over its note, so centered pictures show the graph in one place.
            f'<g class="frame" style="animation:{_keyframes(len(frames))} {self.seconds * len(frames):g}s step-end '
            f'{self.seconds * (i - len(frames)):g}s infinite">'
            f'<svg x="{(width - w) / 2:g}" width="{w:g}" height="{h:g}" viewBox="0 0 {w:g} {h:g}">'
            f"{_inside(frame, i)}</svg></g>"
            for i, (frame, (w, h)) in enumerate(zip(frames, boxes, strict=True))
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width:g}pt" height="{height:g}pt" viewBox="0 0 {width:g} {height:g}">'
            f"<style>{_style(len(frames))}</style>{''.join(parts)}</svg>"
        )

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the animation to an .svg file.

        Raises:
            ValueError: if the suffix is not .svg.
            RenderingError: if no Graphviz can be found.
            OSError: if the file cannot be written.
        """
        path = pathlib.Path(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"an animation is saved as .svg, but the path is {str(path)!r}.")
        return write_atomically(path, self.to_svg().encode())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return {"image/svg+xml": fitting(self.to_svg()), "text/plain": repr(self)}
        except Exception as error:  # a notebook would show a traceback in place of a picture
            return {"text/plain": f"{error}"}

    def __repr__(self) -> str:
        return f"<Animation of {len(self.pictures)} pictures, {self.seconds:g} s each>"


def _keyframes(n_frames: int) -> str:
    """The name of the rule that gives each of n frames its turn. Several animations may share a page."""
    return f"turn-{n_frames}"


def _style(n_frames: int) -> str:
    return (
        f"@keyframes {_keyframes(n_frames)}{{0%{{visibility:visible}}{100 / n_frames:.6f}%,100%{{visibility:hidden}}}}"
        ".frame{visibility:hidden}.frame:last-child{visibility:visible}"
        "svg:hover .frame{animation-play-state:paused!important}"
        "@media print,(prefers-reduced-motion:reduce){.frame{animation:none!important}}"
    )


def _inside(svg: str, number: int) -> str:
    """What an SVG holds, with ids that differ from those of other pictures."""
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return re.sub(r'<g id="', f'<g id="step{number + 1}_', inside)
