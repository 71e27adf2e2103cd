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
from nn.module import assign
from nn.schedules import Schedule, rate_at, show
from nn.settings import check

Numbers = Sequence[float]
State = dict[str, Any]
LARGEST_ROOT = math.sqrt(sys.float_info.max)  # of the squares that are floats


@dataclass(frozen=True)
class Optimizer:
    """A pair of functions.

    Attributes:
        name: Its name, with its settings.
        init: `init(parameters)` makes the state before the first update.
        update: `update(gradients, state, parameters)` returns what to add to each parameter, and the next state, which
            has the same names.

    Example:
        >>> optimizer = momentum(0.5, decay=0.9)
        >>> state = optimizer.init([1.0])
        >>> step, state = optimizer.update([2.0], state, [1.0])
        >>> step, state
        ([-1.0], {'t': 1, 'velocity': [-1.0]})
    """

    name: str
    init: Callable[[Numbers], State]
    update: Callable[[Numbers, State, Numbers], tuple[list[float], State]]

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

    def update(gradients: Numbers, state: State, _: Numbers) -> tuple[list[float], State]:
        rate = rate_at(learning_rate, state["t"])
        return [-rate * g for g in gradients], {"t": state["t"] + 1}

    return Optimizer(f"sgd({show(learning_rate)})", _zeros(), update)


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

    def update(gradients: Numbers, state: State, _: Numbers) -> tuple[list[float], State]:
        rate = rate_at(learning_rate, state["t"])
        velocity = [decay * v - rate * g for v, g in zip(state["velocity"], gradients, strict=True)]
        return velocity, {"t": state["t"] + 1, "velocity": velocity}

    return Optimizer(f"momentum({show(learning_rate)}, decay={decay})", _zeros("velocity"), update)


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

    def update(gradients: Numbers, state: State, _: Numbers) -> tuple[list[float], State]:
        rate = rate_at(learning_rate, state["t"])
        velocity = [decay * v - rate * g for v, g in zip(state["velocity"], gradients, strict=True)]
        changes = [decay * v - rate * g for v, g in zip(velocity, gradients, strict=True)]
        return changes, {"t": state["t"] + 1, "velocity": velocity}

    return Optimizer(f"nesterov({show(learning_rate)}, decay={decay})", _zeros("velocity"), update)


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

    def update(gradients: Numbers, state: State, _: Numbers) -> tuple[list[float], State]:
        rate = rate_at(learning_rate, state["t"])
        square = [decay * s + _square(1 - decay, g) for s, g in zip(state["square"], gradients, strict=True)]
        changes = [-rate * g / (math.sqrt(s) + eps) for g, s in zip(gradients, square, strict=True)]
        return changes, {"t": state["t"] + 1, "square": square}

    return Optimizer(f"rmsprop({show(learning_rate)}, decay={decay}, eps={eps})", _zeros("square"), update)


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
    decays = None if decays is None else list(decays)

    def update(gradients: Numbers, state: State, parameters: Numbers) -> tuple[list[float], State]:
        t = state["t"] + 1
        rate = rate_at(learning_rate, state["t"])
        m = [beta1 * m + (1 - beta1) * g for m, g in zip(state["m"], gradients, strict=True)]
        v = [beta2 * v + _square(1 - beta2, g) for v, g in zip(state["v"], gradients, strict=True)]
        m_scale, v_scale = 1 / (1 - beta1**t), 1 / (1 - beta2**t)
        changes = [-rate * (a * m_scale) / (math.sqrt(b * v_scale) + eps) for a, b in zip(m, v, strict=True)]
        if weight_decay:
            kept = decays if decays is not None else [True] * len(changes)
            changes = [
                change - rate * weight_decay * theta if decay else change
                for change, theta, decay in zip(changes, parameters, kept, strict=True)
            ]
        return changes, {"t": t, "m": m, "v": v}

    settings = f"{show(learning_rate)}, beta1={beta1}, beta2={beta2}, eps={eps}"
    name = f"adamw({settings}, weight_decay={weight_decay})" if weight_decay else f"adam({settings})"
    zeros = _zeros("m", "v")

    def init(parameters: Numbers) -> State:
        first = zeros(parameters)
        if decays is not None and len(decays) != len(parameters):
            raise ValueError(f"decays needs one entry for each of {len(parameters)} parameters, but has {len(decays)}.")
        return first

    return Optimizer(name, init, update)


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

    def clip(gradients: Numbers) -> Numbers:
        return [min(max(g, -limit), limit) for g in gradients]  # in this order nan stays nan, for `step` to refuse

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

    def clip(gradients: Numbers) -> Numbers:
        norm = math.hypot(*gradients)
        if math.isinf(norm) and all(map(math.isfinite, gradients)):  # only the norm is too large
            largest = max(map(abs, gradients))
            direction = [g / largest for g in gradients]
            return [g * (limit / math.hypot(*direction)) for g in direction]
        return [g * (limit / norm) for g in gradients] if norm > limit else gradients

    return _clipped("clip_by_norm", optimizer, limit, clip)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def _zeros(*names: str) -> Callable[[Numbers], State]:
    """An `init` for a state with the number of updates, and a list of zeros under each name."""

    def init(parameters: Numbers) -> State:
        n = len(as_list(parameters, "what init takes", "numbers, such as nn.unroll(model)"))
        return {"t": 0} | {name: [0.0] * n for name in names}

    return init


def _square(share: float, gradient: float) -> float:
    """A share of g²; if g² overflows, a running mean of squares would stop the parameter without a word."""
    if LARGEST_ROOT < abs(gradient) < math.inf:
        raise FloatingPointError(
            f"the square of a gradient is too large for a float: the gradient is {gradient}; no parameter was changed. "
            "Try clip_by_norm or clip_by_value."
        )
    return share * gradient * gradient


def _clipped(name: str, optimizer: Optimizer, limit: float, clip: Callable[[Numbers], Numbers]) -> Optimizer:
    """The same optimizer, on clipped gradients."""
    check(limit=limit)
    require_optimizer(optimizer)

    def update(gradients: Numbers, state: State, parameters: Numbers) -> tuple[list[float], State]:
        return optimizer.update(clip(gradients), state, parameters)

    return Optimizer(f"{name}({optimizer.name}, {limit})", optimizer.init, update)
