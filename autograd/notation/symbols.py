"""Nodes as formulas: how a node was computed, and the derivative along an edge, from the rows of the table."""

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from autograd.notation.expressions import Expression, apply, as_expression
from autograd.notation.labels import typeset
from autograd.table import Node, Op, Rows


class _Textbook(Rows):
    """The table as a namespace of mathematics for formulas, which are written as in a textbook."""

    @staticmethod
    def textbook(form: Callable[[], Any], is_accurate: Any, otherwise: Callable[[], Any]) -> Any:  # noqa: ARG004
        return form()


TEXTBOOK: Any = _Textbook()
Names = Mapping[Node, str]
NodeT = TypeVar("NodeT", bound=Node)
DEPTH = 4  # how many operations deep a node without a label is written out
MOST_OPERATIONS = 255  # of one formula, as many as fit in a depth of 8; what is deeper then becomes …


def numbered(nodes: Iterable[NodeT], name: Callable[[NodeT], object] = lambda node: node.label) -> dict[NodeT, int]:
    """For each labeled node that shares its name with another of these nodes: which of them it is, counted from 1.

    Args:
        nodes: The nodes.
        name: What a node is called, if not its label.

    Example:
        >>> from autograd import Value
        >>> nodes = [Value(1.0, "x"), Value(2.0, "X"), Value(3.0, "y")]
        >>> list(numbered(nodes, lambda node: node.label.lower()).values())
        [1, 2]
    """
    labeled = dict.fromkeys(node for node in nodes if node.label)  # a set with an order
    names = list(map(name, labeled))
    uses = Counter(names)
    seen = Counter[object]()
    numbers = {}
    for node, called in zip(labeled, names, strict=True):
        if uses[called] > 1:
            seen[called] += 1
            numbers[node] = seen[called]
    return numbers


def told_apart(nodes: Iterable[Node]) -> dict[Node, str]:
    """Names for the nodes that share their label with another of these nodes: x[1], x[2].

    Example:
        >>> from autograd import Value
        >>> list(told_apart([Value(1.0, "x"), Value(2.0, "x"), Value(3.0, "y")]).values())
        ['x[1]', 'x[2]']
    """
    return {node: f"{node.label}[{number}]" for node, number in numbered(nodes).items()}


class _ShownNames(Mapping[Node, str]):
    """What `shown_names` gives: a name is written when it is asked for, as few of a large graph's are shown."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._labels = {node: label for node in nodes if (label := node.label)}
        self._numbers = numbered(self._labels)

    def __getitem__(self, node: Node) -> str:
        number = self._numbers.get(node)
        return typeset(self._labels[node]) + (f"[{number}]" if number else "")

    def __iter__(self) -> Iterator[Node]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)


def shown_names(nodes: Iterable[Node]) -> Names:
    """What tables and explanations call the nodes of a graph: by labels as textbooks write them, told apart.

    Example:
        >>> from autograd import Value
        >>> list(shown_names([Value(1.0, "w1_02"), Value(2.0, "x"), Value(3.0, "x")]).values())
        ['w⁽¹⁾₀₂', 'x[1]', 'x[2]']
    """
    return _ShownNames(nodes)


def written(node: Node, depth: int = DEPTH, names: Names | None = None) -> Expression:
    """How a node is written: its label, or how it was computed, down to labeled nodes.

    Args:
        node: The node.
        depth: How many operations deep to go, or less if these are too many; anything deeper becomes `…`.
        names: What to call nodes, if not by their labels; by default those with equal labels are told apart.
    """
    return computed(node, depth, names) if not node.label else _written(node, depth, names or {})


def computed(node: Node, depth: int = DEPTH, names: Names | None = None) -> Expression:
    """How a node was computed, whether or not it has a label; a leaf is its label or its number. See `written`."""
    depth = _depth_within(node, depth)
    return _computed(node, depth, told_apart(_labeled(node, depth)) if names is None else names)


def _written(node: Node, depth: int, names: Names) -> Expression:
    return Expression(node.data, name=names.get(node, node.label)) if node.label else _computed(node, depth, names)


def _computed(node: Node, depth: int, names: Names) -> Expression:
    if not node.parents:
        name = names.get(node, node.label)
        return Expression(node.data, name=name or ("" if node.is_constant else f"{node.data:g}"))
    if depth == 0:
        return Expression(node.data, name="…")
    return Expression(
        node.data, op=node.op, arguments=tuple(_written(parent, depth - 1, names) for parent in node.parents)
    )


def _depth_within(node: Node, depth: int) -> int:
    """How deep a formula may go with `MOST_OPERATIONS`: sixty squarings are sixty deep, and have 2^60."""
    operators, operations = [node], 0  # operators: what is written out at this depth, each as often as it stands there
    for reached in range(depth):
        operators = [above for above in operators if above.parents]
        operations += len(operators)
        if operations > MOST_OPERATIONS or not operators:
            return reached
        operators = [parent for above in operators for parent in above.parents if not parent.label]
    return depth


def _labeled(node: Node, depth: int) -> Iterator[Node]:
    """The nodes that a formula calls by their labels, from left to right."""
    for parent in node.parents if depth else ():
        if parent.label:
            yield parent
        else:
            yield from _labeled(parent, depth - 1)


def derivative(node: Node, place: int, names: Names | None = None) -> Expression:
    r"""The formula for ∂node/∂parent, from the table's row.

    Args:
        node: The node to differentiate.
        place: Which of its parents to differentiate by, counted from 0.
        names: What to call nodes; see `written`.

    Example:
        >>> from autograd import Value
        >>> from autograd.notation import to_text
        >>> to_text(derivative(Value(0.5, "z").sigmoid(), 0))
        'sigmoid(z)*(1 - sigmoid(z))'
        >>> to_text(derivative((Value(0.5, "a") - Value(1.0, "y")) ** 2, 0))
        '2*(a - y)'
    """
    op: Any = node.op
    value = computed(node, DEPTH + 1, names)
    formula: Expression | float = op.partials[place](TEXTBOOK, value, *value.arguments)
    return as_expression(formula)


@functools.cache
def has_constant_slope(op: Op, place: int) -> bool:
    """Whether a partial derivative is the same number everywhere, as those of x + y and -x are."""
    ends = [(domain.samples[0], domain.samples[-1]) for domain in op.domain]
    slopes = set()
    for point in itertools.product(*ends):  # far apart, so that a formula with cases shows more than one
        arguments = [Expression(number, name) for number, name in zip(point, "xy", strict=False)]
        slope = as_expression(op.partials[place](TEXTBOOK, apply(op, *arguments), *arguments))
        slopes.add(slope.number if slope.is_number else None)
    return len(slopes) == 1 and None not in slopes
