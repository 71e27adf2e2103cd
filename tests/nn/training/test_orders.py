import math
from collections import Counter

import numpy as np
import pytest

from nn.training.orders import shuffled


@pytest.mark.parametrize("size", [*range(10), 127, 128, 1797, 4096])
def test_a_list_and_an_array_get_the_same_order(size: int) -> None:
    positions = [3 * place for place in range(size)]
    order = shuffled(positions, f"epoch {size} of seed 0")
    assert sorted(order) == positions
    assert shuffled(np.array(positions, np.int64), f"epoch {size} of seed 0").tolist() == order


def test_all_orders_are_equally_frequent() -> None:
    n, n_orders = 24_000, math.factorial(4)
    found = Counter(tuple(shuffled([0, 1, 2, 3], f"epoch {epoch} of seed 1")) for epoch in range(n))
    expected = n / n_orders
    statistic = sum((count - expected) ** 2 / expected for count in found.values())  # χ², of 23 degrees of freedom
    assert len(found) == n_orders
    assert statistic < 50  # which one seed in a thousand exceeds
