"""What a picture says, for the tests to read."""

from xml.etree import ElementTree


def texts(svg: bytes) -> list[str]:
    """The texts of an SVG, each with its indices, without the space around it."""
    return ["".join(e.itertext()).strip() for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
