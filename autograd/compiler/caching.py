"""Texts that were found already: a cost of the same structure is not lifted again, as when a cell is run once more.

The structure is all that lifting reads of a recording: the operations, what they are applied to, labels, constants, and
which leaves are parameters, inputs, targets and data. The numbers of these are no part of it, nor of the text.
"""

import hashlib
import marshal
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograd import ops
from autograd.compiler.families import Index
from autograd.compiler.lifting import lifted
from autograd.compiler.listing import listing
from autograd.compiler.recording import Recording
from autograd.compiler.terms import CONSTANT, PARAMETER
from autograd.engine import collector_paused
from autograd.notation import plural
from autograd.table import Op

MOST, MOST_BYTES = 64, 16_000_000  # texts that are kept, and their sizes together


@dataclass(frozen=True)
class Text:
    """The text of a program, and what belongs to it.

    Attributes:
        source: The text.
        indices: The lists of places that it refers to.
        fallbacks: The shapes of arrays of products that it writes out before they are summed, -1 for the examples.
        summary: How large it is, in words.
    """

    source: str
    indices: dict[str, Index]
    fallbacks: Sequence[tuple[int, ...]]
    summary: str

    @property
    def size(self) -> int:
        """How many bytes it has, about."""
        return len(self.source) + sum(places.nbytes for places in self.indices.values())


_kept: OrderedDict[bytes, Text] = OrderedDict()  # those asked for last at the end
_lock = threading.Lock()


@collector_paused()  # until all that lifting needs is free again
def text_of(recording: Recording) -> Text:
    """Find the text of a recorded cost; lift, if none is kept of this structure.

    Args:
        recording: The recorded cost.
    """
    key = structure(recording)
    if key is None:
        return _lifted(recording)
    with _lock:
        text = _kept.get(key)
        if text is not None:
            _kept.move_to_end(key)
    if text is None:
        text = _lifted(recording)
        with _lock:
            _kept[key] = text
            while len(_kept) > MOST or sum(each.size for each in _kept.values()) > MOST_BYTES:
                _kept.popitem(last=False)
    return replace(text, indices={name: places.copy() for name, places in text.indices.items()})


def forget() -> None:
    """Forget all texts: the next costs are lifted, whatever came before."""
    with _lock:
        _kept.clear()


def structure(recording: Recording) -> bytes | None:
    """A digest of what lifting reads of a recording.

    It is `None` if there is a row of somebody's own: its formula may say something else when it is called again.

    Args:
        recording: The recorded cost.
    """
    order, parents, leaves = recording.order, recording.parents, recording.leaves
    rows = [op if given else None for op, given in zip(recording.ops, parents, strict=True)]
    parameters = [node for node, (kind, _) in leaves.items() if kind == PARAMETER]  # unused ones, too
    numbers: dict[Op | None, int] = {row: number for number, row in enumerate(dict.fromkeys(rows))}
    names = [row.name if row else "" for row in numbers]
    if any(getattr(ops, name, None) is not row for row, name in zip(numbers, names, strict=True) if name):
        return None
    read = (
        names,
        [*map(numbers.__getitem__, rows)],
        list(parents),
        [leaves.get(node, node.data) for node, row in zip(order, rows, strict=True) if row is None],
        [node.label for node in order],
        [leaves[node][1] for node in parameters],
        [node.label for node in parameters],
        [*recording.sizes.items()],
        [(place, *others) for place, others in recording.largest.items()],
        recording.outputs,
    )
    return hashlib.sha256(marshal.dumps(read, 0)).digest()


def _lifted(recording: Recording) -> Text:
    steps = lifted(recording)
    lines = steps.written
    source = listing(lines, recording.sizes)
    computed = [each for each in steps.families.lines if not each.is_leaf and each.head != CONSTANT]
    n_families = len(computed) + len(steps.families.results)
    summary = f"became arrays of {plural(n_families, 'kind')}, written in {plural(len(lines.lines), 'line')}"
    if lines.takes:
        summary += f"; {plural(lines.takes, 'view')} gathered by a list of places, with xp.take"
    if lines.fallbacks:
        summary += f"; {plural(len(lines.fallbacks), 'array')} of products written out before they are summed"
    return Text(source, lines.indices, lines.fallbacks, summary)
