"""What a picture says, for the tests to read."""

from xml.etree import ElementTree

SPACE = "{http://www.w3.org/2000/svg}"
LOOK = ("fill", "stroke", "stroke-width")


def texts(svg: bytes) -> list[str]:
    """The texts of an SVG, each with its indices, without the space around it."""
    return [_text(e) for e in ElementTree.fromstring(svg).iter(f"{SPACE}text")]


def boxes_and_arrows(svg: bytes) -> list[str]:
    """A picture by Graphviz without the positions: the graph, its frames, boxes and arrows, a line for each.

    A line has the name, which for an arrow is its two ends, and then the colors, line widths, and texts.
    """
    lines = []
    for group in ElementTree.fromstring(svg).iter(f"{SPACE}g"):
        kind = group.get("class")
        if kind in ("graph", "cluster", "node", "edge"):
            # All other groups stand in that of the graph, of which only the texts are its own: note and legend.
            elements = group.findall(f"{SPACE}text") if kind == "graph" else group.iter()
            looks = dict.fromkeys(look for e in elements for look in _looks(e))  # each once, in their order
            lines.append(" ".join([kind, group.findtext(f"{SPACE}title", ""), *looks]))
    return lines


def _looks(element: ElementTree.Element) -> list[str]:
    """How an element looks, if it is a shape or a text."""
    look = [f"{name}={element.get(name)}" for name in LOOK if name in element.attrib]
    return [*look, repr(_text(element))] if element.tag == f"{SPACE}text" else look


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()
