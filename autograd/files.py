"""Writing files so that a reader never meets half of one."""

import os
import threading
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write to a temporary name beside `path`, then rename: the file is the old one or the new one, never a part.

    Args:
        path: Where to write. Folders on the way are made.
        content: All of the file.

    Raises:
        OSError: if it cannot be written; a file that was there is untouched.
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
    """Raise an OSError if `write_atomically` could not write there; a file that is there stays as it is."""
    probe = Path(path).with_name(f".{Path(path).name}.probe")
    write_atomically(probe, b"")
    probe.unlink()
