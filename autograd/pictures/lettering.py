"""Lines of text as data: letters with what stands above and below them, and how wide they are.

Widths are those of Helvetica, which Arial and Liberation Sans share, so that a picture is laid out without any font. A
reader's font may be wider: what is laid out with these widths leaves some room for it.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograd.notation import GREEK, SMALL, minus, printable, read_derivative, read_label, show_number

LONGEST = 60  # letters of a label
ROOM = 1.06  # for fonts that are wider, and for programs that guess widths
SMALLEST = 9.0  # points: of indices, gradients, notes
_STACKED = 12.0  # points

# Widths of the printable letters of ASCII, from the blank on, in thousandths of the type size: Adobe's metrics.
_REGULAR = (
    "278 278 355 556 556 889 667 222 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 222 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 278 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 "
    "584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 333 278 333 584 556 278 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 "
    "333 611 556 778 556 556 500 389 280 389 584"
)
_SIGNS = {"−": 0.584, "×": 0.584, "÷": 0.584, "·": 0.333, "–": 0.556, "…": 1.0, "∂": 0.53, "Σ": 0.65, "■": 0.75}
_WIDTHS = [
    {chr(32 + place): int(width) / 1000 for place, width in enumerate(widths.split())} | _SIGNS
    for widths in (_REGULAR, _BOLD)
]
_BEYOND, _WIDE = 0.72, 1.0  # other letters, and those from East Asia, which begin at U+2E80


@dataclass(frozen=True)
class Run:
    """Letters on the line, above it or below it.

    Attributes:
        text: The letters.
        place: 0 on the line, 1 above it, -1 below it. What is below stands under what is above.
        of: Which number this is of the box that it stands in, for a page where numbers change; see `Faces`.
    """

    text: str
    place: int = 0
    of: str = field(default="", compare=False, repr=False)


Runs = tuple[Run, ...]


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in points.

    Example:
        >>> round(width("w", 10.0), 2), round(width("w", 10.0, bold=True), 2)
        (7.22, 7.78)
    """
    widths = _WIDTHS[bold]
    return size * math.fsum(widths.get(letter) or (_WIDE if letter >= "⺀" else _BEYOND) for letter in text)


def index_size(size: float) -> float:
    """The type size of what stands above or below letters of some size: smaller, but never too small to read."""
    return max(SMALLEST, 0.69 * size)


def places(runs: Sequence[Run], size: float, bold: bool = False) -> list[float]:
    """Where each run begins, counted from the beginning of the line, and where the line ends.

    Example:
        >>> [round(x, 1) for x in places(label("w1_02"), 13.0)]
        [0.0, 9.4, 9.4, 20.4]
    """
    found = []
    x = end = 0.0  # of the line so far; of what stands above or below
    for run in runs:
        if run.place == 0 or not is_stacked(size):
            x = end
        found.append(x)
        extent = width(run.text, size if run.place == 0 else index_size(size), bold)
        end = max(end, x + extent)
        x = end if run.place == 0 else x
    return [*found, end]


def is_stacked(size: float) -> bool:
    """Whether indices stand under those above them; in small type, where they would touch, they stand side by side."""
    return size >= _STACKED


def width_of(runs: Sequence[Run], size: float, bold: bool = False) -> float:
    """How wide letters with indices are, in points, with room for a font that is wider than Helvetica."""
    return ROOM * places(runs, size, bold)[-1]


def label(text: str) -> Runs:
    """A label as the field writes it, `w1_02` with a superscript and a subscript; other text as it is, if need be cut.

    Example:
        >>> label("w1_02")
        (Run(text='w', place=0), Run(text='(1)', place=1), Run(text='02', place=-1))
        >>> "".join(run.text for run in label("theta_3")), label("50% of it")
        ('θ3', (Run(text='50% of it', place=0),))
        >>> label("w_0[2]")[2:]  # the second of that label
        (Run(text='[2]', place=0),)
    """
    return tuple(_joined(_label(text)))


def _label(text: str) -> Iterator[Run]:
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        yield from _label(numbered[1])
        yield Run(numbered[2])
        return
    if len(text) > LONGEST:
        yield Run(shown(text))
        return
    derivative = read_derivative(text)
    symbol = read_label(text)
    if derivative is not None:
        above, *below = str(derivative).split("∂")[1:]  # which puts the powers where they belong
        yield Run(f"∂{above.removesuffix(f'{derivative.of}/')}")
        yield from _label(derivative.of)
        for number, (part, (x, _)) in enumerate(zip(below, derivative.by, strict=True)):
            yield Run("/∂" if not number else "∂")
            yield from _label(x)
            yield Run(part.removeprefix(x))
    elif symbol is None:
        yield Run(shown(text))
    else:
        layer = f"({symbol.layer})" if symbol.layer else ""
        yield Run(shown(GREEK.get(symbol.letter, symbol.letter)))
        yield Run(shown(layer or symbol.power), 1)
        yield Run(shown(symbol.index), -1)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Runs on the line as one where they follow each other, and none that are empty."""
    kept: Run | None = None
    for run in runs:
        if not run.text:
            continue
        if kept is not None and run.place == 0 == kept.place:
            kept = Run(kept.text + run.text)
            continue
        if kept is not None:
            yield kept
        kept = run
    if kept is not None:
        yield kept


def number(value: float, digits: int) -> str:
    """A number as a picture shows it, with a minus sign as long as a plus sign.

    Example:
        >>> number(-0.12345, 3)
        '−0.123'
    """
    return minus(show_number(value, digits))


def shown(text: str, longest: int = LONGEST) -> str:
    """The text as it can be shown: cut if it is too long, and with � for what is unprintable."""
    return printable(text if len(text) <= longest else text[: longest - 1] + "…")


_NUMBERED = re.compile(r"([^\[\]]+)(\[\d{1,9}\])")  # one of several nodes with a label
_SYMBOL = re.compile(  # a label in a sentence, typeset or as it is typed
    rf"[^\W\d_]+[{SMALL}]+(?:,[{SMALL}]+)*" + r"|[^\W\d_]+\d*(?:\^\([\w+-]+\)|\^\w+?(?=_|\b))?(?:_\w+(?:,\w+)*)?"
)


def sentence(text: str) -> Runs:
    """A sentence with its labels written as in the boxes.

    Example:
        >>> [run.text for run in sentence("2 paths from a1_0, together 5.")]
        ['2 paths from a', '(1)', '0', ', together 5.']
    """

    def parts() -> Iterator[Run]:
        place = 0
        for match in _SYMBOL.finditer(text):
            yield Run(printable(text[place : match.start()]))
            yield from _label(match[0])
            place = match.end()
        yield Run(printable(text[place:]))

    return tuple(_joined(parts()))


def lines(text: str, size: float, widest: float) -> list[Runs]:
    """A sentence in lines that are no wider than a picture, broken between words.

    Example:
        >>> len(lines("as far as the eye can see, and on", 9.0, 90.0))
        2
    """
    found: list[list[str]] = []
    for word in text.split():
        if found and width_of(sentence(" ".join([*found[-1], word])), size) <= widest:
            found[-1].append(word)
        else:
            found.append([word])
    return [sentence(" ".join(words)) for words in found]
