"""DOT text to a PNG or a PDF: by the `dot` program where there is one, else in this process by pygraphviz."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator

FORMATS = ("svg", "png", "pdf")

_turn = threading.Lock()  # Graphviz's library is not thread-safe


class RenderingError(RuntimeError):
    """No picture could be made; the message says what would help."""


Renderer = Callable[[str, str], bytes]
_chosen: Renderer | None = None


def use_renderer(renderer: Renderer | None) -> None:
    """Choose what makes PNG and PDF files from now on. SVG needs nothing but this library.

    Args:
        renderer: A function of a text in Graphviz's DOT language and a format, "png" or "pdf", which returns the file.
            Every box, letter and arrow in the text has its place. `None` for the usual one: the `dot` program where
            there is one, else pygraphviz.

    Raises:
        TypeError: if it is no function.

    Example:
        >>> from autograd import Value, draw
        >>> use_renderer(lambda dot, picture_format: f"{picture_format} of {len(dot.splitlines()) > 5}".encode())
        >>> draw(Value(3.0, "x") * 2).render("png")
        b'png of True'
        >>> use_renderer(None)
    """
    global _chosen
    if renderer is not None and not callable(renderer):
        raise TypeError(f"a renderer is a function of a text and a format, but got {renderer!r:.60}.")
    _chosen = renderer


def render(dot: str, picture_format: str) -> bytes:
    """Draw what a text describes.

    Args:
        dot: The picture in Graphviz's DOT language.
        picture_format: "png" or "pdf".

    Raises:
        RenderingError: if there is neither a `dot` program nor pygraphviz, or Graphviz rejects the text.
    """
    if _chosen is not None:
        drawn = _chosen(dot, picture_format)
        if not isinstance(drawn, bytes):
            raise RenderingError(f"a renderer returns the bytes of a file, but got {drawn!r:.60}.")
        return drawn
    import shutil  # only now, because that takes a while

    return by_program(dot, picture_format) if shutil.which("dot") else in_process(dot, picture_format)


def by_program(dot: str, picture_format: str) -> bytes:
    """Draw by the `dot` program; see `render`."""
    import subprocess  # only now, because that takes a while

    done = subprocess.run(["dot", f"-T{picture_format}"], input=dot.encode(), capture_output=True, check=False)
    if done.returncode:
        raise RenderingError(f"the dot program failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def in_process(dot: str, picture_format: str) -> bytes:
    """Draw in this process, by pygraphviz; see `render`."""
    try:
        import pygraphviz  # absent on some platforms
    except ImportError:
        raise RenderingError(
            f"a {picture_format.upper()} file needs Graphviz: pip install pygraphviz, or install Graphviz so that "
            "`dot` is on the PATH. An .svg file needs neither."
        ) from None
    with _turn, _quiet_stderr() as complaints:
        try:
            graph = pygraphviz.AGraph(string=dot)
            return bytes(graph.draw(format=picture_format, prog="dot"))
        except Exception as error:
            raise RenderingError(f"pygraphviz failed: {error} {' '.join(complaints())}".strip()) from None


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
