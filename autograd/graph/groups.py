"""The neurons and layers of a graph, read from its labels: `z1_0` and `w1_02` belong to neuron 0 of layer 1."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from autograd.engine import Value
from autograd.notation import read_label

LEVELS = ("nothing", "neurons", "layers", "everything")  # what is collapsed, each neuron or layer into one box


@dataclass(frozen=True)
class Group:
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
    found: dict[Value, Group] = {}
    wanted: dict[Value, Group | None] = {}  # where everything computed from a node belongs
    for node in reversed(list(order)):
        label = read_label(node.label) if node.label else None
        if label is not None and label.layer and not label.is_word:  # x1_sq is the square of x1
            group: Group | None = Group(label.layer, label.neuron)
        else:
            group = None if node.label else wanted.get(node)
        if group is not None:
            found[node] = group
        for parent in node.parents:
            wanted[parent] = group if wanted.get(parent, group) == group else None
    return found


def collapsed(
    order: Iterable[Value], groups: Mapping[Value, Group], which: str | Collection[str]
) -> dict[Value, Value | Group]:
    """What each node is drawn as when some neurons or layers are single boxes: such a box, or the node itself.

    Args:
        order: The nodes of a graph.
        groups: The neuron or layer of every node that belongs to one.
        which: "neurons"; "layers"; "everything", for the layers and all other nodes but the output; "nothing"; or the
            names of some neurons and layers. A single node is never collapsed.

    Raises:
        ValueError: if no neuron or layer has one of the names.
    """
    if which == "everything" and groups:
        groups = {node: groups.get(node, Group("")) for node in list(order)[:-1]} | dict(groups)
    sizes = Counter(group for innermost in groups.values() for group in innermost.lineage)
    known = {group.name: group for group, size in sizes.items() if size > 1}
    if which in LEVELS:
        kinds = {"neurons": (True,), "layers": (False,), "everything": (False,)}.get(which, ())
        chosen = {group for group in known.values() if bool(group.neuron) in kinds}
    else:
        if not isinstance(which, Collection):
            raise TypeError(f"collapse takes a name or a list of them, but got {which!r:.60}.")
        names = [which] if isinstance(which, str) else which
        for unknown in [name for name in names if name not in known]:
            there = "; ".join(known) or "none: no label says which layer and neuron its node belongs to"
            raise ValueError(f"collapse is one of {', '.join(LEVELS)}, or some of [{there}]; but got {unknown!r:.60}.")
        chosen = {known[name] for name in names}

    def box(node: Value) -> Value | Group:
        lineage = groups[node].lineage if node in groups else ()
        return next((group for group in reversed(lineage) if group in chosen), node)

    return {node: box(node) for node in order}
