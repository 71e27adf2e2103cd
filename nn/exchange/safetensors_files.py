"""Parameters on disk as safetensors, which other libraries read: a matrix and a vector for each layer, in float64."""

import json
import os
from pathlib import Path
from typing import Any

from autograd.files import located, write_atomically
from autograd.optional import needed
from nn.exchange.tensors import require_same_shapes, tensor_shapes
from nn.module import Module
from nn.vector import unroll

_KEY = "scalar-autograd"  # of what the file says about the network
_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
_NEEDED = "safetensors", "a .safetensors file needs safetensors and NumPy: pip install 'safetensors[numpy]'"


def is_safetensors(path: str | os.PathLike[str]) -> bool:
    """Whether a file is one of safetensors, by its name."""
    return Path(path).suffix == ".safetensors"


def write_tensors(path: str | os.PathLike[str], model: Module, description: Any) -> Path:
    """Write the parameters of a network, whole or not at all.

    Args:
        path: Where to write.
        model: The network.
        description: What is said about it in the file, as JSON.

    Raises:
        ImportError: if safetensors is missing.
        TypeError: if the model is no MLP.
        ValueError: if the network has parameters that are shared, or in no layer.
        OSError: if the file cannot be written; one that was there is then unchanged.

    Reference: https://github.com/huggingface/safetensors#format
    """
    with needed(*_NEEDED):
        from safetensors.numpy import save
    import numpy as np

    shapes = tensor_shapes(model)
    ends = np.cumsum([np.prod(shape) for shape in shapes.values()])
    parts = np.split(np.array(unroll(model)), ends[:-1])
    tensors = {name: part.reshape(shape) for part, (name, shape) in zip(parts, shapes.items(), strict=True)}
    return write_atomically(path, save(tensors, {_KEY: json.dumps(description)}))


class Tensors:
    """The tensors of a file, of which nothing is executed. Their length is how many numbers they have together.

    Args:
        path: The file, of this library or of another one.

    Attributes:
        description: What the file says about the network, if it does.

    Raises:
        ImportError: if safetensors is missing.
        OSError: if the file cannot be read.
        ValueError: if it is damaged, or has something else than floating-point numbers.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        with needed(*_NEEDED):
            from safetensors import SafetensorError, deserialize
        import numpy as np

        self._path, content = path, located(path).read_bytes()
        try:
            found = deserialize(content)  # type: ignore[no-untyped-call]
        except SafetensorError as error:
            raise ValueError(f"{path} is damaged, cut short or none of safetensors: {error}") from None
        self._tensors = {}
        for name, tensor in found:
            kind, data = tensor["dtype"], tensor["data"]
            if kind == "BF16":  # the upper half of a float32
                numbers = (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
            elif kind in _KINDS:
                numbers = np.frombuffer(data, _KINDS[kind])
            else:
                kinds = ", ".join(_KINDS)
                raise ValueError(
                    f"{path}: {name!r:.60} must have floating-point numbers, {kinds} or BF16, but has {kind}."
                )
            self._tensors[name] = numbers.reshape(tensor["shape"])
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        self.description = _described(header.get("__metadata__", {}).get(_KEY, "null"))

    def __len__(self) -> int:
        return sum(tensor.size for tensor in self._tensors.values())

    def state(self, model: Module) -> dict[str, float]:
        """The numbers as a state of a network, for its `load_state_dict`.

        Args:
            model: The network.

        Raises:
            TypeError: if it is no MLP.
            ValueError: if they are those of another one.
        """
        require_same_shapes({name: each.shape for name, each in self._tensors.items()}, model, self._path)
        numbers = [number for name in tensor_shapes(model) for number in self._tensors[name].ravel().tolist()]
        return dict(zip(model.named_parameters(), numbers, strict=True))


def _described(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
