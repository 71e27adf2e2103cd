"""Training with a program of arrays: the cost of an example is recorded once, and a batch is one call.

The parameters are an array, which goes back into the model when somebody looks at it. Loss and accuracy of an epoch are
computed at its end, from the outputs that were kept. If something is infinite or nan then, the epoch is done once more,
and the batch where it happens on the graph, which names the example or the parameter.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, no_grad
from autograd.compiler import Program, compile  # noqa: A004 - what it is called
from autograd.engine import topological_order
from autograd.table import is_list
from nn.arithmetic import Arrays
from nn.losses import one_hot
from nn.metrics import outputs_of
from nn.module import assign
from nn.optimizers import State, Update
from nn.scalar_engine import ScalarEngine
from nn.task import Task, located

MOST_KINDS = 10  # targets that the operations are compared for
CHUNK = 1000  # validation examples of one call
CLOSE = 1e-6  # how far a program may be from the graph, of the largest derivative
COST, GRADIENT, OUTPUTS = range(3)  # the results of a program


class CompiledEngine:
    """Updates the parameters of a model batch by batch.

    Args:
        task: What is minimized.

    Attributes:
        program: The program of the cost of the examples, with the outputs for each.
        penalty: A function of the parameters that gives the penalty and its gradient, or `None`.

    Raises:
        Exception: of whatever kind, if the cost cannot be compiled, or its program is something else than the graph.
    """

    name = "compiled"

    def __init__(self, task: Task) -> None:
        self.task = task
        self._careful = ScalarEngine(task)
        self._weights = np.array(task.weights)
        self._is_weighted = len({weight for weight in task.weights if weight}) > 1
        self._update: Update
        if task.optimizer.update_with is None:
            self._update = _with_lists(task.optimizer.update)
        else:
            self._update = task.optimizer.update_with(Arrays())
        self._runs: dict[tuple[Program, Sequence[int], int], Callable[..., Any]] = {}
        self._room: dict[int, tuple[Any, ...]] = {}
        self._compile()
        self._now = self._before = self._parameters(), State()
        self.state = self._careful.state

    @property
    def state(self) -> State:
        """The state of the optimizer, in lists."""
        return _mapped(np.ndarray.tolist, self._now[1])

    @state.setter
    def state(self, state: State) -> None:
        is_of_lists = self.task.optimizer.update_with is None
        self._now = self._now[0], state if is_of_lists else _mapped(np.array, state)

    def _compile(self) -> None:
        """Compile the cost, with classes as numbers if the loss takes them so, else as one-hot lists."""
        task, outputs = self.task, outputs_of(self.task.model, self.task.inputs[0])
        self._n_outputs = len(outputs)
        may_be_classes = task.read is not None and self._n_outputs > 1 and not is_list(task.targets[0])
        for self._are_one_hot in (False, True) if may_be_classes else (False,):
            try:
                self._read_examples()
                samples = self._samples()
                forms = [self._form(task.inputs[i], i) for i in samples]
                self.program = compile(self._cost, task.parameters, forms[0], forms[1:])
                break
            except Exception:
                if self._are_one_hot or not may_be_classes:
                    raise
        self.penalty, self._programs = None, [self.program]
        if task.penalty is not None:
            penalty, theta = task.penalty, self._parameters()
            program = compile(lambda: penalty(task.model), task.parameters)
            self.penalty = program.prepared(theta, needed=(COST, GRADIENT))
            self._programs.append(program)
        self._compare(samples)
        self._of_outputs = None if self._has_parameters() else self._cost_of_outputs(outputs)

    def _cost(self, x: Any, y: Any) -> tuple[Value, Sequence[Value]]:
        """The cost of an example, and the outputs for it."""
        weight = 1.0
        if self._is_weighted:
            x, weight = x
        outputs = self.task.model(x)
        cost = self.task.row.function(outputs, y)
        return weight * cost if self._is_weighted else cost, [outputs] if isinstance(outputs, Value) else outputs

    def _form(self, x: Any, i: int) -> tuple[Any, Any]:
        """An input, with the target of an example, as the cost takes them."""
        y = self.task.targets[i]
        weighted = [x, self.task.weights[i]] if self._is_weighted else x
        return weighted, one_hot(int(y), self._n_outputs) if self._are_one_hot else y

    def _has_parameters(self) -> bool:
        """Whether the loss of given outputs depends on the parameters, as one with a penalty in it does."""
        task = self.task
        with no_grad():
            outputs = task.model(task.inputs[0])
        cost = task.row.function(outputs, task.targets[0])
        return not set(task.parameters).isdisjoint(topological_order(cost))

    def _cost_of_outputs(self, numbers: Sequence[float]) -> Program:
        """The program of the cost of given outputs. It has a parameter, since all programs do: a factor of 1."""
        factor, loss = Value(1.0), self.task.row.function
        with no_grad():
            is_one = isinstance(self.task.model(self.task.inputs[0]), Value)

        def cost(outputs: Any, y: Any) -> Any:
            if not self._is_weighted:
                return factor * loss(outputs[0] if is_one else outputs, y)
            outputs, weight = outputs
            return factor * weight * loss(outputs[0] if is_one else outputs, y)

        return compile(cost, [factor], self._form([*numbers], 0))

    def _read_examples(self) -> None:
        """Make arrays of the examples, with the weight in the last column of the inputs, if there are several."""
        task, read = self.task, self.task.read
        self._x, self._y = self._arrays(task.inputs, task.targets, task.weights)
        self._classes = None if read is None else np.array([read.true(target) for target in task.targets])
        self._validation = self._validation_classes = None
        if task.validation is not None:
            inputs, targets = task.validation
            self._validation = self._arrays(inputs, targets, [1.0] * len(inputs))
            self._validation_classes = None if read is None else np.array([read.true(target) for target in targets])

    def _arrays(self, inputs: Sequence[Any], targets: Sequence[Any], weights: Sequence[float]) -> tuple[Any, Any]:
        x = np.array(inputs, dtype=np.float64).reshape(len(inputs), -1)
        y = np.array(targets, dtype=np.float64).reshape(len(targets), -1)
        if self._is_weighted:
            x = np.column_stack([x, weights])
        return x, np.eye(self._n_outputs)[y[:, 0].astype(int)] if self._are_one_hot else y

    def _samples(self) -> list[int]:
        """Some examples, of different targets if these are few. The loss is asked whether it takes all targets."""
        task = self.task
        kinds: dict[bytes, int] = {}
        for i, y in enumerate(self._y):
            kinds.setdefault(y.tobytes(), i)
        with no_grad():
            outputs = task.model(task.inputs[0])
            for i in kinds.values():
                task.row.function(outputs, task.targets[i])
        several = [*kinds.values()] if len(kinds) <= MOST_KINDS else [*range(min(len(self._y), 3))]
        return [0, *(i for i in several if i)]

    def _compare(self, samples: Sequence[int]) -> None:
        """Raise an error if the program gives another gradient than the graph does."""
        heaviest = self.task.weights.index(max(self.task.weights))
        samples = [i for i in samples if self.task.weights[i]] or [heaviest]
        try:
            expected = np.array(self._careful.gradient(1, samples)[0])
        except ArithmeticError:
            return  # training will come to it, and say so
        with np.errstate(all="ignore"):
            x, y = self._taken(np.array(samples))
            found = self._run(self.program, (GRADIENT,), self._parameters(), x, y)[0]
        if not np.abs(found - expected).max() <= CLOSE * np.abs(expected).max():
            raise ValueError("the program of the cost gives another gradient than the graph does.")

    def _run(self, program: Program, needed: Sequence[int], theta: Any, x: Any, y: Any) -> Any:
        """What a program gives for some examples, by a function for so many: the same bits in each call."""
        key = program, needed, len(x)
        if key not in self._runs:
            self._runs[key] = program.prepared(theta, x, y, needed=needed)
        return self._runs[key](theta, x, y)

    def _taken(self, batch: Any) -> tuple[Any, Any]:
        """The arrays of some examples."""
        if len(batch) not in self._room:
            self._room[len(batch)] = tuple(np.empty((len(batch), each.shape[1])) for each in (self._x, self._y))
        x, y = self._room[len(batch)]
        self._x.take(batch, 0, x, "clip")  # without a copy, as all places are right
        self._y.take(batch, 0, y, "clip")
        if self._is_weighted:  # the program gives a mean: that of n w C / Σ w is the weighted one
            x[:, -1] *= len(x) / x[:, -1].sum()
        return x, y

    def epoch(self, number: int, order: Sequence[int], size: int, done: Callable[[int], object]) -> tuple[float, float]:
        """Update after each batch of the examples: see `ScalarEngine.epoch`."""
        self._before, places = self._now, np.fromiter(order, np.int64, len(order))
        with np.errstate(all="ignore"):  # what is not finite is noticed
            outputs, loss = self._updated(number, places, size, done, is_watched=False)
            if not (math.isfinite(loss) and self._is_finite()):
                self._now = self._before
                outputs, loss = self._updated(number, places, size, lambda _: None, is_watched=True)
        self._check_outputs(number, places, outputs)
        if self._classes is None:
            return loss, 0.0
        weights = self._weights.take(places)
        is_right = self._named(outputs) == self._classes.take(places)
        return loss, float(weights.dot(is_right) / weights.sum())

    def _updated(
        self, number: int, places: Any, size: int, done: Callable[[int], object], *, is_watched: bool
    ) -> tuple[Any, float]:
        """Update after each batch. Returns the outputs for each example, and their mean loss.

        Args:
            number: Which epoch it is.
            places: The places of the examples.
            size: How many make a batch.
            done: Is told how many examples were done.
            is_watched: Whether to look at the numbers after each batch.
        """
        outputs, total = np.empty((len(places), self._n_outputs)), 0.0
        needs_cost = is_watched or self._of_outputs is None
        needed = (GRADIENT, OUTPUTS, COST) if needs_cost else (GRADIENT, OUTPUTS)
        for start in range(0, len(places), size):
            batch = places[start : start + size]
            before = theta, state = self._now
            gradient, outputs[start : start + size], *cost = self._run(self.program, needed, theta, *self._taken(batch))
            if self.penalty is not None:
                gradient = gradient + self.penalty(theta)[1]
            changes, state = self._update(gradient, state, theta)
            self._now = theta + changes, state  # both at once, whenever Ctrl-C comes
            if needs_cost:
                total += float(cost[0]) * self._weights.take(batch).sum()
            if is_watched and not (math.isfinite(cost[0]) and self._is_finite()):
                self._now = before
                self._update_carefully(number, batch.tolist())
            done(len(batch))
        if needs_cost:
            return outputs, float(total / self._weights.take(places).sum())
        return outputs, self._mean_cost(places, outputs)

    def _mean_cost(self, places: Any, outputs: Any) -> float:
        """The mean cost of given outputs."""
        assert self._of_outputs is not None
        x = outputs
        if self._is_weighted:
            weights = self._weights.take(places)
            x = np.column_stack([outputs, weights * (len(places) / weights.sum())])
        return float(self._run(self._of_outputs, (COST,), np.ones(1), x, self._y.take(places, 0))[0])

    def _is_finite(self) -> bool:
        """Whether the parameters are finite, and the penalty on them."""
        theta = self._now[0]
        is_finite = bool(np.isfinite(theta).all())
        return is_finite and (self.penalty is None or math.isfinite(self.penalty(theta)[0]))

    def _update_carefully(self, number: int, batch: list[int]) -> None:
        """Update on the graph, which names what is infinite or nan, or finds that nothing is."""
        self.flow_back()
        self._careful.state = self.state
        self._careful.update(number, batch)
        self._now = self._parameters(), {}
        self.state = self._careful.state

    def _named(self, outputs: Any) -> Any:
        """The class that the outputs for each example name; -1 if one is nan."""
        assert self.task.read is not None
        cut = self.task.read.cut
        named = outputs.argmax(1) if cut is None else (outputs[:, 0] > cut).astype(int)
        if math.isnan(outputs.sum()):
            named[np.isnan(outputs).any(1)] = -1
        return named

    def _check_outputs(self, number: int, places: Any, outputs: Any) -> None:
        """Let the loss itself refuse outputs that it does not take."""
        least, most = self.task.row.outputs
        if least == -math.inf == -most or (outputs.min() >= least and outputs.max() <= most):
            return
        place = int(np.argmax(((outputs < least) | (outputs > most)).any(1)))
        i, numbers = int(places[place]), outputs[place].tolist()
        with located(f"example {i} in epoch {number}"), no_grad():
            self.task.row.function([*map(Value, numbers)], self.task.targets[i])

    def validated(self) -> tuple[float | None, float | None]:
        """The mean loss of the validation examples, and the accuracy."""
        if self._validation is None:
            return None, None
        n = len(self._validation[0])
        outputs, total = np.empty((n, self._n_outputs)), 0.0
        with np.errstate(all="ignore"):
            for start in range(0, n, CHUNK):
                x, y = (each[start : start + CHUNK] for each in self._validation)
                cost, outputs[start : start + CHUNK] = self._run(self.program, (COST, OUTPUTS), self._now[0], x, y)
                total += float(cost) * len(x)
        if not math.isfinite(total):
            self.flow_back()
            return self._careful.validated()
        if self._validation_classes is None:
            return total / n, None
        return total / n, float((self._named(outputs) == self._validation_classes).mean())

    def flow_back(self) -> None:
        """Give the parameters of the model their numbers; those before an epoch that has come to infinite ones."""
        theta = self._now[0] if np.isfinite(self._now[0]).all() else self._before[0]
        numbers = theta.tolist()
        try:
            assign(self.task.parameters, numbers)
        except BaseException:  # Ctrl-C: once more
            assign(self.task.parameters, numbers)
            raise

    def take(self) -> None:
        """Take the parameters that the model has; compile again if the cost is another one now."""
        self._now = self._parameters(), self._now[1]
        if not all(program.is_current() for program in self._programs):
            self._runs.clear()
            self._room.clear()
            self._compile()

    def _parameters(self) -> Any:
        return np.array([parameter.data for parameter in self.task.parameters])


def _mapped(function: Callable[[Any], Any], state: State) -> State:
    """A state with a function applied to its vectors."""
    return {name: function(entry) if isinstance(entry, list | np.ndarray) else entry for name, entry in state.items()}


def _with_lists(update: Update) -> Update:
    """An update that takes lists, for arrays."""

    def update_arrays(gradients: Any, state: State, theta: Any) -> tuple[Any, State]:
        changes, state = update(gradients.tolist(), state, theta.tolist())
        return np.array(changes), state

    return update_arrays
