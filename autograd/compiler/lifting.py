"""Lifting: the passes in their order, from the recorded graph of one example to the lines of its program."""

import itertools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.compiler.families import Families, Family, Grouping
from autograd.compiler.gradient import Derived, derived
from autograd.compiler.layout import Layout
from autograd.compiler.names import Subject, subject_of
from autograd.compiler.recording import Recording
from autograd.compiler.stable import stable
from autograd.compiler.sums import Sum, Sums
from autograd.compiler.tangents import tangents
from autograd.compiler.terms import DIRECTION, PARAMETER
from autograd.compiler.writing import Written, written
from autograd.engine import collector_paused

COST, GRADIENT = "cost", "gradient"


@dataclass(frozen=True)
class Lifted:
    """What each pass makes of what the one before it has made.

    Attributes:
        derived: The cost and its gradient as terms.
        sums: The lines among them.
        grouping: These in families.
        families: The families, laid out.
        owners: For each result its parameter, or -1 for the cost.
        subject: What has names.
        written: The lines of the program.
    """

    derived: Derived
    sums: Sums
    grouping: Grouping
    families: Families
    owners: Sequence[int]
    subject: Subject
    written: Written


@collector_paused()
def lifted(recording: Recording) -> Lifted:
    """Find the program of a cost and its gradient; or, if there is a direction, of the Hessian times it.

    Args:
        recording: The recorded cost.
    """
    found = stable(derived(recording))
    terms = found.terms
    parts = [each for each in (found.cost, found.penalty) if each is not None]
    gradient: Sequence[int] = found.gradient
    changes: Sequence[int] = ()
    if DIRECTION in recording.sizes:
        changes = tangents(terms)
        parts, gradient = [], [changes[each] for each in found.gradient]
    named = [term for term, node in found.nodes.items() if node.label]
    outputs = {*found.outputs}
    sums = Sums(terms, [*parts, *gradient], named, outputs)
    apart: dict[int, object] = {}
    while True:
        grouping = Grouping(terms, sums.lines, apart)
        results, owners = _results(grouping, sums.results, parts, found.cost)
        layout = Layout(grouping, results)
        if not layout.apart:
            break
        apart |= {term: (apart.get(term), part) for term, part in layout.apart.items()}
    families = layout.result
    _align(families.results, owners)
    labels = [""] * recording.sizes[PARAMETER]
    for node, (kind, place) in recording.leaves.items():
        if kind == PARAMETER:
            labels[place] = node.label
    subject = subject_of(found, changes, sums, grouping, labels)
    of_outputs = [
        (grouping.of[line], int(layout.places[line])) for line in map(sums.line_of, found.outputs) if line is not None
    ]
    lines = written(families, owners, recording.sizes, subject, of_outputs)
    return Lifted(found, sums, grouping, families, owners, subject, lines)


def _results(
    grouping: Grouping, sums: Sequence[Sum], costs: Sequence[int], batched_cost: int | None
) -> tuple[list[tuple[object, Sum, bool]], list[int]]:
    """The results as `Layout` takes them, and for each its parameter, or -1 for the cost."""
    results: list[tuple[object, Sum, bool]] = []
    owners, is_batched = [], grouping.batched
    for cost, line in zip(costs, sums, strict=False):
        results.append(((COST, cost), line, cost == batched_cost))
        owners.append(-1)
    first = 0  # of the parameters since the last one whose derivative differs from example to example
    for parameter, line in enumerate(sums[len(costs) :]):
        sides = [is_batched[x] or is_batched[y] for _, x, y in line.products]
        if all(sides):
            batched, rest = line._replace(constant=0.0) if line.constant else line, line.products[:0]
        else:
            batched = Sum(0.0, tuple(itertools.compress(line.products, sides)))
            rest = tuple(itertools.compress(line.products, map(operator.not_, sides)))
        if batched.products:
            results.append((GRADIENT, batched, True))
            owners.append(parameter)
            first = parameter + 1
        if rest or line.constant:  # which stand for no example; penalties are kept together as the weights are
            together = grouping.census(batched) if batched.products else first
            results.append(((GRADIENT, together), Sum(line.constant, rest), False))
            owners.append(parameter)
    return results, owners


def _align(results: Sequence[Family], owners: Sequence[int]) -> None:
    """Give a penalty's derivatives the shape that other derivatives by the same parameters have."""
    shapes = {tuple(owners[each] for each in family.members): family.shape for family in results if family.batched}
    for family in results:
        shape = shapes.get(tuple(owners[each] for each in family.members))
        if shape is not None and not family.batched:
            family.shape = shape
            family.products = [(kind, taken.reshape(*shape, *taken.shape[-2:])) for kind, taken in family.products]
