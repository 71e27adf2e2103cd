"""What a nudge does to one node."""

from typing import NamedTuple

from autograd.engine import Value
from autograd.notation import Names, name


class NudgeStep(NamedTuple):
    """What a nudge does to one node.

    Attributes:
        node: The node.
        names: What nodes with equal labels are called.
        value: The number before the nudge.
        derivative: ∂node/∂variable.
        predicted: The change by the derivative: derivative · h.
        actual: The change when the graph is computed anew.
        ratio: actual / h, which is the derivative as measured.
        step_ratio: actual / that of the step before, where the nudge comes through that one only: along a chain, the
            factors of the chain rule. `None` where paths meet or part, and after a change of 0.
    """

    node: Value
    names: Names
    value: float
    derivative: float
    predicted: float
    actual: float
    ratio: float
    step_ratio: float | None

    @property
    def name(self) -> str:
        """The label, or else how the node was computed."""
        return name(self.node, self.names)
