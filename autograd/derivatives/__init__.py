"""Every derivative: gradients as graphs, Hessians, dual numbers, power series, complex step, your own operations."""

from autograd.derivatives.calling import is_one, no_output
from autograd.derivatives.complex_numbers import STEP, complex_step, complexes, partial_of_row
from autograd.derivatives.dual import Dual
from autograd.derivatives.forward import jvp
from autograd.derivatives.gradients import (
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    linearize,
    linearize_grad,
    value_and_grad,
)
from autograd.derivatives.linear_map import LinearMap
from autograd.derivatives.nesting import differentiated
from autograd.derivatives.own import op
from autograd.derivatives.series import Series, taylor

__all__ = [
    "STEP",
    "Dual",
    "LinearMap",
    "Series",
    "complex_step",
    "complexes",
    "differentiated",
    "grad",
    "hessian",
    "hessian_vector_product",
    "is_one",
    "jacobian",
    "jvp",
    "linearize",
    "linearize_grad",
    "no_output",
    "op",
    "partial_of_row",
    "taylor",
    "value_and_grad",
]
