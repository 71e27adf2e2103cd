"""`python -m benchmarks.revisions REVISION`: is the plain engine as quick, and as small, as it was then?

The engine of a git revision and that of the working tree do the same work, each in a process of its own, in turn.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 15

PROGRAM = r"""
import itertools, json, random, sys, time, tracemalloc
from autograd import Value

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

def seconds(task):
    start = time.perf_counter()
    task()
    return time.perf_counter() - start

for task in (training_step, chain, small):
    task()
times = {task.__name__: min(seconds(task) for _ in range(3)) for task in (training_step, chain, small)}
tracemalloc.start()
x = y = Value(1.0)
for _ in range(20_000):
    y = y * x
y.backward()
times["bytes a node"] = tracemalloc.get_traced_memory()[0] / 20_000
print(json.dumps(times))
"""


def run(folder: Path) -> dict[str, float]:
    """What the engine in a folder takes, in seconds, and its bytes a node."""
    command = [sys.executable, "-c", PROGRAM]
    found: dict[str, float] = json.loads(subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout)
    return found


def main(revision: str) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as name:
        archive = subprocess.run(["git", "archive", revision, "autograd"], cwd=ROOT, capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", name], input=archive.stdout, check=True)
        folders = {"then": Path(name), "now": ROOT}
        rounds: dict[str, list[dict[str, float]]] = {key: [] for key in folders}
        for _ in range(ROUNDS):
            for key in random.sample(list(folders), 2):
                rounds[key].append(run(folders[key]))
    print(f"now / {revision}, medians of {ROUNDS} rounds (quartiles)")
    for what in rounds["now"][0]:
        ratios = [now[what] / then[what] for now, then in zip(rounds["now"], rounds["then"])]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"  {what:<14} {middle:.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main(*sys.argv[1:])
