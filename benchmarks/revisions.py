"""`python -m benchmarks.revisions REVISION`: are both engines as fast, and as small, as they were then?

The engines of a git revision and those of the working tree do the same work, each in its own process, a few
milliseconds at a time in turn, so that both have the same quiet and the same noise. The native engine is built for both
with the same compiler, in separate folders.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE

ROOT = Path(__file__).parent.parent
ROUNDS = 9  # pairs of processes: where the memory of one lies decides a few percent
TURNS = 40  # for each task, in one pair

PROGRAM = r"""
import time
start = time.perf_counter()
import autograd
imported = time.perf_counter() - start
import itertools, json, os, random, sys, tracemalloc
import nn
from autograd import Value, tanh, weighted_sum

assert getattr(autograd, "ACCELERATED", False) == (os.environ["AUTOGRAD_PURE"] == "0")
source = random.Random(1)
sizes = [2, 16, 16, 1]
layers = [[([Value(source.uniform(-1, 1)) for _ in range(n)], Value(0.0)) for _ in range(m)]
          for n, m in itertools.pairwise(sizes)]
parameters = [p for layer in layers for weights, bias in layer for p in (*weights, bias)]
points = [[source.uniform(-1, 1), source.uniform(-1, 1)] for _ in range(20)]

def network(inputs):
    for layer in layers:
        sums = [sum((w * x for w, x in zip(weights, inputs)), bias) for weights, bias in layer]
        inputs = sums if layer is layers[-1] else [z.relu() for z in sums]
    return inputs[0]

def training_step():
    cost = sum((1 + -network(point)).relu() for point in points)
    for p in parameters:
        p.grad = 0
    cost.backward()

def chain():
    x = y = Value(1.0)
    for _ in range(20_000):
        y = y * x
    y.backward()

def small():
    for _ in range(200):
        a, b = Value(-4.0), Value(2.0)
        c = a + b
        d = a * b + b**3
        e = (c - d).tanh() ** 2 / 2.0
        e.backward()

def functions():
    x = Value(0.5)
    for _ in range(2000):
        tanh(x)

def sums():
    inputs = [Value(point[0]) for point in points]
    for weights, bias in layers[1] * 20:
        weighted_sum(inputs[:16], weights, bias).tanh().backward()

model = nn.MLP(8, [16, 16, 1], "tanh", seed=1)
weights = list(model.parameters())
examples = [[source.uniform(-1, 1) for _ in range(8)] for _ in range(20)]

def update():
    cost = sum((model(x) - 1) ** 2 for x in examples)
    for p in weights:
        p.grad = 0
    cost.backward()
    for p in weights:
        p.data = p.data - 1e-9 * p.grad

def cost(theta):
    return sum((tanh(theta[0] * x + theta[1]) - y) ** 2 for x, y in points)

def newton():
    for k in range(6):
        theta = [0.5 + 0.1 * k, -0.2]
        autograd.hessian(cost, theta), autograd.value_and_grad(cost, theta)

def of_network(_):
    return sum((small_model(x[:1]) - 1) ** 2 for x in points[:9])

small_model = nn.MLP(1, [3, 1], "tanh", seed=4)
theta = list(small_model.parameters())
linearize_grad = getattr(autograd, "linearize_grad", None)  # which older revisions have not

def truncated_newton():
    directions = [[1.0 / (1 + i + j) for i in range(len(theta))] for j in range(6)]
    autograd.value_and_grad(of_network, theta)
    if linearize_grad:
        push = linearize_grad(of_network, theta)[2]
        for v in directions:
            push(v)
    else:
        for v in directions:
            autograd.hessian_vector_product(of_network, theta, v)

def seconds(task):
    start = time.perf_counter()
    task()
    return time.perf_counter() - start

for name in sys.argv[1:]:
    globals()[name]()
tracemalloc.start()
x = y = Value(1.0)
for _ in range(20_000):
    y = y * x
y.backward()
size = tracemalloc.get_traced_memory()[0] / 20_000
tracemalloc.stop()
del x, y
print(json.dumps({"import autograd": imported, "bytes a node": size}), flush=True)
for name in sys.stdin:
    print(seconds(globals()[name.strip()]), flush=True)
"""
TASKS = ("training_step", "chain", "small", "functions", "sums", "update", "newton", "truncated_newton")


def start(folder: Path, engine: str) -> subprocess.Popen[str]:
    """A process that has an engine from a folder, and does the tasks that it is told."""
    environment = os.environ | {"AUTOGRAD_PURE": "0" if engine == "native" else "1", "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", PROGRAM, *TASKS]
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, stdin=PIPE, stdout=PIPE)


def seconds(process: subprocess.Popen[str], task: str) -> float:
    """What a task takes there."""
    assert process.stdin
    assert process.stdout
    print(task, file=process.stdin, flush=True)
    return float(process.stdout.readline())


def compare(folders: dict[str, Path], engine: str) -> dict[str, float]:
    """The ratios now / then of the seconds of each task, and of what a node takes, in one pair of processes."""
    with ExitStack() as running:  # which ends both, whatever happens
        processes = {key: running.enter_context(start(folders[key], engine)) for key in random.sample(list(folders), 2)}
        found = {key: json.loads(process.stdout.readline()) for key, process in processes.items() if process.stdout}
        for task in TASKS:
            times: dict[str, list[float]] = {key: [] for key in folders}
            for _ in range(TURNS):
                for key in random.sample(list(folders), 2):
                    times[key].append(seconds(processes[key], task))
            for key in folders:
                found[key][task] = min(times[key])
    return {what: found["now"][what] / found["then"][what] for what in found["now"]}


def build(folder: Path) -> None:
    """Build the native engine in a folder."""
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)


def main(revision: str) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        folders = {"then": Path(name, "then"), "now": Path(name, "now")}
        archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
        names = ["git", "ls-files", "-coz", "--exclude-standard"]
        files = subprocess.run(names, cwd=ROOT, capture_output=True, check=True)
        pack = ["tar", "-c", "--null", "-T", "-"]
        tree = subprocess.run(pack, cwd=ROOT, input=files.stdout, capture_output=True, check=True).stdout
        for key, content in (("then", archive), ("now", tree)):
            folders[key].mkdir()
            subprocess.run(["tar", "-x", "-C", folders[key]], input=content, check=True)
            build(folders[key])
        for engine in ("native", "pure"):
            rounds = [compare(folders, engine) for _ in range(ROUNDS)]
            print(f"{engine} engine, now / {revision}, medians of {ROUNDS} rounds (quartiles)")
            for what in rounds[0]:
                low, middle, high = statistics.quantiles([ratios[what] for ratios in rounds], n=4)
                print(f"  {what:<17} {middle:.3f} ({low:.3f} to {high:.3f})", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
