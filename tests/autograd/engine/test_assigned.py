"""A graph of which a leaf has been assigned since is out of date: nothing mixes old numbers with new ones."""

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import (
    Value,
    backward_steps,
    check_formula,
    compare_modes,
    draw,
    explain,
    grad,
    maximum,
    nudge,
    op,
    paths,
    pulls,
    topological_order,
)
from autograd.engine import weighted_sum
from autograd.table import TABLE
from tests.autograd.svg import texts

STALE = "the graph is out of date"


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_every_row_notices_a_leaf_that_was_assigned(row: Any) -> None:
    points = [[domain.samples[i % len(domain.samples)] for domain in row.domain] for i in range(4)]
    for point in points:
        for place in range(row.arity):
            for other in points:
                leaves = [Value(number) for number in point]
                below = leaves[0] * 1.0  # a row's own parents may be computed: then nothing has been assigned to them
                output = row(*leaves) + below
                leaves[place].data = other[place]
                try:
                    fresh = row(*[leaf.data for leaf in leaves])
                except (ValueError, ArithmeticError):
                    fresh = math.nan
                changed = fresh != output.parents[0].data or (place == 0 and below.data != other[0])
                said = ""
                try:
                    output.backward()
                except (ValueError, ArithmeticError) as error:
                    said = str(error)
                assert (STALE in said) is changed, said


def test_the_same_number_again_is_no_change() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 5.0
    x.data = 3.0
    y.backward()
    assert x.grad == 6.0


def test_a_pass_that_is_refused_changes_no_gradient() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    C = (w * x).named("z").tanh()
    C.backward()
    before = [node.grad for node in (w, x)]
    w.data = 2.5
    with pytest.raises(ValueError, match=r"w was assigned after z was computed, which is 6, but would be 7.5 now"):
        C.backward()
    assert [node.grad for node in (w, x)] == before
    w.data = 2.0
    C.backward()
    assert [node.grad for node in (w, x)] == [2 * number for number in before]


@pytest.mark.parametrize("which", range(7))
def test_a_neuron_notices_each_of_its_leaves(which: int) -> None:
    leaves = [Value(0.1 * k - 0.25, f"v{k}") for k in range(7)]
    z = weighted_sum(leaves[:3], leaves[3:6], leaves[6])
    unrelated = Value(1.0)
    unrelated.data = 2.0
    z.backward()
    leaves[which].data = 5.0
    with pytest.raises(ValueError, match=f"{STALE}: .*v{which}.* was assigned"):
        z.backward()


def test_a_training_loop_that_forgets_to_compute_the_cost_again() -> None:
    model: Any = nn.MLP(2, [3, 1], "tanh", seed=1)
    cost: Any = (model([1.0, -1.0]) - 1.0) ** 2
    for step in range(2):
        if step:
            with pytest.raises(ValueError, match=STALE):
                cost.backward()
            return
        cost.backward()
        for parameter in model.parameters():
            parameter.data -= 0.1 * parameter.grad


@pytest.mark.parametrize(
    "ask",
    [
        lambda C, _: C.backward(),
        lambda C, _: C.backward(print),
        lambda C, x: grad(C, [x]),
        lambda C, x: grad(C, [x], create_graph=True),
        lambda C, x: list(paths(C, x)),
        lambda C, x: pulls([C], x),
        lambda C, x: explain(C, x),
        lambda C, _: explain(C),
        lambda C, x: nudge(C, x),
        lambda C, _: backward_steps(C),
        lambda C, x: check_formula("w**2", C, x),
        lambda C, _: compare_modes(C),
        lambda C, x: draw(C, lit=x),
    ],
)
def test_everything_that_needs_derivatives_refuses(ask: Callable[[Value, Value], object]) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    C = (x * w * w).named("C")
    x.data = 5.0
    with pytest.raises(ValueError, match=f"{STALE}: x was assigned after x\\*w was computed, which is 6"):
        ask(C, x)
    assert not w.has_grad


def test_a_picture_says_so() -> None:
    x = Value(2.0, "x")
    C = x * 3
    x.data = 5.0
    picture = draw(C, style="derivatives")
    note = "The numbers are those of then: the graph is out of date: x was assigned"
    assert picture.note.startswith(note)
    assert note in " ".join(texts(picture.render("svg")))  # in several lines
    assert {edge.derivative for edge in picture.edges} == {None}


def test_an_error_of_a_derivative_is_not_mistaken_for_it() -> None:
    x, y = Value(1.0, "x"), Value(4.0, "y")
    C = x.sqrt() + y
    x.data = 0.0
    with pytest.raises(ValueError, match=STALE):
        C.backward()
    y.data = 4.0
    z = Value(0.0, "z")
    z.data = 0.0
    with pytest.raises(ZeroDivisionError, match="derivative of sqrt"):
        (z.sqrt() + y).backward()


def test_an_operation_of_ones_own_is_computed_again() -> None:
    @op(partials=[lambda *_: 2.0])
    def twice_(_: Any, x: Any) -> Any:
        return 2.0 * x

    try:
        x = Value(1.0, "x")
        x.data = 1.5
        y = twice_(x)
        y.backward()
        assert x.grad == 2.0
        x.data = 2.0
        with pytest.raises(ValueError, match=STALE):
            y.backward()
    finally:
        TABLE.forget("twice_")


@pytest.mark.parametrize("seed", range(60))
def test_random_programs(seed: int) -> None:
    source = random.Random(seed)
    leaves = [Value(source.uniform(0.5, 1.5), f"x{i}") for i in range(4)]
    nodes = list(leaves)
    for _ in range(20):
        a, b = source.choice(nodes), source.choice(nodes)
        nodes.append(source.choice([a + b, a * b, a.tanh(), a - b, maximum(a, b), weighted_sum([a, b], [b, a], a)]))
    output: Any = sum(nodes)
    changed = source.choice(leaves)
    changed.data = changed.data + source.choice([0.0, 0.25])
    stale = [n for n in topological_order(output) if n.parents and n.data != n.op(*[p.data for p in n.parents])]
    if stale:
        with pytest.raises(ValueError, match=STALE):
            output.backward()
        assert not any(leaf.has_grad for leaf in leaves)
    else:
        output.backward()
