"""Labeled examples: scikit-learn's handwritten digits, or those in a CSV file."""

import gzip
import importlib.util
from collections.abc import Sequence
from decimal import Decimal
from os import PathLike
from pathlib import Path

from autograd.notation import printable
from autograd.table import whole
from nn.choices import meant
from nn.data.csv_files import number_in, read_rows
from nn.data.data_set import DataSet, few
from nn.settings import check

WORDS = {"class", "classes", "target", "targets", "label", "labels", "category", "species", "kind"}  # above classes
COUNTERS = {"", "#", "id", "index", "idx", "no", "no.", "nr", "nr.", "row", "row_id", "rowid", "rownames", "unnamed: 0"}
MISSING = {"?", "na", "n/a", "nan", "null"}


def load_digits() -> DataSet:
    """The 1797 handwritten digits that come with scikit-learn: 8 × 8 pixels, from 0 (white) to 1 (black).

    Source: Alpaydin & Kaynak 1998, "Optical recognition of handwritten digits", UCI Machine Learning Repository.

    Raises:
        ImportError: if scikit-learn is not installed.
    """
    rows = [[float(number) for number in line.split(",")] for line in _bundled("digits.csv.gz").split()]
    inputs, targets = [[x / 16.0 for x in row[:-1]] for row in rows], [int(row[-1]) for row in rows]
    return DataSet(inputs, targets, [str(digit) for digit in range(10)], (8, 8))


def _bundled(name: str) -> str:
    """A file that comes with scikit-learn, which is looked for and not imported: that would take a second or two."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ImportError("the digits come with scikit-learn: pip install 'scalar-autograd[demo]'")
    return gzip.decompress((Path(package.origin).parent / "datasets" / "data" / name).read_bytes()).decode()


def load_csv(
    path: str | PathLike[str],
    *,
    target: str | int = -1,
    classes: bool = True,
    ignore: str | int | Sequence[str | int] = (),
) -> DataSet:
    r"""Read examples from a CSV file: a row for each, of numbers and a class, or a number to approximate.

    Cells are separated by commas, semicolons or tabs. The first row may have the names of the columns. It has if no
    input in it is a number; or if its target is a word for classes, such as species, and no class; or if it counts the
    columns from 0, and the classes are no numbers.

    Args:
        path: The file, in UTF-8.
        target: The column to learn: its name, or its position, counted from 0. The last one by default.
        classes: Whether it has classes, which may be any text, or numbers to approximate. Classes are numbered in their
            order, numbers by size, and equal numbers are one class.
        ignore: A column to leave out, or a list of them: names or positions.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if a cell is missing or not a number, rows differ in length, there is no such column, a column only
            numbers the examples, there are fewer than two classes, or the classes look like numbers to approximate. The
            message gives the line and the column.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "pets.csv")
        ...     _ = path.write_text("weight,height,kind\n4,25,cat\n30,60,dog\n")
        ...     data = load_csv(path)
        >>> data
        2 examples
        2 inputs: weight, height
        2 classes: cat (1), dog (1)
        >>> data.inputs, data.targets
        ([[4.0, 25.0], [30.0, 60.0]], [0, 1])
    """
    check(classes=classes)
    ignored = [ignore] if isinstance(ignore, str | int) else list(ignore)
    rows = read_rows(path)
    first = rows[0][1] if rows else []
    if len(first) == 1:
        raise ValueError(
            f"{path} needs at least two columns, separated by commas, semicolons or tabs: numbers, then the class."
        )
    for line, cells in rows:
        if len(cells) != len(first):
            raise ValueError(f"{path}, line {line}: {len(cells)} columns, but line {rows[0][0]} has {len(first)}.")
    if not first:
        raise ValueError(f"{path} holds no examples.")
    to_learn, *left_out = (_position(path, column, first) for column in (target, *ignored))
    names = None
    if any(isinstance(column, str) for column in (target, *ignored)) or _are_names(rows, to_learn):
        names, rows = first, rows[1:]
    if not rows:
        raise ValueError(f"{path} holds no examples.")
    used = [column for column in range(len(first)) if column not in (to_learn, *left_out)]
    if not used:
        raise ValueError(f"{path}: no column is left for the inputs.")

    inputs = []
    for line, cells in rows:
        for column in (*used, to_learn):
            fault = _fault(cells[column], is_number=column != to_learn or not classes)
            if fault:
                hint = "" if names or line > rows[0][0] else " In a row of names of columns, none is a number."
                raise ValueError(f"{path}, line {line}, {_called(column, names)}: {fault}.{hint}")
        inputs.append([float(cells[column]) for column in used])
    for k, column in enumerate(used):
        numbers = {x[k] for x in inputs if x[k].is_integer()}
        if names and names[column].casefold() in COUNTERS and len(numbers) == len(inputs) > 1:
            raise ValueError(
                f"{path}: {_called(column, names)}, numbers the examples, and is nothing to learn from. Leave it "
                f"out (ignore takes its name, or {column}), or give it another name."
            )
    columns = [names[column] for column in used] if names else []
    texts = [cells[to_learn] for _, cells in rows]
    if not classes:
        return DataSet(inputs, list(map(float, texts)), [], columns=columns)
    labels, found = _numbered(texts)
    _check_classes(path, found, texts)
    return DataSet(inputs, labels, found, columns=columns)


read_csv = load_csv  # its name in version 0.1.0


def _are_names(rows: Sequence[tuple[int, Sequence[str]]], target: int) -> bool:
    """Whether the first row has the names of the columns."""
    first, classes = rows[0][1], {cells[target] for _, cells in rows[1:]}
    numbers = [_is_float(cell) for i, cell in enumerate(first) if cell and i != target]
    if numbers and not any(numbers):  # pandas gives its index no name
        return True
    if list(first) == [str(column) for column in range(len(first))]:  # as pandas names columns without a name
        return not any(map(_is_float, classes))
    return first[target].casefold() in WORDS and first[target] not in classes


def _is_float(cell: str) -> bool:
    return number_in(cell.replace(",", ".")) is not None or cell.casefold() in MISSING | {"inf", "-inf"}


def _position(path: str | PathLike[str], column: str | int, first: Sequence[str]) -> int:
    """The position of a column, given by its name in the first row or by a position."""
    if isinstance(column, str):
        if first.count(column) != 1:
            hint = " Give its position, counted from 0." if column in first else meant(column, first)
            raise ValueError(
                f"{path} must have one column {column!r}, but has {first.count(column)}; its first row is "
                f"{few(list(map(repr, first)))}.{hint}"
            )
        return first.index(column)
    if whole("the position of a column", column, None) not in range(-len(first), len(first)):
        raise ValueError(f"{path} has {len(first)} columns, counted from 0, and none at the position {column}.")
    return column % len(first)


def _called(column: int, names: Sequence[str] | None) -> str:
    """What messages call a column: by what `target` and `ignore` take."""
    return f"column {column}, counted from 0" + (f" ({names[column]!r})" if names else "")


def _fault(cell: str, *, is_number: bool) -> str:
    """What is wrong with a cell, if anything is."""
    if not cell:
        return "the cell is empty: fill it in or delete the line"
    if cell.casefold() in MISSING:
        return f"{cell!r} stands for something missing: fill it in or delete the line"
    if is_number and number_in(cell) is None:
        point = cell.replace(",", ".")
        advice = "correct it, or leave the column out with ignore" if number_in(point) is None else f"write {point}"
        return f"{cell[:40]!r} is not a finite number: {advice}"
    if "\n" in cell or "\r" in cell:
        return f"{cell[:40]!r} goes on in the next line: is a quotation mark missing?"
    return "" if printable(cell) == cell else f"{cell[:40]!r} is not printable"


def _numbered(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """The class of each example from its name, and the shortest name of each class."""
    places = {name: _place(name) for name in set(names)}
    shortest: dict[tuple[Decimal, str], str] = {}
    for name in sorted(places, key=lambda name: (len(name), name)):
        shortest.setdefault(places[name], name)
    numbers = {place: number for number, place in enumerate(sorted(shortest))}
    return [numbers[places[name]] for name in names], [shortest[place] for place in numbers]


def _place(name: str) -> tuple[Decimal, str]:
    """What classes are sorted by: numbers by their size, all digits of it, and words after them."""
    return (Decimal(name), "") if number_in(name) is not None else (Decimal("Infinity"), name)


def _check_classes(path: str | PathLike[str], classes: Sequence[str], names: Sequence[str]) -> None:
    """Refuse one class, and numbers to approximate: most examples have one of their own then."""
    if len(classes) < 2:
        raise ValueError(
            f"{path}: every example has the class {names[0][:40]!r}, but there must be at least two classes."
        )
    numbers = [number for number in map(number_in, classes) if number is not None]
    are_many = 2 * len(classes) > len(names) and len(numbers) == len(classes)
    if are_many and (len(classes) > 20 or not all(number.is_integer() for number in numbers)):
        raise ValueError(
            f"{path}: its classes look like numbers to approximate: there are {len(classes)} different ones in "
            f"{len(names)} examples, such as {names[0]}. If they are, read them with nn.load_csv(path, classes=False); "
            "if not, round them."
        )
