r"""Polynomials of exponentials: terms that have a scale, as sums of monomials, in which it cancels as far as it can.

A monomial is a product of powers of atoms, which are exponentials, and sums of them; each has a factor without a scale.
So :math:`a_k = e_k / s` is a quotient wherever it comes up, :math:`y_k / a_k \cdot a_k` is :math:`y_k`, and a sum of
multiples of 1/s is one multiple.
"""

from collections import defaultdict
from typing import NamedTuple

from autograd import ops
from autograd.compiler.scales import Degree
from autograd.compiler.terms import ADD, MUL, SCALE, SHARE, Terms


class Atom(NamedTuple):
    """An exponential, or a sum of such. Two that are equal as terms are two, if they are not beside the same.

    Attributes:
        term: The term.
        degree: How often the scale of each group is a factor of what it stands for.
    """

    term: int
    degree: tuple[tuple[int, float], ...]


Monomial = tuple[tuple[Atom, float], ...]  # atoms, in their order, and their powers
Polynomial = dict[Monomial, int]  # and the factor of each
Thing = int | Polynomial  # a term without a scale, or a polynomial
_MOST = 4  # monomials that are kept apart


class Polynomials:
    """Arithmetic with polynomials, and with terms that have no scale.

    The share of an example is an atom, too: it comes before all that it is a factor of.

    Args:
        terms: The terms, to which others are added.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._one, self._share = terms.constant(1.0), Atom(terms.leaf(SHARE), ())
        self._logs: dict[Atom, int] = {}  # of atoms that are positive

    def atom(self, term: int, degree: Degree, log: int | None = None) -> Polynomial:
        """A term as a polynomial.

        Args:
            term: The term.
            degree: How often its scale is a factor of it.
            log: Its logarithm, if it is positive.
        """
        atom = Atom(term, tuple(sorted(degree.items())))
        if log is not None:
            self._logs[atom] = log
        return {((atom, 1.0),): self._one}

    def degree(self, thing: Polynomial) -> Degree:
        """The degree, which all its monomials have."""
        return _degree(next(iter(thing)))

    def plain(self, thing: Thing) -> int:
        """A polynomial as a term: quotients of atoms, as far as its degree allows."""
        if isinstance(thing, int):
            return thing
        share = ((self._share, 1.0),)
        if len(thing) > 1 and all(share[0] in monomial for monomial in thing):
            rest = self.plain({_times(monomial, share, -1.0): factor for monomial, factor in thing.items()})
            return self.terms.product(self._share.term, rest)
        total = self.terms.constant(0.0)
        for monomial, factor in thing.items():
            total = self.terms.sum(total, self._multiplied(self._written(monomial), factor))
        return total

    def known(self, thing: Thing) -> int | None:
        """A term without a scale, or an atom, as a term; `None` for others."""
        if isinstance(thing, int) or not self.degree(thing):
            return self.plain(thing)
        ((monomial, factor), *others) = thing.items()
        return monomial[0][0].term if len(monomial) == 1 and not others and factor == self._one else None

    def scaled(self, number: float, thing: Thing) -> Thing:
        """A number times a polynomial."""
        if isinstance(thing, int) or (len(thing) > 1 and not self.degree(thing)):
            return self.terms.scaled(number, self.plain(thing))
        return {monomial: self.terms.scaled(number, factor) for monomial, factor in thing.items()}

    def sum(self, x: Thing, y: Thing) -> Thing:
        """The sum of two of one degree."""
        if isinstance(x, int) and isinstance(y, int):
            return self.terms.sum(x, y)
        found = self._polynomial(x).copy()
        for monomial, factor in self._polynomial(y).items():
            found[monomial] = self.terms.sum(found[monomial], factor) if monomial in found else factor
        if self.degree(found):
            return self._gathered(found)
        return found if len(found) <= _MOST else self.terms.sum(self.plain(x), self.plain(y))

    def product(self, x: Thing, y: Thing) -> Thing:
        """The product of two."""
        if isinstance(x, int) and isinstance(y, int):
            return self.terms.product(x, y)
        if self._is_whole(x) and self._is_whole(y):
            return self.terms.product(self.plain(x), self.plain(y))
        return self._expanded(x, y)

    def quotient(self, x: Thing, y: Thing) -> Thing:
        """The quotient of two."""
        if not isinstance(y, int):
            return self._expanded(x, self._as_monomial(y), -1.0)
        if isinstance(x, int) or not self.degree(x):
            return self._divided(self.plain(x), y)
        return self._expanded(x, y, -1.0)

    def power(self, x: Polynomial, exponent: float) -> Polynomial:
        """A power with a plain number, of what has a scale, and so is of the sign of its factor."""
        ((monomial, factor),) = self._as_monomial(x).items()
        powers = tuple((atom, exponent * power) for atom, power in monomial)
        return {powers: self.terms.applied(ops.pow, factor, self.terms.constant(exponent))}

    def log(self, x: Polynomial) -> int:
        """The logarithm as if there were no scale: a sum, if all factors are positive."""
        if len(x) > 1 or not self._is_positive(x):
            return self.terms.applied(ops.log, self.plain(x))
        ((monomial, factor),) = x.items()
        found = self.terms.applied(ops.log, factor)
        for atom, power in monomial:
            found = self.terms.sum(found, self.terms.scaled(power, self._logs[atom]))
        return found

    def _is_whole(self, thing: Thing) -> bool:
        """Whether a factor is a line of its own: it has no scale, and is no 1 / a_k, which waits for an a_k."""
        if isinstance(thing, int):
            return True
        below = (atom for monomial in thing for atom, power in monomial if power < 0.0)
        return not self.degree(thing) and all(self.terms.heads[atom.term] is not ops.exp for atom in below)

    def _is_positive(self, x: Polynomial) -> bool:
        return all(
            (self.terms.number(factor) or 0.0) > 0.0 and all(atom in self._logs for atom, _ in monomial)
            for monomial, factor in x.items()
        )

    def _written(self, monomial: Monomial) -> int:
        """A monomial as a term, a product of quotients that have no scale."""
        terms, found = self.terms, self._one
        above, below = (
            [atom for atom, power in monomial if power.is_integer() for _ in range(int(sign * power))]
            for sign in (1, -1)
        )
        for atom in above:
            same = next((each for each in below if each.degree == atom.degree), None)
            if same is not None:
                below.remove(same)
            found = terms.product(found, atom.term if same is None else self._ratio(atom, same))
        for atom, power in monomial:
            if not power.is_integer():
                found = terms.product(found, terms.applied(ops.pow, atom.term, terms.constant(power)))
        for atom in below:
            found = self._divided(found, atom.term)
        return found

    def _ratio(self, x: Atom, y: Atom) -> int:
        terms = self.terms
        if terms.heads[x.term] is ops.exp and terms.heads[y.term] is ops.exp:  # both may be 0
            return terms.applied(ops.exp, terms.sum(self._logs[x], terms.scaled(-1.0, self._logs[y])))
        return self._divided(x.term, y.term)

    def _gathered(self, polynomial: Polynomial) -> Polynomial:
        """A sum as one monomial, if one of its degree is in all of them, or nothing is divided by."""
        if len(polynomial) == 1:
            return polynomial
        degree = self.degree(polynomial)
        for atom, power in next(iter(polynomial)):
            sign = -1.0 if power < 0.0 else 1.0
            common = ((atom, sign),)
            is_in_all = all(dict(monomial).get(atom, 0.0) * sign >= 1.0 for monomial in polynomial)
            if is_in_all and _degree(common) == degree:
                rest = {_times(monomial, common, -1.0): factor for monomial, factor in polynomial.items()}
                return self._expanded(self.plain(rest), {common: self._one})
        is_divided = any(power < 0.0 for monomial in polynomial for _, power in monomial)
        return polynomial if is_divided and len(polynomial) <= _MOST else self._as_monomial(polynomial)

    def _as_monomial(self, polynomial: Polynomial) -> Polynomial:
        """A sum as an atom."""
        if len(polynomial) == 1:
            return polynomial
        atom = self.plain(polynomial)
        log = self.terms.applied(ops.log, atom) if self._is_positive(polynomial) else None
        return self.atom(atom, self.degree(polynomial), log)

    def _expanded(self, x: Thing, y: Thing, power: float = 1.0) -> Polynomial:
        """The products, or quotients, of all monomials."""
        found: Polynomial = {}
        for one, factor in self._polynomial(x).items():
            for other, second in self._polynomial(y).items():
                monomial = _times(one, other, power)
                is_product = power > 0.0
                part = self._multiplied(factor, second) if is_product else self._divided(factor, second)
                found[monomial] = self.terms.sum(found[monomial], part) if monomial in found else part
        return found

    def _divided(self, x: int, y: int) -> int:
        return self.terms.applied(ops.truediv, x, y)

    def _multiplied(self, x: int, y: int) -> int:
        """The product of terms, their numbers before it."""
        terms, number, factors = self.terms, 1.0, [x, y]
        for place, factor in enumerate(factors):
            if terms.heads[factor] == SCALE:
                number *= terms.numbers[factor]
                (factors[place],) = terms.arguments[factor]
        return terms.scaled(number, terms.product(*factors))

    def _polynomial(self, thing: Thing) -> Polynomial:
        if not isinstance(thing, int):
            return thing
        rest = self._beside_the_share(thing) if self.terms.shares(thing) else None
        return {(): thing} if rest is None else {((self._share, 1.0),): rest}

    def _beside_the_share(self, term: int) -> int | None:
        """What the share is multiplied with; `None` if it is no factor of all that a term is the sum of."""
        terms, found, todo = self.terms, self.terms.constant(0.0), [(self._one, term)]
        while todo:
            beside, part = todo.pop()
            head, arguments = terms.heads[part], terms.arguments[part]
            if part == self._share.term:
                found = terms.sum(found, beside)
            elif head is ADD and beside == self._one:
                todo += [(beside, each) for each in arguments]
            elif head == SCALE:
                todo.append((terms.scaled(terms.numbers[part], beside), arguments[0]))
            elif head is MUL:
                other, inner = sorted(arguments, key=terms.shares)
                todo.append((self._multiplied(beside, other), inner))
            else:
                return None
        return found


def _degree(monomial: Monomial) -> Degree:
    found = defaultdict[int, float](float)
    for atom, power in monomial:
        for group, degree in atom.degree:
            found[group] += power * degree
    return {group: degree for group, degree in found.items() if degree}


def _times(x: Monomial, y: Monomial, power: float) -> Monomial:
    found = defaultdict[Atom, float](float, x)
    for atom, exponent in y:
        found[atom] += power * exponent
    return tuple(sorted((atom, exponent) for atom, exponent in found.items() if exponent))
