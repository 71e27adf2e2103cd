"""The cases of the lesson `notebooks/06-autopsy.ipynb`: only the fault that an engine has is a right diagnosis."""

import importlib
from typing import Any

import pytest

from tests import lessons

LINES = {  # of each fault, a line of `Number` that it changes
    "= for +=": "self.grad += amount",
    "recursion without topological order": "for number in reversed(self.order()):",
    "no zeroing": "number.grad = 0.0",
    "the wrong sign of a subtraction": "(other, lambda: -1.0)",
    "a forgotten σ'": "lambda: s * (1 - s)",
    "parents kept in a set": "self.edges = list(edges)",
    "update as you go": "weight.data -= rate * weight.grad",
}


@pytest.fixture
def autopsy(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(lessons.FOLDER)
    return importlib.import_module("autopsy")


def test_of_the_seven_one_is_right_in_each_case(autopsy: Any) -> None:
    found = set()
    for number in range(1, 31):
        case = autopsy.Case(number)
        case.run(autopsy.used_twice)
        (name,) = (name for name, line in LINES.items() if case.diagnose(name, line))
        assert not any(case.diagnose(name, line) for other, line in LINES.items() if other != name)
        assert not case.diagnose(name, "self.grad")  # stands in many places
        for line in ("self.data = data", "self.grad = 0.0", "s = 1 / (1 + math.exp(-self.data))"):
            assert not case.diagnose(name, line)  # stands in the methods with a fault, too
        found.add(name)
    assert found == set(LINES)


def test_two_faults_that_look_the_same_are_not_proven(autopsy: Any) -> None:
    case = autopsy.Case(20)
    case.run(lambda a, b: a * a + b)
    for name in ("= for +=", "parents kept in a set"):
        verdict = case.diagnose(name, LINES[name])
        assert not verdict
        assert str(verdict).startswith(f"not proven: {name!r} fits")
        assert "(c + d) + c·d" not in str(verdict)  # the program that would tell
    assert str(case.diagnose("no zeroing", LINES["no zeroing"])).startswith("no: ")


def test_a_case_has_three_probes(autopsy: Any) -> None:
    case = autopsy.Case(1)
    for probe in (case.second_pass, lambda: case.nudge("z"), lambda: case.run(autopsy.used_twice)):
        probe()
    with pytest.raises(RuntimeError, match="3 probes"):
        case.second_pass()
    with pytest.raises(ValueError, match="one of the seven"):
        case.diagnose("a typing error", "")
    with pytest.raises(ValueError, match="C e t o a z b u x w v, but got 'y'"):
        autopsy.Case(1).nudge("y")


def test_the_smallest_test_that_catches_all(autopsy: Any) -> None:
    def smallest(a: Any, b: Any) -> Any:  # noqa: ARG001
        p = a * a
        return p.sigmoid() - p

    assert (autopsy.operations(smallest), autopsy.missed(smallest)) == (3, [])
    assert autopsy.missed(lambda a, b: a.sigmoid() - b) == list(LINES)[:2] + list(LINES)[5:]
