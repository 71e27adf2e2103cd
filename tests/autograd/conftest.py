import shutil
import sys
from collections.abc import Iterator

import pytest

from autograd.table import TABLE


@pytest.fixture(params=["pygraphviz", "dot"])
def each_graphviz(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Draw with Graphviz in this process, as if no program were installed, and with the program."""
    kind: str = request.param
    if kind == "pygraphviz":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    elif not shutil.which("dot"):
        pytest.skip("no dot program is on the PATH")
    return kind


@pytest.fixture
def without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if matplotlib were not installed, and nothing that draws with it had been imported."""
    for name, module in list(sys.modules.items()):
        if name.startswith("autograd.") and "matplotlib" in vars(module):
            monkeypatch.delitem(sys.modules, name)
    for name in ("curves_picture", "ledger_picture", "nudge_picture"):
        monkeypatch.delitem(sys.modules, f"autograd.explanations.{name}", raising=False)
        monkeypatch.delattr(f"autograd.explanations.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)


@pytest.fixture
def own_operations() -> Iterator[None]:
    """For tests that declare operations: before and after them, the table and its methods are the library's own."""
    _forget_own_operations()  # a doctest may have declared some
    yield
    _forget_own_operations()


def _forget_own_operations() -> None:
    TABLE.forget(*TABLE.keys() - TABLE.built_in)
