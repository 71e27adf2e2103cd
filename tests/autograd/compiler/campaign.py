"""Thousands of generated costs, one example recorded or a whole batch, against the scalar engine.

    python -m tests.autograd.compiler.campaign [COUNT [FIRST]]

The error of the gradient is that of the whole vector, relative to its size, or to a thousandth if it is smaller: where
it nearly vanishes, its parts cancel.
"""

import random
import sys
import warnings

import numpy as np

from autograd import Value
from tests.autograd.compiler.programs import Generator, total
from tests.autograd.compiler.scalars import Case, Numbers, in_scalars

KINDS = ("one example", "a batch, as leaves", "a batch, as numbers")
TOLERANCE = 1e-12
REFUSED = "depends on none of the parameters", "must give one Value"  # what is rightly said of some costs


def generated(seed: int, kind: str) -> tuple[Case, Numbers, list[Numbers]]:
    """A cost, the parameters, and the examples that it is compared at."""
    made, r = Generator(seed).made(), random.Random(seed)

    def rows(count: int, size: int) -> list[list[float]]:
        return [[r.uniform(-1.0, 1.0) for _ in range(size)] for _ in range(count)]

    (theta,) = rows(1, made.n_parameters)
    parameters = [Value(number) for number in theta]
    n = r.choice([1, 1, 4, 7])
    X, Y = rows(n, made.n_inputs), rows(n, made.n_targets)
    if kind == KINDS[0]:
        case = Case(lambda x, y: made.cost(parameters, x, y), parameters, (X[0], Y[0]))
        return case, np.array(theta), [np.array(X), np.array(Y)]

    def cost(X: list[list[Value]], Y: list[list[Value]]) -> Value:
        found: Value = total([made.cost(parameters, x, y) for x, y in zip(X, Y, strict=True)]) / n
        return found

    if kind == KINDS[1]:
        return Case(cost, parameters, (X, Y)), np.array(theta), [np.array([np.ravel(each)]) for each in (X, Y)]
    return Case(lambda: cost(X, Y), parameters), np.array(theta), []  # type: ignore[arg-type]


def difference(case: Case, theta: Numbers, examples: list[Numbers]) -> float:
    """How far cost and gradient are from those of the scalar engine, in units of what is allowed."""
    try:
        program = case.compiled()
    except (TypeError, ValueError) as refused:
        if any(each in str(refused) for each in REFUSED):
            return 0.0
        raise
    value, found = program(theta, *examples)
    expected, gradient = in_scalars(case, theta, *examples)
    errors = [abs(value - expected) / max(1.0, abs(expected))]
    errors.append(float(np.linalg.norm(found - gradient)) / max(1e-3, float(np.linalg.norm(gradient))))
    return max(errors) / TOLERANCE


def main(count: int = 3000, first: int = 0) -> int:
    """Run, and say what is wrong."""
    warnings.simplefilter("error")
    failures = 0
    for kind in KINDS:
        worst = 0.0
        for seed in range(first, first + count):
            try:
                error = difference(*generated(seed, kind))
            except Exception as wrong:
                print(f"{kind}, {seed}: {wrong!r:.200}")
                failures += 1
                continue
            worst = max(worst, error) if error == error else error
            if not error <= 1.0:
                print(f"{kind}, {seed}: {error:.1e} times what is allowed")
                failures += 1
        print(f"{kind}: {count} programs, at worst {worst:.2g} of what is allowed", flush=True)
    return failures


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
