"""A number is a number: NumPy's scalars and arrays without dimensions give what Python's own numbers give."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value
from autograd.table import TABLE
from nn import losses, optimizers, schedules

Number = Callable[[Any], Any]
KINDS: dict[str, Number] = {
    "an array without dimensions": np.array,
    "a scalar": lambda number: np.float64(number) if isinstance(number, float) else np.int64(number),
}
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


def x() -> Value:
    return Value(0.5, "x")


def square(v: Any) -> Any:
    return v * v


def model(n_outputs: int = 1) -> nn.MLP:
    return nn.MLP(1, [n_outputs], output_activation="tanh", seed=0)


def trained(n: Number, **settings: Any) -> Any:
    network = model()
    settings = {"progress": False} | settings
    history = nn.fit(network, [[n(0.125)], [n(0.875)]], [0.0, 1.0], **settings)
    return history[-1].loss, nn.unroll(network)


def assigned(n: Number) -> tuple[float, float]:
    value = Value(1.0)
    value.data, value.grad = n(0.5), n(0.25)
    return value.data, value.grad


TAKES: dict[str, Callable[[Number], Any]] = {
    "Value": lambda n: Value(n(0.5)),
    "constant": lambda n: autograd.constant(n(0.5)),
    "data and grad": assigned,
    **{f"x {f.__name__} number": lambda n, f=f: f(x(), n(2.0)) for f in (*OPERATORS, *COMPARISONS)},  # type: ignore[misc]
    **{f"number {f.__name__} x": lambda n, f=f: f(n(2.0), x()) for f in (*OPERATORS, *COMPARISONS)},  # type: ignore[misc]
    **{
        row.name: lambda n, row=row: row(*[n(2.0)] * row.arity)  # type: ignore[misc]
        for row in TABLE.values()
        if row.name in TABLE.built_in and row.domain[0].contains(2.0)
    },
    "atan2": lambda n: x().atan2(n(0.5)),
    "leaky_relu": lambda n: autograd.leaky_relu(x(), n(0.125)),
    "softmax": lambda n: autograd.softmax([n(0.5), x()]) + autograd.softmax([n(0.5), n(1.0)]),
    "logsumexp": lambda n: autograd.logsumexp([n(0.5), n(1.0)]),
    "weighted_sum": lambda n: autograd.weighted_sum([n(0.5), x()], [x(), n(2.0)], n(1.0)),
    "check_grads": lambda n: autograd.check_grads(square, n(0.5), n(2.0**-13), received=n(1.0), tolerance=n(2.0**-20)),
    "value_and_grad": lambda n: autograd.value_and_grad(square, n(0.5)),
    "jacobian": lambda n: autograd.jacobian(square, n(0.5)),
    "hessian": lambda n: autograd.hessian(square, n(0.5)),
    "hessian_vector_product": lambda n: autograd.hessian_vector_product(square, n(0.5), n(2.0)),
    "jvp": lambda n: autograd.jvp(lambda v: square(v) * n(2.0), n(0.5), n(1.0)),
    "jvp of lists": lambda n: autograd.jvp(lambda v: [v[0] * v[1], v[0]], [n(0.5), n(2.0)], [n(1.0), n(0.0)]),
    "taylor": lambda n: autograd.taylor(lambda v: square(v) * n(2.0), n(0.5), 3),
    "nudge": lambda n: autograd.nudge(square(x()), "x", n(0.125)),
    "step_size_sweep": lambda n: autograd.step_size_sweep(square, n(0.5)),
    "compare_modes": lambda n: autograd.compare_modes(square(x()), n(0.125)),
    "draw": lambda n: autograd.draw(square(x()), max_nodes=n(20)).to_dot(),
    **{
        name: lambda n, row=row: [row.function(x(), n(1)), row.function([x(), x()], [n(1), n(1)])]  # type: ignore[misc]
        for name, row in losses.LOSSES.items()
        if name != "cross_entropy"
    },
    "cross_entropy": lambda n: [losses.cross_entropy([x(), x()], y) for y in (n(1), [n(0), n(1)])],
    "outputs of a loss": lambda n: losses.squared_error([n(0.5)], n(1.0)),
    "delta": lambda n: losses.huber(x(), 1.0, n(0.125)),
    "strength": lambda n: [losses.l1(model(), n(0.125)), losses.l2(model(), n(0.125))],
    "MLP": lambda n: nn.unroll(nn.MLP(n(2), [n(3), n(1)], seed=n(3))),
    "inputs": lambda n: model()([n(0.5)]),
    "weight": lambda n: nn.unroll(nn.Neuron(2, initializer=lambda *_: n(0.5))),
    "roll": lambda n: nn.roll(model(), [n(0.5), n(0.125)]),
    "accuracy": lambda n: nn.accuracy(model(), [[n(0.5)], [0.25]], [n(0), n(1)], threshold=n(0.5)),
    "confusion_matrix": lambda n: nn.confusion_matrix(model(2), [[n(0.5)], [0.25]], [n(0), n(1)]),
    "evaluate": lambda n: nn.evaluate(model(), [[n(0.5)], [0.25]], [n(0), n(1)]),
    "four_equations": lambda n: (lambda m: nn.four_equations(m, losses.squared_error(m([n(0.5)]), n(1.0))))(model()),
    "fit": lambda n: trained(n, epochs=n(2), seed=n(1), batch_size=n(1), optimizer="sgd", learning_rate=n(0.125)),
    **{name: lambda n, make=make: trained(n, optimizer=make(n(0.125))) for name, make in optimizers.OPTIMIZERS.items()},  # type: ignore[misc]
    "clip_by_norm": lambda n: trained(n, optimizer=optimizers.clip_by_norm(optimizers.sgd(), n(0.125))),
    "clip_by_value": lambda n: trained(n, optimizer=optimizers.clip_by_value(optimizers.sgd(), n(0.125))),
    "schedules": lambda n: [
        schedules.rate_at(schedule, 3)
        for schedule in (
            schedules.step_decay(n(0.5), n(2), n(0.25)),
            schedules.exponential_decay(n(0.5), n(2), n(0.25)),
            schedules.cosine_decay(n(0.5), n(5), n(0.25)),
            schedules.warmup(n(0.5), n(5)),
        )
    ],
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", TAKES)
def test_it_is_taken_for_the_number_that_it_holds(name: str, kind: str) -> None:
    assert str(TAKES[name](KINDS[kind])) == str(TAKES[name](lambda number: number))


@pytest.mark.parametrize("thing", ["text", 1j, None, [1.0]])
def test_an_array_without_dimensions_that_holds_no_number_is_none(thing: Any) -> None:
    holds = np.array(thing, dtype=object)
    for take in (Value, lambda number: x() * number, autograd.tanh, lambda number: losses.huber(x(), 1.0, number)):
        with pytest.raises((TypeError, ValueError), match="array"):
            take(holds)


def test_nan_in_an_array_without_dimensions_is_found() -> None:
    with pytest.raises(ValueError, match="input 0 holds nan, at place 0"):
        nn.evaluate(model(), [[np.array(float("nan"))]], [0.0])
