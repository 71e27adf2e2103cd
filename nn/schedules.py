"""Learning rates that change: functions of the number of updates so far."""

import math
from collections.abc import Callable

from autograd.table import whole
from nn.choices import name_of
from nn.settings import AT_LEAST_0, check

Schedule = Callable[[int], float]


def step_decay(rate: float, every: int, factor: float = 0.5) -> Schedule:
    r"""Multiply by `factor` after each `every` updates: :math:`\eta_t = \eta f^{\lfloor t / k \rfloor}`.

    Example:
        >>> [step_decay(1.0, every=2)(t) for t in range(5)]
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    check(rate=rate, factor=factor)
    every = whole("every", every)
    return _named(lambda t: rate * factor ** (t // every), f"step_decay({rate}, {every}, {factor})")


def exponential_decay(rate: float, every: int, factor: float = 0.5) -> Schedule:
    r"""Shrink smoothly, by `factor` over `every` updates: :math:`\eta_t = \eta f^{t / k}`.

    Example:
        >>> exponential_decay(1.0, every=2, factor=0.25)(1)
        0.5
    """
    check(rate=rate, factor=factor)
    every = whole("every", every)
    return _named(lambda t: rate * factor ** (t / every), f"exponential_decay({rate}, {every}, {factor})")


def cosine_decay(rate: float, steps: int, final: float = 0.0) -> Schedule:
    r"""Fall along half a cosine wave from `rate` to `final` in `steps` updates, and stay there.

    .. math:: \eta_t = \eta_T + \tfrac 1 2 (\eta_0 - \eta_T) (1 + \cos (\pi t / T))

    Example:
        >>> round(cosine_decay(1.0, steps=10)(5), 12)
        0.5

    Reference: Loshchilov & Hutter 2017, "SGDR: Stochastic gradient descent with warm restarts".
    """
    check(rate=rate, final=final)
    steps = whole("steps", steps)
    return _named(
        lambda t: final + 0.5 * (rate - final) * (1.0 + math.cos(math.pi * min(t, steps) / steps)),
        f"cosine_decay({rate}, {steps}, {final})",
    )


def warmup(schedule: float | Schedule, steps: int) -> Schedule:
    """Grow linearly to the rate of a schedule over the first `steps` updates.

    Example:
        >>> [warmup(1.0, steps=4)(t) for t in range(5)]
        [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    check(schedule=schedule)
    steps = whole("steps", steps)
    return _named(lambda t: rate_at(schedule, t) * min(1.0, (t + 1) / steps), f"warmup({show(schedule)}, {steps})")


def rate_at(schedule: float | Schedule, t: int) -> float:
    """The rate after t updates; a number is a constant rate.

    Raises:
        ValueError: if the schedule gives something else than a finite number of at least 0.

    Example:
        >>> rate_at(lambda t: 1.0 / (t + 1), 3)
        0.25
    """
    if not callable(schedule):
        return float(schedule)
    rate = schedule(t)
    if not AT_LEAST_0.holds(rate):
        raise ValueError(
            f"a schedule must give {AT_LEAST_0.words}, but {show(schedule)} gave {rate!r:.60} after {t} updates."
        )
    return float(rate)


def show(rate: float | Schedule) -> str:
    """A rate or a schedule as the name of an optimizer shows it."""
    return name_of(rate, {}) if callable(rate) else str(rate)


def _named(schedule: Schedule, name: str) -> Schedule:
    schedule.__name__ = name
    return schedule
