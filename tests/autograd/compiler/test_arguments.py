"""What a program may be called with, and what it says of anything else."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.compiler.arguments import as_arrays, require_room


@pytest.fixture(scope="module")
def program() -> Any:
    v = [Value(0.5, "v_0"), Value(-0.5, "v_1")]
    b = Value(0.1, "b")
    return autograd.compile(lambda x, y: (v[0] * x[0] + v[1] * x[1] + b - y) ** 2, [*v, b], example=([1.0, 2.0], 0.5))


@pytest.mark.parametrize(
    ("theta", "X", "Y", "what"),
    [
        ([1.0, 2.0], [[1.0, 2.0]], [1.0], "vector of 3 parameters, but has the shape \\(2,\\)"),
        ([[1.0, 2.0, 3.0]], [[1.0, 2.0]], [1.0], "vector of 3 parameters"),
        ([1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]], [1.0], "an input has 2 numbers, but X has the shape \\(1, 3\\)"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0], "an input has 2 numbers"),
        ([1.0, 2.0, 3.0], [[1.0, 2.0]], [[1.0, 2.0]], "a target has 1 number"),
        ([1.0, 2.0, 3.0], [[1.0, 2.0]] * 3, [1.0, 2.0], "X has 3 rows and Y 2"),
        ([1.0, 2.0, 3.0], np.zeros((0, 2)), np.zeros((0, 1)), "an example at least"),
    ],
)
def test_wrong_sizes_are_named(program: Any, theta: Any, X: Any, Y: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        program(theta, X, Y)


def test_wrong_types_are_named(program: Any) -> None:
    with pytest.raises(TypeError, match="takes theta, X, Y, but got 2 arguments"):
        program([1.0, 2.0, 3.0], [[1.0, 2.0]])
    for wrong in ([["a", "b"]], [[1j, 2.0]], [[1.0], [1.0, 2.0]], None):
        with pytest.raises(TypeError, match="X must be an array of real numbers"):
            program([1.0, 2.0, 3.0], wrong, [1.0])


def test_lists_vectors_and_other_precisions_are_taken(program: Any) -> None:
    theta = [0.5, -0.5, 0.1]
    expected = program(np.array(theta), np.array([[1.0, 2.0]]), np.array([[0.5]]))
    for X, Y in (
        ([1.0, 2.0], 0.5),
        ([[1, 2]], [0.5]),
        (np.array([[1, 2]], dtype=np.float32), np.array([0.5], dtype=np.float16)),
    ):
        value, gradient = program(theta, X, Y)
        assert (value, gradient.tolist()) == (expected[0], expected[1].tolist())
        assert gradient.dtype == np.float64
    assert np.isnan(program(theta, [[1.0, np.nan]], [0.5])[0])
    value, _ = program([0.5, np.nan, 0.1], [[1.0, 2.0]], [0.5])
    assert np.isnan(value)


def test_what_is_an_array_already_is_not_copied() -> None:
    theta, X = np.zeros(3), np.zeros((4, 2))
    found = as_arrays({"theta": 3, "X": 2}, [theta, X])
    assert found[0] is theta
    assert found[1] is X


def test_what_needs_more_than_a_gigabyte_is_refused() -> None:
    require_room([(-1, 10, 10)], 1_000_000)
    with pytest.raises(MemoryError, match=r"an array of 8\.0 GB.* at most 1,250,000 at a time"):
        require_room([(4,), (-1, 10, 10)], 10_000_000)
    with pytest.raises(MemoryError, match="smaller parts"):
        require_room([(100_000, 100_000)], 1)


def test_a_program_refuses_before_it_starts(program: Any) -> None:
    large = replace(program, fallbacks=[(-1, 1000, 1000)], source="it_has_started")
    with pytest.raises(MemoryError, match=r"for 126 examples .* 1\.0 GB.* at most 125 at a time"):
        large(np.zeros(3), np.zeros((126, 2)), np.zeros(126))
    with pytest.raises(NameError, match="it_has_started"):
        large(np.zeros(3), np.zeros((125, 2)), np.zeros(125))


@pytest.mark.parametrize(
    "shapes", [((2,), (4, 3), (4, 1)), ((3,), (4, 3), (1, 1)), ((3,), (4, 3), (4,)), ((3, 1), (4, 3), (4, 1))]
)
def test_arrays_of_any_library_must_have_the_shapes_of_the_program(shapes: Any) -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(3)]
    program = autograd.compile(
        lambda x, y: (w[0] * x[0] + w[1] * x[1] + w[2] * x[2] - y) ** 2, w, ([1.0, 2.0, 3.0], 1.0)
    )
    function = program.bound(np)
    assert function(np.zeros(3), np.zeros((4, 3)), np.zeros((4, 1)))[0] == 0.0
    with pytest.raises(ValueError, match=r"the program takes theta: \(3,\), X: \(n, 3\), Y: \(n, 1\), but got theta: "):
        function(*map(np.zeros, shapes))
