r"""Formulas as MathML, which browsers draw by themselves: what the notation writes in LaTeX, read and written again.

So nothing about a formula is decided twice: where parentheses stand, and what a label means, the LaTeX says. It is read
as far as rows and labels write it; a command that is not known here, in a template of one's own, is shown by its name.

A formula is read as an element, which has other elements for its parts, or a text.

Reference: W3C, MathML Core.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from autograd.notation.expressions import Expression
from autograd.notation.labels import GREEK
from autograd.notation.latex import latex_name, latex_number, to_latex


class Element(NamedTuple):
    """An element of MathML.

    Attributes:
        tag: Its tag; for an element with a text one of `LEAVES`.
        parts: The elements in it.
        text: Its text.
    """

    tag: str
    parts: tuple["Element", ...] = ()
    text: str = ""


# Elements with a text: the tag of each with its attributes, under a name of one letter.
LEAVES = {
    "i": ("mi", {}),
    "w": ("mi", {"mathvariant": "normal"}),  # a word, which stands upright
    "n": ("mn", {}),
    "o": ("mo", {}),
    "t": ("mo", {"lspace": "0", "rspace": "0"}),  # a sign in an index, which is tight
    "x": ("mo", {"lspace": "0", "rspace": ".17em"}),  # invisible times, with the thin space that LaTeX has there
}
TIMES = "\u2062"  # invisible

_NAMES = "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd inf lg lim ln log max min Pr sec sin sinh"
_FUNCTIONS = {*_NAMES.split(), "sup", "tan", "tanh"}
_SIGNS = {
    "cdot": "·", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "•",
    "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙", "wedge": "^", "vee": "∨", "cup": "∪", "cap": "∩",
    "parallel": "∥", "perp": "⊥", "mid": "∣", "sim": "~", "simeq": "≃", "approx": "≈", "equiv": "≡", "propto": "∝",
    "lt": "<", "gt": ">", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫",
    "to": "→", "mapsto": "↦", "leftarrow": "←", "rightarrow": "→", "in": "∈", "notin": "∉", "subset": "⊂",
    "sum": "∑", "prod": "∏", "int": "∫", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨",
    "rangle": "⟩", "lvert": "|", "rvert": "|", "vert": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖",
    "backslash": "\\", "colon": ":", "prime": "′", "bmod": "mod", "lbrace": "{", "rbrace": "}", "{": "{", "}": "}",
}  # fmt: skip
_LETTERS = {"partial": "∂", "nabla": "∇", "ell": "ℓ", "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", **GREEK}
_WORDS = {"infty": "∞", "ldots": "…", "cdots": "⋯", "dots": "…", "%": "%", "$": "$", "&": "&", "#": "#", "_": "_"}
_UNSEEN = {
    ",",
    ";",
    ":",
    "!",
    " ",
    "quad",
    "qquad",
    "limits",
    "displaystyle",
    "textstyle",
    "big",
    "Big",
    "bigl",
    "bigr",
}
_UPRIGHT = {"text", "mathrm", "operatorname", "textrm", "mathbf", "mathsf", "mathtt", "mathcal", "mathbb", "textbf"}
_FENCES = {"(": ")", "[": "]", "lfloor": "rfloor", "lceil": "rceil", "langle": "rangle", "lvert": "rvert"}
_PARTS = {"frac": ("mfrac", 2), "tfrac": ("mfrac", 2), "dfrac": ("mfrac", 2), "sqrt": ("msqrt", 1)}

# In a text, a sign that only mathematics has stands outside of it: \text{a}\wedge\text{b}; see `latex_name`.
_GAP = r"\}\\(backslash|wedge|sim|lt|gt)\\text\{"
_TOKEN = re.compile(
    rf"""\\(?P<upright>{"|".join(sorted(_UPRIGHT))})\{{(?P<text>(?:[^{{}}\\]|\\[^A-Za-z]|{_GAP})*)\}}
        | \\(?P<command>[A-Za-z]+|.) | (?P<number>\d+(?:[.,]\d+)*|\.\d+) | (?P<space>[\s~&]+) | (?P<character>.)""",
    re.VERBOSE | re.DOTALL,
)
Token = tuple[str, str]  # of one of these kinds
_COMMAND, _NUMBER, _TEXT, _CHARACTER, _SPACE = "command", "number", "text", "character", ("space", "")


def to_mathml(expression: Expression) -> str:
    """An expression in MathML, without the element `math` round it.

    Example:
        >>> from autograd import Value
        >>> from autograd.notation import derivative
        >>> print(to_mathml(derivative(Value(0.5, "x") ** 3, 0)))
        <mrow><mn>3</mn><mo lspace="0" rspace=".17em">⁢</mo><msup><mi>x</mi><mn>2</mn></msup></mrow>
    """
    return as_mathml(read_latex(to_latex(expression)))


def mathml_name(text: str) -> str:
    """A label in MathML: letters with indices as the field writes them; anything else as plain text.

    Example:
        >>> print(mathml_name("x_0"), mathml_name("100 %"))
        <msub><mi>x</mi><mn>0</mn></msub> <mi mathvariant="normal">100 %</mi>
    """
    return as_mathml(read_latex(latex_name(text)))


def mathml_number(number: float) -> str:
    """A number in MathML.

    Example:
        >>> mathml_number(0.25), mathml_number(-1.0)
        ('<mn>0.25</mn>', '<mrow><mo>−</mo><mn>1</mn></mrow>')
    """
    return as_mathml(read_latex(latex_number(number)))


def as_mathml(element: Element) -> str:
    """An element and all that is in it, as MathML; what stands in a label is escaped."""
    if element.tag not in LEAVES:
        return f"<{element.tag}>{''.join(map(as_mathml, element.parts))}</{element.tag}>"
    tag, attributes = LEAVES[element.tag]
    written = "".join(f' {attribute}="{value}"' for attribute, value in attributes.items())
    return f"<{tag}{written}>{html.escape(element.text, quote=False)}</{tag}>"


def read_latex(latex: str) -> Element:
    r"""The element that a formula in LaTeX is.

    Example:
        >>> as_mathml(read_latex(r"\frac{1}{x^{2}}"))
        '<mfrac><mn>1</mn><msup><mi>x</mi><mn>2</mn></msup></mfrac>'
    """
    return _Reader(latex).read()


class _Reader:
    """Reads LaTeX, token by token; whatever is wrong in it, an element comes out."""

    def __init__(self, latex: str) -> None:
        self.tokens = list(_tokens(latex))
        self.place = 0
        self.depth = 0  # in indices and exponents

    def read(self) -> Element:
        return _row(self.row(lambda _: False))

    def next(self, *tokens: Token) -> bool:
        """Whether one of some tokens comes next, after spaces; it is then taken."""
        while self.place < len(self.tokens) and self.tokens[self.place] == _SPACE:
            self.place += 1
        found = self.place < len(self.tokens) and self.tokens[self.place] in tokens
        self.place += found
        return found

    def row(self, is_end: Callable[[Token], bool]) -> list[Element]:
        """The elements up to a token that ends the row, which is left there."""
        elements: list[Element] = []
        while self.place < len(self.tokens) and not is_end(self.tokens[self.place]):
            element = self.element()
            elements += [] if element is None else self.scripted(element)
        return elements

    def scripted(self, base: Element) -> list[Element]:
        """An element with its index and its exponent; those of a function's name belong to the name alone."""
        scripts: dict[str, list[Element]] = {"_": [], "^": []}
        while self.next((_CHARACTER, "^"), (_CHARACTER, "_")):
            found = scripts[self.tokens[self.place - 1][1]]
            self.depth += 1
            found.append(self.argument())
            self.depth -= 1
        is_name = base.tag == "w" and base.text in _FUNCTIONS
        tag = "".join(name for name, found in zip(("sub", "sup"), scripts.values(), strict=True) if found)
        parts = [_row(found) for found in scripts.values() if found]
        return [Element(f"m{tag}", (base, *parts)) if tag else base, *[_APPLY] * is_name]

    def argument(self) -> Element:
        """What a command, an index or an exponent is about: what is in braces, or a single element."""
        self.next()
        return (self.element() if self.place < len(self.tokens) else None) or _row([])

    def group(self, end: Token) -> list[Element]:
        """The elements up to a token, which is taken too."""
        elements = self.row(lambda token: token == end)
        self.next(end)
        return elements

    def element(self) -> Element | None:
        """The next element without its index and its exponent; `None` for what is not to be seen."""
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == _COMMAND:
            return self.command(text)
        if kind == _CHARACTER:
            return self.character(text)
        return _leaf("n" if kind == _NUMBER else "w", text) if text else None

    def character(self, character: str) -> Element | None:
        if character == "{":
            return _row(self.group((_CHARACTER, "}")))
        if character == "}":
            return None  # one too many
        if character in _FENCES and self.is_closed(character):
            return _enclosed(character, self.group((_CHARACTER, _FENCES[character])), _FENCES[character])
        if character.isalpha() or character == "…":
            return _leaf("i" if character.isalpha() else "w", character)
        return _leaf("t" if self.depth and character in "+-,*/" else "o", "−" if character == "-" else character)

    def is_closed(self, opening: str) -> bool:
        """Whether a parenthesis is closed before the group ends that it is in."""
        depth = braces = lefts = 0
        for kind, text in self.tokens[self.place - 1 :]:
            if kind == _CHARACTER:
                depth += ((text == opening) - (text == _FENCES[opening])) * (not braces)
                braces += (text == "{") - (text == "}")
            elif kind == _COMMAND:
                lefts += (text == "left") - (text == "right")
            if depth == 0:
                return True
            if braces < 0 or lefts < 0:
                return False
        return False

    def command(self, name: str) -> Element | None:
        if name == "left":
            return self.fenced()
        if name == "sqrt" and self.next((_CHARACTER, "[")):
            index = _row(self.group((_CHARACTER, "]")))
            return Element("mroot", (self.argument(), index))
        if name in _PARTS:
            tag, n = _PARTS[name]
            return Element(tag, tuple(self.argument() for _ in range(n)))
        if name in _FENCES and (_COMMAND, _FENCES[name]) in self.tokens[self.place :]:
            return _enclosed(_SIGNS[name], self.group((_COMMAND, _FENCES[name])), _SIGNS[_FENCES[name]])
        if name == ",":
            return _leaf("x", TIMES)
        if name in _LETTERS:
            return _leaf("i", _LETTERS[name])
        if name in _SIGNS:
            return _leaf("o", _SIGNS[name])
        return None if name in _UNSEEN else _leaf("w", _WORDS.get(name, name))

    def fenced(self) -> Element:
        r"""What stands between `\left(` and `\right)`."""
        opening = self.fence()
        elements = self.row(lambda token: token == (_COMMAND, "right"))
        return _enclosed(opening, elements, self.fence() if self.next((_COMMAND, "right")) else "")

    def fence(self) -> str:
        self.next()
        kind, text = self.tokens[self.place] if self.place < len(self.tokens) else (_CHARACTER, ".")
        self.place += 1
        return _SIGNS.get(text, text) if kind == _COMMAND else text.replace(".", "")


def _tokens(latex: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(latex):
        if match["upright"]:
            text = re.sub(_GAP, lambda gap: f"\\{_SIGNS[gap[1]]}", match["text"])
            yield _TEXT, re.sub(r"\\(.)", r"\1", text)
        elif match["space"]:
            yield _SPACE
        else:
            kind = str(match.lastgroup)
            yield kind, match[kind]


def _leaf(tag: str, text: str) -> Element:
    return Element(tag, (), text)


def _enclosed(opening: str, elements: list[Element], closing: str) -> Element:
    fences = [[_leaf("o", fence)] * bool(fence) for fence in (opening, closing)]
    return Element("mrow", (*fences[0], *elements, *fences[1]))


def _row(elements: list[Element]) -> Element:
    """Some elements as one; a row in a row stays only round parentheses, which are as high as what is in them."""
    flat: list[Element] = []
    for element in elements:
        is_open = element.tag == "mrow" and not (element.parts and element.parts[0].text in _OPENING)
        flat += element.parts if is_open else [element]
    return flat[0] if len(flat) == 1 else Element("mrow", tuple(flat))


_OPENING = {"(", "[", "|", "{", "⌊", "⌈", "⟨", "‖"}
_APPLY = _leaf("o", "\u2061")  # between a function's name and its argument; invisible
