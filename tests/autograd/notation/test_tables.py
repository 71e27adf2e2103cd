import re

import pytest

from autograd.notation.tables import Table


def test_text_is_aligned_and_html_is_escaped() -> None:
    table = Table(("name", "kind", "number"), [("<b>", "a&b", "1"), ("x", "", "-12.5")], left=2, caption="a < b")
    assert str(table).splitlines() == ["a < b", "name  kind  number", "<b>   a&b        1", "x            -12.5"]
    page = table.to_html()
    assert "<b>" not in page
    assert "<caption>a &lt; b</caption>" in page
    assert '<td style="text-align:left">&lt;b&gt;</td>' in page
    assert '<td style="text-align:right;white-space:nowrap">-12.5</td>' in page


def test_a_table_without_rows_is_its_head() -> None:
    assert str(Table(("a", "b"), [])) == "a  b"


def test_a_note_stands_below() -> None:
    table = Table(("a",), [("1",)], left_out=2, note="a < b\nand so on")
    assert str(table).splitlines() == ["a", "1", "… and 2 more", "a < b", "and so on"]
    assert table.to_html().endswith("</table><p>a &lt; b<br>and so on</p>")


@pytest.mark.parametrize("text", ["$x$", "$$x$$", r"\(x\)", r"\[x\]", r"\begin{align}x\end{align}"])
def test_a_notebook_finds_no_mathematics_in_a_table(text: str) -> None:
    page = Table((text, text), [(text, text)], caption=text, note=text).to_html()
    pieces = re.split("<[^>]*>", page)
    assert "".join(pieces) == text * 6
    assert {"$", "\\"}.isdisjoint("".join(piece for piece in pieces if len(piece) > 1))


@pytest.mark.parametrize("row", [("x",), ("x", "1", "2"), ()])
def test_a_row_has_as_many_cells_as_the_head(row: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="cells"):
        Table(("name", "number"), [("y", "3"), row])
