r"""Optimizers: pairs of pure functions that turn gradients into updates.

`init(parameters)` makes a state; `update(gradients, state, parameters)` returns what to add to each parameter, and the
next state. Parameters and gradients are lists of numbers. A state is plain data that JSON can hold, so that a run can
be saved and resumed exactly. In the formulas, g is the gradient, θ a parameter and η the learning rate: a number or a
schedule (`nn.schedules`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd import Value
from nn.module import assign
from nn.schedules import Schedule, rate_at, show

Numbers = Sequence[float]
State = dict[str, Any]


@dataclass(frozen=True)
class Optimizer:
    """A pair of functions.

    Attributes:
        name: Its name, with its settings.
        init: `init(parameters)` makes the state before the first update.
        update: `update(gradients, state, parameters)` returns what to add to each parameter, and the next state.

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
        parameters: The parameters to update.
        gradients: Their gradients; by default their `.grad`.

    Returns:
        The state for the next step.

    Raises:
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
    numbers = [parameter.data for parameter in parameters]
    gradients = [parameter.grad for parameter in parameters] if gradients is None else gradients
    changes, next_state = optimizer.update(gradients, state, numbers)
    updated = [number + change for number, change in zip(numbers, changes, strict=True)]
    if not all(map(math.isfinite, updated)):
        parameter, number, gradient = next(
            each for each in zip(parameters, updated, gradients, strict=True) if not math.isfinite(each[1])
        )
        raise FloatingPointError(
            f"the update would set parameter {parameter.label or 'without a label'} to {number} (its gradient is "
            f"{gradient}); no parameter was changed. Try a smaller learning rate, or clip_by_norm."
        )
    assign(parameters, updated, numbers)
    return next_state


def sgd(learning_rate: float | Schedule = 0.1) -> Optimizer:
    r"""Gradient descent: :math:`\theta \leftarrow \theta - \eta g`. It is stochastic if g is of a mini-batch.

    Args:
        learning_rate: η, a number or a schedule.
    """

    def update(gradients: Numbers, state: State, _: Numbers) -> tuple[list[float], State]:
        rate = rate_at(learning_rate, state["t"])
        return [-rate * g for g in gradients], {"t": state["t"] + 1}

    return Optimizer(f"sgd({show(learning_rate)})", lambda _: {"t": 0}, update)


def momentum(learning_rate: float | Schedule = 0.1, decay: float = 0.9) -> Optimizer:
    r"""Gradient descent with momentum.

    .. math:: v \leftarrow \mu v - \eta g, \qquad \theta \leftarrow \theta + v

    Args:
        learning_rate: η, a number or a schedule.
        decay: μ, from 0 to 1.

    Reference: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    """

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
        decay: μ, from 0 to 1.

    Reference: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".
    """

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
        decay: ρ, from 0 to 1.
        eps: ε > 0, which keeps the quotient finite.

    Reference: Tieleman & Hinton 2012, "Lecture 6.5: rmsprop".
    """

    def update(gradients: Numbers, state: State, _: Numbers) -> tuple[list[float], State]:
        rate = rate_at(learning_rate, state["t"])
        square = [decay * s + (1 - decay) * g * g for s, g in zip(state["square"], gradients, strict=True)]
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
        beta1: β₁, from 0 to 1.
        beta2: β₂, from 0 to 1.
        eps: ε > 0, which keeps the quotient finite.
        weight_decay: λ.
        decays: For each parameter whether it decays; by default all do. To leave out the biases:
            `weights = set(model.weights())`, then `[p in weights for p in model.parameters()]`.

    Reference: Loshchilov & Hutter 2019, "Decoupled weight decay regularization".
    """

    def update(gradients: Numbers, state: State, parameters: Numbers) -> tuple[list[float], State]:
        t = state["t"] + 1
        rate = rate_at(learning_rate, state["t"])
        m = [beta1 * m + (1 - beta1) * g for m, g in zip(state["m"], gradients, strict=True)]
        v = [beta2 * v + (1 - beta2) * g * g for v, g in zip(state["v"], gradients, strict=True)]
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
    return Optimizer(name, _zeros("m", "v"), update)


def adam(
    learning_rate: float | Schedule = 0.001, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    r"""Adam: a running mean of gradients over the root of a running mean of their squares, corrected for starting at 0.

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
        \theta \leftarrow \theta - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Args:
        learning_rate: η, a number or a schedule.
        beta1: β₁, from 0 to 1.
        beta2: β₂, from 0 to 1.
        eps: ε > 0, which keeps the quotient finite.

    Reference: Kingma & Ba 2015, "Adam: A method for stochastic optimization".
    """
    return adamw(learning_rate, beta1, beta2, eps, weight_decay=0.0)


def clip_by_value(optimizer: Optimizer, limit: float) -> Optimizer:
    """The same optimizer, on gradients whose entries are clipped to [-limit, limit]."""

    def update(gradients: Numbers, state: State, parameters: Numbers) -> tuple[list[float], State]:
        return optimizer.update([max(-limit, min(limit, g)) for g in gradients], state, parameters)

    return Optimizer(f"clip_by_value({optimizer.name}, {limit})", optimizer.init, update)


def clip_by_norm(optimizer: Optimizer, limit: float) -> Optimizer:
    r"""The same optimizer, on gradients scaled down to a norm of at most `limit`.

    .. math:: g \leftarrow g \min(1, c / \lVert g \rVert)

    Reference: Pascanu et al. 2013, "On the difficulty of training recurrent neural networks".
    """

    def update(gradients: Numbers, state: State, parameters: Numbers) -> tuple[list[float], State]:
        norm = math.hypot(*gradients)
        if norm > limit:
            gradients = [g * (limit / norm) for g in gradients]
        return optimizer.update(gradients, state, parameters)

    return Optimizer(f"clip_by_norm({optimizer.name}, {limit})", optimizer.init, update)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def _zeros(*names: str) -> Callable[[Numbers], State]:
    """An `init` for a state with a list of zeros under each name."""
    return lambda parameters: {"t": 0} | {name: [0.0] * len(parameters) for name in names}
