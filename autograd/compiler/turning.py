"""Turned arrays whose order does not matter: what is summed over can be named where it was before."""

from collections.abc import Mapping, Sequence

from autograd.compiler.arrays import Array
from autograd.compiler.shapes import Shape, shape_of


def unturned(array: Array, shapes: Mapping[str, Shape]) -> Array:
    """A sum, or a product over axes, of arrays as they were before their axes were exchanged.

    Args:
        array: The expression.
        shapes: The shape of each name in it.

    Example:
        >>> from autograd.compiler.arrays import named, text
        >>> turned = named("a").call("permute_dims", **{"": (0, 2, 1)})
        >>> text(unturned(turned.call("sum", axis=-1), {"a": ("n", 2, 3)}))
        'xp.sum(a, axis=1)'
    """
    if array.kind != "call":
        return array
    function, options = array.detail[0], dict(array.detail[1])
    if function == "tensordot":
        (first, one), (second, other) = map(_before, array.arguments, options["axes"])
        return first.call("tensordot", second, axes=(one, other))
    if function != "sum":
        return array
    (inner,) = array.arguments
    if not options:
        return _unshaped(inner, shapes).call("sum")
    found, (place,) = _before(inner, (options["axis"] % len(shape_of(inner, shapes)),))
    return array if found is inner else found.call("sum", axis=place)


def _before(array: Array, axes: Sequence[int]) -> tuple[Array, tuple[int, ...]]:
    """An array before its axes were exchanged, and where some of them were; the others must stay in their order."""
    order = _order(array)
    left = [place for axis, place in enumerate(order) if axis not in axes]
    if not order or left != sorted(left):
        return array, tuple(axes)
    return _straight(array), tuple(order[axis] for axis in axes)


def _order(array: Array) -> tuple[int, ...]:
    """The order of the axes of an array that is turned, or of a product of two that are turned alike; else none."""
    if array.kind == "T":
        return (1, 0)
    if array.kind == "call" and array.detail[0] == "permute_dims":
        order: tuple[int, ...] = dict(array.detail[1])[""]
        return order
    if array.kind == "*":
        first, second = map(_order, array.arguments)
        return first if first == second else ()
    return ()


def _straight(array: Array) -> Array:
    """What is turned, as it was before."""
    if array.kind == "*":
        return Array("*", tuple(map(_straight, array.arguments)))
    return array.arguments[0]


def _unshaped(array: Array, shapes: Mapping[str, Shape]) -> Array:
    """What is summed over all of its numbers, or a product of two such, in the shape that it had before."""
    factors = array.arguments if array.kind == "*" else (array,)
    if any(each.kind != "call" or each.detail[0] != "reshape" for each in factors):
        return array
    found = [each.arguments[0] for each in factors]
    if len({shape_of(each, shapes) for each in found}) > 1:
        return array
    return Array("*", tuple(found)) if len(found) > 1 else found[0]
