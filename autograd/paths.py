r"""Every path of the chain rule: how one node reaches another, with the derivatives along the way.

The derivative of C with respect to w is the sum, over all paths from w to C, of the product of the local derivatives:

.. math:: \frac{\partial C}{\partial w} = \sum_{\text{paths}} \prod_{\text{edges}} \frac{\partial v_{i+1}}{\partial v_i}

There may be very many: forty squarings have 2^40. So they are counted without listing them, and listed one by one.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.reverse import local_derivatives
from autograd.value import Value


@dataclass(frozen=True)
class Path:
    """One path, from the node that is differentiated with respect to, up to the output.

    Attributes:
        nodes: The nodes, ends included.
        local_derivatives: For each edge the derivative of its upper node with respect to its lower one.
    """

    nodes: tuple[Value, ...]
    local_derivatives: tuple[float, ...]

    @property
    def product(self) -> float:
        """The product of the local derivatives: what this path contributes to the derivative."""
        return math.prod(self.local_derivatives)

    def __repr__(self) -> str:
        names = " -> ".join(node.label or (node.op.symbol if node.op else f"{node.data:g}") for node in self.nodes)
        factors = " * ".join(f"{derivative:.6g}" for derivative in self.local_derivatives) or "1"
        return f"<Path {names}: {factors} = {self.product:.6g}>"


def count_paths(output: Value, variable: Value) -> int:
    """How many paths lead from a node to the output: exactly, and at once however many there are.

    Args:
        output: Where the paths end.
        variable: Where they start; 0 paths if the output does not depend on it.

    Example:
        >>> x = y = Value(1.0)
        >>> for _ in range(40):
        ...     y = y * y
        >>> count_paths(y, x) == 2**40
        True

    Reference: Bellman's dynamic programming: the paths to a node are those to its parents.
    """
    counts = {variable: 1}
    for node in topological_order(output):
        if node is not variable:
            count = sum(counts.get(parent, 0) for parent in node.parents)
            if count:
                counts[node] = count
    return counts.get(output, 0)


def paths(output: Value, variable: Value) -> Iterator[Path]:
    """Every path from a node to the output, one by one, the largest contributions first.

    The products of all paths sum to ∂output/∂variable.

    Args:
        output: Where the paths end.
        variable: Where they start; no path comes if the output does not depend on it.

    Raises:
        ValueError: if `variable` is a constant, to which no derivative belongs.
        ValueError, ZeroDivisionError, OverflowError: if a local derivative does not exist.

    Example:
        >>> a, b = Value(2.0, "a"), Value(1.0, "b")
        >>> e = (a + b) * (b + 1)
        >>> for path in paths(e, b):
        ...     print(path)
        <Path b -> + -> *: 1 * 3 = 3>
        <Path b -> + -> *: 1 * 2 = 2>

    Reference: best-first search with an exact bound: Hart, Nilsson & Raphael 1968, "A formal basis for the heuristic
    determination of minimum cost paths".
    """
    if variable.is_constant:
        raise ValueError(f"a constant has no derivative, so no paths start at {variable!r}.")
    edges, bound = _ways_down(output, variable)
    return _best_first(output, variable, edges, bound) if output in bound else iter(())


Edges = dict[Value, list[tuple[Value, float]]]


def _ways_down(output: Value, variable: Value) -> tuple[Edges, dict[Value, float]]:
    """The edges that lie on paths, from each node down, and the largest |product| of any path from `variable` to it."""
    edges: Edges = {}
    bound = {variable: 1.0}
    for node in topological_order(output):
        if node is variable or bound.keys().isdisjoint(node.parents):
            continue
        pairs = zip(node.parents, local_derivatives(node), strict=True)
        edges[node] = [(parent, slope) for parent, slope in pairs if slope is not None and parent in bound]
        bound[node] = max(_size(slope * bound[parent]) for parent, slope in edges[node])
    return edges, bound


def _best_first(output: Value, variable: Value, edges: Edges, bound: dict[Value, float]) -> Iterator[Path]:
    # An entry is a path from the output down to some node: the node, the product so far, and the entry that it extends.
    # Of equally promising ones the youngest comes first, so that the first path is there after one descent.
    start = (output, 1.0, None, 0.0)
    heap = [(-bound[output], 0, start)]
    age = 0
    while heap:
        _, _, entry = heapq.heappop(heap)
        node, product = entry[0], entry[1]
        if node is variable:
            yield _unwind(entry)
            continue
        for parent, slope in edges[node]:
            age -= 1
            extended = product * slope
            heapq.heappush(heap, (-_size(extended * bound[parent]), age, (parent, extended, entry, slope)))  # type: ignore[misc]


def _unwind(entry: tuple[Value, float, object, float]) -> Path:
    nodes, slopes = [], []
    step: object = entry
    while isinstance(step, tuple):
        node, _, step, slope = step
        nodes.append(node)
        slopes.append(slope)
    return Path(tuple(nodes), tuple(slopes[:-1]))


def _size(product: float) -> float:
    return math.inf if math.isnan(product) else abs(product)  # what is not a number comes first, to be seen
