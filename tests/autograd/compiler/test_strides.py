"""Places that lie evenly, as slices that are reshaped and turned: each text gives these very places."""

import random

import numpy as np
import pytest

from autograd.compiler.arrays import named, text
from autograd.compiler.families import Index
from autograd.compiler.strides import strided


def written(shape: tuple[int, ...], taken: Index, *, is_batched: bool = False) -> str | None:
    """The text, which is run, and must give what was taken."""
    found = strided(named("a"), shape, taken, is_batched=is_batched)
    if found is None:
        return None
    array = np.arange(np.prod(shape)).reshape(shape)
    expected = taken
    if is_batched:
        array, expected = np.stack([array, array + 1000]), np.stack([taken, taken + 1000])
    given = eval(text(found), {"a": array, "xp": np})
    assert given.shape == expected.shape
    assert np.array_equal(given, expected), text(found)
    return text(found)


def test_a_matrix_in_a_vector_is_a_slice() -> None:
    places = np.arange(100)
    assert written((100,), places[10:34].reshape(4, 6)) == "xp.reshape(a[10:34], (4, 6))"
    assert written((100,), places[10:34].reshape(4, 6)[:, :2]) == "xp.reshape(a[10:34], (4, 6))[:, :2]"
    assert written((100,), places[76:100].reshape(4, 6)[:, 4:]) == "xp.reshape(a[76:100], (4, 6))[:, 4:6]"
    assert written((100,), places[10:34].reshape(4, 6).T) == "xp.reshape(a[10:34], (4, 6)).T"
    assert written((100,), places[3:60:4]) == "a[3:60:4]"


def test_parts_of_two_towers_lie_apart() -> None:
    places = np.arange(108).reshape(2, 54)[:, 3:33].reshape(2, 6, 5)
    assert written((108,), places) == "xp.reshape(xp.reshape(a, (2, 54))[:, 3:33], (2, 6, 5))"


def test_what_is_turned_and_flattened() -> None:
    places = np.arange(32).reshape(16, 2)
    assert written((16, 2), places.T.reshape(-1), is_batched=True) == (
        "xp.reshape(xp.permute_dims(a, (0, 2, 1)), (-1, 32))"
    )
    assert written((16, 2), places.reshape(-1), is_batched=True) == "xp.reshape(a, (-1, 32))"


def test_what_overlaps_or_runs_backwards_or_stands_still_is_none() -> None:
    windows = np.arange(9)[:, None] + np.arange(4)
    assert written((12,), windows) is None
    assert written((12,), np.arange(12)[::-1].copy()) is None
    assert written((12,), np.repeat(np.arange(6), 2)) is None
    assert written((12,), np.array([0, 1, 3])) is None


@pytest.mark.parametrize("seed", range(200))
def test_parts_of_arrays_that_are_turned_are_these_parts(seed: int) -> None:
    r = random.Random(seed)
    shape = tuple(r.choice([1, 2, 3, 4, 5]) for _ in range(r.randint(1, 4)))
    places = np.arange(np.prod(shape)).reshape(shape)
    part = places[tuple(slice(r.randrange(size), None, r.choice([1, 1, 2])) for size in shape)]
    part = part.transpose(r.sample(range(part.ndim), part.ndim))
    if r.random() < 0.5:
        part = part.reshape(-1, *part.shape[1 + r.randrange(part.ndim) :])
    own = (places.size,) if r.random() < 0.5 else shape
    found = written(own, part, is_batched=r.random() < 0.5)
    assert found is not None or part.size < places.size
