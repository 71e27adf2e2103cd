"""What a training run minimizes and measures, for whoever computes it: see `nn.training.engines`."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value
from nn.losses import Loss
from nn.metrics import ReadClasses
from nn.optimizers import Optimizer


@dataclass(frozen=True)
class Task:
    """What a training run minimizes and measures.

    Attributes:
        model: The model.
        parameters: Its parameters.
        inputs: The input of each example.
        targets: The target of each.
        weights: The weight of each.
        row: The loss of one.
        read: Reads classes; `None` if the targets are none.
        penalty: A penalty on the model, or `None`.
        validation: Inputs and targets to evaluate after each epoch, or `None`.
        optimizer: Decides what to add to the parameters.
    """

    model: Any
    parameters: Sequence[Value]
    inputs: Sequence[Any]
    targets: Sequence[Any]
    weights: Sequence[float]
    row: Loss
    read: ReadClasses | None
    penalty: Callable[[Any], Value] | None
    validation: tuple[Sequence[Any], Sequence[Any]] | None
    optimizer: Optimizer


def reason(error: Exception) -> str:
    """Why a cost cannot be compiled: the first line of an error, or its kind if it says nothing."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


@contextlib.contextmanager
def located(
    where: str, what: str = "training diverged", advice: str = "Try a smaller learning rate, or clip_by_norm."
) -> Iterator[None]:
    """Add to an arithmetic error where in the training it happened, and what may help."""
    try:
        yield
    except (OverflowError, FloatingPointError) as error:
        raise FloatingPointError(f"{what} at {where}: {str(error).rstrip('.')}. {advice}") from error
    except (ValueError, ArithmeticError, TypeError) as error:
        error.add_note(f"This happened while training, at {where}.")
        raise
