import importlib.util
import sys

import pytest

import nn
from autograd import Value
from autograd.optional import needed
from nn.data import load_digits


def test_a_missing_package_is_named_with_what_needs_it() -> None:
    with (
        pytest.raises(ImportError, match=r"^the map needs cartography$"),
        needed("cartography", "the map needs cartography"),
    ):
        import cartography  # type: ignore[import-not-found]  # noqa: F401


@pytest.mark.parametrize("name", ["", "other", "sklearning"])
def test_another_missing_package_keeps_its_error(name: str) -> None:
    error = ModuleNotFoundError("no such module", name=name)
    with pytest.raises(ModuleNotFoundError) as caught, needed("sklearn", "the digits come with scikit-learn"):
        raise error
    assert caught.value is error


def test_a_package_that_is_there_but_broken_keeps_its_error() -> None:
    with pytest.raises(ImportError, match="cannot import name 'nothing'"), needed("json", "saving needs json"):
        from json import nothing  # type: ignore[attr-defined]  # noqa: F401


def test_what_needs_scikit_learn_or_scipy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match=r"come with scikit-learn: pip install 'scalar-autograd\[demo\]'"):
        load_digits()
    with pytest.raises(ImportError, match=r"needs SciPy: pip install 'scalar-autograd\[demo\]'"):
        nn.minimize(nn.MLP(1, [1]), lambda: Value(1.0))
    with pytest.raises(ImportError, match=r"^least_squares\(\) needs SciPy: pip install 'scalar-autograd\[demo\]'"):
        nn.least_squares(lambda x, a: a * x, [1.0], [1.0], [1.0])
