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
