"""The numbers that an operation's argument may take, and the points at which the tests try it."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Domain:
    """The numbers that an argument may take.

    Attributes:
        rule: The condition, worded to follow "it needs an input".
        contains: Whether a number satisfies it, so that the operation has a value there.
        samples: Numbers inside, away from kinks, at which the tests try every operation.
        outside: Numbers that break the rule, at which the tests expect an error.
        differentiable: The condition for a derivative, where it is stricter than the rule.
    """

    rule: str
    contains: Callable[[float], bool]
    samples: tuple[float, ...]
    outside: tuple[float, ...] = ()
    differentiable: str = ""


REAL = Domain("that is a number", lambda _: True, (-3.5, -1.25, -0.4, 0.3, 0.9, 2.75))
FINITE = Domain("that is finite", math.isfinite, REAL.samples, (math.inf,))
POSITIVE = Domain("> 0", lambda x: x > 0, (0.02, 0.4, 1.25, 3.75, 40.0), (0.0, -1.0))
NONNEGATIVE = Domain(">= 0", lambda x: x >= 0, POSITIVE.samples, (-1.0,), differentiable="> 0")
NONZERO = Domain("other than 0", lambda x: x != 0, (-40.0, -1.5, -0.02, 0.3, 2.0), (0.0,))
ABOVE_MINUS_ONE = Domain("> -1", lambda x: x > -1, (-0.98, -0.4, 1e-9, 0.6, 30.0), (-1.0,))
UNIT = Domain(
    "from -1 to 1", lambda x: -1 <= x <= 1, (-0.99, -0.5, 0.1, 0.8, 0.99), (1.5,), differentiable="between -1 and 1"
)
AT_LEAST_ONE = Domain(">= 1", lambda x: x >= 1, (1.02, 1.4, 2.5, 40.0), (0.5, -2.0), differentiable="> 1")
OPEN_UNIT = Domain("between -1 and 1", lambda x: -1 < x < 1, (-0.99, -0.5, 0.1, 0.8, 0.99), (1.0, -1.5))
BETWEEN_STEPS = Domain(REAL.rule, REAL.contains, (-3.25, -1.25, -0.4, 0.3, 0.9, 2.75))  # no step at any of them
OTHER_REAL = Domain(REAL.rule, REAL.contains, (-1.7, -0.37, 0.43, 2.3))  # none has the size of one of REAL's samples
DIVISOR = Domain(NONZERO.rule, NONZERO.contains, (-1.7, -0.37, 0.43, 2.3), (0.0,))  # none divides one of BETWEEN_STEPS'
# A negative base does have some powers; this is the rule that allows every exponent.
BASE = Domain(
    "> 0 (a negative base takes only whole exponents, and 0 none below 0)", lambda x: x > 0, (0.02, 0.4, 1.25), (-1.5,)
)
