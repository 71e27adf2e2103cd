"""Where a path leads, and writing files so that a reader never sees half of one."""

import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

ABANDONED = 3600.0  # seconds after which a temporary file is nobody's: a write takes less


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
    with _temporary(path) as temporary:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
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
    """Raise an OSError if `write_atomically` could not write there; an existing file stays as it is.

    What writes that were killed have left there is removed: temporary files of this name that are an hour old.
    """
    path = _target(path)
    with _temporary(path) as temporary:
        temporary.touch()
        now = temporary.stat().st_mtime  # by the clock of the disk, which may be that of another machine
        for other in path.parent.iterdir():
            if other.name.startswith(f".{path.name}.") and other.name.endswith(".tmp"):
                with contextlib.suppress(OSError):  # another process may have removed it
                    if now - other.stat().st_mtime > ABANDONED:
                        other.unlink()


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """A name beside `path` that no other process or thread uses; the file is removed, and errors are about `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        yield temporary
    except OSError as error:  # such as one of a full disk, which names no file
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with contextlib.suppress(OSError):  # which would hide the first one
            temporary.unlink()
