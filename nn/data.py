"""Labeled examples: scikit-learn's handwritten digits, or those in a CSV file."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from random import Random

from autograd.files import located
from autograd.notation import printable
from autograd.optional import needed
from nn.choices import whole
from nn.settings import check

WORDS = {
    "class",
    "classes",
    "target",
    "targets",
    "label",
    "labels",
    "category",
    "species",
    "kind",
}  # a header for classes


@dataclass(frozen=True)
class DataSet:
    """Examples with their classes.

    Attributes:
        inputs: A list of numbers for each example, all lists of the same length.
        labels: The number of each example's class, counted from 0.
        classes: The names of the classes.
        image_shape: The rows and columns of the image whose pixels the inputs are, if they are.
    """

    inputs: list[list[float]]
    labels: list[int]
    classes: list[str]
    image_shape: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.inputs)

    def subset(self, positions: Sequence[int]) -> "DataSet":
        """The examples at some positions."""
        return replace(self, inputs=[self.inputs[i] for i in positions], labels=[self.labels[i] for i in positions])


def load_digits() -> DataSet:
    """The 1797 handwritten digits that come with scikit-learn: 8 × 8 pixels, from 0 (white) to 1 (black).

    Source: Alpaydin & Kaynak 1998, "Optical recognition of handwritten digits", UCI Machine Learning Repository.

    Raises:
        ImportError: if scikit-learn is not installed.
    """
    with needed("sklearn", "the digits come with scikit-learn: pip install 'scalar-autograd[demo]'"):
        from sklearn.datasets import load_digits as bundled
    data, target = bundled(return_X_y=True)
    return DataSet((data / 16.0).tolist(), target.tolist(), [str(digit) for digit in range(10)], (8, 8))


def read_csv(path: str | PathLike[str]) -> DataSet:
    """Read examples from a CSV file: each row has numbers, then the class; a header row is skipped.

    A first row of numbers is a header, too, if its last cell is a word for classes, such as target, and no class; or if
    its cells count the columns from 0, where the classes are no numbers.

    Args:
        path: The file. The class, in the last column, may be any text.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if a cell is empty or not a number, rows differ in length, there are fewer than two classes, or the
            classes are numbers to approximate; the message gives the line and the column.
    """
    try:
        with located(path).open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is not a CSV file: {error}.") from None
    if rows and _are_names(rows[0][1], [cells for _, cells in rows[1:]]):
        rows = rows[1:]
    if not rows:
        raise ValueError(f"{path} holds no examples.")
    width = len(rows[0][1])
    if width < 2:
        raise ValueError(f"{path} needs at least two columns, separated by commas: numbers, then the class.")
    inputs, names = [], []
    for line, cells in rows:
        if len(cells) != width:
            raise ValueError(f"{path}, line {line}: {len(cells)} columns, but the first example has {width}.")
        for column, cell in enumerate(cells, start=1):
            if not cell:
                raise ValueError(
                    f"{path}, line {line}, column {column}: the cell is empty: fill it in or delete the line."
                )
            if column < width and not _is_number(cell):
                raise ValueError(f"{path}, line {line}, column {column}: {cell[:40]!r} is not a finite number.")
            if printable(cell) != cell:
                raise ValueError(f"{path}, line {line}, column {column}: {cell[:40]!r} is not printable.")
        inputs.append([float(cell) for cell in cells[:-1]])
        names.append(cells[-1])
    classes = sorted(set(names), key=lambda name: (float(name), name) if _is_number(name) else (math.inf, name))
    if len(classes) < 2:
        raise ValueError(
            f"{path}: every example has the class {names[0][:40]!r}, but there must be at least two classes."
        )
    if 2 * len(classes) > len(names) and all(map(_is_number, classes)) and not all(map(_is_whole, classes)):
        raise ValueError(
            f"{path}: the last column looks like numbers to approximate, not like classes: {len(classes)} different "
            f"ones in {len(names)} examples, such as {names[0]}. Round them to classes, or read the file with the "
            "csv module and call fit with the numbers as targets."
        )
    return DataSet(inputs, [classes.index(name) for name in names], classes)


def _are_names(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has the names of the columns."""
    if not any(_is_float(cell) or not cell for cell in first[:-1]):
        return True
    classes = {cells[-1] for cells in others}
    if list(first) == [str(column) for column in range(len(first))]:  # as pandas names columns without a name
        return not any(map(_is_float, classes))
    return first[-1].casefold() in WORDS and first[-1] not in classes


def _is_float(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_number(cell: str) -> bool:
    return _is_float(cell) and math.isfinite(float(cell))


def _is_whole(cell: str) -> bool:
    return float(cell).is_integer()


def split(data: DataSet, seed: int, share: float = 0.2) -> tuple[DataSet, DataSet]:
    """Split examples at random: a share of them, a fifth by default, is held out for testing.

    Returns:
        The examples to train on, and those held out.

    Raises:
        ValueError: if there are too few examples to split, or the share is not between 0 and 1.
    """
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
        return replace(data, inputs=[self.row(row) for row in data.inputs])

    def row(self, row: Sequence[float]) -> list[float]:
        """The inputs of one example, scaled."""
        return [(x - low) / span for x, low, span in zip(row, self.lows, self.spans, strict=True)]


def scaling(train: DataSet) -> Scaling:
    """The scaling that maps each column of the training examples to [0, 1]; constant columns become 0.

    Example:
        >>> scaling(DataSet([[0.0, 7.0], [10.0, 7.0]], [0, 1], ["a", "b"])).row([2.5, 7.0])
        [0.25, 0.0]
    """
    columns = list(zip(*train.inputs, strict=True))
    lows = [min(column) for column in columns]
    return Scaling(lows, [max(column) - low or 1.0 for column, low in zip(columns, lows, strict=True)])
