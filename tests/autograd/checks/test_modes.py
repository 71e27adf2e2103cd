import asyncio
import contextlib
import dataclasses
import math
import threading
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import (
    Value,
    check_grads,
    compare_modes,
    constant,
    count_passes,
    log,
    no_grad,
    nudge,
    paths,
    sqrt,
    tanh,
    topological_order,
)
from autograd.checks import modes
from autograd.checks.modes import ModeComparison
from autograd.engine.tally import Passes
from autograd.graph import Recorded


def neuron() -> tuple[Value, list[Value]]:
    """C = tanh(w·3 + b)² with w = 0.5 and b = −1.25."""
    w, b = Value(0.5, "w"), Value(-1.25, "b")
    return tanh(w * 3 + b) ** 2, [w, b]


def network() -> tuple[Value, nn.MLP]:
    model = nn.MLP(3, [4, 2], "tanh", "sigmoid", seed=2)
    return nn.losses.squared_error(model([0.5, -1.0, 0.25]), [1.0, 0.0]), model


@pytest.mark.parametrize(
    ("passes", "text"),
    [
        (Passes(4, 0, 1, 1), "4 evaluations, 0 forward passes, 1 reverse pass, 1 operation"),
        (Passes(1, 1, 2000, 3000), "1 evaluation, 1 forward pass, 2,000 reverse passes, 3,000 operations"),
    ],
)
def test_passes_in_words(passes: Passes, text: str) -> None:
    assert repr(passes) == text


def counts(passes: Passes) -> tuple[int, int, int]:
    return passes.evaluations, passes.forward, passes.reverse


def test_each_sweep_counts_once_however_many_nodes_it_goes_over() -> None:
    x = y = Value(1.0)
    for _ in range(100):
        y = y * 1.01
    graph = Recorded.of(y)
    with count_passes() as passes:
        assert counts(passes) == (0, 0, 0)
        graph.recompute({x: 2.0})
        graph.recompute({x: 3.0})
        assert counts(passes) == (2, 0, 0)
        for _ in range(3):
            graph.tangents({x: 1.0})
        assert counts(passes) == (2, 3, 0)
        y.backward()
    assert counts(passes) == (2, 3, 1)
    y.backward()
    assert counts(passes) == (2, 3, 1)


def test_recording_and_listing_paths_are_no_passes() -> None:
    with count_passes() as passes:
        cost, model = network()
        list(paths(cost, model.parameters()[0]))
    assert counts(passes) == (0, 0, 0)


@pytest.mark.parametrize("n", [1, 3])
def test_check_grads_evaluates_four_times_for_each_input(n: int) -> None:
    calls = 0

    def f(v: list[Value]) -> Value:
        nonlocal calls
        calls += 1
        return sum((x * x for x in v[1:]), v[0].exp())

    with count_passes() as passes:
        check_grads(f, [0.5] * n)
    assert counts(passes) == (4 * n + 3 + n, 0, 1)  # and one for each complex step
    assert calls == passes.evaluations - n
    with count_passes() as passes:
        check_grads(f, [0.5] * n, received=[math.exp(0.5), *[1.0] * (n - 1)])
    assert counts(passes) == (4 * n + 3 + n, 0, 0)


def test_blocks_nest_and_end_whatever_happens() -> None:
    cost, (w, _) = neuron()
    with count_passes() as outer:
        cost.backward()
        with count_passes() as first:
            cost.backward()
        with contextlib.suppress(RuntimeError), count_passes() as second:
            cost.backward()
            Recorded([]).tangents({w: 1.0})
            raise RuntimeError
        cost.backward()
    assert tuple(map(counts, (outer, first, second))) == ((0, 1, 4), (0, 0, 1), (0, 1, 1))


def test_each_thread_counts_its_own() -> None:
    cost, (w, _) = neuron()
    found: list[Passes] = []

    def work() -> None:
        cost.backward()
        with count_passes() as passes:
            Recorded([]).tangents({w: 1.0})
        found.append(passes)

    with count_passes() as here:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert counts(here) == (0, 0, 0)
    assert list(map(counts, found)) == [(0, 1, 0)]


def test_each_task_counts_its_own() -> None:
    cost, _ = neuron()

    async def work(times: int) -> Passes:
        with count_passes() as passes:
            for _ in range(times):
                await asyncio.sleep(0)  # now the other one works
                cost.backward()
        return passes

    async def both() -> tuple[Passes, Passes]:
        return await asyncio.gather(work(2), work(5))

    assert list(map(counts, asyncio.run(both()))) == [(0, 0, 2), (0, 0, 5)]


def test_three_ways_to_one_gradient() -> None:
    cost, (w, b) = neuron()
    found = compare_modes(cost)
    slope = 2 * math.tanh(0.25) * (1 - math.tanh(0.25) ** 2)
    assert (found.variables, found.n_nodes) == ((w, b), 8)
    assert found.reverse.gradient == pytest.approx((3 * slope, slope), rel=1e-14)
    assert found.forward.gradient == pytest.approx((3 * slope, slope), rel=1e-14)
    assert found.differences.gradient == pytest.approx((3 * slope, slope), rel=1e-6)
    assert found.differences.gradient != found.reverse.gradient  # it is another computation
    assert counts(found.differences.passes) == (4, 0, 0)
    assert counts(found.forward.passes) == (0, 2, 0)
    assert counts(found.reverse.passes) == (0, 0, 1)


def test_a_network_and_the_passes_that_were_really_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    for function in ("recompute", "tangents"):
        original: Any = getattr(Recorded, function)

        def counted(*args: Any, function: str = function, original: Any = original) -> Any:
            made.append(function)
            return original(*args)

        monkeypatch.setattr(Recorded, function, counted)
    cost, model = network()
    found = compare_modes(cost)
    n = len(model.parameters())
    assert set(found.variables) == set(model.parameters())
    assert (counts(found.differences.passes), counts(found.forward.passes)) == ((2 * n, 0, 0), (0, n, 0))
    assert made == ["recompute"] * (1 + 2 * n) + ["tangents"] * n  # the first says that the numbers are current
    assert counts(found.reverse.passes) == (0, 0, 1)
    cost.backward()
    gradient = [variable.grad for variable in found.variables]
    assert list(found.reverse.gradient) == gradient
    assert found.forward.gradient == pytest.approx(gradient, rel=1e-12)
    assert found.differences.gradient == pytest.approx(gradient, rel=1e-6, abs=1e-10)


def test_the_graph_stays_as_it_is() -> None:
    cost, model = network()
    cost.backward()
    cost.backward()
    nodes = topological_order(cost)
    before = [(node.data, node.grad, node.has_grad) for node in nodes]
    assert compare_modes(cost).reverse.gradient != tuple(v.grad for v in compare_modes(cost).variables)
    assert [(node.data, node.grad, node.has_grad) for node in nodes] == before
    model.zero_grad()
    compare_modes(cost)
    assert not any(parameter.has_grad for parameter in model.parameters())


def test_a_large_variable_takes_a_large_step() -> None:
    x = Value(1e12, "x")
    assert compare_modes(x * x).differences.gradient == pytest.approx((2e12,))
    assert compare_modes(x * x, eps=0.5).differences.gradient == pytest.approx((2e12,))


def test_the_step_decides_the_error_of_a_difference() -> None:
    x = Value(0.5, "x")
    for eps in (0.1, 0.01):  # ((x + h)³ − (x − h)³) / 2h = 3x² + h²
        assert compare_modes(x**3, eps).differences.gradient == pytest.approx((0.75 + eps**2,), rel=1e-10)


def test_a_variable_by_itself() -> None:
    x = Value(2.0, "x")
    found = compare_modes(x)
    assert [mode.gradient for mode in (found.forward, found.reverse)] == [(1.0,), (1.0,)]
    assert found.differences.gradient == pytest.approx((1.0,))


def test_it_prints_as_a_table() -> None:
    found = compare_modes(neuron()[0])
    exact = dataclasses.replace(found.reverse, gradient=(0.0, 2.0))
    found = dataclasses.replace(
        found,
        differences=dataclasses.replace(found.differences, gradient=(0.001, 2.0)),
        forward=dataclasses.replace(found.forward, gradient=(2.0, math.nan)),
        reverse=exact,
    )
    caption, head, *rows = str(found).splitlines()
    assert caption == "the gradient with respect to 2 variables, in three ways; each pass is over 8 nodes"
    assert head.split("  ")[0] == "method"
    cells = [[cell.strip() for cell in row.split("  ") if cell] for row in rows]
    assert cells == [
        ["central differences", "4", "16", "4", "5.0e-04"],  # a value takes 4 operations
        ["forward mode", "2", "14", "3.5", "nan"],  # 4 edges from w to C, and 3 from b
        ["reverse mode", "1", "10", "2.5"],  # 5 edges, on each a partial derivative and a multiplication
    ]
    assert found._repr_html_() == found.table().to_html()
    assert "respect to 1 variable, in" in str(compare_modes(Value(2.0) ** 2))


def test_agreement_is_a_difference_of_0() -> None:
    x = Value(-2.0, "x")
    assert [row[-1] for row in compare_modes(x.relu()).table().rows] == ["<1e-12", "<1e-12", ""]


def test_the_limit_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    cost, _ = neuron()
    monkeypatch.setattr(modes, "_MOST_WORK", 16)
    compare_modes(cost)
    monkeypatch.setattr(modes, "_MOST_WORK", 15)
    with pytest.raises(ValueError, match=r"at most 15, but got 2 variables in 8 nodes. Compare on a smaller"):
        compare_modes(cost)


def stale() -> Value:
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    return y


def unrecorded() -> Value:
    with no_grad():
        return Value(1.0) * 2


x, huge = Value(0.5, "x"), Value(1e300, "huge")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: compare_modes(3.0), TypeError, "takes Values, but got 3.0 of type float"),  # type: ignore
        (lambda: compare_modes(constant(3.0)), ValueError, "no variable"),
        (lambda: compare_modes(unrecorded()), ValueError, "no variable.*no_grad"),
        (lambda: compare_modes(x * 2, 0.0), ValueError, "eps must be positive and finite, but got 0.0"),
        (lambda: compare_modes(x * 2, math.inf), ValueError, "eps must be positive and finite, but got inf"),
        (lambda: compare_modes(x * 2, math.nan), ValueError, "eps must be positive and finite, but got nan"),
        (lambda: compare_modes(x * 2, "small"), TypeError, "eps must be one real number"),  # type: ignore
        (lambda: compare_modes(stale()), ValueError, "out of date"),
        (lambda: compare_modes(huge * 1e300 + x), ValueError, r"huge\*1e\+300 is inf; find_nonfinite"),
        (
            lambda: compare_modes(x * 2 + log(Value(0.0625, "t")), 0.125),
            ValueError,
            r'With t moved by -0.125, log in "log\(t\)" got -0.0625; it needs an input > 0.* Or try a smaller eps.',
        ),
        (lambda: compare_modes(sqrt(x * 0)), ZeroDivisionError, "derivative of sqrt"),
    ],
)
def test_wrong_use_is_explained(call: Callable[[], ModeComparison], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_other_reports_count_too() -> None:
    cost, (w, _) = neuron()
    with count_passes() as passes:
        nudge(cost, w)
    assert counts(passes) == (10, 1, 0)  # as they are, moved by h, and for h, 2h, ..., 128h
