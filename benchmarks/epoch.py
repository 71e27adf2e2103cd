"""An epoch of `nn.fit`, everything included, against NumPy written by hand, PyTorch and scikit-learn.

The network has 30 sigmoid units, and 10 outputs with the binary cross-entropy; plain gradient descent in shuffled
batches. An epoch is the slope over epochs: a run of 25 less a run of 5. `fit` records the loss and the accuracy of
each epoch, and so does one of the two hand-written loops; the other one, which is the measure, records nothing. One
thread each, timed by what the processor does for it.

The goal: at most 1.0 times the hand-written loop, in batches of 10 and of 128.
"""

import functools
import importlib
import os
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np

import nn
from benchmarks.compiled import SETTINGS, sigmoid
from benchmarks.harness import Task, is_installed, measure
from nn.data import load_digits

FEW, MANY = 5, 25  # epochs
HIDDEN, CLASSES, RATE = 30, 10, 1.0
HAND, RECORDS, OURS, TORCH, SKLEARN = "by hand", "and recording", "fit", "PyTorch", "scikit-learn"


@dataclass(frozen=True)
class Case:
    """What is trained.

    Attributes:
        data: "digits", or "generated": 10,000 examples of 784 numbers.
        batch: How many examples make an update.
    """

    data: str
    batch: int

    @functools.cached_property
    def examples(self) -> tuple[Any, Any]:
        """The inputs, and the targets as one-hot lists."""
        if self.data == "digits":
            found = load_digits()
            return np.array(found.inputs), np.eye(CLASSES)[found.targets]
        random = np.random.default_rng(1)
        return random.uniform(size=(10_000, 784)), np.eye(CLASSES)[random.integers(CLASSES, size=10_000)]

    def network(self) -> nn.MLP:
        """The network before training; the loss applies the last sigmoid."""
        return nn.MLP(self.examples[0].shape[1], [HIDDEN, CLASSES], "sigmoid", initializer="glorot", seed=0)


CASES = [Case(data, batch) for data in ("digits", "generated") for batch in (10, 128)]


def parameters(model: nn.MLP) -> list[Any]:
    """The weights and biases of a network as arrays: W1, b1, W2, b2."""
    found = []
    for layer in model.layers:
        found += [np.array([[w.data for w in neuron.w] for neuron in layer.neurons])]
        found += [np.array([neuron.b.data for neuron in layer.neurons])]
    return found


def by_hand(case: Case, epochs: int, *, records: bool = False, batch: int = 0) -> list[Any]:
    """The loop that one writes with NumPy."""
    inputs, targets = case.examples
    classes, random = targets.argmax(axis=1), np.random.default_rng(0)
    w1, b1, w2, b2 = found = parameters(case.network())
    batch = batch or case.batch
    for _ in range(epochs):
        order, loss, right = random.permutation(len(inputs)), 0.0, 0
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            x, y = inputs[places], targets[places]
            a1 = sigmoid(x @ w1.T + b1)
            a2 = sigmoid(a1 @ w2.T + b2)
            if records:
                loss -= np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2))
                right += np.sum(a2.argmax(axis=1) == classes[places])
            delta2 = (a2 - y) / len(x)
            delta1 = delta2 @ w2 * a1 * (1 - a1)
            w2 -= RATE * (delta2.T @ a1)
            b2 -= RATE * delta2.sum(axis=0)
            w1 -= RATE * (delta1.T @ x)
            b1 -= RATE * delta1.sum(axis=0)
    return found


def by_fit(case: Case, epochs: int, *, batch: int = 0) -> nn.MLP:
    """`nn.fit`."""
    model = case.network()
    nn.fit(
        model, *case.examples,
        loss="binary_cross_entropy_with_logits", optimizer=nn.optimizers.sgd(RATE), epochs=epochs,
        batch_size=batch or case.batch, engine="compiled", progress=False,
    )  # fmt: skip
    return model


def by_torch(case: Case, epochs: int) -> None:
    """PyTorch's eager mode, in float64."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    inputs, targets = map(torch.asarray, case.examples)
    classes, n_inputs = targets.argmax(dim=1), inputs.shape[1]
    layers = [torch.nn.Linear(n_inputs, HIDDEN), torch.nn.Sigmoid(), torch.nn.Linear(HIDDEN, CLASSES)]
    model = torch.nn.Sequential(*layers).double()
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    cost_of = torch.nn.BCEWithLogitsLoss(reduction="sum")
    for _ in range(epochs):
        loss, right = 0.0, 0
        for places in torch.randperm(len(inputs)).split(case.batch):
            outputs = model(inputs[places])
            cost = cost_of(outputs, targets[places])
            optimizer.zero_grad()
            (cost / len(places)).backward()
            optimizer.step()
            loss += cost.item()
            right += (outputs.argmax(dim=1) == classes[places]).sum().item()


def by_sklearn(case: Case, epochs: int) -> None:
    """scikit-learn's network, whose targets are ten labels, so that it has the same loss; it measures no accuracy."""
    model: Any = importlib.import_module("sklearn.neural_network").MLPClassifier(
        [HIDDEN], activation="logistic", solver="sgd", learning_rate_init=RATE, momentum=0.0, alpha=0.0,
        batch_size=case.batch, max_iter=epochs, tol=0.0, n_iter_no_change=epochs,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged
        model.fit(*case.examples)


RUNS: dict[str, Callable[[Case, int], object]] = {
    HAND: by_hand,
    RECORDS: functools.partial(by_hand, records=True),
    OURS: by_fit,
    TORCH: by_torch,
    SKLEARN: by_sklearn,
}
NEEDED = {TORCH: "torch", SKLEARN: "sklearn"}


def contestant(name: str, case: Case, epochs: int) -> Task:
    """A task to time: a run of some epochs. Ours does the same update as the one by hand."""
    if name == OURS:
        whole = len(case.examples[0])
        found = parameters(by_fit(case, 2, batch=whole))
        for own, expected in zip(found, by_hand(case, 2, batch=whole), strict=True):
            np.testing.assert_allclose(own, expected, rtol=1e-9, atol=1e-12)
    return lambda: RUNS[name](case, epochs)


def main() -> None:
    """Measure and report."""
    with mock.patch.dict(os.environ, SETTINGS):  # which the contestants' processes inherit
        _report()


def _report() -> None:
    names = [name for name in RUNS if name not in NEEDED or is_installed(NEEDED[name])]
    print("\nAn epoch, as a multiple of the time of NumPy by hand, which records nothing; for fit, at most 1.0")
    print(f"{'':26} {HAND:>10}" + "".join(f"{name:>15}" for name in names[1:]))
    for case in CASES:
        setups: dict[str, Callable[[], Task]] = {
            f"{name} {epochs}": functools.partial(contestant, name, case, epochs)
            for name in names
            for epochs in (FEW, MANY)
        }
        rounds = 15 if case.data == "digits" else 5
        times = measure(setups, rounds=rounds, seconds=0.05, clock=time.process_time)
        epochs = {
            name: [
                (many - few) / (MANY - FEW)
                for few, many in zip(times[f"{name} {FEW}"], times[f"{name} {MANY}"], strict=True)
            ]
            for name in names
        }
        hand = statistics.median(epochs[HAND])
        ratios = [statistics.median(epochs[name]) / hand for name in names[1:]]
        line = f"{case.data + f', batches of {case.batch}':26} {1000 * hand:7.2f} ms"
        print(line + "".join(f"{ratio:15.2f}" for ratio in ratios), flush=True)


if __name__ == "__main__":
    main()
