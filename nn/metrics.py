"""What is measured of a network: its mean loss, how often it names the right class, and which classes it confuses.

A class is the number of the largest output. With a single output there are two: 1 above a threshold, and 0. Targets say
the class as its number, or as a one-hot list; with a single output as 0 or 1, or as -1 or 1.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value, no_grad
from nn.choices import choose
from nn.losses import LOSSES, Loss


def outputs_of(model: Callable[[Any], Any], x: Any) -> list[float]:
    """The outputs of a model as numbers, without recording a graph."""
    with no_grad():
        return numbers(model(x))


def numbers(outputs: Value | Sequence[Value]) -> list[float]:
    """The numbers of one Value or several."""
    return [output.data for output in ([outputs] if isinstance(outputs, Value) else outputs)]


def predicted_class(outputs: Sequence[float], threshold: float = 0.5) -> int:
    """The class that outputs name.

    Example:
        >>> predicted_class([0.1, 0.7, 0.2]), predicted_class([0.7]), predicted_class([-0.2], threshold=0.0)
        (1, 1, 0)
    """
    if len(outputs) == 1:
        return int(outputs[0] > threshold)
    return max(range(len(outputs)), key=outputs.__getitem__)


def true_class(target: Any) -> int:
    """The class that a target says."""
    if hasattr(target, "__len__"):
        return max(range(len(target)), key=target.__getitem__)
    return max(0, int(target))


def are_classes(targets: Sequence[Any]) -> bool:
    """Whether targets say classes: whole numbers, or one-hot lists. Otherwise they are numbers to approximate."""
    if all(hasattr(target, "__len__") for target in targets):
        return all(sorted(target) == [0] * (len(target) - 1) + [1] for target in targets)
    return all(float(target).is_integer() and target >= -1 for target in targets)


def default_threshold(targets: Sequence[Any]) -> float:
    """Halfway between the two classes of a single output: 0 for -1 and 1, otherwise 0.5."""
    return 0.0 if any(not hasattr(target, "__len__") and target == -1 for target in targets) else 0.5


def accuracy(
    model: Callable[[Any], Any], inputs: Sequence[Any], targets: Sequence[Any], *, threshold: float | None = None
) -> float:
    """The share of examples, from 0 to 1, whose class the model names.

    Args:
        model: The network.
        inputs: One list of numbers for each example.
        targets: The class of each example, as a number or one-hot.
        threshold: For a single output: above it is class 1. By default halfway between the targets of both classes; for
            logits pass 0.

    Raises:
        ValueError: if there are no examples, or more or fewer targets than inputs.

    Example:
        >>> accuracy(lambda x: [Value(x[0]), Value(1 - x[0])], [[0.9], [0.2], [0.7]], [0, 1, 1])
        0.6666666666666666
    """
    matrix = confusion_matrix(model, inputs, targets, threshold=threshold)
    return sum(row[i] for i, row in enumerate(matrix)) / len(inputs)


def confusion_matrix(
    model: Callable[[Any], Any], inputs: Sequence[Any], targets: Sequence[Any], *, threshold: float | None = None
) -> list[list[int]]:
    """How many examples of each class (the row) the model took for each class (the column).

    Args:
        model: The network.
        inputs: One list of numbers for each example.
        targets: The class of each example, as a number or one-hot.
        threshold: For a single output: above it is class 1; by default halfway between the targets of both classes.

    Raises:
        ValueError: if there are no examples, or more or fewer targets than inputs.

    Example:
        >>> confusion_matrix(lambda x: [Value(x[0]), Value(1 - x[0])], [[0.9], [0.2], [0.7]], [0, 1, 1])
        [[1, 0], [1, 1]]
    """
    check_examples(inputs, targets)
    if not are_classes(targets):
        raise ValueError("classes are whole numbers or one-hot lists, but the targets are neither.")
    threshold = default_threshold(targets) if threshold is None else threshold
    pairs = []
    size = 2
    for x, y in zip(inputs, targets, strict=True):
        outputs = outputs_of(model, x)
        pairs.append((true_class(y), predicted_class(outputs, threshold)))
        size = max(size, len(outputs), pairs[-1][0] + 1)
    matrix = [[0] * size for _ in range(size)]
    for true, predicted in pairs:
        matrix[true][predicted] += 1
    return matrix


def evaluate(
    model: Callable[[Any], Any],
    inputs: Sequence[Any],
    targets: Sequence[Any],
    loss: str | Loss = "squared_error",
    *,
    threshold: float | None = None,
) -> tuple[float, float | None]:
    """The mean loss over examples, and the accuracy, or `None` if the targets are no classes. Records no graph.

    Args:
        model: The network.
        inputs: One list of numbers for each example.
        targets: What the loss compares the outputs with, for each example.
        loss: A name from `nn.losses.LOSSES`, or such a function.
        threshold: For a single output: above it is class 1; by default halfway between the targets of both classes.

    Raises:
        ValueError: if there are no examples, or more or fewer targets than inputs.
    """
    check_examples(inputs, targets)
    function = choose("loss", loss, LOSSES)
    classes = are_classes(targets)
    threshold = default_threshold(targets) if threshold is None else threshold
    total, right = 0.0, 0
    with no_grad():
        for x, y in zip(inputs, targets, strict=True):
            outputs = model(x)
            total += function(outputs, y).data
            right += classes and predicted_class(numbers(outputs), threshold) == true_class(y)
    return total / len(inputs), right / len(inputs) if classes else None


def check_examples(inputs: Sequence[Any], targets: Sequence[Any]) -> None:
    """Raise a ValueError if there are no examples, or more or fewer targets than inputs."""
    if len(inputs) != len(targets):
        raise ValueError(f"each input needs its target, but there are {len(inputs)} inputs and {len(targets)} targets.")
    if len(inputs) == 0:
        raise ValueError("there are no examples: the data set is empty.")
