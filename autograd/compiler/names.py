"""Names of the subject: W1, b1, z1, a1, delta1, from the labels of what was recorded; else from what a family does."""

import functools
import keyword
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from autograd import ops
from autograd.compiler.families import Families, Family, Grouping
from autograd.compiler.gradient import Derived
from autograd.compiler.sums import ALONE, Sums
from autograd.compiler.terms import CONSTANT, LARGEST, LEAVES, MUL, PARAMETER
from autograd.notation import GREEK, read_label
from autograd.table import TABLE, Op

RESERVED = {"xp", "n", "program", "cost", "gradient", "outputs", "product", "ERFC", "x", "y", "index", *LEAVES, *TABLE}
_LETTERS = {letter: name for name, letter in GREEK.items()}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,15}")
_INDEX = re.compile(r"_[0-9][0-9,_]*\Z")
_ERROR_OF = re.compile(r"z[0-9]*")  # what has an error δ, its derivative


@dataclass(frozen=True)
class Subject:
    """What the recording says about parameters and families.

    Attributes:
        parameters: For each parameter the name of the array that it belongs to, or `""`.
        families: The names of families whose members have labels.
        forward: The families of the cost; the others belong to its gradient alone.
        adjoints: For families of the cost the families of their adjoints.
        errors: The names of families that are the adjoints of what is labelled z, or the tangents of these.
        tangents: For families the families of their tangents.
    """

    parameters: Sequence[str]
    families: Mapping[int, str]
    forward: Collection[int]
    adjoints: Mapping[int, int]
    errors: Mapping[int, str]
    tangents: Mapping[int, int]


def subject_of(
    found: Derived, changes: Sequence[int], sums: Sums, grouping: Grouping, parameters: Sequence[str]
) -> Subject:
    """Read the labels of a recording.

    Args:
        found: The cost and its gradient, as terms.
        changes: The tangents of these; none if there is no direction.
        sums: The lines among these.
        grouping: The families of the lines.
        parameters: The labels of the parameters.
    """

    def family(term: int) -> int | None:
        line = sums.line_of(term)
        return None if line is None else grouping.of[line]

    labels, errors = defaultdict[int, set[str]](set), dict[int, str]()
    forward, adjoints = set[int](), dict[int, int]()
    for term, node in found.nodes.items():
        own = family(term)
        if own is None or grouping.families[own].is_leaf:
            continue
        forward.add(own)
        if symbol(node.label):
            labels[own].add(node.label)
    for term, adjoint in found.adjoints.items():
        name, own = symbol(found.nodes[term].label), family(term)
        if own is None and not name:
            continue
        other = family(adjoint)
        error = f"delta{name[1:]}" if _ERROR_OF.fullmatch(name) else ""
        moved = family(changes[adjoint]) if changes else None
        if error and moved is not None:
            errors.setdefault(moved, f"{error}_dot")
        if other is None or other in forward or grouping.families[other].is_leaf:
            continue
        if own is not None:
            adjoints.setdefault(own, other)
        if error:
            errors.setdefault(other, error)
    tangents = dict[int, int]()
    for term, tangent in enumerate(changes):
        own, other = family(term), family(tangent)
        if own is not None and other is not None and own != other:
            tangents.setdefault(own, other)
    return Subject(_parameter_names(parameters), _told_apart(labels), forward, adjoints, errors, tangents)


def _parameter_names(labels: Sequence[str]) -> list[str]:
    """The names of parameters: that of an only one is its label, h0, say."""
    names = [symbol(label) for label in labels]
    count = Counter(names)
    alone = [count[name] == 1 and _NAME.fullmatch(label) for name, label in zip(names, labels, strict=True)]
    return [label if is_alone else name for name, label, is_alone in zip(names, labels, alone, strict=True)]


def _told_apart(labels: Mapping[int, Collection[str]]) -> Mapping[int, str]:
    """The names of families whose labels agree; if several are called h, they are h1, h2 ..., as steps are."""
    names = {family: {*map(symbol, found)} for family, found in labels.items()}
    agreed = {family: next(iter(found)) for family, found in names.items() if len(found) == 1}
    count, numbers = Counter(agreed.values()), Counter[str]()
    for family, name in agreed.items():
        (label, *others) = labels[family]
        if count[name] > 1 and not others and _NAME.fullmatch(label) and label != name:
            agreed[family] = label
        elif count[name] > 1 and name.isalpha():
            numbers[name] += 1
            agreed[family] = f"{name}{numbers[name]}"
    return agreed


def symbol(label: str) -> str:
    """The letter and the layer of a label, as a name of Python; empty if it is none.

    Example:
        >>> symbol("w1_02"), symbol("z^(2)_0"), symbol("x_3"), symbol("β"), symbol("50% of it")
        ('w1', 'z2', 'x', 'beta', '')
    """
    return _symbol(_INDEX.sub("_0", label)) if label else ""  # thousands of weights differ in their index alone


@functools.cache
def _symbol(label: str) -> str:
    read = read_label(label)
    if read is None or read.power or read.is_word:
        return ""
    name = _LETTERS.get(read.letter, read.letter) + read.layer
    return name if _NAME.fullmatch(name) and not keyword.iskeyword(name) else ""


class Names:
    """Gives names, each once."""

    def __init__(self) -> None:
        self.taken = set(RESERVED)

    def unique(self, name: str) -> str:
        """A name, with a number after it if it is taken."""
        found, number = name, 1
        while found in self.taken or re.fullmatch(r"(t|index|grad_|product_)\d+", found):
            number += 1
            found = f"{name}_{number}"
        self.taken.add(found)
        return found

    def numbered(self, letter: str) -> str:
        """A letter with the first number that is free."""
        number = 1
        while {f"{letter}{number}", f"{letter.swapcase()}{number}"} & self.taken:
            number += 1
        return self.unique(f"{letter}{number}")


def family_names(families: Families, subject: Subject, names: Names) -> dict[int, str]:
    """The names of those families that have one, by their numbers: by labels, else z, a and delta by what they do.

    Args:
        families: The families.
        subject: What the recording says.
        names: Those that are taken.
    """
    found = {number: names.unique(name) for number, name in sorted(subject.families.items())}
    lines = families.lines
    layers = {family.number for family in lines if _has_parameters(families, family)}
    applied = {family.arguments[0][0] for family in lines if _is_row(family) and family.number in subject.forward}
    applied |= {kind[1] for family in lines if family.head == LARGEST for kind, _ in family.products}
    applied &= layers
    are_named = any(re.fullmatch(r"a\d*", name) for name in found.values())  # all activations
    for family in lines:
        number = family.number
        if number in found:
            continue
        if family.head is None and number in applied and number in subject.forward:
            found[number] = names.numbered("z")
            continue
        is_activation = _is_row(family) and number in subject.forward and not are_named
        of = [family.arguments[0][0]] if is_activation else _softmax_of(lines, family)
        layer = next((found[each][1:] for each in of if re.fullmatch(r"z\d+", found.get(each, ""))), "")
        if layer:
            found[number] = names.unique(f"a{layer}")
    found |= {number: names.unique(name) for number, name in sorted(subject.errors.items()) if number not in found}
    for number, adjoint in subject.adjoints.items():
        if number in applied and number in found and adjoint not in found:
            found[adjoint] = names.unique(f"delta{found[number].removeprefix('z')}")
    for number, adjoint in subject.adjoints.items():
        if number in layers and adjoint not in found and lines[adjoint].batched:
            found[adjoint] = names.numbered("delta")
    for number, tangent in subject.tangents.items():
        if number in found and tangent not in found:
            found[tangent] = names.unique(f"{found[number]}_dot")
    return {number: name for number, name in found.items() if lines[number].head != CONSTANT}  # 0 needs no name


def added(families: Families) -> set[int]:
    """The parameters that are terms of an example's sums, without another factor, as biases are."""
    return {
        int(place)
        for family in families.lines
        if family.batched
        for (_, first, second), taken in family.products
        if second == ALONE and families.lines[first].head == PARAMETER
        for place in taken[..., 0].reshape(-1)
    }


def _has_parameters(families: Families, family: Family) -> bool:
    """Whether a family is a sum with parameters in it, as those of a layer are."""
    factors = {each for kind, _ in family.products for each in kind[1:] if each != ALONE}
    return any(families.lines[each].head == PARAMETER for each in factors)


def _is_row(family: Family) -> bool:
    """Whether a family is a function of members of one other family, as an activation is, and max pooling."""
    return (
        isinstance(family.head, Op)
        and family.head not in (MUL, ops.truediv, ops.pow)
        and len({number for number, _ in family.arguments}) == 1
    )


def _softmax_of(lines: Sequence[Family], family: Family) -> list[int]:
    """What a softmax may be of: an exponential over a sum of such, of what is beside the largest."""
    if family.head is not ops.truediv or lines[family.arguments[0][0]].head is not ops.exp:
        return []
    beside = lines[lines[family.arguments[0][0]].arguments[0][0]]
    parts = [kind[1] for kind, _ in beside.products]
    return parts if any(lines[part].head == LARGEST for part in parts) else []
