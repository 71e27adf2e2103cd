"""The table of operations: a row is all that the library knows about an operation, and all that it needs to know.

The columns are the attributes of :class:`autograd.table.operation.Op`. In the formulas z is the value, x and y are the
arguments, and `m` is the mathematics of whatever flows through them: for floats, Python's `math` and a little more.
"""

import math
import sys
from typing import Any

from autograd.table import (
    ABOVE_MINUS_ONE,
    AT_LEAST_ONE,
    BASE,
    BETWEEN_STEPS,
    DIVISOR,
    FINITE,
    NONNEGATIVE,
    NONZERO,
    OPEN_UNIT,
    OTHER_REAL,
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
_FIXED_EXPONENT = (
    "Write an exponent that stays fixed as a plain number (x**2): only then may the base be negative. "
    "At base 0 a root has an infinite slope: try (x + 1e-12)**0.5."
)
_LOG = "Try maximum(x, 1e-12), or a loss that takes logits."
_EXP = "Try logsumexp, softmax or a loss that takes logits, which never overflow."


def _below(m: Any, x: Any) -> Any:
    # x, as far as it is not above 0. Unlike m.minimum it is one of two smooth branches at 0 too, so that a formula made of
    # it has the derivatives of that branch.
    return m.where(x > 0, 0.0, x)


def _minus_size(m: Any, x: Any) -> Any:
    return m.where(x > 0, -x, x)  # -|x|, by the same branches


def _sigmoid(m: Any, x: Any) -> Any:
    small = m.exp(_minus_size(m, x))  # at most 1, whatever the sign of x
    return m.where(x > 0, 1.0, small) / (1.0 + small)


def _sech2(m: Any, x: Any) -> Any:
    small = m.exp(2.0 * _minus_size(m, x))
    return 4.0 * small / ((1.0 + small) * (1.0 + small))


def _tanh_slope(m: Any, z: Any, x: Any) -> Any:
    # 1 - z² is the rest of a rounded number where z is close to 1.
    return m.textbook(lambda: 1.0 - z * z, (z > -0.9) & (z < 0.9), lambda: m.sech2(x))


def _sigmoid_slope(m: Any, z: Any, x: Any) -> Any:
    # So is 1 - z, and near x = 0 the 1 - 2z of the next derivative.
    return m.textbook(lambda: z * (1.0 - z), (z < 0.9) & ((x < -0.002) | (x > 0.002)), lambda: 0.25 * m.sech2(0.5 * x))


def _rest_of_square(m: Any, x: Any) -> Any:
    # 1 - x²: as a product near ±1, where x² would be rounded; as a difference near 0, where the derivative of the product
    # would be one of rounded numbers.
    return m.textbook(lambda: 1.0 - x * x, (x > -0.5) & (x < 0.5), lambda: (1.0 - x) * (1.0 + x))


def _normal_cdf(m: Any, x: Any) -> Any:
    return 0.5 * m.erfc(-x / math.sqrt(2.0))  # 1 + erf(x/√2) would cancel far below 0


def _gelu(m: Any, x: Any) -> Any:
    return m.where(x < -100.0, 0.0, x * _normal_cdf(m, x))  # -inf · 0 would be nan


def _gelu_slope(m: Any, _z: Any, x: Any) -> Any:
    return _normal_cdf(m, x) + m.where(m.abs(x) > 100.0, 0.0, x * _normal_density(m, x))


def _normal_density(m: Any, x: Any) -> Any:
    return m.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def _power_rule(m: Any, x: Any, y: Any) -> Any:
    # x⁰ is 1 everywhere: its derivative is 0 at x = 0 too, where the exponent -1 would divide by 0. Elsewhere the exponent
    # must be y - 1 at y = 0 too, since the derivative with respect to y is 1/x there.
    return y * m.pow(x, m.where((x > 0) | (x < 0) | (y > 0) | (y < 0), y - 1.0, 1.0))


def _share(m: Any, z: Any, x: Any, y: Any) -> Any:
    # x / hypot(x, y). Where x is the larger one, the next derivative would be the rest of a rounded number, 1 - x²/z²: there
    # it is the cosine of the angle from the x axis.
    def cosine() -> Any:
        found = m.cos(m.atan2(y, m.abs(x)))
        return m.where(x > 0, found, -found)

    def at_the_origin_or_near_the_axis() -> Any:
        return m.textbook(lambda: 0.0 * x, z <= 0, cosine)

    return m.textbook(lambda: x / z, (m.abs(x) <= m.abs(y)) & (z > 0), at_the_origin_or_near_the_axis)


def _bell(m: Any, x: Any) -> Any:
    return m.textbook(lambda: m.exp(-x * x), m.abs(x) < 100.0, lambda: 0.0)  # 0 · inf would be nan


def _atan_slope(m: Any, _z: Any, x: Any) -> Any:
    # Where 1 + x² is x², the next derivatives would vanish between huge numbers.
    return m.textbook(lambda: 1.0 / (1.0 + x * x), m.abs(x) < 1e10, lambda: 1.0 / x / x)


def _asinh_slope(m: Any, _z: Any, x: Any) -> Any:
    return m.textbook(lambda: 1.0 / m.sqrt(1.0 + x * x), m.abs(x) < 1e100, lambda: 1.0 / m.abs(x))


def _acosh_slope(m: Any, _z: Any, x: Any) -> Any:
    return m.textbook(lambda: 1.0 / m.sqrt((x - 1.0) * (x + 1.0)), x < 1e100, lambda: 1.0 / x)


def _over_square(m: Any, u: Any, x: Any, y: Any) -> Any:
    # u / (x² + y²), where the squares neither overflow nor vanish.
    size = m.maximum(m.abs(x), m.abs(y))

    def scaled() -> Any:
        found = u / size / ((x / size) * (x / size) + (y / size) * (y / size)) / size
        return m.where(size > sys.float_info.max, 0.0, found)  # inf / inf would be nan

    return m.textbook(lambda: u / (x * x + y * y), (size > 1e-100) & (size < 1e100), scaled)


def _slope_of_exponent(m: Any, z: Any, x: Any, y: Any) -> Any:
    # 0^y is 0 for every y > 0, so its derivative is 0 there, where the logarithm does not exist. 0 * x keeps a nan.
    return m.textbook(lambda: z * m.log(x), (x > 0) | (x < 0) | (y <= 0), lambda: 0.0 * x)


def _left_share(m: Any, x: Any, y: Any) -> Any:
    # At a tie each argument of maximum and minimum gets half the derivative, as in PyTorch and JAX.
    return m.where(x > y, 1.0, m.where(x < y, 0.0, 0.5))


# fmt: off
# name           symbol   LaTeX                         value z                           partials ∂z/∂x and ∂z/∂y                                                                  domains of x and y
add     = Op("add",     "+",  "{x} + {y}",              lambda m, x, y: x + y,            (lambda m, z, x, y: 1.0,                    lambda m, z, x, y: 1.0),                      (REAL, REAL),    precedence=SUM, commutative=True)
sub     = Op("sub",     "-",  "{x} - {y}",              lambda m, x, y: x - y,            (lambda m, z, x, y: 1.0,                    lambda m, z, x, y: -1.0),                     (REAL, REAL),    precedence=SUM, sign="−")
mul     = Op("mul",     "*",  r"{x} \, {y}",            lambda m, x, y: x * y,            (lambda m, z, x, y: y,                      lambda m, z, x, y: x),                        (REAL, REAL),    precedence=PRODUCT, commutative=True, sign="×")
truediv = Op("truediv", "/",  r"\frac{{{x}}}{{{y}}}",   lambda m, x, y: x / y,            (lambda m, z, x, y: 1.0 / y,                lambda m, z, x, y: -z / y),                   (REAL, NONZERO), precedence=PRODUCT, sign="÷")
pow     = Op("pow",     "**", "{{{x}}}^{{{y}}}",        lambda m, x, y: m.pow(x, y),      (lambda m, z, x, y: _power_rule(m, x, y),   _slope_of_exponent),             (BASE, REAL),    precedence=POWER, advice=_FIXED_EXPONENT, sign="x^{y}")
# The remainder has the sign of y, as Python's has. At a step of the quotient these are the slopes on its right.
mod     = Op("mod",     "%",  r"{x} \bmod {y}",         lambda m, x, y: m.mod(x, y),      (lambda m, z, x, y: 1.0,                    lambda m, z, x, y: m.textbook(lambda: -m.floor(x / y), False, lambda: -m.floordiv(x, y))),        (BETWEEN_STEPS, DIVISOR), kinks=(((2.0, 1.0), (1.0, -2.0)),), precedence=PRODUCT)
floordiv = Op("floordiv", "//", r"\left\lfloor \frac{{{x}}}{{{y}}} \right\rfloor", lambda m, x, y: m.floordiv(x, y), (lambda m, z, x, y: 0.0, lambda m, z, x, y: 0.0), (BETWEEN_STEPS, DIVISOR), kinks=(((2.0, 1.0), (0.0, 0.0)),), precedence=PRODUCT)
# At the origin the slopes are 0, the middle of the subdifferential, as for abs.
hypot   = Op("hypot",   "hypot", r"\sqrt{{{x}^2 + {y}^2}}", lambda m, x, y: m.hypot(x, y), (lambda m, z, x, y: _share(m, z, x, y), lambda m, z, x, y: _share(m, z, y, x)), (REAL, REAL), kinks=(((0.0, 0.0), (0.0, 0.0)),), commutative=True)
# The angle of the point (y, x), in the order that `math.atan2` has.
atan2   = Op("atan2",   "atan2", r"\mathrm{{atan2}}({x}, {y})", lambda m, x, y: m.atan2(x, y), (lambda m, z, x, y: _over_square(m, y, x, y), lambda m, z, x, y: -_over_square(m, x, x, y)), (REAL, OTHER_REAL))
maximum = Op("maximum", "max", r"\max({x}, {y})",       lambda m, x, y: m.where((x > y) | (x != x), x, y), (lambda m, z, x, y: _left_share(m, x, y), lambda m, z, x, y: _left_share(m, y, x)), (REAL, REAL), kinks=(((1.5, 1.5), (0.5, 0.5)),), commutative=True, selects=True)
minimum = Op("minimum", "min", r"\min({x}, {y})",       lambda m, x, y: m.where((x < y) | (x != x), x, y), (lambda m, z, x, y: _left_share(m, y, x), lambda m, z, x, y: _left_share(m, x, y)), (REAL, REAL), kinks=(((1.5, 1.5), (0.5, 0.5)),), commutative=True, selects=True)

neg     = Op("neg",     "-",  "-{x}",                   lambda m, x: -x,                  (lambda m, z, x: -1.0,),                                 (REAL,), precedence=PRODUCT, sign="−")
# abs'(0) = 0, the middle of the subdifferential [-1, 1], as in PyTorch and JAX.
abs     = Op("abs",     "abs", r"\left|{x}\right|",     lambda m, x: m.abs(x),            (lambda m, z, x: 2.0 * _left_share(m, x, 0.0) - 1.0,),   (REAL,), kinks=(((0.0,), (0.0,)),))
exp     = Op("exp",     "exp", "e^{{{x}}}",             lambda m, x: m.exp(x),            (lambda m, z, x: z,),                                    (REAL,), advice=_EXP, sign="e^x")
expm1   = Op("expm1",   "expm1", r"\left(e^{{{x}}} - 1\right)", lambda m, x: m.expm1(x),          (lambda m, z, x: m.exp(x),),                             (REAL,), advice=_EXP)
log     = Op("log",     "log", r"\log({x})",            lambda m, x: m.log(x),            (lambda m, z, x: 1.0 / x,),                              (POSITIVE,), advice=_LOG)
log1p   = Op("log1p",   "log1p", r"\log(1 + {x})",      lambda m, x: m.log1p(x),          (lambda m, z, x: 1.0 / (1.0 + x),),                      (ABOVE_MINUS_ONE,), advice=_LOG)
sqrt    = Op("sqrt",    "sqrt", r"\sqrt{{{x}}}",        lambda m, x: m.sqrt(x),           (lambda m, z, x: 0.5 / z,),                              (NONNEGATIVE,), advice="Try sqrt(x + 1e-12).", sign="√")
erfc    = Op("erfc",    "erfc", r"\mathrm{{erfc}}({x})", lambda m, x: m.erfc(x),          (lambda m, z, x: -2.0 / math.sqrt(math.pi) * _bell(m, x),), (REAL,))

erf     = Op("erf",     "erf", r"\mathrm{{erf}}({x})",  lambda m, x: m.erf(x),            (lambda m, z, x: 2.0 / math.sqrt(math.pi) * _bell(m, x),),  (REAL,))
exp2    = Op("exp2",    "exp2", "2^{{{x}}}",            lambda m, x: m.exp2(x),           (lambda m, z, x: math.log(2.0) * z,),                    (REAL,), advice=_EXP, sign="2^x")
log2    = Op("log2",    "log2", r"\log_2({x})",         lambda m, x: m.log2(x),           (lambda m, z, x: 1.0 / (math.log(2.0) * x),),            (POSITIVE,), advice=_LOG)
log10   = Op("log10",   "log10", r"\log_{{10}}({x})",   lambda m, x: m.log10(x),          (lambda m, z, x: 1.0 / (math.log(10.0) * x),),           (POSITIVE,), advice=_LOG)

# Steps are flat: 0, also at a step, as in PyTorch and JAX. Half rounds to even, as in Python.
floor   = Op("floor",   "floor", r"\lfloor {x} \rfloor", lambda m, x: m.floor(x),         (lambda m, z, x: 0.0,),                                  (BETWEEN_STEPS,), kinks=(((1.0,), (0.0,)),))
ceil    = Op("ceil",    "ceil", r"\lceil {x} \rceil",   lambda m, x: m.ceil(x),           (lambda m, z, x: 0.0,),                                  (BETWEEN_STEPS,), kinks=(((1.0,), (0.0,)),))
round   = Op("round",   "round", r"\mathrm{{round}}({x})", lambda m, x: m.round(x),        (lambda m, z, x: 0.0,),                                  (BETWEEN_STEPS,), kinks=(((0.5,), (0.0,)),))
sign    = Op("sign",    "sign", r"\mathrm{{sign}}({x})", lambda m, x: m.where(x > 0, 1.0, m.where(x < 0, -1.0, x)), (lambda m, z, x: 0.0,),          (REAL,), kinks=(((0.0,), (0.0,)),))

# Angles are in radians.
sin     = Op("sin",     "sin", r"\sin({x})",            lambda m, x: m.sin(x),            (lambda m, z, x: m.cos(x),),                             (FINITE,))
cos     = Op("cos",     "cos", r"\cos({x})",            lambda m, x: m.cos(x),            (lambda m, z, x: -m.sin(x),),                            (FINITE,))
tan     = Op("tan",     "tan", r"\tan({x})",            lambda m, x: m.tan(x),            (lambda m, z, x: 1.0 + z * z,),                          (FINITE,))
asin    = Op("asin",    "asin", r"\arcsin({x})",        lambda m, x: m.asin(x),           (lambda m, z, x: 1.0 / m.sqrt(_rest_of_square(m, x)),),  (UNIT,))
acos    = Op("acos",    "acos", r"\arccos({x})",        lambda m, x: m.acos(x),           (lambda m, z, x: -1.0 / m.sqrt(_rest_of_square(m, x)),), (UNIT,))
atan    = Op("atan",    "atan", r"\arctan({x})",        lambda m, x: m.atan(x),           (_atan_slope,),                  (REAL,))
sinh    = Op("sinh",    "sinh", r"\sinh({x})",          lambda m, x: m.sinh(x),           (lambda m, z, x: m.cosh(x),),                            (REAL,))
cosh    = Op("cosh",    "cosh", r"\cosh({x})",          lambda m, x: m.cosh(x),           (lambda m, z, x: m.sinh(x),),                            (REAL,))
tanh    = Op("tanh",    "tanh", r"\tanh({x})",          lambda m, x: m.tanh(x),           (_tanh_slope,),                                          (REAL,))
asinh   = Op("asinh",   "asinh", r"\mathrm{{arsinh}}({x})", lambda m, x: m.asinh(x),      (_asinh_slope,),            (REAL,))
acosh   = Op("acosh",   "acosh", r"\mathrm{{arcosh}}({x})", lambda m, x: m.acosh(x),      (_acosh_slope,),  (AT_LEAST_ONE,))
atanh   = Op("atanh",   "atanh", r"\mathrm{{artanh}}({x})", lambda m, x: m.atanh(x),      (lambda m, z, x: 1.0 / _rest_of_square(m, x),),          (OPEN_UNIT,))
# 1 - tanh²(x), with all its digits for every x.
sech2   = Op("sech2",   "sech2", r"\mathrm{{sech}}^2({x})", _sech2,                           (lambda m, z, x: -2.0 * z * m.tanh(x),),                 (REAL,))

sigmoid = Op("sigmoid", "sigmoid", r"\sigma({x})",      _sigmoid,                         (_sigmoid_slope,),                                       (REAL,), sign="σ")
softplus = Op("softplus", "softplus", r"\log(1 + e^{{{x}}})", lambda m, x: m.where(x > 0, x, 0.0) + m.log1p(m.exp(_minus_size(m, x))), (lambda m, z, x: m.sigmoid(x),), (REAL,))
# relu'(0) = 0: Bertoin et al. 2021, "Numerical influence of ReLU'(0) on backpropagation".
relu    = Op("relu",    "relu", r"\max({x}, 0)",        lambda m, x: m.where(x <= 0, 0.0, x), (lambda m, z, x: m.where(x > 0, 1.0, 0.0),),         (REAL,), kinks=(((0.0,), (0.0,)),))
# At 0 the slope is the one on the left, as for relu, which is leaky_relu with slope 0. Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic models".
leaky_relu = Op("leaky_relu", "leaky_relu", r"\mathrm{{leaky\_relu}}({x}, {y})", lambda m, x, y: m.where(x <= 0, y * x, x), (lambda m, z, x, y: m.where(x > 0, 1.0, y), lambda m, z, x, y: m.where(x > 0, 0.0, x)), (REAL, REAL), kinks=(((0.0, 0.01), (0.01, 0.0)),), defaults=(0.01,))
# Clevert et al. 2016, "Fast and accurate deep network learning by exponential linear units". Smooth at 0 for y = 1.
elu     = Op("elu",     "elu", r"\mathrm{{elu}}({x}, {y})", lambda m, x, y: m.where(x <= 0, y * m.expm1(_below(m, x)), x), (lambda m, z, x, y: m.where(x > 0, 1.0, y * m.exp(_below(m, x))), lambda m, z, x, y: m.expm1(_below(m, x))), (REAL, REAL), kinks=(((0.0, 2.0), (2.0, 0.0)),), defaults=(1.0,))
# Hendrycks & Gimpel 2016, "Gaussian error linear units": x Φ(x), exactly, with Φ the normal distribution function.
gelu    = Op("gelu",    "gelu", r"\mathrm{{gelu}}({x})", _gelu, (_gelu_slope,), (REAL,))
# fmt: on

for _row in [thing for thing in globals().values() if isinstance(thing, Op)]:
    TABLE.declare(_row)
del _row
TABLE.close()

__all__ = [*TABLE]
