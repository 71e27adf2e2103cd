"""Random programs of every operation, which run on whatever flows through the table."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from autograd import Value, topological_order
from autograd.engine import local_derivatives
from autograd.table.domains import Domain
from autograd.table.operation import Op
from autograd.table.registry import TABLE

ROWS = [row for name, row in TABLE.items() if name in TABLE.built_in]


class Step(NamedTuple):
    """One operation: its row, its arguments counted back from the last result, and the sample for a bad argument."""

    row: Op
    places: tuple[int, int]
    sample: int


steps = st.builds(Step, st.sampled_from(ROWS), st.tuples(st.integers(0, 3), st.integers(0, 5)), st.integers(0, 5))
programs = st.lists(steps, min_size=2, max_size=8)
numbers = st.floats(0.2, 2.0).map(lambda x: round(x, 3))


def run(program: Sequence[Step], inputs: Sequence[Any]) -> list[Any]:
    """Every result of a program. The same argument may come up twice, and so may the same input."""
    nodes = list(inputs)
    for row, places, sample in program:
        arguments = [
            _inside(domain, nodes[-1 - place % len(nodes)], sample, bool(row.kinks or domain.differentiable))
            for domain, place in zip(row.domain, places, strict=False)
        ]
        if row.kinks and len(arguments) > 1 and _is_near_a_step(arguments[0].data / (arguments[1].data or 1.0)):
            # A tie is a kink, and so is every whole x/y of x % y.
            arguments[0] = arguments[1] * 1.375 if arguments[1].data else arguments[0] + 0.25
        if len(arguments) > 1 and not any(x.data for x in arguments if not isinstance(x, float)):
            arguments[1] = arguments[1] + 0.25  # nobody has a derivative of the angle of (0, 0)
        node = row(*arguments)
        nodes.append(node if abs(node.data) < 3 else node * (2.0 / node.data))
    return nodes[len(inputs) :]


def ending_in(row: Op, program: Sequence[Step], places: tuple[int, int]) -> list[Step]:
    """A program that ends with a given operation, and one more operation on its result."""
    return [*program, Step(row, places, 1), Step(TABLE["tanh"], (0, 0), 0)]


def _inside(domain: Domain, x: Any, sample: int, has_kink: bool) -> Any:
    """The argument if it is well inside the domain, away from kinks (at multiples of ½); else near a point that is."""
    around = (x.data - 0.05, x.data, x.data + 0.05)
    if all(map(domain.contains, around)) and not (has_kink and _is_near_a_step(2 * x.data)):
        return x
    return domain.samples[sample % len(domain.samples)] + 0.005 * x.tanh()


def _is_near_a_step(x: float) -> bool:
    return abs(x - round(x)) < 0.1


def sizes(outputs: Sequence[Value], directions: Mapping[Value, float]) -> dict[Value, float]:
    """For each node, the total size of what all paths add to its tangent: rounding is relative to that."""
    found = {variable: abs(number) for variable, number in directions.items()}
    for node in topological_order(*outputs):
        if node.parents:
            slopes = zip(node.parents, local_derivatives(node), strict=True)
            found[node] = sum(abs(slope or 0.0) * found.get(parent, 0.0) for parent, slope in slopes)
    return found
