"""Which parameters a module has: always those of today, however it was changed since the last listing."""

import copy
import gc
import pickle
import re
import threading
import weakref
from collections import UserDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nn
from autograd import Value, constant, no_grad


def contents(items: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for key, item in items.items():
        if isinstance(item, Value | nn.Module):
            yield str(key), item
        elif isinstance(item, Mapping | list | tuple):
            for name, inner in contents(item if isinstance(item, Mapping) else dict(enumerate(item))):
                yield f"{key}.{name}", inner


def listed(module: nn.Module) -> dict[str, Value]:
    """The parameters by name, one by one and with nothing remembered: the oracle."""
    if isinstance(module, Frozen):
        return module.named_parameters()
    slots: list[str] = []
    for kind in type(module).__mro__:
        slots += [name for name in kind.__dict__.get("__slots__", ()) if hasattr(module, name)]
    held = {name: getattr(module, name) for name in slots} | vars(module)
    if isinstance(module, nn.Neuron):
        held = {name: item for name, item in held.items() if name not in ("z", "a")}
    found: dict[Value, str] = {}
    for name, item in contents(held):
        if isinstance(item, nn.Module):
            for inner_name, value in listed(item).items():
                found.setdefault(value, f"{name}.{inner_name}")
        elif item.op is None:
            found.setdefault(item, name)
    names = [(name, value) for value, name in found.items()]
    if isinstance(module, nn.Layer):
        names.sort(key=lambda pair: pair[0].endswith(".b"))
    return dict(names)


def agree(module: nn.Module) -> bool:
    """Whether a module lists what the oracle does, in the same order."""
    expected = listed(module)
    named = module.named_parameters()
    assert list(named) == list(expected)
    assert all(named[name] is expected[name] for name in expected)
    parameters = module.parameters()
    assert len(parameters) == len(expected)
    assert all(one is other for one, other in zip(parameters, expected.values(), strict=True))
    weights = [value for name, value in expected.items() if not {"b", "bias"} & set(name.split("."))]
    assert len(module.weights()) == len(weights)
    assert all(one is other for one, other in zip(module.weights(), weights, strict=True))
    assert module.state_dict() == {name: value.data for name, value in expected.items()}
    return True


class Frozen(nn.Module):
    """A part that lists what it likes."""

    def __init__(self) -> None:
        self.scale, self.shift, self.is_frozen = Value(2.0), Value(1.0), False

    def named_parameters(self) -> dict[str, Value]:
        named = {"inner.b": self.shift, **super().named_parameters()}
        return {"shift": self.shift} if self.is_frozen else named


class Slotted(nn.Neuron):
    __slots__ = ("gain", "unset")

    def __init__(self, n_inputs: int) -> None:
        super().__init__(n_inputs, "tanh")
        self.gain = Value(1.0)


class Trainable(nn.Module):
    """An activation with a parameter."""

    def __init__(self) -> None:
        self.slope = Value(0.1)

    def __call__(self, z: Value) -> Value:
        return z * self.slope


@dataclass
class Line(nn.Module):
    """It has `==`, and so no hash."""

    slope: Value
    b: Value
    more: Any = None


def model() -> nn.MLP:
    return nn.MLP(3, [4, 3, 2], "tanh", seed=1)


def neuron(model: nn.MLP, random: Random) -> Any:
    neurons = [n for layer in model.layers for n in getattr(layer, "neurons", ()) if isinstance(n, nn.Neuron)]
    return random.choice(neurons) if neurons else nn.Neuron(2)


def change_list(weights: Any, random: Random) -> None:
    if not isinstance(weights, list):
        return
    v = Value(random.random())
    choice = random.randrange(9)
    if choice == 0:
        weights.append(v)
    elif choice == 1 and weights:
        weights[random.randrange(len(weights))] = v
    elif choice == 2 and len(weights) > 1:
        weights.pop()
    elif choice == 3:
        weights.reverse()
    elif choice == 4:
        weights.insert(0, None)
    elif choice == 5:
        weights.insert(random.randrange(len(weights) + 1), random.choice([v * 2, constant(1.0)]))
    elif choice == 6:
        weights.insert(random.randrange(len(weights) + 1), random.choice([[v], (v, v), {"k": v}, Trainable(), "x", 1]))
    elif choice == 7:
        weights[:] = list(weights)
    elif choice == 8:
        weights.clear()


def assign_weights(model: nn.MLP, random: Random) -> None:
    one, other = neuron(model, random), neuron(model, random)
    same = [list(one.w), tuple(one.w)] if isinstance(one.w, list | tuple) else []
    one.w = random.choice([*same, other.w, [Value(1.0)], [], Value(3.0), one.w])


def assign_bias(model: nn.MLP, random: Random) -> None:
    one, other = neuron(model, random), neuron(model, random)
    one.b = random.choice([Value(1.0), None, constant(1.0), Value(1.0) * 2, other.b, [Value(1.0)], one.b])


def assign_activation(model: nn.MLP, random: Random) -> None:
    neuron(model, random).activation = random.choice([Trainable(), abs, lambda z: z, Frozen()])


def change_activation(model: nn.MLP, random: Random) -> None:
    activation = neuron(model, random).activation
    if isinstance(activation, Trainable):
        activation.slope = Value(0.2)
    if isinstance(activation, Frozen):
        activation.is_frozen = not activation.is_frozen


def add_attribute(model: nn.MLP, random: Random) -> None:
    part: Any = random.choice([model, random.choice(model.layers), neuron(model, random)])
    v = Value(0.0)
    part.extra = random.choice([v, [v], {"b": v, 2: [v, v]}, UserDict({"m": v}), {"p": Frozen()}, (v,), "text"])


def change_attribute(model: nn.MLP, random: Random) -> None:
    part: Any = random.choice([model, random.choice(model.layers), neuron(model, random)])
    extra = getattr(part, "extra", None)
    if isinstance(extra, dict):
        extra[random.choice([1, "b", "bias", "c"])] = random.choice([Value(1.0), None, [Value(2.0)], Trainable()])
    change_list(extra, random)


def drop_attribute(model: nn.MLP, random: Random) -> None:
    for part in (model, *model.layers, neuron(model, random)):
        vars(part).pop("extra", None)


def change_layers(model: nn.MLP, random: Random) -> None:
    choice = random.randrange(5)
    if choice == 0:
        model.layers.append(nn.Layer(2, 2, number=9))
    elif choice == 1 and len(model.layers) > 1:
        model.layers.pop(random.randrange(len(model.layers)))
    elif choice == 2:
        model.layers.reverse()
    elif choice == 3:
        stack: Any = nn.Module()
        stack.neurons = getattr(model.layers[0], "neurons", [])
        model.layers[0] = stack
    elif choice == 4:
        model.layers = list(model.layers)


def change_neurons(model: nn.MLP, random: Random) -> None:
    neurons = getattr(random.choice(model.layers), "neurons", [])
    neurons.insert(0, random.choice([nn.Neuron(2), Slotted(2), Frozen(), Line(Value(1.0), Value(2.0)), Value(5.0)]))


def change_slot(model: nn.MLP, random: Random) -> None:
    for layer in model.layers:
        for part in getattr(layer, "neurons", []):
            if isinstance(part, Slotted):
                part.gain = random.choice([Value(1.0), Value(1.0) * 2, part.gain])


def call(model: nn.MLP, random: Random) -> None:
    some = neuron(model, random)
    if isinstance(some.w, list) and all(isinstance(w, Value) for w in some.w) and isinstance(some.b, Value):
        with no_grad() if random.random() < 0.3 else memoryview(b""):
            some.z = some.a = sum((w * 0.5 for w in some.w), some.b)


CHANGES: list[Callable[[nn.MLP, Random], object]] = [
    lambda model, random: change_list(neuron(model, random).w, random),
    assign_weights,
    assign_bias,
    assign_activation,
    change_activation,
    add_attribute,
    change_attribute,
    drop_attribute,
    change_layers,
    change_neurons,
    change_slot,
    call,
]


@pytest.mark.parametrize("seed", range(40))
def test_parameters_are_those_of_today_after_any_change(seed: int) -> None:
    random, changed = Random(seed), model()
    for _ in range(30):
        random.choice(CHANGES)(changed, random)
        assert agree(changed)
        if random.random() < 0.2:
            assert all(agree(part) for part in changed.layers)
        if random.random() < 0.1:
            assert agree(copy.deepcopy(changed))


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_noticed_by_itself(change: Callable[[nn.MLP, Random], object]) -> None:
    for seed in range(60):
        changed = model()
        assert agree(changed)
        change(changed, Random(seed))
        assert agree(changed)


def test_nothing_is_listed_again_while_a_model_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    listings: list[nn.Module] = []
    usual = nn.MLP._list_parameters

    def counted(self: nn.MLP) -> dict[str, Value]:
        listings.append(self)
        return usual(self)

    monkeypatch.setattr(nn.MLP, "_list_parameters", counted)
    trained = model()
    for _ in range(5):
        trained.zero_grad()
        nn.losses.squared_error(trained([1.0, 2.0, 3.0]), [0.0, 1.0]).backward()
        nn.optimizers.step(nn.optimizers.sgd(0.1), {"t": 0}, trained.parameters())
        assert len(trained.weights()) == 3 * 4 + 4 * 3 + 3 * 2
    assert len(listings) == 1


def test_names_are_those_of_today() -> None:
    class Renamed(nn.Module):
        def __init__(self) -> None:
            self.name, self.value = "old", Value(1.0)

        def named_parameters(self) -> dict[str, Value]:
            return {self.name: self.value}

    outer: Any = nn.Module()
    outer.part, outer.table = Renamed(), {1: Value(2.0)}
    assert list(outer.named_parameters()) == ["part.old", "table.1"]
    outer.part.name = "new"
    assert list(outer.named_parameters()) == ["part.new", "table.1"]
    outer.table = {True: outer.table[1]}
    assert list(outer.named_parameters()) == ["part.new", "table.True"]


def test_parameters_are_listed_weights_first_layer_by_layer() -> None:
    model = nn.MLP(2, [3, 1], seed=1)
    labels = [p.label for p in model.parameters()]
    assert labels[:9] == ["w1_00", "w1_01", "w1_10", "w1_11", "w1_20", "w1_21", "b1_0", "b1_1", "b1_2"]
    assert labels[9:] == ["w2_00", "w2_01", "w2_02", "b2_0"]
    assert list(model.named_parameters())[:2] == ["layers.0.neurons.0.w.0", "layers.0.neurons.0.w.1"]
    assert [w.label for w in model.weights()] == [label for label in labels if label.startswith("w")]


def test_computed_nodes_are_not_parameters() -> None:
    model = nn.MLP(2, [2, 1], seed=1)
    model([1.0, 2.0])
    with no_grad():
        model([1.0, 2.0])
    assert len(model.parameters()) == 9


def test_shared_parameters_count_once_and_collect_from_both_places() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            self.first = nn.Neuron(1, "linear")
            self.second = nn.Neuron(1, "linear")
            self.second.w = self.first.w
            self.extra = {"scale": Value(2.0), "more": (Value(1.0),)}

    tied = Tied()
    assert list(tied.named_parameters()) == ["first.w.0", "first.b", "second.b", "extra.scale", "extra.more.0"]
    tied.second([tied.first([1.0])]).backward()
    assert tied.first.w[0].grad == pytest.approx(2 * tied.first.w[0].data)
    tied.zero_grad()
    assert not any(p.has_grad for p in tied.parameters())


def test_zero_grad_leaves_computed_nodes_alone() -> None:
    model = nn.MLP(2, [2, 1], "tanh", seed=1)
    model([1.0, 2.0]).backward()  # type: ignore[union-attr]
    z = model.layers[0].neurons[0].z
    assert z is not None
    adjoint = z.grad
    model.zero_grad()
    assert z.grad == adjoint != 0
    assert not any(p.has_grad for p in model.parameters())


def test_what_a_call_leaves_in_a_neuron_is_not_a_parameter() -> None:
    fixed = Value(0.5)
    neuron = nn.Neuron(1, lambda _: fixed)
    neuron([1.0])
    assert neuron.a is fixed
    assert list(neuron.named_parameters()) == ["w.0", "b"]


def test_one_name_for_two_parameters_is_an_error() -> None:
    module: Any = nn.Module()
    module.extra = {1: Value(1.0), "1": Value(2.0)}
    for method in (module.parameters, module.named_parameters, module.weights, module.zero_grad):
        with pytest.raises(ValueError, match=r"two parameters of Module have the same name; names are \['extra\.1'\]"):
            method()


def test_lists_belong_to_the_caller() -> None:
    changed = model()
    changed.parameters().clear()
    changed.weights().clear()
    changed.named_parameters().clear()
    assert agree(changed)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_have_their_own_parameters(copied: Callable[[nn.MLP], nn.MLP]) -> None:
    original = model()
    original.zero_grad()
    twin = copied(original)
    assert agree(twin)
    assert agree(original)
    assert not set(twin.parameters()) & set(original.parameters())
    twin.layers.pop()
    assert agree(twin)
    assert agree(original)
    assert pickle.dumps(original) == pickle.dumps(original)
    shallow = copy.copy(original)
    assert shallow.parameters() == original.parameters()
    shallow.layers = original.layers[:1]
    assert agree(shallow)
    assert agree(original)


def test_a_module_without_a_hash_is_listed_like_any_other() -> None:
    line = Line(Value(1.0), Value(2.0))
    assert line.parameters() == [line.slope, line.b]
    assert line.weights() == [line.slope]
    line.slope = Value(3.0)
    line.more = [Line(line.slope, Value(5.0))]
    assert list(line.named_parameters()) == ["slope", "b", "more.0.b"]
    assert "more" not in vars(nn.Module())


def test_a_listing_keeps_nothing_alive() -> None:
    changed = model()
    changed.parameters()
    layer, whole = weakref.ref(changed.layers[0]), weakref.ref(changed)
    changed.summary()
    changed.layers[0] = nn.Layer(3, 4)
    assert layer() is None
    changed([1.0, 2.0, 3.0])
    before = len(nn.module._listings)
    assert id(changed) in nn.module._listings
    changed.parameters()
    del changed
    assert whole() is None
    assert len(nn.module._listings) == before - 1 - 2  # and two of its layers, which `summary()` had listed
    ring: Any = model()
    ring.parameters()
    ring.itself = type("Holder", (), {"model": ring})
    gone = weakref.ref(ring)
    del ring
    gc.collect()
    assert gone() is None


def test_a_listing_keeps_no_graph() -> None:
    class Normed(nn.Module):
        def __init__(self) -> None:
            self.raw = Value(2.0)

        def named_parameters(self) -> dict[str, Value]:
            return {"raw": self.raw, "square": self.raw * self.raw}

    keeper = Line(Value(1.0), Value(2.0))
    keeper.more = [keeper.slope * 2, keeper.slope * 3]
    keeper.b = keeper.slope * 4
    assert keeper.parameters() == [keeper.slope]
    assert [item for _, _, item in nn.module._listings[id(keeper)].places] == [keeper.slope]

    outer: Any = nn.Module()
    outer.part = Normed()
    assert list(outer.named_parameters()) == ["part.raw", "part.square"]
    assert outer.parameters()[1].data == 4.0
    assert id(outer) not in nn.module._listings


def test_threads_list_parameters_of_their_own_models() -> None:
    faults: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            random, changed = Random(seed), model()
            for _ in range(60):
                random.choice(CHANGES)(changed, random)
                agree(changed)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def test_threads_list_the_parameters_of_one_model() -> None:
    shared = model()
    expected = shared.parameters()
    results: list[list[Value]] = []

    def work() -> None:
        for _ in range(200):
            shared.zero_grad()
            results.append(shared.parameters())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result == expected for result in results)


def test_a_summary_is_a_report() -> None:
    summary = nn.MLP(64, [30, 10], activation="sigmoid").summary()
    assert summary.parts == (
        ("layers.0", "Layer(64 -> 30 sigmoid)", 1950),
        ("layers.1", "Layer(30 -> 10 linear)", 310),
    )
    assert str(summary).splitlines()[-1] == "total                                   2,260"
    assert "<td" in summary._repr_html_()
    tied: Any = nn.Module()
    tied.one = nn.Neuron(2, "tanh")
    tied.more = {"other": tied.one, "list": [tied.one]}
    assert [name for name, _, _ in tied.summary().parts] == ["one", "more.other", "more.list.0"]
    assert tied.summary().total == 3


class Ring(nn.Module):
    """A module that contains itself, directly or not."""

    def __init__(self, how: str) -> None:
        self.w, self.rest = Value(1.0), [Value(2.0)]
        parts: dict[str, Callable[[], Any]] = {
            "part": lambda: self,
            "part.back": lambda: Holder(self),
            "part.0.back": lambda: [Holder(self)],
            "part.here.0": lambda: {"here": (self,)},
            "part.1": lambda: None,
            "part.layers.0.neurons.1.back": lambda: nn.MLP(1, [2]),
        }
        self.part = parts[how]()
        if how == "part.1":
            self.part = [1]
            self.part.append(self.part)
        if how == "part.layers.0.neurons.1.back":
            self.part.layers[0].neurons[1] = Holder(self.part.layers)

    def __call__(self, _: Any) -> Value:
        return self.w * 1.0


class Holder(nn.Module):
    def __init__(self, back: Any) -> None:
        self.back = back


RINGS = {
    "part": "Ring", "part.back": "Ring", "part.0.back": "Ring", "part.here.0": "Ring", "part.1": "list",
    "part.layers.0.neurons.1.back": "list",
}  # fmt: skip
USES: dict[str, Callable[[Any, Path], object]] = {
    "parameters": lambda model, _: model.parameters(),
    "named_parameters": lambda model, _: model.named_parameters(),
    "weights": lambda model, _: model.weights(),
    "state_dict": lambda model, _: model.state_dict(),
    "load_state_dict": lambda model, _: model.load_state_dict({}),
    "zero_grad": lambda model, _: model.zero_grad(),
    "summary": lambda model, _: model.summary(),
    "fit": lambda model, _: nn.fit(model, [[1.0]], [1.0], progress=False),
    "fit with a checkpoint": lambda model, path: nn.fit(model, [[1.0]], [1.0], checkpoint=path, progress=False),
    "save": lambda model, path: nn.save(model, path),
    "load": lambda model, path: nn.load(nn.save(nn.MLP(1, [1]), path), model),
    "unroll": lambda model, _: nn.unroll(model),
    "roll": lambda model, _: nn.roll(model, []),
    "minimize": lambda model, _: nn.minimize(model, lambda: model(1.0)),
    "l1": lambda model, _: nn.losses.l1(model, 0.1),
    "l2": lambda model, _: nn.losses.l2(model, 0.1),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("where", RINGS)
def test_a_module_that_contains_itself_is_told_where(where: str, use: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"the part {re.escape(where)} is the {RINGS[where]} that it is in"):
        USES[use](Ring(where), tmp_path / "file.json")


def test_a_module_that_has_listed_its_parameters_may_come_to_contain_itself() -> None:
    model = Holder([Value(1.0)])
    assert len(model.parameters()) == 1
    model.back = model
    with pytest.raises(ValueError, match="in Holder the part back is the Holder that it is in"):
        model.parameters()
    model.back = Value(2.0)
    assert len(model.parameters()) == 1
