"""What the pictures drawn by matplotlib share. Matplotlib itself is imported only when a picture is drawn."""

from contextlib import AbstractContextManager

from autograd.optional import needed

POSITIVE, NEGATIVE, QUIET = "#2563eb", "#f59e0b", "#94a3b8"  # blue, orange and gray: colorblind-safe


def matplotlib_needed() -> AbstractContextManager[None]:
    """Import a module that draws inside this block: if matplotlib is missing, the error says how to get it.

    Example:
        >>> with matplotlib_needed():
        ...     from autograd.pictures.figure import Figure
    """
    return needed("matplotlib", "the picture needs matplotlib: pip install matplotlib")
