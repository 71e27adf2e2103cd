"""A run of a row's formula that writes down, in JavaScript, what the formula does.

Its numbers are those of the page. Dual numbers take them for plain ones, so that a derivative that they find is written
down too. A condition on such numbers is not known: a run is told the outcomes, and there are more runs for the others.
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from autograd.explorer.statements import Statement
from autograd.table import (
    LIBRARY,
    TABLE,
    Body,
    CannotBeWrittenError,
    Condition,
    Number,
    Op,
    Rows,
    flows,
    mathematics_of,
)

# What `m` has in JavaScript; a row that is not among these is written out.
FUNCTIONS = [*LIBRARY, "abs", "floor", "ceil", "round", "hypot", "mod", "floordiv"]
# These have a number for every number.
TOTAL = {*"+-*/?", *["abs", "floor", "ceil", "round", "hypot", "atan", "atan2", "tanh", "asinh", "erf", "erfc"]}


class Run(Body):
    """A run of a formula, in which the outcomes of its first conditions are known; those that follow hold."""

    def __init__(self, known: tuple[bool, ...], room: int) -> None:
        self.known, self.room = known, room
        self.statements: list[Statement] = []
        self.outcomes: list[bool] = []
        self.forks: list[tuple[int, str]] = []  # how many statements come before, and the condition
        self.m: Any = mathematics_of(self, FUNCTIONS)

    def result(self, formula: Callable[..., Any], arguments: str) -> str:
        """Run a formula, and give the text of its result."""
        return self.written(formula(self.m, *(Moving(self, name) for name in arguments)))

    def add(self, text: str, operation: str) -> "Moving":
        """Add the statement that computes something, and return the variable with the result."""
        self.take_room()
        name = f"t{len(self.statements)}"
        self.statements.append(Statement(name, text.replace(" ", ""), operation, operation not in TOTAL))
        return Moving(self, name)

    def infix(self, symbol: str, x: str, y: str) -> Number:
        """Write an operator; in JavaScript a division by 0 is no error."""
        is_number = y.strip("(-").startswith(tuple(".123456789"))
        return self.call("div", [x, y]) if symbol == "/" and not is_number else super().infix(symbol, x, y)

    def call(self, name: str, arguments: Iterable[str]) -> Number:
        """Write a function of `m`."""
        return self.add(f"m.{name}({','.join(arguments)})", name)

    def branches(self, condition: Condition, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
        """Go on in one of two ways."""
        return yes() if condition else no()

    def plain(self, number: float) -> str:
        """A plain number, as short as it can be read again."""
        if not math.isfinite(number):
            return {"inf": "(1/0)", "-inf": "(-1/0)", "nan": "(0/0)"}[str(number)]
        text = repr(number).removesuffix(".0").replace("e+", "e").replace("e-0", "e-")
        text = re.sub(r"^(-?)0\.", r"\1.", text)
        return f"({text})" if text.startswith("-") else text

    def take_room(self) -> None:
        """Count an operation."""
        self.room -= 1
        if not self.room:
            raise CannotBeWrittenError("a row is too long")

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds on this way."""
        text = condition.text.replace(" ", "")
        for (_, known), outcome in zip(self.forks, self.outcomes, strict=True):
            if known == text:
                return outcome
        self.take_room()
        place = len(self.outcomes)
        self.outcomes.append(self.known[place] if place < len(self.known) else True)
        self.forks.append((len(self.statements), text))
        return self.outcomes[place]

    def apply(self, row: Op, arguments: tuple[Any, ...]) -> Any:
        """A row, which dual numbers apply to what they carry."""
        if row.name in FUNCTIONS and TABLE.get(row.name) is row:
            return getattr(self.m, row.name)(*arguments)
        return row.forward(self.m, *arguments)

    def asked(self, condition: Condition) -> Condition | bool:
        """What a comparison gives."""
        return condition


class Notation(Run):
    """A run as formulas make it, which gives the outcomes of the comparisons on the way, in Python's order.

    Each `<`, `<=`, `>` and `>=` that meets a number of the page counts, on both sides of `|` and `&`. It does not count
    inside of a row that the partial uses, such as the `x > y` of `m.maximum(x, y)`, which stands in a formula by its
    name; nor where it tells `m.textbook` whether a form is accurate, since formulas are always written in that form.
    `==` and `!=` do not count either: they ask whether two formulas are the same.

    A partial that dual numbers find runs through the rows as they are, so that there `m.textbook` chooses, and counts.
    """

    def __init__(self, known: tuple[bool, ...], room: int) -> None:
        super().__init__(known, room)
        self.comparisons: list[str] = []
        self.inside = 0  # how many rows are being computed

    def result(self, formula: Callable[..., Any], arguments: str) -> str:
        """Run a formula, and give the text of the list of comparisons."""
        formula(_Formulas(self), *(Moving(self, name) for name in arguments))
        return f"[{','.join(text[1:-1].replace(' ', '') for text in self.comparisons)}]"

    def apply(self, row: Op, arguments: tuple[Any, ...]) -> Any:
        """A row, which stands in a formula by its name: what it compares is its own affair."""
        self.inside += 1
        try:
            return super().apply(row, arguments)
        finally:
            self.inside -= 1

    def asked(self, condition: Condition) -> Condition | bool:
        """What a comparison gives."""
        if self.inside:
            return condition
        x, symbol, y = condition.text[1:-1].split(" ")
        if symbol in ("==", "!="):
            return (x == y) == (symbol == "==")
        self.comparisons.append(condition.text)
        return condition

    def forget(self, condition: Condition) -> None:
        """Take back the comparisons of a condition that no formula asks for."""
        count = len(re.findall(r" [<>]=? ", condition.text))
        asked = [place for place, text in enumerate(self.comparisons) if text in condition.text]
        for place in reversed(asked[-count:]):
            del self.comparisons[place]


class _Formulas(Rows):
    """The table as formulas see it."""

    def __init__(self, run: Notation) -> None:
        self._run = run

    def textbook(  # type: ignore[override]  # it is no static method, since it tells the run
        self,
        form: Callable[[], Any],
        is_accurate: Any,
        otherwise: Callable[[], Any],  # noqa: ARG002
    ) -> Any:
        """The textbook's form, whatever its accuracy."""
        if isinstance(is_accurate, Condition):
            self._run.forget(is_accurate)
        return form()


class Moving(Number):
    """A number in JavaScript, which rows and dual numbers take for one of their own."""

    body: Run

    @property
    def data(self) -> float:
        """What a plain number would have here."""
        raise CannotBeWrittenError("a row asks for a number that is known in the page only")

    @staticmethod
    def _record(row: Op, arguments: tuple[Any, ...]) -> Any:
        for argument in arguments:
            if flows(argument) and not isinstance(argument, Moving):
                return argument._record(row, arguments)  # to a dual number, this is a number
        return next(each.body for each in arguments if isinstance(each, Moving)).apply(row, arguments)

    def __str__(self) -> str:
        raise CannotBeWrittenError("a row asks how a number is written that is known in the page only")

    __repr__ = __str__

    def __format__(self, _: str) -> str:
        return str(self)

    def __pos__(self) -> "Moving":
        return self

    def __abs__(self) -> Any:
        return self.body.call("abs", [self.text])


def _beside(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A method of a number, which leaves it to a dual number beside it to compute."""

    def beside(self: Moving, other: Any) -> Any:
        return NotImplemented if flows(other) and not isinstance(other, Moving) else method(self, other)

    return beside


def _compared(method: Callable[[Any, Any], Condition]) -> Callable[[Any, Any], Any]:
    return _beside(lambda self, other: self.body.asked(method(self, other)))


def _called(name: str, *, reflected: bool = False) -> Callable[[Any, Any], Any]:
    def method(self: Moving, other: Any) -> Any:
        pair = (other, self) if reflected else (self, other)
        return self.body.call(name, map(self.body.written, pair))

    return _beside(method)


for _name in ("add", "sub", "mul", "truediv"):
    for _method in (f"__{_name}__", f"__r{_name}__"):
        setattr(Moving, _method, _beside(getattr(Number, _method)))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Moving, f"__{_name}__", _compared(getattr(Number, f"__{_name}__")))
for _name, _function in {"pow": "power", "mod": "mod", "floordiv": "floordiv"}.items():
    setattr(Moving, f"__{_name}__", _called(_function))
    setattr(Moving, f"__r{_name}__", _called(_function, reflected=True))
