"""Reading labels: the letter, the layer and the index of `w1_02`, `z^(L)_j`, `theta_3` or `a_prev`.

A textbook symbol is a letter, perhaps with a layer as superscript and indices as subscript. A superscript number is a
power, as in `x^2` and `x_1^2`, unless it is in parentheses, as in `w^(1)`, or an index follows, as in `w^1_jk`.
Whatever shows labels as symbols, or draws a network by layer and neuron, reads them here.
"""

import functools
import re
from dataclasses import dataclass
from typing import NamedTuple

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
_GREEK += " omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = dict(zip(_GREEK.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
WEIGHTS = {"w", "W", "theta", "Theta", "θ", "Θ", "weight"}
ROLES = dict.fromkeys([*WEIGHTS, "b", "bias"], "parameter")
ROLES |= dict.fromkeys(["x", "a", "input"], "input") | dict.fromkeys(["y", "t", "target"], "target")

_LABEL = re.compile(
    r"""(?P<letter> [^\W\d_]+ )
        (?: (?P<layer> \d+ ) (?=_) | (?P<digits> \d+ ) $ )?  # w1_02 is in layer 1, but w5 is the fifth w
        (?: \^ (?: \( (?P<inner> [\w+-]+ ) \) | (?P<upper> [\w+-]+? ) ) )?
        (?: _ (?P<index> [^\W_] [\w,+-]* ) )?""",
    re.VERBOSE,
)
_LATEX = re.compile(r"^(?P<letter>[^\W\d_]+)_(?P<below>[^_^]+)\^(?P<above>[^_^]+)$")  # z_j^(L)
_POWER = re.compile(r"(?P<base>[^^]+)\^(?P<power>-?[0-9]+)")  # but w^1_jk, where an index follows, is in layer 1
_BRACES = re.compile(r"(?<=[\^_])\{([^{}]*)\}")  # z^{(L)}_{jk}
_LOW, _BELOW = "0123456789+-aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
_HIGH, _ABOVE = "0123456789+-()Lln", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᴸˡⁿ"
_LOWERED, _RAISED = re.compile(f"[{_BELOW}]+(?:,[{_BELOW}]+)*"), re.compile(f"[{_ABOVE}]+")
SMALL = _BELOW + _ABOVE
_SIGNS = str.maketrans(SMALL, _LOW + _HIGH)
DIGITS = str.maketrans(_BELOW[:10], _LOW[:10])


class Label(NamedTuple):
    """A label that is a letter with indices.

    Attributes:
        letter: The letter, or a word in its place; a Greek letter as itself or by name.
        layer: The layer, as superscript: `1`, `L`, `L-1`; empty if there is none.
        index: The subscript: `02`, `j`, `prev`; empty if there is none.
        power: The exponent of `x^2`: a superscript number without parentheses, and without an index after it.
    """

    letter: str
    layer: str = ""
    index: str = ""  # type: ignore[assignment]  # tuple.index, which nobody asks of a label
    power: str = ""

    @property
    def is_word(self) -> bool:
        """Whether the index is a word, such as prev, rather than several indices, such as jk."""
        is_row = self.index != "in" and re.fullmatch("[i-n]{2}", self.index)
        return len(self.index) > 1 and self.index.isalpha() and not is_row

    @property
    def indices(self) -> tuple[str, ...]:
        """The indices one by one. A weight has one for each digit of `02`; others have a single one, as z1_12 does."""
        separated = self.index.replace("_", ",").split(",")
        if len(separated) > 1:
            return tuple(separated)
        is_row = self.letter in WEIGHTS and not self.is_word
        return tuple(self.index) if is_row else (self.index,) * bool(self.index)

    @property
    def neuron(self) -> str:
        """The first index, which numbers the neuron; empty if there is none, or it is a word."""
        return "" if self.is_word or not self.index else self.indices[0]


_ORDINAL = re.compile(r"(.*?)((?:[+-]?\d{1,18})?)", re.DOTALL)


@functools.cache
def ordinal(text: str) -> tuple[str, int]:
    """A key that sorts numbered names as people do: neuron 2 before neuron 10, and layer L-1 before layer L.

    Of more than 18 digits the last count as a number, the others as part of the name: Python reads no number of 5000.

    Example:
        >>> sorted(["neuron 10", "L", "neuron 2", "L-1"], key=ordinal)
        ['L-1', 'L', 'neuron 2', 'neuron 10']
    """
    name, number = _ORDINAL.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches
    return name, int(number or 0)


@functools.cache
def read_label(text: str) -> Label | None:
    """Read a label; `None` if it is not a letter with indices.

    Example:
        >>> read_label("w1_02")
        Label(letter='w', layer='1', index='02', power='')
        >>> read_label("z^(L)_j") == read_label("z_j^{(L)}"), read_label("theta₃").index, read_label("50% of it")
        (True, '3', None)
        >>> read_label("x^2").power, read_label("w^2_jk").layer, read_label("w⁽¹⁾₀₂") == read_label("w1_02")
        ('2', '2', True)
    """
    plain = text
    if not text.isascii():
        plain = _RAISED.sub(lambda signs: f"^{signs[0].translate(_SIGNS)}", plain)
        plain = _LOWERED.sub(lambda signs: f"_{signs[0].translate(_SIGNS)}", plain)
    if "^" in plain or "{" in plain:
        plain = _BRACES.sub(r"\1", plain)
        power = _POWER.fullmatch(plain)
        if power:
            base = read_label(power["base"])
            return None if base is None or base.layer or base.power else base._replace(power=power["power"])
        plain = _LATEX.sub(r"\g<letter>^\g<above>_\g<below>", plain)
    match = _LABEL.fullmatch(plain)
    if not match:
        return None
    layer = match["layer"] or match["inner"] or match["upper"] or ""
    return Label(match["letter"], layer, match["index"] or match["digits"] or "")


_DERIVATIVE = re.compile("∂(?P<order>[²³⁴-⁹]?)(?P<of>[^/∂]+)/(?P<by>(?:∂[^/∂]+)+)")
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True)
class DerivativeLabel:
    """A label that is a derivative: `∂C/∂w`, `∂²C/∂w∂b`, `∂³y/∂x³`.

    Attributes:
        of: What is differentiated.
        by: The variables, each with how many times it is differentiated by.
    """

    of: str
    by: tuple[tuple[str, int], ...]

    @property
    def order(self) -> int:
        """How many times it is differentiated."""
        return sum(power for _, power in self.by)

    def __str__(self) -> str:
        order = _POWERS[self.order] if self.order > 1 else ""
        return f"∂{order}{self.of}/" + "".join(f"∂{x}{_POWERS[n] if n > 1 else ''}" for x, n in self.by)


def read_derivative(text: str) -> DerivativeLabel | None:
    """Read a label that is a derivative; `None` if it is not one.

    Example:
        >>> read_derivative("∂³C/∂w1_02²∂b").by
        (('w1_02', 2), ('b', 1))
    """
    match = _DERIVATIVE.fullmatch(text)
    if not match:
        return None
    parts = re.findall(f"∂([^∂]+?)([{_POWERS}]?)(?=∂|$)", match["by"])
    return DerivativeLabel(match["of"], tuple((x, _POWERS.index(n) if n else 1) for x, n in parts))


def derivative_label(output: str, variable: str) -> str:
    """The label of ∂output/∂variable, where the output may itself be a derivative; empty if it could not be read back.

    Example:
        >>> derivative_label("C", "w"), derivative_label("∂C/∂w", "w"), derivative_label("∂²C/∂w²", "b")
        ('∂C/∂w', '∂²C/∂w²', '∂³C/∂w²∂b')
    """
    known = read_derivative(output) or DerivativeLabel(output, ())
    by = dict(known.by)
    by[variable] = by.get(variable, 0) + 1
    label = DerivativeLabel(known.of, tuple(by.items()))
    return str(label) if label.order < 10 and read_derivative(str(label)) == label else ""


def typeset(text: str) -> str:
    """A label as a textbook has it, as far as letters and digits above and below the line exist; else as it is.

    Example:
        >>> typeset("w1_02"), typeset("z^(L)_j"), typeset("theta_3"), typeset("x^2"), typeset("a_prev")
        ('w⁽¹⁾₀₂', 'z⁽ᴸ⁾ⱼ', 'θ₃', 'x²', 'a_prev')
        >>> typeset("∂C/∂w1_02")
        '∂C/∂w⁽¹⁾₀₂'
    """
    derivative = read_derivative(text)
    if derivative is not None and derivative.order < len(_POWERS):
        return str(DerivativeLabel(typeset(derivative.of), tuple((typeset(x), n) for x, n in derivative.by)))
    label = read_label(text)
    if label is None or label.is_word or (len(label.letter) > 1 and label.letter not in GREEK):
        return text
    above, below = f"({label.layer})" if label.layer else label.power, label.index
    if not (set(above) <= set(_HIGH) and set(below) <= {*_LOW, ","}):
        return text
    letter = GREEK.get(label.letter, label.letter)
    above, below = above.translate(str.maketrans(_HIGH, _ABOVE)), below.translate(str.maketrans(_LOW, _BELOW))
    return letter + (below + above if label.power else above + below)  # C²₁ would be a C of layer 2
