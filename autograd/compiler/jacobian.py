r"""The Jacobian of outputs: their numbers for each of n examples, and the derivatives of these by the parameters.

.. math:: y_{ik} = f_k(x_i; \theta), \qquad J_{ikj} = \frac{\partial y_{ik}}{\partial \theta_j}

One recording at one example stands for all: a reverse sweep for each output, written in arrays of n numbers, gives all
of J at once. A curve that is fitted has one output.
"""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd import ops
from autograd.compiler.arguments import Numbers
from autograd.compiler.arrays import Array, named, plain, text
from autograd.compiler.checks import checked
from autograd.compiler.gradient import per_example
from autograd.compiler.mathematics import applied, chosen, definition, rows_in
from autograd.compiler.recording import Cost, Recorder, Recording
from autograd.compiler.stable import stable
from autograd.compiler.terms import (
    ADD,
    CONSTANT,
    DATA,
    INPUT,
    LARGEST,
    PARAMETER,
    SCALE,
    TARGET,
    WHERE,
    Terms,
)
from autograd.compiler.tidying import tidy_product
from autograd.engine import Value, collector_paused
from autograd.table import TABLE, Op

ZEROS = "zeros"  # a 0 for each example, for what is the same for all
_MOST = 12  # operations in one line, which is a tree


class Jacobian:
    """The program of a model and its Jacobian.

    The model is called several times, at other numbers too: its operations must be the same each time.

    Args:
        model: `model(x)`, which computes one number from the input of one example and the parameters.
        parameters: The parameters, leaves.
        x: The input to record with, a number or a list of numbers, which may be nested.
        others: More inputs, at which the operations are compared.

    Attributes:
        source: The text of the program.

    Raises:
        TypeError: if something other than Values or numbers is given, or the model gives something other than a Value.
        ValueError: if the operations depend on the numbers, or the model on no parameter.

    Example:
        >>> from autograd import exp
        >>> a, b = Value(2.0, "a"), Value(1.0, "b")
        >>> jacobian = Jacobian(lambda x: a * exp(b * x), [a, b], 0.0)
        >>> numbers, derivatives = jacobian([2.0, 0.0], [[0.0], [1.0], [3.0]])
        >>> numbers.tolist(), derivatives.tolist()
        ([2.0, 2.0, 2.0], [[1.0, 0.0], [1.0, 2.0], [1.0, 6.0]])
        >>> print(jacobian.source)
        def program(xp, theta, X):
            t1 = X[:, 0]
            t2 = xp.exp(theta[1] * t1)
            t3 = theta[0] * t2
            return t3, [t2, t1 * t3]
    """

    def __init__(self, model: Cost, parameters: Iterable[Value], x: Any, others: Iterable[Any] = ()) -> None:
        recorder = Recorder(model, parameters, (x,), "model")
        recording = recorder.record()
        checked(recorder, recording, [(other,) for other in others])
        self.source = _model_source(replace(recording, outputs=(len(recording.order) - 1,)))
        scope: dict[str, Any] = {"__builtins__": {"float": float}}
        exec(self.source, scope)
        self._program: Callable[..., Any] = scope["program"]

    def __call__(self, theta: Any, inputs: Any) -> tuple[Numbers, Numbers]:
        """The numbers of some examples, (n,), and their derivatives, (n, p): inf or nan where there are none.

        Args:
            theta: The p parameters, a vector.
            inputs: The inputs, an example in each row.
        """
        theta, inputs = np.asarray(theta, np.float64), np.asarray(inputs, np.float64)
        with np.errstate(all="ignore"):
            number, columns = self._program(np, theta, inputs)
        found = np.empty((1 + len(theta), len(inputs)))
        for row, column in zip(found, (number, *columns), strict=True):
            row[...] = column
        return found[0], found[1:].T


@collector_paused()
def _model_source(recording: Recording) -> str:
    """The text of the program of a model with one output."""
    found = stable(per_example(recording))
    lines, arrays = _lines(found.terms, [*found.outputs, *found.gradient])
    number, *columns = map(text, arrays)
    body = [f"{name} = {text(array)}" for name, array in lines] + [f"return {number}, [{', '.join(columns)}]"]
    return _program((INPUT,), body, [array for _, array in lines] + arrays)


@collector_paused()
def output_jacobian(recording: Recording) -> str:
    """The text of a program that gives the Jacobian of outputs, (n, outputs, parameters).

    Args:
        recording: The recorded cost, with outputs.
    """
    found, n_parameters = stable(per_example(recording)), recording.sizes[PARAMETER]
    terms, given = found.terms, [kind for kind in (INPUT, TARGET) if kind in recording.sizes]
    lines, arrays = _lines(terms, found.gradient)
    entries = [
        text(array) if terms.is_batched(term) else ZEROS if terms.number(term) == 0.0 else text(array + named(ZEROS))
        for term, array in zip(found.gradient, arrays, strict=True)
    ]
    m = len(recording.outputs)
    body = [
        f'"""The Jacobian of the outputs by the parameters, (n, {m}, {n_parameters})."""',
        f"{ZEROS} = xp.zeros_like({given[0]}[:, 0])",
        *(f"{name} = {text(array)}" for name, array in lines),
        "rows = [  # one for each output",
        *(f"    [{', '.join(entries[k : k + n_parameters])}]," for k in range(0, len(entries), n_parameters)),
        "]",
        "return xp.stack([xp.stack(row, axis=-1) for row in rows], axis=1)",
    ]
    return _program(given, body, [array for _, array in lines] + arrays) + "\n"


def _program(given: Iterable[str], body: Iterable[str], arrays: Iterable[Array]) -> str:
    """A program of these lines, after the functions that they call."""
    functions = [line for row in rows_in([*arrays]) for line in [*definition(TABLE[row]), "", ""]]
    head = f"def program({', '.join(['xp', PARAMETER, *given])}):"
    return "\n".join([*functions, head, *(f"    {line}" for line in body)])


def _lines(terms: Terms, results: Sequence[int]) -> tuple[list[tuple[str, Array]], list[Array]]:
    """What is used several times, or is long, as lines with names; and the results, written with these names."""
    uses = Counter(results)
    for term in range(max(results), -1, -1):
        if term in uses:
            uses.update(terms.arguments[term])
    lines = list[tuple[str, Array]]()
    arrays, sizes = dict[int, Array](), dict[int, int]()
    for term in sorted(uses):
        arguments = terms.arguments[term]
        array = _array(terms, term, [arrays[each] for each in arguments])
        size = 1 + sum(sizes[each] for each in arguments)
        if terms.heads[term] != CONSTANT and (uses[term] > 1 or size > _MOST):
            name = f"t{1 + len(lines)}"
            lines.append((name, array))
            array, size = named(name), 0
        arrays[term], sizes[term] = array, size
    return lines, [arrays[each] for each in results]


def _array(terms: Terms, term: int, arguments: list[Array]) -> Array:
    """A term as an expression of arrays."""
    head, number = terms.heads[term], terms.numbers[term]
    if head is ADD:
        signed = [-plain(-each.detail) if each.kind == "number" and each.detail < 0.0 else each for each in arguments]
        first, second = sorted(signed, key=lambda each: (each.kind == "negative", each.kind == "number"))
        return first + second
    if isinstance(head, Op):
        return tidy_product(applied(head, arguments))
    if head in (PARAMETER, DATA, INPUT, TARGET):
        return Array("part", (named(head),), f":, {number:.0f}" if head in (INPUT, TARGET) else f"{number:.0f}")
    if head == CONSTANT:
        return plain(number)
    if head == SCALE:
        (array,) = arguments
        is_negative = array.kind == "negative"
        return tidy_product(array.arguments[0].scaled(-number) if is_negative else array.scaled(number))
    if head == WHERE:
        return chosen(arguments[0], arguments[1], arguments[2])
    if head == LARGEST:
        return functools.reduce(lambda x, y: applied(ops.maximum, [x, y]), arguments)
    return Array(head, tuple(arguments))
