"""README's pictures are the ones that the library draws today, and its lists are complete."""

import doctest
import re
from pathlib import Path
from typing import Any

from autograd.table import TABLE
from tests.autograd.svg import boxes_and_arrows

ROOT = Path(__file__).parent.parent


def test_the_pictures_are_up_to_date() -> None:
    scope: dict[str, Any] = {}
    drawn = []
    for part in doctest.DocTestParser().get_examples((ROOT / "README.md").read_text(encoding="utf-8")):
        exec(part.source, scope)
        if part.source.startswith("picture = "):
            drawn.append(scope["picture"])
    neuron, _, network = drawn
    for picture, file in ((neuron, "neuron.svg"), (network, "network.svg")):
        assert boxes_and_arrows((ROOT / "docs" / file).read_bytes()) == boxes_and_arrows(picture.render("svg"))


def test_it_lists_every_row() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.search(r"function and a method for every row of the table: (.*?)and `logsumexp`", text, re.DOTALL)
    assert listed is not None
    assert {row.symbol if row.is_infix else name for name, row in TABLE.items() if name in TABLE.built_in} == set(
        re.findall(r"[^\s`,]+", listed[1])
    )
