import shutil
from collections.abc import Iterator

import pytest

from autograd import Value
from autograd.flowing import Flowing
from autograd.operation import BUILT_IN, TABLE


@pytest.fixture(params=["pygraphviz", "dot"])
def each_graphviz(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Draw with Graphviz in this process, as where no program is installed, and with the program."""
    kind: str = request.param
    if kind == "pygraphviz":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    elif not shutil.which("dot"):
        pytest.skip("no dot program is on the PATH; .ci/run installs one")
    return kind


@pytest.fixture
def own_operations() -> Iterator[None]:
    """For tests that declare operations: the table and its methods are then as they come with the library."""
    _forget_own_operations()  # a doctest may have declared some
    yield
    _forget_own_operations()


def _forget_own_operations() -> None:
    for name in TABLE.keys() - BUILT_IN:
        method = TABLE.pop(name).method
        for carrier in (Value, Flowing):
            for attribute in (method, f"__r{name}__"):
                if attribute in vars(carrier):
                    delattr(carrier, attribute)
