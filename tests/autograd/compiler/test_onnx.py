"""Programs as ONNX models: ONNX Runtime gives what the program gives.

ndonnx and ONNX Runtime come with `.[onnx]`; without them, most of this is skipped.
"""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.compiler import Program
from autograd.compiler.arguments import taken
from autograd.table import Op
from tests.autograd.compiler.test_everywhere import known, numbers, of_loss
from tests.autograd.compiler.test_losses import PAIRS
from tests.autograd.compiler.test_whitelist import ROWS, of_row
from tests.autograd.compiler.test_writing import PROGRAMS


@pytest.fixture
def program() -> Program:
    """That of a network, which gives its answers besides."""
    model = nn.MLP(3, [4, 2], "tanh", "sigmoid", seed=1)

    def cost(x: Any, y: Any) -> Any:
        outputs: Any = model(x)
        return nn.losses.squared_error(outputs, y), outputs

    return autograd.compile(cost, model, ([0.1, 0.2, 0.3], [0.0, 1.0]))


class Exported:
    """A model in a file, run by ONNX Runtime."""

    def __init__(self, path: Path) -> None:
        self.session = pytest.importorskip("onnxruntime").InferenceSession(path, providers=["CPUExecutionProvider"])
        self.inputs = {each.name: each.shape for each in self.session.get_inputs()}
        self.outputs = [each.name for each in self.session.get_outputs()]

    def __call__(self, **given: Any) -> Any:
        return self.session.run(None, given)


Export = Callable[..., Exported]


@pytest.fixture
def exported(tmp_path: Path) -> Export:
    """Writes the model of a program."""
    pytest.importorskip("ndonnx")
    return lambda program, *options: Exported(program.to_onnx(tmp_path / "model.onnx", *options))


def same(program: Program, model: Exported, given: list[Any], tolerance: float = 1e-12) -> None:
    for one, other in zip(model(**dict(zip(taken(program.sizes), given, strict=True))), program(*given), strict=True):
        assert (one.dtype, one.shape) == (np.float64, np.shape(other))
        assert np.abs(one - other).max() <= tolerance * np.abs(other).max()


@pytest.mark.parametrize("name", PROGRAMS)
def test_known_programs_for_any_number_of_examples(name: str, exported: Export) -> None:
    model = exported(known(name))
    for n in (5, 1, 8):
        same(known(name), model, numbers(known(name), n))


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_of_the_table(op: Op, exported: Export) -> None:
    program, theta = of_row(op)
    with warnings.catch_warnings(record=True) as warned:  # where ONNX Runtime knows the function for float32 alone
        warnings.simplefilter("always", UserWarning)
        try:
            model = exported(program)
        except ValueError as error:
            assert f"the program calls {op.name}, which ndonnx does not have" in str(error)  # noqa: PT017 - or none
            return
    same(program, model, [np.array(theta)], 1e-6 if warned else 1e-12)


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_every_loss_with_every_activation(loss: str, activation: str, exported: Export) -> None:
    program, given, _ = of_loss(loss, activation)
    same(program, exported(program), given)


def test_a_model_of_what_a_network_answers(program: Program, exported: Export) -> None:
    theta, X, Y = numbers(program)
    _, _, expected = program(theta, X, Y)
    for name in ("outputs", "a2"):
        model = exported(program, [name], theta)
        assert model.inputs == {"X": ["n", 3]}
        assert model.outputs == [name]
        assert model(X=X)[0] == pytest.approx(expected, rel=1e-12)
    model = exported(program, ["a1", "a2"])
    assert {*model.inputs} == {"theta", "X"}
    assert model.outputs == ["a1", "a2"]
    assert model(theta=theta, X=X)[1] == pytest.approx(expected, rel=1e-12)


def test_the_model_is_as_plain_as_the_text(program: Program, exported: Export, tmp_path: Path) -> None:
    exported(program)
    graph = pytest.importorskip("onnx").load(tmp_path / "model.onnx").graph
    operations = [node.op_type for node in graph.node]
    assert operations.count("MatMul") == program.source.count("@") == 5
    assert "If" not in operations


def test_a_program_that_was_loaded(program: Program, exported: Export, tmp_path: Path) -> None:
    copy = Program.load(program.save(tmp_path / "program.json"))
    model = exported(copy)
    assert model.outputs == ["cost", "gradient", "outputs"]
    same(program, model, numbers(program))


def test_lists_of_places_and_numbers_are_in_the_model(exported: Export) -> None:
    w, places = [Value(0.1 * k) for k in range(9)], [3, 0, 2, 4, 1, 5, 8, 6, 7]

    def cost() -> Any:
        return sum(((w[k] * w[place] - number) ** 2 for number, (k, place) in enumerate(enumerate(places))), Value(0.0))

    program = autograd.compile(cost, w)
    assert program.indices
    assert program.data.size
    same(program, exported(program), numbers(program))


def test_inputs_are_in_the_order_of_the_program(program: Program, exported: Export) -> None:
    assert [*exported(program).inputs] == ["theta", "X", "Y"]


def test_one_name_is_no_list_of_names(program: Program, tmp_path: Path) -> None:
    pytest.importorskip("ndonnx")
    with pytest.raises(TypeError, match=r"outputs is a list of names, but got 'a2'\. Write \['a2'\]"):
        program.to_onnx(tmp_path / "model.onnx", "a2")


def test_what_cannot_be_written_leaves_the_file_as_it_was(program: Program, tmp_path: Path) -> None:
    pytest.importorskip("ndonnx")
    path = program.to_onnx(tmp_path / "model.onnx")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"no array 'a3'; it has .* a1, W2, b2, z2, a2"):
        program.to_onnx(path, ["a3"])
    with pytest.raises(ValueError, match="theta must be a vector of 26 parameters"):
        program.to_onnx(path, theta=[1.0])
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


def test_ndonnx_is_asked_for(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ndonnx", None)
    with pytest.raises(ImportError, match=r"pip install 'scalar-autograd\[onnx\]'"):
        program.to_onnx(tmp_path / "model.onnx")
    assert [*tmp_path.iterdir()] == []
