"""The weighted sums of a graph, z = Σ wₖaₖ + b, found in the products and sums that were recorded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograd.engine import Value
from autograd.ops import add, mul

Edge = tuple[Value, int]  # a node, and which of its parents the edge comes from


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """A sum of products, and of what else was added.

    Attributes:
        node: The result.
        members: The products and the sums on the way to it.
        terms: For each term, in its order, the edge that leads to it: from aₖ into its product, or from a term that is
            no such product into its sum.
        weights: For each term its weight wₖ; `None` if it has none.
        biases: The parameters and constants that were added; a 0 to start from is left out.
    """

    node: Value
    members: tuple[Value, ...]
    terms: tuple[Edge, ...]
    weights: tuple[Value | None, ...]
    biases: tuple[Value, ...]

    @property
    def has_parameters(self) -> bool:
        """Whether a weight of it can be trained, as those of a neuron can."""
        return any(weight is not None and not weight.is_constant for weight in self.weights)


def times_used(order: Iterable[Value]) -> Counter[Value]:
    """How many edges leave each node."""
    return Counter(parent for node in order for parent in node.parents)


def weighted_sums(order: Sequence[Value], precedence: Mapping[Value, int]) -> list[WeightedSum]:
    """The sums that have a weight, or at least three terms.

    A sum takes in the sums and products that lead to it, if they have no label and are used nowhere else. Weights may
    be shared: those of a network are, by the examples of a batch.

    Args:
        order: The nodes of a graph, parents before children.
        precedence: For each leaf that can be a weight, how much it is one rather than what is weighted, from 1 on.

    Example:
        >>> from autograd import Value, topological_order
        >>> w, a, b = Value(2.0, "w"), Value(3.0, "a"), Value(1.0, "b")
        >>> z = w * a + b
        >>> (found,) = weighted_sums(topological_order(z), {w: 1, b: 1})
        >>> found.weights == (w,), found.biases == (b,), found.node is z
        (True, True, True)
    """
    uses = times_used(order)
    taken: set[Value] = set()
    found = []
    for node in reversed(order):
        if node.op is add and node not in taken:
            candidate = _weighted_sum(node, uses, precedence)
            if (
                any(weight is not None for weight in candidate.weights)
                or len(candidate.terms) + len(candidate.biases) > 2
            ):
                found.append(candidate)
                taken.update(candidate.members)
    return found[::-1]


def hidden(order: Iterable[Value], sums: Iterable[WeightedSum]) -> dict[Value, WeightedSum]:
    """The weights and biases that are nothing else in the graph, each with the first sum that it belongs to."""
    needed = times_used(order)
    first: dict[Value, WeightedSum] = {}
    for each in sums:
        for leaf in (*each.weights, *each.biases):
            if leaf is None:
                continue
            needed[leaf] -= 1
            first.setdefault(leaf, each)
    return {leaf: each for leaf, each in first.items() if not needed[leaf]}


def _weighted_sum(node: Value, uses: Counter[Value], precedence: Mapping[Value, int]) -> WeightedSum:
    def is_inner(part: Value) -> bool:
        return bool(part.parents) and not part.label and uses[part] == 1

    members, terms, weights, biases = list[Value](), list[Edge](), list[Value | None](), list[Value]()
    todo: list[Edge] = [(node, 1), (node, 0)]
    while todo:  # a loop: a sum may have a thousand terms
        edge = upper, place = todo.pop()
        part = upper.parents[place]
        if is_inner(part) and part.op is add:
            members.append(part)
            todo += [(part, 1), (part, 0)]
            continue
        if part in precedence:
            if part.data != 0 or not part.is_constant or uses[part] > 1:
                biases.append(part)
            else:
                members.append(part)
            continue
        if is_inner(part) and part.op is mul:
            first, second = (precedence.get(factor, 0) for factor in part.parents)
            if first != second:  # w * w has no weight
                members.append(part)
                terms.append((part, int(first > second)))
                weights.append(part.parents[int(first < second)])
                continue
        terms.append(edge)
        weights.append(None)
    return WeightedSum(node, tuple(members), tuple(terms), tuple(weights), tuple(biases))
