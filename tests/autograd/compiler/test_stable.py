"""Exponentials whose scale cancels are beside the largest: right, also where the scalar formula overflows."""

import math
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Value, exp, expm1, floor, hessian, log, logsumexp, maximum, sin, softmax, tanh
from tests.autograd.compiler.programs import total
from tests.autograd.compiler.scalars import Case, error

INF: Any = math.inf
ZERO: Any = 0.0
Loss = Callable[[Any, Any], Any]  # of three outputs z and three shares y of the classes


def naive(z: list[Any]) -> list[Any]:
    e = [exp(v) for v in z]
    s = total(e)
    return [v / s for v in e]


def likelihood(p: list[Any], y: list[Any]) -> Any:
    return -total([t * log(v) for v, t in zip(p, y, strict=True)])


def squares(p: list[Any], y: list[Any]) -> Any:
    return total([(v - t) ** 2 for v, t in zip(p, y, strict=False)])


def weighted(p: list[Any], y: list[Any]) -> Any:
    return total([v * t for v, t in zip(p, y, strict=True)])


def log_sum(z: list[Any]) -> Any:
    return log(total([exp(v) for v in z]))


def sum_of_exponentials(z: list[Any]) -> Any:
    return total([exp(v) for v in z])


def waits_for_itself(z: list[Any], y: list[Any]) -> Any:
    e, f = exp(z[0]), exp(z[1])
    return log(e + f + exp(e / f * z[2])) - z[1] * y[0]


def negative(z: list[Any], _y: list[Any]) -> Any:
    a, b = z[1] - 5.0, z[0] - 5.0
    return log((exp(z[0]) * a + exp(z[2]) * b) / (a * sum_of_exponentials(z)))


CROSS_ENTROPIES: dict[str, Loss] = {
    "softmax and its logarithm": lambda z, y: likelihood(naive(z), y),
    "each softmax for itself": lambda z, y: likelihood([exp(v) / sum_of_exponentials(z) for v in z], y),
    "softmax as a product": lambda z, y: likelihood([exp(v) * sum_of_exponentials(z) ** -1 for v in z], y),
    "logarithm of a sum": lambda z, y: total([t * (log_sum(z) - v) for v, t in zip(z, y, strict=True)]),
    "logarithm of a sum, once": lambda z, y: log_sum(z) - weighted(z, y),
    "softmax": lambda z, y: likelihood(softmax(z), y),
    "logsumexp": lambda z, y: logsumexp(z) - weighted(z, y),
    "cross_entropy": nn.losses.cross_entropy,
    "beside a largest": lambda z, y: likelihood(naive([v - maximum(maximum(z[0], z[1]), z[2]) for v in z]), y),
}
STABLE: dict[str, Loss] = CROSS_ENTROPIES | {
    "squares": lambda z, y: squares(naive(z), y),
    "squares of softmax": lambda z, y: squares(softmax(z), y),
    "temperature": lambda z, y: likelihood(naive([v / 0.7 for v in z]), y),
    "focal": lambda z, y: -total([t * (1.0 - p) ** 2 * log(p) for p, t in zip(naive(z), y, strict=True)]),
    "cubes": lambda z, y: weighted([p**3.0 for p in naive(z)], y),
    "roots": lambda z, y: weighted([p**0.5 for p in naive(z)], y),
    "roots of what has a scale": lambda z, y: (
        weighted([(exp(v) * sum_of_exponentials(z)) ** 0.5 for v in z], y) / sum_of_exponentials(z)
    ),
    "entropy": lambda z, y: weighted([p * log(p) for p in naive(z)], y),
    "two softmaxes": lambda z, y: likelihood(naive(z), naive([v * t for v, t in zip(z, y, strict=True)])),
    "divergence": lambda z, y: total(
        [p * log(p / q) for p, q in zip(naive(z), naive([v * t for v, t in zip(z, y, strict=True)]), strict=True)]
    ),
    "ratios": lambda z, y: weighted([naive(z)[0] / p for p in naive(z)], y),
    "softmax in softmax": lambda z, y: likelihood(naive([p * v for p, v in zip(naive(z), z, strict=True)]), y),
    "squares of a sum": lambda z, y: weighted([exp(v) * exp(z[0]) / sum_of_exponentials(z) ** 2 for v in z], y),
    "tanh": lambda z, y: weighted([(exp(v) - exp(-v)) / (exp(v) + exp(-v)) for v in z], y),
    "of any sign": negative,
    "masked": lambda z, y: nn.losses.cross_entropy([*z, -INF], [*y, 0.0]),
    "masked softmax": lambda z, y: squares(softmax([-INF, *z]), [0.5, *y]),
    "a number among them": lambda z, y: nn.losses.cross_entropy([ZERO, *z[1:]], y),
    "with and without a choice": lambda z, y: logsumexp(z) * y[0] + log_sum(z) + squares(naive(z), softmax(z)),
    "one twice": lambda z, y: logsumexp([z[0], z[0], z[1]]) * y[0],
}
ALONE: dict[str, Loss] = {
    "sigmoid": lambda z, y: weighted([1.0 / (1.0 + exp(-v)) for v in z], y),
    "softplus": lambda z, y: weighted([log(1.0 + exp(v)) for v in z], y),
    "used elsewhere": lambda z, y: sum_of_exponentials(z) * y[0] + log_sum(z),
    "other scales": lambda z, y: weighted([exp(a) / exp(b) for a, b in zip(z, z[1:] + z[:1], strict=True)], y),
    "another power": lambda z, y: weighted([exp(v) / sum_of_exponentials([2.0 * u for u in z]) for v in z], y),
    "overlapping": lambda z, y: likelihood(naive(z[:2]), y[:2]) + likelihood(naive(z[1:]), y[1:]),
    "part of a sum": lambda z, _: log_sum(z[1:]) - log_sum(z),
    "a ratio and a number": lambda z, y: weighted([exp(z[0]) / exp(z[1]) + 1.0, *z[1:]], y),
    "one exponential": lambda z, y: weighted([log(exp(v)) for v in z], y),
    "used elsewhere by a row": lambda z, y: likelihood(naive(z), y) + sin(exp(z[0])),
    "used elsewhere by a step": lambda z, y: likelihood(naive(z), y) + floor(2.0 * exp(z[0])),
    "a slope that is the same exponential": lambda z, y: likelihood(naive(z), y) + weighted([expm1(v) for v in z], y),
    "waits for itself": waits_for_itself,
    "one value": lambda z, y: logsumexp(z[:1]) + squares(softmax(z[:1]), y),
    "one of all": lambda z, y: logsumexp([z[0], -INF, -INF]) * y[0],
}
Y = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]


def agrees(loss: Loss, scale: float = 1.0, same: Loss | None = None) -> autograd.Program:
    """Compare a program with the scalar engine's gradient of the loss; or, where that overflows, of the same one."""
    r = random.Random(3)
    model = nn.MLP(4, [5, 3], "tanh", "linear", seed=1)
    X = [[r.uniform(-1.0, 1.0) for _ in range(4)] for _ in Y]
    case = Case(lambda x, y: loss(model(x), y), model.parameters(), ([0.1, -0.2, 0.3, -0.4], [0.2, 0.7, 0.1]))
    program = case.compiled()
    for parameter in case.parameters:
        parameter.data = scale * parameter.data
    reference = case._replace(cost=lambda x, y: (same or loss)(model(x), y))
    assert error(program, reference, X, Y) <= 1e-12
    return program


@pytest.mark.parametrize("name", STABLE)
def test_what_has_no_scale_is_beside_the_largest(name: str) -> None:
    assert "xp.max" in agrees(STABLE[name]).source


@pytest.mark.parametrize("name", ALONE)
def test_what_has_a_scale_is_left_alone(name: str) -> None:
    assert "xp.max" not in agrees(ALONE[name]).source


def test_one_exponential_is_beside_nothing() -> None:
    assert "xp.exp(z2)" in agrees(ALONE["one exponential"]).source


def test_what_no_parameter_changes_has_a_scale_too() -> None:
    w = Value(0.5, "w")
    program = autograd.compile(lambda x: w * naive(x)[0] + exp(exp(x[0])), [w], ([0.1, 0.2],))
    e, f = math.exp(0.3), math.exp(0.7)
    assert program([0.5], [[0.3, 0.7]])[0] == pytest.approx(0.5 * e / (e + f) + math.exp(e), rel=1e-12)


@pytest.mark.parametrize("scale", [30.0, 300.0, 2000.0])
@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_no_cross_entropy_overflows(name: str, scale: float) -> None:
    agrees(CROSS_ENTROPIES[name], scale, nn.losses.cross_entropy)


def test_a_softmax_of_what_another_one_weighs_does_not_overflow() -> None:
    agrees(
        STABLE["softmax in softmax"],
        300.0,
        lambda z, y: nn.losses.cross_entropy([p * v for p, v in zip(softmax(z), z, strict=True)], y),
    )


@pytest.mark.parametrize("name", ["masked", "a number among them"])
def test_numbers_among_the_values_do_not_overflow(name: str) -> None:
    agrees(STABLE[name], 2000.0)


def test_a_masked_class_costs_infinitely_much_if_it_is_the_right_one() -> None:
    w = Value(0.5, "w")
    program = autograd.compile(lambda x, y: nn.losses.cross_entropy([w * x, x, -INF], y), [w], (2.0, [1.0, 0.0, 0.0]))
    value, gradient = program([0.5], [[2.0]], [[0.5, 0.5, 0.0]])
    assert value == pytest.approx(math.log(1.0 + math.e) - 0.5, rel=1e-12)
    with np.errstate(divide="ignore"):
        assert program([0.5], [[2.0]], [[0.5, 0.25, 0.25]])[0] == INF
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("name", sorted(CROSS_ENTROPIES.keys() - {"beside a largest"}))
def test_the_error_is_a_minus_y(name: str) -> None:
    source = agrees(CROSS_ENTROPIES[name]).source
    total_y = re.escape("xp.sum(Y, axis=-1)[:, None]")
    assert re.search(rf"delta2 = share \* \(({total_y} \* a2|a2 \* {total_y}|a2) - Y\)  ", source)
    assert "take" not in source


def test_what_a_softmax_passes_back_is_its_textbooks() -> None:
    code = re.sub(r" *#.*", "", agrees(STABLE["squares"]).source)
    assert "a2 = t1 / xp.sum(t1, axis=-1)[:, None]\n    t2 = a2 - Y\n" in code
    assert "delta2 = share * (2 * t2 + (-2 * xp.sum(a2 * t2, axis=-1))[:, None]) * a2\n" in code


def test_a_ratio_of_two_that_are_far_below_the_largest_is_no_quotient_of_zeros() -> None:
    w = Value(1.0, "w")
    program = autograd.compile(lambda x: naive([w * v for v in x])[0] / naive([w * v for v in x])[1], [w], ([1.0] * 3,))
    value, gradient = program([1.0], [[-400.0, -401.0, 500.0]])
    assert value == pytest.approx(math.e, rel=1e-12)
    assert gradient == pytest.approx([math.e], rel=1e-12)


def attention(x: list[Any], w: list[Any]) -> Any:
    """Of four tokens that have two numbers each: every row of the scores is a group of its own."""
    tokens = [x[2 * t : 2 * t + 2] for t in range(4)]
    q, k, v = (
        [[total([w[p + 2 * i + j] * t[j] for j in range(2)]) for i in range(2)] for t in tokens] for p in (0, 4, 8)
    )
    rows = [[exp(total([a * b for a, b in zip(query, key, strict=True)])) for key in k] for query in q]
    out = [[total([e * u[i] for e, u in zip(row, v, strict=True)]) / total(row) for i in range(2)] for row in rows]
    return total([each**2 for row in out for each in row])


@pytest.mark.parametrize("size", [1.0, 60.0])
def test_each_row_of_an_attention_is_beside_its_largest(size: float) -> None:
    r = random.Random(1)
    w = [Value(size * r.uniform(-1.0, 1.0), f"w_{k}") for k in range(12)]
    X = [[r.uniform(-1.0, 1.0) for _ in range(8)] for _ in range(3)]
    before = [each.data for each in w]
    for each in w:
        each.data /= size
    program = autograd.compile(lambda x: attention(x, w), w, (X[0],))
    assert program.source.count("xp.max(") == 1
    for each, number in zip(w, before, strict=True):
        each.data = number
    if size == 1.0:
        cost = total([attention(x, w) for x in X]) / 3
        cost.backward()
        value, gradient = program(before, X)
        assert value == pytest.approx(cost.data, rel=1e-12)
        assert gradient == pytest.approx([each.grad for each in w], rel=1e-11)
    else:
        with pytest.raises(OverflowError):
            attention(X[0], w)
        assert np.isfinite(program(before, X)[1]).all()


@pytest.mark.parametrize("name", ["cross_entropy", "softmax and its logarithm", "squares", "masked softmax"])
def test_hessians_are_right(name: str) -> None:
    w = [Value(v, f"w_{k}") for k, v in enumerate([0.3, -0.2, 0.5])]
    loss, x, y = STABLE[name], [1.0, 2.0, -1.0], [0.2, 0.7, 0.1]

    def cost(w: list[Any], x: list[Any], y: list[Any]) -> Any:
        return loss([a * b * b for a, b in zip(x, w, strict=True)], y)

    program = autograd.compile(lambda x, y: cost(w, x, y), w, (x, y))
    point = [each.data for each in w]
    expected = hessian(lambda w: cost(w, x, y), point)
    found = [program.hessian_vector_product(point, direction, [x], [y]) for direction in np.eye(3)]
    assert np.array(found) == pytest.approx(np.array(expected), rel=1e-12, abs=1e-14)


def test_names_stay_where_something_without_one_turns_out_to_be_the_same() -> None:
    def loss(z: list[Any], y: list[Any]) -> Any:
        p = [v.named(f"p_{k}") for k, v in enumerate(naive(z))]
        return squares(p, y) + weighted([exp(v) * sum_of_exponentials(z) ** -1 for v in z], y)

    assert "\n    p = t1 / xp.sum(t1, axis=-1)[:, None] " in agrees(loss).source


def test_all_that_is_asked_of_a_program_knows_the_largest() -> None:
    program = agrees(CROSS_ENTROPIES["cross_entropy"])
    assert str(program.passes)
    assert "max" in str(program.beside())


class Generator:
    """Makes a cost of exponentials, quotients, logarithms and powers, from a seed."""

    def __init__(self, seed: int) -> None:
        self.seed, self.size = seed, random.Random(seed).choice([2, 3, 4])

    def cost(self, w: list[Any], x: list[Any], y: list[Any]) -> Any:
        r, n = random.Random(self.seed + 1), self.size
        z = [w[k] * x[k] + w[k + 1] * x[(k + 1) % n] for k in range(n)]
        e = [exp(v) for v in z]
        s = total(e)
        scaled, plain = [*e, s, total([a * b for a, b in zip(e, y, strict=True)])], [*z, *y, log(s)]
        if r.random() < 0.3:
            plain += [*softmax(z), logsumexp(z)]
        for _ in range(r.randint(2, 9)):
            a, b, p, q = r.choice(scaled), r.choice(scaled), r.choice(plain), r.choice(plain)
            found = [a / s, a / s, a * b / (s * s), a * s**-1, a / e[0], log(e[0] / s), log(e[1] * 2.0) - log(s), p + q]
            found += [(e[1] / s) ** 0.5, p / (e[0] / s), p * q, tanh(p), maximum(p, a / s), 1.0 - e[0] / s]
            plain.append(r.choice(found))
            scaled.append(r.choice([a, a * p, a + b, 0.5 * a]))
        return total([tanh(v) * t for v, t in zip(plain[-4:], y * 2, strict=False)]) + r.choice(
            [scaled[-1] / s, plain[-1]]
        )


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_costs_that_a_generator_made(first: int) -> None:
    with_a_largest = 0
    for seed in range(first, first + 40):
        generated, r = Generator(seed), random.Random(seed)

        def numbers(count: int, r: random.Random = r) -> list[float]:
            return [r.uniform(-1.0, 1.0) for _ in range(count)]

        w = [Value(v) for v in numbers(generated.size + 1)]
        X, Y = ([numbers(generated.size) for _ in range(3)] for _ in range(2))
        program = autograd.compile(lambda x, y, g=generated, w=w: g.cost(w, x, y), w, (X[0], Y[0]))
        with_a_largest += "xp.max" in program.source
        cost = total([generated.cost(w, x, y) for x, y in zip(X, Y, strict=True)]) / 3
        cost.backward()
        value, gradient = program([v.data for v in w], X, Y)
        expected = np.array([v.grad for v in w])
        assert value == pytest.approx(cost.data, rel=1e-10), program.source
        assert np.linalg.norm(gradient - expected) <= 1e-10 * max(1.0, float(np.linalg.norm(expected))), program.source
    assert with_a_largest > 20
