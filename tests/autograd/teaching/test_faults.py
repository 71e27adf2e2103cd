"""The faulty backward passes, against the faulty engines of lesson 6, which know nothing of the library."""

import importlib
import math
from typing import Any

import pytest

from autograd import Value
from autograd.explanations import evaluate
from autograd.graph import Recorded
from autograd.teaching.faults import FAULTS, backward
from tests.imports import ROOT

PROGRAMS = {
    "a neuron": "d = sigmoid(w*x + b) - y; d*d",
    "an order": "c = a + b; d = a*b; c + d + c*d",
    "a node used twice": "x*x + k*x",
    "two paths": "p = sigmoid(u*h) - s; q = sigmoid(v*h) - t; p*p + q*q",
}
NUMBERS = {
    "w": 0.7, "x": 0.5, "b": -0.3, "y": 1.0, "a": 2.0, "k": 3.0, "u": 0.4, "v": -0.6, "h": 0.9, "s": 1.0, "t": 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def small_engine() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "notebooks"))
        return importlib.import_module("small_engine")


def graph(text: str) -> tuple[Recorded, dict[str, Value]]:
    """The graph of a program, and its variables."""
    variables = {name: Value(number, name) for name, number in NUMBERS.items()}
    return Recorded.of(list(evaluate(text, variables).values())[-1]), variables


def in_small_engine(text: str, engine: Any, passes: int) -> dict[str, float]:
    """What an engine of the lessons leaves at each variable."""
    known: dict[str, Any] = {name: engine(number) for name, number in NUMBERS.items()}
    known["sigmoid"] = engine.sigmoid
    *statements, last = text.split("; ")
    for statement in statements:
        name, _, formula = statement.partition(" = ")
        known[name] = eval(formula, {}, known)
    output = eval(last, {}, known)
    for _ in range(passes):
        output.backward()
    return {name: known[name].grad for name in NUMBERS if name in text}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_gives_what_the_engine_of_the_lessons_with_this_fault_gives(
    fault: str, program: str, small_engine: Any
) -> None:
    recorded, variables = graph(program)
    found = FAULTS[fault](recorded)
    expected = in_small_engine(program, small_engine.FAULTS[fault], 2 if fault == "no zeroing" else 1)
    assert {name: found.get(variables[name], 0.0) for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_in_some_program(fault: str) -> None:
    graphs = [graph(program)[0] for program in PROGRAMS.values()]
    assert any(
        not math.isclose(FAULTS[fault](each)[node], slope)
        for each in graphs
        for node, slope in each.adjoints({each.output: 1.0}).items()
    )


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_without_a_fault_the_pass_is_right(program: str) -> None:
    recorded, _ = graph(program)
    assert backward(recorded) == recorded.adjoints({recorded.output: 1.0})
