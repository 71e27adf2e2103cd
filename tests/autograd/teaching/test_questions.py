"""Every question in many draws: its key against formulas derived by hand, and options that can be told apart."""

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import combinations

import pytest

from autograd import Value
from autograd.teaching.faults import FAULTS
from autograd.teaching.question import APART, Answer, Drawn, Question, draw
from autograd.teaching.questions import NEURON, OF_NEURON, QUESTIONS
from tests.imports import ROOT

SEEDS = range(40)
KEYS = {  # derived by hand
    "the factors of one weight": "2*(a - y)*a*(1 - a)*x",
    "the bias": "2*(a - y)*a*(1 - a)",
    "a derivative is no equation": "2*(a - y)",
    "one layer back": "2*(a2 - y)*a2*(1 - a2)*w2*a1*(1 - a1)*x",
    "examples are averaged": "(w*x1 - y1)*x1 + (w*x2 - y2)*x2",
    "which squared error": "(a - y)*a*(1 - a)",
    "a hidden neuron has no target": "2*(a2 - y)*a2*(1 - a2)*w2",
    "a hidden neuron has no cost of its own": "2*(a2 - y)*a2*(1 - a2)*w2*a1*(1 - a1)*x",
    "a sum over paths": "2*(a1 - y1)*a1*(1 - a1)*w1 + 2*(a2 - y2)*a2*(1 - a2)*w2",
    "what δ is": "2*(a - y)*a*(1 - a)",
    "the transpose": "2*(z1 - y1)*w11 + 2*(z2 - y2)*w21",
    "the order of the backward pass": "(1 + d) + b*(1 + c)",
    "a node that is used twice": "2*x + k",
    "two passes": "2*(2*v*x)",
    "the central difference": "3*w**2 + h**2",
    "a flat sigmoid": "2*(a - y)*a*(1 - a)",
    "why σ' cancels": "a - y",
    "biases are not punished": "2*(w*x + b - y)",
    "one step downhill": "w - eta*2*(a - y)*a*(1 - a)*x",
    "all gradients first": "-eta*2*(a2 - y)*a2*(1 - a2)*w2*a1*(1 - a1)*x",
}
EVERY = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)


def numbers_of(drawn: Drawn) -> dict[str, float]:
    """The numbers of the variables, from what a learner sees."""
    shown = dict(each.split(" = ") for each in drawn.given)
    return {name: float(shown[name]) for name in drawn.question.numbers}


def computed(program: str, numbers: Mapping[str, float]) -> dict[str, float]:
    """All names of a program by Python's own arithmetic."""
    functions = {"sigmoid": lambda z: 1 / (1 + math.exp(-z)), "log": math.log}
    known = dict(numbers)
    for statement in program.split("; "):
        name, _, formula = statement.partition(" = ")
        known[name] = eval(formula, functions, known)
    return known


@EVERY
def test_the_key_is_right(question: Question) -> None:
    for seed in SEEDS:
        drawn = draw(question, seed)
        expected = eval(KEYS[question.name], {}, computed(question.program, numbers_of(drawn)))
        assert drawn.options[drawn.right].number == pytest.approx(expected, rel=1e-9, abs=1e-12)


@EVERY
def test_no_two_options_are_alike(question: Question) -> None:
    for seed in SEEDS:
        options = draw(question, seed).options
        assert len(options) == 1 + len(question.wrong)
        assert len({option.text for option in options}) == len(options)
        for one, other in combinations(options, 2):
            assert abs(one.number - other.number) > APART * max(abs(one.number), abs(other.number))


@EVERY
def test_the_numbers_change_with_the_seed_and_with_nothing_else(question: Question) -> None:
    assert draw(question, 3) == draw(question, 3)
    assert len({draw(question, seed).given for seed in SEEDS}) > 3
    assert len({draw(question, seed).right for seed in SEEDS}) == 1 + len(question.wrong)


@EVERY
def test_what_is_to_be_read_is_there(question: Question) -> None:
    lesson, _, section = question.read.partition("#")
    cells = json.loads((ROOT / "notebooks" / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    lines = "".join(line for cell in cells if cell["cell_type"] == "markdown" for line in [*cell["source"], "\n"])
    headings = re.findall(r"^#+ (.+)$", lines.replace("$", ""), re.MULTILINE)
    assert headings.count(section) == 1  # as it is read in the lesson: nobody sees the ids of cells


def test_the_page_for_teachers_says_which_lessons_the_questions_are_from() -> None:
    text = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    numbers: list[int] = []
    for questions, lessons in re.findall(r"^\| (\d[\d, to]*) \| [^|]+ \| ([\d, ]+) \|$", text, re.MULTILINE):
        ends = [int(number) for number in re.findall(r"\d+", questions)]
        asked = range(ends[0], ends[-1] + 1)
        numbers += asked
        assert {int(lesson) for lesson in lessons.split(", ")} == {int(QUESTIONS[i - 1].read[:2]) for i in asked}
    assert numbers == [*range(1, len(QUESTIONS) + 1)]


def test_names_differ_and_every_fault_is_used() -> None:
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)
    assert {answer.fault for question in QUESTIONS for answer in question.wrong} - {""} == FAULTS.keys()


def test_two_passes_leave_what_the_key_says() -> None:
    question = next(question for question in QUESTIONS if question.name == "two passes")
    drawn = draw(question, 1)
    w, x, b = (Value(number) for number in numbers_of(drawn).values())
    v = w * x + b
    cost = v * v
    cost.backward()
    cost.backward()
    assert drawn.options[drawn.right].number == w.grad


def test_a_row_whose_options_are_always_alike_is_refused() -> None:
    wrong = (Answer("2*(a - y)", "the same"),)
    question = Question("alike", NEURON, OF_NEURON, "?", Answer("∂C/∂a", "right"), wrong, "01-gradient#title")
    with pytest.raises(ValueError, match="alike: none of 1000 draws had options that differ"):
        draw(question, 0)


def test_both_engines_ask_the_same() -> None:
    command = [sys.executable, "-m", "autograd", "quiz", "--print", "--seed", "5"]
    asked = [
        subprocess.run(
            command, cwd=ROOT, env=os.environ | {"AUTOGRAD_PURE": pure, "PYTHONIOENCODING": "utf-8"},
            capture_output=True, encoding="utf-8", check=True,
        ).stdout
        for pure in ("", "1")
    ]  # fmt: skip
    assert asked[0] == asked[1]
    assert asked[0].startswith("# Backpropagation: 20 questions")
