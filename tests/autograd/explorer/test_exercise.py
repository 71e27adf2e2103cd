"""Exercise mode knows the faults of graphs that Python has recorded, by the numbers that Python makes of them."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from autograd import Value, maximum
from autograd.explorer.formulas import formulas
from autograd.explorer.javascript import script, written
from autograd.explorer.recording import recording, rows_of
from autograd.graph import Recorded
from autograd.pictures import roles_of
from tests.autograd.explorer import graphs
from tests.node import node_says

Edge = tuple[Value, int]


def rectified() -> Value:
    w, x, b, v = Value(0.7, "w"), Value(1.3, "x"), Value(-0.4, "b"), Value(-1.6, "v")
    a = (w * x + b).named("z").relu().named("a")
    cost: Value = (maximum(a * v, b) ** 2 + (w / v).tanh()).named("C")
    return cost


GRAPHS = {**graphs.GRAPHS, "rectified": rectified}
MOST = 6  # nodes of a graph
DIGITS = 4


class Fault(NamedTuple):
    kind: str
    node: int
    number: float


def adjoints(graph: Recorded, replaced: dict[Edge, float], keeps: Value | None = None) -> dict[Value, float]:
    """The backward pass, with other slopes on some edges, or with = for += at one node."""
    found: dict[Value, float] = defaultdict(float, {graph.output: 1.0})
    for node in reversed(graph.order):
        for place, (parent, slope) in enumerate(zip(node.parents, graph.slopes(node), strict=True)):
            if slope is not None:
                contribution = found[node] * replaced.get((node, place), slope)
                found[parent] = contribution + (0.0 if parent is keeps else found[parent])
    return found


def asked(graph: Recorded) -> list[Value]:
    """Some nodes with a name, the deepest and the shallowest."""
    named = [node for node in graph.order[:-1] if node.label and not node.is_constant]
    return named[: MOST // 2] + named[MOST // 2 :][-MOST // 2 :]


def faults(graph: Recorded) -> Iterator[Fault]:
    """Single faults that show."""
    at = {node: place for place, node in enumerate(graph.order)}
    right = adjoints(graph, {})
    for variable in asked(graph):
        above = graph.above(variable).order
        edges = [
            (node, place) for node in above[1:] for place, slope in enumerate(graph.slopes(node)) if slope is not None
        ]
        edges = [(node, place) for node, place in edges if node.parents[place] in above]
        leaving: dict[Value, list[Edge]] = defaultdict(list)
        for node, place in edges:
            leaving[node.parents[place]].append((node, place))
        wrong: list[tuple[str, dict[Edge, float], Value | None]] = []
        for node, place in edges:
            slope = graph.slopes(node)[place] or 0.0
            wrong += [("forgotten factor", {(node, place): 1.0}, None), ("wrong sign", {(node, place): -slope}, None)]
            if len(leaving[node.parents[place]]) > 1:
                wrong.append(("forgotten path", {(node, place): 0.0}, None))
        wrong += [("not summed", {}, lower) for lower, uses in leaving.items() if len(uses) > 1]
        for kind, replaced, keeps in wrong:
            number = adjoints(graph, replaced, keeps)[variable]
            rounding = 1e-9 * abs(right[variable])
            if f"{number:.{DIGITS - 1}e}" != f"{right[variable]:.{DIGITS - 1}e}" and abs(number) > rounding:
                yield Fault(kind, at[variable], number)


def task(graph: Recorded, answers: list[tuple[int, str]]) -> dict[str, object]:
    rows = rows_of(graph)
    return {
        "graph": recording([graph], roles_of(graph.order, {}), {row: written(row) for row in rows}),
        "formulas": formulas(graph),
        "script": script(rows),
        "answers": answers,
    }


def said(tasks: list[dict[str, object]]) -> list[Any]:
    """What the page says."""
    found: list[Any] = node_says(tasks, "tests/explorer/exercises.js")
    return found


def typed(number: float) -> str:
    return f"{number:.{DIGITS - 1}e}".replace("-", "−").replace(".", ",")


@pytest.mark.parametrize("name", GRAPHS)
def test_right_numbers_are_right_and_faults_are_named(name: str) -> None:
    graph = Recorded.of(GRAPHS[name]())
    right = adjoints(graph, {})
    at = {node: place for place, node in enumerate(graph.order)}
    wanted = [(at[node], typed(right[node])) for node in asked(graph)]
    injected = [*faults(graph)]
    assert injected
    (found,) = said([task(graph, wanted + [(fault.node, typed(fault.number)) for fault in injected])])
    diagnoses = found["diagnoses"]
    assert {each["verdict"] for each in diagnoses[: len(wanted)]} == {"right"}
    for fault, diagnosis in zip(injected, diagnoses[len(wanted) :], strict=True):
        assert diagnosis["verdict"] == "fault", (fault, diagnosis)
        kinds = {kind for each in diagnosis["findings"] for kind in each["kinds"]}
        assert fault.kind in kinds or diagnosis["others"], (fault, diagnosis)
        for each in diagnosis["findings"]:
            assert each["text"].startswith("This is what comes out if ")
            assert "undefined" not in each["text"]
            assert "NaN" not in each["text"]


@pytest.mark.parametrize("name", GRAPHS)
def test_hints_end_with_numbers_whose_sum_of_products_is_the_gradient(name: str) -> None:
    graph = Recorded.of(GRAPHS[name]())
    right = adjoints(graph, {})
    gradients = [value for node, value in right.items() if not node.is_constant]
    (found,) = said([task(graph, [])])
    assert found["asked"]
    for start, factors, numbers in found["hints"]:
        assert " to " in start
        assert factors.startswith("∂")
        if "…" in numbers:
            continue
        terms = numbers.partition(" = ")[2].translate({ord("−"): "-", ord("("): None, ord(")"): None}).split(" + ")
        total = sum(math.prod(map(float, term.split(" · "))) for term in terms)
        assert any(math.isclose(total, gradient, rel_tol=1e-4, abs_tol=1e-6) for gradient in gradients), numbers


@pytest.mark.parametrize("name", GRAPHS)
def test_chosen_numbers_hide_fewer_faults(name: str) -> None:
    graph = Recorded.of(GRAPHS[name]())
    (found,) = said([task(graph, [])])
    before, left = found["before"], found["left"]
    assert left["ambiguous"] + left["invisible"] <= max(before["ambiguous"] + before["invisible"], left["faults"] / 20)
    for leaf, number in found["leaves"]:
        assert not graph.order[leaf].parents
        assert round(number, 1) == number


def test_sentences_have_the_formulas_of_the_notation() -> None:
    w, a, b = Value(0.7, "w"), Value(0.5, "a_prev"), Value(-0.3, "b")
    z = (w * a + b).named("z")
    cost = ((z.sigmoid().named("a") - 1) ** 2).named("C")
    graph = Recorded.of(cost)
    right = adjoints(graph, {})
    at = {node.label: place for place, node in enumerate(graph.order) if node.label}
    outer = right[z] / graph.slopes(graph.order[at["a"]])[0]  # type: ignore[operator]
    answers = [(at["z"], typed(outer)), (at["z"], typed(right[z] / 2)), (at["w"], typed(right[z]))]
    (found,) = said([task(graph, answers)])
    texts = [diagnosis["findings"][0]["text"] for diagnosis in found["diagnoses"]]
    assert texts == [
        "This is what comes out if sigmoid(z)*(1 - sigmoid(z)) is left out on the way from z to a.",
        "This is what comes out if the factor 2 of 2*(a - 1) is left out on the way from (a - 1) to C.",
        "This is what comes out if a_prev is left out on the way from w to z.",
    ]
