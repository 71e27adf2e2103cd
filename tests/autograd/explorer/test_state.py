"""What a page shows, as text: read as `browser/state.js` reads it, whatever anybody has written."""

import pytest

from autograd.explorer.state import State
from tests.node import node_says

SIZES = [5, 3]
FIRST = [{0: 0.5, 1: -2.0, 3: float("inf")}, {0: 0.5, 2: 1.0}]

CASES = {
    "": State(),
    "#level=sums&lit=4&v=0:0.75,1:-1e-7": State(0, 4, {0: 0.75, 1: -1e-7}),
    "example=1&lit=2&v=2:1e+300": State(1, 2, {2: 1e300}),
    "v=0:.5,1:3.": State(0, None, {1: 3.0}),  # the first is what it was
    "v=3:0": State(0, None, {3: 0.0}),
    "lit=0&lit=1": State(0, 1),
    # what is no state of this page
    "example=2&lit=5&v=2:1": State(),
    "example=-1&lit=-1&v=-1:1": State(),
    "lit=1.0&example=1e0": State(),
    "lit=٣&v=٠:1,0:٣": State(),
    "lit=99999999999999999999": State(),
    "v=0:nan,0:inf,0:Infinity,0:-Infinity,0:1e999,0:,0,:1,0:1_0,0:true,1:--2": State(),
    "v": State(),
    "=&&==&lit&lit=": State(),
    "__proto__=1&constructor=2&v=__proto__:1": State(),
    "</script><script>alert(1)</script>": State(),
}


def read(text: str) -> State:
    return State.read(text, SIZES, FIRST)


@pytest.mark.parametrize("text", CASES)
def test_a_state_is_read_and_what_is_none_is_left_out(text: str) -> None:
    assert read(text) == CASES[text]


@pytest.mark.parametrize("state", [*CASES.values(), State(1, 0, {2: 5e-324, 0: 0.1 + 0.2}, {"level": "sums"})])
def test_a_state_is_what_its_text_says(state: State) -> None:
    again = read(str(state))
    assert again == state
    assert again.others == state.others


def test_what_concerns_the_page_alone_is_kept_as_it_is() -> None:
    state = read("mode=steps&level=<b>&step=99&other=1&lit=2")
    assert str(state) == "mode=steps&level=<b>&step=99&lit=2"


def test_the_page_reads_the_same() -> None:
    script = """
        import { readFileSync } from "node:fs";
        import { fromText } from "./autograd/explorer/browser/state.js";
        const [texts, sizes, movable] = JSON.parse(readFileSync(0, "utf8"));
        const graphOf = (example) => ({ n: sizes[example], isMovable: (leaf) => movable[example].includes(leaf) });
        console.log(JSON.stringify(texts.map((text) => {
            const state = fromText(text, { examples: sizes.length, levels: ["sums"], graphOf });
            return [state.example ?? 0, state.selected ?? null, [...state.numbers]];
        })));
    """
    texts = [*CASES, *map(str, CASES.values())]
    given = [texts, SIZES, [list(leaves) for leaves in FIRST]]
    found = node_says(given, "--input-type=module", "-e", script)
    for text, (example, lit, numbers) in zip(texts, found, strict=True):
        here = read(text)
        moved = {leaf: number for leaf, number in numbers if number != FIRST[example][leaf]}
        assert (here.example, here.lit, dict(here.numbers)) == (example, lit, moved), text
