r"""Optimizers: pairs of pure functions that turn gradients into updates.

`init(parameters)` makes a state; `update(gradients, state, parameters)` returns what to add to each parameter, and the
next state. Parameters and gradients are lists of numbers. A state is plain data that JSON can hold, so that a run can
be saved and resumed exactly. In the formulas, g is the gradient, θ a parameter and η the learning rate: a number or a
schedule (`nn.schedules`).
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value
from autograd.engine import require_values
from autograd.notation import name as name_of
from autograd.table import as_float, as_list
from nn.arithmetic import Arithmetic, Formula, Lists
from nn.module import assign
from nn.schedules import Schedule, rate_at, show
from nn.settings import check

Numbers = Sequence[float]
State = dict[str, Any]
Update = Callable[[Any, State, Any], tuple[Any, State]]
LARGEST_ROOT = math.sqrt(sys.float_info.max)  # of the squares that are floats


@dataclass(frozen=True)
class Optimizer:
    """A pair of functions.

    Attributes:
        name: Its name, with its settings.
        init: `init(parameters)` makes the state before the first update.
        update: `update(gradients, state, parameters)` returns what to add to each parameter, and the next state, which
            has the same names.
        update_with: Makes the same of other vectors than lists: arrays. Without it, updates are computed with lists.

    Example:
        >>> optimizer = momentum(0.5, decay=0.9)
        >>> state = optimizer.init([1.0])
        >>> step, state = optimizer.update([2.0], state, [1.0])
        >>> step, state
        ([-1.0], {'t': 1, 'velocity': [-1.0]})
    """

    name: str
    init: Callable[[Numbers], State]
    update: Update
    update_with: Callable[[Arithmetic], Update] | None = None

    def __repr__(self) -> str:
        return self.name


def step(optimizer: Optimizer, state: State, parameters: Sequence[Value], gradients: Numbers | None = None) -> State:
    """Update parameters in place: all of them or, if anything goes wrong, none.

    Args:
        optimizer: Decides what to add to the parameters.
        state: What `optimizer.init` or the step before returned.
        parameters: The parameters to update: of a model, `model.parameters()`.
        gradients: Their gradients; by default their `.grad`.

    Returns:
        The state for the next step.

    Raises:
        TypeError: if something is of another kind, as it is where two arguments have been swapped.
        ValueError: if the state is of another optimizer or of other parameters, or there is not a gradient for each.
        FloatingPointError: if a parameter would become infinite or nan.

    Example:
        >>> w = Value(1.0)
        >>> optimizer = sgd(0.1)
        >>> state = optimizer.init([w.data])
        >>> (w * w).backward()
        >>> state = step(optimizer, state, [w])
        >>> w.data
        0.8
    """
    require_optimizer(optimizer)
    parameters = as_list(parameters, "the parameters of step(optimizer, state, model.parameters())", "Values")
    given = None if gradients is None else as_list(gradients, "the gradients")
    if given is not None and len(given) != len(parameters):
        raise ValueError(f"step needs a gradient for each of {len(parameters)} parameters, but got {len(given)}.")
    try:
        numbers = [parameter.data for parameter in parameters]
        gradients = [parameter.grad for parameter in parameters] if given is None else given
        _check_state(optimizer, state, optimizer.init(numbers))
        changes, next_state = optimizer.update(gradients, state, numbers)
    except (AttributeError, TypeError):  # looking at each number before would take longer than some updates
        require_values("step(optimizer, state, parameters)", *parameters)
        for i, gradient in enumerate(given or ()):
            as_float(gradient, f"gradient {i}")
        raise
    updated = [number + change for number, change in zip(numbers, changes, strict=True)]
    if not all(map(math.isfinite, updated)):
        parameter, number, gradient = next(
            each for each in zip(parameters, updated, gradients, strict=True) if not math.isfinite(each[1])
        )
        advice = (
            "Try a smaller learning rate, or clip_by_norm."
            if math.isfinite(gradient)
            else "autograd.backward_steps(cost) shows where it became so."
        )
        which = name_of(parameter) if parameter.label else "without a label"
        raise FloatingPointError(
            f"the update would set parameter {which} to {number} (its gradient is "
            f"{gradient}); no parameter was changed. {advice}"
        )
    assign(parameters, updated, numbers)
    return next_state


def require_optimizer(optimizer: Any) -> Optimizer:
    """Return an Optimizer, or raise a TypeError if it is something else, such as the function that makes one."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one of nn.optimizers, such as sgd(0.1), but got {optimizer!r:.60}.")
    return optimizer


def _check_state(optimizer: Optimizer, state: Any, first: State) -> None:
    """Refuse a state that is not like the first one: without its names, or with lists of other lengths."""
    if (
        not isinstance(state, dict)
        or state.keys() != first.keys()
        or any(_length(state[name]) != _length(entry) for name, entry in first.items() if _length(entry))
    ):
        raise ValueError(
            f"the state does not fit {optimizer} and these parameters: step(optimizer, state, parameters) takes what "
            f"optimizer.init(numbers) or the step before returned, but got {state!r:.60}."
        )


def _length(entry: Any) -> int:
    return len(entry) if isinstance(entry, list) else 0


def sgd(learning_rate: float | Schedule = 0.1) -> Optimizer:
    r"""Gradient descent: :math:`\theta \leftarrow \theta - \eta g`. It is stochastic if g is of a mini-batch.

    Args:
        learning_rate: η, a number or a schedule.

    Raises:
        ValueError: if a setting is impossible.
    """
    check(learning_rate=learning_rate)

    def rule(_: Arithmetic, t: int) -> Formula:
        rate = rate_at(learning_rate, t)
        return lambda g, _: (-rate * g,)

    return _of_rule(f"sgd({show(learning_rate)})", rule)


def momentum(learning_rate: float | Schedule = 0.1, decay: float = 0.9) -> Optimizer:
    r"""Gradient descent with momentum.

    .. math:: v \leftarrow \mu v - \eta g, \qquad \theta \leftarrow \theta + v

    Args:
        learning_rate: η, a number or a schedule.
        decay: μ, from 0 to below 1.

    Raises:
        ValueError: if a setting is impossible.

    Reference: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    """
    check(learning_rate=learning_rate, decay=decay)

    def rule(_: Arithmetic, t: int) -> Formula:
        rate = rate_at(learning_rate, t)

        def formula(g: Any, _: Any, velocity: Any) -> tuple[Any, ...]:
            velocity = decay * velocity - rate * g
            return velocity, velocity

        return formula

    return _of_rule(f"momentum({show(learning_rate)}, decay={decay})", rule, "velocity")


def nesterov(learning_rate: float | Schedule = 0.1, decay: float = 0.9) -> Optimizer:
    r"""Nesterov's momentum, which steps from the point that the velocity leads to.

    .. math:: v \leftarrow \mu v - \eta g, \qquad \theta \leftarrow \theta + \mu v - \eta g

    Args:
        learning_rate: η, a number or a schedule.
        decay: μ, from 0 to below 1.

    Raises:
        ValueError: if a setting is impossible.

    Reference: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".
    """
    check(learning_rate=learning_rate, decay=decay)

    def rule(_: Arithmetic, t: int) -> Formula:
        rate = rate_at(learning_rate, t)

        def formula(g: Any, _: Any, velocity: Any) -> tuple[Any, ...]:
            velocity = decay * velocity - rate * g
            return decay * velocity - rate * g, velocity

        return formula

    return _of_rule(f"nesterov({show(learning_rate)}, decay={decay})", rule, "velocity")


def rmsprop(learning_rate: float | Schedule = 0.01, decay: float = 0.9, eps: float = 1e-8) -> Optimizer:
    r"""RMSProp: the gradient over the root of a running mean of its squares.

    .. math:: s \leftarrow \rho s + (1 - \rho) g^2, \qquad \theta \leftarrow \theta - \eta \frac{g}{\sqrt s + \epsilon}

    Args:
        learning_rate: η, a number or a schedule.
        decay: ρ, from 0 to below 1.
        eps: ε > 0, which keeps the quotient finite.

    Raises:
        ValueError: if a setting is impossible.

    Reference: Tieleman & Hinton 2012, "Lecture 6.5: rmsprop".
    """
    check(learning_rate=learning_rate, decay=decay, eps=eps)

    def rule(m: Arithmetic, t: int) -> Formula:
        rate = rate_at(learning_rate, t)

        def formula(g: Any, _: Any, square: Any) -> tuple[Any, ...]:
            square = decay * square + (1 - decay) * g * g
            return -rate * g / (m.sqrt(square) + eps), square

        return formula

    return _of_rule(f"rmsprop({show(learning_rate)}, decay={decay}, eps={eps})", rule, "square", has_squares=True)


def adamw(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
    decays: Sequence[bool] | None = None,
) -> Optimizer:
    r"""Adam with decoupled weight decay.

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
        \theta \leftarrow \theta - \eta \left( \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}
        + \lambda \theta \right)

    Args:
        learning_rate: η, a number or a schedule.
        beta1: β₁, from 0 to below 1.
        beta2: β₂, from 0 to below 1.
        eps: ε > 0, which keeps the quotient finite.
        weight_decay: λ.
        decays: For each parameter whether it decays; by default all do. To leave out the biases:
            `weights = set(model.weights())`, then `[p in weights for p in model.parameters()]`.

    Raises:
        ValueError: if a setting is impossible.

    Reference: Loshchilov & Hutter 2019, "Decoupled weight decay regularization".
    """
    check(learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay, decays=decays)

    def rule(m: Arithmetic, t: int) -> Formula:
        rate = rate_at(learning_rate, t)
        mean_scale, square_scale = 1 / (1 - beta1 ** (t + 1)), 1 / (1 - beta2 ** (t + 1))

        def formula(g: Any, theta: Any, mean: Any, square: Any, decays: Any = True) -> tuple[Any, ...]:
            mean = beta1 * mean + (1 - beta1) * g
            square = beta2 * square + (1 - beta2) * g * g
            change = -rate * (mean * mean_scale) / (m.sqrt(square * square_scale) + eps)
            if weight_decay:
                change = m.where(decays, change - rate * weight_decay * theta, change)
            return change, mean, square

        return formula

    settings = f"{show(learning_rate)}, beta1={beta1}, beta2={beta2}, eps={eps}"
    name = f"adamw({settings}, weight_decay={weight_decay})" if weight_decay else f"adam({settings})"
    return _of_rule(name, rule, "m", "v", has_squares=True, decays=decays)


def adam(
    learning_rate: float | Schedule = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    r"""Adam: a running mean of gradients over the root of a running mean of their squares, corrected for starting at 0.

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
        \theta \leftarrow \theta - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Args:
        learning_rate: η, a number or a schedule.
        beta1: β₁, from 0 to below 1.
        beta2: β₂, from 0 to below 1.
        eps: ε > 0, which keeps the quotient finite.

    Raises:
        ValueError: if a setting is impossible.

    Reference: Kingma & Ba 2015, "Adam: A method for stochastic optimization".
    """
    return adamw(learning_rate, beta1, beta2, eps, weight_decay=0.0)


def clip_by_value(optimizer: Optimizer, limit: float) -> Optimizer:
    """The same optimizer, on gradients whose entries are clipped to [-limit, limit].

    Args:
        optimizer: The optimizer that gets the clipped gradients.
        limit: The largest size of an entry, above 0. What is nan stays nan, which `step` refuses.

    Raises:
        ValueError: if the limit is not a finite number above 0.

    Example:
        >>> optimizer = clip_by_value(sgd(1.0), 0.5)
        >>> optimizer.update([3.0, -0.25], {"t": 0}, [0.0, 0.0])[0]
        [-0.5, 0.25]
    """

    def clip(m: Arithmetic, gradients: Any) -> Any:
        return m.rows(lambda g: (m.clip(g, -limit, limit),), gradients)[0]

    return _clipped("clip_by_value", optimizer, limit, clip)


def clip_by_norm(optimizer: Optimizer, limit: float) -> Optimizer:
    r"""The same optimizer, on gradients scaled down to a norm of at most `limit`.

    .. math:: g \leftarrow g \min(1, c / \lVert g \rVert)

    Args:
        optimizer: The optimizer that gets the scaled gradients.
        limit: c, above 0.

    Raises:
        ValueError: if the limit is not a finite number above 0.

    Example:
        >>> optimizer = clip_by_norm(sgd(1.0), 1.0)
        >>> optimizer.update([3.0, -4.0], {"t": 0}, [0.0, 0.0])[0]
        [-0.6000000000000001, 0.8]

    Reference: Pascanu et al. 2013, "On the difficulty of training recurrent neural networks".
    """

    def clip(m: Arithmetic, gradients: Any) -> Any:
        norm = m.norm(gradients)
        if math.isinf(norm) and all(map(math.isfinite, gradients)):  # only the norm is too large
            largest = max(map(abs, gradients))
            gradients = m.rows(lambda g: (g / largest,), gradients)[0]
            return _scaled(m, limit / m.norm(gradients), gradients)
        return _scaled(m, limit / norm, gradients) if norm > limit else gradients

    return _clipped("clip_by_norm", optimizer, limit, clip)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def _of_rule(
    name: str,
    rule: Callable[[Arithmetic, int], Formula],
    *names: str,
    has_squares: bool = False,
    decays: Sequence[bool] | None = None,
) -> Optimizer:
    """An optimizer that does the same for each parameter.

    Args:
        name: Its name, with its settings.
        rule: `rule(m, t)` is the formula of update t: of the gradient, the parameter, and the numbers of the state, it
            gives what to add to the parameter, and the next numbers of the state.
        names: What these numbers are called in the state.
        has_squares: Whether the formula squares the gradient.
        decays: A further argument of the formula, for each parameter.
    """
    decays = None if decays is None else list(decays)

    def init(parameters: Numbers) -> State:
        n = len(as_list(parameters, "what init takes", "numbers, such as nn.unroll(model)"))
        if decays is not None and len(decays) != n:
            raise ValueError(f"decays needs one entry for each of {n} parameters, but has {len(decays)}.")
        return {"t": 0} | {name: [0.0] * n for name in names}

    def update_with(m: Arithmetic) -> Update:
        others = () if decays is None else (m.vector(decays),)

        def update(gradients: Any, state: State, parameters: Any) -> tuple[Any, State]:
            if has_squares:
                _check_squares(m, gradients)
            numbers = [state[name] for name in names]
            changes, *numbers = m.rows(rule(m, state["t"]), gradients, parameters, *numbers, *others)
            return changes, {"t": state["t"] + 1} | dict(zip(names, numbers, strict=True))

        return update

    return Optimizer(name, init, update_with(Lists()), update_with)


def _check_squares(m: Arithmetic, gradients: Any) -> None:
    """Raise an error if g² overflows: a running mean of squares would stop the parameter without a word."""
    if m.norm(gradients) < LARGEST_ROOT:
        return
    for g in map(float, gradients):
        if LARGEST_ROOT < abs(g) < math.inf:
            raise FloatingPointError(
                f"the square of a gradient is too large for a float: the gradient is {g}; no parameter was changed. "
                "Try clip_by_norm or clip_by_value."
            )


def _scaled(m: Arithmetic, factor: float, vector: Any) -> Any:
    return m.rows(lambda x: (x * factor,), vector)[0]


def _clipped(name: str, optimizer: Optimizer, limit: float, clip: Callable[[Arithmetic, Any], Any]) -> Optimizer:
    """The same optimizer, on clipped gradients."""
    check(limit=limit)
    require_optimizer(optimizer)

    def on(m: Arithmetic, update: Update) -> Update:
        return lambda gradients, state, parameters: update(clip(m, gradients), state, parameters)

    update_with = optimizer.update_with
    return Optimizer(
        f"{name}({optimizer.name}, {limit})",
        optimizer.init,
        on(Lists(), optimizer.update),
        None if update_with is None else lambda m: on(m, update_with(m)),
    )
