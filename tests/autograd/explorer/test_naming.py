"""What a page calls nodes without a label of their own: the same in formulas, in pictures and in its title."""

from typing import Any

import pytest

import nn
from autograd import Value, explore
from autograd.explorer.naming import numbered, with_names
from autograd.graph import Recorded
from autograd.pictures import roles_of

SIGNS = {"σ"}


def names_of(output: Value, roles: dict[Value, str] | None = None) -> list[str]:
    graph = Recorded.of(output)
    return [node.label for node in with_names(graph, roles_of(graph.order, roles)).order]


def boxes_of(data: dict[str, Any], level: str) -> list[str]:
    """The names in the boxes of a picture, which are bold, as are the signs of operations."""
    found = next(each for each in data["variants"][0]["levels"] if each["level"] == level)
    bold = [shape for *_, shapes in found["boxes"] for shape in shapes if shape[0] == "t" and "b" in shape[5]]
    texts = ["".join(span if isinstance(span, str) else span[0] for span in shape[6]) for shape in bold]
    return [text for text in texts if text[0].isalpha() and text not in SIGNS]


@pytest.mark.parametrize(("taken", "name"), [("", "C"), ("C", "L"), ("C L", "output"), ("C L output", "output_2")])
def test_an_output_without_a_label_gets_the_first_name_that_is_free(taken: str, name: str) -> None:
    output = Value(2.0, "x") * 3.0
    for label in taken.split():
        output = output + Value(1.0, label)
    assert names_of(output)[-1] == name


def test_a_cost_without_a_label_is_called_c_everywhere() -> None:
    network = nn.MLP(2, [2, 1], activation="sigmoid", output_activation="sigmoid", seed=1)
    cost = nn.losses.squared_error(network([0.5, -0.2]), [1.0])
    page = explore(cost)
    variant: Any = page.data["variants"][0]  # type: ignore[index]
    assert variant["formulas"]["labels"][-1] == "C"
    assert "C" in boxes_of(page.data, "operations")
    assert all(level["of"] == "C" for level in variant["levels"])
    assert page.title.startswith("How C depends")
    assert not cost.label  # the reader's own graph stays as it is


def test_leaves_that_may_move_are_numbered_in_order_without_a_clash() -> None:
    first, second, third = Value(0.2), Value(0.3), Value(0.5)
    output = (first * Value(1.0, "v2") + second * third * 2.0).sigmoid()
    assert names_of(output) == ["v_1", "v2", "", "v_3", "v_4", "", "", "", "", "C"]
    assert [leaf.label for leaf in (first, second, third)] == ["", "", ""]
    assert boxes_of(explore(output).data, "operations") == ["v1", "v2", "v3", "v4", "C"]


def test_what_may_not_move_stays_a_number() -> None:
    weight, wanted = Value(0.5), Value(1.0)
    assert names_of(weight * 2.0 - wanted, {wanted: "constant"}) == ["v_1", "", "", "", "C"]


def test_roles_are_those_of_the_leaves_that_were_given() -> None:
    given, weight = Value(0.5), Value(0.7, "w")
    graph: Any = explore((given * weight).named("C"), roles={given: "target"}).data["variants"][0]["graph"]  # type: ignore[index]
    assert graph["roles"] == [2, 0]


def test_a_graph_with_all_its_names_is_not_copied() -> None:
    graph = Recorded.of((Value(0.5, "w") * 2.0).named("C"))
    assert with_names(graph, roles_of(graph.order)) is graph


def test_nodes_with_one_label_are_numbered_in_the_picture_as_in_formulas() -> None:
    one, other = Value(1.5, "x"), Value(2.5, "x")
    output = (one * other + one).named("x")
    graph = Recorded.of(output)
    assert {node.data: place for node, place in numbered(graph.order).items()} == {1.5: 1, 2.5: 2, output.data: 3}
    assert boxes_of(explore(output).data, "operations") == ["x[1]", "x[2]", "x[3]"]


def test_labels_that_are_written_alike_are_one_label() -> None:
    nodes = [Value(1.0, "w1_0"), Value(2.0, "w^(1)_0"), Value(3.0, "w_0"), Value(4.0, "α"), Value(5.0, "alpha")]
    assert list(numbered(nodes).values()) == [1, 2, 1, 2]
