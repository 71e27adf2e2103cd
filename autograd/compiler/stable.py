r"""Exponentials that do not overflow: where their common scale cancels, as in a softmax, they are beside the largest.

.. math:: \frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}}, \qquad
    \log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j

Exponentials that are added up have one scale, and are a group. What is computed from them is a sum of monomials:
products of powers of the exponentials, and of sums of them, each with a factor that has no scale. There it cancels as
far as it can: a_k = e_k / s is a quotient wherever it comes up, y_k / a_k · a_k is y_k, and so the error is a - y.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import replace

from autograd import ops
from autograd.compiler.gradient import Derived
from autograd.compiler.terms import ADD, LARGEST, MUL, SCALE, SHARE, Terms

Degree = dict[int, float]  # how often the scale of each group is a factor of a term, if it is one
Monomial = tuple[tuple[int, float], ...]  # atoms, in their order, and their powers
Polynomial = dict[Monomial, int]  # and the factor of each
_MOST = 4  # monomials that are kept apart


def stable(found: Derived) -> Derived:
    """The same cost and gradient with exponentials that do not overflow, as far as their scale cancels.

    Args:
        found: A cost and its gradient.
    """
    costs = [each for each in (found.cost, found.penalty) if each is not None]
    groups = _groups(found.terms, costs)
    return _Rewriting(found.terms, groups).rewritten(found) if groups else found


class _Degrees:
    """How often the scale of a group is a factor of each term: groups that are added up become one.

    Attributes:
        of: For terms that have such a factor, how often, by an exponential of the group.
    """

    def __init__(self) -> None:
        self.of: dict[int, Degree] = {}
        self._joined: dict[int, int] = {}  # an exponential, and another one of its group
        self._broken: set[int] = set()  # groups whose scale does not cancel

    def group(self, exponential: int) -> int | None:
        """The exponential that stands for a group; `None` if its scale does not cancel."""
        while exponential in self._joined:
            exponential = self._joined[exponential]
        return None if exponential in self._broken else exponential

    def degree(self, *terms: int, signs: tuple[float, ...] = (1.0, 1.0)) -> Degree:
        """That of a product, or of a quotient."""
        found = defaultdict[int, float](float)
        for term, sign in zip(terms, signs, strict=False):
            for exponential, power in self.of.get(term, {}).items():
                group = self.group(exponential)
                if group is not None:
                    found[group] += sign * power
        return {group: power for group, power in found.items() if power}

    def add(self, x: int, y: int) -> None:
        """Two terms are added, so that their degrees must not differ."""
        difference = self.degree(x, y, signs=(1.0, -1.0))
        if len(difference) == 2 and not sum(difference.values()) and self.degree(x) and self.degree(y):
            one, other = difference
            self._joined[one] = other
        else:
            self._broken.update(difference)

    def require_none(self, term: int) -> None:
        """What a term is used for has no scale."""
        self._broken.update(self.degree(term))


def _groups(terms: Terms, results: Iterable[int]) -> dict[int, list[int]]:
    """For each exponential whose scale cancels in the results, those of its group."""
    first = next((term for term, head in enumerate(terms.heads) if head is ops.exp), None)
    if first is None:
        return {}
    degrees = _Degrees()
    needed, todo = set[int](), [*results]
    while todo:
        term = todo.pop()
        if term >= first and term not in needed:
            needed.add(term)
            todo += terms.arguments[term]
    for term in sorted(needed):
        head, arguments = terms.heads[term], terms.arguments[term]
        if head is not ops.exp and degrees.of.keys().isdisjoint(arguments):
            continue
        found: Degree = {}
        if head is ADD:
            degrees.add(*arguments)
            found = degrees.degree(arguments[0])
        elif head in (SCALE, MUL):
            found = degrees.degree(*arguments)
        elif head is ops.truediv:
            found = degrees.degree(*arguments, signs=(1.0, -1.0))
        elif head is ops.pow and terms.number(arguments[1]) is not None:
            found = degrees.degree(arguments[0], signs=(terms.number(arguments[1]) or 0.0,))
        elif head is not ops.log:
            for argument in arguments:
                degrees.require_none(argument)
            if head is ops.exp:
                found = {term: 1.0}
        if found:
            degrees.of[term] = found
    for term in results:
        degrees.require_none(term)
    members = defaultdict[int, list[int]](list)
    for term in sorted(needed):
        if terms.heads[term] is ops.exp and (group := degrees.group(term)) is not None:
            members[group].append(term)
    for term in _divisors(terms, needed, degrees.of.keys()):
        for group in degrees.degree(term):
            if members[group] != sorted(_added_up(terms, term)):
                members[group] = []
    return {term: group for group in members.values() if len(group) > 1 for term in group}


def _divisors(terms: Terms, needed: Iterable[int], scaled: Container[int]) -> set[int]:
    """The sums with a scale that others are divided by, or that have logarithms: they must not be 0."""
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


class _Rewriting:
    """The terms again, from the first exponential on."""

    def __init__(self, terms: Terms, groups: dict[int, list[int]]) -> None:
        self.terms, self.groups = terms, groups
        self.one, self.share = terms.constant(1.0), terms.leaf(SHARE)
        self.new: dict[int, int | Polynomial] = {}  # what a term is now
        self.largest: dict[int, int | None] = {}  # of each group, known by its first exponential
        self.degrees: dict[int, Degree] = {self.share: {}}  # of atoms
        self.logs: dict[int, int] = {}  # of atoms that are positive

    def rewritten(self, found: Derived) -> Derived:
        """All that is computed from the exponentials, written again."""
        terms, affected = self.terms, {*self.groups}
        for term in range(min(affected), len(terms)):
            if not affected.isdisjoint(terms.arguments[term]):
                affected.add(term)
        todo = sorted(affected)
        while todo:
            left = []
            for term in todo:
                needed = terms.arguments[term]
                if term in self.groups:  # an exponential waits for the arguments of its whole group
                    needed = tuple(argument for each in self.groups[term] for argument in terms.arguments[each])
                if affected.isdisjoint(needed):
                    self.new[term] = self._again(term)
                    affected.discard(term)
                else:
                    left.append(term)
            if left == todo:  # a group waits for itself
                for term in todo:
                    if affected.isdisjoint(terms.arguments[term]):
                        self.groups = {each: group for each, group in self.groups.items() if term not in group}
            todo = left
        known = {term: self._known(term) for term in self.new}
        adjoints = [(known.get(key, key), known.get(adjoint, adjoint)) for key, adjoint in found.adjoints.items()]
        return replace(
            found,
            cost=None if found.cost is None else self._plain(self._now(found.cost)),
            penalty=None if found.penalty is None else self._plain(self._now(found.penalty)),
            gradient=[self._plain(self._now(each)) for each in found.gradient],
            nodes={new: node for term, node in found.nodes.items() if (new := known.get(term, term)) is not None},
            adjoints={key: each for key, each in adjoints if key is not None and each is not None},
        )

    def _now(self, term: int) -> int | Polynomial:
        return self.new.get(term, term)

    def _known(self, term: int) -> int | None:
        """What a term is now, if it is a term still; one that has a scale, without it."""
        now = self.new[term]
        if isinstance(now, int):
            return now
        if not self._degree(now):
            return self._plain(now)
        ((monomial, factor), *others) = now.items()
        return monomial[0][0] if len(monomial) == 1 and not others and factor == self.one else None

    def _again(self, term: int) -> int | Polynomial:
        terms, head = self.terms, self.terms.heads[term]
        if term in self.groups:
            return self._exponential(term)
        arguments = [self._now(each) for each in terms.arguments[term]]
        if head is ADD:
            return self._sum(arguments[0], arguments[1])
        if head is MUL:
            return self._product(arguments[0], arguments[1])
        if head == SCALE:
            (argument,) = arguments
            if isinstance(argument, int) or (len(argument) > 1 and not self._degree(argument)):
                return terms.scaled(terms.numbers[term], self._plain(argument))
            return {monomial: terms.scaled(terms.numbers[term], factor) for monomial, factor in argument.items()}
        if head is ops.truediv:
            return self._quotient(arguments[0], arguments[1])
        if head is ops.log and not isinstance(arguments[0], int):
            return self._log(arguments[0])
        if head is ops.pow and not isinstance(arguments[0], int) and self._degree(arguments[0]):
            ((monomial, factor),) = self._gathered(arguments[0], whole=True).items()
            exponent = terms.numbers[terms.arguments[term][1]]
            powers = tuple((atom, exponent * power) for atom, power in monomial)
            return {powers: terms.applied(ops.pow, factor, terms.arguments[term][1])}
        plain = [self._plain(each) for each in arguments]
        if isinstance(head, str):
            return terms.make(head, terms.numbers[term], tuple(plain))
        return terms.applied(head, *plain)

    def _exponential(self, term: int) -> Polynomial:
        terms, group = self.terms, self.groups[term][0]
        argument = self._plain(self._now(terms.arguments[term][0]))
        largest = self._largest(group)
        beside = argument if largest is None else terms.sum(argument, terms.scaled(-1.0, largest))
        atom = terms.applied(ops.exp, beside)
        self.degrees[atom], self.logs[atom] = {group: 1.0}, beside
        return {((atom, 1.0),): self.one}

    def _largest(self, group: int) -> int | None:
        """The largest argument of a group; `None` if the arguments are beside the largest already."""
        if group not in self.largest:
            terms = self.terms
            arguments = {self._plain(self._now(terms.arguments[each][0])) for each in self.groups[group]}
            is_done = all(
                any(terms.heads[part] == SCALE and terms.heads[terms.arguments[part][0]] == LARGEST for part in parts)
                for parts in ((each, *terms.arguments[each]) for each in arguments)
            )
            self.largest[group] = None if is_done else terms.make(LARGEST, 0.0, tuple(sorted(arguments)))
        return self.largest[group]

    def _degree(self, polynomial: Polynomial) -> Degree:
        """That of each of its monomials."""
        return self._degree_of(next(iter(polynomial)))

    def _degree_of(self, monomial: Iterable[tuple[int, float]]) -> Degree:
        found = defaultdict[int, float](float)
        for atom, power in monomial:
            for group, degree in self.degrees[atom].items():
                found[group] += power * degree
        return {group: degree for group, degree in found.items() if degree}

    def _plain(self, thing: int | Polynomial) -> int:
        """A polynomial as a term: quotients of exponentials, as far as its degree allows."""
        if isinstance(thing, int):
            return thing
        share = ((self.share, 1.0),)
        if len(thing) > 1 and all(share[0] in monomial for monomial in thing):
            rest = self._plain({_times(monomial, share, -1.0): factor for monomial, factor in thing.items()})
            return self.terms.product(self.share, rest)
        total = self.terms.constant(0.0)
        for monomial, factor in thing.items():
            total = self.terms.sum(total, self._multiplied(self._written(monomial), factor))
        return total

    def _written(self, monomial: Monomial) -> int:
        terms, found = self.terms, self.one
        above, below = (
            [atom for atom, power in monomial if power.is_integer() for _ in range(int(sign * power))]
            for sign in (1, -1)
        )
        for atom in above:
            same = next((each for each in below if self.degrees[each] == self.degrees[atom]), None)
            if same is not None:
                below.remove(same)
                atom = self._ratio(atom, same)
            found = terms.product(found, atom)
        for atom, power in monomial:
            if not power.is_integer():
                found = terms.product(found, terms.applied(ops.pow, atom, terms.constant(power)))
        for atom in below:
            found = terms.applied(ops.truediv, found, atom)
        return found

    def _ratio(self, x: int, y: int) -> int:
        terms = self.terms
        if terms.heads[x] is ops.exp and terms.heads[y] is ops.exp:  # both may be 0
            return terms.applied(ops.exp, terms.sum(self.logs[x], terms.scaled(-1.0, self.logs[y])))
        return terms.applied(ops.truediv, x, y)

    def _sum(self, x: int | Polynomial, y: int | Polynomial) -> int | Polynomial:
        if isinstance(x, int) and isinstance(y, int):
            return self.terms.sum(x, y)
        found = self._polynomial(x).copy()
        for monomial, factor in self._polynomial(y).items():
            found[monomial] = self.terms.sum(found[monomial], factor) if monomial in found else factor
        if self._degree(found):
            return self._gathered(found)
        return found if len(found) <= _MOST else self.terms.sum(self._plain(x), self._plain(y))

    def _gathered(self, polynomial: Polynomial, whole: bool = False) -> Polynomial:
        """A sum as one monomial, if there is one of the same degree in all of them, or nothing is divided by."""
        if len(polynomial) == 1:
            return polynomial
        degree = self._degree(polynomial)
        first = next(iter(polynomial))
        for atom, power in first:
            sign = -1.0 if power < 0.0 else 1.0
            common = ((atom, sign),)
            is_in_all = all(dict(monomial).get(atom, 0.0) * sign >= 1.0 for monomial in polynomial)
            if is_in_all and self._degree_of(common) == degree:
                rest = {_times(monomial, common, -1.0): factor for monomial, factor in polynomial.items()}
                return self._expanded(self._plain(rest), {common: self.one}, 1.0)
        is_sum = all(power > 0.0 for monomial in polynomial for _, power in monomial)
        if not (whole or is_sum or len(polynomial) > _MOST):
            return polynomial
        atom = self._plain(polynomial)
        self.degrees[atom] = degree
        if all(self._is_positive(*each) for each in polynomial.items()):
            self.logs[atom] = self.terms.applied(ops.log, atom)
        return {((atom, 1.0),): self.one}

    def _is_positive(self, monomial: Monomial, factor: int) -> bool:
        return (self.terms.number(factor) or 0.0) > 0.0 and all(atom in self.logs for atom, _ in monomial)

    def _product(self, x: int | Polynomial, y: int | Polynomial) -> int | Polynomial:
        if isinstance(x, int) and isinstance(y, int):
            return self.terms.product(x, y)
        if self._is_plain(x) and self._is_plain(y):
            return self.terms.product(self._plain(x), self._plain(y))
        return self._expanded(x, y, 1.0)

    def _is_plain(self, thing: int | Polynomial) -> bool:
        """Whether a factor has no scale, so that it is a line of its own; 1 / a_k waits for an a_k to cancel with."""
        if isinstance(thing, int):
            return True
        below = (atom for monomial in thing for atom, power in monomial if power < 0.0)
        return not self._degree(thing) and all(self.terms.heads[atom] is not ops.exp for atom in below)

    def _expanded(self, x: int | Polynomial, y: int | Polynomial, power: float) -> Polynomial:
        """The products of all monomials."""
        found: Polynomial = {}
        for one, factor in self._polynomial(x).items():
            for other, divisor in self._polynomial(y).items():
                monomial = _times(one, other, power)
                is_product = power > 0.0
                part = (
                    self._multiplied(factor, divisor)
                    if is_product
                    else self.terms.applied(ops.truediv, factor, divisor)
                )
                found[monomial] = self.terms.sum(found[monomial], part) if monomial in found else part
        return found

    def _polynomial(self, thing: int | Polynomial) -> Polynomial:
        """A term as a polynomial, which the share of an example is a factor of, if it is one of the term."""
        if not isinstance(thing, int):
            return thing
        rest = self._beside_the_share(thing) if self.terms.shares[thing] else None
        return {(): thing} if rest is None else {((self.share, 1.0),): rest}

    def _beside_the_share(self, term: int) -> int | None:
        """What the share is multiplied with; `None` if it is no factor of all that a term is the sum of."""
        terms, found, todo = self.terms, self.terms.constant(0.0), [(self.one, term)]
        while todo:
            beside, part = todo.pop()
            head, arguments = terms.heads[part], terms.arguments[part]
            if part == self.share:
                found = terms.sum(found, beside)
            elif head is ADD and beside == self.one:
                todo += [(beside, each) for each in arguments]
            elif head == SCALE:
                todo.append((terms.scaled(terms.numbers[part], beside), arguments[0]))
            elif head is MUL:
                other, inner = sorted(arguments, key=terms.shares.__getitem__)
                todo.append((self._multiplied(beside, other), inner))
            else:
                return None
        return found

    def _multiplied(self, x: int, y: int) -> int:
        """The product of terms, their numbers before it."""
        terms, number = self.terms, 1.0
        factors = [x, y]
        for place, factor in enumerate(factors):
            if terms.heads[factor] == SCALE:
                number *= terms.numbers[factor]
                (factors[place],) = terms.arguments[factor]
        return terms.scaled(number, terms.product(*factors))

    def _quotient(self, x: int | Polynomial, y: int | Polynomial) -> int | Polynomial:
        if isinstance(y, int):
            is_plain = isinstance(x, int) or not self._degree(x)
            return self.terms.applied(ops.truediv, self._plain(x), y) if is_plain else self._expanded(x, y, -1.0)
        if len(y) > 1 and not self._degree(y):
            return self._quotient(x, self._plain(y))
        return self._expanded(x, self._gathered(y, whole=True), -1.0)

    def _log(self, thing: Polynomial) -> int:
        """The logarithm of a product, a sum if all factors are positive; that of the scale is the largest."""
        terms = self.terms
        if len(thing) == 1 and all(self._is_positive(*each) for each in thing.items()):
            ((monomial, factor),) = thing.items()
            found = terms.applied(ops.log, factor)
            for atom, power in monomial:
                found = terms.sum(found, terms.scaled(power, self.logs[atom]))
        else:
            found = terms.applied(ops.log, self._plain(thing))
        for group, degree in self._degree(thing).items():
            largest = self._largest(group)
            if largest is not None:
                found = terms.sum(found, terms.scaled(degree, largest))
        return found


def _times(x: Monomial, y: Monomial, power: float) -> Monomial:
    found = defaultdict[int, float](float, x)
    for atom, exponent in y:
        found[atom] += power * exponent
    return tuple(sorted((atom, exponent) for atom, exponent in found.items() if exponent))
