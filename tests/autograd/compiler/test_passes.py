"""The passes as they are shown: the same line, from scalars to matrices."""

import pytest

import autograd
import nn
from autograd import Value
from autograd.compiler import Program


def network() -> Program:
    model = nn.MLP(8, [5, 4], "sigmoid", "sigmoid", seed=1)
    example = [0.1] * 8, [0.0] * 4
    return autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model, example)


def test_one_line_is_followed_from_scalars_to_matrices() -> None:
    followed = {each.name: each.lines[each.followed] for each in network().passes}
    assert followed.pop("recorded").startswith("z1_0 = v")
    assert followed == {
        "terms": "z1_0 = t30 + t33",
        "sums": "z1_0 = b1_0 + w1_00·x_0 + … (9 in all)",
        "families": "f2, 5 members = theta + Σ8 theta·X",
        "layout": "f2[5] = theta[5] + Σ8 theta[5 × 8]·X[8]",
        "lines": "z1 = X @ W1.T + b1",
    }


def test_there_are_fewer_lines_after_each_pass_but_the_one_that_adds_the_gradient() -> None:
    counts = [len(each.lines) for each in network().passes]
    recorded, terms, *others = counts
    assert recorded < terms
    assert sorted(others, reverse=True) == others
    assert others[0] < terms


def test_the_lines_of_the_last_pass_are_in_the_text() -> None:
    program = network()
    for line in program.passes["lines"].lines:
        assert f"    {line}" in program.source


def test_they_print_as_tables() -> None:
    passes = network().passes
    assert "one line" in repr(passes)
    assert "z1 = X @ W1.T + b1" in passes._repr_html_()
    assert repr(passes["terms"]).endswith(f"… and {len(passes['terms'].lines) - 20} more")
    assert [*passes][2] is passes[2] is passes["sums"]
    assert len(passes) == 6


def test_a_pass_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="the passes are recorded, terms, sums, families, layout, lines"):
        network().passes["emit"]


def test_costs_without_sums_or_labels_are_shown_too() -> None:
    w = Value(0.5)
    program = autograd.compile(lambda: autograd.tanh(w), [w])
    assert program.passes["lines"].lines[-1] == "grad_1 = 1 - t1 * t1"
    assert "max" in repr(autograd.compile(lambda: autograd.maximum(w, 0.0) * 2, [w]).passes["terms"])


def test_what_is_in_a_label_is_not_obeyed() -> None:
    w = [Value(0.5, "\x1b[2J"), Value(0.1, "a\nb")]
    passes = autograd.compile(lambda: w[0] * w[0] + w[1], w).passes
    for text in (repr(each) for each in passes):
        assert "\x1b" not in text
        assert "a\nb" not in text
