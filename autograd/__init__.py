"""Scalar automatic differentiation: write arithmetic on Values, get the graph and every derivative of it.

Example:
    >>> from autograd import Value, tanh
    >>> x = Value(0.5, label="x")
    >>> y = tanh(x) * x
    >>> y.backward()
    >>> round(x.grad, 6)
    0.855341
"""

from autograd import moved as _moved  # noqa: F401 - old names of modules
from autograd.checks import check_grads, check_op, compare_modes, step_size_sweep
from autograd.derivatives import grad, hessian, hessian_vector_product, jacobian, jvp, op, taylor, value_and_grad
from autograd.engine import ACCELERATED, Value, constant, count_passes, no_grad, topological_order, weighted_sum
from autograd.explanations import backward_steps, check_formula, explain, nudge, plot_derivatives, pulls
from autograd.functions import logsumexp, softmax
from autograd.graph import count_paths, find_nonfinite, paths
from autograd.ops import (
    abs,  # noqa: A004, F401 - rows, too
    acos,
    add,
    asin,
    atan,
    cos,
    cosh,
    elu,
    erfc,
    exp,
    expm1,
    gelu,
    leaky_relu,
    log,
    log1p,
    maximum,
    minimum,
    mul,
    neg,
    pow,  # noqa: A004, F401
    relu,
    sigmoid,
    sin,
    sinh,
    softplus,
    sqrt,
    sub,
    tan,
    tanh,
    truediv,
)
from autograd.pictures import draw
from autograd.table import Op

__version__ = "0.1.0"
__all__ = [
    "ACCELERATED",
    "Op",
    "Value",
    "acos",
    "add",
    "asin",
    "atan",
    "backward_steps",
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
    "erfc",
    "exp",
    "explain",
    "expm1",
    "find_nonfinite",
    "gelu",
    "grad",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "jvp",
    "leaky_relu",
    "log",
    "log1p",
    "logsumexp",
    "maximum",
    "minimum",
    "mul",
    "neg",
    "no_grad",
    "nudge",
    "op",
    "paths",
    "plot_derivatives",
    "pulls",
    "relu",
    "sigmoid",
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
]  # import * leaves Python's own abs and pow alone


def __dir__() -> list[str]:
    return [*__all__, "abs", "pow", "__version__"]
