"""A part of a graph that is computed anew: each node at other numbers, and none is changed.

Nodes are named by their places, so that computing a million of them looks nothing up. The native engine has the same in
`replay.pxi`; a tape is quicker still, but gives the output and its gradient only.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd.engine.collector import collector_paused
from autograd.engine.tally import count
from autograd.notation import name
from autograd.table import Namespace, floats


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
        self._steps: list[tuple[int, Any, int, int]] = []  # the place of a result, its row, and the places of x and y
        for place, node in enumerate([*self.places]):
            if node.parents:
                x, *y = (self.places.setdefault(parent, len(self.places)) for parent in node.parents)
                self._steps.append((place, node.op, x, *(y or [-1])))

    @collector_paused()  # it would search the numbers, if they are objects, for cycles
    def run(self, changed: Mapping[Any, Any], m: Namespace = floats, outputs: Iterable[Any] | None = None) -> list[Any]:
        """The number that each node of the order would have if some nodes had others.

        Args:
            changed: The nodes that have another number, and that number.
            m: The mathematics of those numbers.
            outputs: The nodes whose numbers are wanted, if not all; one from elsewhere keeps its number.

        Raises:
            ValueError: if a number falls outside the domain of an operation, or gets too large.
        """
        numbers: list[Any] = [node.data for node in self.places]
        held = {self.places[node]: number for node, number in changed.items() if node in self.places}
        for place, number in held.items():
            numbers[place] = number
        formulas = {row: m.formula_of(row) for row in {row for _, row, _, _ in self._steps}}
        operations = 0
        place = 0
        try:
            for place, row, x, y in self._steps:
                if place not in held:
                    numbers[place] = formulas[row](numbers[x]) if y < 0 else formulas[row](numbers[x], numbers[y])
                    operations += 1
        except (ValueError, ArithmeticError) as error:
            node = [*self.places][place]
            raise failure(node, [numbers[self.places[parent]] for parent in node.parents], error) from None
        count("evaluations", lambda: operations)
        if outputs is None:
            return numbers[: self._size]
        return [numbers[self.places[node]] if node in self.places else node.data for node in outputs]


def failure(node: Any, numbers: list[Any], error: Exception) -> ValueError:
    """The error for a node that has no number.

    Args:
        node: The node.
        numbers: Those of its parents; of complex ones the real parts are named.
        error: What Python's mathematics raised.
    """
    return ValueError(node.op.failure([number.real for number in numbers], error, where=f' in "{name(node)}"'))
