"""Which numbers of a recorded graph are data, and that programs are right with them."""

import random
from collections.abc import Callable
from typing import Any

import pytest

import nn
from autograd import Value, exp, relu, tanh
from autograd.compiler.data import with_data
from autograd.compiler.recording import recorded
from autograd.compiler.remarks import remarks
from tests.autograd.compiler.programs import Generator
from tests.autograd.compiler.scalars import Case, error


def gradients_agree(cost: Callable[[], Any], parameters: list[Value]) -> str:
    """Compare with the scalar engine, and give the text."""
    case = Case(cost, parameters)
    program = case.compiled()
    assert error(program, case) <= 1e-12
    return program.source


@pytest.mark.parametrize("as_values", [True, False])
def test_a_batch_that_is_looped_over_is_found(as_values: bool) -> None:
    r = random.Random(1)
    model: Any = nn.MLP(2, [16, 16, 1], "relu", "linear", seed=3)
    parameters = model.parameters()
    examples: Any = [([r.uniform(-1.0, 1.0), r.uniform(-1.0, 1.0)], r.choice([-1.0, 1.0])) for _ in range(20)]
    if as_values:
        examples = [([Value(each) for each in x], Value(y)) for x, y in examples]

    def cost() -> Any:
        losses = [relu(1 - y * model(x)) for x, y in examples]
        penalty = sum((p * p for p in parameters[1:]), parameters[0] * parameters[0])
        return sum(losses[1:], losses[0]) * (1.0 / len(losses)) + 1e-4 * penalty

    source = gradients_agree(cost, parameters)
    assert "take" not in source
    assert len(source.splitlines()) <= 50
    assert with_data(recorded(cost, parameters)).sizes["data"] == 60


def test_a_plain_number_that_several_neurons_take_is_one_entry() -> None:
    r = random.Random(1)
    w = [Value(r.uniform(-1.0, 1.0), f"w_{k}") for k in range(12)]
    examples = [([r.uniform(-1.0, 1.0) for _ in range(3)], r.choice([-1.0, 1.0])) for _ in range(10)]

    def cost() -> Any:
        losses = []
        for x, y in examples:
            z = [w[3 * i] * x[0] + w[3 * i + 1] * x[1] + w[3 * i + 2] * x[2] for i in range(4)]
            losses.append((tanh(z[0]) + tanh(z[1]) + tanh(z[2]) + tanh(z[3]) - y) ** 2)
        return sum(losses[1:], losses[0])

    source = gradients_agree(cost, w)
    assert with_data(recorded(cost, w)).sizes["data"] == 10 * 3 + 10
    assert "take" not in source
    assert "@" in source


def test_inputs_that_are_equal_by_chance_are_right() -> None:
    r = random.Random(1)
    model: Any = nn.MLP(3, [4, 1], "tanh", "linear", seed=3)
    examples = [([float(r.randrange(3)) for _ in range(3)], float(r.randrange(2))) for _ in range(12)]

    def cost() -> Any:
        losses = [(model([*x]) - y) ** 2 for x, y in examples]
        return sum(losses[1:], losses[0]) / len(losses)

    gradients_agree(cost, model.parameters())


@pytest.mark.parametrize("kind", ["Values", "numbers", "few numbers"])
def test_batches_of_costs_that_a_generator_made(kind: str) -> None:
    with_a_vector = 0
    for seed in range(15):
        generated, r = Generator(seed).made(), random.Random(seed)
        theta = [Value(r.uniform(-1.0, 1.0), f"p_{k}") for k in range(generated.n_parameters)]

        def numbers(count: int, r: random.Random = r) -> list[Any]:
            found = [float(r.randrange(3)) if kind == "few numbers" else r.uniform(-1.0, 1.0) for _ in range(count)]
            return [Value(each) for each in found] if kind == "Values" else found

        sizes = generated.n_inputs, generated.n_targets
        examples = [[numbers(size) for size in sizes] for _ in range(r.choice([3, 8, 9]))]

        def cost(generated: Any = generated, theta: Any = theta, examples: Any = examples) -> Any:
            losses = [generated.cost(theta, x, y) for x, y in examples]
            return sum(losses[1:], losses[0]) / len(losses)

        gradients_agree(cost, theta)
        with_a_vector += bool(with_data(recorded(cost, theta)).data)
    assert with_a_vector > 7


def test_numbers_of_a_formula_are_no_data() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(20)]

    def cost() -> Any:
        first, *others = [0.5 * (v - 1.0) ** 2 + v**3.0 * 2 - exp(-1.0 * v) for v in w]
        return sum(others, first)

    assert "data" not in recorded(cost, w).sizes
    assert with_data(recorded(cost, w)).data == ()


def test_exponents_are_no_data_but_many_are_reported() -> None:
    w = [Value(0.1 + 0.1 * k, f"w_{k}") for k in range(21)]
    cost = sum((v ** (2.5 + k) for k, v in enumerate(w[1:])), w[0] * w[0])
    found = recorded(lambda: cost, w)
    assert with_data(found).data == ()
    (report,) = remarks(found, [])
    assert report.startswith("20 different numbers are constants of the program, and look like data")
    assert "with example=(x, y)" in report


def test_a_few_numbers_are_read_more_easily_as_they_are() -> None:
    w = [Value(0.1 * k, f"w_{k}") for k in range(8)]

    def cost(count: int) -> Any:
        return sum((v * (3.0 + k) for k, v in enumerate(w[1:count])), w[0] * 3.0)

    assert with_data(recorded(lambda: cost(7), w)).data == ()
    assert len(with_data(recorded(lambda: cost(8), w)).data) == 8
