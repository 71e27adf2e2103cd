import re
from xml.etree import ElementTree

import pytest

from autograd import Value, draw
from autograd.pictures.rendering import fitting

SVG = "{http://www.w3.org/2000/svg}"


def heights(svg: bytes, text: str) -> list[float]:
    """How far above the line, in points, each part of a text stands that follows its letter."""
    (element,) = [e for e in ElementTree.fromstring(svg).iter(f"{SVG}text") if "".join(e.itertext()) == text]
    line = here = float(element.get("y", ""))
    found = []
    for part in element:
        assert part.tag == f"{SVG}tspan"
        here = float(part.get("y", here)) + float(part.get("dy", 0))
        found.append(line - here)
    return found


@pytest.mark.usefixtures("each_graphviz")
@pytest.mark.parametrize(
    ("label", "shown", "places"),
    [
        ("w1_02", "w(1)02", ["above", "below"]),
        ("z^(L)_j", "z(L)j", ["above", "below"]),
        ("a^(L-1)", "a(L-1)", ["above"]),
        ("theta_3", "θ3", ["below"]),
        ("x^2", "x2", ["above"]),
        ("x_1^2", "x12", ["below", "above"]),
        ("∂C/∂w1_02", "∂C/∂w(1)02", ["above", "below"]),
        ("x", "x", []),
    ],
)
def test_indices_stand_above_and_below_the_line(label: str, shown: str, places: list[str]) -> None:
    found = heights(draw(Value(1.0, label)).render("svg"), shown)
    assert ["above" if height > 0 else "below" for height in found] == places
    assert all(1 < abs(height) < 6 for height in found)


@pytest.mark.usefixtures("each_graphviz")
def test_every_browser_knows_what_an_index_is_written_with() -> None:
    svg = draw(Value(1.0, "w1_02") * Value(2.0, "a0_2")).render("svg").decode()
    assert "baseline-shift" not in svg
    assert [float(size) < 11 for size in re.findall(r'<tspan [^>]*font-size="([\d.]+)"', svg)] == [True] * 4


def test_a_notebook_gets_a_picture_that_fits_its_column_as_far_as_it_can_be_read() -> None:
    small, wide, huge = (fitting(f'<svg width="{n}pt" height="100pt">') for n in (300, 640, 2000))
    assert small == '<svg width="300pt" height="100pt" style="max-width:100%;height:auto">'
    assert 'width="576pt" height="90pt"' in wide
    assert 'width="1200pt" height="60pt"' in huge
