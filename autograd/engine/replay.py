"""A part of a graph that is computed anew: each node at other numbers, and none is changed.

Nodes are named by their places, so that computing a million of them looks nothing up. The native engine has the same in
`replay.pxi`; a tape is quicker still, but gives the output and its gradient only.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from autograd.engine.collector import collector_paused
from autograd.engine.tally import count
from autograd.notation import name
from autograd.table import Namespace, floats


class Formulas(NamedTuple):
    """What is computed, one step after another.

    Attributes:
        results: For each step the place of its result.
        formulas: What computes it.
        x: The place of its first parent.
        y: The place of its second parent; -1 if there is none.
    """

    results: list[int]
    formulas: list[Any]
    x: list[int]
    y: list[int]


class Replay:
    """What computes a part of a graph, one node after another.

    Args:
        order: The nodes, parents before children. Those that they need from elsewhere keep their numbers.

    Attributes:
        places: The place of each node: first those of the order, and then those from elsewhere.

    Example:
        >>> from autograd import Value
        >>> from autograd.engine import Replay
        >>> x = Value(3.0)
        >>> Replay([x, x * x]).run({x: 4.0})
        [4.0, 16.0]
    """

    __module__ = "autograd.engine"  # the class has one name, whichever engine runs

    def __init__(self, order: Iterable[Any]) -> None:
        self.places = {node: place for place, node in enumerate(order)}
        self._size = len(self.places)
        self._formulas = Formulas([], [], [], [])
        for place, node in enumerate([*self.places]):
            if node.parents:
                x, *y = (self.places.setdefault(parent, len(self.places)) for parent in node.parents)
                for column, entry in zip(self._formulas, (place, node.op.forward, x, *(y or [-1])), strict=True):
                    column.append(entry)

    def run(self, changed: Mapping[Any, Any], m: Namespace = floats) -> list[Any]:
        """The number that each node of the order would have if some nodes had others.

        Args:
            changed: The nodes that have another number, and that number.
            m: The mathematics of those numbers.

        Raises:
            ValueError: if a number falls outside the domain of an operation, or gets too large.
        """
        return run(self.places, self._formulas, changed, m)[: self._size]


@collector_paused()  # it would search the numbers, if they are objects, for cycles
def run(places: Mapping[Any, int], steps: Formulas, changed: Mapping[Any, Any], m: Namespace) -> list[Any]:
    """The same by formulas, with the numbers of the nodes from elsewhere at the end."""
    numbers: list[Any] = [node.data for node in places]
    held = {places[node]: number for node, number in changed.items() if node in places}
    for place, number in held.items():
        numbers[place] = number
    operations = 0
    place = 0
    try:
        for place, formula, x, y in zip(*steps):  # noqa: B905 - as long, and a million times
            if place not in held:
                numbers[place] = formula(m, numbers[x]) if y < 0 else formula(m, numbers[x], numbers[y])
                operations += 1
    except (ValueError, ArithmeticError) as error:
        node = [*places][place]
        raise failure(node, [numbers[places[parent]] for parent in node.parents], error) from None
    count("evaluations", lambda: operations)
    return numbers


def failure(node: Any, numbers: list[Any], error: Exception) -> ValueError:
    """The error for a node that has no number.

    Args:
        node: The node.
        numbers: Those of its parents.
        error: What Python's mathematics raised.
    """
    return ValueError(node.op.failure(numbers, error, where=f' in "{name(node)}"'))
