r"""How much work is a gradient? One gradient in three ways, each run and counted on a recorded graph.

With n variables, central differences compute the graph 2n times and forward mode sweeps over it n times. Reverse mode
gets all n derivatives from one sweep, which is why networks are trained by backpropagation.

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., chapter 3.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograd.engine import Passes, Value, count_passes, gradient, require_values
from autograd.graph import Recorded
from autograd.notation import Report, Table, name, plural, show_error
from autograd.table import as_float

_MOST_WORK = 10_000_000  # variables times nodes, which take up to a minute


@dataclass(frozen=True)
class Mode:
    """One way to a gradient.

    Attributes:
        name: Its name.
        gradient: The derivative for each variable.
        passes: The work that it took.
    """

    name: str
    gradient: tuple[float, ...]
    passes: Passes


@dataclass(frozen=True, repr=False)
class ModeComparison(Report):
    """The same gradient in three ways. It prints as a table.

    Attributes:
        variables: The leaves of the graph, in its order.
        n_nodes: How many nodes each pass goes over.
        differences: By central differences.
        forward: By forward mode.
        reverse: By reverse mode.
    """

    variables: tuple[Value, ...]
    n_nodes: int
    differences: Mode
    forward: Mode
    reverse: Mode

    def table(self) -> Table:
        """The three ways as a table; differences are relative to the largest entry of the gradient."""
        modes = (self.differences, self.forward, self.reverse)
        value = self.differences.passes.operations / self.differences.passes.evaluations or 1.0
        rows = [
            (
                mode.name,
                f"{mode.passes.evaluations + mode.passes.forward + mode.passes.reverse:,}",
                f"{mode.passes.operations:,}",
                f"{mode.passes.operations / value:.3g}",
                "" if mode is self.reverse else show_error(_difference(mode.gradient, self.reverse.gradient)),
            )
            for mode in modes
        ]
        head = ("method", "passes", "operations", "÷ those of the value", "difference from reverse mode")
        variables = plural(len(self.variables), "variable")
        caption = f"the gradient with respect to {variables}, in three ways; each pass is over {self.n_nodes:,} nodes"
        return Table(head, rows, caption=caption)


def compare_modes(output: Value, eps: float = 1e-4) -> ModeComparison:
    r"""Compute the gradient of a recorded graph in three ways, and count the passes that each takes.

    .. math:: \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}, \qquad
        h = \epsilon \max(1, |x_i|)

    by central differences, 2 evaluations for each of n variables; in forward mode, 1 pass for each; in reverse mode, 1
    pass for all. The variables are the leaves of the graph that are not constants. Nothing in the graph changes.

    Args:
        output: What to differentiate.
        eps: The step ε of the central differences, relative to a variable that is larger than 1.

    Returns:
        The three gradients with their passes; it prints as a table.

    Raises:
        TypeError: if `output` is not a Value, or `eps` not a real number.
        ValueError: if there are no variables, or variables times nodes are more than 10 million, which would take
            minutes; if eps is not positive, or moves a number out of a domain; if the numbers in the
            graph are not finite or out of date; or if a derivative does not exist at them.
        ZeroDivisionError, OverflowError: if Python's arithmetic raises them for a derivative.

    Example:
        >>> w, b = Value(0.5, "w"), Value(-0.25, "b")
        >>> compare_modes((w * 3 + b).tanh())  # doctest: +ELLIPSIS
        the gradient with respect to 2 variables, in three ways; each pass is over 6 nodes
        method               passes  operations  ÷ those of the value  difference from reverse mode
        central differences       4          12                     4                       ...e-...
        forward mode              2          10                  3.33                        <1e-12
        reverse mode              1           8                  2.67
    """
    require_values("compare_modes", output)
    eps = as_float(eps, "eps")
    if not 0 < eps < math.inf:
        raise ValueError(f"eps must be positive and finite, but got {eps}.")
    graph = Recorded.of(output)
    variables = [node for node in graph.order if node.op is None]
    _check(graph, len(variables))

    def differences() -> list[float]:
        return [_central_difference(graph, variable, eps) for variable in variables]

    def forward() -> list[float]:  # each pass computes its own derivatives: what it takes is what is compared
        return [Recorded(graph.order).tangents({variable: 1.0})[output] for variable in variables]

    def reverse() -> list[float]:
        return gradient(output, variables)

    return ModeComparison(
        tuple(variables),
        len(graph.order),
        _run("central differences", differences),
        _run("forward mode", forward),
        _run("reverse mode", reverse),
    )


def _run(name: str, gradient: Callable[[], list[float]]) -> Mode:
    with count_passes() as passes:
        return Mode(name, tuple(gradient()), passes)


def _check(graph: Recorded, n: int) -> None:
    """Raise a ValueError if the graph has no variables, is too large, or has numbers not finite or out of date."""
    if not n:
        raise ValueError("the output depends on no variable, only on constants. Was it computed under no_grad()?")
    n_nodes = len(graph.order)
    if n * n_nodes > _MOST_WORK:
        raise ValueError(
            f"compare_modes makes 3 passes for each variable, so variables times nodes must be at most {_MOST_WORK:,}, "
            f"but got {n:,} variables in {n_nodes:,} nodes. Compare on a smaller network or on fewer examples; "
            "backward() itself needs one pass only."
        )
    graph.check_finite()
    graph.check_current()


def _central_difference(graph: Recorded, variable: Value, eps: float) -> float:
    h = eps * max(1.0, abs(variable.data))
    sides: list[float] = []
    for step in (h, -h):
        try:
            sides.append(graph.recompute({variable: variable.data + step})[graph.output])
        except ValueError as error:
            raise ValueError(f"With {name(variable)} moved by {step:g}, {error} Or try a smaller eps.") from None
    return (sides[0] - sides[1]) / (2 * h)


def _difference(gradient: Sequence[float], reference: Sequence[float]) -> float:
    """The largest difference, relative to the largest entry of both; nan if there is one."""
    differences = [abs(a - b) for a, b in zip(gradient, reference, strict=True)]
    largest = max(differences, key=lambda difference: (math.isnan(difference), difference))
    return largest / max(map(abs, (*gradient, *reference))) if largest else 0.0
