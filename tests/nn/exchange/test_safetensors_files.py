"""Parameters as safetensors: to the last bit, and readable by PyTorch."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, leaky_relu

safetensors_numpy = pytest.importorskip("safetensors.numpy")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def network(seed: int = 1) -> nn.MLP:
    return nn.MLP(3, [4, 2], ["tanh"], "sigmoid", seed=seed)


def written(path: Path, tensors: dict[str, Any], description: str | None = None) -> Path:
    """A file of another library."""
    path.write_bytes(safetensors_numpy.save(tensors, description and {"scalar-autograd": description}))
    return path


def test_parameters_come_back_to_the_last_bit(path: Path) -> None:
    model = network()
    for number in (0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, float("inf")):
        model.layers[0].neurons[0].b.data = number
        nn.save(model, path)
        copy = nn.load(path)
        assert [*map(repr, nn.unroll(copy))] == [*map(repr, nn.unroll(model))]
    assert repr(copy) == repr(model) == "MLP(3 -> 4 tanh -> 2 sigmoid)"
    other = network(seed=2)
    assert nn.load(path, other) is other
    assert nn.unroll(other) == nn.unroll(model)


def test_a_layer_is_a_matrix_and_a_vector(path: Path) -> None:
    model = nn.MLP(2, [3, 3, 1], ["linear", "relu"], seed=1)
    tensors = safetensors_numpy.load(nn.save(model, path).read_bytes())
    names = [
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        "3.weight",
        "3.bias",
    ]  # where activations count, but for linear
    assert {*tensors} == {*names}
    for layer, weight, bias in zip(model.layers, names[::2], names[1::2], strict=True):
        assert tensors[weight].tolist() == [[w.data for w in neuron.w] for neuron in layer.neurons]
        assert tensors[bias].tolist() == [neuron.b.data for neuron in layer.neurons]
        assert tensors[weight].dtype == tensors[bias].dtype == np.float64


def test_pytorch_reads_it_and_writes_it(path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    model, others = network(), nn.to_torch(network(seed=2))
    others.load_state_dict(load_file(nn.save(model, path)))
    assert nn.unroll(nn.from_torch(others)) == nn.unroll(model)
    single = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2), torch.nn.Sigmoid())
    save_file(single.state_dict(), path)
    assert nn.unroll(nn.load(path, model)) == nn.unroll(nn.from_torch(single))


def test_of_another_library_the_model_is_given(path: Path) -> None:
    model = nn.MLP(2, [1])
    tensors = {"0.weight": np.array([[1.5, -2.0]], dtype=np.float16), "0.bias": np.array([0.1], dtype=np.float32)}
    assert nn.unroll(nn.load(written(path, tensors), model)) == [1.5, -2.0, float(np.float32(0.1))]
    for description in (None, "null", "nonsense", "[1]", "[" * 100_000):
        with pytest.raises(ValueError, match="pass the model to load into"):
            nn.load(written(path, tensors, description))


def test_what_does_not_fit_changes_nothing(path: Path) -> None:
    model = nn.MLP(2, [1], seed=1)
    before = nn.unroll(model)
    weight, bias = np.ones((1, 2)), np.ones(1)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"0.weight": weight}, r"'0\.bias' has the shape None there and \(1,\) here"),
        ({"0.weight": weight, "0.bias": bias, "2.bias": bias}, r"'2\.bias' has the shape \(1,\) there and None here"),
        ({"0.weight": weight.T, "0.bias": bias}, r"'0\.weight' has the shape \(2, 1\) there and \(1, 2\) here"),
        ({"0.weight": weight, "0.bias": bias.astype(int)}, r"'0\.bias' must have floating-point numbers, .* I64"),
        ({"0.weight": weight, "0.bias": np.array([np.nan])}, "'layers.0.neurons.0.b' must be a number, but is nan"),
    ]
    for tensors, what in cases:
        with pytest.raises(ValueError, match=rf"model\.safetensors.*{what}"):
            nn.load(written(path, tensors), model)
    described = json.dumps({"type": "MLP", "n_inputs": 2, "sizes": [1], "activations": ["tanh"]})
    with pytest.raises(ValueError, match=r"belongs to another model: .*'tanh'"):
        nn.load(written(path, {"0.weight": weight, "0.bias": bias}, described), model)
    with pytest.raises(ValueError, match="it would have 3 parameters, but the file has 1"):
        nn.load(written(path, {"0.bias": bias}, described))
    assert nn.unroll(model) == before


def test_a_file_cut_short_anywhere_changes_nothing(path: Path) -> None:
    model = network()
    content = nn.save(model, path).read_bytes()
    before = nn.unroll(model)
    for length in [*range(0, len(content), 13), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"model\.safetensors is damaged, cut short"):
            nn.load(path, model)
    assert nn.unroll(model) == before
    with pytest.raises(FileNotFoundError, match=re.escape(str(path.with_name("other.safetensors")))):
        nn.load(path.with_name("other.safetensors"))


def of_bytes(path: Path, dtype: str, weight: bytes, bias: bytes) -> Path:
    """A file of one weight and one bias, byte by byte."""
    ends = len(weight), len(weight) + len(bias)
    header = json.dumps(
        {
            "0.weight": {"dtype": dtype, "shape": [1, 1], "data_offsets": [0, ends[0]]},
            "0.bias": {"dtype": dtype, "shape": [1], "data_offsets": [*ends]},
        }
    ).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + weight + bias)
    return path


def test_bfloat16_is_read(path: Path) -> None:
    model = nn.load(of_bytes(path, "BF16", b"\xc0\x3f", b"\x00\xc1"), nn.MLP(1, [1]))
    assert nn.unroll(model) == [1.5, -8.0]  # 0x3fc0 and 0xc100


def test_numbers_of_another_type_are_told(path: Path) -> None:
    with pytest.raises(ValueError, match=r"'0\..*' must have floating-point .* F16 or BF16, .* F8_E4M3"):
        nn.load(of_bytes(path, "F8_E4M3", b"\0", b"\0"), nn.MLP(1, [1]))


def test_writing_is_all_or_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = nn.save(network(), path).read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        nn.save(network(seed=2), path)
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]


def test_only_networks_are_matrices(path: Path) -> None:
    class Scale(nn.Module):
        def __init__(self) -> None:
            self.factor = Value(3.0)

    with pytest.raises(TypeError, match=r"only an MLP is a matrix .* of type Scale.*'model\.json'"):
        nn.save(Scale(), path)
    model = network()
    model.layers[0].neurons[1].b = model.layers[0].neurons[0].b
    with pytest.raises(ValueError, match="has 26 parameters, but the model has 25: some are shared"):
        nn.save(model, path)
    model.spare = Value(0.5)  # type: ignore[attr-defined]  # as many as there should be
    with pytest.raises(ValueError, match="has 26 parameters, but the model has 26: some are shared, in no layer"):
        nn.save(model, path)
    assert [*path.parent.iterdir()] == []
    nn.save(network(), path)
    with pytest.raises(TypeError, match="of type Scale"):
        nn.load(path, Scale())


def test_activations_of_ones_own_are_not_in_the_file(path: Path) -> None:
    def steep(z: Value) -> Value:
        return leaky_relu(z, 0.2)

    model = nn.MLP(2, [3, 1], steep, seed=1)
    nn.save(model, path)
    other = nn.MLP(2, [3, 1], steep, seed=2)
    assert nn.unroll(nn.load(path, other)) == nn.unroll(model)
    with pytest.raises(ValueError, match="pass the model to load into"):
        nn.load(path)


def test_safetensors_is_asked_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nn.save(network(), path)
    for name in ("safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    for call in (lambda: nn.save(network(), path), lambda: nn.load(path)):
        with pytest.raises(ImportError, match=r"pip install 'safetensors\[numpy\]'"):
            call()
