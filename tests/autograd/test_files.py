"""Paths: `~` is the home folder, wherever a path is taken. Files are whole, and nothing else stays beside them."""

import contextlib
import errno
import io
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import nn
from autograd import Value, backward_steps, draw
from autograd.__main__ import main
from autograd.files import ABANDONED, check_writable, located, write_atomically
from nn.__main__ import parser
from nn.data import read_csv
from nn.training import History


def contents(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def a_graph() -> Value:
    x = Value(1.0, "x")
    return x * x


def train(path: str, *, resume: bool = False) -> History:
    model = nn.MLP(1, [1], seed=0)
    return nn.fit(model, [[0.5]], [1.0], epochs=1 + resume, checkpoint=path, resume=resume, progress=False)


WRITERS: dict[str, Callable[[str], object]] = {
    "a.txt": lambda path: write_atomically(path, b""),
    "a.svg": lambda path: draw(a_graph()).save(path),
    "b.svg": lambda path: backward_steps(a_graph()).animate().save(path),
    "c.svg": lambda path: main(["x*x", "x=1", "--draw", path]),
    "model.json": lambda path: nn.save(nn.MLP(1, [1]), path),
    "checkpoint.json": train,
}
READERS: dict[str, Callable[[str], object]] = {
    "model.json": nn.load,
    "checkpoint.json": lambda path: train(path, resume=True),
    "data.csv": read_csv,
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, which is not where the program runs."""
    folder, work = tmp_path / "home", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    monkeypatch.chdir(work)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder))
    return folder


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_no_file_stays_and_is_named(home: Path, name: str) -> None:
    pipe, folder, loop, link = (home / f"{kind}.{name}" for kind in ("pipe", "folder", "loop", "link"))
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    link.symlink_to(pipe)
    before = sorted(contents(home))
    for path, named in ((pipe, pipe), (folder, folder), (loop, loop), (link, pipe)):
        error = said_by(WRITERS[name], str(path))
        assert str(named) in error
        assert sorted(contents(home)) == before
    assert pipe.is_fifo()
    assert loop.is_symlink()


def said_by(write: Callable[[str], object], path: str) -> str:
    """What the error says, or the command."""
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            write(path)
        except OSError as error:
            return str(error)
    return said.getvalue()


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_below_a_tilde_is_in_the_home_folder(home: Path, name: str) -> None:
    WRITERS[name](f"~/new/{name}")
    assert contents(home / "new") == [name]
    assert not contents(Path())


@pytest.mark.parametrize("name", READERS)
def test_what_is_read_below_a_tilde_is_in_the_home_folder(home: Path, name: str) -> None:
    if name in WRITERS:
        WRITERS[name](str(home / name))
    else:
        (home / name).write_text("0.5,a\n1.5,b\n", encoding="utf-8")
    assert READERS[name](f"~/{name}")
    assert not contents(Path())


def test_a_resumed_run_goes_on_from_the_home_folder(home: Path) -> None:
    train("~/c.json")
    before = (home / "c.json").read_bytes()
    assert len(train("~/c.json", resume=True)) == 2
    assert (home / "c.json").read_bytes() != before


def test_the_probe_is_in_the_home_folder(home: Path) -> None:
    check_writable("~/new/a.txt")
    assert contents(home) == ["new"]
    assert not contents(Path())


def test_the_folder_of_the_digits_job_may_be_below_the_home_folder(home: Path) -> None:
    options = parser().parse_args(["--output", "~/digits", "--data", "~/a.csv"])
    assert located(options.output) == home / "digits"
    assert located(options.data) == home / "a.csv"


def test_a_tilde_without_a_user_is_part_of_a_name(home: Path) -> None:  # noqa: ARG001
    assert located("~no-such-user-here$.csv") == Path("~no-such-user-here$.csv")
    assert located("a/~/b") == Path("a/~/b")


def test_an_unknown_home_folder_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    def unknown(path: Path) -> Path:
        raise RuntimeError(path)

    monkeypatch.setattr(Path, "expanduser", unknown)
    with pytest.raises(FileNotFoundError, match="HOME is not set"):
        write_atomically("~/a.txt", b"")
    assert not contents(Path())


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_an_error_of_the_disk_names_the_file(error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(error, os.strerror(error))  # as Python does, without a name

    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=re.escape(f"[Errno {error}] {os.strerror(error)}: '{path}'")):
        write_atomically(path, b"after")
    assert path.read_bytes() == b"before"
    assert contents(tmp_path) == ["a.json"]


def test_what_a_killed_write_left_is_removed_later(tmp_path: Path) -> None:
    killed = [".a.json.4194305.140000.tmp", ".a.json.4194306.140000.tmp"]
    others = ["a.json", ".a.json.new.4194305.140000", ".b.json.4194305.140000.tmp", ".a.json.4194307.140000.tmp"]
    for name in killed + others:
        (tmp_path / name).write_bytes(b"half")
        if name != others[-1]:  # which another process may be writing now
            os.utime(tmp_path / name, times=(time.time() - ABANDONED - 60,) * 2)
    check_writable(tmp_path / "a.json")
    assert sorted(contents(tmp_path)) == sorted(others)


def test_several_threads_may_write_one_file(tmp_path: Path) -> None:
    def work(content: bytes) -> None:
        for _ in range(50):
            check_writable(tmp_path / "a.txt")
            write_atomically(tmp_path / "a.txt", content)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [bytes([letter]) * 1000 for letter in b"abcd"]))
    assert len(set((tmp_path / "a.txt").read_bytes())) == 1
    assert contents(tmp_path) == ["a.txt"]


def test_a_link_stays_a_link_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(Path("folder") / "a.txt")
    write_atomically(tmp_path / "link", b"1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "a.txt").read_bytes() == b"1"
