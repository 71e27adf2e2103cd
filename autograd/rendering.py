"""DOT text to a picture: by the `dot` program where there is one, else in this process by pygraphviz."""

import contextlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator

import graphviz

FORMATS = ("svg", "png", "pdf")

_in_process = threading.Lock()  # Graphviz's library is not thread-safe


class RenderingError(RuntimeError):
    """No picture could be made; the message says what would help."""


def render(dot: str, picture_format: str) -> bytes:
    """Lay out a graph and draw it.

    Args:
        dot: The graph in Graphviz's DOT language.
        picture_format: One of `FORMATS`.

    Raises:
        RenderingError: if neither a `dot` program nor pygraphviz is there, or Graphviz refuses the text.
    """
    if shutil.which("dot"):
        try:
            return bytes(graphviz.Source(dot).pipe(format=picture_format, quiet=True))
        except graphviz.CalledProcessError as error:
            raise RenderingError(f"the dot program failed: {error.stderr.decode(errors='replace').strip()}") from None
    try:
        import pygraphviz  # absent on some platforms
    except ImportError:
        raise RenderingError(
            "a picture needs Graphviz: pip install pygraphviz, or install Graphviz so that `dot` is on the PATH. "
            "Without either, draw(...).save('graph.dot') writes the text for an online viewer."
        ) from None
    with _in_process, _quiet_stderr() as complaints:
        try:
            graph = pygraphviz.AGraph(string=dot)
            return bytes(graph.draw(format=picture_format, prog="dot"))
        except Exception as error:
            raise RenderingError(f"pygraphviz failed: {error} {' '.join(complaints())}".strip()) from None


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[Callable[[], list[str]]]:
    """Keep what C code writes to file descriptor 2 off the screen: Fontconfig warns at the first drawing."""
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
