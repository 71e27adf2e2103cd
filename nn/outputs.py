"""What a network answers to many examples: by a compiled program where there are enough of them."""

import math
from typing import TYPE_CHECKING, Any

from autograd import Value
from nn.metrics import outputs_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FEWEST = 200  # examples that a program is made for, which takes about as long as these do on the graph
CHUNK = 1000  # examples of one call
CLOSE = 1e-9  # how far an output of the program may be from that of the graph, of the largest one


def outputs(model: Any, inputs: "Numbers") -> "Numbers":
    """The outputs of a model for each example: on the graph, or to rounding the same by a program.

    Args:
        model: The model, a Module that takes a list of numbers.
        inputs: The inputs, an example in each row.

    Returns:
        The outputs, a row for each example.

    Raises:
        ValueError, ArithmeticError: as the model does.

    Example:
        >>> import numpy as np
        >>> import nn
        >>> line = nn.MLP(1, [1])
        >>> nn.roll(line, [2.0, 1.0])
        >>> outputs(line, np.array([[0.0], [0.5]])).tolist()
        [[1.0], [2.0]]
    """
    import numpy as np

    found = _computed(model, inputs) if len(inputs) >= FEWEST else None
    return np.array([outputs_of(model, x) for x in inputs.tolist()]) if found is None else found


def _computed(model: Any, inputs: "Numbers") -> "Numbers | None":
    """The outputs by a program; `None` if that cannot be made, or gives others than the graph."""
    import numpy as np

    from autograd.compiler import compile  # noqa: A004 - only now, because it needs NumPy

    def cost(x: Any) -> tuple[Any, list[Value]]:  # any cost will do: the outputs are what is wanted
        found = model(x)
        listed = [found] if isinstance(found, Value) else list(found)
        return sum(listed[1:], listed[0]), listed

    samples = inputs[:: math.ceil(len(inputs) / 3)]
    try:
        first, *others = [(x,) for x in samples.tolist()]
        program = compile(cost, model, first, others)
    except (ValueError, TypeError, ArithmeticError):
        return None
    theta = [parameter.data for parameter in model.parameters()]
    with np.errstate(all="ignore"):
        found = np.concatenate([program(theta, inputs[k : k + CHUNK])[2] for k in range(0, len(inputs), CHUNK)])
        expected = np.array([outputs_of(model, x) for x in samples.tolist()])
        error = np.abs(found[:: math.ceil(len(inputs) / 3)] - expected).max()
    is_same = error <= CLOSE * np.abs(expected).max() and np.isfinite(found).all()
    return found if is_same else None
