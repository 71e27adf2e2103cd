"""Sums as lists: what adds up over many terms, scaled or not, becomes one sum of products, c + Σ cᵢ·xᵢ·yᵢ.

That is where matrices come from: z = b + Σ wₖ·aₖ is one such sum, and so is each entry of a gradient.
"""

from collections.abc import Collection, Container, Iterable, Sequence
from typing import NamedTuple

from autograd.compiler.terms import ADD, COMMUTATIVE, CONSTANT, LARGEST, MUL, SCALE, Head, Terms

ALONE = -1  # in place of the second factor of what is no product
_WRITTEN_OUT = {ADD, MUL, SCALE, CONSTANT}


class Sum(NamedTuple):
    """c + Σ cᵢ·xᵢ·yᵢ; or the largest of some terms, each a product of one factor.

    Attributes:
        constant: c.
        products: For each product the number before it, and its two factors in their order; `ALONE` for one factor.
        head: `None` for a sum.
    """

    constant: float
    products: tuple[tuple[float, int, int], ...]
    head: Head | None = None


class Applied(NamedTuple):
    """A row, or a choice, or a leaf: what is no sum.

    Attributes:
        head: What it is.
        number: The number of a constant, the index of a leaf; else 0.
        arguments: What it is applied to.
    """

    head: Head
    number: float
    arguments: tuple[int, ...]


Line = Sum | Applied


class Sums:
    """The lines that a program needs, each once, and what its results are sums of.

    Args:
        terms: The terms.
        results: The terms of the results.
        named: Sums that have names: each is a line of its own.
        outputs: Terms that are lines, whatever they are.

    Attributes:
        lines: The lines by the number of their term, arguments before what is computed from them.
        results: Each result as a sum.
    """

    def __init__(
        self, terms: Terms, results: Sequence[int], named: Iterable[int] = (), outputs: Collection[int] = ()
    ) -> None:
        self.terms = terms
        self._uses, self._sum_uses = _uses(terms, [*results, *outputs])
        asked = {*results}
        self._inside = self._written_out({*results, *named}, {*outputs})
        self._same: dict[int, int] = {}  # a term that turned out to be another one, and that
        known: dict[Line, int] = {}
        self.lines: dict[int, Line] = {}
        for term, (head, uses, is_inside) in enumerate(zip(terms.heads, self._uses, self._inside, strict=True)):
            line: Line
            # A sum or a product that is a result, and used nowhere else, needs no line either.
            is_unused = not uses and (head in _WRITTEN_OUT or term not in asked)
            if is_inside or (is_unused and term not in outputs):
                continue
            if not terms.arguments[term]:
                self.lines[term] = Applied(head, terms.numbers[term], ())
                continue
            if head in (ADD, SCALE):
                line = whole = self._sum(term)
                if not whole.constant and len(whole.products) == 1 and whole.products[0][::2] == (1.0, ALONE):
                    self._same[term] = whole.products[0][1]
                    continue
            elif head == LARGEST:
                parts = {self._same.get(each, each) for each in terms.arguments[term]}
                line = Sum(0.0, tuple([(1.0, each, ALONE) for each in sorted(parts)]), LARGEST)
            else:
                arguments = tuple([self._same.get(each, each) for each in terms.arguments[term]])
                if head in COMMUTATIVE:  # so that equal products are one, whatever their factors turned out to be
                    arguments = tuple(sorted(arguments))
                line = Applied(head, terms.numbers[term], arguments)
            first = known.setdefault(line, term)
            if first == term:
                self.lines[term] = line
            else:
                self._same[term] = first
        self.results = [self._result(term) for term in results]

    def line_of(self, term: int) -> int | None:
        """The line that computes a term; `None` if it is written out where it is used."""
        found = self._same.get(term, term)
        return found if found in self.lines else None

    def _written_out(self, kept: Container[int], outputs: Container[int]) -> list[bool]:
        """Whether each term is written out in every sum that it stands in, so that it needs no line."""
        heads, found = self.terms.heads, [False] * len(self.terms)
        for term, (head, uses, sum_uses) in enumerate(zip(heads, self._uses, self._sum_uses, strict=True)):
            if not uses or sum_uses < uses or term in outputs:
                continue
            if head is MUL:
                found[term] = True
            elif head is ADD:
                found[term] = uses == 1 and term not in kept
            elif head == SCALE:
                inner = self.terms.arguments[term][0]  # a mean, say, which is a line if it is written out nowhere else
                found[term] = uses == 1 or heads[inner] is not ADD or not found[inner]
        return found

    def _sum(self, term: int) -> Sum:
        """A term as a sum, written out as far as its parts have no lines of their own."""
        heads, arguments, numbers = self.terms.heads, self.terms.arguments, self.terms.numbers
        inside, same, constant, found = self._inside, self._same, 0.0, dict[tuple[int, int], float]()
        todo = [(1.0, term)]
        while todo:  # a loop: a sum may have a thousand terms
            factor, part = todo.pop()
            while heads[part] is ADD and (inside[part] or part == term):
                first, part = arguments[part]
                todo.append((factor, first))
            head = heads[part]
            if head == CONSTANT:
                constant += factor * numbers[part]
                continue
            if not inside[part] and part != term:
                pair = (same.get(part, part), ALONE)
            elif head is MUL:
                pair = self._factors(part)
            else:  # SCALE
                todo.append((factor * numbers[part], arguments[part][0]))
                continue
            found[pair] = found[pair] + factor if pair in found else factor
        return Sum(constant, tuple([(found[pair], *pair) for pair in sorted(found) if found[pair]]))

    def _factors(self, product: int) -> tuple[int, int]:
        """The factors of a product in their order."""
        x, y = self.terms.arguments[product]
        same = self._same
        if same:
            x, y = same.get(x, x), same.get(y, y)
        return (x, y) if x < y else (y, x)

    def _result(self, term: int) -> Sum:
        head = self.terms.heads[term]
        if self._inside[term] or (head in _WRITTEN_OUT and (not self._uses[term] or head == CONSTANT)):
            return Sum(0.0, ((1.0, *self._factors(term)),)) if head is MUL else self._sum(term)
        return Sum(0.0, ((1.0, self._same.get(term, term), ALONE),))


def _uses(terms: Terms, results: Iterable[int]) -> tuple[list[int], list[int]]:
    """How often each term is used for others that are needed, and how often by sums."""
    uses, sum_uses, asked = [0] * len(terms), [0] * len(terms), {*results}
    heads, arguments = terms.heads, terms.arguments
    for term in range(len(terms) - 1, -1, -1):
        if uses[term] or term in asked:
            for each in arguments[term]:
                uses[each] += 1
            head = heads[term]
            if head is ADD or head == SCALE:
                for each in arguments[term]:
                    sum_uses[each] += 1
    return uses, sum_uses
