"""What the leaves of a graph are: parameters, inputs, targets, other variables, constants. Their labels say it."""

from collections.abc import Iterable, Mapping

from autograd.engine import Value, require_values
from autograd.notation import ROLES, WEIGHTS, Label, read_label

LEAVES = ("parameter", "input", "target", "variable", "constant")


def roles_of(order: Iterable[Value], given: Mapping[Value, str] | None = None) -> dict[Value, str]:
    """The role of every leaf.

    Args:
        order: The nodes of a graph.
        given: Roles of leaves whose labels do not say it.

    Raises:
        TypeError: if what is given is not of Values.
        ValueError: if a role is unknown, or not that of a leaf.

    Example:
        >>> w, x = Value(0.7, "w"), Value(0.5, "x")
        >>> [*roles_of([w, x]).values()], [*roles_of([x]).values()], [*roles_of([x], {x: "target"}).values()]
        (['parameter', 'input'], ['variable'], ['target'])
    """
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise TypeError(f"roles is a dictionary, from leaves to roles, but got {given!r:.60}.")
    require_values("roles", *given)
    for role in given.values():
        if role not in LEAVES:
            raise ValueError(f"a role is one of {', '.join(LEAVES)}, but got {role!r:.60}.")
    leaves = [node for node in order if not node.parents]
    for node in given.keys() - set(leaves):
        raise ValueError(f"roles are those of leaves of the graph, which {node!r:.60} is not.")
    labels = {leaf: read_label(leaf.label) for leaf in leaves if leaf.label}
    # With weights this is a network, so that `b`, `x` and `y` are a bias, an input and a target.
    in_network = any(label is not None and label.letter in WEIGHTS for label in labels.values())
    return {leaf: _role(leaf, labels.get(leaf) if in_network else None) for leaf in leaves} | dict(given)


def _role(leaf: Value, label: Label | None) -> str:
    default = "constant" if leaf.is_constant else "variable"
    role = ROLES.get(label.letter, default) if label else default
    return default if role == "parameter" and leaf.is_constant else role
