"""What is the same for the tapes of both engines."""

import functools
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from autograd.engine.shared import NOTHING_RECORDED, require_values
from autograd.table import TABLE, Op, as_float

MOST_PARTS = 8  # the parameters, and lists of what else changes


class Step(NamedTuple):
    """An operation of a tape.

    Attributes:
        op: The row of the table.
        places: Where its operands are among the numbers: those of the leaves, then the results of the steps.
    """

    op: Op
    places: tuple[int, ...]


def leaves_of(
    output: Any, parameters: Iterable[Any], inputs: Iterable[Iterable[Any]], fixed: Iterable[Any]
) -> tuple[list[Any], tuple[int, ...]]:
    """The leaves that change, and how many there are in each part."""
    parts = [[*part] for part in (parameters, *inputs)]
    leaves = [leaf for part in parts for leaf in part]
    require_values("a tape", output, *leaves, *fixed)
    if {type(output)} != {*map(type, (output, *leaves, *fixed))}:
        raise TypeError("a tape got Values of the native and of the pure engine, but a graph belongs to one engine.")
    if output.is_constant:
        raise ValueError(NOTHING_RECORDED)
    if not all(parts) or len(parts) > MOST_PARTS:
        raise ValueError(f"a tape has 1 to {MOST_PARTS} parts, none of them empty, but got {[*map(len, parts)]}.")
    seen = set()
    for leaf in leaves:
        if leaf.parents or leaf.is_constant:
            what = "a constant" if leaf.is_constant else "computed from others"
            raise ValueError(f"the parameters and inputs of a tape are leaves, Value(...), but {leaf!r:.60} is {what}.")
        if leaf in seen:
            raise ValueError(f"{leaf!r:.60} is there twice among the parameters and inputs of a tape; list it once.")
        seen.add(leaf)
    return leaves, tuple(map(len, parts))


def require_kernel(op: Op) -> None:
    """Raise a ValueError if a row has no kernel, in either engine: both then make the same tapes."""
    if not _has_kernel(op):
        raise ValueError(f"{op.name} has no kernel in C, so that there is no tape of it. Record the graph each time.")


@functools.cache
def _has_kernel(op: Op) -> bool:
    from autograd.engine.kernels import functions  # slow to import, and needed here only

    return op.name in TABLE.built_in and functions(op) is not None


def called(tape: Any, value: Any, constant: Any, parts: Sequence[Sequence[float]]) -> tuple[float, "array[float]"]:
    """What calling a tape does: if its numbers are not all finite, the engine decides what they mean."""
    numbers = [array("d", [as_float(number, "what a tape is called with") for number in part]) for part in parts]
    given = tuple(map(len, numbers))
    if given != tape.sizes:
        raise ValueError(f"the tape takes vectors of {tape.sizes} numbers, but got {given}.")
    gradient = array("d", bytes(8 * tape.sizes[0]))
    result = tape.run(gradient, *numbers)
    if not math.isnan(result):
        return result, gradient
    return recorded_again(tape, value, constant, numbers)


def recorded_again(
    tape: Any, value: Any, constant: Any, parts: Sequence[Sequence[float]]
) -> tuple[float, "array[float]"]:
    """The value and its gradient by the engine itself, which names the node where something does not exist.

    Args:
        tape: The tape.
        value: The engine's Value.
        constant: What makes a constant of a number.
        parts: The numbers of the parameters, and those of the inputs.
    """
    changing = [number for part in parts for number in part]
    numbers = [*changing, *tape.numbers[len(changing) :]]
    nodes = [
        (value if place < tape.sizes[0] else constant)(number, tape.labels.get(place, ""))
        for place, number in enumerate(numbers)
    ]
    for node in recorded_steps(nodes, value, tape.steps, tape.labels):
        if len(nodes) in tape.fixed:
            node = constant(node.data, node.label)
        nodes.append(node)
    output = nodes[tape.output]
    if not output.is_constant:
        output.backward()
    return output.data, array("d", [node.grad for node in nodes[: tape.sizes[0]]])


def recorded_steps(nodes: Sequence[Any], value: Any, steps: Iterable[Step], labels: Mapping[int, str]) -> Iterator[Any]:
    """The operations of a tape, recorded one by one; whoever takes them adds each to the nodes."""
    for op, places in steps:
        node = value._record(op, tuple([nodes[place] for place in places]))
        if len(nodes) in labels:
            node.label = labels[len(nodes)]
        yield node


class Content(NamedTuple):
    """What a tape is made of, as data.

    Attributes:
        steps: For each operation the name of its row, and the places of its operands.
        numbers, labels, output, sizes, most, fixed, least: As the tape has them.
    """

    steps: Sequence[tuple[Any, ...]]
    numbers: Sequence[float]
    labels: Mapping[int, str]
    output: int
    sizes: Sequence[int]
    most: int
    fixed: Iterable[int]
    least: float


def content(tape: Any) -> Content:
    """What a tape is made of, for a copy, a pickle or a file."""
    steps = [(op.name, *places) for op, places in tape.steps]
    return Content(steps, tape.numbers, tape.labels, tape.output, tape.sizes, tape.most, tape.fixed, tape.least)


def restored(cls: Any, value: Any, found: Content) -> Any:
    """The tape with some content, from a graph that is recorded for it.

    Args:
        cls: The engine's class of tapes.
        value: Its Value.
        found: The content.
    """
    nodes = [value(number, found.labels.get(place, "")) for place, number in enumerate(found.numbers)]
    changing = iter(nodes[: sum(found.sizes)])
    lists = [[*islice(changing, size)] for size in found.sizes]
    steps = [Step(TABLE[name], tuple(places)) for name, *places in found.steps]
    for node in recorded_steps(nodes, value, steps, found.labels):
        nodes.append(node)  # one by one, as each is made of those before
    fixed = [nodes[place] for place in found.fixed]
    return cls(nodes[found.output], *lists, most=found.most, fixed=fixed, least=found.least)


def described(tape: Any) -> str:
    """What `repr` shows."""
    return f"Tape of {len(tape.steps):,} operation{'s' * (len(tape.steps) != 1)}"
