r"""Every path of the chain rule: how one node reaches another, with the derivatives along the way.

The derivative of C with respect to w is the sum, over all paths from w to C, of the product of the local derivatives:

.. math:: \frac{\partial C}{\partial w} = \sum_{\text{paths}} \prod_{\text{edges}} \frac{\partial v_{i+1}}{\partial v_i}

There may be very many: forty squarings have 2^40. So they are counted without being listed, and listed one at a time.
"""

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from autograd.engine import Value, collector_paused, require_values
from autograd.graph.lookup import chosen
from autograd.graph.recorded import Recorded
from autograd.notation import Report, Table, excerpt, name, plural, shortened, show_number, shown_names, signed, typeset

SHOWN = 8  # paths in a table
MOST = 24  # nodes and factors that a path prints; a longer one prints its first and last
MOST_IN_ROW = 10

Edge = tuple[Value, float, int]  # the lower node, the local derivative, and which parent of the upper node it is


@dataclass(frozen=True)
class Path:
    """One path, from the variable up to the output.

    Attributes:
        nodes: The nodes, ends included.
        local_derivatives: For each edge, the derivative of its upper node with respect to its lower one.
        places: For each edge, which parent of its upper node the lower one is, counted from 0.
    """

    nodes: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    places: tuple[int, ...]

    @property
    def product(self) -> float:
        """The product of the local derivatives: what this path contributes to the derivative."""
        return math.prod(self.local_derivatives)

    def __repr__(self) -> str:
        slopes = excerpt(self.local_derivatives, MOST)
        factors = " * ".join(slope if slope == "…" else f"{slope:.6g}" for slope in slopes) or "1"
        return f"<Path {' -> '.join(self._names(MOST))}: {factors} = {self.product:.6g}>"

    def _names(self, most: int) -> list[str]:
        return [node if node == "…" else shortened(_short_name(node)) for node in excerpt(self.nodes, most)]

    def _row(self) -> tuple[str, str, str]:
        slopes = excerpt([slope for slope in self.local_derivatives if slope != 1.0], MOST_IN_ROW)
        product = " · ".join(signed([slope if slope == "…" else show_number(slope) for slope in slopes], "({})")) or "1"
        return " → ".join(self._names(MOST_IN_ROW)), product, show_number(self.product)


def _short_name(node: Value) -> str:
    return typeset(node.label) or (node.op.symbol if node.op else f"{node.data:g}")


def count_paths(output: Value, variable: Value | str) -> int:
    """How many paths lead from a node to the output: an exact number, found at once however large it is.

    Args:
        output: Where the paths end.
        variable: Where they start, a node or its label; there are 0 if the output does not depend on it.

    Example:
        >>> x = y = Value(1.0)
        >>> for _ in range(40):
        ...     y = y * y
        >>> count_paths(y, x) == 2**40
        True

    Reference: Bellman's dynamic programming: a node has as many paths as the nodes computed from it have together.
    """
    require_values("count_paths", output)
    graph = Recorded.of(output)
    variable = chosen("count_paths", variable, graph.order)
    return path_counts(graph, [variable])[variable]


def path_counts(recorded: Recorded, variables: Iterable[Value]) -> dict[Value, int]:
    """How many paths lead from each of some nodes to the output of a graph.

    Example:
        >>> x, y = Value(1.0), Value(2.0)
        >>> list(path_counts(Recorded.of(x * x + y), [x, y, Value(3.0)]).values())
        [2, 1, 0]
    """
    counts = dict.fromkeys(variables, 0)
    reached = set(counts)
    for node in recorded.order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    waiting = {recorded.output: 1}  # paths up from a node; dropped when they have been passed on, for they may be huge
    for node in reversed(recorded.order):
        count = waiting.pop(node, 0)
        if not count:
            continue
        if node in counts:
            counts[node] = count
        for parent in node.parents:
            if parent in reached:  # others would keep theirs to the end
                waiting[parent] = waiting[parent] + count if parent in waiting else count
    return counts


class Paths(Report):
    """Every path from a node to the output, the largest contributions first; shown as a table of the first ones.

    They are found one at a time, as they are asked for: `for path in paths(C, w)`, or `next(...)`.
    """

    def __init__(self, graph: Recorded, variable: Value) -> None:
        self._graph = graph
        self._ways = Ways.of(graph, variable)
        self._rest = iter(self._ways)

    def __iter__(self) -> Iterator[Path]:
        return iter(self._ways)

    def __next__(self) -> Path:
        return next(self._rest)

    def table(self) -> Table:
        """The first paths, each with its local derivatives (but those that are 1) and their product."""
        variable, output = self._ways.variable, self._graph.output
        rows = [path._row() for path in itertools.islice(self._ways, SHOWN)]
        n_paths = path_counts(self._graph, [variable])[variable]
        whole = self._graph.tangents({variable: 1.0}).get(output, 0.0)
        names = shown_names(self._graph.order)
        start, end = shortened(name(variable, names)), shortened(name(output, names))
        caption = f"{plural(n_paths, 'path')} from {start} to {end}, together {show_number(whole)}"
        return Table(("path", "local derivatives", "product"), rows, 2, caption, n_paths - len(rows))


def paths(output: Value, variable: Value | str) -> Paths:
    """Every path from a node to the output, one at a time, the largest contributions first.

    The products of all paths sum to ∂output/∂variable.

    Args:
        output: Where the paths end.
        variable: Where they start, a node or its label; there are none if the output does not depend on it.

    Raises:
        ValueError: if `variable` is a constant, which has no derivative.
        ValueError, ZeroDivisionError, OverflowError: if a local derivative does not exist.

    Example:
        >>> a, b = Value(2.0, "a"), Value(1.0, "b")
        >>> e = (a + b) * (b + 1)
        >>> for path in paths(e, b):
        ...     print(path)
        <Path b -> + -> *: 1 * 3 = 3>
        <Path b -> + -> *: 1 * 2 = 2>
        >>> paths(e, b)
        2 paths from b to (a + b)*(b + 1), together 5
        path       local derivatives  product
        b → + → *  3                        3
        b → + → *  2                        2

    Reference: best-first search with an exact bound: Hart, Nilsson & Raphael 1968, "A formal basis for the heuristic
    determination of minimum cost paths".
    """
    require_values("paths", output)
    graph = Recorded.of(output)
    return Paths(graph, chosen("paths", variable, graph.order))


@dataclass(frozen=True)
class Ways:
    """The edges that lie on paths from a variable to the output of a graph. Iterating gives the paths, largest first.

    Attributes:
        output: Where the paths end.
        variable: Where they start.
        edges: From each node on a path down: those that lie on one, the one of the largest path first.
        bound: For each node on a path, the largest |product| of any path from the variable up to it.
    """

    output: Value
    variable: Value
    edges: dict[Value, tuple[Edge, ...]]
    bound: dict[Value, float]

    @classmethod
    def of(cls, recorded: Recorded, variable: Value) -> "Ways":
        """Find them.

        Raises:
            ValueError: if `variable` is a constant, which has no derivative.
            ValueError, ZeroDivisionError, OverflowError: if a local derivative does not exist.
        """
        if variable.is_constant:
            raise ValueError(f"a constant has no derivative, so no paths start at {variable!r}.")
        edges: dict[Value, tuple[Edge, ...]] = {}
        bound = {variable: 1.0}
        with collector_paused():  # which would search the edges for cycles, again and again
            for node in recorded.above(variable).order[1:]:
                found: tuple[Edge, ...] = ()
                largest = -1.0
                for place, (parent, slope) in enumerate(zip(node.parents, recorded.slopes(node))):  # noqa: B905
                    if slope is None or parent not in bound:
                        continue
                    edge, size = (parent, slope, place), _size(slope * bound[parent])
                    found = (edge, *found) if size >= largest else (*found, edge)
                    largest = max(size, largest)
                edges[node], bound[node] = found, largest
        return cls(recorded.output, variable, edges, bound)

    def is_forked(self, path: Path, start: int, stop: int) -> bool:
        """Whether a part of a path is not the only way from its beginning to its end.

        Args:
            path: The path.
            start: The place of the lower end on it.
            stop: The place of the upper end.
        """
        lower = path.nodes[start]
        upwards = zip(path.nodes[start + 1 : stop + 1], path.places[start:stop], strict=True)
        todo = [parent for upper, taken in upwards for parent, _, place in self.edges[upper] if place != taken]
        if lower is self.variable:
            return bool(todo)  # they all come from there
        places, seen = self._places, set[Value]()
        while todo:
            node = todo.pop()
            if node is lower:
                return True
            if places[node] > places[lower] and node not in seen:  # those below cannot depend on it
                seen.add(node)
                todo += [parent for parent, _, _ in self.edges[node]]
        return False

    @cached_property
    def _places(self) -> dict[Value, int]:
        return {node: place for place, node in enumerate(self.bound)}

    def __iter__(self) -> Iterator[Path]:
        if self.output not in self.bound:
            return
        # A path is an earlier one that turns off at some node, and takes the largest edges from there on. Of equally
        # large ones the youngest comes first: it has turned off as far down as it can.
        heap: list[_Turn] = []
        turn: _Turn | None = _Turn(-self.bound[self.output], 0, [], 0, 1.0, None)
        age = 0
        while turn:
            edges, product, node = turn.before[: turn.at], turn.product, self.output
            with collector_paused():
                if turn.edge:
                    edges.append(turn.edge)
                    node, product = turn.edge[0], product * turn.edge[1]
                while node is not self.variable:
                    best, *others = self.edges[node]
                    for other in others:
                        age -= 1
                        size = _size(product * other[1] * self.bound[other[0]])
                        heapq.heappush(heap, _Turn(-size, age, edges, len(edges), product, other))
                    edges.append(best)
                    node, product = best[0], product * best[1]
                parents, slopes, places = zip(*reversed(edges), strict=True) if edges else ((), (), ())
                path = Path((*parents, self.output), slopes, places)
            yield path
            turn = heapq.heappop(heap) if heap else None


class _Turn(NamedTuple):
    """Where a path leaves an earlier one, from above: after some of its edges, by another one."""

    minus_size: float
    age: int
    before: list[Edge]
    at: int
    product: float  # of the derivatives along these edges
    edge: Edge | None


def _size(product: float) -> float:
    return math.inf if math.isnan(product) else abs(product)  # nan comes first, where it is seen
