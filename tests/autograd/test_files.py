"""Paths: `~` is the home folder, wherever a path is taken."""

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import nn
from autograd import Value, backward_steps, draw
from autograd.__main__ import main
from autograd.files import check_writable, located, write_atomically
from nn.__main__ import parser
from nn.data import read_csv
from nn.history import History


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
