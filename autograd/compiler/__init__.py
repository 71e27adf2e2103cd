"""The matrix program of a scalar graph: found in it, written down, and run on all examples at a time."""

from autograd.optional import needed

with needed("numpy", "autograd.compile needs NumPy: pip install numpy"):
    from autograd.compiler.program import Program, compile  # noqa: A004 - what it is called

__all__ = ["Program", "compile"]
