"""The concept inventory: asked in a terminal, marked, and written as Markdown."""

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
    """What answers reveal. Prints which confusion is behind each wrong one, and what to read.

    Attributes:
        questions: The questions.
        chosen: The place of the option that was chosen for each; `None` where there is no answer.

    Example:
        >>> questions = quiz(1)[:2]
        >>> print(Marked(questions, [questions[0].right, None]))
        1 of 2 right.
        <BLANKLINE>
        2. the bias: no answer; C is right.
           z grows as fast as b, so ∂z/∂b = 1 and two factors are left: σ'(z) · 2(a − y).
           Read lesson 2, “One neuron: a derivative on every arrow”.
    """

    questions: Sequence[Drawn]
    chosen: Sequence[int | None]

    def __str__(self) -> str:
        wrong = []
        for number, (drawn, chosen) in enumerate(zip(self.questions, self.chosen, strict=True), start=1):
            if chosen == drawn.right:
                continue
            yours = "no answer" if chosen is None else LETTERS[chosen]
            wrong += [
                f"\n{number}. {drawn.question.name}: {yours}; {LETTERS[drawn.right]} is right.",
                f"   {drawn.options[drawn.right if chosen is None else chosen].answer.reveals}",
                f"   Read {drawn.lesson}.",
            ]
        n_right = len(self.questions) - len(wrong) // 3
        return "\n".join([f"{n_right} of {len(self.questions)} right.", *wrong])


def ask(questions: Sequence[Drawn], read: Callable[[str], str] = input, show: Callable[[str], None] = print) -> Marked:
    """Ask questions one by one, and mark the answers.

    Args:
        questions: What to ask.
        read: Gets an answer; an answer is a letter, nothing to skip the question, or q to leave.
        show: Shows a text.
    """
    chosen: list[int | None] = []
    for number, drawn in enumerate(questions, start=1):
        show(f"\n{number} of {len(questions)}\n\n" + "\n".join(_lines(drawn)) + "\n")
        answer = _answer(drawn, read, show)
        if answer == LEAVE:
            break
        chosen.append(LETTERS.index(answer) if answer else None)
    return Marked(questions[: len(chosen)], chosen)


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
