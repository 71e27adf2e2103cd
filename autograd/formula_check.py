"""Is my chain right? A learner's formula for a derivative, compared factor by factor with the graph's own."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from autograd.explain import Chain, explain
from autograd.formula import Apply, Derivative, FormulaError, Number, Term, compute, parse
from autograd.forward import recompute, tangents
from autograd.graph import topological_order
from autograd.ops import mul, neg, truediv
from autograd.reverse import local_derivatives
from autograd.symbols import Expression, to_text
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
    """

    symbol: str
    yours: float
    expected: float
    is_right: bool
    findings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.is_right

    def __repr__(self) -> str:
        if self.is_right:
            return f"right: that is {self.symbol} = {self.expected:.6g}"
        head = f"not {self.symbol}: yours is {self.yours:.6g}, but it is {self.expected:.6g}"
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
    points = _points(nodes, Random(seed))
    symbols = {node.label: Expression(node.data, name=node.label) for node in nodes if node.label}
    factors = _factors(statement.term)
    yours = [[_at(point, term, text) ** power for point in points] for term, power in factors]
    products = [math.prod(column) for column in zip(*yours, strict=True)]
    expected = [tangents(nodes, variable, point)[output] for point in points]
    result = (explanation.symbol, products[0], expected[0])
    if _close(products, expected):
        return FormulaCheck(*result, is_right=True)
    if explanation.n_paths > 1:
        return FormulaCheck(*result, False, _compare_paths(explanation.chains, explanation.n_paths, points, products))
    names = [_written(term, power, symbols, text) for term, power in factors]
    return FormulaCheck(*result, False, _compare_factors(explanation.chains[0], points, yours, names))


def _points(nodes: list[Value], random: Random) -> list[Numbers]:
    """The recorded numbers, and what the graph gives when its labelled leaves have others."""
    points = [{node: node.data for node in nodes}]
    leaves = [node for node in nodes if node.label and not node.parents]
    for _ in range(10 * POINTS):
        try:
            points.append(recompute(nodes, {leaf: leaf.data + random.uniform(-0.3, 0.3) for leaf in leaves}))
        except ValueError:  # out of some domain: try another
            continue
        if len(points) == POINTS:
            break
    return points


def _at(point: Numbers, term: Term, text: str) -> float:
    value = compute(term, {node.label: number for node, number in point.items() if node.label}, text)
    return float(value)


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


def _groups(places: list[int]) -> list[tuple[int, ...]]:
    """Groups of up to three factors, small ones first."""
    few = places[:MOST_FACTORS]
    return [group for size in (1, 2, 3) for group in itertools.combinations(few, size)]


def _product(columns: list[list[float]], group: Sequence[int], size: int) -> list[float]:
    return [math.prod(columns[k][point] for k in group) for point in range(size)]


def _close(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-12) for a, b in zip(one, other, strict=True))


def _written(term: Term, power: int, symbols: dict[str, Expression], text: str) -> str:
    """A factor as it is written."""
    if isinstance(term, Derivative):
        name = f"d{term.op.name}({to_text(compute(term.argument, symbols, text))})"
    else:
        name = to_text(Expression(term.number) if isinstance(term, Number) else compute(term, symbols, text))
    return name if power == 1 else f"1/({name})"
