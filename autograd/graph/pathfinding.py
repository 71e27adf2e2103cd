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

from autograd.engine import Value, require_values
from autograd.graph.lookup import chosen
from autograd.graph.recorded import Recorded
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
        factors = " * ".join(excerpt([f"{derivative:.6g}" for derivative in self.local_derivatives], MOST)) or "1"
        return f"<Path {' -> '.join(excerpt(self._names(), MOST))}: {factors} = {self.product:.6g}>"

    def _names(self) -> list[str]:
        labels = [typeset(node.label) or (node.op.symbol if node.op else f"{node.data:g}") for node in self.nodes]
        return [shortened(label) for label in labels]

    def _row(self) -> tuple[str, str, str]:
        factors = [show_number(slope) for slope in self.local_derivatives if slope != 1.0]
        product = " · ".join(signed(excerpt(factors, MOST_IN_ROW), "({})")) or "1"
        return " → ".join(excerpt(self._names(), MOST_IN_ROW)), product, show_number(self.product)


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
    waiting = {recorded.output: 1}  # paths up from a node; dropped when they have been passed on, for they may be huge
    for node in reversed(recorded.order):
        count = waiting.pop(node)
        if node in counts:
            counts[node] = count
        for parent in node.parents:
            waiting[parent] = waiting.get(parent, 0) + count
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
        edges: From each node on a path down: the parents on a path, with the local derivative and the place.
        bound: For each node on a path, the largest |product| of any path from the variable up to it.
    """

    output: Value
    variable: Value
    edges: dict[Value, list[tuple[Value, float, int]]]
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
        edges: dict[Value, list[tuple[Value, float, int]]] = {}
        bound = {variable: 1.0}
        for node in recorded.above(variable).order[1:]:
            edges[node] = [
                (parent, slope, place)
                for place, (parent, slope) in enumerate(zip(node.parents, recorded.slopes(node), strict=True))
                if slope is not None and parent in bound
            ]
            bound[node] = max(_size(slope * bound[parent]) for parent, slope, _ in edges[node])
        return cls(recorded.output, variable, edges, bound)

    def between(self, lower: Value, upper: Value) -> int:
        """How many paths lead from one node on the way to another."""
        counts = {upper: 1}
        for node in reversed(self.edges):
            if node is lower:
                break
            count = counts.pop(node, 0)
            for parent, _, _ in self.edges[node] if count else ():
                counts[parent] = counts.get(parent, 0) + count
        return counts.get(lower, 0)

    def __iter__(self) -> Iterator[Path]:
        if self.output not in self.bound:
            return
        # Of equally promising descents the youngest comes first, so that the first path is found without trying others.
        heap = [(-self.bound[self.output], 0, _Descent(self.output, 1.0))]
        age = 0
        while heap:
            *_, descent = heapq.heappop(heap)
            if descent.node is self.variable:
                yield descent.path
                continue
            for parent, slope, place in self.edges[descent.node]:
                age -= 1
                extended = _Descent(parent, descent.product * slope, descent, slope, place)
                heapq.heappush(heap, (-_size(extended.product * self.bound[parent]), age, extended))


@dataclass(frozen=True)
class _Descent:
    """A path from the output down to some node: a shorter one, extended by an edge."""

    node: Value
    product: float
    above: "_Descent | None" = None
    slope: float = 1.0
    place: int = 0

    @property
    def path(self) -> Path:
        """The path, from below."""
        descent, nodes, slopes, places = self, [self.node], list[float](), list[int]()
        while descent.above is not None:
            slopes.append(descent.slope)
            places.append(descent.place)
            descent = descent.above
            nodes.append(descent.node)
        return Path(tuple(nodes), tuple(slopes), tuple(places))


def _size(product: float) -> float:
    return math.inf if math.isnan(product) else abs(product)  # nan comes first, where it is seen
