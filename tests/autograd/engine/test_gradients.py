"""Gradients that leave those of the nodes alone, of both engines."""

import importlib
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import ACCELERATED, Value, count_passes, op
from autograd.engine import gradient, neuron, pure, weighted_sum
from autograd.engine import gradients as in_python
from tests.autograd.engine.test_engines import Transcript, differences
from tests.autograd.threads import at_once

native: Any = importlib.import_module("autograd.engine.native") if ACCELERATED else None
needs_both = pytest.mark.skipif(not ACCELERATED, reason="there is one engine only")


def gradient_of(engine: Any) -> Any:
    return in_python.gradient if engine is pure else engine.gradient


def grads(nodes: list[Any]) -> list[tuple[float, bool]]:
    return [(node.grad, node.has_grad) for node in nodes]


@needs_both
@given(st.integers(0, 10**9))
def test_it_is_what_a_pass_gives_and_no_gradient_changes(seed: int) -> None:
    def behave(engine: Any, seen: Transcript) -> None:
        rng = random.Random(seed)
        nodes = [engine.Value(rng.uniform(-1, 1)) for _ in range(rng.randint(1, 6))]
        weighted = neuron.weighted_sum if engine is pure else engine.weighted_sum
        for _ in range(rng.randint(1, 15)):
            n = rng.randint(1, 5)
            total = weighted(rng.choices(nodes, k=n), rng.choices(nodes, k=n), rng.choice(nodes))
            x = rng.choice(nodes)
            nodes.append(rng.choice((total, total.tanh(), total * x, 0.5 - total, -total, total.maximum(x))))
            if rng.random() < 0.2:
                nodes[-1].backward()
            if rng.random() < 0.3:
                del nodes[rng.randrange(len(nodes) - 1)]
        inputs = rng.choices(nodes, k=4)
        before = grads(nodes)
        found = gradient_of(engine)(nodes[-1], inputs)
        assert grads(nodes) == before
        if engine is native:
            engine.check_invariants(*nodes)
        seen.show("gradient", *found)
        for node in nodes:
            node.zero_grad()
        nodes[-1].backward()
        assert found == [x.grad for x in inputs]

    assert differences(behave) == []


def test_the_products_of_a_weighted_sum_keep_their_gradients() -> None:
    w, x, b = Value(0.5), Value(2.0), Value(1.0)
    z = weighted_sum([w, x], [x, w], b)
    (3.0 * z).backward()
    assert gradient(2.0 * z, [b, z]) == [2.0, 2.0]
    assert [node.grad for node in (z, *z.parents, *z.parents[0].parents, w, x)] == [3.0] * 5 + [12.0, 3.0]


@pytest.mark.usefixtures("own_operations")
def test_where_a_slope_is_missing_no_gradient_changes() -> None:
    exists = True

    def slope(_m: Any, _z: Any, _x: Any) -> float:
        if not exists:
            assert z.parents[1].parents[1] is u  # a look in the middle of the pass
            raise ZeroDivisionError
        return 1.0

    @op(partials=[slope])
    def odd(_m: Any, x: Any) -> Any:
        return x * 1.0

    x = Value(3.0, "x")
    u = x * 2.0
    z = weighted_sum([x], [u], x)
    y: Any = odd(z) * u
    y.backward()
    before = grads([x, u, z, y])
    exists = False
    z = weighted_sum([x], [u], x)
    y = odd(z) * u
    with pytest.raises(ZeroDivisionError, match=r"the derivative of odd got 21.0"):
        gradient(y, [x])
    assert grads([x, u]) == before[:2]
    assert not any(node.has_grad for node in (z, z.parents[1], y))


def test_it_counts_as_one_pass_and_sees_data_that_was_assigned() -> None:
    x = Value(3.0, "x")
    y = x * x
    with count_passes() as passes:
        assert gradient(y, [x, Value(1.0), y]) == [6.0, 0.0, 1.0]
    assert (passes.reverse, passes.operations) == (1, 4)
    x.data = 5.0
    y.grad = 7.0
    with pytest.raises(ValueError, match=r"x was assigned after x\*x was computed"):
        gradient(y, [x])
    assert (x.has_grad, y.grad) == (False, 7.0)


def test_in_threads_over_one_graph() -> None:
    x = Value(0.5)
    y = x
    for _ in range(200):
        y = (y * x + 1.0).tanh()
    expected = gradient(y, [x])
    found: dict[int, list[list[float]]] = {}

    def work(seed: int) -> None:
        found[seed] = [gradient(y, [x]) for _ in range(30)]

    at_once(*[lambda seed=seed: work(seed) for seed in range(4)])
    assert list(found.values()) == [[expected] * 30] * 4
    assert not x.has_grad
