"""What is missing, extra or wrong in a formula: each of its terms and factors against the paths."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd.explanations.chains import Explanation
from autograd.explanations.factors import Chain
from autograd.explanations.formula import compute
from autograd.explanations.formula_parser import Apply, Name, Number, Term
from autograd.explanations.formula_tokens import name_of
from autograd.graph import Recorded
from autograd.notation import MOST_OPERATIONS, Expression, arguments_first, as_expression, read_derivative, to_text
from autograd.ops import add, mul, neg, sub, truediv

TOLERANCE = 1e-9
MOST_FACTORS = 12


class TypedFactor(NamedTuple):
    """A factor of what was typed.

    Attributes:
        term: The part of the formula.
        power: 1, or -1 below a fraction bar.
    """

    term: Term
    power: int


class TypedFormula:
    """What was typed: a product, which may have a single factor.

    Args:
        term: The formula, or a part of it.
        text: The whole text.
        symbols: What the labels stand for when the formula is written again.
    """

    def __init__(self, term: Term, text: str, symbols: dict[str, Expression]) -> None:
        self.term, self.text, self.symbols = term, text, symbols
        self.factors = _factors(term)

    @property
    def names(self) -> list[str]:
        """The factors as they are written."""
        return [self._written(*factor) for factor in self.factors]

    @property
    def terms(self) -> "list[TypedFormula]":
        """What the formula is the sum of."""
        return [TypedFormula(term, self.text, self.symbols) for term in _terms(self.term)]

    def columns(self, points: Sequence[Recorded]) -> list[list[float]]:
        """The numbers that each factor has at some points."""
        named = [numbers_by_name(self.term, point) for point in points]
        return [[float(compute(term, names, self.text)) ** power for names in named] for term, power in self.factors]

    def at(self, points: Sequence[Recorded]) -> list[float]:
        """The numbers that the formula has at some points."""
        return [math.prod(row) for row in zip(*self.columns(points), strict=True)]

    def _written(self, term: Term, power: int) -> str:
        if sum(isinstance(part, Apply) for part in arguments_first(term)) > MOST_OPERATIONS:
            return "…"
        formula = as_expression(compute(term, self.symbols, self.text))
        name = f"({to_text(formula)})" if formula.is_sum else to_text(formula)
        return name if power == 1 else f"1/{name}"


def numbers_by_name(term: Term, point: Recorded) -> dict[str, float]:
    """What the names in a formula stand for: the numbers of labelled nodes, and the derivatives that it names."""
    nodes = {name_of(node.label): node for node in point.order if node.label}
    numbers = {name: point.number(node) for name, node in nodes.items()}
    for part in arguments_first(term):
        if isinstance(part, Name) and part.name not in numbers and (quotient := read_derivative(part.name)):
            of, ((by, _),) = nodes.get(quotient.of), quotient.by
            if of is not None and by in nodes:
                numbers[part.name] = point.tangents({nodes[by]: 1.0}).get(of, 0.0)
    return numbers


def _factors(term: Term) -> list[TypedFactor]:
    factors: list[TypedFactor] = []
    todo = [TypedFactor(term, 1)]
    while todo:
        part, power = todo.pop()
        if isinstance(part, Apply) and part.op in (mul, truediv):
            left, right = part.arguments
            todo += [TypedFactor(right, -power if part.op is truediv else power), TypedFactor(left, power)]
        elif isinstance(part, Apply) and part.op is neg and isinstance(part.arguments[0], Number):
            factors.append(TypedFactor(Number(-part.arguments[0].number, position=part.position), power))
        elif isinstance(part, Apply) and part.op is neg:
            factors.append(TypedFactor(Number(-1.0, position=part.position), 1))
            todo.append(TypedFactor(part.arguments[0], power))
        else:
            factors.append(TypedFactor(part, power))
    return factors


def _terms(term: Term) -> list[Term]:
    terms: list[Term] = []
    todo = [(term, False)]
    while todo:
        part, is_negative = todo.pop()
        if isinstance(part, Apply) and part.op in (add, sub):
            left, right = part.arguments
            todo += [(right, is_negative != (part.op is sub)), (left, is_negative)]
        else:
            terms.append(Apply(neg, (part,), position=part.position) if is_negative else part)
    return terms


def findings(
    explanation: Explanation, formula: TypedFormula, points: Sequence[Recorded], expected: Sequence[float]
) -> tuple[str, ...]:
    """A sentence for each factor or path that is missing, extra or wrong.

    Args:
        explanation: The derivative, path by path.
        formula: What was typed for it, which is wrong.
        points: Where the two were compared.
        expected: The derivative there.
    """
    if explanation.n_paths == 1:
        return _compare_factors(explanation.chains[0], formula, points)
    found = _compare_with_sum(explanation.chains, formula, points, expected)
    if not found and len(explanation.chains) == explanation.n_paths:
        found = _compare_terms(explanation.chains, formula.terms, points)
    return tuple(found) or (f"yours is neither the sum of its {explanation.n_paths} paths nor one of them",)


def _compare_with_sum(
    chains: Sequence[Chain], formula: TypedFormula, points: Sequence[Recorded], expected: Sequence[float]
) -> list[str]:
    """What is wrong with all of it, if it is one thing: a factor too many, or too few."""
    columns = formula.columns(points)
    yours = _product(columns, len(points))
    for i, name in enumerate(formula.names):
        if close(_product(columns[:i] + columns[i + 1 :], len(points)), expected):
            return [f"extra: {name}"]
    if (ratio := _ratio(yours, expected)) is not None:
        return [f"yours is {ratio:.6g} times the derivative"]
    columns_of = [_along(chain, points) for chain in chains]
    for number, along in enumerate(columns_of, start=1):
        if close(yours, _product(along, len(points))):
            return [f"that is path {number} alone, of those that explain() shows; the derivative is the sum of them"]
    for chain, along in zip(chains, columns_of, strict=True):
        for factor, column in zip(chain.factors, along, strict=True):
            if close([a * b for a, b in zip(yours, column, strict=True)], expected):
                return [f"missing: {factor.symbol} = {to_text(factor.formula)}"]
    return []


def _compare_terms(chains: Sequence[Chain], terms: Sequence[TypedFormula], points: Sequence[Recorded]) -> list[str]:
    """What is wrong with one term, if all others are paths."""
    left = [(term, term.at(points)) for term in terms]
    missing = []
    for number, chain in enumerate(chains, start=1):
        along = _product(_along(chain, points), len(points))
        same = [entry for entry in left if close(entry[1], along)]
        if same:
            left.remove(same[0])
        else:
            missing.append((number, chain))
    if len(left) == len(chains) or len(missing) > 1 or len(left) > 1:
        return []
    if not missing:
        return [f"extra: the term {' * '.join(term.names)}" for term, _ in left]
    ((number, chain),) = missing
    symbols = " · ".join(factor.symbol for factor in chain.factors)
    if not left:
        return [f"missing: path {number}, {symbols}"]
    return [f"in path {number}, {finding}" for finding in _compare_factors(chain, left[0][0], points)]


def _compare_factors(chain: Chain, formula: TypedFormula, points: Sequence[Recorded]) -> tuple[str, ...]:
    """What is missing, extra or wrong along one path."""
    n, names, yours = len(points), formula.names, formula.columns(points)
    columns = _along(chain, points)
    missing = [i for i, column in enumerate(columns) if not close(column, [1.0] * n)]
    left = [i for i, column in enumerate(yours) if not close(column, [1.0] * n)]
    places: dict[int, tuple[int, ...]] = {}  # which of yours each factor is
    for i in tuple(missing):
        for group in _groups(left):
            if close(_product([yours[k] for k in group], n), columns[i]):
                missing.remove(i)
                left = [k for k in left if k not in group]
                places[i] = group
                break
    for k in tuple(left):  # and which of yours are several factors at once
        for group in _groups(missing):
            if close(_product([columns[i] for i in group], n), yours[k]):
                left.remove(k)
                missing = [i for i in missing if i not in group]
                places |= dict.fromkeys(group, (k,))
                break
    wanted = [f"{chain.factors[i].symbol} = {to_text(chain.factors[i].formula)}" for i in missing]
    if len(missing) == 1 and left and _stand_there(left, missing[0], places):
        there = " * ".join(names[k] for k in left)
        ratio = _ratio(_product([yours[k] for k in left], n), columns[missing[0]])
        if ratio is not None:
            return (f"wrong: {wanted[0]}; yours, {there}, is {ratio:.6g} times that",)
        return (f"wrong: {wanted[0]}; yours there is {there}",)
    return (*(f"missing: {factor}" for factor in wanted), *(f"extra: {names[k]}" for k in left))


def _stand_there(left: list[int], missing: int, places: dict[int, tuple[int, ...]]) -> bool:
    """Whether what is left of a formula stands where the missing factor belongs, from either end."""
    before = [k for i, group in places.items() if i < missing for k in group]
    after = [k for i, group in places.items() if i > missing for k in group]
    first, last = min(left), max(left)
    forward = all(k < first for k in before) and all(k > last for k in after)
    backward = all(k > last for k in before) and all(k < first for k in after)
    return forward or backward


def _along(chain: Chain, points: Sequence[Recorded]) -> list[list[float]]:
    """The numbers that each factor of a chain has at some points."""
    return [list(column) for column in zip(*(_factors_at(chain, point) for point in points), strict=True)]


def _factors_at(chain: Chain, point: Recorded) -> Iterator[float]:
    edges = zip(chain.path.nodes[1:], chain.path.places, strict=True)
    for factor in chain.factors:
        product = 1.0
        for upper, place in edges:  # those that belong to this factor
            product *= point.slopes(upper)[place] or 0.0
            if upper is factor.upper:
                break
        yield product


def _ratio(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The one divided by the other, if that is the same at all points."""
    ratios = [a / b if b else math.nan for a, b in zip(one, other, strict=True)]
    is_one = len(ratios) > 1 and ratios[0] != 0 and math.isfinite(ratios[0])
    return ratios[0] if is_one and close(ratios, [ratios[0]] * len(ratios)) else None


def _groups(places: list[int]) -> list[tuple[int, ...]]:
    """Groups of up to three factors, small ones first."""
    few = places[:MOST_FACTORS]
    return [group for size in (1, 2, 3) for group in itertools.combinations(few, size)]


def _product(columns: Sequence[Sequence[float]], n: int) -> list[float]:
    return [math.prod(column[point] for column in columns) for point in range(n)]


def close(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether numbers agree, up to rounding."""
    rounding = 1e-12 * max(map(abs, other))  # relative to the largest: differences may cancel at some point
    return all(math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=rounding) for a, b in zip(one, other, strict=True))
