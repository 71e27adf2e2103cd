"""The matrix program of a scalar graph: found in it, written down, and run on all examples at a time."""

from autograd.compiler.program import Program, compile_cost

__all__ = ["Program", "compile_cost"]
