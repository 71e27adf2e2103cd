from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from autograd import Value, draw
from autograd.pictures import STYLES, Diagram, DiagramEdge, DiagramNode, rendering

SVG = "{http://www.w3.org/2000/svg}"

INDICES = [
    ("w1_02", ["w", "(1)", "02"], ["above", "below"]),
    ("z^(L)_j", ["z", "(L)", "j"], ["above", "below"]),
    ("a^(L-1)", ["a", "(L-1)"], ["above"]),
    ("theta_3", ["θ", "3"], ["below"]),
    ("x^2", ["x", "2"], ["above"]),
    ("x", ["x"], []),
]


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize(("label", "runs", "places"), INDICES)
def test_indices_stand_above_and_below_the_line(label: str, runs: list[str], places: list[str]) -> None:
    dot = draw(Value(1.0, label), style="values").to_dot()
    texts = list(ElementTree.fromstring(rendering.render(dot, "svg")).iter(f"{SVG}text"))[: len(runs)]
    assert [text.text for text in texts] == runs
    line, *heights = (float(text.get("y", "")) for text in texts)
    assert ["above" if height < line else "below" for height in heights] == places
    assert all(1 < abs(height - line) < 6 for height in heights)
    starts = [float(text.get("x", "")) for text in texts]
    assert starts[0] < min(starts[1:], default=1e9)
    assert len(starts) < 3 or abs(starts[1] - starts[2]) < 3  # one index below the other


@pytest.mark.usefixtures("each_graphviz")
def test_text_that_begins_with_blanks_is_shown_with_them() -> None:
    dot = 'digraph { graph [layout=nop2]; n [label=<&#160;x>, pos="9,9!"] }'
    (text,) = ElementTree.fromstring(rendering.render(dot, "svg")).iter(f"{SVG}text")
    assert text.text == "\N{NO-BREAK SPACE}x"


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize(("picture_format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("make", [lambda: Value(1.0), lambda: sum(Value(float(i), f"w_{i}") for i in range(300)) + 1.0])
def test_a_graph_of_any_size_becomes_a_file(picture_format: str, start: bytes, make: Callable[[], Value]) -> None:
    assert draw(make()).render(picture_format).startswith(start)


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize("name", ["nn.data", "node", "1", "-", 'a"b', "a\\", "a -> b", "学", "<b>", "a;b", ""])
def test_boxes_may_have_any_id(name: str) -> None:
    nodes = [DiagramNode(name, "layer", label="x"), DiagramNode("other", "layer", label="y")]
    picture = Diagram(tuple(nodes), (DiagramEdge(name, "other"),), style=STYLES["values"])
    assert picture.render("png").startswith(b"\x89PNG")


@pytest.mark.usefixtures("each_graphviz")
def test_a_row_without_a_number_is_no_line_without_letters() -> None:  # of which Graphviz 14 dies
    x, y = Value(0.5, "x"), Value(-0.3, "y")
    picture = draw((100 * (y - x**2) ** 2 + (1 - x) ** 2 + y).named("f"), level="sums")
    assert [edge.weight for edge in picture.edges].count(100.0) == 1
    for _ in range(5):
        assert picture.render("png").startswith(b"\x89PNG")
    assert 'label=""' not in picture.to_dot().partition("corner0")[2]
    assert 'label="\\r"' not in picture.to_dot()
