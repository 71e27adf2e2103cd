"""A routine: text that computes with arrays, and what it needs to run on NumPy or on another library."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograd.compiler.arguments import Numbers, as_arrays, require_room, shapes
from autograd.compiler.buffers import Buffered
from autograd.compiler.families import Index
from autograd.compiler.terms import DATA, INPUT
from autograd.notation import plural


@dataclass(frozen=True, eq=False, repr=False)
class Routine:
    """Text that computes with arrays.

    Attributes:
        source: The text.
        sizes: How many parameters, inputs and targets it takes.
        indices: The lists of places that the text refers to.
        data: The numbers of the recorded graph that are a vector of the text, called `data` in it.
        fallbacks: The shapes of arrays of products that it writes out before they are summed, -1 for the examples.
    """

    source: str
    sizes: dict[str, int]
    indices: dict[str, Index]
    data: Numbers
    fallbacks: Sequence[tuple[int, ...]]

    def __repr__(self) -> str:
        n_lines = plural(self.source.count("\n"), "line")
        return f"{type(self).__name__}({shapes(self.sizes)}), {n_lines} in .source"

    def bound(self, xp: Any) -> Callable[..., Any]:
        """The text with a namespace of the array API: a function of its arrays.

        Args:
            xp: NumPy, `jax.numpy`, `array_api_strict`, or a module of `array_api_compat`, such as that for PyTorch.
        """
        constants: dict[str, Any] = {DATA: self.data, **self.indices}
        scope = {name: xp.asarray(numbers) for name, numbers in constants.items()}
        scope["__builtins__"] = {"float": float, "range": range}  # no text needs more
        exec(self.source, scope)
        return partial(scope["program"], xp)

    def _run(self, *given: Any) -> Any:
        """What it gives on NumPy, in float64, also where float32 goes in."""
        arrays = as_arrays(self.sizes, given)
        if self.fallbacks:
            require_room(self.fallbacks, len(arrays[-1]) if INPUT in self.sizes else 1)
        return self._function(*arrays)

    @cached_property
    def _function(self) -> Callable[..., Any]:
        return Buffered(self.bound)
