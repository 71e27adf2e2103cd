"""Writing files so that a reader never sees half of one."""

import os
import threading
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write to a temporary file beside `path`, then rename it: readers see the old file or the new one, never a part.

    Args:
        path: Where to write. Missing folders are created.
        content: The whole file.

    Raises:
        OSError: if it cannot be written; an existing file is untouched.
    """
    path = Path(path)
    path = path.resolve() if path.is_symlink() else path
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise an OSError if `write_atomically` could not write there; an existing file stays as it is."""
    probe = Path(path).with_name(f".{Path(path).name}.probe")
    write_atomically(probe, b"")
    probe.unlink()
