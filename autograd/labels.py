"""What a label says: the letter, the layer and the index of `w1_02`, `z^(L)_j`, `theta_3` or `a_prev`.

A textbook's symbol is a letter, perhaps with its layer above and its indices below. Whatever shows labels as symbols,
or draws a network by its layers and neurons, reads them here.
"""

import functools
import re
from dataclasses import dataclass

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
_GREEK += " omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = dict(zip(_GREEK.split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
WEIGHTS = {"w", "W", "theta", "Theta", "θ", "Θ", "weight"}
ROLES = dict.fromkeys([*WEIGHTS, "b", "bias"], "parameter")
ROLES |= dict.fromkeys(["x", "a", "input"], "input") | dict.fromkeys(["y", "t", "target"], "target")

_LABEL = re.compile(
    r"""(?P<letter> [^\W\d_]+ )
        (?: (?P<layer> \d+ ) (?=_) | (?P<digits> \d+ ) $ )?  # w1_02 is of layer 1, but w5 is the fifth w
        (?: \^ (?: \( (?P<inner> [\w+-]+ ) \) | (?P<upper> [\w+-]+? ) ) )?
        (?: _ (?P<index> [^\W_] [\w,+-]* ) )?""",
    re.VERBOSE,
)
_SMALL, _DIGITS = re.compile("[₀-₉]+"), str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@dataclass(frozen=True)
class Label:
    """A label that is a letter with indices.

    Attributes:
        letter: The letter, or the word in its place; a Greek one by its name or by itself.
        layer: The layer, which stands above: `1`, `L`, `L-1`; empty if there is none.
        index: What stands below: `02`, `j`, `prev`; empty if there is nothing.
    """

    letter: str
    layer: str = ""
    index: str = ""

    @property
    def is_word(self) -> bool:
        """Whether the index is a word, such as prev, and not a row of indices, such as jk."""
        return len(self.index) > 1 and self.index.isalpha() and not set(self.index) <= set("ijklmn")

    @property
    def indices(self) -> tuple[str, ...]:
        """The indices one by one. Weights have one for each digit of `02`, others a single one, as z1_12 does."""
        if "," in self.index:
            return tuple(self.index.split(","))
        is_row = self.letter in WEIGHTS and not self.is_word
        return tuple(self.index) if is_row else (self.index,) * bool(self.index)

    @property
    def neuron(self) -> str:
        """The first index, which is the neuron's own; empty if there is none, or a word."""
        return "" if self.is_word or not self.index else self.indices[0]


@functools.cache
def read_label(text: str) -> Label | None:
    """Read a label; `None` if it is not a letter with indices.

    Example:
        >>> read_label("w1_02")
        Label(letter='w', layer='1', index='02')
        >>> read_label("z^(L)_j").neuron, read_label("theta₃").index, read_label("50% of it")
        ('j', '3', None)
    """
    match = _LABEL.fullmatch(_SMALL.sub(lambda digits: f"_{digits[0].translate(_DIGITS)}", text))
    if not match:
        return None
    layer = match["layer"] or match["inner"] or match["upper"] or ""
    return Label(match["letter"], layer, match["index"] or match["digits"] or "")
