"""Scalar automatic differentiation: write arithmetic on Values, get the graph and every derivative of it.

Example:
    >>> from autograd import Value, tanh
    >>> x = Value(0.5, label="x")
    >>> y = tanh(x) * x
    >>> y.backward()
    >>> print(f"{x.grad:.6f}")
    0.855341
"""

import importlib
from typing import TYPE_CHECKING, Any

from autograd import moved as _moved  # noqa: F401 - old names of modules
from autograd.derivatives import (
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    linearize,
    linearize_grad,
    op,
    taylor,
    value_and_grad,
)
from autograd.engine import ACCELERATED, Value, constant, count_passes, no_grad, topological_order, weighted_sum
from autograd.functions import logsumexp, softmax
from autograd.graph import count_paths, find_nonfinite, paths
from autograd.ops import (
    abs,  # noqa: A004, F401 - rows, too
    acos,
    acosh,
    add,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    ceil,
    cos,
    cosh,
    elu,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    floordiv,
    gelu,
    hypot,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    maximum,
    minimum,
    mod,
    mul,
    neg,
    pow,  # noqa: A004, F401
    relu,
    round,  # noqa: A004, F401
    sech2,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    sub,
    tan,
    tanh,
    truediv,
)
from autograd.table import Op

if TYPE_CHECKING:
    from autograd.checks import check_grads, check_op, compare_modes, step_size_sweep
    from autograd.compiler import Program as Program
    from autograd.compiler import compile as compile  # noqa: A004
    from autograd.explanations import backward_steps, check_formula, explain, nudge, plot_derivatives, pulls
    from autograd.explorer import explore
    from autograd.pictures import draw

_WHEN_ASKED_FOR = {  # half of the time that an import takes is theirs
    "checks": ("check_grads", "check_op", "compare_modes", "step_size_sweep"),
    "compiler": ("Program", "compile"),
    "explanations": ("backward_steps", "check_formula", "explain", "nudge", "plot_derivatives", "pulls"),
    "explorer": ("explore",),
    "pictures": ("draw",),
}

__version__ = "0.1.0"
__all__ = [
    "ACCELERATED",
    "Op",
    "Value",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "backward_steps",
    "ceil",
    "check_formula",
    "check_grads",
    "check_op",
    "compare_modes",
    "constant",
    "cos",
    "cosh",
    "count_passes",
    "count_paths",
    "draw",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "explain",
    "explore",
    "expm1",
    "find_nonfinite",
    "floor",
    "floordiv",
    "gelu",
    "grad",
    "hessian",
    "hessian_vector_product",
    "hypot",
    "jacobian",
    "jvp",
    "leaky_relu",
    "linearize",
    "linearize_grad",
    "log",
    "log1p",
    "log2",
    "log10",
    "logsumexp",
    "maximum",
    "minimum",
    "mod",
    "mul",
    "neg",
    "no_grad",
    "nudge",
    "op",
    "paths",
    "plot_derivatives",
    "pulls",
    "relu",
    "sech2",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "step_size_sweep",
    "sub",
    "tan",
    "tanh",
    "taylor",
    "topological_order",
    "truediv",
    "value_and_grad",
    "weighted_sum",
]  # import * leaves Python's own abs, compile, pow and round alone


def __getattr__(name: str) -> Any:
    for room, names in _WHEN_ASKED_FOR.items():
        if name in names:
            globals()[name] = thing = getattr(importlib.import_module(f"autograd.{room}"), name)
            return thing
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "Program", "abs", "compile", "pow", "round", "__version__"]
