"""A recorded graph, walked once: its nodes in order, its local derivatives, and the sweeps over both.

A public function makes one `Recorded` and passes it on, so that one call walks the graph once, whatever it asks, and
evaluates a local derivative at most once. No sweep here changes a node.
"""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograd.engine import (
    Replay,
    Value,
    check_all_current,
    check_assigned,
    collector_paused,
    count,
    local_derivatives,
    topological_order,
)
from autograd.notation import name
from autograd.table import Namespace, floats

Slopes = tuple[float | None, ...]  # the local derivative for each parent; `None` for a constant


@dataclass(frozen=True, eq=False)
class Recorded:
    """A graph, or a part of one, with the local derivatives that have been asked for so far.

    It holds for the numbers that the graph has now: after assigning data, make another.

    Attributes:
        order: The nodes, parents before children.
        numbers: The number of each node at which to differentiate, if not its own.

    Example:
        >>> x = Value(3.0, "x")
        >>> y = x * x
        >>> graph = Recorded.of(y)
        >>> graph.slopes(y), graph.tangents({x: 1.0})[y], graph.adjoints({y: 1.0})[x]
        ((3.0, 3.0), 6.0, 6.0)
        >>> graph.at({x: 4.0, y: 16.0}).slopes(y)
        (4.0, 4.0)
    """

    order: Sequence[Value]
    numbers: Mapping[Value, float] | None = None
    _known: dict[Value, Slopes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, *outputs: Value) -> "Recorded":
        """The graph of some nodes: all that they were computed from, and themselves."""
        return cls(topological_order(*outputs))

    @property
    def output(self) -> Value:
        """The last node, which depends on all others if this is the graph of one node."""
        return self.order[-1]

    @property
    def outputs(self) -> list[Value]:
        """The nodes that nothing in the graph is computed from."""
        used = {parent for node in self.order for parent in node.parents}
        return [node for node in self.order if node not in used]

    def at(self, numbers: Mapping[Value, float]) -> "Recorded":
        """The same nodes at other numbers."""
        return Recorded(self.order, numbers)

    def part(self, nodes: Sequence[Value]) -> "Recorded":
        """Some of the nodes, parents before children, with the same local derivatives."""
        return Recorded(nodes, self.numbers, self._known)

    def above(self, variable: Value) -> "Recorded":
        """The part that depends on a variable, after the variable itself."""
        reached = {variable}
        found = [variable]
        for node in self.order:
            if not reached.isdisjoint(node.parents):
                reached.add(node)
                found.append(node)
        return self.part(found)

    def below(self, output: Value) -> "Recorded":
        """The part that a node depends on, and that node last."""
        reached = {output}
        for node in reversed(self.order):
            if node in reached:
                reached.update(node.parents)
        return self.part([node for node in self.order if node in reached])

    def number(self, node: Value) -> float:
        """The number of a node, here."""
        return node.data if self.numbers is None else self.numbers[node]

    def slopes(self, node: Value) -> Slopes:
        """∂node/∂parent for each parent; `None` for a constant.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: if one does not exist; the message names the node.
            ValueError: if a leaf of the graph has been assigned to since.
        """
        slopes = self._known.get(node)
        if slopes is None:
            if not self._known and self.numbers is None:
                check_assigned(self.order)
            slopes = self._known[node] = local_derivatives(node, self.numbers)
        return slopes

    @collector_paused()  # it would search the new derivatives for cycles
    def tangents(self, directions: Mapping[Value, float], *, until: Container[Value] = ()) -> dict[Value, float]:
        r"""The derivative, in one direction, of every node that depends on some variables, by forward accumulation.

        .. math:: \dot v = \sum_i \frac{\partial v}{\partial u_i} \, \dot u_i, \qquad u_i \text{ the parents of } v

        Args:
            directions: The tangent of each variable: `{x: 1.0}` for the derivative with respect to x.
            until: Nodes that get a tangent but do not pass it on.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: if a derivative does not exist here.

        Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
        """
        result = dict(directions)
        sources = set(directions)
        known = self._known
        operations = 0
        for node in self.order:
            parents = node.parents
            if sources.isdisjoint(parents) or node in directions:
                continue
            slopes = known.get(node)
            cost = 1  # a product, and the derivative unless it is known
            if slopes is None:
                cost = 2
                try:
                    slopes = self.slopes(node)
                except (ValueError, ArithmeticError):  # perhaps of a derivative that is not needed here
                    slopes = local_derivatives(node, self.numbers, sources)
            tangent = 0.0
            for parent, slope in zip(parents, slopes):  # noqa: B905 - as long, and a million times
                if slope is not None and parent in sources:
                    tangent += slope * result[parent]
                    operations += cost
            result[node] = tangent
            if node not in until:
                sources.add(node)
        count("forward", lambda: operations)
        return result

    @collector_paused()
    def adjoints(self, weights: Mapping[Value, float]) -> dict[Value, float]:
        r"""The derivative of a weighted sum of outputs with respect to every node below, by reverse accumulation.

        .. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}

        It gives what `backward()` leaves in `grad`, and leaves nothing there.

        Args:
            weights: The adjoint of each output: `{y: 1.0}` for the derivatives of y.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: if a derivative does not exist here.

        Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.2.
        """
        result = dict(weights)
        known = self._known
        operations = 0
        for node in reversed(self.order):
            if node not in result:
                continue
            parents = node.parents
            if not parents:
                continue
            adjoint, slopes = result[node], known.get(node)
            cost = 1
            if slopes is None:
                cost, slopes = 2, self.slopes(node)
            for parent, slope in zip(parents, slopes):  # noqa: B905 - as long, and a million times
                if slope is not None:
                    result[parent] = result.get(parent, 0.0) + adjoint * slope
                    operations += cost
        count("reverse", lambda: operations)
        return result

    def recompute(self, changed: Mapping[Value, Any], m: Namespace = floats) -> dict[Value, Any]:
        """The number that each node would have if some had others.

        Args:
            changed: The nodes that have another number, and that number. What the graph needs from outside of this part
                keeps its number.
            m: The mathematics of those numbers.

        Raises:
            ValueError: if a number falls outside the domain of an operation, or gets too large.

        Example:
            >>> x = Value(3.0)
            >>> y = x * x
            >>> Recorded.of(y).recompute({x: 4.0})[y], y.data
            (16.0, 9.0)
        """
        return dict(changed) | dict(zip(self.order, self.replay(changed, m), strict=False))

    def replay(self, changed: Mapping[Value, Any], m: Namespace = floats) -> list[Any]:
        """What `recompute` gives, in the order of the nodes: the last is that of the output.

        Example:
            >>> x = Value(3.0)
            >>> Recorded.of(x * x).replay({x: 4.0})
            [4.0, 16.0]
        """
        return self._replay.run(changed, m)

    def recomputed(self, outputs: Sequence[Value], changed: Mapping[Value, Any], m: Namespace = floats) -> list[Any]:
        """What `recompute` gives, for some nodes; one that is not here keeps its number."""
        return self._replay.run(changed, m, outputs)

    @cached_property
    def _replay(self) -> Replay:
        return Replay(self.order)

    def check_finite(self) -> None:
        """Raise a ValueError if a number is not finite."""
        for node in self.order:
            if not math.isfinite(node.data):
                raise ValueError(f"{name(node)} is {node.data}; find_nonfinite(output) says where that comes from.")

    def check_current(self) -> None:
        """Raise a ValueError if numbers are out of date, because data has been assigned since."""
        check_all_current(self.order)
        count("evaluations", lambda: sum(bool(node.parents) for node in self.order))
