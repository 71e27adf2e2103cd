"""A sequence of pictures as one SVG file, which plays in a browser, a notebook or a web page."""

import os
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.files import write_atomically
from autograd.pictures.diagram import Diagram
from autograd.pictures.svg import document, pieces, stylesheet


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

    def __post_init__(self) -> None:
        if not self.pictures:
            raise ValueError("an animation has one picture at least, but the list is empty.")

    def to_svg(self) -> str:
        """All pictures in one SVG, visible one at a time."""
        scenes = [picture.scene for picture in self.pictures]
        width, height = max(each.width for each in scenes), max(each.height for each in scenes)
        n_frames = len(scenes)
        frames = "".join(
            # A graph is centered over its note, so centered pictures show the graph in one place.
            f'<g class="frame" style="animation:{_keyframes(n_frames)} {self.seconds * n_frames:g}s step-end '
            f'{self.seconds * (number - n_frames):g}s infinite">'
            f'<svg x="{(width - each.width) / 2:g}" width="{each.width:g}" height="{each.height:g}">'
            f"{pieces(each, f'step{number + 1}_')}</svg></g>"
            for number, each in enumerate(scenes)
        )
        rules = stylesheet() + _style(n_frames)
        last = scenes[-1]
        description = f"{n_frames} pictures in turn. The last one: {last.description}"
        inside, scale = f"<style>{rules}</style>{frames}", self.pictures[-1].scale
        return document(width, height, inside, title=last.title, description=description, scale=scale)

    def save(self, path: str | os.PathLike[str]) -> pathlib.Path:
        """Write the animation to an .svg file.

        Raises:
            ValueError: if the suffix is not .svg.
            OSError: if the file cannot be written.
        """
        path = pathlib.Path(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"an animation is saved as .svg, but the path is {str(path)!r}.")
        return write_atomically(path, self.to_svg().encode())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}
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
