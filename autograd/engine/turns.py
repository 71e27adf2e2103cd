"""Sweeps take turns, and can leave the gradients as they were."""

import collections
import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import Any

# Two sweeps at once could collide at a shared parameter, so they take turns.
turn = threading.RLock()
# No process forks while another thread has its turn: the child has no such thread, and would wait for it forever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=turn.acquire, after_in_parent=turn.release, after_in_child=turn.release)


@contextlib.contextmanager
def gradients_kept(nodes: Iterable[Any]) -> Iterator[None]:
    """Clear the gradients of some nodes inside a block, and give them back after it, whatever happens.

    Other threads wait meanwhile: their sweeps could reach the same nodes.
    """
    with turn:
        earlier = {node: node._grad for node in nodes}
        # One call of C, which Ctrl-C cannot interrupt.
        give_back: Callable[[], object] = functools.partial(
            collections.deque, map(setattr, earlier, repeat("_grad"), earlier.values()), 0
        )
        try:
            for node in earlier:
                node._grad = None
            yield
        finally:
            give_back()
