"""Cost and gradient of compiled programs against NumPy written by hand, with the same interface.

One thread each, timed by what the processor does for it; malloc's thresholds are the same for all, and the hand-
written function runs a second time as a null. The goals, as multiples of the time of the hand-written one: of
networks, the text as it is at most 1.25 at batches of 10, and 1.1 at larger ones; what runs by default at most 0.9 in
the median; both at most 1.25 for the recurrence and the cost of a whole batch. The default takes at most a third of
the time of PyTorch, where it is installed, on small networks.
"""

import functools
import importlib
import itertools
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
import nn
from autograd import Value, tanh
from autograd.compiler import Program
from benchmarks.harness import Task, is_installed, measure

Function = Callable[..., tuple[Any, Any]]

SETTINGS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 28),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 29),
    "MALLOC_TOP_PAD_": str(1 << 26),
}
STEPS, HIDDEN, FEATURES = 20, 8, 3  # of the recurrence


def sigmoid(z: Any) -> Any:
    """As it is usually written."""
    return 1 / (1 + np.exp(-z))


def two_layers(n_in: int, n_hidden: int, n_out: int) -> Function:
    """Sigmoid and squared error, by hand."""
    ends = np.cumsum([n_hidden * n_in, n_hidden, n_out * n_hidden]).tolist()

    def function(theta: Any, x: Any, y: Any) -> tuple[Any, Any]:
        w1 = theta[: ends[0]].reshape(n_hidden, n_in)
        b1 = theta[ends[0] : ends[1]]
        w2 = theta[ends[1] : ends[2]].reshape(n_out, n_hidden)
        b2 = theta[ends[2] :]
        a1 = sigmoid(x @ w1.T + b1)
        a2 = sigmoid(a1 @ w2.T + b2)
        error = a2 - y
        delta2 = 2 / len(x) * error * a2 * (1 - a2)
        delta1 = delta2 @ w2 * a1 * (1 - a1)
        pieces = [(delta1.T @ x).ravel(), delta1.sum(axis=0), (delta2.T @ a1).ravel(), delta2.sum(axis=0)]
        return np.sum(error**2) / len(x), np.concatenate(pieces)

    return function


def three_layers(theta: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """2-16-16-1, tanh and squared error, by hand."""
    w1, b1 = theta[:32].reshape(16, 2), theta[32:48]
    w2, b2 = theta[48:304].reshape(16, 16), theta[304:320]
    w3, b3 = theta[320:336].reshape(1, 16), theta[336:]
    a1 = np.tanh(x @ w1.T + b1)
    a2 = np.tanh(a1 @ w2.T + b2)
    a3 = np.tanh(a2 @ w3.T + b3)
    error = a3 - y
    delta3 = 2 / len(x) * error * (1 - a3**2)
    delta2 = delta3 @ w3 * (1 - a2**2)
    delta1 = delta2 @ w2 * (1 - a1**2)
    pieces = [(delta1.T @ x).ravel(), delta1.sum(axis=0), (delta2.T @ a1).ravel(), delta2.sum(axis=0)]
    pieces += [(delta3.T @ a2).ravel(), delta3.sum(axis=0)]
    return np.sum(error**2) / len(x), np.concatenate(pieces)


def recurrence(theta: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Twenty steps of h = tanh(W x + U h + b), and squared error of v·h + c, by hand."""
    w, u, b = theta[:24].reshape(8, 3), theta[24:88].reshape(8, 8), theta[88:96]
    v, c = theta[96:104], theta[104]
    inputs = x.reshape(-1, STEPS, FEATURES)
    states = [np.tanh(inputs[:, 0] @ w.T + b)]
    for step in range(1, STEPS):
        states.append(np.tanh(inputs[:, step] @ w.T + states[-1] @ u.T + b))
    error = states[-1] @ v + c - y[:, 0]
    slope = 2 / len(x) * error
    grad_w, grad_u, grad_b = np.zeros((8, 3)), np.zeros((8, 8)), np.zeros(8)
    delta = np.outer(slope, v) * (1 - states[-1] ** 2)
    for step in range(STEPS - 1, 0, -1):
        grad_w += delta.T @ inputs[:, step]
        grad_u += delta.T @ states[step - 1]
        grad_b += delta.sum(axis=0)
        delta = delta @ u * (1 - states[step - 1] ** 2)
    grad_w += delta.T @ inputs[:, 0]
    grad_b += delta.sum(axis=0)
    pieces = [grad_w.ravel(), grad_u.ravel(), grad_b, slope @ states[-1], [slope.sum()]]
    return np.sum(error**2) / len(x), np.concatenate(pieces)


def moons(theta: Any) -> tuple[Any, Any]:
    """Max-margin loss and L2 penalty of 2-16-16-1 with relu, the whole batch, by hand."""
    x, y = MOONS
    w1, b1 = theta[:32].reshape(16, 2), theta[32:48]
    w2, b2 = theta[48:304].reshape(16, 16), theta[304:320]
    w3, b3 = theta[320:336].reshape(1, 16), theta[336:]
    z1 = x @ w1.T + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ w2.T + b2
    a2 = np.maximum(z2, 0)
    margin = 1 - y * (a2 @ w3.T + b3)
    delta3 = -y * (margin > 0) / len(x)
    delta2 = delta3 @ w3 * (z2 > 0)
    delta1 = delta2 @ w2 * (z1 > 0)
    pieces = [(delta1.T @ x).ravel(), delta1.sum(axis=0), (delta2.T @ a1).ravel(), delta2.sum(axis=0)]
    pieces += [(delta3.T @ a2).ravel(), delta3.sum(axis=0)]
    cost = np.maximum(margin, 0).sum() / len(x) + 1e-4 * np.sum(theta**2)
    return cost, np.concatenate(pieces) + 2e-4 * theta


def _moons() -> tuple[Any, Any]:
    random = np.random.default_rng(1)
    angle, is_upper = random.uniform(0.0, np.pi, 100), np.arange(100) % 2 == 0
    x = np.where(is_upper, np.cos(angle), 1.0 - np.cos(angle)) + random.normal(0.0, 0.1, 100)
    y = np.where(is_upper, np.sin(angle), 0.5 - np.sin(angle)) + random.normal(0.0, 0.1, 100)
    return np.stack([x, y], axis=1), np.where(is_upper, 1.0, -1.0)[:, None]


MOONS = _moons()


def _total(values: Any) -> Any:
    first, *others = values
    return sum(others, first)


def compiled_network(widths: list[int], activation: str) -> Program:
    """The program of a network with squared error, from a single example."""
    model = nn.MLP(widths[0], widths[1:], activation, activation, seed=1)
    example = [0.1] * widths[0], [0.5] * widths[-1]
    return autograd.compile(lambda x, y: nn.losses.squared_error(model(x), y), model.parameters(), example)


def compiled_recurrence() -> Program:
    """The program of the recurrence, recorded step by step."""
    sizes = {"w": HIDDEN * FEATURES, "u": HIDDEN * HIDDEN, "b": HIDDEN, "v": HIDDEN, "c": 1}
    w, u, b, v, c = ([Value(0.01, f"{name}_{k}") for k in range(size)] for name, size in sizes.items())

    def cost(x: Any, y: Any) -> Value:
        state: list[Value] = []
        for step in range(STEPS):
            given = x[FEATURES * step : FEATURES * (step + 1)]
            state = [
                tanh(
                    _total(
                        [
                            b[i],
                            *(w[FEATURES * i + k] * each for k, each in enumerate(given)),
                            *(u[HIDDEN * i + k] * each for k, each in enumerate(state)),
                        ]
                    )
                )
                for i in range(HIDDEN)
            ]
        found: Value = (_total([weight * each for weight, each in zip(v, state, strict=True)]) + c[0] - y) ** 2
        return found

    return autograd.compile(cost, [*w, *u, *b, *v, *c], ([0.1] * (FEATURES * STEPS), 1.0))


def compiled_moons() -> Program:
    """The program of a cost of the parameters alone, which has all examples in it."""
    model = nn.MLP(2, [16, 16, 1], "relu", "linear", seed=1)
    points, labels = MOONS[0].tolist(), MOONS[1][:, 0].tolist()

    def cost() -> Value:
        losses = [autograd.relu(1.0 - label * model(point)) for point, label in zip(points, labels, strict=True)]
        penalty = _total([p * p for p in model.parameters()])
        found: Value = _total(losses) * (1.0 / len(losses)) + 1e-4 * penalty
        return found

    return autograd.compile(cost, model.parameters())


@dataclass(frozen=True)
class Case:
    """What is timed.

    Attributes:
        sizes: How many parameters, inputs and outputs there are; of inputs and outputs none for the whole batch.
        batch: How many examples.
        compiled: Makes the program.
        by_hand: Makes the hand-written function.
        bar: How many times its time the portable text may take.
        bar_of_default: How many times its time the default may take; `None` for one that counts in the median alone.
        layers: The widths and the activation, for PyTorch; `None` where it is not asked for.
    """

    sizes: tuple[int, ...]
    batch: int
    compiled: Callable[[], Program]
    by_hand: Callable[[], Function]
    bar: float = 1.25
    bar_of_default: float | None = 1.25
    layers: tuple[list[int], str] | None = None

    def arrays(self) -> list[Any]:
        """Parameters and examples."""
        random = np.random.default_rng(1)
        n_parameters, *widths = self.sizes
        theta = random.normal(0.0, 0.3, n_parameters)
        return [theta, *(random.uniform(0.0, 1.0, (self.batch, width)) for width in widths)]


def _network(widths: list[int], activation: str, batch: int, *, torch: bool = False) -> Case:
    n_parameters = sum(n_out * (n_in + 1) for n_in, n_out in itertools.pairwise(widths))
    by_hand: Any = functools.partial(two_layers, *widths) if len(widths) == 3 else lambda: three_layers
    compiled = functools.partial(compiled_network, widths, activation)
    sizes = n_parameters, widths[0], widths[-1]
    bar = 1.25 if batch <= 10 else 1.1
    return Case(sizes, batch, compiled, by_hand, bar, None, (widths, activation) if torch else None)


SMALL, DIGITS, MNIST = [2, 16, 16, 1], [64, 30, 10], [784, 30, 10]
CASES = {
    "2-16-16-1 tanh, 100": _network(SMALL, "tanh", 100, torch=True),
    "2-16-16-1 tanh, 1000": _network(SMALL, "tanh", 1000),
    "64-30-10 sigmoid, 10": _network(DIGITS, "sigmoid", 10, torch=True),
    "64-30-10 sigmoid, 128": _network(DIGITS, "sigmoid", 128, torch=True),
    "64-30-10 sigmoid, 1797": _network(DIGITS, "sigmoid", 1797),
    "784-30-10 sigmoid, 10": _network(MNIST, "sigmoid", 10),
    "784-30-10 sigmoid, 128": _network(MNIST, "sigmoid", 128),
    "recurrence, 10": Case((105, 60, 1), 10, compiled_recurrence, lambda: recurrence),
    "recurrence, 128": Case((105, 60, 1), 128, compiled_recurrence, lambda: recurrence),
    "moons, whole batch of 100": Case((337,), 0, compiled_moons, lambda: moons),
}
HAND, NULL, PORTABLE, DEFAULT, TORCH = "by hand", "null", "portable", "default", "PyTorch"


def contestant(name: str, case_name: str) -> Task:
    """A task to time: one cost and gradient."""
    case = CASES[case_name]
    arrays = case.arrays()
    if name == TORCH:
        return torch_eager(case)
    if name in (HAND, NULL):
        function = case.by_hand()
    else:
        program = case.compiled()
        function = program.bound(np) if name == PORTABLE else program
        for _ in range(3):  # from the second time on, the default has buffers
            for found, expected in zip(function(*arrays), case.by_hand()(*arrays), strict=True):
                np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)
    return lambda: function(*arrays)


def torch_eager(case: Case) -> Task:
    """The same network in PyTorch, its gradient a flat vector too."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    assert case.layers
    widths, activation = case.layers
    theta, x, y = (torch.asarray(array) for array in case.arrays())
    shapes = [shape for n_in, n_out in itertools.pairwise(widths) for shape in ((n_out, n_in), (n_out,))]
    sizes = [shape.numel() for shape in map(torch.Size, shapes)]
    function = getattr(torch, activation)

    def task() -> object:
        leaf = theta.requires_grad_()
        leaf.grad = None
        pieces = [piece.view(shape) for piece, shape in zip(torch.split(leaf, sizes), shapes, strict=True)]
        a = x
        for w, b in zip(pieces[::2], pieces[1::2], strict=True):
            a = function(torch.nn.functional.linear(a, w, b))
        cost = ((a - y) ** 2).sum() / len(x)
        cost.backward()
        return cost, leaf.grad

    return task


def main() -> None:
    """Measure and report."""
    before = {name: os.environ.get(name) for name in SETTINGS}
    os.environ |= SETTINGS  # which the contestants' processes inherit
    try:
        _report()
    finally:
        for name, setting in before.items():
            os.environ.pop(name)
            if setting is not None:
                os.environ[name] = setting


def _report() -> None:
    print("\nCost and gradient, as multiples of the time of NumPy by hand; after each the most that it may be")
    print(f"{'':26} {HAND:>10} {NULL:>6} {PORTABLE:>9}        {DEFAULT:>8}        {DEFAULT} / {TORCH}")
    of_default = []
    for case_name, case in CASES.items():
        names = [HAND, NULL, PORTABLE, DEFAULT]
        if case.layers and is_installed("torch"):
            names.append(TORCH)
        setups: dict[str, Callable[[], Task]] = {name: functools.partial(contestant, name, case_name) for name in names}
        times = measure(setups, rounds=31, seconds=0.03, clock=time.process_time)
        ratios = {name: _ratio(times[name], times[HAND]) for name in names}
        of_default.append(ratios[DEFAULT])
        line = f"{case_name:26} {1e6 * statistics.median(times[HAND]):7.0f} µs {ratios[NULL]:6.2f}"
        line += f" {ratios[PORTABLE]:9.2f}  {case.bar:4} {ratios[DEFAULT]:9.2f}  {case.bar_of_default or '':4}"
        if TORCH in names:
            line += f" {_ratio(times[DEFAULT], times[TORCH]):9.2f}  0.33"
        print(line)
    print(f"{'the median':26} {'':10} {'':6} {'':15} {statistics.median(of_default):9.2f}  0.9")


def _ratio(times: list[float], others: list[float]) -> float:
    return statistics.median(own / other for own, other in zip(times, others, strict=True))


if __name__ == "__main__":
    main()
