"""The text of a formula: its numbers, names and symbols, and the error that points at one of them."""

import re
import unicodedata
from collections.abc import Iterator, Set
from typing import NamedTuple

from autograd.notation import DIGITS, SMALL, printable, typeset

# Python lets a name contain the middle dot, and its canonical twin U+0387; here it multiplies.
_SPELLINGS = {"·": "*", "\u0387": "*", "×": "*", "−": "-", "^": "**"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_TOKEN = re.compile(
    r"""(?P<number> (?: D (?: \. D? )? | \. D ) (?: [eE] [+-]? D )? )
      | (?P<power>  [⁺⁻]? [⁰¹²³⁴-⁹]+ )
      | (?P<name>   (?! [0-9] ) (?P<word> (?: (?! [⁺⁻⁰¹²³⁴-⁹] ) (?: \w | [^\x00-\x7f\s·\u0387×−’′] ) )+ )
                    (?P<above> \^ (?: \( [\w+-]+ \) (?: _ \w+ )? | \w+ ) | ['’′]+ )? )
      | (?P<symbol> \*\* | // | [-+*/%(),=^·\u0387×−] )
      | (?P<end>    [;\r\n] )
      | (?P<space>  \s )
      | (?P<other>  . )""".replace("D", "(?:[0-9](?:_?[0-9])*)"),
    re.VERBOSE | re.DOTALL,
)
_WORD = r"(?:(?![0-9])(?:\w|[^\x00-\x7f\s·\u0387×−’′∂])+(?:\^(?:\([\w+-]+\)(?:_\w+)?|\w+))?)"
_TYPESET = re.compile(rf"[^\W\d_]+[{SMALL}]*(?:,[{SMALL}]+)*")
_INSTEAD = dict.fromkeys("[]{}", "parentheses are ( and )")
_INSTEAD |= {"√": "a root is sqrt(x)", "|": "a size is abs(x)", "\\": "this is LaTeX; write sigmoid(z), w^(1)"}
_QUOTIENT = re.compile(rf"(?P<d>[∂d])(?P<of>{_WORD})\s*/\s*(?P=d)(?P<by>{_WORD})")
_OPENING = re.compile(r"[^\S\r\n]*\(")
_DERIVATIVE = "a ' marks the derivative of an operation, as in σ'(z), which can also be written dsigmoid(z)"
_PRIMES = "'’′"


class FormulaError(ValueError):
    """A formula that cannot be read or computed: the rule that it breaks, and a caret under the place.

    Example:
        >>> from autograd.explanations import evaluate
        >>> try:
        ...     evaluate("z = w*x + q", {"w": 2.0, "x": 3.0})
        ... except FormulaError as error:
        ...     print(error)
        unknown name 'q'; known are w, x
          z = w*x + q
                    ^
    """

    def _render_traceback_(self) -> list[str]:
        # What IPython shows. The fault is in what was typed; the way through this library would only hide it.
        return f"{type(self).__name__}: {self}".split("\n")


def error_at(rule: str, text: str, position: int) -> FormulaError:
    """The error with the line of text around a position and a caret under it."""
    before = re.split(r"[\r\n]", text[:position])[-1]
    after = re.split(r"[\r\n]", text[position:], maxsplit=1)[0]
    before = before if len(before) <= 60 else "…" + before[-59:]
    after = after if len(after) <= 60 else after[:59] + "…"
    # A terminal must not obey what was typed, and a file must be able to hold it: control characters, lone surrogates.
    before, after = (
        "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in part) for part in (before, after)
    )
    return FormulaError(f"{printable(rule)}\n  {before}{after}\n  {' ' * sum(map(_columns, before))}^")


def _columns(character: str) -> int:
    """How wide a character is on a terminal."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def normal(name: str) -> str:
    """A name as Python reads it: the micro sign µ is the letter μ."""
    return unicodedata.normalize("NFKC", name)


def name_of(label: str) -> str:
    """What a formula calls a node with this label, w1 where it is w₁; the label itself if no formula can name it."""
    return normal(label) if label.translate(DIGITS).isidentifier() else label


class Token(NamedTuple):
    """A number, a name, a symbol or the end of a statement, and where it stands in the text."""

    kind: str
    text: str
    position: int


def tokens(text: str, whole: Set[str] | None = None) -> Iterator[Token]:
    """The numbers, names and symbols of a text; each statement is followed by a `;`.

    Args:
        text: What was typed.
        whole: The names that are read whole, such as `x^2` or `z'`, where they are labels; elsewhere `x^2` is a power,
            and `σ'(z)` a derivative. By default all are read whole. `∂C/∂a` is one name, and so is `dC/da` if C and a
            are such names.
    """
    position = after_name = 0
    typed = {shown: name for name in whole or () if (shown := typeset(name)) != name and shown not in (whole or ())}
    while position < len(text):
        label = _TYPESET.match(text, position)
        if label and (label[0] in typed or (whole is None and "⁽" in label[0])):
            yield Token("name", typed.get(label[0], label[0]), position)
            position = after_name = label.end()
            continue
        if quotient := _QUOTIENT.match(text, position):
            of, by = (typed.get(part) or normal(part.translate(DIGITS)) for part in quotient.group("of", "by"))
            if quotient["d"] == "∂" or (whole and {of, by} <= whole and f"d{of}" not in whole):
                yield Token("name", f"∂{of}/∂{by}", position)
                position = quotient.end()
                continue
        match = _TOKEN.match(text, position)
        assert match is not None  # the last alternative takes any character
        kind, found, start, position = match.lastgroup or "", match[0], position, match.end()
        if kind == "other":
            is_prime = found in _PRIMES and start == after_name > 0
            rule = _INSTEAD.get(found, f"{found!r} cannot be part of a formula")
            raise error_at(_DERIVATIVE if is_prime else rule, text, start)
        if kind == "name":
            plain = found.translate(DIGITS)  # w₁ is the name w1
            if not match["word"].translate(DIGITS).isidentifier():
                wrong = next(i for i, c in enumerate(plain) if not ("_" * (i > 0) + c).isidentifier())
                rule = _INSTEAD.get(found[wrong], f"{found[wrong]!r} cannot be part of a name")
                raise error_at(rule, text, start + wrong)
            if match["above"] and whole is not None and normal(found) not in whole:
                found, position = match["word"], match.end("word")
                if text[position] in _PRIMES and _OPENING.match(text, position + 1):
                    found, position = f"d{found}", position + 1
            after_name = position
        if kind == "power":
            yield Token("power", "**", start)
            yield Token("number", found.translate(_RAISED), start)
        elif kind == "end":
            yield Token(kind, ";", start)
        elif kind != "space":
            yield Token(kind, _SPELLINGS.get(found) or normal(found), start)
    yield Token("end", ";", len(text))
