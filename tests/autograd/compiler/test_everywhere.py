"""The same text on other libraries: on each that is installed it gives what it gives on NumPy.

array-api-strict and dask come with `.[test]`; PyTorch and JAX, which are large, with `.[arrays]`.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import Value, logsumexp, maximum, relu, softplus, tanh
from autograd.compiler import Program
from autograd.compiler.arguments import taken
from autograd.compiler.terms import DIRECTION, PARAMETER
from autograd.table import Op
from tests.autograd.compiler.programs import total
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
    """Whether a text gives on a library what it gives on NumPy: to 1e-12 of the largest number, and in float64."""
    given = given or numbers(program)
    expected = program.bound(np)(*given)
    found = library.wrapped(program.bound(library.xp))(*map(library.xp.asarray, given))
    pairs = zip(found, expected, strict=True) if isinstance(expected, tuple) else [(found, expected)]
    for one, other in pairs:
        array = np.asarray(library.to_numpy(one))
        assert array.dtype == np.float64
        assert array.shape == np.shape(other)
        assert np.abs(array - other).max() <= 1e-12 * np.abs(other).max(), program.source


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
    assert "xp.full_like(theta[0], 1)" in program.source
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


def test_arrays_may_lie_on_another_device() -> None:
    xp = strict().xp
    device = xp.Device("device1")
    w = [Value(0.1 * k) for k in range(10)]
    program = autograd.compile(lambda: total([(v - number / 3.0) ** 2 for number, v in enumerate(w)]), w)
    assert program.data.size
    value, gradient = program.bound(xp, device)(xp.asarray([0.5] * 10, dtype=xp.float64, device=device))
    assert {value.device, gradient.device} == {device}


def test_a_library_that_makes_float32_of_float64_is_told_apart() -> None:
    single = SimpleNamespace(asarray=lambda numbers: np.asarray(numbers, dtype=np.float32))
    with pytest.raises(TypeError, match="jax_enable_x64"):
        known("regression").bound(single)


def test_a_numpy_that_lacks_the_array_api_is_told_apart() -> None:
    script = "import numpy; del numpy.permute_dims; import autograd.compiler"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "autograd.compile needs NumPy 2 or later" in found.stderr
