"""Scalar automatic differentiation: write arithmetic on Values, get the graph and every derivative of it.

Example:
    >>> from autograd import Value, tanh
    >>> x = Value(0.5, label="x")
    >>> y = tanh(x) * x
    >>> y.backward()
    >>> round(x.grad, 6)
    0.855341
"""

from autograd.check import check_grads
from autograd.counting import compare_modes
from autograd.custom import check_op, op
from autograd.derivatives import grad, hessian, hessian_vector_product, jacobian, value_and_grad
from autograd.draw import draw
from autograd.dual import jvp
from autograd.explain import explain
from autograd.formula_check import check_formula
from autograd.functions import logsumexp, softmax
from autograd.graph import find_nonfinite, topological_order
from autograd.neuron import weighted_sum
from autograd.nudge import nudge
from autograd.operation import TABLE, Op
from autograd.ops import *  # noqa: F403 - one function a row
from autograd.paths import count_paths, paths
from autograd.pulls import pulls
from autograd.recording import no_grad
from autograd.series import plot_derivatives, taylor
from autograd.step_size import step_size_sweep
from autograd.steps import backward_steps
from autograd.tally import count_passes
from autograd.value import ACCELERATED, Value, constant

__all__ = [
    "ACCELERATED",
    "Op",
    "Value",
    "backward_steps",
    "check_formula",
    "check_grads",
    "check_op",
    "compare_modes",
    "constant",
    "count_passes",
    "count_paths",
    "draw",
    "explain",
    "find_nonfinite",
    "grad",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "jvp",
    "logsumexp",
    "no_grad",
    "nudge",
    "op",
    "paths",
    "plot_derivatives",
    "pulls",
    "softmax",
    "step_size_sweep",
    "taylor",
    "topological_order",
    "value_and_grad",
    "weighted_sum",
]
__all__ += [name for name in TABLE if name not in ("abs", "pow")]  # import * leaves Python's own abs and pow alone
