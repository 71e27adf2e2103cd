r"""The linear map that a recorded graph is near its numbers: edges with slopes, which know of no operation.

What depends on the inputs gets a place: 0 stands for all that does not, the inputs follow, then the steps, a result
each, with the slopes from its two parents. Forward, a sweep computes the tangents of the outputs from those of the
inputs; backward, the adjoints of the inputs from those of the outputs:

.. math:: \dot v = \sum_i s_i \, \dot u_i, \qquad \bar u_i \mathrel{+}= \bar v \, s_i, \qquad
    s_i = \frac{\partial v}{\partial u_i}, \; u_i \text{ the parents of } v

The native engine has the same in `linear.pxi`, where eight directions go side by side.

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., sections 3.1 to 3.3.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from autograd.engine.order import topological_order
from autograd.engine.shared import check_assigned, require_values
from autograd.engine.slopes import local_derivatives
from autograd.engine.tally import count

GROUPS = 64  # of inputs or outputs, for which is known what they reach


class Linearization:
    """The linear map from small changes of some nodes to those of others, at the numbers that a graph has now.

    Args:
        outputs: What is differentiated.
        inputs: The nodes to differentiate with respect to. One that is computed from others moves with them, too.

    Attributes:
        shape: How many outputs and how many inputs there are.
        n_edges: How many local derivatives it consists of.
        is_closed: Whether the outputs depend on no other leaf than the inputs.

    Raises:
        TypeError: if something is not a Value.
        ValueError, ZeroDivisionError, OverflowError: if a local derivative does not exist on the way from an input to
            an output; the message names the node.
        ValueError: if a leaf of the graph has been assigned to since.

    Example:
        >>> from autograd import Value
        >>> from autograd.engine import Linearization
        >>> x, y = Value(3.0, "x"), Value(4.0, "y")
        >>> linear = Linearization([x * y, x + y], [x, y])
        >>> linear.push([[1.0, 0.0], [0.0, 1.0]])
        [[4.0, 1.0], [3.0, 1.0]]
        >>> linear.pull([[1.0, 0.0]]), linear.matrix()
        ([[4.0, 3.0]], [[4.0, 3.0], [1.0, 1.0]])
    """

    __module__ = "autograd.engine"

    def __init__(self, outputs: Sequence[Any], inputs: Sequence[Any]) -> None:
        require_values("a linearization", *outputs, *inputs)
        order = topological_order(*outputs)
        check_assigned(order)
        places: dict[Any, int] = {}
        for node in inputs:
            places.setdefault(node, 1 + len(places))
        self.is_closed = True
        self._inputs = [places[node] for node in inputs]
        self._first = 1 + len(places)  # the place of the first step
        self._steps: list[tuple[int, float, int, float]] = []  # two parents, with their slopes
        for node in order:
            parents = node.parents
            if not parents:
                self.is_closed &= node in places or node.is_constant
                continue
            x, y = places.get(parents[0], 0), places.get(parents[-1], 0) if len(parents) > 1 else 0
            if x or y:
                dx, dy, *_ = *local_derivatives(node, wanted=places), None
                place = self._add(x, dx or 0.0, y, dy or 0.0)
                places[node] = self._add(place, 1.0, places[node], 1.0) if node in places else place
        self._outputs = [places.get(node, 0) for node in outputs]
        self.shape = len(outputs), len(inputs)
        self.n_edges = sum((x > 0) + (y > 0) for x, _, y, _ in self._steps)
        self._uncounted = self.n_edges  # derivatives, which the first sweep counts

    def _add(self, x: int, dx: float, y: int, dy: float) -> int:
        self._steps.append((x, dx, y, dy))
        return self._first + len(self._steps) - 1

    def push(self, vectors: Sequence[Sequence[float]]) -> list[list[float]]:
        """J v for some vectors: how the outputs change where the inputs change by v.

        Args:
            vectors: Lists of a number for each input.

        Raises:
            ValueError: if one has another length.
        """
        return [self._forward(_paired(self._inputs, vector)) for vector in vectors]

    def pull(self, weights: Sequence[Sequence[float]]) -> list[list[float]]:
        """wᵀ J for some weights: the gradient of the outputs' weighted sum.

        Args:
            weights: Lists of a number for each output.

        Raises:
            ValueError: if one has another length.
        """
        return [self._backward(_paired(self._outputs, each)) for each in weights]

    def matrix(self, mode: Literal["", "forward", "reverse"] = "") -> list[list[float]]:
        """J, a row for each output: by a sweep for each input, or by one for each output.

        Args:
            mode: Which; by default whichever meets fewer edges. What an input or an output does not reach is not met.
        """
        if mode == "forward" or (not mode and self._is_cheaper_forward()):
            columns = [self._forward([(place, 1.0)]) for place in self._inputs]
            return [[column[i] for column in columns] for i in range(len(self._outputs))]
        return [self._backward([(place, 1.0)]) for place in self._outputs]

    def pattern(self) -> list[list[int]]:
        """Where J may have an entry other than 0: for each output the inputs that it depends on, in their order.

        Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 7.1, index domains.
        """
        reached = [0] * (self._first + len(self._steps))  # by which inputs: a bit for each
        for i, place in enumerate(self._inputs):
            reached[place] |= 1 << i
        for place, (x, _, y, _) in enumerate(self._steps, self._first):
            reached[place] = reached[x] | reached[y]
        return [_bits(reached[place]) for place in self._outputs]

    def sizes(self) -> list[list[float]]:
        r"""How much an entry of J adds up, signs left out: a row for each output. It bounds the error by rounding.

        .. math:: \sum_{\mathrm{paths}} \; \prod_{\mathrm{edges}} \left| s_i \right|

        Example:
            >>> from autograd import Value
            >>> from autograd.engine import Linearization
            >>> x = Value(3.0)
            >>> linear = Linearization([x - x], [x])
            >>> linear.matrix(), linear.sizes()
            ([[0.0]], [[2.0]])
        """
        steps = [(x, abs(dx), y, abs(dy)) for x, dx, y, dy in self._steps]
        return [self._adjoints([(place, 1.0)], steps)[0] for place in self._outputs]

    def _forward(self, moved: Iterable[tuple[int, float]]) -> list[float]:
        """The tangents of the outputs, from those of some inputs."""
        tangents: list[float | None] = [None] * (self._first + len(self._steps))
        for place, number in moved:
            tangents[place] = (tangents[place] or 0.0) + number  # the same input may be there twice
        n_edges = 0
        for place, (x, dx, y, dy) in enumerate(self._steps, self._first):
            of_x, of_y = tangents[x], tangents[y]
            if of_x is not None:
                n_edges += 1
                tangents[place] = 0.0 + dx * of_x
            if of_y is not None:
                n_edges += 1
                tangents[place] = (0.0 if of_x is None else tangents[place]) + dy * of_y  # type: ignore[operator]
        self._count("forward", n_edges)
        return [tangents[place] or 0.0 for place in self._outputs]

    def _backward(self, weighted: Iterable[tuple[int, float]]) -> list[float]:
        """The adjoints of the inputs, from those of some outputs."""
        adjoints, n_edges = self._adjoints(weighted, self._steps)
        self._count("reverse", n_edges)
        return adjoints

    def _adjoints(
        self, weighted: Iterable[tuple[int, float]], steps: Sequence[tuple[int, float, int, float]]
    ) -> tuple[list[float], int]:
        """The same along some steps, and how many edges it has met."""
        adjoints: list[float | None] = [None] * (self._first + len(self._steps))
        for place, number in weighted:
            adjoints[place] = (adjoints[place] or 0.0) + number
        n_edges = 0
        for place in range(len(adjoints) - 1, self._first - 1, -1):
            adjoint = adjoints[place]
            if adjoint is not None:
                x, dx, y, dy = steps[place - self._first]
                if x:
                    n_edges += 1
                    adjoints[x] = (adjoints[x] or 0.0) + adjoint * dx
                if y:
                    n_edges += 1
                    adjoints[y] = (adjoints[y] or 0.0) + adjoint * dy
        return [adjoints[place] or 0.0 for place in self._inputs], n_edges

    def _count(self, kind: Literal["forward", "reverse"], n_edges: int) -> None:
        operations, self._uncounted = n_edges + self._uncounted, 0
        count(kind, lambda: operations)

    def _is_cheaper_forward(self) -> bool:
        """Whether sweeps forward meet no more edges than sweeps backward, all together."""
        n_outputs, n_inputs = self.shape
        reached = [0] * (self._first + len(self._steps))  # by which inputs: a bit for each, or for several
        for i, place in enumerate(self._inputs):
            reached[place] |= 1 << _group(i, n_inputs)
        forward = 0
        for place, (x, _, y, _) in enumerate(self._steps, self._first):
            reached[place] = reached[x] | reached[y]
            forward += reached[x].bit_count() + reached[y].bit_count()
        reached = [0] * len(reached)  # by which outputs
        for i, place in enumerate(self._outputs):
            reached[place] |= 1 << _group(i, n_outputs)
        backward = 0
        for place in range(len(reached) - 1, self._first - 1, -1):
            x, _, y, _ = self._steps[place - self._first]
            for parent in (x, y):
                if parent:
                    reached[parent] |= reached[place]
                    backward += reached[place].bit_count()
        return forward * max(n_inputs, GROUPS) <= backward * max(n_outputs, GROUPS)


def _paired(places: Sequence[int], vector: Sequence[float]) -> Iterable[tuple[int, float]]:
    if len(vector) != len(places):
        raise misfit(len(places), len(vector))
    return zip(places, vector, strict=True)


def misfit(wanted: int, given: int) -> ValueError:
    """The error for a vector of another length.

    Args:
        wanted: The length that it should have.
        given: The length that it has.
    """
    return ValueError(f"the vector needs {wanted} number{'s' * (wanted != 1)} here, but has {given}.")


def _bits(number: int) -> list[int]:
    """Which bits of a number are 1."""
    found = []
    while number:
        lowest = number & -number
        found.append(lowest.bit_length() - 1)
        number ^= lowest
    return found


def _group(i: int, n: int) -> int:
    return i if n <= GROUPS else i * GROUPS // n
