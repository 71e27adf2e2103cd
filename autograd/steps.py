"""The backward pass, step by step: which node passes what on to which parent, and what has come together there."""

from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.notation import name
from autograd.reverse import Step, backward, gradients_kept
from autograd.tables import Table
from autograd.value import Value


@dataclass(frozen=True)
class BackwardSteps:
    """All steps of a backward pass, in their order. Prints as a table; `steps[3]` is the fourth.

    Attributes:
        output: The node that the pass starts from, with the adjoint 1.
        steps: The steps.
    """

    output: Value
    steps: tuple[Step, ...]

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, position: int) -> Step:
        return self.steps[position]

    def rows(self) -> list[dict[str, str | float]]:
        """A dictionary for each step, for a data frame or a CSV file."""
        return [
            {
                "step": number,
                "node": _short_name(step.node),
                "parent": _short_name(step.parent),
                "adjoint": step.adjoint,
                "local derivative": step.local_derivative,
                "contribution": step.adjoint * step.local_derivative,
                "before": step.before,
                "after": step.after,
            }
            for number, step in enumerate(self.steps, start=1)
        ]

    def table(self) -> Table:
        """The steps as a table."""
        head = ("step", "from", "to", "adjoint · local derivative", "parent's adjoint")
        cells = [
            (
                str(row["step"]),
                str(row["node"]),
                str(row["parent"]),
                f"{row['adjoint']:.6g} · {row['local derivative']:.6g} = {row['contribution']:.6g}",
                f"{row['before']:.6g} -> {row['after']:.6g}",
            )
            for row in self.rows()
        ]
        return Table(head, cells, left=len(head))

    def __repr__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table().to_html()


def backward_steps(output: Value) -> BackwardSteps:
    """Run the backward pass and list its steps. No gradient is changed.

    The steps are told by the same loop that `output.backward()` runs.

    Args:
        output: The node to start from.

    Raises:
        ValueError: if `output` is a constant, or a derivative does not exist at the numbers in the graph.

    Example:
        >>> a, b = Value(2.0, "a"), Value(1.0, "b")
        >>> c, d = a + b, b + 1
        >>> c.label, d.label = "c", "d"
        >>> e = c * d
        >>> e.label = "e"
        >>> backward_steps(e)
        step  from  to  adjoint · local derivative  parent's adjoint
        1     e     c   1 · 2 = 2                   0 -> 2
        2     e     d   1 · 3 = 3                   0 -> 3
        3     d     b   3 · 1 = 3                   0 -> 3
        4     c     a   2 · 1 = 2                   0 -> 2
        5     c     b   2 · 1 = 2                   3 -> 5
    """
    steps: list[Step] = []
    with gradients_kept(topological_order(output)):
        backward(output, steps.append)
    return BackwardSteps(output, tuple(steps))


def _short_name(node: Value) -> str:
    full = name(node)
    return full if len(full) <= 30 else f"{full[:29]}…"
