"""A picture of a run in the output of a notebook's cell, which refreshes in place while the run goes on."""

import time
from collections.abc import Callable, Sequence

from nn.recorder.picture import as_image, curves
from nn.training import CellOutput, Epoch

PAUSE = 0.3  # seconds between two pictures, at least


class LivePicture(CellOutput):
    """Loss and accuracy so far, as one output of a cell: a saved notebook has the last picture.

    Args:
        epochs: Gives what was measured so far.
        title: What the run is called.
    """

    def __init__(self, epochs: Callable[[], Sequence[Epoch]], title: str) -> None:
        super().__init__(PAUSE)
        self.epochs, self.title = epochs, title
        self.drawn = time.monotonic()  # there is nothing to see before the first pause is over

    def __repr__(self) -> str:
        epochs = self.epochs()
        return f"{self.title}: {f'epoch {epochs[-1].number}' if epochs else 'before the first epoch'}"

    def _repr_html_(self) -> str:
        epochs = self.epochs()
        return as_image(curves([epochs], self.title), repr(self))
