"""Copies and pickles keep a graph as it is, however deep, with what several outputs share."""

import copy
import functools
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, topological_order
from autograd.engine import copying, restored


def _pickled(protocol: int, thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing, protocol))


def _dumped(thing: Any) -> bytes:
    file = io.BytesIO()
    pickle._Pickler(file).dump(thing)
    return file.getvalue()


WAYS: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    **{f"protocol {n}": functools.partial(_pickled, n) for n in range(6)},
    "Python's pickler": lambda thing: pickle.loads(_dumped(thing)),
}


def chain(length: int) -> list[Value]:
    """A variable, the end of a long chain that uses it again and again, the middle, and another output."""
    x = y = middle = Value(0.5, "x")
    for i in range(length):
        y = (y * x).tanh()
        middle = y if i == length // 2 else middle
    y.named("y").backward()
    return [x, y, middle, middle * 3.0]


def flat(thing: Any) -> list[Value]:
    if isinstance(thing, Value):
        return [thing]
    return [node for part in (thing.values() if isinstance(thing, dict) else thing) for node in flat(part)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("length", [1, 5, 3000])
@pytest.mark.parametrize(
    "pack",
    [
        lambda x, y, middle, z: [x, y, middle, z],
        lambda x, y, middle, z: [z, middle, y, x],
        lambda x, y, middle, z: {"a": [y], "b": z, "c": (middle, x)},
        lambda x, y, middle, z: y,  # noqa: ARG005
    ],
)
def test_the_graph_is_the_same(way: str, length: int, pack: Callable[..., Any]) -> None:
    before = pack(*chain(length))
    after = WAYS[way](before)
    orders = [topological_order(*flat(thing)) for thing in (before, after)]
    places: list[dict[Value, int]] = [{node: i for i, node in enumerate(order)} for order in orders]
    assert not places[0].keys() & places[1].keys()
    seen = [
        [
            (node.data, node.label, node.grad, node.has_grad, node.op, [places[k][parent] for parent in node.parents])
            for node in order
        ]
        for k, order in enumerate(orders)
    ]
    assert seen[0] == seen[1]
    assert [places[0][node] for node in flat(before)] == [places[1][node] for node in flat(after)]
    assert not copying._listed.nodes


def test_a_pickle_that_fails_leaves_nothing_behind() -> None:
    *_, y = chain(30)
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps([y, lambda: None])
    assert not copying._listed.nodes
    assert pickle.loads(pickle.dumps(y)).data == y.data


def test_a_copy_shares_its_parents() -> None:
    *_, y = chain(5)
    assert copy.copy(y).parents == y.parents


def test_pickles_of_before_are_read() -> None:
    x = Value(2.0, "x")
    old = functools.partial(restored, 4.0, "", None, (x * x).op, x, x)
    assert old().parents == (x, x)
