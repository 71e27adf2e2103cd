"""The gradient as terms: the reverse sweep over the recorded graph, by the partials of the table's rows.

The mean over the examples is folded in: what the cost of one example is a sum of begins the sweep with the share 1/n,
if it differs from example to example; else, as a penalty on the weights, with 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.compiler.terms import PARAMETER, SHARE, Terms, term_rows
from autograd.engine import Value

Leaf = tuple[str, int]  # its kind, and its index among those


@dataclass(frozen=True)
class Derived:
    """A cost and its gradient.

    Attributes:
        terms: The terms.
        cost: The term of the cost, as far as it differs from example to example; `None` if nothing does.
        penalty: The term of the rest; `None` if there is none.
        gradient: For each parameter the term of its derivative, a sum over the examples.
        nodes: The node that each term of the cost was recorded as; of several, the first with a label.
        adjoints: For the terms of these the terms of their adjoints.
    """

    terms: Terms
    cost: int | None
    penalty: int | None
    gradient: Sequence[int]
    nodes: Mapping[int, Value]
    adjoints: Mapping[int, int]


def derived(order: Sequence[Value], leaves: Mapping[Value, Leaf], n_parameters: int) -> Derived:
    """Write a cost and its gradient as terms.

    Args:
        order: The graph of the cost of one example, parents before children.
        leaves: What its leaves are; any other is a plain number.
        n_parameters: How many parameters there are.
    """
    terms = Terms()
    of: dict[Value, int] = {}
    depends: set[Value] = set()  # on a parameter
    for node in order:
        if node.parents and node.op is not None:
            of[node] = terms.applied(node.op, *[of[parent] for parent in node.parents])
            if not depends.isdisjoint(node.parents):
                depends.add(node)
        elif node in leaves:
            kind, index = leaves[node]
            of[node] = terms.leaf(kind, index)
            if kind == PARAMETER:
                depends.add(node)
        else:
            of[node] = terms.constant(node.data)
    nodes: dict[int, Value] = {}
    for node, term in of.items():
        if term not in nodes or (node.label and not nodes[term].label):
            nodes[term] = node
    sweep = _Sweep(terms, of, depends)
    parts = _summands(order, terms, of)
    for batched, seed in ((True, terms.leaf(SHARE)), (False, terms.constant(1.0))):
        for node, factor in parts.items():
            if terms.batched[of[node]] is batched:
                sweep.arrive(node, terms.scaled(factor, seed))
        sweep.run(order)  # one at a time: what they share has an adjoint for each example, and one for the penalty
    gradient = [terms.constant(0.0)] * n_parameters
    for node, adjoint in sweep.of_leaves.items():
        gradient[leaves[node][1]] = adjoint
    cost, penalty = (
        _total(terms, [(of[node], factor) for node, factor in parts.items() if terms.batched[of[node]] is batched])
        for batched in (True, False)
    )
    return Derived(terms, cost, penalty, gradient, nodes, sweep.of_terms)


def _summands(order: Sequence[Value], terms: Terms, of: Mapping[Value, int]) -> dict[Value, float]:
    """What the cost is a sum of, each with the number before it."""
    open_sums, found = {order[-1]: 1.0}, dict[Value, float]()
    for node in reversed(order):
        factor = open_sums.pop(node, None)
        if factor is None:
            continue
        slopes = _plain_slopes(node, terms, of)
        if slopes is None:
            found[node] = factor
            continue
        for parent, slope in zip(node.parents, slopes, strict=True):
            if slope is not None:
                open_sums[parent] = open_sums.get(parent, 0.0) + factor * slope
    return found


def _plain_slopes(node: Value, terms: Terms, of: Mapping[Value, int]) -> list[float | None] | None:
    """The slopes of a sum, a difference, or a multiple, which are numbers; `None` for what is none of these.

    A number that a node is multiplied with has no slope, for it is no part of the sum.
    """
    if node.op not in (ops.add, ops.sub, ops.neg, ops.mul, ops.truediv):
        return None
    numbers = [terms.number(of[parent]) for parent in node.parents]
    if node.op in (ops.mul, ops.truediv) and (
        numbers.count(None) != 1 or (node.op is ops.truediv and numbers[1] is None)
    ):
        return None
    arguments = [terms.flowing(of[parent]) for parent in node.parents]
    if node.op in (ops.mul, ops.truediv):
        place = numbers.index(None)
        slope = node.op.partials[place](term_rows, terms.flowing(of[node]), *arguments)
        return [slope if place == other else None for other in range(len(numbers))]
    return [partial(term_rows, None, *arguments) for partial in node.op.partials] if node.op is not None else None


def _total(terms: Terms, parts: Sequence[tuple[int, float]]) -> int | None:
    total = None
    for term, factor in parts:
        part = terms.scaled(factor, term)
        total = part if total is None else terms.sum(total, part)
    return total


class _Sweep:
    """The adjoints on their way down."""

    def __init__(self, terms: Terms, of: Mapping[Value, int], depends: set[Value]) -> None:
        self.terms, self.of, self.depends = terms, of, depends
        self.adjoints: dict[Value, int] = {}
        self.of_leaves: dict[Value, int] = {}
        self.of_terms: dict[int, int] = {}

    def arrive(self, node: Value, contribution: int) -> None:
        """Add to the adjoint of a node, if a parameter is below it."""
        if node in self.depends:
            known = self.adjoints.get(node)
            self.adjoints[node] = contribution if known is None else self.terms.sum(known, contribution)

    def run(self, order: Sequence[Value]) -> None:
        """Pass all adjoints down to the leaves, and add to what is there."""
        if not self.adjoints:
            return
        terms, of = self.terms, self.of
        for node in reversed(order):
            adjoint = self.adjoints.pop(node, None)
            if adjoint is None:
                continue
            if node.op is None or not node.parents:
                known = self.of_leaves.get(node)
                self.of_leaves[node] = adjoint if known is None else terms.sum(known, adjoint)
                continue
            self.of_terms.setdefault(of[node], adjoint)
            value, arguments = terms.flowing(of[node]), [terms.flowing(of[parent]) for parent in node.parents]
            for partial, parent in zip(node.op.partials, node.parents, strict=True):
                if parent not in self.depends:
                    continue
                slope = partial(term_rows, value, *arguments)
                self.arrive(parent, terms.product(adjoint, terms.of(slope)))
