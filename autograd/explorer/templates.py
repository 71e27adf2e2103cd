"""A formula with holes, in which a page writes names or numbers: as text, in LaTeX and as MathML.

A hole is one private-use character, U+E000 + 32·m + k: the k-th hole of the formula, and a mask m that says which kinds
of things need parentheses there. What a row says about parentheses is found out by writing the formula with such a
thing in each hole, so that nothing about them is decided here, or in the page. In MathML, which is nested lists as in
`["msup", 2016, "n2"]`, a hole is the number 32·m + k, and an element with a text is that text after the letter of its
tag in `autograd.notation.LEAVES`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from autograd import ops
from autograd.notation import Element, Expression, read_latex, to_latex, to_text
from autograd.table import POWER, PRODUCT, SUM

HOLES = 32  # at most, of one formula
_FIRST = 0xE000
# While a formula is written, a letter that no label and no row has stands in each place where a hole is.
_LETTERS = 0x13000

# Kinds of things: a number with a minus sign in front; a power, or in LaTeX anything with a superscript or a fraction;
# a product; a sum; a text that could be anything; a remainder, which in a text is any product that begins with one.
_MINUS, _POWER, _PRODUCT, _SUM, _TEXT, _REST = (2**place for place in range(6))
_PRECEDENCES = {SUM: _SUM, PRODUCT: _PRODUCT, POWER: _POWER}


@dataclass(frozen=True)
class Template:
    """A formula with holes.

    Attributes:
        text: As text.
        latex: In LaTeX.
        mathml: As MathML.
        text_kind: What kind of thing it is itself where its text is put into a hole.
        latex_kind: The same for LaTeX and MathML.
    """

    text: str
    latex: str
    mathml: object
    text_kind: int = 0
    latex_kind: int = 0

    def data(self) -> list[object]:
        """As JSON can hold it."""
        kinds = [self.text_kind, self.latex_kind]
        return [self.text, self.latex, self.mathml, *(kinds if any(kinds) else [])]


def hole(number: int) -> Expression:
    """A formula that is a hole, for `template`."""
    return Expression(0.5 + number / HOLES, chr(_FIRST + number))


def hole_of(expression: Expression) -> int | None:
    """The number of a hole; `None` for any other formula."""
    return ord(expression.name) - _FIRST if "\ue000" <= expression.name < chr(_FIRST + HOLES) else None


def holes_in(expression: Expression) -> list[int]:
    """The holes of a formula, in the order in which they appear."""
    number = hole_of(expression)
    found = [number] if number is not None else [k for argument in expression.arguments for k in holes_in(argument)]
    return list(dict.fromkeys(found))


def template(expression: Expression) -> Template:
    r"""The template of a formula with holes.

    Example:
        >>> made = template(2.0 * hole(0) ** 2.0)
        >>> ascii(made.text), made.mathml
        ("'2*\\ue7e0**2'", ('mrow', 'n2', 'x\u2062', ('msup', 2016, 'n2')))
    """
    numbers: list[int] = []
    places = _with_places(expression, numbers)
    text_masks, latex_masks = _masks(places, len(numbers), to_text), _masks(places, len(numbers), to_latex)

    def filled(written: str, masks: list[int]) -> str:
        for place, number in enumerate(numbers):
            written = written.replace(_letter(place), chr(_FIRST + HOLES * masks[place] + number))
        return written

    codes = {_letter(place): HOLES * latex_masks[place] + number for place, number in enumerate(numbers)}
    latex, precedence = to_latex(places), places.op.precedence if places.op else None
    kind = _PRECEDENCES.get(precedence or 0, 0)
    return Template(
        filled(to_text(places), text_masks),
        filled(latex, latex_masks),
        _listed(read_latex(latex), codes),
        kind | (_REST if places.op in (ops.mod, ops.floordiv) else 0),
        kind | (_REST if places.op is ops.mod else 0) | (_POWER if _needs_in_power(places) else 0),
    )


def _with_places(expression: Expression, numbers: list[int]) -> Expression:
    """The formula with a letter of its own in each place where a hole is; `numbers` gets which hole it is."""
    number = hole_of(expression)
    if number is not None:
        numbers.append(number)
        return Expression(expression.number, _letter(len(numbers) - 1))
    return replace(expression, arguments=tuple(_with_places(each, numbers) for each in expression.arguments))


def _letter(place: int) -> str:
    return chr(_LETTERS + place)


def _filled(expression: Expression, things: Mapping[str, Expression]) -> Expression:
    arguments = tuple(_filled(argument, things) for argument in expression.arguments)
    return things.get(expression.name) or replace(expression, arguments=arguments)


def _of(op: object, *arguments: Expression) -> Expression:
    return Expression(0.5, op=op, arguments=arguments)  # type: ignore[arg-type]  # a row


_EXAMPLES: dict[int, Callable[[int], Expression]] = {  # a thing of each kind for the hole in a place
    _MINUS: lambda place: Expression(0.5, f"-{10_000 + place}"),
    _POWER: lambda place: Expression(0.5, f"{_letter(place)}^2"),
    _PRODUCT: lambda place: _of(ops.mul, Expression(0.5, _letter(place)), Expression(0.5, "q")),
    _SUM: lambda place: _of(ops.add, Expression(0.5, _letter(place)), Expression(0.5, "q")),
    _TEXT: lambda place: Expression(0.5, f"{_letter(place)}-q"),
    _REST: lambda place: _of(ops.mod, Expression(0.5, _letter(place)), Expression(0.5, "q")),
}


def _masks(formula: Expression, n: int, write: Callable[[Expression], str]) -> list[int]:
    """For the hole in each place the kinds of things that are written in parentheses there."""
    plain, masks = write(formula), [0] * n
    for kind, example in _EXAMPLES.items():
        things = {_letter(place): example(place) for place in range(n)}
        written = write(_filled(formula, things))
        for place, (letter, thing) in enumerate(things.items()):
            if _opened(written, write(thing)) > _opened(plain, letter):
                masks[place] |= kind
    return masks


def _opened(written: str, thing: str) -> int:
    """How many parentheses stand right before a thing."""
    before = written.partition(thing)[0].replace(r"\left(", "(")
    return len(before) - len(before.rstrip("("))


def _needs_in_power(formula: Expression) -> bool:
    return to_latex(_of(ops.pow, formula, Expression(2.0))).startswith(r"{\left(" + to_latex(formula))


def tree(latex: str) -> object:
    """A formula without holes in MathML.

    Example:
        >>> tree("x^2")
        ('msup', 'ix', 'n2')
    """
    return _listed(read_latex(latex), {})


def _listed(element: Element, codes: Mapping[str, int]) -> object:
    if element.parts or not element.text:
        return (element.tag, *(_listed(part, codes) for part in element.parts))
    pieces = [piece for piece in re.split(f"([{''.join(codes)}])" if codes else "(?!)", element.text) if piece]
    listed = [codes.get(piece, element.tag + piece) for piece in pieces]
    return listed[0] if len(listed) == 1 else ("mrow", *listed)
