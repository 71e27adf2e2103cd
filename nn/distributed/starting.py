"""Processes that train together: started on this machine, watched, and ended with each other."""

import json
import pickle
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.optional import needed
from nn.distributed.cluster import AGAIN, Cluster

PAUSE = 0.05  # seconds between two looks at the processes
GRACE = 2.0  # seconds that the others have to say what they noticed, when one has ended

_CODE = "import sys; sys.path[:] = {path!r}; from nn.distributed.process import main; main({folder!r}, {rank})"


@dataclass
class _Child:
    """A process that was started here."""

    rank: int
    process: "subprocess.Popen[bytes]"
    folder: Path
    has_joined: bool = False

    def said(self) -> tuple[str, str]:
        """What it said last: its kind, and a text."""
        try:
            kind, text = json.loads((self.folder / f"{self.rank}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return "", ""
        self.has_joined |= kind != "failed"
        return kind, text

    def last_words(self) -> str:
        """What a library wrote last of all: the line of its fatal error, if there is one."""
        lines = (self.folder / f"{self.rank}.log").read_text(encoding="utf-8", errors="replace").splitlines()
        fatal = [line.partition("] ")[2] for line in lines if re.match(r"F\d{4} ", line)]
        return (fatal or lines or ["it left no message"])[-1].rpartition("absl::Status: ")[2][:200]


def start(work: Callable[[Any, int], object], argument: Any, cluster: Cluster) -> None:
    """Start the processes of a cluster that belong on this machine, and wait until they are done.

    Whatever ends one ends all: an error, a signal, Ctrl-C here, or the end of this process.

    Args:
        work: `work(argument, rank)` is called in each, once JAX knows the others. It is a function of a module.
        argument: Something that can be pickled.
        cluster: Which processes there are.

    Raises:
        ImportError: if JAX is missing.
        ChildProcessError: if one of them fails, or loses the others; the message says what was the first to happen.
    """
    with needed("jax", "training on several devices needs JAX: pip install jax"):
        import jax  # noqa: F401 - rather than an error in each
    address = cluster.coordinator or f"127.0.0.1:{_free_port()}"
    task = pickle.dumps((work, argument, cluster, address))
    children: list[_Child] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for rank in cluster.ranks:
                children.append(_started(rank, Path(folder)))
                stdin = children[-1].process.stdin
                assert stdin is not None
                stdin.write(task)  # and is left open: its end tells the process that this one has ended
                stdin.flush()
            if not _all_done(children, cluster):
                raise ChildProcessError(_why(children, cluster, address))
        finally:
            for child in children:
                child.process.kill()  # not terminate(), which JAX takes for a warning
                child.process.communicate()


def _started(rank: int, folder: Path) -> _Child:
    code = _CODE.format(path=sys.path, folder=str(folder), rank=rank)
    with (folder / f"{rank}.log").open("wb") as log:
        where = None if rank == 0 else log  # process 0 speaks for all
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=where, stderr=where, start_new_session=True
        )  # in a session of its own, where no Ctrl-C reaches it
    return _Child(rank, process, folder)


def _all_done(children: list[_Child], cluster: Cluster) -> bool:
    """Wait until all have ended well, or one has not; then the others have a moment to say what they noticed."""
    running = {child.rank: child for child in children}
    while running:
        time.sleep(PAUSE)
        for rank, child in list(running.items()):
            had_joined = child.has_joined
            child.said()
            if cluster.rank and child.has_joined > had_joined:
                print(f"process {rank} of {cluster.n_processes} has joined; process 0 shows the progress", flush=True)
            if child.process.poll() is not None:
                del running[rank]
                if child.process.returncode:
                    _wait(list(running.values()), GRACE)
                    return False
    return True


def _wait(children: list[_Child], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(child.process.poll() is None for child in children):
        time.sleep(PAUSE)


def _why(children: list[_Child], cluster: Cluster, address: str) -> str:
    """What went wrong first: an error comes before a signal, and that before what the others noticed of it."""
    stories = []
    for child in children:
        kind, text = child.said()
        name, code = f"process {child.rank} of {cluster.n_processes}", child.process.poll()
        if kind == "failed":
            stories.append((0, text))
        elif not code:
            continue
        elif not child.has_joined:
            stories.append((2, _why_not_joined(child, name, address, cluster.timeout)))
        elif kind == "lost":
            stories.append((3, text))
        elif code == -signal.SIGABRT:
            why = f"one of them has ended, or the network is down. ({child.last_words()}) {AGAIN}"
            stories.append((4, f"{name} was ended by JAX, which cannot reach the others any more: {why}"))
        else:
            how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
            stories.append((1, f"{name} was ended from outside ({how}), and with it all others."))
    return min(stories, key=lambda story: story[0])[1]


def _why_not_joined(child: _Child, name: str, address: str, timeout: int) -> str:
    words = child.last_words()
    if "DEADLINE_EXCEEDED" not in words:
        return f"{name} could not join the others at {address}: {words}"
    waited = f"{name} waited for {timeout} seconds"
    if child.rank == 0:
        return (
            f"{waited} at {address}, but not all others came. Start each on its host, with this address as the "
            "coordinator, the same number of processes, and a rank of its own."
        )
    return (
        f"{waited}, but process 0 did not answer at {address}, or others did not come there. Start process 0 on that "
        "host, and see whether the address is right and the port is open."
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
