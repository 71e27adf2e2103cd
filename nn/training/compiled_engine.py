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
from nn.module import assign
from nn.optimizers import State
from nn.training.array_updates import array_update, state_in_arrays, state_in_lists
from nn.training.compiled_task import COST, GRADIENT, OUTPUTS, CompiledTask
from nn.training.scalar_engine import ScalarEngine
from nn.training.task import Task, located

CHUNK = 1000  # validation examples of one call


class CompiledEngine:
    """Updates the parameters of a model batch by batch.

    Args:
        task: What is minimized.

    Attributes:
        compiled: The same, compiled.

    Raises:
        Exception: of whatever kind, if the cost cannot be compiled, or its program is something else than the graph.
    """

    name = "compiled"

    def __init__(self, task: Task) -> None:
        self.task, self.compiled = task, CompiledTask(task)
        self._careful = ScalarEngine(task)
        self._weights = np.array(task.weights)
        self._update = array_update(task.optimizer)
        self._now = self._before = self.compiled.parameters(), State()
        self._is_ahead = False  # of the parameters that the model has
        self.state = self._careful.state

    @property
    def state(self) -> State:
        """The state of the optimizer, in lists."""
        return state_in_lists(self._now[1])

    @state.setter
    def state(self, state: State) -> None:
        self._now = self._now[0], state_in_arrays(self.task.optimizer, state)

    def places(self, places: Sequence[int]) -> Any:
        """The places of examples, as an array."""
        return np.array(places, np.int64)

    def epoch(self, number: int, places: Any, size: int, done: Callable[[int], object]) -> tuple[float, float]:
        """Update after each batch of the examples: see `ScalarEngine.epoch`."""
        self._before, self._is_ahead = (self._now[0].copy(), self._now[1]), True
        with np.errstate(all="ignore"):  # what is not finite is noticed
            try:
                outputs, loss = self._updated(number, places, size, done, is_watched=False)
            except FloatingPointError:  # of an optimizer; something may have gone wrong before
                loss = math.nan
            if not (math.isfinite(loss) and self._is_finite()):
                self._now = self._before[0].copy(), self._before[1]
                outputs, loss = self._updated(number, places, size, lambda _: None, is_watched=True)
        self._check_outputs(number, places, outputs)
        if self.compiled.classes is None:
            return loss, 0.0
        weights = self._weights.take(places)
        is_right = self._named(outputs) == self.compiled.classes.take(places)
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
        outputs, total, room = np.empty((len(places), self.compiled.n_outputs)), 0.0, np.empty_like(self._now[0])
        needs_cost = is_watched or not self.compiled.knows_cost_of_outputs
        needed = (GRADIENT, OUTPUTS, COST) if needs_cost else (GRADIENT, OUTPUTS)
        for start in range(0, len(places), size):
            batch = places[start : start + size]
            before = theta, state = self._now
            gradient, outputs[start : start + size], *cost = self.compiled.run(
                needed, theta, *self.compiled.batch(batch)
            )
            if self.compiled.penalty is not None:
                gradient = gradient + self.compiled.penalty(theta)[1]
            changes, state = self._update(gradient, state, theta)
            updated = np.add(theta, changes, out=room)
            self._now, room = (updated, state), theta  # parameters and state at once, whenever Ctrl-C comes
            if needs_cost:
                total += float(cost[0]) * self._weights.take(batch).sum()
            if is_watched and not (math.isfinite(cost[0]) and self._is_finite()):
                self._now, room = before, updated
                self._update_carefully(number, batch.tolist())
            done(len(batch))
        if needs_cost:
            return outputs, float(total / self._weights.take(places).sum())
        return outputs, self.compiled.cost_of_outputs(places, outputs)

    def _is_finite(self) -> bool:
        """Whether the parameters are finite, and the penalty on them."""
        theta = self._now[0]
        is_finite = bool(np.isfinite(theta).all())
        return is_finite and (self.compiled.penalty is None or math.isfinite(self.compiled.penalty(theta)[0]))

    def _update_carefully(self, number: int, batch: list[int]) -> None:
        """Update on the graph, which names what is infinite or nan, or finds that nothing is."""
        self.write_model()
        self._careful.state = self.state
        self._careful.update(number, batch)
        self._now, self._is_ahead = (self.compiled.parameters(), {}), True
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
        if self.compiled.validation is None:
            return None, None
        n = len(self.compiled.validation[0])
        outputs, total = np.empty((n, self.compiled.n_outputs)), 0.0
        with np.errstate(all="ignore"):
            for start in range(0, n, CHUNK):
                x, y = (each[start : start + CHUNK] for each in self.compiled.validation)
                cost, outputs[start : start + CHUNK] = self.compiled.run((COST, OUTPUTS), self._now[0], x, y)
                total += float(cost) * len(x)
        if not math.isfinite(total):
            self.write_model()
            return self._careful.validated()
        if self.compiled.validation_classes is None:
            return total / n, None
        return total / n, float((self._named(outputs) == self.compiled.validation_classes).mean())

    def write_model(self) -> None:
        """Give the parameters of the model their numbers; those before an epoch that has come to infinite ones."""
        if not self._is_ahead:
            return  # what has changed them since may do so
        theta = self._now[0] if np.isfinite(self._now[0]).all() else self._before[0]
        numbers = theta.tolist()
        try:
            assign(self.task.parameters, numbers)
        except BaseException:  # Ctrl-C: once more
            assign(self.task.parameters, numbers)
            raise
        self._is_ahead = False

    def read_model(self) -> None:
        """Take the parameters that the model has; compile again if the cost is another one now."""
        self._now = self.compiled.parameters(), self._now[1]
        if not self.compiled.is_current():
            self.compiled = CompiledTask(self.task)
