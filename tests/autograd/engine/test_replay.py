"""Numbers, slopes and doubts of a recorded graph: the engine that runs gives those of the table, to the last bit."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, count_passes, log, op, topological_order
from autograd.derivatives.complex_numbers import Complex, complexes
from autograd.engine import (
    Replay,
    check_all_current,
    edges_into,
    local_derivatives,
    replay,
    shared,
    slopes,
    slopes_along,
)
from autograd.table import TABLE, Op
from tests.autograd import programs

SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, -2.2e-308, 1e308, 710.0, 1e-9, 0.5, 3.0]
EVERY_ROW = pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])


def said(f: Callable[[], Any]) -> object:
    """What a function returns, floats to the last bit, or the error that it raises."""
    try:
        found = f()
    except (ValueError, ArithmeticError) as error:
        return type(error), str(error)
    return [number.hex() if isinstance(number, float) else number for number in found or ()]


def both(by_the_engine: Callable[[], Any], by_the_table: Callable[[], Any]) -> None:
    """Both must do the same."""
    assert said(by_the_engine) == said(by_the_table)


@EVERY_ROW
def test_every_row_at_every_number(row: Op) -> None:
    leaves = [Value(domain.samples[0], name) for domain, name in zip(row.domain, row.names, strict=True)]
    nodes = [row(*leaves)]
    if row.arity == 2:
        nodes += [row(leaves[0], leaves[1].data), row(leaves[0].data, leaves[1])]  # a plain number on either side
    for node, numbers in itertools.product(nodes, itertools.product(SPECIAL, repeat=row.arity)):
        order = topological_order(node)
        changed = dict(zip(leaves, numbers, strict=True))
        both(lambda: Replay(order).run(changed), lambda: replay.Replay(order).run(changed))  # noqa: B023
        for leaf, number in changed.items():
            leaf.data = number
        both(lambda: local_derivatives(node), lambda: slopes.local_derivatives(node))  # noqa: B023
        for place in edges_into([node]).which:
            both(lambda: slopes_along([node], [place]), lambda: slopes.slopes_along([node], [place]))  # noqa: B023
        both(lambda: check_all_current(order), lambda: shared.check_all_current(order))  # noqa: B023


@given(programs.programs, st.tuples(programs.numbers, programs.numbers), st.data())
def test_random_programs(program: list[programs.Step], numbers: tuple[float, float], data: st.DataObject) -> None:
    variables = [Value(number) for number in numbers]
    order = topological_order(programs.run(program, variables)[-1])
    changed = data.draw(st.dictionaries(st.sampled_from([*order, *variables]), programs.numbers))
    part = order[data.draw(st.integers(0, len(order))) :]  # which may need others from elsewhere
    both(lambda: Replay(part).run(changed), lambda: replay.Replay(part).run(changed))
    outputs = data.draw(st.lists(st.sampled_from([*order, *variables])))
    steps = Replay(part)
    topological_order(*reversed(order))  # another walk has been here
    both(lambda: steps.run(changed, outputs=outputs), lambda: replay.Replay(part).run(changed, outputs=outputs))
    moved = {node: complex(number, 1e-80) for node, number in changed.items()}
    both(lambda: steps.run(moved, complexes), lambda: replay.Replay(part).run(moved, complexes))
    both(lambda: steps.run(moved, complexes, iter(outputs)), lambda: replay.Replay(part).run(moved, complexes, outputs))
    assert Replay(order).run({}) == [node.data for node in order]
    assert Replay(part).places == replay.Replay(part).places
    edges = edges_into(part)
    assert edges == slopes.edges_into(part)
    nodes = [edges.nodes[place] for place in edges.upper]
    both(lambda: slopes_along(nodes, edges.which), lambda: slopes.slopes_along(nodes, edges.which))
    check_all_current(order)


def test_a_graph_at_complex_numbers() -> None:
    x = Value(3.0)
    steps = Replay(topological_order(x * x + 1.0))
    for _ in range(2):
        assert steps.run({x: Complex(3.0, 1.0)}, complexes)[-1] == (3 + 1j) ** 2 + 1


def test_a_weighted_sum_is_asked_for_its_products() -> None:
    from autograd.engine import weighted_sum

    w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
    z = weighted_sum([w], [x], b)
    assert local_derivatives(z) == (1.0, 1.0)
    sums = [weighted_sum([w], [x], b) for _ in range(2)]
    assert slopes_along(sums[:1], [0]) == [1.0]
    assert edges_into(sums[1:]).lower == [1, 2]  # the product, and the bias
    order = topological_order(weighted_sum([w], [x], b))
    assert Replay(order).run({w: 5.0})[-1] == 16.0
    x.data = 4.0
    with pytest.raises(ValueError, match="x was assigned after w\\*x was computed, which is 6, but would be 8 now"):
        check_all_current([weighted_sum([w], [x], b), *order])


def test_an_operation_of_ones_own_and_the_count_of_passes(own_operations: None) -> None:  # noqa: ARG001
    @op
    def thrice(m: Any, x: Any) -> Any:  # noqa: ARG001
        return 3.0 * x

    x = Value(2.0)
    steps = Replay(topological_order(log(thrice(x))))
    with count_passes() as passes:
        assert steps.run({x: 1.0})[1:] == [3.0, math.log(3.0)]
    assert (passes.evaluations, passes.operations) == (1, 2)
    with count_passes() as passes, pytest.raises(ValueError, match="log in "):
        steps.run({x: -1.0})
    assert passes.evaluations == 0
    with count_passes() as passes:
        assert steps.run({x: 1j}, complexes)[1:] == [3j, complex(math.log(3.0), math.pi / 2)]
    assert (passes.evaluations, passes.operations) == (1, 2)
    for run in (steps.run, replay.Replay(topological_order(log(thrice(x)))).run):
        with count_passes() as passes, pytest.raises(ValueError, match="log in "):
            run({x: 0j}, complexes)
        assert passes.evaluations == 0


@pytest.mark.parametrize(("node", "which"), [("x", [0]), ("z", [2]), ("z", [0, 1]), ("z", [0, 0])])
def test_what_is_no_edge_has_no_slope(node: str, which: list[int]) -> None:
    x = Value(3.0)
    nodes = {"x": x, "z": x**2}
    with pytest.raises((IndexError, ValueError, AttributeError)):  # which, depends on the engine
        slopes_along([nodes[node]], which)


def test_only_values_have_a_replay() -> None:
    for order in ([1.0], [None], 3):
        with pytest.raises((TypeError, AttributeError)):
            Replay(order)  # type: ignore[arg-type]
