"""Examples as data: split to hold some out, and scaled."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from autograd.table import as_list, whole
from nn.choices import require
from nn.settings import check


@dataclass(frozen=True, repr=False)
class DataSet:
    """Examples with their classes, or with numbers to approximate.

    Attributes:
        inputs: A list of numbers for each example, all lists of the same length.
        targets: For each example the number of its class, counted from 0; or the number to approximate.
        classes: The names of the classes; empty if there are none.
        image_shape: The rows and columns of the image whose pixels the inputs are, if they are.
        columns: The names of the inputs, if they have names.
    """

    inputs: list[list[float]]
    targets: list[Any]
    classes: list[str]
    image_shape: tuple[int, int] | None = None
    columns: list[str] = field(default_factory=list, compare=False)

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def labels(self) -> list[int]:
        """The targets, by their name for classes."""
        return self.targets

    def subset(self, positions: Sequence[int]) -> "DataSet":
        """The examples at some positions."""
        return replace(self, inputs=[self.inputs[i] for i in positions], targets=[self.targets[i] for i in positions])

    def __repr__(self) -> str:
        named = f": {few(self.columns)}" if self.columns else ""
        lines = [f"{len(self)} examples", f"{len(self.inputs[0]) if self.inputs else 0} inputs{named}"]
        if self.classes:
            counts = Counter(self.targets)
            sizes = few([f"{name} ({counts[i]})" for i, name in enumerate(self.classes)])
            lines.append(f"{len(self.classes)} classes: {sizes}")
        elif self.targets:
            lines.append(f"targets: numbers from {min(self.targets):g} to {max(self.targets):g}")
        return "\n".join(lines)


def split(data: DataSet, seed: int, share: float = 0.2) -> tuple[DataSet, DataSet]:
    """Split examples at random: a share of them, a fifth by default, is held out for testing.

    Returns:
        The examples to train on, and those held out, both in the order of the data: the first ones are no random sample
        if the data are sorted.

    Raises:
        ValueError: if there are too few examples to split, or the share is not between 0 and 1.
    """
    require("split(data, seed)", "data", data, DataSet)
    check(share=share)
    seed = whole("seed", seed, None)
    held_out = round(len(data) * share)
    if not 0 < held_out < len(data):
        raise ValueError(f"{len(data)} examples are too few to hold out a share of {share:g} of them for testing.")
    positions = list(range(len(data)))
    Random(seed).shuffle(positions)
    return data.subset(sorted(positions[held_out:])), data.subset(sorted(positions[:held_out]))


@dataclass(frozen=True)
class Scaling:
    """A linear map of each column: (x - low) / span.

    Attributes:
        lows: The number in each column that becomes 0.
        spans: The distance from it to the number that becomes 1.
    """

    lows: list[float]
    spans: list[float]

    def __call__(self, data: DataSet) -> DataSet:
        """The examples with scaled inputs."""
        require("scale(data), where scale = scaling(train)", "data", data, DataSet)
        return replace(data, inputs=[self.row(row) for row in data.inputs])

    def row(self, row: Sequence[float]) -> list[float]:
        """The inputs of one example, scaled.

        Raises:
            TypeError: if the row is no list.
            ValueError: if it has another length than the examples, or a scaled number is too large for a float.
        """
        row = as_list(row, "a row")
        if len(row) != len(self.lows):
            raise ValueError(f"a row must have {len(self.lows)} numbers, as in the examples, but has {len(row)}.")
        scaled = [(x - low) / span for x, low, span in zip(row, self.lows, self.spans, strict=True)]
        for i, x in enumerate(scaled):
            if not math.isfinite(x):
                raise ValueError(
                    f"input {i} cannot be scaled: ({row[i]} - {self.lows[i]}) / {self.spans[i]} is {x}. Leave its "
                    "column out, or give it another unit."
                )
        return scaled


def scaling(train: DataSet) -> Scaling:
    """The scaling that maps each column of the training examples to [0, 1]; constant columns become 0.

    Example:
        >>> scaling(DataSet([[0.0, 7.0], [10.0, 7.0]], [0, 1], ["a", "b"])).row([2.5, 7.0])
        [0.25, 0.0]
    """
    require("scaling(train)", "train", train, DataSet)
    columns = list(zip(*train.inputs, strict=True))
    lows = [min(column) for column in columns]
    return Scaling(lows, [max(column) - low or 1.0 for column, low in zip(columns, lows, strict=True)])


def few(names: Sequence[str]) -> str:
    """Names in a row, the first ten of them if there are more than twelve."""
    shown = names if len(names) <= 12 else [*names[:10], f"and {len(names) - 10} more"]
    return ", ".join(shown)
