"""Worksheets: solvable exercises, a key that differences confirm, and notebooks that mark right and wrong answers."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograd.__main__ import main
from autograd.explanations import evaluate
from autograd.teaching import Worksheet, worksheet
from autograd.teaching.worksheet import LARGEST, NUMBERS, SMALLEST
from autograd.teaching.worksheet_notebook import POINTS, to_notebook

FORMULAS = {
    "a neuron": "C = (sigmoid(w*a + b) - y)**2",
    "names on the way": "z = w*a + b; p = tanh(z); C = (p - y)**2",
    "two paths": "(a + b)*(b + 1)",
    "order": "c = a + b; d = a*b; y = (c + d) + c*d",
    "logarithms": "-y*log(a) - (1 - y)*log(1 - a/8)",
    "kinks": "max(a, b, 2*c)/3 - relu(a)",
    "a name that is taken": "u1 = x*x; f = u1*3 + exp(x)/x",
}
SEEDS = range(8)
EVERY = pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
SCHEMA = {"schema_version", "grade_id", "cell_type", "grade", "solution", "locked", "task", "points"}


@EVERY
def test_the_key_is_the_slope_of_the_formula(formula: str) -> None:
    for seed in SEEDS:
        for exercise in worksheet(formula, seed=seed, count=4).exercises:
            wrt = exercise.explanation.variable.label

            def value(nudge: float, wrt: str = wrt, numbers: Any = exercise.numbers) -> float:
                results = evaluate(formula, {**numbers, wrt: numbers[wrt] + nudge})
                return float(list(results.values())[-1])

            slope = (value(1e-5) - value(-1e-5)) / 2e-5
            assert exercise.explanation.derivative == pytest.approx(slope, rel=1e-6)
            assert exercise.sign == ("+" if slope > 0 else "-")


@EVERY
def test_the_program_computes_the_formula_one_operation_a_line(formula: str) -> None:
    sheet = worksheet(formula, seed=1, count=3)
    for exercise in sheet.exercises:
        results = evaluate(sheet.program, exercise.numbers)
        assert list(results.values())[-1] == exercise.explanation.output.data
        assert len(results) == len(exercise.nodes) == len(sheet.program.splitlines())


@EVERY
def test_numbers_are_for_work_by_hand(formula: str) -> None:
    for exercise in worksheet(formula, seed=3, count=6).exercises:
        assert set(exercise.numbers.values()) <= {*NUMBERS}
        assert SMALLEST <= abs(exercise.explanation.derivative) <= LARGEST
        assert all(abs(node.data) <= LARGEST for node in exercise.nodes)


@EVERY
def test_the_seed_decides(formula: str) -> None:
    one, same, other = (worksheet(formula, seed=seed, count=5) for seed in (1, 1, 2))
    assert (one.to_markdown(), one.key()) == (same.to_markdown(), same.key())
    assert one.to_markdown() != other.to_markdown()


def test_exercises_differ_and_ask_for_every_variable() -> None:
    sheet = worksheet(FORMULAS["a neuron"], seed=7, count=12)
    headings = {(exercise.at, exercise.explanation.symbol) for exercise in sheet.exercises}
    assert len(headings) == 12
    assert {symbol for _, symbol in headings} == {"∂C/∂w", "∂C/∂a", "∂C/∂b", "∂C/∂y"}


def test_fixed_numbers_stay_and_are_asked_for_only_by_name() -> None:
    sheet = worksheet(FORMULAS["a neuron"], seed=7, count=6, numbers={"y": 1.0})
    assert {exercise.numbers["y"] for exercise in sheet.exercises} == {1.0}
    assert "∂C/∂y" not in {exercise.explanation.symbol for exercise in sheet.exercises}
    named = worksheet(FORMULAS["a neuron"], seed=7, count=2, numbers={"y": 1.0}, wrt=["y"])
    assert {exercise.explanation.symbol for exercise in named.exercises} == {"∂C/∂y"}


def test_the_sheet_shows_functions_and_nothing_else_of_the_key() -> None:
    sheet = worksheet(
        FORMULAS["a neuron"], seed=7, count=1, numbers={"w": 2.0, "a": 1.0, "b": -1.0, "y": 1.0}, wrt=["w"]
    )
    text = sheet.to_markdown()
    assert "| u3 = sigmoid(u2) | 0.7311 |" in text
    assert "| u1 = w*a |  |" in text
    assert "sigmoid(u₂)*(1 - sigmoid(u₂))" not in text
    assert "a) negative" in sheet.key()
    assert "u1 = 2, u2 = 1, u3 = 0.7311" in sheet.key()
    assert "sigmoid(u₂)*(1 - sigmoid(u₂))" in sheet.key()
    assert "Round to 4 digits." in text
    assert "c) and d) have more digits than the 4 asked for" in sheet.key()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["C = w*", "--count", "2"], "^"),
        (["3*4"], "a worksheet needs a variable, but the formula has none"),
        (["C = w*x", "q=2"], "'q' is no variable of the formula; it has w, x"),
        (["C = w*x", "--wrt", "q"], "'q' is no variable of the formula; it has w, x"),
        (["C = w*x", "w=1", "w=2"], "a name has two numbers"),
        (["C = w*x", "w=one"], "numbers are given as name=number, as in w=0.7, but got 'w=one'"),
        (["C = w*x", "w=1", "x=2"], "all of w, x have a number; leave one free"),
        (["C = w*x", "--count", "0"], "a worksheet has 1 to 100 exercises, but got 0"),
        (["C = sqrt(w - 9)"], "it needs an input"),
        (["C = w*0"], "the derivative with respect to w is 0"),
        (["C = sqrt(w)", "w=0", "--wrt", "w"], "draws gave no exercise. Give some variables a number"),
        (["C = w*x; x"], "autograd: the last statement computes nothing"),
        (["C = w*x; D = w + 1"], "autograd: D, the last statement, does not depend on x"),
        (["C = w*x", "--notebook", ""], "--notebook needs a file name that ends with .ipynb, but got ''"),
        (["C = w*x", "--key", "key.txt"], "--key needs a file name that ends with .md, but got 'key.txt'"),
        (["a = x*x + x; b = a*a + a; c = b*b + b; c*c"], "has 54 paths; a worksheet takes up to 8"),
    ],
)
def test_what_cannot_be_asked_is_explained(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["worksheet", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("python -m autograd: ")
    assert message in error


def test_a_formula_that_computes_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="computes nothing"):
        worksheet("C = w*x; w")


def test_the_command_prints_the_key_or_writes_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sheet = worksheet(FORMULAS["a neuron"], seed=7, count=2)
    arguments = ["worksheet", FORMULAS["a neuron"], "--seed", "7", "--count", "2"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"{sheet.to_markdown()}\n{sheet.key()}"
    assert main([*arguments, "--key", str(tmp_path / "key.md")]) == 0
    assert capsys.readouterr().out == sheet.to_markdown()
    assert (tmp_path / "key.md").read_text(encoding="utf-8") == sheet.key()
    assert main([*arguments, "--notebook", str(tmp_path / "sheet.ipynb"), "--key", str(tmp_path / "key.md")]) == 0
    assert (tmp_path / "sheet.ipynb").read_bytes() == to_notebook(sheet, solutions=False)
    assert capsys.readouterr().out == ""


def test_nothing_is_written_where_one_of_two_names_is_wrong(tmp_path: Path) -> None:
    key = tmp_path / "key.md"
    assert main(["worksheet", "C = w*x", "--key", str(key), "--notebook", str(tmp_path / "sheet.txt")]) == 2
    assert not key.exists()


@EVERY
def test_a_notebook_is_valid_and_in_nbgraders_form(formula: str) -> None:
    sheet = worksheet(formula, seed=2, count=3)
    for solutions in (True, False):
        content = to_notebook(sheet, solutions=solutions)
        notebook = nbformat.reads(content.decode(), as_version=4)
        nbformat.validate(notebook)
        marks = [cell.metadata.nbgrader for cell in notebook.cells]
        assert all(set(mark) == SCHEMA - (set() if mark.grade else {"points"}) for mark in marks)
        assert len({mark.grade_id for mark in marks}) == len(marks)
        assert all(not (mark.grade and mark.solution) and mark.locked != mark.solution for mark in marks)
        assert sum(mark.get("points", 0) for mark in marks) == 3 * sum(POINTS.values())
        assert (b"### BEGIN SOLUTION" in content) == (b"### END SOLUTION" in content) == solutions


def ran(sheet: Worksheet, answers: dict[str, str], *, solutions: bool) -> list[str]:
    """The cells with points that fail in a kernel, with some answers written over."""
    notebook = nbformat.reads(to_notebook(sheet, solutions=solutions).decode(), as_version=4)
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = answers[cell.id]
    NotebookClient(notebook, timeout=120, allow_errors=True).execute()
    failed = [cell for cell in notebook.cells if any(out.output_type == "error" for out in cell.get("outputs", ()))]
    assert all(cell.metadata.nbgrader.grade for cell in failed)
    return [cell.id for cell in failed]


def test_right_answers_get_all_points_and_wrong_ones_none() -> None:
    sheet = worksheet(FORMULAS["a neuron"], seed=7, count=4, numbers={"y": 1.0})
    assert ran(sheet, {}, solutions=True) == []
    wrong = {
        "answer-1": "sign_1, formula_1, number_1 = '{}', '2*u4', 0.123".format("-+"[sheet.exercises[0].sign == "-"]),
        "answer-2": f"sign_2, formula_2, number_2 = 'minus', 'q*', {sheet.exercises[1].explanation.derivative:.3g}",
        "answer-3": f"sign_3, formula_3, number_3 = {sheet.exercises[2].sign!r}, '1', 'one'",
    }
    failed = ["sign-1", "formula-1", "number-1", "sign-2", "formula-2", "formula-3", "number-3"]
    assert ran(sheet, wrong, solutions=False) == [*failed, "sign-4", "formula-4", "number-4"]


@EVERY
def test_every_solution_is_marked_right(formula: str) -> None:
    for seed in SEEDS:
        known: dict[str, Any] = {}
        for cell in json.loads(to_notebook(worksheet(formula, seed=seed, count=4)))["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), known)
