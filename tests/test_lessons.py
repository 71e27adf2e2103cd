"""A lesson that fails says where, and a lesson that is interrupted stops."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tests import lessons


def _lesson(folder: Path, **cells: str) -> Path:
    """A notebook of cells, each with its name; a solution is text, all else is code."""
    notebook = nbformat.v4.new_notebook()
    for name, code in cells.items():
        if name == "solution":
            fold = f"<details>\n\n```python\n{code}\n```\n\n</details>"
            notebook.cells.append(nbformat.v4.new_markdown_cell(fold, id=name))
        else:
            notebook.cells.append(nbformat.v4.new_code_cell(code, id=name))
    lessons.write(notebook, folder / "lesson.ipynb")
    return folder / "lesson.ipynb"


@pytest.mark.parametrize(
    ("name", "code", "why"),
    [
        ("raises", "1 / 0", "ZeroDivisionError: division by zero"),
        ("dies", "import os; os._exit(1)", "Kernel died"),
        ("solution", "def", "invalid syntax"),
        ("solution", "a = 1", "a solution ends with a check, but this one with a = 1"),
        (
            "solution",
            "class Verdict(str):\n    __bool__ = lambda _: False\nVerdict('- missing')",
            "AssertionError: \n- missing",
        ),
    ],
)
def test_a_failure_names_the_cell(name: str, code: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(lessons.LessonError) as failure:
        lessons.run(_lesson(tmp_path, first="1", **{name: code}))
    message = str(failure.value)
    assert message.startswith(f"lesson lesson, cell {name}: ")
    assert why in message
    assert "\x1b" not in message


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_ctrl_c_stops_the_tests_and_the_kernel(tmp_path: Path) -> None:
    started = tmp_path / "started"
    path = _lesson(
        tmp_path, busy=f"import os\nopen({str(started)!r}, 'w').write(f'{{os.getpid()}}\\n')\nwhile True: pass"
    )
    program = f"import pathlib; from tests import lessons; lessons.run(pathlib.Path({str(path)!r}))"
    with subprocess.Popen([sys.executable, "-c", program], cwd=lessons.ROOT, stderr=subprocess.PIPE) as tests:
        while not (started.exists() and started.read_text()) and tests.poll() is None:
            time.sleep(0.05)
        tests.send_signal(signal.SIGINT)
        _, complaints = tests.communicate(timeout=60)
    assert tests.returncode == -signal.SIGINT, complaints  # a KeyboardInterrupt that nobody has caught
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
