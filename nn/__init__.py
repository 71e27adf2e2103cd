"""Neural networks made of scalar Values: neurons, layers, networks, and how to train them.

Example:
    >>> import nn
    >>> model = nn.MLP(2, [3, 1], activation="tanh", seed=1)
    >>> model
    MLP(2 -> 3 tanh -> 1 linear)
    >>> loss = nn.losses.squared_error(model([0.5, -1.0]), 1.0)
    >>> loss.backward()
    >>> len(model.parameters())
    13
"""

import importlib
from typing import TYPE_CHECKING, Any

import autograd as _autograd

if not hasattr(_autograd, "Value"):
    raise ImportError(
        "nn needs the autograd of scalar-autograd, but `import autograd` finds another package: "
        f"{_autograd.__file__} (HIPS autograd has the same name). In a fresh virtual environment: "
        "pip install scalar-autograd"
    )

from autograd.optional import needed
from nn import activations, distributed, initializers, losses, optimizers, schedules
from nn.curves import Regression, least_squares
from nn.data import load_csv
from nn.equations import four_equations
from nn.exchange import from_torch, load, save, to_torch
from nn.layer import Layer
from nn.metrics import accuracy, confusion_matrix, evaluate
from nn.mlp import MLP
from nn.module import Module
from nn.neuron import Neuron
from nn.recorder import Recorder
from nn.training import fit
from nn.vector import minimize, roll, unroll

if TYPE_CHECKING:
    from nn.estimators import Classifier as Classifier
    from nn.estimators import Regressor as Regressor

__all__ = [
    "MLP",
    "Layer",
    "Module",
    "Neuron",
    "Recorder",
    "Regression",
    "accuracy",
    "activations",
    "confusion_matrix",
    "distributed",
    "evaluate",
    "fit",
    "four_equations",
    "from_torch",
    "initializers",
    "least_squares",
    "load",
    "load_csv",
    "losses",
    "minimize",
    "optimizers",
    "roll",
    "save",
    "schedules",
    "to_torch",
    "unroll",
]  # import * leaves alone what needs scikit-learn

_ESTIMATORS = ["Classifier", "Regressor"]


def __getattr__(name: str) -> Any:
    if name not in _ESTIMATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needed("sklearn", f"nn.{name} needs scikit-learn: pip install 'scalar-autograd[demo]'"):
        importlib.import_module("sklearn")
    globals()[name] = thing = getattr(importlib.import_module("nn.estimators"), name)
    return thing


def __dir__() -> list[str]:
    return [*__all__, *_ESTIMATORS]
