r"""Every path of the chain rule: how one node reaches another, with the derivatives along the way.

The derivative of C with respect to w is the sum, over all paths from w to C, of the product of the local derivatives:

.. math:: \frac{\partial C}{\partial w} = \sum_{\text{paths}} \prod_{\text{edges}} \frac{\partial v_{i+1}}{\partial v_i}

There may be very many: forty squarings have 2^40. So they are counted without being listed, and listed one at a time.
"""

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd.engine import Value, collector_paused, require_values
from autograd.graph.lookup import chosen
from autograd.graph.recorded import Recorded, SlopedEdges
from autograd.notation import Report, Table, excerpt, name, plural, shortened, show_number, shown_names, signed, typeset

SHOWN = 8  # paths in a table
MOST = 24  # nodes and factors that a path prints; a longer one prints its first and last
MOST_IN_ROW = 10


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
        variable: Where they start, a node or its label; there are 0 if the output does not depend on it, or it is a
            constant.

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
    edges, variables = recorded.edges, [*variables]
    counts = _counts(edges, recorded.upwards(variables), recorded.output, edges.places_of(variables))
    return {node: counts.get(edges.places.get(node, -1), 0) for node in variables}


def _counts(edges: SlopedEdges, found: Sequence[int], output: Value, variables: Iterable[int]) -> dict[int, int]:
    """How many paths lead along some edges, from below, from each of some places to the output."""
    lower, upper, wanted = edges.lower, edges.upper, set(variables)
    counts = {edges.places[output]: 1}
    last = -1
    for edge in reversed(found):
        node, below = upper[edge], lower[edge]
        if node != last:
            if last not in wanted:
                counts.pop(last, None)  # it has been passed on, and may be huge
            last = node
        if node in counts:  # of several outputs, the others are not
            counts[below] = counts[below] + counts[node] if below in counts else counts[node]
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
        n_paths, whole = self._ways.count(), self._ways.derivative()
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
        graph: The graph.
        variable: Where the paths start.
        edges: The edges, from below.
        first: For each node on a path, by its place, the edge by which the largest path enters it.
        other: The other edge that does, if there are two.
        bound: The largest |product| of any path from the variable up to it.
    """

    graph: Recorded
    variable: Value
    edges: Sequence[int]
    first: list[Any]
    other: list[Any]
    bound: list[float]

    @classmethod
    def of(cls, recorded: Recorded, variable: Value) -> "Ways":
        """Find them.

        Raises:
            ValueError: if `variable` is a constant, which has no derivative.
            ValueError, ZeroDivisionError, OverflowError: if a local derivative does not exist.
        """
        if variable.is_constant:
            raise ValueError(f"a constant has no derivative, so no paths start at {variable!r}.")
        edges, found = recorded.edges, recorded.upwards([variable])
        edges.evaluate(found)
        lower, upper, slopes = edges.lower, edges.upper, edges.slopes
        first: list[Any] = [None] * len(edges.nodes)
        other = [*first]
        bound = [-1.0] * len(edges.nodes)  # less than any
        for place in edges.places_of([variable]):
            bound[place] = 1.0
        for edge in found:
            node, size = upper[edge], _size(slopes[edge] * bound[lower[edge]])
            if size > bound[node]:  # of two equal ones the last parent's is the first
                first[node], other[node], bound[node] = edge, first[node], size
            else:
                other[node] = edge
        return cls(recorded, variable, found, first, other, bound)

    def count(self) -> int:
        """How many paths there are."""
        edges = self.graph.edges
        (place,) = edges.places_of([self.variable]) or (-1,)
        return _counts(edges, self.edges, self.graph.output, [place]).get(place, 0)

    def derivative(self) -> float:
        """The sum over all paths: the derivative of the output with respect to the variable."""
        edges = self.graph.edges
        return edges.push(self.edges, {self.variable: 1.0}).get(edges.places[self.graph.output], 0.0)

    def is_forked(self, path: Path, start: int, stop: int) -> bool:
        """Whether a part of a path is not the only way from its beginning to its end.

        Args:
            path: The path.
            start: The place of the lower end on it.
            stop: The place of the upper end.
        """
        edges = self.graph.edges
        lowest = edges.places[path.nodes[start]]
        todo = []
        for upper, taken in zip(path.nodes[start + 1 : stop + 1], path.places[start:stop], strict=True):
            todo += [edges.lower[edge] for edge in self._into(edges.places[upper]) if edges.which[edge] != taken]
        if path.nodes[start] is self.variable:
            return bool(todo)  # they all come from there
        seen = set[int]()
        while todo:
            node = todo.pop()
            if node == lowest:
                return True
            if node > lowest and node not in seen:  # those below cannot depend on it
                seen.add(node)
                todo += [edges.lower[edge] for edge in self._into(node)]
        return False

    def _into(self, node: int) -> list[int]:
        return [edge for edge in (self.first[node], self.other[node]) if edge is not None]

    def __iter__(self) -> Iterator[Path]:
        edges, first, other, bound = self.graph.edges, self.first, self.other, self.bound
        lower, slopes = edges.lower, edges.slopes
        output, start = edges.places[self.graph.output], edges.places.get(self.variable)
        if bound[output] < 0:
            return
        # A path is an earlier one that turns off at some node, and takes the largest edges from there on. Of equally
        # large ones the youngest comes first: it has turned off as far down as it can.
        heap: list[_Turn] = []
        turn: _Turn | None = _Turn(-bound[output], 0, Path((self.graph.output,), (), ()), 0, 1.0, None)
        age = 0
        while turn:
            node, product, edge = output, turn.product, turn.edge
            taken, turns = list[int](), list[tuple[int, float, int]]()
            with collector_paused():  # it would search the turns for cycles, again and again
                while edge is not None or node != start:
                    if edge is None:
                        edge = first[node]
                        if other[node] is not None:
                            turns.append((turn.at + len(taken), product, other[node]))
                    taken.append(edge)
                    node, product, edge = lower[edge], product * slopes[edge], None
                path = self._turned(turn.before, turn.at, taken)
                age -= len(turns)
                for younger, (at, product, another) in enumerate(reversed(turns)):  # the first to be taken, first
                    size = _size(product * slopes[another] * bound[lower[another]])
                    heapq.heappush(heap, _Turn(-size, age + younger, path, at, product, another))
            yield path
            turn = heapq.heappop(heap) if heap else None

    def _turned(self, path: Path, at: int, taken: Sequence[int]) -> Path:
        """A path that takes other edges than an earlier one, after as many of its edges from above."""
        edges, upwards, kept = self.graph.edges, taken[::-1], len(path.places) - at
        return Path(
            tuple([edges.nodes[edges.lower[edge]] for edge in upwards]) + path.nodes[kept:],
            tuple([edges.slopes[edge] for edge in upwards]) + path.local_derivatives[kept:],
            tuple([edges.which[edge] for edge in upwards]) + path.places[kept:],
        )


class _Turn(NamedTuple):
    """Where a path leaves an earlier one: after some of its edges from above, by another one."""

    minus_size: float
    age: int
    before: Path
    at: int
    product: float  # of the derivatives along these edges
    edge: int | None


def _size(product: float) -> float:
    size = abs(product)
    return size if size == size else math.inf  # nan comes first, where it is seen
