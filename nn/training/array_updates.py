"""The updates of an optimizer on arrays: by its rule, or with lists, if it takes nothing else."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nn.arithmetic import Formula
from nn.optimizers import Optimizer, State, Update


class Arrays:
    """Arrays of NumPy: a formula is computed once, of whole arrays. See `nn.arithmetic.Arithmetic`."""

    sqrt = staticmethod(np.sqrt)
    where = staticmethod(np.where)

    @staticmethod
    def vector(numbers: Sequence[Any]) -> Any:
        """Numbers as an array."""
        return np.array(numbers)

    @staticmethod
    def rows(formula: Formula, *vectors: Any) -> tuple[Any, ...]:
        """What a formula gives for whole arrays."""
        return formula(*vectors)

    @staticmethod
    def clip(x: Any, least: float, most: float) -> Any:
        """`x`, or the bound that it is beyond."""
        return np.minimum(np.maximum(x, least), most)

    @staticmethod
    def norm(vector: Any) -> float:
        """The root of the sum of squares; infinite also if only that sum is too large."""
        return math.sqrt(vector.dot(vector))


def array_update(optimizer: Optimizer) -> Update:
    """The update of an optimizer, of arrays.

    Args:
        optimizer: The optimizer. Its state is as `state_in_arrays` gives it.

    Example:
        >>> from nn.optimizers import momentum
        >>> update = array_update(optimizer := momentum(0.5, decay=0.5))
        >>> state = state_in_arrays(optimizer, optimizer.init([1.0]))
        >>> update(np.array([2.0]), state, np.array([1.0]))
        (array([-1.]), {'t': 1, 'velocity': array([-1.])})
    """
    if optimizer.update_with is not None:
        return optimizer.update_with(Arrays())

    def update(gradients: Any, state: State, parameters: Any) -> tuple[Any, State]:
        changes, state = optimizer.update(gradients.tolist(), state, parameters.tolist())
        return np.array(changes), state

    return update


def state_in_arrays(optimizer: Optimizer, state: State) -> State:
    """A state with arrays for its lists, if the optimizer computes with them.

    Args:
        optimizer: The optimizer.
        state: Its state.
    """
    if optimizer.update_with is None:
        return state
    return {name: np.array(entry) if isinstance(entry, list) else entry for name, entry in state.items()}


def state_in_lists(state: State) -> State:
    """A state with lists for its arrays, as JSON holds it.

    Args:
        state: A state of arrays or of lists.
    """
    return {name: entry.tolist() if isinstance(entry, np.ndarray) else entry for name, entry in state.items()}
