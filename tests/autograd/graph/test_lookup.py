"""A label finds its node wherever a node is taken."""

from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, check_formula, count_paths, draw, explain, nudge, paths, pulls

TAKES_A_NODE: dict[str, Callable[[Value, Any], object]] = {
    "explain": explain,
    "explain, several": lambda C, w: explain(C, [w]),
    "nudge": nudge,
    "paths": lambda C, w: list(paths(C, w)),
    "count_paths": count_paths,
    "check_formula": lambda C, w: check_formula("a*2*(z - y)", C, w),
    "pulls": lambda C, w: pulls([C], w),
    "draw, lit": lambda C, w: draw(C, lit=w).render("svg"),
    "draw, around": lambda C, w: draw(C, around=w, max_nodes=3).render("svg"),
}


def cost() -> tuple[Value, Value]:
    w, a, y = Value(2.0, "w1_00"), Value(3.0, "a"), Value(1.0, "y")
    return (((w * a).named("z") - y) ** 2).named("C"), w


@pytest.mark.parametrize("call", TAKES_A_NODE.values(), ids=TAKES_A_NODE)
def test_a_label_finds_its_node(call: Callable[[Value, Any], object]) -> None:
    C, w = cost()
    expected = repr(call(C, w))
    assert repr(call(C, "w1_00")) == expected
    assert repr(call(C, "w^(1)_00")).replace("w^(1)_00", "w1_00") == expected
    with pytest.raises(ValueError, match=r'is labelled "q". Of its 5 labels: .*w1_00.*named\("z"\)'):
        call(C, "q")
    with pytest.raises(ValueError, match=r'2 nodes of .* are labelled "z"'):
        call(Value(1.0, "z") + C, "z")
    with pytest.raises(TypeError, match=r"takes a Value or a label(, but| as its variable, but) got 3"):
        call(C, 3)


def test_equal_labels_are_told_apart_in_tables() -> None:
    x = Value(2.0, "x")
    first, second = (x * 3).named("z"), (x * 4).named("z")
    C = (first * second).named("C")
    assert [step.name for step in nudge(C, x).steps] == ["x", "z[1]", "z[2]", "C"]
    assert [part.name for part in pulls([C], x).examples[0].parts] == ["z[1]", "z[2]"]
