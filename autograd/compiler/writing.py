"""The program as text: a line for each family, named as the subject names it, and each result in its place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd.compiler.arrays import Array, named, plain, text
from autograd.compiler.contraction import Contraction
from autograd.compiler.families import Families, Family, Index
from autograd.compiler.mathematics import applied
from autograd.compiler.sums import ALONE
from autograd.compiler.terms import CONSTANT, LEAVES, MUL, SCALE, SHARE, WHERE
from autograd.compiler.views import Views
from autograd.table import Op


@dataclass
class Written:
    """A program as text.

    Attributes:
        lines: The lines: a name, and the expression.
        results: For each family of results: its members, its shape, and the expression.
        indices: The lists of places that are gathered by, by their names.
        takes: How many there are.
        fallbacks: The shapes of products that are written out before they are summed.
    """

    lines: list[tuple[str, Array]]
    results: list[tuple[Family, Array]]
    indices: dict[str, Index]
    takes: int
    fallbacks: list[tuple[int, ...]]


def written(families: Families, sizes: dict[str, int]) -> Written:
    """Write the lines of a program.

    Args:
        families: The families, laid out.
        sizes: How long the vectors are that are given.
    """
    names = [str(family.head) if family.is_leaf else f"t{family.number}" for family in families.lines]
    views = Views(names, families.lines, [sizes.get(str(family.head), 0) for family in families.lines])
    contraction = Contraction(views, families.lines)
    lines = []
    for family in families.lines:
        if family.is_leaf:
            continue
        if family.head == CONSTANT:
            lines.append((names[family.number], plain(family.constant)))
        elif family.head is None:
            lines.append((names[family.number], _sum(family, contraction, is_result=False)))
        else:
            lines.append((names[family.number], _row(family, views)))
    results = []
    for family in families.results:
        parts = []
        if family.constant or not family.products:
            parts.append(plain(family.constant) * named("n") if family.batched else plain(family.constant))
        for kind, taken in family.products:
            part = contraction.product(kind, taken, is_result=True)
            factors = [each for each in kind[1:] if each != ALONE]
            is_batched = any(families.lines[each].batched for each in factors)
            if not is_batched and any(families.shares[each] for each in factors):
                part = named("n") * part  # a share for each example
            parts.append(part)
        results.append((family, _total(parts)))
    return Written(lines, results, views.indices, views.takes, contraction.fallbacks)


def _sum(family: Family, contraction: Contraction, *, is_result: bool) -> Array:
    products = [contraction.product(kind, taken, is_result=is_result) for kind, taken in family.products]
    products.sort(key=lambda array: array.kind == "negative")  # so that the text does not begin with a minus
    if family.constant or not products:
        products.insert(0, plain(family.constant))
    return _total(products)


def _total(parts: Sequence[Array]) -> Array:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _row(family: Family, views: Views) -> Array:
    arguments = [views.broadcasting(number, taken) for number, taken in family.arguments]
    head = family.head
    if head is MUL:
        return arguments[0] * arguments[1]
    if isinstance(head, Op):
        return applied(head, arguments)
    if head == WHERE:
        return arguments[0].call("where", *arguments[1:])
    return Array(str(head), tuple(arguments))


def inlined(
    lines: Sequence[tuple[str, Array]], results: Sequence[Array]
) -> tuple[list[tuple[str, Array]], list[Array]]:
    """The same with each line that is used once, and each number, where it is used.

    Args:
        lines: The lines.
        results: What is asked for.
    """
    uses = Counter(name for array in [*(array for _, array in lines), *results] for name in array.names())
    kept: list[tuple[str, Array]] = []
    replaced: dict[str, Array] = {}

    def filled(array: Array) -> Array:
        for name in set(array.names()) & replaced.keys():
            array = array.replaced(name, replaced[name])
        return array

    for name, array in lines:
        whole = filled(array)
        is_small = whole.kind == "number" or (uses[name] == 1 and whole.kind not in ("@", "call"))
        if is_small:
            replaced[name] = whole
        else:
            kept.append((name, whole))
    return kept, [filled(array) for array in results]


def source(lines: Sequence[tuple[str, Array]]) -> list[str]:
    """The lines as text."""
    return [f"{name} = {text(array)}" for name, array in lines]


__all__ = ["LEAVES", "SCALE", "SHARE", "Written", "inlined", "np", "source", "written"]
