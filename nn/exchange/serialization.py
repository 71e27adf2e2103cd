"""Parameters on disk, as JSON or safetensors: floats come back to the last bit, and reading executes nothing."""

import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograd.files import located, write_atomically
from autograd.table import whole
from nn.activations import ACTIVATIONS
from nn.choices import require
from nn.exchange.safetensors_files import Tensors, is_safetensors, write_tensors
from nn.mlp import MLP
from nn.module import Module

FORMAT = "scalar-autograd parameters, version 1"


def save(model: Module, path: str | os.PathLike[str]) -> Path:
    """Write the parameters of a model to a JSON file; for an MLP also its widths and activations.

    A path that ends in `.safetensors` gets the format of that name, which other libraries read: float64, with the names
    and shapes of `nn.to_torch(model).state_dict()`, such as `0.weight` (n_outputs, n_inputs) and `0.bias` (n_outputs,).

    The file is written under a temporary name and then renamed, so that nobody ever reads half of it.

    Args:
        model: The model; for safetensors, an MLP.
        path: Where to write; a file with that name is replaced.

    Returns:
        The path of the file.

    Raises:
        TypeError: if the model is no Module, or no MLP for safetensors.
        ValueError: if it has parameters for safetensors that are shared, or in no layer.
        ImportError: if safetensors is missing: `pip install safetensors`.
        OSError: if the file cannot be written; one that was there is then unchanged.
    """
    require("save(model, path)", "model", model, Module)
    if is_safetensors(path):
        return write_tensors(path, model, _describe(model))
    document = {"format": FORMAT, "model": _describe(model), "parameters": model.state_dict()}
    return write_json(path, document)


def load(path: str | os.PathLike[str], model: Module | None = None) -> Module:
    """Read the parameters of a model from a file that `save` wrote, or another library, if it is one of safetensors.

    Args:
        path: The file.
        model: The model that gets them; it must have parameters of the same names. By default a new MLP like the one
            that was saved.

    Returns:
        The model.

    Raises:
        TypeError: if the path is none, or the model is no Module.
        ImportError: if safetensors is missing.
        OSError: if the file cannot be read.
        ValueError: if the file is damaged, has another format, or belongs to another model, which is then unchanged.

    Example:
        >>> import nn, tempfile
        >>> model = nn.MLP(2, [3, 1], activation="tanh")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = save(model, f"{folder}/model.json")
        ...     copy = load(path)
        >>> nn.unroll(copy) == nn.unroll(model)
        True
    """
    require("load(path, model)", "path", path, str | os.PathLike, "the path of a file")
    require("load(path, model)", "model", model, Module | None, "a Module")
    if is_safetensors(path):
        parameters: Any = Tensors(path)
        described = parameters.description
    else:
        document = read_json(path, FORMAT)
        described, parameters = document.get("model"), document.get("parameters")
    if model is None:
        model = _rebuild(described, parameters, path)
    elif described and _describe(model) not in (None, described):
        raise ValueError(f"{path} belongs to another model: {str(described)[:150]}; this one is {_describe(model)}.")
    model.load_state_dict(parameters.state(model) if isinstance(parameters, Tensors) else parameters, source=path)
    return model


def write_json(path: str | os.PathLike[str], document: Mapping[str, Any]) -> Path:
    """Write a document as JSON, whole or not at all."""
    return write_atomically(path, (json.dumps(document, indent=1) + "\n").encode())


def read_json(path: str | os.PathLike[str], wanted: str) -> dict[str, Any]:
    """Read a document that `write_json` wrote.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not JSON, or not of the format `wanted`.
    """
    try:
        document = json.loads(located(path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged, cut short or not a saved model: {error}") from None
    if not isinstance(document, dict) or document.get("format") != wanted:
        found = document.get("format") if isinstance(document, dict) else None
        raise ValueError(f"{path} is not a file of {wanted!r}: its format is {found!r:.60}.")
    return document


def _describe(model: Module) -> dict[str, Any] | None:
    """What an MLP can be made from again; `None` for a subclass, or where an activation is not in the table."""
    if type(model) is not MLP:
        return None
    names = {function: name for name, function in ACTIVATIONS.items()}
    activations = [{names.get(neuron.activation) for neuron in layer.neurons} for layer in model.layers]
    if any(len(layer) != 1 or None in layer for layer in activations):
        return None
    return {
        "type": "MLP",
        "n_inputs": len(model.layers[0].neurons[0].w),
        "sizes": [len(layer.neurons) for layer in model.layers],
        "activations": [layer.pop() for layer in activations],
    }


def _rebuild(description: Any, numbers: Any, path: str | os.PathLike[str]) -> MLP:
    """The MLP that a file describes, if it has as many parameters as the file holds."""
    if description is None:
        raise ValueError(f"{path} has the parameters of a model that is no plain MLP: pass the model to load into.")
    try:
        sizes, activations = description["sizes"], description["activations"]
        widths = [whole("a width", width) for width in (description["n_inputs"], *sizes)]
        count = sum((before + 1) * after for before, after in itertools.pairwise(widths))
        if description["type"] != "MLP" or count != len(numbers):
            raise ValueError(f"it would have {count} parameters, but the file has {len(numbers)}")
        return MLP(widths[0], widths[1:], activations[:-1], activations[-1], initializer="zeros")
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(
            f"{path} does not describe an MLP to make from it ({error}); pass the model to load into."
        ) from None
