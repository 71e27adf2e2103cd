"""The cost and its gradient as terms: equal ones are one, and what numbers amount to is worked out at once.

A term is known by its number; its arguments have smaller ones. It is a leaf, a row of the table applied to other
terms, or one of what rows choose by: a comparison, `|`, `&`, and `where`; or the largest of some terms. Of sums and
products, only `add`, `mul` and `scale`, a plain number times a term, are left: a difference is a sum with a term that
is scaled by -1.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from autograd import ops
from autograd.table import Flowing, Op, Rows, floats, flows

Head = Op | str

PARAMETER, DIRECTION, INPUT, TARGET, SHARE, DATA = LEAVES = ("theta", "direction", "X", "Y", "share", "data")
CONSTANT, SCALE, WHERE, LARGEST = "constant", "scale", "where", "largest"
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
ADD, MUL = ops.add, ops.mul
_BATCHED, _SHARES = 1, 2  # bits
_TRAITS: dict[Head, int] = {INPUT: _BATCHED, TARGET: _BATCHED, SHARE: _SHARES}
COMMUTATIVE = {MUL, "|", "&"}  # but for ADD, which is a sum of any number of terms


class Terms:
    """All terms of one program.

    Attributes:
        heads: What each is: a row; or the kind of a leaf, a comparison, and so on.
        numbers: The number of a constant or of a scale, the index of a leaf; else 0.
        arguments: The terms that it is computed from.
    """

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self.numbers: list[float] = []
        self.arguments: list[tuple[int, ...]] = []
        self._traits: list[int] = []
        self._known = defaultdict[Head, dict[tuple[float, ...], int]](dict)
        self._sums, self._products = self._known[ADD], self._known[MUL]
        self._constants: dict[int, float] = {}
        self._slopes = defaultdict[Op, dict[int, int | None]](dict)

    def __len__(self) -> int:
        return len(self.heads)

    def make(self, head: Head, number: float, arguments: tuple[int, ...]) -> int:
        """A term as it is, which may be known already."""
        # Tuples of numbers alone, which the garbage collector does not search again and again.
        key = arguments if arguments and not number else (number, *arguments)
        found = self._known[head].get(key)
        if found is not None:
            return found
        if head == CONSTANT:
            self._constants[len(self.heads)] = number
        traits = _TRAITS.get(head, 0)
        for each in arguments:
            traits |= self._traits[each]
        self._known[head][key] = len(self.heads)
        return self._added(head, number, arguments, traits)

    def _added(self, head: Head, number: float, arguments: tuple[int, ...], traits: int) -> int:
        self.heads.append(head)
        self.numbers.append(number)
        self.arguments.append(arguments)
        self._traits.append(traits)
        return len(self.heads) - 1

    def is_batched(self, term: int) -> bool:
        """Whether a term has a number for each example."""
        return bool(self._traits[term] & _BATCHED)

    def shares(self, term: int) -> bool:
        """Whether a term depends on the share 1/n that an example has in the mean."""
        return bool(self._traits[term] & _SHARES)

    def with_head(self, head: Head) -> Collection[int]:
        """All terms that are a row, or leaves of a kind, or whatever else a head says."""
        return self._known[head].values()

    def leaf(self, kind: str, index: int = 0) -> int:
        """An entry of a vector that is given, a number of the data, or the share 1/n."""
        known, key = self._known[kind], (index,)  # as `make` has it
        found = known.get(key)
        if found is None:
            found = known[key] = self._added(kind, index, (), _TRAITS.get(kind, 0))
        return found

    def constant(self, number: float) -> int:
        """A plain number."""
        return self.make(CONSTANT, float(number) + 0.0, ())

    def number(self, term: int) -> float | None:
        """The number of a constant."""
        return self._constants.get(term)

    def scaled(self, number: float, term: int) -> int:
        """A number times a term."""
        if number == 1.0:
            return term
        known = self.number(term)
        if known is not None:
            return self.constant(number * known)
        if number == 0.0:
            return self.constant(0.0)
        if self.heads[term] == SCALE:
            return self.scaled(number * self.numbers[term], self.arguments[term][0])
        return self.make(SCALE, number, (term,))

    def sum(self, x: int, y: int) -> int:
        """The sum x + y."""
        constants = self._constants
        if x in constants or y in constants:
            first, second = constants.get(x), constants.get(y)
            if first is not None and second is not None:
                return self.constant(first + second)
            if first == 0.0:
                return y
            if second == 0.0:
                return x
        numbers, arguments = self.numbers, self.arguments
        if (numbers[x] == -1.0 and arguments[x] == (y,)) or (numbers[y] == -1.0 and arguments[y] == (x,)):
            return self.constant(0.0)  # the one is the other, scaled by -1
        return self._pair(ADD, self._sums, x, y)

    def product(self, x: int, y: int) -> int:
        """The product x · y."""
        constants = self._constants
        if x in constants:
            return self.scaled(constants[x], y)
        if y in constants:
            return self.scaled(constants[y], x)
        return self._pair(MUL, self._products, x, y)

    def _pair(self, head: Op, known: dict[tuple[float, ...], int], x: int, y: int) -> int:
        """A sum or a product, as `make` makes it; most terms are such."""
        pair = (x, y) if x < y else (y, x)
        found = known.get(pair)
        if found is None:
            found = known[pair] = self._added(head, 0.0, pair, self._traits[x] | self._traits[y])
        return found

    def applied(self, op: Op, *arguments: int) -> int:
        """A row applied to terms."""
        if op is ops.add:
            return self.sum(*arguments)
        if op is ops.mul:
            return self.product(*arguments)
        if op is ops.sub:
            return self.sum(arguments[0], self.scaled(-1.0, arguments[1]))
        if op is ops.neg:
            return self.scaled(-1.0, arguments[0])
        numbers = [self.number(each) for each in arguments]
        if None not in numbers:
            return self.constant(op.forward(floats, *numbers))
        if op is ops.truediv and numbers[1] is not None:
            return self.scaled(1.0 / numbers[1], arguments[0])
        if op is ops.pow and numbers[1] in (1.0, 2.0):
            return arguments[0] if numbers[1] == 1.0 else self.product(arguments[0], arguments[0])
        return self.make(op, 0.0, arguments)

    def largest(self, terms: Collection[int]) -> int:
        """The largest of some terms."""
        constants = [each for each in terms if each in self._constants]
        others = {*terms}.difference(constants)
        if constants:
            largest = max(constants, key=self._constants.__getitem__)
            if not others:
                return largest
            others.add(largest)
        return self.make(LARGEST, 0.0, tuple(sorted(others)))

    def slope(self, op: Op, place: int, value: int, arguments: Sequence[int]) -> int:
        """The derivative of a row by one of its arguments.

        Args:
            op: The row.
            place: Which argument.
            value: The value of the row.
            arguments: All arguments.
        """
        slopes = self._slopes[op]
        known = slopes.get(place)
        if known is None and place not in slopes and self._constants.keys().isdisjoint(arguments):
            known = slopes[place] = self._plain_slope(op, place)  # a row may choose by a number with if
        if known is None:
            flowing = [self.flowing(each) for each in (value, *arguments)]
            return self.of(op.partials[place](term_rows, *flowing))
        return ~known if known < 0 else arguments[known - 1] if known else value

    def _plain_slope(self, op: Op, place: int) -> int | None:
        """What a slope always is: an argument, its place among z, x and y; or a number, ~ its term; else `None`."""
        terms = Terms()
        unknown = [terms.leaf(PARAMETER, index) for index in range(1 + op.arity)]
        found = terms.of(op.partials[place](term_rows, *map(terms.flowing, unknown)))
        number = terms.number(found)
        return ~self.constant(number) if number is not None else found if found in unknown else None

    def flowing(self, term: int) -> Any:
        """A term as it flows through a row: a constant as its number."""
        number = self.number(term)
        return FlowingTerm(self, term) if number is None else number

    def of(self, thing: Any) -> int:
        """What came out of a row, as a term."""
        return thing.term if isinstance(thing, FlowingTerm) else self.constant(thing)


class Condition:
    """A comparison of terms, for `m.where`."""

    def __init__(self, terms: Terms, term: int) -> None:
        self.terms, self.term = terms, term

    def _joined(self, other: Any, symbol: str, decides: bool) -> Any:
        if isinstance(other, bool):
            return decides if other is decides else self
        return Condition(self.terms, self.terms.make(symbol, 0.0, tuple(sorted((self.term, other.term)))))

    def __or__(self, other: Any) -> Any:
        return self._joined(other, "|", True)

    def __and__(self, other: Any) -> Any:
        return self._joined(other, "&", False)

    __ror__, __rand__ = __or__, __and__

    def __bool__(self) -> bool:
        raise TypeError("a row must choose with m.where, not with if, for its formula to be lifted.")


class FlowingTerm(Flowing):
    """A term that flows through the rows of the table."""

    __hash__ = None  # type: ignore[assignment]  # == compares numbers
    rows: Any  # the table as a term sees it

    def __init__(self, terms: Terms, term: int) -> None:
        self.terms, self.term = terms, term

    @property
    def data(self) -> float:
        """What a plain number would have here."""
        raise TypeError("a row asks for a number that is known only when the program runs.")

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        for argument in arguments:
            if flows(argument) and not isinstance(argument, FlowingTerm):
                return argument._record(op, arguments)  # to a dual number, a term is a number
        terms = next(each.terms for each in arguments if isinstance(each, FlowingTerm))
        return terms.flowing(terms.applied(op, *map(terms.of, arguments)))


def _comparison(symbol: str) -> Callable[[FlowingTerm, Any], Condition]:
    return lambda self, other: Condition(self.terms, self.terms.make(symbol, 0.0, (self.term, self.terms.of(other))))


for _name, _symbol in COMPARISONS.items():
    setattr(FlowingTerm, f"__{_name}__", _comparison(_symbol))


class TermRows(Rows):
    """The table as terms see it: choices stay in the program, and formulas are as a textbook has them."""

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        """The one where a condition holds, else the other."""
        if not isinstance(condition, Condition):
            return x if condition else y
        terms = condition.terms
        first, second = terms.of(x), terms.of(y)
        return x if first == second else terms.flowing(terms.make(WHERE, 0.0, (condition.term, first, second)))

    @staticmethod
    def textbook(form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:  # noqa: ARG004
        """The textbook's form, whatever its accuracy."""
        return form()


term_rows: Any = TermRows()
FlowingTerm.rows = term_rows
