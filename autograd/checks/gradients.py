"""Is this derivative right? Compare it with one that uses no rule of differentiation."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd.checks.around import Nudges
from autograd.checks.comparisons import Comparison, GradientReport
from autograd.checks.oracles import rounding_of, wrong_partial
from autograd.derivatives import (
    differentiated,
    grad,
    is_one,
    no_output,
)
from autograd.engine import Linearization, Value, count, gradient
from autograd.graph import Recorded
from autograd.notation import describe, name, plural, shortened, typeset
from autograd.table import as_float, as_list, is_list

Function = Callable[[Any], Any]


def check_grads(
    f: Function,
    inputs: Any,
    eps: float = 1e-4,
    *,
    order: int = 1,
    modes: Sequence[str] = ("reverse",),
    tolerance: float = 1e-6,
    received: Any = None,
) -> GradientReport:
    r"""Compare derivatives with central differences, one input at a time, and with the complex step.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + \epsilon e_i) - f(x - \epsilon e_i)}{2 \epsilon}
        \qquad \frac{\partial f}{\partial x_i} = \frac{\mathrm{Im}\, f(x + i h e_i)}{h}

    A second difference, with 2ε, tells how far off the first one may be: so small derivatives are checked too, and the
    error of the difference does not count. Where the difference may be off by so much that a wrong derivative would
    pass, the verdict is "cannot tell", and the report is not true. So it is at a kink, unless the derivative that is
    taken there is the one that the difference sees. Where a step does not suffice, smaller ones are tried; next to an
    edge of the domain it is smaller or one-sided. Each input costs four evaluations of f, or more where these do not
    suffice, and two find out whether f is random: check once, then switch it off.

    Args:
        f: Takes the list of inputs, as Values, or one number if that is given, and returns one Value. It may use the
            inputs through a model that they belong to instead of through its argument.
        inputs: Where to check: a list, or one number. Values, say the parameters of a model, are nudged in place, and
            get their numbers and gradients back.
        eps: The step ε. The difference is off by about ε² from the formula and by 1e-16/ε from rounding.
        order: 1 for the gradient, 2 for all second derivatives too, which are compared if the first ones agree.
        modes: How to compute the derivatives that are checked: "reverse", "forward" or both; second ones are then
            reverse over reverse, or forward over reverse.
        tolerance: The largest relative error that counts as agreement. Where the complex step is the oracle, it may be
            as small as 1e-12.
        received: A gradient to check in place of a computed one, such as one derived by hand.

    Returns:
        A report that is true if all derivatives are finite and agree for certain, and prints as a table. Its hints name
        an operation whose partial derivative contradicts its formula, say that f changes in a way that its graph does
        not show, or what to do where the verdict is "cannot tell".

    Raises:
        ValueError: if there are no inputs, eps is not positive, order or modes are unknown, `received` is not as
            long as `inputs` or is given for an order other than 1, or f has no value next to the inputs.
        TypeError: if f does not return a Value, or `received` is not a list of numbers.

    Example:
        >>> check_grads(lambda v: v[0] * v[1], [2.0, Value(4.0, "y")], received=[4.0, -2.0])
        input  received  expected  relative error
        x0            4         4          <1e-12
        y            -2         2         2.0e+00  <- differs
        gradients DIFFER (tolerance 1e-06); worst: y, 2.0e+00
        >>> bool(check_grads(lambda x: x**3, 2.0, received=12.0))
        True
        >>> bool(check_grads(lambda v: v[0].tanh() * v[1], [0.5, 2.0], order=2, modes=("reverse", "forward")))
        True
    """
    f = of_list(f, is_one(inputs))
    if is_one(inputs):
        inputs, received = [inputs], received if received is None or is_list(received) else [received]
    variables = variables_of(inputs)
    eps, tolerance = as_float(eps, "eps"), as_float(tolerance, "tolerance")
    _check_settings(eps, order, modes, tolerance)
    names = _names(variables)
    graph = Recorded.of(f(variables))
    if received is not None:
        given = {"": [_numbers(received, names, order)]}
    else:
        given = {mode: _MODES[mode](graph, [graph], variables) for mode in modes}

    def value() -> list[float]:  # not under no_grad(): f may take a gradient itself
        return [f(variables).data]

    doubts = _changes(graph.output.data, value)
    comparisons = _compare(graph, [graph], value, variables, eps, given, [names])
    if order == 2 and all(entry.agrees(tolerance) for entry in comparisons):  # otherwise second ones mean nothing
        derivatives = grad(graph.output, variables, create_graph=True)
        second = Recorded.of(*derivatives)
        entries = [second.below(entry) for entry in derivatives]
        given = {mode: _MODES[mode](second, entries, variables) for mode in modes}

        def first() -> list[float]:
            return [entry.data for entry in grad(f(variables), variables)]

        pairs = [[f"{a} {b}" for b in names] for a in names]
        comparisons += _compare(second, entries, first, variables, eps, given, pairs)
    doubts = doubts or _changes(graph.output.data, value)
    report = GradientReport(tuple(comparisons), tolerance, doubts=tuple(doubts))
    return report if report or doubts else replace(report, hints=tuple(_hints(graph, report)))


def of_list(f: Function, takes_one: bool) -> Callable[[list[Value]], Value]:
    """A function that must return one Value, as a function of the list of its inputs.

    Args:
        f: Takes the list, or one number.
        takes_one: Whether it takes one number, which is then all that is in the list.

    Raises:
        TypeError: if it returns something else, when it is called.
    """

    def one_value(inputs: list[Value]) -> Value:
        argument = inputs[0] if takes_one else list(inputs)  # a copy, which it may change
        count("evaluations", lambda: 0)
        output = differentiated(f, argument, inputs)
        if not isinstance(output, Value):
            raise no_output("one Value", output, argument)
        return output

    return one_value


def _names(variables: Sequence[Value]) -> list[str]:
    """What the inputs are called: by their labels, or else by their places."""
    return [typeset(name(variable)) if variable.label else f"x{i}" for i, variable in enumerate(variables)]


def _numbers(received: Sequence[float], names: Sequence[str], order: int) -> list[float]:
    """A gradient to check, as a list of floats."""
    if order != 1:
        raise ValueError(f"a gradient that is received is checked with order=1, but order is {order}.")
    entries = as_list(received, "received", "numbers, one for each input")
    numbers = [as_float(number, f"entry {i} of received") for i, number in enumerate(entries)]
    if len(numbers) != len(names):
        wanted = f"{plural(len(names), 'input')} ({shortened(', '.join(names), 60)})"
        raise ValueError(f"received needs a number for each of {wanted}, but has {len(numbers)}.")
    return numbers


def _check_settings(eps: float, order: int, modes: Sequence[str], tolerance: float) -> None:
    if not 0 < as_float(eps, "eps") < math.inf:
        raise ValueError(f"eps must be positive{' and finite' if eps > 0 else ''}, but got {eps}.")
    if not 0 <= as_float(tolerance, "tolerance") < math.inf:
        raise ValueError(f"tolerance must be a finite number from 0 up, but got {tolerance}.")
    if order not in (1, 2):
        raise ValueError(f"order must be 1 or 2, but got {order!r}.")
    if isinstance(modes, str) or not modes or not set(modes) <= _MODES.keys():
        raise ValueError(f"modes must be a list of {' and '.join(_MODES)}, but got {modes!r:.60}.")


def _reverse(_: Recorded, outputs: Sequence[Recorded], variables: Sequence[Value]) -> list[list[float]]:
    return [gradient(output.output, variables) for output in outputs]


def _forward(_: Recorded, outputs: Sequence[Recorded], variables: Sequence[Value]) -> list[list[float]]:
    return Linearization([output.output for output in outputs], variables).matrix("forward")


_MODES = {"reverse": _reverse, "forward": _forward}  # the Jacobian of some outputs, from their graphs in a common one


def _changes(before: float, evaluate: Callable[[], list[float]]) -> list[str]:
    """What to say if f gives another number at the same point."""
    (again,) = evaluate()
    if before == again or abs(before - again) <= rounding_of(before) or (math.isnan(before) and math.isnan(again)):
        return []
    return [
        f"f gave {before:.9g} and then {again:.9g} at the same point, so that differences of it mean nothing. Is it "
        "random (dropout, shuffling), or does it remember? Seed it inside of f, or switch that off while checking."
    ]


def _compare(
    graph: Recorded,
    outputs: Sequence[Recorded],
    evaluate: Callable[[], list[float]],
    variables: Sequence[Value],
    eps: float,
    received: Mapping[str, list[list[float]]],
    names: list[list[str]],
) -> list[Comparison]:
    """Compare the derivatives of some outputs, by mode, with what to expect of them."""
    sizes = Linearization([output.output for output in outputs], variables).sizes()
    comparisons: list[list[Comparison]] = [[] for _ in outputs]
    for j, (variable, which) in enumerate(zip(variables, _names(variables), strict=True)):
        nudges = Nudges(evaluate, graph, [output.output for output in outputs], variable, which)
        expected = nudges.expectations(eps, outputs, [row[j] for row in sizes])
        for i, entry in enumerate(expected):
            comparisons[i] += [Comparison(names[i][j], rows[i][j], entry, mode) for mode, rows in received.items()]
    return [entry for row in comparisons for entry in row]


def _hints(graph: Recorded, report: GradientReport) -> Iterator[str]:
    """What may have caused a disagreement."""
    wrong = wrong_partial(graph.order)
    if wrong:
        node, place, slope, formula = wrong
        what = f"its partial derivative {place + 1} is {slope:.6g} here, but its formula gives {formula:.6g}"
        yield f"{node.op!r} is wrong: {what}.\n  Node: {shortened(describe(node), 80)}"
        return
    for entry in report.comparisons:
        if entry.verdict(report.tolerance) == "differs" and not entry.expectation.is_exact:
            yield (
                f"{entry.name} changes f in a way that the graph does not show: is there a kink here, or does f take a "
                "number out of the graph (.data, float)?"
            )
            return
    for entry in report.comparisons:
        if entry.verdict(report.tolerance) == "unknown":
            if not math.isfinite(entry.expected) or math.isnan(entry.expectation.uncertainty):
                yield f"the difference with respect to {entry.name} is not finite; find_nonfinite(f(...)) says why."
                return
            if entry.expectation.has_kink:
                left, right = entry.expectation.sides
                yield (
                    f"the slope by {entry.name} seems to be {left:.3g} on the left and {right:.3g} on the right: "
                    "is there a kink here? Then the derivative is a convention; check beside it too."
                )
                return
            if entry.expectation.uncertainty == math.inf:
                yield (
                    f"the differences with respect to {entry.name} do not settle, however small the step is: f jumps "
                    "or is too steep here, or rounding hides how it changes. Check at another point."
                )
                return
            yield (
                f"the difference with respect to {entry.name} may be off by {entry.expectation.uncertainty:.2g}, so a "
                "wrong derivative would pass too. Try a larger eps if f is large beside its changes, or take the large "
                "constant out of f; a smaller eps if f bends or oscillates within a step."
            )
            return


def variables_of(inputs: Sequence[Value | float]) -> list[Value]:
    """The inputs of a function as leaves, which can be nudged."""
    inputs = as_list(inputs, "the inputs")
    if not inputs:
        raise ValueError("there is nothing to check: the list of inputs is empty.")
    for value in inputs:
        if isinstance(value, Value) and value.op is not None:
            raise ValueError(f"only leaves can be nudged, but an input is {value!r}.")
    return [value if isinstance(value, Value) else Value(value) for value in inputs]
