"""Least squares: a model is fitted to data by one of SciPy's methods, which gets the exact Jacobian."""

import functools
import inspect
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.engine import is_recording
from autograd.notation import plural
from autograd.optional import needed
from autograd.table import as_float, as_list
from nn.curves.model import LARGEST, Curve, Model, numbers_in
from nn.curves.regression import Regression, regression

if TYPE_CHECKING:
    from nn.curves.model import Numbers


def least_squares(
    model: Model,
    x: Any,
    y: Any,
    start: Sequence[float] | Mapping[str, float],
    *,
    sigma: Any = None,
    absolute_sigma: bool = False,
    bounds: tuple[Any, Any] = (-math.inf, math.inf),
    method: str | None = None,
    **options: Any,
) -> Regression:
    r"""Fit a model to data by least squares, with exact derivatives: the Jacobian of all examples in one sweep.

    .. math:: \min_\theta \sum_{i=1}^n \left(\frac{f(x_i; \theta) - y_i}{\sigma_i}\right)^2

    The arguments are those of `scipy.optimize.curve_fit`, in its order; but the model computes one example, and each
    example is a row of x. It may use functions of `autograd`, or such of NumPy as `numpy.exp`, which record, too.

    Where the model has no value, as a logarithm of a negative number, a step to there is refused and a shorter one
    tried; only at the start there must be one.

    Args:
        model: `model(x, b1, b2, ...)`, the number for one example. The parameters get the names of its arguments.
        x: The inputs of n examples: a number for each; or a list of numbers, which the model takes apart, as in `x[0]`.
        y: What was measured, a number for each example.
        start: A first guess of each parameter, in the order of the model's arguments; or by their names.
        sigma: The standard deviation of each y, in its unit, or one number for all; by default all are equally exact.
        absolute_sigma: Whether sigma is known as it is, and not only up to a factor, which is then found from the
            residuals.
        bounds: The lower and the upper bounds, each a list or one number for all: `([0, -numpy.inf], numpy.inf)`.
        method: A method of `scipy.optimize.least_squares`: "lm", "trf" or "dogbox"; by default "lm", with bounds "trf".
        options: More of its arguments, such as `max_nfev=100`. The three tolerances are 1e-15 by default: exact
            derivatives reach them.

    Returns:
        The parameters with their standard errors; it prints as a table.

    Raises:
        TypeError: if something else than a function, numbers and lists is given, or the model gives no Value.
        ValueError: if there are fewer examples than parameters, lengths differ, a number is not finite or not below
            1e100, a sigma not positive, or the model has no value at the start; the message names the example.
        RuntimeError: if SciPy does not arrive at a minimum.
        ImportError: if SciPy is not installed.

    Warns:
        RuntimeWarning: if the data do not determine the parameters, whose standard errors are then inf; or if the fit
            has ended where the sum of squares still falls.

    Example:
        >>> from autograd import exp
        >>> def decay(x, amplitude, rate):
        ...     return amplitude * exp(-rate * x)
        >>> least_squares(decay, [0.0, 1.0, 2.0, 3.0], [2.0, 1.3, 0.7, 0.5], [1.0, 1.0])
        parameter     value  standard error
        amplitude   2.01425          0.0627
        rate       0.481744          0.0324
        4 examples, 2 degrees of freedom, residual standard deviation 0.0658

    Reference: Moré 1978, "The Levenberg-Marquardt algorithm: implementation and theory", for the method "lm".
    """
    if not callable(model):
        raise TypeError(f"model must be a function, model(x, b1, b2, ...), but got {model!r:.60}.")
    if not is_recording():
        raise ValueError("derivatives come from a recorded graph, but inside no_grad() nothing is recorded.")
    with needed("scipy", "least_squares() needs SciPy: pip install 'scalar-autograd[demo]'"):
        from scipy.optimize import least_squares as scipy_least_squares
    import numpy as np

    names, theta = _start(model, start)
    inputs, targets = _data(x, y, len(names))
    weights = _weights(sigma, absolute_sigma, len(targets))
    if options.get("loss", "linear") != "linear":
        raise ValueError("the loss must be that of least squares, for which standard errors are known: leave it out.")
    options = dict.fromkeys(("ftol", "xtol", "gtol"), 1e-15) | {"x_scale": "jac", "max_nfev": 10_000} | options
    lower, upper = bounds
    method = method or ("trf" if np.isfinite(np.hstack(bounds)).any() else "lm")

    def solved(curve: Curve) -> Any:
        @functools.lru_cache(1)  # SciPy asks for derivatives where it asked for residuals
        def at(theta: bytes) -> "tuple[Numbers, Numbers]":
            numbers, derivatives = curve(np.frombuffer(theta).tolist(), inputs)
            found, jacobian = (numbers - targets) * weights, derivatives * weights[:, None]
            if not all((np.abs(each) < LARGEST).all() for each in (found, jacobian)):
                found = np.full(len(found), LARGEST)  # makes things worse, so that the step to here is taken back
            return found, jacobian

        return scipy_least_squares(
            lambda theta: at(theta.tobytes())[0],
            theta,
            jac=lambda theta: at(theta.tobytes())[1],
            bounds=bounds,
            method=method,
            **options,
        )

    curve = _usable_at_the_start(Curve(model, names, theta, inputs), theta, inputs)
    result = solved(curve)
    if not (curve.remark or curve.agrees(result.x.tolist(), inputs)):
        curve = curve.one_by_one("the model does other operations than those recorded.")
        result = solved(curve)
    if not result.success:
        raise RuntimeError(
            f"no minimum was found in {result.nfev} evaluations. Try another start, or a larger max_nfev. SciPy says: "
            f"{result.message}"
        )
    distances = np.minimum(result.x - lower, upper - result.x)
    return regression(curve, result, inputs, targets, weights, distances, is_absolute=absolute_sigma)


def _start(model: Model, start: Any) -> tuple[list[str], list[float]]:
    """The names of the parameters, which are those of the model's arguments, and their first guesses."""
    given = start if isinstance(start, Mapping) else as_list(start, "start", "numbers, one for each parameter")
    signature = inspect.signature(model)
    try:
        bound = signature.bind(None, **given) if isinstance(given, Mapping) else signature.bind(None, *given)
    except TypeError as error:
        raise TypeError(
            f"start must have a number for each argument after the first of {signature}: {error}."
        ) from None
    if bound.kwargs or len(bound.args) < 2:
        raise TypeError(f"start must have numbers for the arguments after the first of {signature}, and skip none.")
    names = list[str]()
    for name, value in bound.arguments.items():
        is_list = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        names += [f"{name}{k + 1}" for k in range(len(value))] if is_list else [name]
    names = names[1:]
    theta = [as_float(number, f"the start of {name}") for name, number in zip(names, bound.args[1:], strict=True)]
    for name, number in zip(names, theta, strict=True):
        if not math.isfinite(number):
            raise ValueError(f"the start of {name} is {number}; a start is a finite number.")
    return names, theta


def _data(x: Any, y: Any, n_parameters: int) -> "tuple[Numbers, Numbers]":
    """The inputs and what was measured, as arrays with an example in each row."""
    inputs, targets = numbers_in(x, "x"), numbers_in(y, "y")
    if targets.ndim > 1:
        raise ValueError(
            f"y must have one number for each example, but has the shape {targets.shape}. Give one column of it."
        )
    if 0.0 < abs(targets).max(initial=0.0) < 1.0 / LARGEST:
        raise ValueError(
            "y is below 1e-100 at all examples, and the squares of such numbers are 0. Choose another unit."
        )
    if len(inputs) != len(targets):
        raise ValueError(
            f"x has {plural(len(inputs), 'example')} and y {len(targets)}. Each example is a row of x: if x has a row "
            "for each variable, give the columns, x.T."
        )
    if len(targets) < n_parameters:
        raise ValueError(
            f"{plural(len(targets), 'example')} cannot determine {plural(n_parameters, 'parameter')}: there must be as "
            "many at least, and more for standard errors."
        )
    return inputs, targets


def _weights(sigma: Any, is_absolute: bool, n: int) -> "Numbers":
    """1/σ of each example."""
    import numpy as np

    if sigma is None:
        if is_absolute:
            raise ValueError("absolute_sigma says that sigma is known as it is: give sigma, too.")
        return np.ones(n)
    found = numbers_in(sigma if np.ndim(sigma) else np.full(n, sigma), "sigma")
    if found.shape != (n,):
        raise ValueError(
            f"sigma must have a number for each of {plural(n, 'example')}, but has the shape {found.shape}."
        )
    for i in np.flatnonzero(found <= 0.0):
        raise ValueError(f"sigma of example {i} is {found[i]}; a standard deviation is above 0.")
    return 1.0 / found


def _usable_at_the_start(curve: Curve, theta: Sequence[float], inputs: "Numbers") -> Curve:
    """A curve that has all numbers and derivatives at the start; if there are none, the error says at which example."""
    import numpy as np

    missing = np.flatnonzero(~(np.abs(np.column_stack(curve(theta, inputs))) < LARGEST).all(axis=1))
    for i in missing:
        where = f"at the start, for example {i}, x = {inputs[i].tolist()!r:.60}, "
        try:
            number, derivatives = curve.example(theta, inputs[i].tolist())
        except (ValueError, ArithmeticError) as error:
            raise ValueError(f"{where}the model has no value: {error} Or choose another start.") from None
        for name, each in zip(
            ["the model", *(f"its derivative with respect to {name}" for name in curve.names)],
            [number, *derivatives],
            strict=True,
        ):
            if not abs(each) < LARGEST:
                raise ValueError(f"{where}{name} is {each:.6g}; it must be below 1e100. Choose another start.")
    return curve.one_by_one("what was recorded has no value at the start.") if len(missing) else curve
