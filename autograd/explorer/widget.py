"""The page of a graph as a widget: what is dragged there is assigned here, and what is set here moves there.

This module needs anywidget, the extra `widget`; nothing else imports it but `Exploration.widget`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from autograd.engine import Value
from autograd.explorer.page import built
from autograd.explorer.state import State, moved
from autograd.graph import Recorded, chosen, require_in
from autograd.notation import name, plural
from autograd.table import as_float, floats


class ExplorerWidget(anywidget.AnyWidget):
    """The page of a graph, which Python talks to. `explore(C).widget()` makes it.

    What is dragged in the page is assigned to the leaf's `data`, and then everything that was computed is computed
    again as it was recorded, an `if` not decided anew: the `data` of all nodes, and their `grad`, as `C.zero_grad()`
    and `C.backward()` leave it, for the example that is open. Where the numbers allow no value, as log at -1, the
    `data` from there on is nan, and nothing has a gradient. Opening the page changes nothing.

    What comes from the page may have been written by anybody. A node that is not in the graph, a leaf that may not
    move, or a number that is not finite is left out without a word, as the page does with its address.

    Attributes:
        selected: The node that is lit, or `None`. Assign a Value of the example that is open, or its label.
        numbers: The leaves that have been moved, and their numbers. `set` moves one.
        example: Which example is open, counted from 0.

    `widget.observe(function, names="selected")` calls a function whenever another node is lit; with `names="numbers"`
    whenever a number moves, after all others have followed.

    Example:
        >>> from autograd import Value, explore
        >>> w, x = Value(0.5, "w"), Value(3.0, "x")
        >>> C = (w * x).named("C")
        >>> widget = explore(C).widget()
        >>> widget.set(w, 2.0)
        >>> C.data, w.grad
        (6.0, 3.0)
        >>> widget.selected = "w"
        >>> widget.selected is w
        True
    """

    _esm = built("widget.js")
    _page = traitlets.Unicode().tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    _height = traitlets.Int().tag(sync=True)
    _state = traitlets.Unicode().tag(sync=True)
    selected = traitlets.Any(None)
    numbers: "traitlets.Dict[Value, float]" = traitlets.Dict(read_only=True)
    example = traitlets.Int(0, read_only=True)

    def __init__(
        self,
        graphs: Sequence[Recorded],
        movable: Sequence[Mapping[int, float]],
        *,
        page: str,
        title: str,
        height: int,
        state: str = "",
    ) -> None:
        """A widget.

        Args:
            graphs: The graphs of the examples.
            movable: The leaves of each that may move, by their places, and their numbers as the page has them.
            page: The page.
            title: What it is called for screen readers.
            height: How high it is, in pixels.
            state: What the page shows at first.
        """
        self._graphs = graphs
        self._movable = movable
        self._heard = State()
        super().__init__(_page=page, _title=title, _height=height)
        self._state = state

    def set(self, leaf: Value | str, number: float) -> None:
        """Move a leaf: assign to its `data`, compute everything again, and show it in the page.

        Args:
            leaf: The leaf, or its label.
            number: Its new number.

        Raises:
            TypeError: if it is no Value, or the number no real one.
            ValueError: if it is no leaf of the example that is open, or a constant; or if the number is not finite.
        """
        order = self._graphs[self.example].order
        node = chosen("set", leaf, order)
        require_in("a leaf to set", node, order)
        if order.index(node) not in self._movable[self.example]:
            kind = "computed from others" if node.parents else "a constant"
            raise ValueError(f"set moves a leaf, but {name(node)} is {kind}.")
        new = as_float(number, "the number")
        if not math.isfinite(new):
            raise ValueError(f"the page shows finite numbers only, but {name(node)} would be {new}.")
        node.data = new
        self.refresh()

    def refresh(self) -> None:
        """Compute everything again from what the leaves are now, after a step of training, say, and show it."""
        _compute_again(self._graphs, self.example)
        self._show()

    @traitlets.validate("selected")
    def _chosen(self, proposal: Any) -> Value | None:
        if proposal["value"] is None:
            return None
        order = self._graphs[self.example].order
        node = chosen("selected", proposal["value"], order)
        require_in("what is selected", node, order)
        return node

    @traitlets.observe("selected")
    def _tell(self, _: Any) -> None:
        self._show()

    @traitlets.observe("_state")
    def _hear(self, _: Any) -> None:
        state = self._read()
        before, self._heard = self._heard, state
        order, first = self._graphs[state.example].order, self._movable[state.example]
        is_other = state.example != before.example
        changed = {
            place: state.numbers.get(place, number)
            for place, number in first.items()
            if is_other or state.numbers.get(place, number) != before.numbers.get(place, number)
        }
        for place, number in changed.items():
            order[place].data = number
        if changed:
            _compute_again(self._graphs, state.example)
        with self.hold_trait_notifications():  # whoever is told of one finds the others, too
            self.set_trait("example", state.example)
            self.selected = None if state.lit is None else order[state.lit]
            self._show()

    def _show(self) -> None:
        """Make the page show what is the case here, if it does not do so."""
        order, first = self._graphs[self.example].order, self._movable[self.example]
        numbers = moved(first, {place: order[place].data for place in first})
        self.set_trait("numbers", {order[place]: number for place, number in numbers.items()})
        shown = self._read()
        lit = None if self.selected is None else order.index(self.selected)
        wanted = State(self.example, lit, numbers, shown.others)
        if wanted != shown:
            self._heard = wanted
            self._state = str(wanted)

    def _read(self) -> State:
        return State.read(self._state, [len(graph.order) for graph in self._graphs], self._movable)

    def __repr__(self) -> str:
        graph = self._graphs[0]
        return f"<ExplorerWidget of {name(graph.output)[:60]}: {plural(len(graph.order), 'node')}>"


def _compute_again(graphs: Sequence[Recorded], shown: int) -> None:
    """Compute all nodes from the leaves, and the gradients of one example."""
    lacking = set[Value]()
    for graph in graphs:
        for node in graph.order:
            if node.op is None or not node.parents:
                continue
            try:
                if not lacking.isdisjoint(node.parents):
                    raise ValueError
                node.data = node.op.forward(floats, *(parent.data for parent in node.parents))
            except (ValueError, ArithmeticError):
                node.data = math.nan
                lacking.add(node)
        graph.output.zero_grad()
    output = graphs[shown].output
    if output not in lacking and not output.is_constant:
        try:
            output.backward()
        except (ValueError, ArithmeticError):  # the page says which derivative does not exist
            output.zero_grad()
