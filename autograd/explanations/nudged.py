"""What a nudge does to one node."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NudgeStep:
    """What a nudge does to one node.

    Attributes:
        name: The label, or else how the node was computed.
        value: The number before the nudge.
        derivative: ∂node/∂variable.
        predicted: The change by the derivative: derivative · h.
        actual: The change when the graph is computed anew.
        ratio: actual / h, which is the derivative as measured.
        step_ratio: actual / that of the step before, where the nudge comes through that one only: along a chain, the
            factors of the chain rule. `None` where paths meet or part, and after a change of 0.
    """

    name: str
    value: float
    derivative: float
    predicted: float
    actual: float
    ratio: float
    step_ratio: float | None
