"""Programs come back from a file as they were; a file that somebody made, or that was damaged, is refused."""

import copy
import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.compiler import Program
from autograd.compiler.saving import FORMAT, LARGEST
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.test_writing import PROGRAMS, arrays, generated


def same(program: Program, other: Program) -> None:
    """Whether two programs are the same, and give the same bits."""
    assert [other.source, other.sizes, other.report] == [program.source, program.sizes, program.report]
    assert [*other.sizes] == [*program.sizes]
    assert [*map(tuple, other.fallbacks)] == [*map(tuple, program.fallbacks)]
    assert other.data.tobytes() == program.data.tobytes()
    assert other.data.dtype == np.float64
    assert {name: places.tolist() for name, places in other.indices.items()} == {
        name: places.tolist() for name, places in program.indices.items()
    }
    given = arrays(program)
    (value, gradient), (other_value, other_gradient) = program.bound(np)(*given), other.bound(np)(*given)
    assert other_value == value
    assert other_gradient.tobytes() == gradient.tobytes()


def with_data() -> Program:
    """A program with numbers of all kinds as data."""
    w = [Value(0.1, f"w_{k}") for k in range(10)]
    numbers = [0.1, -0.0, 5e-324, 1e300, 1 / 3, 7.0, 2.0**60, -1e-300, math.pi, 1.0]
    return autograd.compile(lambda: total([each * number for each, number in zip(w, numbers, strict=True)]), w)


@pytest.mark.parametrize("name", PROGRAMS)
def test_known_programs_come_back(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]()
    same(program, Program.load(program.save(tmp_path / "program.json")))


def test_generated_programs_come_back(tmp_path: Path) -> None:
    for seed in range(40):
        program = generated(seed)
        same(program, Program.load(program.save(tmp_path / "program.json")))


def test_data_come_back_to_the_last_bit(tmp_path: Path) -> None:
    program = with_data()
    assert len(program.data) == 10
    same(program, Program.load(program.save(tmp_path / "program.json")))


def test_data_that_are_no_finite_numbers_come_back(tmp_path: Path) -> None:
    program = with_data()
    program.data[:3] = math.inf, -math.inf, math.nan
    found = Program.load(program.save(tmp_path / "program.json")).data
    np.testing.assert_array_equal(found, program.data)


def test_a_program_that_was_loaded_does_not_know_its_cost(tmp_path: Path) -> None:
    program = Program.load(PROGRAMS["regression"]().save(tmp_path / "program.json"))
    assert program.recorder is None
    with pytest.raises(ValueError, match="its cost is not known"):
        _ = program.passes


def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path: Path) -> None:
    program = PROGRAMS["regression"]()
    path = program.save(tmp_path / "new" / "program.json")
    first = path.read_bytes()
    assert program.save(path).read_bytes() == first
    assert [each.name for each in path.parent.iterdir()] == ["program.json"]
    with pytest.raises(OSError, match="is no file"):
        program.save(tmp_path)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda program: pickle.loads(pickle.dumps(program))])
def test_copies_and_pickles_are_the_program_without_its_cost(copied: Any) -> None:
    program = PROGRAMS["L2"]()
    program(*arrays(program))  # keeps what it runs
    other = copied(program)
    same(program, other)
    assert other.recorder is None
    assert program.recorder is not None


def document() -> dict[str, Any]:
    """What is saved of a program with indices, data and products that are written out."""
    w = [Value(0.1, f"w_{k}") for k in range(9)]

    def cost(x: list[Value], y: Value) -> Any:
        taken = total([w[k] * w[place] * x[0] for k, place in enumerate([3, 0, 2, 4, 1, 5, 8, 6, 7])])
        return (taken - y) ** 2 + total([(each - number) ** 2 for each, number in zip(w, range(1, 10), strict=True)])

    program = autograd.compile(cost, w, ([1.0, 2.0], 2.0))
    return {
        "format": FORMAT,
        "source": program.source,
        "sizes": program.sizes,
        "indices": {name: places.tolist() for name, places in program.indices.items()},
        "data": program.data.tolist(),
        "fallbacks": [[-1, 3, 4]],
        "report": program.report,
    }


RIGHT = document()
HUGE = 10**400
NO_NUMBERS: list[Any] = [None, True, "1.0", "Infinity", [1.0], {}, HUGE]
FIELDS: list[tuple[str, Any]] = [
    ("format", None),
    ("format", 1),
    ("format", "scalar-autograd program, version 2"),
    ("format", "scalar-autograd parameters, version 1"),
    ("source", None),
    ("source", 1),
    ("source", [RIGHT["source"]]),
    ("source", ""),
    ("source", "import os"),
    ("source", RIGHT["source"] + "print('ran')\n"),
    ("source", "print('ran')\n" + RIGHT["source"]),
    ("source", RIGHT["source"].replace("Y):", "Y=print('ran')):")),
    ("source", RIGHT["source"].replace("\n    return", "\n    print('ran')\n    return")),
    ("source", RIGHT["source"].replace("return cost, gradient", "return cost, cost")),
    ("source", RIGHT["source"].replace("xp.sum", "xp.load")),
    ("source", RIGHT["source"].replace('"""The', '"""\ud800')),
    ("report", None),
    ("report", ["text"]),
    ("sizes", None),
    ("sizes", []),
    ("sizes", {}),
    ("sizes", [["theta", 9]]),
    *[("sizes", RIGHT["sizes"] | {"theta": size}) for size in (0, -1, 9.0, 8, 10, True, "9", None, [9], HUGE, 2**40)],
    *[("sizes", RIGHT["sizes"] | {"X": size}) for size in (0, None, 2.0, HUGE)],
    *[("sizes", {name: size for name, size in RIGHT["sizes"].items() if name != left}) for left in RIGHT["sizes"]],
    ("sizes", RIGHT["sizes"] | {"Z": 1}),
    ("sizes", dict(reversed(RIGHT["sizes"].items()))),
    ("sizes", {"theta": 9, "Y": 1, "data": 9}),
    ("indices", None),
    ("indices", []),
    ("indices", {}),
    ("indices", RIGHT["indices"] | {"print": [1]}),
    ("indices", RIGHT["indices"] | {"index99": [1]}),
    ("indices", {"xp": [1], **RIGHT["indices"]}),
    *[
        ("indices", RIGHT["indices"] | {"index1": places})
        for places in (
            [],
            None,
            1,
            "012345678",
            [0.0] * 9,
            [True] * 9,
            [-1] * 9,
            [9] * 9,
            [HUGE] * 9,
            [[0] * 9],
            [0] * 8,
        )
    ],
    ("data", None),
    ("data", {}),
    ("data", []),
    ("data", RIGHT["data"][1:]),
    ("data", [*RIGHT["data"], 1.0]),
    *[("data", [number, *RIGHT["data"][1:]]) for number in NO_NUMBERS],
    ("fallbacks", None),
    ("fallbacks", {}),
    ("fallbacks", [1]),
    ("fallbacks", [[1.0]]),
    ("fallbacks", [[-2]]),
    ("fallbacks", [[HUGE]]),
    ("fallbacks", [["n", 3]]),
    ("recorder", None),
    ("__class__", "Program"),
]


def refused(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "program.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"program\.json") as error:
        Program.load(path)
    return str(error.value)


def test_the_document_that_is_changed_is_right(tmp_path: Path) -> None:
    path = tmp_path / "program.json"
    path.write_text(json.dumps(RIGHT))
    assert {*RIGHT["sizes"]} == {"theta", "X", "Y", "data"}
    assert RIGHT["indices"]
    Program.load(path)([0.1] * 9, [[1.0, 2.0]], [[2.0]])


@pytest.mark.parametrize(("field", "value"), FIELDS)
def test_fields_that_no_program_has(field: str, value: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(json.dumps(RIGHT | {field: value}).encode(), tmp_path)
    assert len(message) < 500
    assert not capsys.readouterr().out


@pytest.mark.parametrize("field", RIGHT)
def test_a_field_that_is_missing(field: str, tmp_path: Path) -> None:
    refused(json.dumps({name: value for name, value in RIGHT.items() if name != field}).encode(), tmp_path)


CONTENT = json.dumps(RIGHT)
CONTENTS = {
    "nothing": "",
    "no object": "[]",
    "a number": "1",
    "null": "null",
    "a name twice": CONTENT.replace('{"format"', '{"source": "", "format"', 1),
    "a size twice": CONTENT.replace('"theta": 9', '"theta": 9, "theta": 9'),
    "NaN": CONTENT.replace('"data": [', '"data": [NaN, '),
    "Infinity": CONTENT.replace('"data": [1.0', '"data": [Infinity'),
    "a number beyond floats": CONTENT.replace('"data": [1.0', '"data": [1e999'),
    "an integer of many digits": CONTENT.replace('"data": [1.0', '"data": [' + "9" * 5000),
    "deep": "[" * 100_000,
    "deep inside": CONTENT.replace('"data": [1.0', '"data": [' + "[" * 100_000 + "]" * 100_000),
    "two documents": CONTENT * 2,
    "comments": "// text\n" + CONTENT,
    "a pickle": "\x80\x04.",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_files_that_are_no_program(name: str, tmp_path: Path) -> None:
    assert CONTENTS[name] != CONTENT
    refused(CONTENTS[name].encode(), tmp_path)


def test_files_that_were_cut_short_or_are_no_text(tmp_path: Path) -> None:
    content = CONTENT.encode()
    for length in range(0, len(content), 97):
        refused(content[:length], tmp_path)
    refused(content[:100] + b"\xff\xfe" + content[100:], tmp_path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "program.json"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)  # which takes no room on the disk
    with pytest.raises(ValueError, match="is too large"):
        Program.load(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Program.load(tmp_path / "program.json")
