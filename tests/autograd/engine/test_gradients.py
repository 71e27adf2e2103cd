"""Gradients that leave those of the nodes alone, of both engines: as numbers, and as graphs, node by node."""

import functools
import importlib
import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import ACCELERATED, Op, Value, count_passes, no_grad, op
from autograd.engine import gradient, gradient_graph, kernels, neuron, pure, weighted_sum
from autograd.engine import gradients as in_python
from autograd.engine.order import topological_order
from autograd.table import TABLE
from tests.autograd import programs
from tests.autograd.engine.test_engines import Transcript, differences
from tests.autograd.threads import at_once

native: Any = importlib.import_module("autograd.engine.native") if ACCELERATED else None
needs_both = pytest.mark.skipif(not ACCELERATED, reason="there is one engine only")


def gradient_of(engine: Any) -> Any:
    return in_python.gradient if engine is pure else engine.gradient


def graph_of(engine: Any) -> Any:
    return in_python.gradient_graph if engine is pure else engine.gradient_graph


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


# As graphs


def structure(outputs: list[Any]) -> list[object]:
    """Every node that some outputs depend on: its row, its number, its label, and which nodes are its parents."""
    values = [y for y in outputs if type(y) is not float]
    places = {node: place for place, node in enumerate(topological_order(*values))}
    nodes = [
        (node.op and node.op.name, node.data.hex(), node.label, [places[parent] for parent in node.parents])
        for node in places
    ]
    return [*nodes, *(y.hex() if type(y) is float else places[y] for y in outputs)]


def show_derivatives(engine: Any, seen: Transcript, output: Any, inputs: list[Any], order: int) -> None:
    """Note the graphs of all derivatives up to an order, or the errors."""
    entries = [output]
    for _ in range(order):
        gradients: list[Any] = []

        def differentiate(entry: Any, gradients: list[Any] = gradients) -> object:
            gradients.append(graph_of(engine)(entry, inputs))
            return structure(gradients[-1])

        for entry in entries:
            seen.attempt("derivatives", functools.partial(differentiate, entry))
        entries = [each for gradient in gradients for each in gradient if type(each) is not float and each.parents]
    if engine is native:
        engine.check_invariants(*entries, *inputs)


EDGES = [0.0, 1.0, -1.5, 1e-160, -1e200, math.inf, math.nan, -0.0, -1.0, 2.0, 0.5, 1e200, 710.0]


@needs_both
@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_every_partial_records_the_same_in_both_engines(row: Op) -> None:
    """With an adjoint that is a number, a constant or a node, at operands of every kind, to the second order."""
    kinks = [sorted({point[place] for point, _ in row.kinks}) for place in range(row.arity)]
    numbers = [
        sorted({*domain.samples, *domain.outside, *kink}) for domain, kink in zip(row.domain, kinks, strict=True)
    ]

    def behave(engine: Any, seen: Transcript) -> None:
        for point in itertools.product(*(EDGES[: 14 // row.arity] + samples[:: row.arity] for samples in numbers)):
            x, w = engine.Value(point[0], "x"), engine.Value(1.5, "w")
            second = point[-1]
            labelled = engine.constant(second, "c")
            pairs: list[list[Any]] = [[x]]
            if row.arity == 2:
                pairs = [[x, engine.Value(second, "y")], [x, second], [x, labelled], [second, x], [labelled, x], [x, x]]
            for operands in pairs:
                leaves = [*dict.fromkeys(v for v in operands if type(v) is not float and v is not labelled), w]
                seen.show(point, len(operands))
                try:
                    z = row(*operands)
                    outputs = [z, z * w, 3.0 * z, -z]
                except (ValueError, ArithmeticError):
                    continue
                outputs[1].label = "L"
                for output in outputs:
                    show_derivatives(engine, seen, output, leaves, 2 if output is z or output is outputs[1] else 1)

    assert differences(behave) == []


@needs_both
@pytest.mark.parametrize("order", [1, 2, 3])
@given(programs.programs, st.lists(programs.numbers, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_graphs_of_programs_are_the_same(
    order: int, program: list[programs.Step], numbers: list[float], rng: random.Random
) -> None:
    program = program[: 8 // order]
    state = rng.getstate()

    def behave(engine: Any, seen: Transcript) -> None:
        rng.setstate(state)
        inputs = [engine.Value(number, f"x{i}") for i, number in enumerate(numbers)]
        nodes = programs.run(program, inputs)
        for node in nodes:
            node.label = rng.choice(("", "", f"u{rng.randrange(9)}"))
        show_derivatives(engine, seen, nodes[-1], [*inputs, rng.choice(nodes)], order)

    assert differences(behave) == []


@needs_both
@given(st.integers(0, 10**9))
def test_the_graphs_of_weighted_sums_are_the_same(seed: int) -> None:
    def behave(engine: Any, seen: Transcript) -> None:
        rng = random.Random(seed)
        nodes = [engine.Value(rng.uniform(-1, 1), f"x{i}") for i in range(rng.randint(1, 6))]
        inputs = rng.choices(nodes, k=3)
        weighted = neuron.weighted_sum if engine is pure else engine.weighted_sum
        for _ in range(rng.randint(1, 6)):
            n = rng.randint(1, 4)
            total = weighted(rng.choices(nodes, k=n), rng.choices(nodes, k=n), rng.choice(nodes))
            total.label = rng.choice(("", "z"))
            nodes.append(rng.choice((total, total.tanh(), total * rng.choice(nodes), 0.5 - total, -total)))
        before = grads(nodes)
        show_derivatives(engine, seen, nodes[-1], inputs, 2)
        assert grads(nodes) == before

    assert differences(behave) == []


def test_every_partial_of_a_row_with_a_kernel_records_itself() -> None:
    for row in TABLE.values():
        if kernels.functions(row):
            assert all(kernels.recordings(row)), row


@pytest.mark.usefixtures("own_operations")
@needs_both
def test_what_kernels_cannot_record_goes_through_the_table() -> None:
    @op
    def swish(m: Any, x: Any) -> Any:
        return x * m.sigmoid(x)

    @op(partials=[lambda m, z, x: 1, lambda m, z, x, y: m.where(x > 0, 1, 0) * y])  # noqa: ARG005
    def odd(_m: Any, x: Any, y: Any) -> Any:
        return x + y * y / 2

    @op(partials=[lambda m, z, x: "a"])  # noqa: ARG005
    def wrong(_m: Any, x: Any) -> Any:
        return x * 1.0

    def behave(engine: Any, seen: Transcript) -> None:
        x, y = engine.Value(1.5, "x"), engine.Value(-0.25, "y")
        show_derivatives(engine, seen, odd(swish(x) * y, x).tanh(), [x, y], 3)
        show_derivatives(engine, seen, autograd.hypot(x, y) % 0.75, [x, y], 2)
        show_derivatives(engine, seen, wrong(x), [x], 1)
        show_derivatives(engine, seen, (x - x).sqrt() + x, [x], 1)
        with no_grad():
            show_derivatives(engine, seen, x * y, [x], 1)
        z = x * y
        with no_grad():
            show_derivatives(engine, seen, z.tanh() * z, [x], 1)
        c = engine.constant(2.0)
        show_derivatives(engine, seen, c, [x, c], 1)
        show_derivatives(engine, seen, x, [x, y], 1)

    assert differences(behave) == []


@needs_both
def test_it_counts_what_it_takes_and_sees_data_that_was_assigned_in_both_engines() -> None:
    def behave(engine: Any, seen: Transcript) -> None:
        x, y = engine.Value(1.5, "x"), engine.Value(-0.25, "y")
        z = (x * y + y).tanh() * x * x
        for inputs in ([x], [y], [x, y, z], []):
            with count_passes() as passes:
                graph_of(engine)(z, inputs)
            seen.show(passes)
        x.data = 2.0
        show_derivatives(engine, seen, z, [y], 1)

    assert differences(behave) == []


def test_a_graph_of_a_million_operations() -> None:
    x = Value(1.0)
    y = x
    for _ in range(300_000):
        y = y * x
    (first,) = gradient_graph(y, [x])
    assert gradient(first, [x]) == [300_001.0 * 300_000.0]
