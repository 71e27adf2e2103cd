"""The numbers of terms at the example that was recorded: what the rows give, from the numbers of its leaves."""

import math
from collections.abc import Mapping

from autograd.compiler.choices import row_of
from autograd.compiler.recording import Leaf
from autograd.compiler.terms import CONSTANT, LEAVES, SCALE, SHARE, Terms
from autograd.table import floats


class Evaluation:
    """The numbers of terms, each worked out when it is first asked for.

    Args:
        terms: The terms.
        leaves: The numbers of the leaves, by their kinds and places.
    """

    def __init__(self, terms: Terms, leaves: Mapping[Leaf, float]) -> None:
        self.terms, self.leaves = terms, leaves
        self.known: dict[int, float] = {}

    def number(self, term: int) -> float:
        """The number of a term; nan where it has none."""
        todo = [term]
        while todo:  # a loop, for a graph may be deep
            missing = [each for each in self.terms.arguments[todo[-1]] if each not in self.known]
            if missing:
                todo += missing
            else:
                last = todo.pop()
                self.known[last] = self._computed(last)
        return self.known[term]

    def _computed(self, term: int) -> float:
        head, number = self.terms.heads[term], self.terms.numbers[term]
        arguments = [self.known[each] for each in self.terms.arguments[term]]
        if head == SHARE:
            return 1.0  # of one example
        if head in LEAVES:
            return self.leaves[str(head), int(number)]
        if head == CONSTANT:
            return number
        if head == SCALE:
            return number * arguments[0]
        try:
            return float(row_of(head, len(arguments)).forward(floats, *arguments))
        except (ValueError, ArithmeticError):  # in a branch that is not taken, say
            return math.nan
