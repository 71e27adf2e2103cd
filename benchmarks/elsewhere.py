"""The derivatives of `benchmarks.modes` by other libraries, each where it is installed: from lists to lists of numbers.

JAX compiles f as it is written, scalar by scalar; CasADi and ddx make a graph of it once, which then runs again;
PyTorch records it at each call. What they do at the first call, ours does at every one.
"""

import functools
import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import is_installed

Function = Callable[[Any, Any], Any]  # of mathematics, and of a list of inputs
Tasks = dict[str, Callable[[], Any]]
GRADIENT, JVP, PRODUCT, HESSIAN = "value and gradient", "jvp", "Hessian times a vector", "Hessian"


def jax(f: Function, x: list[float], v: list[float]) -> Tasks:
    """JAX, compiled."""
    library: Any = importlib.import_module("jax")
    library.config.update("jax_enable_x64", True)
    of_array = lambda t: f(library.numpy, list(t))  # noqa: E731 - it is differentiated again and again
    gradient = library.jit(library.value_and_grad(of_array))
    push = library.jit(lambda t, u: library.jvp(of_array, (t,), (u,)))
    product = library.jit(lambda t, u: library.jvp(library.grad(of_array), (t,), (u,))[1])
    matrix = library.jit(library.hessian(of_array))
    return {
        GRADIENT: lambda: [np.asarray(each).tolist() for each in gradient(np.array(x))],
        JVP: lambda: [float(each) for each in push(np.array(x), np.array(v))],
        PRODUCT: lambda: np.asarray(product(np.array(x), np.array(v))).tolist(),
        HESSIAN: lambda: np.asarray(matrix(np.array(x))).tolist(),
    }


def torch(f: Function, x: list[float], v: list[float]) -> Tasks:
    """PyTorch's function transforms."""
    library: Any = importlib.import_module("torch")
    transforms: Any = importlib.import_module("torch.func")
    of_tensor = lambda t: f(library, list(t.unbind()))  # noqa: E731
    make: Any = functools.partial(library.tensor, dtype=library.float64)
    gradient = transforms.grad_and_value(of_tensor)
    return {
        GRADIENT: lambda: [each.tolist() for each in gradient(make(x))[::-1]],
        JVP: lambda: [each.item() for each in transforms.jvp(of_tensor, (make(x),), (make(v),))],
        PRODUCT: lambda: transforms.jvp(transforms.grad(of_tensor), (make(x),), (make(v),))[1].tolist(),
        HESSIAN: lambda: transforms.hessian(of_tensor)(make(x)).tolist(),
    }


def casadi(f: Function, x: list[float], v: list[float]) -> Tasks:
    """CasADi's virtual machine."""
    library: Any = importlib.import_module("casadi")
    t, u = library.SX.sym("x", len(x)), library.SX.sym("v", len(x))
    value = f(library, library.vertsplit(t))
    slopes = library.gradient(value, t)
    gradient = library.Function("g", [t], [value, slopes])
    push = library.Function("j", [t, u], [value, library.jtimes(value, t, u)])
    product = library.Function("p", [t, u], [library.jtimes(slopes, t, u)])
    matrix = library.Function("h", [t], [library.hessian(value, t)[0]])
    return {
        GRADIENT: lambda: [each.full().ravel().tolist() for each in gradient(x)],
        JVP: lambda: [float(each) for each in push(x, v)],
        PRODUCT: lambda: product(x, v).full().ravel().tolist(),
        HESSIAN: lambda: matrix(x).full().tolist(),
    }


def ddx(f: Function, x: list[float], v: list[float]) -> Tasks:  # noqa: ARG001 - it has gradients only
    """The interpreter of ddx."""
    library: Any = importlib.import_module("ddx")
    equation = library.equation(lambda: f(library, [library.var(f"x{k}") for k in range(len(x))]))
    return {GRADIENT: lambda: [np.asarray(each).tolist() for each in equation.jacobian(np.array(x))]}


LIBRARIES = {"JAX, compiled": jax, "PyTorch": torch, "CasADi": casadi, "ddx": ddx}
PACKAGES = {"JAX, compiled": "jax"}


def contestants(f: Function, x: list[float], v: list[float]) -> dict[tuple[str, str], Callable[[], Any]]:
    """What each library that is there can do, after its first calls, whose time a line says."""
    found = {}
    for name, library in LIBRARIES.items():
        if not is_installed(PACKAGES.get(name, name.lower().replace("pytorch", "torch"))):
            continue
        start = time.perf_counter()
        tasks = library(f, x, v)
        made, firsts = time.perf_counter() - start, []
        for what, task in tasks.items():
            start = time.perf_counter()
            task()
            firsts.append(f"{what} {time.perf_counter() - start:.3g} s")
            found[name, what] = task
        print(f"{name}, {len(x)} inputs: made in {made:.3g} s; first calls: {', '.join(firsts)}")
    return found
