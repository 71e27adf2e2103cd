"""Parameters on disk: JSON, in which floats come back to the last bit, and whose reading executes nothing."""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograd.files import write_atomically
from nn.activations import ACTIVATIONS
from nn.choices import name_of
from nn.mlp import MLP
from nn.module import Module
from nn.optimizers import assign

FORMAT = "scalar-autograd parameters, version 1"


def save(model: Module, path: str | os.PathLike[str]) -> Path:
    """Write the parameters of a model to a JSON file, and for an MLP its widths and activations.

    The file is written under a temporary name and renamed, so that a reader never meets half of it.

    Args:
        model: The model.
        path: Where to write; a file that is there is replaced.

    Raises:
        OSError: if it cannot be written; a file that was there is then untouched.
    """
    document = {"format": FORMAT, "model": _describe(model), "parameters": numbers_of(model)}
    return write_json(path, document)


def load(path: str | os.PathLike[str], model: Module | None = None) -> Module:
    """Read the parameters of a model from a file that `save` wrote.

    Args:
        path: The file.
        model: The model to give them to; it must have the same parameters. Without one, the MLP that was saved is made.

    Returns:
        The model.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it was cut short, has another format, or belongs to another model, which is then unchanged.

    Example:
        >>> import nn, tempfile
        >>> model = nn.MLP(2, [3, 1], activation="tanh")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = save(model, f"{folder}/model.json")
        ...     copy = load(path)
        >>> nn.unroll(copy) == nn.unroll(model)
        True
    """
    document = read_json(path, FORMAT)
    if model is None:
        model = _rebuild(document.get("model"), document.get("parameters"), path)
    give_numbers(model, document.get("parameters"), path)
    return model


def numbers_of(model: Module) -> dict[str, float]:
    """The number of every parameter, by its name."""
    return {name: value.data for name, value in model.named_parameters().items()}


def give_numbers(model: Module, numbers: Any, path: str | os.PathLike[str]) -> None:
    """Give a model the numbers that `numbers_of` made, all of them or, if they do not fit, none.

    Raises:
        ValueError: if a name is missing or unknown, or something is not a number; the message names it and the file.
    """
    parameters = model.named_parameters()
    if not isinstance(numbers, Mapping):
        raise ValueError(f"{path} holds no parameters by name.")
    missing = [name for name in parameters if name not in numbers]
    unknown = [name for name in numbers if name not in parameters]
    if missing or unknown:
        raise ValueError(
            f"{path} belongs to another model: it has {len(numbers)} parameters, this one {len(parameters)}"
            + (f"; {missing[0]!r} is missing" if missing else "")
            + (f"; {unknown[0][:60]!r} is unknown here" if unknown else "")
            + "."
        )
    for name, number in numbers.items():
        if type(number) not in (int, float):
            raise ValueError(f"{path}: parameter {name!r} must be a number, but is {number!r:.60}.")
    assign(list(parameters.values()), [_float(numbers[name]) for name in parameters])


def write_json(path: str | os.PathLike[str], document: Mapping[str, Any]) -> Path:
    """Write a document as JSON, whole or not at all."""
    return write_atomically(path, (json.dumps(document, indent=1) + "\n").encode())


def read_json(path: str | os.PathLike[str], wanted: str) -> dict[str, Any]:
    """Read a document that `write_json` wrote.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is not JSON, or its format is not the one that is wanted.
    """
    try:
        document = json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged, cut short or not a saved model: {error}") from None
    if not isinstance(document, dict) or document.get("format") != wanted:
        found = document.get("format") if isinstance(document, dict) else None
        raise ValueError(f"{path} is not a file of {wanted!r}: its format is {found!r:.60}.")
    return document


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, number)


def _describe(model: Module) -> dict[str, Any] | None:
    if not isinstance(model, MLP):
        return None
    return {
        "type": "MLP",
        "n_inputs": len(model.layers[0].neurons[0].w),
        "sizes": [len(layer.neurons) for layer in model.layers],
        "activations": [name_of(layer.neurons[0].activation, ACTIVATIONS) for layer in model.layers],
    }


def _rebuild(description: Any, numbers: Any, path: str | os.PathLike[str]) -> MLP:
    """The MLP that a file describes, if it has as many parameters as the file holds."""
    try:
        n_inputs, sizes, activations = (description[key] for key in ("n_inputs", "sizes", "activations"))
        count = sum((before + 1) * after for before, after in zip([n_inputs, *sizes], sizes, strict=False))
        if description["type"] != "MLP" or count != len(numbers):
            raise ValueError(f"{count} parameters are described")
        return MLP(n_inputs, sizes, activations[:-1], activations[-1], initializer="zeros")
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(
            f"{path} does not describe an MLP that could be made from it ({error}); pass the model to load into."
        ) from None
