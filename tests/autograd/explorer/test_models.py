"""The page's arithmetic, run in node: values, slopes, adjoints, paths and steps of recorded graphs are Python's."""

import math
import random
from typing import Any

import pytest

from autograd import Value, backward_steps, count_paths, paths
from autograd.explorer.javascript import script, written
from autograd.explorer.recording import recording, rows_of
from autograd.graph import Recorded
from autograd.notation import minus, show_number
from autograd.pictures import roles_of
from tests.autograd.explorer.graphs import GRAPHS
from tests.node import node_says

DIGITS = (1, 2, 3, 4, 6)


def numbers() -> list[float]:
    """Numbers of all sizes, and those that lie halfway between two that can be written."""
    draw = random.Random(5)
    some = [draw.choice((-1, 1)) * draw.uniform(1, 10) * 10.0 ** draw.randint(-320, 307) for _ in range(1500)]
    some += [draw.uniform(-20, 20) for _ in range(500)]
    halfway = [sign * k / 2**n for sign in (1, -1) for n in range(1, 12) for k in range(1, 200, 7)]
    special = [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 999.5, 9999.5, 99999.5]
    near = [0.0001, 0.00009999, 0.00099995, 1e21, 1e-7, 123456.5, 1234565.0, 0.5, 2.5, 1.5, 12345678.0]
    return [*some, *halfway, *special, *near]


def moves(graph: Recorded) -> dict[Value, float]:
    """Other numbers for some of its leaves."""
    draw = random.Random(7)
    leaves = [node for node in graph.order if not node.parents and not node.is_constant]
    return {leaf: leaf.data + draw.uniform(-0.5, 0.5) for leaf in leaves[::2]}


@pytest.fixture(scope="module")
def computed() -> dict[str, Any]:
    """What node computes."""
    tasks = []
    for make in GRAPHS.values():
        graph = Recorded.of(make())
        rows = rows_of(graph)
        data = recording([graph], roles_of(graph.order, {}), {row: written(row) for row in rows})
        places = {each: place for place, each in enumerate(graph.order)}
        tasks.append({
            "graph": data,
            "script": script(rows),
            "moved": [[places[leaf], number] for leaf, number in moves(graph).items()],
        })  # fmt: skip
    task = {"graphs": tasks, "numbers": [_as_json(number) for number in numbers()]}
    answer: dict[str, Any] = node_says(task, "tests/explorer/models.js")
    answer["graphs"] = dict(zip(GRAPHS, answer["graphs"], strict=True))
    return answer


def _as_json(number: float) -> float | str:
    return number if math.isfinite(number) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, "NaN")


def are_near(found: Any, expected: Any) -> bool:
    return bool(found == pytest.approx(expected, rel=1e-11, abs=1e-13))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("when", ["first", "moved"])
def test_values_slopes_and_adjoints_are_pythons(computed: dict[str, Any], name: str, when: str) -> None:
    graph = Recorded.of(GRAPHS[name]())
    if when == "moved":
        graph = graph.at(graph.recompute(moves(graph)))
    found = computed["graphs"][name][when]
    adjoints = graph.adjoints({graph.output: 1.0})
    for place, node in enumerate(graph.order):
        assert are_near(found["values"][place], graph.number(node))
        for slope, expected in zip(found["slopes"][place], graph.slopes(node), strict=True):
            assert slope is None if expected is None else are_near(slope, expected)
        if node.is_constant:
            continue
        assert are_near(found["adjoints"][place], adjoints.get(node, 0.0))
        assert are_near(found["tangents"][place], adjoints.get(node, 0.0))  # forward mode says the same
    assert computed["graphs"][name]["troubles"] == []


@pytest.mark.parametrize("name", GRAPHS)
def test_paths_are_pythons(computed: dict[str, Any], name: str) -> None:
    output = GRAPHS[name]()
    order = Recorded.of(output).order
    listed = 0
    for place, node in enumerate(order):
        if node.is_constant or node is output:
            continue
        assert int(computed["graphs"][name]["counts"][place]) == count_paths(output, node)
        found = computed["graphs"][name]["paths"][place]
        expected = [path for path, _ in zip(paths(output, node), range(8), strict=False)]
        assert [product for _, product in found] == pytest.approx([path.product for path in expected], rel=1e-11)
        for (edges, product), path in zip(found, expected, strict=True):
            nodes = [node, *(order[upper] for upper, _ in edges)]
            assert [each.parents[i] for each, (_, i) in zip(nodes[1:], edges, strict=True)] == nodes[:-1]
            is_only = sum(abs(other.product - path.product) < 1e-12 for other in expected) == 1
            assert not is_only or tuple(nodes) == path.nodes
            assert product == pytest.approx(path.product, rel=1e-11)
        listed += len(found)
    assert listed > 3


@pytest.mark.parametrize("name", GRAPHS)
def test_steps_are_pythons_in_an_order_of_their_own(computed: dict[str, Any], name: str) -> None:
    output = GRAPHS[name]()
    order = Recorded.of(output).order
    expected = {(step.node, step.place): step for step in backward_steps(output).steps}
    found = computed["graphs"][name]["steps"]
    assert len(found) == len(expected)
    assert {(order[node], place) for node, place, _, _ in found} == set(expected)
    sums = {output: 1.0}
    for node, place, before, after in found:
        step = expected[order[node], place]
        assert are_near(sums[step.node], step.adjoint)  # all of it has come before it is handed on
        assert are_near(before, sums.get(step.parent, 0.0))
        sums[step.parent] = before + step.adjoint * step.local_derivative
        assert are_near(after, sums[step.parent])


def test_numbers_are_written_as_python_writes_them(computed: dict[str, Any]) -> None:
    for number, texts in zip(numbers(), computed["written"], strict=True):
        assert texts == [show_number(number, digits) for digits in DIGITS], number


def test_numbers_in_boxes_fit(computed: dict[str, Any]) -> None:
    for number, text in zip(numbers(), computed["fitted"], strict=True):
        assert len(text) <= 9
        assert text in {minus(show_number(number, digits)) for digits in (1, 2, 3)}
        if len(show_number(number, 3)) <= 9:
            assert text == minus(show_number(number, 3))
