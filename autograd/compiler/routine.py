"""A routine: text that computes with arrays, and what it needs to run on NumPy or on another library."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd.compiler.arguments import Numbers, as_arrays, require_room, require_shapes, shapes, taken
from autograd.compiler.buffers import Buffered, with_buffers
from autograd.compiler.families import Index
from autograd.compiler.libraries import library
from autograd.compiler.terms import DATA, INPUT
from autograd.notation import plural
from autograd.optional import needed


@dataclass(frozen=True, eq=False, repr=False)
class Routine:
    """Text that computes with arrays.

    Attributes:
        source: The text.
        sizes: How many parameters, inputs and targets it takes.
        indices: The lists of places that the text refers to.
        data: The numbers of the recorded graph that are a vector of the text, called `data` in it.
        fallbacks: The shapes of arrays that may be too large, -1 for the examples: products that it writes out before
            they are summed, or a Jacobian.
    """

    source: str
    sizes: dict[str, int]
    indices: dict[str, Index]
    data: Numbers
    fallbacks: Sequence[tuple[int, ...]]

    def __repr__(self) -> str:
        n_lines = plural(self.source.count("\n"), "line")
        return f"{type(self).__name__}({shapes(self.sizes)}), {n_lines} in .source"

    def bound(self, xp: Any, device: Any = None) -> Callable[..., Any]:
        """The text with a namespace of the array API: a function of the arrays of that library.

        They are vectors, and matrices with an example in each row; in float64, results have its precision. The function
        may go through what the library has for functions, such as `jax.jit`.

        Args:
            xp: NumPy; `jax.numpy`, after `jax.config.update("jax_enable_x64", True)`; `array_api_strict`; or a module
                of `array_api_compat`, such as `array_api_compat.torch` and `array_api_compat.dask.array`.
            device: Where the arrays lie, such as `"cuda"`; by default where the library puts them.

        Raises:
            TypeError: if the library has no float64, or is none.
            ValueError: by the function, if an array has another shape than the program takes.

        Example:
            >>> import autograd, numpy
            >>> w = autograd.Value(0.5, "w")
            >>> program = autograd.compile(lambda x, y: (w * x - y) ** 2, [w], example=(1.0, 2.0))
            >>> cost, gradient = program.bound(numpy)(numpy.array([0.5]), numpy.array([[1.0]]), numpy.array([[2.0]]))
            >>> float(cost), gradient.tolist()
            (2.25, [-3.0])
        """
        if not hasattr(xp, "asarray"):
            raise TypeError(f"bound takes a library of arrays itself, such as numpy, but got {xp!r:.60}.")
        where = {} if device is None else {"device": device}
        precision = xp.asarray(np.zeros(1), **where).dtype
        if "float64" not in str(precision):
            raise TypeError(
                f"the program computes in float64, which the library turns into {precision}. JAX has it after "
                'jax.config.update("jax_enable_x64", True).'
            )
        constants: dict[str, Any] = {DATA: self.data, **self.indices}
        scope = {name: xp.asarray(numbers, **where) for name, numbers in constants.items()}
        scope["__builtins__"] = {"float": float, "range": range, "__import__": __import__}  # as Python's warnings
        exec(self.source, scope)
        program = scope["program"]

        checked: list[Any] = []  # the shapes of the last call: most calls have the same

        def function(*given: Any) -> Any:
            nonlocal checked
            found = [each.shape for each in given]
            if found != checked:
                require_shapes(self.sizes, given)
                checked = found
            return program(xp, *given)

        return function

    def prepared(self, *given: Any, needed: Sequence[int]) -> Callable[..., Sequence[Any]]:
        """A function of arrays of NumPy's that have the shapes of these, such as those of a batch.

        It is quick from its first call on, and gives the same bits in each; the program itself does so from the second
        call with such shapes. Its arrays must be of float64. Its results stand in buffers, which its next call writes
        to: it must not be called again before they are used.

        Args:
            given: Arrays as the program takes them.
            needed: Which results are needed, by their places; nothing else is computed.

        Raises:
            TypeError, ValueError, MemoryError: as the program itself.

        Example:
            >>> import autograd, numpy
            >>> w = autograd.Value(0.5, "w")
            >>> program = autograd.compile(lambda x, y: (w * x - y) ** 2, [w], example=(1.0, 2.0))
            >>> batch = numpy.array([[1.0], [3.0]]), numpy.array([[2.0], [1.0]])
            >>> gradient_of = program.prepared([0.5], *batch, needed=[1])
            >>> gradient_of(numpy.array([0.5]), *batch)[0].tolist()
            [0.0]
        """
        arrays = self._arrays(given)
        try:
            return with_buffers(self.bound, arrays, needed)
        except MemoryError:
            text = self.bound(np)
            return lambda *given: [text(*given)[place] for place in needed]

    def jit(self) -> Any:
        """The program through `jax.jit`, for arrays of JAX or NumPy; compiled again for each number of examples.

        JAX has 64-bit floats only after `jax.config.update("jax_enable_x64", True)`, a setting of the whole process:
        it is asked for, not made.

        Raises:
            ImportError: if JAX is missing.
            TypeError: if its 64-bit floats are off.

        Reference: https://docs.jax.dev/en/latest/_autosummary/jax.jit.html
        """
        with needed("jax", "jit() needs JAX: pip install jax"):
            import jax
        self.bound(jax.numpy)  # or its error, now rather than at the first call

        def program(*given: Any) -> Any:
            for name, thing in zip(taken(self.sizes), given, strict=False):
                if isinstance(thing, list | tuple):  # each number of which would be an argument
                    raise TypeError(
                        f"what jit() gives takes arrays of JAX or NumPy, but {name} is a {type(thing).__name__}. "
                        f"jax.numpy.asarray({name}) is one."
                    )
            return self._run(*given)

        return jax.jit(program)

    def _run(self, *given: Any) -> Any:
        """What it gives on the library of its arguments, in float64, also where float32 goes in."""
        if self._function.knows(given):  # the quick answer
            return self._function(*given)
        xp, device = library(taken(self.sizes), given)
        function = self._function if xp is np else self._on(xp, device)
        return function(*self._arrays(given, xp, device))

    def _arrays(self, given: Sequence[Any], xp: Any = np, device: Any = None) -> list[Any]:
        """The arguments as arrays, if there is room for what is computed from them."""
        arrays = as_arrays(self.sizes, given, xp, device)
        if self.fallbacks:
            require_room(self.fallbacks, arrays[-1].shape[0] if INPUT in self.sizes else 1)
        return arrays

    def _on(self, xp: Any, device: Any) -> Callable[..., Any]:
        """The text on another library: kept, unless its arrays have no device, as they may be of a trace of JAX's."""
        if device is None:
            return self.bound(xp)
        if (xp, device) not in self._elsewhere:
            self._elsewhere[xp, device] = self.bound(xp, device)
        return self._elsewhere[xp, device]

    @cached_property
    def _elsewhere(self) -> dict[tuple[Any, Any], Callable[..., Any]]:
        return {}

    @cached_property
    def _function(self) -> Buffered:
        return Buffered(self.bound)
