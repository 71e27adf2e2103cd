"""Initial weights: functions `initializer(n_inputs, n_outputs, random) -> float`, called once for each weight.

`n_inputs` and `n_outputs` are the widths of the two layers that the weight connects. Biases start at 0.
"""

import math
import random as _random
from collections.abc import Callable
from random import Random
from types import ModuleType

from autograd.table import whole

Initializer = Callable[[int, int, Random], float]


def generator(seed: int | Random | None) -> Random:
    """A source of random numbers: a new one for a seed, the one given, or Python's global one for `None`.

    Example:
        >>> generator(1).random() == Random(1).random()
        True
    """
    if seed is None or isinstance(seed, ModuleType):
        return _random  # type: ignore[return-value]  # the module has the methods of a Random
    return seed if isinstance(seed, Random) else Random(whole("seed", seed, None))


def zeros(n_inputs: int, n_outputs: int, random: Random) -> float:
    """Every weight 0. The neurons of a layer then remain copies of each other: for demonstrations."""
    return 0.0


def uniform(n_inputs: int, n_outputs: int, random: Random) -> float:
    """Uniform in [-1, 1], as in micrograd."""
    return random.uniform(-1.0, 1.0)


def glorot(n_inputs: int, n_outputs: int, random: Random) -> float:
    r"""Uniform in :math:`[-\epsilon, \epsilon]` with :math:`\epsilon = \sqrt 6 / \sqrt{L_{in} + L_{out}}`.

    For sigmoid and tanh: activations and gradients keep their scale from layer to layer.

    Reference: Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
    """
    limit = math.sqrt(6.0) / math.sqrt(n_inputs + n_outputs)
    return random.uniform(-limit, limit)


def he(n_inputs: int, n_outputs: int, random: Random) -> float:
    r"""Normal with mean 0 and standard deviation :math:`\sqrt{2 / L_{in}}`, for relu.

    Reference: He et al. 2015, "Delving deep into rectifiers".
    """
    return random.gauss(0.0, math.sqrt(2.0 / n_inputs))


INITIALIZERS: dict[str, Initializer] = {"zeros": zeros, "uniform": uniform, "glorot": glorot, "he": he}
