"""CSV files as people and spreadsheets write them: rows of cells, each row with the number of its line."""

import csv
import io
import math
from itertools import islice
from os import PathLike

from autograd.files import located

SEPARATORS = ",;\t"
OTHER_FILES = {  # what they begin with
    b"\x1f\x8b": "it is compressed with gzip; unpack it first",
    b"PK\x03\x04": "it is a ZIP archive or a workbook of Excel; unpack it, or save the sheet as CSV",
    b"\xff\xfe": "it is in UTF-16; save it in UTF-8",
    b"\xfe\xff": "it is in UTF-16; save it in UTF-8",
}


def read_rows(path: str | PathLike[str]) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of the line that it begins in.

    Cells are separated by commas, semicolons or tabs, whichever makes more of them numbers. They may be in quotation
    marks, and spaces around them do not count.

    Args:
        path: The file, in UTF-8.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is not such a file.
    """
    text = _decoded(path, located(path).read_bytes())
    rows, line = [], 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), skipinitialspace=True)
        for row in reader:
            cells = [cell.strip() for cell in row]
            if cells not in ([], [""]):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path} is not a CSV file: line {line}: {error}.") from None
    return rows


def number_in(cell: str) -> float | None:
    """The finite number that a cell holds, or `None`.

    Example:
        >>> number_in("-1e3"), number_in("1,5"), number_in("nan"), number_in("1_000")
        (-1000.0, None, None, None)
    """
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in cell else None


def _decoded(path: str | PathLike[str], content: bytes) -> str:
    for beginning, what in OTHER_FILES.items():
        if content.startswith(beginning):
            raise ValueError(f"{path} is not a CSV file: {what}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = error.object.count(b"\n", 0, error.start) + 1, error.object[error.start]
        raise ValueError(
            f"{path} is not a CSV file in UTF-8: line {line} has the byte 0x{byte:02x}. "
            "If it is a text in Latin-1 or Windows-1252, save it in UTF-8."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(f"{path} is not a CSV file: line {line} has a NUL, which no text has.")
    return text


def _separator(text: str) -> str:
    lines = list(islice(io.StringIO(text, newline=""), 20))

    def count(separator: str) -> int:
        rows = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        return sum(number_in(cell.replace(",", ".")) is not None for row in rows for cell in row)

    return max(SEPARATORS, key=count)
