"""The passes, shown: what each makes of a recorded cost on its way from scalars to matrices, and one line followed."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.compiler.arrays import text
from autograd.compiler.families import Family, Index
from autograd.compiler.gradient import Derived
from autograd.compiler.lifting import Lifted
from autograd.compiler.recording import Recording
from autograd.compiler.sums import ALONE, Applied, Sum
from autograd.compiler.terms import CONSTANT, LEAVES, SCALE, SHARE, Head
from autograd.compiler.views import axes_of
from autograd.notation import Expression, Report, Table, plural, to_text
from autograd.table import Op, printable

_MOST = 20  # lines of a pass that are shown
_TERMS = 2  # of a long sum


@dataclass(frozen=True, repr=False)
class Pass(Report):
    """What there is after a pass.

    Attributes:
        name: What it makes.
        what: What it does, in a sentence.
        lines: What there is, a line each.
        followed: The place of the line that the table of all passes shows.
    """

    name: str
    what: str
    lines: Sequence[str]
    followed: int

    @property
    def line(self) -> str:
        """The line that the table of all passes shows; none if there is none."""
        return self.lines[self.followed] if self.lines else ""

    def table(self) -> Table:
        """The first lines, and how many there are."""
        rows = [(line,) for line in self.lines[:_MOST]]
        return Table((self.name,), rows, caption=self.what, left_out=len(self.lines) - len(rows))


@dataclass(frozen=True, repr=False)
class Passes(Report):
    """All passes in their order. They print as a table, in which one line is followed; `passes["sums"]` is one pass.

    Attributes:
        passes: The passes.
    """

    passes: Sequence[Pass]

    def __iter__(self) -> Iterator[Pass]:
        return iter(self.passes)

    def __len__(self) -> int:
        return len(self.passes)

    def __getitem__(self, which: str | int) -> Pass:
        if isinstance(which, int):
            return self.passes[which]
        found = {each.name: each for each in self.passes}
        if which not in found:
            raise KeyError(f"there is no pass {which!r}; the passes are {', '.join(found)}")
        return found[which]

    def table(self) -> Table:
        """What each pass does, how many lines there are then, and one of them."""
        rows = [(each.name, each.what, each.line, f"{len(each.lines):,}") for each in self.passes]
        return Table(("pass", "what it does", "one line", "of"), rows, left=3)


def passes_of(recording: Recording, lifted: Lifted) -> Passes:
    """Show the passes that a recorded cost went through.

    Args:
        recording: The recorded cost.
        lifted: What each pass has made of it.
    """
    return _Shown(recording, lifted).passes()


class _Shown:
    """What is said of one recording; the line that is followed is a member of the family with the most products."""

    def __init__(self, recording: Recording, lifted: Lifted) -> None:
        self.recording, self.lifted = recording, lifted
        self.names = _names(lifted.derived)
        lines = [each for each in lifted.families.lines if not each.is_leaf and each.head != CONSTANT]
        self.families = [*lines, *lifted.families.results]
        self.followed = max(lines or self.families, key=_n_products)

    def passes(self) -> Passes:
        term = self.followed.members[0]
        return Passes(
            [
                self._recorded(term),
                self._terms(term),
                self._sums(term),
                self._pass("families", "lines of one kind become one array", self._family),
                self._pass("layout", "its members get an order: rows, columns", self._laid_out),
                self._written(),
            ]
        )

    def _pass(self, name: str, what: str, line: Callable[[Family], str]) -> Pass:
        return Pass(name, what, [*map(line, self.families)], self.families.index(self.followed))

    def _recorded(self, term: int) -> Pass:
        nodes = [node for node in self.recording.order if node.parents]
        names = {
            node: printable(node.label) or (f"v{place}" if node.parents else f"{node.data:g}")
            for place, node in enumerate(self.recording.order, start=1)
        }
        lines = [
            f"{names[node]} = {_applied(node.op, [names[each] for each in node.parents])}"
            for node in nodes
            if node.op is not None
        ]
        own = self.lifted.derived.nodes.get(term)
        place = next((place for place, node in enumerate(nodes) if node is own), 0)
        return Pass("recorded", "the cost of one example, node by node", lines, place)

    def _terms(self, followed: int) -> Pass:
        terms = self.lifted.derived.terms
        lines, place = list[str](), 0
        for term, head in enumerate(terms.heads):
            if head in (*LEAVES, CONSTANT):
                continue
            if term == followed:
                place = len(lines)
            arguments = [self.names[each] for each in terms.arguments[term]]
            if head == SCALE:
                head, arguments = ops.mul, [f"{terms.numbers[term]:g}", *arguments]
            lines.append(f"{self.names[term]} = {_applied(head, arguments)}")
        return Pass("terms", "the gradient comes in; equal terms are one", lines, place)

    def _sums(self, followed: int) -> Pass:
        found = {term: line for term, line in self.lifted.sums.lines.items() if not _is_leaf(line)}
        lines = [f"{self.names[term]} = {self._line(line)}" for term, line in found.items()]
        lines += [f"result: {self._line(line)}" for line in self.lifted.sums.results]
        place = next((place for place, term in enumerate(found) if term == followed), 0)
        return Pass("sums", "what adds up becomes one sum of products", lines, place)

    def _line(self, line: Sum | Applied) -> str:
        if isinstance(line, Applied):
            names = [self.names[each] for each in line.arguments]
            return _applied(line.head, names) if names else f"{line.number:g}"
        parts = [f"{line.constant:g}"] if line.constant or not line.products else []
        for factor, first, second in line.products:
            own = [each for each in (first, second) if each != ALONE]
            factors = sorted(own, key=self.lifted.grouping.of.__getitem__)
            parts.append(_product(factor, [self.names[each] for each in factors]))
        return _sum(parts)

    def _family(self, family: Family) -> str:
        return f"{self._name(family.number)}, {plural(family.size, 'member')} = {self._described(family)}"

    def _laid_out(self, family: Family) -> str:
        return f"{self._name(family.number)}{_axes(family.shape)} = {self._described(family, with_axes=True)}"

    def _described(self, family: Family, *, with_axes: bool = False) -> str:
        """What the members of a family are made of; with how many different members of others they take along axes."""
        if family.head is not None:
            return _applied(family.head, [self._taken(each, taken, with_axes) for each, taken in family.arguments])
        parts = [f"{family.constant:g}"] if family.constant or not family.products else []
        for (factor, first, second), taken in family.products:
            count = taken.shape[-2]
            pair = [(first, taken[..., 0])] + [(second, taken[..., 1])] * (second != ALONE)
            product = _product(factor, [self._taken(number, each, with_axes) for number, each in pair])
            parts.append(f"Σ{count} {product}" if count > 1 else product)
        return _sum(parts, most=len(parts))

    def _taken(self, number: int, taken: Index, with_axes: bool) -> str:
        name = self._name(number)
        return name + _axes([taken.shape[axis] for axis in axes_of(taken)]) * with_axes

    def _name(self, number: int) -> str:
        if number < 0:
            return "result"
        family = self.lifted.families.lines[number]
        if family.head == CONSTANT:
            return f"{family.constant:g}"
        return str(family.head) if family.is_leaf else f"f{number}"

    def _written(self) -> Pass:
        lines = [f"{line.name} = {text(line.array)}" for line in self.lifted.written.lines]
        place = next((place for place, line in enumerate(lines) if "@" in line), len(lines) - 1)
        return Pass("lines", "arrays are written down, such sums as @", lines, place)


def _names(derived: Derived) -> Sequence[str]:
    """What terms are called: by the labels of what was recorded, as derivatives by these, else by numbers."""
    terms = derived.terms
    names = [f"t{number}" for number in range(len(terms))]
    known = set[str]()

    def give(term: int, name: str) -> None:
        if name not in known and names[term] == f"t{term}":
            known.add(name)
            names[term] = name

    for term, head in enumerate(terms.heads):
        if head == CONSTANT:
            names[term] = f"{terms.numbers[term]:g}"
        elif head == SHARE:
            names[term] = SHARE
    for term, node in derived.nodes.items():
        if node.label:
            give(term, printable(node.label))
    for term, head in enumerate(terms.heads):
        if head in LEAVES:
            give(term, f"{head}[{terms.numbers[term]}]")
    for term, adjoint in derived.adjoints.items():
        label = printable(derived.nodes[term].label)
        if label:
            give(adjoint, f"∂C/∂{label}")
    return names


def _applied(head: Head, arguments: Sequence[str]) -> str:
    """A row, or what rows choose by, applied to what has names."""
    if isinstance(head, Op):
        return to_text(Expression(math.nan, op=head, arguments=tuple(Expression(math.nan, each) for each in arguments)))
    return f" {head} ".join(arguments) if not head.isalpha() else f"{head}({', '.join(arguments)})"


def _product(number: float, factors: Sequence[str]) -> str:
    sign = "-" * (number < 0.0)
    return sign + "·".join([f"{abs(number):g}"] * (abs(number) != 1.0) + [*factors])


def _sum(parts: Sequence[str], most: int = _TERMS) -> str:
    left_out = [f"… ({len(parts)} in all)"] if len(parts) > most + 1 else []
    shown = parts[:most] if left_out else parts
    return " + ".join([*shown, *left_out]).replace("+ -", "- ")


def _is_leaf(line: Sum | Applied) -> bool:
    return isinstance(line, Applied) and line.head in LEAVES


def _n_products(family: Family) -> int:
    return sum(taken[..., 0].size for _, taken in family.products)


def _axes(sizes: Sequence[int]) -> str:
    return f"[{' × '.join(map(str, sizes))}]" if sizes else ""
