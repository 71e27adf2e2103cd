"""Of what is written down in an exercise, each row is marked, and a typing error is no answer."""

import importlib
from typing import Any

import pytest

from tests import lessons


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(lessons.FOLDER)
    return importlib.import_module("marking")


def test_only_all_rows_together_are_right(marking: Any) -> None:
    observed = {0.1: "creep", 0.5: "swing", 2.0: "diverge"}
    assert marking.mark(observed, observed)
    for prediction, marks in [({}, "0 of 3 right"), ({0.1: "creep", 0.5: "creep"}, "1 of 3 right")]:
        assert not marking.mark(prediction, observed)
        assert repr(marking.mark(prediction, observed)) == marks


def test_only_known_names_are_read(marking: Any) -> None:
    assert marking.names("w1, b2 ", ["w1", "b1", "b2"]) == {"w1", "b2"}
    assert marking.names("", ["w1"]) == set()
    with pytest.raises(ValueError, match=r"write b1 w1, or some of them, but got 'w\^1'"):
        marking.names("w1 w^1", ["w1", "b1"])
