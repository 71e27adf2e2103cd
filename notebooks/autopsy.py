"""The autopsy of lesson 6: an engine with a fault that is not named, three probes, and a diagnosis that is marked.

A probe asks the same of any engine. So a diagnosis is marked by asking the engine that has the fault which was named.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from autograd import Value, nudge, topological_order
from autograd.notation import Report, Table

if TYPE_CHECKING:
    from notebooks.small_engine import FAULTS, Number
else:
    from small_engine import FAULTS, Number

Engine = type[Number]
Program = Callable[..., Any]  # from numbers of any engine to one
Gradients = dict[str, float]  # by label

PROBES = 3
RATE = 0.5
AT = {"a": 2.0, "b": 3.0}  # where programs run


def neuron(x: Any, w: Any, b: Any, v: Any, t: Any) -> Any:
    """The squared error of a sigmoid neuron whose activation is multiplied by one more weight, v; t is the target."""
    u = w * x
    z = u + b
    a = z.sigmoid()
    o = v * a
    e = o - t
    C = e * e
    for node, label in zip((u, z, a, o, e, C), "uzaoeC", strict=True):
        node.label = label
    return C


def used_twice(a: Any, b: Any) -> Any:
    c, d = a + b, a * b
    return (c + d) + c * d


TESTS: dict[str, tuple[Any, ...]] = {  # a program, and the learning rate in each pass
    "a·b": (lambda a, b: a * b, 0.0),
    "a − b": (lambda a, b: a - b, 0.0),
    "b·σ(a)": (lambda a, b: b * a.sigmoid(), 0.0),
    "a·a + b": (lambda a, b: a * a + b, 0.0),
    "(c + d) + c·d": (used_twice, 0.0),
    "a·b, second pass": (lambda a, b: a * b, 0.0, 0.0),
    "b·σ(a), in an update": (lambda a, b: b * a.sigmoid(), 0.1),
}


def passes(engine: Engine, program: Program, point: Gradients, *rates: float) -> list[Gradients]:
    """The gradients that an engine leaves in what has a label, after each of some passes; each ends with an update."""
    numbers = {label: engine(data, label) for label, data in point.items()}
    weights = [number for label, number in numbers.items() if label not in "xt"]  # inputs and targets stay
    output, found = program(*numbers.values()), []
    for rate in rates:
        output.descend(weights, rate)
        found.append({number.label: number.grad for number in (*numbers.values(), *output.order()) if number.label})
    return found


def gradient(engine: Engine, program: Program, *rates: float) -> Gradients:
    """The gradient of a program at a = 2, b = 3, in the last pass."""
    last = passes(engine, program, AT, *rates)[-1]
    return {label: last[label] for label in AT}


def by_nudging(output: Value, h: float = 1e-4) -> Gradients:
    """What the gradient of each node should be, by nudging that node to both sides. This asks no engine."""
    slopes = {output.label: 1.0}
    for node in reversed(topological_order(output)[:-1]):
        up, down = (nudge(output, node, step).steps[-1].ratio for step in (h, -h))
        slopes[node.label] = (up + down) / 2
    return slopes


def differs(received: float, expected: float) -> bool:
    """Whether two derivatives differ by more than a nudge may be off."""
    return abs(received - expected) > 1e-6 * max(1.0, abs(expected))


def differ(some: Gradients, others: Gradients) -> bool:
    return any(differs(slope, others[label]) for label, slope in some.items())


def missed(program: Program) -> list[str]:
    """The faults that a test with this program would miss: one pass at a = 2, b = 3, and another in an update."""

    def both(engine: Engine) -> Gradients:
        found = passes(engine, program, AT, 0.0, RATE)
        return {f"{label} {i}": slopes[label] for i, slopes in enumerate(found) for label in AT}

    return [name for name, engine in FAULTS.items() if not differ(both(engine), both(Number))]


def operations(program: Program) -> int:
    """How many operations a program has."""
    return sum(bool(number.edges) for number in program(*(Number(data) for data in AT.values())).order())


@dataclass(frozen=True, repr=False)
class Finding(Report):
    """What an engine answered to a question, beside what is right."""

    question: str
    received: Gradients
    expected: Gradients
    note: str

    def table(self) -> Table:
        rows = []
        for label, slope in self.received.items():
            right = self.expected[label]
            rows.append((label, f"{slope:.6f}", f"{right:.6f}", "<- differs" * differs(slope, right)))
        return Table(("", "received", "expected", ""), rows, caption=self.question, note=self.note)


@dataclass(frozen=True)
class Verdict:
    """Whether a diagnosis is right, and why."""

    right: bool
    why: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.why


@dataclass(frozen=True)
class Probe:
    question: str
    ask: Callable[[Engine], Gradients]


class Case:
    """A neuron, and an engine with one of the seven faults. The number of the case decides which, and at what point."""

    def __init__(self, number: int) -> None:
        random = Random(number)
        self._name = random.choice(list(FAULTS))
        point = {label: random.choice((-1, 1)) * random.randint(3, 15) / 10 for label in "xwbvt"}
        self._point = point
        self._expected = by_nudging(neuron(*(Value(data, label) for label, data in point.items())))
        self._probes = [Probe(f"case {number}: ∂C/∂x to ∂C/∂t, after one pass and an update", self._left_in(*point))]

    def __repr__(self) -> str:
        return repr(self._report(self._expected))

    def _repr_html_(self) -> str:
        return self._report(self._expected)._repr_html_()

    def nudge(self, node: str) -> Finding:
        """Probe: what the engine left in one node, and what nudging that node says."""
        if node not in self._expected:
            raise ValueError(f"nudge a node of the neuron, one of {' '.join(self._expected)}, but got {node!r}.")
        return self._spend(Probe(f"∂C/∂{node}, after one pass and an update", self._left_in(node)), self._expected)

    def run(self, program: Program) -> Finding:
        """Probe: the gradient of a small program at a = 2, b = 3, in one pass."""
        probe = Probe("a program at a = 2, b = 3", lambda engine: gradient(engine, program, 0.0))
        return self._spend(probe, probe.ask(Number))

    def second_pass(self) -> Finding:
        """Probe: ∂C/∂w, pass by pass."""

        def ask(engine: Engine) -> Gradients:
            found = passes(engine, neuron, self._point, 0.0, 0.0, RATE)
            return {name: slopes["w"] for name, slopes in zip(("first", "second", "in an update"), found, strict=True)}

        return self._spend(Probe("∂C/∂w, pass by pass", ask), ask(Number))

    def diagnose(self, name: str, line: str) -> Verdict:
        """Mark a diagnosis: the fault, and the line of `Number`, or a part of it, that is different in this engine."""
        if name not in FAULTS:
            raise ValueError(f"name one of the seven, {', '.join(map(repr, FAULTS))}, but got {name!r}.")
        fitting = [other for other in FAULTS if not any(self._tells(probe, other) for probe in self._probes)]
        if name not in fitting:
            probe = next(probe for probe in self._probes if self._tells(probe, name))
            return Verdict(False, f"no: with {name!r}, other numbers would have come for: {probe.question}.")
        if len(fitting) > 1:
            answers = {title: [gradient(FAULTS[other], *test) for other in fitting] for title, test in TESTS.items()}
            blind = [title for title, given in answers.items() if not any(differ(given[0], other) for other in given)]
            why = f"not proven: {name!r} fits what you have seen, but not alone."
            return Verdict(False, f"{why} These programs cannot tell apart what fits: {'; '.join(blind)}.")
        if not _is_changed(line, FAULTS[name]):
            return Verdict(False, f"{name!r} is right, but {line!r} is no line of Number that this fault changes.")
        return Verdict(True, f"right: {name}.")

    def _tells(self, probe: Probe, name: str) -> bool:
        """Whether an engine with the fault of that name would have answered something else."""
        return differ(probe.ask(FAULTS[name]), probe.ask(FAULTS[self._name]))

    def _left_in(self, *nodes: str) -> Callable[[Engine], Gradients]:
        def ask(engine: Engine) -> Gradients:
            last = passes(engine, neuron, self._point, 0.0, RATE)[-1]
            return {label: last[label] for label in nodes}

        return ask

    def _spend(self, probe: Probe, expected: Gradients) -> Finding:
        if len(self._probes) > PROBES:
            raise RuntimeError(f"a case has {PROBES} probes, and all are spent. Diagnose, or open the case anew.")
        self._probes.append(probe)
        return self._report(expected)

    def _report(self, expected: Gradients) -> Finding:
        probe, left = self._probes[-1], PROBES + 1 - len(self._probes)
        return Finding(probe.question, probe.ask(FAULTS[self._name]), expected, f"probes left: {left}")


def _is_changed(line: str, engine: Engine) -> bool:
    """Whether a line, or a part of one, stands in methods that an engine has replaced, and nowhere else."""
    methods = {name: inspect.getsource(part) for name, part in vars(Number).items() if inspect.isfunction(part)}
    homes = {name for name, source in methods.items() if line.strip() in source}
    return bool(homes) and homes <= vars(engine).keys() and line.strip() not in inspect.getsource(engine)
