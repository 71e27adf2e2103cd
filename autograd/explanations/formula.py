"""Formulas that people type, `C = (sigmoid(w*a + b) - y)**2`, read and computed without ever running them as Python.

A formula means what it means in Python. Its operations are the rows of the table, and nothing else can be called.
"""

import difflib
import math
import operator
import re
import reprlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.engine import Value
from autograd.notation import DIGITS, Expression, to_text
from autograd.table import POWER, PREFIX, SUM, TABLE, Op, floats, reworded

MAX_LENGTH = 10_000
MAX_DEPTH = 100
ALIASES = {"sigma": "sigmoid", "σ": "sigmoid"}

# Python lets a name contain the middle dot, and its canonical twin U+0387; here it multiplies.
_SPELLINGS = {"·": "*", "\u0387": "*", "×": "*", "−": "-"}
_TOKEN = re.compile(
    r"""(?P<number> (?: D (?: \. D? )? | \. D ) (?: [eE] [+-]? D )? )
      | (?P<name>   (?! [0-9] ) (?P<word> (?: \w | [^\x00-\x7f\s·\u0387×−] )+ ) (?: \^ \( [\w+-]+ \) (?: _ \w+ )? )? )
      | (?P<symbol> \*\* | [-+*/(),=·\u0387×−] )
      | (?P<end>    [;\r\n] )
      | (?P<space>  \s )
      | (?P<other>  . )""".replace("D", "(?:[0-9](?:_?[0-9])*)"),
    re.VERBOSE | re.DOTALL,
)
_INSTEAD = {
    "^": "write ** for a power",
    **dict.fromkeys("'’′", "write a derivative with a d before the name: dsigmoid(z) for σ'(z)"),
}
_MISPLACED = {
    ")": "this ) closes nothing",
    "=": "= stands only after a single name, at the start of a statement",
    ",": "a comma stands only between the arguments of an operation",
}


class FormulaError(ValueError):
    """A formula that cannot be read or computed: the rule that it breaks, and a caret under the place.

    Example:
        >>> try:
        ...     evaluate("z = w*x + q", {"w": 2.0, "x": 3.0})
        ... except FormulaError as error:
        ...     print(error)
        unknown name 'q'; known are w, x
          z = w*x + q
                    ^
    """


@dataclass(frozen=True)
class Term:
    """A part of a formula. Two are equal if they say the same thing, wherever they stand.

    Attributes:
        position: Where it stands in the text: the index of its name, of its number or of its operator.
    """

    position: int = field(compare=False, kw_only=True)


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
    argument: Term


@dataclass(frozen=True)
class Statement:
    """A formula and the name that it is given, or `None`."""

    name: str | None
    term: Term
    position: int = field(compare=False, kw_only=True)


def parse(text: str) -> tuple[Statement, ...]:
    """Read statements `name = formula`, separated by `;` or new lines; the last may be a formula alone.

    A formula has numbers, names, `+ - * / **`, parentheses, the functions of the table, and the derivative of each one
    that takes a single argument, with a `d` before its name. `sigma` and `σ` are sigmoid; `·` and `×` are `*`.

    Args:
        text: At most 10,000 characters, and no more than 100 parentheses, signs or powers inside each other.

    Raises:
        FormulaError: if the text is anything else.

    Example:
        >>> parse("a - b - c") == parse("(a - b) - c")
        True
    """
    if len(text) > MAX_LENGTH:
        raise _error(f"a text has at most {MAX_LENGTH} characters, but this one has {len(text)}", text, MAX_LENGTH)
    return _Parser(text).statements()


def evaluate(text: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Compute the statements of a text, in the arithmetic of what the names stand for.

    Numbers give numbers, and Values a graph: a node that a statement names gets that name as its label, unless it has
    one. Derivatives, as in `dtanh(x)`, are of numbers only.

    Args:
        text: Statements, as :func:`parse` reads them.
        names: What the names stand for. They cannot be assigned again.

    Returns:
        What each statement gave, under its name; a formula without one is under `""`.

    Raises:
        FormulaError: if the text cannot be read, has an unknown name, or leaves the domain of an operation.

    Example:
        >>> evaluate("z = w·2; dsigma(z)", {"w": 0.0})
        {'z': 0.0, '': 0.25}
    """
    known = {_normal(name): thing for name, thing in names.items()}
    results = {}
    for statement in parse(text):
        if statement.name in known:
            raise _error(f"{reprlib.repr(statement.name)} is already defined", text, statement.position)
        result = compute(statement.term, known, text)
        if statement.name is None:
            results[""] = result
            continue
        if isinstance(result, Value) and not result.label:
            result.label = statement.name
        results[statement.name] = known[statement.name] = result
    return results


def _error(rule: str, text: str, position: int) -> FormulaError:
    """The error with the line of text around a position and a caret under it."""
    before = re.split(r"[\r\n]", text[:position])[-1]
    after = re.split(r"[\r\n]", text[position:], maxsplit=1)[0]
    before = before if len(before) <= 60 else "…" + before[-59:]
    after = after if len(after) <= 60 else after[:59] + "…"
    # A terminal must not obey what was typed, and a file must be able to hold it: control characters, lone surrogates.
    before, after = (
        "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in part) for part in (before, after)
    )
    return FormulaError(f"{rule}\n  {before}{after}\n  {' ' * sum(map(_columns, before))}^")


def _columns(character: str) -> int:
    """How wide a character is on a terminal."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _normal(name: str) -> str:
    return unicodedata.normalize("NFKC", name)  # as Python does with names: the micro sign µ is the letter μ


def name_of(label: str) -> str:
    """What a formula calls a node with this label, w1 where it is w₁; the label itself if no formula can name it."""
    return _normal(label) if label.translate(DIGITS).isidentifier() else label


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    """The numbers, names and symbols of a text; each statement is followed by a `;`."""
    for match in _TOKEN.finditer(text):
        kind, word, position = match.lastgroup or "", match[0], match.start()
        if kind == "other":
            raise _error(_INSTEAD.get(word, f"{word!r} cannot be part of a formula"), text, position)
        plain = word.translate(DIGITS)  # w₁ is the name w1
        if kind == "name" and not match["word"].translate(DIGITS).isidentifier():
            wrong = next(i for i, c in enumerate(plain) if not ("_" * (i > 0) + c).isidentifier())
            raise _error(f"{word[wrong]!r} cannot be part of a name", text, position + wrong)
        if kind == "end":
            yield _Token(kind, ";", position)
        elif kind != "space":
            yield _Token(kind, _SPELLINGS.get(word) or _normal(word), position)
    yield _Token("end", ";", len(text))


class _Parser:
    """Precedence climbing over the tokens of a text, with the precedences of the table.

    Reference: Richards & Whitby-Strevens, "BCPL: The Language and its Compiler", 1979.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0
        operators = [row for row in TABLE.values() if row.is_infix]
        self.prefix = {row.symbol: row for row in operators if len(row.domain) == 1}
        self.infix = {row.symbol: row for row in operators if len(row.domain) == 2}
        rows = [row for row in TABLE.values() if not row.is_infix]
        self.functions = {word: row for row in rows for word in (row.name, row.symbol)}
        self.functions |= {alias: TABLE[name] for alias, name in ALIASES.items()}
        self.derivatives = {f"d{word}": row for word, row in self.functions.items() if len(row.domain) == 1}

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def error(self, rule: str, place: _Token) -> FormulaError:
        return _error(rule, self.text, place.position)

    def statements(self) -> tuple[Statement, ...]:
        found: list[Statement] = []
        while self.place < len(self.tokens):
            if self.next.text == ";":
                self.take()
                continue
            if found and found[-1].name is None:
                raise _error("only the last formula may go without a name =", self.text, found[-1].position)
            found.append(self.statement({statement.name for statement in found}))
        if not found:
            raise _error("there is no formula", self.text, 0)
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
        while (op := self.infix.get(self.next.text)) and op.precedence >= loosest:
            position = self.take().position
            rightmost_first = op.precedence == POWER  # a**b**c is a**(b**c), but a - b - c is (a - b) - c
            right = self.term(op.precedence + (not rightmost_first), depth + rightmost_first)
            left = Apply(op, (left, right), position=position)
        return left

    def operand(self, depth: int) -> Term:
        token = self.take()
        if token.kind == "number":
            number = float(token.text)
            if math.isinf(number):
                raise self.error("this number is too large for a float", token)
            return Number(number, position=token.position)
        if token.kind == "name":
            if self.next.text == "(":
                return self.call(token, depth)
            if token.text in self.functions or token.text in self.derivatives:
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

    def call(self, token: _Token, depth: int) -> Term:
        word, opening = token.text, self.take()
        op = self.functions.get(word) or self.derivatives.get(word)
        if op is None:
            near = difflib.get_close_matches(word, [*self.functions, *self.derivatives])
            advice = f"did you mean {' or '.join(near)}?" if near else "to multiply, write * before the ("
            raise self.error(f"unknown function {reprlib.repr(word)}; {advice}", token)
        arguments = [] if self.next.text == ")" else [self.term(SUM, depth + 1)]
        while arguments and self.next.text == ",":
            self.take()
            arguments.append(self.term(SUM, depth + 1))
        self.close(opening)
        wanted, given = len(op.domain), len(arguments)
        if not wanted - len(op.defaults) <= given <= wanted:
            raise self.error(f"{word} takes {wanted} argument(s), but got {given}", token)
        if word in self.functions:
            return Apply(op, tuple(arguments), position=token.position)
        return Derivative(op, arguments[0], position=token.position)

    def close(self, opening: _Token) -> None:
        if self.next.text == ";":
            raise self.error("this ( is never closed", opening)
        if self.next.text != ")":
            raise self.misplaced()
        self.take()

    def misplaced(self) -> FormulaError:
        rule = _MISPLACED.get(self.next.text, "an operator is missing here; to multiply, write *")
        return self.error(rule, self.next)


def compute(term: Term, known: Mapping[str, Any], text: str) -> Any:
    """The value of a term, without recursion: a sum of a thousand terms is a thousand deep.

    Args:
        term: A part of a parsed text.
        known: What the names stand for.
        text: The text, for the caret under a fault.

    Raises:
        FormulaError: if a name is unknown, or a number is outside the domain of an operation.
    """
    values: list[Any] = []
    for part in _arguments_first(term):
        try:
            match part:
                case Number(number):
                    values.append(number)
                case Name(name) if name in known:
                    values.append(known[name])
                case Name(name):
                    choice = ", ".join(sorted(known)) or "none"
                    power = "; write ** for a power" if "^" in name else ""
                    raise ValueError(f"unknown name {reprlib.repr(name)}; known are {choice}{power}")
                case Apply(op, arguments):
                    values[-len(arguments) :] = [_apply(op, values[-len(arguments) :])]
                case Derivative(op):
                    values[-1] = _differentiate(op, values[-1])
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise _error(str(error), text, part.position) from None
    return values[0]


def _arguments_first(term: Term) -> Iterator[Term]:
    order: list[Term] = []
    todo = [term]
    while todo:
        match part := todo.pop():
            case Apply():
                todo += part.arguments
            case Derivative():
                todo.append(part.argument)
        order.append(part)
    return reversed(order)


def _apply(op: Op, arguments: list[Any]) -> Any:
    # Of plain numbers Python's own ** may be complex, and its integers are of any size; those of the table are floats.
    if op.is_infix and not all(isinstance(argument, (int, float)) for argument in arguments):
        return getattr(operator, op.name)(*arguments)
    return op(*arguments)


def _differentiate(op: Op, x: Any) -> Any:
    if isinstance(x, Expression):
        return Expression(_differentiate(op, x.number), name=f"d{op.name}({to_text(x)})")
    if not isinstance(x, (int, float)):
        raise ValueError(f"d{op.name}() takes numbers")
    x = float(x)
    z = op(x)
    try:
        return float(op.partials[0](floats, z, x))
    except (ValueError, ArithmeticError) as error:
        raise reworded(error, op.failure([x], error, differentiating=True)) from None
