"""The programs of what is minimized, and its examples as arrays.

There are up to three: of the cost of the examples, which gives the outputs, too; of the penalty; and of the cost of
outputs that are known, for the loss of an epoch.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, no_grad
from autograd.compiler import Program, compile  # noqa: A004 - what it is called
from autograd.engine import topological_order
from autograd.table import is_list
from nn.losses import one_hot
from nn.metrics import listed_outputs, plain
from nn.training.scalar_engine import ScalarEngine
from nn.training.task import Task

MOST_KINDS = 10  # targets that the operations are compared for
COMPARED = 100  # examples, from all over, whose gradient is compared with that of the graph
CLOSE = 1e-6  # how far a program may be from the graph, of the largest derivative
COST, GRADIENT, OUTPUTS = range(3)  # the results of a program


class CompiledTask:
    """What is minimized, compiled.

    Args:
        task: What is minimized.

    Attributes:
        n_outputs: How many outputs the model has.
        program: The program of the cost of the examples, with the outputs for each.
        penalty: A function of the parameters that gives the penalty and its gradient, or `None`.
        classes: The class of each example, or `None`.
        validation: The validation examples as arrays, or `None`.
        validation_classes: The class of each of them, or `None`.

    Raises:
        Exception: of whatever kind, if the cost cannot be compiled, or its program is something else than the graph.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        with no_grad():
            self._outputs = task.model(task.inputs[0])  # of the first example, for what needs some
        self.n_outputs = len(plain(self._outputs))
        self._is_weighted = len({weight for weight in task.weights if weight}) > 1
        self._runs: dict[tuple[Program, Sequence[int], int], Callable[..., Any]] = {}
        self._room: dict[int, tuple[Any, ...]] = {}
        may_be_classes = task.read is not None and self.n_outputs > 1 and not is_list(task.targets[0])
        for self._are_one_hot in (False, True) if may_be_classes else (False,):  # or are the classes numbers?
            try:
                self._read_examples()
                forms = self._samples()
                self.program = compile(self._cost, task.parameters, forms[0], forms[1:])
                break
            except Exception:
                if self._are_one_hot or not may_be_classes:
                    raise
        self.penalty, self._programs = None, [self.program]
        if task.penalty is not None:
            penalty = task.penalty
            program = compile(lambda: penalty(task.model), task.parameters)
            self.penalty = program.prepared(self.parameters(), needed=(COST, GRADIENT))
            self._programs.append(program)
        self._compare()
        self._of_outputs = None if self._has_parameters() else self._cost_of_outputs()

    @property
    def knows_cost_of_outputs(self) -> bool:
        """Whether the cost can be computed from outputs that are known."""
        return self._of_outputs is not None

    def is_current(self) -> bool:
        """Whether cost and penalty are still those that were compiled."""
        return all(program.is_current() for program in self._programs)

    def nodes_per_line(self) -> float:
        """How many nodes of the graph of an example a line stands for: few, if the graph is small or irregular."""
        cost, _ = self._cost(*self._form(self.task.inputs[0], self.task.targets[0], 1.0))
        return len(topological_order(cost)) / self.program.source.count("\n")

    def parameters(self) -> Any:
        """The parameters that the model has."""
        return np.array([parameter.data for parameter in self.task.parameters])

    def run(self, needed: Sequence[int], theta: Any, x: Any, y: Any) -> Any:
        """What the program gives for some examples, in arrays that the next call with so many writes to.

        Args:
            needed: Which results are needed.
            theta: The parameters.
            x: The inputs.
            y: The targets.
        """
        return self._run(self.program, needed, theta, x, y)

    def _run(self, program: Program, needed: Sequence[int], theta: Any, x: Any, y: Any) -> Any:
        """What a program gives, by a function for so many examples: the same bits in each call."""
        key = program, needed, len(x)
        if key not in self._runs:
            self._runs[key] = program.prepared(theta, x, y, needed=needed)
        return self._runs[key](theta, x, y)

    def batch(self, places: Any) -> tuple[Any, Any]:
        """The arrays of some examples, which the next call with so many writes to."""
        n = len(places)
        if n not in self._room:
            self._room[n] = tuple(np.empty((n, each.shape[1])) for each in (self._x, self._y))
        x, y = self._room[n]
        self._x.take(places, 0, x, "clip")  # without a copy, as all places are right
        self._y.take(places, 0, y, "clip")
        if self._is_weighted:  # the program gives a mean: that of n w C / Σ w is the weighted one
            x[:, -1] *= n / x[:, -1].sum()
        return x, y

    def cost_of_outputs(self, places: Any, outputs: Any) -> float:
        """The mean cost of some examples whose outputs are known."""
        assert self._of_outputs is not None
        x = outputs
        if self._is_weighted:
            weights = self._x[:, -1].take(places)
            x = np.column_stack([outputs, weights * (len(places) / weights.sum())])
        return float(self._run(self._of_outputs, (COST,), np.ones(1), x, self._y.take(places, 0))[0])

    def _cost(self, x: Any, y: Any) -> tuple[Value, Sequence[Value]]:
        """The cost of an example, and the outputs for it."""
        weight = 1.0
        if self._is_weighted:
            x, weight = x
        outputs = self.task.model(x)
        cost = self.task.row.function(outputs, y)
        return weight * cost if self._is_weighted else cost, listed_outputs(outputs)

    def _form(self, x: Any, y: Any, weight: float) -> tuple[Any, Any]:
        """An example as the cost takes it."""
        return [x, weight] if self._is_weighted else x, one_hot(int(y), self.n_outputs) if self._are_one_hot else y

    def _read_examples(self) -> None:
        """Make arrays of the examples, with the weight in the last column of the inputs, if there are several."""
        task, read = self.task, self.task.read
        self._x, self._y = self._arrays(task.inputs, task.targets, task.weights)
        self.classes = None if read is None else np.array([read.true(target) for target in task.targets])
        self.validation = self.validation_classes = None
        if task.validation is not None:
            inputs, targets = task.validation
            self.validation = self._arrays(inputs, targets, [1.0] * len(inputs))
            self.validation_classes = None if read is None else np.array([read.true(target) for target in targets])

    def _arrays(self, inputs: Sequence[Any], targets: Sequence[Any], weights: Sequence[float]) -> tuple[Any, Any]:
        x = np.array(inputs, dtype=np.float64).reshape(len(inputs), -1)
        y = np.array(targets, dtype=np.float64).reshape(len(targets), -1)
        if self._is_weighted:
            x = np.column_stack([x, weights])
        return x, np.eye(self.n_outputs)[y[:, 0].astype(int)] if self._are_one_hot else y

    def _samples(self) -> list[tuple[Any, Any]]:
        """Some examples, of different targets if these are few. The loss is asked whether it takes all targets."""
        task = self.task
        kinds = dict[bytes, tuple[Any, Any, float]]()
        sets = [(task.inputs, task.targets, self._y)]
        if task.validation is not None and self.validation is not None:
            sets.append((*task.validation, self.validation[1]))
        with no_grad():
            for inputs, targets, rows in sets:
                for x, target, row in zip(inputs, targets, rows, strict=True):
                    if row.tobytes() not in kinds:
                        kinds[row.tobytes()] = x, target, 1.0
                        task.row.function(self._outputs, target)
        found = [*kinds.values()]
        return [self._form(*each) for each in (found if len(found) <= MOST_KINDS else found[:3])]

    def _compare(self) -> None:
        """Raise an error if the program gives another gradient than the graph does, as where a branch was not seen."""
        task = self.task
        counted = [i for i, weight in enumerate(task.weights) if weight]
        counted = counted[:: math.ceil(len(counted) / COMPARED)]
        try:
            expected = np.array(ScalarEngine(task).gradient(1, counted)[0])
        except ArithmeticError:
            return  # training will come to it, and say so
        with np.errstate(all="ignore"):
            found = self.run((GRADIENT,), self.parameters(), *self.batch(np.array(counted)))[0]
        if not np.abs(found - expected).max() <= CLOSE * np.abs(expected).max():
            raise ValueError(
                "the program of the cost gives another gradient than the graph does. Does the cost ask for the numbers "
                "of an example, as in an if?"
            )

    def _has_parameters(self) -> bool:
        """Whether the loss of given outputs depends on the parameters, as one with a penalty in it does."""
        cost = self.task.row.function(self._outputs, self.task.targets[0])
        return not set(self.task.parameters).isdisjoint(topological_order(cost))

    def _cost_of_outputs(self) -> Program:
        """The program of the cost of given outputs. It has a parameter, since all programs do: a factor of 1."""
        factor, loss, is_one = Value(1.0), self.task.row.function, isinstance(self._outputs, Value)

        def cost(outputs: Any, y: Any) -> Any:
            weight = 1.0
            if self._is_weighted:
                outputs, weight = outputs
            found = factor * loss(outputs[0] if is_one else outputs, y)
            return weight * found if self._is_weighted else found

        return compile(cost, [factor], self._form(plain(self._outputs), self.task.targets[0], 1.0))
