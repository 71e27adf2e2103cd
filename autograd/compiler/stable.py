r"""Exponentials that do not overflow: where their common scale cancels, as in a softmax, they are beside the largest.

.. math:: \frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}}, \qquad
    \log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograd import ops
from autograd.compiler.gradient import Derived, nodes_of
from autograd.compiler.polynomials import Polynomial, Polynomials, Thing
from autograd.compiler.scales import computed_from, groups
from autograd.compiler.terms import ADD, LARGEST, MUL, SCALE, Terms


def stable(found: Derived) -> Derived:
    """The same cost and gradient with exponentials that do not overflow, as far as their scale cancels.

    Args:
        found: A cost and its gradient.
    """
    costs = [each for each in (found.cost, found.penalty) if each is not None]
    exponentials = groups(found.terms, [*costs, *found.gradient, *found.outputs])
    return _Rewriting(found.terms, exponentials).rewritten(found) if exponentials else found


class _Rewriting:
    """What is computed from exponentials, written again."""

    def __init__(self, terms: Terms, exponentials: Mapping[int, Sequence[int]]) -> None:
        self.terms, self.groups, self.polynomials = terms, exponentials, Polynomials(terms)
        self.new: dict[int, Thing] = {}  # what a term is now
        self.largest: dict[int, int | None] = {}  # of each group, known by its first exponential

    def rewritten(self, found: Derived) -> Derived:
        """All of it."""
        self._run()
        known = {term: self.polynomials.known(thing) for term, thing in self.new.items()}
        nodes = [(known.get(term, term), node) for term, node in found.nodes.items()]
        adjoints = [(known.get(key, key), known.get(adjoint, adjoint)) for key, adjoint in found.adjoints.items()]
        return replace(
            found,
            cost=None if found.cost is None else self._plain(found.cost),
            penalty=None if found.penalty is None else self._plain(found.penalty),
            gradient=[self._plain(each) for each in found.gradient],
            outputs=[self._plain(each) for each in found.outputs],
            nodes=nodes_of((term, node) for term, node in nodes if term is not None),
            adjoints={key: each for key, each in adjoints if key is not None and each is not None},
        )

    def _run(self) -> None:
        arguments, waiting = self.terms.arguments, computed_from(self.terms, {*self.groups})
        todo = sorted(waiting)
        while todo:
            left = []
            for term in todo:
                needed = arguments[term]
                if term in self.groups:  # an exponential needs the arguments of its whole group
                    needed = tuple(each for other in self.groups[term] for each in arguments[other])
                if waiting.isdisjoint(needed):
                    self.new[term] = self._again(term)
                    waiting.discard(term)
                else:
                    left.append(term)
            if left == todo:  # a group needs itself, and is left as it is
                stuck = {term for term in todo if waiting.isdisjoint(arguments[term])}
                self.groups = {term: group for term, group in self.groups.items() if stuck.isdisjoint(group)}
            todo = left

    def _now(self, term: int) -> Thing:
        return self.new.get(term, term)

    def _plain(self, term: int) -> int:
        return self.polynomials.plain(self._now(term))

    def _again(self, term: int) -> Thing:
        terms, polynomials = self.terms, self.polynomials
        head, number, arguments = terms.heads[term], terms.numbers[term], terms.arguments[term]
        first, *others = [self._now(each) for each in arguments]
        if term in self.groups:
            return self._exponential(term)
        if head is ADD:
            return polynomials.sum(first, others[0])
        if head is MUL:
            return polynomials.product(first, others[0])
        if head == SCALE:
            return polynomials.scaled(number, first)
        if head is ops.truediv:
            return polynomials.quotient(first, others[0])
        if head is ops.log and not isinstance(first, int):
            return self._log(first)
        if head is ops.pow and not isinstance(first, int) and polynomials.degree(first):
            return polynomials.power(first, terms.numbers[arguments[1]])
        plain = [self._plain(each) for each in arguments]
        return terms.make(head, number, tuple(plain)) if isinstance(head, str) else terms.applied(head, *plain)

    def _exponential(self, term: int) -> Polynomial:
        """An exponential beside the largest of its group."""
        (argument,), group = self.terms.arguments[term], self.groups[term][0]
        beside = self._shifted(self._plain(argument), {group: -1.0})
        return self.polynomials.atom(self.terms.applied(ops.exp, beside), {group: 1.0}, beside)

    def _log(self, thing: Polynomial) -> int:
        return self._shifted(self.polynomials.log(thing), self.polynomials.degree(thing))

    def _shifted(self, term: int, degrees: Mapping[int, float]) -> int:
        """A term, and multiples of the largest of some groups."""
        for group, degree in degrees.items():
            if group not in self.largest:
                self.largest[group] = self._largest(
                    {self._plain(*self.terms.arguments[each]) for each in self.groups[group]}
                )
            largest = self.largest[group]
            if largest is not None:
                term = self.terms.sum(term, self.terms.scaled(degree, largest))
        return term

    def _largest(self, arguments: set[int]) -> int | None:
        """The largest argument of a group; `None` if they are beside the largest already."""
        terms = self.terms
        is_done = all(
            any(terms.heads[part] == SCALE and terms.heads[terms.arguments[part][0]] == LARGEST for part in parts)
            for parts in ((each, *terms.arguments[each]) for each in arguments)
        )
        return None if is_done else terms.largest(arguments)
