r"""A tape: a recorded graph as a list of operations, which is run again at other numbers without making a node.

It goes forward through the list, from the numbers of the leaves to the result of each operation, and backward from the
last one, passing adjoint × partial on as the engine's backward pass does, in the same order: so value and gradient have
the bits that recording the graph again, and `backward()`, would give. The native engine has the same in `tape.pxi`.

Reference: Griewank & Walther, "Evaluating Derivatives", 2nd ed., sections 2.2 and 4.1, where it is an evaluation trace.
"""

import functools
import math
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from autograd.engine.order import topological_order
from autograd.engine.tapes import Content, Step, called, content, described, leaves_of, require_kernel, restored
from autograd.table import floats


class Tape:
    """A recorded graph that runs at other numbers.

    Args:
        output: What is computed.
        parameters: The leaves with respect to which it is differentiated.
        inputs: Lists of other leaves whose numbers change. All other leaves keep the numbers that they have now.
        most: How many examples `run` takes at a time: rows of numbers for the inputs.
        fixed: Results that count as numbers: no derivative goes through them.
        least: What a result is at least, unless it is 0, for `run` to give a value: below `sys.float_info.min`, numbers
            have fewer digits.

    Attributes:
        sizes: How many parameters there are, and how many of the inputs in each list.
        most: How many examples `run` takes.
        steps: The operations, in the order in which a backward pass meets them from the end.
        numbers: The numbers of all leaves at first: parameters and inputs, then the others.
        labels: The labels that leaves and results have, by place.
        output: The place of the output.
        fixed: The places of what counts as a number.
        least: What a result is at least.

    Raises:
        TypeError: if something other than Values is given.
        ValueError: if the output is a constant, or a row has no kernel in C, such as one of your own; if something
            among the parameters and inputs is no leaf, or is there twice.

    Example:
        >>> from autograd import Value
        >>> from autograd.engine import Tape
        >>> w, x = Value(0.5, "w"), Value(2.0, "x")
        >>> tape = Tape((w * x).tanh(), [w], [x])
        >>> tape
        Tape of 2 operations
        >>> value, gradient = tape([1.0], [0.0])
        >>> value, gradient.tolist()
        (0.0, [0.0])
    """

    __module__ = "autograd.engine"  # the class has one name, whichever engine runs

    def __init__(
        self,
        output: Any,
        parameters: Iterable[Any],
        *inputs: Iterable[Any],
        most: int = 1,
        fixed: Iterable[Any] = (),
        least: float = 0.0,
    ) -> None:
        fixed = [*fixed]
        leaves, self.sizes = leaves_of(output, parameters, inputs, fixed)
        self.most, self.least = most, least
        order = topological_order(output)
        places = dict(zip(leaves, range(len(leaves)), strict=True))
        for node in order:
            if not node.parents:
                places.setdefault(node, len(places))
        self.numbers = [leaf.data for leaf in places]
        self.steps: list[Step] = []
        for node in order:
            if node.parents:
                require_kernel(node.op)
                self.steps.append(Step(node.op, tuple([places[parent] for parent in node.parents])))
                places[node] = len(places)
        self.output = places[output]
        self.labels = {place: node.label for node, place in places.items() if node.label}
        self.fixed = frozenset(places[node] for node in fixed if node in places and node.parents)
        self._varies = [place < self.sizes[0] for place in range(len(self.numbers))]  # with the parameters
        for place, (_, taken) in enumerate(self.steps, len(self.numbers)):
            self._varies.append(place not in self.fixed and any(map(self._varies.__getitem__, taken)))

    def run(self, gradient: Any, *arrays: Any) -> float | None:
        """The value, or the mean of the values of some examples; its gradient is written to an array.

        Args:
            gradient: Room for it: a vector of float64 in one piece, such as NumPy's and `array.array` are.
            arrays: The parameters, and the inputs: vectors of the same kind, or matrices with an example in each row.

        Returns:
            The value; `None` if they are no such arrays. It is nan, with anything in `gradient`, if there are more
            examples than the tape takes, if a result or a derivative is not finite, or a result smaller than the least:
            calling the tape then gives the value, or raises the error.

        Example:
            >>> from array import array
            >>> from autograd import Value
            >>> from autograd.engine import Tape
            >>> w = Value(0.5)
            >>> tape, gradient = Tape(w * w, [w]), array("d", [0.0])
            >>> tape.run(gradient, array("d", [3.0])), gradient
            (9.0, array('d', [6.0]))
        """
        try:
            room, *given = (_vector(each, type(gradient)) for each in (gradient, *arrays))
        except (TypeError, ValueError, BufferError):
            return None
        n = _examples(self.sizes, given)
        if room.readonly or room.shape != self.sizes[:1] or n == 0:
            return None
        if n > self.most:
            return math.nan
        try:
            found = [self._passes(_example(given, self.sizes, example)) for example in range(n)]
        except (ValueError, ArithmeticError):
            return math.nan
        value, *total = functools.reduce(lambda one, other: [*map(float.__add__, one, other)], found)
        if n > 1:
            value, *total = [number / n for number in (value, *total)]
        if not all(map(math.isfinite, total)):
            return math.nan
        for place, number in enumerate(total):
            gradient[place] = number
        return value

    def _passes(self, leaves: Sequence[float]) -> list[float]:
        """Forward and back, at one example: the value, and its gradient."""
        numbers = [*leaves, *self.numbers[len(leaves) :]]
        for op, places in self.steps:
            number = op.forward(floats, *[numbers[place] for place in places])
            if not math.isfinite(number) or 0.0 < abs(number) < self.least:
                raise ArithmeticError
            numbers.append(number)
        adjoints = [0.0] * len(numbers)
        adjoints[self.output] = 1.0
        result = len(numbers)
        for op, places in reversed(self.steps):
            result -= 1
            operands = [numbers[place] for place in places]
            for place, partial in zip(places, op.partials, strict=True):
                if self._varies[place] and self._varies[result]:
                    adjoints[place] += adjoints[result] * partial(floats, numbers[result], *operands)
        return [numbers[self.output], *adjoints[: self.sizes[0]]]

    def __call__(self, *parts: Sequence[float]) -> tuple[float, "array[float]"]:
        """The value and its gradient at other numbers, for one example.

        Args:
            parts: The numbers of the parameters, and those of each list of inputs.

        Raises:
            TypeError: if something is no number.
            ValueError: if there are more or fewer numbers; or as recording the graph again, and `backward()`, raise it.
            ZeroDivisionError, OverflowError: as these raise them.
        """
        from autograd.engine.pure import Value, constant

        return called(self, Value, constant, parts)

    @classmethod
    def restored(cls, *found: Any) -> "Tape":
        """The tape with some `Content`."""
        from autograd.engine.pure import Value

        tape: Tape = restored(cls, Value, Content(*found))
        return tape

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).restored, content(self)

    def __repr__(self) -> str:
        return described(self)


def _vector(thing: Any, kind: type) -> memoryview:
    """An array as it lies in memory, if it is one of float64 in one piece."""
    view = memoryview(thing)
    if type(thing) is not kind or view.format != "d" or not view.c_contiguous:
        raise TypeError
    return view


def _examples(sizes: Sequence[int], given: Sequence[memoryview]) -> int:
    """How many examples arrays hold; 0 if their shapes do not fit."""
    shapes = [each.shape or () for each in given]
    if len(shapes) != len(sizes) or shapes[0] != (sizes[0],):
        return 0
    found = {*map(_rows, shapes[1:], sizes[1:])}
    return found.pop() if len(found) == 1 else int(not found)


def _rows(shape: Sequence[int], size: int) -> int:
    """How many examples an array holds; 0 if its shape does not fit."""
    if len(shape) == 2 and shape[1] == size:
        return shape[0]
    if len(shape) == 1:
        return shape[0] if size == 1 else int(shape[0] == size)
    return 0


def _example(given: Sequence[memoryview], sizes: Sequence[int], example: int) -> list[float]:
    """The numbers of the parameters, and of the inputs in one example."""
    theta, *rest = (view.cast("B").cast("d") for view in given)
    found = [*theta]
    for numbers, size in zip(rest, sizes[1:], strict=True):
        found += numbers[example * size : (example + 1) * size]
    return found
