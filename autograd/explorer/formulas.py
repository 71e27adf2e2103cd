r"""The formulas of a recorded graph as data for a page: few, since many nodes are computed alike.

Two nodes are of one kind if their formulas differ only in the names and numbers that stand in them. A formula is a
template with holes; a hole is filled with a node, by its label or its number, or, if it has neither, by its formula. So
what a page writes is what `autograd.notation` writes: `computed` for a value, `derivative` for a slope, with the same
rules of simplification. The data, which JSON can hold:

- `kinds`: a letter for each node, the number of its kind: U+005D for 0 and so on, and from U+00A1 for 34 on.
- `values`: for each kind the template of its value; the holes are its parents in order. -1 for a leaf.
- `slopes`: for each kind, for each parent, the slope: ∂node/∂parent. It is
    - `null` if it cannot be written;
    - a list: a coefficient, and then factors. `2, 7, "0", "1"`: the number 2, and template 7 with its holes, each a
      path from the node: "0" is its first parent, "01" the second parent of that. `"*1"` and `"/1"` are factors too:
      the number of a constant without a label, or one over it;
    - an object, where the formula has cases: such a list, or `null`, for each case, under the outcomes of the
      comparisons in it as `autograd.explorer.cases` writes them, and under "" for all the others.
- `templates`: each a list: text, LaTeX, MathML, and, unless both are 0, what kind of thing its text and its LaTeX are
  where they are put into a hole; see `autograd.explorer.templates`.
- `product`, `negative`, `power`: the templates of x·y, -x and xʸ, with which factors are put together.
- `labels`: the labels of the nodes in order, as `autograd.explorer.names` has them; a number stands for as many nodes
  without one. Labels that occur twice are numbered by the page, in order: x[1], x[2].
- `greek`: the names of the Greek letters in the labels, for LaTeX.
- `depth`: how many operations deep a formula is written out; what is deeper becomes `…`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from autograd import ops
from autograd.engine import Value
from autograd.explorer.cases import cases
from autograd.explorer.names import letters_in, name_data
from autograd.explorer.templates import Template, hole, hole_of, holes_in, template
from autograd.graph import Recorded, times_used
from autograd.notation import DEPTH, GREEK, Expression
from autograd.table import CannotBeWrittenError, Op

# The rows that the rules of simplification look for in an argument, which is therefore written out; down to this depth.
_LOOKED_FOR = (ops.neg, ops.mul, ops.truediv)
_LOOKED_INTO = 2

# How a node was computed, as far as a formula depends on it: the number of a hole, and whether that is a constant
# without a label; a plain number, which is part of the sign; or a row with such arguments.
_Shape = tuple[Any, ...]
_Path = tuple[int, ...]

_GREEK_NAMES = {letter: name for name, letter in GREEK.items()}
_LOW, _HIGH, _FEW = 0x5D, 0xA1, 34  # letters of kinds; none needs an escape in JSON


def formulas(graph: Recorded) -> dict[str, object]:
    """The formulas of a graph as data; the fields are listed above.

    Example:
        >>> x = Value(3.0, "x")
        >>> data = formulas(Recorded.of(x * x))
        >>> data["kinds"], data["values"], data["slopes"], data["labels"]
        (']^', [-1, 0], [[], [[1, 3, '0'], [1, 3, '0']]], ['x', 1])
    """
    return _Formulas(graph).data()


class _Formulas:
    """The kinds and the templates that have been met so far."""

    def __init__(self, graph: Recorded) -> None:
        self.order = graph.order
        self.uses = times_used(graph.order)
        self.templates: dict[Template, int] = {}
        self.kinds: list[tuple[int, list[object]]] = []  # the template of the value, and the slopes
        self.known: dict[_Shape, int] = {}

    def data(self) -> dict[str, object]:
        product, negative, power = (self.value(row) for row in (ops.mul, ops.neg, ops.pow))
        numbers = [self.kind(node) for node in self.order]
        labels = _labels(self.order)
        letters = sorted({letter for name in labels if not isinstance(name, int) for letter in letters_in(name)})
        return {
            "kinds": "".join(chr(kind + (_LOW if kind < _FEW else _HIGH - _FEW)) for kind in numbers),
            "values": [value for value, _ in self.kinds],
            "slopes": [slopes for _, slopes in self.kinds],
            "templates": [each.data() for each in self.templates],
            "product": product,
            "negative": negative,
            "power": power,
            "labels": labels,
            "greek": {letter: _GREEK_NAMES[letter] for letter in letters if letter in _GREEK_NAMES},
            "depth": DEPTH,
        }

    def number(self, expression: Expression) -> int:
        """The number of the template of a formula."""
        return self.templates.setdefault(template(expression), len(self.templates))

    def value(self, op: Op) -> int:
        """The number of the template of a row, with a hole for each argument."""
        return self.number(Expression(0.5, op=op, arguments=tuple(hole(place) for place in range(op.arity))))

    def kind(self, node: Value) -> int:
        """The number of the kind of a node, which is worked out once for each shape."""
        paths: dict[Value, _Path] = {}
        shape = self.shape(node, (), paths)
        if shape not in self.known:
            kind: tuple[int, list[object]] = (-1, [])
            if node.parents and node.op is not None:
                slopes = self.slopes(node.op, shape, ["".join(map(str, path)) for path in paths.values()])
                kind = (self.value(node.op), slopes)
            if kind not in self.kinds:
                self.kinds.append(kind)
            self.known[shape] = self.kinds.index(kind)
        return self.known[shape]

    def shape(self, node: Value, path: _Path, paths: dict[Value, _Path]) -> _Shape:
        """How a node was computed, with holes; `paths` gets the node in each hole, and the way to it."""
        if not path and not node.parents:
            return ()
        is_written_out = not node.label and node.op in _LOOKED_FOR and len(path) <= _LOOKED_INTO
        if path and not (node.parents and is_written_out):
            number = list(paths).index(node) if node in paths else len(paths)
            paths.setdefault(node, path)
            return ("hole", number, not node.parents and node.is_constant and not node.label)
        op: Any = node.op
        parts: list[_Shape] = []
        for place, parent in enumerate(node.parents):
            if place == 1 and op.writes_number and self.is_written(parent):
                parts.append(("number", parent.data))
            else:
                parts.append(self.shape(parent, (*path, place), paths))
        return (op, *parts)

    def is_written(self, node: Value) -> bool:
        """Whether a node stands in the sign of its operation, as the exponent of x² does, and cannot be changed."""
        return node.is_constant and not node.parents and not node.label and self.uses[node] == 1

    def slopes(self, op: Op, shape: _Shape, paths: Sequence[str]) -> list[object]:
        constants: set[int] = set()
        value = _expression(shape, constants)
        return [self.slope(op.partials[place], value, constants, paths) for place in range(op.arity)]

    def slope(self, partial: Any, value: Expression, constants: set[int], paths: Sequence[str]) -> object:
        try:
            found = {
                key: self.factors(formula, constants, paths)
                for key, formula in cases(partial, value, *value.arguments).items()
            }
        except CannotBeWrittenError:
            return None
        (usual, _), *others = Counter(map(repr, found.values())).most_common()
        if not others:
            return next(iter(found.values()))
        different = {key: factors for key, factors in found.items() if repr(factors) != usual}
        return {"": next(factors for factors in found.values() if repr(factors) == usual), **different}

    def factors(self, formula: Expression, constants: set[int], paths: Sequence[str]) -> list[object]:
        """A formula as a coefficient and factors."""
        coefficient, factors = 1.0, list[object]()
        todo = [formula]
        while todo:
            part = todo.pop()
            number, (numerator, *denominator) = hole_of(part), (part.arguments or (part,))
            if part.is_number:
                coefficient *= part.number
            elif number in constants:
                factors.append(f"*{paths[number]}")
            elif part.op is ops.neg:
                coefficient *= -1.0
                todo.append(numerator)
            elif part.op is ops.mul:
                todo += [*denominator, numerator]
            elif part.op is ops.truediv and numerator.is_number and hole_of(denominator[0]) in constants:
                factors.append(f"/{paths[hole_of(denominator[0]) or 0]}")
                todo.append(numerator)
            else:
                holes = holes_in(part)
                factors += [self.number(_renumbered(part, holes)), *(paths[number] for number in holes)]
        return [int(coefficient) if abs(coefficient) < 2**53 and coefficient.is_integer() else coefficient, *factors]


def _expression(shape: _Shape, constants: set[int]) -> Expression:
    """The formula of a shape, with holes; the holes that are constants without a label are noted."""
    op, *parts = shape
    if op == "number":
        return Expression(*parts)
    if op == "hole":
        number, is_constant = parts
        constants |= {number} if is_constant else set()
        return hole(number)
    return Expression(0.25, op=op, arguments=tuple(_expression(part, constants) for part in parts))


def _renumbered(expression: Expression, holes: Sequence[int]) -> Expression:
    number = hole_of(expression)
    if number is not None:
        return hole(holes.index(number))
    arguments = tuple(_renumbered(argument, holes) for argument in expression.arguments)
    return Expression(expression.number, expression.name, expression.op, arguments)


def _labels(order: Sequence[Value]) -> list[Any]:
    """The labels of the nodes; a number for as many nodes without one."""
    found: list[Any] = []
    for node in order:
        if node.label:
            found.append(name_data(node.label))
        elif found and isinstance(found[-1], int):
            found[-1] += 1
        else:
            found.append(1)
    return found
