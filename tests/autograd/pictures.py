"""What a picture says, for the tests to read."""

from xml.etree import ElementTree

SPACE = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    """The texts of an SVG, each with its indices, without the space around it."""
    return ["".join(e.itertext()).strip() for e in ElementTree.fromstring(svg).iter(f"{SPACE}text")]


def boxes_and_arrows(svg: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """The nodes and edges of a picture that Graphviz has drawn, with their texts."""
    groups = (g for g in ElementTree.fromstring(svg).iter(f"{SPACE}g") if g.get("class") in ("node", "edge"))
    return [(g.get("id", ""), tuple("".join(text.itertext()) for text in g.iter(f"{SPACE}text"))) for g in groups]
