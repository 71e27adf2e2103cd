"""A recorded graph, walked once: its nodes in order, its local derivatives, and the sweeps over both.

A public function makes one `Recorded` and passes it on, so that one call walks the graph once, whatever it asks, and
evaluates a local derivative at most once. No sweep here changes a node.
"""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

from autograd.engine import (
    Replay,
    Value,
    check_all_current,
    check_assigned,
    count,
    edges_into,
    slopes_along,
    topological_order,
)
from autograd.notation import name
from autograd.table import Namespace, floats

Slopes = tuple[float | None, ...]  # the local derivative for each parent; `None` for a constant


class SlopedEdges:
    """The edges of a graph, numbered as in :class:`autograd.engine.Edges`, and their slopes. Parts share them.

    Attributes:
        nodes: The node at each place.
        lower: For each edge the place of the node that it leaves.
        upper: The place of the node that it enters.
        which: Which parent of that node the other one is.
        slopes: The local derivative along it; `None` as long as nothing has asked for it.
    """

    def __init__(self, order: Sequence[Value], numbers: Mapping[Value, float] | None) -> None:
        self.nodes, self.lower, self.upper, self.which = edges_into(order)
        self.slopes: list[Any] = [None] * len(self.lower)
        self._order, self._numbers = order, numbers
        self._is_checked = numbers is not None

    @cached_property
    def places(self) -> dict[Value, int]:
        """The place of each node."""
        return dict(zip(self.nodes, range(len(self.nodes)), strict=True))

    def into(self, node: Value) -> range:
        """The edges that enter a node."""
        place = self.places[node]
        return range(bisect_left(self.upper, place), bisect_right(self.upper, place))

    def places_of(self, nodes: Iterable[Value]) -> list[int]:
        """The places of those nodes that are here."""
        return [self.places[node] for node in nodes if node in self.places]

    def evaluate(self, edges: Iterable[int]) -> int:
        """Evaluate the slopes along some edges, in their order, and return how many were not known.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: if one does not exist; the message names the node.
            ValueError: if a leaf of the graph has been assigned to since.
        """
        slopes, nodes, upper, which = self.slopes, self.nodes, self.upper, self.which
        new = [edge for edge in edges if slopes[edge] is None]
        if new:
            if not self._is_checked:  # once: some ask node by node
                check_assigned(self._order)
                self._is_checked = True
            found = slopes_along([nodes[upper[edge]] for edge in new], [which[edge] for edge in new], self._numbers)
            for edge, slope in zip(new, found, strict=True):
                slopes[edge] = slope
        return len(new)

    def push(self, edges: Sequence[int], directions: Mapping[Value, float]) -> dict[int, float]:
        r"""The tangents along some edges, from below, by places.

        .. math:: \dot v = \sum_i \frac{\partial v}{\partial u_i} \, \dot u_i, \qquad u_i \text{ the parents of } v
        """
        lower, upper, slopes = self.lower, self.upper, self.slopes
        tangents = self._by_place(directions)
        operations = self.evaluate(edges) + len(edges)  # a product, and the derivative unless it is known
        for edge in edges:
            node = upper[edge]
            tangents[node] = tangents.get(node, 0.0) + slopes[edge] * tangents[lower[edge]]
        count("forward", lambda: operations)
        return tangents

    def pull(self, edges: Sequence[int], weights: Mapping[Value, float]) -> dict[int, float]:
        r"""The adjoints along some edges, from above, by places.

        .. math:: \bar v = \sum_{(u, i) : \mathrm{parents}(u)_i = v} \bar u \, \frac{\partial u}{\partial x_i}
        """
        lower, upper, slopes = self.lower, self.upper, self.slopes
        adjoints = self._by_place(weights)
        operations = self.evaluate(edges) + len(edges)
        for edge in edges:
            node = lower[edge]
            adjoints[node] = adjoints.get(node, 0.0) + adjoints[upper[edge]] * slopes[edge]
        count("reverse", lambda: operations)
        return adjoints

    def _by_place(self, numbers: Mapping[Value, float]) -> dict[int, float]:
        return {self.places[node]: number for node, number in numbers.items() if node in self.places}

    def by_node(self, numbers: Mapping[int, float]) -> dict[Value, float]:
        """Numbers by nodes, in place of places."""
        return {self.nodes[place]: number for place, number in numbers.items()}


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
    # Of what graph this is a part, and which edges of it are inside.
    _part: tuple[SlopedEdges, Sequence[int]] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, *outputs: Value) -> "Recorded":
        """The graph of some nodes: all that they were computed from, and themselves."""
        return cls(topological_order(*outputs))

    @cached_property
    def edges(self) -> SlopedEdges:
        """The edges of the graph that this is, or is a part of."""
        return self._part[0] if self._part else SlopedEdges(self.order, self.numbers)

    @cached_property
    def inside(self) -> Sequence[int]:
        """Which of them enter nodes of this part."""
        return self._part[1] if self._part else range(len(self.edges.lower))

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
        edges = self.edges
        return Recorded(nodes, self.numbers, (edges, [edge for node in nodes for edge in edges.into(node)]))

    def above(self, variable: Value) -> "Recorded":
        """The part that depends on a variable, after the variable itself, and the edges on the way there."""
        edges, found = self.edges, self.upwards([variable])
        places = [place for place, _ in itertools.groupby(map(edges.upper.__getitem__, found))]
        return Recorded([variable, *map(edges.nodes.__getitem__, places)], self.numbers, (edges, found))

    def below(self, output: Value) -> "Recorded":
        """The part that a node depends on, and that node last."""
        reached = {output}
        for node in reversed(self.order):
            if node in reached:
                reached.update(node.parents)
        return self.part([node for node in self.order if node in reached])

    def upwards(self, sources: Iterable[Value], until: Iterable[Value] = ()) -> list[int]:
        """The edges on ways up from some nodes, from below; a way ends at the nodes of `until`."""
        lower, upper = self.edges.lower, self.edges.upper
        ends = set(self.edges.places_of(until))
        passes = bytearray(len(self.edges.nodes))
        for place in self.edges.places_of(sources):
            passes[place] = True
            ends.discard(place)
        found = []
        for edge in self.inside:
            if passes[lower[edge]]:
                found.append(edge)
                if not ends or upper[edge] not in ends:
                    passes[upper[edge]] = True
        return found

    def downwards(self, sources: Iterable[Value]) -> list[int]:
        """The edges on ways down from some nodes, from above."""
        lower, upper = self.edges.lower, self.edges.upper
        reached = bytearray(len(self.edges.nodes))
        for place in self.edges.places_of(sources):
            reached[place] = True
        found = []
        for edge in reversed(self.inside):
            if reached[upper[edge]]:
                found.append(edge)
                reached[lower[edge]] = True
        return found

    def number(self, node: Value) -> float:
        """The number of a node, here."""
        return node.data if self.numbers is None else self.numbers[node]

    def slopes(self, node: Value) -> Slopes:
        """∂node/∂parent for each parent; `None` for a constant.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: if one does not exist; the message names the node.
            ValueError: if a leaf of the graph has been assigned to since.
        """
        edges = self.edges
        entering = edges.into(node)
        edges.evaluate(reversed(entering))
        found = {edges.which[edge]: edges.slopes[edge] for edge in entering}
        return tuple(found.get(place) for place in range(len(node.parents)))

    def tangents(self, directions: Mapping[Value, float], *, until: Iterable[Value] = ()) -> dict[Value, float]:
        r"""The derivative, in one direction, of every node that depends on some variables, by forward accumulation.

        .. math:: \dot v = \sum_i \frac{\partial v}{\partial u_i} \, \dot u_i, \qquad u_i \text{ the parents of } v

        Args:
            directions: The tangent of each variable: `{x: 1.0}` for the derivative with respect to x.
            until: Nodes that get a tangent but do not pass it on.

        Raises:
            ValueError, ZeroDivisionError, OverflowError: if a derivative does not exist here.

        Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., section 3.1.
        """
        edges, found = self.edges, self.upwards(directions, until)
        if len(directions) > 1:
            fixed = set(edges.places_of(directions))
            found = [edge for edge in found if edges.upper[edge] not in fixed]
        return dict(directions) | edges.by_node(edges.push(found, directions))

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
        return dict(weights) | self.edges.by_node(self.edges.pull(self.downwards(weights), weights))

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
        if not all(map(math.isfinite, map(attrgetter("data"), self.order))):
            node = next(node for node in self.order if not math.isfinite(node.data))
            raise ValueError(f"{name(node)} is {node.data}; find_nonfinite(output) says where that comes from.")

    def check_current(self) -> None:
        """Raise a ValueError if numbers are out of date, because data has been assigned since."""
        check_all_current(self.order)
        count("evaluations", lambda: sum(bool(node.parents) for node in self.order))
