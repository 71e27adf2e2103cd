import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from autograd import Value, check_grads, constant, hessian, jvp, logsumexp, softmax, taylor, topological_order
from autograd.functions import recorded_alike, surprise

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


ALIKE: dict[str, Callable[[list[Any]], Any]] = {
    "logsumexp": logsumexp,
    "softmax": lambda x: softmax(x)[0],
    "surprise": lambda x: surprise(x)(0),
    "beside a number": lambda x: softmax([0.25, *x])[1],
    "masked": lambda x: logsumexp([-INF, *x, -INF]),
}


@pytest.mark.parametrize("name", ALIKE)
def test_the_same_is_recorded_at_all_numbers(name: str) -> None:
    structures = set()
    for at in ([0.5, -1.0, 2.0], [2.0, 0.5, -1.0], [-700.0, 1000.0, 3.0], [1.0, 1.0, 1.0]):
        expected, x = ALIKE[name](at), [Value(v) for v in at]
        with recorded_alike() as found:
            y = ALIKE[name](x)
        assert y.data == pytest.approx(expected, rel=1e-14, abs=1e-300)
        order = topological_order(y)
        structures.add(tuple((node.op, *map(order.index, node.parents)) for node in order))
        ((largest, values),) = found.items()
        assert largest.data == max(v.data for v in values)
        assert [v for v in values if not v.is_constant] == x
        y.backward()
        z = [Value(v) for v in at]
        ALIKE[name](z).backward()
        assert [v.grad for v in x] == pytest.approx([v.grad for v in z], rel=1e-13, abs=1e-15)
    assert len(structures) == 1


def test_one_value_is_the_largest_without_a_choice() -> None:
    x = Value(1000.0)
    with recorded_alike() as found:
        assert [logsumexp([x]).data, softmax([x, -INF])[0].data, surprise([x])(0).data] == [1000.0, 1.0, 0.0]
        assert surprise([x, constant(-INF)])(1) == INF
        assert softmax([1.0, 1.0]) == [0.5, 0.5]
    assert found == {}


def test_what_is_recorded_alike_ends_with_its_block() -> None:
    x = [Value(1.0), Value(2.0)]
    with pytest.raises(ValueError, match="all are -inf"), recorded_alike():
        softmax([-INF, -INF])
    with recorded_alike() as outer:
        with recorded_alike() as inner:
            softmax(x)
        logsumexp(x)
    softmax(x)
    assert (len(outer), len(inner)) == (1, 1)
