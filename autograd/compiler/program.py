"""`compile`: a cost that was recorded once becomes a program of arrays, for all examples at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograd.compiler.arguments import Numbers, as_arrays, require_room
from autograd.compiler.checks import checked
from autograd.compiler.data import with_data
from autograd.compiler.families import Index
from autograd.compiler.lifting import lifted
from autograd.compiler.listing import listing
from autograd.compiler.recording import Cost, HasParameters, Recorder
from autograd.compiler.remarks import remarks
from autograd.compiler.terms import DATA
from autograd.engine import Value


@dataclass(frozen=True)
class Program:
    """A program that computes a cost and its gradient.

    Attributes:
        source: The program, as text.
        sizes: How many parameters, inputs and targets it takes.
        indices: The lists of places that the text refers to.
        data: The numbers of the recorded graph that are a vector of the program, called `data` in it.
        fallbacks: The shapes of arrays of products that it writes out before they are summed, -1 for the examples.
        report: What was recorded, and what came of it.
        recorder: Who records the cost again, for what is asked for later; `None` for a program that was loaded.
    """

    source: str
    sizes: dict[str, int]
    indices: dict[str, Index] = field(repr=False)
    data: Numbers = field(repr=False, compare=False)
    fallbacks: Sequence[tuple[int, ...]] = field(repr=False)
    report: str = field(repr=False)
    recorder: Recorder | None = field(default=None, repr=False, compare=False)

    def __call__(self, theta: Any, *examples: Any) -> tuple[float, Numbers]:
        """The mean of the costs of some examples, and its gradient: float64, also where float32 goes in.

        Args:
            theta: The parameters, a vector.
            examples: The inputs and the targets, an example in each row; or one example, as a vector. There are none
                for a cost of the parameters alone.

        Raises:
            TypeError: if they are no numbers, or there are more or fewer arrays than the program takes.
            ValueError: if their sizes are wrong, or there are no examples.
            MemoryError: if an array of more than a gigabyte would be needed.
        """
        arrays = as_arrays(self.sizes, theta, examples)
        if self.fallbacks:
            require_room(self.fallbacks, len(arrays[-1]) if examples else 1)
        value, gradient = self._function(*arrays)
        return float(value), gradient

    def bound(self, xp: Any) -> Callable[..., tuple[Any, Any]]:
        """The program with a namespace of the array API: a function of the parameters and the examples, its arrays.

        Args:
            xp: NumPy, `jax.numpy`, `array_api_strict`, or a module of `array_api_compat`, such as that for PyTorch.
        """
        constants = {DATA: self.data, **self.indices}
        scope: dict[str, Any] = {name: xp.asarray(numbers) for name, numbers in constants.items()}
        exec(self.source, scope)
        return partial(scope["program"], xp)

    @cached_property
    def _function(self) -> Callable[..., tuple[Any, Any]]:
        return self.bound(np)


def compile(  # noqa: A001 - what it is called; import * leaves Python's own alone
    cost: Cost,
    parameters: Iterable[Value] | HasParameters,
    example: tuple[Any, ...] | None = None,
    examples: Sequence[tuple[Any, ...]] = (),
) -> Program:
    """Make the program of a cost.

    The cost is called several times, at other numbers too: its operations must be the same each time.

    Args:
        cost: `cost(x, y)`, the cost of one example; `cost(x)`; or `cost()`, a cost of the parameters alone.
        parameters: The parameters, in the order in which the program takes them; or a model, for all of its own.
        example: `(x, y)` or `(x,)` to record with, each a number or a list of numbers, which may be nested. A class is
            given as a one-hot list.
        examples: More examples, real ones, which the operations are compared at.

    Raises:
        TypeError: if something other than Values or numbers is given, or the cost gives something other than a Value.
        ValueError: if the operations depend on the numbers, the cost on no parameter, or a parameter is listed twice.

    Example:
        >>> import autograd
        >>> from autograd import Value
        >>> w, b = Value(0.5, "w"), Value(0.1, "b")
        >>> program = autograd.compile(lambda x, y: (w * x + b - y) ** 2, [w, b], example=(1.0, 2.0))
        >>> value, gradient = program([0.5, 0.1], [[1.0], [3.0]], [[2.0], [1.0]])
        >>> round(value, 3), gradient.round(3).tolist()
        (1.16, [0.4, -0.8])
    """
    recorder = Recorder(cost, parameters, example)
    found_at_first = recorder.record()
    compared = checked(recorder, found_at_first, examples)
    recording = with_data(found_at_first)
    steps = lifted(recording)
    found = steps.written
    source = listing(found, recording.sizes)
    n_families = sum(not family.is_leaf for family in steps.families.lines)
    report = (
        f"{len(recording.order):,} nodes recorded; {n_families} families, {source.count(chr(10))} lines; "
        f"{found.takes} gathered by lists of places, {len(found.fallbacks)} written out before they are summed"
    )
    report += "".join(f"\n{line}" for line in remarks(recording, found.fallbacks)) + f"\n{compared}"
    data = np.array(recording.data)
    return Program(source, recording.sizes, found.indices, data, found.fallbacks, report, recorder)
