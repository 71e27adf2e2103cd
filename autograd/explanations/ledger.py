r"""The ledger of a weight or a neuron v: which way does each example pull it, and through what?

To lower its own cost, example k would move v against the derivative, which is a sum over the next nodes u on the way:

.. math:: -\frac{\partial C_k}{\partial v} = \sum_u -\frac{\partial u}{\partial v} \frac{\partial C_k}{\partial u}

The next nodes are the labelled ones that v reaches with no other labelled node between, and ∂u/∂v is along those paths
alone. A hidden neuron has no desired output, only these pulls.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from autograd.engine import Value
from autograd.graph import Recorded, labelled
from autograd.notation import Report, Table, name, shortened, show_change, shown_names, typeset
from autograd.pictures import matplotlib_needed
from autograd.table import reworded

if TYPE_CHECKING:
    from autograd.pictures.figure import Figure

_MAX_LINES = 24  # of a table or a picture; of more examples, it shows those that pull most
_MAX_COLUMNS = 8
_SEPARATELY = "Each call of a network makes its own: give a separate cost for each example, not one for several."


class Part(NamedTuple):
    """What one of the next nodes adds to a pull.

    Attributes:
        name: The label of that node, as it is shown. That of the cost is `C`, unless all costs have one and the same.
        derivative: ∂u/∂v, where u is that node.
        adjoint: ∂C/∂u.
        contribution: −∂u/∂v · ∂C/∂u.
    """

    name: str
    derivative: float
    adjoint: float
    contribution: float


@dataclass(frozen=True)
class Pull:
    """Which way one example would move v to lower its cost.

    Attributes:
        number: The example, counted from 0.
        value: The number of v in this example.
        pull: −∂C/∂v: positive if more of v would lower the cost.
        parts: The terms of the pull; none if the cost does not depend on v.
    """

    number: int
    value: float
    pull: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, repr=False)
class Pulls(Report):
    """What `pulls` found. It prints as a table; `plot()` draws it.

    Attributes:
        symbol: The derivative: `∂C/∂a1_0`.
        variable: What v is called.
        examples: The pull of each example, in their order.
    """

    symbol: str
    variable: str
    examples: tuple[Pull, ...]

    @property
    def average(self) -> float:
        """The mean of the pulls: minus the derivative of the mean cost."""
        return sum(example.pull for example in self.examples) / len(self.examples)

    def table(self) -> Table:
        """The pulls as a table, with a column for each of the next nodes."""
        columns = self._columns()
        value = [self.variable] if self._values_differ else []
        shown, others = self._excerpt()

        def row(head: str, examples: Sequence[Pull], number: str = "", share: int = 1) -> list[str]:
            pull = sum(example.pull for example in examples) / share
            parts = [part for example in examples for part in example.parts]
            sums = [sum(part.contribution for part in parts if part.name in names) for names in columns.values()]
            numbers = [number] if value else []
            return [head, *numbers, f"{show_change(pull)} {_arrow(pull)}", *(show_change(x / share) for x in sums)]

        rows = [row(str(example.number), [example], f"{example.value:.4g}") for example in shown]
        if others:
            rows.append(row(f"{len(others):,} more, together", others))
        rows.append(row("mean", self.examples, share=len(self.examples)))
        caption = f"−{self.symbol}, example by example: ↑ more of it would lower this cost"
        return Table(("example", *value, "pull", *columns), rows, caption=caption)

    def plot(self) -> "Figure":
        """Draw the pull of each example as a bar, and the mean: blue for up, orange for down.

        Raises:
            ImportError: if matplotlib is not installed.
        """
        shown, others = self._excerpt()
        values = [f", at {example.value:.4g}" if self._values_differ else "" for example in shown]
        bars = [(f"example {e.number}{value}", e.pull) for e, value in zip(shown, values, strict=True)]
        note = f"{len(others):,} examples that pull less are not drawn" if others else ""
        with matplotlib_needed():
            from autograd.explanations import ledger_picture
        return ledger_picture.picture(self.symbol, [*bars, ("mean", self.average)], note)

    @property
    def _values_differ(self) -> bool:
        return len({example.value for example in self.examples}) > 1

    def _excerpt(self) -> tuple[list[Pull], list[Pull]]:
        """The examples to show, which are those that pull most, and the others; both in their order."""
        strongest = sorted(self.examples, key=lambda example: -abs(example.pull))[:_MAX_LINES]
        numbers = {example.number for example in strongest}
        return (
            [example for example in self.examples if example.number in numbers],
            [example for example in self.examples if example.number not in numbers],
        )

    def _columns(self) -> dict[str, set[str]]:
        """The heading of each column, and the next nodes in it: if there are many, the weakest share a column."""
        size: dict[str, float] = {}
        for example in self.examples:
            for part in example.parts:
                size[part.name] = size.get(part.name, 0.0) + abs(part.contribution)
        shown = sorted(size, key=lambda name: -size[name])[:_MAX_COLUMNS]
        columns = {f"via {name}": {name} for name in size if name in shown}
        others = size.keys() - shown
        return columns | ({f"via {len(others)} more": others} if others else {})


def pulls(costs: Iterable[Value], variable: Value | str) -> Pulls:
    r"""List which way each example pulls a weight or a neuron, to lower its own cost, and through which next nodes.

    .. math:: -\frac{\partial C_k}{\partial v} = \sum_u -\frac{\partial u}{\partial v} \frac{\partial C_k}{\partial u}

    Training moves v along the mean of the pulls, since the gradient of the mean cost is the mean of the gradients. All
    gradients stay as they were. It takes two sweeps for each example, however many paths there are.

    Args:
        costs: The cost of each example, a list of Values.
        variable: The node v that all the costs share, such as a weight; or a label, such as `"a1_0"`, for the node that
            has it, in this or another spelling, in the graph of each example.

    Returns:
        The pulls. They print as a table; `plot()` draws them.

    Raises:
        TypeError: if `costs` is not a list of Values, or `variable` neither a Value nor a label.
        ValueError: if there are no costs, none depends on the variable, or it is a constant; if the graph of an example
            has no node with that label, or several; or if a derivative on the way from it does not exist.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.

    Example:
        >>> w = Value(0.5, "w")
        >>> costs = []
        >>> for x, y in [(1.0, 1.0), (2.0, 0.0)]:
        ...     z = w * x
        ...     z.label = "z"
        ...     costs.append((z - y) ** 2)
        >>> pulls(costs, w)
        −∂C/∂w, example by example: ↑ more of it would lower this cost
        example    pull   via z
        0          +1 ↑      +1
        1          -4 ↓      -4
        mean     -1.5 ↓    -1.5
    """
    costs = _checked(costs)
    if not isinstance(variable, Value | str):
        kind = type(variable).__name__
        raise TypeError(f"pulls takes a Value or a label as its variable, but got {variable!r:.60} of type {kind}.")
    called = shortened(typeset(variable if isinstance(variable, str) else name(variable)), 60)
    if isinstance(variable, Value) and variable.parents and not variable.label:
        called = f"({called})"
    output = typeset(name(costs[0])) if len({cost.label for cost in costs}) == 1 and costs[0].label else "C"
    examples = tuple(_pull(number, cost, variable, output) for number, cost in enumerate(costs))
    if not any(example.parts for example in examples):
        raise ValueError(f"no cost depends on {called}, so nothing pulls it. Were the costs computed from it?")
    return Pulls(f"∂{output}/∂{called}", called, examples)


def _checked(costs: Iterable[Value]) -> list[Value]:
    if isinstance(costs, Value) or not isinstance(costs, Iterable):
        raise TypeError(
            f"pulls takes a list with the cost of each example, but got {costs!r:.60} of type {type(costs).__name__}."
        )
    costs = list(costs)
    for number, cost in enumerate(costs):
        if not isinstance(cost, Value):
            raise TypeError(f"the cost of example {number} must be a Value, but is {cost!r:.60}.")
    if not costs:
        raise ValueError("there are no costs, so nothing pulls: give the cost of each example, at least one.")
    return costs


def _pull(number: int, cost: Value, variable: Value | str, output: str) -> Pull:
    graph = Recorded.of(cost)
    graph.check_current()
    order = graph.order
    v = labelled(variable, order, f"example {number}", _SEPARATELY) if isinstance(variable, str) else variable
    if v.parents and v not in order:
        raise ValueError(
            f"example {number} does not contain {v!r:.60}: each call of a network makes its own nodes. Give the node's "
            f"label instead{f', {v.label!r}' if v.label else ''}."
        )
    if v.is_constant:
        raise ValueError(f"a constant gets no gradient, so nothing pulls {v!r}. Make it a Value.")
    apart = shown_names(order)
    names = {u: output if u is cost else name(u, apart) for u in order if u is cost or (u.label and u is not v)}
    try:
        derivatives = graph.tangents({v: 1.0}, until=names)
        reached = [u for u in names if u in derivatives]
        if not reached:
            return Pull(number, v.data, 0.0, ())
        adjoints = graph.above(v).adjoints({cost: 1.0})
        # From 0, which makes no -0 of a 0.
        parts = [Part(names[u], derivatives[u], adjoints[u], 0.0 - derivatives[u] * adjoints[u]) for u in reached]
        return Pull(number, v.data, 0.0 - adjoints[v], tuple(parts))
    except (ValueError, ArithmeticError) as error:
        raise reworded(error, f"example {number}: {error}") from None


def _arrow(pull: float) -> str:
    return "↑" if pull > 0 else "↓" if pull < 0 else "–"
