"""Thousands of random programs in every mode, to the third order: the native engine against the pure one, bit by bit.

Run it as `python -m tests.autograd.derivatives.campaign [COUNT [FIRST]]`.
"""

import functools
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograd import (
    ACCELERATED,
    Value,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    jvp,
    taylor,
    value_and_grad,
)
from tests.autograd.engine.test_gradients import structure
from tests.autograd.programs import ROWS, Step, run

F = Callable[[list[Any]], Any]


def generated(seed: int) -> tuple[F, list[float], list[float]]:
    """A program as a function of a list, where to differentiate it, and a direction."""
    rng = random.Random(seed)
    program = [
        Step(rng.choice(ROWS), (rng.randrange(4), rng.randrange(6)), rng.randrange(6)) for _ in range(rng.randint(2, 8))
    ]
    at = [round(rng.uniform(0.2, 2.0), 3) for _ in range(rng.randint(1, 3))]
    return lambda v: run(program, v)[-1], at, [rng.choice((1.0, 0.0, -0.5)) for _ in at]


def numbers_of_gradient(f: F, at: list[float]) -> list[float]:
    """What `grad` gives."""
    inputs = [Value(number) for number in at]
    return [entry.data for entry in grad(f(inputs), inputs)]


def graphs(f: F, at: list[float], order: int) -> list[object]:
    """The graphs of all derivatives of an order."""
    inputs = [Value(number, f"x{i}") for i, number in enumerate(at)]
    entries = [f(inputs)]
    entries[0].label = "y"
    for _ in range(order):
        entries = [each for entry in entries for each in grad(entry, inputs, create_graph=True)]
    return structure(entries)


def along(f: F, direction: list[float]) -> F:
    """The derivative of a function along a direction, as a function."""
    return lambda v: jvp(f, v, direction)[1]


MODES: dict[str, Callable[[F, list[float], list[float]], object]] = {
    "grad": lambda f, at, _: numbers_of_gradient(f, at),
    "value_and_grad": lambda f, at, _: value_and_grad(f, at),
    "first derivatives as a graph": lambda f, at, _: graphs(f, at, 1),
    "second derivatives as a graph": lambda f, at, _: graphs(f, at, 2),
    "third derivatives as a graph": lambda f, at, _: graphs(f, at, 3),
    "jvp": jvp,
    "jvp of jvp": lambda f, at, direction: jvp(along(f, direction), at, direction),
    "gradient of jvp": lambda f, at, direction: value_and_grad(along(f, direction), at),
    "jacobian": lambda f, at, _: jacobian(lambda v: [f(v), *v], at),
    "jacobian of the gradient": lambda f, at, _: jacobian(lambda v: value_and_grad(f, v)[1], at),
    "hessian": lambda f, at, _: hessian(f, at),
    "hessian of jvp": lambda f, at, direction: hessian(along(f, direction), at),
    "hessian_vector_product": hessian_vector_product,
    "taylor": lambda f, at, direction: taylor(
        lambda t: f([x + d * t for x, d in zip(at, direction, strict=True)]), 0.0, 3
    ),
}


def shown(thing: object) -> str:
    """A result, with each bit of its numbers."""
    if isinstance(thing, list | tuple):
        return f"[{' '.join(map(shown, thing))}]"
    return thing.hex() if isinstance(thing, float) else repr(thing)


def lines(count: int, first: int) -> Iterator[str]:
    """What every mode makes of every program, or the error."""
    for seed in range(first, first + count):
        for name, mode in MODES.items():
            try:
                found = shown(mode(*generated(seed)))
            except (ValueError, ArithmeticError, TypeError) as error:
                found = f"{type(error).__name__}: {error}"
            yield f"{seed}, {name}: {found}".replace("\n", " ")


def main(count: int = 10_000, first: int = 0) -> int:
    """Run both engines, and say where they differ."""
    command = [sys.executable, "-m", "tests.autograd.derivatives.campaign", str(count), str(first), "alone"]
    start = functools.partial(subprocess.Popen, command, stdout=subprocess.PIPE, encoding="utf-8")
    pure, native = (
        start(env=os.environ | {"AUTOGRAD_PURE": is_pure, "PYTHONIOENCODING": "utf-8"}) for is_pure in ("1", "0")
    )
    assert pure.stdout is not None
    assert native.stdout is not None
    seen = failures = errors = 0
    for one, other in zip(pure.stdout, native.stdout, strict=True):
        seen += 1
        errors += "Error: " in one
        if one != other:
            failures += 1
            print(f"pure   {one:.500}\nnative {other:.500}")
    failed = pure.wait() or native.wait() or seen != count * len(MODES)
    print(f"{count} programs in {len(MODES)} modes, of which {errors} times an error: {failures} differences")
    return failures + bool(failed)


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument != "alone"]
    if "alone" in sys.argv:
        assert (os.environ["AUTOGRAD_PURE"] == "1") != ACCELERATED, "the native engine has not been built"
        for line in lines(*numbers):
            print(line)
    else:
        sys.exit(bool(main(*numbers)))
