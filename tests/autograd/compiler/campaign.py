"""Thousands of generated costs, one example recorded or a whole batch, against the scalar engine.

Run it as `python -m tests.autograd.compiler.campaign [COUNT [FIRST]]`.
"""

import random
import sys
import warnings

import numpy as np

from autograd import Value
from tests.autograd.compiler.programs import Generator, total
from tests.autograd.compiler.scalars import Case, Numbers, error

KINDS = ("one example", "a batch, as leaves", "a batch, as numbers")
TOLERANCE = 1e-12
REFUSED = "depends on none of the parameters", "must give one Value"  # what is rightly said of some costs


def generated(seed: int, kind: str) -> tuple[Case, list[Numbers]]:
    """A cost, and the examples that it is compared at."""
    made, r = Generator(seed).made(), random.Random(seed)

    def rows(count: int, size: int) -> list[list[float]]:
        return [[r.uniform(-1.0, 1.0) for _ in range(size)] for _ in range(count)]

    (theta,) = rows(1, made.n_parameters)
    parameters = [Value(number) for number in theta]
    n = r.choice([1, 1, 4, 7])
    X, Y = rows(n, made.n_inputs), rows(n, made.n_targets)
    if kind == KINDS[0]:
        case = Case(lambda x, y: made.cost(parameters, x, y), parameters, (X[0], Y[0]))
        return case, [np.array(X), np.array(Y)]

    def cost(X: list[list[Value]], Y: list[list[Value]]) -> Value:
        found: Value = total([made.cost(parameters, x, y) for x, y in zip(X, Y, strict=True)]) / n
        return found

    if kind == KINDS[1]:
        return Case(cost, parameters, (X, Y)), [np.array([np.ravel(each)]) for each in (X, Y)]
    return Case(lambda: cost(X, Y), parameters), []  # type: ignore[arg-type]


def difference(case: Case, examples: list[Numbers]) -> float:
    """How far cost and gradient are from those of the scalar engine; 0 if the cost is rightly refused."""
    try:
        program = case.compiled()
    except (TypeError, ValueError) as refused:
        if any(each in str(refused) for each in REFUSED):
            return 0.0
        raise
    return error(program, case, *examples)


def main(count: int = 3000, first: int = 0) -> int:
    """Run, and say what is wrong."""
    warnings.simplefilter("error")
    failures = 0
    for kind in KINDS:
        worst = 0.0
        for seed in range(first, first + count):
            try:
                found = difference(*generated(seed, kind))
            except Exception as wrong:
                print(f"{kind}, {seed}: {wrong!r:.200}")
                failures += 1
                continue
            worst = max(worst, found)
            if not found <= TOLERANCE:
                print(f"{kind}, {seed}: an error of {found:.1e}")
                failures += 1
        print(f"{kind}: {count} programs, with an error of {worst:.1e} at most", flush=True)
    return failures


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
