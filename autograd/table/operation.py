"""What an operation is: its formula, its partial derivatives, where they hold, and how it is written."""

import functools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from autograd.table.calling import Called
from autograd.table.domains import REAL, Domain
from autograd.table.errors import reworded
from autograd.table.mathematics import floats
from autograd.table.operands import as_float, flows, number_of
from autograd.table.registry import TABLE

# How tightly an operation binds when it is written out; an argument that binds more loosely gets parentheses.
SUM, PRODUCT, PREFIX, POWER, ATOM = range(1, 6)

Formula = Callable[..., Any]
Point = tuple[float, ...]


class Flows(Protocol):
    """What an operation can be applied to besides plain numbers."""

    @property
    def data(self) -> float:
        """The number."""


F = TypeVar("F", bound=Flows)


@dataclass(frozen=True, eq=False)
class Op(Called):
    """One row of the table: the whole truth about an operation.

    The formulas are ordinary arithmetic, and functions beyond it come from `m`, a namespace of mathematics for whatever
    flows through them: floats, Values, dual numbers, series, symbols, complex numbers, pieces of C.

    A row is itself the function: called with plain numbers it gives a `float`, with a Value among them a node.

    Attributes:
        name: The function's name, and the method's.
        symbol: How it is shown. A symbol that is not a word stands between two arguments, or before a single one.
        latex: The formula, with `{x}` and `{y}` for the arguments.
        forward: `forward(m, x, ...)` is the value z.
        partials: For each argument, `partial(m, z, x, ...)` is the derivative of z with respect to it.
        domain: For each argument, the numbers that it may take.
        kinks: Points without a derivative, each with the partials used there by convention.
        defaults: Default values of the last arguments.
        precedence: How tightly it binds when it is written out.
        commutative: Whether x and y may be swapped.
        selects: Whether the value is one of the arguments, in whatever order they stand, as a maximum is. There may
            then be more than two; those that tie share the derivative equally.
        advice: What to try when an argument is outside the domain or, if any number is allowed, the result too large.
        sign: How a picture shows it, if not by its symbol: × for *. Where it has `{y}`, as in `x^{y}`, a second
            argument that is a plain number is written there.

    Example:
        >>> import math
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
    selects: bool = False
    advice: str = ""
    sign: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "arity", len(self.domain))

    if TYPE_CHECKING:

        @overload
        def __call__(self, *arguments: float) -> float: ...  # type: ignore[overload-overlap]  # no argument is both

        @overload
        def __call__(self, *arguments: F | float) -> F: ...

        def __call__(self, *arguments: Any) -> Any:
            """Apply the operation: see `Called`."""

    def completed(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, with defaults for those left out, and two in place of more; see `Called`."""
        given = len(arguments)
        if self.selects and given > self.arity:
            *first, last = self._with_shares(arguments)
            return functools.reduce(self, first), last
        if not given < self.arity <= given + len(self.defaults):
            more = " or more; of a list, write *values" if self.selects else ""
            raise TypeError(f"{self.name} takes {self.arity} argument(s){more}, but got {given}.")
        return arguments + self.defaults[given - self.arity :]

    def _with_shares(self, arguments: tuple[Any, ...]) -> list[Any]:
        """The arguments of a selection; if more than two tie, their mean in their place, so that all share alike."""
        numbers = [as_float(x.data if flows(x) else x, f"an argument of {self.name}") for x in arguments]
        selected = functools.reduce(self, numbers)
        is_tied = [number == selected or math.isnan(selected) for number in numbers]
        if sum(is_tied) <= 2:
            return list(arguments)
        first, *others = (x / sum(is_tied) for x, tied in zip(arguments, is_tied, strict=True) if tied)
        mean = sum(others, first)
        if math.isfinite(selected) and number_of(mean) != selected:
            mean = mean + (selected - number_of(mean))  # what rounding has left out
        rest = [x for x, tied in zip(arguments, is_tied, strict=True) if not tied]
        return [mean, *(rest or [mean])]

    def of_numbers(self, arguments: tuple[Any, ...]) -> float:
        """The value at plain numbers; see `Called`."""
        numbers = [as_float(argument, f"an argument of {self.name}") for argument in arguments]
        try:
            return float(self.forward(floats, *numbers))
        except (ValueError, ArithmeticError) as error:
            raise reworded(error, self.failure(numbers, error)) from None

    @property
    def names(self) -> str:
        """What its arguments are called, a letter each."""
        return "xy"[: self.arity]

    @property
    def signature(self) -> str:
        """How it is called, by position only, as Python writes it."""
        defaults = dict(zip(reversed(self.names), reversed(self.defaults), strict=False))
        names = [f"{name}={defaults[name]}" if name in defaults else name for name in self.names]
        return f"{self.name}({', '.join([*names, '/'])})"

    def conventions(self) -> list[str]:
        """The domain and the kinks, in words."""
        rules = []
        for name, domain in zip(self.names, self.domain, strict=True):
            rule = "may be any number" if domain.rule == REAL.rule else f"must be a number {domain.rule}"
            stricter = f"; for a derivative, {domain.differentiable}" if domain.differentiable else ""
            rules.append(f"{name} {rule}{stricter}.")
        kinks = []
        for point, slopes in self.kinks:
            at = " and ".join(f"{name} = {number:g}" for name, number in zip(self.names, point, strict=True))
            its = "derivative is" if len(slopes) == 1 else "derivatives are"
            kinks.append(f"Kink: at {at} its {its} taken to be {' and '.join(f'{slope:g}' for slope in slopes)}.")
        more = ["More arguments: those that tie share the derivative equally."] * self.selects
        return [f"Domain: {' '.join(rules)}", *kinks, *more]

    def describe(self) -> str:
        """How it is called, its formula, its domain and its kinks, in words."""
        formula = self.latex.format(x="x", y="y")
        return "\n".join([f"{self.signature}: {formula}".rstrip(": "), *self.conventions()])

    def failure(
        self, numbers: Sequence[float], error: Exception, *, where: str = "", differentiating: bool = False
    ) -> str:
        """The message for a failed computation: what it got, the rule that this breaks, and what to try.

        Args:
            numbers: The arguments.
            error: What Python's mathematics raised.
            where: The place in the graph.
            differentiating: Whether a partial derivative failed, rather than the value.
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
    def writes_number(self) -> bool:
        """Whether its sign has a second argument that is a plain number."""
        return "{y}" in self.sign

    def sign_with(self, number: float | None = None) -> str:
        """How a picture shows it, with its second argument if that is a plain number.

        Example:
            >>> from autograd import pow, sub
            >>> pow.sign_with(2.0), pow.sign_with(), sub.sign_with(2.0)
            ('x^2', 'x^y', '−')
        """
        return self.sign.replace("{y}", "y" if number is None else f"{number:g}") or self.symbol

    @property
    def method(self) -> str:
        """The name of the method: `__add__` and the like if the symbol is one of Python's operators."""
        special = f"__{self.name}__"
        return special if self.is_infix and hasattr(operator, special) else self.name

    @property
    def reflected(self) -> str:
        """The name of Python's special method for `other ∘ x`; empty for what is not an operator of two arguments."""
        return f"__r{self.name}__" if self.method != self.name and self.arity == 2 else ""

    def __repr__(self) -> str:
        return f"<Op {self.name}>"

    def __reduce__(self) -> tuple[Callable[[str], "Op"], tuple[str]]:
        return _row, (self.name,)  # a row is unique: copies and pickles refer to it by name


def _row(name: str) -> Op:
    return CONSTANT if name == CONSTANT.name else TABLE[name]


# Marks a node as a constant. It has no arguments and is not a row of the table.
CONSTANT = Op("constant", "", "", lambda _: None, (), ())
