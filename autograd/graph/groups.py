"""The neurons and layers of a graph, read from its labels: `z1_0` and `w1_02` belong to neuron 0 of layer 1."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from autograd.engine import Value
from autograd.notation import ordinal, read_label

LEVELS = ("operations", "sums", "neurons", "layers", "everything")  # how much of a graph one box stands for


class Group(NamedTuple):
    """A layer, or one of its neurons.

    Attributes:
        layer: The layer; `0` for the inputs; empty for nodes outside all layers.
        neuron: The neuron; empty for the layer as a whole.
    """

    layer: str
    neuron: str = ""

    @property
    def title(self) -> str:
        """The text on its box."""
        if self.neuron:
            return f"{'input' if self.layer == '0' else 'neuron'} {self.neuron}"
        return {"0": "inputs", "": "the rest"}.get(self.layer, f"layer {self.layer}")

    @property
    def name(self) -> str:
        """Its full name: `layer 1`, or `layer 1, neuron 0`."""
        return ", ".join(group.title for group in reversed(self.lineage))

    @property
    def lineage(self) -> "tuple[Group, ...]":
        """Itself and, for a neuron, its layer."""
        return (self, Group(self.layer)) if self.neuron else (self,)


def groups_by_label(order: Iterable[Value]) -> dict[Value, Group]:
    """The neuron, or else the layer, of every node that belongs to one.

    A label with a layer says where its node belongs. A node without a label belongs where everything computed from it
    belongs: the products and sums on the way to z1_0 are part of that neuron.

    Args:
        order: The nodes of a graph, parents before children.

    Example:
        >>> from autograd import Value, topological_order
        >>> w, a, b = Value(2.0, "w1_00"), Value(3.0, "a0_0"), Value(1.0, "b1_0")
        >>> z = w * a + b
        >>> z.label = "z1_0"
        >>> groups = groups_by_label(topological_order(z))
        >>> sorted(node.label or node.op.symbol for node in groups if groups[node] == Group("1", "0"))
        ['*', 'b1_0', 'w1_00', 'z1_0']
    """
    order = list(order)
    own: dict[Value, Group | None] = {}
    for node in order:
        label = read_label(node.label) if node.label else None
        if node.label:
            is_place = label is not None and label.layer and not label.is_word  # x1_sq is the square of x1
            own[node] = Group(label.layer, label.neuron) if label is not None and is_place else None
    return {node: group for node, group in inherited(order, own).items() if group is not None}


T = TypeVar("T")


def inherited(order: Sequence[Value], own: Mapping[Value, T | None]) -> dict[Value, T | None]:
    """What each node has: its own, or what everything computed from it has, if that is the same.

    Args:
        order: The nodes, parents before children.
        own: What nodes have that inherit nothing.
    """
    found: dict[Value, T | None] = {}
    wanted: dict[Value, T | None] = {}
    for node in reversed(order):
        found[node] = mine = own[node] if node in own else wanted.get(node)
        for parent in node.parents:
            wanted[parent] = mine if wanted.get(parent, mine) == mine else None
    return found


def collapsed(
    order: Sequence[Value], groups: Mapping[Value, Group], which: str | Collection[str]
) -> dict[Value, Value | Group]:
    """What each node is drawn as when some neurons or layers are single boxes: such a box, or the node itself.

    Args:
        order: The nodes of a graph.
        groups: The neuron or layer of every node that belongs to one.
        which: "neurons"; "layers"; "everything", for the layers and all other nodes but the output; "operations", for
            none; or the names of some neurons and layers. A single node is never collapsed.

    Raises:
        ValueError: if no neuron or layer has one of the names.
    """
    if which == "everything" and groups:
        groups = {node: groups.get(node, Group("")) for node in list(order)[:-1]} | dict(groups)
    sizes = Counter[Group]()
    for innermost, size in Counter(groups.values()).items():
        sizes.update(dict.fromkeys(innermost.lineage, size))
    groups_in_order = sorted(sizes, key=lambda group: (ordinal(group.layer), group.neuron != "", ordinal(group.neuron)))
    known = {group.name: group for group in groups_in_order if sizes[group] > 1}
    if which in LEVELS:
        kinds = {"neurons": (True,), "layers": (False,), "everything": (False,)}.get(which, ())
        chosen = {group for group in known.values() if bool(group.neuron) in kinds}
    else:
        if not isinstance(which, Collection):
            raise TypeError(f"collapse takes a name or a list of them, but got {which!r:.60}.")
        names = [which] if isinstance(which, str) else which
        for unknown in [name for name in names if name not in known]:
            there = "; ".join(known) or "none: no label says which layer and neuron its node belongs to"
            raise ValueError(f"collapse takes some of [{there}], but got {unknown!r:.60}.")
        chosen = {known[name] for name in names}

    box = {group: next((each for each in reversed(group.lineage) if each in chosen), None) for group in sizes}
    return {node: (box[groups[node]] if node in groups else None) or node for node in order}


def named(order: Sequence[Value], outputs: Collection[Value] = ()) -> dict[Value, Value]:
    """The result with a name that each node leads to: of the nodes without one that are computed on the way to z, z.

    A node without a label goes along if everything computed from it belongs to the same result. The output is a result,
    too, if there are others. Leaves with labels stay themselves. Where no result has a name, nothing goes along.

    Args:
        order: The nodes of a graph, parents before children.
        outputs: Other nodes that are results, whether they have a name or not.

    Example:
        >>> from autograd import Value, topological_order
        >>> x = Value(3.0, "x")
        >>> y = ((x * 2).named("u") ** 2).named("y")
        >>> [found.label for found in named(topological_order(y)).values()]
        ['y', 'y', 'u', 'u', 'x']
    """
    *inner, output = order
    results = {node for node in inner if node.parents and node.label}
    own: dict[Value, Value | None] = {node: None for node in order if node.label and not node.parents}
    own |= {node: node for node in (*results, output, *outputs) if results}
    return {node: node if result is None else result for node, result in inherited(order, own).items()}
