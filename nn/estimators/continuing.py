"""Training that goes on where it was: an optimizer that keeps its state from one run to the next."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nn.optimizers import Optimizer, State, Update
from nn.training.array_updates import state_in_lists


def continued(optimizer: Optimizer, state: State) -> Optimizer:
    """The same optimizer, which begins with the state that is kept, and keeps its last one there.

    Args:
        optimizer: The optimizer.
        state: Its state; empty before the first update. It is changed in place.

    Example:
        >>> from nn.optimizers import momentum
        >>> optimizer = continued(momentum(0.5, decay=0.5), kept := {})
        >>> optimizer.update([2.0], optimizer.init([1.0]), [1.0])[0]
        [-1.0]
        >>> kept
        {'t': 1, 'velocity': [-1.0]}
        >>> optimizer.update([0.0], optimizer.init([0.0]), [0.0])[0]
        [-0.5]
    """

    def init(parameters: Sequence[float]) -> State:
        return state_in_lists(state) if state else optimizer.init(parameters)

    def keeping(update: Update) -> Update:
        def update_and_keep(gradients: Any, before: State, parameters: Any) -> tuple[Any, State]:
            changes, after = update(gradients, before, parameters)
            state.update(after)
            return changes, after

        return update_and_keep

    make = optimizer.update_with
    return replace(
        optimizer,
        init=init,
        update=keeping(optimizer.update),
        update_with=None if make is None else lambda arithmetic: keeping(make(arithmetic)),
    )
