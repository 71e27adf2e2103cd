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
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path
