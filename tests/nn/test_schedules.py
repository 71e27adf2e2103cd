import functools
import math
from typing import Any

import pytest

from nn import schedules
from nn.optimizers import sgd


def test_schedules() -> None:
    for schedule, t, rate in (
        (schedules.step_decay(1.0, every=10, factor=0.1), 25, 0.01),
        (schedules.exponential_decay(1.0, every=10, factor=0.25), 5, 0.5),
        (schedules.cosine_decay(1.0, steps=10, final=0.2), 0, 1.0),
        (schedules.cosine_decay(1.0, steps=10, final=0.2), 5, 0.6),
        (schedules.cosine_decay(1.0, steps=10, final=0.2), 99, 0.2),
        (schedules.warmup(0.8, steps=4), 1, 0.4),
        (schedules.warmup(schedules.step_decay(1.0, every=2), steps=2), 5, 0.25),
    ):
        assert schedule(t) == pytest.approx(rate)
    optimizer, state = sgd(schedules.step_decay(1.0, every=1)), {"t": 0}
    steps = []
    for _ in range(3):
        change, state = optimizer.update([1.0], state, [0.0])
        steps += change
    assert steps == [-1.0, -0.5, -0.25]


class Constant:
    def __call__(self, _: int) -> float:
        return 0.25


@pytest.mark.parametrize(
    ("schedule", "shown"),
    [
        (lambda _: 0.25, "sgd(<lambda>)"),
        (functools.partial(lambda _, rate: rate, rate=0.25), "sgd(partial(<lambda>, rate=0.25))"),
        (Constant(), "sgd(Constant)"),
        (Constant().__call__, "sgd(__call__)"),
        (schedules.warmup(Constant(), 1), "sgd(warmup(Constant, 1))"),
    ],
)
def test_a_schedule_is_anything_that_can_be_called(schedule: Any, shown: str) -> None:
    assert repr(sgd(schedule)) == shown
    assert sgd(schedule).update([1.0], {"t": 0}, [0.0])[0] == [-0.25]


@pytest.mark.parametrize("rate", [math.nan, math.inf, -0.5, "fast", None])
def test_a_schedule_that_gives_no_rate_is_named(rate: Any) -> None:
    optimizer = sgd(lambda _: rate)
    with pytest.raises(ValueError, match=r"a schedule must give .* but <lambda> gave .* after 3 updates"):
        optimizer.update([1.0], {"t": 3}, [0.0])
