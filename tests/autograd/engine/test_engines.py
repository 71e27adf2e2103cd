"""The two engines agree to the last bit and to the last message: both do the same work in this process."""

import copy
import dataclasses
import functools
import importlib
import inspect
import itertools
import math
import pickle
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import ACCELERATED, Op, count_passes, no_grad, op
from autograd.derivatives import Dual
from autograd.engine import neuron, order, pure, shared
from autograd.table import TABLE

native: Any = importlib.import_module("autograd.engine.native") if ACCELERATED else None
pytestmark = pytest.mark.skipif(not ACCELERATED, reason="there is one engine only")


class Transcript(list[str]):
    """What happens, line by line."""

    def show(self, what: object, *results: object) -> None:
        """Note some results, floats to the last bit."""
        self.append(" ".join([str(what), *[r.hex() if type(r) is float else repr(r) for r in results]]))

    def attempt(self, what: object, f: Callable[[], object]) -> None:
        """Note what a function returns, or the error that it raises."""
        try:
            self.show(what, f())
        except Exception as error:
            self.append(f"{what} {type(error).__name__} {error} {getattr(error, '__notes__', '')}")


def differences(behave: Callable[[Any, Transcript], None]) -> list[tuple[str, str]]:
    """Where the transcripts of the two engines differ."""
    transcripts = []
    for engine in (pure, native):
        transcripts.append(Transcript())
        behave(engine, transcripts[-1])
    assert len(transcripts[0]) == len(transcripts[1]) > 0
    return [pair for pair in zip(*transcripts, strict=True) if pair[0] != pair[1]]


SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.2e-308, 1e308, -1.7e308]
SPECIAL += [710.0, -745.5, 1e-9, 0.5, 2.0, 3.0, 36.9, 1e16]


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in TABLE.items()])
def test_a_row_gives_the_same_bits_and_the_same_errors(row: Op) -> None:
    def behave(engine: Any, seen: Transcript) -> None:
        samples = [sorted({*domain.samples, *domain.outside}) for domain in row.domain]
        for point in itertools.product(*(numbers + SPECIAL for numbers in samples)):
            values = [engine.Value(x, f"v{i}") for i, x in enumerate(point)]

            def run(operands: list[Any]) -> list[object]:
                z = row(*operands)
                out: list[object] = [z.data.hex()]
                leaves = [x for x in operands if isinstance(x, engine.Value)]
                try:
                    z.backward()
                except (ValueError, ArithmeticError) as error:
                    out += [type(error).__name__, str(error)]
                return [*out, *[x.grad.hex() for x in leaves]]

            seen.attempt(point, functools.partial(run, values))
            if len(point) == 2:
                seen.attempt((point, "left"), functools.partial(run, [engine.Value(point[0], "x"), point[1]]))
                seen.attempt((point, "right"), functools.partial(run, [point[0], engine.Value(point[1], "y")]))

    assert differences(behave) == []


OTHERS: list[Any] = [2, 2.0, True, np.float64(2.0), np.float32(2.5), np.int64(3), Fraction(1, 3), 10**400, "a", None]
OTHERS += [1j, [1.0], np.ones(2), np.ones(1), Dual(2.0, 1.0, level=0), object]
OPERATORS = ["+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!=", "%", "//", "@", "|"]
TEXTS = """
abs(x)
+x
-x
-c
f'{x}'
f'{x:.3f}'
f'{x:q}'
repr(c)
bool(x)
float(x)
round(x)
x.foo
x.tanh(1)
x.tanh(1, 2)
x.maximum()
x.maximum(1, 2)
x.maximum('a')
Value()
Value(1, 2, 3)
Value(1, name='a')
Value(data=1, label='a')
Value(label='a')
Value('1')
Value(1, 5)
Value(1, None)
constant(1, 5)
constant('a')
Value(10**400)
Value(1j)
setattr(x, 'data', 'a')
setattr(x, 'grad', 'a')
setattr(x, 'label', 1)
setattr(x, 'op', None)
setattr(x, 'parents', ())
setattr(x, 'other', 1)
delattr(x, 'note')
type('S', (Value,), {})
c.backward()
x.backward(1)
(x*2).backward(5)
hash(x) == id(x) >> 4
x.__eq__(y)
len(x)
x[0]
x()
next(x)
pow(x, 2, None)
sum([x, y, 1])
max(x, y)
x.zero_grad(1)
x.backward(1, 2)
x.backward(step=1)
autograd.tanh(x, y)
autograd.maximum(x)
autograd.maximum('a', x)
autograd.leaky_relu(-x)
x.leaky_relu()
Value.__name__, Value.__qualname__, Value.__module__, repr(Value)
x.__array_priority__
x._prev, (x * y)._op, x._op
round(x, 2)
int(x)
x == 1.5
x.named('other').label, x.named('x').label
x.named(1)
x.backward(retain_graph=True)
x.backward(gradient=1.0)
np.exp(x)
np.isnan(x)
bool(Value(0.0)), bool(Value(-0.0)), bool(y)
np.float64(2) * x
np.ones(2) * x
np.sin(x)
[v.data for v in topological_order(x * 2 + y, x)]
topological_order()
sorted(n for n in TABLE if not hasattr(Value, n) and not TABLE[n].is_infix)
(x * 1e308 * 1e10).data
(x - x).log()
1 / (x - x)
(x - x) ** -1.5
y ** 0.5
y ** x
2 ** y
0 ** y
""".strip().splitlines()


@pytest.mark.usefixtures("own_operations")
def test_operators_meet_whatever_stands_beside_a_value() -> None:
    @op(symbol="@")
    def matmul(_m: Any, x: Any, y: Any) -> Any:
        return x - y * 2

    def behave(engine: Any, seen: Transcript) -> None:
        x, y, c = engine.Value(1.5, "x"), engine.Value(-0.25, "y"), engine.constant(2.0, "two")

        def compute(text: str, v: Any, other: Any) -> object:
            result = eval(text, {"v": v, "other": other})
            is_value = isinstance(result, engine.Value)
            return (repr(result), [repr(parent) for parent in result.parents]) if is_value else result

        for other, operator in itertools.product([*OTHERS, y, c], OPERATORS):
            for text, v in itertools.product((f"v {operator} other", f"other {operator} v"), (x, c)):
                seen.attempt((repr(other)[:20], text), functools.partial(compute, text, v, other))

    assert differences(behave) == []


@pytest.mark.usefixtures("own_operations")
def test_whatever_is_written_gives_the_same() -> None:
    @op
    def swish(m: Any, x: Any) -> Any:
        return x * m.sigmoid(x)

    @op
    def twice(m: Any, x: Any, y: Any = 2) -> Any:
        return m.where(x > 0, 1, 0) * y

    def behave(engine: Any, seen: Transcript) -> None:
        x, y, c = engine.Value(1.5, "x"), engine.Value(-0.25, "y"), engine.constant(2.0, "two")
        sort = order.topological_order if engine is pure else engine.topological_order
        known = {"x": x, "y": y, "c": c, "Value": engine.Value, "constant": engine.constant, "np": np, "TABLE": TABLE}
        known |= {"autograd": autograd, "topological_order": sort, "swish": swish, "twice": twice}
        for text in TEXTS:
            seen.attempt(text, functools.partial(eval, text, known))
        w = x.swish() * 3 + x.twice(y) * y
        w.backward()
        seen.show(w.data, x.grad, y.grad)

    assert differences(behave) == []


def test_a_graph_and_its_passes() -> None:
    def behave(engine: Any, seen: Transcript) -> None:
        sort = order.topological_order if engine is pure else engine.topological_order
        x, y, c = engine.Value(1.5, "x"), engine.Value(-0.25, "y"), engine.constant(2.0, "two")
        z = (x * y + c * 2 - x / 3) ** 2 + (2 - y).tanh() * (x + 1).sigmoid() + x.maximum(y) - x
        steps: list[Any] = []
        z.backward(steps.append)
        for step in steps:
            seen.show(step)
        del steps, step  # nothing else holds the inner nodes now
        z.backward(lambda _: seen.show([(node.grad, node.has_grad) for node in sort(z)]))
        for node in sort(z):
            seen.show(node.op, node.data, node.grad, node.has_grad, node.is_constant, len(node.parents))
        for twin in (copy.copy(z), copy.deepcopy(z)):
            seen.show(repr(twin), twin.grad, twin.parents == z.parents, [node.grad for node in sort(twin)])
            twin.backward()
            seen.show(x.grad, [node.grad.hex() for node in sort(twin)])
        z.zero_grad()
        seen.show([node.has_grad for node in sort(z)])
        x.grad = -0.0
        seen.show(x.grad, x.has_grad)
        with no_grad():
            for w in (x * y, x * 2, 2 * x, -x, x.tanh(), x.maximum(1), x**2, x + c):
                seen.show(w.is_constant, w.parents, w.data)
            seen.attempt("no graph", lambda: (x * y).backward())
        with count_passes() as passes:
            z.backward()
        seen.show(passes)

    assert differences(behave) == []


@given(st.integers(0, 10**9))
def test_random_graphs_with_weighted_sums(seed: int) -> None:
    def behave(engine: Any, seen: Transcript) -> None:
        rng = random.Random(seed)
        nodes = [engine.Value(rng.uniform(-1, 1)) for _ in range(rng.randint(1, 6))]
        weighted_sum = neuron.weighted_sum if engine is pure else engine.weighted_sum
        for _ in range(rng.randint(1, 15)):
            n = rng.randint(1, 5)
            total = weighted_sum(rng.choices(nodes, k=n), rng.choices(nodes, k=n), rng.choice(nodes))
            nodes.append(rng.choice((total, total.tanh(), total * rng.choice(nodes), 0.5 - total, -total)))
            if rng.random() < 0.2:
                seen.show([parent.data for parent in nodes[-1].parents])
            if engine is native:
                engine.check_invariants(*nodes)
            if rng.random() < 0.3:
                nodes[-1].backward()
            if rng.random() < 0.3:
                del nodes[rng.randrange(len(nodes) - 1)]
        nodes[-1].backward()
        if engine is native:
            engine.check_invariants(*nodes)
        seen.show([(node.data, node.grad, node.has_grad) for node in nodes])

    assert differences(behave) == []


def test_they_do_not_go_into_one_graph() -> None:
    x, y = pure.Value(1.0), native.Value(2.0)
    for mix in (
        lambda: x + y,
        lambda: y * x,
        lambda: autograd.maximum(x, y),
        lambda: x.maximum(y),
        lambda: y.maximum(x),
    ):
        with pytest.raises(TypeError, match="a graph belongs to one engine"):
            mix()


def public(thing: Any) -> Iterator[tuple[str, str]]:
    for name in sorted(vars(thing)):
        if not name.startswith("_") and name not in TABLE:
            yield name, inspect.getdoc(getattr(thing, name)) or ""


def test_they_have_the_same_attributes_with_the_same_documentation() -> None:
    assert dict(public(pure.Value)) == dict(public(native.Value))
    assert inspect.getdoc(pure.Value) == inspect.getdoc(native.Value)
    for home, names in {
        pure: ["constant", "restored"],
        order: ["topological_order"],
        neuron: ["activations", "weighted_sum"],
        shared: ["are_values"],
    }.items():
        for name in names:
            assert inspect.getdoc(getattr(native, name)) == inspect.getdoc(getattr(home, name)), name


def test_a_pickle_does_not_tell_which_engine_has_made_it() -> None:
    x = autograd.Value(0.5, "x")
    text = pickle.dumps(x * 2, protocol=4)
    assert b"autograd.engine" in text
    assert b"native" not in text
    assert b"pure" not in text
    assert pickle.loads(text).parents[0].label == "x"


def test_a_row_that_the_table_does_not_have_is_its_own() -> None:
    twin = dataclasses.replace(autograd.tanh, forward=lambda m, x: 3.0 * x, partials=(lambda m, z, x: 3.0,))  # noqa: ARG005
    for engine in (pure, native):
        x = engine.Value(1.0)
        y = twin(x)
        y.backward()
        assert (y.data, y.op, x.grad) == (3.0, twin, 3.0)
        assert engine.Value(1.0).tanh().op is autograd.tanh
        assert engine.Value(1.0).tanh().data == math.tanh(1.0)


@pytest.mark.usefixtures("own_operations")
def test_a_row_that_is_declared_anew_takes_the_operator_of_the_old_one_away() -> None:
    @op(symbol="@")
    def matmul(_m: Any, x: Any, y: Any) -> Any:
        return x * y

    def behave(engine: Any, seen: Transcript) -> None:
        x = engine.Value(3.0)
        seen.attempt("@", lambda: (x @ x).data)
        seen.attempt("2 @", lambda: (2.0 @ x).data)

    assert differences(behave) == []
    assert (autograd.Value(3.0) @ autograd.Value(2.0)).data == 6.0  # type: ignore[operator]
    op(_plain("matmul"))
    with pytest.raises(TypeError, match="unsupported operand"):
        autograd.Value(3.0) @ autograd.Value(2.0)  # type: ignore[operator]
    assert differences(behave) == []


def _plain(name: str) -> Callable[..., Any]:
    def formula(_m: Any, x: Any, y: Any) -> Any:
        return x + y

    formula.__name__ = name
    return formula


def test_the_aids_for_tests_refuse_what_is_not_a_value() -> None:
    for aid in (native.check_invariants, native.written_order):
        for thing in (None, 3.0):
            with pytest.raises((TypeError, AssertionError)):
                aid(thing)


@pytest.mark.usefixtures("own_operations")
@pytest.mark.parametrize("slope", [None, "a", 1j, [1.0]])
def test_a_partial_that_is_not_a_number_is_an_error(slope: Any) -> None:
    @op(partials=[lambda m, z, x: slope])  # noqa: ARG005
    def one(_m: Any, x: Any) -> Any:
        return x * 1.0

    @op(partials=[lambda m, z, x, y: 1.0, lambda m, z, x, y: slope])  # noqa: ARG005
    def two(_m: Any, x: Any, y: Any) -> Any:
        return x + y

    for engine in (pure, native):
        x = engine.Value(2.0)
        for y in (one(x), two(x, x)):
            with pytest.raises(TypeError, match="a derivative must be one real number, but got"):
                y.backward()
            assert x.grad == 0.0
