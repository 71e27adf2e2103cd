"""The Jacobian of a model on arrays is that of the scalar engine, example by example."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Value, exp, grad, ops, softmax, tanh
from autograd.compiler import Jacobian
from autograd.table import Op
from tests.autograd.compiler.programs import Generator, total

ROWS = [op for op in vars(ops).values() if isinstance(op, Op)]


def difference(model: Callable[[Any], Any], parameters: Sequence[Value], X: Any) -> float:
    """How far numbers and derivatives are from the scalar engine's, relative to the largest number or row, or to 1."""
    found = np.column_stack(Jacobian(model, parameters, X[0])([each.data for each in parameters], X))
    expected = np.zeros(found.shape)
    for i, x in enumerate(X):
        output = model([*map(Value, x)])
        expected[i] = [output.data, *(each.data for each in grad(output, list(parameters)))]
    return float(np.abs((found - expected) / np.maximum(1.0, np.abs(expected).max(axis=1, keepdims=True))).max())


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_models_that_a_generator_made(first: int) -> None:
    n_compared = 0
    for seed in range(first, first + 20):
        made, r = Generator(seed).made(), random.Random(seed)
        parameters = [Value(r.uniform(-1.0, 1.0)) for _ in range(made.n_parameters)]
        targets = [r.uniform(-1.0, 1.0) for _ in range(made.n_targets)]
        X = [[r.uniform(-1.0, 1.0) for _ in range(made.n_inputs)] for _ in range(5)]
        try:
            found = difference(lambda x: made.cost(parameters, x, targets), parameters, X)  # noqa: B023
        except (TypeError, ValueError) as refused:
            assert "none of the parameters" in str(refused) or "must give one Value" in str(refused)  # noqa: PT017
            continue
        assert found <= 1e-12, seed
        n_compared += 1
    assert n_compared > 10


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_of_the_table(op: Op) -> None:
    parameters = [Value(domain.samples[0]) for domain in op.domain]
    X = [[1.0], [1.0 + 1e-3], [1.0 - 1e-3]]
    assert difference(lambda x: op(*(each * x[0] for each in parameters)) * parameters[0], parameters, X) <= 1e-12


def test_a_model_of_the_parameters_alone_is_the_same_for_each_example() -> None:
    a, b = Value(0.5), Value(2.0)
    assert difference(lambda _: a * b + 1.0, [a, b], [[1.0], [2.0]]) == 0.0


def test_a_parameter_without_effect_has_the_derivative_0() -> None:
    a, b = Value(0.5), Value(2.0)
    _, derivatives = Jacobian(lambda x: a * x, [a, b], 1.0)([0.5, 2.0], [[3.0], [4.0]])
    assert derivatives.tolist() == [[3.0, 0.0], [4.0, 0.0]]


def test_exponentials_do_not_overflow_where_their_scale_cancels() -> None:
    w = [Value(1.0), Value(-1.0)]
    numbers, derivatives = Jacobian(lambda x: softmax([each * x for each in w])[0], w, 1.0)([1.0, -1.0], [[1000.0]])
    assert numbers.tolist() == [1.0]
    assert derivatives.tolist() == [[0.0, 0.0]]


def test_what_has_no_value_is_not_finite_and_nothing_warns() -> None:
    a = Value(2.0)
    numbers, _ = Jacobian(lambda x: (a * x).log(), [a], 1.0)([1.0], [[1.0], [0.0], [-1.0]])
    assert np.isfinite(numbers).tolist() == [True, False, False]


def test_a_graph_of_any_depth_is_written_in_short_lines() -> None:
    a = Value(1.0)

    def model(x: Any) -> Any:
        for _ in range(3000):
            x = tanh(a * x) + 1.0
        return x

    jacobian = Jacobian(model, [a], 0.5)
    assert np.isfinite(jacobian([1.0], [[0.5], [0.7]])[1]).all()
    assert max(map(len, jacobian.source.splitlines())) < 200


def test_a_sum_of_many_parameters_is_written_in_short_lines() -> None:
    w = [Value(0.01 * k) for k in range(500)]
    assert difference(lambda x: total([exp(each * x[0]) for each in w]), w, [[1.0], [2.0]]) <= 1e-12


def test_inputs_in_nested_lists() -> None:
    a = Value(2.0)
    numbers, _ = Jacobian(lambda x: a * x[0][1] + x[1][0], [a], [[1.0, 2.0], [3.0, 4.0]])([2.0], [[1.0, 2.0, 3.0, 4.0]])
    assert numbers.tolist() == [7.0]


def test_a_model_whose_operations_depend_on_numbers_is_refused_with_the_line() -> None:
    a = Value(2.0)
    with pytest.raises(ValueError, match=r"the model does other operations .*line \d+ of test_jacobian\.py"):
        Jacobian(lambda x: a * x if x > 0.7 else -a, [a], 1.0)
    with pytest.raises(ValueError, match="the model depends on none of the parameters"):
        Jacobian(lambda x: x + 1.0, [a], 1.0)


def test_what_is_no_model_is_refused_as_one_and_errors_of_a_model_stay_as_they_are() -> None:
    a = Value(2.0)
    with pytest.raises(TypeError, match=r"^the model must give one Value, but gives \[.*add them up"):
        Jacobian(lambda x: [a * x, a], [a], 1.0)  # type: ignore[arg-type, return-value]
    with pytest.raises(TypeError, match=r"^the model must be a function.* but got 1\.0"):
        Jacobian(1.0, [a], 1.0)  # type: ignore[arg-type]
    with pytest.raises(UnicodeError, match=r"^the cost of it$"):
        Jacobian(lambda _: _raised(UnicodeError("the cost of it")), [a], 1.0)


def _raised(error: Exception) -> Value:
    raise error


def test_the_text_stays_within_the_array_api() -> None:
    xp = pytest.importorskip("array_api_strict")
    for seed in range(20):
        made = Generator(seed).made()
        parameters = [Value(0.1 + 0.05 * k) for k in range(made.n_parameters)]
        x, y = [0.3] * made.n_inputs, [0.7] * made.n_targets
        try:
            jacobian = Jacobian(lambda x: made.cost(parameters, x, y), parameters, x)  # noqa: B023
        except (TypeError, ValueError):
            continue
        theta = np.array([each.data for each in parameters])
        scope: dict[str, Any] = {}
        exec(jacobian.source, scope)
        number, columns = scope["program"](xp, xp.asarray(theta), xp.asarray([x, x]))
        expected, derivatives = jacobian(theta, [x, x])
        for one, other in zip([number, *columns], [expected, *derivatives.T], strict=True):
            assert np.broadcast_to(np.asarray(one), 2) == pytest.approx(other, rel=1e-12, abs=1e-12)
