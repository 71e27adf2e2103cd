"""What a program chooses by, as rows that can be written and worked out: comparisons, `where`, the largest of some."""

import functools
import operator

from autograd.compiler.terms import COMPARISONS, LARGEST, WHERE, Head
from autograd.table import ATOM, REAL, SUM, Op

_LATEX = {">=": r"\ge", "<=": r"\le", "==": "=", "!=": r"\ne", "&": r"\wedge", "|": r"\vee"}
_COMPARE = {symbol: getattr(operator, name) for name, symbol in COMPARISONS.items()}
_COMPARE |= {"&": lambda x, y: x and y, "|": lambda x, y: x or y}


def _comparison(symbol: str) -> Op:
    compare, latex = _COMPARE[symbol], f"{{x}} {_LATEX.get(symbol, symbol)} {{y}}"
    return Op(symbol, symbol, latex, lambda _, x, y: compare(x, y), (), (REAL, REAL), precedence=SUM)


_CHOICES = {symbol: _comparison(symbol) for symbol in _COMPARE}
_CHOICES[WHERE] = Op(
    WHERE,
    WHERE,
    "\\left({y} \\text{{\xa0if\xa0}} {x} \\text{{\xa0else\xa0}} {z}\\right)",  # spaces that MathML keeps
    lambda _, condition, x, y: x if condition else y,
    (),
    (REAL, REAL, REAL),
    precedence=ATOM,
)


@functools.cache
def largest(n: int) -> Op:
    """The largest of so many; formulas have three of them."""
    latex = rf"\max({', '.join(f'{{{name}}}' for name in 'xyz'[:n])})"
    return Op(LARGEST, "max", latex, lambda _, *arguments: max(arguments), (), (REAL,) * n)


def row_of(head: Head, n_arguments: int) -> Op:
    """What a term that is no sum and no leaf is, as a row.

    Args:
        head: Its head.
        n_arguments: How many arguments it has.
    """
    if isinstance(head, Op):
        return head
    return largest(n_arguments) if head == LARGEST else _CHOICES[head]
