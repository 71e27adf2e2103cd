"""Programs on disk, as JSON: numbers come back to the last bit, and nothing of a file runs that is no program."""

import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd.compiler.arguments import Numbers, taken
from autograd.compiler.families import Index
from autograd.compiler.fitting import require_fit
from autograd.compiler.routine import Routine
from autograd.compiler.terms import DATA, INPUT, PARAMETER, TARGET
from autograd.compiler.whitelist import require_program
from autograd.engine import Tape
from autograd.files import located, write_atomically
from autograd.table import TABLE

FORMAT = "scalar-autograd program, version 1"
LARGEST = 200_000_000  # bytes of a file
_MOST = 2**31  # numbers of one kind
_KINDS = (PARAMETER, INPUT, TARGET, DATA)
_FIELDS = {"format", "source", "sizes", "indices", "data", "fallbacks", "report"}
_TAPE = ("steps", "numbers", "output", "most", "fixed", "least")
_NOT_FINITE = ("inf", "-inf", "nan")  # which JSON has no numbers for


def write(path: str | os.PathLike[str], routine: Routine, report: str, tape: Tape | None = None) -> Path:
    """Write a program to a file, whole or not at all.

    Args:
        path: Where to write; a file with that name is replaced.
        routine: The program.
        report: What its report says.
        tape: Its tape.

    Raises:
        OSError: if the file cannot be written; one that was there is then unchanged.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "sizes": routine.sizes,
        "report": report,
        "source": routine.source,
        "indices": {name: places.tolist() for name, places in routine.indices.items()},
        "data": _written(routine.data.tolist()),
        "fallbacks": [[*map(int, shape)] for shape in routine.fallbacks],
    }
    if tape is not None:
        steps = [(op.name, *places) for op, places in tape.steps]
        document["tape"] = {
            "steps": steps,
            "numbers": _written(tape.numbers),
            "output": tape.output,
            "most": tape.most,
            "fixed": sorted(tape.fixed),
            "least": tape.least,
        }
    return write_atomically(path, (json.dumps(document) + "\n").encode())


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what a program is made of from a file that `write` wrote.

    Args:
        path: The file.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is damaged, has another format, or its text is not one that the compiler writes.
    """
    with located(path).open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"{path} is too large: a program has {LARGEST:,} bytes at most.")
    try:
        document = json.loads(content, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged, cut short or not a saved program: {error}") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise ValueError(f"{path} is not a file of {FORMAT!r}: its format is {found!r:.60}.")
    try:
        return _checked(document)
    except ValueError as error:
        raise ValueError(f"{path} is no program that can be run: {error}") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _checked(document: dict[str, Any]) -> dict[str, Any]:
    """What a document says, each part of which is of its kind and fits the others."""
    _require(document.keys() - {"tape"} == _FIELDS, f"it must have {', '.join(sorted(_FIELDS))}", [*document])
    source, sizes, report = document["source"], document["sizes"], document["report"]
    for text in (source, report):
        _require(isinstance(text, str), "its source and its report must be texts", text)
    _require(
        isinstance(sizes, dict)
        and [*sizes] == [kind for kind in _KINDS if kind in sizes]
        and PARAMETER in sizes
        and (INPUT in sizes or TARGET not in sizes)
        and all(_is_whole(size, 1) for size in sizes.values()),
        f"its sizes must be those of {', '.join(_KINDS)}, as far as there are such",
        sizes,
    )
    routine = Routine(
        source,
        sizes,
        _indices(document["indices"]),
        _data(document["data"], sizes.get(DATA, 0)),
        _fallbacks(document["fallbacks"]),
    )
    require_program(source, taken(sizes), [*routine.indices, *[DATA] * (DATA in sizes)])
    require_fit(routine)
    return vars(routine) | {"report": report, "tape": _tape(document["tape"], sizes) if "tape" in document else None}


def _tape(found: Any, sizes: dict[str, int]) -> Tape:
    """A tape, recorded anew from its steps, none of which is anything but a row of the table."""
    _require(isinstance(found, dict) and found.keys() == {*_TAPE}, f"its tape must have {', '.join(_TAPE)}", found)
    steps, numbers, output, most, fixed, least = (found[name] for name in _TAPE)
    parts = [sizes[kind] for kind in taken(sizes)]
    _require(
        isinstance(numbers, list) and len(numbers) >= sum(parts),
        f"its tape must have {sum(parts)} numbers at least",
        numbers,
    )
    _require(
        isinstance(steps, list) and all(isinstance(step, list) and step for step in steps),
        "the steps of its tape must be lists that begin with a name",
        steps,
    )
    for place, (name, *places) in enumerate(steps, len(numbers)):
        row = TABLE[name] if isinstance(name, str) and name in TABLE.built_in else None
        is_step = row is not None and len(places) == row.arity
        _require(is_step, "a step of its tape must be a row of the table and its operands", [name, *places])
        are_before = all(_is_whole(each, 0) and each < place for each in places)
        _require(are_before, f"the operands of a step must be among the {place} places before it", places)
    n = len(numbers) + len(steps)
    _require(_is_whole(output, 0) and output < n, f"the output of its tape must be one of its {n} places", output)
    are_results = _is_list(fixed, len(numbers)) and all(each < n for each in fixed)
    _require(are_results, "what is fixed on its tape must be places of results", fixed)
    _require(_is_whole(most, 1), "its tape must take an example at least", most)
    _require(
        type(least) is float and 0.0 <= least < 1.0,
        "the least result of its tape must be a number from 0 to below 1",
        least,
    )
    try:
        leaves = _data(numbers, len(numbers)).tolist()
        return Tape.restored([*map(tuple, steps)], leaves, {}, output, parts, most, fixed, least)
    except ArithmeticError as error:
        raise ValueError(f"its tape has no value: {error}") from None


def _written(numbers: list[float]) -> list[Any]:
    return [each if math.isfinite(each) else str(each) for each in numbers]


def _indices(found: Any) -> dict[str, Index]:
    _require(
        isinstance(found, dict)
        and [*found] == [f"index{number}" for number in range(1, len(found) + 1)]
        and all(_is_list(places, 0) and places for places in found.values()),
        "its indices must be lists of places, index1, index2 and so on",
        found,
    )
    return {name: np.array(places, dtype=np.int64) for name, places in found.items()}


def _data(found: Any, size: int) -> Numbers:
    _require(isinstance(found, list) and len(found) == size, f"its data must be a list of {size} numbers", found)
    for each in found:
        is_number = type(each) in (int, float) and abs(each) <= sys.float_info.max
        _require(is_number or each in _NOT_FINITE, "its data must be numbers", each)
    return np.array([*map(float, found)])


def _fallbacks(found: Any) -> list[tuple[int, ...]]:
    is_right = isinstance(found, list) and all(_is_list(shape, -1) for shape in found)
    _require(is_right, "its fallbacks must be lists of sizes", found)
    return [*map(tuple, found)]


def _is_list(thing: Any, least: int) -> bool:
    return isinstance(thing, list) and all(_is_whole(each, least) for each in thing)


def _is_whole(thing: Any, least: int) -> bool:
    return type(thing) is int and least <= thing <= _MOST


def _require(holds: bool, rule: str, found: Any) -> None:
    if not holds:
        raise ValueError(f"{rule}, but there is {found!r:.60}.")
