"""What a page shows, as the short text that is in its address: "level=sums&lit=4&v=0:0.5,7:-1" (`browser/state.js`)."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_OF_THE_PAGE = ("mode", "level", "step")  # which Python passes on, but does not read
_PLACE = re.compile("[0-9]{1,9}")
_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?")


@dataclass(frozen=True)
class State:
    """What a page shows.

    Attributes:
        example: Which of its examples is open.
        lit: The node that is lit, by its place in the order of that graph; `None` if none is.
        numbers: The leaves that have another number than at first, by their places, and that number.
        others: What concerns the page alone.

    Example:
        >>> str(State(lit=4, numbers={0: 0.5, 7: -1.0}, others={"level": "sums"}))
        'level=sums&lit=4&v=0:0.5,7:-1.0'
    """

    example: int = 0
    lit: int | None = None
    numbers: Mapping[int, float] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, text: str, sizes: Sequence[int], first: Sequence[Mapping[int, float]]) -> "State":
        """A state from text that anybody may have written: what is no state of this page is left out, as the page does.

        Args:
            text: The text.
            sizes: How many nodes there are in each example.
            first: The leaves of each example that may move, by their places, and their numbers at first.

        Example:
            >>> State.read("lit=2&v=0:0.5,1:nan,2:7,9:1", [3], [{0: 0.7, 1: 0.5}])
            State(example=0, lit=2, numbers={0: 0.5}, others={})
        """
        parts = dict(part.partition("=")[::2] for part in text.removeprefix("#").split("&"))
        example = _place(parts.get("example", ""), len(sizes)) or 0
        numbers = dict[int, float]()
        for pair in parts.get("v", "").split(","):
            leaf, _, written = pair.partition(":")
            place = _place(leaf, sizes[example])
            if place is not None and place in first[example] and _NUMBER.fullmatch(written):
                numbers[place] = float(written)
        return cls(
            example,
            _place(parts.get("lit", ""), sizes[example]),
            moved(first[example], numbers),
            {key: parts[key] for key in _OF_THE_PAGE if key in parts},
        )

    def __str__(self) -> str:
        parts = dict(self.others)
        if self.example:
            parts["example"] = str(self.example)
        if self.lit is not None:
            parts["lit"] = str(self.lit)
        if self.numbers:
            parts["v"] = ",".join(f"{place}:{number!r}" for place, number in self.numbers.items())
        return "&".join(f"{key}={text}" for key, text in parts.items())


def moved(first: Mapping[int, float], now: Mapping[int, float]) -> dict[int, float]:
    """The numbers that are not what they were at first, and that a state can hold."""
    return {
        place: now[place]
        for place in first
        if place in now and now[place] != first[place] and math.isfinite(now[place])
    }


def _place(text: str, end: int) -> int | None:
    return int(text) if _PLACE.fullmatch(text) and int(text) < end else None
