r"""Scales: which exponentials have a common factor that cancels, as :math:`e^m` does in a softmax if it is in each.

A term has a degree: how often such a factor is one of it. It is 1 for an exponential; in a product degrees are added,
in a quotient subtracted. What is added up must have one degree, and so exponentials that are added up are a group, with
one factor. It cancels if all that is asked for has the degree 0.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from autograd import ops
from autograd.compiler.terms import ADD, MUL, SCALE, Terms

Degree = dict[int, float]  # how often the factor of each group is one of a term, if it is


def groups(terms: Terms, results: Sequence[int]) -> dict[int, list[int]]:
    """For each exponential whose scale cancels, the exponentials of its group: itself, and others.

    Args:
        terms: The terms.
        results: What is asked for.
    """
    exponentials = {*terms.with_head(ops.exp)}
    above, needed, todo = computed_from(terms, exponentials), set[int](), [*results]
    while todo:
        term = todo.pop()
        if term in above and term not in needed:
            needed.add(term)
            todo += terms.arguments[term]
    order = sorted(needed)
    scales = _Scales(terms)
    for term in order:
        scales.see(term)
    scales.require_none(*results)
    found = defaultdict[int, list[int]](list)
    for term in order:
        if terms.heads[term] is ops.exp and (group := scales.group(term)) is not None:
            found[group].append(term)
    for term in _divisors(terms, order, scales.degrees.keys()):
        for group in scales.degree(term):
            if found[group] != sorted(_added_up(terms, term)):  # far below the largest, they might all be 0
                found[group] = []
    return {term: group for group in found.values() if len(group) > 1 for term in group}


def computed_from(terms: Terms, some: set[int]) -> set[int]:
    """Some terms, and all that is computed from them."""
    found = {*some}
    for term in range(min(some, default=len(terms)), len(terms)):
        if not found.isdisjoint(terms.arguments[term]):
            found.add(term)
    return found


class _Scales:
    """The degrees of terms, and the groups that follow from them.

    Attributes:
        degrees: Of terms that have a scale, by an exponential of each group.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.degrees: dict[int, Degree] = {}
        self._joined: dict[int, int] = {}  # an exponential, and another one of its group
        self._broken: set[int] = set()  # groups whose scale does not cancel

    def group(self, exponential: int) -> int | None:
        """The exponential that stands for a group; `None` if its scale does not cancel."""
        while exponential in self._joined:
            exponential = self._joined[exponential]
        return None if exponential in self._broken else exponential

    def degree(self, *terms: int, powers: tuple[float, ...] = (1.0, 1.0)) -> Degree:
        """The degree of a product of powers."""
        found = defaultdict[int, float](float)
        for term, power in zip(terms, powers, strict=False):
            for exponential, degree in self.degrees.get(term, {}).items():
                group = self.group(exponential)
                if group is not None:
                    found[group] += power * degree
        return {group: degree for group, degree in found.items() if degree}

    def see(self, term: int) -> None:
        """Find the degree of a term, whose arguments have been seen."""
        head, arguments = self.terms.heads[term], self.terms.arguments[term]
        if head is ops.exp:
            self.require_none(*arguments)
            self.degrees[term] = {term: 1.0}
            return
        if self.degrees.keys().isdisjoint(arguments) or head is ops.log:
            return
        found: Degree = {}
        if head is ADD:
            self._require_one(*arguments)
            found = self.degree(arguments[0])
        elif head in (SCALE, MUL):
            found = self.degree(*arguments)
        elif head is ops.truediv:
            found = self.degree(*arguments, powers=(1.0, -1.0))
        elif head is ops.pow and (exponent := self.terms.number(arguments[1])) is not None:
            found = self.degree(arguments[0], powers=(exponent,))
        else:
            self.require_none(*arguments)
        if found:
            self.degrees[term] = found

    def require_none(self, *terms: int) -> None:
        """Terms are used where none may have a scale."""
        for term in terms:
            if term in self.degrees:
                self._broken.update(self.degree(term))

    def _require_one(self, x: int, y: int) -> None:
        """Two terms are added."""
        difference = self.degree(x, y, powers=(1.0, -1.0))
        if len(difference) == 2 and not sum(difference.values()) and self.degree(x) and self.degree(y):
            one, other = difference
            self._joined[one] = other
        else:
            self._broken.update(difference)


def _divisors(terms: Terms, needed: Iterable[int], scaled: Container[int]) -> set[int]:
    """The sums with a scale that others are divided by, or that have logarithms or powers."""
    place = {ops.truediv: 1, ops.log: 0, ops.pow: 0}
    todo = [terms.arguments[term][place[head]] for term in needed if (head := terms.heads[term]) in place]
    found = set[int]()
    while todo:
        term = todo.pop()
        if term not in scaled:
            continue
        if terms.heads[term] is ADD:
            found.add(term)
        elif terms.heads[term] in (MUL, SCALE, ops.truediv, ops.pow):
            todo += terms.arguments[term]
    return found


def _added_up(terms: Terms, term: int) -> set[int]:
    """The exponentials in a sum, as far as they are there themselves."""
    found, todo = set[int](), [term]
    while todo:
        part = todo.pop()
        if terms.heads[part] is ADD:
            todo += terms.arguments[part]
        elif terms.heads[part] is ops.exp:
            found.add(part)
    return found
