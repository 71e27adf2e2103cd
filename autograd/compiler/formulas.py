"""Formulas of families: with letters for indices, as z_j = Σ_k w_jk x_k + b_j; and of one member, with its numbers."""

import functools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from autograd.compiler.choices import largest, row_of
from autograd.compiler.evaluation import Evaluation
from autograd.compiler.families import Family, Index, Kind
from autograd.compiler.lifting import Lifted
from autograd.compiler.recording import Leaf
from autograd.compiler.sums import ALONE
from autograd.compiler.terms import CONSTANT, INPUT, LARGEST, PARAMETER, SHARE, TARGET
from autograd.compiler.views import even
from autograd.notation import Expression, as_expression, typeset
from autograd.table import PRODUCT, REAL, SUM, Op

LETTERS = "jkimruv"  # as the field has them: neuron j takes what neuron k gives; l is a layer, n counts examples
LISTS = "psoht"  # places that no formula gives, but a list
MORE = "…"
_MOST, _LONGEST = 4, 12  # terms of a sum that is written out, and parts of any: of more, the first, the last, and …


def _row(name: str, symbol: str, latex: str, precedence: int) -> Op:
    """What stands before one argument, and has no number."""
    return Op(name, symbol, latex, lambda *_: math.nan, (), (REAL,), precedence=precedence)


_SUMMAND = _row("summand", "", "{x}", PRODUCT)  # which has parentheses if it is a sum itself


@functools.cache
def summation(letters: str) -> Op:
    """The sum over some letters, as a row: Σₖ."""
    return _row("sum", f"{typeset(f'Σ_{letters}')} ", rf"\sum_{{{{{letters}}}}} {{x}}", SUM)


@functools.cache
def maximization(letters: str) -> Op:
    """The largest over some letters, as a row: maxₖ."""
    return _row("max", f"max{typeset(f'Σ_{letters}')[1:]} ", rf"\max_{{{{{letters}}}}} {{x}}", SUM)


class IndexFormulas:
    """Formulas with letters in place of members: an axis has a letter.

    Args:
        lifted: The program.
    """

    def __init__(self, lifted: Lifted) -> None:
        self.lifted, self.families = lifted, lifted.families.lines
        written = lifted.written
        self.lines = {number: name for name, number in written.families.items()}
        self._names = [name for name in written.parameters if not name.startswith("grad_")]
        self._arrays = np.full(len(lifted.subject.parameters), -1)  # which of these each parameter is in, and where
        self._flat = np.zeros(len(self._arrays), dtype=np.int64)
        for number, name in enumerate(self._names):
            places = written.parameters[name]
            self._arrays[places], self._flat[places] = number, np.arange(places.size).reshape(places.shape)
        self.lists: dict[tuple[bytes, str], str] = {}  # the letters of lists of places in a formula

    def computed(self, number: int, taken: Index, letters: str = "") -> Expression:
        """How members of a family are computed.

        Args:
            number: The family.
            taken: Which of its members.
            letters: A letter for each axis of these.
        """
        family = self.families[number]
        if family.products or family.head is None:
            return self._sum(family, taken, letters)
        if family.head == CONSTANT:
            return as_expression(family.constant)
        arguments = [self.reference(other, each.reshape(-1)[taken], letters) for other, each in family.arguments]
        return _applied(row_of(family.head, len(arguments)), arguments)

    def _sum(self, family: Family, taken: Index, letters: str) -> Expression:
        """A sum, or the largest, of products, as lines have them: long sums first, what is subtracted last."""
        products = [(kind, each.reshape(-1, *each.shape[-2:])[taken]) for kind, each in family.products]
        products.sort(key=lambda product: _place_in_sum(*product))
        if family.head == LARGEST:
            return _largest([self._total(kind[1:], each, letters, is_sum=False) for kind, each in products])
        parts = [kind[0] * self._total(kind[1:], each, letters) for kind, each in products]
        if family.constant or not parts:
            is_first = bool(products) and products[0][0][0] < 0  # 1 - a
            parts.insert(0 if is_first else len(parts), as_expression(family.constant))
        return _added(parts, _LONGEST)

    def reference(self, number: int, taken: Index, letters: str = "") -> Expression:
        """Members of a family where others take them: their name or, if they have no line, how they are computed."""
        family = self.families[number]
        if family.head == CONSTANT:
            return as_expression(family.constant)
        if family.head == SHARE:
            return self._share()
        if family.is_leaf or number in self.lines:
            return self._member(number, taken, letters)
        return self.computed(number, taken, letters)

    def derivatives(self, places: Index, letters: str = "") -> Expression:
        """What the derivatives by some parameters are computed from; or, for the place -1, the cost."""
        parts = []
        for family in self.lifted.families.results:
            at = {self.lifted.owners[each]: place for place, each in enumerate(family.members)}
            if all(place in at for place in places.reshape(-1).tolist()):
                taken = np.array([at[place] for place in places.reshape(-1).tolist()]).reshape(places.shape)
                parts.append(self._sum(family, taken, letters))
        return _added(parts, _LONGEST)

    def alike(self, places: Index, one: int) -> Index:
        """Those of some parameters whose derivatives are computed as that by one of them is."""
        owners = [{self.lifted.owners[each] for each in family.members} for family in self.lifted.families.results]
        wanted = [one in each for each in owners]
        found = [place for place in places.reshape(-1).tolist() if [place in each for each in owners] == wanted]
        return places if len(found) == places.size else np.array(found)

    def label(self, number: int, taken: Index, letters: str = "") -> str:
        """What members of a family with a line, or of a leaf, are called, as a label: w1_jk."""
        stem, places = self._places(number, taken)
        return self.indexed(stem, places, letters)

    def indexed(self, stem: str, places: Sequence[Index], letters: str) -> str:
        """The label of entries of an array, from where they are along each of its axes."""
        index = [self._index(np.asarray(place), letters) for place in places]
        is_short = re.fullmatch("[0-9i-n]{1,2}", "".join(index)) and len(index) == len("".join(index))
        if re.fullmatch(r"t\d+", stem) and index:  # which is no t of a layer
            return f"t_{','.join([stem[1:], *index])}"
        return f"{stem}_{('' if is_short else ',').join(index)}" if index else stem

    def _index(self, places: Index, letters: str) -> str:
        """A place as it depends on the letters: j, or 64j+k."""
        found = even(places)
        if found is None:
            free = LISTS[min(len(self.lists), len(LISTS) - 1)]
            return self.lists.setdefault((places.tobytes(), letters), free)
        start, steps = found
        parts = [(step, letter) for step, letter in zip(steps, letters, strict=True) if step]
        written = [f"{'-' if step < 0 else '+'}{abs(step) if abs(step) != 1 else ''}{letter}" for step, letter in parts]
        if start or not parts:
            written.insert(0 if any(step < 0 for step, _ in parts[:1]) else len(written), f"{start:+d}")
        return "".join(written).removeprefix("+")

    def _places(self, number: int, taken: Index) -> tuple[str, Sequence[Index]]:
        """What members are called, and where they are along each axis of their array."""
        family = self.families[number]
        if family.head == PARAMETER:
            return self._parameters(taken)
        if family.is_leaf:
            stem = str(family.head).lower() if family.head in (INPUT, TARGET) else str(family.head)
            return stem, [taken] * (family.size > 1)
        return self.lines.get(number, ""), np.unravel_index(taken, family.shape) if family.shape else []

    def _parameters(self, taken: Index) -> tuple[str, Sequence[Index]]:
        number, *others = np.unique(self._arrays[taken])
        if others or number < 0:
            return PARAMETER, [taken]
        name = self._names[number]
        symbol = self.lifted.subject.parameters[int(taken.reshape(-1)[0])]
        label = symbol if name[1:] == symbol[1:] else name[0].lower() + name[1:]  # w1, for both w1 and W1
        shape = self.lifted.written.parameters[name].shape
        return label, np.unravel_index(self._flat[taken], shape) if shape else []

    def _member(self, number: int, taken: Index, letters: str) -> Expression:
        return Expression(math.nan, self.label(number, taken, letters))

    def _share(self) -> Expression:
        return as_expression(1.0 / Expression(1.0, "n"))

    def _total(self, factors: Sequence[int], taken: Index, letters: str, *, is_sum: bool = True) -> Expression:
        """The sum of the products of one kind, or the largest of them."""
        *axes, size, _ = taken.shape
        if size == 1:
            return self._product(factors, taken[..., 0, :], letters)
        n_factors = taken.shape[-1]
        ways = [taken.reshape(*axes, first, -1, n_factors) for first in range(2, size) if size % first == 0]
        split = next((way for way in [taken, *ways] if self._is_even(factors, way)), taken)
        over = LETTERS[len(letters) : len(letters) + split.ndim - len(axes) - 1]
        row = summation(over) if is_sum else maximization(over)
        return _applied(row, [_applied(_SUMMAND, [self._product(factors, split, letters + over)])])

    def _is_even(self, factors: Sequence[int], taken: Index) -> bool:
        """Whether all places of factors are evenly spaced."""
        found = [self._places(n, taken[..., at])[1] for at, n in enumerate(factors) if n != ALONE]
        return all(even(np.asarray(place)) for places in found for place in places)

    def _product(self, factors: Sequence[int], taken: Index, letters: str) -> Expression:
        each = [self.reference(n, taken[..., place], letters) for place, n in enumerate(factors) if n != ALONE]
        return as_expression(math.prod(each[1:], start=each[0]))


class MemberFormulas(IndexFormulas):
    """Formulas of one member, in which sums are written out and everything has its number at the example.

    Args:
        lifted: The program.
        labels: What parameters, inputs, targets and data are called, by their kind and place.
        numbers: Their numbers.
    """

    def __init__(self, lifted: Lifted, labels: Mapping[Leaf, str], numbers: Mapping[Leaf, float]) -> None:
        super().__init__(lifted)
        self.labels, self.numbers = labels, numbers
        inner = [node.label for node in lifted.derived.nodes.values() if node.parents]
        self.count = Counter([*labels.values(), *inner])
        self.evaluation = Evaluation(lifted.derived.terms, numbers)

    def label(self, number: int, taken: Index, letters: str = "") -> str:
        """The label of a member; its place, if there is none, or others have the same."""
        family, place = self.families[number], int(taken)
        if family.is_leaf:
            own = self.labels[str(family.head), place]
        else:
            node = self.lifted.derived.nodes.get(family.members[place])
            own = "" if node is None else node.label
        return own if own and self.count[own] == 1 else super().label(number, taken, letters)

    def _member(self, number: int, taken: Index, letters: str) -> Expression:
        family, place = self.families[number], int(taken)
        leaf = str(family.head), place
        value = self.numbers[leaf] if family.is_leaf else self.evaluation.number(family.members[place])
        return Expression(value, self.label(number, taken, letters))

    def _share(self) -> Expression:
        return Expression(1.0)  # of one example

    def _total(self, factors: Sequence[int], taken: Index, letters: str, *, is_sum: bool = True) -> Expression:
        parts = [self._product(factors, each, letters) for each in taken]
        return _added(parts, _MOST) if is_sum else _largest(parts)


def lists_in(formula: Expression) -> set[str]:
    """The letters of lists of places in a formula."""
    own = {*formula.name.partition("_")[2]} & {*LISTS}
    return own.union(*map(lists_in, formula.arguments))


def with_numbers(formula: Expression) -> Expression:
    """A formula with numbers, of four digits, in place of names."""
    if formula.op is not None:
        return _applied(formula.op, [with_numbers(each) for each in formula.arguments])
    if formula.is_number or formula.name == MORE:
        return formula
    # A symbol that is like no other, with a nan of its own, so that 0.5 + 0.5 stays what it is.
    size = Expression(float("nan"), f"{abs(formula.number):.4g}")
    return as_expression(-size if formula.number < 0 else size)


def typeset_names(formula: Expression) -> Expression:
    """A formula with names as texts have them."""
    arguments = tuple(map(typeset_names, formula.arguments))
    return Expression(formula.number, typeset(formula.name), formula.op, arguments)


def _added(parts: Sequence[Expression], most: int) -> Expression:
    """A sum; of more terms than that, the first two and the last one are shown."""
    if len(parts) > most:
        rest = math.fsum(part.number for part in parts[2:-1])
        parts = [*parts[:2], Expression(rest, MORE), parts[-1]]
    return as_expression(sum(parts[1:], start=parts[0]))


def _largest(parts: Sequence[Expression]) -> Expression:
    """The largest of some; of more than three, the first and the last one are shown."""
    if len(parts) > 3:
        parts = [parts[0], Expression(max(part.number for part in parts[1:-1]), MORE), parts[-1]]
    return parts[0] if len(parts) == 1 else _applied(largest(len(parts)), parts)


def _applied(row: Op, arguments: Sequence[Expression]) -> Expression:
    return as_expression(Expression._record(row, tuple(arguments)))


def _place_in_sum(kind: Kind, taken: Index) -> tuple[bool, bool, bool]:
    number, _, second = kind
    return number < 0, taken.shape[-2] == 1, second == ALONE
