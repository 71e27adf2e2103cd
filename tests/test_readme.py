"""README's picture is the one that the library draws today."""

import doctest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from autograd import draw

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


def test_the_picture_is_up_to_date() -> None:
    example = (ROOT / "README.md").read_text().split("```python\n")[1].split("```")[0]
    scope: dict[str, Any] = {}
    for part in doctest.DocTestParser().get_examples(example):
        exec(part.source, scope)
    assert shown((ROOT / "docs/neuron.svg").read_bytes()) == shown(draw(scope["C"]).render("svg"))
