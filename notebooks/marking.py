"""Marks what is written down in an exercise."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Marks:
    """How many rows are right; true if all are."""

    right: int
    rows: int

    def __bool__(self) -> bool:
        return self.right == self.rows

    def __repr__(self) -> str:
        return f"{self.right} of {self.rows} right"


def mark(prediction: Mapping[Hashable, object], observed: Mapping[Hashable, object]) -> Marks:
    """Compare a prediction, row by row, with what was observed. A row that is missing is not right."""
    right = sum(name in prediction and prediction[name] == value for name, value in observed.items())
    return Marks(right, len(observed))


def names(text: str, known: Collection[str]) -> set[str]:
    """The names in a text such as "w1 b2".

    Raises:
        ValueError: if one of them is not known, since a typing error is no answer.
    """
    found = set(text.replace(",", " ").split())
    if unknown := sorted(found.difference(known)):
        raise ValueError(f"write {' '.join(sorted(set(known)))}, or some of them, but got {unknown[0]!r}.")
    return found
