"""A structure is lifted once; whatever changes the program is another structure."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, exp, op, sin, tanh
from autograd.compiler import Program, caching
from autograd.compiler.data import with_data
from autograd.compiler.lifting import lifted
from autograd.compiler.recording import Recording, recorded
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.test_writing import generated


@pytest.fixture(autouse=True)
def lifts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Recording]]:
    """What is lifted, from an empty cache on."""
    found = list[Recording]()

    def counted(recording: Recording, **options: Any) -> Any:
        found.append(recording)
        return lifted(recording, **options)

    caching.forget()
    monkeypatch.setattr(caching, "lifted", counted)
    yield found
    caching.forget()


def line(labels: str = "wb", power: float = 2.0, x: Any = 1.0, y: Any = 2.0, start: float = 0.5) -> Program:
    w, b = (Value(start, label) for label in labels)
    return autograd.compile(lambda x, y: (w * x + b - y) ** power, [w, b], (x, y))


def test_a_second_compile_does_not_lift(lifts: list[Recording]) -> None:
    first, second = line(), line(x=3.0, y=-1.0, start=0.7)
    assert len(lifts) == 1
    assert (first.source, first.sizes, first.report) == (second.source, second.sizes, second.report)
    for program in (first, second):
        value, gradient = program([0.5, 0.1], [[1.0], [3.0]], [[2.0], [1.0]])
        assert value == pytest.approx(1.16)
        assert gradient == pytest.approx([0.4, -0.8])


def test_a_model_that_is_made_again_is_not_lifted(lifts: list[Recording]) -> None:
    for seed in (1, 2):
        model = nn.MLP(3, [4, 2], "tanh", seed=seed)
        autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model, ([0.1, 0.2, 0.3], [1.0, 0.0]))  # noqa: B023
    assert len(lifts) == 1


def test_products_with_a_hessian_are_kept_apart(lifts: list[Recording]) -> None:
    for _ in range(2):
        program = line()
        assert program.hessian_vector_product.source != program.source
    assert len(lifts) == 2


def test_recording_and_checks_run_each_time() -> None:
    calls = []

    def cost(x: Any, y: Any) -> Any:
        calls.append(x)
        return (w * x - y) ** 2

    w = Value(0.5, "w")
    autograd.compile(cost, [w], (1.0, 2.0))
    first = len(calls)
    autograd.compile(cost, [w], (1.0, 2.0))
    assert len(calls) == 2 * first > 2


def test_numbers_that_are_data_are_those_of_the_recording(lifts: list[Recording]) -> None:
    w = [Value(0.1, f"w_{k}") for k in range(10)]
    programs = [
        autograd.compile(lambda: total([(v - k * scale) ** 2 for k, v in enumerate(w, start=1)]), w)  # noqa: B023
        for scale in (1.0, 3.0)
    ]
    assert len(lifts) == 1
    assert programs[0].data * 3.0 == pytest.approx(programs[1].data)
    for program, scale in zip(programs, (1.0, 3.0), strict=True):
        assert program([0.0] * 10)[0] == pytest.approx(scale**2 * sum(k * k for k in range(1, 11)))


def test_programs_do_not_share_their_lists_of_places(lifts: list[Recording]) -> None:
    def made() -> Program:
        w = [Value(0.1 * k) for k in range(5)]
        return autograd.compile(lambda: total([w[k] * w[place] for k, place in enumerate([3, 0, 2, 4, 1])]), w)

    first = made()
    (name,) = first.indices.keys() & {"index1"}
    expected = first.indices[name].copy()
    first.indices[name][:] = 0
    np.testing.assert_array_equal(made().indices[name], expected)
    assert len(lifts) == 1


w, b, c = Value(0.5, "w"), Value(0.5, "b"), Value(0.5, "c")
v = Value(0.5, "v")


def squared(x: Any, y: Any) -> Any:
    return (w * x + b - y) ** 2


DIFFERENCES: dict[str, Callable[[], Recording]] = {
    "nothing": lambda: recorded(squared, [w, b], (1.0, 2.0)),
    "a constant": lambda: recorded(lambda x, y: (w * x + b - y) ** 3, [w, b], (1.0, 2.0)),
    "a factor": lambda: recorded(lambda x, y: 1.5 * squared(x, y), [w, b], (1.0, 2.0)),
    "a factor by a bit": lambda: recorded(lambda x, y: (1.5 + 2**-52) * squared(x, y), [w, b], (1.0, 2.0)),
    "a label of a parameter": lambda: recorded(lambda x, y: (v * x + b - y) ** 2, [v, b], (1.0, 2.0)),
    "a label of a node": lambda: recorded(lambda x, y: labeled((w * x + b - y) ** 2), [w, b], (1.0, 2.0)),
    "the order of parameters": lambda: recorded(squared, [b, w], (1.0, 2.0)),
    "a parameter more": lambda: recorded(squared, [w, b, c], (1.0, 2.0)),
    "a label of a parameter that is not used": lambda: recorded(squared, [w, b, v], (1.0, 2.0)),
    "the role of a leaf": lambda: recorded(squared, [w], (1.0, 2.0)),
    "an input as the target": lambda: recorded(lambda x, y: squared(y, x), [w, b], (1.0, 2.0)),
    "another input": lambda: recorded(lambda x, y: squared(x[0], y), [w, b], ([1.0, 2.0], 2.0)),
    "the other input": lambda: recorded(lambda x, y: squared(x[1], y), [w, b], ([1.0, 2.0], 2.0)),
    "a wider input": lambda: recorded(lambda x, y: squared(x[0], y), [w, b], ([1.0, 2.0, 3.0], 2.0)),
    "a wider target": lambda: recorded(lambda x, y: squared(x, y[0]), [w, b], (1.0, [2.0, 3.0])),
    "no target": lambda: recorded(lambda x: squared(x, 2.0), [w, b], (1.0,)),
    "no example": lambda: recorded(lambda: squared(1.0, 2.0), [w, b]),
    "an operation": lambda: recorded(lambda x, y: (w * x + b + y) ** 2, [w, b], (1.0, 2.0)),
    "a row": lambda: recorded(lambda x, y: tanh(squared(x, y)), [w, b], (1.0, 2.0)),
    "another row": lambda: recorded(lambda x, y: sin(squared(x, y)), [w, b], (1.0, 2.0)),
    "a node twice": lambda: recorded(lambda x, y: (w * x + w * x + b - y) ** 2, [w, b], (1.0, 2.0)),
    "the order of arguments": lambda: recorded(lambda x, y: (w * x + b - y) ** 2 - exp(w), [w, b], (1.0, 2.0)),
    "the arguments turned": lambda: recorded(lambda x, y: exp(w) - (w * x + b - y) ** 2, [w, b], (1.0, 2.0)),
    "data": lambda: with_data(recorded(lambda: places([1, 2, 3, 4, 5, 6, 7, 8]), [w, b])),
    "the places of data": lambda: with_data(recorded(lambda: places([1, 2, 3, 4, 5, 6, 7, 1]), [w, b])),
    "rows at other nodes": lambda: recorded(lambda: tanh(sin(tanh(w))), [w]),
    "the same rows at others": lambda: recorded(lambda: sin(sin(tanh(w))), [w]),
    "a product of two": lambda: recorded(lambda: chained(lambda t, s: t * s), [w]),
    "a product of others": lambda: recorded(lambda: chained(lambda _t, s: s * s), [w]),
    "the largest of others": lambda: recorded(cross_entropy, [w, b], (1.0, [0.0, 1.0])),
    "the same as any other node": lambda: replace(recorded(cross_entropy, [w, b], (1.0, [0.0, 1.0])), largest={}),
    "an output": lambda: replace(recorded(squared, [w, b], (1.0, 2.0)), outputs=(3,)),
    "another output": lambda: replace(recorded(squared, [w, b], (1.0, 2.0)), outputs=(4,)),
}


def labeled(value: Value) -> Value:
    value.label = "z1_0"
    return value


def chained(last: Callable[[Any, Any], Any]) -> Any:
    t = tanh(w)
    return last(t, sin(t))


def cross_entropy(x: Any, y: Any) -> Value:
    return nn.losses.cross_entropy([w * x, b], y)


def places(numbers: list[int]) -> Any:
    """A cost with these numbers as data."""
    return total([(w * k - b * b) ** 2 for k in numbers])


def test_each_difference_is_another_structure() -> None:
    found = {name: caching.structure(made()) for name, made in DIFFERENCES.items()}
    assert None not in found.values()
    same = {name: [other for other in found if found[other] == key and other != name] for name, key in found.items()}
    assert not {name: others for name, others in same.items() if others}
    for name, made in DIFFERENCES.items():
        assert caching.structure(made()) == found[name], name


def test_all_that_a_recording_has_is_in_the_digest_or_is_numbers() -> None:
    known = {"order", "parents", "leaves", "sizes", "data", "largest", "outputs"}
    assert {each.name for each in fields(Recording)} == known


def test_generated_costs_are_what_they_are_without_the_cache(lifts: list[Recording]) -> None:
    found = [generated(seed).source for _ in range(2) for seed in range(30)]
    assert len(lifts) == 30
    for seed in range(30):
        caching.forget()
        assert [generated(seed).source] * 2 == found[seed::30]


@pytest.mark.usefixtures("own_operations")
def test_a_row_of_a_user_is_lifted_each_time(lifts: list[Recording]) -> None:
    width = 1.0

    @op
    def bell(m: Any, x: Any) -> Any:
        return m.exp(-x * x / width)

    u = Value(0.5, "u")
    for width in (1.0, 2.0):  # noqa: B007 - the row reads it
        program = autograd.compile(lambda: bell(u), [u])
        assert program([0.5])[0] == pytest.approx(bell(0.5), rel=1e-12)
    assert len(lifts) == 2


def test_few_texts_are_kept_and_those_asked_for_last(lifts: list[Recording], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "MOST", 2)
    for power in (2.0, 3.0, 2.0, 4.0, 2.0):  # 3 is the one that is forgotten
        line(power=power)
    assert len(lifts) == 3
    line(power=3.0)
    assert len(lifts) == 4


def test_texts_that_are_large_together_are_not_kept(lifts: list[Recording], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "MOST_BYTES", 100)
    line()
    line()
    assert len(lifts) == 2
