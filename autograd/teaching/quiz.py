"""The concept inventory: asked in a terminal, marked, and written as Markdown."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograd.teaching.question import LETTERS, Drawn, draw
from autograd.teaching.questions import QUESTIONS

LEAVE = "q"


def quiz(seed: int = 0) -> tuple[Drawn, ...]:
    """All questions of the inventory, in numbers that a seed draws.

    Args:
        seed: The same seed gives the same quiz.

    Example:
        >>> len(quiz(1)), quiz(1) == quiz(1), quiz(1) == quiz(2)
        (20, True, False)
    """
    return tuple(draw(question, seed) for question in QUESTIONS)


@dataclass(frozen=True)
class Marked:
    """What answers reveal. Prints the confusion behind each wrong one, why the right one is right, and what to read.

    Questions without an answer stay closed: nothing is said about them.

    Attributes:
        questions: The questions.
        chosen: The place of the option that was chosen for each; `None` where there is no answer.

    Example:
        >>> questions = quiz(1)[:2]
        >>> print(Marked(questions, [None, 0]))
        0 of 1 right, 1 not answered.
        <BLANKLINE>
        2. the bias: A (-0.05811); C (0.06457) is right.
           A: ∂z/∂b is taken for b itself; it is 1.
           C: z grows as fast as b, so ∂z/∂b = 1 and two factors are left: σ'(z) · 2(a − y).
           Read lesson 2, “One neuron: a derivative on every arrow”.
    """

    questions: Sequence[Drawn]
    chosen: Sequence[int | None]

    def __str__(self) -> str:
        numbered = enumerate(zip(self.questions, self.chosen, strict=True), start=1)
        answered = [(number, drawn, chosen) for number, (drawn, chosen) in numbered if chosen is not None]
        if not answered:
            return "No question is answered."
        wrong = [_corrected(number, drawn, chosen) for number, drawn, chosen in answered if chosen != drawn.right]
        n_open = len(self.questions) - len(answered)
        unanswered = f", {n_open} not answered" if n_open else ""
        return "\n\n".join([f"{len(answered) - len(wrong)} of {len(answered)} right{unanswered}.", *wrong])


def _corrected(number: int, drawn: Drawn, chosen: int) -> str:
    yours, right = drawn.options[chosen], drawn.options[drawn.right]
    return (
        f"{number}. {drawn.question.name}: "
        f"{LETTERS[chosen]} ({yours.text}); {LETTERS[drawn.right]} ({right.text}) is right.\n"
        f"   {LETTERS[chosen]}: {yours.answer.reveals}\n"
        f"   {LETTERS[drawn.right]}: {right.answer.reveals}\n"
        f"   Read {drawn.lesson}."
    )


def ask(questions: Sequence[Drawn], read: Callable[[str], str] = input, show: Callable[[str], None] = print) -> Marked:
    """Ask questions one by one, and mark the answers.

    Args:
        questions: What to ask.
        read: Gets an answer; an answer is a letter, nothing to skip the question, or q to leave.
        show: Shows a text.
    """
    chosen: list[int | None] = [None] * len(questions)
    for place, drawn in enumerate(questions):
        show(f"\n{place + 1} of {len(questions)}\n\n" + "\n".join(_lines(drawn)) + "\n")
        answer = _answer(drawn, read, show)
        if answer == LEAVE:
            break
        if answer:
            chosen[place] = LETTERS.index(answer)
    return Marked(questions, chosen)


def _answer(drawn: Drawn, read: Callable[[str], str], show: Callable[[str], None]) -> str:
    letters = LETTERS[: len(drawn.options)]
    while True:
        try:
            answer = read(f"{', '.join(letters)} (Enter skips, {LEAVE} leaves): ").strip()
        except (EOFError, KeyboardInterrupt):  # what has been answered is marked
            return LEAVE
        if answer.lower() == LEAVE:
            return LEAVE
        if not answer or (len(answer) == 1 and answer.upper() in letters):
            return answer.upper()
        show(f"An answer is one of {', '.join(letters)}, but got {answer[:20]!r}.")


def _lines(drawn: Drawn) -> list[str]:
    program = drawn.question.program.replace("; ", "\n    ")
    options = [f"  {letter}  {option.text}" for letter, option in zip(LETTERS, drawn.options, strict=False)]
    return [f"    {program}", "", ", ".join(drawn.given), "", drawn.question.asks, *options]


def fitted(text: str, width: int) -> str:
    """Longer lines broken at blanks, but not around an equals sign, and indented as they begin.

    Args:
        text: What is shown.
        width: How many letters a line may have.

    Example:
        >>> print(fitted("  x = 0.2, w = -0.8, b = 0.3", 20))
          x = 0.2, w = -0.8,
          b = 0.3
    """
    filled = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        unbroken = line.replace(" = ", "\xa0=\xa0")  # no blanks to textwrap
        filled.append(textwrap.fill(unbroken, width, subsequent_indent=indent).replace("\xa0", " "))
    return "\n".join(filled)


def as_markdown(questions: Sequence[Drawn], seed: int) -> str:
    """A quiz on paper: the questions, and after them a key that says what each option reveals.

    Args:
        questions: What is asked.
        seed: What drew it, for the title.
    """
    parts = [f"# Backpropagation: {len(questions)} questions\n\nSeed {seed}. One answer to each question is right."]
    for number, drawn in enumerate(questions, start=1):
        program = "\n".join(drawn.question.program.split("; "))
        options = "\n".join(
            f"- {letter}. {option.text}" for letter, option in zip(LETTERS, drawn.options, strict=False)
        )
        parts.append(
            f"## Question {number}\n\n```text\n{program}\n```\n\n"
            f"{', '.join(f'`{each}`' for each in drawn.given)}\n\n{drawn.question.asks}\n\n{options}"
        )
    parts.append("# Key\n\nWhat each answer reveals, how it was computed, and what to read.")
    for number, drawn in enumerate(questions, start=1):
        rows = [
            f"| {'**' + letter + '**' if option.answer is drawn.question.right else letter} | {option.text} "
            f"| `{option.answer.formula}`{f', with {option.answer.fault}' * bool(option.answer.fault)} "
            f"| {option.answer.reveals} |"
            for letter, option in zip(LETTERS, drawn.options, strict=False)
        ]
        head = f"**{number}. {drawn.question.name.capitalize()}**: {LETTERS[drawn.right]}. Read {drawn.lesson}."
        parts.append("\n".join([head, "", "| | number | computed as | reveals |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"
