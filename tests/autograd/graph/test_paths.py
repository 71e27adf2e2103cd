import itertools
import math
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

import nn
from autograd import Value, count_paths, draw, explain, no_grad, nudge, paths, topological_order
from autograd.engine import slopes_along
from autograd.graph import Recorded, Ways, path_counts


def random_graph(seed: int) -> tuple[Value, list[Value]]:
    random = Random(seed)
    leaves = [Value(random.uniform(0.5, 2.0), f"x{i}") for i in range(3)]
    nodes = list(leaves)
    for _ in range(10):
        x, y = random.choice(nodes), random.choice(nodes[-4:])
        nodes.append(random.choice([x + y, x * y, x - y, x / 2 + y.tanh()]))
    return nodes[-1], leaves


@pytest.mark.parametrize("seed", range(20))
def test_the_products_over_all_paths_sum_to_the_gradient(seed: int) -> None:
    output, leaves = random_graph(seed)
    output.backward()
    for leaf in leaves:
        found = list(paths(output, leaf))
        assert len(found) == count_paths(output, leaf)
        assert math.fsum(path.product for path in found) == pytest.approx(leaf.grad, rel=1e-12, abs=1e-15)
        sizes = [abs(path.product) for path in found]
        assert all(a >= b * (1 - 1e-12) for a, b in itertools.pairwise(sizes))
        assert len({(path.nodes, path.local_derivatives) for path in found}) <= len(found)


@pytest.mark.parametrize("sizes", [[1, 1, 1], [3, 2]])
def test_networks_of_neurons(sizes: list[int]) -> None:
    model = nn.MLP(2 if len(sizes) == 2 else 1, sizes, "sigmoid", "sigmoid", seed=3)
    x, y = [0.3, -0.8][: len(model.layers[0].neurons[0].w)], [1.0, 0.0][: sizes[-1]]
    cost = nn.losses.squared_error(model(x), y)
    cost.backward()
    for parameter in model.parameters():
        total = math.fsum(path.product for path in paths(cost, parameter))
        assert total == pytest.approx(parameter.grad, rel=1e-12)
        assert count_paths(cost, parameter) == (sizes[-1] if parameter.label[1] == "1" and len(sizes) == 2 else 1)


def test_a_path_has_its_nodes_and_derivatives_from_below() -> None:
    w, a, b = Value(0.7, "w"), Value(0.5, "a"), Value(-0.3, "b")
    z = w * a + b
    cost = (z - 1) ** 2
    (path,) = paths(cost, w)
    assert path.nodes[0] is w
    assert path.nodes[-1] is cost
    assert all(lower in upper.parents for lower, upper in itertools.pairwise(path.nodes))
    assert path.local_derivatives == pytest.approx((0.5, 1.0, 1.0, 2 * (z.data - 1)))
    assert path.product == pytest.approx(2 * (z.data - 1) * 0.5)


def test_two_edges_are_two_paths() -> None:
    x = Value(3.0, "x")
    assert [path.product for path in paths(x * x, x)] == [3.0, 3.0]
    assert count_paths(x * x, x) == 2
    assert [repr(path) for path in paths(x, x)] == ["<Path x: 1 = 1>"]


def test_the_largest_contribution_comes_first() -> None:
    a, b = Value(2.0, "a"), Value(1.0, "b")
    e = (a + b) * (b + 1)
    assert [path.product for path in paths(e, b)] == [3.0, 2.0]
    x = Value(1.0)
    total = sum((x * factor for factor in (0.5, -7.0, 3.0, 0.0)), Value(0.0))
    assert [path.product for path in paths(total, x)] == [-7.0, 3.0, 0.5, 0.0]


def test_paths_that_tie_but_for_rounding_are_found_one_after_another() -> None:
    for factor in (0.3, 0.7, 1.1):
        x = y = Value(1.0, "x")
        for k in range(60):
            y = (y + y) * (factor + 0.01 * k)
        first = list(itertools.islice(paths(y, x), 50))  # a search among parts of paths would open 2^40 of them
        expected = math.prod(factor + 0.01 * k for k in range(60))
        assert [path.product for path in first] == pytest.approx([expected] * 50, rel=1e-14)
        assert len({path.places for path in first}) == 50


def test_each_of_many_paths_comes_once() -> None:
    x = y = Value(0.4, "x")
    for _ in range(5):
        y = 3.2 * y * (1.0 - y)
    found = list(paths(y, x))
    assert len({path.places for path in found}) == len(found) == count_paths(y, x) == 2**5
    sizes = [abs(path.product) for path in found]
    assert sizes == pytest.approx(sorted(sizes, reverse=True), rel=1e-14)


@pytest.mark.parametrize("seed", range(20))
def test_a_part_of_a_path_forks_if_it_is_not_the_only_way(seed: int) -> None:
    output, leaves = random_graph(seed)
    for leaf in leaves:
        ways = Ways.of(Recorded.of(output), leaf)
        for path in itertools.islice(ways, 5):
            for start, stop in itertools.combinations(range(len(path.nodes)), 2):
                assert ways.is_forked(path, start, stop) == (count_paths(path.nodes[stop], path.nodes[start]) > 1)


def test_2_to_the_40_paths_are_counted_and_begun_at_once() -> None:
    x = y = Value(1.0)
    for _ in range(40):
        y = y * y
    started = time.perf_counter()
    assert count_paths(y, x) == 2**40
    first = list(itertools.islice(paths(y, x), 100))
    assert time.perf_counter() - started < 20  # a hang, not a speed, is what this looks for
    assert [path.product for path in first] == [1.0] * 100
    assert len({tuple(map(id, path.nodes)) for path in first}) == 1


def test_a_deep_graph() -> None:
    x = Value(1.0)
    y = x
    for _ in range(100_000):
        y = y * 1.0
    (path,) = paths(y, x)
    assert len(path.nodes) == 100_001
    assert count_paths(y, x) == 1


@pytest.mark.parametrize("labelled", [False, True])
def test_what_is_printed_of_a_long_recurrence_is_short(labelled: bool) -> None:
    x = h = Value(0.9, "x")
    for t in range(5_000):
        h = (x * h + 0.1).tanh()
        if labelled:
            h.label = f"h{t}"
    for found in (paths(h, x), next(paths(h, x)), explain(h, x), explain(h), nudge(h, x)):
        assert 0 < len(repr(found)) < 6_000
    assert count_paths(h, x) == 5_001


@pytest.mark.parametrize("question", [paths, explain, nudge, count_paths])
def test_a_question_goes_over_the_edges_once_and_asks_for_all_slopes_at_once(
    question: Callable[[Value, Value], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []
    went: list[object] = []

    def slopes(nodes: list[Value], which: list[int], at: None) -> list[float]:
        asked.append(which)
        return slopes_along(nodes, which, at)

    def upwards(graph: Recorded, *sources: Any) -> list[int]:
        went.append(sources)
        return walk(graph, *sources)

    walk = Recorded.upwards
    monkeypatch.setattr("autograd.graph.recorded.slopes_along", slopes)
    monkeypatch.setattr(Recorded, "upwards", upwards)
    x = y = Value(0.4, "x")
    for _ in range(5):
        y = 3.2 * y * (1.0 - y)
    repr(question(y, x))
    assert len(went) == 1
    assert list(map(len, asked)) == [20] * (question is not count_paths)


def test_of_several_outputs_the_paths_to_the_last_are_counted() -> None:
    x = Value(2.0)
    y = x * x
    graph = Recorded.of(y * 3.0, y + x)
    assert path_counts(graph, [x, y]) == {x: 3, y: 1}
    ways = Ways.of(graph, x)
    assert len(list(ways)) == ways.count() == 3


def test_between_inner_nodes_and_where_there_is_no_way() -> None:
    x, other = Value(2.0), Value(1.0)
    u = x * x
    y = u.tanh() * u
    assert count_paths(y, u) == 2
    assert count_paths(u, y) == count_paths(y, other) == 0
    assert list(paths(y, other)) == []
    y.backward()
    assert sum(path.product for path in paths(y, u)) == pytest.approx(u.grad)


def test_constants_and_missing_derivatives() -> None:
    x = Value(-2.0)
    y = x**2
    with pytest.raises(ValueError, match="a constant has no derivative"):
        paths(y, y.parents[1])
    assert [path.product for path in paths(y, x)] == [-4.0]
    with no_grad():
        constant = x * 3
    assert count_paths(constant, x) == 0
    with pytest.raises(ZeroDivisionError, match="derivative of sqrt"):
        paths((x + 2).sqrt(), x)
    nan = Value(math.nan) * x + x
    assert [math.isnan(path.product) for path in paths(nan, x)] == [True, False]


def test_counting_agrees_with_listing() -> None:
    for seed in range(5):
        output, leaves = random_graph(seed + 100)
        for node in topological_order(output):
            if not node.is_constant:
                assert count_paths(output, node) == sum(1 for _ in paths(output, node))
        assert all(count_paths(output, leaf) >= 0 for leaf in leaves)


def test_a_number_of_paths_too_large_to_write_out_is_rounded() -> None:
    x = y = Value(1.0, "x")
    for _ in range(20_000):
        y = y * y
    assert count_paths(y, x) == 2**20_000
    assert "about 10^6021 paths" in str(explain(y, x))
    assert str(paths(y, x)).endswith("… and about 10^6021 more")
    assert draw(y, lit=x).note.startswith("about 10^6021 paths from x, together")


def test_they_print_as_a_table() -> None:
    w, x, b = Value(0.7, "w"), Value(0.5, "x"), Value(-0.3, "b")
    C = ((w * x + b) * w).named("C")
    found = paths(C, "w")
    assert str(found).splitlines() == [
        "2 paths from w to C, together 0.4",
        "path           local derivatives  product",
        "w → * → + → C  0.5 · 0.7             0.35",
        "w → C          0.05                  0.05",
    ]
    assert "<caption>2 paths from w to C" in found._repr_html_()
    assert len(list(found)) == len(list(found)) == 2
    assert [next(found), next(found)] == list(found)
    assert next(found, None) is None
    x = y = Value(1.0)
    for _ in range(40):
        y = y * y
    text = str(paths(y, x)).splitlines()
    assert (text[0][:30], text[-1]) == ("1,099,511,627,776 paths from 1", "… and 1,099,511,627,768 more")
    assert max(map(len, text)) < 120
