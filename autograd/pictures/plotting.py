"""What the pictures drawn by matplotlib share. Matplotlib itself is imported only when a picture is drawn."""

import contextlib
from collections.abc import Iterator

POSITIVE, NEGATIVE, QUIET = "#2563eb", "#f59e0b", "#94a3b8"  # blue, orange and gray: colorblind-safe


@contextlib.contextmanager
def matplotlib_needed() -> Iterator[None]:
    """Import a module that draws inside this block: if matplotlib is missing, the error says how to get it.

    Example:
        >>> with matplotlib_needed():
        ...     from autograd.pictures.figure import Figure
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        raise ImportError("the picture needs matplotlib: pip install matplotlib") from None
