r"""Formulas in LaTeX: expressions by the templates of the table's rows, and labels such as `w1_02` or `theta_3`."""

import math
import re

from autograd.notation.expressions import Expression
from autograd.notation.labels import GREEK, read_derivative, read_label
from autograd.notation.text import needs_parentheses
from autograd.table import Op


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
        if op.is_infix and not _is_delimited(op, "xy"[place]) and needs_parentheses(argument, op, place):
            arguments[place] = rf"\left({arguments[place]}\right)"
    template = op.latex
    if len(arguments) == 2 and arguments[1].lstrip("{")[:1].isdigit():
        template = template.replace(r"\,", r"\cdot")  # a thin space between two numbers could be missed
    return template.format(**dict(zip("xy", arguments, strict=False)))


def _is_delimited(op: Op, name: str) -> bool:
    """Whether the template itself shows where an argument ends, as a fraction or an exponent does."""
    before = op.latex.format(x="@" if name == "x" else "", y="@" if name == "y" else "").partition("@")[0]
    return before.endswith((r"\frac{", "}{", "^{"))


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
    label = read_label(text)
    if label is None:
        return rf"\text{{{''.join(_ESCAPES.get(letter, letter) for letter in text)}}}"
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
    return latex if exponent == 1 else rf"{{{latex}}}^{{{exponent}}}"


def plain(text: str) -> str:
    """The text, escaped so that matplotlib finds no mathematics in it."""
    return text.replace("$", r"\$")
