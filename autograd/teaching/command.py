"""`python -m autograd quiz` and `python -m autograd worksheet "C = (w*x - y)**2"`: their options, and what they do."""

import argparse
import math
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence

from autograd.files import write_atomically
from autograd.teaching.quiz import as_markdown, ask, fitted, quiz
from autograd.teaching.quiz_page import as_html
from autograd.teaching.worksheet import worksheet
from autograd.teaching.worksheet_notebook import to_notebook

WIDEST = 100  # letters in a line: more are hard to read


def run_quiz(arguments: Sequence[str]) -> None:
    """Ask the concept inventory, print it, or write it as a page."""
    options = argparse.ArgumentParser(
        prog="python -m autograd quiz",
        description="Ask 20 questions about backpropagation; a wrong answer reveals which confusion is behind it.",
    )
    add = options.add_argument
    add("--seed", type=int, default=0, help="draws the numbers: the same seed asks the same questions (default: 0)")
    add("--print", action="store_true", help="print the questions and a key as Markdown, and ask nothing")
    add("--html", metavar="FILE", help="write a page that asks and marks to an .html file, and ask nothing")
    chosen = options.parse_args(arguments)
    _check_ending("--html", chosen.html, ".html")
    asks = chosen.html is None and not chosen.print
    if asks and None in (sys.stdin, sys.stdout):  # as closed ones are
        raise ValueError("asking needs an input and an output; --print and --html need no input.")
    questions = quiz(chosen.seed)
    if chosen.html is not None:
        _write(chosen.html, as_html(questions, chosen.seed).encode())
    if chosen.print:
        print(as_markdown(questions, chosen.seed), end="")
    if asks:
        _show(f"\n{ask(questions, show=_show)}")


def run_worksheet(arguments: Sequence[str]) -> None:
    """Print exercises about a formula with their key, or write them to files."""
    options = argparse.ArgumentParser(
        prog="python -m autograd worksheet",
        description="Exercises in the chain rule about any formula, at numbers for work by hand, with a key.",
        epilog="""example: python -m autograd worksheet "C = (sigmoid(w*a + b) - y)**2" y=1 --seed 7 --count 10""",
    )
    add = options.add_argument
    add("formula", help="statements name = formula, separated by semicolons; the last one is differentiated")
    add("numbers", nargs="*", metavar="NAME=NUMBER", help="numbers that are the same in all exercises")
    add("--seed", type=int, default=0, help="draws the exercises: the same seed gives the same ones (default: 0)")
    add("--count", type=int, default=10, help="how many exercises (default: 10)")
    add(
        "--wrt",
        action="append",
        default=[],
        metavar="NAME",
        help="differentiate with respect to this name only; may be repeated",
    )
    add("--notebook", metavar="FILE", help="write an .ipynb file in nbgrader's form, which marks itself")
    add("--key", metavar="FILE", help="write the key to this .md file, and leave it out of the worksheet")
    chosen = options.parse_intermixed_args(arguments)
    _check_ending("--key", chosen.key, ".md")
    _check_ending("--notebook", chosen.notebook, ".ipynb")
    numbers = dict(map(_number, chosen.numbers))
    if len(numbers) < len(chosen.numbers):
        raise ValueError(f"a name has two numbers among {' '.join(chosen.numbers)[:60]}; give it one.")
    sheet = worksheet(chosen.formula, seed=chosen.seed, count=chosen.count, numbers=numbers, wrt=chosen.wrt)
    if chosen.key is not None:
        _write(chosen.key, sheet.key().encode())
    if chosen.notebook is not None:
        _write(chosen.notebook, to_notebook(sheet, solutions=not chosen.key))
    else:
        print(sheet.to_markdown(), end="" if chosen.key else f"\n{sheet.key()}")


COMMANDS: Mapping[str, Callable[[Sequence[str]], None]] = {"quiz": run_quiz, "worksheet": run_worksheet}


def _check_ending(option: str, path: str | None, ending: str) -> None:
    if path is not None and not path.lower().endswith(ending):
        raise ValueError(f"{option} needs a file name that ends with {ending}, but got {path[:60]!r}.")


def _show(text: str) -> None:
    print(fitted(text, min(WIDEST, shutil.get_terminal_size().columns)))


def _write(path: str, content: bytes) -> None:
    print(f"Written to {write_atomically(path, content)}", file=sys.stderr)


def _number(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"numbers are given as name=number, as in w=0.7, but got {text[:60]!r}.")
    return name.strip(), value
