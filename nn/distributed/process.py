"""A process that trains together with others: it joins them, works, and says what became of it.

`nn.distributed.starting` starts it. What it says is in a file, `RANK.json`; what libraries print is in `RANK.log`.
"""

import ipaddress
import json
import os
import pickle
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path

from nn.distributed.cluster import Cluster

GIVING_UP = 5  # seconds that JAX takes to give up, when it has waited long enough for the others
HEARTBEAT = 8  # seconds after which a process that does not answer is taken for dead
EXPECTED = (ImportError, OSError, ValueError, ArithmeticError)  # whose message says enough


def main(folder: str, rank: int) -> None:
    """Do what comes in by the standard input: a pickle of the work, its argument, the cluster, and its address."""
    said = Path(folder) / f"{rank}.json"
    if rank == 0:
        _divert(Path(folder) / f"{rank}.log")
    status = 0
    try:
        work, argument, cluster, address = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_end_with_the_starter, daemon=True).start()
        join(cluster, rank, address)
        _say(said, "joined", "")
        work(argument, rank)
        if cluster.n_processes > 1:
            import jax

            jax.distributed.shutdown()  # waits for the others
    except BaseException as error:
        text = str(error) if isinstance(error, EXPECTED) else traceback.format_exc()
        _say(said, "lost" if isinstance(error, ConnectionError) else "failed", text)
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # without the farewells of libraries, which may wait for processes that are no more


def join(cluster: Cluster, rank: int, address: str) -> None:
    """Have JAX know the other processes, and compute with 64 bits.

    Args:
        cluster: Which processes there are.
        rank: Which of them this is.
        address: Where process 0 is.

    Raises:
        OSError: if process 0 cannot listen there.
    """
    import jax

    jax.config.update("jax_enable_x64", True)
    if cluster.n_devices is not None:
        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_num_cpu_devices", cluster.n_devices)
    if cluster.n_processes == 1:
        return
    host, _, port = address.rpartition(":")
    interface = host if cluster.coordinator is None else ""  # by default it is all of them
    if rank == 0:
        _require_free(interface, int(port))
    if cluster.coordinator is not None:
        _require_name(host, int(port))
    jax.distributed.initialize(
        address,
        cluster.n_processes,
        rank,
        cluster_detection_method="deactivate",
        coordinator_bind_address=f"{interface}:{port}" if interface else None,
        initialization_timeout=cluster.timeout - GIVING_UP,
        heartbeat_timeout_seconds=HEARTBEAT,
    )
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # which JAX has taken for a warning that nobody here reads


def _require_free(interface: str, port: int) -> None:
    """Raise an OSError if process 0 cannot listen at a port; JAX itself may then crash."""
    try:
        socket.create_server((interface, port)).close()
    except OSError as error:
        raise OSError(
            f"process 0 cannot listen at port {port}: {os.strerror(error.errno or 0)}. Take another port."
        ) from error


def _require_name(coordinator: str, port: int) -> None:
    """Raise an OSError if this host would tell the others an address at which they find themselves.

    JAX adds up what CPUs compute with gloo, which tells them the address that the name of the host stands for. Where
    GPUs compute, NCCL finds the way by itself, but the processes agree by gloo there, too, before they start.
    """
    name = socket.gethostname()
    own, theirs = _address(name), _address(coordinator)
    if own is None or (own.is_loopback and theirs is not None and not theirs.is_loopback):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
            found.connect((coordinator, port))  # which sends nothing
            better = found.getsockname()[0]
        raise OSError(
            f"this host would tell the others that it is at {own or 'no address'}, which its name {name} stands for, "
            f'and they would not find it. Write the line "{better} {name}" at the top of /etc/hosts.'
        )


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """What a name stands for."""
    try:
        return ipaddress.ip_address(socket.getaddrinfo(name, None)[0][4][0])
    except OSError:
        return None


def _say(path: Path, kind: str, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps([kind, text]), encoding="utf-8")
    temporary.replace(path)


def _end_with_the_starter() -> None:
    sys.stdin.buffer.read()  # until that process is no more
    os._exit(1)


def _divert(log: Path) -> None:
    """Let what libraries write in C go to a file, and what Python writes where it went before."""
    streams = [os.dup(number) for number in (1, 2)]
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(file, number)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", buffering=1, encoding=stream.encoding, errors=stream.errors)
        for number, stream in zip(streams, (sys.stdout, sys.stderr), strict=True)
    )
