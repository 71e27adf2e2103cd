"""Processes that are started, fail, are killed, or never come: what is said then, and that nobody is left."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nn.__main__ import main
from nn.distributed.cluster import Cluster
from nn.distributed.starting import start
from tests.imports import ROOT
from tests.nn.test_main import FILES, flowers

SOON = 10.0  # seconds in which the others notice that a process has ended


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(*arguments: object, **settings: Any) -> Iterator["subprocess.Popen[str]"]:
    """The command, as someone has it in a terminal."""
    command = [sys.executable, "-m", "nn", "--distributed", *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, **settings) as there:
        try:
            yield there
        finally:
            there.kill()


def wait_for(path: Path, *processes: "subprocess.Popen[str]") -> None:
    while not path.exists():
        for each in processes:
            if each.poll() is not None:
                raise AssertionError(each.communicate())
        time.sleep(0.05)


def workers(folder: Path) -> list[int]:
    """The processes whose command names a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and str(folder).encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return [each for each in found if each != os.getpid()]


def sleep(argument: Any, _: int) -> None:
    """What fails, unless it is never done."""
    time.sleep(argument)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_processes": 0}, "at least one process"),
        ({"n_devices": 0}, "one device in each"),
        ({"rank": 0}, "a rank and a coordinator go together"),
        ({"coordinator": "here:5000"}, "a rank and a coordinator go together"),
        ({"n_processes": 2, "rank": 2, "coordinator": "here:5000"}, "a number from 0 to 1, of 2, but got 2"),
        ({"rank": 0, "coordinator": "here"}, "an address such as 10.0.0.1:5000, but got 'here'"),
        ({"rank": 0, "coordinator": "here:65536"}, "an address such as 10.0.0.1:5000, but got 'here:65536'"),
    ],
)
def test_processes_that_cannot_be(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cluster(**arguments)


def test_the_options_are_for_several_processes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--processes", "2"]) == 2
    assert "--processes, --devices, --coordinator and --rank are for --distributed: add it." in capsys.readouterr().err
    assert main(["--distributed", "--rank", "1"]) == 2
    assert "a rank and a coordinator go together" in capsys.readouterr().err


def test_jax_is_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    assert main(["--distributed", "--output", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == "python -m nn: training on several devices needs JAX: pip install jax\n"


def test_one_command_trains_in_two_processes(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    data, out = flowers(tmp_path / "flowers.csv"), tmp_path / "out"
    small = ("--data", data, "--output", out, "--layers", 4, "--epochs", 2)
    with running("--processes", 2, "--devices", 2, *small) as there:
        output, errors = there.communicate()
    assert there.returncode == 0, errors
    assert "48 examples to train on, 12 held out; 3 classes" in output
    assert output.count("MLP(2 -> 4") == 1  # process 0 speaks for all
    assert "held-out examples are classified correctly." in output
    assert "epoch 2: loss" in errors
    assert "Gloo" not in output + errors
    assert "Warning" not in errors
    assert {path.name for path in out.iterdir()} == FILES


def test_an_error_that_nobody_expected_comes_with_its_traceback(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    with pytest.raises(ChildProcessError, match=r"(?s)Traceback.*ZeroDivision|TypeError"):
        start(sleep, str(tmp_path), Cluster())


@pytest.mark.parametrize("loses", [0, 1])
def test_two_hosts_of_which_one_is_lost(loses: int, tmp_path: Path) -> None:
    pytest.importorskip("jax")
    data, out, address = flowers(tmp_path / "flowers.csv"), tmp_path / "out", f"127.0.0.1:{free_port()}"
    same = ("--processes", 2, "--devices", 2, "--coordinator", address, "--data", data, "--epochs", 1_000_000)
    with running(*same, "--rank", 0, "--output", out) as first, running(*same, "--rank", 1) as second:
        wait_for(out / "checkpoint.json", first, second)
        lost, stays = (first, second) if loses == 0 else (second, first)
        lost.kill()  # and with it goes its worker
        before = time.monotonic()
        _, errors = stays.communicate()
        assert time.monotonic() - before < SOON
        assert stays.returncode == 2
        assert "python -m nn: process" in errors
        assert "cannot reach the others any more" in errors
        assert "start all again, to resume the last checkpoint." in errors
    done = (out / "checkpoint.json").read_text().count('"number"')
    with running("--devices", 1, "--data", data, "--output", out, "--epochs", done + 1, "--resume") as again:
        output, errors = again.communicate()
    assert again.returncode == 0, errors
    assert f"\n{done + 1:>5} " in output


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes as Linux lists them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name)
def test_nobody_is_left_when_the_starter_is_stopped(number: int, tmp_path: Path) -> None:
    pytest.importorskip("jax")
    data, out = flowers(tmp_path / "flowers.csv"), tmp_path / "out"
    given = ("--processes", 2, "--data", data, "--output", out, "--epochs", 1_000_000)
    hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # also where the tests run in the background
    with running(*given, env={**os.environ, "MARK": str(tmp_path)}, preexec_fn=hears) as there:
        wait_for(out / "checkpoint.json", there)
        assert len(workers(tmp_path)) == 3
        there.send_signal(number)
        _, errors = there.communicate()
        if number == signal.SIGINT:
            assert there.returncode == 130
            assert "Stopped. To continue from the last full epoch, add --resume." in errors
    deadline = time.monotonic() + SOON
    while workers(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers(tmp_path) == []


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            ChildProcessError,
            match=f"process 0 cannot listen at port {port}: .* Take another port.",
        ):
            start(sleep, str(tmp_path), Cluster(2, 1, f"127.0.0.1:{port}", 0))


@pytest.mark.parametrize(
    ("rank", "message"),
    [
        (0, "process 0 of 2 waited for 7 seconds at .*, but not all others came. Start each on its host"),
        (1, "process 1 of 2 waited for 7 seconds, but process 0 did not answer at .*, or others did not come"),
    ],
)
def test_others_that_never_come(rank: int, message: str, tmp_path: Path) -> None:
    pytest.importorskip("jax")
    with pytest.raises(ChildProcessError, match=message):
        start(sleep, str(tmp_path), Cluster(2, 1, f"127.0.0.1:{free_port()}", rank, timeout=7))
