"""The chain rule written out for one node of a graph: in symbols, as formulas, as numbers, and multiplied."""

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, overload

from autograd.engine import Value, require_values
from autograd.explanations.factors import Chain, Factor, factors_of, latex_derivative, short_name, text_derivative
from autograd.explanations.gradient import Gradient, gradient_of
from autograd.graph import Recorded, Ways, chosen
from autograd.notation import (
    Names,
    Table,
    excerpt,
    latex_number,
    plural,
    show_count,
    show_number,
    shown_names,
    signed,
    to_latex,
    to_text,
)

SHOWN = 8  # paths; the largest contributions
LONGEST = 150  # letters of its formula; a longer one becomes …, unless labels on the way shorten it
MOST_FACTORS = 24  # of one path; of more, the first and the last


@dataclass(frozen=True)
class Explanation:
    """The chain rule for ∂output/∂variable. Prints as text; a notebook shows it as mathematics.

    Attributes:
        output: The node that is differentiated.
        variable: The node that it is differentiated with respect to.
        chains: The paths that are written out, the largest contributions first.
        n_paths: How many paths there are.
        rest: What the paths that are not written out contribute together.
        names: What nodes with equal labels are called: x[1], x[2].
    """

    output: Value
    variable: Value
    chains: tuple[Chain, ...]
    n_paths: int
    rest: float
    names: Names = field(default_factory=dict, repr=False)

    @property
    def derivative(self) -> float:
        """∂output/∂variable: the sum over all paths."""
        return _total([*(chain.product for chain in self.chains), self.rest])

    @property
    def symbol(self) -> str:
        """The derivative as it is written: `∂C/∂w`."""
        return text_derivative(self.output, self.variable, self.names)

    def __str__(self) -> str:
        if not self.chains:
            output, variable = (short_name(node, self.names) for node in (self.output, self.variable))
            return f"{self.symbol} = 0: {output} does not depend on {variable}."
        if self.n_paths == 1:
            return "\n".join(_lines(self.symbol, self.chains[0]))
        lines = [
            f"{self.symbol} is the sum over {show_count(self.n_paths)} paths; in each, ∂ is along that path alone:"
        ]
        for number, chain in enumerate(self.chains, start=1):
            lines += ["", *_lines(f"{number}.", chain)]
        left_out = self.n_paths - len(self.chains)
        if left_out:
            lines += ["", f"and {show_count(left_out)} more paths, none larger, together {self.rest:.6g}."]
        products = [chain.product for chain in self.chains] + ([self.rest] if left_out else [])
        lines += ["", f"{self.symbol} = {_sum_of(products, '{:.6g}'.format)} = {self.derivative:.6g}"]
        return "\n".join(lines)

    __repr__ = __str__

    def to_latex(self) -> str:
        """The explanation in LaTeX, as aligned equations."""
        whole = latex_derivative(self.output, self.variable, self.names)
        if not self.chains:
            return f"{whole} = 0"
        left_out = self.n_paths > len(self.chains)
        blocks = []
        for number, chain in enumerate(self.chains, start=1):
            head = whole if self.n_paths == 1 else rf"\text{{path {number}}}"
            rows = _rows(chain, _LATEX)
            blocks.append(rf"{head} &= " + r" \\ &= ".join(rows[1:] if rows[0] == head else rows))
        if self.n_paths > 1:
            products = [chain.product for chain in self.chains] + ([self.rest] if left_out else [])
            blocks.append(rf"{whole} &= {_sum_of(products, latex_number)} = {latex_number(self.derivative)}")
        if self.n_paths > 1:
            blocks.insert(0, r"& \text{a sum over paths; in each, } \partial \text{ is along that path alone:}")
        return r"\begin{aligned} " + r" \\[1ex] ".join(blocks) + r" \end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$${self.to_latex()}$$"

    def table(self) -> Table:
        """The explanation as a table: a row for each factor of each path."""
        rows: list[tuple[str, ...]] = []
        for number, chain in enumerate(self.chains, start=1):
            for factor in excerpt(chain.factors, MOST_FACTORS):
                known = isinstance(factor, Factor)
                cells = (factor.symbol, _text_formula(factor), show_number(factor.number)) if known else ("…", "", "")
                rows.append((str(number), *cells))
            rows.append(("", "product", "", f"{chain.product:.6g}"))
        caption = f"{self.symbol} = {self.derivative:.6g}, over {plural(self.n_paths, 'path')}"
        return Table(("path", "factor", "formula", "number"), rows, left=3, caption=caption)

    def to_html(self) -> str:
        """The table as HTML."""
        return self.table().to_html()


@overload
def explain(output: Value, variable: Value | str) -> Explanation: ...  # type: ignore[overload-overlap] # a str is an Iterable[str]


@overload
def explain(output: Value, variable: Iterable[Value | str] | None = None) -> Gradient: ...


def explain(output: Value, variable: Value | str | Iterable[Value | str] | None = None) -> Explanation | Gradient:
    r"""Write out the chain rule for ∂output/∂variable, on the graph as it was recorded; or list the whole gradient.

    Label the nodes that should appear in it: `z.label = "z"`. If there are many paths, those with the largest
    contributions are written out and the others are summed.

    Args:
        output: The node to differentiate.
        variable: The variable, a node or its label; or several, such as `model.parameters()`; or, if left out, all
            variables of the graph.

    Returns:
        For one node an Explanation: it prints as text, a notebook shows it as mathematics, `to_latex()` and `to_html()`
        give the source. For several a Gradient, which prints as a table.

    Raises:
        TypeError: if something other than Values is given.
        ValueError: if `variable` is a constant, or a derivative does not exist at the numbers in the graph.

    Example:
        >>> w, a_prev, b, y = Value(0.5, "w"), Value(2.0, "a_prev"), Value(-1.0, "b"), Value(1.0, "y")
        >>> z = w * a_prev + b
        >>> z.label = "z"
        >>> C = (z - y) ** 2
        >>> C.label = "C"
        >>> print(explain(C, w))
        ∂C/∂w = ∂z/∂w · ∂C/∂z
              = a_prev · 2*(z - y)
              = 2 · (-2)
              = -4
    """
    if variable is None or (isinstance(variable, Iterable) and not isinstance(variable, str)):
        return gradient_of(output, variable)
    require_values("explain", output)
    graph = Recorded.of(output)
    return explanation(graph, chosen("explain", variable, graph.order))


def explanation(graph: Recorded, variable: Value) -> Explanation:
    """The chain rule for the output of a graph, written out; see :func:`explain`."""
    graph.check_current()
    names = shown_names([*graph.order, variable])
    ways = Ways.of(graph, variable)
    shown = tuple(Chain(path, factors_of(path, ways, names)) for path in itertools.islice(ways, SHOWN))
    n_paths, rest = ways.count(), 0.0
    if n_paths > len(shown):
        rest = ways.derivative() - _total([chain.product for chain in shown])
    return Explanation(graph.output, variable, shown, n_paths, rest, names)


def _total(numbers: list[float]) -> float:
    """The sum, rounded once; infinite if it is too large for a float, and nan if it is of both infinities."""
    try:
        return math.fsum(numbers)
    except OverflowError:  # perhaps only on the way, which numbers a million times smaller do not
        return math.fsum(number * 2.0**-20 for number in numbers) * 2.0**20
    except ValueError:
        return math.nan


def _lines(head: str, chain: Chain) -> list[str]:
    rows = _rows(chain, _TEXT)
    if rows[0] == head:
        rows = rows[1:]
    return [f"{head} = {rows[0]}", *(f"{' ' * len(head)} = {row}" for row in rows[1:])]


def _rows(chain: Chain, writing: "_Writing") -> list[str]:
    """A chain as symbols, as formulas, as numbers, and multiplied; a row like the one before is left out."""
    shown = excerpt(chain.factors, MOST_FACTORS)

    def each(write: Callable[[Factor], str]) -> list[str]:
        return [write(factor) if isinstance(factor, Factor) else factor for factor in shown]

    rows = [
        each(writing.symbol) or ["1"],
        signed(each(writing.factor), writing.parentheses),
        signed(each(lambda factor: writing.number(factor.number)), writing.parentheses),
        [writing.number(chain.product)],
    ]
    return [row for row, _ in itertools.groupby(writing.times.join(row) for row in rows if row)]


def _text_formula(factor: Factor) -> str:
    text = to_text(factor.formula)
    return text if len(text) <= LONGEST else "…"


def _latex_formula(factor: Factor) -> str:
    return to_latex(factor.formula) if len(to_text(factor.formula)) <= LONGEST else r"\ldots"


def _sum_of(numbers: list[float], show: Callable[[float], str]) -> str:
    text = show(numbers[0])
    for number in numbers[1:]:
        text += f" - {show(-number)}" if number < 0 else f" + {show(number)}"
    return text


class _Writing(NamedTuple):
    """How the parts of a chain are written."""

    symbol: Callable[[Factor], str]
    formula: Callable[[Factor], str]
    number: Callable[[float], str]
    times: str
    parentheses: str

    def factor(self, factor: Factor) -> str:
        """The formula of a factor; a sum in parentheses."""
        text = self.formula(factor)
        return self.parentheses.format(text) if factor.formula.is_sum else text


_TEXT = _Writing(lambda factor: factor.symbol, _text_formula, show_number, " · ", "({})")
_LATEX = _Writing(lambda factor: factor.latex_symbol, _latex_formula, latex_number, r" \cdot ", r"\left({}\right)")
