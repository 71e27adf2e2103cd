"""Pickles of version 0.1 are read, or refused with a clear message; its modules are found where they are now."""

import importlib
import math
import pickle
import sys

import pytest

import autograd
import nn
from autograd import Value, explanations, topological_order
from autograd.checks import GradientReport, OpReport
from autograd.explanations import Explanation, Nudge
from autograd.graph import Path
from autograd.pictures import Diagram
from autograd.table import as_float

# Made by version 0.1: y = tanh(w*x + 1) at w = 0.5 and x = 2 after y.backward(), and
# nn.MLP(1, [2, 1], "tanh", "sigmoid", seed=1).
GRAPH = bytes.fromhex(
    "80049522010000000000008c0e6175746f677261642e76616c7565948c095f726573746f72656494939428473feed9505e1bc3d48c01"
    "7994473ff00000000000008c126175746f677261642e6f7065726174696f6e948c045f726f779493948c0474616e6894859452946802"
    "284740000000000000008c0094473fb2162c262e051868068c036164649485945294680228473ff0000000000000680a473fb2162c26"
    "2e051868068c036d756c9485945294680228473fe00000000000008c017794473fc2162c262e05184e4e4e7494529468022847400000"
    "00000000008c017894473fa2162c262e05184e4e4e7494529474945294680228473ff0000000000000680a4700000000000000006806"
    "8c08636f6e7374616e7494859452944e4e74945294749452944e749452942e"
)
MODEL = bytes.fromhex(
    "8004954d020000000000008c066e6e2e6d6c70948c034d4c509493942981947d948c066c6179657273945d94288c086e6e2e6c617965"
    "72948c054c617965729493942981947d94288c066e756d626572944b018c076e6575726f6e73945d94288c096e6e2e6e6575726f6e94"
    "8c064e6575726f6e9493942981944e7d94288c0a61637469766174696f6e948c126175746f677261642e6f7065726174696f6e948c04"
    "5f726f779493948c0474616e6894859452948c085f7a5f6c6162656c948c047a315f30948c085f615f6c6162656c948c0461315f3094"
    "8c0177945d948c0e6175746f677261642e76616c7565948c095f726573746f7265649493942847bfe766938372453e8c0577315f3030"
    "944e4e4e4e74945294618c0162946823284700000000000000008c0462315f30944e4e4e4e749452948c017a944e8c0161944e758694"
    "6268112981944e7d94286814681a681b8c047a315f3194681d8c0461315f3194681f5d94682328473fe63c5ab66b09f08c0577315f31"
    "30944e4e4e4e749452946168276823284700000000000000008c0462315f31944e4e4e4e74945294682b4e682c4e7586946265756268"
    "092981947d9428680c4b02680d5d9468112981944e7d9428681468178c077369676d6f69649485945294681b8c047a325f3094681d8c"
    "0461325f3094681f5d9428682328473fe0e1aef0813e268c0577325f3030944e4e4e4e7494529468232847bfdf59e5ee1d01488c0577"
    "325f3031944e4e4e4e749452946568276823284700000000000000008c0462325f30944e4e4e4e74945294682b4e682c4e7586946261"
    "75626573622e"
)
pytestmark = pytest.mark.filterwarnings("ignore:autograd.* has moved:DeprecationWarning")


def test_a_graph() -> None:
    y = pickle.loads(GRAPH)
    w, x = (node for node in topological_order(y) if node.label in ("w", "x"))
    assert isinstance(y, Value)
    slope = 1 - math.tanh(2.0) ** 2
    assert y.label == "y"
    assert y.data == pytest.approx(math.tanh(2.0), rel=1e-15)
    assert (w.grad, x.grad) == pytest.approx((2.0 * slope, 0.5 * slope), rel=1e-14)
    y.backward()
    assert w.grad == pytest.approx(4.0 * slope, rel=1e-14)


def test_a_model() -> None:
    model = pickle.loads(MODEL)
    assert repr(model) == "MLP(1 -> 2 tanh -> 1 sigmoid)"
    assert nn.unroll(model)[:2] == [-0.7312715117751976, 0.6948674738744653]
    assert 0 < model([0.5]).data < 1


@pytest.mark.parametrize(
    ("old", "name", "thing"),
    [
        ("autograd.diagram", "Diagram", Diagram),
        ("autograd.check", "GradientReport", GradientReport),
        ("autograd.custom", "OpReport", OpReport),
        ("autograd.explain", "Explanation", Explanation),
        ("autograd.nudge", "Nudge", Nudge),
        ("autograd.paths", "Path", Path),
        ("autograd.operation", "as_float", as_float),
    ],
)
def test_what_was_pickled_by_name(old: str, name: str, thing: object) -> None:
    assert pickle.loads(f"c{old}\n{name}\n.".encode()) is thing


def test_functions_keep_their_names() -> None:
    from autograd.explain import explain as moved  # type: ignore[import-not-found]

    assert moved is autograd.explain is explanations.explain
    assert all(callable(getattr(autograd, name)) for name in ("draw", "explain", "nudge", "paths", "pulls"))


def test_programs_are_told_where_things_are() -> None:
    with pytest.warns(DeprecationWarning, match=r"autograd.flowing.Flowing has moved to autograd.table"):
        from autograd.flowing import Flowing  # type: ignore[import-not-found]
    from autograd.table import Flowing as moved

    assert Flowing is moved
    with pytest.raises(AttributeError, match=r"autograd.flowing is no longer a module, and 'nothing' is in none"):
        getattr(sys.modules["autograd.flowing"], "nothing")  # noqa: B009 - for what it raises
    with pytest.raises(ImportError):
        __import__("autograd.value.pure")


@pytest.mark.parametrize("name", ["autograd.numpy", "autograd.numpy.linalg", "autograd.scipy"])
def test_what_belongs_to_hips_autograd_says_so(name: str) -> None:
    with pytest.raises(ImportError, match="belongs to HIPS autograd, but this is scalar-autograd") as caught:
        importlib.import_module(name)
    assert caught.value.name == ".".join(name.split(".")[:2])
