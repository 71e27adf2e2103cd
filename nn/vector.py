r"""All parameters as one vector and back, and library minimizers, which work on vectors.

There are two orders. By rows, as `parameters()` lists them: W1 row by row, b1, ..., WL, bL. By columns, as in course
notes that unroll matrices Θ with the biases as first column: the columns of [b1 W1], then those of [b2 W2], and so on.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from autograd import Value, linearize_grad
from autograd.optional import needed
from autograd.table import as_list
from nn.choices import require
from nn.losses import check_cost
from nn.module import Module, assign

Order = Literal["rows", "columns"]
BY_PRODUCTS = ("newton-cg", "trust-ncg", "trust-krylov", "trust-constr")  # SciPy's methods that take H v
BY_MATRICES = ("dogleg", "trust-exact")  # and those that take H


def unroll(model: Module, order: Order = "rows", *, gradient: bool = False) -> list[float]:
    """All parameters of a model as one vector.

    Args:
        model: A model; for the order by columns, one with `layers`.
        order: "rows" or "columns".
        gradient: Whether to unroll the gradients instead of the parameters.

    Example:
        >>> import nn
        >>> model = nn.MLP(1, [2, 1])
        >>> roll(model, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "columns")
        >>> unroll(model)
        [3.0, 4.0, 1.0, 2.0, 6.0, 7.0, 5.0]
    """
    require("unroll(model)", "model", model, Module)
    return [value.grad if gradient else value.data for value in _ordered(model, order)]


def roll(model: Module, vector: Sequence[float], order: Order = "rows") -> None:
    """Set the parameters of a model to the numbers in a vector, the inverse of `unroll`.

    Args:
        model: A model; for the order by columns, one with `layers`.
        vector: As many numbers as the model has parameters.
        order: "rows" or "columns".

    Raises:
        TypeError: if something else than a model and a list of numbers is given.
        ValueError: if the vector is too long or too short. In any case the model is then unchanged.
    """
    require("roll(model, vector)", "model", model, Module)
    values, vector = _ordered(model, order), as_list(vector, "the vector")
    if len(vector) != len(values):
        raise ValueError(f"the model has {len(values)} parameters, but the vector has {len(vector)} numbers.")
    assign(values, vector)


def minimize(model: Module, cost: Callable[[], Value], method: str = "L-BFGS-B", **options: Any) -> Any:
    """Minimize a cost over the parameters of a model with one of SciPy's minimizers, which gets the exact gradient.

    Newton's methods get exact second derivatives, too: "trust-ncg", "Newton-CG", "trust-krylov" and "trust-constr" as
    products H v, for which the graph of the gradient is recorded once a point; "trust-exact" and "dogleg" as a matrix.

    Args:
        model: Its parameters are the start, and afterwards the minimum that was found.
        cost: Computes the cost of the model as it is: `lambda: mean([loss(model(x), y) for x, y in examples])`.
        method: The name of a method of `scipy.optimize.minimize` that uses gradients.
        options: Options of that method, such as `maxiter=100`.

    Returns:
        SciPy's result: `fun` is the cost, `jac` the gradient, `nit` the number of iterations.

    Raises:
        TypeError: if something else than a model and a function that returns one Value is given.
        ImportError: if SciPy is not installed.
        FloatingPointError: if the cost ends as infinite or nan.

    Example:
        >>> import nn
        >>> line = nn.MLP(1, [1], seed=0)
        >>> cost = lambda: nn.losses.mean([(line([x]) - (3 * x + 1)) ** 2 for x in (0.0, 1.0, 2.0)])
        >>> result = minimize(line, cost)
        >>> [round(number, 4) for number in unroll(line)]
        [3.0, 1.0]
        >>> minimize(line, cost, "trust-ncg").success
        True
    """
    require("minimize(model, cost)", "model", model, Module)
    if not callable(cost):
        raise TypeError(f"cost must be a function without arguments: lambda: ..., but got {cost!r:.60}.")
    with needed("scipy", "minimize() needs SciPy: pip install 'scalar-autograd[demo]'"):
        from scipy.optimize import minimize as scipy_minimize
    start = unroll(model)

    def cost_and_gradient(vector: Sequence[float]) -> tuple[float, list[float]]:
        roll(model, vector)
        model.zero_grad()
        value = check_cost("the cost", cost())
        value.backward()
        return value.data, unroll(model, gradient=True)

    try:
        curvature = _curvature(model, cost, method)
        result = scipy_minimize(cost_and_gradient, start, jac=True, method=method, options=options, **curvature)
        if not math.isfinite(result.fun):
            raise FloatingPointError(f"the cost is {result.fun}, which is no minimum; the parameters are as before.")
        roll(model, result.x)
    except BaseException:
        roll(model, start)
        raise
    return result


def _curvature(model: Module, cost: Callable[[], Value], method: str) -> dict[str, Callable[..., Any]]:
    """What a method is given of second derivatives: at each point the Hessian as a linear map, found when asked for."""
    from numpy import asarray  # which SciPy needs

    kept: list[Any] = [None, None]  # a point, and the map there

    def hessian_at(vector: Sequence[float]) -> Any:
        point = [*vector]
        if point != kept[0]:
            roll(model, point)
            kept[:] = point, linearize_grad(lambda _: check_cost("the cost", cost()), model.parameters())[2]
        return kept[1]

    name = method.lower() if isinstance(method, str) else ""
    if name in BY_PRODUCTS:
        return {"hessp": lambda vector, direction: asarray(hessian_at(vector)(direction))}
    return {"hess": lambda vector: asarray(hessian_at(vector).matrix())} if name in BY_MATRICES else {}


def _ordered(model: Any, order: Order) -> list[Value]:
    if order == "rows":
        return list(model.parameters())
    if order != "columns":
        raise ValueError(f"order must be 'rows' or 'columns', but got {order!r}.")
    columns = (
        value
        for layer in model.layers
        for column in zip(*([neuron.b, *neuron.w] for neuron in layer.neurons), strict=True)
        for value in column
    )
    return list(dict.fromkeys(columns))  # a shared parameter is listed once
