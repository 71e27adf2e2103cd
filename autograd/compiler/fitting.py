"""Whether a text fits the arrays that it is given: it is run on shapes alone, which takes no room for any array.

So it is seen before there are numbers that all places are in their arrays, that the gradient has a number for each
parameter, and that no line fills the memory.
"""

import math
import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from autograd.compiler.arguments import MOST_BYTES, taken
from autograd.compiler.mathematics import FUNCTIONS
from autograd.compiler.routine import Routine
from autograd.compiler.terms import INPUT, TARGET

_EXAMPLES = 1_000_003  # a prime, which no other size of a program has as a factor
_ENDS = re.compile("\r\n?|\n")  # of lines, to Python
_TEXT = "<string>"  # where Python says that a line of the text is


def require_fit(routine: Routine) -> None:
    """Raise a ValueError, which names the line, unless a text computes a cost and a gradient from what it is given.

    Args:
        routine: The text, and what belongs to it.
    """
    sizes = routine.sizes
    given = [Shaped(*[_EXAMPLES] * (kind in (INPUT, TARGET)), sizes[kind]) for kind in taken(sizes)]
    try:
        cost, gradient, *outputs = routine.bound(_Namespace(**NAMESPACE))(*given)
        if shape_of(cost) != () or shape_of(gradient) != given[0].shape:
            raise ValueError(f"it gives {shape_of(cost)} and {shape_of(gradient)} instead of () and {given[0].shape}")
        if outputs and (len(shape_of(outputs[0])) != 2 or shape_of(outputs[0])[0] != _EXAMPLES):
            raise ValueError(f"its outputs have the shape {shape_of(outputs[0])}, and no row for each example")
    except Exception as error:  # of whatever kind: the text may do things that no array can do
        number = _line(error)
        raise ValueError(f"{shown(routine.source, number)}: {error}." if number else f"{error}.") from None


def _line(error: Exception) -> int:
    """The line of the text that raised an error; 0 if none did."""
    found, step = 0, error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == _TEXT:
            found = step.tb_lineno
        step = step.tb_next
    return found


def shown(source: str, number: int) -> str:
    """A line of a text, for a message."""
    return f"line {number}, `{_ENDS.split(source)[number - 1].strip():.60}`"


def shape_of(thing: Any) -> tuple[int, ...]:
    """The shape of an array; that of a number is ()."""
    return thing.shape if isinstance(thing, Shaped) else ()


class Shaped:
    """An array, as far as its shape is concerned.

    Args:
        shape: The shape.
        largest: The largest of its numbers, if it is a list of places.

    Raises:
        ValueError: if it is too large.
    """

    dtype = "float64"

    def __init__(self, *shape: int, largest: int = -1) -> None:
        count = math.prod(shape)
        if count % _EXAMPLES**2 == 0 < count:
            raise ValueError("an array has a number for each pair of examples")
        if 8 * (count if count % _EXAMPLES else count // _EXAMPLES) > MOST_BYTES:
            raise ValueError(f"an array of the shape {shape} is too large")
        self.shape, self.largest = shape, largest

    @property
    def T(self) -> "Shaped":  # noqa: N802 - what it is called
        """The array turned over."""
        if len(self.shape) != 2:
            raise ValueError(f"an array of the shape {self.shape} has no rows and columns")
        return Shaped(*self.shape[::-1])

    def __neg__(self) -> "Shaped":
        return self

    def __matmul__(self, other: Any) -> "Shaped":
        first, second = self.shape, shape_of(other)
        if not first or not second:
            raise ValueError("a matrix product takes two arrays")
        *left, rows, inner = (1, 1, *first)[-max(2, len(first)) :]
        *right, also_inner, columns = second if len(second) != 1 else (*second, 1)
        if inner != also_inner:
            raise ValueError(f"the shapes {first} and {second} are none of a matrix product")
        grid = (rows,) * (len(first) > 1) + (columns,) * (len(second) > 1)
        return Shaped(*_elementwise(Shaped(*left), Shaped(*right)).shape, *grid)

    def __getitem__(self, places: Any) -> "Shaped":
        found, axes = list[int](), list(self.shape)
        for place in places if isinstance(places, tuple) else (places,):
            if place is None:
                found.append(1)
                continue
            if not axes:
                raise ValueError(f"an array of the shape {self.shape} has no such part")
            size = axes.pop(0)
            if isinstance(place, slice):
                if max(place.start or 0, (place.stop or size)) > size:
                    raise ValueError(f"a part goes beyond {size}")
                found.append(len(range(size)[place]))
            elif not -size <= place < size:
                raise ValueError(f"there is no place {place} in {size}")
        return Shaped(*found, *axes)


def _elementwise(*arguments: Any) -> Shaped:
    """What entries are computed to one by one, of arrays and numbers."""
    shapes = [shape_of(each) for each in arguments]
    n_axes = max(map(len, shapes))
    padded = [(1,) * (n_axes - len(shape)) + shape for shape in shapes]
    together = []
    for sizes in zip(*padded, strict=True):
        different = {*sizes} - {1}
        if len(different) > 1:
            raise ValueError(f"the shapes {' and '.join(map(str, shapes))} do not fit")
        together.append(different.pop() if different else 1)
    return Shaped(*together)


for _name in ("add", "sub", "mul", "truediv", "pow", "and", "or"):
    setattr(Shaped, f"__{_name}__", _elementwise)
    setattr(Shaped, f"__r{_name}__", _elementwise)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Shaped, f"__{_name}__", _elementwise)


def _broadcast_to(array: Any, shape: tuple[int, ...]) -> Shaped:
    found = Shaped(*shape)
    if _elementwise(array, found).shape != found.shape:
        raise ValueError(f"an array of the shape {shape_of(array)} does not fit in {shape}")
    return found


def _concat(arrays: Sequence[Any], axis: int | None = 0) -> Shaped:
    shapes = [shape_of(each) for each in arrays]
    if axis is None:
        return Shaped(sum(map(math.prod, shapes)))
    first = shapes[0]
    if len({(shape[:axis], shape[axis + 1 :]) for shape in shapes}) > 1:
        raise ValueError(f"the shapes {' and '.join(map(str, shapes))} do not stand beside each other")
    return Shaped(*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def _permute_dims(array: Any, axes: tuple[int, ...]) -> Shaped:
    shape = shape_of(array)
    if sorted(axes) != [*range(len(shape))]:
        raise ValueError(f"{axes} are not the axes of {shape}")
    return Shaped(*(shape[axis] for axis in axes))


def _reshape(array: Any, shape: tuple[int, ...]) -> Shaped:
    count, known = math.prod(shape_of(array)), math.prod(size for size in shape if size >= 0)
    found = [size if size >= 0 else count // known for size in shape]
    if math.prod(found) != count:
        raise ValueError(f"an array of the shape {shape_of(array)} does not fit in {shape}")
    return Shaped(*found)


def _reduced(array: Any, axis: int | None = None) -> Shaped:
    """What a function gives that makes one number of those along an axis, or of all."""
    shape = list(shape_of(array))
    if axis is None:
        return Shaped()
    del shape[axis]
    return Shaped(*shape)


def _take(array: Any, places: Any, axis: int) -> Shaped:
    shape = shape_of(array)
    if len(places.shape) != 1 or not 0 <= places.largest < shape[axis]:
        raise ValueError(f"there is no place {places.largest} in {shape[axis]}")
    return Shaped(*shape[:axis], *places.shape, *shape[axis + 1 :])


def _tensordot(x: Any, y: Any, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Shaped:
    first, second = shape_of(x), shape_of(y)
    if [first[axis] for axis in axes[0]] != [second[axis] for axis in axes[1]]:
        raise ValueError(f"the shapes {first} and {second} do not fit along {axes}")
    left = [size for axis, size in enumerate(first) if axis not in axes[0]]
    return Shaped(*left, *(size for axis, size in enumerate(second) if axis not in axes[1]))


# What programs call of the array API, each on shapes: https://data-apis.org/array-api/latest/
NAMESPACE: dict[str, Callable[..., Shaped]] = {
    **dict.fromkeys([*FUNCTIONS.values(), "where"], _elementwise),
    "broadcast_to": _broadcast_to,
    "concat": _concat,
    "flip": lambda array, **_axis: _elementwise(array),
    "full_like": lambda array, _number: _elementwise(array),
    "max": _reduced,
    "permute_dims": _permute_dims,
    "reshape": _reshape,
    "sum": _reduced,
    "take": _take,
    "tensordot": _tensordot,
}


class _Namespace(SimpleNamespace):
    """The functions, and arrays of shapes alone."""

    def asarray(self, numbers: Any) -> Shaped:
        is_places = numbers.dtype.kind == "i"
        return Shaped(*numbers.shape, largest=int(numbers.max()) if is_places else -1)
