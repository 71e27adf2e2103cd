"""`nn.Classifier` and scikit-learn's `MLPClassifier` on the digits: the accuracy on a held-out fifth, and the time.

Both have 30 tanh units, Adam and 100 epochs in batches of 50, and nearly the same penalty: scikit-learn divides its
alpha by 50, not by all 1,437 examples. The goal: 95 % right at least.
"""

import functools
import importlib
import statistics
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import nn
from benchmarks.harness import Task, is_installed, measure, report
from nn.data import load_digits

GOAL, SEEDS = 0.95, range(5)
OURS, THEIRS = NAMES = "nn.Classifier", "MLPClassifier"


def digits() -> tuple[Any, Any]:
    """All inputs, from 0 to 1, and classes."""
    found = load_digits()
    return np.array(found.inputs), np.array(found.targets)


def split(seed: int) -> Any:
    """Inputs and classes, for training and held out."""
    selection: Any = importlib.import_module("sklearn.model_selection")
    inputs, classes = digits()
    return selection.train_test_split(inputs, classes, test_size=0.2, random_state=seed, stratify=classes)


def network(name: str, seed: int) -> Any:
    """A network before training."""
    settings: dict[str, Any] = {"activation": "tanh", "batch_size": 50, "max_iter": 100, "random_state": seed}
    if name == OURS:
        return nn.Classifier((30,), learning_rate=0.01, alpha=3.0, **settings)
    sklearn: Any = importlib.import_module("sklearn.neural_network")
    warnings.filterwarnings("ignore", message="Stochastic Optimizer")  # it has not converged after all epochs
    return sklearn.MLPClassifier((30,), learning_rate_init=0.01, alpha=0.1, n_iter_no_change=100, **settings)


def fitting(name: str) -> Task:
    """Return what trains."""
    train, _, classes, _ = split(0)
    return lambda: network(name, 0).fit(train, classes)


def predicting(name: str, copies: int) -> Task:
    """Return what answers, about so many copies of the digits."""
    train, _, classes, _ = split(0)
    found, inputs = network(name, 0).fit(train, classes), digits()[0].repeat(copies, 0)
    return lambda: found.predict(inputs)


def main() -> None:
    """Measure and report."""
    if not is_installed("sklearn"):
        return
    for name in NAMES:
        scores = []
        for seed in SEEDS:
            train, test, classes, held = split(seed)
            scores.append(network(name, seed).fit(train, classes).score(test, held))
        verdict = f", goal {GOAL:.0%}: {'reached' if min(scores) >= GOAL else 'missed'}" if name == OURS else ""
        print(f"{name}: {statistics.mean(scores):.1%} right on average, {min(scores):.1%} at least{verdict}")
    setups: dict[str, Callable[[], Task]] = {name: functools.partial(fitting, name) for name in NAMES}
    report("fit: 1437 digits, 100 epochs", measure(setups, rounds=9), OURS)
    for copies in (1, 50):
        setups = {name: functools.partial(predicting, name, copies) for name in NAMES}
        report(f"predict: {1797 * copies} digits", measure(setups), OURS)


if __name__ == "__main__":
    main()
