"""The table of operations: a row is all that the library knows about an operation, and all that it needs to know.

The columns are the attributes of :class:`autograd.table.operation.Op`. In the formulas z is the value, x and y are the
arguments, and `m` is the mathematics of whatever flows through them: for floats, Python's `math` and a little more.
"""

import math
from typing import Any

from autograd.table import (
    ABOVE_MINUS_ONE,
    BASE,
    FINITE,
    NONNEGATIVE,
    NONZERO,
    POSITIVE,
    POWER,
    PRODUCT,
    REAL,
    SUM,
    TABLE,
    UNIT,
    Op,
)

# Advice, for error messages.
_FIXED_EXPONENT = "Write an exponent that stays fixed as a plain number (x**2): only then may the base be negative."
_LOG = "Try maximum(x, 1e-12), or a loss that takes logits."
_EXP = "Try logsumexp, softmax or a loss that takes logits, which never overflow."


def _sigmoid(m: Any, x: Any) -> Any:
    small = m.exp(-m.abs(x))  # at most 1, whatever the sign of x
    return m.where(x >= 0, 1.0, small) / (1.0 + small)


def _normal_cdf(m: Any, x: Any) -> Any:
    return 0.5 * m.erfc(-x / math.sqrt(2.0))  # 1 + erf(x/√2) would cancel far below 0


def _normal_density(m: Any, x: Any) -> Any:
    return m.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def _power_rule(m: Any, x: Any, y: Any) -> Any:
    # x⁰ is 1 everywhere: its derivative is 0 at x = 0 too, where the exponent -1 would divide by 0. Elsewhere the exponent
    # must be y - 1 at y = 0 too, since the derivative with respect to y is 1/x there.
    return y * m.pow(x, m.where((x > 0) | (x < 0) | (y > 0) | (y < 0), y - 1.0, 1.0))


def _left_share(m: Any, x: Any, y: Any) -> Any:
    # At a tie each argument of maximum and minimum gets half the derivative, as in PyTorch and JAX.
    return m.where(x > y, 1.0, m.where(x < y, 0.0, 0.5))


# fmt: off
# name           symbol   LaTeX                         value z                           partials ∂z/∂x and ∂z/∂y                                                                  domains of x and y
add     = Op("add",     "+",  "{x} + {y}",              lambda m, x, y: x + y,            (lambda m, z, x, y: 1.0,                    lambda m, z, x, y: 1.0),                      (REAL, REAL),    precedence=SUM, commutative=True)
sub     = Op("sub",     "-",  "{x} - {y}",              lambda m, x, y: x - y,            (lambda m, z, x, y: 1.0,                    lambda m, z, x, y: -1.0),                     (REAL, REAL),    precedence=SUM)
mul     = Op("mul",     "*",  r"{x} \, {y}",            lambda m, x, y: x * y,            (lambda m, z, x, y: y,                      lambda m, z, x, y: x),                        (REAL, REAL),    precedence=PRODUCT, commutative=True)
truediv = Op("truediv", "/",  r"\frac{{{x}}}{{{y}}}",   lambda m, x, y: x / y,            (lambda m, z, x, y: 1.0 / y,                lambda m, z, x, y: -z / y),                   (REAL, NONZERO), precedence=PRODUCT)
pow     = Op("pow",     "**", "{{{x}}}^{{{y}}}",        lambda m, x, y: m.pow(x, y),      (lambda m, z, x, y: _power_rule(m, x, y),   lambda m, z, x, y: z * m.log(x)),             (BASE, REAL),    precedence=POWER, advice=_FIXED_EXPONENT)
maximum = Op("maximum", "max", r"\max({x}, {y})",       lambda m, x, y: m.where((x > y) | (x != x), x, y), (lambda m, z, x, y: _left_share(m, x, y), lambda m, z, x, y: _left_share(m, y, x)), (REAL, REAL), kinks=(((1.5, 1.5), (0.5, 0.5)),), commutative=True)
minimum = Op("minimum", "min", r"\min({x}, {y})",       lambda m, x, y: m.where((x < y) | (x != x), x, y), (lambda m, z, x, y: _left_share(m, y, x), lambda m, z, x, y: _left_share(m, x, y)), (REAL, REAL), kinks=(((1.5, 1.5), (0.5, 0.5)),), commutative=True)

neg     = Op("neg",     "-",  "-{x}",                   lambda m, x: -x,                  (lambda m, z, x: -1.0,),                                 (REAL,), precedence=PRODUCT)
# abs'(0) = 0, the middle of the subdifferential [-1, 1], as in PyTorch and JAX.
abs     = Op("abs",     "abs", r"\left|{x}\right|",     lambda m, x: m.abs(x),            (lambda m, z, x: 2.0 * _left_share(m, x, 0.0) - 1.0,),   (REAL,), kinks=(((0.0,), (0.0,)),))
exp     = Op("exp",     "exp", "e^{{{x}}}",             lambda m, x: m.exp(x),            (lambda m, z, x: z,),                                    (REAL,), advice=_EXP)
expm1   = Op("expm1",   "expm1", r"\left(e^{{{x}}} - 1\right)", lambda m, x: m.expm1(x),          (lambda m, z, x: m.exp(x),),                             (REAL,), advice=_EXP)
log     = Op("log",     "log", r"\log({x})",            lambda m, x: m.log(x),            (lambda m, z, x: 1.0 / x,),                              (POSITIVE,), advice=_LOG)
log1p   = Op("log1p",   "log1p", r"\log(1 + {x})",      lambda m, x: m.log1p(x),          (lambda m, z, x: 1.0 / (1.0 + x),),                      (ABOVE_MINUS_ONE,), advice=_LOG)
sqrt    = Op("sqrt",    "sqrt", r"\sqrt{{{x}}}",        lambda m, x: m.sqrt(x),           (lambda m, z, x: 0.5 / z,),                              (NONNEGATIVE,), advice="Try sqrt(x + 1e-12).")
erfc    = Op("erfc",    "erfc", r"\mathrm{{erfc}}({x})", lambda m, x: m.erfc(x),          (lambda m, z, x: -2.0 / math.sqrt(math.pi) * m.exp(-x * x),), (REAL,))

# Angles are in radians.
sin     = Op("sin",     "sin", r"\sin({x})",            lambda m, x: m.sin(x),            (lambda m, z, x: m.cos(x),),                             (FINITE,))
cos     = Op("cos",     "cos", r"\cos({x})",            lambda m, x: m.cos(x),            (lambda m, z, x: -m.sin(x),),                            (FINITE,))
tan     = Op("tan",     "tan", r"\tan({x})",            lambda m, x: m.tan(x),            (lambda m, z, x: 1.0 + z * z,),                          (FINITE,))
asin    = Op("asin",    "asin", r"\arcsin({x})",        lambda m, x: m.asin(x),           (lambda m, z, x: 1.0 / m.sqrt((1.0 - x) * (1.0 + x)),),  (UNIT,))
acos    = Op("acos",    "acos", r"\arccos({x})",        lambda m, x: m.acos(x),           (lambda m, z, x: -1.0 / m.sqrt((1.0 - x) * (1.0 + x)),), (UNIT,))
atan    = Op("atan",    "atan", r"\arctan({x})",        lambda m, x: m.atan(x),           (lambda m, z, x: 1.0 / (1.0 + x * x),),                  (REAL,))
sinh    = Op("sinh",    "sinh", r"\sinh({x})",          lambda m, x: m.sinh(x),           (lambda m, z, x: m.cosh(x),),                            (REAL,))
cosh    = Op("cosh",    "cosh", r"\cosh({x})",          lambda m, x: m.cosh(x),           (lambda m, z, x: m.sinh(x),),                            (REAL,))
tanh    = Op("tanh",    "tanh", r"\tanh({x})",          lambda m, x: m.tanh(x),           (lambda m, z, x: 1.0 - z * z,),                          (REAL,))

# Above x = 37, where z rounds to 1, this derivative rounds to 0; its relative error grows from 1e-16 toward that point.
sigmoid = Op("sigmoid", "sigmoid", r"\sigma({x})",      _sigmoid,                         (lambda m, z, x: z * (1.0 - z),),                        (REAL,))
softplus = Op("softplus", "softplus", r"\log(1 + e^{{{x}}})", lambda m, x: m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x))), (lambda m, z, x: m.sigmoid(x),), (REAL,))
# relu'(0) = 0: Bertoin et al. 2021, "Numerical influence of ReLU'(0) on backpropagation".
relu    = Op("relu",    "relu", r"\max({x}, 0)",        lambda m, x: m.where(x <= 0, 0.0, x), (lambda m, z, x: m.where(x > 0, 1.0, 0.0),),         (REAL,), kinks=(((0.0,), (0.0,)),))
# At 0 the slope is the one on the left, as for relu, which is leaky_relu with slope 0. Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic models".
leaky_relu = Op("leaky_relu", "leaky_relu", r"\mathrm{{leaky\_relu}}({x}, {y})", lambda m, x, y: m.where(x <= 0, y * x, x), (lambda m, z, x, y: m.where(x > 0, 1.0, y), lambda m, z, x, y: m.where(x > 0, 0.0, x)), (REAL, REAL), kinks=(((0.0, 0.01), (0.01, 0.0)),), defaults=(0.01,))
# Clevert et al. 2016, "Fast and accurate deep network learning by exponential linear units". Smooth at 0 for y = 1.
elu     = Op("elu",     "elu", r"\mathrm{{elu}}({x}, {y})", lambda m, x, y: m.where(x <= 0, y * m.expm1(m.minimum(x, 0.0)), x), (lambda m, z, x, y: m.where(x > 0, 1.0, z + y), lambda m, z, x, y: m.expm1(m.minimum(x, 0.0))), (REAL, REAL), kinks=(((0.0, 2.0), (2.0, 0.0)),), defaults=(1.0,))
# Hendrycks & Gimpel 2016, "Gaussian error linear units": x Φ(x), exactly, with Φ the normal distribution function.
gelu    = Op("gelu",    "gelu", r"\mathrm{{gelu}}({x})", lambda m, x: x * _normal_cdf(m, x), (lambda m, z, x: _normal_cdf(m, x) + x * _normal_density(m, x),), (REAL,))
# fmt: on

for _row in [thing for thing in globals().values() if isinstance(thing, Op)]:
    TABLE.declare(_row)
del _row
TABLE.close()

__all__ = [*TABLE]
