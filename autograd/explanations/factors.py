r"""A path of the chain rule as factors, each with its symbol, its formula and its number.

A factor leads from one labelled node to the next. What lies between two of them, such as the product w·a on the way to
z = w·a + b, belongs to the same factor, so that the chain reads as it does on paper:

.. math:: \frac{\partial C}{\partial w} =
    \frac{\partial z}{\partial w} \, \frac{\partial a}{\partial z} \, \frac{\partial C}{\partial a}
"""

import itertools
import math
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from autograd.engine import Value
from autograd.graph import Path, Ways
from autograd.notation import (
    Expression,
    Names,
    derivative,
    has_constant_slope,
    name,
    read_derivative,
    read_label,
    shortened,
    to_latex,
    to_text,
    written,
)

MOST_EDGES = 12  # of one factor
LONGEST_NAME = 60  # letters


class Factor(NamedTuple):
    """One factor of a chain: the derivative of one labelled node with respect to the one before.

    Attributes:
        number: The derivative as a number.
        path: The path that it is a part of.
        start: Where it begins: the place of the lower node on the path.
        stop: Where it ends: the place of the upper node.
        names: What nodes with equal labels are called.
    """

    number: float
    path: Path
    start: int
    stop: int
    names: Names

    def __repr__(self) -> str:
        return f"<Factor {self.symbol} = {self.number:.6g}>"

    @property
    def upper(self) -> Value:
        """The node that is differentiated."""
        return self.path.nodes[self.stop]

    @property
    def lower(self) -> Value:
        """The node that it is differentiated with respect to."""
        return self.path.nodes[self.start]

    @property
    def formula(self) -> Expression:
        """The derivative as a formula: the product of the local derivatives, if it is not too long to be read."""
        constant, varying = 1.0, list[tuple[Value, int]]()
        for edge in range(self.start, self.stop):
            upper, place = self.path.nodes[edge + 1], self.path.places[edge]
            if upper.op and has_constant_slope(upper.op, place):
                constant *= self.path.local_derivatives[edge]
                continue
            varying.append((upper, place))
            if len(varying) > MOST_EDGES:
                return Expression(self.number, name="…")
        formula = Expression(constant)
        for upper, place in varying:
            formula = formula * derivative(upper, place, self.names)
        return formula

    @property
    def symbol(self) -> str:
        """The derivative as it is written: `∂z/∂w`."""
        return text_derivative(self.upper, self.lower, self.names)

    @property
    def latex_symbol(self) -> str:
        r"""The derivative in LaTeX: `\frac{\partial z}{\partial w}`."""
        return latex_derivative(self.upper, self.lower, self.names)


@dataclass(frozen=True)
class Chain:
    """One path of the chain rule, as factors.

    Attributes:
        path: The path through the graph.
        factors: The factors, from below: their product is what the path contributes.
    """

    path: Path
    factors: tuple[Factor, ...]

    @property
    def product(self) -> float:
        """What the path contributes to the derivative."""
        return math.prod(factor.number for factor in self.factors) + 0.0  # turns -0 into 0


def factors_of(path: Path, ways: Ways, names: Names) -> tuple[Factor, ...]:
    """The factors of a path: its edges, grouped from one labelled node to the next.

    Where several ways lead from one to the next, an edge is a factor of its own: ∂y/∂x would not say which way. Edges
    that hand on what they get are then left out.
    """
    factors: list[Factor] = []
    slopes, last = path.local_derivatives, len(path.nodes) - 1
    labeled = itertools.compress(itertools.count(), map(attrgetter("label"), path.nodes))
    start = 0
    for stop in (*(place for place in labeled if 0 < place < last), *[last] * bool(last)):
        cuts = [start, stop]
        if 1 < stop - start <= MOST_EDGES and ways.is_forked(path, start, stop):
            cuts = [*range(start, stop), stop]
        parts = [part for part in itertools.pairwise(cuts) if len(cuts) == 2 or not _hands_on(path, part[0])]
        for part in parts or itertools.pairwise(cuts):
            factors.append(Factor(math.prod(slopes[part[0] : part[1]]), path, *part, names))
        start = stop
    return tuple(factors)


def _hands_on(path: Path, edge: int) -> bool:
    upper = path.nodes[edge + 1]
    constant = upper.op is not None and has_constant_slope(upper.op, path.places[edge])
    return path.local_derivatives[edge] == 1.0 and constant


def text_derivative(upper: Value, lower: Value, names: Names) -> str:
    """How a derivative is written: `∂z/∂w`."""
    return f"∂{short_name(upper, names)}/∂{short_name(lower, names)}"


def latex_derivative(upper: Value, lower: Value, names: Names) -> str:
    r"""How a derivative is written in LaTeX: `\frac{\partial z}{\partial w}`."""
    return rf"\frac{{\partial {_latex_name(upper, names)}}}{{\partial {_latex_name(lower, names)}}}"


def _latex_name(node: Value, names: Names) -> str:
    formula = written(node, names=names)
    if len(to_text(formula)) > LONGEST_NAME:
        return r"\ldots"
    latex = to_latex(formula)
    return latex if _is_atom(node) else rf"\left({latex}\right)"


def short_name(node: Value, names: Names) -> str:
    """What a node is called in `∂C/∂w`: its label, or how it was computed, or else the operation."""
    text = name(node, names)
    if len(text) > LONGEST_NAME:
        text = shortened(text, LONGEST_NAME) if node.label or node.op is None else f"…{node.op.symbol}…"
    return text if _is_atom(node) else f"({text})"


def _is_atom(node: Value) -> bool:
    """Whether a node needs no parentheses after a ∂: one with a label that is no derivative or power, or a leaf."""
    if not node.label:
        return not node.parents
    label = read_label(node.label)
    return read_derivative(node.label) is None and not (label and label.power)  # ∂x² is one of the second order
