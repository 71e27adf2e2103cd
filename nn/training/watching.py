"""Who watches a training run: what `fit` tells a watcher before the first epoch, after each, and at the end."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from nn.losses import Loss
from nn.training.history import Epoch, History


class Watcher(ABC):
    """What may be handed to `fit(on_epoch=...)` in place of a function, and then also hears which run it watches."""

    @abstractmethod
    def watching(
        self, model: Any, history: History, loss: Loss, threshold: float | None
    ) -> AbstractContextManager[Any]:
        """A context in which the epochs run. Entering it may refuse the run; nothing has been trained then.

        Args:
            model: The model, with the parameters that it has before the next epoch.
            history: What was measured before, if the run is resumed.
            loss: The row of the loss.
            threshold: A single output above it means class 1; `None` for the default.
        """

    @abstractmethod
    def __call__(self, epoch: Epoch) -> None:
        """Take in what was measured in an epoch. The model has the parameters after it."""


def watched(
    on_epoch: Callable[[Epoch], object] | None, model: Any, history: History, loss: Loss, threshold: float | None
) -> AbstractContextManager[Any]:
    """The context in which epochs run: that of a watcher, if there is one."""
    if isinstance(on_epoch, Watcher):
        return on_epoch.watching(model, history, loss, threshold)
    return nullcontext()
