"""Is this operation right? A row of the table against what uses no rule of differentiation."""

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograd.checks.comparisons import GradientReport
from autograd.checks.gradients import check_grads
from autograd.notation import Report, Table, show_error
from autograd.table import Op, Point, floats

_SHOWN = 2  # points where derivatives differ, with all of them


@dataclass(frozen=True, repr=False)
class OpReport(Report):
    """What `check_op` found. It is true if the operation is right; a notebook shows every point as a table.

    Attributes:
        op: The operation.
        reports: The derivatives at each point that was tried.
        faults: What else is wrong.
    """

    op: Op
    reports: tuple[tuple[Point, GradientReport], ...]
    faults: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.faults and all(report for _, report in self.reports)

    @property
    def _verdict(self) -> str:
        if not self:
            return f"{self.op.name} is WRONG"
        worst = show_error(max(report.worst.relative_error for _, report in self.reports))
        what = "first and second derivatives, both modes"
        return f"{self.op.name} is right at {len(self.reports)} points: {what}; worst relative error {worst}"

    def tables(self) -> Sequence[Table]:
        """The points with the largest error at each; then the derivatives where they differ, at two points at most."""
        rows = [
            (_written(point), show_error(report.worst.relative_error), "" if report else "<- differs")
            for point, report in self.reports
        ]
        head = ("point", "worst relative error", "")
        wrong = [replace(report.table(), caption=f"at {_written(point)}") for point, report in self._wrong[:_SHOWN]]
        return Table(head, rows, caption=self._verdict, note="\n".join(self.faults)), *wrong

    @property
    def _wrong(self) -> list[tuple[Point, GradientReport]]:
        return [(point, report) for point, report in self.reports if not report]

    def __repr__(self) -> str:
        wrong = [f"at {_written(point)}:\n{report}" for point, report in self._wrong]
        left_out = [f"... and at {len(wrong) - _SHOWN} more points"] if len(wrong) > _SHOWN else []
        return "\n".join([self._verdict, *self.faults, *wrong[:_SHOWN], *left_out])


def _written(point: Point) -> str:
    return ", ".join(map(str, point))


def check_op(row: Op) -> OpReport:
    """Check an operation at the sample points of its domain: its first and second derivatives, in both modes.

    The oracles are those of `check_grads`. At the kinks that the row lists, its partials must be those that it states;
    outside its domain it must have no value.

    Args:
        row: The operation.

    Example:
        >>> from autograd import tanh
        >>> check_op(tanh)  # doctest: +ELLIPSIS
        tanh is right at 6 points: first and second derivatives, both modes; worst relative error ...
    """
    reports, faults = [], _contradictions(row)
    for point in itertools.product(*(domain.samples for domain in row.domain)):
        if row.kinks and len(set(point)) < len(point):
            continue  # where two arguments are equal, maximum and the like have no derivative
        eps = 1e-4 * min(1.0, *map(abs, point))
        try:
            reports.append((point, check_grads(lambda v: row(*v), point, eps, order=2, modes=("reverse", "forward"))))
        except (TypeError, AttributeError) as error:
            faults.append(f"at {point}: {error} (the formulas must use m, not math: derivatives flow through them)")
            break
        except (ValueError, ArithmeticError) as error:
            faults.append(f"at {point}, which is in its domain: {error}")
    for point, stated in row.kinks:
        try:
            slopes = tuple(partial(floats, row(*point), *point) for partial in row.partials)
        except (ValueError, ArithmeticError) as error:
            faults.append(f"at the kink {point}: {error}")
            continue
        if slopes != stated:
            faults.append(f"at the kink {point}: the partials are {slopes}, but the row states {stated}")
    for place, domain in enumerate(row.domain):
        for number in domain.outside:
            point = tuple(number if i == place else other.samples[0] for i, other in enumerate(row.domain))
            with contextlib.suppress(ValueError, ArithmeticError):
                faults.append(f"at {point}, outside of its domain, it is {row(*point)}")
    return OpReport(row, tuple(reports), tuple(faults))


def _contradictions(row: Op) -> list[str]:
    """Where the numbers that a domain lists contradict its rule."""
    faults = []
    for domain in row.domain:
        rule = f"the rule of the domain, {domain.rule!r},"
        faults += [f"{rule} does not hold at the sample {x}" for x in domain.samples if not domain.contains(x)]
        faults += [f"{rule} holds at {x}, which is listed as outside" for x in domain.outside if domain.contains(x)]
    return faults
