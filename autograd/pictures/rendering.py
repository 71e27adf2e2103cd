"""DOT text to a picture: by the `dot` program where there is one, else in this process by pygraphviz."""

import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator

FORMATS = ("svg", "png", "pdf")

_turn = threading.Lock()  # Graphviz's library is not thread-safe


class RenderingError(RuntimeError):
    """No picture could be made; the message says what would help."""


def render(dot: str, picture_format: str) -> bytes:
    """Lay out a graph and draw it.

    Args:
        dot: The graph in Graphviz's DOT language.
        picture_format: One of `FORMATS`.

    Raises:
        RenderingError: if there is neither a `dot` program nor pygraphviz, or Graphviz rejects the text.
    """
    import shutil  # only now, because that takes a while

    picture = _by_program(dot, picture_format) if shutil.which("dot") else _in_process(dot, picture_format)
    return _with_indices(picture.decode()).encode() if picture_format == "svg" else picture


def _by_program(dot: str, picture_format: str) -> bytes:
    import graphviz  # loaded when a picture is drawn

    try:
        return bytes(graphviz.Source(dot).pipe(format=picture_format, quiet=True))
    except graphviz.CalledProcessError as error:
        raise RenderingError(f"the dot program failed: {error.stderr.decode(errors='replace').strip()}") from None


def _in_process(dot: str, picture_format: str) -> bytes:
    try:
        import pygraphviz  # absent on some platforms
    except ImportError:
        raise RenderingError(
            "a picture needs Graphviz: pip install pygraphviz, or install Graphviz so that `dot` is on the PATH. "
            "Without either, draw(...).save('graph.dot') writes the text for an online viewer."
        ) from None
    with _turn, _quiet_stderr() as complaints:
        try:
            graph = pygraphviz.AGraph(string=dot)
            return bytes(graph.draw(format=picture_format, prog="dot"))
        except Exception as error:
            raise RenderingError(f"pygraphviz failed: {error} {' '.join(complaints())}".strip()) from None


_INDEX = re.compile(
    r'</text>\s*<text [^>]*? y="(?P<y>[-.\d]+)"[^>]*baseline-shift="(?P<way>super|sub)" '
    r'font-size="(?P<size>[.\d]+)"[^>]*>(?P<index>[^<]*)(?=</text>)'
)
_RISE = {"super": -3.5, "sub": 2.5}  # points


def _with_indices(svg: str) -> str:
    """The SVG with each index right after its letter, whatever the font, and raised or lowered in every browser.

    Graphviz places each index by the measures of its own font, and shifts it by an attribute that Firefox ignores.
    """

    def inline(match: re.Match[str]) -> str:
        y = float(match["y"]) + _RISE[match["way"]]
        return f'<tspan y="{y:g}" font-size="{match["size"]}">{match["index"]}</tspan>'

    return _INDEX.sub(inline, svg)


_SIZE = re.compile(r'width="(?P<width>[.\d]+)pt" height="(?P<height>[.\d]+)pt"')
_COLUMN = 576  # points, the width of a notebook in a window of medium size
_SMALLEST = 0.6  # below that, letters cannot be read


def fitting(svg: str) -> str:
    """The SVG scaled for a notebook: no wider than the column, unless letters would become too small to read.

    Where the SVG becomes part of the page, rather than an image in it, the page shrinks it as far as needed.
    """

    def fit(match: re.Match[str]) -> str:
        width, height = float(match["width"]), float(match["height"])
        scale = min(1.0, max(_SMALLEST, _COLUMN / width))
        return f'width="{scale * width:g}pt" height="{scale * height:g}pt" style="max-width:100%;height:auto"'

    return _SIZE.sub(fit, svg, count=1)


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[Callable[[], list[str]]]:
    """Keep what C code writes to file descriptor 2 off the screen: Fontconfig warns at the first drawing."""
    import tempfile  # slow to import

    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)

        def complaints() -> list[str]:
            file.seek(0)
            lines = file.read().decode(errors="replace").splitlines()
            return [line for line in lines if not line.startswith("Fontconfig")]

        try:
            yield complaints
        finally:
            os.dup2(screen, 2)
            os.close(screen)
