"""For few examples a program runs the recorded graph again, with the engine's own bits; for many, its lines."""

import copy
import json
import math
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import ACCELERATED, Value, exp, hypot, log, sigmoid, tanh
from autograd.compiler import Program
from autograd.compiler.recording import recorded
from autograd.compiler.replaying import MOST, tape_of, which_runs
from autograd.engine import Tape
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.test_writing import PROGRAMS, arrays, generated

pytestmark = pytest.mark.skipif(not ACCELERATED, reason="the pure engine runs the lines")


def line() -> Program:
    """A program of two parameters, which runs a tape."""
    w, b = Value(0.5, "w"), Value(0.1, "b")
    return autograd.compile(lambda x, y: (w * x[0] + b * x[1] - y) ** 2, [w, b], example=([1.0, 3.0], 2.0))


def engine(program: Program, theta: Any, *example: Any) -> tuple[float, list[float]]:
    """What the engine gives for one example: the cost recorded with these numbers, and `backward()`."""
    recorder = program.recorder
    assert recorder
    before = [each.data for each in recorder.parameters]
    for parameter, number in zip(recorder.parameters, theta, strict=True):
        parameter.data, parameter.grad = number, 0.0
    forms = iter(recorder._forms)
    cost: Any = recorder.cost(*[[*map(float, x)] if isinstance(next(forms), list) else float(x[0]) for x in example])
    cost.backward()
    found = [parameter.grad for parameter in recorder.parameters]
    for parameter, number in zip(recorder.parameters, before, strict=True):
        parameter.data, parameter.grad = number, 0.0
    return cost.data, found


MODEL = nn.MLP(2, [4, 2], "tanh", "sigmoid", seed=1)


@pytest.mark.parametrize("loss", [nn.losses.squared_error, nn.losses.binary_cross_entropy])
def test_one_example_has_the_bits_of_the_engine(loss: Callable[..., Value]) -> None:
    program = autograd.compile(lambda x, y: loss(MODEL(x), y), MODEL.parameters(), ([0.1, 0.4], [0.2, 1.0]))
    assert program.tape
    r = np.random.default_rng(1)
    for _ in range(5):
        theta, x, y = r.normal(0.0, 0.5, program.sizes["theta"]), r.uniform(0, 1, 2), r.uniform(0, 1, 2)
        value, gradient = program(theta, x, y)
        expected = engine(program, theta, x, y)
        assert (value, gradient.tolist()) == expected
        for others in ((x[None], y[None]), (x.tolist(), y.tolist()), (np.repeat(x, 2)[::2], y)):
            again = program(theta, *others)
            assert (again[0], again[1].tolist()) == expected


@pytest.mark.parametrize("seed", range(25))
def test_tape_and_lines_agree(seed: int) -> None:
    program = generated(seed)
    given = arrays(program)
    value, gradient, *_ = program(*given)
    expected, slopes, *_ = program.bound(np)(*given)
    assert value == pytest.approx(expected, rel=1e-12, abs=1e-13)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-10, atol=1e-12)


def test_the_number_of_examples_decides() -> None:
    program = line()
    assert program.tape
    most = program.tape.most
    r = np.random.default_rng(1)
    theta, x, y = r.normal(size=2), r.normal(size=(most + 1, 2)), r.normal(size=(most + 1, 1))
    singles = [engine(program, theta, *example) for example in zip(x, y, strict=True)]
    for n in (2, most):
        value, gradient = program(theta, x[:n], y[:n])
        cost, slopes = singles[0][0], [*singles[0][1]]
        for other, others in singles[1:n]:
            cost, slopes = cost + other, [a + b for a, b in zip(slopes, others, strict=True)]
        assert (value, gradient.tolist()) == (cost / n, [each / n for each in slopes])
    lines, slopes = program.bound(np)(theta, x, y)
    program(theta, x, y)
    value, gradient = program(theta, x, y)
    assert value == pytest.approx(float(lines), rel=1e-14)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-13)


def test_the_rule_asks_for_nodes_and_lines_alone() -> None:
    w = Value(0.5, "w")
    found = recorded(lambda x, y: (w * x - y) ** 2, [w], (1.0, 2.0))
    tape = tape_of(found, "line\n")
    assert tape
    assert tape.most == 400 // len(found.order)
    many = tape_of(found, "line\n" * 100)
    assert many
    assert many.most == MOST
    assert tape_of(found, "no line") is None


def test_a_report_says_which_runs() -> None:
    program = line()
    assert (
        program.report.splitlines()[-1] == repr(program).partition("; ")[2] == which_runs(program.tape, program.sizes)
    )
    assert "a tape of 5 operations runs in place of the lines, for at most 64 examples at a time" in repr(program)
    w = Value(0.5, "w")
    assert "a tape of 1 operation runs in place of the lines" in autograd.compile(lambda: w * w, [w]).report


WIDE = [Value(0.001 * k, f"w_{k}") for k in range(4000)]
W = Value(0.5, "w")


def wide(x: list[Value]) -> Any:
    return total([each * weight for each, weight in zip(x, WIDE, strict=True)])


@pytest.mark.parametrize(
    ("cost", "parameters", "example"),
    [
        (lambda x: hypot(W, x), "w", (2.0,)),  # has no kernel
        (wide, WIDE, ([1.0] * 4000,)),
    ],
)
def test_what_has_no_tape_runs_its_lines(cost: Any, parameters: Any, example: Any) -> None:
    program = autograd.compile(cost, [W] if parameters == "w" else parameters, example)
    assert program.tape is None
    assert program.report.endswith("the lines run")
    given = arrays(program)
    assert program(*given)[0] == pytest.approx(float(program.bound(np)(*given)[0]), rel=1e-13)


def test_no_derivative_goes_through_the_largest_of_a_softmax(tmp_path: Path) -> None:
    model = nn.MLP(3, [4, 3], "tanh", "linear", seed=1)
    program = autograd.compile(
        lambda x, y: nn.losses.cross_entropy(model(x), y), model.parameters(), ([0.1, 0.4, 0.3], [0.0, 1.0, 0.0])
    )
    assert program.tape
    assert len(program.tape.fixed) == 1
    theta, example = np.linspace(-4.0, 3.0, 31), ([0.3, 0.9, -0.2], [0.0, 0.0, 1.0])
    other = Program.load(program.save(tmp_path / "program.json"))
    for each in (program, copy.deepcopy(program), other):
        value, gradient = each(theta, *example)
        expected, slopes = program.bound(np)(theta, *(np.array([part]) for part in example))
        assert value == pytest.approx(float(expected), rel=1e-13)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("shift", [-2000.0, -1480.0, -1430.0, 1420.0, 2000.0])
def test_where_exponentials_overflow_or_lose_digits_the_lines_run(shift: float) -> None:
    program = autograd.compile(lambda x: log(exp(W * x[0]) + exp(W * x[1])), [W], ([1.0, 2.0],))
    assert program.tape
    value, gradient = program([0.5], [shift, shift + 1.0])  # of which the engine has some digits at -1430, or none
    share = 1.0 / (1.0 + math.exp(-0.5))
    assert value == pytest.approx(0.5 * shift + math.log1p(math.exp(0.5)), rel=1e-15)
    assert gradient == pytest.approx([shift + share], rel=1e-15)


def test_where_the_tape_is_not_finite_the_lines_run() -> None:
    program = autograd.compile(lambda x: (1.0 / (1.0 + exp(-W * x))) ** 2, [W], (1.0,))
    assert program.tape
    given = np.array([1000.0]), np.array([[-1.0]])
    with np.errstate(all="ignore"):
        value, gradient = program(*given)  # where exp(1000) overflows in the engine
        np.testing.assert_array_equal(gradient, program.bound(np)(*given)[1])
    assert value == 0.0
    with pytest.raises(OverflowError, match=r"exp got 1000\.0; the result is too large"):
        program.tape([1000.0], [-1.0])


def test_wrong_arguments_are_told_as_they_are_without_a_tape() -> None:
    program = line()
    right = np.ones(2), np.ones((1, 2)), np.ones((1, 1))
    for error, message, place, wrong in (
        (ValueError, "theta must be a vector of 2 parameters, but has the shape", 0, np.ones((1, 2))),
        (ValueError, "theta must be a vector of 2 parameters, but has the shape", 0, np.ones(3)),
        (ValueError, "X must have an example in each row", 1, np.ones((1, 3))),
        (ValueError, "X has 1 row and Y 2", 2, np.ones(2)),
        (TypeError, "Y must be an array of real numbers", 2, "a"),
    ):
        given: list[Any] = [*right]
        given[place] = wrong
        with pytest.raises(error, match=message):
            program(*given)
    with pytest.raises(TypeError, match="takes theta, X, Y, but got 2 arguments"):
        program(*right[:2])


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda program: pickle.loads(pickle.dumps(program))])
def test_copies_run_the_tape_too(copied: Callable[[Program], Program]) -> None:
    program = line()
    other = copied(program)
    assert repr(other) == repr(program)
    given = [0.3, -0.7], [1.1, 0.2], 0.9
    assert (other(*given)[0], other(*given)[1].tolist()) == (program(*given)[0], program(*given)[1].tolist())


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_file_has_the_tape(name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]()
    other = Program.load(program.save(tmp_path / "program.json"))
    assert repr(other) == repr(program)
    given = arrays(program)
    one = [each if kind == "theta" else each[:1] for kind, each in zip(program.sizes, given, strict=False)]
    assert program(*one)[0].hex() == other(*one)[0].hex()
    assert program(*one)[1].tobytes() == other(*one)[1].tobytes()


def test_a_file_without_a_tape_runs_its_lines(tmp_path: Path) -> None:
    path = line().save(tmp_path / "program.json")
    document = json.loads(path.read_text())
    del document["tape"]
    path.write_text(json.dumps(document))
    assert Program.load(path).tape is None


HUGE = 10**400
OPERANDS: list[Any] = [-1, 99, True, 1.0, None, HUGE, "0", [0]]
WRONG: dict[str, list[Any]] = {
    "tape": [None, [], {}, "tape", {"steps": []}],
    "steps": [None, {}, [None], [[]], [[1, 2]], [["print", 0]], [["mul", 0]], [["neg", 0, 1]], [["__class__", 0]]]
    + [[["mul", 0, operand]] for operand in OPERANDS]
    + [[["hypot", 0, 1]], [["log", 0], ["neg", 7]]],
    "numbers": [None, {}, [], [1.0], [None] * 6, ["1.0"] * 6, [HUGE] * 6],
    "output": [None, -1, 99, 1.0, True, HUGE],
    "most": [None, 0, -1, 1.0, True, HUGE],
    "least": [None, 0, -1.0, 2.0, "0.0"],
    "fixed": [None, {}, [0], [99], [None], [True], [HUGE]],
}
DAMAGED = [(field, wrong) for field, values in WRONG.items() for wrong in values]


@pytest.mark.parametrize(("field", "wrong"), DAMAGED)
def test_a_damaged_tape_is_refused(field: str, wrong: Any, tmp_path: Path) -> None:
    path = line().save(tmp_path / "program.json")
    document = json.loads(path.read_text())
    if field == "tape":
        document["tape"] = wrong
    else:
        document["tape"][field] = wrong
    if wrong == [["log", 0], ["neg", 7]]:
        document["tape"]["numbers"][0] = -1.0  # which has no logarithm
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match="is no program that can be run"):
        Program.load(path)


def test_a_tape_in_a_file_may_have_numbers_that_are_not_finite(tmp_path: Path) -> None:
    w = Value(0.5, "w")
    program = autograd.compile(lambda: tanh(w * math.inf) * w, [w])
    assert program.tape
    other = Program.load(program.save(tmp_path / "program.json"))
    assert other.tape
    assert math.inf in other.tape.numbers


def test_a_tape_of_random_graphs_has_the_bits_of_the_engine() -> None:
    for seed in range(10):
        parameters = [Value(0.1 * k - 0.3, f"p_{k}") for k in range(6)]

        def cost(x: list[Any], parameters: list[Value] = parameters, seed: int = seed) -> Any:
            r = random.Random(seed)
            found = [*parameters, *x]
            for _ in range(60):
                a, b = r.choice(found[-9:]), r.choice(found)
                found.append(r.choice([a * b, a + b, a - b, sigmoid(a), tanh(b)]))
            return tanh(total(found[-6:]))

        program = autograd.compile(cost, parameters, ([0.4, -0.2],))
        theta, x = [0.2, -0.1, 0.5, 0.3, -0.4, 0.9], [0.7, 0.1]
        value, gradient = program(np.array(theta), np.array(x))
        assert isinstance(program.tape, Tape)
        assert (value, gradient.tolist()) == engine(program, theta, x)
