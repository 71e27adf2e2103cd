"""README's pictures are those that the library draws today."""

import doctest
from pathlib import Path
from typing import Any

from tests.autograd.svg import boxes_and_arrows

ROOT = Path(__file__).parent.parent


def test_the_pictures_are_up_to_date() -> None:
    scope: dict[str, Any] = {}
    drawn = []
    for part in doctest.DocTestParser().get_examples((ROOT / "README.md").read_text()):
        exec(part.source, scope)
        if part.source.startswith("picture = "):
            drawn.append(scope["picture"])
    neuron, _, network = drawn
    for picture, file in ((neuron, "neuron.svg"), (network, "network.svg")):
        assert boxes_and_arrows((ROOT / "docs" / file).read_bytes()) == boxes_and_arrows(picture.render("svg"))
