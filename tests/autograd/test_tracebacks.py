"""What a notebook shows of a failed operation: the reader's lines, not the way through the library."""

import re
import subprocess
import sys

import pytest

pytest.importorskip("IPython")

SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell({setup!r})
for cell in {cells!r}:
    shell.run_cell(cell)
    print("the next cell", flush=True)
"""
SETUP = """
import nn
from autograd import *
x = Value(-1.0, "x")
def cost(x):
    return log(x) + 1
"""
CELLS = {  # and which of its lines are shown
    "cost(x)": ["cost(x)", "return log(x) + 1"],
    "y = x**0.5": ["y = x**0.5"],
    "z = sqrt(x * 0)\nz.backward()": ["z.backward()"],
    "jvp(cost, -1.0, 1.0)": ["jvp(cost, -1.0, 1.0)", "return log(x) + 1"],
    "value_and_grad(lambda x: cost(x), -1.0)": ["value_and_grad(lambda x: cost(x), -1.0)"],
    "explain(log(x), x)": ["explain(log(x), x)"],
    "check_formula('2 *', x * 2, x)": [],
}


def test_a_domain_error_shows_the_readers_lines_only() -> None:
    code = SHELL.format(setup=SETUP, cells=[*CELLS])
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8")
    *each_shown, rest = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).split("the next cell\n")
    assert rest == ""
    for shown, lines in zip(each_shown, CELLS.values(), strict=True):
        assert "Error" in shown
        assert not re.search(r"\.pyx|\.pxi|autograd[/\\]", shown), shown
        for line in lines:
            assert re.search("-+> .*" + re.escape(line), shown), shown
