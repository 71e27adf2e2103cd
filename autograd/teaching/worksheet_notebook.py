"""A worksheet as a notebook that marks itself, in the form of nbgrader, which is not needed to run it.

Answers stand between the lines `### BEGIN SOLUTION` and `### END SOLUTION`, which `nbgrader generate_assignment` takes
out; cells with points raise an error if an answer is wrong.
"""

import json
from typing import Any

from autograd.notation import to_text
from autograd.teaching.worksheet import Exercise, Worksheet

POINTS = {"sign": 1, "formula": 2, "number": 1}
_SETUP = """from autograd import Value, check_formula, explain
from autograd.explanations import evaluate

PROGRAM = \"\"\"
{program}
\"\"\"
EXERCISES = {{
{exercises}
}}


def graph(number):
    _, numbers = EXERCISES[number]
    results = evaluate(PROGRAM, {{name: Value(data, name) for name, data in numbers.items()}})
    return list(results.values())[-1]


def mark_sign(number, answer):
    assert answer in ("+", "-"), f'the sign is "+" or "-", but got {{answer!r}}'
    slope = explain(graph(number), EXERCISES[number][0]).derivative
    assert (answer == "+") == (slope > 0), f"not {{answer}}: the derivative has the other sign"
    print("right")


def mark_formula(number, answer):
    check = check_formula(str(answer), graph(number), EXERCISES[number][0])
    assert check, check
    print(check)


def mark_number(number, answer):
    slope = explain(graph(number), EXERCISES[number][0]).derivative
    assert isinstance(answer, (int, float)), f"the derivative is a number, as in 0.25, but got {{answer!r}}"
    assert abs(answer - slope) <= 0.005 * abs(slope), f"{{answer}} is not the derivative"
    print("right")"""


def to_notebook(sheet: Worksheet, *, solutions: bool = True) -> bytes:
    """The worksheet as a notebook file.

    Args:
        sheet: The worksheet.
        solutions: Whether answers are in it, between nbgrader's marks; without, it is what learners get.

    Reference: nbgrader's documentation, "The nbgrader metadata", schema version 3.
    """
    exercises = [
        f"    {number}: ({exercise.explanation.variable.label!r}, {dict(exercise.numbers)!r}),"
        for number, exercise in enumerate(sheet.exercises, start=1)
    ]
    cells = [
        _cell("markdown", "title", _introduction(sheet), locked=True),
        _cell("code", "setup", _SETUP.format(program=sheet.program, exercises="\n".join(exercises)), locked=True),
    ]
    for number, exercise in enumerate(sheet.exercises, start=1):
        cells += _exercise(exercise, number, solutions)
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _introduction(sheet: Worksheet) -> str:
    return (
        f"# {sheet.title}\n\nSeed {sheet.seed}. Fill in your answers, and run the cells below them, which mark each. "
        f"Work the number out by hand; four digits are enough.\n\n```text\n{sheet.program}\n```"
    )


def _exercise(exercise: Exercise, number: int, solutions: bool) -> list[dict[str, Any]]:
    symbol, slope = exercise.explanation.symbol, exercise.explanation.derivative
    task = (
        f'## {number}. {symbol} at {exercise.at}\n\nFirst the sign, before you compute: `"+"` or `"-"`. Then the '
        "derivative as a formula in the names above, as a text; derivatives of functions have a d in front: "
        '`"dsigmoid(u2)"`. Then its number.'
    )
    right = {"sign": exercise.sign, "formula": _formula(exercise), "number": float(f"{slope:.6g}")}
    answers = [f"{name}_{number} = {(right[name] if solutions else None)!r}" for name in POINTS]
    if solutions:
        answers = ["### BEGIN SOLUTION", *answers, "### END SOLUTION"]
    return [
        _cell("markdown", f"task-{number}", task, locked=True),
        _cell("code", f"answer-{number}", "\n".join(answers), solution=True),
        *(
            _cell("code", f"{name}-{number}", f"mark_{name}({number}, {name}_{number})", locked=True, points=points)
            for name, points in POINTS.items()
        ),
    ]


def _formula(exercise: Exercise) -> str:
    """The derivative as one can type it: the sum over paths."""
    products = []
    for chain in exercise.explanation.chains:
        formulas = [factor.formula for factor in chain.factors]
        # A constant with all its digits: 0.333333 would not be right.
        factors = [f"({to_text(each)})" if each.arguments or each.name else f"({each.number!r})" for each in formulas]
        products.append("*".join(factor for factor in factors if factor != "(1.0)") or "1")
    return " + ".join(products)


def _cell(
    kind: str, name: str, source: str, *, locked: bool = False, solution: bool = False, points: int = 0
) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": name,
        "cell_type": kind,
        "grade": points > 0,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    if points:
        metadata["points"] = points
    cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {"nbgrader": metadata}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": source.splitlines(keepends=True)}
