"""The matrix program of a scalar graph: found in it, written down, and run on all examples at a time."""

from autograd.optional import needed

_NEEDS = "autograd.compile needs NumPy 2 or later: pip install --upgrade numpy"

with needed("numpy", _NEEDS):
    import numpy

    if not hasattr(numpy, "permute_dims"):  # and other functions of the array API
        raise ImportError(_NEEDS)
    from autograd.compiler.jacobian import Jacobian
    from autograd.compiler.program import Program, compile  # noqa: A004 - what it is called

__all__ = ["Jacobian", "Program", "compile"]
