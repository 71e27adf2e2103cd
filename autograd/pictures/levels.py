"""How much of a graph one box stands for: an operation, a weighted sum, a neuron, a layer, or everything."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograd.engine import Value
from autograd.graph import LEVELS, Group, WeightedSum, collapsed, hidden, named, times_used, weighted_sums

Box = Value | Group  # a node, or a neuron or layer that is drawn as one box

_MOST_LEAVES = 3  # that stand beside collapsed layers, such as targets


@dataclass(frozen=True)
class Boxes:
    """What each node of a graph is drawn as.

    Attributes:
        of: The box of each node: itself, another node that it leads to, or a group.
        sums: The weighted sums whose products are not drawn on their own, by their result.
        hidden: The weights and biases that are not drawn on their own.
        written: The exponents and the like that stand in the sign of their operation.
    """

    of: Mapping[Value, Box]
    sums: Mapping[Value, WeightedSum]
    hidden: Collection[Value]
    written: Collection[Value]


class Levels:
    """The levels of one graph.

    Args:
        order: The nodes, parents before children.
        groups: The neuron or layer of every node that belongs to one.
        roles: The kind of every leaf.
        names: Names of groups that are one box each at every level.
        outputs: What the picture is of, if not the last node alone.
    """

    def __init__(
        self,
        order: Sequence[Value],
        groups: Mapping[Value, Group],
        roles: Mapping[Value, str],
        names: str | Collection[str] = (),
        outputs: Collection[Value] = (),
    ) -> None:
        self.order, self.groups, self.outputs = order, groups, outputs
        self.collapsed = collapsed(order, groups, names)
        ranks = {"parameter": 2, "constant": 1}
        self.sums = weighted_sums(order, {leaf: ranks[role] for leaf, role in roles.items() if role in ranks})
        self.sums = [each for each in self.sums if not {*each.members} & {*outputs}]
        self.hidden = hidden(order, self.sums)
        uses = times_used(order)
        self.written = {  # the exponent of x², which is no box of its own
            last: node
            for node in order
            if node.op and node.op.writes_number and len(node.parents) == 2
            for last in node.parents[-1:]
            if last.is_constant and not last.parents and not last.label and uses[last] == 1
        }

    @property
    def has_names(self) -> bool:
        """Whether there is a level coarser than operations."""
        return bool(self.groups or self.sums) or any(node.label for node in self.order[:-1] if node.parents)

    def boxes(self, level: str) -> Boxes:
        """The boxes at a level."""
        groups = collapsed(self.order, self.groups, level)
        groups |= {node: box for node, box in self.collapsed.items() if _is_larger(box, groups[node])}
        inner = {} if level == "operations" else self._named
        of = {node: box if isinstance(box, Group) else groups[inner.get(node, node)] for node, box in groups.items()}
        if level not in LEVELS[:2]:
            self._join_activations(of)
        of |= {leaf: of[node] for leaf, node in self.written.items()}
        if level == "layers" and self.groups:
            self._take_in_leaves(of)
        sums = {
            each.node: each
            for each in self.sums
            if all(of[member] == of[each.node] for member in each.members) and (each.members or len(each.biases) > 1)
        }
        drawn = {leaf for each in self.sums if each.node not in sums for leaf in (*each.weights, *each.biases)}
        leaves = {leaf for leaf, each in self.hidden.items() if leaf not in drawn and of[leaf] == of[each.node]}
        return Boxes(of, sums, leaves, self.written)

    @cached_property
    def _named(self) -> dict[Value, Value]:
        """The node that stands for each node at the level of sums."""
        found = named(self.order, self.outputs)
        for each in self.sums:
            if found[each.node] is each.node:
                found |= dict.fromkeys(each.members, each.node)
            # What is weighted stays a box, even a plain number, for its weight stands on its arrow.
            sources = (upper.parents[place] for upper, place in each.terms)
            found |= {source: source for source in sources if not source.parents}
        return found | {leaf: found[each.node] for leaf, each in self.hidden.items()}

    def _join_activations(self, of: dict[Value, Box]) -> None:
        """Put the weighted sum z into the box of what is computed from it alone, its activation, but for the output."""
        sources, targets = defaultdict[Box, set[Box]](set), defaultdict[Box, set[Box]](set)
        for node in self.order:
            for parent in node.parents:
                if parent not in self.hidden and parent not in self.written and of[parent] != of[node]:
                    sources[of[node]].add(of[parent])
                    targets[of[parent]].add(of[node])
        neural = [each for each in self.sums if each.has_parameters]
        sums = {of[each.node] for each in neural}
        joined = dict[Box, Box]()
        for each in neural:
            z = each.node
            if of[z] is z and len(targets[z]) == 1:
                (activation,) = targets[z]
                if sources[activation] == {z} and activation not in {*sums, self.order[-1], *self.outputs}:
                    joined[z] = activation
        of |= {node: joined[box] for node, box in of.items() if box in joined}

    def _take_in_leaves(self, of: dict[Value, Box]) -> None:
        """Put leaves that only one box outside of the layers needs into it, where they are many."""
        needed: dict[Value, set[Box]] = {}
        for node in self.order:
            for parent in node.parents:
                if not parent.parents and of[parent] is parent:
                    needed.setdefault(parent, set()).add(of[node])
        alone = {leaf: next(iter(boxes)) for leaf, boxes in needed.items() if len(boxes) == 1}
        outside = {leaf: box for leaf, box in alone.items() if not isinstance(box, Group)}
        if len(outside) > _MOST_LEAVES:
            of.update(outside)


def _is_larger(box: Box, other: Box) -> bool:
    """Whether a box stands for more than another one: a layer more than a neuron, and that more than a node."""
    return isinstance(box, Group) and (not isinstance(other, Group) or (bool(other.neuron) and not box.neuron))
