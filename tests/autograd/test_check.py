import math
from typing import Any

import pytest

from autograd import Value, check_grads, exp, no_grad, sin, step_size_sweep


def test_right_gradients_agree() -> None:
    report = check_grads(lambda v: exp(v[0]) * sin(v[1]) / v[2], [0.5, 1.5, -2.0])
    assert report
    assert "agree" in repr(report)
    assert [entry.name for entry in report.comparisons] == ["x0", "x1", "x2"]


def test_a_wrong_gradient_is_named() -> None:
    w = Value(3.0, "w")
    report = check_grads(lambda v: v[0] * v[0] * v[1], [2.0, w], received=[12.0, -4.0])
    assert not report
    assert report.worst.name == "w"
    assert report.worst.received == -4.0
    assert report.worst.expected == pytest.approx(4.0)
    assert "<- differs" in repr(report).splitlines()[2]
    assert repr(report).splitlines()[-1].startswith("gradients DIFFER (tolerance 1e-06); worst: w")


def test_small_gradients_are_checked_as_closely_as_large_ones() -> None:
    assert check_grads(lambda v: 1e-7 * v[0] ** 2, [1.0])
    assert not check_grads(lambda v: 1e-7 * v[0] ** 2, [1.0], received=[0.0])
    assert not check_grads(lambda v: 1e-7 * v[0] ** 2 + 1.0, [1.0], received=[2.1e-7])
    assert not check_grads(lambda v: 1e9 * v[0] ** 2, [1.0], received=[2.00001e9])


def test_the_error_of_the_difference_itself_does_not_count() -> None:
    assert check_grads(lambda v: v[0] ** 3, [0.0])
    assert check_grads(lambda v: v[0] ** 2 + 1e6, [0.0])
    assert check_grads(lambda v: (50 * v[0]).sin(), [0.3], eps=1e-3)
    assert not check_grads(lambda v: (50 * v[0]).sin(), [0.3], eps=1e-3, received=[50 * math.cos(15) * 1.001])


def test_a_gradient_that_is_no_number_never_agrees() -> None:
    report = check_grads(lambda v: v[0] + v[1], [1.0, 2.0], received=[1.0, math.nan])
    assert not report
    assert report.worst.name == "x1"


def test_model_parameters_are_nudged_in_place_and_left_as_they_were() -> None:
    w, other = Value(2.0, "w"), Value(5.0)
    (w * other).backward()
    assert check_grads(lambda _: w * w * other, [w])
    assert (w.data, w.grad, other.grad) == (2.0, 5.0, 2.0)
    with pytest.raises(ValueError, match="log"):
        check_grads(lambda _: (w - 2.00005).log() if w.data > 2.00001 else w, [w], eps=1e-5 * 2)
    assert w.data == 2.0


def test_a_function_that_ignores_an_input_or_all() -> None:
    assert check_grads(lambda v: v[0] * 2, [1.0, 7.0])
    with no_grad():
        constant = Value(1.0) * 3
    assert check_grads(lambda _: constant, [1.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check_grads(lambda v: v[0], []), ValueError, "empty"),
        (lambda: check_grads(lambda v: v[0], [1.0], eps=0.0), ValueError, "eps must be positive, but got 0.0"),
        (lambda: check_grads(lambda v: v[0], [1.0], received=[1.0, 2.0]), ValueError, "2 numbers for 1 inputs"),
        (lambda: check_grads(lambda v: [v[0]], [1.0]), TypeError, "must return one Value"),  # type: ignore
        (lambda: check_grads(lambda v: v[0], [Value(1.0) * 2]), ValueError, "only leaves"),
    ],
)
def test_wrong_use_is_explained(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_steps_out_of_the_domain_have_no_value() -> None:
    sweep = step_size_sweep(lambda v: v[0].log(), [0.05])
    assert math.isnan(sweep.rows[0][1])
    assert "no value" in repr(sweep)
    assert sweep.best[1] < 1e-6


def test_the_error_of_the_step_size_is_u_shaped() -> None:
    sweep = step_size_sweep(lambda v: (v[0] * v[0]).tanh() * exp(v[0]), [0.7])
    errors = dict(sweep.rows)
    assert 1e-6 <= sweep.best[0] <= 1e-4
    assert errors[1e-1] > 1e3 * sweep.best[1]
    assert errors[1e-12] > 1e3 * sweep.best[1]
    assert repr(sweep).count("<- best") == 1
