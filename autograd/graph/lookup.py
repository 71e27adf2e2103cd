"""The node that a label names."""

from collections.abc import Sequence

from autograd.engine import AnyValue, Value
from autograd.notation import alike, printable, read_label

MOST_LABELS = 8  # in a message


def chosen(who: str, which: Value | str, order: Sequence[Value]) -> Value:
    """The node that a caller means: a Value itself, or the one with a label in a graph.

    Args:
        who: The function that was called, for the message.
        which: The node, or its label.
        order: The nodes of the graph.

    Raises:
        TypeError: if it is neither a Value nor text.
        ValueError: if no node has that label, or several have.
    """
    if isinstance(which, str):
        return labelled(which, order)
    if not isinstance(which, AnyValue):
        raise TypeError(f"{who} takes a Value or a label, but got {which!r:.60} of type {type(which).__name__}.")
    return which


def require_in(who: str, node: Value, order: Sequence[Value]) -> None:
    """Check that a graph has a node.

    Args:
        who: What the node was given as, for the message.
        node: The node.
        order: The nodes of the graph.

    Raises:
        ValueError: if it is not in the graph.
    """
    if node not in order:
        raise ValueError(f"{who} must be in the graph, but the output does not depend on {node!r:.60}.")


def labelled(label: str, order: Sequence[Value], of: str = "the graph", advice: str = "Give the node itself.") -> Value:
    """The node of a graph with a label, which may be written in other ways: a^(1)_0 is a1_0.

    Example:
        >>> w, x = Value(2.0, "w1_0"), Value(3.0, "x")
        >>> labelled("w^(1)_0", [w, x]) is w
        True
    """
    found = [node for node in order if node.label == label]
    if not found and (symbol := read_label(label)):
        found = [node for node in order if node.label and read_label(node.label) == symbol]
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(
            f'{len(found)} nodes of {of} are labelled "{printable(label)}", but only one can be meant. {advice}'
        )
    labels = list(dict.fromkeys(node.label for node in order if node.label and not node.is_constant))
    known = ", ".join(map(printable, alike(label, labels, MOST_LABELS) or labels[-MOST_LABELS:])) or "none"
    raise ValueError(
        f'no node of {of} is labelled "{printable(label)}". Of its {len(labels)} labels: {known}. '
        'A node gets its label by (w * x).named("z").'
    )
