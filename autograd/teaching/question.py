"""A multiple-choice question whose answers are computed: a row says how, a seed draws the numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from autograd.engine import Value
from autograd.explanations import evaluate
from autograd.graph import Recorded
from autograd.notation import show_number
from autograd.teaching.faults import FAULTS

DIGITS = 4  # of the numbers that are shown
APART = 0.01  # how far two options differ, relative to the larger: more than rounding what is given can hide
DRAWS = 1000
LETTERS = "ABCDE"


@dataclass(frozen=True)
class Answer:
    """How one comes to an answer.

    Attributes:
        formula: In the labels of the graph, and derivatives of its last node: `w - eta*∂C/∂w`.
        reveals: What it says of whoever chooses it.
        fault: The fault of the backward pass that the derivatives are from, a name in `FAULTS`; none by default.
    """

    formula: str
    reveals: str
    fault: str = ""


@dataclass(frozen=True)
class Question:
    """A row of the inventory.

    Attributes:
        name: The subject, in a few words.
        program: What is computed, as `autograd.explanations.evaluate` reads it. Its last line is differentiated.
        numbers: The numbers that each variable may have.
        asks: The question.
        right: The right answer.
        wrong: The wrong ones: each a confusion that is known from learners.
        read: The lesson and its section that resolve it: `05-order#What if a node does not wait?`.
        given: Formulas whose values are shown, too.
    """

    name: str
    program: str
    numbers: Mapping[str, Sequence[float]]
    asks: str
    right: Answer
    wrong: tuple[Answer, ...]
    read: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """An answer with its number."""

    answer: Answer
    number: float

    @property
    def text(self) -> str:
        """The number as it is shown."""
        return show_number(self.number, DIGITS)


@dataclass(frozen=True)
class Drawn:
    """A question in numbers.

    Attributes:
        question: The row.
        given: What is known, each as `z = 0.35`: the variables, what is computed from them, and what the row adds.
        options: The answers, shuffled.
    """

    question: Question
    given: tuple[str, ...]
    options: tuple[Option, ...]

    @property
    def right(self) -> int:
        """The place of the right option."""
        return next(i for i, option in enumerate(self.options) if option.answer is self.question.right)

    @property
    def lesson(self) -> str:
        """What to read: `lesson 5, “What if a node does not wait?”`."""
        lesson, _, section = self.question.read.partition("#")
        return f"lesson {int(lesson[:2])}, “{section}”"


def draw(question: Question, seed: int) -> Drawn:
    """A question in fresh numbers. They are drawn again until no two options are alike.

    Args:
        question: The row.
        seed: The same seed gives the same numbers.

    Raises:
        ValueError: if the numbers of the row allow no options that differ.

    Example:
        >>> from autograd.teaching.questions import QUESTIONS
        >>> drawn = draw(QUESTIONS[0], seed=1)
        >>> drawn.question.asks, [option.text for option in drawn.options] == sorted(
        ...     {option.text for option in drawn.options}, key=[option.text for option in drawn.options].index)
        ('What is ∂C/∂w?', True)
    """
    random = Random(f"{seed} {question.name}")
    for _ in range(DRAWS):
        numbers = {name: random.choice(list(choices)) for name, choices in question.numbers.items()}
        given, options = _computed(question, numbers)
        if all(_apart(one.number, other.number) for one, other in combinations(options, 2)):
            random.shuffle(options)
            return Drawn(question, given, tuple(options))
    raise ValueError(f"{question.name}: none of {DRAWS} draws had options that differ; give it other numbers.")


def _computed(question: Question, numbers: Mapping[str, float]) -> tuple[tuple[str, ...], list[Option]]:
    results = evaluate(question.program, {name: Value(number, name) for name, number in numbers.items()})
    output = list(results.values())[-1]
    graph = Recorded.of(output)
    shown = {**numbers, **{name: node.data for name, node in results.items()}}

    def computed(formula: str, fault: str = "") -> float:
        found = FAULTS[fault](graph) if fault else graph.adjoints({output: 1.0})
        slopes = {f"∂{output.label}/∂{node.label}": found.get(node, 0.0) for node in graph.order if node.label}
        return float(evaluate(formula, shown | slopes)[""])

    shown |= {formula: computed(formula) for formula in question.given}
    given = tuple(f"{name} = {show_number(number, DIGITS)}" for name, number in shown.items())
    answers = (question.right, *question.wrong)
    return given, [Option(answer, computed(answer.formula, answer.fault)) for answer in answers]


def _apart(one: float, other: float) -> bool:
    return math.isfinite(one + other) and abs(one - other) > APART * max(abs(one), abs(other))
