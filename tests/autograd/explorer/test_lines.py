"""A program beside a graph, as data for the page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

import autograd
import nn
from autograd import Value, explore
from autograd.compiler.side_by_side import Line, SideBySide
from autograd.explorer.page import built, unpacked
from tests import gallery


class Lines(NamedTuple):
    lines: Sequence[Line]


def beside() -> SideBySide:
    model = nn.MLP(2, [3, 1], "tanh", seed=1)
    example = ([0.5, -0.2], [1.0])
    return autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model, example).beside()


def test_lines_are_data_with_the_places_of_their_nodes() -> None:
    found = beside()
    data: Any = explore(found.output, beside=found).data
    order = explore(found.output).graphs[0].order
    assert [each["code"] for each in data["lines"]] == [row.place.code for row in found.rows]
    for each, row in zip(data["lines"], found.rows, strict=True):
        runs = zip(each["nodes"][::2], each["nodes"][1::2], strict=True)
        assert {order[start + place] for start, count in runs for place in range(count)} == {*row.nodes}
    z1 = next(each for each in data["lines"] if each["code"].startswith("z1 ="))
    assert z1["number"] == found["z1"].rows[0].place.number
    (_, left, tree), *terms = z1["formulas"][0]
    assert (left, [term[:2] for term in terms]) == ("z⁽¹⁾ⱼ", [["=", "Σₖ w⁽¹⁾ⱼₖ*xₖ"], ["+", "b⁽¹⁾ⱼ"]])
    assert tree == ("msubsup", "iz", "ij", ("mrow", "o(", "n1", "o)"))
    assert z1["notes"] == ["3 sums of 2 products: 6 products; 12 nodes of the graph"]


def test_a_page_without_lines_has_nothing_of_them() -> None:
    found = beside()
    page = unpacked(explore(found.output).to_html())
    assert "lines" not in page[2]
    assert built("lines.js") not in page[1]
    assert built("lines.js") in unpacked(explore(found.output, beside=found).to_html())[1]


def test_nodes_without_names_keep_their_places() -> None:
    a, b = Value(2.0), Value(3.0)
    cost = (a * b).exp()
    lines = Lines([Line(1, "t1 = a * b", [], [], [cost.parents[0]])])
    data: Any = explore(cost, beside=lines).data  # of copies, with names
    assert data["lines"][0]["nodes"] == [2, 1]


def test_lines_about_another_graph_are_refused() -> None:
    found = beside()
    for outputs in (gallery.two_paths(), [found.output, gallery.two_paths()], [gallery.two_paths(), found.output]):
        with pytest.raises(ValueError, match="the lines are about another graph: explore the cost"):
            explore(outputs, beside=found)
