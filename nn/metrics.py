"""How good a network is: its mean loss, how often it names the correct class, and which classes it confuses.

The class that a network names is the number of its largest output; of a network with one output, it is 1 above a
threshold and 0 below. A target gives the class as its number, or as a list with 1 for it and 0, or -1, for the others;
with a single output as 0 or 1, or as -1 or 1. Other targets are numbers to approximate, and there is no accuracy.
"""

import math
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value, no_grad
from autograd.table import is_list
from nn.choices import require
from nn.examples import check_examples
from nn.losses import LossFunction, loss_row
from nn.settings import check

Model = Callable[[Any], Any]


@dataclass(frozen=True)
class ReadClasses:
    """Reads classes: which one a target names, and which one the outputs of a network name.

    Attributes:
        cut: A single output above it means class 1; `None` where the largest of several outputs names the class.
    """

    cut: float | None

    def true(self, target: Any) -> int:
        """The class that a target names."""
        numbers = _listed(target)
        if self.cut is not None:
            return int(numbers[0] > 0)
        return int(numbers[0]) if len(numbers) == 1 else argmax(numbers)

    def named(self, outputs: Sequence[float]) -> int:
        """The class that outputs name."""
        return int(outputs[0] > self.cut) if self.cut is not None else argmax(outputs)


def accuracy(model: Model, inputs: Sequence[Any], targets: Sequence[Any], *, threshold: float | None = None) -> float:
    """The share of examples, from 0 to 1, whose class the model names correctly.

    Args:
        model: The network.
        inputs: One list of numbers for each example.
        targets: The class of each example.
        threshold: A single output above it means class 1. The default is halfway between the targets of both classes;
            for logits pass 0.

    Raises:
        ValueError: if there are no examples, the numbers of inputs and targets differ, or the targets are not classes.

    Example:
        >>> accuracy(lambda x: [Value(x[0]), Value(1 - x[0])], [[0.9], [0.2], [0.7]], [0, 1, 1])
        0.6666666666666666
    """
    return share_right(confusion_matrix(model, inputs, targets, threshold=threshold))


def confusion_matrix(
    model: Model, inputs: Sequence[Any], targets: Sequence[Any], *, threshold: float | None = None
) -> list[list[int]]:
    """How many examples of each class (the row) the model took for each class (the column).

    Args:
        model: The network.
        inputs: One list of numbers for each example.
        targets: The class of each example.
        threshold: A single output above it means class 1; the default is halfway between the targets of both classes.

    Raises:
        ValueError: if there are no examples, the numbers of inputs and targets differ, or the targets are not classes.

    Example:
        >>> confusion_matrix(lambda x: [Value(x[0]), Value(1 - x[0])], [[0.9], [0.2], [0.7]], [0, 1, 1])
        [[1, 0], [1, 1]]
    """
    check(threshold=threshold)
    inputs, targets = _checked(model, inputs, targets)
    outputs = [outputs_of(model, x) for x in inputs]
    for i, numbers in enumerate(outputs):
        if any(map(math.isnan, numbers)):
            raise ValueError(f"the output for example {i} is nan, which names no class.")
    size = max(2, len(outputs[0]))
    read = class_reader(targets, len(outputs[0]), threshold)
    if read is None:
        raise ValueError(_not_classes(targets, len(outputs[0])))
    matrix = [[0] * size for _ in range(size)]
    for output, target in zip(outputs, targets, strict=True):
        matrix[read.true(target)][read.named(output)] += 1
    return matrix


def share_right(matrix: Sequence[Sequence[int]]) -> float:
    """The accuracy that a confusion matrix shows: the share of its examples that are on the diagonal.

    Example:
        >>> share_right([[3, 1], [0, 4]])
        0.875
    """
    return sum(row[i] for i, row in enumerate(matrix)) / sum(map(sum, matrix))


def evaluate(
    model: Model,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    loss: str | LossFunction = "squared_error",
    *,
    threshold: float | None = None,
) -> tuple[float, float | None]:
    """The mean loss over examples, and the accuracy, or `None` if the targets are not classes. Records no graph.

    Args:
        model: The network.
        inputs: One list of numbers for each example.
        targets: What the loss compares the outputs with, for each example.
        loss: A name from `nn.losses.LOSSES`, or a function like those.
        threshold: A single output above it means class 1; the default suits the loss.

    Raises:
        ValueError: if there are no examples, or the numbers of inputs and targets differ.

    Example:
        >>> evaluate(lambda x: Value(x[0]), [[0.75], [0.25]], [1, 0])
        (0.0625, 1.0)
    """
    check(threshold=threshold)
    inputs, targets = _checked(model, inputs, targets)
    row = loss_row(loss)
    read = class_reader(targets, len(outputs_of(model, inputs[0])), row.threshold if threshold is None else threshold)
    return measure(model, inputs, targets, row.function, read)


def _checked(model: Any, inputs: Any, targets: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    """Look at the arguments before anything is computed; the model first, which tells whether two are swapped."""
    form = "the arguments (model, inputs, targets)"
    require(form, "model", model, Callable, "a network, or a function of one example")
    return check_examples(inputs, targets)


def measure(
    model: Model, inputs: Sequence[Any], targets: Sequence[Any], loss: LossFunction, read: ReadClasses | None
) -> tuple[float, float | None]:
    """The mean loss and the accuracy, where the way to read classes is known."""
    total, right = 0.0, 0
    with no_grad():
        for x, target in zip(inputs, targets, strict=True):
            outputs = model(x)
            total += loss(outputs, target).data
            right += is_right(read, outputs, target)
    return total / len(inputs), None if read is None else right / len(inputs)


def class_reader(targets: Sequence[Any], n_outputs: int, threshold: float | None = None) -> ReadClasses | None:
    """Find out how to read classes; `None` if the targets are not classes."""
    lists = [_listed(target) for target in targets]
    if n_outputs == 1:
        kinds = {float(number) for numbers in lists for number in numbers}
        if not (kinds <= {0.0, 1.0} or kinds <= {-1.0, 1.0}):
            return None
        return ReadClasses(cut_of(targets) if threshold is None else threshold)
    rest = n_outputs - 1
    if all(len(numbers) == 1 and numbers[0] in range(n_outputs) for numbers in lists) or all(
        sorted(numbers) in ([0.0] * rest + [1.0], [-1.0] * rest + [1.0]) for numbers in lists
    ):
        return ReadClasses(None)
    return None


def cut_of(targets: Sequence[Any]) -> float:
    """Halfway between the targets of two classes: a single output above it means class 1.

    Example:
        >>> cut_of([0, 1, 1]), cut_of([[-1.0], [1.0]])
        (0.5, 0.0)
    """
    return 0.0 if any(-1.0 in _listed(target) for target in targets) else 0.5


def _not_classes(targets: Sequence[Any], n_outputs: int) -> str:
    """Which target is no class: the first that is none by itself, or else the first that is of another kind."""
    alone = [i for i, target in enumerate(targets) if class_reader([target], n_outputs) is None]
    ends = range(len(targets))  # once the first targets are no classes, more of them are none either
    i = alone[0] if alone else bisect(ends, False, key=lambda end: class_reader(targets[: end + 1], n_outputs) is None)
    rule = "0 or 1, or each -1 or 1" if n_outputs == 1 else f"from 0 to {n_outputs - 1}, or each a one-hot list"
    return (
        f"the targets are not classes: with {n_outputs} output{'s' * (n_outputs > 1)}, each must be {rule}, "
        f"but target {i} is {targets[i]}."
    )


def _listed(target: Any) -> list[float]:
    return list(target) if is_list(target) else [target]


def is_right(read: ReadClasses | None, outputs: Value | Sequence[Value], target: Any) -> bool:
    """Whether the outputs name the class of the target; `False` if targets are not classes."""
    if read is None:
        return False
    numbers = plain(outputs)
    return read.true(target) == read.named(numbers) and not any(map(math.isnan, numbers))  # nan names no class


def outputs_of(model: Model, x: Any) -> list[float]:
    """The outputs of a model as numbers, without recording a graph.

    Raises:
        TypeError: if it returns something else than one Value or a list of them.
    """
    with no_grad():
        outputs = model(x)
    listed = listed_outputs(outputs)
    if not is_list(listed) or not all(isinstance(output, Value) for output in listed):
        raise TypeError(
            f"a model must return a Value or a list of Values, but it returned {outputs!r:.60} of type "
            f"{type(outputs).__name__}."
        )
    return plain(outputs)


def plain(outputs: Value | Sequence[Value]) -> list[float]:
    """The numbers of one Value or several."""
    return [output.data for output in listed_outputs(outputs)]


def listed_outputs(outputs: Any) -> Any:
    """What a model returned, in a list also where it is one Value."""
    return [outputs] if isinstance(outputs, Value) else outputs


def argmax(numbers: Sequence[float]) -> int:
    """The place of the largest number.

    Example:
        >>> argmax([0.1, 0.7, 0.2])
        1
    """
    return max(range(len(numbers)), key=numbers.__getitem__)
