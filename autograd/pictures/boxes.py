"""The boxes of a picture, from the nodes of a graph and what each is drawn as."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from autograd.engine import Value
from autograd.graph import Edge, Group, Recorded
from autograd.notation import ordinal, plural, read_label
from autograd.pictures.levels import Box, Boxes
from autograd.pictures.parts import DiagramNode
from autograd.pictures.titles import Titles


@dataclass(frozen=True)
class Drawing:
    """A graph, and how much of it is shown.

    Attributes:
        graph: The graph.
        groups: The neuron or layer of every node that belongs to one.
        boxes: What each node is drawn as.
        shown: Which boxes are shown.
        lit: The edges that are lit.
        roles: The kind of every leaf.
        titles: What boxes and arrows say when pointed at.
        numbered: For a node that shares its label with others, which of them it is, if that is shown: x[1], x[2].
    """

    graph: Recorded
    groups: Mapping[Value, Group]
    boxes: Boxes
    shown: Collection[Box]
    lit: Collection[Edge]
    roles: Mapping[Value, str]
    titles: Titles
    numbered: Mapping[Value, int] = field(default_factory=dict)

    @cached_property
    def members(self) -> dict[Box, list[Value]]:
        """The boxes that are shown, parents before children, and the nodes that each stands for."""
        members = defaultdict[Box, list[Value]](list)
        for node in reversed(self.graph.order):
            if self.boxes.of[node] in self.shown:
                members[self.boxes.of[node]].append(node)
        return {box: nodes[::-1] for box, nodes in reversed(members.items())}

    @cached_property
    def ids(self) -> dict[Box, str]:
        """What each box is called."""
        return {box: f"node{number}" for number, box in enumerate(self.members)}

    @cached_property
    def results(self) -> dict[Box, list[Value]]:
        """For each box: what was computed in it and is used outside, or is an output."""
        of, order = self.boxes.of, self.graph.order
        outside = {parent for node in order for parent in node.parents if of[parent] != of[node]} | self._outputs
        results = defaultdict[Box, list[Value]](list)
        for node in order:
            if node.parents and node in outside:
                results[of[node]].append(node)
        return results

    @cached_property
    def _outputs(self) -> set[Value]:
        return set(self.graph.outputs)

    def takes_in(self, value: Value) -> bool:
        """Whether a box stands for more than its own operation, and a weighted sum that this is applied to."""
        members = self.members.get(value, [])
        known = {value}
        operands = [parent for parent in value.parents if parent not in self.boxes.written]
        if value in self.boxes.sums:
            known.update(self.boxes.sums[value].members)
        elif len(operands) == 1 and operands[0] in self.boxes.sums:
            known.update((operands[0], *self.boxes.sums[operands[0]].members))
        return any(member.parents and member not in known for member in members)

    def nodes(self) -> list[DiagramNode]:
        """The boxes."""
        lit = {node for upper, place in self.lit for node in (upper, upper.parents[place])} - set(self.boxes.hidden)
        return [
            replace(self._group(box) if isinstance(box, Group) else self._node(box), lit=not lit.isdisjoint(members))
            for box, members in self.members.items()
        ]

    def _node(self, value: Value) -> DiagramNode:
        sign = "" if value.parents and self.takes_in(value) else self._sign(value)
        is_result = sign and not value.label and value not in self._outputs
        kind = self.roles[value] if not value.parents else "result" if is_result else "operation"
        _, inner, added = self.numbers(value)
        return replace(
            self._with_number(DiagramNode(self.ids[value], kind, sign, self._label(value)), value),
            biases=self._biases(added),
            **self._weighted(value, inner),
            column=_column(value),
            place=_place(value.label),
            text=self._operations(value),
            title=self.titles.of(value),
        )

    def _operations(self, value: Value) -> str:
        """What a box computes that stands for several operations: the formula, or how many there are."""
        if not value.parents or not self.takes_in(value):
            return ""
        count = sum(bool(member.parents) for member in self.members[value])
        return self.titles.formula(value) or plural(count, "operation")

    def numbers(self, box: Box) -> tuple[Value | None, Value | None, tuple[Value, ...]]:
        """Whose numbers a box has: the one that it shows, the weighted input z of a neuron, and what its sums add."""
        if isinstance(box, Group) and not box.neuron:
            return None, None, ()
        members = self.members[box]
        results, added = self.results[box] if isinstance(box, Group) else [box], self._added(members)
        if len(results) != 1:
            return None, None, added
        sums = [node for node in members if self._is_neural(node)]
        is_neuron = len(sums) == 1 and (isinstance(box, Group) or self._is_of(box, sums[0]))
        return results[0], sums[0] if is_neuron and sums != results else None, added

    def _is_neural(self, node: Value) -> bool:
        return node in self.boxes.sums and self.boxes.sums[node].has_parameters

    def _is_of(self, activation: Value, z: Value) -> bool:
        """Whether the box of a node computes it from z alone, and it is not what the picture is of."""
        of, own = self.boxes.of, {z, *self.boxes.sums[z].members}
        others = (node for node in self.members[activation] if node not in own)
        return activation not in self._outputs and all(of[p] is activation for node in others for p in node.parents)

    def _weighted(self, shown: Value, inner: Value | None) -> dict[str, Any]:
        """What a box says of the z of a neuron, which is the number that it shows if nothing is applied to it."""
        z = shown if inner is None and self._is_neural(shown) else inner
        return {
            "inner": None if inner is None else (self._label(inner), inner.data),
            "delta": None if z is None else self.titles.gradient(z),
        }

    def _group(self, group: Group) -> DiagramNode:
        """A layer; or a neuron, which shows its activation, if it has only one."""
        kind = "layer" if not group.neuron else "input" if group.layer == "0" else "neuron"
        census = self._census(group)
        box = DiagramNode(self.ids[group], kind, label=group.title, text=census, title=f"{group.name}: {census}")
        if not group.neuron:
            return box
        activation, inner, added = self.numbers(group)
        box = replace(box, biases=self._biases(added), column=f"layer {group.layer}", place=ordinal(group.neuron))
        if activation is None:
            return replace(box, label=group.name if kind == "neuron" else group.title)
        return replace(
            self._with_number(box, activation),
            symbol=self._sign(activation),
            label=self._label(activation) or group.title,
            text="",
            **self._weighted(activation, inner),
            title=f"{box.title}\n{self.titles.of(activation)}",
        )

    def _label(self, node: Value) -> str:
        """What a node is called in a box."""
        return f"{node.label}[{self.numbered[node]}]" if node in self.numbered else node.label

    def _with_number(self, box: DiagramNode, value: Value) -> DiagramNode:
        return replace(box, data=value.data, grad=self.titles.gradient(value))

    def _sign(self, value: Value) -> str:
        """The sign of the operation that computed a node, with a second argument that is written into it."""
        if value.op is None or not value.parents:
            return ""
        if value in self.boxes.sums:
            return "Σ"
        last = value.parents[-1]
        return value.op.sign_with(last.data if last in self.boxes.written else None)

    def _added(self, members: Iterable[Value]) -> tuple[Value, ...]:
        """What the sums in a box add to their products; the sums of several examples add the same."""
        found = Counter[Value]()
        for each in (self.boxes.sums[member] for member in members if member in self.boxes.sums):
            found |= Counter(bias for bias in each.biases if bias in self.boxes.hidden)
        return tuple(found.elements())

    def _biases(self, added: Iterable[Value]) -> tuple[tuple[str, float, float | None], ...]:
        """Their names, numbers and gradients."""
        return tuple((self._label(bias) or "+", bias.data, self.titles.gradient(bias)) for bias in added)

    def _census(self, group: Group) -> str:
        """What a collapsed layer consists of; or a neuron with several results, one for each example, say."""
        members = self.members[group]
        # Outside of layers, a variable is one of the cost's own, such as lambda.
        counted = ("parameter", "variable") if group.layer else ("parameter",)
        n_parameters = sum(self.roles.get(node) in counted for node in members)
        if not n_parameters or group.layer == "0":
            return plural(len(members), "node")
        n_neurons = len({self.groups[node] for node in members if node in self.groups and self.groups[node].neuron})
        parts = plural(n_neurons, "neuron") if n_neurons else plural(len(members), "node")
        parts = plural(len(self.results[group]), "result") if group.neuron else parts
        return f"{parts}, {plural(n_parameters, 'parameter')}"


def _column(value: Value) -> str:
    """The activations of a layer stand in one column, its weighted inputs in another one, and so do the inputs."""
    symbol = read_label(value.label) if value.label else None
    if symbol is None or not symbol.layer or not symbol.neuron or not (value.parents or symbol.layer == "0"):
        return ""
    return f"{symbol.letter} of layer {symbol.layer}"


def _place(label: str) -> tuple[str, int]:
    symbol = read_label(label) if label else None
    return ordinal((symbol.neuron if symbol else "") or label)
