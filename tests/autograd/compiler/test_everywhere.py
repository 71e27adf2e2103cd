"""The same program on other libraries: on each that is installed it gives what it gives on NumPy.

array-api-strict and dask come with `.[test]`; PyTorch and JAX, which are large, with `.[arrays]`.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, logsumexp, maximum, relu, softplus, tanh
from autograd.compiler import Program
from autograd.compiler.arguments import taken
from autograd.compiler.terms import DIRECTION, PARAMETER
from autograd.table import Op
from nn.losses import LOSSES
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.test_losses import PAIRS, TARGETS
from tests.autograd.compiler.test_whitelist import ROWS, of_row
from tests.autograd.compiler.test_writing import PROGRAMS, generated
from tests.imports import ROOT


class Library(NamedTuple):
    """A library: its namespace, how its arrays become NumPy's, and what its functions go through before they run."""

    xp: Any
    to_numpy: Callable[[Any], Any] = np.asarray
    wrapped: Callable[[Any], Any] = lambda function: function
    n_generated: int = 80


def strict() -> Library:
    return Library(pytest.importorskip("array_api_strict"))


def dask() -> Library:
    pytest.importorskip("dask.array")
    xp = pytest.importorskip("array_api_compat.dask.array")
    return Library(xp, lambda array: array.compute(scheduler="synchronous"), n_generated=15)


def torch() -> Library:
    pytest.importorskip("torch")
    return Library(pytest.importorskip("array_api_compat.torch"))


def jax() -> Library:
    whole = pytest.importorskip("jax")
    whole.config.update("jax_enable_x64", True)
    return Library(whole.numpy, n_generated=30)


def jit() -> Library:
    return jax()._replace(wrapped=pytest.importorskip("jax").jit, n_generated=15)


LIBRARIES: list[Callable[[], Library]] = [strict, dask, torch, jax, jit]


@pytest.fixture(params=LIBRARIES, ids=lambda made: made.__name__)
def library(request: pytest.FixtureRequest) -> Library:
    found: Library = request.param()
    return found


def numbers(program: Any, n: int = 5) -> list[Any]:
    """Arguments that are small, so that no function is flat there."""
    r = np.random.default_rng(1)
    sizes = program.sizes
    shapes = [(sizes[kind],) if kind in (PARAMETER, DIRECTION) else (n, sizes[kind]) for kind in taken(sizes)]
    return [r.uniform(-0.5, 0.5, shape) for shape in shapes]


def same(library: Library, program: Any, given: list[Any] | None = None) -> None:
    """Whether a text gives on a library what it gives on NumPy: to 1e-12 of the largest number, and in float64.

    A number below 1e-30 is the rounding of a zero.
    """
    given = given or numbers(program)
    expected = program.bound(np)(*given)
    found = library.wrapped(program.bound(library.xp))(*map(library.xp.asarray, given))
    pairs = zip(found, expected, strict=True) if isinstance(expected, tuple) else [(found, expected)]
    for one, other in pairs:
        array = np.asarray(library.to_numpy(one))
        assert array.dtype == np.float64
        assert array.shape == np.shape(other)
        assert np.abs(array - other).max() <= 1e-12 * np.abs(other).max() + 1e-30, program.source


@cache
def known(name: str) -> Program:
    return PROGRAMS[name]()


@pytest.mark.parametrize("name", PROGRAMS)
def test_known_programs(library: Library, name: str) -> None:
    same(library, known(name))


def test_generated_programs(library: Library) -> None:
    for seed in range(library.n_generated):
        same(library, generated(seed))


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_of_the_table(library: Library, op: Op) -> None:
    program, theta = of_row(op)
    same(library, program, [np.array(theta)])


@pytest.mark.parametrize("name", ["L2", "softmax", "recurrence"])
def test_products_with_a_hessian(library: Library, name: str) -> None:
    same(library, known(name).hessian_vector_product)


def test_jacobians_of_outputs(library: Library) -> None:
    model = nn.MLP(2, [3, 2], "tanh", "sigmoid", seed=1)

    def cost(x: Any, y: Any) -> Any:
        outputs = model(x)
        return nn.losses.squared_error(outputs, y), outputs

    same(library, autograd.compile(cost, model, ([0.1, 0.2], [0.0, 1.0])).jacobian)


def test_data_and_lists_of_places_are_bound_as_arrays_of_the_library(library: Library) -> None:
    w = [Value(0.1 * k) for k in range(9)]
    places = [3, 0, 2, 4, 1, 5, 8, 6, 7]

    def cost() -> Any:
        return total([(w[k] * w[place] - number) ** 2 for number, (k, place) in enumerate(enumerate(places))])

    program = autograd.compile(cost, w)
    assert program.indices
    assert program.data.size
    same(library, program)


def test_a_condition_that_has_a_name_chooses_numbers_with_a_point(library: Library) -> None:
    w = Value(0.5, "w")
    program = autograd.compile(lambda: relu(w) + abs(w) * softplus(w), [w])
    assert "xp.full_like(theta[0], 1.0)" in program.source
    same(library, program)


def test_a_choice_between_multiples_of_the_share_of_an_example_is_in_float64(library: Library) -> None:
    w = Value(0.5, "w")

    def cost(x: Any) -> Any:
        t = tanh(w * x)
        return 2.0 * maximum(2.0 * t - 0.1, t * t)

    same(library, autograd.compile(cost, [w], (0.3,)))


def test_of_plain_numbers_the_largest_is_known(library: Library) -> None:
    w, numbers = Value(0.5, "w"), [Value(0.1), Value(0.2)]
    same(library, autograd.compile(lambda: logsumexp(numbers) * w, [w]))
    program = autograd.compile(lambda: logsumexp([w, *numbers]), [w])
    assert "xp.maximum(w, 0.2)" in program.source
    same(library, program)


@cache
def of_loss(loss: str, activation: str) -> tuple[Program, list[Any], tuple[Any, Any]]:
    """The program of a loss of a small network, what it is called with, and what it gives then on NumPy."""
    row, Y = LOSSES[loss], TARGETS[loss]
    X = np.random.default_rng(1).uniform(-1.0, 1.0, (len(Y), 3))
    model = nn.MLP(3, [4, 3], activation, row.output_activation, seed=1)
    program = autograd.compile(lambda x, y: row.function(model(x), y), model, (X[0].tolist(), Y[0]))
    given = [np.array(nn.unroll(model)), X, np.array(Y)]
    return program, given, program(*given)


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_the_arguments_decide_where_a_program_runs(library: Library, loss: str, activation: str) -> None:
    program, given, (value, gradient) = of_loss(loss, activation)
    arrays = [*map(library.xp.asarray, given)]
    found = library.wrapped(program)(*arrays)
    assert {type(each) for each in found} == {type(arrays[0])}
    one, other = (np.asarray(library.to_numpy(each)) for each in found)
    assert {one.dtype, other.dtype} == {np.dtype(np.float64)}
    assert (one.shape, other.shape) == ((), gradient.shape)
    assert abs(one - value) <= 1e-12 * abs(value)
    assert np.abs(other - gradient).max() <= 1e-12 * np.abs(gradient).max()


def test_arguments_of_any_library_become_what_the_program_takes(library: Library) -> None:
    program, xp = known("regression"), library.xp
    theta, X, Y = (each.astype(np.float32) for each in numbers(program))
    assert Y.shape[1] == 1
    expected = program(theta, X, Y)
    found = library.wrapped(program)(xp.asarray(theta), xp.asarray(X), xp.asarray(Y[:, 0]))
    for one, other in zip(found, expected, strict=True):
        assert np.asarray(library.to_numpy(one)) == pytest.approx(other, rel=1e-12)
        assert np.asarray(library.to_numpy(one)).dtype == np.float64
    with pytest.raises(ValueError, match=r"theta must be a vector .* the shape \(1,\)"):
        library.wrapped(program)(xp.asarray(theta[:1]), xp.asarray(X), xp.asarray(Y))
    with pytest.raises(ValueError, match="X has 5 rows and Y 4"):
        library.wrapped(program)(xp.asarray(theta), xp.asarray(X), xp.asarray(Y[:4]))
    with pytest.raises(TypeError, match="theta must be an array of real numbers"):
        library.wrapped(program)(xp.asarray(1j * theta), xp.asarray(X), xp.asarray(Y))


def test_arguments_of_several_libraries_are_refused(library: Library) -> None:
    program, xp = known("regression"), library.xp
    theta, X, Y = numbers(program)
    kind = type(xp.asarray(X))
    name = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
    with pytest.raises(TypeError, match=f"one library, but got theta: numpy.ndarray, X: {name}, Y: list"):
        program(theta, xp.asarray(X), Y.tolist())


def test_lists_go_where_the_arrays_are(library: Library) -> None:
    program, xp = known("regression"), library.xp
    theta, X, Y = numbers(program)
    expected = program.bound(np)(theta, X, Y)
    found = program(theta.tolist(), xp.asarray(X), Y.tolist())
    assert {type(each) for each in found} == {type(xp.asarray(X))}
    for one, other in zip(found, expected, strict=True):
        assert np.asarray(library.to_numpy(one)) == pytest.approx(other, rel=1e-12)
    with pytest.raises(TypeError, match="theta must be an array of real numbers"):
        program(["a"], xp.asarray(X), xp.asarray(Y))


def data() -> Program:
    """A program with numbers of its own, which must be where its arguments are."""
    w = [Value(0.1 * k) for k in range(10)]
    program = autograd.compile(lambda: total([(v - number / 3.0) ** 2 for number, v in enumerate(w)]), w)
    assert program.data.size
    return program


def test_a_program_with_numbers_runs_again_and_again(library: Library) -> None:
    program, theta = data(), library.xp.asarray([0.5] * 10)
    first, second = (library.wrapped(program)(theta) for _ in range(2))
    assert float(library.to_numpy(first[0])) == float(library.to_numpy(second[0]))
    product = program.hessian_vector_product(theta, theta)
    assert np.asarray(library.to_numpy(product)) == pytest.approx([1.0] * 10, rel=1e-12)


def test_arrays_may_lie_on_another_device() -> None:
    xp = strict().xp
    device = xp.Device("device1")
    program, theta = data(), xp.asarray([0.5] * 10, dtype=xp.float64, device=device)
    for value, gradient in (program.bound(xp, device)(theta), program(theta)):
        assert {value.device, gradient.device} == {device}
    program = known("regression")
    plain, *examples = numbers(program)
    value, gradient = program(plain.tolist(), *(xp.asarray(each, device=device) for each in examples))
    assert {value.device, gradient.device} == {device}


def test_arrays_of_pytorch_and_jax_stay_where_they_are() -> None:
    program = data()
    whole = pytest.importorskip("torch")
    theta = whole.zeros(10, dtype=whole.float64, device="meta")  # a device without numbers
    assert {(each.device, each.shape) for each in program(theta)} == {(theta.device, ()), (theta.device, (10,))}


def test_examples_may_be_spread_over_devices() -> None:
    """Two devices of JAX's, which it makes of the processor: each has half of the examples."""
    pytest.importorskip("jax")
    script = """
import jax
from jax.sharding import AxisType, NamedSharding, PartitionSpec
from tests.autograd.compiler.test_everywhere import data, known, np, numbers

jax.config.update("jax_enable_x64", True)
on_second = jax.device_put(np.ones(10), jax.devices()[1])
print({each.device for each in data()(on_second)} == {jax.devices()[1]})
mesh = jax.make_mesh((2,), ("n",), (AxisType.Auto,))
program = known("two layers")
given = numbers(program, 6)
places = [NamedSharding(mesh, PartitionSpec(*axes)) for axes in ([], ["n"], ["n"])]
spread = [jax.device_put(array, place) for array, place in zip(given, places, strict=True)]
expected = program(*given)
for found in program(*spread), program.jit()(*spread):
    print([np.allclose(one, other, rtol=1e-12, atol=1e-15) for one, other in zip(found, expected, strict=True)])
print("all-reduce(" in program.jit().lower(*spread).compile().as_text())
"""
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.splitlines() == ["True", "[True, True]", "[True, True]", "True"], found.stderr


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_the_gradient_is_the_one_that_pytorch_finds(loss: str, activation: str) -> None:
    whole, xp = pytest.importorskip("torch"), torch().xp
    program, given, _ = of_loss(loss, activation)
    theta, X, Y = map(xp.asarray, given)
    theta.requires_grad_()
    value, gradient = program(theta, X, Y)
    (expected,) = whole.autograd.grad(value, theta)
    assert (gradient - expected).abs().max() <= 1e-12 * expected.abs().max()


@pytest.mark.parametrize("name", ["regression", "softmax"])
def test_jit_is_the_program_as_jax_compiles_it(name: str) -> None:
    xp, program = jax().xp, known(name)
    given = numbers(program)
    for one, other in zip(program.jit()(*given), program(*given), strict=True):
        assert isinstance(one, type(xp.asarray(given[0])))
        assert np.asarray(one) == pytest.approx(other, rel=1e-12)
    product = program.hessian_vector_product
    given.insert(1, given[0])
    assert np.asarray(product.jit()(*given)) == pytest.approx(product(*given), rel=1e-12)


def test_jit_asks_for_64_bit_floats() -> None:
    whole, program = pytest.importorskip("jax"), PROGRAMS["regression"]()
    whole.config.update("jax_enable_x64", False)
    try:
        with pytest.raises(TypeError, match="jax_enable_x64"):
            program.jit()
        with pytest.raises(TypeError, match="jax_enable_x64"):
            program(*map(whole.numpy.asarray, numbers(program)))
    finally:
        whole.config.update("jax_enable_x64", True)


def test_jit_asks_for_arrays() -> None:
    whole, program = pytest.importorskip("jax"), PROGRAMS["regression"]()
    whole.config.update("jax_enable_x64", True)
    theta, *rest = numbers(program)
    with pytest.raises(TypeError, match="takes arrays of JAX or NumPy, but theta is a list"):
        program.jit()([*theta], *rest)


def test_dask_has_counted_the_examples() -> None:
    array, program = pytest.importorskip("dask.array"), PROGRAMS["regression"]()
    theta, X, Y = numbers(program)
    some = array.from_array(X)[array.from_array(X)[:, 0] > -9.0]
    with pytest.raises(ValueError, match=r"X has the shape \(nan, .*X\.compute_chunk_sizes\(\)"):
        program(array.from_array(theta), some, array.from_array(Y))


def test_a_library_that_makes_float32_of_float64_is_told_apart() -> None:
    single = SimpleNamespace(asarray=lambda numbers: np.asarray(numbers, dtype=np.float32))
    with pytest.raises(TypeError, match="jax_enable_x64"):
        known("regression").bound(single)


def test_a_numpy_that_lacks_the_array_api_is_told_apart() -> None:
    script = "import numpy; del numpy.permute_dims; import autograd.compiler"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "autograd.compile needs NumPy 2 or later" in found.stderr
