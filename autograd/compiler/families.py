"""Families: lines that differ only in which members of other families they take, and so are one array.

The thirty sums z of a layer are one family, and so are the 1,920 entries of its weight gradient. A family is known by
what its members have in common: the row and the families of its arguments; or, of a sum, the number of products of
each kind.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.compiler.sums import ALONE, Applied, Line, Sum
from autograd.compiler.terms import COMMUTATIVE, CONSTANT, INPUT, LEAVES, TARGET, Head, Terms

Index = NDArray[np.int64]
Kind = tuple[float, int, int]  # of a product: its number, and the families of its factors


@dataclass(eq=False)
class Family:
    """Lines of one kind.

    Attributes:
        number: Its number; the families that it is computed from have smaller ones.
        head: What its members are; `None` for a sum.
        constant: The number of a constant, or the one that is added to a sum.
        batched: Whether its members have a number for each example.
        shares: Whether its members depend on the share 1/n of an example.
        members: Their terms, or, of results, their places among these; in the order of the array.
        shape: The shape of the array; a number of each example comes before it.
        arguments: Of a row: for each argument its family, and which of its members each member takes.
        products: Of a sum, or the largest of several: for each kind of product, which members of the families of its
            factors each member takes: an array of the shape, and of how many products there are, and 2.
    """

    number: int
    head: Head | None
    constant: float
    batched: bool
    shares: bool = False
    members: list[int] = field(default_factory=list)
    shape: tuple[int, ...] = ()
    arguments: list[tuple[int, Index]] = field(default_factory=list)
    products: list[tuple[Kind, Index]] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        """Whether it is a vector that is given: the parameters, the inputs and so on; its members are places in it."""
        return self.head in LEAVES

    @property
    def size(self) -> int:
        """How many members it has."""
        return len(self.members)


@dataclass
class Families:
    """The families of a program.

    Attributes:
        lines: The families of its lines, in an order in which they can be computed.
        results: The families of its results, which are sums.
    """

    lines: list[Family]
    results: list[Family]


class Grouping:
    """Groups lines into families.

    Args:
        terms: The terms.
        lines: The lines, by the numbers of their terms.
        apart: Labels of terms: sums with different ones are different families.
    """

    def __init__(self, terms: Terms, lines: Mapping[int, Line], apart: Mapping[int, object]) -> None:
        self.terms, self.apart = terms, apart
        self.families: list[Family] = []
        self.of = [ALONE] * (len(terms) + 1)  # the family of each line; `ALONE` in the place of what is no line
        self.batched = [False] * (len(terms) + 1)  # whether each line differs from example to example
        self.sums: dict[int, Sum] = {}
        self.applied: dict[int, Applied] = {}
        known: dict[object, Family] = {}
        for term, line in lines.items():
            if isinstance(line, Applied) and line.head in COMMUTATIVE:
                line = line._replace(arguments=tuple(sorted(line.arguments, key=lambda each: self.of[each])))
            key = self._key(term, line)
            family = known.get(key)
            if family is None:
                constant = line.constant if isinstance(line, Sum) else line.number if line.head == CONSTANT else 0.0
                batched, shares = self.is_batched(line), terms.shares(term)
                family = known[key] = Family(len(self.families), line.head, constant, batched, shares)
                self.families.append(family)
            self.of[term], self.batched[term] = family.number, family.batched
            family.members.append(term)
            if isinstance(line, Sum):
                self.sums[term] = line
            else:
                self.applied[term] = line

    def _key(self, term: int, line: Line) -> object:
        if isinstance(line, Sum):
            return (line.head, line.constant, self.census(line), self.apart.get(term))
        if line.head in LEAVES:
            return line.head
        number = line.number if line.head == CONSTANT else 0.0
        return (line.head, number, tuple(self.of[each] for each in line.arguments))

    def is_batched(self, line: Line) -> bool:
        """Whether a line differs from example to example; in a sum, what does so may have cancelled."""
        if isinstance(line, Sum):
            return any(self.batched[first] or self.batched[second] for _, first, second in line.products)
        return line.head in (INPUT, TARGET) or any(self.batched[each] for each in line.arguments)

    def census(self, line: Sum) -> object:
        """How many products of each kind there are; of an only one, its kind."""
        of = self.of
        kinds = [
            (factor, of[x], of[y]) if of[x] <= of[y] or of[y] == ALONE else (factor, of[y], of[x])
            for factor, x, y in line.products
        ]
        return kinds[0] if len(kinds) == 1 else frozenset(Counter(kinds).items())

    def results(self, sums: Sequence[tuple[Any, Sum, bool]]) -> list[Family]:
        """The families of results: each a key that those of one family share, the sum, and whether it is batched."""
        known: dict[object, Family] = {}
        for place, (who, line, batched) in enumerate(sums):
            key = (who, line.constant, self.census(line), batched)
            if key not in known:
                known[key] = Family(-1 - len(known), None, line.constant, batched)
            known[key].members.append(place)
        return list(known.values())
