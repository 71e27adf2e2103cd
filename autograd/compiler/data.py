"""Data in a recorded graph: numbers that differ where all else is alike, as those of the examples in a loop over them.

Each becomes an entry of one vector, so that what is computed from them is one family. A number that is the same in all
such places, as the 2 of a square, is no data.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import replace

from autograd import ops
from autograd.compiler.recording import Recording
from autograd.compiler.terms import DATA
from autograd.engine import Value

_FEWEST = 8  # places: so few numbers are read more easily as they are

Use = tuple[Value, tuple[int, ...]]  # a number, and the places of what else it is computed with


def with_data(recording: Recording) -> Recording:
    """The same recording, in which the leaves that are data have places in a vector.

    Args:
        recording: The recording.

    Example:
        >>> w = [Value(0.1 * k, f"w_{k}") for k in range(10)]
        >>> cost = sum((each * (3.0 + k) for k, each in enumerate(w)), w[0])
        >>> from autograd.compiler.recording import recorded
        >>> with_data(recorded(lambda: cost, w)).data
        (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0)
    """
    places: dict[Value, int] = {}
    known: dict[Hashable, int] = {}
    numbers: list[float] = []
    for context, uses in _contexts(recording).items():
        if len(uses) < _FEWEST or len({leaf.data for leaf, _ in uses}) == 1:
            continue
        beside = Counter(others for _, others in uses)
        is_alone = len(beside) == len(uses)  # each stands beside something else: a label, and not an input of a layer
        for leaf, _ in uses:
            key: Hashable = leaf if is_alone or not leaf.is_constant else (context, leaf.data)
            if leaf in places:
                continue
            if key not in known:
                known[key] = len(numbers)
                numbers.append(leaf.data)
            places[leaf] = known[key]
    if not numbers:
        return recording
    leaves = recording.leaves | {leaf: (DATA, place) for leaf, place in places.items()}
    return replace(recording, leaves=leaves, sizes=recording.sizes | {DATA: len(numbers)}, data=tuple(numbers))


def _contexts(recording: Recording) -> dict[tuple[int, int], list[Use]]:
    """Where plain numbers stand: in what kind of node, which of its arguments; exponents are left out."""
    order, leaves = recording.order, recording.leaves
    kinds: dict[object, int] = {"": 0}
    of, plain = list[int](), 0
    found = defaultdict[tuple[int, int], list[Use]](list)
    for node, op, parents in zip(order, recording.ops, recording.parents, strict=True):
        if not parents:
            leaf = leaves.get(node)
            of.append(kinds.setdefault(leaf[0], len(kinds)) if leaf else plain)
            continue
        first, last = of[parents[0]], of[parents[-1]]
        kind = kinds.setdefault((op, first, last), len(kinds))
        of.append(kind)
        if first == plain or last == plain:
            for place, parent in enumerate(parents):
                if of[parent] == plain and not (op is ops.pow and place == 1):
                    found[kind, place].append((order[parent], parents[:place] + parents[place + 1 :]))
    return found
