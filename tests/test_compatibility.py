"""Programs written for micrograd and for microgpt's Value run with only the import changed."""

import random
from typing import Any

import micrograd.engine
import micrograd.nn
import pytest

import autograd
import nn

TRAINING = """
random.seed(1337)
model = MLP(2, [16, 16, 1])
X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(20)]
y = [1 if a * b > 0 else -1 for a, b in X]
history = []
for k in range(8):
    inputs = [list(map(Value, row)) for row in X]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    total = data_loss + 1e-4 * sum((p * p for p in model.parameters()))
    model.zero_grad()
    total.backward()
    for p in model.parameters():
        p.data -= (1.0 - 0.9 * k / 100) * p.grad
    history.append(total.data)
"""


def run(program: str, **names: Any) -> dict[str, Any]:
    scope = {"random": random, **names}
    exec(program, scope)
    return scope


def test_micrograds_training_loop_gives_micrograds_losses() -> None:
    theirs = run(TRAINING, Value=micrograd.engine.Value, MLP=micrograd.nn.MLP)
    ours = run(TRAINING, Value=autograd.Value, MLP=nn.MLP)
    assert ours["history"] == pytest.approx(theirs["history"], rel=1e-12)
    assert ours["history"][-1] < ours["history"][0]


def test_micrograds_operators() -> None:
    program = """
a, b = Value(-4.0), Value(2.0)
out = (a + b) * (a - 3) / b ** 2 - (2 - b) + (-a).relu() * 3 + 1 / b + 2 * a + b / 4
out.backward()
result = out.data, a.grad, b.grad
"""
    theirs, ours = (run(program, Value=module.Value)["result"] for module in (micrograd.engine, autograd))
    assert ours == pytest.approx(theirs, rel=1e-15)


def test_width_one_gives_a_value_and_more_give_a_list() -> None:
    assert isinstance(nn.MLP(3, [4, 4, 1])([2.0, 3.0, -1.0]), autograd.Value)
    assert len(nn.MLP(3, [4, 2])([2.0, 3.0, -1.0])) == 2  # type: ignore[arg-type]
    assert [len(nn.MLP(3, [4, 4, 1]).parameters())] == [41]


def test_microgpts_way_of_writing() -> None:
    program = """
def softmax(logits):
    largest = max(v.data for v in logits)
    exponentials = [(v - largest).exp() for v in logits]
    total = sum(exponentials)
    return [e / total for e in exponentials]

def rmsnorm(x):
    mean_square = sum(xi * xi for xi in x) / len(x)
    return [xi * (mean_square + 1e-5) ** -0.5 for xi in x]

random.seed(42)
matrix = lambda rows, columns: [[Value(random.gauss(0, 0.5)) for _ in range(columns)] for _ in range(rows)]
linear = lambda x, w: [sum(wi * xi for wi, xi in zip(row, x)) for row in w]
state = {"embedding": matrix(5, 4), "hidden": matrix(8, 4), "head": matrix(5, 8)}
params = [p for m in state.values() for row in m for p in row]
m, v = [0.0] * len(params), [0.0] * len(params)
tokens = [0, 3, 1, 4, 2, 0]
history = []
for step in range(30):
    losses = []
    for token, target in zip(tokens, tokens[1:]):
        x = linear([xi.relu() for xi in linear(rmsnorm(state["embedding"][token]), state["hidden"])], state["head"])
        losses.append(-softmax(x)[target].log())
    loss = (1 / len(losses)) * sum(losses)
    loss.backward()
    for i, p in enumerate(params):
        m[i] = 0.9 * m[i] + 0.1 * p.grad
        v[i] = 0.99 * v[i] + 0.01 * p.grad ** 2
        p.data -= 0.05 * (m[i] / (1 - 0.9 ** (step + 1))) / ((v[i] / (1 - 0.99 ** (step + 1))) ** 0.5 + 1e-8)
        p.grad = 0
    history.append(loss.data)
"""
    history = run(program, Value=autograd.Value)["history"]
    assert history[-1] < 0.2 * history[0]
