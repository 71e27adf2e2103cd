"""Your own operations: a formula becomes a row of the table, with everything that follows from a row."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, overload

from autograd.derivatives.dual import derivative_of
from autograd.table import ATOM, REAL, SUM, TABLE, Domain, Formula, Op, Point


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
    declared again, as happens when a cell of a notebook is run twice; those of the library may not.

    Args:
        forward: The formula.
        partials: For each argument a function of `m`, the value z and the arguments that gives the derivative of z with
            respect to it. By default, dual numbers find it from the formula.
        symbol: How pictures and texts show it; by default the function's name.
        latex: How LaTeX shows it, with `{x}` and `{y}` for the arguments.
        domain: For each argument the numbers that it may take, from `autograd.table`; by default all.
        kinks: Points without a derivative, each with the partials that are taken there: `[((1.0, 2.0), (0.5, 0.5))]`;
            with one argument, `[(1.0, 0.5)]` too.
        commutative: Whether the arguments may change places.
        advice: What to do when an argument is outside the domain.

    Raises:
        TypeError: if the function does not take `m` and one or two arguments, or has no name.
        ValueError: if the library has an operation of that name, Values have something else of that name, or
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
        >>> from autograd import check_op
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
        row = Op(
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
        return TABLE.declare(row)

    return declare if forward is None else declare(forward)


def _as_point(numbers: Point | float) -> Point:
    return numbers if isinstance(numbers, tuple) else (numbers,)
