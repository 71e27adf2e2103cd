"""Recording again, at other numbers: a graph that changes with them stands for no other example.

Such is the graph of `v if v.data > 0 else 0 * v`, and of `w * x.data`, where a number has left the graph. A branch that
no recording happens to take is not found.
"""

import linecache
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from autograd.compiler.recording import Point, Recorder, Recording
from autograd.compiler.terms import TARGET
from autograd.engine import Value, collector_paused
from autograd.notation import name, plural
from autograd.table import CONSTANT

_NODES, _MOST = 20_000, 8  # how many nodes are recorded again, in how many recordings at most
_FAR = 8.0  # times as large as the numbers are: a branch may begin there that other examples reach
_LARGE = 50_000  # a graph of so many is recorded once more only
_LIBRARY = tuple(str(Path(__file__).parents[2] / package) for package in ("autograd", "nn"))


@dataclass(frozen=True)
class Checked:
    """What came of recording again.

    Attributes:
        recordings: How often the same structure was found.
        failures: What the cost raised at other numbers.
    """

    recordings: int
    failures: tuple[str, ...]

    def __str__(self) -> str:
        same = f"recorded {plural(self.recordings, 'more time')} at other numbers, with the same operations"
        if not self.failures:
            return same
        return f"{same}; {plural(len(self.failures), 'recording')} failed, the first with {self.failures[0]}"


@collector_paused()
def checked(recorder: Recorder, recording: Recording, examples: Sequence[tuple[Any, ...]] = ()) -> Checked:
    """Record a cost at other numbers, and compare.

    Args:
        recorder: Who recorded it.
        recording: The first recording.
        examples: Other examples, real ones.

    Raises:
        ValueError: if the structure is another one; it names the first node that differs, and the line that made it.
    """
    structure = _Structure(recording)
    points = [Point(recorder.point.theta, recorder.numbers(example)) for example in examples]
    n_nodes = len(recording.order)
    count = max(2 if n_nodes < _LARGE else 1, min(_MOST, _NODES // n_nodes))
    r = random.Random(0)
    found, failures = 0, list[str]()
    for attempts in [*([point] for point in points), *(_varied(recorder, r, turn) for turn in range(count))]:
        failure = ""
        for point in attempts:
            try:
                other = recorder.record(point)
            except Exception as error:  # whatever the user's code raises at numbers that are not its own
                failure = failure or f"{type(error).__name__}: {error}"[:200]
                continue
            place = structure.first_difference(_Structure(other))
            if place is not None:
                raise ValueError(_message(recorder, point, r))
            found += 1
            break
        else:
            failures.append(failure)
    return Checked(found, tuple(failures))


def _varied(recorder: Recorder, r: random.Random, turn: int) -> Iterator[Point]:
    """The same point at other numbers of any sign, near and far in turn; if the cost has no value there, closer."""
    theta, parts = recorder.point
    sizes = [(1.0, False), (0.5, True), (0.01, True)]
    for attempt, (size, keeps_sign) in enumerate([(_FAR, False), *sizes] if turn % 2 else sizes):
        yield Point(
            _moved(theta, r, size, keeps_sign),
            tuple(
                _other_target(part, r, turn + attempt) or _moved(part, r, size, keeps_sign)
                if kind == TARGET
                else _moved(part, r, size, keeps_sign)
                for kind, part in zip(recorder.kinds, parts, strict=True)
            ),
        )


def _moved(numbers: tuple[float, ...], r: random.Random, size: float, keeps_sign: bool) -> tuple[float, ...]:
    if keeps_sign:
        return tuple(number * (1.0 + size * r.uniform(-1.0, 1.0)) for number in numbers)
    spread = 1.4 * size * ((sum([number * number for number in numbers]) / len(numbers)) ** 0.5 or 1.0)
    fraction = r.random  # quickly, for there may be many
    return tuple([number * (1.0 if fraction() < 0.5 else -1.0) + spread * (fraction() - 0.5) for number in numbers])


def _other_target(numbers: tuple[float, ...], r: random.Random, turn: int) -> tuple[float, ...] | None:
    """Another target of the same kind, if it is a class or has probabilities, whose sum stays; `None` for others.

    Whole numbers change their places, or, if they are equal, one of them its sign or by 1.
    """
    shift, place = r.randrange(1, max(2, len(numbers))), r.randrange(len(numbers))
    turned = numbers[shift:] + numbers[:shift]
    if all(number.is_integer() for number in numbers):
        if len({*numbers}) > 1:
            return turned
        step = (-1.0, 1.0)[(turn + (numbers[0] == 0.0)) % 2]
        other = -numbers[0] if numbers[0] in (-1.0, 1.0) and turn % 2 else numbers[0] + step
        return (*numbers[:place], other, *numbers[place + 1 :])
    is_one_class = abs(sum(numbers) - 1.0) < 1e-6
    if min(numbers) < 0.0 or max(numbers) > 1.0 or (turn % 2 and not is_one_class):
        return None
    share, others = r.random(), turned if len(numbers) > 1 else (1.0 - numbers[0],)
    return tuple(share * one + (1.0 - share) * other for one, other in zip(numbers, others, strict=True))


class _Structure:
    """What a recording has, apart from the numbers of parameters and examples, in lists that are compared quickly."""

    def __init__(self, recording: Recording) -> None:
        self.order, self.parents, self.leaves = recording.order, recording.parents, recording.leaves
        self.ops = recording.ops
        self.others = [
            self.leaves.get(node) or self.leaf(node)
            for node, op in zip(self.order, self.ops, strict=True)
            if op is None or op is CONSTANT
        ]
        self.others.append(recording.outputs)

    def leaf(self, node: Value) -> object:
        """What a leaf is: its kind and its index; or its number."""
        return self.leaves.get(node) or (node.data if node.data == node.data else "nan")

    def at(self, place: int) -> object:
        """What a node is."""
        node = self.order[place]
        return (node.op, *self.parents[place]) if node.parents else self.leaf(node)

    def first_difference(self, other: "_Structure") -> int | None:
        """Where the first node is that differs."""
        if (self.ops, self.parents, self.others) == (other.ops, other.parents, other.others):
            return None
        shorter = min(len(self.order), len(other.order))
        return next((place for place in range(shorter) if self.at(place) != other.at(place)), shorter - 1)

    def shown(self, place: int) -> Value:
        """A node; if it is a leaf, what is first computed from it, which says more."""
        node = self.order[place]
        if node.parents:
            return node
        return next((child for child in self.order[place:] if any(node is each for each in child.parents)), node)


def _message(recorder: Recorder, point: Point, r: random.Random) -> str:
    """What to say when the recording at a point has another structure than the first one."""
    first, first_lines = watched(recorder, recorder.point)
    again, again_lines = watched(recorder, recorder.point)
    one, two = _Structure(first), _Structure(again)
    is_random = one.first_difference(two) is not None
    if not is_random:
        again, again_lines = watched(recorder, point)
        two = _Structure(again)
    place = one.first_difference(two)
    if place is None:
        return f"the {recorder.what} does other operations when it is called again. It must do the same in each call."
    nodes = one.shown(place), two.shown(place)
    shown = [
        f"{name(node):.60}{lines[node].text if node in lines else ''}"
        for node, lines in zip(nodes, (first_lines, again_lines), strict=True)
    ]
    found = f"The first node that differs is {shown[0]}, in one recording; in another one it is {shown[1]}."
    if is_random:
        return (
            f"the {recorder.what} does other operations when it is called again at the same numbers, as with random "
            f"ones. {found}"
        )
    return (
        f"the {recorder.what} does other operations at other numbers, so that one recording does not stand for all "
        f"examples. {found} {_advice(recorder, one, two, place, r)}"
    )


def _advice(recorder: Recorder, one: _Structure, two: _Structure, place: int, r: random.Random) -> str:
    if TARGET in recorder.kinds:
        *x, y = recorder.point.parts
        other = _other_target(y, r, 0)
        if other is not None:
            try:
                changed = _Structure(recorder.record(Point(recorder.point.theta, (*x, other))))
            except Exception:
                changed = one
            if one.first_difference(changed) is not None:
                return "It changes with the target: " + (
                    "if that is a class, give it as a one-hot list, a 1 for the class and 0 for the others, and "
                    "compute with its entries."
                    if len(y) == 1
                    else "compute with all of its entries, also with those that are 0."
                )
    if isinstance(one.at(place), float | str) and isinstance(two.at(place), float | str):
        return "A number was taken out of a Value there, by .data perhaps, and does not follow it: use the Value."
    return (
        "Something was chosen there by comparing numbers: write relu, abs, maximum or minimum in place of an if, of "
        f"max and of min. Where the {recorder.what} takes derivatives itself, those of relu, abs and maximum choose, "
        "too: take smooth functions there, such as softplus."
    )


class Line(NamedTuple):
    """A line of code."""

    file: str
    number: int

    @property
    def text(self) -> str:
        """The line in words: ` (line 12 of model.py: y = x + 1)`."""
        code = linecache.getline(self.file, self.number).strip()
        return f" (line {self.number} of {Path(self.file).name}" + (f": {code:.100})" if code else ")")


def watched(recorder: Recorder, point: Point) -> tuple[Recording, dict[Value, Line]]:
    """Record, and see which line of the user's code makes which node.

    Python says when a line begins and when a function returns. What its variables lead to then, and did not before, was
    made in the line before.
    """
    watch, before = _Watch(), sys.gettrace()
    sys.settrace(watch.called)
    try:
        recording = recorder.record(point)
    finally:
        sys.settrace(before)
    return recording, watch.lines


class _Watch:
    def __init__(self) -> None:
        self.lines: dict[Value, Line] = {}

    def called(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        """A function is called: what it is given was made by who calls it."""
        if _is_ours(frame):
            return None  # its variables may be Values that are not made yet
        caller = frame.f_back
        while caller is not None and _is_ours(caller):
            caller = caller.f_back
        if caller is not None:
            self._see(list(frame.f_locals.values()), Line(caller.f_code.co_filename, caller.f_lineno))
        return self._followed(frame)

    def _followed(self, frame: FrameType) -> Callable[..., Any]:
        line = Line(frame.f_code.co_filename, frame.f_lineno)
        known: dict[str, tuple[int, int]] = {}

        def follow(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
            nonlocal line
            things = [argument] if event == "return" else []
            for variable, thing in list(frame.f_locals.items()):
                size = len(thing) if isinstance(thing, list | dict) else 0
                if known.get(variable) != (id(thing), size):  # a list that has grown is looked at again
                    known[variable] = (id(thing), size)
                    things.append(thing)
            self._see(things, line)
            line = line._replace(number=frame.f_lineno or line.number)
            return follow

        return follow

    def _see(self, things: list[Any], line: Line) -> None:
        seen = set[int]()
        while things:
            thing = things.pop()
            if isinstance(thing, Value):
                if thing not in self.lines:
                    self.lines[thing] = line
                    things += thing.parents
            elif isinstance(thing, list | tuple | set | dict) and id(thing) not in seen:
                seen.add(id(thing))  # a list may hold itself
                things += thing.values() if isinstance(thing, dict) else thing


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_LIBRARY)
