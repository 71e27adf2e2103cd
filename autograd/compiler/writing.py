"""The program as lines: one for each family, named as the subject names it, and each result in its place."""

import functools
import itertools
import operator
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograd import ops
from autograd.compiler.arrays import Array, named, plain, rewritten, summands, text, total
from autograd.compiler.assembly import Assembly, Piece
from autograd.compiler.contraction import Contraction
from autograd.compiler.families import Families, Family, Index
from autograd.compiler.mathematics import applied, chosen, filled_like, is_plain
from autograd.compiler.names import Names, Subject, added, family_names
from autograd.compiler.reductions import in_few_calls
from autograd.compiler.shapes import Shape, shape_of
from autograd.compiler.sums import ALONE
from autograd.compiler.terms import CONSTANT, DIRECTION, INPUT, LARGEST, PARAMETER, SHARE, TARGET, WHERE, Head
from autograd.compiler.tidying import tidy_product, tidy_sum
from autograd.compiler.turning import unturned
from autograd.compiler.views import Views
from autograd.table import Op

WIDTH = 96  # of a line that something is inlined in
OUTPUTS = "outputs"
EQUATIONS = {  # of backpropagation, for one example, in columns; as text and in LaTeX
    "BP1": ("δ = ∂C/∂z", r"\delta = \frac{\partial C}{\partial z}"),
    "BP2": ("δ = (Wᵀ δ) ⊙ σ'(z)", r"\delta^l = \left((W^{l+1})^T \delta^{l+1}\right) \odot \sigma'(z^l)"),
    "BP3": ("∂C/∂b = δ", r"\frac{\partial C}{\partial b} = \delta"),
    "BP4": ("∂C/∂W = δ aᵀ", r"\frac{\partial C}{\partial W} = \delta a^T"),
}
_TEMPORARY = "~"  # begins the names of lines that may be inlined
_MOST = 100  # parts of a sum in one line


@dataclass(frozen=True)
class Line:
    """A line: a name, what it is, and what it says of itself.

    Attributes:
        name: The name.
        array: The expression.
        shape: Its shape; `None` for a line that is run several times, with several shapes.
        equation: The equation of backpropagation that it is, or `""`.
    """

    name: str
    array: Array
    shape: Shape | None
    equation: str = ""


@dataclass
class Written:
    """A program as lines.

    Attributes:
        lines: The lines, the cost and the derivatives among them.
        gradient: The whole gradient.
        indices: The lists of places that are gathered by, by their names.
        takes: How many there are.
        fallbacks: The shapes of products that are written out before they are summed.
        families: The families that lines are, by the names of these.
        parameters: The places of parameters, by the names of the lines that are these or the derivatives by them.
    """

    lines: list[Line]
    gradient: Array
    indices: dict[str, Index]
    takes: int
    fallbacks: list[tuple[int, ...]]
    families: dict[str, int]
    parameters: dict[str, Index]


def written(
    families: Families,
    owners: Sequence[int],
    sizes: Mapping[str, int],
    subject: Subject,
    outputs: Sequence[tuple[int, int]] = (),
) -> Written:
    """Write the lines of a program.

    Args:
        families: The families, laid out.
        owners: For each result its parameter, or -1 for the cost.
        sizes: How long the vectors are that are given.
        subject: The names that the recording has.
        outputs: What is wanted besides: for each its family, and its place there.

    Raises:
        ValueError: if one of these is the same for all examples.
    """
    return _Writing(families, owners, sizes, subject).written(outputs)


class _Writing:
    """The lines as they are written."""

    def __init__(self, families: Families, owners: Sequence[int], sizes: Mapping[str, int], subject: Subject) -> None:
        self.families, self.owners, self.sizes, self.subject = families, owners, sizes, subject
        self.names = Names()
        self.groups = defaultdict[str, set[int]](set)  # the parameters by the names of their arrays
        for place, symbol in enumerate(subject.parameters):
            self.groups[symbol].add(place)
        self.added = added(families)
        self.parameter_names = {name: self.names.unique(name) for name in self.groups if name}
        self.of_family = family_names(families, subject, self.names)
        names = [
            str(family.head) if family.is_leaf else self.of_family.get(family.number, f"{_TEMPORARY}{family.number}")
            for family in families.lines
        ]
        lengths = [sizes.get(str(family.head), 0) for family in families.lines]
        self.views = Views(names, families.lines, lengths, self._name_of_parameters)
        self.contraction = Contraction(self.views, families.lines)
        self.lines: list[tuple[str, Array]] = []
        self.n_parameters = 0
        self.shapes: dict[str, Shape] = {SHARE: (), "n": ()}
        self.shapes |= {kind: ("n", size) if kind in (INPUT, TARGET) else (size,) for kind, size in sizes.items()}

    def _name_of_parameters(self, head: Head | None, taken: Index) -> str:
        if head == DIRECTION:
            known = self.views.parameters.items()
            name = next((name for name, (_, places) in known if np.array_equal(places, taken)), "")
            return self.names.unique(f"{name}_dot") if name else ""
        places, n_axes = taken.reshape(-1), taken.ndim
        symbol = self.subject.parameters[int(places[0])]
        if symbol in self.parameter_names and self.groups[symbol] == {*places.tolist()}:
            matrix = symbol[0].upper() + symbol[1:]
            if n_axes > 1 and matrix not in self.names.taken:
                self.names.taken.add(matrix)
                return matrix
            return self.parameter_names.pop(symbol)
        if n_axes > 1:
            return self.names.numbered("W")
        if int(places[0]) in self.added:
            return self.names.numbered("b")
        return "" if symbol or n_axes == 0 else self.names.numbered("w")

    def _add(self, name: str, array: Array) -> None:
        """A line, after the parameters that it is the first to use."""
        new = list(self.views.parameters.items())[self.n_parameters :]
        self.lines += [(own, view) for own, (view, _) in sorted(new, key=lambda item: _reading_order(item[1][1]))]
        self.n_parameters += len(new)
        self.lines.append((name, array))

    def written(self, outputs: Sequence[tuple[int, int]]) -> Written:
        for family in self.families.lines:
            if not family.is_leaf:
                self._add(self.views.names[family.number], self._line(family))
        costs, parts = list[Array](), list[tuple[Family, Array]]()
        for family in self.families.results:
            array = self._result(family)
            if self.owners[family.members[0]] < 0:
                costs.append(named(SHARE) * array if family.batched else array)
            else:
                parts.append((family, array))
        if -1 in self.owners:
            self._add("cost", self._total([each for each in costs if each != plain(0.0)] or [plain(0.0)]))
        if outputs:
            self._add(OUTPUTS, self._outputs(outputs))
        for number, (_, array) in enumerate(parts):
            self._add(f"grad~{number}", array)
        self.shapes |= {name: places.shape for name, places in self.views.indices.items()}
        tidied = []
        for name, array in _inlined(self.lines):
            tidied.append((name, self._tidy(array)))
            self.shapes[name] = shape_of(tidied[-1][1], self.shapes)
        found = dict(_viewed_once(tidied))
        for name, array in found.items():
            if name not in self.shapes:
                self.shapes[name] = shape_of(array, self.shapes)
        pieces = self._pieces(found, [family for family, _ in parts])
        assembly = Assembly(self.sizes[PARAMETER], len(self.views.indices))
        merged = assembly.merged(pieces, self.shapes)
        body = _cost_before_errors([(name, array) for name, array in found.items() if not name.startswith("grad~")])
        parameters = {name: places for name, (_, places) in self.views.parameters.items()}
        finished = []
        for number, piece in enumerate(merged, start=1):
            if piece.array.kind == "call" and piece.array.detail[0] == "full_like":
                finished.append(piece)
                continue
            name = self._name_of_result(piece, number)
            body.append((name, piece.array))
            self.shapes[name] = piece.shape
            parameters[name] = np.reshape(piece.places, piece.shape)
            finished.append(Piece(piece.places, piece.shape, named(name)))
        gradient = assembly.joined(finished)
        for name, array in assembly.lines:
            body.append((name, array))
            self.shapes[name] = shape_of(array, self.shapes)
        lines, gradient = _numbered(body, gradient)
        shapes = {name: self.shapes[old] for (old, _), (name, _) in zip(body, lines, strict=True)}
        numbers = {name: number for number, name in enumerate(self.views.names)}
        of = {name: numbers[old] for (old, _), (name, _) in zip(body, lines, strict=True) if old in numbers}
        equations = self._equations(lines)
        return Written(
            [Line(name, array, shapes[name], equations.get(name, "")) for name, array in lines],
            gradient,
            self.views.indices | assembly.indices,
            self.views.takes + len(assembly.indices),
            self.contraction.fallbacks,
            of,
            parameters,
        )

    def _outputs(self, outputs: Sequence[tuple[int, int]]) -> Array:
        """What is wanted besides: a row for each example."""
        pieces = []
        for number, group in itertools.groupby(outputs, key=operator.itemgetter(0)):
            places = [place for _, place in group]
            if not self.families.lines[number].batched:
                raise ValueError("an output of the cost is the same for all examples, so that it is none of each.")
            several = self.views.exact(number, np.array(places if len(places) > 1 else places[0]))
            pieces.append(several if len(places) > 1 else Array("part", (several,), ":, None"))
        return pieces[0].call("concat", *pieces[1:], axis=1) if len(pieces) > 1 else pieces[0]

    def _pieces(self, found: Mapping[str, Array], parts: Sequence[Family]) -> list[Piece]:
        return [
            Piece(tuple(self.owners[each] for each in family.members), family.shape, found[f"grad~{number}"])
            for number, family in enumerate(parts)
        ]

    def _name_of_result(self, piece: Piece, number: int) -> str:
        places = {*piece.places}
        what = "product" if DIRECTION in self.sizes else "grad"
        for name, (_, known) in self.views.parameters.items():
            if known.size == len(places) and places == {*known.reshape(-1).tolist()}:
                return f"{what}_{name}"
        symbol = self.subject.parameters[piece.places[0]]
        if symbol and self.groups[symbol] == places:
            return f"{what}_{symbol}"
        return f"{what}_{number}"

    def _line(self, family: Family) -> Array:
        if family.head == CONSTANT:
            return plain(family.constant)
        if family.head is None:
            return self._sum(family)
        if family.head == LARGEST:
            return self._largest(family)
        arguments = [self.views.broadcasting(number, taken) for number, taken in family.arguments]
        if isinstance(family.head, Op):
            return applied(family.head, arguments)
        if family.head == WHERE:
            return arguments[0].call("where", *arguments[1:])
        return Array(str(family.head), tuple(arguments))

    def _largest(self, family: Family) -> Array:
        products = sorted(family.products, key=lambda product: self.families.lines[product[0][1]].head == CONSTANT)
        parts = [self.contraction.largest(kind[1], taken[..., 0]) for kind, taken in products]
        return functools.reduce(lambda x, y: applied(ops.maximum, [x, y]), parts)

    def _result(self, family: Family) -> Array:
        parts = []
        if family.constant or not family.products:
            parts.append(plain(family.constant) * named("n") if family.batched else plain(family.constant))
        for kind, taken in family.products:
            part = self.contraction.product(kind, taken, is_result=True)
            factors = [each for each in kind[1:] if each != ALONE]
            is_batched = any(self.families.lines[each].batched for each in factors)
            if not is_batched and (family.batched or any(self.families.lines[each].shares for each in factors)):
                part = named("n") * part  # it is the same for each example
            parts.append(part)
        return self._total(parts)

    def _sum(self, family: Family) -> Array:
        products = [self.contraction.product(kind, taken, is_result=False) for kind, taken in family.products]
        products.sort(key=_place_in_sum)
        if not products:
            return filled_like(Array("part", (named(PARAMETER),), "0"), plain(family.constant))
        if family.constant:
            place = 0 if products[0].kind == "negative" else len(products)
            number = plain(abs(family.constant))
            products.insert(place, -number if family.constant < 0 else number)
        return self._total(products)

    def _total(self, parts: Sequence[Array]) -> Array:
        """A sum, in several lines if it is long: an expression is a tree, and as deep as a sum is long."""
        while len(parts) > _MOST:
            name = f"{_TEMPORARY}sum{len(self.lines)}"
            self._add(name, total(parts[:_MOST]))
            parts = [named(name), *parts[_MOST:]]
        return total(parts)

    def _tidy(self, array: Array) -> Array:
        """Numbers first; no choice between two plain numbers; no function that changes nothing; few calls; 1/n once."""
        array = rewritten(rewritten(array, tidy_product), self._tidy_call)
        array = rewritten(array, tidy_sum)
        return rewritten(array, lambda each: in_few_calls(each, self.shapes))

    def _tidy_call(self, array: Array) -> Array:
        if array.kind != "call":
            return array
        function, options = array.detail
        if function == "where":
            return chosen(*array.arguments)
        if function == "sum" and options and len(shape_of(array.arguments[0], self.shapes)) == 1:
            return array.arguments[0].call("sum")
        if function == "broadcast_to" and shape_of(array.arguments[0], self.shapes) == dict(options)[""]:
            return array.arguments[0]
        return unturned(array, self.shapes)

    def _equations(self, lines: Sequence[tuple[str, Array]]) -> dict[str, str]:
        """Which of the equations of backpropagation a line is."""
        found, beyond = dict[str, str](), set[str]()  # what an error is in
        others = {*self.subject.forward, *self.subject.tangents.values()}
        named_so = {name for number, name in self.of_family.items() if number not in others}
        deltas = {name for name in named_so if name.startswith("delta") and not name.endswith("_dot")}
        for name, array in lines:
            used = set(array.names())
            if _is_called(array) and used & deltas and not name.startswith("grad_"):
                deltas.add(name)  # an error in another shape
            elif name in deltas:
                found[name] = _equation("BP2" if used & beyond else "BP1")
            elif name.startswith("grad_") and used & deltas:
                found[name] = _equation("BP4" if _has_product(array) else "BP3")
                if any(used.isdisjoint(deltas) for used in map(set, map(Array.names, summands(array)))):
                    found[name] += ", and the penalty"
            if name in deltas or used & beyond:
                beyond.add(name)
        return found


def _cost_before_errors(lines: Sequence[tuple[str, Array]]) -> list[tuple[str, Array]]:
    """The lines in an order in which those that the cost needs come first, and then the cost."""
    needed = {"cost", OUTPUTS}
    for name, array in reversed(lines):
        if name in needed:
            needed.update(array.names())
    return [line for side in (True, False) for line in lines if (line[0] in needed) is side]


def _place_in_sum(array: Array) -> tuple[bool, bool, bool]:
    """A key by which a sum is W x + w y + b - c: no minus comes first, as far as possible."""
    return (array.kind == "negative", array.kind != "@", array.kind != "*")


def _reading_order(places: Index) -> tuple[int, int]:
    """A key by which W comes before b."""
    return (-places.ndim, int(places.reshape(-1)[0]))


def _equation(name: str) -> str:
    return f"{name}: {EQUATIONS[name][0]}"


def _has_product(array: Array) -> bool:
    """Whether there is a product of two arrays in an expression."""
    return any(
        part.kind == "@"
        or (part.kind == "call" and part.detail[0] == "tensordot")
        or (part.kind == "*" and part.arguments[0].kind != "number")
        for part in array.parts()
    )


def _inlined(lines: Sequence[tuple[str, Array]]) -> list[tuple[str, Array]]:
    """The lines without numbers, and without temporary ones that are used once: these stand where they are used."""
    uses = Counter(name for _, array in lines for name in array.names())
    kept: list[tuple[str, Array]] = []
    waiting: dict[str, Array] = {}
    for name, array in lines:
        whole = array
        for other in dict.fromkeys(array.names()):
            if other not in waiting:
                continue
            longer = whole.replaced(named(other), waiting[other])
            if is_plain(waiting[other]) or len(text(longer)) <= WIDTH:
                whole = longer
            else:
                kept.append((other, waiting[other]))
            if not is_plain(waiting[other]):
                del waiting[other]
        if name.startswith(_TEMPORARY) and (is_plain(whole) or uses[name] == 1):
            waiting[name] = whole
        else:
            kept.append((name, whole))
    return kept


def _viewed_once(lines: Sequence[tuple[str, Array]]) -> list[tuple[str, Array]]:
    """The lines, and one for each view that several others gather, or give another shape."""
    uses = Counter(part for _, array in lines for part in array.parts() if _is_called(part))
    inside = {part.arguments[0]: count for part, count in uses.items() if count > 1}
    several = [part for part, count in uses.items() if count > 1 and inside.get(part) != count]
    names = {part: f"{_TEMPORARY}view{place}" for place, part in enumerate(several)}
    found, made = list[tuple[str, Array]](), dict[Array, str]()
    for name, array in lines:
        new = dict.fromkeys(part for part in array.parts() if part in names and part not in made) if names else {}
        for part in sorted(new, key=lambda each: len([*each.parts()])):
            found.append((names[part], _with_names(part, made)))
            made[part] = names[part]
        found.append((name, _with_names(array, made) if made else array))
    return found


def _is_called(array: Array) -> bool:
    """Whether an expression is a view that a function gives, as brackets do not."""
    return array.kind == "call" and array.detail[0] in ("take", "reshape")


def _with_names(array: Array, names: Mapping[Array, str]) -> Array:
    """An expression with names for some of its parts, the largest first."""
    if array in names:
        return named(names[array])
    return Array(array.kind, tuple(_with_names(each, names) for each in array.arguments), array.detail)


def _numbered(lines: Sequence[tuple[str, Array]], gradient: Array) -> tuple[list[tuple[str, Array]], Array]:
    """The same with t1, t2 ... for the temporary lines that are left."""
    left = [name for name, _ in lines if name.startswith(_TEMPORARY)]
    new = {name: f"t{number}" for number, name in enumerate(left, start=1)}

    def rule(array: Array) -> Array:
        return named(new.get(array.detail, array.detail)) if array.kind == "name" else array

    return [(new.get(name, name), rewritten(array, rule)) for name, array in lines], rewritten(gradient, rule)
