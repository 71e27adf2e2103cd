"""Where a path leads, and writing files so that a reader never sees half of one."""

import errno
import os
import threading
from pathlib import Path


def located(path: str | os.PathLike[str]) -> Path:
    """The path that is meant: `~` is the home folder, as in a shell.

    Args:
        path: A path that somebody wrote.

    Raises:
        FileNotFoundError: if it begins with `~`, but nothing says which folder that is.

    Example:
        >>> located("~/model.json") == Path.home() / "model.json"
        True
    """
    path = Path(path)
    try:
        return path.expanduser()
    except RuntimeError:
        if path.parts[0] == "~":
            raise FileNotFoundError(f"which folder is ~ in {path}? HOME is not set; write it out.") from None
        return path  # ~name, where no user has that name, is a file


def write_atomically(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write to a temporary file beside `path`, then rename it: readers see the old file or the new one, never a part.

    Args:
        path: Where to write; `~` is the home folder. Missing folders are created.
        content: The whole file.

    Raises:
        OSError: if it cannot be written, or what is there is no file; an existing file is untouched.
    """
    path = _target(path)
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


def _target(path: str | os.PathLike[str]) -> Path:
    """The file that is meant, where links lead; what is there is a file, or nothing."""
    path = located(path)
    if path.is_symlink():
        path = Path(os.path.realpath(path))
        if path.is_symlink():  # it leads back to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is no file that could be replaced, but a folder, a pipe or a device. Name a file.")
    return path


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise an OSError if `write_atomically` could not write there; an existing file stays as it is."""
    path = _target(path)
    probe = path.with_name(f".{path.name}.probe")
    write_atomically(probe, b"")
    probe.unlink()
