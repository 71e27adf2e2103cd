"""A function and its graph around a point: how large a step may be, and what confirms the complex step.

The complex step follows the graph, so it takes the place of the difference only where the two agree, and either the
difference is sharp or the graph gives f's own numbers farther away, where rounding hides less.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence

from autograd.checks.oracles import Expectation, central_differences, nudged, one_sided_difference, rounding_of
from autograd.derivatives import complex_step
from autograd.engine import Value
from autograd.graph import Recorded

_ROUNDING = 1e-13  # of a derivative, relative to the sizes of all that is added up in it
_TRUNCATION = 1e-50  # of the complex step
_SHARP = 1e-5  # a difference that is this close, relative to the complex step, confirms it alone
_FARTHER = (0.01, 0.1, 1.0, 10.0)  # steps relative to the input, to compare the graph with f where rounding hides less
_JUMP = 1e3  # times rounding: what f does not do at the next larger step after one where rounding hid all of it
_SMALLER = 8  # how often a step that leaves the domain is divided by 10
_CLOSER = (0.01, 1e-4)  # steps to try where eps does not suffice, relative to it


def _doubt(expectation: Expectation) -> tuple[bool, float]:
    """How little is known of a derivative."""
    relative = expectation.uncertainty / (abs(expectation.value) or 1.0)
    return not expectation.is_exact, math.inf if math.isnan(relative) else relative


def _best(tries: Sequence[Expectation]) -> Expectation:
    """The expectation that is least in doubt; if they do not settle, however small the step is, nothing is known."""
    best = min(tries, key=_doubt)
    for one, other in itertools.pairwise(tries[-2:]):
        if not best.has_settled and not abs(one.value - other.value) <= one.uncertainty + other.uncertainty:
            return best._replace(uncertainty=math.inf)
    return best


class Nudges:
    """Some results and their graph at other numbers of one variable.

    Args:
        evaluate: Computes the results anew.
        graph: The graph of the results.
        outputs: The results, in it.
        variable: A leaf.
        name: What to call it in messages.
    """

    def __init__(
        self,
        evaluate: Callable[[], list[float]],
        graph: Recorded,
        outputs: Sequence[Value],
        variable: Value,
        name: str,
    ) -> None:
        self._evaluate, self._graph, self._outputs = evaluate, graph, outputs
        self._variable, self._name = variable, name
        self._center = [output.data for output in outputs]
        self._known: dict[float, list[float]] = {}  # the results by how far the variable is nudged
        self._farther: dict[float, list[tuple[float, float]] | None] = {}
        self._exact: dict[int, float] = {}
        self._eps = 0.0  # the step of the differences, if they are central

    def expectations(self, eps: float, outputs: Sequence[Recorded], sizes: Sequence[float]) -> list[Expectation]:
        """What the derivative of each result should be. Next to an edge of the domain, a smaller or one-sided step.

        Args:
            eps: The step.
            outputs: The graph of each result.
            sizes: For each, the sum of the sizes of the terms that the derivative adds up.

        Raises:
            ValueError: if every step leaves the domain; the message names the step.
        """
        tries: list[list[Expectation]] = []
        size = abs(self._variable.data)
        first = max(eps, 1e-8 * size)  # beside a large x, a smaller one is rounded
        closer = [factor * first for factor in _CLOSER]
        if 0.0 < size / 10 < first:  # it goes across 0, and maybe across a pole or a kink there
            closer = [size / 10]
        for step in [first, *closer]:
            tries.append(self._sharpened(self._differences(step), outputs, sizes))
            if all(each.is_exact for each in tries[-1]):
                break
        return [_best(found) for found in zip(*tries, strict=True)]

    def _differences(self, eps: float) -> list[Expectation]:
        if not math.isfinite(self._variable.data):
            return [Expectation(math.nan, math.nan) for _ in self._center]
        left: Exception | None = None
        for step in self._steps(eps):
            try:
                found = central_differences(self._values, self._variable.data, step, self._center)
            except (ValueError, ArithmeticError) as error:
                left = left or error
                continue
            self._eps = step
            return found
        for step in self._steps(eps):
            for h in (step, -step):
                try:
                    sides = [self._values(k * h) for k in (1, 2, 4)]
                except (ValueError, ArithmeticError):
                    continue
                return [one_sided_difference(h, *numbers) for numbers in zip(self._center, *sides, strict=True)]
        raise ValueError(
            f"With {self._name} = {self._variable.data:g} nudged by up to ±{2 * eps:g}, and by less, {left} "
            "Check at a point with room on one side at least, or try another eps."
        )

    def _steps(self, eps: float) -> Iterator[float]:
        """Steps, from large to small, of which each changes the variable."""
        size = abs(self._variable.data)
        steps = [eps / 10**k for k in range(_SMALLER + 1)]
        steps += [size / 10] * (0.0 < size / 10 < steps[-1])
        return (step for step in steps if size + step != size)

    def _nudged(self, h: float) -> list[float]:
        """The results with the variable nudged by h."""
        if h not in self._known:
            self._known[h] = nudged(self._evaluate, self._variable, h)
        return self._known[h]

    def _values(self, h: float) -> list[float]:
        """The same, which must be finite where they are finite at the center."""
        values = self._nudged(h)
        for value, center in zip(values, self._center, strict=True):
            if math.isfinite(center) and not math.isfinite(value):
                raise ValueError(f"f is {value}.")
        return values

    def _sharpened(
        self, differences: Sequence[Expectation], outputs: Sequence[Recorded], sizes: Sequence[float]
    ) -> list[Expectation]:
        triples = zip(differences, outputs, sizes, strict=True)
        return [self._sharper(place, *triple) for place, triple in enumerate(triples)]

    def _sharper(self, place: int, difference: Expectation, output: Recorded, size: float) -> Expectation:
        """The complex step in place of a difference, if f itself confirms it; otherwise the difference."""
        if not self._eps:  # f ends here: the error of the complex step is that of a derivative on both sides
            return difference
        exact = self._by_the_graph(place, output)
        if not abs(exact - difference.value) <= 2 * difference.uncertainty + 1e-7 * abs(difference.value) < math.inf:
            return difference
        if difference.uncertainty <= _SHARP * abs(exact) or self._graph_gives_f(place, exact):
            return Expectation(exact, _ROUNDING * size + _TRUNCATION, is_exact=True)
        return difference

    def _by_the_graph(self, place: int, output: Recorded) -> float:
        """The complex step, which is the same whatever the step of the difference is; nan where it has no value."""
        if place not in self._exact:
            try:
                self._exact[place] = complex_step(output, self._variable)
            except (ValueError, ArithmeticError):
                self._exact[place] = math.nan
        return self._exact[place]

    def _graph_gives_f(self, place: int, exact: float) -> bool:
        """Whether the graph gives f's own numbers, so far away that rounding hides nothing that matters."""
        center = self._center[place]
        size = max(1.0, abs(self._variable.data))
        moves, hidden = False, math.inf  # whether f does, and how much of a slope may be lost in rounding
        for step in (2 * self._eps, *(factor * size for factor in _FARTHER)):
            for h in (step, -step):
                both = self._at(h)
                if both is None:
                    continue
                f, graph = both[place]
                rounding = rounding_of(f, center)
                if not abs(f - graph) <= rounding < math.inf:
                    # Farther away, f may take another branch; by then a flat one has been seen to be flat.
                    is_branch = step > _FARTHER[0] * size and abs(f - graph) > _JUMP * rounding
                    return exact == 0.0 and is_branch and self._is_flat(place, min(step, size))
                moves = moves or abs(f - center) > 10 * rounding
                hidden = min(hidden, rounding / step)
                if hidden <= 1e-3 * abs(exact):
                    return True
        return moves or (exact == 0.0 and hidden <= 1e-6)

    def _is_flat(self, place: int, bound: float) -> bool:
        """Whether the result has not moved by the last bit at any step below a bound."""
        near = [both for h, both in self._farther.items() if abs(h) < bound]
        return all(both is not None and both[place] == (self._center[place],) * 2 for both in near)

    def _at(self, h: float) -> list[tuple[float, float]] | None:
        """Each result with the variable nudged by h, as f and as the graph has it; `None` outside of the domain."""
        if h not in self._farther:
            try:
                values = self._nudged(h)
                numbers = self._graph.recomputed(self._outputs, {self._variable: self._variable.data + h})
                self._farther[h] = list(zip(values, numbers, strict=True))
            except (ValueError, ArithmeticError):
                self._farther[h] = None
        return self._farther[h]
