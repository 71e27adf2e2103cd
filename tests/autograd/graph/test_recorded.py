import dataclasses
import math
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, count_passes, log, paths, sqrt, topological_order
from autograd.graph import Recorded, Ways, path_counts
from tests.autograd import programs


class Diamond:
    """u·v + x with u = x·y and v = tanh u."""

    def __init__(self) -> None:
        self.x, self.y = Value(0.5, "x"), Value(3.0, "y")
        self.u = self.x * self.y
        self.v = self.u.tanh()
        self.product = self.u * self.v
        self.output = self.product + self.x
        self.graph = Recorded.of(self.output)


@settings(max_examples=80, deadline=None)
@given(programs.programs, st.tuples(programs.numbers, programs.numbers), st.integers(0, 10**6))
def test_the_sweeps_agree_with_each_other_and_with_the_engine(
    program: list[programs.Step], numbers: tuple[float, float], seed: int
) -> None:
    x, y = map(Value, numbers)
    output = programs.run(program, [x, y])[-1]
    graph = Recorded.of(output)
    if output.is_constant:
        return
    output.backward()
    adjoints = graph.adjoints({output: 1.0})
    assert {node: node.grad for node in graph.order if not node.is_constant} == adjoints  # to the last bit
    v = Random(seed).choice(list(adjoints))
    size = programs.sizes([output], {v: 1.0})[output]
    assert graph.tangents({v: 1.0})[output] == pytest.approx(adjoints[v], rel=1e-12, abs=1e-13 * size)
    above = graph.above(v).order
    assert above == [node for node in graph.order if v in topological_order(node)]
    assert graph.part(above[1:]).adjoints({output: 1.0})[v] == adjoints[v]
    assert set(graph.below(v).order) == set(topological_order(v))


def test_a_derivative_is_evaluated_when_it_is_first_needed_and_kept() -> None:
    x = Value(0.0, "x")
    root = sqrt(x)
    output = root + x * 2.0
    graph = Recorded.of(output)
    product = output.parents[1]
    assert graph.slopes(product) == (2.0, None)
    assert [*graph.edges.slopes] == [None, 2.0, None, None]  # of the root, and of the sum by both
    assert graph.part([product]).edges is graph.edges
    assert graph.tangents({product: 1.0}) == {product: 1.0, output: 1.0}  # which does not need that of the root
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match=r"derivative of sqrt at node \"x\""):
            graph.slopes(root)


def test_other_numbers_have_their_own_derivatives() -> None:
    d = Diamond()
    there = d.graph.at(d.graph.recompute({d.x: 2.0}))
    assert (there.number(d.u), d.graph.number(d.u), d.u.data) == (6.0, 1.5, 1.5)
    assert there.slopes(d.u) == (3.0, 2.0)
    assert d.graph.slopes(d.u) == (3.0, 0.5)
    slope = 3.0 * (math.tanh(6.0) + 6.0 * (1 - math.tanh(6.0) ** 2)) + 1.0
    assert there.tangents({d.x: 1.0})[d.output] == pytest.approx(slope, rel=1e-14)
    assert there.adjoints({d.output: 1.0})[d.x] == pytest.approx(slope, rel=1e-14)


def test_numbers_computed_anew_are_those_of_the_order() -> None:
    d = Diamond()
    assert d.graph.replay({}) == [node.data for node in d.graph.order]
    there = d.graph.replay({d.x: 2.0, d.v: 5.0})  # v is no longer computed
    assert there == [
        {d.x: 2.0, d.y: 3.0, d.u: 6.0, d.v: 5.0, d.product: 30.0, d.output: 32.0}[n] for n in d.graph.order
    ]
    above = d.graph.above(d.v)  # which needs u and x from elsewhere
    assert above.replay({d.v: 2.0}) == [2.0, 3.0, 3.5]
    assert above.recomputed([d.output, d.u, d.y], {d.v: 2.0}) == [3.5, 1.5, 3.0]
    assert above.recompute({d.v: 2.0}) == {d.v: 2.0, d.product: 3.0, d.output: 3.5}
    with pytest.raises(ValueError, match=r'log in "log\(x\)" got -1.0'):
        Recorded.of(log(d.x) * 2.0).replay({d.x: -1.0})


def test_the_adjoints_of_several_outputs_are_those_of_their_weighted_sum() -> None:
    d = Diamond()
    other = d.x * 5.0
    found = Recorded.of(other, d.output).adjoints({d.output: 1.0, other: 2.0})
    (d.output + 2.0 * other).backward()
    assert found[d.x] == pytest.approx(d.x.grad, rel=1e-15)
    assert found[d.y] == d.y.grad


def test_what_lies_above_and_below() -> None:
    d = Diamond()
    assert d.graph.above(d.y).order == [d.y, d.u, d.v, d.product, d.output]
    assert d.graph.above(d.v).order == [d.v, d.product, d.output]
    assert d.graph.above(Value(1.0)).output is not d.output
    assert d.graph.below(d.v).order == [d.x, d.y, d.u, d.v]
    assert Recorded.of(d.x).above(d.x).order == Recorded.of(d.x).below(d.x).order == [d.x]


def test_a_tangent_goes_no_further_than_it_may() -> None:
    d = Diamond()
    assert d.graph.tangents({d.x: 1.0}, until=[d.u]) == {d.x: 1.0, d.u: 3.0, d.output: 1.0}


def test_whoever_asks_node_by_node_has_the_graph_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    monkeypatch.setattr("autograd.graph.recorded.check_assigned", checked.append)
    d = Diamond()
    for node in d.graph.order:
        d.graph.slopes(node)
    assert checked == [d.graph.order]


def test_a_known_derivative_costs_a_product_only() -> None:
    d = Diamond()

    def operations(sweep: Callable[[dict[Value, float]], object], seeds: dict[Value, float]) -> int:
        with count_passes() as passes:
            sweep(seeds)
        return passes.operations

    assert operations(d.graph.tangents, {d.x: 1.0}) == 12  # 6 edges lead up from x
    assert operations(d.graph.tangents, {d.x: 1.0}) == 6
    assert operations(d.graph.adjoints, {d.output: 1.0}) == 8  # and one from y, whose derivative is new


def test_numbers_that_are_out_of_date_or_not_finite_are_refused() -> None:
    d = Diamond()
    d.graph.check_current()
    d.graph.check_finite()
    d.y.data = math.inf
    with pytest.raises(ValueError, match=r"y was assigned after x\*y was computed, which is 1.5, but would be inf now"):
        d.graph.check_current()
    with pytest.raises(ValueError, match=r"y is inf; find_nonfinite"):
        d.graph.check_finite()
    nan, big = Value(math.nan), Value(1.0)
    Recorded.of(nan * nan).check_current()
    power = big**2
    big.data = 1e200
    with pytest.raises(ValueError, match=r"out of date: .* was assigned .*, but has no value now"):
        Recorded.of(power).check_current()


def test_ways_and_their_bounds() -> None:
    d = Diamond()
    ways = Ways.of(d.graph, d.x)
    edges = d.graph.edges
    assert Counter(edges.nodes[edges.upper[edge]] for edge in ways.edges) == {d.u: 1, d.v: 1, d.product: 2, d.output: 2}
    largest = max(abs(path.product) for path in paths(d.output, d.x))
    assert ways.bound[edges.places[d.output]] == pytest.approx(largest, rel=1e-14)
    assert len(list(ways)) == len(list(ways)) == ways.count() == path_counts(d.graph, [d.x])[d.x] == 3
    assert ways.derivative() == d.graph.tangents({d.x: 1.0})[d.output]
    assert list(Ways.of(d.graph, Value(1.0))) == []
    assert [path.nodes for path in Ways.of(Recorded.of(d.x), d.x)] == [(d.x,)]


def test_it_is_frozen() -> None:
    graph: Any = Recorded.of(Value(1.0))
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.order = []
