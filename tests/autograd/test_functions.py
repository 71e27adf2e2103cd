import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from autograd import Value, check_grads, hessian, jvp, logsumexp, softmax, taylor

INF = math.inf
INFINITE: list[tuple[list[float], float, list[float]]] = [  # the inputs, logsumexp, and its derivatives
    ([-INF], -INF, [0.0]),
    ([-INF, -INF], -INF, [0.0, 0.0]),
    ([-INF, 2.0], 2.0, [0.0, 1.0]),
    ([INF], INF, [1.0]),
    ([INF, 2.0, -INF], INF, [1.0, 0.0, 0.0]),
    ([INF, 2.0, INF], INF, [0.5, 0.0, 0.5]),
]
LIMITS = [([-INF, 2.0], [0.0, 1.0]), ([INF, 2.0, -INF], [1.0, 0.0, 0.0]), ([INF], [1.0])]


@pytest.mark.parametrize(("at", "value", "slopes"), INFINITE)
def test_logsumexp_at_infinity(at: list[float], value: float, slopes: list[float]) -> None:
    xs = [Value(x) for x in at]
    y = logsumexp(xs)
    y.backward()
    assert (y.data, [x.grad for x in xs]) == (value, slopes)
    assert logsumexp(at) == value
    direction = [float(k + 1) for k in range(len(at))]
    assert jvp(logsumexp, at, direction) == (value, sum(s * d for s, d in zip(slopes, direction, strict=True)))


@pytest.mark.parametrize(("at", "limits"), LIMITS)
def test_softmax_at_infinity(at: list[float], limits: list[float]) -> None:
    assert softmax(at) == limits
    for k in range(len(at)):
        xs = [Value(x) for x in at]
        shares = softmax(xs)
        assert [share.data for share in shares] == limits
        shares[k].backward()
        assert [x.grad for x in xs] == [0.0] * len(at)
    assert jvp(softmax, at, [1.0] * len(at)) == (limits, [0.0] * len(at))


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ([-INF], "all are -inf"),
        ([-INF, -INF], "all are -inf, but got -inf, -inf"),
        ([INF, 0.0, INF], "several are inf"),
    ],
)
def test_softmax_names_that_there_is_no_limit(at: list[float], message: str) -> None:
    for values in (at, [Value(x) for x in at]):
        with pytest.raises(ValueError, match=f"softmax has no limit where {message}"):
            softmax(values)


@pytest.mark.parametrize("at", [[math.nan, 1.0], [1.0, math.nan], [INF, math.nan], [math.nan, INF], [-INF, math.nan]])
def test_nan_stays_nan(at: list[float]) -> None:
    assert math.isnan(logsumexp(at))
    assert math.isnan(logsumexp([Value(x) for x in at]).data)
    assert any(map(math.isnan, softmax(at)))


@pytest.mark.parametrize("function", [logsumexp, softmax])
def test_no_values_are_an_error(function: Callable[[list[Any]], Any]) -> None:
    with pytest.raises(ValueError, match="at least one value"):
        function([])


@pytest.mark.parametrize("at", [[0.0, -40.0], [-700.0, 0.0, -650.5], [36.0, 0.0, -1.0], [0.25], [3.0, 3.0]])
def test_digits_are_kept_where_one_value_is_far_ahead(at: list[float]) -> None:
    with mpmath.workdps(700):
        exact = [mpmath.exp(x) for x in at]
        shares = [float(x / sum(exact)) for x in exact]
        rest = [float((sum(exact) - x) / sum(exact)) for x in exact]
        assert logsumexp(at) == pytest.approx(float(mpmath.log(sum(exact))), rel=1e-14)
    assert softmax(at) == pytest.approx(shares, rel=1e-14)
    for k in range(len(at)):
        xs = [Value(x) for x in at]
        softmax(xs)[k].backward()
        expected = [shares[k] * rest[k] if i == k else -shares[k] * shares[i] for i in range(len(at))]
        assert [x.grad for x in xs] == pytest.approx(expected, rel=1e-13)


def test_every_mode_goes_through() -> None:
    at = [0.5, -1.0, 2.0]
    p = softmax(at)
    covariance = [[p[i] * ((i == j) - p[j]) for j in range(3)] for i in range(3)]
    for received, expected in zip(hessian(logsumexp, at), covariance, strict=True):
        assert received == pytest.approx(expected, rel=1e-13)
    assert check_grads(lambda v: softmax(v)[2], at)
    assert check_grads(logsumexp, at)
    assert taylor(lambda x: logsumexp([x]), 2.0, 2) == [2.0, 1.0, 0.0]
