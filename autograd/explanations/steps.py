"""The backward pass, step by step: which node passes what on to which parent, and the sum so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from autograd.engine import Step, Value, gradients_kept, require_values
from autograd.graph import Recorded
from autograd.notation import Names, Report, Table, name, shortened, show_number, shown_names
from autograd.pictures import MAX_NODES, STYLES, Animation, Diagram, Style, draw, room_for
from autograd.table import as_float

MAX_PICTURES = 100  # of an animation
PART = 60  # nodes of a larger graph in a picture
SHOWN = 200  # rows of the table; `rows()` has all


@dataclass(frozen=True, repr=False)
class BackwardSteps(Report):
    """All steps of a backward pass. Prints as a table; `steps[3]` is the fourth; `animate()` shows them as pictures.

    Attributes:
        output: The node that the pass starts from, with the adjoint 1.
        steps: The steps.
        names: What nodes with equal labels are called: x[1], x[2].
    """

    output: Value
    steps: tuple[Step, ...]
    names: Names = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, position: int) -> Step:
        return self.steps[position]

    def rows(self) -> list[dict[str, str | float]]:
        """A dictionary for each step, for a data frame or a CSV file."""
        return [
            {
                "step": number,
                "node": shortened(name(step.node, self.names)),
                "parent": shortened(name(step.parent, self.names)),
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
        cells = []
        for number, step in enumerate(self.steps[:SHOWN], start=1):
            names = (shortened(name(node, self.names)) for node in (step.node, step.parent))
            adjoint, slope, before, after = map(
                show_number, (step.adjoint, step.local_derivative, step.before, step.after)
            )
            contribution = show_number(step.adjoint * step.local_derivative)
            cells.append((str(number), *names, f"{adjoint} · {slope} = {contribution}", f"{before} -> {after}"))
        return Table(head, cells, left=len(head), left_out=len(self) - len(cells))

    def picture(self, position: int, **options: Any) -> Diagram:
        """The graph right after one of the steps: its edge is lit, and each box has the sum so far.

        Args:
            position: Which step, counted from 0; from -1 down, counted from the last.
            options: As for `draw`: `level`, `collapse`, `direction`, `digits`, `type_size` and the like. By default
                each operation is a box, and of a graph that is too large the surroundings of the step are shown.

        Raises:
            IndexError: if there is no such step.
            TypeError, ValueError: if `draw` does not take one of the other arguments.
        """
        return self._picture(Recorded.of(self.output), position, options)

    def _picture(self, graph: Recorded, position: int, options: Mapping[str, Any]) -> Diagram:
        if position not in range(-len(self), len(self)):
            raise IndexError(f"the pass has {len(self):,} steps, counted from 0; there is no step {position!r}.")
        step, number = self.steps[position], range(1, len(self) + 1)[position]
        so_far = {self.output: 1.0} | {earlier.parent: earlier.after for earlier in self.steps[:number]}
        usual: dict[str, Any] = {"style": self._style, "level": None if "collapse" in options else "operations"}
        if options.get("level", "operations") == "operations" and len(graph.order) > MAX_NODES:
            usual |= {"around": step.node, "max_nodes": PART}
        diagram = draw(graph, **(usual | {"lit": step, "gradients": so_far} | dict(options)))
        return replace(diagram, note=f"Step {number} of {len(self)}: {diagram.note}")

    @cached_property
    def _style(self) -> Style:
        """Boxes that have room for the gradients of all steps, so that none changes its size."""
        return replace(STYLES["steps"], steady=room_for([1.0, *(step.after for step in self.steps)]))

    def animate(self, seconds: float = 1.5, **options: Any) -> Animation:
        """The pictures of all steps, one after the other: a notebook shows it, `.save("steps.svg")` writes it.

        To halt at a step, or to go back, open a page: `explore(output, mode="steps")`.

        Args:
            seconds: How long each picture is shown.
            options: As for `picture`.

        Raises:
            TypeError, ValueError: if there are no steps, or more than an animation shows, `seconds` is not above 0, or
                `draw` does not take one of the other arguments.
        """
        if not as_float(seconds, "seconds") > 0:
            raise ValueError(f"a picture is shown for a time above 0, but got {seconds} seconds.")
        if not 0 < len(self) <= MAX_PICTURES:
            raise ValueError(
                f"an animation shows 1 to {MAX_PICTURES} steps, but this pass has {len(self):,}. "
                "Take the pass of a smaller part, or picture(i) of single steps."
            )
        graph = Recorded.of(self.output)
        pictures = [self._picture(graph, position, options) for position in range(len(self))]
        return Animation(pictures, seconds)


def backward_steps(output: Value) -> BackwardSteps:
    """Run the backward pass and list its steps. No gradient is changed.

    They are the steps of `output.backward()` itself, not of another loop.

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
    require_values("backward_steps", output)
    graph = Recorded.of(output)
    graph.check_current()
    steps: list[Step] = []
    with gradients_kept(graph.order):
        output.backward(steps.append)
    return BackwardSteps(output, tuple(steps), shown_names(graph.order))
