import json
import math
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import Value


def saved(tmp_path: Path) -> tuple[nn.MLP, Path]:
    model = nn.MLP(3, [4, 2], ["tanh"], "sigmoid", seed=1)
    return model, nn.save(model, tmp_path / "folder" / "model.json")


def test_parameters_come_back_to_the_last_bit(tmp_path: Path) -> None:
    model, path = saved(tmp_path)
    for number in (0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, float("inf")):
        model.layers[0].neurons[0].b.data = number
        nn.save(model, path)
        copy = nn.load(path)
        assert list(map(repr, nn.unroll(copy))) == list(map(repr, nn.unroll(model)))
    assert repr(copy) == repr(model) == "MLP(3 -> 4 tanh -> 2 sigmoid)"
    other = nn.MLP(3, [4, 2], ["tanh"], "sigmoid", seed=2)
    assert nn.load(path, other) is other
    assert nn.unroll(other) == nn.unroll(model)


def test_any_module_can_be_saved_but_not_made(tmp_path: Path) -> None:
    class Scale(nn.Module):
        def __init__(self, factor: float) -> None:
            self.factor = Value(factor)

    path = nn.save(Scale(3.0), tmp_path / "scale.json")
    other = Scale(1.0)
    nn.load(path, other)
    assert other.factor.data == 3.0
    with pytest.raises(ValueError, match="parameters of a model that is no plain MLP: pass the model"):
        nn.load(path)


def test_writing_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, path = saved(tmp_path)
    before = path.read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        nn.save(model, path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_cut_short_anywhere_changes_nothing(tmp_path: Path) -> None:
    model, path = saved(tmp_path)
    content = path.read_bytes()
    before = nn.unroll(model)
    for length in range(0, len(content) - 2, 7):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"model\.json"):
            nn.load(path, model)
        with pytest.raises(ValueError, match=r"model\.json"):
            nn.load(path)
    assert nn.unroll(model) == before


def test_a_file_of_another_network_changes_nothing(tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    others = [nn.MLP(3, [5, 2], ["tanh"], "sigmoid"), nn.MLP(3, [4, 2], ["relu"], "sigmoid"), nn.MLP(2, [4, 2], "tanh")]
    for other in others:
        before = nn.unroll(other)
        with pytest.raises(ValueError, match=r"model\.json belongs to another model: .*'n_inputs': 3"):
            nn.load(path, other)
        assert nn.unroll(other) == before


def test_a_state_that_does_not_fit_names_the_first_difference() -> None:
    state = nn.MLP(3, [4, 2], seed=1).state_dict()
    other = nn.MLP(3, [5, 2], seed=1)
    with pytest.raises(
        ValueError, match=r"it has 26 parameters, this one has 32; 'layers\.0\.neurons\.4\.w\.0' is missing"
    ):
        other.load_state_dict(state)
    with pytest.raises(ValueError, match=r"'layers\.0\.neurons\.4\.w\.0' is unknown here"):
        nn.MLP(3, [4, 2]).load_state_dict(other.state_dict())


def test_what_could_not_be_made_again_is_not_described(tmp_path: Path) -> None:
    def tanh(z: Value) -> Value:
        return 2 * z.tanh()

    class Shifted(nn.MLP):
        pass

    for model in (nn.MLP(2, [3, 1], tanh, seed=1), Shifted(2, [3, 1], seed=1)):
        path = nn.save(model, tmp_path / "model.json")
        with pytest.raises(ValueError, match="pass the model"):
            nn.load(path)
        assert nn.load(path, model) is model


def test_files_keep_their_place_and_permissions(tmp_path: Path) -> None:
    model, path = saved(tmp_path)
    path.chmod(0o600)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    model.layers[0].neurons[0].b.data = 7.0
    nn.save(model, link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert nn.unroll(nn.load(path)) == nn.unroll(model)


HOSTILE: list[Any] = [
    [], {}, None, 3, "text", {"format": "pickle"},
    {"parameters": None}, {"parameters": [1]}, {"parameters": {}},
    {"model": None}, {"model": []}, {"model": {"type": "MLP"}},
    {"model": {"type": "MLP", "n_inputs": 10**12, "sizes": [10**12], "activations": ["tanh"]}},
    {"model": {"type": "MLP", "n_inputs": 3, "sizes": [4, -2], "activations": ["tanh", "tanh"]}},
    {"model": {"type": "MLP", "n_inputs": True, "sizes": [5, 2], "activations": ["tanh", "tanh"]}},
    {"model": {"type": "MLP", "n_inputs": 3, "sizes": [4.0, 2], "activations": ["tanh", "tanh"]}},
    {"model": {"type": "MLP", "n_inputs": 3, "sizes": [4, 2], "activations": ["tanh", "__import__('os')"]}},
    {"model": {"type": "MLP", "n_inputs": 3, "sizes": [4, 2], "activations": []}},
    {"model": {"type": "MLP", "n_inputs": 3, "sizes": "42", "activations": ["tanh", "tanh"]}},
    {"model": {"type": "os.system", "n_inputs": 3, "sizes": [4, 2], "activations": ["tanh", "tanh"]}},
]  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE)
def test_hostile_files_are_refused(change: Any, tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    document = json.loads(path.read_text())
    hostile = document | change if isinstance(change, dict) and change else change
    path.write_text(json.dumps(hostile))
    with pytest.raises(ValueError, match=r"model\.json"):
        nn.load(path)


@pytest.mark.parametrize("widths", [[2, 10**6, -3, -2], [10**9, 10**9, -1, -1], [1, 10**7, -1, -1], [0, 10**8, -1, 1]])
def test_widths_that_cancel_are_refused_before_anything_is_made(
    widths: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = saved(tmp_path)
    document = json.loads(path.read_text())
    document["model"] |= {"n_inputs": widths[0], "sizes": widths[1:]}
    document["parameters"] = {"layers.0.neurons.0.b": 0.0}
    path.write_text(json.dumps(document))
    monkeypatch.setattr("nn.exchange.serialization.MLP", None)  # which cannot be called
    with pytest.raises(ValueError, match="a width must be a whole number of at least 1, but got"):
        nn.load(path)


@pytest.mark.parametrize("number", ["1", None, True, [1.0], {}, {"$float": 1}, 10**400, math.nan])
def test_parameters_that_are_no_numbers_change_nothing(number: Any, tmp_path: Path) -> None:
    model, path = saved(tmp_path)
    before = nn.unroll(model)
    document = json.loads(path.read_text())
    document["parameters"]["layers.1.neurons.1.b"] = number
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=r"parameter 'layers.1.neurons.1.b' (must be a number, but is|is too large)"):
        nn.load(path, model)
    assert nn.unroll(model) == before


@pytest.mark.parametrize("content", [b"\x80\x04\x95", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, b"", b"\x00"])
def test_files_that_are_no_json_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.json is (damaged|not a file of)"):
        nn.load(path)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "nothing.json")
