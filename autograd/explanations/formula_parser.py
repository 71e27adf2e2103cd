"""A formula as data: statements and terms, read from a text by the precedences of the table."""

import itertools
import math
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograd.explanations.formula_tokens import FormulaError, Token, error_at, normal, tokens
from autograd.notation import alike
from autograd.ops import exp, floordiv, mod, mul, truediv
from autograd.table import POWER, PREFIX, SUM, TABLE, Op

MAX_LENGTH = 10_000
MAX_DEPTH = 100
ALIASES = {"sigma": "sigmoid", "σ": "sigmoid", "ln": "log"}
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}

_MISPLACED = {
    ")": "this ) closes nothing",
    "=": "= stands only after a single name, at the start; of an equation, write the right-hand side",
    ",": "a comma stands only between the arguments of an operation",
}


@dataclass(frozen=True)
class Term:
    """A part of a formula. Two are equal if they say the same thing, wherever they stand.

    Attributes:
        position: Where it stands in the text: the index of its name, of its number or of its operator.
        arguments: The parts of an operation; a number and a name have none.
    """

    position: int = field(compare=False, kw_only=True)
    arguments = tuple["Term", ...]()  # no field, as it has no annotation


@dataclass(frozen=True)
class Number(Term):
    """A number that is written out."""

    number: float


@dataclass(frozen=True)
class Name(Term):
    """A name, which stands for something that is known."""

    name: str


@dataclass(frozen=True)
class Apply(Term):
    """A row of the table and what it is applied to."""

    op: Op
    arguments: tuple[Term, ...]


@dataclass(frozen=True)
class Derivative(Term):
    """The derivative of a row with one argument, at that argument: `dtanh(x)`."""

    op: Op
    arguments: tuple[Term, ...]


@dataclass(frozen=True)
class Statement:
    """A formula and the name that it is given, or `None`."""

    name: str | None
    term: Term
    position: int = field(compare=False, kw_only=True)


def parse(text: str, known: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Read statements `name = formula`, separated by `;` or new lines; the last may be a formula alone.

    A formula has numbers, names, `+ - * / **`, parentheses, the functions of the table, and the derivative of each one
    that takes a single argument, with a `d` before its name. `sigma` and `σ` are sigmoid, `ln` is log; `·` and `×` are
    `*`. What a textbook writes is read where it can mean one thing only: `x^2`, `h²`, `2a(a - y)`, `a b`, `σ'(z)`; and
    `∂C/∂a`, or `dC/da`, is one name if C and a are known.

    Args:
        text: At most 10,000 characters, and no more than 100 parentheses, signs or powers inside each other.
        known: Names that stand for something. One of them before a `(` is a factor, and one such as `x^2` is no power.

    Raises:
        TypeError: if it is not text.
        FormulaError: if the text is anything else.

    Example:
        >>> parse("a - b - c") == parse("(a - b) - c")
        True
        >>> parse("2a(a - y)", ["a", "y"]) == parse("2*a*(a - y)")
        True
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula is text, such as '2*(a - y)', but got {text!r:.60} of type {type(text).__name__}.")
    if len(text) > MAX_LENGTH:
        raise error_at(f"a text has at most {MAX_LENGTH} characters, but this one has {len(text)}", text, MAX_LENGTH)
    return _Parser(text, known).statements()


class _Parser:
    """Precedence climbing over the tokens of a text, with the precedences of the table.

    Reference: Richards & Whitby-Strevens, "BCPL: The Language and its Compiler", 1979.
    """

    def __init__(self, text: str, known: Iterable[str]) -> None:
        self.text = text
        assigned = {name.text for name, sign in itertools.pairwise(tokens(text)) if sign.text == "="}
        self.known = {*map(normal, known), *assigned}
        self.tokens = list(tokens(text, self.known))
        self.place = 0
        self.unclear = 0  # the place after a divisor or an exponent, where a product needs its *
        operators = [row for row in TABLE.values() if row.is_infix]
        self.prefix = {row.symbol: row for row in operators if row.arity == 1}
        self.infix: dict[str, Op] = {row.symbol: row for row in operators if row.arity == 2}
        rows = [row for row in TABLE.values() if not row.is_infix]
        self.functions = {word: row for row in rows for word in (row.name, row.symbol)}
        self.functions |= {alias: TABLE[name] for alias, name in ALIASES.items()}
        self.derivatives = {f"d{word}": row for word, row in self.functions.items() if row.arity == 1}

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def error(self, rule: str, place: Token) -> FormulaError:
        return error_at(rule, self.text, place.position)

    def statements(self) -> tuple[Statement, ...]:
        found: list[Statement] = []
        while self.place < len(self.tokens):
            if self.next.text == ";":
                self.take()
                continue
            if found and found[-1].name is None:
                raise error_at("only the last formula may go without a name =", self.text, found[-1].position)
            found.append(self.statement({statement.name for statement in found}))
        if not found:
            raise error_at("there is no formula", self.text, 0)
        return tuple(found)

    def statement(self, taken: set[str | None]) -> Statement:
        first, name = self.next, None
        if first.kind == "name" and self.tokens[self.place + 1].text == "=":
            name = first.text
            if name in TABLE or name in self.functions or name in self.derivatives:
                raise self.error(f"{name!r} is an operation; choose another name", first)
            if name in taken:
                raise self.error(f"{reprlib.repr(name)} is already defined", first)
            self.place += 2
        term = self.term(SUM, 0)
        if self.next.text != ";":
            raise self.misplaced()
        return Statement(name, term, position=first.position)

    def term(self, loosest: int, depth: int) -> Term:
        """Read as far as operators bind no more loosely than `loosest`."""
        if depth > MAX_DEPTH:
            raise self.error(f"this is nested more than {MAX_DEPTH} deep", self.next)
        left = self.operand(depth)
        while (op := self.operator()) and op.precedence >= loosest:
            position, is_raised = self.next.position, self.next.kind == "power"
            if self.next.text in self.infix:
                self.take()
            elif self.place == self.unclear:
                raise self.error("what this multiplies is unclear; write *, and parentheses around the rest", self.next)
            rightmost_first = op.precedence == POWER  # a**b**c is a**(b**c), but a - b - c is (a - b) - c
            if is_raised:
                right = self.operand(depth)
            else:
                right = self.term(op.precedence + (not rightmost_first), depth + rightmost_first)
                if rightmost_first or op in (truediv, floordiv, mod):
                    self.unclear = self.place
            if op.precedence == POWER and isinstance(left, Name) and left.name == "e" and "e" not in self.known:
                left = Apply(exp, (right,), position=left.position)  # its derivative has no log(e)
            else:
                left = Apply(op, (left, right), position=position)
        return left

    def operator(self) -> Op | None:
        """The infix row that comes next; a product, if a factor follows a number, a name or a parenthesis directly."""
        before, after = self.tokens[self.place - 1], self.next
        is_factor = before.kind in ("number", "name") or before.text == ")"
        if after.text == "(" or (after.kind == "name" and is_factor):
            return mul
        if after.kind == "number" and is_factor and before.kind != "number" and self.tokens[self.place + 1].text == "(":
            return mul  # a 2(a - y); but h 2 may be a lost power
        return self.infix.get(after.text)

    def operand(self, depth: int) -> Term:
        token = self.take()
        if token.kind == "number":
            number = float(token.text)
            if math.isinf(number):
                raise self.error("this number is too large for a float", token)
            return Number(number, position=token.position)
        if token.kind == "name":
            is_operation = token.text in self.functions or token.text in self.derivatives
            if self.next.text == "(" and (is_operation or token.text not in self.known):
                return self.call(token, depth)
            if is_operation and token.text not in self.known:
                raise self.error(f"{token.text!r} is an operation; write {token.text}(...)", token)
            return Name(token.text, position=token.position)
        if token.text == "+":
            return self.term(PREFIX, depth + 1)
        if op := self.prefix.get(token.text):
            return Apply(op, (self.term(PREFIX, depth + 1),), position=token.position)
        if token.text != "(":
            raise self.error("a number, a name or a ( is missing here", token)
        term = self.term(SUM, depth + 1)
        self.close(token)
        return term

    def call(self, token: Token, depth: int) -> Term:
        word, opening = token.text, self.take()
        op = self.functions.get(word) or self.derivatives.get(word)
        if op is None:
            near = alike(word, [*self.functions, *self.derivatives])
            advice = f"did you mean {' or '.join(near)}?" if near else "to multiply, write * before the ("
            raise self.error(f"unknown function {reprlib.repr(word)}; {advice}", token)
        arguments = [] if self.next.text == ")" else [self.term(SUM, depth + 1)]
        while arguments and self.next.text == ",":
            self.take()
            arguments.append(self.term(SUM, depth + 1))
        self.close(opening)
        wanted, given = op.arity, len(arguments)
        if not wanted - len(op.defaults) <= given <= (given if op.selects else wanted):
            raise self.error(f"{word} takes {wanted} argument(s), but got {given}", token)
        kind = Apply if word in self.functions else Derivative
        return kind(op, tuple(arguments), position=token.position)

    def close(self, opening: Token) -> None:
        if self.next.text == ";":
            raise self.error("this ( is never closed", opening)
        if self.next.text != ")":
            raise self.misplaced()
        self.take()

    def misplaced(self) -> FormulaError:
        rule = _MISPLACED.get(self.next.text, "an operator is missing here; to multiply, write *")
        return self.error(rule, self.next)
