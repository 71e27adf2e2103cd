"""The gradient as terms: the reverse sweep over the recorded graph, by the partials of the table's rows.

The mean over the examples is folded in. The cost of an example is a sum: a term that differs from example to example
begins the sweep with the share 1/n; one that does not, such as a penalty on the weights, begins it with 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.compiler.recording import Recording
from autograd.compiler.terms import PARAMETER, SHARE, Terms
from autograd.engine import Value
from autograd.table import Op


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
        outputs: The terms that are wanted besides.
    """

    terms: Terms
    cost: int | None
    penalty: int | None
    gradient: Sequence[int]
    nodes: Mapping[int, Value]
    adjoints: Mapping[int, int]
    outputs: Sequence[int] = ()


def derived(recording: Recording) -> Derived:
    """Write a cost and its gradient as terms.

    Args:
        recording: The recorded cost.
    """
    terms = Terms()
    of, depends = _written(recording, terms)
    nodes = nodes_of(zip(of, recording.order, strict=True))
    sweep = _Sweep(recording, terms, of, depends)
    parts, is_batched = _summands(recording, terms, of), terms.is_batched
    for batched, seed in ((True, terms.leaf(SHARE)), (False, terms.constant(1.0))):
        for place, factor in parts.items():
            if is_batched(of[place]) is batched:
                sweep.arrive(place, terms.scaled(factor, seed))
        sweep.run()  # one at a time: what they share has an adjoint for each example, and one for the penalty
    cost, penalty = (
        _total(terms, [(of[place], factor) for place, factor in parts.items() if is_batched(of[place]) is batched])
        for batched in (True, False)
    )
    outputs = [of[place] for place in recording.outputs]
    return Derived(terms, cost, penalty, sweep.gradient, nodes, sweep.of_terms, outputs)


def per_example(recording: Recording) -> Derived:
    """Write the outputs of a recording and their derivatives as terms, of each example alone: no mean, and no sum.

    Args:
        recording: What was recorded, with outputs. The gradient is that of one after the other.
    """
    terms = Terms()
    of, depends = _written(recording, terms)
    one, gradient = terms.constant(1.0), list[int]()
    for place in recording.outputs:
        sweep = _Sweep(recording, terms, of, depends)
        sweep.arrive(place, one)
        sweep.run()
        gradient += sweep.gradient
    outputs = [of[place] for place in recording.outputs]
    nodes = nodes_of(zip(of, recording.order, strict=True))
    return Derived(terms, None, None, gradient, nodes, {}, outputs)


def nodes_of(pairs: Iterable[tuple[int, Value]]) -> dict[int, Value]:
    """The node of each term; of several, the first with a label.

    Args:
        pairs: Terms, and nodes that they were recorded as.
    """
    found: dict[int, Value] = {}
    for term, node in pairs:
        if term not in found or (node.label and not found[term].label):
            found[term] = node
    return found


def _written(recording: Recording, terms: Terms) -> tuple[list[int], list[bool]]:
    """The term of each node, and whether it depends on a parameter."""
    of, depends, largest, leaves = list[int](), list[bool](), recording.largest, recording.leaves
    frequent = {ops.add: terms.sum, ops.mul: terms.product}  # as `applied` takes them, quickly
    for place, (node, op, parents) in enumerate(zip(recording.order, recording.ops, recording.parents, strict=True)):
        if place in largest:
            of.append(terms.largest([of[each] for each in largest[place]]))
            depends.append(False)
        elif op in frequent:
            x, y = parents
            of.append(frequent[op](of[x], of[y]))
            depends.append(depends[x] or depends[y])
        elif parents and op is not None:
            of.append(terms.applied(op, *[of[each] for each in parents]))
            depends.append(any(depends[each] for each in parents))
        else:
            kind, index = leaves.get(node, ("", 0))
            of.append(terms.leaf(kind, index) if kind else terms.constant(node.data))
            depends.append(kind == PARAMETER)
    return of, depends


def _summands(recording: Recording, terms: Terms, of: Sequence[int]) -> dict[int, float]:
    """The places of what the cost is a sum of, each with the number before it."""
    last = len(of) - 1
    open_sums, found = {last: 1.0}, dict[int, float]()
    for place in range(last, -1, -1):
        factor = open_sums.pop(place, None)
        if factor is None:
            continue
        arguments = [of[parent] for parent in recording.parents[place]]
        slopes = _plain_slopes(recording.order[place].op, terms, of[place], arguments)
        if slopes is None:
            found[place] = factor
            continue
        for parent, slope in zip(recording.parents[place], slopes, strict=True):
            if slope is not None:
                open_sums[parent] = open_sums.get(parent, 0.0) + factor * slope
    return found


def _plain_slopes(op: Op | None, terms: Terms, value: int, arguments: Sequence[int]) -> list[float | None] | None:
    """The slopes of a sum, a difference, or a multiple, which are numbers; `None` for what is none of these.

    A number that a node is multiplied with has no slope, for it is no part of the sum.
    """
    if op not in (ops.add, ops.sub, ops.neg, ops.mul, ops.truediv):
        return None
    places = [*range(len(arguments))]
    if op in (ops.mul, ops.truediv):
        places = [place for place in places if terms.number(arguments[place]) is None]
        if len(places) != 1 or (op is ops.truediv and places != [0]):
            return None
    slopes: list[float | None] = [None] * len(arguments)
    for place in places:
        slopes[place] = terms.number(terms.slope(op, place, value, arguments))
    return slopes


def _total(terms: Terms, parts: Sequence[tuple[int, float]]) -> int | None:
    total = None
    for term, factor in parts:
        part = terms.scaled(factor, term)
        total = part if total is None else terms.sum(total, part)
    return total


class _Sweep:
    """The adjoints on their way down."""

    def __init__(self, recording: Recording, terms: Terms, of: Sequence[int], depends: Sequence[bool]) -> None:
        self.recording, self.terms, self.of, self.depends = recording, terms, of, depends
        self.adjoints: list[int | None] = [None] * len(of)  # so far, of nodes that are still to be passed
        self.zero = terms.constant(0.0)
        self.gradient = [self.zero] * recording.sizes[PARAMETER]
        self.of_terms: dict[int, int] = {}

    def arrive(self, place: int, contribution: int) -> None:
        """Add to the adjoint of a node, if a parameter is below it."""
        if self.depends[place]:
            known = self.adjoints[place]
            self.adjoints[place] = contribution if known is None else self.terms.sum(known, contribution)

    def run(self) -> None:
        """Pass all adjoints down to the leaves, and add to what is there."""
        terms, of, depends, adjoints = self.terms, self.of, self.depends, self.adjoints
        recording, one = self.recording, terms.constant(1.0)
        ops, parents = recording.ops, recording.parents
        for place in range(len(of) - 1, -1, -1):
            adjoint = adjoints[place]
            if adjoint is None:
                continue
            adjoints[place] = None
            op, operands, value = ops[place], parents[place], of[place]
            if op is None or not operands:
                parameter = recording.leaves[recording.order[place]][1]
                known = self.gradient[parameter]
                self.gradient[parameter] = adjoint if known == self.zero else terms.sum(known, adjoint)
                continue
            self.of_terms.setdefault(value, adjoint)
            arguments = [of[each] for each in operands]
            for which, parent in enumerate(operands):
                if depends[parent]:
                    slope = terms.slope(op, which, value, arguments)
                    contribution = adjoint if slope == one else terms.product(adjoint, slope)
                    others = adjoints[parent]  # as `arrive` does, which a call would slow
                    adjoints[parent] = contribution if others is None else terms.sum(others, contribution)
