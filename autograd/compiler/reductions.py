"""Sums in few calls: of the products of two vectors one product, of arrays of one shape one sum."""

from collections.abc import Mapping

from autograd.compiler.arrays import Array
from autograd.compiler.shapes import Shape, shape_of


def in_few_calls(array: Array, shapes: Mapping[str, Shape]) -> Array:
    """A sum with as few calls as there can be, for each is a microsecond: as long as a hundred sums of numbers.

    Args:
        array: The expression; anything else stays as it is.
        shapes: The shape of each name in it.

    Example:
        >>> from autograd.compiler.arrays import named, text
        >>> shapes = {"t": ("n",), "d1": ("n", 8), "d2": ("n", 8)}
        >>> text(in_few_calls((named("t") * named("t")).call("sum"), shapes))
        't @ t'
        >>> text(in_few_calls(named("d1").call("sum", axis=0) + named("d2").call("sum", axis=0), shapes))
        'xp.sum(d1 + d2, axis=0)'
    """
    if array.kind == "+":
        return _merged(array, shapes)
    if array.kind != "call" or array.detail[0] != "sum" or array.arguments[0].kind != "*":
        return array
    first, second = array.arguments[0].arguments
    one, other = shape_of(first, shapes), shape_of(second, shapes)
    return first @ second if one == other and len(one) == 1 else array


def _merged(array: Array, shapes: Mapping[str, Shape]) -> Array:
    """A sum whose last two summands are sums over the same axis, which become one."""
    first, second = array.arguments
    before, last = first.arguments if first.kind == "+" else (None, first)
    (sign, one), (other_sign, other) = _over_an_axis(last), _over_an_axis(second)
    if one is None or other is None or one.detail != other.detail:
        return array
    (x,), (y,) = one.arguments, other.arguments
    if shape_of(x, shapes) != shape_of(y, shapes):
        return array
    whole = Array("call", (x + (y if sign == other_sign else -y),), one.detail)
    whole = whole if sign > 0 else -whole
    return whole if before is None else before + whole


def _over_an_axis(array: Array) -> tuple[int, Array | None]:
    """The sign of a sum over an axis, and the sum; `None` if it is none."""
    if array.kind == "negative":
        sign, inner = _over_an_axis(array.arguments[0])
        return -sign, inner
    is_sum = array.kind == "call" and array.detail[0] == "sum" and bool(array.detail[1])
    return 1, array if is_sum else None
