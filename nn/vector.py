r"""All parameters as one vector and back, and library minimizers, which work on vectors.

There are two orders. By rows, as `parameters()` lists them: W1 row by row, b1, ..., WL, bL. By columns, as in course
notes that unroll matrices Θ with the biases as first column: the columns of [b1 W1], then those of [b2 W2], and so on.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from autograd import Value
from autograd.optional import needed
from autograd.table import as_list
from nn.choices import require
from nn.losses import check_cost
from nn.module import Module, assign

Order = Literal["rows", "columns"]


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
        result = scipy_minimize(cost_and_gradient, start, jac=True, method=method, options=options)
        if not math.isfinite(result.fun):
            raise FloatingPointError(f"the cost is {result.fun}, which is no minimum; the parameters are as before.")
        roll(model, result.x)
    except BaseException:
        roll(model, start)
        raise
    return result


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
