"""Training on all devices: what `nn.training.compiled_engine` does on one, with the examples that each process holds.

The rule of the optimizer runs in every process, on the same numbers, so that the parameters are the same in all.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from nn.choices import name_of
from nn.distributed.agreement import from_the_first, together, within_reach
from nn.distributed.batches import batches
from nn.distributed.shards import Shard
from nn.distributed.sums import Sums
from nn.module import assign
from nn.optimizers import State
from nn.training import Task
from nn.training.array_updates import array_update, state_in_arrays, state_in_lists
from nn.training.compiled_task import CompiledTask

CHUNK = 1000  # validation examples of one call, for each process


class DistributedEngine:
    """Updates the parameters batch by batch: an engine as `nn.training.engines.Engine` says.

    Args:
        task: What is minimized, with a few examples of different kinds, which the operations are compared at.
        shard: The examples that this process trains on.
        weights: The weight of each example, of all processes.
        validation: Those that it validates with, or `None`.

    Raises:
        Exception: of whatever kind, if the cost cannot be compiled.
    """

    name = "distributed"

    def __init__(self, task: Task, shard: Shard, weights: Sequence[float], validation: Shard | None) -> None:
        self.task, self._shard, self._weights, self._validation = task, shard, np.array(weights), validation
        # With weights that differ, a program has the weight as the last number of an example.
        kinds = [2.0] + [1.0] * len(task.inputs)
        examples = {"inputs": [task.inputs[0], *task.inputs], "targets": [task.targets[0], *task.targets]}
        self._compiled = CompiledTask(Task(**{**vars(task), **examples, "weights": kinds}))
        self.program, self._penalty = self._compiled.program, self._compiled.penalty
        for each in (shard, validation):
            if each is not None:
                each.one_hot(self.program.sizes["Y"])
        self.sums = Sums(self.program, task.row, task.read)
        self._update = array_update(task.optimizer)
        self._theta = self._compiled.parameters()
        self.state = task.optimizer.init(self._theta.tolist())

    @property
    def state(self) -> State:
        """The state of the optimizer, in lists."""
        return state_in_lists(self._state)

    @state.setter
    def state(self, state: State) -> None:
        self._state = state_in_arrays(self.task.optimizer, state)

    def places(self, places: Sequence[int]) -> Any:
        """The places of examples, as an array."""
        return np.array(places, np.int64)

    def epoch(self, number: int, order: Any, size: int, done: Callable[[int], object]) -> tuple[float, float]:
        """Update after each batch of the examples.

        Args:
            number: Which epoch it is.
            order: The places of the examples, of all processes.
            size: How many make a batch.
            done: Is told how many examples were done.

        Returns:
            The mean loss, each measured before the update that it contributes to, and the share that was right.

        Raises:
            FloatingPointError: if something is infinite or nan; the parameters are those after the last full update.
            ValueError: if the outputs are none that the loss takes.
        """
        total, right, weight, shard = 0.0, 0.0, 0.0, self._shard
        with np.errstate(all="ignore"):  # what is not finite is noticed
            for place, batch in enumerate(self._batches(order, size, self._weights, shard)):
                where = f"batch {place} in epoch {number}"
                given = shard.X[batch.rows], shard.Y[batch.rows], batch.weights
                with within_reach(where):
                    cost, share, n_strange, *_ = found = self.sums(self._theta, *given)
                self._check_outputs(n_strange, where)
                self._step(cost, found[3:], where)
                total, right, weight = total + cost * batch.weight, right + share * batch.weight, weight + batch.weight
                done(batch.n)
        return float(total / weight), float(right / weight)

    def validated(self) -> tuple[float | None, float | None]:
        """The mean loss of the validation examples, and the accuracy."""
        shard = self._validation
        if shard is None:
            return None, None
        n, starts = shard.bounds[-1], np.array(shard.bounds)
        places = np.arange(n)
        within = places - starts[np.searchsorted(starts, places, side="right") - 1]
        order = np.argsort(within, kind="stable")  # some of each process, in every batch
        total, right = 0.0, 0.0
        for batch in self._batches(order, CHUNK * (len(starts) - 1), np.ones(n), shard):
            given = shard.X[batch.rows], shard.Y[batch.rows], batch.weights
            with within_reach("the validation"):
                cost, share, n_strange = self.sums(self._theta, *given, gradient=False)
            self._check_outputs(n_strange, "the validation")
            total, right = total + cost * batch.n, right + share * batch.n
        return float(total / n), None if self.task.read is None else float(right / n)

    def write_model(self) -> None:
        """Give the parameters of the model their numbers."""
        assign(self.task.parameters, self._theta.tolist())

    def read_model(self) -> None:
        """Take the numbers that the parameters have in process 0, where something may have changed them."""
        together(self._require_current)
        self._theta = np.array(from_the_first([parameter.data for parameter in self.task.parameters]))

    def _require_current(self) -> None:
        if not self._compiled.is_current():
            raise ValueError(
                "the cost is another one than when training began, as if on_epoch had changed what the model or the "
                "penalty does. In several processes it may change the parameters only: nn.fit takes such a cost."
            )

    def _batches(self, order: Any, size: int, weights: Any, shard: Shard) -> Any:
        return batches(order, size, weights, shard.bounds, jax.process_index(), jax.local_device_count())

    def _step(self, cost: float, gradient: Any, where: str) -> None:
        """Update once, or raise an error."""
        theta = self._theta
        if self._penalty is not None:
            penalty, of_penalty = self._penalty(theta)
            cost, gradient = cost + penalty, gradient + of_penalty
        if not math.isfinite(cost):
            raise FloatingPointError(f"training diverged at {where}: the loss is {cost}. {_ADVICE}")
        changes, state = self._update(gradient, self._state, theta)
        updated = theta + changes
        if not np.isfinite(updated).all():
            place = int(np.flatnonzero(~np.isfinite(updated))[0])
            raise FloatingPointError(
                f"training diverged at {where}: the update would set parameter {place} to {updated[place]} (its "
                f"gradient is {gradient[place]}). {_ADVICE}"
            )
        self._theta, self._state = updated, state

    def _check_outputs(self, n_strange: float, where: str) -> None:
        row = self.task.row
        if n_strange:
            least, most = row.outputs
            raise ValueError(
                f"{name_of(row.function, {})} takes outputs from {least} to {most}, but those of {n_strange:.0f} "
                f"examples are beyond, in {where}. Give the last layer the activation {row.output_activation!r}."
            )


_ADVICE = "Try a smaller learning rate, or clip_by_norm; nn.fit(engine='scalar') names the example."
