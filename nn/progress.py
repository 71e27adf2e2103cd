"""The progress of a training run, on the error stream: a bar if tqdm is installed, otherwise a line for each epoch."""

import sys
from typing import Any

from nn.history import Epoch


def progress_bar(*, total: int, done: int, shown: bool) -> Any:
    """A context manager with tqdm's methods `update(n_examples)` and `set_postfix_str(text)`.

    Args:
        total: How many examples there are, over all epochs.
        done: How many of them were done in an earlier run.
        shown: Whether to show anything.
    """
    try:
        from tqdm import tqdm
    except ImportError:
        return _Lines(shown)
    pause = 0.1 if sys.stderr.isatty() or "ipykernel" in sys.modules else 10.0  # seconds; few lines in a log file
    return tqdm(total=total, initial=done, unit="example", disable=not shown, mininterval=pause)


def figures(epoch: Epoch) -> str:
    """What the progress shows of an epoch.

    Example:
        >>> figures(Epoch(2, 0.125, 0.75))
        'epoch 2: loss 0.1250, accuracy 75.0%'
    """
    text = f"epoch {epoch.number}: loss {epoch.loss:.4f}"
    if epoch.validation_accuracy is not None:
        return f"{text}, validation accuracy {epoch.validation_accuracy:.1%}"
    return text if epoch.accuracy is None else f"{text}, accuracy {epoch.accuracy:.1%}"


class _Lines:
    """Progress without tqdm."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, _: int) -> None:
        pass

    def set_postfix_str(self, text: str) -> None:
        if self.shown:
            print(text, file=sys.stderr, flush=True)
