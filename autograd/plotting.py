"""What the pictures drawn by matplotlib share. It is loaded when a picture is asked for, and not before."""

import importlib
from typing import Any

POSITIVE, NEGATIVE, QUIET = "#2563eb", "#f59e0b", "#94a3b8"  # blue, orange and grey, which all eyes can tell apart


def load(module: str) -> Any:
    """A module of this package that draws.

    Raises:
        ImportError: if matplotlib is not installed.
    """
    try:
        return importlib.import_module(f"autograd.{module}")
    except ImportError:
        raise ImportError("the picture needs matplotlib: pip install matplotlib") from None


def plain(text: str) -> str:
    """A text with no mathematics for matplotlib to find in it."""
    return text.replace("$", r"\$")
