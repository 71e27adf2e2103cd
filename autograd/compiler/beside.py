"""Each line of a program beside the scalars that became it: its index formula, and one member with its numbers."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from autograd.compiler.families import Family, Index
from autograd.compiler.formulas import LETTERS, IndexFormulas, MemberFormulas
from autograd.compiler.lifting import Lifted
from autograd.compiler.places import Place, places
from autograd.compiler.recording import Recording
from autograd.compiler.sums import ALONE
from autograd.compiler.terms import PARAMETER
from autograd.compiler.writing import OUTPUTS
from autograd.engine import Value
from autograd.graph import inherited
from autograd.notation import Expression, derivative_label, plural

# What a line is to the nodes that it is about, with words for how many these are.
VALUE, ADJOINT, PARAMETERS, DERIVATIVE = "value", "adjoint", "parameter", "derivative"
ROLES = {VALUE: "{} of the graph", ADJOINT: "the adjoints of {}", PARAMETERS: "", DERIVATIVE: ""}


class Equation(NamedTuple):
    """A formula with what it is about.

    Attributes:
        left: The label of what it is about.
        right: The formula.
    """

    left: str
    right: Expression


@dataclass(frozen=True)
class Row:
    """A line of a program beside its scalars.

    Attributes:
        name: The name of the array.
        place: Where the line stands in the text.
        equation: The equation of backpropagation that it is, or `""`.
        index: The index formula.
        member: The formula of one member, in which names have their numbers at the example.
        counts: How many scalars became this line, in words.
        role: What it is to its nodes, an entry of `ROLES`.
        nodes: The nodes of the graph that it is about.
    """

    name: str
    place: Place
    equation: str
    index: Equation
    member: Equation
    counts: str
    role: str
    nodes: Sequence[Value] = field(repr=False)


def rows_beside(
    recording: Recording, lifted: Lifted, source: str, names: Mapping[Value, str], neuron: int
) -> list[Row]:
    """The lines of a program beside the scalars that became them; layers in a loop have one row.

    Args:
        recording: The recorded cost.
        lifted: What the passes have made of it.
        source: The text of the program.
        names: Names for parameters without a label.
        neuron: Which member is written out: its place along each axis, or the last one if there are fewer.
    """
    made = _Rows(recording, lifted, names, neuron)
    at, found = places(source), dict[int, Row]()
    for line in lifted.written.lines:
        if line.name == OUTPUTS:
            continue  # which are lines already
        place, about = at[line.name], made.about(line.name)
        if about is None:
            continue
        role, nodes = made.role(line.name), made.nodes[line.name]
        if place.number in found:
            row = found[place.number]
            found[place.number] = replace(row, nodes=[*row.nodes, *nodes])
        else:
            found[place.number] = Row(line.name, place, line.equation, *about, role, nodes)
    return list(found.values())


About = tuple[Equation, Equation, str]  # the index formula, that of the member, and the counts


class _Rows:
    """What there is to say of lines."""

    def __init__(self, recording: Recording, lifted: Lifted, names: Mapping[Value, str], neuron: int) -> None:
        self.recording, self.lifted, self.neuron = recording, lifted, neuron
        leaves = recording.leaves.items()
        labels = {leaf: node.label or names.get(node, "") for node, leaf in leaves}
        self.formulas = IndexFormulas(lifted)
        self.members = MemberFormulas(lifted, labels, {leaf: node.data for node, leaf in leaves})
        self.parameters = {place: node for node, (kind, place) in leaves if kind == PARAMETER}
        self.theta = next((each.number for each in lifted.families.lines if each.head == PARAMETER), ALONE)
        self.cost = recording.order[-1].label or "C"
        self.nodes = self._nodes()

    def about(self, name: str) -> About | None:
        """What there is to say of a line; `None` for one that only joins others."""
        written = self.lifted.written
        self.formulas.lists.clear()
        if name in written.families:
            return self._computed(self.lifted.families.lines[written.families[name]])
        if name == "cost":
            cost = np.array(-1)
            both = self._both(cost, cost, lambda of, *at: Equation(self.cost, of.derivatives(*at)))
            return *both, self._counts_of_result({-1})
        if name not in written.parameters:
            return None
        at = written.parameters[name]
        return self._derivatives(at) if name.startswith("grad_") else self._parameters(at)

    def role(self, name: str) -> str:
        """What a line is to the nodes that it is about."""
        written = self.lifted.written
        if name in written.parameters:
            return DERIVATIVE if name.startswith("grad_") else PARAMETERS
        return VALUE if written.families.get(name, -1) in {-1, *self.lifted.subject.forward} else ADJOINT

    def _computed(self, family: Family) -> About:
        taken, number = np.arange(family.size).reshape(family.shape), family.number
        both = self._both(
            taken, self._chosen(taken), lambda of, *at: Equation(of.label(number, *at), of.computed(number, *at))
        )
        counts = [*self._sums([family])] or [plural(family.size, "number")]
        return *both, "; ".join(counts)

    def _parameters(self, at: Index) -> About:
        one = self._chosen(at)

        def equation(of: IndexFormulas, places: Index, letters: str) -> Equation:
            number = self.parameters[int(one)].data if of is self.members else math.nan
            left = of.label(self.theta, places, letters)
            return Equation(left, Expression(number, of.indexed(PARAMETER, [places], letters)))

        return *self._both(at, one, equation), plural(at.size, "parameter")

    def _derivatives(self, at: Index) -> About:
        one = self._chosen(at)
        alike = self.formulas.alike(at, int(one))
        both = self._both(
            alike,
            one,
            lambda of, *at: Equation(derivative_label(self.cost, of.label(self.theta, *at)), of.derivatives(*at)),
        )
        counts = self._counts_of_result({*alike.reshape(-1).tolist()})
        others = f"; {plural(at.size - alike.size, 'other')} are computed in another way" * (alike.size < at.size)
        return *both, counts + others

    def _both(
        self, members: Index, one: Index, equation: Callable[[IndexFormulas, Index, str], Equation]
    ) -> tuple[Equation, Equation]:
        """The index formula of some members, and the formula of one."""
        return equation(self.formulas, members, LETTERS[: members.ndim]), equation(self.members, one, "")

    def _counts_of_result(self, owners: set[int]) -> str:
        """What results are made of, and what becomes of the examples."""
        families = [
            family
            for family in self.lifted.families.results
            if owners <= {self.lifted.owners[each] for each in family.members}
        ]
        counts = [*self._sums(families)] or [plural(len(owners), "number")]
        if any(family.batched for family in families):
            counts.append("the mean over the examples" if owners == {-1} else "for each example, and added up")
        return ", ".join(counts)

    def _sums(self, families: Sequence[Family]) -> Iterator[str]:
        """How many sums and products are in some families, and in those that have no line of their own."""
        for family in families:
            inner = [number for number, _ in family.arguments if number not in self.formulas.lines]
            for (_, *factors), taken in family.products:
                size, kind = taken.shape[-2], "term" if ALONE in factors else "product"
                if size > 1:
                    name = "sum" if family.head is None else "maximum"
                    whole = f": {plural(family.size * size, kind)}" * (family.size > 1)
                    yield f"{plural(family.size, name)} of {plural(size, kind)}{whole}"
                elif family.number < 0 and kind == "product":  # of a result, for it has no other sums
                    yield plural(family.size, kind)
                inner += [each for each in factors if each != ALONE and each not in self.formulas.lines]
            yield from self._sums([self.lifted.families.lines[each] for each in dict.fromkeys(inner)])

    def _chosen(self, members: Index) -> Index:
        return np.asarray(members[tuple(min(self.neuron, size - 1) for size in members.shape)])

    def _nodes(self) -> Mapping[str, Sequence[Value]]:
        """The nodes that each line is about. One without a line belongs to the line that alone uses it."""
        lifted, found = self.lifted, defaultdict[str, list[Value]](list)
        line_of = {term: self._line_of(term) for term in lifted.derived.nodes}
        own = dict[Value, str | None](dict.fromkeys(self.recording.leaves))
        own |= {lifted.derived.nodes[term]: name for term, name in line_of.items() if name}
        own[self.recording.order[-1]] = "cost"
        for node, name in inherited(self.recording.order, own).items():
            if name is not None:
                found[name].append(node)
        forward = {*line_of.values()}
        for term, adjoint in lifted.derived.adjoints.items():
            name = self._line_of(adjoint)
            if name and name not in forward and line_of[term]:
                found[name].append(lifted.derived.nodes[term])
        for name, at in lifted.written.parameters.items():
            found[name] += [self.parameters[place] for place in at.reshape(-1).tolist()]
        return found

    def _line_of(self, term: int) -> str:
        """The line that computes a term, or `""`."""
        line = self.lifted.sums.line_of(term)
        return "" if line is None else self.formulas.lines.get(self.lifted.grouping.of[line], "")
