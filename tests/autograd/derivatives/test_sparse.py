"""Sparse Hessians have the numbers of dense ones, and entries where there can be any."""

import itertools
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Value, count_passes, exp, hessian, jvp, sin, sqrt, tanh, value_and_grad
from autograd.derivatives.sparse import colored
from autograd.engine import Linearization
from autograd.engine.linear import Linearization as PureLinearization

Function = Callable[[Sequence[Any]], Any]
pytest.importorskip("scipy.sparse")


def total(terms: Sequence[Any]) -> Any:
    found = terms[0]
    for term in terms[1:]:
        found = found + term
    return found


def banded(v: Sequence[Any]) -> Any:
    return total([sin(a) * tanh(a * b) + a * a for a, b in itertools.pairwise(v)])


def ring(v: Sequence[Any]) -> Any:
    return total([sin(a) * tanh(a * b) for a, b in zip(v, [*v[1:], v[0]], strict=True)])


def arrow(v: Sequence[Any]) -> Any:
    return total([exp(v[0] * each) + each**3 for each in v[1:]])


def dense(v: Sequence[Any]) -> Any:
    return tanh(total(list(v))) * v[0]


def linear(v: Sequence[Any]) -> Any:
    return 2.0 * v[0] + v[-1]


FUNCTIONS: dict[
    str, tuple[Function, int, int]
] = {  # with how many entries there are, of 12 inputs, and how many sweeps
    "banded": (banded, 12 + 2 * 11, 3),
    "ring": (ring, 12 + 2 * 12, 3),
    "arrow": (arrow, 12 + 2 * 11, 2),
    "dense": (dense, 144, 12),
    "linear": (linear, 0, 1),
}


def check(f: Function, at: list[float]) -> Any:
    """Whether the numbers are those of the dense Hessian, to the last bit, where it is symmetric to it."""
    found, expected = hessian(f, at, sparse=True), np.array(hessian(f, at))
    numbers = found.toarray()
    assert np.array_equal(numbers, numbers.T)
    assert ((numbers == expected) | (numbers == expected.T)).all()
    return found


@pytest.mark.parametrize("name", FUNCTIONS)
def test_structures(name: str) -> None:
    f, n_entries, n_sweeps = FUNCTIONS[name]
    at = [0.3 + 0.1 * k for k in range(12)]
    found = check(f, at)
    assert found.nnz == n_entries
    variables = [*map(Value, at)]
    pattern = Linearization(value_and_grad(f, variables, create_graph=True)[1], variables).pattern()
    assert colored(pattern)[1] == n_sweeps


KINDS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a * b,
    lambda a, b: sin(a) * b * b,
    lambda a, b: a / b,
    lambda a, b: a + b,
    lambda a, b: exp(a) + b**3,
]


def random_function(seed: int, n: int) -> Function:
    """Products, sines and quotients of a few inputs each, and perhaps of one among them all."""
    r = random.Random(seed)
    places = [r.sample(range(n), 2) for _ in range(r.randrange(1, 2 * n))]
    if r.random() < 0.5:
        places += [[0, k] for k in range(1, n)]
    kinds = [r.randrange(len(KINDS)) for _ in places]

    def f(v: Sequence[Any]) -> Any:
        return total([KINDS[kind](v[i], v[j]) for kind, (i, j) in zip(kinds, places, strict=True)])

    return f


@pytest.mark.parametrize("seed", range(60))
def test_random_functions(seed: int) -> None:
    n = random.Random(seed).choice([2, 3, 9, 30, 70, 130])
    r = random.Random(seed)
    check(random_function(seed, n), [r.uniform(0.5, 1.5) for _ in range(n)])


@pytest.mark.parametrize("seed", range(40))
def test_colors_of_random_patterns_can_be_read(seed: int) -> None:
    r = random.Random(seed)
    n, share = r.randrange(1, 40), r.choice([0.02, 0.1, 0.5])
    rows: list[set[int]] = [{k} for k in range(n)]
    for i in range(n):
        for j in range(i):
            if r.random() < share or (j == 0 and seed % 3 == 0):
                rows[i].add(j)
                rows[j].add(i)
    colors, n_colors, alone = colored(rows)
    assert {*colors} == {*range(n_colors)}
    for i, row in enumerate(rows):
        assert i not in alone or colors.count(colors[i]) == 1
        if i not in alone:  # else its numbers are in its column
            seen = [colors[j] for j in row]
            assert len(seen) == len({*seen})


@pytest.mark.parametrize("engine", [Linearization, PureLinearization])
def test_both_engines_find_the_pattern(engine: Any) -> None:
    for seed in range(20):
        n = random.Random(seed).choice([3, 63, 64, 65, 130])
        variables = [Value(0.5 + 0.01 * k) for k in range(n)]
        entries = value_and_grad(random_function(seed, n), variables, create_graph=True)[1]
        matrix = Linearization(entries, variables).matrix("forward")
        pattern = engine(entries, variables).pattern()
        assert pattern == Linearization(entries, variables).pattern()
        assert all(
            {j for j, x in enumerate(row) if x} <= {*places} for row, places in zip(matrix, pattern, strict=True)
        )
        assert all(places == sorted({*places}) for places in pattern)


def test_a_band_takes_as_few_sweeps_for_any_size() -> None:
    counts = []
    for n in (20, 40):
        with count_passes() as passes:
            hessian(banded, [0.5 + 0.01 * k for k in range(n)], sparse=True)
        counts.append(passes.forward)
    assert counts == [3, 3]


def test_what_is_not_finite_in_one_column_stays_there() -> None:
    def f(v: Sequence[Any]) -> Any:
        return total([each * each for each in v]) + v[1] / v[0]

    at = [1e-200, 0.5, 1.0, 2.0]
    found, expected = hessian(f, at, sparse=True).toarray(), np.array(hessian(f, at))
    assert expected[1, 1] == 2.0
    assert np.isinf(expected[1, 0])
    assert np.array_equal(np.tril(found), np.tril(expected), equal_nan=True)
    assert np.array_equal(found, found.T, equal_nan=True)


def test_one_number_and_repeated_inputs() -> None:
    assert hessian(lambda x: x**3, 2.0, sparse=True).toarray().tolist() == [[12.0]]
    x = Value(3.0)
    assert hessian(lambda v: v[0] ** 2 * v[1], [x, x], sparse=True).shape == (2, 2)


def test_what_cannot_be_sparse_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match=r"^a sparse Hessian has numbers, .* leave sparse=True out"):
        hessian(banded, [1.0, 2.0], sparse=True, create_graph=True)
    with pytest.raises(TypeError, match=r"^a sparse Hessian has numbers"):
        jvp(lambda v: hessian(lambda w: w[0] * w[1] * v[0], [v[1], v[0]], sparse=True), [1.0, 2.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="sqrt"):
        hessian(lambda v: sqrt(v[0]), [-1.0], sparse=True)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(
        ImportError, match=r"^hessian\(sparse=True\) needs SciPy: pip install 'scalar-autograd\[demo\]'"
    ):
        hessian(banded, [1.0, 2.0], sparse=True)
