"""Is my chain right? A learner's formula for a derivative, compared factor by factor with the graph's own."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from autograd.explain import Chain, explain
from autograd.formula import Apply, FormulaError, Number, Term, compute, parse
from autograd.forward import recompute, tangents
from autograd.graph import topological_order
from autograd.ops import mul, neg, truediv
from autograd.reverse import local_derivatives
from autograd.symbols import Expression, as_expression, to_text
from autograd.value import Value

POINTS = 5  # where formulas are compared: the recorded point and others near it, at random
TOLERANCE = 1e-9
MOST_FACTORS = 12

Numbers = dict[Value, float]


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
        if _close([self.yours], [self.expected]):
            head = f"not {self.symbol}: it agrees here, at {self.expected:.6g}, but not at other numbers"
        return "\n".join([head, *(f"- {finding}" for finding in self.findings)])


def check_formula(text: str, output: Value, variable: Value, *, seed: int = 0) -> FormulaCheck:
    """Check a formula that someone typed for ∂output/∂variable, and name the factor that is missing, extra or wrong.

    The formula may use the labels of the graph's nodes, `+ - * / **`, the functions of the table, and their derivatives
    with a `d` before the name: `dsigma(z)`. It is read as data, never run. It is compared with the graph's derivative
    at the recorded numbers and, since a wrong formula may be right by chance, at others near them.

    Args:
        text: The formula.
        output: The node to differentiate.
        variable: The node with respect to which.
        seed: Seeds the other numbers.

    Raises:
        FormulaError: if the text is no formula, or uses a name that no node has.
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
    explanation = explain(output, variable)
    if not explanation.chains:
        raise ValueError(f"{explanation.symbol} is 0: there is no chain to check.")
    (statement, *others) = parse(text)
    if others or statement.name is not None:
        raise FormulaError("write one formula alone, without a name and =")
    nodes = topological_order(output)
    symbols = {node.label: Expression(node.data, name=node.label) for node in nodes if node.label}
    if len(symbols) < sum(bool(node.label) for node in nodes):
        raise ValueError("several nodes have the same label, so that a formula could mean either. Rename one.")
    factors = _factors(statement.term)
    points, columns = _compared(_points(nodes, Random(seed)), factors, text)
    yours = [list(row) for row in zip(*columns, strict=True)]
    products = [math.prod(column) for column in columns]
    expected = [tangents(nodes, {variable: 1.0}, point)[output] for point in points]
    result = (explanation.symbol, products[0], expected[0])
    if _close(products, expected):
        return FormulaCheck(*result, True, n_points=len(points))
    names = [_written(term, power, symbols, text) for term, power in factors]
    if explanation.n_paths > 1:
        alone = _compare_paths(explanation.chains, explanation.n_paths, points, products)
        return FormulaCheck(*result, False, _extra_factor(expected, columns, names) or alone)
    return FormulaCheck(*result, False, _compare_factors(explanation.chains[0], points, yours, names))


def _points(nodes: list[Value], random: Random) -> list[Numbers]:
    """The recorded numbers, and what the graph gives near them, on the same side of every kink."""
    points = [{node: node.data for node in nodes}]
    leaves = [node for node in nodes if not node.parents and (node.label or not node.is_constant)]
    for _ in range(10 * POINTS):
        moved = {leaf: leaf.data + random.uniform(-0.05, 0.05) * (abs(leaf.data) or 1.0) for leaf in leaves}
        try:
            point = recompute(nodes, moved)
        except ValueError:  # out of some domain: try another
            continue
        if all(_sides(node, point) == _sides(node, points[0]) for node in nodes if node.op and node.op.kinks):
            points.append(point)
        if len(points) == POINTS:
            break
    return points


def _sides(node: Value, point: Numbers) -> tuple[bool, ...]:
    """On which side of 0, and of each other, the arguments of an operation with a kink are."""
    numbers = [0.0, *(point[parent] for parent in node.parents)]
    return tuple(a > b for a, b in itertools.permutations(numbers, 2))


def _compared(
    points: list[Numbers], factors: list[tuple[Term, int]], text: str
) -> tuple[list[Numbers], list[list[float]]]:
    """The points at which the formula has a value, and the numbers of its factors there."""
    kept, columns = [], []
    failure: Exception | None = None
    for point in points:
        names = {node.label: number for node, number in point.items() if node.label}
        try:
            columns.append([float(compute(term, names, text)) ** power for term, power in factors])
            kept.append(point)
        except FormulaError as error:
            failure = failure or error
        except ZeroDivisionError:
            failure = failure or FormulaError("the formula divides by 0 at the numbers in the graph")
    if failure and not kept:
        raise failure
    return kept, columns


def _along(chain: Chain, point: Numbers) -> list[float]:
    """The factors of a chain at a point."""
    edges = zip(chain.path.nodes[1:], chain.path.places, strict=True)
    numbers: list[float] = []
    product = 1.0
    for upper, place in edges:
        product *= local_derivatives(upper, point)[place] or 0.0
        if len(numbers) < len(chain.factors) and upper is chain.factors[len(numbers)].upper:
            numbers.append(product)
            product = 1.0
    return numbers


def _factors(term: Term) -> list[tuple[Term, int]]:
    """The factors of a product, each with the power 1 or, below a fraction bar, -1."""
    factors: list[tuple[Term, int]] = []
    todo = [(term, 1)]
    while todo:
        part, power = todo.pop()
        if isinstance(part, Apply) and part.op in (mul, truediv):
            left, right = part.arguments
            todo += [(right, -power if part.op is truediv else power), (left, power)]
        elif isinstance(part, Apply) and part.op is neg:
            factors.append((Number(-1.0, position=part.position), 1))
            todo.append((part.arguments[0], power))
        else:
            factors.append((part, power))
    return factors


def _compare_factors(
    chain: Chain, points: list[Numbers], yours: list[list[float]], names: list[str]
) -> tuple[str, ...]:
    columns = list(zip(*(_along(chain, point) for point in points), strict=True))
    missing = [i for i, column in enumerate(columns) if not _close(column, [1.0] * len(points))]
    left = [i for i, column in enumerate(yours) if not _close(column, [1.0] * len(points))]
    for i in tuple(missing):
        for group in _groups(left):
            if _close(_product(yours, group, len(points)), columns[i]):
                missing.remove(i)
                left = [k for k in left if k not in group]
                break
    wanted = [f"{chain.factors[i].symbol} = {to_text(chain.factors[i].formula)}" for i in missing]
    if len(missing) == 1 and left:
        (column,) = (columns[i] for i in missing)
        there = " * ".join(names[k] for k in left)
        ratios = [
            mine / right if right else math.nan
            for mine, right in zip(_product(yours, left, len(points)), column, strict=True)
        ]
        if _close(ratios, [ratios[0]] * len(points)):
            return (f"wrong: {wanted[0]}; yours, {there}, is {ratios[0]:.6g} times that",)
        return (f"wrong: {wanted[0]}; yours there is {there}",)
    return (*(f"missing: {factor}" for factor in wanted), *(f"extra: {names[k]}" for k in left))


def _compare_paths(
    chains: Sequence[Chain], n_paths: int, points: list[Numbers], products: list[float]
) -> tuple[str, ...]:
    for number, chain in enumerate(chains, start=1):
        if _close(products, [math.prod(_along(chain, point)) for point in points]):
            return (f"that is path {number} alone; the derivative sums over {n_paths} paths, explain() shows them",)
    return (f"the derivative sums over {n_paths} paths, and yours is neither their sum nor one of them",)


def _extra_factor(expected: list[float], columns: list[list[float]], names: list[str]) -> tuple[str, ...]:
    """The factor without which the formula would be right, whatever the paths are; nothing if there is none."""
    for i, name in enumerate(names):
        others = [math.prod(row[:i] + row[i + 1 :]) for row in columns]
        if _close(others, expected):
            return (f"extra: {name}",)
    return ()


def _groups(places: list[int]) -> list[tuple[int, ...]]:
    """Groups of up to three factors, small ones first."""
    few = places[:MOST_FACTORS]
    return [group for size in (1, 2, 3) for group in itertools.combinations(few, size)]


def _product(columns: list[list[float]], group: Sequence[int], size: int) -> list[float]:
    return [math.prod(columns[k][point] for k in group) for point in range(size)]


def _close(one: Sequence[float], other: Sequence[float]) -> bool:
    rounding = 1e-12 * max(map(abs, other))  # relative to the largest: differences may cancel at some point
    return all(math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=rounding) for a, b in zip(one, other, strict=True))


def _written(term: Term, power: int, symbols: dict[str, Expression], text: str) -> str:
    """A factor as it is written."""
    formula = as_expression(compute(term, symbols, text))
    name = f"({to_text(formula)})" if formula.is_sum else to_text(formula)
    return name if power == 1 else f"1/{name}"
