"""A formula with cases, once for each of them: the slope of relu is 1 or 0, and a page picks by its numbers.

A partial derivative is run on symbols. Where it compares two of them it is told an outcome, and it is run again until
every sequence of outcomes has been told that numbers can have. A case is known by these outcomes, in the order in which
the partial compares: "1" for true and "0" for false, as in "01". What does not count: what tells `m.textbook` whether
its form is accurate, since formulas are always written in that form; comparisons inside of rows, which a formula only
names; `==` and `!=`, which ask whether two formulas are the same. `autograd.explorer.javascript` counts alike.
"""

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.notation import TEXTBOOK, Expression, as_expression
from autograd.table import CannotBeWrittenError, Flowing, Formula, Op, Rows, flows

_MOST_COMPARISONS = 12  # of one run; a formula that compares more often than this in a loop may never end
_MOST_RUNS = 512
_SYMBOLS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


class _Comparison(NamedTuple):
    left: Expression
    symbol: str
    right: Expression
    outcome: bool


@dataclass
class _Run:
    """One run of a formula: the outcomes that it is told, and what it compared."""

    told: Sequence[bool]
    comparisons: list[_Comparison] = field(default_factory=list)
    branches: list[list[bool]] = field(default_factory=list)  # other outcomes that could be told
    not_counted: set[int] = field(default_factory=set)

    def compare(self, left: Expression, symbol: str, right: Expression) -> "_Outcome":
        place = len(self.comparisons)
        if place == _MOST_COMPARISONS:
            raise CannotBeWrittenError(f"more than {_MOST_COMPARISONS} comparisons")
        if left.is_number and right.is_number:
            outcome = _SYMBOLS[symbol](left.number, right.number)
        elif place < len(self.told):
            outcome = self.told[place]
        else:
            told = [_Comparison(left, symbol, right, x) for x in (True, False)]
            outcome, *others = [each.outcome for each in told if _are_possible([*self.comparisons, each])]
            before = [known.outcome for known in self.comparisons]
            self.branches += [[*before, other] for other in others]
        self.comparisons.append(_Comparison(left, symbol, right, outcome))
        return _Outcome(outcome, frozenset({place}))

    @property
    def key(self) -> str:
        """The outcomes that count."""
        return "".join(
            str(int(known.outcome)) for place, known in enumerate(self.comparisons) if place not in self.not_counted
        )


class _Outcome:
    """The outcome of some comparisons, which knows which."""

    def __init__(self, holds: bool, places: frozenset[int]) -> None:
        self.holds, self.places = holds, places

    def __bool__(self) -> bool:
        return self.holds

    def __or__(self, other: Any) -> "_Outcome":
        return _Outcome(self.holds or bool(other), self.places | getattr(other, "places", frozenset()))

    def __and__(self, other: Any) -> "_Outcome":
        return _Outcome(self.holds and bool(other), self.places | getattr(other, "places", frozenset()))

    __ror__, __rand__ = __or__, __and__


class _Symbol(Flowing):
    """A formula that asks the run what a comparison of it gives."""

    __slots__ = ("formula", "run")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, formula: Expression, run: _Run) -> None:
        self.formula, self.run = formula, run

    @property
    def data(self) -> float:
        """It has none, so what would choose by it cannot be written."""
        raise CannotBeWrittenError("a choice by the number of a symbol")

    @staticmethod
    def _record(op: Op, arguments: tuple[Any, ...]) -> Any:
        for argument in arguments:
            if flows(argument) and not isinstance(argument, _Symbol):
                return argument._record(op, arguments)
        run = next(argument.run for argument in arguments if isinstance(argument, _Symbol))
        return _Symbol(as_expression(Expression._record(op, tuple(map(_formula, arguments)))), run)

    def __eq__(self, other: object) -> bool:
        return bool(self.formula == _formula(other))

    def __ne__(self, other: object) -> bool:
        return not self == other


def _comparison(symbol: str) -> Callable[[_Symbol, Any], _Outcome]:
    return lambda self, other: self.run.compare(self.formula, symbol, as_expression(_formula(other)))


for _name in _SYMBOLS:
    setattr(_Symbol, f"__{_name}__", _comparison(_name))


def _formula(thing: Any) -> Any:
    return thing.formula if isinstance(thing, _Symbol) else thing


class _Namespace(Rows):
    """The mathematics of one run: the textbook's, where comparisons that ask for accuracy do not count."""

    def __init__(self, run: _Run) -> None:
        self._run = run

    def textbook(self, form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:  # type: ignore[override]  # of an instance
        self._run.not_counted |= getattr(is_accurate, "places", frozenset())
        return TEXTBOOK.textbook(form, is_accurate, otherwise)


def cases(partial: Formula, *arguments: Expression) -> dict[str, Expression]:
    """A partial derivative as a formula, for every case that it has.

    Args:
        partial: The partial derivative, as a row has it.
        arguments: The value and the arguments of the row, as formulas.

    Returns:
        The formulas by the outcomes of the comparisons; if there are none, the one formula under "".

    Raises:
        CannotBeWrittenError: if it does what symbols cannot do.

    Example:
        >>> from autograd import maximum
        >>> from autograd.notation import to_text
        >>> z, x, y = (Expression(0.5, name) for name in "zxy")
        >>> {key: to_text(formula) for key, formula in cases(maximum.partials[0], z, x, y).items()}
        {'10': '1', '01': '0', '00': '0.5'}
    """
    found: dict[str, Expression] = {}
    todo: list[list[bool]] = [[]]
    for _ in range(_MOST_RUNS):
        if not todo:
            return found
        run = _Run(todo.pop())
        found.setdefault(*_ran(partial, run, arguments))
        todo += reversed(run.branches)
    raise CannotBeWrittenError(f"more than {_MOST_RUNS} cases")


def _ran(partial: Formula, run: _Run, arguments: Sequence[Expression]) -> tuple[str, Expression]:
    try:
        result = _formula(partial(_Namespace(run), *(_Symbol(argument, run) for argument in arguments)))
        return run.key, as_expression(result)
    except CannotBeWrittenError:
        raise
    except Exception as error:  # whatever a formula of one's own may do with its arguments
        raise CannotBeWrittenError(str(error)) from error


def _are_possible(comparisons: Sequence[_Comparison]) -> bool:
    """Whether some numbers have these outcomes, as far as two comparisons of the same formulas tell."""
    return all(any(_holds(group, x) for x in _points(group)) for group in _groups(comparisons))


_Group = list[tuple[str, float, bool]]  # of one unknown: how it compares with a number, and whether it does


def _groups(comparisons: Sequence[_Comparison]) -> list[_Group]:
    """The comparisons by what is compared: a formula with numbers; or the difference of two formulas with 0."""
    groups: list[tuple[tuple[Expression, Expression | None], _Group]] = []
    for left, symbol, right, outcome in comparisons:
        if left.is_number and right.is_number:
            continue
        if left.is_number:
            left, symbol, right = right, _TURNED[symbol], left
        who = (left, None) if right.is_number else (left, right)
        limit = right.number if right.is_number else 0.0
        if who[1] is not None and any(known == (who[1], left) for known, _ in groups):
            who, symbol = (who[1], left), _TURNED[symbol]
        for known, group in groups:
            if known == who:
                group.append((symbol, limit, outcome))
                break
        else:
            groups.append((who, [(symbol, limit, outcome)]))
    return [group for _, group in groups]


def _points(group: _Group) -> Iterator[float]:
    """Numbers, of which one is in every part into which the limits divide the line: each limit, and its neighbors."""
    yield math.nan
    for _, limit, _ in group:
        yield from (math.nextafter(limit, -math.inf), limit, math.nextafter(limit, math.inf))


def _holds(group: _Group, x: float) -> bool:
    return all(_SYMBOLS[symbol](x, limit) is outcome for symbol, limit, outcome in group)
