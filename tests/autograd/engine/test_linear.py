"""The linear map of a graph: the same in both engines to the last bit, and what dual numbers and 40 digits say."""

import importlib
import math
import random
import signal
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import ACCELERATED, Op, count_passes, op
from autograd.derivatives.dual import Dual
from autograd.engine import Linearization, linear, neuron, pure
from autograd.table import TABLE
from tests.autograd import programs
from tests.autograd.oracles import exact_derivative, is_close, smooth_points


class Engine(NamedTuple):
    """An engine, and its linear maps."""

    Value: Any
    constant: Any
    weighted_sum: Any
    Linearization: Any


ENGINES = {"pure": Engine(pure.Value, pure.constant, neuron.weighted_sum, linear.Linearization)}
if ACCELERATED:
    native: Any = importlib.import_module("autograd.engine.native")
    ENGINES["native"] = Engine(native.Value, native.constant, native.weighted_sum, native.Linearization)
engines = pytest.mark.parametrize("engine", [pytest.param(each, id=name) for name, each in ENGINES.items()])

LANES = [1, 2, 7, 8, 9, 16, 19]
Matrix = list[list[float]]


def bits(matrix: Matrix) -> list[list[str]]:
    return [[number.hex() for number in row] for row in matrix]


def vectors(k: int, n: int) -> Matrix:
    r = random.Random(k)
    return [[r.uniform(-1.0, 1.0) for _ in range(n)] for _ in range(k)]


def transposed(matrix: Matrix) -> Matrix:
    return [*map(list, zip(*matrix, strict=True))]


@engines
@pytest.mark.parametrize("k", LANES)
@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_every_row_in_many_directions(row: Op, k: int, engine: Engine) -> None:
    point = next(smooth_points(row))
    inputs = [engine.Value(x) for x in point]
    found = engine.Linearization([row(*inputs)], inputs)
    exact = [exact_derivative(row, point, (place,)) for place in range(len(point))]
    for vector, (tangent,) in zip(vectors(k, len(point)), found.push(vectors(k, len(point))), strict=True):
        assert is_close(tangent, sum(v * slope for v, slope in zip(vector, exact, strict=True)), 1e-13, size=1e-2)
    for (weight,), adjoints in zip(vectors(k, 1), found.pull(vectors(k, 1)), strict=True):
        for slope, adjoint in zip(exact, adjoints, strict=True):
            assert is_close(adjoint, weight * slope, 1e-13)


@pytest.mark.parametrize("row", programs.ROWS, ids=lambda row: row.name)
@settings(max_examples=12)
@given(program=programs.programs, places=st.tuples(st.integers(0, 3), st.integers(0, 3)), data=st.data())
def test_random_programs(row: Op, program: list[programs.Step], places: tuple[int, int], data: st.DataObject) -> None:
    program = programs.ending_in(row, program, places)
    numbers = [data.draw(programs.numbers) for _ in range(3)]
    k = data.draw(st.sampled_from(LANES))
    results = list[list[list[list[str]]]]()
    for engine in ENGINES.values():
        inputs = [engine.Value(x) for x in numbers]
        found = engine.Linearization(programs.run(program, inputs), inputs)
        v, w = vectors(k, 3), vectors(k, found.shape[0])
        tangents, adjoints, matrix = found.push(v), found.pull(w), found.matrix("forward")
        assert tangents == [found.push([each])[0] for each in v]
        assert adjoints == [found.pull([each])[0] for each in w]
        matrices = [matrix, found.matrix("reverse"), found.matrix(), found.sizes()]
        results.append([*map(bits, (tangents, adjoints, *matrices))])
        for place, column in enumerate(transposed(matrix)):
            duals = [Dual(x, 1.0 if i == place else 0.0, 0) for i, x in enumerate(numbers)]
            for entry, dual in zip(column, programs.run(program, duals), strict=True):
                assert entry == pytest.approx(dual.tangent if isinstance(dual, Dual) else 0.0, rel=1e-9, abs=1e-9)
        for one, other in zip(matrix, found.matrix("reverse"), strict=True):
            assert one == pytest.approx(other, rel=1e-9, abs=1e-9)
    assert all(each == results[0] for each in results)


@engines
def test_inputs_of_every_kind(engine: Engine) -> None:
    x, y, unused = engine.Value(3.0), engine.Value(4.0), engine.Value(5.0)
    u = x * y
    apart = unused * 2.0
    outputs = [u, x + y, u * u, x, engine.Value(2.0), engine.constant(1.0), u]
    inputs = [x, y, x, u, unused, apart]  # x twice; u is computed from x and y, and moves with them
    found = engine.Linearization(outputs, inputs)
    by_x, by_y, by_u = (
        [4.0, 1.0, 96.0, 1.0, 0.0, 0.0, 4.0],
        [3.0, 1.0, 72.0, 0.0, 0.0, 0.0, 3.0],
        [1, 0, 24, 0, 0, 0, 1],
    )
    assert found.shape == (7, 6)
    assert not found.is_closed  # of Value(2.0)
    expected = transposed([by_x, by_y, by_x, [*map(float, by_u)], [0.0] * 7, [0.0] * 7])
    assert found.matrix("forward") == found.matrix("reverse") == found.matrix() == expected
    assert found.push([[1.0, 0.0, 1.0, 0.0, 0.0, 0.0]]) == [[2.0 * number for number in by_x]]
    assert found.pull([[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]) == [[8.0, 6.0, 8.0, 2.0, 0.0, 0.0]]
    for nothing in ([], [x]):
        assert engine.Linearization(nothing, []).matrix() == [[] for _ in nothing]
    assert engine.Linearization([], [x]).push([[1.0]]) == [[]]


@engines
def test_a_graph_is_closed_if_it_depends_on_its_inputs_alone(engine: Engine) -> None:
    x, w = engine.Value(3.0), engine.Value(2.0)
    assert engine.Linearization([x * 2.0 + engine.constant(1.0)], [x]).is_closed
    assert not engine.Linearization([x * w], [x]).is_closed
    assert not engine.Linearization([w], [x]).is_closed


@engines
def test_a_weighted_sum(engine: Engine) -> None:
    w, x, b = [engine.Value(n) for n in (0.5, -2.0)], [engine.Value(n) for n in (3.0, 7.0)], engine.Value(0.25)
    z = engine.weighted_sum(w, x, b)
    assert engine.Linearization([z * 2.0], [*w, *x, b]).matrix() == [[6.0, 14.0, 1.0, -4.0, 2.0]]


@engines
def test_what_is_not_reached_is_0_beside_what_is_not_finite(engine: Engine) -> None:
    x, y = engine.Value(1e-200), engine.Value(2.0)
    found = engine.Linearization([1.0 / x, y * 3.0, y / x], [x, y])  # the slope of 1/x is -inf
    for mode in ("forward", "reverse"):
        assert found.matrix(mode) == [[-math.inf, 0.0], [0.0, 3.0], [-math.inf, 1e200]]


@engines
def test_only_what_is_needed_must_have_a_derivative(engine: Engine) -> None:
    w, x = engine.Value(0.0, "w"), engine.Value(-2.0, "x")
    u = w.sqrt() + x**w  # ∂/∂w exists for none, ∂/∂x of x⁰ does
    assert engine.Linearization([u * x], [x]).matrix() == [[1.0]]
    with pytest.raises(ZeroDivisionError, match=r'the derivative of sqrt at node "w" got 0.0'):
        engine.Linearization([u * x], [w])


@engines
def test_numbers_that_are_out_of_date_are_refused(engine: Engine) -> None:
    x, c = engine.Value(3.0, "x"), engine.Value(2.0, "c")
    x.data = 4.0
    y = x * x + c * 3.0
    assert engine.Linearization([y], [x]).matrix() == [[8.0]]
    c.data = 5.0
    with pytest.raises(ValueError, match=r"the graph is out of date: c was assigned after c\*3 was computed"):
        engine.Linearization([y], [x])


@engines
def test_what_fits_no_graph_is_refused(engine: Engine) -> None:
    x = engine.Value(1.0)
    found = engine.Linearization([x * 2.0], [x])
    for sweep in (found.push, found.pull):
        with pytest.raises(ValueError, match="the vector needs 1 number here, but has 2"):
            sweep([[1.0, 2.0]])
    for arguments in (([1.0], [x]), ([x], ["x"])):
        with pytest.raises(TypeError, match="a linearization takes Values, but got"):
            engine.Linearization(*arguments)


def tall(x: Sequence[Any]) -> list[Any]:
    shared = x[0] * x[1]
    return [shared * (i + 1.0) for i in range(20)]


def wide(x: Sequence[Any]) -> list[Any]:
    return [sum((each * each for each in x[1:]), x[0])]


def apart(x: Sequence[Any]) -> list[Any]:
    """As many outputs as inputs; going back, each meets its own part alone."""
    total = sum(x[1:], x[0])
    return [total * each for each in x]


@engines
@pytest.mark.parametrize(
    ("f", "n", "forward", "reverse"), [(tall, 2, 2, 0), (wide, 70, 0, 1), (wide, 20, 0, 1), (apart, 6, 6, 0)]
)
def test_which_sweeps_a_matrix_takes(
    f: Callable[[Sequence[Any]], list[Any]], n: int, forward: int, reverse: int, engine: Engine
) -> None:
    x = [engine.Value(0.5 + i) for i in range(n)]
    with count_passes() as passes:
        found = engine.Linearization(f(x), x)
        matrix = found.matrix()
    assert (passes.forward, passes.reverse) == (forward, reverse)
    assert matrix == engine.Linearization(f(x), x).matrix()  # many at once, where none are counted
    assert matrix == found.matrix("forward") == found.matrix("reverse")


@engines
def test_sizes_add_up_what_cancels(engine: Engine) -> None:
    x, y, unused = engine.Value(3.0), engine.Value(-4.0), engine.Value(5.0)
    u = x * y  # slopes -4 and 3
    found = engine.Linearization([u - u, 2.0 * x - y, unused], [x, y, u])
    expected = [[8.0, 6.0, 2.0], [2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    with count_passes() as passes:
        assert found.sizes() == expected
    assert passes.reverse == 0  # the derivatives are not what it gives
    assert found.matrix() == [[0.0, 0.0, 0.0], [2.0, -1.0, 0.0], [0.0, 0.0, 0.0]]
    assert found.sizes() == expected


@engines
def test_each_sweep_counts_the_edges_that_it_meets(engine: Engine) -> None:
    x, y = engine.Value(3.0), engine.Value(4.0)
    u = x * x
    found = engine.Linearization([u, u * y], [x, y])  # four edges: x reaches three of them, y one
    with count_passes() as passes:
        found.push([[1.0, 1.0]])
    assert (passes.forward, passes.operations) == (1, 4 + 4)  # with the derivatives
    with count_passes() as passes:
        found.matrix("forward")
        found.matrix("reverse")
    assert (passes.forward, passes.reverse, passes.operations) == (2, 2, (3 + 1) + (2 + 4))


@engines
def test_a_row_of_ones_own(engine: Engine, own_operations: None) -> None:  # noqa: ARG001
    @op(partials=[lambda _m, _z, x: 3.0 * x * x])
    def cube(_m: Any, x: Any) -> Any:
        return x * x * x

    x = engine.Value(2.0)
    assert engine.Linearization([cube(x) * x], [x]).matrix() == [[32.0]]


def long_chain(engine: Engine, n: int) -> Any:
    x = engine.Value(0.5)
    y = x
    for _ in range(n):
        y = y * 0.999 + x
    return engine.Linearization([y, y * x], [x])


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="has no timers")
@pytest.mark.skipif(not ACCELERATED, reason="Python code can always be interrupted")
def test_sweeps_can_be_interrupted() -> None:
    found = long_chain(ENGINES["native"], 400_000)
    expected = found.push([[1.0]])

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    earlier = signal.signal(signal.SIGALRM, interrupt)
    try:
        for sweep in (found.push, lambda v: found.pull([[1.0, 0.0]] * len(v))):
            signal.setitimer(signal.ITIMER_REAL, 0.001)
            with pytest.raises(KeyboardInterrupt):
                sweep([[1.0]] * 800)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, earlier)
    assert found.push([[1.0]]) == expected


@pytest.mark.skipif(not ACCELERATED, reason="the pure engine leaves its memory to Python")
def test_without_memory_nothing_is_broken() -> None:
    memory: Any = pytest.importorskip("_testcapi")
    engine = ENGINES["native"]
    x = [engine.Value(0.5 + i) for i in range(5)]
    outputs = apart(x)
    expected = engine.Linearization(outputs, x).matrix()
    failed = 0
    for allowed in range(40):
        try:
            memory.set_nomemory(allowed, 0)
            try:
                found = engine.Linearization(outputs, x).matrix()
            finally:
                memory.remove_mem_hooks()
        except MemoryError:
            failed += 1
        else:
            assert found == expected
    assert failed > 5
    assert engine.Linearization(outputs, x).matrix() == expected


def test_the_engine_that_runs_has_it() -> None:
    assert Linearization is ENGINES["native" if ACCELERATED else "pure"].Linearization
