"""Which layer each box of a picture stands in: as late as its arrows allow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

Arrow = tuple[str, str, int]  # from which box to which, and there to which port


def feedback_arrows(items: Iterable[str], arrows: Sequence[Arrow]) -> set[int]:
    """The numbers of arrows without which there is no circle: those that lead back to where a walk has come from.

    Args:
        items: The boxes.
        arrows: The arrows.

    Example:
        >>> feedback_arrows("ab", [("a", "b", 0), ("b", "a", 0)])
        {1}
    """
    leaving: dict[str, list[tuple[int, str]]] = {key: [] for key in items}
    for number, (source, target, _) in enumerate(arrows):
        leaving[source].append((number, target))
    found: set[int] = set()
    done: set[str] = set()
    for start in leaving:
        open_boxes: dict[str, Iterator[tuple[int, str]]] = {} if start in done else {start: iter(leaving[start])}
        while open_boxes:
            here, rest = next(reversed(open_boxes.items()))
            for number, target in rest:
                if target in open_boxes:
                    found.add(number)
                elif target not in done:
                    open_boxes[target] = iter(leaving[target])
                    break
            else:
                done.add(here)
                del open_boxes[here]
    return found


def layers(columns: Mapping[str, str], arrows: Sequence[Arrow]) -> dict[str, int]:
    """The layer of each box, counted from the first: as late as its targets allow, the same for all of a column.

    Args:
        columns: The column of each box; empty for none.
        arrows: The arrows, without circles.

    Example:
        >>> layers({"w": "", "x": "", "z": "", "a": ""}, [("x", "z", 0), ("z", "a", 0), ("w", "a", 1)])
        {'w': 1, 'x': 0, 'z': 1, 'a': 2}
    """
    unit = {key: (column,) if column else key for key, column in columns.items()}  # what moves together
    targets: dict[object, set[object]] = {each: set() for each in unit.values()}
    for source, target, _ in arrows:
        targets[unit[source]].add(unit[target])
    late: dict[object, int] = {}  # counted from the last layer, so 0 or negative
    try:
        for each in TopologicalSorter(targets).static_order():
            late[each] = min((late[target] - 1 for target in targets[each]), default=0)
    except CycleError:  # one box of a column leads to another one
        return layers(dict.fromkeys(columns, ""), arrows)
    first = min(late.values(), default=0)
    return {key: late[each] - first for key, each in unit.items()}
