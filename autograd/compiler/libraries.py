"""Whose arrays these are: the library that a program runs on is that of its arguments."""

import importlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.optional import needed

# The libraries whose arrays do not know their namespace of the array API, and the module that is it.
_NAMESPACES = {
    "cupy": "array_api_compat.cupy",
    "dask": "array_api_compat.dask.array",
    "torch": "array_api_compat.torch",
}


def library(names: Sequence[str], given: Sequence[Any]) -> tuple[Any, Any]:
    """The namespace of some arrays, and the device that the first of them is on.

    Lists and numbers go where the arrays are, which is NumPy if there are none. The device is `None` where arrays have
    none: those of dask, and what JAX traces.

    Args:
        names: What the arrays are called, for messages.
        given: The arrays.

    Raises:
        TypeError: if they belong to several libraries.
        ImportError: if they are CuPy's, dask's or PyTorch's, and array-api-compat is missing.

    Example:
        >>> import numpy
        >>> library(["theta", "X"], [[0.5, 0.1], numpy.zeros((3, 2))])[0] is numpy
        True

    Reference: https://data-apis.org/array-api/latest/purpose_and_scope.html
    """
    arrays = [thing for thing in given if not is_plain(thing)]
    found = {_namespace(thing) for thing in arrays}
    if len(found) > 1:
        are_told = ", ".join(f"{name}: {_kind(thing)}" for name, thing in zip(names, given, strict=False))
        raise TypeError(
            f"a program takes arrays of one library, but got {are_told}. Convert them with the asarray of one library."
        )
    return (found.pop(), getattr(arrays[0], "device", None)) if arrays else (np, None)


def is_plain(thing: Any) -> bool:
    """Whether something belongs to no library."""
    return isinstance(thing, list | tuple | float | int)


def _namespace(thing: Any) -> Any:
    return _compatible(thing.__class__) or getattr(thing, "__array_namespace__", lambda: np)()


@cache
def _compatible(kind: type) -> Any:
    """The module of array-api-compat for a type of arrays, if it needs one."""
    for each in kind.__mro__:
        package = each.__module__.partition(".")[0]
        if package in _NAMESPACES:
            with needed("array_api_compat", f"{package} needs array-api-compat here: pip install array-api-compat"):
                return importlib.import_module(_NAMESPACES[package])
    return None


def _kind(thing: Any) -> str:
    """The type of an array, such as torch.Tensor."""
    kind = type(thing)
    package = kind.__module__.partition(".")[0]
    return kind.__name__ if package == "builtins" else f"{package}.{kind.__name__}"
