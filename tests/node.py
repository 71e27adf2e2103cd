"""Node, in which tests run the modules of the pages."""

import functools
import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.imports import ROOT

_OLDEST = 18


def node_says(given: object, *arguments: str) -> Any:
    """What a program in node answers; the test is skipped where there is no node that is new enough.

    Args:
        given: What the program reads, as JSON, from its input.
        arguments: Those of node, which runs in the root of the project: the path of the program, say.

    Returns:
        What it writes, as JSON, to its output.
    """
    node = _node()
    if node is None:
        pytest.skip(f"needs node {_OLDEST} or newer")
    done = subprocess.run(
        [node, *arguments],
        cwd=ROOT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


@functools.cache
def _node() -> str | None:
    node = shutil.which("node")
    if node is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return node if int(version[1:].split(".")[0]) >= _OLDEST else None
