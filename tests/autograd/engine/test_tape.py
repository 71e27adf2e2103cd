"""A tape gives the bits that recording the graph again and `backward()` give, or raises the same error."""

import copy
import gc
import importlib
import itertools
import math
import pickle
import random
import shutil
import subprocess
import threading
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import ACCELERATED, Op, Value, log, op, tanh
from autograd import mod as remainder
from autograd.engine import Tape, neuron, pure, tape, tapes, weighted_sum
from autograd.engine.passes import passes
from autograd.table import TABLE


class Engine(NamedTuple):
    """An engine, and its tape."""

    Value: Any
    constant: Any
    weighted_sum: Any
    Tape: Any


ENGINES = {"pure": Engine(pure.Value, pure.constant, neuron.weighted_sum, tape.Tape)}
if ACCELERATED:
    native: Any = importlib.import_module("autograd.engine.native")
    ENGINES["native"] = Engine(native.Value, native.constant, native.weighted_sum, native.Tape)
engines = pytest.mark.parametrize("engine", [pytest.param(each, id=name) for name, each in ENGINES.items()])


def has_kernel(row: Op) -> bool:
    try:
        tapes.require_kernel(row)
    except ValueError:
        return False
    return True


ROWS = [row for row in TABLE.values() if has_kernel(row)]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, 710.0, -745.5, 1e16]

Function = Callable[[Engine, Sequence[Any], Sequence[Any]], Any]


def eager(engine: Engine, function: Function, theta: Sequence[float], x: Sequence[float]) -> tuple[str, ...]:
    """What the engine itself gives, or says."""
    leaves = [engine.Value(number, f"w_{k}") for k, number in enumerate(theta)]
    given = [engine.constant(number, f"x_{k}") for k, number in enumerate(x)]
    try:
        output = function(engine, leaves, given)
        if not output.is_constant:
            output.backward()
    except (ValueError, ArithmeticError) as error:
        return type(error).__name__, str(error)
    return output.data.hex(), *(leaf.grad.hex() for leaf in leaves)


def taped(engine: Engine, function: Function, theta: Sequence[float], x: Sequence[float]) -> Any:
    """A tape of a function."""
    leaves = [engine.Value(number, f"w_{k}") for k, number in enumerate(theta)]
    given = [engine.Value(number, f"x_{k}") for k, number in enumerate(x)]
    return engine.Tape(function(engine, leaves, given), leaves, *([given] if given else []))


def shown(run: Callable[..., Any], *parts: Sequence[float]) -> tuple[str, ...]:
    """What a tape gives, or says."""
    try:
        value, gradient = run(*[part for part in parts if part])
    except (ValueError, ArithmeticError) as error:
        return type(error).__name__, str(error)
    return value.hex(), *(number.hex() for number in gradient)


class Node(NamedTuple):
    """An operation: a row, or `None` for a weighted sum, and its operands, counted back from the last result."""

    row: Op | None
    operands: list[int]
    number: float | None
    label: str


nodes = st.builds(
    Node,
    st.one_of(st.none(), st.sampled_from(ROWS), st.sampled_from([TABLE["add"], TABLE["mul"]])),
    st.lists(st.integers(0, 9), min_size=7, max_size=7),
    st.one_of(st.none(), st.sampled_from([0.5, 2.0, 1.0, -0.0, 3.0])),
    st.sampled_from(["", "", "u"]),
)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 2))


def interpreted(program: Sequence[Node]) -> Function:
    """A program of operations; what none of them uses is added up in the end."""

    def function(engine: Engine, theta: Sequence[Any], x: Sequence[Any]) -> Any:
        found = [*x, *theta]
        unused = {len(found) - 1}
        for row, operands, number, label in program:
            places = [len(found) - 1 - each % len(found) for each in operands]
            if row is None:
                n = 1 + operands[-1] % 3
                bias, *others = (found[place] for place in places)
                found.append(engine.weighted_sum(others[:n], others[-n:], bias))
                unused -= {places[0], *places[1 : n + 1], *places[-n:]}
            else:
                taken: list[Any] = [found[place] for place in places[: row.arity]]
                if number is not None and row.arity == 2:
                    taken[operands[-1] % 2] = number
                unused -= {place for place, each in zip(places, taken, strict=False) if each is not number}
                found.append(row(*taken))
            found[-1].label = label
            unused.add(len(found) - 1)
        first, *others = (found[place] for place in sorted(unused))
        return sum(others, first) * theta[0]

    return function


@engines
@given(
    program=st.lists(nodes, min_size=1, max_size=25),
    theta=st.lists(numbers, min_size=3, max_size=3),
    x=st.lists(numbers, min_size=2, max_size=2),
)
def test_random_programs_give_the_same_bits_or_an_error(
    engine: Engine, program: list[Node], theta: list[float], x: list[float]
) -> None:
    function = interpreted(program)
    try:
        made = taped(engine, function, [0.7, -0.4, 1.1], [0.3, 0.9])
    except (ValueError, ArithmeticError):
        return
    for point in ((theta, x), ([0.7, -0.4, 1.1], [0.3, 0.9])):
        found, expected = shown(made, *point), eager(engine, function, *point)
        if len(expected) == 2:  # an error; if there are several, the first in the order of the tape is another one
            assert len(found) == 2
        else:
            assert found == expected


@engines
@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
def test_a_row_gives_the_same_bits_and_the_same_errors(engine: Engine, row: Op) -> None:
    inside = [domain.samples[0] for domain in row.domain]
    shapes: list[Function] = [lambda _, w, x: row(*[*w, *x][: row.arity])]
    shapes += [lambda _, w, x: row(*[w[0] + x[0], w[0] * x[0]][: row.arity])]  # the one just computed, and another
    if row.arity == 2:
        shapes += [lambda _, w, x: row(x[0], w[0]), lambda _, w, __: row(w[0], inside[1])]
        shapes += [lambda _, w, __: row(inside[0], w[0]), lambda _, w, __: row(w[0], w[0])]
        shapes += [lambda _, w, __: row(w[0], -w[0]), lambda _, w, __: row(-w[0], w[0])]
    samples = [sorted({*domain.samples, *domain.outside}) for domain in row.domain]
    points = [*itertools.product(*([*each, *SPECIAL] for each in (*samples, samples[-1])[:2]))]
    for function in shapes:
        made = None
        for start in (inside, [0.5, 0.5], [0.1, 0.1], [1.5, 0.25], [2.0, 2.0]):
            try:
                made = taped(engine, function, start[:1], start[-1:])
                break
            except (ValueError, ArithmeticError):
                continue
        assert made is not None
        for first, second in random.Random(row.name).sample(points, min(len(points), 60)):
            assert shown(made, [first], [second]) == eager(engine, function, [first], [second])


def layers(engine: Engine, theta: Sequence[Any], x: Sequence[Any]) -> Any:
    """A network of two layers whose weights are shared, so that a sum is interrupted by nodes that use its factors."""
    hidden = [tanh(engine.weighted_sum(theta[3 * k : 3 * k + 3], x, theta[9])) for k in range(3)]
    again = [tanh(engine.weighted_sum(theta[3 * k : 3 * k + 3], hidden, hidden[0])) for k in range(3)]
    return engine.weighted_sum(again, theta[:3], again[1]) * again[2] + hidden[2]


def by_hand(_: Engine, theta: Sequence[Any], x: Sequence[Any]) -> Any:
    """Sums of products as people write them."""
    first = sum((w * each for w, each in zip(theta, x, strict=False)), theta[9])
    second = theta[0] * theta[1] + x[0] * x[1] + theta[2] * theta[2] + x[0] * theta[3]
    used_twice = first + theta[4] * x[1]
    return (used_twice + theta[5] * x[2] + x[0] * x[0]) * used_twice + second


@engines
@pytest.mark.parametrize("function", [layers, by_hand])
def test_sums_of_products_give_the_same_bits(engine: Engine, function: Function) -> None:
    r = random.Random(1)
    made = taped(engine, function, [0.1 * k - 0.4 for k in range(10)], [0.5, -0.25, 2.0])
    for _ in range(20):
        theta, x = [r.uniform(-2, 2) for _ in range(10)], [r.uniform(-2, 2) for _ in range(3)]
        assert shown(made, theta, x) == eager(engine, function, theta, x)


def test_a_sum_does_not_take_a_product_or_a_partial_sum_that_is_used_elsewhere() -> None:
    def used(part: int) -> Function:
        def function(_: Engine, theta: Sequence[Any], x: Sequence[Any]) -> Any:
            one, two, three = theta[0] * x[0], theta[1] * x[1], theta[2] * x[0]
            partial = theta[0] + one
            longer = partial + two
            total = longer + three
            return total * [one, two, three, partial, longer, total][part]

        return function

    for part, engine in itertools.product(range(6), ENGINES.values()):
        made = taped(engine, used(part), [1.0, 2.0, 3.0], [4.0, 5.0])
        numbers = [0.3, -0.7, 1.1], [2.0, 0.1]
        assert shown(made, *numbers) == eager(engine, used(part), *numbers)


@engines
def test_a_leaf_and_what_depends_on_no_parameter(engine: Engine) -> None:
    w, x = engine.Value(2.0, "w"), engine.Value(3.0, "x")
    assert shown(engine.Tape(w, [w]), [5.0]) == ((5.0).hex(), (1.0).hex())
    assert shown(engine.Tape(x * x, [w], [x]), [5.0], [4.0]) == ((16.0).hex(), (0.0).hex())
    assert shown(engine.Tape(x, [w], [x]), [5.0], [4.0]) == ((4.0).hex(), (0.0).hex())
    assert shown(engine.Tape(w * x, [w]), [5.0]) == ((15.0).hex(), (3.0).hex())  # x keeps its number


@engines
def test_no_derivative_goes_through_what_is_fixed(engine: Engine) -> None:
    w, x = [engine.Value(2.0, f"w_{k}") for k in range(3)], engine.Value(3.0, "x")
    product, total = w[0] * x, engine.weighted_sum(w, w, w[0])
    middle = tanh(product)
    output = (product + w[1] * middle + total) * product + log(w[2])
    for fixed in ([], [product], [total], [middle], [product, total], [output], [w[0], tanh(w[0])]):
        made = engine.Tape(output, w, [x], fixed=fixed)
        theta = [0.3, -0.7, 1.1]

        def function(_: Engine, theta: Sequence[Any], x: Sequence[Any], fixed: Sequence[Any] = fixed) -> Any:
            def number(node: Any, stands_for: Any) -> Any:
                return engine.constant(node.data) if any(stands_for is each for each in fixed) else node

            a = number(theta[0] * x[0], product)
            b = number(engine.weighted_sum(theta, theta, theta[0]), total)
            c = number(tanh(a), middle)
            return number((a + theta[1] * c + b) * a + log(theta[2]), output)

        assert shown(made, theta, [0.9]) == eager(engine, function, theta, [0.9])
        room = array("d", [0.0] * 3)
        value = made.run(room, array("d", theta), array("d", [0.9]))
        assert value is not None
        assert (value.hex(), *(each.hex() for each in room)) == shown(made, theta, [0.9])
    last = w[2] * x
    one = engine.Tape(w[0] + w[0] * x + w[1] * x + last, w, [x], fixed=[last])
    assert shown(one, [1.0, 2.0, 4.0], [3.0]) == tuple(each.hex() for each in (22.0, 4.0, 3.0, 0.0))
    with pytest.raises(ValueError, match=r"log at node \"w_2\" got -1\.0"):
        engine.Tape(output, w, [x], fixed=[product])([1.0, 1.0, -1.0], [1.0])


@engines
def test_infinity_is_what_it_is_to_the_engine(engine: Engine) -> None:
    w = engine.Value(2.0, "w")
    value, gradient = engine.Tape(w * w, [w])([1e200])
    assert (value, gradient[0]) == (math.inf, 2e200)
    made, room = engine.Tape(tanh(w * w), [w]), array("d", [0.0])
    assert math.isnan(made.run(room, array("d", [1e200])))
    assert (made([1e200])[0], made([1e200])[1][0]) == (1.0, 0.0)


@engines
def test_results_below_the_least_give_no_value(engine: Engine) -> None:
    w, room = engine.Value(2.0, "w"), array("d", [0.0])
    given = [1e-200, 1e-140, -1e-140, 1.0, 0.0]  # the first square is 0
    for least, refused in ((0.0, []), (1e-290, []), (1e-270, [1e-140, -1e-140])):
        made = engine.Tape(1.0 - w * w, [w], least=least)
        assert [x for x in given if math.isnan(made.run(room, array("d", [x])))] == refused
        assert [made([x])[0] for x in given] == [1.0, 1.0, 1.0, 0.0, 1.0]


@engines
def test_an_error_names_the_node(engine: Engine) -> None:
    x, y = engine.Value(2.0, "x"), engine.Value(3.0, "y")
    u = x * y - 1.0
    u.label = "u"
    made = engine.Tape(log(u), [x, y])
    with pytest.raises(
        ValueError, match=r'log at node "u" got -0\.5; it needs an input > 0.*u = x\*y - 1 \(x=0\.5, y=1\)'
    ):
        made([0.5, 1.0])
    root = engine.Tape(x**0.5, [x])
    with pytest.raises(ValueError, match=r"the derivative of \*\* at node \"x\" got 0\.0"):
        root([0.0])


@engines
def test_the_graph_may_go(engine: Engine) -> None:
    w = [engine.Value(0.1 * k, f"w_{k}") for k in range(10)]
    made = engine.Tape(layers(engine, w, w[:3]), w)
    expected = made([0.2] * 10)
    del w
    gc.collect()
    others = [engine.Value(1.0) for _ in range(10_000)]  # where the nodes were
    assert made([0.2] * 10) == expected
    del others


@engines
def test_the_graph_is_left_as_it_was(engine: Engine) -> None:
    w = [engine.Value(0.1 * k, f"w_{k}") for k in range(10)]
    output = layers(engine, w, w[:3])
    output.backward()
    before = [leaf.grad for leaf in w], output.grad
    engine.Tape(output, w)
    assert ([leaf.grad for leaf in w], output.grad) == before
    for leaf in w:
        leaf.grad = 0.0
    output.backward()
    assert [leaf.grad for leaf in w] == before[0]


@engines
def test_threads_may_share_a_tape(engine: Engine) -> None:
    function = by_hand
    made = taped(engine, function, [0.1] * 10, [0.5, -0.25, 2.0])
    given = [([0.1 * k + each for each in range(10)], [0.5, 0.1 * k, 2.0]) for k in range(8)]
    expected = [shown(made, *each) for each in given]
    found: list[list[Any]] = [[] for _ in given]

    def work(k: int) -> None:
        for _ in range(50):
            found[k].append(shown(made, *given[k]))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(given))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[each] * 50 for each in expected]


@engines
def test_a_chain_of_many_operations(engine: Engine) -> None:
    n = 1_000_000 if engine.Value is not pure.Value else 30_000

    def chain(_: Engine, theta: Sequence[Any], __: Sequence[Any]) -> Any:
        y, w, b = theta
        for _step in range(n // 2):
            y = y * w + b
        return y

    made = taped(engine, chain, [0.5, 0.999, 1e-3], [])
    assert len(made.steps) == n // 2 * 2
    assert shown(made, [0.25, 0.9999, 1e-4]) == eager(engine, chain, [0.25, 0.9999, 1e-4], [])


@engines
def test_examples_give_their_means(engine: Engine) -> None:
    w, x, y = engine.Value(0.5, "w"), [engine.Value(1.0), engine.Value(2.0)], engine.Value(3.0)
    made = engine.Tape((w * x[0] + x[1] - y) ** 2, [w], x, [y], most=3)
    rows, targets = np.array([[1.0, 2.0], [0.3, -1.0], [5.0, 0.1]]), np.array([0.7, 0.2, 0.1])
    single = [made([1.5], row, [target]) for row, target in zip(rows, targets, strict=True)]
    gradient = np.empty(1)
    for n in (1, 2, 3):
        mean = sum(value for value, _ in single[1:n]) + single[0][0]
        slope = sum(slope[0] for _, slope in single[1:n]) + single[0][1][0]
        for columns in (targets[:n], targets[:n, None]):
            assert made.run(gradient, np.array([1.5]), rows[:n], columns) == pytest.approx(mean / n, rel=1e-15)
            assert gradient == pytest.approx(slope / n, rel=1e-15)
    value = made.run(gradient, np.array([1.5]), rows[:1], targets[:1])
    assert (value, gradient[0]) == (single[0][0], single[0][1][0])


@engines
def test_what_does_not_fit_gives_no_value(engine: Engine) -> None:
    w, x = [engine.Value(0.5), engine.Value(1.0)], engine.Value(1.0)
    made = engine.Tape(w[0] * x + w[1], w, [x], most=2)
    room, theta, one = np.zeros(2), np.ones(2), np.ones(1)
    assert made.run(room, theta, one) == 2.0
    assert made.run(room, theta, np.ones((2, 1))) == 2.0
    read_only = np.zeros(2)
    read_only.flags.writeable = False
    assert made.run(room, read_only, one) == 0.0
    for wrong in (
        (read_only, theta, one),
        (np.zeros(3), theta, one),
        (room, np.ones(3), one),
        (room, np.ones((1, 2)), one),
        (room, [1.0, 1.0], one),
        (room, theta.astype(np.float32), one),
        (room, theta.astype(">f8"), one),
        (room, np.ones(4)[::2], one),
        (room, theta, np.ones((1, 2))),
        (room, theta, np.ones(0)),
        (room, theta, np.ones((0, 1))),
        (room, theta, array("d", [1.0])),
        (room, theta),
        (room, theta, one, one),
        (room, None, one),
        (None, theta, one),
    ):
        assert made.run(*wrong) is None, wrong
    assert math.isnan(made.run(room, theta, np.ones(3)))  # more than it takes


@engines
def test_what_is_no_tape(engine: Engine) -> None:
    w, x = engine.Value(0.5, "w"), engine.Value(1.0, "x")
    for error, message, arguments in (
        (TypeError, "a tape takes Values", (1.0, [w])),
        (TypeError, "a tape takes Values", (w * x, [1.0])),
        (ValueError, "needs a recorded graph", (engine.constant(1.0), [w])),
        (ValueError, "is computed from others", (w * x, [w * x])),
        (ValueError, "is a constant", (w * x, [engine.constant(1.0)])),
        (ValueError, "is there twice", (w * x, [w, w])),
        (ValueError, "is there twice", (w * x, [w], [w])),
        (ValueError, "none of them empty", (w * x, [])),
        (ValueError, "1 to 8 parts", (w * x, [w], *([engine.Value(1.0)] for _ in range(8)))),
        (ValueError, "mod has no kernel in C", (remainder(w, x), [w])),
    ):
        with pytest.raises(error, match=message):
            engine.Tape(*arguments)
    with pytest.raises(TypeError, match="a tape takes Values"):
        engine.Tape(w * x, [w], fixed=[1.0])
    made = engine.Tape(w * x, [w], [x])
    for error, message, numbers in (
        (ValueError, r"takes vectors of \(1, 1\) numbers, but got \(1,\)", ([1.0],)),
        (ValueError, r"but got \(2, 1\)", ([1.0, 2.0], [1.0])),
        (TypeError, "what a tape is called with must be", (["a"], [1.0])),
    ):
        with pytest.raises(error, match=message):
            made(*numbers)


def test_an_operation_of_ones_own_has_no_tape() -> None:
    @op
    def twice_it(_: Any, x: Any) -> Any:
        return 2.0 * x

    w = Value(1.0, "w")
    try:
        with pytest.raises(ValueError, match="twice_it has no kernel in C"):
            Tape(twice_it(w), [w])
    finally:
        TABLE.forget("twice_it")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda tape: pickle.loads(pickle.dumps(tape))])
def test_copies_give_the_same_bits(copied: Callable[[Any], Any]) -> None:
    w, x = [Value(0.1 * k, f"w_{k}") for k in range(10)], [Value(1.0, f"x_{k}") for k in range(3)]
    made = Tape(log(by_hand(ENGINES["pure"], w, x) + weighted_sum(w, w, w[0]) * 2.5), w, x, most=7)
    other = copied(made)
    assert (other.sizes, other.most, repr(other)) == (made.sizes, made.most, repr(made))
    given = [0.3 * k for k in range(10)], [0.1, 0.2, 0.3]
    assert shown(other, *given) == shown(made, *given)
    failed = shown(made, [0.0] * 10, [0.0] * 3)
    assert failed == shown(other, [0.0] * 10, [0.0] * 3)  # the same message
    assert shown(copied(made), *given) == shown(made, *given)  # whatever it was called with last


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
def test_the_passes_are_c_where_there_is_no_address_of_a_label(tmp_path: Path) -> None:
    path = tmp_path / "passes.c"
    path.write_text(passes(TABLE.values()), encoding="utf-8")
    command = [
        "cc",
        "-DTAPE_SWITCH",
        "-std=c99",
        "-pedantic-errors",
        "-fsyntax-only",
        f"-I{Path(tape.__file__).parent}",
    ]
    subprocess.run([*command, path], check=True)


@pytest.mark.skipif(not ACCELERATED, reason="there is one engine only")
def test_a_tape_is_of_one_engine() -> None:
    one, other = (engine.Value(1.0) for engine in ENGINES.values())
    for engine in ENGINES.values():
        for values in ((one * one, [other], []), (other * other, [one], []), (one * one, [one], [other * other])):
            with pytest.raises(TypeError, match="belongs to one engine"):
                engine.Tape(*values[:2], fixed=values[2])
    with pytest.raises(TypeError):
        ENGINES["native"].Tape(one * one, [one])


@pytest.mark.skipif(not ACCELERATED, reason="there is one engine only")
@given(program=st.lists(nodes, min_size=1, max_size=25))
def test_both_engines_make_the_same_tape(program: list[Node]) -> None:
    function = interpreted(program)
    try:
        one, two = [taped(engine, function, [0.7, -0.4, 1.1], [0.3, 0.9]) for engine in ENGINES.values()]
    except (ValueError, ArithmeticError):
        return
    assert [step.op for step in one.steps] == [step.op for step in two.steps]
    theta, x, rooms = array("d", [0.3, 0.9, -1.2]), array("d", [0.4, 0.8]), [array("d", [0.0] * 3) for _ in range(2)]
    value = one.run(rooms[0], theta, x)
    other = two.run(rooms[1], theta, x)
    assert (value, rooms[0]) == (other, rooms[1]) or (math.isnan(value) and math.isnan(other))
