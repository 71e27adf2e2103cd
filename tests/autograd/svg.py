"""What a picture says, for the tests to read."""

import base64
import io
import re
from collections.abc import Iterator
from statistics import mean
from typing import NamedTuple
from xml.etree import ElementTree
from zlib import crc32

import numpy
import PIL.Image

SPACE = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    """The texts of an SVG, each with its indices, without the space around it."""
    return [_text(e) for e in ElementTree.fromstring(svg).iter(f"{SPACE}text")]


def boxes_and_arrows(svg: bytes) -> list[str]:
    """A picture of a graph without the positions: its boxes and arrows, and what stands below, a line for each.

    A line has the id, what it says when pointed at, and then the looks and the texts.
    """
    lines = []
    for group in ElementTree.fromstring(svg).iter(f"{SPACE}g"):
        kind = group.get("class")
        if kind in ("legend", "node", "edge"):
            looks = dict.fromkeys(look for element in group.iter() for look in _looks(element))  # each once, in order
            lines.append(" ".join([kind, group.get("id", ""), group.findtext(f"{SPACE}title", ""), *looks]))
    return lines


def _looks(element: ElementTree.Element) -> list[str]:
    """How an element looks, if it is a shape or a text."""
    tag = element.tag.removeprefix(SPACE)
    look = [f"{tag}={element.get('class')}"] if tag in ("rect", "path", "text") else []
    return [*look, repr(_text(element))] if tag == "text" else look


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()


class Mark(NamedTuple):
    """A text, line, area, dot or image of a plot.

    Attributes:
        look: What it is, with its colors, and what a text says.
        numbers: Where it is, in percent of the size: its corners, and the mean of its points. Of an image, the colors.
    """

    look: str
    numbers: tuple[float, ...] = ()

    def near(self, other: "Mark") -> bool:
        """Whether the two cannot be told apart, or could be by the fonts or the matplotlib of another machine only."""
        if self.look != other.look or len(self.numbers) != len(other.numbers):
            return False
        return all(abs(x - y) < 2 for x, y in zip(self.numbers, other.numbers, strict=True))

    def __str__(self) -> str:
        numbers = [f"{number:.0f}" for number in self.numbers]
        return " ".join([self.look, *(numbers if len(numbers) <= 6 else [f"{crc32(repr(numbers).encode()):x}"])])


def is_plot(svg: bytes) -> bool:
    """Whether matplotlib has drawn it."""
    return ElementTree.fromstring(svg).get("class") == "plot"


def marks(svg: bytes) -> list[Mark]:
    """What there is to see in a plot by matplotlib, in the order in which it is drawn."""
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    found = []
    for element, color in _drawn(root, ""):
        kind = element.tag.removeprefix(SPACE)
        if kind == "text":
            found.append(Mark(f"{kind} {_colors(element) or color} {_text(element)!r}"))
        elif kind == "image":
            found.append(_image(element))
        elif kind in ("path", "use") and (look := _colors(element)):
            d = element.get("d", f"{element.get('x')} {element.get('y')}")
            numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", d)]
            xs, ys = [x / width * 100 for x in numbers[::2]], [y / height * 100 for y in numbers[1::2]]
            found.append(Mark(f"{kind} {look}", (min(xs), min(ys), max(xs), max(ys), mean(xs), mean(ys))))
    return found


def _drawn(element: ElementTree.Element, color: str) -> Iterator[tuple[ElementTree.Element, str]]:
    """All elements but those that others refer to, each with the colors of what it stands in."""
    for inner in element:
        if inner.tag not in (f"{SPACE}defs", f"{SPACE}tspan"):
            yield inner, color
            yield from _drawn(inner, _colors(inner) or color)


def _colors(element: ElementTree.Element) -> str:
    """The colors in the style of an element, those that are not none."""
    found = dict(re.findall(r"\b(fill|stroke): (#\w+)", element.get("style", "")))
    return " ".join(f"{name}={found[name]}" for name in sorted(found))


def _image(element: ElementTree.Element) -> Mark:
    content = element.get("{http://www.w3.org/1999/xlink}href", "").partition("base64,")[2]
    with PIL.Image.open(io.BytesIO(base64.b64decode(content))) as image:
        colors = numpy.asarray(image.convert("RGBA")) / 2.55
    rows, columns = (numpy.arange(16) * length // 16 for length in colors.shape[:2])  # all pixels, if there are few
    return Mark("image", tuple(map(float, colors[rows][:, columns].ravel())))
