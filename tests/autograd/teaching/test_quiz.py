"""The quiz in a terminal and on paper."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograd.__main__ import main
from autograd.teaching import Marked, quiz
from autograd.teaching.question import LETTERS
from autograd.teaching.quiz import as_markdown, ask, fitted
from tests.imports import ROOT

QUESTIONS = quiz(11)


def answering(*answers: str) -> Iterator[str]:
    yield from answers
    raise AssertionError("it asked more than it should")


def asked(*answers: str) -> tuple[Marked, str]:
    """What answers are marked with, and what is shown meanwhile."""
    left, shown = answering(*answers), list[str]()
    return ask(QUESTIONS, lambda _: next(left), shown.append), "\n".join(shown)


def test_right_answers_leave_nothing_to_read() -> None:
    marked, _ = asked(*(LETTERS[drawn.right] for drawn in QUESTIONS))
    assert str(marked) == "20 of 20 right."


def test_a_wrong_answer_says_which_confusion_it_is_why_the_right_one_is_right_and_what_to_read() -> None:
    first = QUESTIONS[0]
    wrong = (first.right + 1) % len(first.options)
    yours, right = first.options[wrong], first.options[first.right]
    marked, _ = asked(LETTERS[wrong].lower(), "q")
    w, r = LETTERS[wrong], LETTERS[first.right]
    assert str(marked).splitlines() == [
        "0 of 1 right, 19 not answered.",
        "",
        f"1. the factors of one weight: {w} ({yours.text}); {r} ({right.text}) is right.",
        f"   {w}: {yours.answer.reveals}",
        f"   {r}: {right.answer.reveals}",
        "   Read lesson 2, “One neuron: a derivative on every arrow”.",
    ]


def test_nothing_is_said_about_what_is_not_answered() -> None:
    marked, _ = asked("", LETTERS[QUESTIONS[1].right], *[""] * 18)
    assert str(marked) == "1 of 1 right, 19 not answered."
    assert str(asked(*[""] * 20)[0]) == str(asked("q")[0]) == "No question is answered."


@pytest.mark.parametrize("width", [30, 80])
def test_lines_fit_a_terminal_and_no_number_is_broken(width: int) -> None:
    _, shown = asked(*[""] * len(QUESTIONS))
    lines = fitted(shown, width).splitlines()
    assert max(map(len, shown.splitlines())) > 150
    assert all(len(line) <= width for line in lines)
    assert " ".join(" ".join(lines).split()) == " ".join(shown.split())
    for drawn in QUESTIONS:
        assert all(any(given in line for line in lines) for given in drawn.given)


def test_the_command_fits_its_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, longest in (("50", range(40, 51)), ("300", range(90, 101))):
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setattr(sys, "stdin", io.StringIO("A\n" * len(QUESTIONS)))
        assert main(["quiz"]) == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) in longest


def test_what_is_no_answer_is_asked_again() -> None:
    marked, shown = asked("E", "1", "AB", LETTERS[QUESTIONS[0].right], "q")
    assert str(marked) == "1 of 1 right, 19 not answered."
    for given in ("E", "1", "AB"):
        assert f"An answer is one of A, B, C, D, but got {given!r}." in shown


@pytest.mark.parametrize("how", [EOFError, KeyboardInterrupt])
def test_who_breaks_off_sees_what_has_been_answered(how: type[BaseException]) -> None:
    def read(_: str) -> str:
        if shown[-1].startswith("\n2 of"):
            raise how
        return LETTERS[QUESTIONS[0].right]

    shown: list[str] = []
    assert str(ask(QUESTIONS, read, shown.append)) == "1 of 1 right, 19 not answered."


@pytest.mark.parametrize("leave", ["q", "Q"])
def test_a_letter_may_be_large_or_small(leave: str) -> None:
    assert str(asked(LETTERS[QUESTIONS[0].right].lower(), leave)[0]) == "1 of 1 right, 19 not answered."


def test_no_question_gives_its_answer_away() -> None:
    _, shown = asked(*[""] * len(QUESTIONS))
    questions, _, key = as_markdown(QUESTIONS, 11).partition("# Key")
    for drawn in QUESTIONS:
        for text in (option.answer.reveals for option in drawn.options):
            assert text not in shown
            assert text not in questions
        assert all(option.answer.reveals in key for option in drawn.options)


def test_the_key_names_the_fault_and_the_right_letter() -> None:
    key = as_markdown(QUESTIONS, 11).partition("# Key")[2]
    assert "| `∂C/∂w`, with a forgotten σ' |" in key
    for number, drawn in enumerate(QUESTIONS, start=1):
        assert f"**{number}. {drawn.question.name.capitalize()}**: {LETTERS[drawn.right]}." in key
        assert f"| **{LETTERS[drawn.right]}** | {drawn.options[drawn.right].text} |" in key


def test_the_command_asks_until_the_input_ends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = tmp_path / "answers"
    answers.write_text(f"{LETTERS[QUESTIONS[0].right]}\n", encoding="utf-8")
    with answers.open(encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert main(["quiz", "--seed", "11"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("1 of 1 right, 19 not answered.")


@pytest.mark.parametrize("number", [0, 1])
def test_without_an_input_or_an_output_the_command_says_so(number: int) -> None:
    closed = f"import os, sys; os.close({number}); os.execv(sys.executable, [sys.executable, '-m', 'autograd', 'quiz'])"
    result = subprocess.run(
        [sys.executable, "-c", closed], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )
    message = "python -m autograd: asking needs an input and an output; --print and --html need no input.\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", message)


def test_the_command_prints_and_writes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "quiz.html"
    assert main(["quiz", "--seed", "11", "--print", "--html", str(page)]) == 0
    assert capsys.readouterr().out == as_markdown(QUESTIONS, 11)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main(["quiz", "--html", str(tmp_path / "quiz.pdf")]) == 2
    assert "--html needs a file name that ends with .html, but got" in capsys.readouterr().err
