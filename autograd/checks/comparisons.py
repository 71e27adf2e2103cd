"""What a gradient check found: derivatives beside what they should be, and whether they agree."""

import math
from dataclasses import dataclass

from autograd.checks.oracles import Expectation
from autograd.notation import Report, Table, relative_error, show_error

_SHOWN = 40  # rows of a report


@dataclass(frozen=True)
class Comparison:
    """One derivative: what was received, and what to expect.

    Attributes:
        name: The input, by its label or its place; for a second derivative, both inputs.
        received: The derivative to check.
        expectation: What it should be, how far off that may be, and whether it is by the complex step.
        mode: How the derivative was computed, "reverse" or "forward"; empty if it was given.
    """

    name: str
    received: float
    expectation: Expectation
    mode: str = ""

    @property
    def expected(self) -> float:
        """What the derivative should be."""
        return self.expectation.value

    @property
    def relative_error(self) -> float:
        """|received − expected| / max(|received|, |expected|), and 0 if both are 0."""
        return relative_error(self.received, self.expected)

    def agrees(self, tolerance: float) -> bool:
        """Whether the two are as close as the tolerance and the uncertainty require; never if one is nan."""
        difference = abs(self.received - self.expected)
        allowed = tolerance * max(abs(self.received), abs(self.expected)) + self.expectation.uncertainty
        return difference <= allowed


@dataclass(frozen=True, repr=False)
class GradientReport(Report):
    """What `check_grads` found. It is true if every derivative agrees, and prints as a table.

    Attributes:
        comparisons: One for each derivative and mode: first derivatives before second ones, in the order of the inputs.
        tolerance: The largest relative error that counts as agreement.
        hints: What may have caused a disagreement.
    """

    comparisons: tuple[Comparison, ...]
    tolerance: float
    hints: tuple[str, ...] = ()

    @property
    def worst(self) -> Comparison:
        """The derivative with the largest relative error, of those that differ if any do; nan is worst of all."""
        return max(self.comparisons, key=self._badness)

    def _badness(self, entry: Comparison) -> tuple[bool, bool, float]:
        error = float(f"{entry.relative_error:.6g}")  # rounding must not decide which of several equals is named
        return not entry.agrees(self.tolerance), math.isnan(error), error

    def __bool__(self) -> bool:
        return all(entry.agrees(self.tolerance) for entry in self.comparisons)

    def table(self) -> Table:
        """The comparisons as a table, with the verdict below; of very many, the worst."""
        worst = sorted(self.comparisons, key=self._badness, reverse=True)[:_SHOWN]
        shown = [entry for entry in self.comparisons if entry in worst]
        modes = len({entry.mode for entry in self.comparisons}) > 1
        rows = [
            (
                entry.name,
                *([entry.mode] if modes else []),
                f"{entry.received:.9g}",
                f"{entry.expected:.9g}",
                show_error(entry.relative_error),
                "" if entry.agrees(self.tolerance) else "<- differs",
            )
            for entry in shown
        ]
        head = ("input", *(["mode"] if modes else []), "received", "expected", "relative error", "")
        left_out = len(self.comparisons) - _SHOWN
        verdict = f"gradients {'agree' if self else 'DIFFER'} (tolerance {self.tolerance:g})"
        verdict += f"; worst: {self.worst.name}, {show_error(self.worst.relative_error)}"
        lines = [f"... and {left_out:,} more, none worse"] * (left_out > 0) + [verdict, *self.hints]
        return Table(head, rows, left=1 + modes, note="\n".join(lines))
