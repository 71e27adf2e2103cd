"""The boxes, arrows and frames of a picture, from the nodes of a graph and what each is drawn as."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from autograd.engine import Value
from autograd.graph import Group, Recorded
from autograd.notation import plural
from autograd.ops import mul
from autograd.pictures.parts import DiagramEdge, DiagramGroup, DiagramNode

Box = Value | Group  # a node, or a neuron or layer that is drawn as one box
Edge = tuple[Value, int]  # a node, and which of its parents the edge comes from


@dataclass(frozen=True)
class Drawing:
    """A graph, and how much of it is shown.

    Attributes:
        graph: The graph.
        groups: The neuron or layer of every node that belongs to one.
        boxes: What each node is drawn as.
        shown: Which boxes are shown.
        lit: The edges that are lit.
    """

    graph: Recorded
    groups: Mapping[Value, Group]
    boxes: Mapping[Value, Box]
    shown: set[Box]
    lit: set[Edge]

    @cached_property
    def members(self) -> dict[Box, list[Value]]:
        """The boxes that are shown, and the nodes that each stands for."""
        members = defaultdict[Box, list[Value]](list)
        for node in self.graph.order:
            if self.boxes[node] in self.shown:
                members[self.boxes[node]].append(node)
        return members

    @cached_property
    def ids(self) -> dict[Box, str]:
        """What each box is called."""
        return {box: f"node{number}" for number, box in enumerate(self.members)}

    @cached_property
    def frame_ids(self) -> dict[Group, str]:
        """What each frame is called: those of layers and neurons of several nodes that are no boxes themselves."""
        sizes = Counter(
            group
            for members in self.members.values()
            for node in members
            if node in self.groups
            for group in self.groups[node].lineage
        )
        framed = (group for group, size in sizes.items() if size > 1 and self.shown.isdisjoint(group.lineage))
        outer_first = sorted(framed, key=lambda group: len(group.lineage))
        return {group: f"group{number}" for number, group in enumerate(outer_first)}

    def frames(self) -> tuple[DiagramGroup, ...]:
        """The frames, layers before their neurons."""
        return tuple(
            DiagramGroup(frame_id, group.title, group.name, self._frame(group.lineage[1:]))
            for group, frame_id in self.frame_ids.items()
        )

    def _frame(self, lineage: tuple[Group, ...]) -> str:
        return next((self.frame_ids[group] for group in lineage if group in self.frame_ids), "")

    def nodes(self, roles: Mapping[Value, str], gradients: Mapping[Value, float] | None) -> list[DiagramNode]:
        """The boxes.

        Args:
            roles: The kind of every leaf.
            gradients: The gradients to show, if not those that the nodes hold.
        """

        def grad(value: Value) -> float | None:
            if value.is_constant:
                return None
            return gradients.get(value) if gradients is not None else value.grad if value.has_grad else None

        def single(value: Value) -> DiagramNode:
            kind = "operation" if value.parents else roles[value]
            frame = self._frame(self.groups[value].lineage if value in self.groups else ())
            symbol = value.op.symbol if value.op else ""
            return DiagramNode(self.ids[value], kind, symbol, value.label, value.data, grad(value), group=frame)

        def whole(group: Group) -> DiagramNode:
            kind = "layer" if not group.neuron else "input" if group.layer == "0" else "neuron"
            box = DiagramNode(self.ids[group], kind, label=group.title)
            box = replace(box, group=self._frame(group.lineage), text=self._census(group, roles))
            results = self._results[group]
            if not group.neuron or len(results) != 1:
                return box
            (activation,) = results
            return replace(box, data=activation.data, grad=grad(activation), text=activation.label)

        lit = {node for upper, place in self.lit for node in (upper, upper.parents[place])}
        return [
            replace(whole(box) if isinstance(box, Group) else single(box), lit=not lit.isdisjoint(members))
            for box, members in self.members.items()
        ]

    @cached_property
    def _results(self) -> dict[Box, dict[Value, None]]:
        """For each box that stands for several nodes: what was computed in it and is used outside, or is an output."""
        results = defaultdict[Box, dict[Value, None]](dict)
        used = {parent for node in self.graph.order for parent in node.parents}
        for output in self.graph.order:
            if output not in used:
                results[self.boxes[output]][output] = None
        for node in self.graph.order:
            for parent in node.parents:
                if parent.parents and self.boxes[parent] != self.boxes[node]:
                    results[self.boxes[parent]][parent] = None
        return results

    def _census(self, group: Group, roles: Mapping[Value, str]) -> str:
        """What a collapsed layer consists of; or a neuron with several results, one for each example, say."""
        members = self.members[group]
        # Outside of layers, a variable is one of the cost's own, such as lambda.
        counted = ("parameter", "variable") if group.layer else ("parameter",)
        n_parameters = sum(roles.get(node) in counted for node in members)
        if not n_parameters or group.layer == "0":
            return plural(len(members), "node")
        n_neurons = len({self.groups[node] for node in members if node in self.groups and self.groups[node].neuron})
        parts = plural(n_neurons, "neuron") if n_neurons else plural(len(members), "node")
        parts = plural(len(self._results[group]), "result") if group.neuron else parts
        return f"{parts}, {plural(n_parameters, 'parameter')}"

    def edges(self, slopes: str, roles: Mapping[Value, str]) -> tuple[list[DiagramEdge], list[DiagramNode]]:
        """The arrows, and a box wherever what comes before or after a box is left out.

        Args:
            slopes: Which derivatives the arrows have: "local"; "weights", where an arrow into a collapsed neuron has
                the parameter that multiplies what comes along it, if there is one; or "", for none.
            roles: The kind of every leaf.
        """
        arrows = defaultdict[object, list[Edge]](list)
        cut: dict[tuple[Box, bool], None] = {}
        for node in self.graph.order:
            for place, parent in enumerate(node.parents):
                source, target = self.boxes[parent], self.boxes[node]
                if source in self.shown and target in self.shown:
                    if not isinstance(source, Group) and not isinstance(target, Group):
                        arrows[node, place].append((node, place))
                    elif source != target:
                        arrows[source, target].append((node, place))
                elif source in self.shown:
                    cut[source, False] = None
                elif target in self.shown:
                    cut[target, True] = None
        edges = [self._arrow(bundle, slopes, roles) for bundle in arrows.values()]
        omitted = []
        for number, (box, is_before) in enumerate(cut):
            ends = (f"omitted{number}", self.ids[box])
            omitted.append(DiagramNode(ends[0], "omitted"))
            edges.append(DiagramEdge(*(ends if is_before else reversed(ends))))
        return edges, omitted

    def _arrow(self, bundle: list[Edge], slopes: str, roles: Mapping[Value, str]) -> DiagramEdge:
        """One arrow for some edges between the same two boxes; it has a derivative if theirs are the same."""
        node, place = bundle[0]
        source, target = self.boxes[node.parents[place]], self.boxes[node]
        is_ordered = target is node and len(node.parents) == 2 and not (node.op and node.op.commutative)
        found = {self._slope(edge, slopes, roles) for edge in bundle} if slopes else set()
        return DiagramEdge(
            self.ids[source],
            self.ids[target],
            ("1st", "2nd")[place] if is_ordered else "",
            found.pop() if len(found) == 1 else None,
            not self.lit.isdisjoint(bundle),
            len(bundle),
        )

    def _slope(self, edge: Edge, slopes: str, roles: Mapping[Value, str]) -> float | None:
        """The derivative along an edge, of what the box at its end shows."""
        node, place = edge
        parent, target = node.parents[place], self.boxes[node]
        try:
            if isinstance(target, Group) and slopes == "weights":
                weight = node.parents[1 - place] if node.op is mul else None
                is_weight = weight is not None and roles.get(weight) in ("parameter", "variable")
                return weight.data if weight is not None and is_weight and self.boxes[weight] == target else None
            if isinstance(target, Group) and len(self._results[target]) == 1:
                (result,) = self._results[target]
                if parent.is_constant:
                    return None
                return self.graph.part(self.members[target]).tangents({parent: 1.0}).get(result)
            return self.graph.slopes(node)[place]
        except (ValueError, ArithmeticError):  # the picture shows what there is
            return None
