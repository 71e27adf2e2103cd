"""Worksheets: the derivatives of one formula, at numbers that can be worked out by hand, with a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from autograd.engine import Value
from autograd.explanations import Explanation, FormulaError, evaluate, explain, variables
from autograd.graph import Recorded
from autograd.notation import computed, show_number, to_text

NUMBERS = (-3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0)
DIGITS = 4  # of the numbers in tables
LARGEST, SMALLEST = 1e3, 1e-2  # of what is computed, and of a derivative
TRIES = 12  # draws of which the one with the fewest digits is taken
MOST_TRIES = 100
MOST_PATHS = 8
MOST_EXERCISES = 100


@dataclass(frozen=True)
class Exercise:
    """One derivative at some numbers.

    Attributes:
        numbers: The number of each variable.
        explanation: The derivative, path by path.
    """

    numbers: Mapping[str, float]
    explanation: Explanation

    @property
    def nodes(self) -> list[Value]:
        """The nodes that are computed, in order."""
        return [node for node in Recorded.of(self.explanation.output).order if node.parents]

    @property
    def sign(self) -> str:
        """`+` or `-`: that of the derivative."""
        return "+" if self.explanation.derivative > 0 else "-"

    @property
    def at(self) -> str:
        """The numbers, as in `w = 2, a = 0.5`."""
        return ", ".join(f"{name} = {number:g}" for name, number in self.numbers.items())


@dataclass(frozen=True)
class Worksheet:
    """Exercises about one formula.

    Attributes:
        program: The formula, one operation a line; what had no name is called u1, u2 and so on.
        seed: What drew the numbers.
        exercises: The exercises.
    """

    program: str
    seed: int
    exercises: tuple[Exercise, ...]

    @property
    def title(self) -> str:
        """What the sheet is about."""
        name = self.exercises[0].explanation.output.label
        return f"The derivatives of {name}"

    def to_markdown(self) -> str:
        """The exercises, without the key."""
        parts = [
            f"# {self.title}\n\nSeed {self.seed}. Round to {DIGITS} digits. The values of functions are given.\n\n"
            f"```text\n{self.program}\n```"
        ]
        for number, exercise in enumerate(self.exercises, start=1):
            symbol = exercise.explanation.symbol
            values = _table(("", "value"), [(_step(node), _given(node)) for node in exercise.nodes])
            factors = _table(("factor", "formula", "number"), [(symbol, "", "") for symbol in _symbols(exercise)])
            parts.append(
                f"## {number}. {symbol} at {exercise.at}\n\n"
                f"a) Before you compute: is {symbol} positive or negative? ______\n\n"
                f"b) The values, from the top down.\n\n{values}\n\nc) The factors on the way.\n\n{factors}\n\n"
                f"d) {symbol} = ______"
            )
        return "\n\n".join(parts) + "\n"

    def key(self) -> str:
        """The answers, as Markdown."""
        parts = [
            f"# Key: {self.title[0].lower()}{self.title[1:]}\n\nSeed {self.seed}. c) and d) have more digits than the "
            f"{DIGITS} asked for: nothing is rounded on the way, so your last one may differ."
        ]
        for number, exercise in enumerate(self.exercises, start=1):
            symbol, slope = exercise.explanation.symbol, exercise.explanation.derivative
            values = ", ".join(f"{node.label} = {show_number(node.data, DIGITS)}" for node in exercise.nodes)
            parts.append(
                f"## {number}. {symbol} at {exercise.at}\n\na) {'positive' if slope > 0 else 'negative'}\n\n"
                f"b) {values}\n\nc) and d)\n\n```text\n{exercise.explanation}\n```"
            )
        return "\n\n".join(parts) + "\n"


def worksheet(
    formula: str,
    *,
    seed: int = 0,
    count: int = 10,
    numbers: Mapping[str, float] | None = None,
    wrt: Sequence[str] = (),
) -> Worksheet:
    """Exercises about a formula: which derivative, at which numbers, is drawn from a seed.

    Numbers are few and short: of several draws, the one whose values and factors have the fewest digits is taken.

    Args:
        formula: Statements `name = formula`, as `python -m autograd` takes them. The last one is differentiated.
        seed: The same seed gives the same exercises.
        count: How many exercises.
        numbers: Numbers that are the same in all of them.
        wrt: The variables to differentiate with respect to: all that `numbers` does not fix, if none is named.

    Raises:
        FormulaError: if the formula cannot be read.
        ValueError: if there is nothing to differentiate, or no numbers are found at which a derivative is not 0.

    Example:
        >>> sheet = worksheet("C = (w*x - y)**2", seed=7, count=2)
        >>> print(sheet.program)
        u1 = w*x
        u2 = u1 - y
        C = u2**2
        >>> print(sheet.exercises[0].explanation)
        ∂C/∂w = ∂u₁/∂w · ∂u₂/∂u₁ · ∂C/∂u₂
              = x · 1 · 2*u₂
              = 1 · 1 · 4
              = 4
    """
    if not 1 <= count <= MOST_EXERCISES:
        raise ValueError(f"a worksheet has 1 to {MOST_EXERCISES} exercises, but got {count}.")
    names, fixed = variables(formula), dict(numbers or {})
    for name in (*fixed, *wrt):
        if name not in names:
            raise ValueError(f"{name[:60]!r} is no variable of the formula; it has {', '.join(names) or 'none'}.")
    asked = list(wrt) or [name for name in names if name not in fixed]
    if not asked:
        what = f"all of {', '.join(names)} have a number" if names else "the formula has none"
        raise ValueError(f"a worksheet needs a variable, but {what}; leave one free, or name it by wrt.")
    random = Random(f"{seed} {formula}")
    random.shuffle(asked)
    exercises, seen = list[Exercise](), set[str]()
    for place in range(count):
        exercise = _drawn(formula, names, fixed, asked[place % len(asked)], random, seen)
        exercises.append(exercise)
        seen.add(_heading(exercise))
    program = "\n".join(_step(node) for node in exercises[0].nodes)
    return Worksheet(program, seed, tuple(exercises))


def _drawn(
    formula: str, names: Sequence[str], fixed: Mapping[str, float], wrt: str, random: Random, seen: set[str]
) -> Exercise:
    """The draw with the fewest digits; one that has been used already only if there is no other."""
    found, failure = list[Exercise](), ""
    for _ in range(MOST_TRIES):
        numbers = {name: fixed.get(name, random.choice(NUMBERS)) for name in names}
        try:
            results = evaluate(formula, {name: Value(number, name) for name, number in numbers.items()})
        except (FormulaError, ValueError, ArithmeticError) as error:  # out of some domain: try others
            failure = str(error)
            continue
        output = _named(list(results.values())[-1], wrt)
        try:
            exercise = Exercise(numbers, explain(output, wrt))
        except (ValueError, ArithmeticError) as error:  # a value that has no derivative, as sqrt(0)
            failure = str(error)
            continue
        if _is_workable(exercise):
            found.append(exercise)
        if len(found) == TRIES:
            break
    if not found:
        why = failure or f"the derivative with respect to {wrt} is 0, or its numbers are too large or too small by hand"
        hint = f"Give some variables a number, as in {names[0]}=2."
        raise ValueError(f"{MOST_TRIES} draws gave no exercise. {hint} The last one: {why}")
    if found[0].explanation.n_paths > MOST_PATHS:
        what = f"{found[0].explanation.symbol} has {found[0].explanation.n_paths} paths"
        raise ValueError(f"{what}; a worksheet takes up to {MOST_PATHS}. Ask with respect to something nearer the end.")
    return min(found, key=lambda exercise: (_heading(exercise) in seen, _digits(exercise)))


def _named(output: object, wrt: str) -> Value:
    """The graph of what the last statement gave, each of its nodes with a name.

    Raises:
        ValueError: if no numbers would make an exercise of it.
    """
    if not isinstance(output, Value) or not output.parents:
        raise ValueError("the last statement computes nothing from a variable; write a formula, as in C = (w*x - y)**2")
    output.label = output.label or "f"
    order = Recorded.of(output).order
    taken = {node.label for node in order}
    if wrt not in taken:
        raise ValueError(f"{output.label}, the last statement, does not depend on {wrt}; put what you ask about last.")
    fresh = (name for name in (f"u{number}" for number in range(1, len(order) + 1 + len(taken))) if name not in taken)
    for node in order:
        if node.parents and not node.label:
            node.label = next(fresh)
    return output


def _is_workable(exercise: Exercise) -> bool:
    slope = abs(exercise.explanation.derivative)
    at_kink = any(node.op and node.op.kinks and _is_tied([p.data for p in node.parents]) for node in exercise.nodes)
    return SMALLEST <= slope <= LARGEST and not at_kink and all(abs(node.data) <= LARGEST for node in exercise.nodes)


def _is_tied(numbers: list[float]) -> bool:
    """Whether one is 0, or two are equal: where functions have kinks."""
    return 0.0 in numbers or len({*numbers}) < len(numbers)


def _digits(exercise: Exercise) -> int:
    numbers = [node.data for node in exercise.nodes]
    numbers += [factor.number for chain in exercise.explanation.chains for factor in chain.factors]
    return sum(sum(map(str.isdigit, show_number(number))) for number in numbers)


def _heading(exercise: Exercise) -> str:
    return f"{exercise.explanation.symbol} at {exercise.at}"


def _symbols(exercise: Exercise) -> list[str]:
    factors = [factor for chain in exercise.explanation.chains for factor in chain.factors]
    return list(dict.fromkeys(factor.symbol for factor in factors))


def _step(node: Value) -> str:
    return f"{node.label} = {to_text(computed(node))}"


def _given(node: Value) -> str:
    """The value of a function that nobody computes by hand."""
    shown = show_number(node.data, DIGITS)
    return "" if node.op is None or node.op.is_infix or float(shown) == node.data else shown


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
