"""The figure that every plot of this project draws into, and how it becomes an SVG or a PNG."""

import contextlib
import hashlib
import html
import io
import itertools
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib.figure
import matplotlib.style

from autograd.notation import printable
from autograd.pictures.plotting import AXIS, GRID, INK, LIT, NEGATIVE, POSITIVE, SLATE, STYLE, TARGET

_FONTS = "Helvetica, Arial, Liberation Sans, sans-serif"


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of this library inside this block, or in a function that has this as its decorator.

    Example:
        >>> with styled():
        ...     axes = Figure(figsize=(3, 2)).subplots()
        >>> axes.spines["top"].get_visible()
        False
    """
    with matplotlib.style.context(["default", STYLE]):  # whatever the settings of the user
        yield


class Figure(matplotlib.figure.Figure):
    """A figure that a notebook shows as it is. Matplotlib's own figures are shown only if pyplot has made them.

    Attributes:
        title: What it is called, in words, for those who do not see it. By default, the titles in it, or the labels of
            its axes.
        description: What there is to see, in a sentence.

    Example:
        >>> figure = Figure(figsize=(3, 2))
        >>> figure.to_png()[1:4]
        b'PNG'
        >>> figure.to_svg()[:4]
        '<svg'
    """

    title: str = ""
    description: str = ""

    @staticmethod
    def adopt(figure: matplotlib.figure.Figure) -> None:
        """Make a figure of pyplot's one of these; see :func:`autograd.pictures.use_plot_style`."""
        figure.__class__ = Figure

    def to_svg(self) -> str:
        """The figure as an SVG for a notebook or a page: no wider than its column, and dark on a dark screen."""
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))  # the same everywhere, at any time
        file = io.StringIO()
        with styled(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # the reader's fonts have more letters
            self.savefig(file, format="svg", facecolor="none", metadata=nothing, dpi=200)
        return _finished(file.getvalue(), self.title or self._titles(), self.description)

    def to_png(self, *, dpi: float = 200) -> bytes:
        """The figure as a PNG file, on white.

        Args:
            dpi: Pixels for an inch, of which `figsize` says how many there are.
        """
        file = io.BytesIO()
        with styled():
            self.savefig(file, format="png", facecolor="white", dpi=dpi)
        return file.getvalue()

    def _titles(self) -> str:
        titles = [self.get_suptitle(), *(axes.get_title() for axes in self.axes)]
        shown = [title for title in titles if title] or [axes.get_ylabel() for axes in self.axes if axes.get_ylabel()]
        return re.sub(r"(?<!\\)[${}]|\\(?=\$)", "", "; ".join(shown)) or "a plot"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.to_svg(), "text/plain": repr(self)}


def _only_as_svg() -> None:
    """Keep pyplot, which shows all kinds of figures in a notebook as PNG, from showing these a second time."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell:
        shell.display_formatter.formatters["image/png"].for_type(Figure, lambda _: None)


_only_as_svg()


def _finished(svg: str, title: str, description: str) -> str:
    """An SVG by matplotlib, made fit for a page that has other pictures, for dark screens, and for being read aloud."""
    svg = "\n".join(map(printable, svg[svg.index("<svg") :].split("\n")))
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)  # about all of the page
    svg = re.sub("<text>.*?</text>", _in_words, svg, flags=re.DOTALL)
    name = f"plot-{hashlib.sha256(svg.encode()).hexdigest()[:8]}"  # in one page, ids must not be those of another plot
    head, rest = svg.removeprefix("<svg").split(">", 1)
    look = "max-width:100%;height:auto;stroke-linejoin:round;stroke-linecap:butt"
    lines = [f'<svg id="{name}" class="plot" role="img" style="{look}"{head}>']
    lines += [f"<title>{html.escape(printable(title))}</title>"]
    lines += [f"<desc>{html.escape(printable(description))}</desc>"] if description else []
    lines += [f"<style>{_dark(name)}</style>", _TAG.sub(lambda tag: _tag(tag[0], name), rest).strip()]
    return "\n".join(lines)


_LETTERS = re.compile("<tspan ([^>]*)>([^<]*)</tspan>")


def _in_words(formula: re.Match[str]) -> str:
    """A formula with the letters of a word, or a number, side by side, and close to the symbol next to it.

    Matplotlib gives each letter a place of its own, by the widths of another font than that of the reader.
    """
    letters = []
    for tag, text in _LETTERS.findall(formula[0]):
        of = dict(re.findall('(x|y|style)="([^"]*)"', tag))
        places = itertools.zip_longest(of["x"].split(), of["y"].split(), fillvalue=of["y"])
        letters += [(float(x), y, of["style"], one) for (x, y), one in zip(places, html.unescape(text), strict=True)]
    words = [list(word) for _, word in itertools.groupby(sorted(letters), key=lambda letter: letter[1:3])]
    spans: list[str] = []
    for word, following in itertools.zip_longest(words, words[1:]):
        x, y, style, _ = word[0]
        if len(word) > 1 and following and not spans:
            x, style = following[0][0], f"{style}; text-anchor: end"
        text = html.escape("".join(letter[3] for letter in word))
        spans.append(f'<tspan x="{x:g}" y="{y}" style="{style}">{text}</tspan>')
    return f"<text>{''.join(spans)}</text>"


_TAG = re.compile("<[^>]*>")  # matplotlib escapes both of these wherever else they stand
_ID = re.compile(r'(?<= id=")|(?<=url\(#)|(?<=href="#)')
_DECIMALS = re.compile(r"\d+\.\d{3,}")  # of a point, 1/72 of an inch


def _tag(tag: str, name: str) -> str:
    if tag.startswith("<!--"):
        return ""  # the source of a formula
    if tag.startswith("<image"):
        tag = re.sub(' id="[^"]*"', "", tag)  # two images that are the same have the same
    if tag.startswith("<path id"):
        tag = re.sub(' style="[^"]*"', "", tag)  # whatever refers to it has the same, and rules for colors reach that
    tag = _ID.sub(f"{name}-", tag).replace("'DejaVu Sans'", _FONTS)
    return tag if "matrix" in tag else _DECIMALS.sub(lambda number: f"{round(float(number[0]), 2):.10g}", tag)


_GROUND, _LIGHT = "#111827", "#e2e8f0"
_ON_DARK = {INK: _LIGHT, SLATE: "#cbd5e1", AXIS: "#64748b", GRID: "#283548"}
_ON_DARK |= {POSITIVE: "#60a5fa", NEGATIVE: "#fb923c", TARGET: "#a78bfa", LIT: "#f472b6"}


def _dark(name: str) -> str:
    """The rules for a dark screen. Attributes of elements are no match for them, so those are right without CSS."""
    every = [("", look, light, dark) for look in ("fill", "stroke") for light, dark in _ON_DARK.items()]
    # Letters may be white or black since they stand on a painted ground, which stays.
    every += [(":is(path,use)", look, "#ffffff", _GROUND) for look in ("fill", "stroke")]
    every += [(":is(path,use)", "stroke", "#000000", _LIGHT)]
    rules = [
        f'#{name} {which}[style*="{look}: {light}"]{{{look}:{dark}!important}}' for which, look, light, dark in every
    ]
    # What is black inside has no fill, since that is the default.
    rules += [f'#{name} :is(path,use)[style*="stroke: #000000"]:not([style*=fill]){{fill:{_LIGHT}!important}}']
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
