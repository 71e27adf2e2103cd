"""README's pictures are those that the library draws today."""

import doctest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent


def shown(svg: bytes) -> list[tuple[str, tuple[str | None, ...]]]:
    """The nodes and edges of a picture, with their texts."""
    space = "{http://www.w3.org/2000/svg}"
    everything = ElementTree.fromstring(svg).iter(f"{space}g")
    groups = (group for group in everything if group.get("class") in ("node", "edge"))
    return [
        (group.get("id", ""), tuple("".join(text.itertext()) for text in group.iter(f"{space}text")))
        for group in groups
    ]


def test_the_pictures_are_up_to_date() -> None:
    scope: dict[str, Any] = {}
    drawn = []
    for part in doctest.DocTestParser().get_examples((ROOT / "README.md").read_text()):
        exec(part.source, scope)
        if part.source.startswith("picture = "):
            drawn.append(scope["picture"])
    neuron, _, network = drawn
    for picture, file in ((neuron, "neuron.svg"), (network, "network.svg")):
        assert shown((ROOT / "docs" / file).read_bytes()) == shown(picture.render("svg"))
