"""The order of the examples in an epoch."""

import struct
from random import Random
from typing import Any


def shuffled(positions: Any, seed: str) -> Any:
    """Positions in a random order: sorted by random keys of 64 bits, one for each.

    An epoch of a compiled program may be done in a thousandth of a second: `random.shuffle` would take an eighth of it,
    and sorting an array takes a twentieth.

    Args:
        positions: What is shuffled, a list or an array: the order is the same.
        seed: Seeds the order.

    Example:
        >>> shuffled([0, 1, 2, 3, 4], "epoch 1 of seed 0")
        [3, 4, 0, 1, 2]
    """
    keys = Random(seed).randbytes(8 * len(positions))
    if isinstance(positions, list):
        numbers = struct.unpack(f"<{len(positions)}Q", keys)
        return [position for _, position in sorted(zip(numbers, positions, strict=True))]
    import numpy as np  # which an array has loaded

    return positions.take(np.frombuffer(keys, "<u8").argsort())
