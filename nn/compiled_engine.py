"""Training with a program of arrays: the cost of an example is recorded once, and a batch is one call.

The parameters are an array, which goes back into the model when somebody looks at it. What comes out infinite or nan is
computed once more on the graph, which names the example or the parameter.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Value, no_grad
from autograd.compiler import compile  # noqa: A004 - what it is called
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
CLOSE = 1e-6  # how far a program may be from the graph, of the size of the gradient


class CompiledEngine:
    """Updates the parameters of a model batch by batch.

    Args:
        task: What is minimized.

    Raises:
        Exception: of whatever kind, if the cost cannot be compiled, or its program is something else than the graph.
    """

    name = "compiled"

    def __init__(self, task: Task) -> None:
        self.task = task
        self._careful = ScalarEngine(task)
        self._n_outputs = len(outputs_of(task.model, task.inputs[0]))
        different = {weight for weight in task.weights if weight}
        self._is_weighted = len(different) > 1
        self._update: Update
        if task.optimizer.update_with is None:
            self._update = _with_lists(task.optimizer.update)
        else:
            self._update = task.optimizer.update_with(Arrays())
        self._compile()
        self._now: tuple[Any, State] = self._parameters(), {}
        self.state = self._careful.state

    @property
    def state(self) -> State:
        """The state of the optimizer, in lists."""
        return _mapped(np.ndarray.tolist, self._now[1])

    @state.setter
    def state(self, state: State) -> None:
        is_foreign = self.task.optimizer.update_with is None
        self._now = self._now[0], state if is_foreign else _mapped(np.array, state)

    def _compile(self) -> None:
        """Compile the cost, with classes as numbers if the loss takes them so, else as one-hot lists."""
        task = self.task
        may_be_classes = task.read is not None and self._n_outputs > 1 and not is_list(task.targets[0])
        for self._are_one_hot in (False, True) if may_be_classes else (False,):
            try:
                self._read_examples()
                samples = self._samples()
                forms = [self._form(task.inputs[i], task.targets[i], task.weights[i]) for i in samples]
                self.program = compile(self._cost, task.parameters, forms[0], forms[1:])
                self._runs: dict[int, Any] = {}
                break
            except Exception:
                if self._are_one_hot or not may_be_classes:
                    raise
        self.penalty = None
        if task.penalty is not None:
            penalty = task.penalty
            self.penalty = compile(lambda: penalty(task.model), task.parameters).prepared(self._parameters())
        self._compare(samples)

    def _cost(self, x: Any, y: Any) -> tuple[Value, Sequence[Value]]:
        """The cost of an example, and the outputs for it."""
        weight = 1.0
        if self._is_weighted:
            x, weight = x
        outputs = self.task.model(x)
        cost = self.task.row.function(outputs, y)
        return weight * cost if self._is_weighted else cost, [outputs] if isinstance(outputs, Value) else outputs

    def _form(self, x: Any, y: Any, weight: float) -> tuple[Any, Any]:
        """An example as the cost takes it."""
        return [x, weight] if self._is_weighted else x, one_hot(int(y), self._n_outputs) if self._are_one_hot else y

    def _read_examples(self) -> None:
        """Make arrays of the examples, with the weight in the last column of the inputs, if there are several."""
        task = self.task
        self._x, self._y = self._arrays(task.inputs, task.targets, task.weights)
        self._validation = None
        if task.validation is not None:
            self._validation = self._arrays(*task.validation, [1.0] * len(task.validation[0]))
        read = task.read
        self._classes = None if read is None else np.array([read.true(target) for target in task.targets])
        self._validation_classes = None
        if read is not None and task.validation is not None:
            self._validation_classes = np.array([read.true(target) for target in task.validation[1]])

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
        samples = [i for i in samples if self.task.weights[i]] or [self.task.weights.index(max(self.task.weights))]
        expected = np.array(self._careful.gradient(0, samples)[0])
        with np.errstate(all="ignore"):
            found = self._run(self._parameters(), *self._batch(np.array(samples)))[1]
        if not np.linalg.norm(found - expected) <= CLOSE * np.linalg.norm(expected):
            raise ValueError("the program of the cost gives another gradient than the graph does.")

    def _batch(self, batch: Any) -> tuple[Any, Any]:
        """The arrays of some examples."""
        x, y = self._x.take(batch, 0), self._y.take(batch, 0)
        if self._is_weighted:  # the program gives a mean: of n w C / Σ w, it is the weighted mean
            x[:, -1] *= len(x) / x[:, -1].sum()
        return x, y

    def epoch(self, number: int, order: Sequence[int], size: int, done: Callable[[int], object]) -> tuple[float, float]:
        """Update after each batch of the examples: see `ScalarEngine.epoch`."""
        places, weights = np.array(order), np.array(self.task.weights)
        total, right, weight, kept = 0.0, 0.0, 0.0, list[Any]()
        with np.errstate(all="ignore"):  # what is not finite is noticed, and named by the graph
            for start in range(0, len(order), size):
                batch = places[start : start + size]
                share = weights[batch].sum() if self._is_weighted else float(len(batch))
                found = self._updated(batch)
                if found is None:
                    costs, rights = self._update_carefully(number, batch.tolist())
                    total += sum(costs)
                    right += sum(rights)
                else:
                    total += found[0] * share
                    kept.append((batch, found[1]))
                weight += share
                done(len(batch))
        if kept:
            batches, outputs = (np.concatenate(each) for each in zip(*kept, strict=True))
            self._check_outputs(number, batches, outputs)
            if self._classes is not None:
                is_right = self._named(outputs) == self._classes[batches]
                right += weights[batches].dot(is_right)
        return float(total / weight), float(right / weight)

    def _updated(self, batch: Any) -> tuple[float, Any] | None:
        """Update once, and return the mean cost and the outputs; `None` if something is infinite or nan."""
        theta, state = self._now
        cost, gradient, outputs = self._run(theta, *self._batch(batch))
        penalty = 0.0
        if self.penalty is not None:
            penalty, of_penalty = self.penalty(theta)
            gradient = gradient + of_penalty
        if not math.isfinite(cost + penalty):
            return None
        changes, state = self._update(gradient, state, theta)
        theta = theta + changes
        if not (math.isfinite(theta.dot(theta)) or np.isfinite(theta).all()):
            return None
        self._now = theta, state  # both at once, whenever Ctrl-C comes
        return cost, outputs

    def _update_carefully(self, number: int, batch: list[int]) -> tuple[list[float], list[float]]:
        """Update on the graph, which names what is infinite or nan, or finds that nothing is."""
        self.flow_back()
        self._careful.state = self.state
        found = self._careful.update(number, batch)
        self.take()
        self.state = self._careful.state
        return found

    def _run(self, theta: Any, x: Any, y: Any) -> Any:
        """What the program gives for some examples: by a function for so many, for the same bits in each call."""
        run = self._runs.get(len(x))
        if run is None:
            run = self._runs[len(x)] = self.program.prepared(theta, x, y)
        return run(theta, x, y)

    def _named(self, outputs: Any) -> Any:
        """The class that the outputs for each example name; -1 if one is nan."""
        assert self.task.read is not None
        cut = self.task.read.cut
        named = outputs.argmax(1) if cut is None else outputs[:, 0] > cut
        return np.where(np.isnan(outputs).any(1), -1, named)

    def _check_outputs(self, number: int, batches: Any, outputs: Any) -> None:
        """Let the loss itself refuse outputs that it does not take."""
        least, most = self.task.row.outputs
        if least == -math.inf == -most or (outputs.min() >= least and outputs.max() <= most):
            return
        place = int(np.argmax(((outputs < least) | (outputs > most)).any(1)))
        i, numbers = int(batches[place]), outputs[place].tolist()
        with located(f"example {i} in epoch {number}"), no_grad():
            self.task.row.function([*map(Value, numbers)], self.task.targets[i])

    def validated(self) -> tuple[float | None, float | None]:
        """The mean loss of the validation examples, and the accuracy."""
        if self._validation is None:
            return None, None
        total, kept, n = 0.0, list[Any](), len(self._validation[0])
        with np.errstate(all="ignore"):
            for start in range(0, n, CHUNK):
                x, y = (each[start : start + CHUNK] for each in self._validation)
                cost, _, outputs = self._run(self._now[0], x, y)
                total += cost * len(x)
                kept.append(outputs)
        if not math.isfinite(total):
            self.flow_back()
            return self._careful.validated()
        if self._validation_classes is None:
            return float(total / n), None
        is_right = self._named(np.concatenate(kept)) == self._validation_classes
        return float(total / n), float(is_right.mean())

    def flow_back(self) -> None:
        """Give the parameters of the model their numbers."""
        numbers = self._now[0].tolist()
        try:
            assign(self.task.parameters, numbers)
        except BaseException:  # Ctrl-C: once more
            assign(self.task.parameters, numbers)
            raise

    def take(self) -> None:
        """Take what has been changed from outside: the parameters, or what the model does."""
        self._now = self._parameters(), self._now[1]

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
