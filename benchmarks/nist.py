"""NIST's certified nonlinear regressions: `python -m benchmarks.nist FOLDER`, where Misra1a.dat and the others are.

27 problems with two starts each, from https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml. What is certified has 11
digits; a fit is to reach 6 of each parameter. The time of all fits together is compared with that of the same fits with
JAX's Jacobians, if JAX is installed, through the same method of SciPy's with the same settings: compiled for each
problem, once for its two starts, and compiled beforehand.
"""

import argparse
import math
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares as scipy_least_squares

import autograd
import nn

ROUNDS, DIGITS = 5, 6


def saturation(m: Any, x: Any, b1: Any, b2: Any) -> Any:
    """Exponential saturation."""
    return b1 * (1 - m.exp(-b2 * x))


def chwirut(m: Any, x: Any, b1: Any, b2: Any, b3: Any) -> Any:
    """An exponential over a line."""
    return m.exp(-b1 * x) / (b2 + b3 * x)


def peaks(m: Any, x: Any, b1: Any, b2: Any, b3: Any, b4: Any, b5: Any, b6: Any, b7: Any, b8: Any) -> Any:
    """Two Gaussian peaks on a decaying baseline."""
    return b1 * m.exp(-b2 * x) + b3 * m.exp(-((x - b4) ** 2) / b5**2) + b6 * m.exp(-((x - b7) ** 2) / b8**2)


def lanczos(m: Any, x: Any, b1: Any, b2: Any, b3: Any, b4: Any, b5: Any, b6: Any) -> Any:
    """Three exponentials."""
    return b1 * m.exp(-b2 * x) + b3 * m.exp(-b4 * x) + b5 * m.exp(-b6 * x)


def cubic_ratio(_: Any, x: Any, b1: Any, b2: Any, b3: Any, b4: Any, b5: Any, b6: Any, b7: Any) -> Any:
    """A cubic over a cubic."""
    return (b1 + b2 * x + b3 * x**2 + b4 * x**3) / (1 + b5 * x + b6 * x**2 + b7 * x**3)


def enso(m: Any, x: Any, b1: Any, b2: Any, b3: Any, b4: Any, b5: Any, b6: Any, b7: Any, b8: Any, b9: Any) -> Any:
    """Three cycles, of which that of a year is known."""
    t = 2 * math.pi * x
    year = b2 * m.cos(t / 12) + b3 * m.sin(t / 12)
    return b1 + year + b5 * m.cos(t / b4) + b6 * m.sin(t / b4) + b8 * m.cos(t / b7) + b9 * m.sin(t / b7)


MODELS: dict[str, Callable[..., Any]] = {
    "Misra1a": saturation,
    "Chwirut2": chwirut,
    "Chwirut1": chwirut,
    "Lanczos3": lanczos,
    "Gauss1": peaks,
    "Gauss2": peaks,
    "DanWood": lambda _, x, b1, b2: b1 * x**b2,
    "Misra1b": lambda _, x, b1, b2: b1 * (1 - (1 + b2 * x / 2) ** -2),
    "Kirby2": lambda _, x, b1, b2, b3, b4, b5: (b1 + b2 * x + b3 * x**2) / (1 + b4 * x + b5 * x**2),
    "Hahn1": cubic_ratio,
    "Nelson": lambda m, x, b1, b2, b3: b1 - b2 * x[0] * m.exp(-b3 * x[1]),  # of log y
    "MGH17": lambda m, x, b1, b2, b3, b4, b5: b1 + b2 * m.exp(-x * b4) + b3 * m.exp(-x * b5),
    "Lanczos1": lanczos,
    "Lanczos2": lanczos,
    "Gauss3": peaks,
    "Misra1c": lambda _, x, b1, b2: b1 * (1 - (1 + 2 * b2 * x) ** -0.5),
    "Misra1d": lambda _, x, b1, b2: b1 * b2 * x * (1 + b2 * x) ** -1,
    "Roszman1": lambda m, x, b1, b2, b3, b4: b1 - b2 * x - m.atan(b3 / (x - b4)) / math.pi,
    "ENSO": enso,
    "MGH09": lambda _, x, b1, b2, b3, b4: b1 * (x**2 + x * b2) / (x**2 + x * b3 + b4),
    "Thurber": cubic_ratio,
    "BoxBOD": saturation,
    "Rat42": lambda m, x, b1, b2, b3: b1 / (1 + m.exp(b2 - b3 * x)),
    "MGH10": lambda m, x, b1, b2, b3: b1 * m.exp(b2 / (x + b3)),
    "Eckerle4": lambda m, x, b1, b2, b3: b1 / b2 * m.exp(-0.5 * ((x - b3) / b2) ** 2),
    "Rat43": lambda m, x, b1, b2, b3, b4: b1 / (1 + m.exp(b2 - b3 * x)) ** (1 / b4),
    "Bennett5": lambda _, x, b1, b2, b3: b1 * (b2 + x) ** (-1 / b3),
}


@dataclass(frozen=True)
class Problem:
    """A problem.

    Attributes:
        name: Its name.
        x: The inputs, a number in each row, or two.
        y: What was measured.
        starts: Two starts.
        parameters: The certified parameters.
        standard_errors: Theirs.
        deviation: The certified residual standard deviation.
    """

    name: str
    x: Any
    y: Any
    starts: tuple[list[float], list[float]]
    parameters: list[float]
    standard_errors: list[float]
    deviation: float


def read(path: Path) -> Problem:
    """Read a problem from NIST's file: lines 41 to 60 have starts and what is certified, those from 61 on the data."""
    lines = path.read_text(encoding="ascii").splitlines()
    table = [line.split("=")[1].split() for line in lines[40:60] if line.strip().startswith("b")]
    first, second, parameters, errors = ([float(row[column]) for row in table] for column in range(4))
    deviation = next(float(line.split(":")[1]) for line in lines[40:60] if line.startswith("Residual Standard"))
    data = np.array([[float(word) for word in line.split()] for line in lines[60:] if line[:1] != "D" and line.strip()])
    y, x = data[:, 0], data[:, 1:]
    is_of_log = path.stem == "Nelson"
    inputs = x if x.shape[1] > 1 else x[:, 0]
    return Problem(path.stem, inputs, np.log(y) if is_of_log else y, (first, second), parameters, errors, deviation)


def digits(found: Sequence[float], certified: Sequence[float]) -> float:
    """How many digits are right, of the worst: 11 at most, which are all that are certified.

    Reference: McCullough 1998, "Assessing the reliability of statistical software", section 3.
    """
    errors = [abs(one - other) / abs(other) for one, other in zip(found, certified, strict=True)]
    return min(11.0 if error < 1e-11 else -math.log10(error) for error in errors)


def ours(problems: Sequence[Problem]) -> list[list[nn.Regression]]:
    """All fits."""
    found = []
    for problem in problems:
        model = partial(MODELS[problem.name], autograd)
        found.append([nn.least_squares(model, problem.x, problem.y, start) for start in problem.starts])
    return found


def with_jax(problems: Sequence[Problem], compiled: dict[str, Any] | None = None) -> list[list[Any]]:
    """All fits with Jacobians by JAX; what it compiles is kept where `compiled` is given."""
    compiled = {} if compiled is None else compiled
    found = []
    for problem in problems:
        if problem.name not in compiled:
            compiled[problem.name] = jax_functions(problem)
        residuals, jacobian = compiled[problem.name]
        found.append(
            [
                scipy_least_squares(
                    residuals,
                    start,
                    jacobian,
                    method="lm",
                    ftol=1e-15,
                    xtol=1e-15,
                    gtol=1e-15,
                    x_scale="jac",
                    max_nfev=10_000,
                )
                for start in problem.starts
            ]
        )
    return found


def jax_functions(problem: Problem) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The residuals of a problem, and their Jacobian."""
    import jax
    import jax.numpy as jnp

    x, y = jnp.asarray(problem.x.T), jnp.asarray(problem.y)
    model = partial(MODELS[problem.name], jnp)
    residuals = jax.jit(lambda b: model(x, *b) - y)
    jacobian = jax.jit(jax.jacfwd(residuals))

    def fun(b: Any) -> Any:
        found = np.asarray(residuals(b))
        return found if (np.abs(found) < 1e100).all() else np.full(len(found), 1e100)

    return fun, lambda b: np.asarray(jacobian(b))


def main() -> None:
    """Fit, compare with what is certified, and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nist", description=__doc__)
    parser.add_argument("folder", type=Path, help="where NIST's files are")
    folder = parser.parse_args().folder
    problems = [read(folder / f"{name}.dat") for name in MODELS]
    found = ours(problems)
    print("digits of parameters, standard errors, residual standard deviation; evaluations (start 1, start 2)")
    n_right = 0
    for problem, fits in zip(problems, found, strict=True):
        rows = [
            (
                digits([*fit.parameters.values()], problem.parameters),
                digits([*fit.standard_errors.values()], problem.standard_errors),
                digits([fit.residual_standard_deviation], [problem.deviation]),
                fit.result.nfev,
            )
            for fit in fits
        ]
        n_right += sum(row[0] >= DIGITS for row in rows)
        print(f"  {problem.name:<10}" + " | ".join("{:6.1f}{:6.1f}{:6.1f}{:6d}".format(*row) for row in rows))
    print(f"{n_right} of {2 * len(problems)} fits have {DIGITS} digits of each parameter")
    tasks: dict[str, Callable[[], Any]] = {"ours": lambda: ours(problems)}
    try:
        import jax
    except ImportError:
        print("JAX is not installed: nothing to compare with")
    else:
        jax.config.update("jax_enable_x64", True)
        kept: dict[str, Any] = {}
        with_jax(problems, kept)
        tasks["JAX, compiled for each problem"] = lambda: with_jax(problems)
        tasks["JAX, compiled beforehand"] = lambda: with_jax(problems, kept)
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name in random.sample(list(tasks), len(tasks)):
            start = time.perf_counter()
            tasks[name]()
            times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        ratio = statistics.median(one / own for one, own in zip(seconds, times["ours"], strict=True))
        print(f"  {name:<32} {statistics.median(seconds):7.3f} s  {ratio:6.2f} x ours")


if __name__ == "__main__":
    main()
