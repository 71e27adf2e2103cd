"""Sums as lists: what adds up over many terms, scaled or not, becomes one sum of products, c + Σ cᵢ·xᵢ·yᵢ.

That is where matrices come from: z = b + Σ wₖ·aₖ is one such sum, and so is each entry of a gradient.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autograd.compiler.terms import ADD, CONSTANT, LARGEST, MUL, SCALE, Head, Terms

ALONE = -1  # in place of the second factor of what is no product


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

    Attributes:
        lines: The lines by the number of their term, arguments before what is computed from them.
        results: Each result as a sum.
    """

    def __init__(self, terms: Terms, results: Sequence[int]) -> None:
        self.terms = terms
        self.uses, self.sum_uses, needed = _uses(terms, results)
        self.asked = Counter(results)
        self._same: dict[int, int] = {}  # a term that turned out to be another one, and that
        known: dict[Line, int] = {}
        self.lines: dict[int, Line] = {}
        for term in sorted(needed):
            head = terms.heads[term]
            line: Line
            if self._is_inside(term) or self._is_result_only(term):
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
                arguments = tuple(self._same.get(each, each) for each in terms.arguments[term])
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

    def _is_inside(self, term: int) -> bool:
        """Whether a term is written out in every sum that it stands in, so that it needs no line."""
        head, uses = self.terms.heads[term], self.uses[term]
        if self.sum_uses[term] < uses or not uses:
            return False
        if head == SCALE and uses > 1:  # a mean, say, which is a line if it is written out nowhere else
            inner = self.terms.arguments[term][0]
            return self.terms.heads[inner] != ADD or not self._is_inside(inner)
        return head in (SCALE, MUL) or (head == ADD and uses == 1 and not self.asked[term])

    def _sum(self, term: int) -> Sum:
        """A term as a sum, written out as far as its parts have no lines of their own."""
        terms, constant, found = self.terms, 0.0, defaultdict[tuple[int, int], float](float)
        todo = [(1.0, term)]
        while todo:  # a loop: a sum may have a thousand terms
            factor, part = todo.pop()
            head, arguments = terms.heads[part], terms.arguments[part]
            if head == CONSTANT:
                constant += factor * terms.numbers[part]
            elif part != term and not self._is_inside(part):
                found[self._pair(part)] += factor
            elif head == ADD:
                todo += [(factor, each) for each in arguments]
            elif head == SCALE:
                todo.append((factor * terms.numbers[part], arguments[0]))
            else:
                found[self._pair(*arguments)] += factor
        products = ((factor, *pair) for pair, factor in found.items() if factor)
        return Sum(constant, tuple(sorted(products, key=lambda product: (product[1:], product[0]))))

    def _is_result_only(self, term: int) -> bool:
        """Whether a term is a sum or a product that is asked for, and used nowhere else: it needs no line either."""
        return not self.uses[term] and self.terms.heads[term] in (ADD, SCALE, MUL, CONSTANT)

    def _result(self, term: int) -> Sum:
        if self._is_inside(term) or self._is_result_only(term) or self.terms.heads[term] == CONSTANT:
            return self._sum(term)
        return Sum(0.0, ((1.0, *self._pair(term)),))

    def _pair(self, first: int, second: int = ALONE) -> tuple[int, int]:
        first, second = self._same.get(first, first), self._same.get(second, second)
        return (first, second) if second == ALONE else (min(first, second), max(first, second))


def _uses(terms: Terms, results: Iterable[int]) -> tuple[Mapping[int, int], Mapping[int, int], set[int]]:
    """How often each needed term is used by others; how often by sums; and which are needed."""
    uses, sum_uses, needed, todo = Counter[int](), Counter[int](), set[int](), [*results]
    while todo:
        term = todo.pop()
        if term in needed:
            continue
        needed.add(term)
        arguments = terms.arguments[term]
        uses.update(arguments)
        if terms.heads[term] in (ADD, SCALE):
            sum_uses.update(arguments)
        todo += arguments
    return uses, sum_uses, needed
