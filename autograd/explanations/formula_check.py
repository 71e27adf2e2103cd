"""Is my chain right? A learner's formula for a derivative, compared factor by factor with the graph's own."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from autograd.engine import Value, require_values, topological_order
from autograd.explanations.chains import explanation
from autograd.explanations.formula_findings import TypedFormula, close, findings, numbers_by_name
from autograd.explanations.formula_parser import CONSTANTS, Name, Term, parse
from autograd.explanations.formula_tokens import FormulaError, error_at, name_of
from autograd.graph import Recorded, chosen
from autograd.notation import Expression, alike, arguments_first, name, plural, printable, typeset

POINTS = 5  # where formulas are compared: the recorded point and others near it, at random


@dataclass(frozen=True)
class FormulaCheck:
    """What `check_formula` found. It is true if the formula is right, and prints what is missing, extra or wrong.

    Attributes:
        symbol: The derivative, as it is written: `∂C/∂w`.
        yours: What the formula gives at the numbers in the graph.
        expected: What the derivative is there.
        is_right: Whether the two agree there, and at other numbers too.
        findings: A sentence for each factor that is missing, extra or wrong.
        n_points: At how many sets of numbers a right formula was compared.
    """

    symbol: str
    yours: float
    expected: float
    is_right: bool
    findings: tuple[str, ...] = ()
    n_points: int = POINTS

    def __bool__(self) -> bool:
        return self.is_right

    def __repr__(self) -> str:
        if self.is_right:
            alone = " (compared at these numbers only)" if self.n_points == 1 else ""
            return f"right: that is {self.symbol} = {self.expected:.6g}{alone}"
        head = f"not {self.symbol}: yours is {self.yours:.10g}, but it is {self.expected:.10g}"
        if close([self.yours], [self.expected]):
            head = f"not {self.symbol}: it agrees here, at {self.expected:.6g}, but not at other numbers"
        return "\n".join([head, *(f"- {finding}" for finding in self.findings)])


def check_formula(text: str, output: Value, variable: Value | str, *, seed: int = 0) -> FormulaCheck:
    """Check a formula that someone typed for ∂output/∂variable, and name the factor that is missing, extra or wrong.

    The formula may use the labels of the graph's nodes, `+ - * / **`, the functions of the table, and their derivatives
    with a `d` before the name: `dsigma(z)`. A textbook's `σ'(z)`, `ln`, `π`, `h²` and `2a(a - y)` are read, too, and so
    is a derivative along the way: `∂C/∂a`, or `dC/da`. The formula is read as data, never run. It is compared with the
    graph's derivative at the recorded numbers and, since a wrong formula may be right by chance, at others near them.

    Args:
        text: The formula.
        output: The node to differentiate.
        variable: The node to differentiate with respect to, or its label.
        seed: Seeds the other numbers.

    Raises:
        FormulaError: if the text is not a formula, or uses a name that no node has.
        ValueError: if `variable` is a constant, or the output does not depend on it.

    Example:
        >>> w, a_prev, y = Value(0.5, "w"), Value(3.0, "a_prev"), Value(1.0, "y")
        >>> z = w * a_prev
        >>> z.label = "z"
        >>> C = (z - y) ** 2
        >>> C.label = "C"
        >>> check_formula("a_prev * 2*(z - y)", C, w)
        right: that is ∂C/∂w = 3
        >>> check_formula("2*(z - y)", C, w)
        not ∂C/∂w: yours is 1, but it is 3
        - missing: ∂z/∂w = a_prev
    """
    require_values("check_formula", output)
    graph = Recorded.of(output)
    variable = chosen("check_formula", variable, graph.order)
    written_out = explanation(graph, variable)
    if not written_out.chains:
        raise ValueError(f"{written_out.symbol} is 0: there is no chain to check. {_why_not(graph, variable)}")
    labels = _symbols(graph)
    (statement, *others) = parse(text, labels)
    if others or statement.name is not None:
        raise FormulaError("write one formula alone, without a name and =")
    derivatives = numbers_by_name(statement.term, graph)
    asked = f"∂{name_of(output.label)}/∂{name_of(variable.label)}"
    if asked in derivatives and asked not in labels:
        raise FormulaError(f"{asked} is what is asked for; write it with derivatives along the way, or as a formula")
    symbols = {name: Expression(number, name) for name, number in (CONSTANTS | derivatives).items()} | labels
    _check_names(statement.term, symbols, text)
    formula = TypedFormula(statement.term, text, symbols)
    points, yours = _computed(formula, _points(graph, Random(seed)))
    expected = [point.tangents({variable: 1.0})[output] for point in points]
    result = (written_out.symbol, yours[0], expected[0])
    if close(yours, expected):
        return FormulaCheck(*result, True, n_points=len(points))
    if not _has_names(statement.term):
        for sign, what in ((1, "right"), (-1, "the sign is wrong; otherwise right")):
            if digits := right_digits(sign * yours[0], expected[0]):
                return FormulaCheck(*result, False, (f"{what} to {plural(digits, 'digit')}; now as a formula",))
    return FormulaCheck(*result, False, findings(written_out, formula, points, expected))


def _symbols(graph: Recorded) -> dict[str, Expression]:
    """What the labels of a graph stand for in a formula."""
    symbols: dict[str, Expression] = {}
    for node in graph.order:
        if node.label and name_of(node.label) in symbols:
            raise ValueError(
                f'several nodes are labelled "{name(node)}", so a formula could mean either. Rename one: '
                f'node.label = "{printable(node.label)}_1".'
            )
        if node.label:
            symbols[name_of(node.label)] = Expression(node.data, name=typeset(node.label))
    return symbols


def _check_names(term: Term, symbols: Mapping[str, Expression], text: str) -> None:
    for part in arguments_first(term):
        if isinstance(part, Name) and part.name not in symbols:
            known = sorted(symbols.keys() - CONSTANTS)
            meant = alike(part.name, known)
            advice = f"did you mean {' or '.join(meant)}?" if meant else "a node gets its name by node.label = ..."
            names = f"known are {', '.join(known)}" if known else "no node has a label"
            raise error_at(f"unknown name {part.name!r:.60}; {names}; {advice}", text, part.position)


def _why_not(graph: Recorded, variable: Value) -> str:
    """Why an output does not depend on a variable: what may have been meant."""
    output, label = graph.output, variable.label
    if output in topological_order(variable):
        return f"{name(variable)} was computed from {name(output)}: give these two the other way round."
    if label and any(node.label == label for node in graph.order):
        return f'It was computed from another node labelled "{name(variable)}": give that one, or the label.'
    return f"{name(output)} was not computed from {name(variable)}."


def right_digits(number: float, expected: float) -> int:
    """To how many of its digits a number agrees with another; 0 if they do not agree to two, or to all it has.

    Example:
        >>> right_digits(-0.1218, -0.1217995), right_digits(0.12, 0.1297), right_digits(0.5, 0.5)
        (4, 0, 1)
    """
    has = len(f"{number:.14e}".partition("e")[0].lstrip("-").replace(".", "").rstrip("0"))
    agree = [n for n in range(1, has + 1) if f"{number:.{n - 1}e}" == f"{expected:.{n - 1}e}"]
    return agree[-1] if agree and agree[-1] >= min(has, 2) else 0


def _has_names(term: Term) -> bool:
    return any(isinstance(part, Name) and part.name not in CONSTANTS for part in arguments_first(term))


def _points(graph: Recorded, random: Random) -> list[Recorded]:
    """The recorded numbers, and what the graph gives near them, on the same side of every kink."""
    points = [graph]
    leaves = [node for node in graph.order if not node.parents and (node.label or not node.is_constant)]
    with_kinks = [node for node in graph.order if node.op and node.op.kinks]
    for _ in range(10 * POINTS):
        moved = {leaf: leaf.data + random.uniform(-0.05, 0.05) * (abs(leaf.data) or 1.0) for leaf in leaves}
        try:
            point = graph.at(graph.recompute(moved))
        except ValueError:  # out of some domain: try another
            continue
        if all(_sides(node, point) == _sides(node, graph) for node in with_kinks):
            points.append(point)
        if len(points) == POINTS:
            break
    return points


def _sides(node: Value, point: Recorded) -> tuple[bool, ...]:
    """On which side of 0, and of each other, the arguments of an operation with a kink are."""
    numbers = [0.0, *map(point.number, node.parents)]
    return tuple(a > b for a, b in itertools.permutations(numbers, 2))


def _computed(formula: TypedFormula, points: list[Recorded]) -> tuple[list[Recorded], list[float]]:
    """The points at which the formula has a value, and that value."""
    kept, values = list[Recorded](), list[float]()
    failure: Exception | None = None
    for point in points:
        try:
            values += formula.at([point])
            kept.append(point)
        except FormulaError as error:
            failure = failure or error
        except ZeroDivisionError:
            failure = failure or FormulaError("the formula divides by 0 at the numbers in the graph")
    if failure and not kept:
        raise failure
    return kept, values
