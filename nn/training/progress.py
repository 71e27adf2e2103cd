"""The progress of a training run: in a notebook a bar in the cell's output, elsewhere on the error stream.

There it is a bar if tqdm is installed, otherwise a line for each epoch. A notebook shows the error stream in red.
"""

import html
import math
import sys
import time
from typing import Any, Self

from nn.training.history import Epoch, show_loss

PAUSE = 0.1  # seconds between two pictures of a bar


def progress_bar(*, total: int, done: int, shown: bool) -> Any:
    """A context manager with tqdm's methods `update(n_examples)` and `set_postfix_str(text)`.

    Args:
        total: How many examples there are, over all epochs.
        done: How many of them were done in an earlier run.
        shown: Whether to show anything.
    """
    if shown and in_notebook():
        return _Cell(total, done)
    try:
        from tqdm import tqdm
    except ImportError:
        return _Lines(shown)
    pause = PAUSE if sys.stderr.isatty() else 10.0  # few lines in a log file
    return tqdm(total=total, initial=done, unit="example", disable=not shown, mininterval=pause)


def figures(epoch: Epoch) -> str:
    """What the progress shows of an epoch.

    Example:
        >>> figures(Epoch(2, 0.125, 0.75))
        'epoch 2: loss 0.1250, accuracy 75.0%'
    """
    text = f"epoch {epoch.number}: loss {show_loss(epoch.loss, 4)}"
    if epoch.validation_accuracy is not None:
        return f"{text}, validation accuracy {epoch.validation_accuracy:.1%}"
    return text if epoch.accuracy is None else f"{text}, accuracy {epoch.accuracy:.1%}"


def in_notebook() -> bool:
    """Whether IPython runs this in a kernel, which shows HTML, and not in a terminal."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


class CellOutput:
    """What is shown in a notebook as one output of a cell, and replaced in place: a saved notebook has the last one.

    Args:
        pause: Seconds between two pictures, at least; the last one comes when the context ends.
    """

    def __init__(self, pause: float) -> None:
        self.pause, self.drawn = pause, -math.inf

    def __enter__(self) -> Self:
        from IPython.display import display

        self.handle = display(self, display_id=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.handle.update(self)

    def refresh(self) -> None:
        """Draw again, unless that was just done."""
        if time.monotonic() - self.drawn >= self.pause:
            self.handle.update(self)
            self.drawn = time.monotonic()


class _Cell(CellOutput):
    """Progress as a bar in the output of a cell."""

    def __init__(self, total: int, done: int) -> None:
        super().__init__(PAUSE)
        self.total, self.done, self.text = total, done, ""

    def update(self, n_examples: int) -> None:
        self.done += n_examples
        self.refresh()

    def set_postfix_str(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"{self.done / self.total:.0%} {self.text}".rstrip()

    def _repr_html_(self) -> str:
        return f'<progress value="{self.done}" max="{self.total}"></progress> {html.escape(self.text)}'


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
