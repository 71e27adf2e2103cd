"""Learning rates that change: functions from the number of updates done so far to a rate."""

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def step_decay(rate: float, every: int, factor: float = 0.5) -> Schedule:
    r"""Multiply by `factor` after each `every` updates: :math:`\epsilon_t = \epsilon f^{\lfloor t / k \rfloor}`.

    Example:
        >>> [step_decay(1.0, every=2)(t) for t in range(5)]
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    return lambda t: rate * factor ** (t // every)


def exponential_decay(rate: float, every: int, factor: float = 0.5) -> Schedule:
    r"""Shrink smoothly, by `factor` over `every` updates: :math:`\epsilon_t = \epsilon f^{t / k}`.

    Example:
        >>> exponential_decay(1.0, every=2, factor=0.25)(1)
        0.5
    """
    return lambda t: rate * factor ** (t / every)


def cosine_decay(rate: float, steps: int, final: float = 0.0) -> Schedule:
    r"""Fall along half a cosine from `rate` to `final` in `steps` updates, and stay there.

    .. math:: \epsilon_t = \epsilon_T + \tfrac 1 2 (\epsilon_0 - \epsilon_T) (1 + \cos (\pi t / T))

    Example:
        >>> round(cosine_decay(1.0, steps=10)(5), 12)
        0.5

    Reference: Loshchilov & Hutter 2017, "SGDR: Stochastic gradient descent with warm restarts".
    """
    return lambda t: final + 0.5 * (rate - final) * (1.0 + math.cos(math.pi * min(t, steps) / steps))


def warmup(schedule: float | Schedule, steps: int) -> Schedule:
    """Grow linearly to the schedule's rate over the first `steps` updates.

    Example:
        >>> [warmup(1.0, steps=4)(t) for t in range(5)]
        [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    return lambda t: rate_at(schedule, t) * min(1.0, (t + 1) / steps)


def rate_at(schedule: float | Schedule, t: int) -> float:
    """The rate after t updates, where a number is the same rate always."""
    return schedule(t) if callable(schedule) else schedule
