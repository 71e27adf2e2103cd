"""`compile`: a cost that was recorded once becomes a program of arrays, for all examples at a time."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograd.compiler.caching import text_of
from autograd.compiler.checks import checked
from autograd.compiler.data import with_data
from autograd.compiler.jacobian import output_jacobian
from autograd.compiler.lifting import lifted
from autograd.compiler.onnx import onnx_model
from autograd.compiler.passes import Passes, passes_of
from autograd.compiler.recording import Cost, HasParameters, Recorder, Recording
from autograd.compiler.remarks import remarks
from autograd.compiler.replaying import run_tape, tape_of, which_runs
from autograd.compiler.routine import Routine
from autograd.compiler.saving import read, write
from autograd.compiler.side_by_side import SideBySide, side_by_side
from autograd.compiler.terms import DIRECTION, PARAMETER
from autograd.engine import Tape, Value
from autograd.files import write_atomically


@dataclass(frozen=True, eq=False, repr=False)
class Program(Routine):
    """A program that computes a cost and its gradient.

    Attributes:
        report: What was recorded, and what came of it.
        recorder: Who records the cost again, for what is asked for later; `None` for a program that was loaded.
        tape: The recorded graph as a list of scalar operations, which runs in place of the lines for few examples,
            where it is quicker. It gives the bits that the engine gives.
    """

    report: str = ""
    recorder: Recorder | None = None
    tape: Tape | None = None

    def __repr__(self) -> str:
        return f"{super().__repr__()}; {which_runs(self.tape, self.sizes)}"

    def __call__(self, theta: Any, *examples: Any) -> tuple[Any, ...]:
        """The mean of the costs of some examples, and its gradient: float64, also where float32 goes in.

        Of a cost that gives outputs besides, a third array has these: a row for each example.

        The arguments decide which library computes, and on which device: lists and NumPy's arrays give a float and an
        array of NumPy's; those of PyTorch, JAX, CuPy, dask or another library of the array API give arrays of theirs.

        Args:
            theta: The parameters, a vector.
            examples: The inputs and the targets, an example in each row; or one example, as a vector. There are none
                for a cost of the parameters alone.

        Raises:
            TypeError: if they are no numbers, or of several libraries, or of one without float64, or there are more or
                fewer arrays than the program takes.
            ValueError: if their sizes are wrong, or there are no examples.
            MemoryError: if an array of more than a gigabyte would be needed.
        """
        if self.tape is not None:
            gradient = np.empty(self.tape.sizes[0])
            value = self.tape.run(gradient, theta, *examples)  # the quick answer
            if value is None:
                value = run_tape(self.tape, self.sizes, gradient, (theta, *examples))
            if value == value:  # which nan does not
                return value, gradient
        value, *others = self._run(theta, *examples)
        return (float(value) if isinstance(others[0], np.ndarray) else value, *others)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the program to a JSON file; the cost that it was made of is not written.

        The file is written under a temporary name and then renamed, so that nobody ever reads half of it.

        Args:
            path: Where to write; a file with that name is replaced.

        Returns:
            The path of the file.

        Raises:
            OSError: if the file cannot be written; one that was there is then unchanged.
        """
        return write(path, self, self.report, self.tape)

    def to_onnx(self, path: str | os.PathLike[str], outputs: Sequence[str] = (), theta: Any = None) -> Path:
        """Write the program as an ONNX model, of float64, for any number of examples, that ONNX Runtime and others run.

        Its inputs are called as those of the program, and so are its outputs. The file is written whole or not at all.

        Args:
            path: Where to write; a file with that name is replaced.
            outputs: Names of the text, for a model that gives these: `["a2"]` may be what a network answers, for which
                `Y` is no input. By default what the program gives.
            theta: The parameters, if they are to be numbers of the model; otherwise they are an input of it.

        Returns:
            The path of the file.

        Raises:
            ImportError: if ndonnx is missing: `pip install 'scalar-autograd[onnx]'`.
            TypeError, ValueError: if the parameters are no vector of the right length, the text has no such name, or
                ndonnx lacks a function that the text calls.
            OSError: if the file cannot be written; one that was there is then unchanged.
        """
        return write_atomically(path, onnx_model(self, outputs, theta))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Program":
        """Read a program from a file that `save` wrote. It gives the same numbers, to the last bit.

        Nothing of the file runs unless its text is one that the compiler could have written, and fits its arrays.

        Args:
            path: The file.

        Raises:
            OSError: if the file cannot be read.
            ValueError: if the file is damaged, has another format, or its text is no such program.

        Example:
            >>> import autograd, tempfile
            >>> w = autograd.Value(0.5, "w")
            >>> program = autograd.compile(lambda x, y: (w * x - y) ** 2, [w], example=(1.0, 2.0))
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = program.save(f"{folder}/line.json")
            ...     copy = autograd.compiler.Program.load(path)
            >>> copy([0.5], [[1.0], [3.0]], [[2.0], [1.0]])
            (1.25, array([0.]))
        """
        return cls(**read(path))

    def __getstate__(self) -> dict[str, Any]:
        """What a copy has, or a pickle: all but the cost, which may be a function that cannot be copied."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"recorder": None}

    @cached_property
    def hessian_vector_product(self) -> "HessianVectorProduct":
        r"""The program of the Hessian times a direction v, :math:`\nabla^2 C\, v`, lifted when it is first asked for.

        Raises:
            ValueError: if the program was loaded, for then the cost is not known.

        Example:
            >>> import autograd
            >>> w = [autograd.Value(1.0, "w_0"), autograd.Value(2.0, "w_1")]
            >>> program = autograd.compile(lambda: w[0] ** 2 * w[1], w)  # whose Hessian is [[2 w1, 2 w0], [2 w0, 0]]
            >>> program.hessian_vector_product([1.0, 2.0], [1.0, 0.0])
            array([4., 2.])
        """
        recording = self._recorded()
        sizes = recording.sizes | {DIRECTION: recording.sizes[PARAMETER]}
        text = text_of(replace(recording, sizes=sizes, outputs=()))
        return HessianVectorProduct(text.source, sizes, text.indices, np.array(recording.data), text.fallbacks)

    @cached_property
    def jacobian(self) -> "OutputJacobian":
        r"""The program of the Jacobian of the outputs, :math:`J_{ikj} = \partial y_{ik} / \partial \theta_j`.

        Its text computes scalar by scalar, each for all examples at a time, and is written when it is first asked for.

        Raises:
            ValueError: if the cost gives no outputs, or the program was loaded, for then the cost is not known.

        Example:
            >>> import autograd
            >>> w, b = autograd.Value(2.0, "w"), autograd.Value(1.0, "b")
            >>> def cost(x, y):
            ...     output = w * x + b
            ...     return (output - y) ** 2, [output]
            >>> program = autograd.compile(cost, [w, b], example=(1.0, 2.0))
            >>> program.jacobian([2.0, 1.0], [[1.0], [3.0]], [[0.0], [0.0]]).tolist()
            [[[1.0, 1.0]], [[3.0, 1.0]]]
        """
        recording = self._recorded()
        if not recording.outputs:
            raise ValueError(
                "a Jacobian is of the outputs of a cost, but this one gives none: return cost, [output, ...] from it."
            )
        shape = (-1, len(recording.outputs), recording.sizes[PARAMETER])
        return OutputJacobian(output_jacobian(recording), recording.sizes, {}, np.array(recording.data), [shape])

    @cached_property
    def passes(self) -> Passes:
        """What each pass makes of the recorded cost, on the way from scalars to matrices. It prints as a table.

        Raises:
            ValueError: if the program was loaded, for then the cost is not known.

        Example:
            >>> import autograd
            >>> w, b = autograd.Value(0.5, "w"), autograd.Value(0.1, "b")
            >>> program = autograd.compile(lambda x, y: (w * x + b - y) ** 2, [w, b], example=(1.0, 2.0))
            >>> program.passes["lines"].lines[2]
            't1 = w * X[:, 0] + b - Y[:, 0]'
        """
        recording = self._recorded()
        return passes_of(recording, lifted(recording))

    def beside(self, model: Any = None, neuron: int = 0) -> SideBySide:
        """Each line beside the scalars that became it: its index formula, and one neuron of it with its numbers.

        Labels say which neuron and which layer something belongs to, as those of `nn` do.

        Args:
            model: Gives names to parameters that have no labels, by its `named_parameters()`.
            neuron: Which member of each line is written out; of fewer, the last.

        Returns:
            The lines. They print as text; a notebook shows their formulas.

        Raises:
            TypeError: if the model has no names for its parameters.
            ValueError: if the program was loaded, for then the cost is not known; or there is no such neuron.

        Example:
            >>> import autograd
            >>> w, b = autograd.Value(0.5, "w"), autograd.Value(0.1, "b")
            >>> program = autograd.compile(lambda x, y: (w * x + b - y) ** 2, [w, b], example=(1.0, 2.0))
            >>> program.beside()["t1"]  # doctest: +ELLIPSIS
            9 nodes of one example became this program; the numbers are those of the example, where n = 1
            line
              ...  line     t1 = w * X[:, 0] + b - Y[:, 0]
                  formula  t₁ = w*x + b - y
                  member   t₁ = w*x + b - y
                           = 0.5*1 + 0.1 - 2 = -1.4
                  from     1 number; 3 nodes of the graph
        """
        recording = self._recorded()
        return side_by_side(recording, lifted(recording), self.source, model, neuron)

    def is_current(self) -> bool:
        """Whether the cost is still the one that was compiled. It is recorded again, which takes a part of compiling.

        Raises:
            ValueError: if the program was loaded, for then the cost is not known.

        Example:
            >>> import autograd
            >>> w, strength = autograd.Value(0.5, "w"), [1.0]
            >>> program = autograd.compile(lambda x: strength[0] * w * x, [w], example=(1.0,))
            >>> before, strength[0] = program.is_current(), 2.0
            >>> before, program.is_current()
            (True, False)
        """
        return self._is_of(self._recorded_again())

    def _recorded_again(self) -> Recording:
        if self.recorder is None:
            raise ValueError("this program was loaded, and its cost is not known: compile it again.")
        return with_data(self.recorder.record())

    def _is_of(self, recording: Recording) -> bool:
        return text_of(recording).source == self.source and recording.data == tuple(self.data.tolist())

    def _recorded(self) -> Recording:
        """The cost, recorded again, if it is still the one that was compiled."""
        recording = self._recorded_again()
        if not self._is_of(recording):
            raise ValueError(
                "the cost is another one now than when it was compiled, by a number or a function that it takes from "
                "elsewhere: compile it again."
            )
        return recording


@dataclass(frozen=True, eq=False, repr=False)
class HessianVectorProduct(Routine):
    """A program that computes the Hessian of a cost times a direction, without the Hessian."""

    def __call__(self, theta: Any, direction: Any, *examples: Any) -> Any:
        """The Hessian of the mean cost of some examples, times a direction.

        Args:
            theta: The parameters, a vector.
            direction: A vector of as many numbers.
            examples: As the program itself takes them.

        Raises:
            TypeError, ValueError, MemoryError: as the program itself.
        """
        return self._run(theta, direction, *examples)


@dataclass(frozen=True, eq=False, repr=False)
class OutputJacobian(Routine):
    """A program that computes the derivatives of the outputs of each example with respect to the parameters."""

    def __call__(self, theta: Any, *examples: Any) -> Any:
        """The Jacobian of the outputs of some examples, (n, outputs, parameters).

        Args:
            theta: The parameters, a vector.
            examples: As the program itself takes them.

        Raises:
            TypeError, ValueError, MemoryError: as the program itself.
        """
        return self._run(theta, *examples)


def compile(  # noqa: A001 - what it is called; import * leaves Python's own alone
    cost: Cost,
    parameters: Iterable[Value] | HasParameters,
    example: tuple[Any, ...] | None = None,
    examples: Sequence[tuple[Any, ...]] = (),
) -> Program:
    """Make the program of a cost.

    The cost is called several times, at other numbers too: its operations must be the same each time.

    Args:
        cost: `cost(x, y)`, the cost of one example; `cost(x)`; or `cost()`, a cost of the parameters alone. It may
            give a pair: the cost, and a list of outputs that it is computed from and the program gives, too.
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
    text = text_of(recording)
    tape = tape_of(recording, text.source)
    lines = [f"{len(recording.order):,} nodes {text.summary}", *remarks(recording, text.fallbacks), compared]
    lines.append(which_runs(tape, recording.sizes))
    report = "\n".join(map(str, lines))
    data = np.array(recording.data)
    return Program(text.source, recording.sizes, text.indices, data, text.fallbacks, report, recorder, tape)
