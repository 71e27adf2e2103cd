"""What runs by default gives what the text gives, in buffers that no two calls share."""

import signal
import threading
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.compiler import Program
from autograd.compiler.buffers import MOST_SIZES, Buffered, with_buffers
from tests.autograd.compiler.cases import CASES
from tests.autograd.compiler.scalars import flat
from tests.autograd.compiler.test_writing import PROGRAMS, arrays, generated, network


def relative(found: Any, expected: Any) -> float:
    """How far two results are apart, of the size of the larger one."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    scale = np.linalg.norm(expected)
    return float(np.linalg.norm(found - expected) / scale) if scale else float(np.linalg.norm(found))


def check(program: Program, given: list[Any]) -> None:
    """The function with buffers against the text, at two points one after the other."""
    text, run = program.bound(np), with_buffers(program.bound, given)
    for factor in (1.0, 0.999, 1.0):
        at = [factor * array for array in given]
        for found, expected in zip(run(*at), text(*at), strict=True):
            assert relative(found, expected) < 1e-13


@pytest.mark.parametrize("name", PROGRAMS)
def test_known_programs_give_what_their_text_gives(name: str) -> None:
    program = PROGRAMS[name]()
    for n in (1, 5, 40):
        check(program, arrays(program, n))


@pytest.mark.parametrize("name", sorted({*CASES} - {"MLP 784-30-10", "moons, as leaves", "moons, as numbers"}))
def test_cases_give_what_their_text_gives(name: str) -> None:
    case = CASES[name]()
    examples = [np.array([[*flat(part)]] * 3) for part in case.example]
    check(case.compiled(), [np.array([each.data for each in case.parameters]), *examples])


EXPRESSIONS = [
    "xp.where(x > 0, xp.exp(x), xp.flip(xp.exp(x), axis=1))",
    "xp.where(x > y, 2, y)",
    "xp.where((x > 0) | (y > 0), 0, xp.exp(x).T.T)",
    "xp.where((x > 0) & (y[:, 0] > 0)[:, None], x * 2, 0)",
    "xp.where(theta[0] > 0, x, y)",
    "xp.where(x > 0, theta[1], -1.5)",
    "xp.where(theta[0] > 9, float('inf'), x)",
    "xp.where(x > 0, y > 0, x < -1)",
    "xp.where(x, y, 2)",
    "(lambda e: xp.where(y > 0, e, xp.flip(e, axis=1)))(xp.exp(x))",
    "xp.max(x * y, axis=-1)",
    "xp.max(xp.permute_dims(x * y, (1, 0)), axis=0)",
    "xp.sum(xp.exp(x), axis=0)",
    "xp.sum(xp.exp(x).T, axis=0)",
    "xp.sum(xp.exp(x)[:, None, :] * y[:, :, None], axis=-1)",
    "xp.sum(xp.broadcast_to(xp.exp(x)[:, None, :], (4, 2, 3)), axis=-1)",
    "xp.sum(xp.exp(x)[:, 1:] * 2, axis=1)",
    "xp.sum(xp.exp(x)[:, None, :] * y[:, :, None], axis=(0, 2))",
    "xp.sum(xp.exp(x), axis=0, keepdims=True)",
    "xp.sum(x * y)",
    "(lambda p: xp.sum(p) * p)(x * y)",
    "xp.sum(x * x.T.T) * xp.sum(xp.exp(x).T * xp.exp(y).T)",
    "xp.sum(x * y[:, 0:1])",
    "xp.take(xp.exp(x), xp.asarray([2, 0, 0]), axis=1)",
    "xp.take(xp.exp(theta), xp.asarray([2, 0, 0]), axis=0)",
    "xp.take(x > 0, xp.asarray([2, 0, 0]), axis=1) | (y > 0)",
    "xp.tensordot(xp.exp(x), y, axes=((0,), (0,)))",
    "xp.concat([xp.exp(theta), theta, xp.full_like(theta, 2), theta[0], xp.exp(theta)], axis=None)",
    "xp.concat([xp.concat([x * y, xp.exp(y[:, 0])[:, None]], axis=1), xp.exp(theta), xp.exp(x)], axis=None)",
    "(lambda e: xp.concat([e, xp.concat([e, e], axis=None)], axis=None))(xp.exp(theta))",
    "(lambda e: xp.exp(e) - e)(xp.take(xp.concat([theta * 2, xp.full_like(x[0], 2)], axis=None), BACKWARDS, axis=0))",
    "xp.reshape(xp.exp(x).T, (2, 6))",
    "xp.reshape(theta, (3, 1)) @ xp.exp(y)[0:1, :] @ xp.exp(x).T",
    "xp.abs(x) ** 2 + xp.abs(y) ** 0.5 + (xp.abs(x) + 1) ** -1 + 2 ** x + xp.abs(x) ** xp.abs(y) + (x + 3) ** -1.5",
    "(theta @ theta) ** 2 * theta[1] / 3 - theta[2] + (theta[0] > theta[1]) * 2.0",
    "xp.exp(x) - xp.exp(x) * xp.exp(x) - x[::-1, ::-1]",
    "xp.exp(x)[1:3, :] @ xp.exp(x).T - y[1:3, 0:1]",
    "float('inf') + xp.maximum(x, float('-inf'))",
    "theta",
    "theta[1:]",
    "xp.reshape(theta, (3, 1)).T",
    "x",
    "2.5",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_expression_gives_what_numpy_gives(expression: str) -> None:
    def bound(xp: Any) -> Any:
        scope = {"xp": xp, "BACKWARDS": np.arange(6)[::-1]}
        return lambda theta, x, y: eval(expression, scope | {"theta": theta, "x": x, "y": y})

    random = np.random.default_rng(1)
    shapes = [(3,), (4, 3), (4, 3)]
    run = with_buffers(bound, [random.normal(size=shape) for shape in shapes])
    results = []
    for _ in range(3):
        given = [random.normal(size=shape) for shape in shapes]
        results.append((run(*given), np.copy(bound(np)(*given))))
    for found, expected in results:  # after all calls, so that none has changed what another gave
        assert found == pytest.approx(expected, rel=1e-13)
        assert np.shape(found) == expected.shape


def test_generated_programs_give_what_their_text_gives() -> None:
    for seed in range(60):
        program = generated(seed)
        check(program, arrays(program, 1 + seed % 7))


@pytest.mark.parametrize("widths", [[3, 4, 2], [80, 60, 4]], ids=["copied", "new"])
def test_results_are_new_and_what_is_given_stays(widths: list[int]) -> None:
    program = network(widths, ("sigmoid", "sigmoid"))
    given = arrays(program)
    copies = [array.copy() for array in given]
    first, second, third = (program(*given)[1] for _ in range(3))
    expected = second.copy()
    assert not np.may_share_memory(second, third)
    assert not np.may_share_memory(first, second)
    third[:] = 0.0
    program(2.0 * given[0], *given[1:])
    assert np.array_equal(second, expected)
    assert relative(program(*given)[1], expected) < 1e-15
    assert all(np.array_equal(array, copy) for array, copy in zip(given, copies, strict=True))


@pytest.mark.parametrize("turned", [np.asfortranarray, lambda array: np.repeat(array, 2, axis=0)[::2]])
def test_arrays_may_lie_otherwise_than_those_it_was_made_with(turned: Callable[[Any], Any]) -> None:
    for widths in ([3, 4, 2], [80, 60, 4]):
        program = network(widths, ("tanh", "sigmoid"))
        given = arrays(program)
        run = with_buffers(program.bound, given)
        assert relative(run(*map(turned, given))[1], program.bound(np)(*given)[1]) < 1e-13


def test_examples_may_be_the_targets_too() -> None:
    program = network([3, 4, 3], ("tanh", "sigmoid"))
    theta, x, _ = arrays(program)
    assert (
        relative(with_buffers(program.bound, [theta, x, x])(theta, x, x)[1], program.bound(np)(theta, x, x)[1]) < 1e-13
    )


def test_each_number_of_examples_has_its_own_buffers_and_few_are_kept() -> None:
    program = network([3, 4, 2], ("sigmoid", "sigmoid"))
    made: list[int] = []

    def bound(xp: Any) -> Any:
        made.append(xp is np)
        return program.bound(xp)

    function, text = Buffered(bound), program.bound(np)
    for n in (5, 5, 5, 2, 5, 2, 2, 7, 1, 5):
        given = arrays(program, n)
        assert relative(function(*given)[1], text(*given)[1]) < 1e-13
    assert made.count(False) == 2  # for 5 and for 2, which came again; and once the text as it is
    assert made.count(True) == 1
    for n in range(100, 200):
        function(*arrays(program, n))
    assert len(function._free) == MOST_SIZES
    assert made.count(False) == 2


def test_what_is_given_is_checked_at_each_call() -> None:
    program = network([3, 4, 2], ("sigmoid", "sigmoid"))
    theta, x, y = arrays(program)
    value, gradient = program(theta, x, y)
    for _ in range(3):
        assert program(theta, x, y)[0] == pytest.approx(value, rel=1e-14)
        assert relative(program(theta.astype(np.float32), x.tolist(), y)[1], gradient) < 1e-6
        for wrong in [(theta, x), (theta, "", x, y), (theta, x, y, y), (theta, x, y.astype(str)), (theta, x, 1j * y)]:
            with pytest.raises(TypeError):
                program(*wrong)
        for wrong in [(theta, x, y[:4]), (theta[1:], x, y), (theta, y, x), (theta, x[:, 0], y)]:
            with pytest.raises(ValueError, match=r"shape|is one example"):
                program(*wrong)


def test_a_second_call_takes_room_for_its_result_alone() -> None:
    program = network([20, 30, 10], ("sigmoid", "sigmoid"))
    given = arrays(program, 4000)
    for _ in range(3):
        program(*given)
    tracemalloc.start()
    program(*given)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150_000  # NumPy itself has buffers of 65,536; an array of 4000 x 10 has 320,000


def test_more_room_than_is_kept_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    program = network([20, 30, 10], ("sigmoid", "sigmoid"))
    given = arrays(program, 1000)
    expected = program.bound(np)(*given)
    with monkeypatch.context() as patched:
        patched.setattr("autograd.compiler.buffers.MOST_BYTES", 100_000)
        with pytest.raises(MemoryError):
            with_buffers(program.bound, given)
        for _ in range(3):
            assert np.array_equal(program(*given)[1], expected[1])
    assert with_buffers(program.bound, given)(*given)[0] == pytest.approx(expected[0], rel=1e-13)


def test_threads_do_not_write_to_the_same_buffers() -> None:
    program = network([20, 30, 10], ("sigmoid", "sigmoid"))
    given = arrays(program, 200)
    points = [given[0] * (1.0 + 0.1 * k) for k in range(4)]
    expected = [program.bound(np)(point, *given[1:])[1] for point in points]
    apart: list[float] = []

    def work(place: int) -> None:
        for _ in range(60):
            apart.append(relative(program(points[place], *given[1:])[1], expected[place]))

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(apart) == 240
    assert max(apart) < 1e-13


def test_a_call_within_a_call_does_not_write_to_its_buffers() -> None:
    program = network([3, 4, 2], ("sigmoid", "sigmoid"))
    given = arrays(program)
    large = [9.0 * given[0], np.full_like(given[1], 1.7e308), given[2]]
    expected = program.bound(np)(*given)[1]
    inner: list[float] = []

    def again(*_: Any) -> None:
        inner.append(relative(program(*given)[1], expected))

    for _ in range(3):
        program(*given)
    with np.errstate(over="call", call=again):
        outer = program(*large)
    with np.errstate(all="ignore"):
        apart = relative(outer[1], program.bound(np)(*large)[1])
    assert inner
    assert max(inner) < 1e-13
    assert apart < 1e-13


def test_after_an_interruption_it_runs_again() -> None:
    program = network([3, 4, 2], ("sigmoid", "sigmoid"))
    given = arrays(program)
    expected = program.bound(np)(*given)[1]
    for _ in range(3):
        program(*given)
    large = [9.0 * given[0], np.full_like(given[1], 1.7e308), given[2]]
    for _ in range(3):
        with (
            np.errstate(over="call", call=lambda *_: signal.raise_signal(signal.SIGINT)),
            pytest.raises(KeyboardInterrupt),
        ):
            program(*large)
        for _ in range(3):
            assert relative(program(*given)[1], expected) < 1e-13


def test_warnings_are_those_of_the_text() -> None:
    w = Value(0.5, "w")
    program = autograd.compile(lambda x, y: autograd.log(w * x) + autograd.exp(y), [w], (1.0, 2.0))
    for x, y in [(0.0, 1.0), (-1.0, 1.0), (1.0, 1000.0), (1.0, -1000.0), (1e308, 1.0)]:
        given = [np.array([3.0]), np.array([[x]] * 3), np.array([[y]] * 3)]
        run, text = with_buffers(program.bound, given), program.bound(np)
        with np.errstate(all="ignore"):
            assert not kinds_of_warnings(run, given)
        told = kinds_of_warnings(run, given)
        assert told == kinds_of_warnings(text, given)
        assert bool(told) == ((x, y) != (1.0, -1000.0))
        if told:
            with np.errstate(all="raise"), pytest.raises(FloatingPointError):
                run(*given)


def kinds_of_warnings(run: Callable[..., object], given: list[Any]) -> set[str]:
    """Divide by zero, overflow, invalid value."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        run(*given)
    return {str(each.message).partition(" encountered")[0] for each in found}


@pytest.mark.parametrize("name", nn.activations.ACTIVATIONS)
def test_choices_are_right_bit_by_bit(name: str) -> None:
    w = Value(0.5, "w")
    activation = nn.activations.ACTIVATIONS[name]
    program = autograd.compile(lambda x, y: activation(w * x) * y, [w], (1.0, 2.0))
    given = [np.array([1.0]), np.array([[-1e3, -40.0, -1.0, -0.0, 0.0, 0.5, 40.0, 1e3]]).T, np.full((8, 1), 2.0)]
    run, text = with_buffers(program.bound, given), program.bound(np)
    for each in range(8):
        given[2] = 2.0 * (np.arange(8) == each)[:, None]  # one example alone counts
        for found, expected in zip(run(*given), text(*given), strict=True):
            assert found == pytest.approx(expected, rel=1e-14, abs=0.0)


def test_a_large_number_that_is_not_chosen_leaves_no_nan() -> None:
    w = [Value(0.5, "w_0"), Value(0.5, "w_1")]
    program = autograd.compile(lambda x, y: autograd.relu(w[0] * x) * (w[1] / y), w, (1.0, 2.0))
    given = [np.array([1.0, 1.0]), np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]])]
    with np.errstate(all="ignore"):
        run = with_buffers(program.bound, given)
        (value, gradient), (expected, other) = run(*given), program.bound(np)(*given)
    assert np.array_equal([value, *gradient], [expected, *other], equal_nan=True)
    assert gradient[0] == 0.5


def test_a_hessian_vector_product_has_buffers_too() -> None:
    product = network([3, 4, 2], ("tanh", "sigmoid")).hessian_vector_product
    theta, x, y = arrays(network([3, 4, 2], ("tanh", "sigmoid")))
    direction = np.linspace(-1.0, 1.0, len(theta))
    first = product(theta, direction, x, y)
    for _ in range(3):
        assert relative(product(theta, direction, x, y), first) < 1e-13
    assert [len(free) for free in product._function._free.values()] == [1]
