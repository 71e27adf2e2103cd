"""What all processes know: each takes part in each of these calls, in the same order."""

import builtins
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import jax
import numpy as np
from jax.experimental import multihost_utils

from nn.distributed.cluster import AGAIN

T = TypeVar("T")


def leads() -> bool:
    """Whether this is process 0, which reads and writes the checkpoint, and shows the progress."""
    return bool(jax.process_index() == 0)


def gathered(thing: Any) -> list[Any]:
    """What each process gives, by rank.

    Args:
        thing: Something that JSON can hold.
    """
    if jax.process_count() == 1:
        return [thing]
    text = _text(thing)
    sizes = multihost_utils.process_allgather(np.array([text.size])).ravel()
    texts = multihost_utils.process_allgather(np.resize(text, _room(sizes.max())))
    return [json.loads(row[:size].tobytes()) for row, size in zip(texts, sizes, strict=True)]


def from_the_first(thing: Any) -> Any:
    """What process 0 gives; that of the others is not looked at.

    Args:
        thing: Something that JSON can hold.
    """
    if jax.process_count() == 1:
        return thing
    text = _text(thing)
    size = int(multihost_utils.broadcast_one_to_all(np.array(text.size)))
    return json.loads(multihost_utils.broadcast_one_to_all(np.resize(text, _room(size)))[:size].tobytes())


def together(work: Callable[[], T]) -> T:
    """Do what may fail in one process: then an error is raised in all, which says in which it was.

    Args:
        work: What each does.

    Raises:
        Exception: that of `work`; in a process where there was none, that of the first one where there was.
    """
    own: Exception | None = None
    try:
        result = work()
    except Exception as error:
        own = error
    failures = gathered(None if own is None else [type(own).__name__, str(own)])
    for rank, failure in enumerate(failures):
        if failure is None:
            continue
        if own is not None and all(failures):  # as in one process
            raise own
        name, text = failure
        kind = getattr(builtins, name, RuntimeError)
        raise (kind if issubclass(kind, Exception) else RuntimeError)(f"process {rank}: {text}") from own
    return result


def require_same(things: Mapping[str, Any]) -> None:
    """Raise a ValueError, in all processes, if one of some things is not the same in all.

    Args:
        things: Names, and what JSON can hold.
    """
    of_all = gathered(things)
    for name, first in of_all[0].items():
        for rank, each in enumerate(of_all):
            if each[name] != first:
                raise ValueError(
                    f"all processes must train in the same way, but {name} is {first!r:.60} in process 0 and "
                    f"{each[name]!r:.60} in process {rank}. Start them with the same program, data and settings."
                )


@contextlib.contextmanager
def within_reach(doing: str) -> Iterator[None]:
    """Raise a ConnectionError in place of what JAX raises when another process has ended.

    Args:
        doing: What is done meanwhile, for the message: "epoch 3".
    """
    try:
        yield
    except jax.errors.JaxRuntimeError as error:
        if jax.process_count() == 1:
            raise
        reason = str(error).splitlines()[0][:200]
        raise ConnectionError(
            f"process {jax.process_index()} of {jax.process_count()} cannot reach the others any more, in {doing}: "
            f"one of them has ended, or the network is down. ({reason}) {AGAIN}"
        ) from error


def _text(thing: Any) -> Any:
    return np.frombuffer(json.dumps(thing).encode(), np.uint8)


def _room(size: int) -> int:
    """A power of 2, so that few sizes come up: JAX compiles once for each."""
    return 1 << (int(size) - 1).bit_length()
