"""Packages that only parts of the library need."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def needed(package: str, message: str) -> Iterator[None]:
    """Import from a package inside this block: if it is missing, and only then, an ImportError has the message.

    Args:
        package: The name that is imported.
        message: What needs it, and how to get it.

    Example:
        >>> with needed("json", "saving needs json"):
        ...     import json
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise ImportError(message) from None
