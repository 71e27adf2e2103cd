"""Where nan or infinity enters a graph."""

import math

from autograd.engine import Value, require_values, topological_order


def find_nonfinite(output: "Value") -> list["Value"]:
    """The nodes where nan or infinity enters a graph: not finite themselves, but computed from finite numbers only.

    Args:
        output: The node to start from, usually one that turned out to be nan.

    Raises:
        TypeError: if it is not a Value.

    Example:
        >>> from autograd import Value
        >>> x, y = Value(float("nan"), label="x"), Value(2.0, label="y")
        >>> find_nonfinite((x * y + y).tanh())
        [Value(data=nan, label='x')]
    """
    require_values("find_nonfinite", output)
    return [
        node
        for node in topological_order(output)
        if not math.isfinite(node.data) and all(math.isfinite(parent.data) for parent in node.parents)
    ]
