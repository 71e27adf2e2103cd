"""Training on the graph: one example after the other is recorded, and its gradient found by `backward()`."""

import math
from collections.abc import Callable, Sequence

from autograd import Value, find_nonfinite
from autograd.engine import collector_paused
from nn.losses import check_cost
from nn.metrics import is_right, measure
from nn.optimizers import step
from nn.training.task import Task, located


class ScalarEngine:
    """Updates the parameters of a model batch by batch.

    Args:
        task: What is minimized.
    """

    name = "scalar"

    def __init__(self, task: Task) -> None:
        self.task = task
        self.state = task.optimizer.init([parameter.data for parameter in task.parameters])

    def places(self, places: Sequence[int]) -> Sequence[int]:
        """The places of examples, as this engine reads them."""
        return list(places)

    def epoch(self, number: int, order: Sequence[int], size: int, done: Callable[[int], object]) -> tuple[float, float]:
        """Update after each batch of the examples.

        Args:
            number: Which epoch it is.
            order: The places of the examples.
            size: How many make a batch.
            done: Is told how many examples were done.

        Returns:
            The mean loss, each measured before the update that it contributes to, and the share that was right.

        Raises:
            FloatingPointError: if something is infinite or nan; the parameters are those after the last full update.
        """
        weights, total, right, weight = self.task.weights, 0.0, 0.0, 0.0
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            with collector_paused():
                costs, rights = self.update(number, batch)
            total, right = sum(costs, total), sum(rights, right)
            weight = sum((weights[i] for i in batch), weight)
            done(len(batch))
        return total / weight, right / weight

    def update(self, number: int, batch: Sequence[int]) -> tuple[list[float], list[float]]:
        """Update once. Returns w C for each example, and w for each that was classified correctly."""
        task = self.task
        gradient, costs, rights = self.gradient(number, batch)
        if task.penalty is not None:
            gradient = [g + r for g, r in zip(gradient, self._penalty_gradient(number), strict=True)]
        self.state = step(task.optimizer, self.state, task.parameters, gradient)
        return costs, rights

    def validated(self) -> tuple[float | None, float | None]:
        """The mean loss of the validation examples, and the accuracy."""
        task = self.task
        if task.validation is None:
            return None, None
        return measure(task.model, *task.validation, task.row.function, task.read)

    def write_model(self) -> None:
        """Give the parameters of the model their numbers, which they have."""

    def read_model(self) -> None:
        """Take what has been changed from outside: the parameters, or the model; each example is recorded anyway."""

    def gradient(self, number: int, batch: Sequence[int]) -> tuple[list[float], list[float], list[float]]:
        """The mean gradient, w C for each example, and w for each that was classified correctly."""
        task = self.task
        _clear(task.parameters)
        costs, rights = [], []
        for i in batch:
            weight, target = task.weights[i], task.targets[i]
            with located(f"example {i} in epoch {number}"):
                outputs = task.model(task.inputs[i])
                cost = _finite(task.row.function(outputs, target))
                if weight != 1.0:
                    cost = _finite(weight * cost)
                cost.backward()
            costs.append(cost.data)
            rights.append(weight * is_right(task.read, outputs, target))
        total = sum(task.weights[i] for i in batch)
        return [parameter.grad / total for parameter in task.parameters], costs, rights

    def _penalty_gradient(self, number: int) -> list[float]:
        task = self.task
        assert task.penalty is not None
        _clear(task.parameters)
        with located(f"the penalty in epoch {number}"):
            _finite(check_cost("a penalty", task.penalty(task.model))).backward()
        return [parameter.grad for parameter in task.parameters]


def _clear(parameters: Sequence[Value]) -> None:
    for parameter in parameters:
        parameter.grad = 0.0


def _finite(cost: Value) -> Value:
    if not math.isfinite(cost.data):
        sources = ", ".join(map(repr, find_nonfinite(cost)[:3]))
        raise FloatingPointError(f"the loss is {cost.data}; it first appears at {sources}.")
    return cost
