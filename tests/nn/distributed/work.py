"""What the processes of the tests do; `tests.nn.distributed.test_fit` starts them."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Value
from nn.distributed import Rows, fit
from nn.optimizers import Optimizer, adamw, clip_by_norm, momentum, sgd
from nn.schedules import exponential_decay
from nn.training import Epoch
from tests.nn.runs import INSIDE, POINTS, network

CLASSES = [int(x > 0) + int(y > 0) for x, y in POINTS]
WEIGHTS = [float(i % 4) for i in range(len(POINTS))]  # a quarter are 0


def penalty(model: Any) -> Value:
    return nn.losses.l2(model, 0.01)


def signs(_: Any) -> dict[str, Any]:
    return {"n": 0}


def by_sign(gradients: Any, state: dict[str, Any], _: Any) -> tuple[list[float], dict[str, Any]]:
    return [-0.01 * (g > 0) + 0.01 * (g < 0) for g in gradients], {"n": state["n"] + 1}


def cases() -> dict[str, tuple[nn.MLP, Any, Any, dict[str, Any]]]:
    """Models, inputs, targets and settings: each is trained here and by `nn.fit`."""
    classes = nn.MLP(2, [5, 3], "tanh", "linear", seed=2)
    curve = nn.MLP(1, [4, 1], "tanh", seed=3)
    xs = [point[0] for point in POINTS]
    one_of = {"optimizer": clip_by_norm(momentum(exponential_decay(0.1, every=10)), 0.5), "batch_size": 16}
    return {
        "batches of several sizes": (network(), POINTS, INSIDE, {"optimizer": adamw(0.02), "batch_size": 7}),
        "one example at a time": (network(), POINTS, INSIDE, {"optimizer": "sgd", "batch_size": 1, "epochs": 1}),
        "one batch": (network(), POINTS, INSIDE, {"optimizer": "rmsprop", "batch_size": 1000}),
        "classes": (classes, POINTS, CLASSES, {"loss": "cross_entropy", "shuffle": False, **one_of}),
        "numbers": (curve, [[x] for x in xs], [x * x for x in xs], {"learning_rate": 0.2, "loss": "huber"}),
        "weights and a penalty": (network(), POINTS, INSIDE, {"sample_weight": WEIGHTS, "penalty": penalty}),
        "validation": (
            network(),
            POINTS[:47],
            INSIDE[:47],
            {"validation": (POINTS[47:], INSIDE[47:]), "patience": 1, "optimizer": sgd(30.0), "epochs": 9},
        ),
        "an optimizer of lists": (network(), POINTS, INSIDE, {"optimizer": Optimizer("by sign", signs, by_sign)}),
    }


SETTINGS: dict[str, Any] = {"epochs": 2, "batch_size": 9, "progress": False}


def tell(folder: str, rank: int, thing: Any) -> None:
    (Path(folder) / f"{rank}.json").write_text(json.dumps(thing))


def every_case(folder: str, rank: int) -> None:
    """Parameters and history of all cases."""
    found = {}
    for name, (model, inputs, targets, settings) in cases().items():
        history = fit(model, inputs, targets, **(SETTINGS | settings))
        rows = [
            [epoch.loss, epoch.accuracy, epoch.validation_loss, epoch.validation_accuracy] for epoch in history.epochs
        ]
        found[name] = nn.unroll(model), rows, history.stopped
    tell(folder, rank, found)


def rows_read(folder: str, rank: int) -> None:
    """Which rows this process read, and where training ended."""
    read: list[tuple[int, int]] = []
    x, y = (np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in "xy")

    def reading(start: int, stop: int) -> Any:
        read.append((start, stop))
        return x[start:stop]

    model = network()
    fit(model, Rows(len(x), reading), y, **SETTINGS)
    tell(folder, rank, [read, nn.unroll(model)])


def all_reduces(folder: str, rank: int) -> None:
    """How many collectives an update needs, and validating."""
    import jax

    from autograd import compile  # noqa: A004 - what it is called
    from nn.distributed.sums import Sums
    from nn.losses import LOSSES

    model, row = nn.MLP(3, [8, 5, 2], "tanh", "sigmoid", seed=1), LOSSES["binary_cross_entropy"]

    def cost(x: Any, y: Any) -> Any:
        outputs = model(x[0])
        return x[1] * row.function(outputs, y), outputs

    program = compile(cost, model, ([[0.1, 0.2, 0.3], 1.0], [0.0, 1.0]))
    sums = Sums(program, row, nn.metrics.ReadClasses(None))
    n = 6 * jax.local_device_count()
    text = sums.compiled(np.array(nn.unroll(model)), np.ones((n, 3)), np.ones((n, 2)), np.ones(n))
    names = ("all-reduce", "all-gather", "all-to-all", "reduce-scatter", "collective-permute")
    tell(folder, rank, {name: text.count(f" {name}(") + text.count(f" {name}-start(") for name in names})


def until_killed(folder: str, rank: int) -> None:
    """Train with a checkpoint; if there is a file with the rank, the signal in it comes in the midst of epoch 3."""
    victim, updates = Path(folder) / f"{rank}.victim", [0]

    def init(parameters: Any) -> Any:
        return adam.init(parameters)

    def update(gradients: Any, state: Any, parameters: Any) -> Any:
        updates[0] += 1
        if updates[0] == 2 * 9 + 4 and victim.exists():  # of 9 batches an epoch
            os.kill(os.getpid(), signal.Signals[victim.read_text()])
        return adam.update(gradients, state, parameters)

    adam, model = nn.optimizers.adam(0.02), network()
    settings = SETTINGS | {"epochs": 5, "batch_size": 7, "optimizer": Optimizer("adam", init, update)}
    history = fit(model, POINTS, INSIDE, checkpoint=Path(folder) / "run.json", resume=True, **settings)
    tell(folder, rank, [nn.unroll(model), [epoch.loss for epoch in history.epochs]])


def moved_by_hand(folder: str, rank: int) -> None:
    """What a watcher in process 0 does to the model is done in all."""
    model, seen = network(), []

    def watch(epoch: Epoch) -> None:
        seen.append(epoch.number)
        model.parameters()[0].data = 0.5

    fit(model, POINTS, INSIDE, on_epoch=watch, **SETTINGS | {"shuffle": False})
    tell(folder, rank, [seen, nn.unroll(model)])


def different(what: str, rank: int) -> None:
    """Something is not the same in process 1."""
    inputs: Any = POINTS
    targets: Any = INSIDE
    settings = dict(SETTINGS)
    model: Any = network(seed=rank if what == "model" else 1)
    if what == "settings" and rank:
        settings["batch_size"] = 10
    if what == "data" and rank:
        inputs, targets = inputs[:-1], targets[:-1]
    if what == "code":
        settings["loss"] = (lambda a, y: (a - y) ** 2) if rank else (lambda a, y: (a - y) ** 4)
    if what == "kind":
        inputs = (point for point in inputs)
    if what == "nan" and rank:
        inputs = [*inputs[:45], [0.5, float("nan")], *inputs[46:]]
    if what == "file":
        inputs = np.load("/no/such/file.npy") if rank else inputs
    if what == "diverges":
        model, settings["learning_rate"] = nn.MLP(2, [3, 1], "linear", seed=1), 1e200
    if what == "outputs":
        model, settings["loss"] = nn.MLP(2, [3, 1], "tanh", "linear", seed=1), "binary_cross_entropy"
        model.layers[-1].neurons[0].b.data = 0.5
    if what == "few":
        inputs, targets = inputs[:1], targets[:1]
    if what == "branches":
        model = Branches()
    if what == "cost":
        factors = [1.0]
        settings["loss"] = lambda a, y: factors[0] * (a - y) ** 2
        settings["on_epoch"] = lambda _: factors.append(factors.pop() + 1.0)
    fit(model, inputs, targets, **settings)


class Branches(nn.Module):
    """A model that does something else for some inputs."""

    def __init__(self) -> None:
        self.w = Value(0.5, "w")

    def __call__(self, x: Any) -> Value:
        return self.w * x[0] if x[0] > 0 else self.w * self.w
