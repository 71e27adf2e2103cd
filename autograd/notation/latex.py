r"""Formulas in LaTeX: expressions by the templates of the table's rows, and labels such as `w1_02` or `theta_3`."""

import functools
import itertools
import math
import re

from autograd import ops
from autograd.notation.expressions import Expression
from autograd.notation.labels import GREEK, read_derivative, read_label
from autograd.notation.text import needs_parentheses
from autograd.table import POWER, Op, printable


def to_latex(expression: Expression) -> str:
    r"""An expression in LaTeX.

    Example:
        >>> from autograd import Value
        >>> from autograd.notation.symbols import derivative
        >>> print(to_latex(derivative((Value(0.5, "a") - Value(1.0, "y")) ** 2, 0)))
        2 \, \left(a - y\right)
    """
    if expression.op is None:
        return latex_name(expression.name) if expression.name else latex_number(expression.number)
    op = expression.op
    arguments = [to_latex(argument) for argument in expression.arguments]
    for place, argument in enumerate(expression.arguments):
        if _needs_parentheses(argument, arguments[place], op, place):
            arguments[place] = rf"\left({arguments[place]}\right)"
    template = op.latex
    if len(arguments) == 2 and arguments[1].lstrip("{")[:1].isdigit():
        template = template.replace(r"\,", r"\cdot")  # a thin space between two numbers could be missed
    return template.format(**dict(zip("xyz", arguments, strict=False)))


def _needs_parentheses(argument: Expression, latex: str, op: Op, place: int) -> bool:
    """Whether an argument could be misread where the template of its row has it."""
    reads_as = _reads_as(op, place)
    if reads_as is None:
        return False
    if ops.mod in (op, argument.op) and argument.op is not None and argument.op.precedence < POWER:
        return True  # mathematics has no rule for how far a mod reaches
    op, place = reads_as
    if op is ops.pow and (_has_superscript(latex) or latex.startswith(r"\frac")):
        return True
    return needs_parentheses(argument, latex, op, place)


@functools.cache
def _reads_as(op: Op, place: int) -> tuple[Op, int] | None:
    r"""The sum, product or power in which an argument is read, and its place there; `None` if delimiters enclose it.

    In `\log(1 + {x})` it is the second argument of a sum, in `\sqrt{{{x}^2 + {y}^2}}` the base of a power.
    """
    arguments = {name: "@" if other == place else "" for other, name in enumerate("xyz")}
    before, _, after = op.latex.format(**arguments).partition("@")
    if after.removeprefix("}").startswith("^"):
        return ops.pow, 0
    if op.is_infix:
        return None if before.endswith((r"\frac{", "}{", "^{")) else (op, place)
    if before.endswith(("-", "- ")):
        return ops.sub, 1
    if before.endswith("+ "):
        return ops.add, 1
    return (ops.mul, 1) if before.endswith(r"\, ") else (ops.mul, 0) if after.startswith(r" \,") else None


def _has_superscript(latex: str) -> bool:
    r"""Whether there is a superscript outside of braces and parentheses: in `e^{x}`, but not in `\log(1 + e^{x})`."""
    depth = 0
    for before, character in itertools.pairwise(f" {latex}"):
        if before != "\\":  # \{ and \} are characters
            depth += (character in "{(") - (character in "})")
        if character == "^" and not depth:
            return True
    return False


def latex_number(number: float) -> str:
    r"""A number in LaTeX.

    Example:
        >>> print(latex_number(0.25), latex_number(1.5e-9))
        0.25 1.5 \cdot 10^{-9}
    """
    if not math.isfinite(number):
        return r"\text{nan}" if math.isnan(number) else r"\infty" if number > 0 else r"-\infty"
    mantissa, _, exponent = f"{number + 0.0:.6g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


_ESCAPES = {character: rf"\{character}" for character in "{}$&#%_"}
_SIGNS = {"\\": "backslash", "^": "wedge", "~": "sim", "<": "lt", ">": "gt"}  # these exist only as mathematics
_ESCAPES |= {character: rf"}}\{sign}\text{{" for character, sign in _SIGNS.items()}


def latex_name(text: str) -> str:
    r"""A label in LaTeX: letters with indices as the field writes them; anything else as plain text.

    Example:
        >>> print(latex_name("w1_02"), latex_name("z^(L)_j"), latex_name("theta"), latex_name("a_prev"))
        w^{(1)}_{02} z^{(L)}_{j} \theta a_{\mathrm{prev}}
        >>> print(latex_name("x^2"), latex_name("x_1^2"))
        x^{2} x^{2}_{1}
        >>> print(latex_name("50% of it"), latex_name("∂²C/∂w²"))
        \text{50\% of it} \frac{{\partial}^{2} C}{\partial {w}^{2}}
    """
    if re.fullmatch(r"-?[\d.]+", text):
        return text
    derivative = read_derivative(text)
    if derivative is not None:
        of, order = latex_name(derivative.of), derivative.order
        by = "".join(rf" \partial {_power(latex_name(x), n)}" for x, n in derivative.by)
        above = _power(r"\partial", order)
        return rf"\frac{{{above} {of}}}{{{by.lstrip()}}}"
    numbered = re.fullmatch(r"(.+)(\[[0-9]+\])", text)  # one of several of that label
    if numbered and read_label(numbered[1]):
        return latex_name(numbered[1]) + numbered[2]
    label = read_label(text)
    if label is None:
        return rf"\text{{{''.join(_ESCAPES.get(letter, letter) for letter in printable(text))}}}"
    letter, index = label.letter, label.index
    if letter in GREEK:
        letter = rf"\{letter}"
    elif len(letter) > 1:
        letter = rf"\mathrm{{{letter}}}"
    index = rf"\mathrm{{{index}}}" if label.is_word else index.replace("_", r"\_")
    above = f"({label.layer})" if label.layer else label.power
    return letter + (f"^{{{above}}}" if above else "") + (f"_{{{index}}}" if index else "")


def mathtext(text: str) -> str:
    r"""A label for matplotlib: as mathematics if it reads as a symbol, else as plain text.

    Example:
        >>> print(mathtext("theta_3"), mathtext("2 $"))
        $\theta_{3}$ 2 \$
    """
    derivative = read_derivative(text)
    parts = [derivative.of, *(variable for variable, _ in derivative.by)] if derivative else [text]
    return f"${latex_name(text)}$" if all(map(read_label, parts)) else plain(text)


def _power(latex: str, exponent: int) -> str:
    if exponent == 1:
        return latex
    return (rf"\left({latex}\right)" if _has_superscript(latex) else f"{{{latex}}}") + f"^{{{exponent}}}"


def plain(text: str) -> str:
    """The text, escaped so that matplotlib finds no mathematics in it, and no character that no font has."""
    return printable(text).replace("$", r"\$")
