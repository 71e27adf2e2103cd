"""Costs as users write them, from networks to springs: each is compiled, compared with the scalar engine, and read."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import nn
from autograd import Value, cos, exp, log, maximum, relu, sigmoid, sin, tanh, topological_order
from tests.autograd.compiler.programs import dot, total
from tests.autograd.compiler.scalars import Case
from tests.autograd.programs import ROWS, Step, run

Matrix = list[list[Value]]
Vector = list[Any]


class Weights:
    """Parameters, made one matrix after the other."""

    def __init__(self, seed: int) -> None:
        self.random, self.all = random.Random(seed), list[Value]()

    def vector(self, name: str, size: int) -> list[Value]:
        made = [Value(self.random.uniform(-0.8, 0.8), f"{name}_{k}") for k in range(size)]
        self.all += made
        return made

    def matrix(self, name: str, rows: int, columns: int) -> Matrix:
        return [self.vector(f"{name}_{row}", columns) for row in range(rows)]


def linear(w: Sequence[Sequence[Any]], x: Sequence[Any]) -> Vector:
    return [dot(row, x) for row in w]


def plus(x: Sequence[Any], y: Sequence[Any]) -> Vector:
    return [a + b for a, b in zip(x, y, strict=True)]


def squares(x: Sequence[Any], y: Sequence[Any]) -> Any:
    return total([(a - b) ** 2 for a, b in zip(x, y, strict=True)])


def shares(x: Sequence[Any]) -> Vector:
    """Softmax as it is written first."""
    e = [exp(each) for each in x]
    s = total(e)
    return [each / s for each in e]


def some(size: int) -> list[float]:
    return [0.1 * math.sin(3.0 * k + 1.0) for k in range(size)]


def mlp(*widths: int, activations: tuple[str, str] = ("tanh", "sigmoid")) -> Case:
    model = nn.MLP(widths[0], widths[1:], *activations, seed=1)
    example = some(widths[0]), some(widths[-1])
    return Case(lambda x, y: nn.losses.squared_error(model(x), y), list(model.parameters()), example)


def tied_autoencoder() -> Case:
    w = Weights(1)
    a, b, c = w.matrix("w", 4, 9), w.vector("b", 4), w.vector("c", 9)

    def cost(x: Vector) -> Any:
        code = [tanh(z) for z in plus(linear(a, x), b)]
        return squares(plus(linear([*zip(*a, strict=True)], code), c), x)

    return Case(cost, w.all, (some(9),))


def layer_twice() -> Case:
    w = Weights(2)
    a, b = w.matrix("w", 5, 5), w.vector("b", 5)

    def cost(x: Vector, y: Vector) -> Any:
        h = x
        for _ in range(2):
            h = [tanh(z) for z in plus(linear(a, h), b)]
        return squares(h, y)

    return Case(cost, w.all, (some(5), some(5)))


def skips() -> Case:
    w = Weights(3)
    layers = [(w.matrix(f"w{k}", 6, 6), w.vector(f"b{k}", 6)) for k in range(1, 4)]
    out = w.matrix("v", 2, 6)

    def cost(x: Vector, y: Vector) -> Any:
        h = x
        for a, b in layers:
            h = plus(h, [relu(z) for z in plus(linear(a, h), b)])
        return squares(linear(out, h), y)

    return Case(cost, w.all, (some(6), some(2)))


def weight_decay() -> Case:
    model = nn.MLP(6, [8, 3], "tanh", "sigmoid", seed=4)
    return Case(
        lambda x, y: nn.losses.squared_error(model(x), y) + nn.losses.l2(model, 0.01),
        list(model.parameters()),
        (some(6), some(3)),
    )


def input_twice() -> Case:
    w = Weights(5)
    a, b = w.matrix("w1", 6, 4), w.matrix("w2", 3, 10)

    def cost(x: Vector, y: Vector) -> Any:
        return squares(linear(b, [tanh(z) for z in linear(a, x)] + x), y)

    return Case(cost, w.all, (some(4), some(3)))


def two_towers() -> Case:
    w = Weights(6)
    towers = [(w.matrix(f"u{k}", 6, 5), w.vector(f"b{k}", 6), w.matrix(f"v{k}", 3, 6)) for k in range(2)]

    def cost(x: Vector, y: Value) -> Any:
        ends = []
        for (u, b, v), part in zip(towers, (x[:5], x[5:]), strict=True):
            ends.append(linear(v, [tanh(z) for z in plus(linear(u, part), b)]))
        return (dot(*ends) - y) ** 2

    return Case(cost, w.all, (some(10), 0.5))


def convolution_1d() -> Case:
    w = Weights(7)
    filters, b, out = w.matrix("k", 3, 4), w.vector("b", 3), w.matrix("v", 2, 3)

    def cost(x: Vector, y: Vector) -> Any:
        channels = [
            [relu(dot(each, x[place : place + 4]) + b[j]) for place in range(9)] for j, each in enumerate(filters)
        ]
        means = [total(channel) / 9.0 for channel in channels]
        return squares(linear(out, means), y)

    return Case(cost, w.all, (some(12), some(2)))


def convolution_2d() -> Case:
    w = Weights(8)
    kernels, b, out = [w.matrix(f"k{j}", 3, 3) for j in range(2)], w.vector("b", 2), w.matrix("v", 3, 32)

    def cost(x: Matrix, y: Vector) -> Any:
        h = [
            tanh(total([kernel[p][q] * x[i + p][j + q] for p in range(3) for q in range(3)]) + b[c])
            for c, kernel in enumerate(kernels)
            for i in range(4)
            for j in range(4)
        ]
        return squares(linear(out, h), y)

    return Case(cost, w.all, ([some(6) for _ in range(6)], some(3)))


def max_pooling() -> Case:
    w = Weights(9)
    kernel, out = w.vector("k", 3), w.matrix("v", 2, 4)

    def cost(x: Vector, y: Vector) -> Any:
        h = [dot(kernel, x[place : place + 3]) for place in range(8)]
        pooled = [maximum(h[2 * k], h[2 * k + 1]) for k in range(4)]
        return squares(linear(out, pooled), y)

    return Case(cost, w.all, (some(10), some(2)))


def attention() -> Case:
    w = Weights(10)
    query, key, content = (w.matrix(name, 4, 4) for name in ("wq", "wk", "wv"))

    def cost(x: Matrix, y: Matrix) -> Any:
        q, k, v = ([linear(m, token) for token in x] for m in (query, key, content))
        found = []
        for each in q:
            p = shares([dot(each, other) / 2.0 for other in k])
            found.append([total([share * row[d] for share, row in zip(p, v, strict=True)]) for d in range(4)])
        return total([squares(a, b) for a, b in zip(found, y, strict=True)])

    return Case(cost, w.all, ([some(4 + k)[k:] for k in range(5)], [some(9 + k)[5 + k :] for k in range(5)]))


def log_sum_exp() -> Case:
    w = Weights(11)
    a, b = w.matrix("w", 4, 6), w.vector("b", 4)

    def cost(x: Vector, y: Vector) -> Any:
        z = plus(linear(a, x), b)
        return log(total([exp(each) for each in z])) - dot(y, z)

    return Case(cost, w.all, (some(6), [0.0, 1.0, 0.0, 0.0]))


def naive_softmax() -> Case:
    w = Weights(12)
    a, b = w.matrix("w", 4, 6), w.vector("b", 4)

    def cost(x: Vector, y: Vector) -> Any:
        return -total([t * log(p) for t, p in zip(y, shares(plus(linear(a, x), b)), strict=True)])

    return Case(cost, w.all, (some(6), [0.0, 1.0, 0.0, 0.0]))


def rosenbrock() -> Case:
    x = Weights(13).vector("x", 100)
    return Case(lambda: total([100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2 for k in range(99)]), x)


def recurrence() -> Case:
    w = Weights(14)
    u, v, b, out = w.matrix("u", 8, 8), w.matrix("v", 8, 3), w.vector("b", 8), w.matrix("o", 2, 8)

    def cost(x: Matrix, y: Vector) -> Any:
        state: Vector = [0.0] * 8
        for step in x:
            state = [tanh(z) for z in plus(plus(linear(u, state), linear(v, step)), b)]
        return squares(linear(out, state), y)

    return Case(cost, w.all, ([some(3) for _ in range(20)], some(2)))


def lstm() -> Case:
    w = Weights(15)
    gates = {name: (w.matrix(f"w{name}", 4, 7), w.vector(f"b{name}", 4)) for name in "ifog"}

    def cost(x: Matrix, y: Vector) -> Any:
        h: Vector = [Value(0.0)] * 4
        c: Vector = [Value(0.0)] * 4
        for step in x:
            i, f, o, g = (
                [(tanh if name == "g" else sigmoid)(z) for z in plus(linear(a, [*h, *step]), b)]
                for name, (a, b) in gates.items()
            )
            c = [f[k] * c[k] + i[k] * g[k] for k in range(4)]
            h = [o[k] * tanh(c[k]) for k in range(4)]
        return squares(h, y)

    return Case(cost, w.all, ([some(3) for _ in range(5)], some(4)))


def gru() -> Case:
    w = Weights(16)
    update, reset, new = (w.matrix(name, 4, 7) for name in ("wz", "wr", "wh"))

    def cost(x: Matrix, y: Vector) -> Any:
        h = [Value(0.0)] * 4
        for step in x:
            z, r = ([sigmoid(each) for each in linear(a, [*h, *step])] for a in (update, reset))
            candidate = [tanh(each) for each in linear(new, [r[k] * h[k] for k in range(4)] + step)]
            h = [(1 - z[k]) * h[k] + z[k] * candidate[k] for k in range(4)]
        return squares(h, y)

    return Case(cost, w.all, ([some(3) for _ in range(5)], some(4)))


def moons(n: int, *, as_leaves: bool, widths: Sequence[int] = (16, 16, 1)) -> Case:
    r = random.Random(17)
    model = nn.MLP(2, widths, "relu", "linear", seed=1)
    X, Y = [[r.uniform(-1.0, 2.0), r.uniform(-1.0, 1.0)] for _ in range(n)], [r.choice([-1.0, 1.0]) for _ in range(n)]

    def cost(X: Any, Y: Any) -> Any:
        losses = [(1 + -y * model(x)).relu() for x, y in zip(X, Y, strict=True)]
        return total(losses) * (1.0 / n) + 1e-4 * total([p * p for p in model.parameters()])

    if as_leaves:
        return Case(cost, list(model.parameters()), (X, Y))
    return Case(lambda: cost(X, Y), list(model.parameters()))


def batch_normalization() -> Case:
    w, r = Weights(18), random.Random(18)
    a, gain, shift, out = w.matrix("w", 5, 3), w.vector("g", 5), w.vector("s", 5), w.vector("v", 5)
    X, Y = [[r.uniform(-1, 1) for _ in range(3)] for _ in range(12)], [r.uniform(-1, 1) for _ in range(12)]

    def cost() -> Any:
        columns = [*zip(*(linear(a, x) for x in X), strict=True)]
        found = []
        for k, column in enumerate(columns):
            mean = total(column) / 12.0
            variance = total([(z - mean) ** 2 for z in column]) / 12.0
            found.append([relu(gain[k] * (z - mean) / (variance + 1e-5) ** 0.5 + shift[k]) for z in column])
        outputs = [dot(out, h) for h in zip(*found, strict=True)]
        return squares(outputs, Y) / 12.0

    return Case(cost, w.all)


def embedding() -> Case:
    w = Weights(19)
    table, out = w.matrix("e", 10, 4), w.matrix("v", 2, 12)
    words = (3, 7, 3)

    def cost(y: Vector) -> Any:
        return squares(linear(out, [tanh(each) for word in words for each in table[word]]), y)

    return Case(cost, w.all, (some(2),))


def polynomial() -> Case:
    c = Weights(20).vector("c", 6)
    return Case(lambda x, y: (total([c[k] * x**k for k in range(6)]) - y) ** 2, c, (0.7, 0.2))


def horner() -> Case:
    c = Weights(20).vector("c", 6)

    def cost(x: Value, y: Value) -> Any:
        found: Any = c[5]
        for each in c[4::-1]:
            found = found * x + each
        return (found - y) ** 2

    return Case(cost, c, (0.7, 0.2))


def fourier() -> Case:
    w = Weights(21)
    a, b, bias = w.vector("a", 6), w.vector("b", 6), w.vector("c", 1)

    def cost(x: Value, y: Value) -> Any:
        return (bias[0] + total([a[k] * sin((k + 1.0) * x) + b[k] * cos((k + 1.0) * x) for k in range(6)]) - y) ** 2

    return Case(cost, w.all, (0.3, 0.5))


def experts() -> Case:
    w = Weights(22)
    gate, all_experts = w.matrix("g", 3, 5), [(w.matrix(f"w{k}", 4, 5), w.matrix(f"v{k}", 2, 4)) for k in range(3)]

    def cost(x: Vector, y: Vector) -> Any:
        p = shares(linear(gate, x))
        ends = [linear(v, [tanh(z) for z in linear(u, x)]) for u, v in all_experts]
        return squares([total([p[k] * ends[k][d] for k in range(3)]) for d in range(2)], y)

    return Case(cost, w.all, (some(5), some(2)))


def gaussian() -> Case:
    w = Weights(23)
    a, b, s = w.matrix("w", 3, 4), w.vector("b", 3), w.vector("s", 3)

    def cost(x: Vector, y: Vector) -> Any:
        """Minus the logarithm of the density, without its constant."""
        mean = plus(linear(a, x), b)
        return total([0.5 * ((t - m) / exp(size)) ** 2 + size for t, m, size in zip(y, mean, s, strict=True)])

    return Case(cost, w.all, (some(4), some(3)))


def springs() -> Case:
    x = Weights(24).vector("x", 50)

    def cost() -> Any:
        stretched = [0.5 * 3.0 * (x[k + 1] - x[k] - 0.1) ** 2 for k in range(49)]
        return total(stretched) + total([0.2 * each for each in x]) + 0.25 * x[0] ** 4

    return Case(cost, x)


def transformer() -> Case:
    w, width, heads, length = Weights(25), 8, 2, 4
    query, key, content, mixed = (w.matrix(name, width, width) for name in ("wq", "wk", "wv", "wo"))
    wide, narrow = w.matrix("wu", 2 * width, width), w.matrix("wd", width, 2 * width)
    size = width // heads

    def normalized(x: Vector) -> Vector:
        scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
        return [each * scale for each in x]

    def cost(tokens: Matrix, y: Matrix) -> Any:
        keys: list[Vector] = []
        contents: list[Vector] = []
        found = []
        for token, target in zip(tokens, y, strict=True):
            x = normalized(token)
            inner = normalized(x)
            keys.append(linear(key, inner))
            contents.append(linear(content, inner))
            q, seen = linear(query, inner), list[Any]()
            for start in range(0, width, size):
                p = shares([dot(q[start : start + size], k[start : start + size]) * size**-0.5 for k in keys])
                seen += [dot(p, [c[i] for c in contents]) for i in range(start, start + size)]
            x = plus(x, linear(mixed, seen))
            x = plus(x, linear(narrow, [relu(h) for h in linear(wide, normalized(x))]))
            found.append(squares(x, target))
        return total(found) / len(found)

    return Case(
        cost, w.all, ([some(width + k)[k:] for k in range(length)], [some(width + k)[k:] for k in range(length)])
    )


def random_graph(seed: int) -> Case:
    """300 operations of every row of the table, each on two of the results before it; the cost is a sum over all."""
    r = random.Random(seed)
    steps = [Step(r.choice(ROWS), (r.randrange(12), r.randrange(60)), r.randrange(6)) for _ in range(300)]
    first = [Value(round(r.uniform(0.2, 2.0), 3)) for _ in range(8)]
    results = run(steps, first)
    order = topological_order(*results)
    parameters = [Value(each.data, f"w_{k}") for k, each in enumerate(first[:5])]

    def cost(x: Vector) -> Any:
        """The same operations at other numbers."""
        of: dict[Value, Any] = dict(zip(first, [*parameters, *x], strict=True))
        for node in order:
            if node not in of:
                arguments = [of[parent] for parent in node.parents]
                of[node] = node.op(*arguments) if node.op and arguments else node.data
        return total([of[each] for each in results])

    return Case(cost, parameters, ([each.data for each in first[5:]],))


CASES: dict[str, Callable[[], Case]] = {
    "MLP 2-16-16-1": lambda: mlp(2, 16, 16, 1, activations=("relu", "linear")),
    "MLP 64-30-10": lambda: mlp(64, 30, 10),
    "MLP 784-30-10": lambda: mlp(784, 30, 10, activations=("sigmoid", "sigmoid")),
    "tied autoencoder": tied_autoencoder,
    "one layer used twice": layer_twice,
    "skip connections": skips,
    "L2 on weights only": weight_decay,
    "an input used twice": input_twice,
    "two towers": two_towers,
    "1-D convolution": convolution_1d,
    "2-D convolution": convolution_2d,
    "max pooling": max_pooling,
    "attention": attention,
    "logsumexp": log_sum_exp,
    "naive softmax": naive_softmax,
    "Rosenbrock": rosenbrock,
    "recurrence": recurrence,
    "LSTM": lstm,
    "GRU": gru,
    "moons, as numbers": lambda: moons(100, as_leaves=False),
    "moons, as leaves": lambda: moons(100, as_leaves=True),
    "batch normalization": batch_normalization,
    "embedding": embedding,
    "polynomial": polynomial,
    "Horner": horner,
    "Fourier": fourier,
    "experts": experts,
    "Gaussian": gaussian,
    "springs": springs,
    "transformer": transformer,
    **{f"random graph {seed}": lambda seed=seed: random_graph(seed) for seed in range(4)},  # type: ignore[misc]
}
