import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.__main__ import main

FORMULA = "z = w*a + b; p = sigmoid(z); C = (p - y)**2"
NUMBERS = ["w=0.7", "a=0.5", "b=-0.3", "y=1"]


def test_value_gradient_explanation_and_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "chain.svg"
    assert main([FORMULA, *NUMBERS, "--wrt", "w", "--draw", str(picture)]) == 0
    output = capsys.readouterr().out
    assert output.splitlines()[:5] == [
        "C = 0.2376587884", "∂C/∂w = -0.1217995103", "∂C/∂a = -0.1705193145", "∂C/∂b = -0.2435990206",
        "∂C/∂y = 0.975005207",
    ]  # fmt: skip
    assert "∂C/∂w = ∂z/∂w · ∂p/∂z · ∂C/∂p" in output
    assert "= a · sigmoid(z)*(1 - sigmoid(z)) · 2*(p - y)" in output
    assert picture.read_bytes().startswith(b"<?xml")
    assert b"1 path from w" in picture.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_as_a_user_types_it(encoding: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograd", "C = (sigmoid(w*a + b) - y)**2", *NUMBERS, "--draw", "chain.png"]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    result = subprocess.run(command, capture_output=True, encoding=encoding, check=True, cwd=tmp_path, env=environment)
    assert result.stdout.startswith("C = 0.2376587884")
    assert ("∂C/∂w = -0.12" if encoding == "utf-8" else "?C/?w = -0.12") in result.stdout
    assert result.stderr == ""
    assert (tmp_path / "chain.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("arguments", [["quiz", "--print"], ["w*a", "w=1", "a=2"]], ids=["long", "short"])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "autograd", *arguments]
    result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_maximum_of_several_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["max(a, b, 2*c)", "a=1", "b=2", "c=1"]) == 0
    assert capsys.readouterr().out.splitlines()[:4] == [
        "value = 2",
        "∂value/∂a = 0",
        "∂value/∂b = 0.5",
        "∂value/∂c = 1",
    ]


def test_inner_nodes_several_variables_and_plain_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["u = x*x; u + x", "x=3", "--wrt", "u", "--wrt", "x"]) == 0
    output = capsys.readouterr().out
    assert "value = 12" in output
    assert "∂value/∂x = 7" in output
    assert "/∂u" in output
    assert main(["2*3"]) == 0
    assert capsys.readouterr().out == "value = 6\n"


@pytest.mark.parametrize(
    ("arguments", "where", "last"),
    [
        (["a=x*1e308; C=a+a+y", "x=1", "y=1e308"], "inf begins at a + a (a=1e+308),", "1e+308 + 1e+308 = inf"),
        (["x*y+x*z", "x=1e308", "y=1e308", "z=2"], "inf begins at x*y (x=1e+308, y=1e+308),", "1e+308 + 2 = 1e+308"),
        (["x*y-x*z", "x=1e308", "y=9e307", "z=9e307"], "inf begins at x*z (x=1e+308,", "-9e+307 + 9e+307 = 0"),
        (["exp(x)*exp(x)*exp(x)", "x=500"], "inf begins at exp(x)*exp(x) (x=500),", "inf + inf + inf = inf"),
        (["x*x-x*x", "x=1.7e308"], "inf begins at x*x (x=1.7e+308),", "-1.7e+308 - 1.7e+308 + 1.7e+308 + 1.7e+308 = 0"),
        (["x*x*y-x*x*y", "x=1e308", "y=2"], "inf begins at x*x (x=1e+308),", "-inf - inf + inf + inf = nan"),
        (["1/x", "x=1e-200"], "", "-inf"),
    ],
)  # fmt: skip
def test_numbers_that_get_too_large_are_shown_and_where_they_begin(
    arguments: list[str], where: str, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    output = capsys.readouterr().out.splitlines()
    assert output[-1].endswith(f" = {last}")
    begins = [line for line in output if "begins at" in line]
    assert bool(begins) == bool(where)
    assert all(line.endswith("which is too large for a float.") for line in begins)
    assert any(line.startswith(where) for line in begins or [""])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["C = w*q", "w=1"], "unknown name 'q'; known are w\n  C = w*q\n        ^"),
        (["C = w*", "w=1"], "^"),
        (["log(w)", "w=-1"], "it needs an input > 0"),
        (["w", "w=x"], "numbers are given as name=number, as in w=0.7, but got 'w=x'"),
        (["w", "w"], "numbers are given as name=number"),
        (["w", "w=1", "w=2"], "w has two numbers, 1 and 2; give it one"),
        (["w", "w=nan"], "numbers are given as name=number"),
        (["w*w", "w=1", "--wrt", "q"], "--wrt must be one of w, but got 'q'"),
        (["w*w", "w=1", "--draw", "picture.jpeg"], ".svg, .png, .pdf or .dot"),
        (["__import__('os').system('true')", "w=1"], "^"),
        (["sqrt(w)", "w=0"], "its derivative needs an input > 0"),
    ],
)
def test_faults_are_explained_without_a_traceback(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("python -m autograd: ")
    assert message in error
