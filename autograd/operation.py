"""What an operation is: its formula, its partial derivatives, where they hold, and how it is written."""

import builtins
import functools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from autograd.value import Value

# How tightly an operation binds when it is written out; an argument that binds more loosely gets parentheses.
SUM, PRODUCT, PREFIX, POWER, ATOM = range(1, 6)


@dataclass(frozen=True)
class Domain:
    """The numbers that an argument may take.

    Attributes:
        rule: The condition, as the end of a sentence that starts with "it needs an input".
        contains: Whether a number satisfies it, so that the operation has a value there.
        samples: Numbers inside, away from kinks, at which the tests try every operation.
        outside: Numbers that break the rule, at which the tests expect an error.
        differentiable: The condition for a derivative, where that is stricter than the rule.
    """

    rule: str
    contains: Callable[[float], bool]
    samples: tuple[float, ...]
    outside: tuple[float, ...] = ()
    differentiable: str = ""


REAL = Domain("that is a number", lambda _: True, (-3.5, -1.25, -0.4, 0.3, 0.9, 2.75))
FINITE = Domain("that is finite", math.isfinite, REAL.samples, (math.inf,))
POSITIVE = Domain("> 0", lambda x: x > 0, (0.02, 0.4, 1.25, 3.75, 40.0), (0.0, -1.0))
NONNEGATIVE = Domain(">= 0", lambda x: x >= 0, POSITIVE.samples, (-1.0,), differentiable="> 0")
NONZERO = Domain("other than 0", lambda x: x != 0, (-40.0, -1.5, -0.02, 0.3, 2.0), (0.0,))
ABOVE_MINUS_ONE = Domain("> -1", lambda x: x > -1, (-0.98, -0.4, 1e-9, 0.6, 30.0), (-1.0,))
UNIT = Domain(
    "from -1 to 1", lambda x: -1 <= x <= 1, (-0.99, -0.5, 0.1, 0.8, 0.99), (1.5,), differentiable="between -1 and 1"
)
# Some negative bases have powers, so this rule is about the powers of all exponents.
BASE = Domain(
    "> 0 (a negative base takes whole exponents only, and 0 none below 0)", lambda x: x > 0, (0.02, 0.4, 1.25), (-1.5,)
)


def as_float(number: Any, what: str = "data") -> float:
    """Return one real number as a plain `float`.

    Raises:
        TypeError: if `number` is anything else: text, a Value, an array, a complex number.

    Example:
        >>> as_float(3)
        3.0
    """
    if type(number) in (float, int) or isinstance(number, Real):  # the first test is the quick one
        return float(number)
    raise TypeError(f"{what} must be one real number, but got {repr(number)[:60]} of type {type(number).__name__}.")


def as_label(label: Any) -> str:
    """Return a label as exactly a `str`.

    Raises:
        TypeError: if it is no text.
    """
    if isinstance(label, str):
        return str.__str__(label)
    raise TypeError(f"a label must be text, but got {repr(label)[:60]} of type {type(label).__name__}.")


def as_operand(op: "Op", other: Any) -> Any:
    """The number next to a Value in an expression, or `NotImplemented` for what is none.

    Raises:
        TypeError: if it is an array.
    """
    if type(other) in (float, int) or isinstance(other, Real):
        return float(other)
    if hasattr(other, "__array__"):
        raise TypeError(
            f"a Value is one scalar, but met an array of type {type(other).__name__} at {op.symbol!r}. "
            "Apply it to one number at a time, as in [value * x for x in array]."
        )
    return NotImplemented


Formula = Callable[..., Any]
Point = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Op:
    """One row of the table: the whole truth about an operation.

    The formulas are ordinary arithmetic, and functions beyond it come from `m`, a namespace of mathematics for whatever
    flows through them. Today that is floats, and numbers of 40 digits in the tests; anything with arithmetic can.

    A row is also the function to call: plain numbers give a `float`, a Value among them records a node.

    Attributes:
        name: The function's name, and the method's.
        symbol: How it is shown. One that is not a word stands between two arguments, or before a single one.
        latex: The formula, with `{x}` and `{y}` for the arguments.
        forward: `forward(m, x, ...)` is the value z.
        partials: For each argument, `partial(m, z, x, ...)` is the derivative of z with respect to it.
        domain: For each argument, the numbers that it may take.
        kinks: Points without a derivative, each with the partials that are taken there by convention.
        defaults: Values of trailing arguments that may be left out.
        precedence: How tightly it binds when it is written out.
        commutative: Whether x and y may change places.
        advice: What to do when an argument is outside the domain or, if it cannot be, the result is too large.

    Example:
        >>> from autograd import tanh
        >>> tanh
        <Op tanh>
        >>> tanh(0.5) == math.tanh(0.5)
        True
    """

    name: str
    symbol: str
    latex: str
    forward: Formula
    partials: tuple[Formula, ...]
    domain: tuple[Domain, ...]
    kinks: tuple[tuple[Point, Point], ...] = ()
    defaults: tuple[float, ...] = ()
    precedence: int = ATOM
    commutative: bool = False
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", self.describe())
        if self.domain:
            self._enter()

    def _enter(self) -> None:
        """Put the row into the table, and give everything that flows through the table its method."""
        if self.name in BUILT_IN:
            raise ValueError(f"there is an operation called {self.name!r} already.")
        self._check_method()
        for carrier in CARRIERS:
            carrier(self)
        TABLE[self.name] = self

    def _check_method(self) -> None:
        if self.method in RESERVED:
            raise ValueError(f"an operation cannot be called {self.name!r}: a Value has something else of that name.")

    @overload
    def __call__(self, *arguments: float) -> float: ...  # type: ignore[overload-overlap]  # no argument is both

    @overload
    def __call__(self, *arguments: "Value | float") -> "Value": ...

    def __call__(self, *arguments: Any) -> Any:
        """Apply the operation to numbers, giving a `float`, or to Values and numbers, giving a Value.

        Raises:
            TypeError: if the number of arguments is wrong, or one is neither a Value nor a real number.
            ValueError, ZeroDivisionError, OverflowError: if a number is outside the domain or the result too large.
        """
        wanted, given = len(self.domain), len(arguments)
        if given != wanted:
            if not given < wanted <= given + len(self.defaults):
                raise TypeError(f"{self.name} takes {wanted} argument(s), but got {given}.")
            arguments += self.defaults[given - wanted :]
        for argument in arguments:
            if hasattr(argument, "_record"):
                return argument._record(self, arguments)
        numbers = [as_float(argument, f"an argument of {self.name}") for argument in arguments]
        try:
            return float(self.forward(floats, *numbers))
        except (ValueError, ArithmeticError) as error:
            raise type(error)(self.failure(numbers, error)) from None

    def describe(self) -> str:
        """The formula, the domain, and the conventions of the row, in words."""
        names = ("x", "y")[: len(self.domain)]
        defaults = dict(zip(reversed(names), reversed(self.defaults), strict=False))
        signature = ", ".join(f"{name}={defaults[name]}" if name in defaults else name for name in names)
        lines = [f"{self.name}({signature}): {self.latex.format(x='x', y='y')}".rstrip(": ")]
        lines += [f"{n} must be a number {d.rule}." for n, d in zip(names, self.domain, strict=True) if d is not REAL]
        lines += [f"At the kink {at} its derivatives are taken to be {slopes}." for at, slopes in self.kinks]
        return "\n".join(lines)

    def failure(
        self, numbers: Sequence[float], error: Exception, *, where: str = "", differentiating: bool = False
    ) -> str:
        """The message for a computation that failed: what came, the rule that it breaks, and what to do.

        Args:
            numbers: The arguments.
            error: What Python's mathematics raised.
            where: The place in the graph.
            differentiating: Whether it was a partial derivative that failed, rather than the value.
        """
        got = f"{'the derivative of ' * differentiating}{self.symbol}{where} got {' and '.join(map(str, numbers))}"
        if isinstance(error, OverflowError):
            bounded = any(domain is not REAL for domain in self.domain)
            return f"{got}; the result is too large for a float. {'' if bounded else self.advice}".rstrip()
        rules = [
            (differentiating and domain.differentiable) or domain.rule
            for domain, number in zip(self.domain, numbers, strict=True)
            if not domain.contains(number) or (differentiating and domain.differentiable)
        ]
        who = "its derivative" if differentiating else "it"
        why = f"needs an input {' and '.join(rules)}" if rules else f"has no value there: {str(error).rstrip('.')}"
        return f"{got}; {who} {why}. {self.advice}".rstrip()

    @property
    def is_infix(self) -> bool:
        """Whether the symbol stands between the arguments, or before a single one: `x + y`, `-x`."""
        return not self.symbol.isidentifier()

    @property
    def method(self) -> str:
        """The name of the method: that of Python's own special method if the symbol is an operator of Python's."""
        special = f"__{self.name}__"
        return special if self.is_infix and hasattr(operator, special) else self.name

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], "Op"], tuple[str]]:
        return _row, (self.name,)  # a row is unique: copies and pickles refer to it by name


def _row(name: str) -> Op:
    return CONSTANT if name == CONSTANT.name else TABLE[name]


class Namespace(SimpleNamespace):
    """Mathematics for one kind of thing: the functions it is built on, and every row of the table through its formula.

    Example:
        >>> floats.sigmoid(0.0)  # there is no math.sigmoid: this is the row's formula on floats
        0.5
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in TABLE:
            raise AttributeError(f"no function or operation is called {name!r}.")
        function = functools.partial(TABLE[name].forward, self)
        if name in BUILT_IN:
            setattr(self, name, function)  # the next look-up finds it at once
        return function


TABLE: dict[str, Op] = {}  # every row, by name; declaring an Op adds it
BUILT_IN: set[str] = set()  # the names of rows that cannot be declared anew; a notebook may run its own cells again
RESERVED: set[str] = set()  # the names of what Values have besides
CARRIERS: list[Callable[[Op], None]] = []  # what gives a class that flows through the table a row's operator or method


def carry(carrier: Callable[[Op], None], reserved: Iterable[str] = ()) -> None:
    """Give a class the operators and methods of all rows, those that are still to come included.

    Args:
        carrier: Gives the class the operator or method of one row.
        reserved: The names that the class uses itself.
    """
    RESERVED.update(reserved)
    for row in TABLE.values():
        row._check_method()
        carrier(row)
    CARRIERS.append(carrier)


# What marks a node as a plain number. It has no arguments and is no row of the table.
CONSTANT = Op("constant", "", "", lambda _: None, (), ())

floats = Namespace(**vars(math), abs=builtins.abs, where=lambda condition, x, y: x if condition else y)


class Rows:
    """The table itself as a namespace of mathematics: each row does what fits the thing that flows through it.

    Example:
        >>> from autograd import Value
        >>> rows.tanh(0.0), rows.tanh(Value(0.0, "x"))
        (0.0, Value(data=0.0, expression='tanh(x)'))
    """

    def __getattr__(self, name: str) -> Op:
        if name not in TABLE:
            raise AttributeError(f"no operation is called {name!r}.")
        return TABLE[name]

    @staticmethod
    def where(condition: bool, x: Any, y: Any) -> Any:
        """The one or the other, by the numbers at hand."""
        return x if condition else y

    @staticmethod
    def pow(x: Any, y: Any) -> Any:
        """A power; of the first, x itself, so that the derivative of a square is written 2·x."""
        is_number = isinstance(y, Real) or getattr(y, "is_constant", False)
        return x if is_number and getattr(y, "data", y) == 1.0 else TABLE["pow"](x, y)


rows: Any = Rows()
