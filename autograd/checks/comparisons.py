"""What a gradient check found: derivatives beside what they should be, and whether they agree."""

import math
from dataclasses import dataclass
from typing import Literal

from autograd.checks.oracles import Expectation
from autograd.notation import Report, Table, relative_error, show_error

_SHOWN = 40  # rows of a report
_KNOWN = 1e-3  # an expectation that may be off by more than this, relative to what it is about, confirms nothing

Verdict = Literal["agrees", "differs", "unknown"]
_MARKS = {"agrees": "", "differs": "<- differs", "unknown": "<- cannot tell"}
_RANKS = {"agrees": 0, "unknown": 1, "differs": 2}


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
        """Whether both are finite, and as close as the tolerance requires; never if nothing is known of the second."""
        return self.verdict(tolerance) == "agrees"

    def verdict(self, tolerance: float) -> Verdict:
        """What the comparison shows.

        Args:
            tolerance: The largest relative error that counts as agreement.

        Returns:
            "agrees"; "differs", by more than the uncertainty of what is expected explains; or "unknown": the
            expectation is so uncertain that a wrong derivative would pass too, or there is a kink, and what is taken
            there lies between the slopes on both sides.
        """
        uncertainty, larger = self.expectation.uncertainty, max(abs(self.received), abs(self.expected))
        if not math.isfinite(self.expected) or not math.isfinite(uncertainty):
            return "unknown"
        if not math.isfinite(self.received):
            return "differs"
        difference, slack = abs(self.received - self.expected), tolerance * larger + uncertainty
        if difference > slack and self.expectation.has_kink:
            low, high = sorted(self.expectation.sides)
            return "unknown" if low - slack <= self.received <= high + slack else "differs"
        if self.expectation.is_exact or uncertainty <= _KNOWN * max(larger, self.expectation.slope):
            return "agrees" if difference <= slack else "differs"
        if self.expectation.is_guess:
            uncertainty *= 100
        return "unknown" if difference <= tolerance * larger + uncertainty else "differs"


@dataclass(frozen=True, repr=False)
class GradientReport(Report):
    """What `check_grads` found. It is true if every derivative agrees for certain, and prints as a table.

    Attributes:
        comparisons: One for each derivative and mode: first derivatives before second ones, in the order of the inputs.
        tolerance: The largest relative error that counts as agreement.
        hints: What may have caused a disagreement, and what to do.
        doubts: Why no comparison means anything: f is not the same function each time.
    """

    comparisons: tuple[Comparison, ...]
    tolerance: float
    hints: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all comparisons: "differs", else "unknown", else "agrees"."""
        if self.doubts:
            return "unknown"
        if any(entry.verdict(self.tolerance) == "differs" for entry in self.comparisons):
            return "differs"
        return "agrees" if all(entry.agrees(self.tolerance) for entry in self.comparisons) else "unknown"

    @property
    def worst(self) -> Comparison:
        """The derivative with the largest relative error, of those that differ if any do; nan is worst of all."""
        return max(self.comparisons, key=self._badness)

    def _badness(self, entry: Comparison) -> tuple[int, bool, float]:
        error = float(f"{entry.relative_error:.6g}")  # rounding must not decide which of several equals is named
        return _RANKS[entry.verdict(self.tolerance)], math.isnan(error), error

    def __bool__(self) -> bool:
        return self.verdict == "agrees"

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
                _MARKS[entry.verdict(self.tolerance)],
            )
            for entry in shown
        ]
        head = ("input", *(["mode"] if modes else []), "received", "expected", "relative error", "")
        left_out = len(self.comparisons) - _SHOWN
        words = {
            "agrees": " agree",
            "differs": " DIFFER",
            "unknown": f": CANNOT TELL{'' if self.doubts else ' at this step'}",
        }
        verdict = f"gradients{words[self.verdict]} (tolerance {self.tolerance:g})"
        verdict += f"; worst: {self.worst.name}, {show_error(self.worst.relative_error)}"
        lines = [f"... and {left_out:,} more, none worse"] * (left_out > 0) + [verdict, *self.doubts, *self.hints]
        return Table(head, rows, left=1 + modes, note="\n".join(lines))
