"""Well-known faults of engines, put into this one: its tests must notice each.

The lesson `notebooks/06-autopsy.ipynb` is about the same faults, in an engine of one page.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

SUITE = ["tests/test_seeds.py", "tests/autograd/engine/test_value.py", "tests/nn/training/test_fitting.py"]
SLOW = ["test_a_chain_of_a_million_operations", "test_a_network_learns", "test_a_run_killed_and_resumed"]
OPTIONS = ["-x", "-q", "-rf", "--color=no", "-p", "no:cacheprovider", "-k", f"not ({' or '.join(SLOW)})"]
COMPILED = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "*.c")
RUN = "import sys, pytest, autograd, nn; print(autograd.__file__, nn.__file__); sys.exit(pytest.main(sys.argv[1:]))"


class Patch(NamedTuple):
    """A line or two of a file, and what a fault turns them into."""

    file: str
    old: str
    new: str


PATCHES = {
    # What arrives along the second of two edges replaces what came before.
    "= for +=": Patch("autograd/engine/sweep.py", "y._grad = before + adjoint * dy", "y._grad = adjoint * dy"),
    # A node then passes its adjoint on each time the walk reaches it.
    "recursion without topological order": Patch("autograd/engine/order.py", "while node not in seen:", "while True:"),
    # Leaves add up, as they should; here inner nodes do too.
    "no zeroing": Patch(
        "autograd/engine/sweep.py", "node._grad = 0.0", "node._grad = 0.0 if node._x is None else node._grad or 0.0"
    ),
    "the wrong sign of a subtraction": Patch("autograd/ops.py", "lambda m, z, x, y: -1.0", "lambda m, z, x, y: 1.0"),
    "a forgotten σ'": Patch("autograd/ops.py", "m.textbook(lambda: z * (1.0 - z),", "m.textbook(lambda: 1.0,"),
    # Only one of the two edges of x*x is left.
    "parents kept in a set": Patch(
        "autograd/engine/sweep.py",
        "if y._row is not CONSTANT:",
        "if y._row is not CONSTANT and y is not x:",
    ),
    # Weights move, at a rate of 0.5, as soon as something reaches them, while the pass still goes on.
    "update as you go": Patch(
        "nn/training/scalar_engine.py",
        "                cost.backward()\n",
        "                cost.backward(lambda step: step.parent.op is not None or setattr(step.parent, 'data',"
        " step.parent.data - 0.5 / len(batch) * step.adjoint * step.local_derivative))\n"
        "                cost.zero_grad()\n",  # so that the update which follows changes nothing
    ),
}


def copy_of_the_library(folder: Path) -> Path:
    """Copy all that its tests need, without what has been compiled from it."""
    for name in ("autograd", "nn", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=COMPILED)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run_suite(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a copy on the copy."""
    environment = os.environ | {"AUTOGRAD_PURE": "1", "PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTEST_ADDOPTS", None)
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # which saves two thirds of the time
    result = subprocess.run(
        [sys.executable, "-c", RUN, *OPTIONS, *SUITE],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    imported = result.stdout.partition("\n")[0]
    assert imported == f"{folder / 'autograd/__init__.py'} {folder / 'nn/__init__.py'}", result.stdout + result.stderr
    return result


def test_the_faults_are_those_of_the_lesson() -> None:
    spec = importlib.util.spec_from_file_location("small_engine", ROOT / "notebooks/small_engine.py")
    assert spec is not None
    assert spec.loader is not None
    small_engine = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(small_engine)
    assert list(small_engine.FAULTS) == list(PATCHES)


def test_the_copy_passes_without_a_fault(tmp_path: Path) -> None:
    result = run_suite(copy_of_the_library(tmp_path))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("patch", PATCHES.values(), ids=list(PATCHES))
def test_the_suite_notices(patch: Patch, tmp_path: Path) -> None:
    file = copy_of_the_library(tmp_path) / patch.file
    text = file.read_text(encoding="utf-8")
    times = text.count(patch.old)
    assert times == 1, f"{patch.file} has {patch.old!r} {times} times: renew the patch, so that it makes the same fault"
    file.write_text(text.replace(patch.old, patch.new), encoding="utf-8")
    result = run_suite(tmp_path)
    noticed_by = re.findall(r"^FAILED (\S+)", result.stdout, re.MULTILINE)
    assert (result.returncode, len(noticed_by)) == (1, 1), f"noticed by {noticed_by or 'no test'}:\n{result.stdout}"
