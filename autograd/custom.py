"""Operations of one's own: a formula becomes a row of the table, and everything that follows from a row."""

import contextlib
import inspect
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from autograd.check import GradientReport, check_grads
from autograd.dual import derivative_of
from autograd.notation import show_error
from autograd.operation import ATOM, REAL, SUM, Domain, Formula, Op, Point, floats


@overload
def op(forward: Formula) -> Op: ...


@overload
def op(
    *,
    partials: Sequence[Formula] | None = None,
    symbol: str = "",
    latex: str = "",
    domain: Sequence[Domain] | None = None,
    kinks: Sequence[tuple[Point | float, Point | float]] = (),
    commutative: bool = False,
    advice: str = "",
) -> Callable[[Formula], Op]: ...


def op(
    forward: Formula | None = None,
    *,
    partials: Sequence[Formula] | None = None,
    symbol: str = "",
    latex: str = "",
    domain: Sequence[Domain] | None = None,
    kinks: Sequence[tuple[Point | float, Point | float]] = (),
    commutative: bool = False,
    advice: str = "",
) -> Any:
    r"""Make an operation of a formula: a row of the table, which is also the function to call.

    The formula is a function of `m`, the mathematics of whatever flows through it, and of one or two arguments, of
    which the last may have a default: write `m.exp(x)`, never `math.exp(x)`. From it follow the method of Values,
    gradients of every order in both modes, LaTeX, the label in diagrams, and what `check_op` tests. An operation may be
    declared anew, as a notebook does when its cell runs again; those that come with the library may not.

    Args:
        forward: The formula.
        partials: For each argument a function of `m`, the value z and the arguments that gives the derivative of z with
            respect to it. By default, dual numbers find it from the formula.
        symbol: How pictures and texts show it; by default the function's name.
        latex: How LaTeX shows it, with `{x}` and `{y}` for the arguments.
        domain: For each argument the numbers that it may take, from `autograd.operation`; by default all.
        kinks: Points without a derivative, each with the partials that are taken there: `[((1.0, 2.0), (0.5, 0.5))]`;
            with one argument, `[(1.0, 0.5)]` too.
        commutative: Whether the arguments may change places.
        advice: What to do when an argument is outside the domain.

    Raises:
        TypeError: if the function does not take `m` and one or two arguments, or has no name.
        ValueError: if an operation of that name comes with the library, Values have something else of that name, or
            there are not as many partials or domains as arguments.

    Example:
        >>> @op
        ... def swish(m, x):
        ...     return x * m.sigmoid(x)
        >>> from autograd import Value
        >>> x = Value(0.5, "x")
        >>> y = swish(x)
        >>> y.backward()
        >>> round(y.data, 6), round(x.grad, 6), x.swish().data == y.data
        (0.31123, 0.739961, True)
        >>> check_op(swish)  # doctest: +ELLIPSIS
        swish is right at 6 points: first and second derivatives, both modes; worst relative error ...

    Reference: Ramachandran, Zoph & Le 2017, "Searching for activation functions", for the example.
    """

    def declare(formula: Formula) -> Op:
        name = formula.__name__
        signature = inspect.signature(formula)
        arguments = list(signature.parameters.values())[1:]
        n = len(arguments)
        if n not in (1, 2) or any(x.kind not in (x.POSITIONAL_ONLY, x.POSITIONAL_OR_KEYWORD) for x in arguments):
            raise TypeError(f"an operation is a function of m and one or two arguments, but got {name}{signature}.")
        if not name.isidentifier():
            raise TypeError(f"an operation is called by the name of its function, so {name} will not do: write def.")
        for given, what in ((partials, "partials"), (domain, "domain")):
            if given is not None and len(given) != n:
                raise ValueError(
                    f"{what} needs an entry for each argument, but has {len(given)} for {name}{signature}."
                )
        escaped = name.replace("_", r"\_")
        return Op(
            name,
            symbol or name,
            latex or rf"\mathrm{{{{{escaped}}}}}({', '.join(['{x}', '{y}'][:n])})",
            formula,
            tuple(partials) if partials is not None else tuple(derivative_of(formula, place) for place in range(n)),
            tuple(domain) if domain is not None else (REAL,) * n,
            kinks=tuple((_as_point(point), _as_point(slopes)) for point, slopes in kinks),
            precedence=ATOM if (symbol or name).isidentifier() else SUM,  # it gets parentheses in any other operation
            defaults=tuple(float(x.default) for x in arguments if x.default is not x.empty),
            commutative=commutative,
            advice=advice,
        )

    return declare if forward is None else declare(forward)


def _as_point(numbers: Point | float) -> Point:
    return numbers if isinstance(numbers, tuple) else (numbers,)


@dataclass(frozen=True)
class OpReport:
    """What `check_op` found. It is true if the operation is right.

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

    def __repr__(self) -> str:
        if self:
            worst = show_error(max(report.worst.relative_error for _, report in self.reports))
            what = "first and second derivatives, both modes"
            return f"{self.op.name} is right at {len(self.reports)} points: {what}; worst relative error {worst}"
        wrong = [f"at {', '.join(map(str, point))}:\n{report}" for point, report in self.reports if not report]
        left_out = [f"... and at {len(wrong) - 2} more points"] if len(wrong) > 2 else []
        return "\n".join([f"{self.op.name} is WRONG", *self.faults, *wrong[:2], *left_out])


def check_op(row: Op) -> OpReport:
    """Check an operation at the sample points of its domain: its first and second derivatives, in both modes.

    The oracles are those of `check_grads`. At the kinks that the row lists, its partials must be those that it states;
    outside of its domain it must have no value.

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
            faults.append(f"at {point}: {error} (the formulas must use m, not math: Values flow through them)")
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
