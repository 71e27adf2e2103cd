"""The history of a training run: what was measured in each epoch."""

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograd.notation import Report, Table
from autograd.pictures import matplotlib_needed

if TYPE_CHECKING:
    from autograd.pictures.figure import Figure


@dataclass(frozen=True)
class Epoch:
    """What was measured in one pass over the training examples.

    Attributes:
        number: Counted from 1.
        loss: The mean loss of the training examples, each measured before the update that it contributes to. With
            weights for examples, it is the weighted mean, and the accuracy the share of the weight.
        accuracy: The share of them that were classified correctly, or `None` if the targets are not classes.
        validation_loss: The mean loss of the validation examples after the epoch, or `None` if there are none.
        validation_accuracy: The share of them that are classified correctly, or `None`.
    """

    number: int
    loss: float
    accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None


@dataclass(repr=False)
class History(Report):
    """What was measured in each epoch, and why training stopped. Prints as a table; `history[-1]` is the last epoch.

    Attributes:
        epochs: One entry for each epoch.
        stopped: Why training stopped before the last epoch; empty if it did not.
        engine: What trained: "compiled" or "scalar", or "distributed".

    Example:
        >>> History([Epoch(1, 0.5, 0.75), Epoch(2, 0.125, 1.0)])
        epoch        loss  accuracy
            1    0.500000     75.0%
            2    0.125000    100.0%
    """

    epochs: list[Epoch] = field(default_factory=list)
    stopped: str = ""
    engine: str = "scalar"

    def __len__(self) -> int:
        return len(self.epochs)

    def __getitem__(self, position: int) -> Epoch:
        return self.epochs[position]

    def table(self) -> Table:
        """A row for each epoch, and a column for all that was measured."""
        columns = [
            ("epoch", *(str(epoch.number) for epoch in self.epochs)),
            ("loss", *(f"{show_loss(epoch.loss, 6):>10}" for epoch in self.epochs)),
            ("accuracy", *(_share(epoch.accuracy) for epoch in self.epochs)),
            ("validation loss", *(show_loss(epoch.validation_loss, 6) for epoch in self.epochs)),
            ("accuracy", *(_share(epoch.validation_accuracy) for epoch in self.epochs)),
        ]
        head, *rows = zip(*columns[:2], *(column for column in columns[2:] if any(column[1:])), strict=True)
        return Table(head, rows, left=0)

    def plot(self) -> "Figure":
        """Draw the loss, and the accuracy if there are classes, after each epoch.

        Raises:
            ImportError: if matplotlib is not installed.
        """
        with matplotlib_needed():
            from nn import pictures
        return pictures.learning_curve(self.epochs)

    def __repr__(self) -> str:
        return "\n".join([str(self.table()), *([self.stopped] if self.stopped else [])])

    def _repr_html_(self) -> str:
        return self.table().to_html() + (f"<p>{html.escape(self.stopped)}</p>" if self.stopped else "")


def show_loss(loss: float | None, decimals: int) -> str:
    """A loss with some decimals; one that is too large for them, or too small, with its power of ten.

    Example:
        >>> show_loss(0.125, 4), show_loss(1.2345e50, 4), show_loss(0.00012, 4), show_loss(None, 4)
        ('0.1250', '1.2e+50', '1.2e-04', '')
    """
    if loss is None:
        return ""
    fits = loss == 0 or 10.0 ** (1 - decimals) <= abs(loss) < 1e6
    return f"{loss:.{decimals}f}" if fits else f"{loss:.1e}"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
