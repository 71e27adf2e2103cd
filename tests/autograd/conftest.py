import shutil

import pytest


@pytest.fixture(params=["pygraphviz", "dot"])
def each_graphviz(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Draw with Graphviz in this process, as where no program is installed, and with the program."""
    kind: str = request.param
    if kind == "pygraphviz":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    elif not shutil.which("dot"):
        pytest.skip("no dot program is on the PATH; .ci/run installs one")
    return kind
